#include "cli/runs_common.h"

#include <algorithm>

#include "cli/data_calendar.h"
#include "cli/interrupt.h"
#include "cli/values.h"

namespace trd {

Result<std::string> store_folder(const Context& context) {
    if (const auto folder = context.arguments.value("--store")) {
        if (folder->empty()) return Fail{bad_value("--store", "", "a folder", "leave the flag out, or name one")};
        return *folder;
    }
    if (context.host.is_set("TRD_STORE")) return context.host.variable("TRD_STORE");
    auto places = places_from(context.host.environment);
    if (places) return places->data;
    Error error = std::move(places).error();
    error.hint = "set HOME, or name the folder of kept runs with --store DIR or TRD_STORE";
    return Fail{std::move(error)};
}

Result<RunStore> open_runs(const Context& context) {
    TRD_TRY(const std::string folder, store_folder(context));
    TRD_TRY(std::optional<RunStore> store, RunStore::open_existing(folder));
    if (store) return *std::move(store);
    return Fail{Error{ExitCode::not_found, "E_RUN_MISSING", "no run is kept in " + folder,
                      "trd backtest keeps every run; name another folder with --store"}};
}

namespace {

std::vector<RunSummary> newest_runs(const Context& context) {
    constexpr uint64_t most = 100;
    constexpr Duration no_time = milliseconds(100);  // somebody waits at a key
    const auto folder = store_folder(context);
    if (!folder) return {};
    const auto store = RunStore::open_existing(*folder, no_time);
    if (!store || !*store) return {};
    auto kept = (*store)->list({.limit = most});
    return kept ? *std::move(kept) : std::vector<RunSummary>();
}

}  // namespace

std::vector<Candidate> live_names(const Context& context) {
    std::vector<Candidate> names;
    for (const RunSummary& run : newest_runs(context)) {
        const auto is_known = [&run](const Candidate& each) { return each.word == run.strategy; };
        if (std::none_of(names.begin(), names.end(), is_known)) names.push_back({run.strategy, {}});
    }
    return names;
}

std::vector<Candidate> live_runs(const Context& context) {
    const std::vector<RunSummary> kept = newest_runs(context);
    std::vector<Candidate> runs;
    if (kept.empty()) return runs;
    runs.push_back({std::string(RunStore::last), "the newest run"});
    for (const RunSummary& run : kept) {
        const std::string what = run.strategy + ", " + to_iso({run.kept_at.ns - run.kept_at.ns % seconds(1).ns});
        if (!run.name.empty()) runs.push_back({run.name, what});
        runs.push_back({short_id(run), what});
    }
    return runs;
}

std::string short_id(const RunLabel& run) {
    constexpr size_t digits = 12;
    return run.id.substr(0, digits);
}

std::string title_of(const RunLabel& run) { return short_id(run) + (run.name.empty() ? "" : " (" + run.name + ")"); }

void put_label(JsonWriter& json, const RunLabel& run) {
    json.member("id", run.id).member("hash", run.hash).key("name");
    if (run.name.empty())
        json.null();
    else
        json.value(run.name);
    json.member("kept_at", to_iso_nanoseconds(run.kept_at)).member("version", run.version);
    json.member("strategy", run.strategy).key("symbols").begin_array();
    for (const std::string& symbol : run.symbols) json.value(symbol);
    json.end_array();
}

CalendarCall calendars_of(const Context& context) {
    return [&context](const std::string& name) { return calendar_named(context, name); };
}

Result<BacktestResult> run_with_progress(const Context& context, Progress& progress, const BacktestPlan& plan,
                                         BacktestCalls calls) {
    calls.progress = [&progress](double fraction) { return progress.at(fraction); };
    calls.calendar = calendars_of(context);
    auto result = run_backtest(plan, calls);
    // Whatever came: the end may have stopped a script in the middle.
    if (interrupted()) return Fail{interruption()};
    if (result || result.error().id != "E_NO_CALENDAR") return result;
    Error error = std::move(result).error();
    error.hint += "; " + calendar_choice(context);
    return Fail{std::move(error)};
}

}  // namespace trd
