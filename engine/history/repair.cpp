#include "history/repair.h"

#include <algorithm>
#include <array>

namespace trd {
namespace {

constexpr uint64_t rows_between_progress = 1 << 16;
constexpr std::array<std::string_view, 4> policy_names{"drop", "clip", "carry", "second"};

// Looks up bars of another series; asked in order of time.
class SecondSource {
  public:
    explicit SecondSource(const BarSeries* series) {
        if (series != nullptr) cursor_.emplace(*series);
        if (cursor_) alive_ = cursor_->next();
    }
    std::optional<Bar> at(Timestamp time) {
        while (alive_ && cursor_->bar().open_time < time) alive_ = cursor_->next();
        if (!alive_ || cursor_->bar().open_time != time) return std::nullopt;
        return cursor_->bar();
    }

  private:
    std::optional<BarCursor> cursor_;
    bool alive_ = false;
};

Bar carried(Timestamp open, Timestamp close, Price price) {
    return {open, close, price, price, price, price, Quantity()};
}

// One pass over a series into a new revision of it.
class Repair {
  public:
    static Result<RepairReport> run(const std::string& root, const RepairRequest& request, const std::string& cause,
                                    const std::function<Status<>(Repair&, const Bar&)>& judge) {
        TRD_TRY(CatalogueWriter catalogue, CatalogueWriter::open(root));
        TRD_TRY(const Catalogue reader, Catalogue::open(root));
        TRD_TRY(const auto paths, reader.paths_of(request.key));
        TRD_TRY(const BarSeries series, BarSeries::open(paths));
        std::optional<BarSeries> second;
        if (request.second) {
            TRD_TRY(const auto second_paths, reader.paths_of(*request.second));
            TRD_TRY(second, BarSeries::open(second_paths));
        }
        TRD_TRY(const std::string path, catalogue.new_segment_path(request.key));
        TRD_TRY(BarWriter writer, BarWriter::create(path, request.key.symbol, request.key.timeframe));
        Repair repair(request, writer, second ? &*second : nullptr);
        repair.report_.rows_before = series.size();
        BarCursor cursor(series);
        while (cursor.next()) {
            if (cursor.index() % rows_between_progress == 0)
                TRD_CHECK(tell(request.progress, cursor.index(), series.size()));
            TRD_CHECK(judge(repair, cursor.bar()));
        }
        if (cursor.failure()) return Fail{*cursor.failure()};
        repair.report_.rows_after = writer.rows();
        if (repair.report_.change_count > 0 && !request.dry_run) {
            TRD_CHECK(writer.commit());
            const std::string count = std::to_string(repair.report_.change_count);
            TRD_CHECK(catalogue.publish(request.key, path, CatalogueWriter::Publish::replace,
                                        cause + ", " + count + " changes"));
            repair.report_.published = true;
        }
        return std::move(repair.report_);
    }

    Status<> keep(const Bar& bar) { return writer_.append(bar); }
    Status<> change(Timestamp time, std::optional<Bar> before, std::optional<Bar> after) {
        ++report_.change_count;
        if (report_.changes.size() < request_.changes_kept) report_.changes.push_back({time, before, after});
        return after ? writer_.append(*after) : Status<>(done);
    }
    SecondSource& second() { return second_; }
    RepairPolicy policy() const { return request_.policy; }

  private:
    Repair(const RepairRequest& request, BarWriter& writer, const BarSeries* second)
        : request_(request), writer_(writer), second_(second) {
        report_.key = request.key;
    }

    const RepairRequest& request_;
    BarWriter& writer_;
    SecondSource second_;
    RepairReport report_;
};

bool is_near(Price price, Price reference, int64_t factor) {
    return price.raw() <= reference.raw() * factor && price.raw() * factor >= reference.raw();
}

bool is_sound(const Bar& bar, Price reference, int64_t factor) {
    return is_near(bar.high, reference, factor) && is_near(bar.low, reference, factor) &&
           is_near(bar.open, reference, factor) && is_near(bar.close, reference, factor);
}

Bar clipped(Bar bar, Price reference, int64_t factor) {
    const Price highest = Price::from_raw(reference.raw() * factor);
    const Price lowest = Price::from_raw((reference.raw() + factor - 1) / factor);
    for (Price* price : {&bar.open, &bar.high, &bar.low, &bar.close}) *price = std::clamp(*price, lowest, highest);
    return bar;
}

std::optional<Bar> replacement(Repair& repair, const Bar& bar, Price reference, int64_t factor) {
    switch (repair.policy()) {
        case RepairPolicy::drop:
            return std::nullopt;
        case RepairPolicy::clip:
            return clipped(bar, reference, factor);
        case RepairPolicy::carry:
            return carried(bar.open_time, bar.close_time, reference);
        case RepairPolicy::second:
            break;
    }
    const auto other = repair.second().at(bar.open_time);
    return other && is_sound(*other, reference, factor) ? other : std::nullopt;
}

std::string cause_of(std::string text, const RepairRequest& request) {
    text.append(" ").append(name_of(request.policy));
    if (request.second) text += " " + request.second->symbol;
    return text;
}

}  // namespace

std::string_view name_of(RepairPolicy policy) { return policy_names[static_cast<size_t>(policy)]; }

std::optional<RepairPolicy> repair_policy_named(std::string_view name) {
    for (size_t i = 0; i < policy_names.size(); ++i)
        if (policy_names[i] == name) return static_cast<RepairPolicy>(i);
    return std::nullopt;
}

Result<RepairReport> clean_series(const std::string& root, const RepairRequest& request, int64_t outlier_factor) {
    TRD_ASSERT(outlier_factor >= 2);
    std::optional<Price> reference;
    const auto judge = [&](Repair& repair, const Bar& bar) -> Status<> {
        if (!reference || is_sound(bar, *reference, outlier_factor)) {
            reference = bar.close;
            return repair.keep(bar);
        }
        const auto after = replacement(repair, bar, *reference, outlier_factor);
        if (after) reference = after->close;
        return repair.change(bar.open_time, bar, after);
    };
    return Repair::run(root, request, cause_of("clean outlier " + std::to_string(outlier_factor), request), judge);
}

Result<RepairReport> fill_series(const std::string& root, const RepairRequest& request, Duration longest) {
    TRD_ASSERT(request.policy == RepairPolicy::carry || request.policy == RepairPolicy::second);
    std::optional<Bar> before;
    const auto judge = [&](Repair& repair, const Bar& bar) -> Status<> {
        if (before && bar.open_time > before->close_time && bar.open_time - before->close_time <= longest) {
            const Price price = before->close;
            for (Timestamp open = before->close_time; open < bar.open_time; open = open + request.key.timeframe) {
                const Timestamp close = std::min(open + request.key.timeframe, bar.open_time);
                const auto after = request.policy == RepairPolicy::carry ? std::optional(carried(open, close, price))
                                                                         : repair.second().at(open);
                if (after) TRD_CHECK(repair.change(open, std::nullopt, after));
            }
        }
        before = bar;
        return repair.keep(bar);
    };
    return Repair::run(root, request, cause_of("fill", request), judge);
}

}  // namespace trd
