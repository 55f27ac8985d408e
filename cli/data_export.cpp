// trd data export, trd data show: series as text.
#include "cli/data_instruments.h"
#include "cli/text_format.h"
#include "cli/values.h"
#include "history/export_csv.h"

namespace trd {
namespace {

constexpr Positional export_positionals[] = {
    {"SYMBOL", "what to export", true, false, Completes::symbols},
    {"FILE", "where to; standard output unless given", false, false, Completes::files},
};
constexpr Positional show_positionals[] = {{"SYMBOL", "what to show", true, false, Completes::symbols}};

constexpr Option export_options[] = {
    kind_option,
    timeframe_option,
    {"--from", "TIME", "first moment, a date or a time; UTC unless it names its offset"},
    {"--to", "TIME", "end, not included"},
    {"--revision", "N", "an older state of the series, from 1; the newest unless given"},
    {"--adjust", "POLICY", "what is done about splits and dividends: all, splits only, or none, unless given here",
     false, "none,splits,all", Completes::choices},
    catalogue_option,
};
constexpr Option show_options[] = {kind_option,
                                   timeframe_option,
                                   {"--rows", "N", "how many rows of its beginning; 5 unless given here"},
                                   {"--revision", "N", "an older state of the series, from 1; the newest unless given"},
                                   catalogue_option};

constexpr Example export_examples[] = {
    {"To a file:", "trd data export SPY spy.csv --tf 1d"},
    {"A year of minutes, compressed:",
     "trd data export SPY --tf 1m --from 2023-01-01 --to 2024-01-01 | zstd > spy.csv.zst"},
};
constexpr Example show_examples[] = {{"What is known about it, and its first rows:", "trd data show SPY --tf 1d"}};

struct Chosen {
    SeriesKey key;
    std::vector<std::string> paths;
    const SeriesRecord* record = nullptr;
};

Result<Chosen> choose(const Context& context, const Catalogue& catalogue) {
    Chosen chosen;
    TRD_TRY(chosen.key, series_meant(context, catalogue));
    TRD_TRY(const auto revision, count_value(context.arguments, "--revision"));
    TRD_TRY(chosen.paths, catalogue.paths_of(chosen.key, static_cast<size_t>(revision.value_or(0))));
    chosen.record = catalogue.find(chosen.key);
    return chosen;
}

// Bars as --adjust says, with the days of the instrument's zone.
Result<Adjuster> adjuster_of(const Catalogue& catalogue, const Chosen& chosen, Adjustment adjustment) {
    if (chosen.key.kind != DataKind::bars)
        return Fail{Error{ExitCode::usage, "E_USAGE_KIND",
                          std::string(spec_of(chosen.key.kind).name) + " cannot be adjusted", "leave --adjust out"}};
    TRD_TRY(const BarSeries raw, BarSeries::open(chosen.paths));
    TRD_TRY(const auto instrument, find_instrument(catalogue.root(), chosen.key.symbol));
    const auto zone = instrument && !instrument->zone.empty() ? Zone::find(instrument->zone) : Zone::utc();
    return Adjuster::open(catalogue, adjustment, raw, zone ? *zone : Zone::utc());
}

Result<ExportOptions> export_options_of(const Context& context, const Catalogue& catalogue, const Chosen& chosen) {
    const Arguments& arguments = context.arguments;
    ExportOptions options;
    TRD_TRY(options.from, time_value(arguments, "--from"));
    TRD_TRY(options.to, time_value(arguments, "--to"));
    const auto adjustment = adjustment_named(arguments.value("--adjust").value_or("none"));
    if (adjustment == Adjustment::none) return options;
    TRD_TRY(options.adjuster, adjuster_of(catalogue, chosen, *adjustment));
    return options;
}

Result<uint64_t> export_to_file(const Chosen& chosen, const ExportOptions& options, const std::string& path) {
    TRD_TRY(NewFile file, NewFile::create(path));
    TRD_TRY(const uint64_t rows, export_csv(chosen.paths, options, [&file](std::string_view text) {
                return file.append({reinterpret_cast<const uint8_t*>(text.data()), text.size()});
            }));
    TRD_CHECK(file.commit());
    return rows;
}

Result<uint64_t> export_to_text(const Chosen& chosen, const ExportOptions& options, std::string& text) {
    return export_csv(chosen.paths, options, [&text](std::string_view part) -> Status<> {
        text += part;
        return done;
    });
}

Result<Answer> run_export(Context& context) {
    if (means_instruments(context.arguments)) return export_instrument(context);
    TRD_TRY(const std::string root, catalogue_to_read(context));
    TRD_TRY(const Catalogue catalogue, Catalogue::open(root));
    TRD_TRY(const Chosen chosen, choose(context, catalogue));
    TRD_TRY(ExportOptions options, export_options_of(context, catalogue, chosen));
    Answer answer{.schema = "trd.data.export/1"};
    std::string text;
    const auto file = context.arguments.value("FILE");
    const bool to_file = file && *file != "-";
    Progress progress(context, "export");
    options.progress = progress_call(progress);
    const Result<uint64_t> rows =
        to_file ? export_to_file(chosen, options, *file) : export_to_text(chosen, options, text);
    progress.clear();
    if (!rows) return Fail{cli_error(rows.error())};
    if (to_file)
        answer.notes.push_back("exported " + counted(*rows, "row") + " of " + describe(chosen.key) + " to " + *file);
    if (!context.json()) {
        answer.text = std::move(text);
        return answer;
    }
    JsonWriter json;
    json.begin_object();
    put_key(json, chosen.key);
    json.member("rows", *rows).member("csv", text);
    answer.data = json.end_object().take();
    return answer;
}

Result<std::string> first_rows(const Chosen& chosen, uint64_t count) {
    std::string text;
    ExportOptions options;
    options.rows_max = count;
    TRD_TRY([[maybe_unused]] const uint64_t rows, export_to_text(chosen, options, text));
    return text;
}

uint64_t size_of(const Chosen& chosen) {
    uint64_t size = 0;
    for (const std::string& path : chosen.paths)
        if (const auto file = MappedFile::open(path)) size += file->bytes().size();
    return size;
}

std::string show_json(const Chosen& chosen, const std::string& rows) {
    const SeriesRecord& record = *chosen.record;
    JsonWriter json;
    json.begin_object();
    put_key(json, chosen.key);
    json.member("rows", record.rows()).member("first", to_iso_nanoseconds(record.first()));
    json.member("last", to_iso_nanoseconds(record.last()))
        .member("bytes", size_of(chosen))
        .key("revisions")
        .begin_array();
    for (const SeriesRevision& revision : record.revisions)
        json.begin_object().member("cause", revision.cause).member("segments", revision.segments.size()).end_object();
    json.end_array().key("files").begin_array();
    for (const std::string& path : chosen.paths) json.value(path);
    return json.end_array().member("csv", rows).end_object().take();
}

std::string show_text(const Chosen& chosen, const std::string& rows, Format format) {
    const SeriesRecord& record = *chosen.record;
    std::vector<std::vector<std::string>> lines{
        {"series", describe(chosen.key)}, {"rows", std::to_string(record.rows())},    {"first", to_iso(record.first())},
        {"last", to_iso(record.last())},  {"bytes", std::to_string(size_of(chosen))},
    };
    for (size_t i = 0; i < record.revisions.size(); ++i)
        lines.push_back({"revision " + std::to_string(i + 1), record.revisions[i].cause});
    for (const std::string& path : chosen.paths) lines.push_back({"file", path});
    return rows_text(lines, "", format) + "\n" + rows;
}

Result<Answer> run_show(Context& context) {
    if (means_instruments(context.arguments)) return show_instrument(context);
    TRD_TRY(const std::string root, catalogue_to_read(context));
    TRD_TRY(const Catalogue catalogue, Catalogue::open(root));
    TRD_TRY(const Chosen chosen, choose(context, catalogue));
    TRD_TRY(const auto count, count_value(context.arguments, "--rows"));
    TRD_TRY(const std::string rows, first_rows(chosen, count.value_or(5)));
    Answer answer{.schema = "trd.data.show/1"};
    if (context.json())
        answer.data = show_json(chosen, rows);
    else
        answer.text = show_text(chosen, rows, context.format);
    return answer;
}

}  // namespace

extern const Verb data_export_verb;
const Verb data_export_verb{
    .path = "data export",
    .summary = "Write a series as CSV",
    .description =
        "Times are UTC, decimals are exact; data import reads the file back to the same values. A column "
        "close_time is there when not every bar is one timeframe long. An instrument is written as TOML.\n\n"
        "With --adjust, bars are written as a backtest with the same policy sees them.",
    .positionals = export_positionals,
    .options = export_options,
    .examples = export_examples,
    .run = run_export,
    .formats = "table,plain,csv,json",
    .is_one_text = true,
};

extern const Verb data_show_verb;
const Verb data_show_verb{
    .path = "data show",
    .summary = "Show what is known about a series, and its first rows",
    .description = "Where its rows came from, which files they are in, and what was done to them since.",
    .positionals = show_positionals,
    .options = show_options,
    .examples = show_examples,
    .run = run_show,
};

}  // namespace trd
