#include "history/tick_repair.h"

#include <array>

#include "history/export_csv.h"
#include "history/row_cursor.h"

namespace trd {
namespace {

constexpr uint64_t rows_between_progress = 1 << 16;

// The columns of DataKind::quotes and DataKind::trades.
enum QuoteColumn : size_t { quote_bid = 1, quote_bid_size, quote_ask, quote_ask_size };
enum TradeColumn : size_t { trade_price = 1, trade_size, trade_side, trade_id };

// A row outside of its segment.
struct Tick {
    Timestamp time;
    std::array<Int128, max_columns> values{};  // of columns 1 and up; as Scaled numbers where the unit is no decimal

    bool operator==(const Tick&) const = default;
};

Tick tick_at(const RowCursor& cursor) {
    Tick tick{cursor.time(), {}};
    const auto columns = cursor.spec().columns;
    for (size_t i = 1; i < columns.size(); ++i)
        tick.values[i] = is_decimal(columns[i].unit) ? cursor.raw(i) : Int128{cursor.number(i)};
    return tick;
}

std::string text_at(const RowCursor& cursor) {
    std::string text;
    append_csv_row(cursor, false, text);
    text.pop_back();  // the line end
    return text;
}

class TickRepair {
  public:
    static Result<TickRepair> open(const std::string& root, const RepairRequest& request) {
        TRD_TRY(CatalogueWriter catalogue, CatalogueWriter::open(root));
        TRD_TRY(const Catalogue reader, Catalogue::open(root));
        TRD_TRY(const auto paths, reader.paths_of(request.key));
        TRD_TRY(RowCursor rows, RowCursor::open(paths));
        std::optional<RowCursor> second;
        if (request.second) {
            TRD_TRY(const auto second_paths, reader.paths_of(*request.second));
            TRD_TRY(second, RowCursor::open(second_paths));
        }
        TRD_TRY(std::string path, catalogue.new_segment_path(request.key));
        TRD_TRY(SegmentWriter writer,
                SegmentWriter::create(path, {request.key.kind, request.key.symbol, {}, 0, {}, {}}));
        return TickRepair(request, std::move(catalogue), std::move(rows), std::move(second), std::move(path),
                          std::move(writer));
    }

    bool next() { return rows_.next(); }
    const RowCursor& row() const { return rows_; }
    std::optional<RowCursor>& second() { return second_; }
    const RepairRequest& request() const { return *request_; }

    Status<> progress() {
        if (++done_rows_ % rows_between_progress != 0) return done;
        return tell(request_->progress, done_rows_, rows_.total_rows());
    }
    Status<> keep(const Tick& tick) {
        const auto columns = rows_.spec().columns;
        writer_.column(0).append({tick.time.ns, 0});
        for (size_t i = 1; i < columns.size(); ++i) {
            if (is_decimal(columns[i].unit))
                writer_.column(i).append_raw(tick.values[i]);
            else
                writer_.column(i).append({static_cast<int64_t>(tick.values[i]), 0});
        }
        return writer_.row_done(tick.time.ns);
    }
    void note(TickChange change) {
        ++report_.change_count;
        if (report_.changes.size() < request_->changes_kept) report_.changes.push_back(std::move(change));
    }

    Result<TickRepairReport> finish(const std::string& cause) {
        if (rows_.failure()) return Fail{*rows_.failure()};
        if (second_ && second_->failure()) return Fail{*second_->failure()};
        report_.key = request_->key;
        report_.rows_before = rows_.total_rows();
        report_.rows_after = writer_.rows();
        if (report_.change_count == 0 || request_->dry_run) return std::move(report_);
        TRD_CHECK(writer_.commit());
        TRD_CHECK(catalogue_.publish(request_->key, path_, CatalogueWriter::Publish::replace,
                                     cause + ", " + std::to_string(report_.change_count) + " changes"));
        report_.published = true;
        return std::move(report_);
    }

