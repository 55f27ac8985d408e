// trd data ls, verify, gaps, rm: the catalogue as a whole, and whether it can be trusted.
#include <algorithm>

#include "base/suggest.h"
#include "cli/data_calendar.h"
#include "cli/data_instruments.h"
#include "cli/text_format.h"
#include "cli/values.h"
#include "history/operations.h"

namespace trd {
namespace {

constexpr Positional ls_positionals[] = {{"SYMBOL", "only this symbol", false, false, Completes::symbols}};
constexpr Positional symbol_positionals[] = {{"SYMBOL", "which series", true, false, Completes::symbols}};
constexpr Positional verify_positionals[] = {
    {"SYMBOL", "only this symbol; everything unless given", false, false, Completes::symbols}};

constexpr Option ls_options[] = {catalogue_option};
constexpr Option gaps_options[] = {
    kind_option,     timeframe_option, {"--rows", "N", "how many gaps to list; 20 unless given here"},
    calendar_option, hours_option,     catalogue_option};
constexpr Option rm_options[] = {kind_option, timeframe_option, catalogue_option};

constexpr Example ls_examples[] = {{"All series:", "trd data ls"},
                                   {"Symbols alone, for a script:", "trd data ls --format plain | cut -f2 | sort -u"}};
constexpr Example verify_examples[] = {{"Every checksum of every file, from cron:", "trd data verify -q"}};
constexpr Example gaps_examples[] = {{"Where minutes are missing:", "trd data gaps BTCUSDT --tf 1m"},
                                     {"In New York's regular hours:", "trd data gaps SPY --tf 1m --calendar XNYS"}};
constexpr Example rm_examples[] = {{"Remove the minutes of SPY:", "trd data rm SPY --tf 1m"}};

constexpr std::string_view ls_fields = "kind,symbol,timeframe,rows,first,last,revisions";
constexpr Column ls_columns[] = {{"kind", "KIND"},
                                 {"symbol", "SYMBOL"},
                                 {"timeframe", "TF"},
                                 {"rows", "ROWS", true},
                                 {"first", "FIRST"},
                                 {"last", "LAST"},
                                 {"revisions", "REVISIONS", true, Narrowing::left_out}};
constexpr std::string_view verify_fields = "kind,symbol,timeframe,file,fault";
constexpr std::string_view gaps_fields = "from,to,missing";

bool is_meant(const SeriesRecord& record, const Arguments& arguments) {
    const auto symbol = arguments.value("SYMBOL");
    return !symbol || *symbol == record.key.symbol;
}

// A symbol that neither a series nor an instrument has is a slip of the pen, not an empty answer.
Status<> check_symbol_known(const Context& context, const Catalogue& catalogue) {
    const auto symbol = context.arguments.value("SYMBOL");
    std::vector<std::string> names;
    for (const SeriesRecord& record : catalogue.series()) names.push_back(record.key.symbol);
    const auto instruments = load_instruments(catalogue.root());
    if (!instruments) return done;  // damaged: who reads them says so
    for (const Instrument& instrument : *instruments) names.push_back(instrument.symbol);
    if (!symbol || std::find(names.begin(), names.end(), *symbol) != names.end()) return done;
    return Fail{Error{ExitCode::not_found, "E_DATA_MISSING",
                      "the catalogue " + catalogue.root() + " has nothing of " + *symbol +
                          did_you_mean(*symbol, std::vector<std::string_view>(names.begin(), names.end())),
                      catalogue.hint_for_missing()}};
}

Result<Answer> run_ls(Context& context) {
    TRD_TRY(const std::string root, catalogue_to_read(context));
    TRD_TRY(const Catalogue catalogue, Catalogue::open(root));
    TRD_CHECK(check_symbol_known(context, catalogue));
    Answer answer{.schema = "trd.data.ls/1"};
    JsonWriter json;
    json.begin_object().member("catalogue", root).key("series").begin_array();
    Table table{"series", std::vector<Column>(std::begin(ls_columns), std::end(ls_columns)), {}};
    for (const SeriesRecord& record : catalogue.series()) {
        if (!is_meant(record, context.arguments)) continue;
        json.begin_object();
        put_key(json, record.key);
        json.member("rows", record.rows()).member("first", to_iso_nanoseconds(record.first()));
        json.member("last", to_iso_nanoseconds(record.last()))
            .member("revisions", record.revisions.size())
            .end_object();
        table.rows.push_back({spec_of(record.key.kind).name, record.key.symbol, timeframe_cell(record.key),
                              Cell::count(record.rows()), record.first(), record.last(),
                              Cell::count(record.revisions.size())});
    }
    TRD_CHECK(list_instruments(root, context.arguments.value("SYMBOL"), json, table));
    json.end_array().end_object();
    const bool is_empty = catalogue.series().empty() && table.rows.empty();
    if (context.json()) answer.data = json.take();
    answer.table = std::move(table);
    if (is_empty) answer.notes.push_back("the catalogue " + root + " is empty; fill it with: trd data generate");
    return answer;
}

struct Verified {
    SeriesKey key;
    std::string file;
    std::string fault;  // empty: sound
    bool holds_instruments = false;
};

// Every revision: what can be had back must be sound too.
std::vector<Verified> verify_record(const std::string& root, const SeriesRecord& record) {
    std::vector<Verified> results;
    for (const SeriesRevision& revision : record.revisions) {
        for (const SegmentRecord& recorded : revision.segments) {
            Verified result{record.key, root + "/" + recorded.file, ""};
            const auto segment = Segment::open(result.file);
            const Status<> sound = segment ? segment->verify() : Status<>(Fail{segment.error()});
            if (!sound)
                result.fault = sound.error().message;
            else if (segment->info().rows != recorded.rows || segment->info().first != recorded.first ||
                     segment->info().last != recorded.last)
                result.fault = result.file + ": the manifest says other rows than the file";
            results.push_back(std::move(result));
        }
    }
    return results;
}

// One file for all of them; it is verified whatever symbol is meant.
void verify_instruments(const std::string& root, std::vector<Verified>& results) {
    const auto add = [&](const std::string& path, const auto& read) {
        if (!file_exists(path)) return;
        Verified result{{DataKind::bars, "", {}}, path, ""};
        if (!read.ok()) result.fault = read.error().message;
        result.holds_instruments = true;
        results.push_back(std::move(result));
    };
    add(instruments_path(root), load_instruments(root));
    add(former_instruments_path(root), load_former_instruments(root));
}

Result<Answer> run_verify(Context& context) {
    TRD_TRY(const std::string root, catalogue_to_read(context));
    TRD_TRY(const Catalogue catalogue, Catalogue::open(root));
    TRD_CHECK(check_symbol_known(context, catalogue));
    Progress progress(context, "verify");
    std::vector<Verified> results;
    size_t finished = 0;
    for (const SeriesRecord& record : catalogue.series()) {
        if (!progress.at(static_cast<double>(finished++) / static_cast<double>(catalogue.series().size())))
            return Fail{cli_error(stopped_error())};
        if (!is_meant(record, context.arguments)) continue;
        for (Verified& result : verify_record(root, record)) results.push_back(std::move(result));
    }
    progress.clear();
    verify_instruments(root, results);
    Answer answer{.schema = "trd.data.verify/1"};
    JsonWriter json;
    size_t faults = 0;
    Table table{"fault", {{"kind", ""}, {"symbol", ""}, {"timeframe", ""}, {"file", ""}, {"fault", ""}}, {}};
    json.begin_object().member("files", results.size()).key("faults").begin_array();
    for (const Verified& result : results) {
        if (result.fault.empty()) continue;
        ++faults;
        json.begin_object();
        if (result.holds_instruments)
            json.member("kind", "instruments").member("symbol", "").key("timeframe").null();
        else
            put_key(json, result.key);
        json.member("file", result.file).member("fault", result.fault).end_object();
        answer.text += harmless(result.fault) + "\n";
        table.rows.push_back({result.holds_instruments ? "instruments" : spec_of(result.key.kind).name,
                              result.key.symbol, result.holds_instruments ? Cell() : timeframe_cell(result.key),
                              result.file, result.fault});
    }
    json.end_array().end_object();
    if (faults > 0) answer.code = ExitCode::findings;
    answer.notes.push_back(counted(results.size(), "file") + " verified, " + std::to_string(faults) + " damaged");
    if (context.json()) answer.data = json.take();
    answer.table = std::move(table);
    return answer;
}

Error no_gaps(std::string_view kind) {
    return {ExitCode::usage, "E_USAGE_KIND", std::string(kind) + " come when they come: they have no gaps",
            "look for gaps in bars or quote-bars"};
}

std::string gaps_json(const SeriesKey& key, const GapReport& report) {
    JsonWriter json;
    json.begin_object();
    put_key(json, key);
    json.member("rows", report.rows)
        .member("gap_count", report.gap_count)
        .member("missing", report.missing)
        .key("gaps")
        .begin_array();
    for (const Gap& gap : report.gaps)
        json.begin_object()
            .member("from", to_iso_nanoseconds(gap.after))
            .member("to", to_iso_nanoseconds(gap.before))
            .member("missing", gap.missing)
            .end_object();
    return json.end_array().end_object().take();
}

Result<Answer> run_gaps(Context& context) {
    if (means_instruments(context.arguments)) return Fail{no_gaps("instruments")};
    TRD_TRY(const std::string root, catalogue_to_read(context));
    TRD_TRY(const Catalogue catalogue, Catalogue::open(root));
    TRD_TRY(const SeriesKey key, series_meant(context, catalogue));
    if (!spec_of(key.kind).has_timeframe) return Fail{no_gaps(spec_of(key.kind).name)};
    TRD_TRY(const auto paths, catalogue.paths_of(key));
    TRD_TRY(const auto count, count_value(context.arguments, "--rows"));
    MissingBars missing;
    if (context.arguments.has("--calendar")) {
        TRD_TRY(const Calendar calendar, calendar_meant(context));
        missing = missing_in_sessions(key.timeframe, calendar, hours_meant(context.arguments));
    }
    TRD_TRY(const GapReport report, find_gaps(paths, static_cast<size_t>(count.value_or(20)), missing));
    Answer answer{.schema = "trd.data.gaps/1"};
    if (report.gap_count > 0) answer.code = ExitCode::findings;
    answer.table = Table{"gap", {{"from", "FROM"}, {"to", "TO"}, {"missing", "MISSING", true}}, {}};
    for (const Gap& gap : report.gaps) answer.table->rows.push_back({gap.after, gap.before, Cell::count(gap.missing)});
    if (context.json()) answer.data = gaps_json(key, report);
    answer.notes.push_back(describe(key) + ": " + counted(report.rows, "row") + ", " +
                           counted(report.gap_count, "gap") + ", " + counted(report.missing, "bar") + " missing");
    return answer;
}

Result<Answer> run_rm(Context& context) {
    if (means_instruments(context.arguments)) return remove_instrument_answer(context);
    TRD_TRY(const std::string root, catalogue_to_read(context));
    TRD_TRY(const Catalogue catalogue, Catalogue::open(root));
    TRD_TRY(const SeriesKey key, series_meant(context, catalogue));
    TRD_TRY([[maybe_unused]] const auto paths, catalogue.paths_of(key));  // the error that knows what is near
    TRD_TRY(CatalogueWriter writer, CatalogueWriter::open(root));
    TRD_CHECK(writer.remove(key));
    Answer answer{.schema = "trd.data.rm/1"};
    answer.notes.push_back("removed " + describe(key));
    if (!context.json()) return answer;
    JsonWriter json;
    json.begin_object();
    put_key(json, key);
    answer.data = json.end_object().take();
    return answer;
}

}  // namespace

extern const Verb data_ls_verb;
const Verb data_ls_verb{
    .path = "data ls",
    .summary = "List the series of the catalogue",
    .description = "Rows, first and last time are those of the newest revision.",
    .positionals = ls_positionals,
    .options = ls_options,
    .examples = ls_examples,
    .run = run_ls,
    .fields = ls_fields,
};

extern const Verb data_verify_verb;
const Verb data_verify_verb{
    .path = "data verify",
    .summary = "Check every checksum of the catalogue's files",
    .description = "Reads all of every file, older revisions too. Exit code 10 when one is damaged.",
    .positionals = verify_positionals,
    .options = ls_options,
    .examples = verify_examples,
    .run = run_verify,
    .fields = verify_fields,
};

extern const Verb data_gaps_verb;
const Verb data_gaps_verb{
    .path = "data gaps",
    .summary = "Show where bars of a series are missing",
    .description =
        "A gap is a step longer than the bar before it; the longest are shown first. Nights and weekends of "
        "a venue that closes are gaps too, unless --calendar says when it trades. Exit code 10 when there is one.",
    .positionals = symbol_positionals,
    .options = gaps_options,
    .examples = gaps_examples,
    .run = run_gaps,
    .fields = gaps_fields,
};

extern const Verb data_rm_verb;
const Verb data_rm_verb{
    .path = "data rm",
    .summary = "Remove a series from the catalogue, with all its revisions",
    .description = "A run that is reading the series keeps it until it ends.",
    .positionals = symbol_positionals,
    .options = rm_options,
    .examples = rm_examples,
    .run = run_rm,
};

}  // namespace trd
