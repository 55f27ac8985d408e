#include "history/row_repair.h"

#include <algorithm>
#include <array>
#include <map>

#include "history/codes.h"
#include "history/export_csv.h"
#include "history/row_cursor.h"

namespace trd {
namespace {

constexpr uint64_t rows_between_progress = 1 << 16;

using enum RepairPolicy;
constexpr RepairPolicy all_policies[] = {drop, clip, carry, second};
constexpr RepairPolicy fill_policies[] = {carry, second};
constexpr RepairPolicy quote_policies[] = {drop, carry};
constexpr RepairPolicy only_drop[] = {drop};
constexpr RepairPolicy only_second[] = {second};
constexpr std::string_view book_rows_depend =
    "every row changes the book that the rows before it made, so none can be made up";
constexpr std::string_view facts =
    "no row can be told from its neighbours: correct the source and import it with --replace";

constexpr RepairPolicies policies[] = {
    {DataKind::bars, all_policies, fill_policies, {}},
    {DataKind::quote_bars, all_policies, fill_policies, {}},
    {DataKind::quotes, quote_policies, only_second, {}},
    {DataKind::trades, only_drop, only_second, {}},
    {DataKind::book, only_drop, {}, book_rows_depend},
    {DataKind::funding, all_policies, fill_policies, {}},
    {DataKind::actions, {}, {}, facts},
    {DataKind::fx_rates, all_policies, only_second, {}},
    {DataKind::factors, {}, {}, facts},
};

// A price and the one of the last good row that it is held against; and what may not be above what.
struct Pair {
    size_t column, other;
};
struct Rules {
    DataKind kind;
    std::span<const Pair> prices;
    std::span<const Pair> not_above;
    std::span<const Pair> carried;  // what a row that stands in has instead of the last good one's
};
constexpr Pair quote_prices[] = {{1, 1}, {3, 3}};
constexpr Pair quote_order[] = {{1, 3}};
constexpr Pair first_price[] = {{1, 1}};
constexpr Pair book_price[] = {{2, 2}};
constexpr Pair quote_bar_prices[] = {{2, 5}, {3, 5}, {4, 5}, {5, 5}, {7, 10}, {8, 10}, {9, 10}, {10, 10}};
constexpr Pair quote_bar_order[] = {{2, 7}, {5, 10}};
constexpr size_t quote_bar_span = 1;
constexpr size_t book_side = 1;
constexpr size_t trade_id = 4;
constexpr size_t funding_rate = 1;

constexpr Rules rules[] = {
    {DataKind::quote_bars, quote_bar_prices, quote_bar_order, quote_bar_prices},
    {DataKind::quotes, quote_prices, quote_order, {}},
    {DataKind::trades, first_price, {}, {}},
    {DataKind::book, book_price, {}, {}},
    {DataKind::funding, {}, {}, {}},
    {DataKind::fx_rates, first_price, {}, {}},
};

const Rules& rules_of(DataKind kind) {
    const auto found =
        std::find_if(std::begin(rules), std::end(rules), [kind](const Rules& r) { return r.kind == kind; });
    TRD_ASSERT(found != std::end(rules));
    return *found;
}

// A row outside of its segment.
struct Row {
    Timestamp time;
    std::array<Int128, max_columns> values{};  // of columns 1 and up; as whole numbers where the unit is no decimal

    bool operator==(const Row&) const = default;
};

Row row_at(const RowCursor& cursor) {
    Row row{cursor.time(), {}};
    const auto columns = cursor.spec().columns;
    for (size_t i = 1; i < columns.size(); ++i)
        row.values[i] = is_decimal(columns[i].unit) ? cursor.raw(i) : Int128{cursor.number(i)};
    return row;
}

std::string text_at(const RowCursor& cursor) {
    std::string text;
    append_csv_row(cursor, false, text);
    text.pop_back();  // the line end
    return text;
}

std::string text_of(const KindSpec& spec, const Row& row) {
    std::string text = to_iso(row.time);
    for (size_t i = 1; i < spec.columns.size(); ++i) {
        const ColumnUnit unit = spec.columns[i].unit;
        if (unit == ColumnUnit::span) continue;
        text += ',';
        if (is_decimal(unit))
            text += decimal_detail::to_string(row.values[i]);
        else if (unit == ColumnUnit::code)
            text += code_text(spec, i, static_cast<int64_t>(row.values[i]));
        else
            text += std::to_string(static_cast<int64_t>(row.values[i]));
    }
    return text;
}

// Rows of another series; asked in order of time.
class SecondRows {
  public:
    static Result<SecondRows> open(const Catalogue& catalogue, const RepairRequest& request) {
        SecondRows rows;
        if (!request.second) return rows;
        TRD_TRY(const auto paths, catalogue.paths_of(*request.second));
        TRD_TRY(rows.cursor_, RowCursor::open(paths));
        rows.alive_ = rows.cursor_->next();
        return rows;
    }
    // The next one from `from` on and before `end`; it is taken.
    std::optional<Row> take(Timestamp from, Timestamp end) {
        while (alive_ && cursor_->time() < from) alive_ = cursor_->next();
        if (!alive_ || cursor_->time() >= end) return std::nullopt;
        const Row row = row_at(*cursor_);
        alive_ = cursor_->next();
        return row;
    }
    Status<> check() const {
        if (cursor_ && cursor_->failure()) return Fail{*cursor_->failure()};
        return done;
    }

