// trd runs rm: kept runs that are named, or all that are old, or all.
#include "cli/data_common.h"
#include "cli/runs_common.h"
#include "cli/values.h"

namespace trd {
namespace {

constexpr Positional positionals[] = {
    {"RUN", "first digits of its id, its name, or last", false, true, Completes::runs},
};
constexpr Option options[] = {
    {"--older-than", "AGE", "all runs that were kept longer ago than this, such as 30d"},
    {"--all", "", "all runs"},
    {"-y,--yes", "", "do it: --older-than and --all only say what they would remove without this"},
    {"-n,--dry-run", "", "only say what would be removed"},
    store_option,
};
constexpr Example examples[] = {
    {"One run:", "trd runs rm 3f2a91c0"},
    {"From cron, what is older than a quarter:", "trd runs rm --older-than 90d --yes -q"},
};

Error unclear() {
    return {ExitCode::usage, "E_USAGE_RUNS", "trd runs rm needs one of RUN, --older-than or --all",
            "trd runs ls lists what is kept"};
}

Result<std::vector<RunSummary>> runs_meant(const Context& context, const RunStore& store) {
    const Arguments& arguments = context.arguments;
    if (arguments.has("--all")) return store.list();
    TRD_TRY(const auto age, duration_value(arguments, "--older-than"));
    if (age) return store.list({.kept_before = context.host.now() - *age});
    std::vector<RunSummary> runs;
    for (const std::string& word : arguments.values("RUN")) {
        TRD_TRY(RunSummary run, store.find(word));
        runs.push_back(std::move(run));
    }
    return runs;
}

Error unconfirmed(uint64_t count, const RunStore& store) {
    return {ExitCode::refused, "E_CONFIRM", "this would remove " + counted(count, "run") + " from " + store.path(),
            "add --yes to do it, or --dry-run to see which"};
}

std::string json_of(const std::vector<RunSummary>& runs, bool is_dry) {
    JsonWriter json;
    json.begin_object().member("dry_run", is_dry).key("runs").begin_array();
    for (const RunSummary& run : runs) {
        json.begin_object();
        put_label(json, run);
        json.end_object();
    }
    return json.end_array().end_object().take();
}

Result<Answer> run(Context& context) {
    const Arguments& arguments = context.arguments;
    const int ways = int{arguments.has("RUN")} + int{arguments.has("--older-than")} + int{arguments.has("--all")};
    if (ways != 1) return Fail{unclear()};
    TRD_TRY(RunStore store, open_runs(context));
    TRD_TRY(const std::vector<RunSummary> runs, runs_meant(context, store));
    const bool is_dry = arguments.has("--dry-run");
    const bool is_confirmed = arguments.has("RUN") || arguments.has("--yes") || runs.empty();
    if (!is_dry && !is_confirmed) return Fail{unconfirmed(runs.size(), store)};
    uint64_t removed = runs.size();
    if (!is_dry) {
        TRD_TRY(removed, store.remove(runs));
    }
    Answer answer{.schema = "trd.runs.rm/1"};
    answer.notes.push_back((is_dry ? "would remove " : "removed ") + counted(removed, "run"));
    for (const RunSummary& each : runs)
        if (is_dry) answer.text += title_of(each) + "\n";
    if (context.json()) answer.data = json_of(runs, is_dry);
    return answer;
}

}  // namespace

extern const Verb runs_rm_verb;
const Verb runs_rm_verb{
    .path = "runs rm",
    .summary = "Remove kept runs",
    .description =
        "A run that is named is removed at once. --older-than and --all remove many, so they want --yes; without it "
        "nothing is removed and the exit code is 9.\n\n"
        "Nothing is lost for good: the same backtest keeps the same run again.",
    .positionals = positionals,
    .options = options,
    .examples = examples,
    .run = run,
};

}  // namespace trd