  private:
    TickRepair(const RepairRequest& request, CatalogueWriter catalogue, RowCursor rows, std::optional<RowCursor> second,
               std::string path, SegmentWriter writer)
        : request_(&request),
          catalogue_(std::move(catalogue)),
          rows_(std::move(rows)),
          second_(std::move(second)),
          path_(std::move(path)),
          writer_(std::move(writer)) {}

    const RepairRequest* request_;
    CatalogueWriter catalogue_;
    RowCursor rows_;
    std::optional<RowCursor> second_;
    std::string path_;
    SegmentWriter writer_;
    TickRepairReport report_;
    uint64_t done_rows_ = 0;
};

bool is_far(Int128 price, Int128 reference, int64_t factor) {
    return price > reference * factor || price * factor < reference;
}

// Empty: the tick is good.
std::string_view fault_of(DataKind kind, const Tick& tick, const std::optional<Tick>& before,
                          const std::optional<Tick>& good, int64_t factor) {
    const bool are_quotes = kind == DataKind::quotes;
    if (before && before->time == tick.time) {
        if (are_quotes && *before == tick) return "duplicate";
        if (!are_quotes && tick.values[trade_id] != 0 && tick.values[trade_id] == before->values[trade_id])
            return "duplicate";
    }
    if (are_quotes && tick.values[quote_bid] > tick.values[quote_ask]) return "crossed";
    if (good && is_far(tick.values[trade_price], good->values[trade_price], factor)) return "outlier";
    if (good && are_quotes && is_far(tick.values[quote_ask], good->values[quote_ask], factor)) return "outlier";
    return {};
}

}  // namespace

Result<TickRepairReport> clean_ticks(const std::string& root, const RepairRequest& request, int64_t outlier_factor) {
    TRD_ASSERT(outlier_factor >= 2);
    const DataKind kind = request.key.kind;
    TRD_ASSERT(kind == DataKind::quotes || kind == DataKind::trades);
    TRD_TRY(TickRepair repair, TickRepair::open(root, request));
    std::optional<Tick> before, good;
    std::string good_text;
    while (repair.next()) {
        TRD_CHECK(repair.progress());
        const Tick tick = tick_at(repair.row());
        const std::string_view why = fault_of(kind, tick, before, good, outlier_factor);
        before = tick;
        if (why.empty()) {
            good = tick;
            TRD_CHECK(repair.keep(tick));
            continue;
        }
        TickChange change{tick.time, why, text_at(repair.row()), {}};
        if (request.policy == RepairPolicy::carry && kind == DataKind::quotes && good && why != "duplicate") {
            Tick carried = *good;
            carried.time = tick.time;
            change.after = to_iso(tick.time);
            for (size_t i = quote_bid; i <= quote_ask_size; ++i)
                change.after += "," + decimal_detail::to_string(carried.values[i]);
            TRD_CHECK(repair.keep(carried));
        }
        repair.note(std::move(change));
    }
    return repair.finish("clean outlier " + std::to_string(outlier_factor) + " " +
                         std::string(name_of(request.policy)));
}

Result<TickRepairReport> fill_ticks(const std::string& root, const RepairRequest& request, Duration silence,
                                    Duration longest) {
    TRD_ASSERT(request.policy == RepairPolicy::second && request.second);
    TRD_TRY(TickRepair repair, TickRepair::open(root, request));
    RowCursor& second = *repair.second();
    bool alive = second.next();
    std::optional<Timestamp> before;
    while (repair.next()) {
        TRD_CHECK(repair.progress());
        const Tick tick = tick_at(repair.row());
        const bool is_gap = before && tick.time - *before > silence && tick.time - *before <= longest;
        for (; alive && second.time() < tick.time; alive = second.next()) {
            if (!is_gap || second.time() <= *before) continue;
            TRD_CHECK(repair.keep(tick_at(second)));
            repair.note({second.time(), "missing", {}, text_at(second)});
        }
        before = tick.time;
        TRD_CHECK(repair.keep(tick));
    }
    return repair.finish("fill second " + request.second->symbol);
}

}  // namespace trd
