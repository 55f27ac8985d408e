#include "cli/keep_run.h"

#include "backtest/backtest.h"
#include "base/build_info.h"
#include "cli/json_writer.h"
#include "cli/kept_answer.h"
#include "cli/runs_common.h"
#include "cli/text_format.h"
#include "cli/values.h"

namespace trd {
namespace {

std::string full_version() { return std::string(build_info().version) + " (" + std::string(build_info().commit) + ")"; }

std::string number_text(const Figure& figure) { return figure ? JsonWriter().value(*figure).take() : ""; }

// What a list of runs shows.
void add_figures(KeptRun& run, const BacktestResult& result) {
    const auto add = [&run](const char* name, std::string value) {
        run.facts.push_back({"figure", name, std::move(value)});
    };
    add("total_return", number_text(result.stats.total_return));
    add("sharpe", number_text(result.stats.sharpe));
    add("max_drawdown", number_text(result.stats.max_drawdown));
    add("trades", std::to_string(result.counts.trades));
    add("bars", std::to_string(result.counts.bars));
}

// A later trd may compute otherwise, the same one never.
std::string contradiction(const KeptRun& run, const RunSummary& other) {
    constexpr size_t digits = 12;
    const std::string hashes =
        "hash " + run.hash.substr(0, digits) + " now, " + other.hash.substr(0, digits) + " on " + to_iso(other.kept_at);
    if (run.version != other.version)
        return "trd " + other.version + " had another outcome for these inputs than trd " + run.version + ": " +
               hashes + "; trd runs diff " + run.hash.substr(0, digits) + " " + other.hash.substr(0, digits);
    return "THE SAME INPUTS HAD ANOTHER OUTCOME: " + hashes +
           ". A run must never do that: please report it with trd runs diff " + run.hash.substr(0, digits) + " " +
           other.hash.substr(0, digits);
}

void tell_dropped(const KeptRun& run, KeepReport& report) {
    for (const PackedTable& table : run.tables)
        if (table.dropped > 0)
            report.warnings.push_back("of " + with_separators(std::to_string(table.rows + table.dropped)) + " " +
                                      table.name + " the first " + with_separators(std::to_string(table.rows)) +
                                      " are kept");
}

Result<RunStore::Kept> keep(const Context& context, const KeptRun& run) {
    TRD_TRY(const std::string folder, store_folder(context));
    TRD_TRY(RunStore store, RunStore::open(folder));
    return store.keep(run);
}

}  // namespace

Result<KeepChoice> keep_choice(const Arguments& arguments) {
    KeepChoice choice{arguments.value("--keep") != "off", arguments.value("--save").value_or("")};
    if (!arguments.has("--save")) return choice;
    if (!is_run_name(choice.name))
        return Fail{bad_value("--save", choice.name,
                              "a name of letters, digits and . _ -, beginning with a letter, and not last")};
    if (!choice.keep)
        return Fail{
            bad_value("--keep", "off", "on, because --save names the run that is kept", "leave one of them out")};
    return choice;
}

KeepReport keep_run(const Context& context, const KeepChoice& choice, RunKeeper& keeper, const BacktestResult& result,
                    const Answer& printed) {
    KeepReport report;
    KeptRun& run = keeper.run();
    run.name = choice.name;
    run.version = full_version();
    run.kept_at = context.host.now();
    add_figures(run, result);
    run.texts["result.json"] = printed.data;
    run.texts["answer"] = pack_answer(printed);
    const auto kept = keep(context, run);
    if (!kept) {
        const Error& why = kept.error();
        report.warnings.push_back("this run is not kept: " + why.message + (why.hint.empty() ? "" : "; " + why.hint));
        return report;
    }
    for (const RunSummary& other : kept->contradictions) report.warnings.push_back(contradiction(run, other));
    tell_dropped(run, report);
    if (!choice.name.empty())
        report.notes.push_back("kept as " + choice.name +
                               (kept->renamed ? ", which was run " + short_id(*kept->renamed) + " until now" : "") +
                               (kept->former_name.empty() ? "" : "; no longer as " + kept->former_name));
    return report;
}

}  // namespace trd
