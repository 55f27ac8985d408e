// trd risk test: a kept run once more, under other limits, and what would have been different.
#include <set>

#include "backtest/stored_plan.h"
#include "cli/risk_common.h"
#include "cli/runs_common.h"

namespace trd {
namespace {

constexpr Positional positionals[] = {
    {"RUN", "first digits of its id, its name, or last", true, false, Completes::runs},
    {"FILE", "the limits that are proposed, or none", true, false, Completes::files},
};
constexpr Option options[] = {store_option};
constexpr Example examples[] = {
    {"What would tighter limits have done to the newest run?", "trd risk test last tight.toml"},
    {"Does the run stay as it was? Exit code 10 when it does not:", "trd risk test nightly proposed.toml -q"},
};

struct Change {
    std::string name, before, after;
};

std::string count_of(const BacktestRisk& risk, const std::string& code) {
    const auto found = risk.denials.find(code);
    return std::to_string(found == risk.denials.end() ? 0 : found->second);
}

std::vector<Change> changes_between(const BacktestResult& then, const BacktestResult& now) {
    std::vector<Change> all{{"orders", std::to_string(then.counts.orders), std::to_string(now.counts.orders)},
                            {"denied", std::to_string(then.counts.denied), std::to_string(now.counts.denied)},
                            {"fills", std::to_string(then.counts.fills), std::to_string(now.counts.fills)},
                            {"trades", std::to_string(then.counts.trades), std::to_string(now.counts.trades)},
                            {"equity", to_string(then.equity_end), to_string(now.equity_end)}};
    std::set<std::string> codes;
    for (const BacktestRisk* risk : {&then.risk, &now.risk})
        for (const auto& [code, count] : risk->denials) codes.insert(code);
    for (const std::string& code : codes)
        all.push_back({"denied." + code, count_of(then.risk, code), count_of(now.risk, code)});
    all.push_back({"actions", std::to_string(then.risk.actions.size()), std::to_string(now.risk.actions.size())});
    std::erase_if(all, [](const Change& change) { return change.before == change.after; });
    return all;
}

std::string json_of(const KeptRun& kept, const std::string& file, bool same, const std::vector<Change>& changes) {
    JsonWriter json;
    json.begin_object().key("run").begin_object();
    put_label(json, kept);
    json.end_object().member("limits", file).member("same_outcome", same).key("changes").begin_array();
    for (const Change& change : changes)
        json.begin_object()
            .member("name", change.name)
            .member("before", change.before)
            .member("after", change.after)
            .end_object();
    return json.end_array().end_object().take();
}

Result<BacktestPlan> plan_under(const BacktestPlan& plan, const std::string& file) {
    BacktestPlan proposed = plan;
    if (file == "none") {
        proposed.limits = BacktestLimits{file, {}};
        return proposed;
    }
    TRD_TRY(const LimitsRead read, limits_named(file));
    proposed.limits = BacktestLimits{read.name, read.text};
    return proposed;
}

Result<Answer> run(Context& context) {
    const std::string file = *context.arguments.value("FILE");
    TRD_TRY(const RunStore store, open_runs(context));
    TRD_TRY(const RunSummary summary, store.find(*context.arguments.value("RUN")));
    TRD_TRY(const KeptRun kept, store.load(summary));
    TRD_TRY(const BacktestPlan plan, stored_plan(kept));
    TRD_TRY(const BacktestPlan proposed, plan_under(plan, file));
    TRD_CHECK(check_stored_data(kept, plan, calendars_of(context)));
    Progress as_it_was(context, "test"), as_it_would_be(context, "test");
    TRD_TRY(const BacktestResult then, run_with_progress(context, as_it_was, plan));
    TRD_TRY(const BacktestResult now, run_with_progress(context, as_it_would_be, proposed));
    const bool same = then.hash == now.hash;
    const std::vector<Change> changes = changes_between(then, now);
    Answer answer{.schema = "trd.risk.test/1", .warnings = now.warnings};
    Table table{"change", {{"name", "WHAT"}, {"before", "WAS", true}, {"after", "WOULD BE", true}}, {}};
    for (const Change& change : changes) table.rows.push_back({change.name, change.before, change.after});
    answer.table = std::move(table);
    if (context.json()) answer.data = json_of(kept, file, same, changes);
    if (same) {
        answer.notes.push_back("nothing would have been different");
        return answer;
    }
    answer.code = ExitCode::findings;
    answer.notes.push_back("finding: under these limits the run has another outcome");
    return answer;
}

}  // namespace

extern const Verb risk_test_verb;
const Verb risk_test_verb{
    .path = "risk test",
    .summary = "What other limits would have changed in a kept run",
    .description =
        "The run is played twice over the data it had: with the limits that it had, and with those of FILE. What is "
        "not "
        "the same is listed; exit code 10 when the outcome is another one. Nothing is kept, and no limits are changed.",
    .positionals = positionals,
    .options = options,
    .examples = examples,
    .run = run,
    .fields = "name,before,after",
};

}  // namespace trd