  private:
    std::optional<RowCursor> cursor_;
    bool alive_ = false;
};

// One pass over a series into a new revision of it.
class RowRepair {
  public:
    static Result<RowRepair> open(const std::string& root, const RepairRequest& request) {
        TRD_TRY(CatalogueWriter catalogue, CatalogueWriter::open(root));
        TRD_TRY(const Catalogue reader, Catalogue::open(root));
        TRD_TRY(const auto paths, reader.paths_of(request.key));
        TRD_TRY(RowCursor rows, RowCursor::open(paths));
        TRD_TRY(SecondRows second, SecondRows::open(reader, request));
        TRD_TRY(std::string path, catalogue.new_segment_path(request.key));
        SegmentInfo info;
        info.kind = request.key.kind;
        info.symbol = request.key.symbol;
        info.timeframe = request.key.timeframe;
        TRD_TRY(SegmentWriter writer, SegmentWriter::create(path, info));
        return RowRepair(request, std::move(catalogue), std::move(rows), std::move(second), std::move(path),
                         std::move(writer));
    }

    bool next() { return rows_.next(); }
    const RowCursor& row() const { return rows_; }
    SecondRows& second() { return second_; }
    const RepairRequest& request() const { return *request_; }

    Status<> progress() {
        if (++done_rows_ % rows_between_progress != 0) return done;
        return tell(request_->progress, done_rows_, rows_.total_rows());
    }
    Status<> keep(const Row& row) {
        const auto columns = rows_.spec().columns;
        writer_.column(0).append({row.time.ns, 0});
        for (size_t i = 1; i < columns.size(); ++i) {
            if (is_decimal(columns[i].unit))
                writer_.column(i).append_raw(row.values[i]);
            else
                writer_.column(i).append({static_cast<int64_t>(row.values[i]), 0});
        }
        return writer_.row_done(row.time.ns);
    }
    // Notes the change, and writes what stands there from now on.
    Status<> change(Timestamp time, std::string_view why, std::string before, const std::optional<Row>& after) {
        ++report_.change_count;
        if (report_.changes.size() < request_->changes_kept)
            report_.changes.push_back({time, why, std::move(before), after ? text_of(rows_.spec(), *after) : ""});
        return after ? keep(*after) : Status<>(done);
    }

