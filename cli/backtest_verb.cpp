// trd backtest: flags into a BacktestPlan, one run, and its report.
#include "backtest/accounts_file.h"
#include "base/file.h"
#include "base/suggest.h"
#include "cli/answer.h"
#include "cli/backtest_flags.h"
#include "cli/backtest_report.h"
#include "cli/keep_run.h"
#include "cli/progress.h"
#include "cli/risk_history.h"
#include "cli/runs_common.h"
#include "cli/script_log.h"
#include "cli/text_format.h"
#include "cli/values.h"

namespace trd {
namespace {

constexpr Positional positionals[] = {
    {"STRATEGY", "a strategy's Lua file, or several", true, true, Completes::strategies},
};

constexpr Option options[] = {
    {"--data", "FILE", "take the bars from this CSV file instead of the catalogue", false, {}, Completes::files},
    {"--catalogue",
     "DIR",
     "the catalogue of market data; with --data, of its instruments and corporate actions only",
     false,
     {},
     Completes::files},
    {"--symbol", "NAME", "what to trade; for a CSV file its name, unless given here", false, {}, Completes::symbols},
    {"--tf", "SPAN", "length of a bar, such as 1m, 1h or 1d; what the strategy or the data says, unless given here"},
    {"--from", "TIME", "first moment, a date or a time; UTC unless it names its offset"},
    {"--to", "TIME", "end, not included: with 2024-01-01 the last bar opens in 2023"},
    {"--set",
     "NAME=VALUE",
     "give a parameter another value; of several strategies also STRATEGY.NAME=VALUE, of a risk rule RULE.NAME=VALUE",
     true,
     {},
     Completes::parameters},
    {"--cash", "AMOUNT", "cash at the start, of each strategy; 10000 unless given here"},
    {"--currency", "CODE", "currency of the account; that of the first instrument, or USD, unless given here"},
    {"--kind", "KIND", "what kind of thing is traded; the instrument's, or equity, unless given here", false,
     "equity,fund,index,fx,crypto,future,perpetual", Completes::choices},
    {"--multiplier", "NUMBER", "how much of the price one unit is worth; 50 for a contract of 50 times an index"},
    {"--margin", "AMOUNT", "cash that one unit blocks, for kinds that are margined"},
    {"--tick", "PRICE", "smallest step of a price"},
    {"--lot", "QUANTITY", "smallest step of a quantity"},
    {"--adjust", "POLICY", "what is done about splits and dividends: all, splits only, or none, unless given here",
     false, "none,splits,all", Completes::choices},
    {"--fees", "MODEL",
     "what a fill costs: none, per_unit:AMOUNT or bps:POINTS, each with ,min=AMOUNT if there is a minimum, "
     "per_contract:AMOUNT, maker_taker:POINTS,POINTS, or tiered:VALUE=MAKER/TAKER,... of points from a traded value "
     "on"},
    {"--fill", "MODEL", "where a market order fills: next_open unless given here, close, or quote", false,
     "next_open,close,quote", Completes::choices},
    {"--path", "MODEL", "the way that prices took inside a bar; nearest unless given here", false,
     "nearest,open_high_low_close,open_low_high_close,pessimistic", Completes::choices},
    {"--participation", "SHARE",
     "the share of a bar's or a trade's volume that orders can have, such as 0.1; else none"},
    {"--queue", "MODEL", "how the queue before a resting limit order moves; pessimistic unless given here", false,
     "pessimistic,proportional,optimistic", Completes::choices},
    {"--slippage", "MODEL",
     "what a taker pays on top: none, fixed:AMOUNT, bps:POINTS, spread:SHARE, volume_share:limit=L,impact=F or "
     "impact:FACTOR"},
    {"--latency", "MODEL",
     "how long messages take: none, constant:5ms, constant:5ms/7ms (there/back) or jitter:2ms..9ms"},
    {"--semantics", "ENGINE", "fill as another engine does, with its rules and no others", false, "trd,backtrader,lean",
     Completes::choices},
    {"--account", "TERMS",
     "what is agreed for it: none, or some of initial=SHARE, maintenance=SHARE, liquidates, borrow=RATE, debit=RATE, "
     "credit=RATE, buffer=SHARE, after_fees and hedging, divided by commas"},
    {"--accounts",
     "FILE",
     "several accounts, each at a venue of its own with its own cash, fees and models; what it leaves out is as the "
     "flags say",
     false,
     {},
     Completes::files},
    {"--hours", "HOURS", "only bars that open within the calendar's hours; all unless given here", false,
     "all,regular,extended", Completes::choices},
    {"--actions", "WHAT", "whether splits and dividends reach the account when prices are not adjusted for them", false,
     "apply,ignore", Completes::choices},
    {"--limits",
     "FILE",
     "limits of the risk checks: a file, in-force for what trd risk set has put in force (so it is unless given here), "
     "default for those that come with trd, none for no limits",
     false,
     {},
     Completes::files},
    {"--risk-rule",
     "FILE",
     "a risk rule's Lua file, asked about every order that could open something",
     true,
     {},
     Completes::files},
    {"--seed", "NUMBER", "seed of the strategy's random numbers; 1 unless given here"},
    {"--calendar",
     "NAME",
     "whose sessions and hours count, such as XNYS; the instrument's, unless given here",
     false,
     {},
     Completes::files},
    {"--jit", "on|off", "compile Lua to machine code; the result is the same, only slower without", false, "on,off",
     Completes::choices},
    {"--keep", "on|off", "keep the run, for trd runs", false, "on,off", Completes::choices},
    {"--save",
     "NAME",
     "keep the run under this name too, which a run that has it loses",
     false,
     {},
     Completes::nothing},
    store_option,
    {"--fail-if",
     "CONDITION",
     "exit 10 if the result meets this, such as 'sharpe<1' or 'trades<10'; warnings alone: if there are any",
     true,
     {},
     Completes::figures},
};

constexpr Example examples[] = {
    {"The catalogue's data, with the strategy's own parameters:", "trd backtest strategies/sma_cross.lua"},
    {"A file of daily bars, other parameters, fees by the share:",
     "trd backtest strategies/sma_cross.lua --data spy.csv --tf 1d --set fast=20 --set slow=50 --fees "
     "per_unit:0.005,min=1"},
    {"One year of it, as JSON:",
     "trd backtest strategies/sma_cross.lua --from 2023-01-01 --to 2024-01-01 --json | jq .data.stats.sharpe"},
    {"Two strategies together, with a parameter of one of them:",
     "trd backtest strategies/sma_cross.lua strategies/rsi_reversion.lua --set sma_cross.fast=20"},
    {"With a cap on what everything together is worth:",
     "trd backtest strategies/sma_cross.lua --risk-rule strategies/risk/max_gross.lua --set max_gross.share=0.5"},
    {"In a pipeline that must not ship a bad strategy, nor one that was warned of:",
     "trd backtest strategies/sma_cross.lua -q --fail-if 'sharpe<1' --fail-if 'trades<10' --fail-if warnings"},
};

Status<> read_parameters(BacktestPlan& plan, const Arguments& arguments) {
    for (const std::string& word : arguments.values("--set")) {
        const size_t equals = word.find('=');
        if (equals == std::string::npos || equals == 0)
            return Fail{bad_value("--set", word, "NAME=VALUE", "write, for example, --set fast=20")};
        plan.parameters[word.substr(0, equals)] = word.substr(equals + 1);
    }
    return done;
}

Status<> read_period(BacktestPlan& plan, const Arguments& arguments) {
    TRD_TRY(plan.from, time_value(arguments, "--from"));
    TRD_TRY(plan.to, time_value(arguments, "--to"));
    if (plan.from && plan.to && *plan.from >= *plan.to)
        return Fail{bad_value("--to", *arguments.value("--to"), "a time after --from, which is " + to_iso(*plan.from))};
    TRD_TRY(const auto timeframe, duration_value(arguments, "--tf"));
    if (timeframe) plan.timeframe = *timeframe;
    return done;
}

// Where nothing has ever been set, and where there is no folder for it, the defaults are in force.
Status<> read_limits_in_force(BacktestPlan& plan, const Context& context) {
    const auto folder = limits_folder(context);
    if (!folder) return done;
    TRD_TRY(const auto version, limits_in_force(*folder, context.host.now()));
    if (version) plan.limits = BacktestLimits{version->name, version->text, version->limits.version};
    return done;
}

Status<> read_limits(BacktestPlan& plan, const Context& context) {
    const auto file = context.arguments.value("--limits").value_or("in-force");
    if (file == "in-force") return read_limits_in_force(plan, context);
    if (file == "default") return done;
    plan.limits = BacktestLimits{file, {}};
    if (file == "none") return done;
    auto text = read_file(file);
    if (!text)
        return Fail{Error{ExitCode::not_found, "E_LIMITS_FILE", text.error().message,
                          "give the path of a file of limits, or in-force, default or none; samples are in "
                          "config/limits"}};
    plan.limits->text = *std::move(text);
    return done;
}

Status<> read_accounts_file(BacktestPlan& plan, const Arguments& arguments) {
    const auto file = arguments.value("--accounts");
    if (!file) return done;
    if (plan.models.semantics != Semantics::trd)
        return Fail{Error{ExitCode::usage, "E_SEMANTICS",
                          "--accounts does not go with --semantics " + std::string(name_of(plan.models.semantics)) +
                              ", which knows one account",
                          "leave one of the two out"}};
    const auto text = read_file(*file);
    if (!text)
        return Fail{Error{ExitCode::not_found, "E_ACCOUNTS_FILE", text.error().message,
                          "give the path of a file of accounts; docs/money.md has one"}};
    return read_accounts(*text, *file, plan);
}

Result<BacktestPlan> plan_of(const Context& context) {
    const Arguments& arguments = context.arguments;
    BacktestPlan plan;
    // An empty word is a variable that was not set: it must not fall back to other data.
    for (const char* flag : {"--data", "--symbol", "--catalogue", "--calendar", "--limits", "--accounts"})
        if (arguments.value(flag) == "")
            return Fail{bad_value(flag, "", "a name", "leave the flag out, or give it a value")};
    for (const std::string& path : arguments.values("STRATEGY")) plan.strategies.push_back({path});
    for (const std::string& path : arguments.values("--risk-rule")) {
        if (path.empty()) return Fail{bad_value("--risk-rule", "", "a file", "leave the flag out, or give it a value")};
        plan.rules.push_back({path});
    }
    plan.data_path = arguments.value("--data").value_or("");
    plan.symbol = arguments.value("--symbol").value_or("");
    plan.calendar = arguments.value("--calendar").value_or("");
    TRD_CHECK(read_parameters(plan, arguments));
    TRD_CHECK(read_period(plan, arguments));
    TRD_CHECK(read_amounts(plan, arguments));
    TRD_CHECK(read_models(plan, arguments));
    TRD_CHECK(read_limits(plan, context));
    TRD_CHECK(read_accounts_file(plan, arguments));
    if (plan.data_path.empty() || arguments.has("--catalogue")) {
        TRD_TRY(plan.catalogue_root, catalogue_to_read(context));
    }
    return plan;
}

Result<std::vector<FailIf>> conditions_of(const Arguments& arguments) {
    std::vector<FailIf> conditions;
    for (const std::string& text : arguments.values("--fail-if")) {
        TRD_TRY(FailIf condition, parse_fail_if(text));
        conditions.push_back(std::move(condition));
    }
    return conditions;
}

// `told` counts the warnings that were said while it ran. With --json they are in the result alone.
Result<BacktestResult> run_and_show(const Context& context, const BacktestPlan& plan, RunKeeper* keeper, size_t& told) {
    Progress progress(context, "backtest");
    const ScriptLog log(context, progress);
    BacktestCalls calls;
    calls.warn = [&](const std::string& warning) {
        if (context.quiet || context.json()) return;
        (void)context.host.err->write("trd: warning: " + for_terminal(warning) + "\n").ok();
        ++told;
    };
    calls.log = [&log](const LogLine& line) { log.show(line); };
    calls.keeper = keeper;
    return run_with_progress(context, progress, plan, calls);
}

Answer answer_of(const Context& context, const BacktestResult& result, const std::vector<FailIf>& conditions) {
    Answer answer{.schema = "trd.backtest/1", .warnings = result.warnings, .run_id = result.run_id};
    std::vector<FailIfOutcome> outcomes;
    for (const FailIf& condition : conditions) {
        outcomes.push_back({condition, failure_of(condition, result)});
        if (outcomes.back().failure.empty()) continue;
        answer.code = ExitCode::findings;
        answer.notes.push_back("finding: " + outcomes.back().failure);
    }
    if (context.json()) answer.data = backtest_json(result, outcomes);
    answer.page = backtest_page(result, context);
    answer.table = backtest_records(result);
    return answer;
}

// In every form that it can be shown in later.
Answer printed_answer(const Context& context, const BacktestResult& result, const std::vector<FailIf>& conditions) {
    Context json = context;
    json.format = Format::json;
    return answer_of(json, result, conditions);
}

Result<Answer> run(Context& context) {
    TRD_TRY(const BacktestPlan plan, plan_of(context));
    TRD_TRY(const std::vector<FailIf> conditions, conditions_of(context.arguments));
    TRD_TRY(const KeepChoice choice, keep_choice(context.arguments));
    RunKeeper keeper(RunKeeper::rows_max, store_folder(context).value_or(""));
    size_t told = 0;
    TRD_TRY(BacktestResult result, run_and_show(context, plan, choice.keep ? &keeper : nullptr, told));
    KeepReport kept;
    if (choice.keep) kept = keep_run(context, choice, keeper, result, printed_answer(context, result, conditions));
    // That a run is not kept is a warning as any other, so the conditions are judged after it.
    result.warnings.insert(result.warnings.end(), kept.warnings.begin(), kept.warnings.end());
    Answer answer = answer_of(context, result, conditions);
    answer.warnings_told = told;
    answer.notes.insert(answer.notes.end(), kept.notes.begin(), kept.notes.end());
    return answer;
}

}  // namespace

extern const Verb backtest_verb;
const Verb backtest_verb{
    .path = "backtest",
    .summary = "Run a strategy over history and show what came of it",
    .description =
        "The strategy runs over its bars from the first to the last. A market order that it gives while it handles a "
        "bar is filled at the open of the next one; limits, stops and brackets fill inside bars. --fill, --path, "
        "--participation, --queue, --slippage, --latency and --semantics choose other models; docs/matching.md states "
        "their rules. Prices, quantities and cash are exact decimals; statistics are of daily equity, whatever the "
        "length of a bar.\n\n"
        "Several strategies run over the same moments, each in a machine and with an account of its own, which has "
        "--cash in it: without limits that count them together, each does what it does alone. The same file may be "
        "given twice; the second one is called NAME#2. Figures are of all accounts together, and of each strategy in "
        "data.strategies of the JSON.\n\n"
        "The run is kept with its plan, script, trades, orders, fills and equity, unless --keep off or the setting "
        "backtest.keep says not to; trd runs lists, shows and compares what is kept. A run that cannot be kept is a "
        "warning.\n\n"
        "The same plan over the same data has the same run id; the same outcome has the same hash, with the JIT "
        "on or off and on every machine.\n\n"
        "Limits hold by default: the version that trd risk set has put in force, with its number in the result, and "
        "until "
        "there is one those that come with trd. What they denied and what monitors did is in the result, by code; "
        "docs/risk.md has them all.\n\n"
        "A risk rule is asked after the limits have allowed an order, and can only tighten: deny, make the order "
        "smaller, or halt. What it cannot answer it denies. It is never asked about what can only reduce.\n\n"
        "What the strategy logs is shown on stderr, from info on: with -v also debug, with -q only errors; with --json "
        "each line is a JSON object of its own. What it records and plots is in data.strategies of the JSON, thinned "
        "to 4096 points a series.\n\n"
        "A condition of --fail-if is a name, a sign and a number. Names are those of data.stats and data.counts "
        "in the JSON, and equity, cash and fees for those at the end. Shares are fractions: max_drawdown<-0.2 is a "
        "loss of "
        "more than 20 % from a peak. A figure that is undefined meets every condition.",
    .positionals = positionals,
    .options = options,
    .examples = examples,
    .run = run,
    .fields = "name,value",
};

}  // namespace trd
