// trd data clean, trd data fill: repairs by a named policy.
#include <algorithm>

#include "cli/data_common.h"
#include "cli/values.h"
#include "history/row_repair.h"

namespace trd {
namespace {

constexpr Positional positionals[] = {{"SYMBOL", "which series", true, false, Completes::symbols}};

constexpr Option second_option{
    "--second", "SYMBOL", "the series to take rows from, of the same kind and timeframe; with --policy second",
    false,      {},       Completes::symbols};
constexpr Option rows_option{"--rows", "N", "how many changes to list; 20 unless given here"};
constexpr Option dry_run_option{"-n,--dry-run", "", "say what would change, change nothing"};

constexpr Option clean_options[] = {
    kind_option,
    timeframe_option,
    {"--outlier", "TIMES",
     "a price is wrong when it is this many times above or below the last good close; 5 unless given here"},
    {"--largest", "RATE", "a funding rate further from zero than this is wrong; 0.05 unless given here"},
    {"--policy", "POLICY", "what becomes of a wrong row; drop unless given here", false, "drop,clip,carry,second",
     Completes::choices},
    second_option,
    rows_option,
    dry_run_option,
    catalogue_option,
};
constexpr Option fill_options[] = {
    kind_option,
    timeframe_option,
    {"--longest", "SPAN",
     "fill gaps up to this length; ten bars or rates, or an hour of quotes or trades, unless given here"},
    {"--silence", "SPAN",
     "rows further apart than this have a gap between them; unless given here a minute, and for rates half as much "
     "again as their most common step"},
    {"--policy", "POLICY", "what stands in for a missing row; carry unless given here", false, "carry,second",
     Completes::choices},
    second_option,
    rows_option,
    dry_run_option,
    catalogue_option,
};

constexpr Example clean_examples[] = {
    {"Leave out what is ten times away from its neighbour:", "trd data clean BTCUSDT --tf 1m --outlier 10"},
    {"See it first:", "trd data clean BTCUSDT --tf 1m --dry-run"},
};
constexpr Example fill_examples[] = {
    {"Missing minutes, up to a quarter of an hour at once:", "trd data fill BTCUSDT --tf 1m --longest 15m"},
    {"Trades that are missing, from another exchange:",
     "trd data fill BTCUSDT --kind trades --policy second --second BTCUSD --silence 10s"},
    {"From another exchange:", "trd data fill BTCUSDT --tf 1m --policy second --second BTCUSD"},
    {"A funding payment that is missing:", "trd data fill BTCUSDT --kind funding --policy carry"},
};

Result<RepairRequest> request_of(const Context& context, const std::string& root, RepairPolicy otherwise) {
    const Arguments& arguments = context.arguments;
    TRD_TRY(const Catalogue catalogue, Catalogue::open(root));
    RepairRequest request;
    TRD_TRY(request.key, series_meant(context, catalogue));
    TRD_TRY([[maybe_unused]] const auto paths, catalogue.paths_of(request.key));
    request.policy = repair_policy_named(arguments.value("--policy").value_or("")).value_or(otherwise);
    const auto second = arguments.value("--second");
    if (second) request.second = SeriesKey{request.key.kind, *second, request.key.timeframe};
    if (second.has_value() != (request.policy == RepairPolicy::second))
        return Fail{Error{ExitCode::usage, "E_USAGE_SECOND", "--second SYMBOL and --policy second belong together",
                          "give both, or neither"}};
    TRD_TRY(const auto rows, count_value(arguments, "--rows"));
    request.changes_kept = static_cast<size_t>(rows.value_or(20));
    request.dry_run = arguments.has("--dry-run");
    return request;
}

constexpr std::string_view change_fields = "time,why,before,after";

Table table_of_changes() {
    return {"change", {{"time", "TIME"}, {"why", "WHY"}, {"before", "BEFORE"}, {"after", "AFTER"}}, {}};
}

Cell bar_cell(const std::optional<Bar>& bar) {
    if (!bar) return {};
    return to_string(bar->open) + " " + to_string(bar->high) + " " + to_string(bar->low) + " " + to_string(bar->close) +
           " " + to_string(bar->volume);
}

void put_bar(JsonWriter& json, std::string_view name, const std::optional<Bar>& bar) {
    json.key(name);
    if (!bar) {
        json.null();
        return;
    }
    json.begin_object().member("open", bar->open).member("high", bar->high).member("low", bar->low);
    json.member("close", bar->close).member("volume", bar->volume).end_object();
}

std::string_view what_happened(const RepairChange& change) {
    if (!change.before) return "added";
    return change.after ? "changed" : "removed";
}

Cell cell_unless_empty(const std::string& text) { return text.empty() ? Cell() : Cell(text); }

std::string report_json(const RepairReport& report) {
    JsonWriter json;
    json.begin_object();
    put_key(json, report.key);
    json.member("rows_before", report.rows_before).member("rows_after", report.rows_after);
    json.member("change_count", report.change_count).member("written", report.published).key("changes").begin_array();
    for (const RepairChange& change : report.changes) {
        json.begin_object().member("time", to_iso_nanoseconds(change.time));
        put_bar(json, "before", change.before);
        put_bar(json, "after", change.after);
        json.end_object();
    }
    return json.end_array().end_object().take();
}

Answer answer_of(const Context& context, std::string_view schema, const RepairReport& report) {
    Answer answer{.schema = schema};
    answer.table = table_of_changes();
    for (const RepairChange& change : report.changes)
        answer.table->rows.push_back(
            {change.time, what_happened(change), bar_cell(change.before), bar_cell(change.after)});
    if (context.json()) answer.data = report_json(report);
    std::string note = describe(report.key) + ": " + counted(report.change_count, "change");
    if (report.published) note += "; the rows as they were: trd data export --revision N, see trd data show";
    answer.notes.push_back(std::move(note));
    return answer;
}

std::string names_of(std::span<const RepairPolicy> policies) {
    std::string names;
    for (const RepairPolicy policy : policies) names.append(names.empty() ? "" : ", ").append(name_of(policy));
    return names;
}

// Instruments change by import, on the record; other kinds by the policies that make sense for them.
Status<> check_kind(const Arguments& arguments, std::string_view verb) {
    if (arguments.value("--kind") != "instruments") return done;
    return Fail{Error{ExitCode::usage, "E_USAGE_POLICY", std::string(verb) + " cannot mend instruments",
                      "change the file and import it with --replace; the instrument as it was is kept"}};
}

Status<> check_policy(const RepairRequest& request, std::string_view verb, std::span<const RepairPolicy> policies) {
    const RepairPolicies& known = policies_of(request.key.kind);
    const std::string kind(spec_of(request.key.kind).name);
    if (policies.empty())
        return Fail{Error{ExitCode::usage, "E_USAGE_POLICY",
                          std::string(verb) + " cannot mend " + kind + ": " + std::string(known.why_not),
                          "trd data show " + request.key.symbol + " --kind " + kind + " says where they are from"}};
    if (std::find(policies.begin(), policies.end(), request.policy) != policies.end()) return done;
    return Fail{Error{ExitCode::usage, "E_USAGE_POLICY",
                      std::string(verb) + " has no policy " + std::string(name_of(request.policy)) + " for " + kind,
                      (policies.size() == 1 ? "there is " : "there are ") + names_of(policies)}};
}

std::string rows_json(const RowRepairReport& report) {
    JsonWriter json;
    json.begin_object();
    put_key(json, report.key);
    json.member("rows_before", report.rows_before).member("rows_after", report.rows_after);
    json.member("change_count", report.change_count).member("written", report.published).key("changes").begin_array();
    for (const RowChange& change : report.changes) {
        json.begin_object().member("time", to_iso_nanoseconds(change.time)).member("why", change.why);
        json.member("before", change.before).member("after", change.after).end_object();
    }
    return json.end_array().end_object().take();
}

Answer rows_answer(const Context& context, std::string_view schema, const RowRepairReport& report) {
    Answer answer{.schema = schema};
    answer.table = table_of_changes();
    for (const RowChange& change : report.changes)
        answer.table->rows.push_back(
            {change.time, change.why, cell_unless_empty(change.before), cell_unless_empty(change.after)});
    if (context.json()) answer.data = rows_json(report);
    std::string note = describe(report.key) + ": " + counted(report.change_count, "change");
    if (report.published) note += "; the rows as they were: trd data export --revision N, see trd data show";
    answer.notes.push_back(std::move(note));
    return answer;
}

Result<Answer> clean_other_rows(const Context& context, const std::string& root, const RepairRequest& request,
                                const RowLimits& limits, Progress& progress) {
    const auto report = clean_rows(root, request, limits);
    progress.clear();
    if (!report) return Fail{cli_error(report.error())};
    return rows_answer(context, "trd.data.clean/1", *report);
}

Result<Answer> fill_other_rows(const Context& context, const std::string& root, const RepairRequest& request,
                               Progress& progress) {
    RowGaps gaps;
    TRD_TRY(const auto silence, duration_value(context.arguments, "--silence"));
    TRD_TRY(const auto longest, duration_value(context.arguments, "--longest"));
    gaps.silence = silence.value_or(gaps.silence);
    gaps.longest = longest.value_or(gaps.longest);
    const auto report = fill_rows(root, request, gaps);
    progress.clear();
    if (!report) return Fail{cli_error(report.error())};
    return rows_answer(context, "trd.data.fill/1", *report);
}

Result<RowLimits> limits_of(const Arguments& arguments) {
    RowLimits limits;
    TRD_TRY(const auto outlier, count_value(arguments, "--outlier"));
    constexpr uint64_t outlier_max = 1'000'000;
    if (outlier && (*outlier < 2 || *outlier > outlier_max))
        return Fail{bad_value("--outlier", *arguments.value("--outlier"), "2 to 1000000")};
    limits.outlier_factor = static_cast<int64_t>(outlier.value_or(static_cast<uint64_t>(limits.outlier_factor)));
    TRD_TRY(const auto largest, decimal_value<Decimal>(arguments, "--largest", Sign::positive, "a rate such as 0.01"));
    limits.largest_rate = largest.value_or(limits.largest_rate);
    return limits;
}

Result<Answer> run_clean(Context& context) {
    TRD_CHECK(check_kind(context.arguments, "clean"));
    TRD_TRY(const std::string root, catalogue_to_read(context));
    TRD_TRY(RepairRequest request, request_of(context, root, RepairPolicy::drop));
    TRD_CHECK(check_policy(request, "clean", policies_of(request.key.kind).clean));
    TRD_TRY(const RowLimits limits, limits_of(context.arguments));
    Progress progress(context, "clean");
    request.progress = progress_call(progress);
    if (request.key.kind != DataKind::bars) return clean_other_rows(context, root, request, limits, progress);
    const auto report = clean_series(root, request, limits.outlier_factor);
    progress.clear();
    if (!report) return Fail{cli_error(report.error())};
    return answer_of(context, "trd.data.clean/1", *report);
}

Result<Answer> run_fill(Context& context) {
    TRD_CHECK(check_kind(context.arguments, "fill"));
    TRD_TRY(const std::string root, catalogue_to_read(context));
    TRD_TRY(RepairRequest request, request_of(context, root, RepairPolicy::carry));
    TRD_CHECK(check_policy(request, "fill", policies_of(request.key.kind).fill));
    TRD_TRY(const auto longest, duration_value(context.arguments, "--longest"));
    Progress progress(context, "fill");
    request.progress = progress_call(progress);
    if (request.key.kind != DataKind::bars) return fill_other_rows(context, root, request, progress);
    const auto report = fill_series(root, request, longest.value_or(request.key.timeframe * 10));
    progress.clear();
    if (!report) return Fail{cli_error(report.error())};
    return answer_of(context, "trd.data.fill/1", *report);
}

}  // namespace

extern const Verb data_clean_verb;
const Verb data_clean_verb{
    .path = "data clean",
    .summary = "Repair bars, quotes and trades that cannot be",
    .description =
        "Each row is judged by the prices of the last good one (bars and quote bars by their close, a level of a book "
        "by its side), a funding rate by --largest; a bid above its ask and a row that is there twice are wrong too. "
        "Trades and books know the policy drop, quotes drop and carry, all others drop, clip, carry and second. The "
        "repaired rows become a new revision; the rows as they were stay and can be exported with --revision.",
    .positionals = positionals,
    .options = clean_options,
    .examples = clean_examples,
    .run = run_clean,
    .fields = change_fields,
};

extern const Verb data_fill_verb;
const Verb data_fill_verb{
    .path = "data fill",
    .summary = "Put rows where some are missing",
    .description =
        "A carried bar has the close before it for all its prices and no volume, a carried funding rate is the one "
        "before it. Quotes, trades and exchange rates are only taken from a second series; a book's rows cannot be "
        "made up. Longer gaps than --longest are taken for nights and weekends and stay. The rows become a new "
        "revision; those as they were stay.",
    .positionals = positionals,
    .options = fill_options,
    .examples = fill_examples,
    .run = run_fill,
    .fields = change_fields,
};

}  // namespace trd