    Result<RowRepairReport> finish(std::string cause) {
        if (rows_.failure()) return Fail{*rows_.failure()};
        TRD_CHECK(second_.check());
        cause.append(" ").append(name_of(request_->policy));
        if (request_->second) cause += " " + request_->second->symbol;
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
    RowRepair(const RepairRequest& request, CatalogueWriter catalogue, RowCursor rows, SecondRows second,
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
    SecondRows second_;
    std::string path_;
    SegmentWriter writer_;
    RowRepairReport report_;
    uint64_t done_rows_ = 0;
};

// What is wrong with a row, judged by the one before it and the last good one.
class RowJudge {
  public:
    RowJudge(DataKind kind, const RowLimits& limits)
        : kind_(kind), rules_(rules_of(kind)), factor_(limits.outlier_factor), largest_(limits.largest_rate.raw()) {}

    // Empty: the row is good.
    std::string_view fault_of(const Row& row) const {
        if (is_duplicate(row)) return "duplicate";
        return fault_of_values(row);
    }
    std::string_view fault_of_values(const Row& row) const {
        for (const Pair& pair : rules_.not_above)
            if (row.values[pair.column] > row.values[pair.other]) return "crossed";
        if (kind_ == DataKind::funding) return is_beyond(row.values[funding_rate]) ? "outlier" : "";
        const std::optional<Row>& good = good_row(row);
        for (const Pair& pair : rules_.prices)
            if (good && is_far(row.values[pair.column], good->values[pair.other])) return "outlier";
        return {};
    }
    void saw(const Row& row) { before_ = row; }
    void is_good(const Row& row) { good_[side_of(row)] = row; }
    // The last good row in its place; nothing when there is none.
    std::optional<Row> carried(const Row& row) const {
        const std::optional<Row>& good = good_row(row);
        if (!good) return std::nullopt;
        Row stand_in = *good;
        stand_in.time = row.time;
        if (kind_ == DataKind::quote_bars) stand_in.values[quote_bar_span] = row.values[quote_bar_span];
        for (const Pair& pair : rules_.carried) stand_in.values[pair.column] = good->values[pair.other];
        return stand_in;
    }
    // The row with its values moved to the nearest ones that are allowed; nothing when that does not mend it.
    std::optional<Row> clipped(Row row) const {
        if (kind_ == DataKind::funding)
            row.values[funding_rate] = std::clamp(row.values[funding_rate], -largest_, largest_);
        const std::optional<Row>& good = good_row(row);
        for (const Pair& pair : rules_.prices) {
            if (!good) continue;
            const Int128 reference = good->values[pair.other];
            row.values[pair.column] =
                std::clamp(row.values[pair.column], (reference + factor_ - 1) / factor_, reference * factor_);
        }
        return fault_of_values(row).empty() ? std::optional(row) : std::nullopt;
    }

  private:
    size_t side_of(const Row& row) const { return kind_ == DataKind::book && row.values[book_side] == side_sell; }
    const std::optional<Row>& good_row(const Row& row) const { return good_[side_of(row)]; }
    bool is_beyond(Int128 rate) const { return rate > largest_ || rate < -largest_; }
    bool is_far(Int128 price, Int128 reference) const {
        return price > reference * factor_ || price * factor_ < reference;
    }
    bool is_duplicate(const Row& row) const {
        if (!before_ || before_->time != row.time) return false;
        if (kind_ != DataKind::trades) return *before_ == row;
        return row.values[trade_id] != 0 && row.values[trade_id] == before_->values[trade_id];
    }

    DataKind kind_;
    const Rules& rules_;
    int64_t factor_;
    Int128 largest_;
    std::optional<Row> before_;
    std::array<std::optional<Row>, 2> good_;  // of a book one a side, otherwise the first
};

std::optional<Row> replacement(RowRepair& repair, const RowJudge& judge, const Row& row, std::string_view why) {
    if (why == "duplicate") return std::nullopt;
    switch (repair.request().policy) {
        case drop:
            return std::nullopt;
        case clip:
            return judge.clipped(row);
        case carry:
            return judge.carried(row);
        case second:
            break;
    }
    const auto other = repair.second().take(row.time, row.time + nanoseconds(1));
    return other && judge.fault_of_values(*other).empty() ? other : std::nullopt;
}

bool allows(std::span<const RepairPolicy> list, RepairPolicy policy) {
    return std::find(list.begin(), list.end(), policy) != list.end();
}

// To the second where it is longer: rates come some milliseconds early or late.
int64_t rounded_ns(Duration step) {
    const int64_t unit = seconds(1).ns;
    return step.ns < unit ? step.ns : (step.ns + unit / 2) / unit * unit;
}

// The step that most rows keep from the one before; zero when there is none.
Result<Duration> common_step(const std::string& root, const SeriesKey& key) {
    TRD_TRY(const Catalogue catalogue, Catalogue::open(root));
    TRD_TRY(const auto paths, catalogue.paths_of(key));
    TRD_TRY(RowCursor rows, RowCursor::open(paths));
    std::map<int64_t, uint64_t> steps;
    std::optional<Timestamp> before;
    while (rows.next()) {
        if (before && rows.time() > *before) ++steps[rounded_ns(rows.time() - *before)];
        before = rows.time();
    }
    if (rows.failure()) return Fail{*rows.failure()};
    const auto best =
        std::max_element(steps.begin(), steps.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
    return best == steps.end() ? Duration{} : nanoseconds(best->first);
}

// Where rows are missing between two, and at which times.
class GapFinder {
  public:
    static Result<GapFinder> of(const std::string& root, const SeriesKey& key, const RowGaps& gaps) {
        GapFinder finder;
        finder.kind_ = key.kind;
        const bool is_steady = key.kind == DataKind::funding || key.kind == DataKind::fx_rates;
        finder.step_ = key.timeframe;
        if (is_steady) {
            TRD_TRY(finder.step_, common_step(root, key));
        }
        finder.silence_ = gaps.silence;
        if (gaps.silence.ns == 0) finder.silence_ = is_steady ? Duration{finder.step_.ns / 2 * 3} : minutes(1);
        finder.longest_ = gaps.longest;
        if (gaps.longest.ns == 0) finder.longest_ = finder.step_.ns > 0 ? Duration{finder.step_.ns * 10} : hours(1);
        return finder;
    }
    struct Missing {
        Timestamp from, end;
    };
    std::optional<Missing> between(const Row& before, Timestamp time) const {
        if (kind_ == DataKind::quote_bars) {
            const Timestamp end = before.time + nanoseconds(static_cast<int64_t>(before.values[quote_bar_span]));
            if (time > end && time - end <= longest_) return Missing{end, time};
            return std::nullopt;
        }
        const Duration apart = time - before.time;
        if (apart <= silence_ || apart > longest_ || apart.ns <= 1) return std::nullopt;
        return Missing{before.time + nanoseconds(1), time};
    }
    // Times that are missing, a step apart; the last one is no nearer to `time` than half a step, so that a row which
    // came a little late is not taken for a missing one.
    template <class Each>
    Status<> for_each_time(const Row& before, const Missing& missing, Each each) const {
        const bool is_bar = kind_ == DataKind::quote_bars;
        const Duration margin{is_bar ? 0 : step_.ns / 2};
        for (Timestamp at = is_bar ? missing.from : before.time + step_; step_.ns > 0 && at + margin < missing.end;
             at = at + step_)
            TRD_CHECK(each(at));
        return done;
    }
    Duration step() const { return step_; }

  private:
    DataKind kind_ = DataKind::quotes;
    Duration step_, silence_, longest_;
};

Status<> carry_into(RowRepair& repair, const GapFinder& finder, const Row& before, const GapFinder::Missing& missing) {
    RowJudge judge(repair.request().key.kind, {});
    judge.is_good(before);
    return finder.for_each_time(before, missing, [&](Timestamp time) {
        Row row = before;
        row.time = time;
        if (repair.request().key.kind == DataKind::quote_bars)
            row.values[quote_bar_span] = std::min(finder.step(), missing.end - time).ns;
        return repair.change(time, "missing", {}, judge.carried(row));
    });
}

Status<> take_into(RowRepair& repair, const GapFinder::Missing& missing) {
    const bool is_bar = repair.request().key.kind == DataKind::quote_bars;
    while (const auto row = repair.second().take(missing.from, missing.end)) {
        const auto span = nanoseconds(is_bar ? static_cast<int64_t>(row->values[quote_bar_span]) : 0);
        if (row->time + span > missing.end) continue;
        TRD_CHECK(repair.change(row->time, "missing", {}, row));
    }
    return done;
}

}  // namespace

const RepairPolicies& policies_of(DataKind kind) {
    const auto index = static_cast<size_t>(kind) - 1;
    TRD_ASSERT(index < std::size(policies) && policies[index].kind == kind);
    return policies[index];
}

Result<RowRepairReport> clean_rows(const std::string& root, const RepairRequest& request, const RowLimits& limits) {
    TRD_ASSERT(limits.outlier_factor >= 2);
    TRD_ASSERT(request.key.kind != DataKind::bars && allows(policies_of(request.key.kind).clean, request.policy));
    TRD_TRY(RowRepair repair, RowRepair::open(root, request));
    RowJudge judge(request.key.kind, limits);
    while (repair.next()) {
        TRD_CHECK(repair.progress());
        const Row row = row_at(repair.row());
        const std::string_view why = judge.fault_of(row);
        judge.saw(row);
        if (why.empty()) {
            judge.is_good(row);
            TRD_CHECK(repair.keep(row));
            continue;
        }
        const auto after = replacement(repair, judge, row, why);
        if (after) judge.is_good(*after);
        TRD_CHECK(repair.change(row.time, why, text_at(repair.row()), after));
    }
    const bool by_rate = request.key.kind == DataKind::funding;
    return repair.finish(by_rate ? "clean largest " + to_string(limits.largest_rate)
                                 : "clean outlier " + std::to_string(limits.outlier_factor));
}

Result<RowRepairReport> fill_rows(const std::string& root, const RepairRequest& request, const RowGaps& gaps) {
    TRD_ASSERT(request.key.kind != DataKind::bars && allows(policies_of(request.key.kind).fill, request.policy));
    TRD_TRY(const GapFinder finder, GapFinder::of(root, request.key, gaps));
    TRD_TRY(RowRepair repair, RowRepair::open(root, request));
    std::optional<Row> before;
    while (repair.next()) {
        TRD_CHECK(repair.progress());
        const Row row = row_at(repair.row());
        const auto missing = before ? finder.between(*before, row.time) : std::nullopt;
        if (missing && request.policy == second) TRD_CHECK(take_into(repair, *missing));
        if (missing && request.policy == carry) TRD_CHECK(carry_into(repair, finder, *before, *missing));
        before = row;
        TRD_CHECK(repair.keep(row));
    }
    return repair.finish("fill");
}

}  // namespace trd
