#include "history/import_layout.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>

#include "base/suggest.h"
#include "history/import_names.h"
#include "history/import_symbols.h"
#include "history/import_text.h"

namespace trd {
namespace {

constexpr size_t fields_max = 64;
constexpr size_t sample_rows_max = 200;

constexpr std::array<std::string_view, 6> clock_names{"clock", "time_of_day", "hour", "tod", "hhmm", "time_est"};
constexpr std::array<std::string_view, 4> close_time_names{"close_time", "closetime", "end_time", "end"};

template <class Names>
bool contains(const Names& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

// "time_new_york" is America/New_York: the last part of a zone's name, one zone only once aliases of old are left out.
std::string zone_of_header(std::string_view name) {
    constexpr std::string_view prefix = "time_";
    if (name.substr(0, prefix.size()) != prefix) return {};
    const std::string city = std::string(name.substr(prefix.size()));
    if (city == "utc" || city == "gmt") return "UTC";
    for (const std::string& zone : zone_names()) {
        const size_t slash = zone.rfind('/');
        if (slash != std::string::npos && normal_name(std::string_view(zone).substr(slash + 1)) == city) return zone;
    }
    return {};
}

// The lines of the sample, without one that the sample's end has cut.
std::vector<std::string_view> whole_lines(std::string_view sample) {
    std::vector<std::string_view> lines;
    while (!sample.empty() && lines.size() < sample_rows_max) {
        const size_t end = sample.find('\n');
        if (end == std::string_view::npos && !lines.empty()) break;
        std::string_view line = sample.substr(0, end);
        if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
        if (!line.empty()) lines.push_back(line);
        sample.remove_prefix(end == std::string_view::npos ? sample.size() : end + 1);
    }
    return lines;
}

char delimiter_of(std::string_view line) {
    constexpr std::string_view candidates = ",;\t|";
    const auto count = [line](char c) { return std::count(line.begin(), line.end(), c); };
    return *std::max_element(candidates.begin(), candidates.end(), [&](char a, char b) { return count(a) < count(b); });
}

std::vector<std::string_view> fields_of(std::string_view line, char delimiter) {
    std::vector<std::string_view> fields(fields_max);
    fields.resize(std::min(split_fields(line, delimiter, fields), fields_max));
    return fields;
}

bool looks_like_data(const std::vector<std::string_view>& fields) {
    size_t values = 0;
    for (const std::string_view field : fields)
        if (time_format_of(field) || parse_decimal_field(field)) ++values;
    return values * 2 > fields.size();
}

// Dumps without a header: which of our columns stand where, by kind and count of fields ("" is ignored).
struct Preset {
    DataKind kind;
    std::string_view name;
    size_t fields;
    std::array<std::string_view, 12> columns;
};
constexpr Preset presets[] = {
    {DataKind::bars, "kline", 12, {"time", "open", "high", "low", "close", "volume", "close_time"}},
    {DataKind::bars, "open-high-low-close-volume", 6, {"time", "open", "high", "low", "close", "volume"}},
    {DataKind::bars, "open-high-low-close", 5, {"time", "open", "high", "low", "close"}},
    {DataKind::bars,
     "date-clock-open-high-low-close-volume",
     7,
     {"time", "clock", "open", "high", "low", "close", "volume"}},
    {DataKind::trades, "trade dump", 7, {"id", "price", "size", "", "time", "side"}},
    {DataKind::trades, "trade dump", 6, {"id", "price", "size", "", "time", "side"}},
    {DataKind::trades, "aggregate trade dump", 8, {"id", "price", "size", "", "", "time", "side"}},
    {DataKind::trades, "time-price-size-side", 4, {"time", "price", "size", "side"}},
    {DataKind::trades, "time-price-size", 3, {"time", "price", "size"}},
    {DataKind::quotes, "time-bid-size-ask-size", 5, {"time", "bid", "bid_size", "ask", "ask_size"}},
    {DataKind::fx_rates, "time-rate", 2, {"time", "rate"}},
    {DataKind::funding, "time-rate", 2, {"time", "rate"}},
};

const Preset* preset_for(DataKind kind, size_t fields) {
    for (const Preset& preset : presets)
        if (preset.kind == kind && preset.fields == fields) return &preset;
    return nullptr;
}

class LayoutFinder {
  public:
    LayoutFinder(std::string_view sample, const std::string& file, const LayoutOptions& options)
        : sample_(sample), lines_(whole_lines(sample)), file_(file), options_(options), spec_(spec_of(options.kind)) {}

    Result<ImportLayout> find() {
        TRD_CHECK(check_text());
        if (lines_.empty()) return fail(1, "the file is empty, expected rows of " + std::string(spec_.name), "");
        layout_.delimiter = delimiter_of(lines_[0]);
        const auto first = fields_of(lines_[0], layout_.delimiter);
        layout_.has_header = !looks_like_data(first);
        name_columns(first);
        if (!options_.map.empty())
            TRD_CHECK(apply_map());
        else if (layout_.has_header)
            apply_header();
        else
            TRD_CHECK(apply_preset(first.size()));
        if (layout_.has_header) TRD_CHECK(check_names());
        TRD_CHECK(check_required());
        TRD_CHECK(find_time_format());
        TRD_CHECK(settle_zone());
        settle_price_digits();
        return std::move(layout_);
    }

  private:
    Fail<Error> fail(size_t line, const std::string& what, std::string hint) const {
        return Fail{
            Error{ExitCode::data, "E_DATA_LAYOUT", file_ + ":" + std::to_string(line) + ": " + what, std::move(hint)}};
    }

    Status<> check_text() const {
        const auto other = what_else_it_is(sample_);
        return other ? Status<>(fail(1, other->what, other->hint)) : done;
    }

    void name_columns(const std::vector<std::string_view>& first) {
        for (size_t i = 0; i < first.size(); ++i) {
            TextColumn column;
            column.name = layout_.has_header ? std::string(first[i]) : "column " + std::to_string(i + 1);
            layout_.columns.push_back(std::move(column));
        }
    }

    bool is_taken(size_t target) const {
        return std::any_of(layout_.columns.begin(), layout_.columns.end(),
                           [target](const TextColumn& c) { return c.role == TextRole::column && c.target == target; });
    }

    TextColumn* column_of_symbols() {
        const auto found = std::find_if(layout_.columns.begin(), layout_.columns.end(),
                                        [](const TextColumn& c) { return c.role == TextRole::symbol; });
        return found == layout_.columns.end() ? nullptr : &*found;
    }

    // "name,symbol" has two columns that could say whose a row is.
    bool is_better_of_symbols(std::string_view name) {
        const auto rank = rank_of_symbols(name);
        if (!rank || all_are_one_symbols_) return false;
        const TextColumn* present = column_of_symbols();
        if (present == nullptr) return true;
        const std::string present_name = normal_name(present->name);
        return !mapped_.contains(present_name) && *rank < rank_of_symbols(present_name).value_or(0);
    }

    void take_symbols_from(TextColumn& column) {
        if (TextColumn* present = column_of_symbols()) present->role = TextRole::ignored;
        column.role = TextRole::symbol;
    }

    void assign(TextColumn& column, std::string_view name) {
        if (contains(close_time_names, name))
            column.role = TextRole::close_time;
        else if (contains(clock_names, name))
            column.role = TextRole::clock;
        if (column.role != TextRole::ignored) return;
        const auto target = column_meant(spec_, name);
        if (!target && is_better_of_symbols(name)) take_symbols_from(column);
        if (!target || is_taken(*target)) return;
        column.role = TextRole::column;
        column.target = *target;
    }

    void apply_header() {
        for (TextColumn& column : layout_.columns) {
            if (column.role != TextRole::ignored) continue;  // --map has the last word
            const std::string name = normal_name(column.name);
            // "date,time,...": the second of the two is the clock.
            if (name == "time" && is_taken(0))
                column.role = TextRole::clock;
            else
                assign(column, name);
            if (column.role != TextRole::ignored || is_taken(0)) continue;
            const std::string zone = zone_of_header(name);
            if (zone.empty()) continue;
            column.role = TextRole::column;
            column.target = 0;
            layout_.zone = zone;
            layout_.zone_is_given = true;
        }
    }

    Status<> apply_preset(size_t fields) {
        const Preset* preset = preset_for(options_.kind, fields);
        if (preset == nullptr)
            return fail(1,
                        "there is no header, and no known layout of " + std::string(spec_.name) + " has " +
                            std::to_string(fields) + " columns",
                        "say what the columns are: --map " + map_example());
        layout_.preset = preset->name;
        for (size_t i = 0; i < fields && i < preset->columns.size(); ++i)
            if (!preset->columns[i].empty()) assign(layout_.columns[i], preset->columns[i]);
        return done;
    }

    std::string map_example() const {
        std::string example;
        size_t number = 1;
        for (const ColumnSpec& column : spec_.columns) {
            if (!column.required) continue;
            if (!example.empty()) example += ',';
            example.append(column.name).append("=").append(std::to_string(number++));
        }
        return example;
    }

    // By number from 1, or by the header's name.
    TextColumn* column_called(std::string_view text) {
        size_t number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (error == std::errc() && end == text.data() + text.size())
            return number >= 1 && number <= layout_.columns.size() ? &layout_.columns[number - 1] : nullptr;
        for (TextColumn& column : layout_.columns)
            if (layout_.has_header && normal_name(column.name) == normal_name(text)) return &column;
        return nullptr;
    }

    // What --map does not name keeps the meaning its header gives it, unless that is mapped elsewhere.
    Status<> apply_map() {
        std::string_view rest = options_.map;
        while (!rest.empty()) {
            const std::string_view item = rest.substr(0, rest.find(','));
            rest.remove_prefix(std::min(rest.size(), item.size() + 1));
            TRD_CHECK(apply_map_item(item));
        }
        if (layout_.has_header) apply_header();
        for (TextColumn& column : layout_.columns)
            if (column.role == TextRole::column && std::count(unmapped_.begin(), unmapped_.end(), column.target) > 0)
                column.role = TextRole::ignored;
        return done;
    }

    Status<> apply_map_item(std::string_view item) {
        const size_t equals = item.find('=');
        const std::string_view ours = item.substr(0, equals);
        const std::string_view theirs = equals == std::string_view::npos ? "" : item.substr(equals + 1);
        const auto target = column_named(spec_, ours);
        const auto other = other_role(ours);
        if (equals == std::string_view::npos || (!target && !other))
            return usage("--map: '" + std::string(ours) + "' is not a column of " + std::string(spec_.name) +
                         did_you_mean(ours, column_names()));
        if (!said_.insert(std::string(ours)).second)
            return usage("--map says twice what " + std::string(ours) + " is, the second time '" + std::string(theirs) +
                         "'");
        if (theirs == "-") {
            if (target) unmapped_.push_back(*target);
            all_are_one_symbols_ = all_are_one_symbols_ || other == TextRole::symbol;
            return done;
        }
        TextColumn* column = column_called(theirs);
        if (column == nullptr)
            return usage("--map: " + file_ + " has no column '" + std::string(theirs) + "'" +
                         did_you_mean(theirs, header_names()));
        const bool by_number = std::all_of(theirs.begin(), theirs.end(), [](char c) { return c >= '0' && c <= '9'; });
        const auto twins = by_number ? std::nullopt : twins_of(normal_name(theirs));
        if (twins) return usage("--map: in " + file_ + " " + describe_twins(*twins, theirs));
        if (column->role != TextRole::ignored)
            return usage("--map has '" + std::string(theirs) + "' twice, the second time for " + std::string(ours));
        mapped_.insert(normal_name(column->name));
        column->role = other.value_or(TextRole::column);
        column->target = target.value_or(0);
        return done;
    }

    static std::optional<TextRole> other_role(std::string_view ours) {
        if (ours == "clock") return TextRole::clock;
        if (ours == "close_time") return TextRole::close_time;
        return ours == "symbol" ? std::optional(TextRole::symbol) : std::nullopt;
    }

    std::vector<std::string_view> header_names() const {
        std::vector<std::string_view> names;
        if (!layout_.has_header) return names;
        for (const TextColumn& column : layout_.columns) names.push_back(column.name);
        return names;
    }

    std::vector<std::string_view> column_names() const {
        std::vector<std::string_view> names;
        for (const ColumnSpec& column : spec_.columns) names.push_back(column.name);
        return names;
    }

    static Fail<Error> usage(std::string message) {
        return Fail{Error{ExitCode::usage, "E_USAGE_MAP", std::move(message),
                          "write --map OURS=THEIRS,... with a header's name or a number from 1"}};
    }

    // The first column of the name that has one after it.
    std::optional<std::pair<size_t, size_t>> twins_of(const std::string& name) const {
        std::optional<size_t> first;
        for (size_t i = 0; i < layout_.columns.size(); ++i) {
            if (normal_name(layout_.columns[i].name) != name) continue;
            if (first) return std::pair{*first, i};
            first = i;
        }
        return std::nullopt;
    }

    static std::string describe_twins(const std::pair<size_t, size_t>& twins, std::string_view name) {
        return "columns " + std::to_string(twins.first + 1) + " and " + std::to_string(twins.second + 1) +
               " are both called \"" + std::string(name) + "\"";
    }

    // A name that means something must mean one column, unless --map has said which.
    Status<> check_names() const {
        for (const TextColumn& column : layout_.columns) {
            const std::string name = normal_name(column.name);
            if (column.role == TextRole::ignored || mapped_.contains(name)) continue;
            if (const auto twins = twins_of(name))
                return fail(1, describe_twins(*twins, column.name),
                            "say by number which one counts: --map OURS=" + std::to_string(twins->first + 1));
        }
        return done;
    }

    std::string listed_columns() const {
        constexpr size_t most = 20;
        std::string names;
        for (size_t i = 0; i < std::min(layout_.columns.size(), most); ++i)
            names.append(names.empty() ? "" : ", ").append(quotable(layout_.columns[i].name));
        return layout_.columns.size() > most ? names + ", ..." : names;
    }

    Status<> check_required() const {
        std::string missing, map;
        size_t count = 0;
        for (size_t i = 0; i < spec_.columns.size(); ++i) {
            if (!spec_.columns[i].required || is_taken(i)) continue;
            const std::string name(spec_.columns[i].name);
            missing.append(count == 0 ? "" : ", ").append(name);
            map.append(count == 0 ? "" : ",").append(name + "=COLUMN");
            ++count;
        }
        if (count == 0) return done;
        return fail(1, "no column for " + missing + " among: " + listed_columns(),
                    (count == 1 ? "name it: --map " : "name them: --map ") + map);
    }

    std::string_view sample_field(size_t column) const {
        const size_t row = layout_.has_header ? 1 : 0;
        if (row >= lines_.size()) return {};
        const auto fields = fields_of(lines_[row], layout_.delimiter);
        return column < fields.size() ? fields[column] : std::string_view{};
    }

    Status<> find_time_format() {
        for (size_t i = 0; i < layout_.columns.size(); ++i) {
            TextColumn& column = layout_.columns[i];
            const bool is_time = column.role == TextRole::column && column.target == 0;
            if (!is_time && column.role != TextRole::close_time) continue;
            const std::string_view field = sample_field(i);
            if (lines_.size() <= (layout_.has_header ? 1U : 0U))
                return fail(1, "the file has a header and no rows", "");
            const auto format = time_format_of(field);
            if (!format && is_time)
                return fail(layout_.has_header ? 2 : 1,
                            quotable(column.name) + " is \"" + quotable(field) + "\", expected a time",
                            "times are ISO 8601, YYYYMMDD, YYYY.MM.DD, DD.MM.YYYY, MM/DD/YYYY, DD/MM/YYYY or epoch s, "
                            "ms, us or ns");
            if (!format)
                column.role = TextRole::ignored;
            else
                column.time_format = *format;
        }
        return done;
    }

    Status<> settle_zone() {
        if (!options_.zone.empty()) {
            layout_.zone = options_.zone;
            layout_.zone_is_given = true;
        }
        const auto zone = Zone::find(layout_.zone);
        if (zone) return done;
        const std::vector<std::string> names = zone_names();
        const std::vector<std::string_view> views(names.begin(), names.end());
        return Fail{Error{ExitCode::usage, "E_USAGE_ZONE",
                          "there is no time zone '" + layout_.zone + "'" + did_you_mean(layout_.zone, views),
                          "zones are named as in America/New_York"}};
    }

    // A published dump of equity bars has no header, compact dates with a clock and prices times 10,000; no other one
    // looks like it. Without the clock days of shares of whole prices above 1,000 would.
    void settle_price_digits() {
        if (options_.price_digits) {
            layout_.price_digits = *options_.price_digits;
            return;
        }
        if (layout_.has_header || options_.kind != DataKind::bars || !time_is_compact_with_clock()) return;
        for (const std::string_view line : lines_) {
            const auto fields = fields_of(line, layout_.delimiter);
            for (size_t i = 0; i < layout_.columns.size() && i < fields.size(); ++i)
                if (is_price(layout_.columns[i]) && !is_large_whole_number(fields[i])) return;
        }
        layout_.price_digits = 4;
    }
    bool time_is_compact_with_clock() const {
        const auto is_time = [](const TextColumn& c) { return c.role == TextRole::column && c.target == 0; };
        const auto time = std::find_if(layout_.columns.begin(), layout_.columns.end(), is_time);
        return time->time_format == TimeFormat::compact &&
               sample_field(static_cast<size_t>(time - layout_.columns.begin())).find(' ') != std::string_view::npos;
    }
    bool is_price(const TextColumn& column) const {
        return column.role == TextRole::column && spec_.columns[column.target].unit == ColumnUnit::price;
    }
    static bool is_large_whole_number(std::string_view field) {
        const auto value = parse_decimal_field(field);
        return value && field.find('.') == std::string_view::npos && !value->is_wide && value->scaled.mantissa >= 1'000;
    }

    std::string_view sample_;
    std::vector<std::string_view> lines_;
    const std::string& file_;
    const LayoutOptions& options_;
    const KindSpec& spec_;
    std::vector<size_t> unmapped_;
    std::set<std::string> mapped_;      // names of columns, in normal form, that --map has settled
    std::set<std::string> said_;        // our columns that --map has one for
    bool all_are_one_symbols_ = false;  // --map says that a column of symbols does not count
    ImportLayout layout_;
};

}  // namespace

namespace {

// How many columns of the kind the header names, or nothing when one is missing that must be there.
std::optional<size_t> columns_named(const KindSpec& spec, const std::vector<std::string_view>& header) {
    std::vector<bool> found(spec.columns.size());
    for (const std::string_view field : header) {
        const std::string name = normal_name(field);
        const auto column = column_meant(spec, name);
        if (column)
            found[*column] = true;
        else if (name.substr(0, 5) == "time_")
            found[0] = true;
    }
    for (size_t i = 0; i < found.size(); ++i)
        if (spec.columns[i].required && !found[i]) return std::nullopt;
    return static_cast<size_t>(std::count(found.begin(), found.end(), true));
}

std::optional<DataKind> kind_without_header(const std::vector<std::string_view>& first) {
    const bool time_first = time_format_of(first[0]).has_value();
    for (const Preset& preset : presets)
        if (preset.fields == first.size() && (preset.columns[0] == "time") == time_first) return preset.kind;
    return std::nullopt;
}

bool has_book_side(const std::vector<std::string_view>& header, const std::vector<std::string_view>& row) {
    constexpr std::array<std::string_view, 6> sides{"bid", "ask", "BID", "ASK", "Bid", "Ask"};
    for (size_t i = 0; i < header.size() && i < row.size(); ++i)
        if (normal_name(header[i]) == "side") return contains(sides, row[i]);
    return false;
}

}  // namespace

namespace {

// Funding and exchange rates have the same columns. A name may tell, and only funding is ever zero or below; otherwise
// nothing does.
Result<DataKind> kind_of_rates(const std::vector<std::string_view>& lines, const std::vector<std::string_view>& header,
                               const std::string& file) {
    size_t rate = 0;
    for (size_t i = 0; i < header.size(); ++i) {
        const std::string name = normal_name(header[i]);
        if (name.find("funding") != std::string::npos) return DataKind::funding;
        if (name == "fx_rate") return DataKind::fx_rates;
        if (name == "rate") rate = i;
    }
    for (const std::string_view line : std::span(lines).subspan(1)) {
        const auto fields = fields_of(line, delimiter_of(lines[0]));
        const auto value = parse_decimal_field(rate < fields.size() ? fields[rate] : std::string_view{});
        if (value && (value->is_wide ? value->raw : Int128{value->scaled.mantissa}) <= 0) return DataKind::funding;
    }
    return Fail{Error{ExitCode::data, "E_DATA_LAYOUT", file + ": these may be funding rates or exchange rates",
                      "say which: --kind funding or --kind fx"}};
}

}  // namespace

Result<std::optional<DataKind>> guess_kind(std::string_view sample, const std::string& file, const std::string& map) {
    const auto lines = whole_lines(sample);
    const bool is_of_symbols_alone = map.starts_with("symbol=") && map.find(',') == std::string::npos;
    if (lines.empty() || !(map.empty() || is_of_symbols_alone)) return std::optional<DataKind>();
    const auto first = fields_of(lines[0], delimiter_of(lines[0]));
    if (looks_like_data(first)) return kind_without_header(first);
    std::optional<DataKind> best;
    size_t most = 0;
    for (const KindSpec& spec : data_kinds()) {
        const auto count = columns_named(spec, first);
        if (!count || *count <= most) continue;
        most = *count;
        best = spec.kind;
    }
    // Trades and book levels have the same columns; only their sides differ.
    if (best == DataKind::trades && lines.size() > 1 &&
        has_book_side(first, fields_of(lines[1], delimiter_of(lines[0]))))
        return std::optional(DataKind::book);
    if (best != DataKind::funding) return best;
    TRD_TRY(best, kind_of_rates(lines, first, file));
    return best;
}

size_t split_fields(std::string_view line, char delimiter, std::span<std::string_view> fields) {
    size_t count = 0;
    const char* place = line.data();
    const char* end = place + line.size();
    while (true) {
        while (place != end && *place == ' ') ++place;
        const bool quoted = place != end && *place == '"';
        const char* begin = quoted ? ++place : place;
        while (place != end && *place != (quoted ? '"' : delimiter)) ++place;
        const char* stop = place;
        while (place != end && *place != delimiter) ++place;
        while (stop != begin && !quoted && stop[-1] == ' ') --stop;
        if (count < fields.size()) fields[count] = {begin, static_cast<size_t>(stop - begin)};
        ++count;
        if (place == end) return count;
        ++place;
    }
}

Result<ImportLayout> find_layout(std::string_view sample, const std::string& file, const LayoutOptions& options) {
    return LayoutFinder(sample, file, options).find();
}

namespace {

std::string_view name_of(const KindSpec& spec, const TextColumn& column) {
    switch (column.role) {
        case TextRole::column:
            return spec.columns[column.target].name;
        case TextRole::clock:
            return "clock";
        case TextRole::close_time:
            return "close_time";
        case TextRole::symbol:
            return "symbol";
        case TextRole::ignored:
            break;
    }
    return {};
}

// "; not used: a, b"
std::string unused_columns(const ImportLayout& layout) {
    std::string text;
    for (const TextColumn& column : layout.columns)
        if (column.role == TextRole::ignored)
            text.append(text.empty() ? "; not used: " : ", ").append(quotable(column.name));
    return text;
}

}  // namespace

std::string describe(const ImportLayout& layout, DataKind kind) {
    const KindSpec& spec = spec_of(kind);
    std::string text(spec.name);
    text += layout.has_header ? ", with a header" : ", without a header";
    if (!layout.preset.empty()) text += " (" + layout.preset + ")";
    for (const TextColumn& column : layout.columns) {
        if (column.role == TextRole::ignored) continue;
        text.append("; ").append(name_of(spec, column)).append(" = ").append(column.name);
        const bool is_time =
            column.role == TextRole::close_time || (column.role == TextRole::column && column.target == 0);
        if (is_time) text.append(" (").append(name_of(column.time_format)).append(", ").append(layout.zone).append(")");
    }
    if (layout.price_digits > 0)
        text += "; prices are divided by " + std::to_string(powers_of_ten[layout.price_digits]);
    return text + unused_columns(layout);
}

}  // namespace trd
