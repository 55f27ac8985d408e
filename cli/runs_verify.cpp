// trd runs verify: runs a kept run again, and says whether the outcome is the same.
#include "backtest/stored_plan.h"
#include "cli/runs_common.h"

namespace trd {
namespace {

constexpr Positional positionals[] = {
    {"RUN", "first digits of its id, its name, or last", true, false, Completes::runs},
};
constexpr Option options[] = {
    {"--strict", "", "also exit 12 when the strategy's file is not what it was"},
    store_option,
};
constexpr Example examples[] = {
    {"Does the newest run come out as it did?", "trd runs verify last"},
    {"Is the strategy's file still the same, too?", "trd runs verify nightly --strict"},
};

std::string json_of(const KeptRun& kept, const std::string& hash, bool script_is_same) {
    JsonWriter json;
    json.begin_object().key("run").begin_object();
    put_label(json, kept);
    json.end_object().member("hash", hash).member("same_outcome", hash == kept.hash);
    return json.member("same_script", script_is_same).end_object().take();
}

Result<Answer> run(Context& context) {
    TRD_TRY(const RunStore store, open_runs(context));
    TRD_TRY(const RunSummary summary, store.find(*context.arguments.value("RUN")));
    TRD_TRY(const KeptRun kept, store.load(summary));
    TRD_TRY(const BacktestPlan plan, stored_plan(kept));
    Answer answer{.schema = "trd.runs.verify/1"};
    const auto script = check_stored_script(kept, plan);
    if (!script && context.arguments.has("--strict")) return Fail{script.error()};
    if (!script) answer.warnings.push_back(script.error().message + "; the script of then is run");
    TRD_CHECK(check_stored_data(kept, plan, calendars_of(context)));
    Progress progress(context, "verify");
    TRD_TRY(const BacktestResult result, run_with_progress(context, progress, plan));
    const std::string hash = to_hex(result.hash);
    constexpr size_t digits = 12;
    answer.text = title_of(kept) + ": hash " + hash.substr(0, digits);
    answer.text += hash == kept.hash ? ", as it was\n" : ", it was " + kept.hash.substr(0, digits) + "\n";
    if (context.json()) answer.data = json_of(kept, hash, script.ok());
    if (hash == kept.hash) return answer;
    answer.code = ExitCode::findings;
    answer.notes.push_back("finding: the outcome is another one; it was kept by trd " + kept.version);
    return answer;
}

}  // namespace

extern const Verb runs_verify_verb;
const Verb runs_verify_verb{
    .path = "runs verify",
    .summary = "Run a kept run again and compare the outcome",
    .description =
        "Runs the script, parameters, models and seed that were kept. The data must be what it was: bars and terms of "
        "instruments that have changed since are an error that says which, exit code 12. The same trd gives the same "
        "hash, always; exit code 10 when the hash is another one.",
    .positionals = positionals,
    .options = options,
    .examples = examples,
    .run = run,
};

}  // namespace trd
