// trd data generate, trd data resample: series out of nothing, and out of other series.
#include <array>

#include "base/suggest.h"
#include "cli/data_calendar.h"
#include "cli/data_common.h"
#include "cli/values.h"
#include "history/operations.h"
#include "history/resample.h"

namespace trd {
namespace {

constexpr Positional generate_positionals[] = {{"SYMBOL", "what to call it; DEMO unless given", false}};
constexpr Positional resample_positionals[] = {{"SYMBOL", "of what", true, false, Completes::symbols},
                                               {"SPAN", "length of the new bars, such as 5m, 1h, 1d or 1w"}};

constexpr Option generate_options[] = {
    {"--kind", "KIND", "what to make; bars unless given here", false, "bars,quote-bars,quotes,trades,book,funding,fx",
     Completes::choices},
    {"--tf", "SPAN", "length of a bar, or the mean time between other rows; 1m unless given here"},
    {"--rows", "N", "how many; 100000, or twenty years of them where that is less, unless given here"},
    {"--seed", "NUMBER", "the same number makes the same rows; 1 unless given here"},
    {"--regime", "NAME", "how the price moves; mixed unless given here", false,
     "mixed,trending,mean-reverting,jumpy,gappy", Completes::choices},
    {"--start", "TIME", "time of the first row; 2020-01-01 unless given here"},
    {"--weekdays", "", "no rows on Saturdays and Sundays, as of what an exchange trades; days are those of UTC"},
    {"--replace", "", "also when the series holds imported rows"},
    catalogue_option,
};
constexpr Option resample_options[] = {
    {"--kind", "KIND",
     "what is read: bars or trades make bars, quote-bars or quotes make quote-bars; bars unless given here", false,
     "bars,quote-bars,quotes,trades", Completes::choices},
    {"--from-tf", "SPAN", "length of the bars to read; the shortest that there is unless given here"},
    {"--zone", "ZONE", "whose days they are, such as America/New_York; UTC unless given here"},
    calendar_option,
    hours_option,
    {"--day-start", "SPAN",
     "when a day begins, after local midnight: 17h for a day that begins at 17:00 of the same date"},
    {"--day-start-before", "SPAN",
     "when a day begins, before local midnight: 7h for a day that begins at 17:00 of the date before"},
    {"--replace", "", "also when the series holds imported rows"},
    catalogue_option,
};

constexpr Example generate_examples[] = {
    {"What the examples run on:", "trd data generate"},
    {"Days of a share, for seven years:", "trd data generate SHARE --tf 1d --rows 1750 --weekdays"},
    {"Ten million trades in a market that jumps:",
     "trd data generate JUMPY --kind trades --rows 10000000 --regime jumpy --tf 50ms"},
};
constexpr Example resample_examples[] = {
    {"Hours from minutes:", "trd data resample BTCUSDT 1h"},
    {"Days of the regular session:", "trd data resample SPY 1d --from-tf 1m --calendar XNYS"},
    {"Days as New York counts them:", "trd data resample SPY 1d --from-tf 1m --zone America/New_York"},
    {"Bars from trades:", "trd data resample SPY 1m --kind trades"},
    {"Quote bars from quotes:", "trd data resample EURUSD 1m --kind quotes"},
};

constexpr std::array<std::string_view, 5> regimes{"mixed", "trending", "mean-reverting", "jumpy", "gappy"};

MarketRegime regime_meant(const Arguments& arguments) {
    const auto name = arguments.value("--regime");
    for (size_t i = 0; i < regimes.size(); ++i)
        if (name == regimes[i]) return static_cast<MarketRegime>(i);
    return MarketRegime::mixed;
}

uint64_t rows_unless_given(const GenerateOptions& options) {
    constexpr int64_t longest_ns = 20 * 365 * hours(24).ns;
    return std::clamp<uint64_t>(static_cast<uint64_t>(longest_ns / options.timeframe.ns), 1, options.rows);
}

Result<GenerateOptions> generate_options_of(const Arguments& arguments) {
    GenerateOptions options;
    options.symbol = arguments.value("SYMBOL").value_or("DEMO");
    options.kind = kind_meant(arguments);
    options.regime = regime_meant(arguments);
    TRD_TRY(const auto timeframe, duration_value(arguments, "--tf"));
    options.timeframe = timeframe.value_or(options.timeframe);
    TRD_TRY(const auto rows, count_value(arguments, "--rows"));
    options.rows = rows.value_or(rows_unless_given(options));
    TRD_TRY(const auto seed, count_value(arguments, "--seed"));
    options.seed = seed.value_or(options.seed);
    TRD_TRY(const auto start, time_value(arguments, "--start"));
    options.start = start.value_or(options.start);
    options.weekdays_only = arguments.has("--weekdays");
    // A gappy market takes up to two hundred steps at once, and weekends are two days of seven.
    const int stretch = (options.regime == MarketRegime::gappy ? 2 : 1) * (options.weekdays_only ? 2 : 1);
    const Int128 reach = static_cast<Int128>(options.rows) * options.timeframe.ns * stretch;
    if (options.rows == 0 || options.start.ns + reach > INT64_MAX)
        return Fail{bad_value("--rows", arguments.value("--rows").value_or(std::to_string(options.rows)),
                              "1 or more, and not beyond the year 2262")};
    return options;
}

Result<Answer> made(const Context& context, std::string_view schema, const SeriesKey& key, uint64_t rows,
                    const std::string& note) {
    Answer answer{.schema = schema};
    answer.notes.push_back(note);
    if (!context.json()) return answer;
    JsonWriter json;
    json.begin_object();
    put_key(json, key);
    answer.data = json.member("rows", rows).end_object().take();
    return answer;
}

Result<Answer> run_generate(Context& context) {
    TRD_TRY(const std::string root, catalogue_folder(context));
    TRD_TRY(GenerateOptions options, generate_options_of(context.arguments));
    Progress progress(context, "generate");
    options.progress = progress_call(progress);
    const auto key = generate_series(root, options, context.arguments.has("--replace"));
    progress.clear();
    if (!key) return Fail{cli_error(key.error())};
    return made(context, "trd.data.generate/1", *key, options.rows,
                "generated " + counted(options.rows, "row") + " of " + describe(*key) + " in " + root);
}

// Bars of a venue's sessions; what lies outside of them is left out.
Result<BarSchedule> session_schedule(const Context& context, Duration timeframe) {
    for (const std::string_view other : {"--zone", "--day-start", "--day-start-before"})
        if (context.arguments.has(other))
            return Fail{Error{ExitCode::usage, "E_USAGE_CALENDAR",
                              "--calendar and " + std::string(other) + " contradict each other",
                              "a calendar brings its own zone and hours"}};
    TRD_TRY(const Calendar calendar, calendar_meant(context));
    return BarSchedule(timeframe, calendar.zone(), calendar.sessions(hours_meant(context.arguments)));
}

Result<BarSchedule> schedule_of(const Context& context) {
    const Arguments& arguments = context.arguments;
    const std::string span = *arguments.value("SPAN");
    const auto timeframe = parse_duration(span);
    if (!timeframe || timeframe->ns <= 0) return Fail{bad_value("SPAN", span, "a length such as 5m, 1h or 1d")};
    if (*timeframe > days(1) && timeframe->ns % days(1).ns != 0)
        return Fail{bad_value("SPAN", span, "a whole number of days above one day")};
    if (arguments.has("--calendar")) return session_schedule(context, *timeframe);
    const std::string name = arguments.value("--zone").value_or("UTC");
    const auto zone = Zone::find(name);
    if (!zone) {
        const auto names = zone_names();
        const std::vector<std::string_view> views(names.begin(), names.end());
        return Fail{Error{ExitCode::usage, "E_USAGE_ZONE",
                          "there is no time zone '" + name + "'" + did_you_mean(name, views),
                          "zones are named as in America/New_York"}};
    }
    TRD_TRY(const auto after, duration_value(arguments, "--day-start"));
    TRD_TRY(const auto before, duration_value(arguments, "--day-start-before"));
    return BarSchedule(*timeframe, *zone, before ? -*before : after.value_or(Duration{}));
}

// The shortest one: series come ascending, and short bars fit the boundaries of any zone and session.
Duration shortest_below(const Catalogue& catalogue, const SeriesKey& key, Duration target) {
    for (const SeriesRecord& record : catalogue.series())
        if (record.key.kind == key.kind && record.key.symbol == key.symbol && record.key.timeframe < target)
            return record.key.timeframe;
    return {};
}

// The ticks that bars of the kind can be made of, where the catalogue has them.
std::optional<SeriesKey> ticks_for(const Catalogue& catalogue, const SeriesKey& key) {
    const DataKind kind = key.kind == DataKind::bars ? DataKind::trades : DataKind::quotes;
    const SeriesKey ticks{kind, key.symbol, {}};
    return catalogue.find(ticks) != nullptr ? std::optional(ticks) : std::nullopt;
}

// There are such bars, or ticks to make them of, but no bars that are shorter than what is asked for.
std::optional<Error> nothing_shorter(const Catalogue& catalogue, const SeriesKey& key, Duration target) {
    std::string there;
    Duration shortest{};
    for (const SeriesRecord& record : catalogue.series()) {
        if (record.key.kind != key.kind || record.key.symbol != key.symbol) continue;
        if (there.empty()) shortest = record.key.timeframe;
        there.append(there.empty() ? "" : ", ").append(to_text(record.key.timeframe));
    }
    const auto ticks = ticks_for(catalogue, key);
    if (there.empty() && !ticks) return std::nullopt;
    const std::string name = std::string(spec_of(key.kind).name) + " of " + key.symbol;
    Error error{ExitCode::not_found, "E_DATA_MISSING", "there are no " + name, ""};
    if (!there.empty()) error.message += " shorter than " + to_text(target) + ", only of " + there;
    if (ticks) {
        error.hint = "make them of the " + std::string(spec_of(ticks->kind).name) + " that are there: --kind " +
                     std::string(spec_of(ticks->kind).name);
    } else {
        error.hint = "longer bars are made of shorter ones: ask for more than " + to_text(shortest) +
                     ", or import shorter bars or " + (key.kind == DataKind::bars ? "trades" : "quotes");
    }
    return error;
}

Result<SeriesKey> resample_source(const Context& context, const Catalogue& catalogue, Duration target) {
    SeriesKey key{kind_meant(context.arguments), *context.arguments.value("SYMBOL"), {}};
    TRD_TRY(const auto timeframe, duration_value(context.arguments, "--from-tf"));
    if (!spec_of(key.kind).has_timeframe) {
        if (!timeframe) return key;
        return Fail{Error{ExitCode::usage, "E_USAGE_TF",
                          std::string(spec_of(key.kind).name) + " have no timeframe to read from",
                          "leave --from-tf out; SPAN says how long the new bars are"}};
    }
    key.timeframe = timeframe.value_or(shortest_below(catalogue, key, target));
    if (key.timeframe.ns == 0)
        if (auto error = nothing_shorter(catalogue, key, target)) return Fail{cli_error(std::move(*error))};
    if (key.timeframe.ns == 0 || key.timeframe < target) return key;
    return Fail{
        bad_value("SPAN", *context.arguments.value("SPAN"), "longer than the bars read, " + to_text(key.timeframe))};
}

// For the record of where the rows came from.
std::string days_of(const Arguments& arguments) {
    if (const auto calendar = arguments.value("--calendar"))
        return *calendar + " " + arguments.value("--hours").value_or("regular");
    return arguments.value("--zone").value_or("UTC");
}

std::string cause_of(const SeriesKey& from, const Arguments& arguments) {
    std::string text = "resample";
    if (from.kind != DataKind::bars) text.append(" ").append(spec_of(from.kind).name);
    if (from.timeframe.ns > 0) text += " " + to_text(from.timeframe);
    return text + " " + days_of(arguments);
}

std::string resampled_text(const SeriesKey& from, const ResampleReport& report) {
    std::string text = "resampled " + counted(report.rows_read, "row") + " of " + describe(from) + " to " +
                       std::to_string(report.rows) + " of " + describe(report.key);
    if (report.left_out > 0) text += "; " + counted(report.left_out, "row") + " outside of the sessions left out";
    return text;
}

Result<Answer> run_resample(Context& context) {
    TRD_TRY(const std::string root, catalogue_to_read(context));
    TRD_TRY(const BarSchedule schedule, schedule_of(context));
    TRD_TRY(const Catalogue catalogue, Catalogue::open(root));
    TRD_TRY(const SeriesKey from, resample_source(context, catalogue, schedule.timeframe()));
    Progress progress(context, "resample");
    ResampleRequest request{from, schedule, cause_of(from, context.arguments), context.arguments.has("--replace"),
                            progress_call(progress)};
    const auto report = resample_series(root, request);
    progress.clear();
    if (!report) return Fail{cli_error(report.error())};
    return made(context, "trd.data.resample/1", report->key, report->rows, resampled_text(from, *report));
}

}  // namespace

extern const Verb data_generate_verb;
const Verb data_generate_verb{
    .path = "data generate",
    .summary = "Make up market data for demonstrations and tests",
    .description =
        "The same options make the same bytes on every machine. What the series held before stays as an older "
        "revision.",
    .positionals = generate_positionals,
    .options = generate_options,
    .examples = generate_examples,
    .run = run_generate,
};

extern const Verb data_resample_verb;
const Verb data_resample_verb{
    .path = "data resample",
    .summary = "Make longer bars out of shorter ones or of ticks",
    .description =
        "Bars below a day are counted from the beginning of the zone's day, so a day of 25 hours has 25 bars of an "
        "hour. Days and weeks are those of the zone; weeks begin on Monday. Of trades, a span without any has no bar; "
        "of quotes, the first of a span is its open, and sizes are the last ones.",
    .positionals = resample_positionals,
    .options = resample_options,
    .examples = resample_examples,
    .run = run_resample,
};

}  // namespace trd
