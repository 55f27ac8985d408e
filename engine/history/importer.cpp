#include "history/importer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>

#include "history/codes.h"
#include "history/import_dates.h"
#include "history/import_symbols.h"

namespace trd {
namespace {

constexpr size_t timeframe_sample_rows = 5000;
constexpr uint64_t rows_between_progress = 65'536;

struct FaultName {
    FaultKind kind;
    std::string_view name;
};
constexpr FaultName fault_names[] = {
    {FaultKind::field_count, "field-count"},
    {FaultKind::bad_time, "bad-time"},
    {FaultKind::skipped_hour, "skipped-hour"},
    {FaultKind::bad_number, "bad-number"},
    {FaultKind::not_positive, "not-positive"},
    {FaultKind::negative, "negative"},
    {FaultKind::bad_code, "bad-code"},
    {FaultKind::out_of_order, "out-of-order"},
    {FaultKind::duplicate, "duplicate"},
    {FaultKind::high_below_low, "high-below-low"},
    {FaultKind::outside_range, "outside-range"},
    {FaultKind::crossed, "crossed"},
    {FaultKind::outlier, "outlier"},
    {FaultKind::gap, "gap"},
    {FaultKind::unclear_point, "unclear-point"},
};

bool is_interval_kind(const KindSpec& spec) { return spec.has_timeframe; }

std::string decimal_text(Int128 raw) { return decimal_detail::to_string(raw); }

// A dump may name a bar's last instant instead of the next one's beginning: 59.999 s and 59 s are a minute.
Duration whole_span(Duration stated) {
    for (const Duration instant : {milliseconds(1), microseconds(1), nanoseconds(1)})
        if ((stated + instant).ns % seconds(1).ns == 0) return stated + instant;
    return (stated + seconds(1)).ns % minutes(1).ns == 0 ? stated + seconds(1) : stated;
}

// 1.100, 25.750, -1.000: one to three digits, the first not a zero, and three after the point.
bool may_be_thousands(std::string_view text) {
    if (text.starts_with('-')) text.remove_prefix(1);
    const size_t point = text.find('.');
    return point >= 1 && point <= 3 && text.size() == point + 4 && text.front() != '0';
}

std::string without_point(std::string_view text) {
    std::string digits(text);
    std::erase(digits, '.');
    return digits;
}

constexpr size_t bar_open_column = 2;
constexpr size_t quote_bar_ask_open_column = 7;

}  // namespace

std::string_view name_of(FaultKind kind) {
    for (const FaultName& entry : fault_names)
        if (entry.kind == kind) return entry.name;
    return "";
}

std::string describe(const RowFault& fault, const std::string& file) {
    std::string text = file + ":" + std::to_string(fault.line) + ": " + fault.column + " is \"" + fault.found + "\"";
    if (!fault.expected.empty()) text += ", expected " + fault.expected;
    return text;
}

namespace {

bool has_symbols(const ImportLayout& layout) {
    return std::any_of(layout.columns.begin(), layout.columns.end(),
                       [](const TextColumn& column) { return column.role == TextRole::symbol; });
}

}  // namespace

Error to_error(const ImportOutcome& outcome, const std::string& file) {
    TRD_ASSERT(!outcome.faults.empty());
    Error error{ExitCode::data, "E_DATA_ROW", describe(outcome.faults.front(), file), ""};
    if (outcome.fault_count > 1) error.message += " (and " + std::to_string(outcome.fault_count - 1) + " more)";
    error.hint = "correct the rows in the source; nothing was written";
    if (outcome.faults.front().kind == FaultKind::duplicate && !has_symbols(outcome.layout))
        error.hint += "; if they are rows of several symbols, trd data import --map symbol=COLUMN says whose each is";
    if (outcome.faults.front().kind == FaultKind::bad_number &&
        outcome.faults.front().found.find(',') != std::string::npos)
        error.hint +=
            "; numbers have a decimal point and nothing between thousands, 1250.5 and neither 1.250,5 nor 1,250.5";
    if (outcome.faults.front().kind == FaultKind::unclear_point)
        error.hint =
            "trd data import --decimal-points says that it is one of decimals, and a backtest then reads the "
            "series by --symbol; if it stands between thousands, take it out of the source; nothing was written";
    if (outcome.faults.front().kind == FaultKind::outlier) error.hint += "; if the price is right, use --outlier 0";
    return error;
}

Importer::Importer(TextSource& source, std::string file, ImportOptions options)
    : source_(&source),
      file_(std::move(file)),
      options_(std::move(options)),
      lines_(source),
      spec_(&spec_of(options_.layout.kind)) {}

Result<Importer> Importer::start(TextSource& source, std::string file, ImportOptions options) {
    Importer importer(source, std::move(file), std::move(options));
    TRD_CHECK(importer.prepare());
    return importer;
}

Status<> Importer::prepare() {
    const std::string_view sample = lines_.look_ahead();
    if (lines_.failure()) return Fail{*lines_.failure()};
    TRD_TRY(layout_, find_layout(sample, file_, options_.layout));
    TRD_CHECK(settle_dates(*source_, file_, options_.layout.dates, layout_));
    TRD_TRY(WhoseRows whose, settle_symbols(*source_, file_, layout_, options_.symbol));
    whose_rows_ = std::move(whose.only);
    outcome_.doubt = std::move(whose.doubt);
    clock_ = ZoneClock(*Zone::find(layout_.zone));
    plan_steps();
    outcome_.layout = layout_;
    outcome_.timeframe = options_.timeframe;
    if (is_interval_kind(*spec_) && options_.timeframe.ns == 0) TRD_CHECK(infer_timeframe());
    span_ = outcome_.timeframe;
    points_are_unclear_ = layout_.delimiter == ';' && !options_.points_are_decimal;
    return done;
}

SegmentInfo Importer::segment_info() const {
    SegmentInfo info;
    info.kind = spec_->kind;
    info.symbol = options_.symbol;
    info.timeframe = outcome_.timeframe;
    return info;
}

void Importer::plan_steps() {
    for (size_t i = 0; i < layout_.columns.size(); ++i) {
        const TextColumn& column = layout_.columns[i];
        if (column.role == TextRole::symbol) symbol_field_ = i;
        if (column.role == TextRole::ignored || column.role == TextRole::symbol) continue;
        const ColumnUnit unit = column.role == TextRole::column ? spec_->columns[column.target].unit : ColumnUnit::time;
        steps_.push_back({i, column.role, column.target, unit, column.time_format});
    }
    // Times first: a fault in one is told before faults that follow from it.
    std::stable_partition(steps_.begin(), steps_.end(), [](const Step& step) { return step.unit == ColumnUnit::time; });
}

bool Importer::is_of_another() const { return whose_rows_ && fields_[symbol_field_] != *whose_rows_; }

// The most common step between the first rows, the shortest of those when several are as common.
Status<> Importer::infer_timeframe() {
    auto sample = text_in_memory(lines_.look_ahead());
    LineReader lines(*sample);
    std::string_view line;
    if (layout_.has_header) lines.next(line);
    std::map<int64_t, size_t> steps;
    std::optional<Timestamp> before;
    bool date_only = false;
    for (size_t rows = 0; rows < timeframe_sample_rows && lines.next(line); ++rows) {
        split_fields(line, layout_.delimiter, fields_);
        if (is_of_another()) continue;
        clock_ns_ = 0;
        bool good = true;
        for (const Step& step : steps_)
            if (step.unit == ColumnUnit::time) good = good && read_field(step, fields_[step.field]);
        if (!good || !settle_time()) continue;
        date_only = wall_.date_only && clock_ns_ == 0;
        int64_t step = 0;
        if (before && !__builtin_sub_overflow(time_.ns, before->ns, &step) && step > 0) ++steps[step];
        before = time_;
    }
    const bool has_faults = outcome_.fault_count > 0;
    outcome_.faults.clear();
    outcome_.fault_count = 0;
    has_before_ = false;
    const auto best =
        std::max_element(steps.begin(), steps.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
    if (best != steps.end())
        outcome_.timeframe.ns = best->first;
    else if (date_only)
        outcome_.timeframe = days(1);
    timeframe_is_unknown_ = outcome_.timeframe.ns == 0;
    // Wrong rows are told first: run() meets them again.
    if (timeframe_is_unknown_ && !has_faults) return Fail{no_timeframe()};
    return done;
}

Error Importer::no_timeframe() const {
    return {ExitCode::data, "E_DATA_LAYOUT", file_ + ": one row does not tell the timeframe", "say it: --tf 1m"};
}

bool Importer::fault(FaultKind kind, std::string_view column, std::string_view found, std::string expected) {
    ++outcome_.fault_count;
    constexpr size_t longest_quote = 80;
    if (outcome_.faults.size() < options_.faults_kept)
        outcome_.faults.push_back({kind, lines_.number(), std::string(column),
                                   std::string(found.substr(0, longest_quote)), std::move(expected)});
    return false;
}

Int128 Importer::raw(size_t column) const {
    return row_[column].is_wide ? row_[column].raw : raw_of(row_[column].scaled);
}

std::string Importer::text_of(size_t column) const { return decimal_text(raw(column)); }

bool Importer::read_time(const Step& step, std::string_view text) {
    if (step.role == TextRole::clock) {
        const auto clock = parse_clock_field(text);
        if (!clock) return fault(FaultKind::bad_time, layout_.columns[step.field].name, text, "a time of day");
        clock_ns_ = *clock;
        return true;
    }
    const auto time = parse_time_field(text, step.format);
    if (!time)
        return fault(FaultKind::bad_time, layout_.columns[step.field].name, text,
                     time.error() == FieldError::out_of_range ? "a time from 1678 to 2261"
                                                              : "a time as " + std::string(name_of(step.format)));
    if (step.role == TextRole::close_time) {
        close_time_ = time->is_utc ? time->wall : clock_.to_utc(time->wall).earlier;
        return true;
    }
    wall_ = *time;
    return true;
}

// Semicolons divide fields where a comma divides a number: there 1.100 is as likely 1100 as 1.1. Any number whose point
// can only be one of decimals tells of all.
void Importer::note_point(const Step& step, std::string_view text) {
    if (text.find('.') == std::string_view::npos) return;
    if (!may_be_thousands(text)) {
        points_are_unclear_ = false;
        return;
    }
    if (unclear_point_) return;
    unclear_point_ = {FaultKind::unclear_point, lines_.number(), layout_.columns[step.field].name, std::string(text),
                      "a number that means one thing: it is " + text_of(step.target) + " if the point is one of " +
                          "decimals, " + without_point(text) + " if it stands between thousands"};
}

void Importer::refuse_unclear_point() {
    if (!points_are_unclear_ || !unclear_point_ || outcome_.fault_count > 0) return;
    outcome_.faults.push_back(*unclear_point_);
    ++outcome_.fault_count;
}

bool Importer::read_decimal(const Step& step, std::string_view text) {
    auto field = parse_decimal_field(text);
    if (!field)
        return fault(FaultKind::bad_number, layout_.columns[step.field].name, text,
                     std::string(expected(field.error())));
    DecimalField& value = row_[step.target];
    value = *field;
    if (points_are_unclear_) note_point(step, text);
    if (step.unit == ColumnUnit::price && layout_.price_digits > 0) {
        const bool fits = !value.is_wide && value.scaled.exponent + layout_.price_digits <= decimal_places;
        if (!fits)
            return fault(FaultKind::bad_number, layout_.columns[step.field].name, text,
                         "a whole number of 1e-" + std::to_string(layout_.price_digits));
        value.scaled.exponent = static_cast<uint8_t>(value.scaled.exponent + layout_.price_digits);
    }
    const bool is_wide = value.is_wide;
    const int sign =
        is_wide ? (value.raw > 0) - (value.raw < 0) : (value.scaled.mantissa > 0) - (value.scaled.mantissa < 0);
    if (step.unit == ColumnUnit::price && sign <= 0)
        return fault(FaultKind::not_positive, layout_.columns[step.field].name, text, "a price above zero");
    if (step.unit == ColumnUnit::quantity && sign < 0)
        return fault(FaultKind::negative, layout_.columns[step.field].name, text, "zero or more");
    return true;
}

bool Importer::read_code(const Step& step, std::string_view text) {
    const auto code = code_of(*spec_, step.target, text);
    if (!code)
        return fault(FaultKind::bad_code, layout_.columns[step.field].name, text, code_names(*spec_, step.target));
    row_[step.target] = {{*code, 0}, 0, false};
    return true;
}

bool Importer::read_number(const Step& step, std::string_view text) {
    int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size())
        return fault(FaultKind::bad_number, layout_.columns[step.field].name, text, "a whole number");
    row_[step.target] = {{number, 0}, 0, false};
    return true;
}

bool Importer::read_field(const Step& step, std::string_view text) {
    switch (step.unit) {
        case ColumnUnit::time:
            return read_time(step, text);
        case ColumnUnit::price:
        case ColumnUnit::quantity:
        case ColumnUnit::rate:
            return read_decimal(step, text);
        case ColumnUnit::code:
            return read_code(step, text);
        case ColumnUnit::span:
        case ColumnUnit::number:
            return read_number(step, text);
    }
    return false;
}

// From the wall clock to UTC. A reading that came twice is taken as the first one unless that would be before the row
// before: rows are in order, so the second pass through the hour follows the first. Two bars of one time are in two
// passes; two ticks of one time are in the same.
bool Importer::settle_time() {
    const Timestamp wall{wall_.wall.ns + clock_ns_};
    if (wall_.is_utc) {
        time_ = wall;
        return true;
    }
    const LocalTime local = clock_.to_utc(wall);
    const bool is_taken = is_interval_kind(*spec_) && local.earlier == time_before_;
    const bool first_pass_is_over = has_before_ && (is_taken || local.earlier < time_before_);
    time_ = local.kind == LocalKind::ambiguous && first_pass_is_over ? local.later : local.earlier;
    if (local.kind != LocalKind::nonexistent) return true;
    return fault(FaultKind::skipped_hour, "time", to_iso(wall).substr(0, 19),
                 "a time that exists in " + layout_.zone + ": the clock was set forward over it");
}

// A close time says where the bar ends: 59.999 is the last instant, 60.000 the beginning of the next.
bool Importer::settle_span() {
    // Two days more than needed: a zone's clock is up to a day away, and so is the end of what was said to be a day.
    const Duration longest = Timestamp{INT64_MAX} - std::max(time_, Timestamp{}) - days(2);
    if (outcome_.timeframe > longest)
        return fault(FaultKind::bad_time, "time", to_iso(time_),
                     "a bar of " + to_text(outcome_.timeframe) + " that ends by 2262-04-09");
    row_[1] = {{outcome_.timeframe.ns, 0}, 0, false};
    if (wall_.date_only && !wall_.is_utc && outcome_.timeframe.ns % days(1).ns == 0) {
        // Days of a zone are 23 to 25 hours long.
        const LocalTime end = clock_.to_utc(wall_.wall + outcome_.timeframe);
        row_[1].scaled.mantissa = (end.earlier - time_).ns;
    }
    if (!close_time_) return true;
    Duration stated;
    const bool is_beyond = __builtin_sub_overflow(close_time_->ns, time_.ns, &stated.ns);
    if (is_beyond || stated.ns <= 0 || stated > longest)
        return fault(FaultKind::bad_time, "close_time", to_iso(*close_time_),
                     is_beyond || stated > longest ? "a time by 2262-04-09" : "a time after the bar opens");
    row_[1].scaled.mantissa = whole_span(stated).ns;
    return true;
}

bool Importer::check_order() {
    if (!has_before_) return true;
    if (time_ < time_before_)
        return fault(FaultKind::out_of_order, "time", to_iso(time_), "a time after " + to_iso(time_before_));
    if (time_ == time_before_ && is_interval_kind(*spec_))
        return fault(FaultKind::duplicate, "time", to_iso(time_), "a time of its own: the row before has it too");
    // Months, and days of a zone, are not all as long as the most common one.
    const bool is_days = outcome_.timeframe.ns % days(1).ns == 0;
    const Duration slack{is_days ? outcome_.timeframe.ns / 8 : 0};
    // Behind a wrong row the timeframe found out may be wrong as well: that row is told alone.
    if (outcome_.fault_count == 0 && is_interval_kind(*spec_) && time_ < end_before_ - slack)
        return fault(FaultKind::out_of_order, "time", to_iso(time_),
                     "a time from " + to_iso(end_before_) + " on, where the bar before ends");
    note_overlap();
    return true;
}

// What check_order() lets through all the same.
void Importer::note_overlap() {
    if (!is_interval_kind(*spec_) || time_ >= end_before_) return;
    ++outcome_.overlap_count;
    if (outcome_.overlaps.size() < options_.faults_kept)
        outcome_.overlaps.push_back({FaultKind::out_of_order, lines_.number(), "time", to_iso(time_),
                                     "a time from " + to_iso(end_before_) + " on, where the bar before ends"});
}

bool Importer::check_bar(size_t open, const char* prefix) {
    const Int128 high = raw(open + 1), low = raw(open + 2);
    const std::string name = prefix;
    if (high < low)
        return fault(FaultKind::high_below_low, name + "high", text_of(open + 1),
                     "at least the low, " + text_of(open + 2));
    for (const size_t column : {open, open + 3}) {
        const Int128 price = raw(column);
        if (price <= high && price >= low) continue;
        return fault(FaultKind::outside_range, spec_->columns[column].name, text_of(column),
                     "a price from " + text_of(open + 2) + " to " + text_of(open + 1));
    }
    return true;
}

bool Importer::check_crossed(size_t bid, size_t ask) {
    if (raw(bid) <= raw(ask) || !options_.crossed_is_a_fault) return true;
    return fault(FaultKind::crossed, spec_->columns[bid].name, text_of(bid), "at most the ask, " + text_of(ask));
}

bool Importer::check_jump(size_t column) {
    const Int128 price = raw(column), before = price_before_;
    price_before_ = price;
    const int64_t factor = options_.outlier_factor;
    if (factor == 0 || !has_before_ || before == 0) return true;
    if (price <= before * factor && price * factor >= before) return true;
    price_before_ = before;  // what follows is judged by the good price
    return fault(FaultKind::outlier, spec_->columns[column].name, text_of(column),
                 "less than " + std::to_string(factor) + " times away from " + decimal_text(before));
}

bool Importer::check_values() {
    switch (spec_->kind) {
        case DataKind::bars:
            return check_bar(bar_open_column, "") && check_jump(5);
        case DataKind::quote_bars:
            return check_bar(bar_open_column, "bid_") && check_bar(quote_bar_ask_open_column, "ask_") &&
                   check_crossed(2, 7) && check_crossed(5, 10) && check_jump(5);
        case DataKind::quotes:
            return check_crossed(1, 3) && check_jump(1);
        case DataKind::trades:
            return check_jump(1);
        case DataKind::fx_rates:
            return check_jump(1);
        case DataKind::book:
        case DataKind::funding:
        case DataKind::actions:
        case DataKind::factors:
            return true;
    }
    return true;
}

void Importer::check_gap() {
    if (!is_interval_kind(*spec_) || !has_before_ || time_ <= time_before_ + outcome_.timeframe) return;
    RowFault gap{FaultKind::gap, lines_.number(), "time", to_iso(time_),
                 "the bar of " + to_iso(time_before_ + outcome_.timeframe) + " before it"};
    if (options_.gaps_are_faults) fault(gap.kind, gap.column, gap.found, gap.expected);
    ++outcome_.gap_count;
    if (outcome_.gaps.size() < options_.faults_kept) outcome_.gaps.push_back(std::move(gap));
}

bool Importer::read_row(std::string_view line) {
    const size_t count = split_fields(line, layout_.delimiter, fields_);
    if (count != layout_.columns.size()) {
        return fault(FaultKind::field_count, "row", line,
                     std::to_string(layout_.columns.size()) + " fields, there are " + std::to_string(count));
    }
    if (is_of_another()) {
        ++outcome_.other_rows;
        return false;
    }
    close_time_.reset();
    clock_ns_ = 0;
    bool good = true;
    for (const Step& step : steps_) good = read_field(step, fields_[step.field]) && good;
    if (!good || !settle_time() || !check_order()) return false;
    check_gap();
    if (is_interval_kind(*spec_) && !settle_span()) return false;
    row_[0] = {{time_.ns, 0}, 0, false};
    return true;
}

Status<> Importer::store(SegmentWriter& writer) {
    for (size_t i = 0; i < spec_->columns.size(); ++i) {
        if (row_[i].is_wide)
            writer.column(i).append_raw(row_[i].raw);
        else
            writer.column(i).append(row_[i].scaled);
    }
    return writer.row_done(time_.ns);
}

Result<ImportOutcome> Importer::run(SegmentWriter& writer) {
    std::string_view line;
    if (layout_.has_header) lines_.next(line);
    uint64_t rows = 0;
    while (lines_.next(line)) {
        if (line.empty()) continue;
        if (++rows % rows_between_progress == 0)
            TRD_CHECK(tell(options_.progress, source_->position(), source_->size()));
        if (!read_row(line)) continue;
        const bool good = check_values();
        // Order is judged by rows whose time could be read, whatever else is wrong with them.
        has_before_ = true;
        time_before_ = time_;
        if (is_interval_kind(*spec_)) end_before_ = time_ + nanoseconds(row_[1].scaled.mantissa);
        if (good && outcome_.fault_count == 0) TRD_CHECK(store(writer));
    }
    if (lines_.failure()) return Fail{*lines_.failure()};
    if (rows == 0) return Fail{Error{ExitCode::data, "E_DATA_LAYOUT", file_ + ": there are no rows", ""}};
    if (timeframe_is_unknown_ && outcome_.fault_count == 0) return Fail{no_timeframe()};
    refuse_unclear_point();
    outcome_.rows = writer.rows();
    outcome_.first = writer.info().first;
    outcome_.last = writer.info().last;
    return std::move(outcome_);
}

}  // namespace trd
