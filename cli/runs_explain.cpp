// trd runs explain: runs a kept run again and tells what happened to one order, and why.
#include <algorithm>

#include "backtest/order_story.h"
#include "backtest/stored_plan.h"
#include "base/suggest.h"
#include "cli/progress.h"
#include "cli/runs_common.h"
#include "cli/values.h"

namespace trd {
namespace {

constexpr Positional positionals[] = {
    {"RUN", "first digits of its id, its name, or last", true, false, Completes::runs},
};
constexpr Option options[] = {
    {"--order", "ID",
     "the order: the strategy's number for it, such as 12, of several sma_cross.12, of those that limits and margin "
     "calls "
     "send desk.1, or its whole id of 32 digits"},
    store_option,
};
constexpr Example examples[] = {
    {"Why did the third order of the newest run fill there?", "trd runs explain last --order 3"},
    {"The same by its whole id, as JSON:", "trd runs explain nightly --order 10000010010000000000000000001544 --json"},
};

constexpr size_t id_digits = 32;
// Whose orders those are that a limit or a margin call sends; a strategy of that name is meant first.
constexpr std::string_view desk_name = "desk";

Error no_order_named() {
    return {ExitCode::usage, "E_USAGE_ORDER", "which order is meant? --order is missing",
            "trd runs export RUN --what orders lists them; then --order 3, or the whole id"};
}

// What was written, before it is known whose run it is: a strategy's name, and the rest.
struct OrderWord {
    std::string whole, strategy;  // of no strategy: empty
    OrderName name;
};

Result<OrderName> number_named(const std::string& text, const std::string& whole) {
    const auto bad = [&] {
        return bad_value("--order", whole, "an order's number or its id of 32 hexadecimal digits",
                         "trd runs export RUN --what orders lists them");
    };
    if (text.size() == id_digits) {
        const auto id = OrderId::parse(text);
        if (!id.ok()) return Fail{bad()};
        return OrderName{0, *id};
    }
    uint64_t number = 0;
    for (const char digit : text) {
        if (digit < '0' || digit > '9' || number > (uint64_t{1} << 44)) return Fail{bad()};
        number = number * 10 + static_cast<uint64_t>(digit - '0');
    }
    if (number == 0) return Fail{bad()};
    return OrderName{number, {}};
}

Result<OrderWord> order_word(const std::string& text) {
    const size_t dot = text.rfind('.');
    OrderWord word{text, dot == std::string::npos ? "" : text.substr(0, dot), {}};
    TRD_TRY(word.name, number_named(dot == std::string::npos ? text : text.substr(dot + 1), text));
    return word;
}

Error whose_order(const KeptRun& run, const OrderWord& word, const std::vector<std::string>& strategies) {
    std::string forms;
    const std::string number = std::to_string(word.name.handle);
    for (const std::string& strategy : strategies) forms += (forms.empty() ? "" : " or ") + strategy + "." + number;
    return {ExitCode::usage, "E_USAGE_ORDER",
            "run " + title_of(run) + " is of " + std::to_string(strategies.size()) + " strategies: whose order " +
                number + " is meant?",
            "write --order " + forms};
}

Error no_such_strategy(const KeptRun& run, const OrderWord& word, const std::vector<std::string>& strategies) {
    const auto meant = nearest_name(word.strategy, std::vector<std::string_view>(strategies.begin(), strategies.end()));
    std::string all;
    for (const std::string& strategy : strategies) all += (all.empty() ? "" : ", ") + strategy;
    return {ExitCode::not_found, "E_ORDER_MISSING",
            "run " + title_of(run) + " has no strategy \"" + word.strategy + "\", so no order " + word.whole,
            meant ? "did you mean " + std::string(*meant) + "?" : "it has " + all};
}

Result<OrderName> order_named(const KeptRun& run, const OrderWord& word) {
    const std::vector<std::string> strategies = strategies_of(run);
    OrderName name = word.name;
    if (word.strategy.empty()) {
        if (strategies.size() > 1 && name.handle != 0) return Fail{whose_order(run, word, strategies)};
        name.strategy = 1;
        return name;
    }
    const auto found = std::find(strategies.begin(), strategies.end(), word.strategy);
    if (found == strategies.end() && word.strategy == desk_name) return name;
    if (found == strategies.end()) return Fail{no_such_strategy(run, word, strategies)};
    name.strategy = static_cast<uint16_t>(found - strategies.begin() + 1);
    return name;
}

Result<BacktestResult> run_again(const Context& context, const BacktestPlan& plan, OrderStory& story) {
    Progress progress(context, "explain");
    BacktestCalls calls;
    calls.story = &story;
    return run_with_progress(context, progress, plan, calls);
}

std::string line_text(const OrderStory::Line& line) {
    std::string text = to_iso(line.first);
    if (line.count > 1) text += " to " + to_iso(line.last);
    text += "  " + line.text;
    if (line.count > 1) text += ", " + std::to_string(line.count) + " times";
    return text + "\n";
}

std::string text_of(const KeptRun& run, const OrderStory& story) {
    const OrderId::Parts parts = story.intent().id.parts();
    const std::string whose = parts.strategy == StrategyId{} ? std::string(desk_name) + "." : "";
    std::string text = "run " + title_of(run) + ", order " + whose + std::to_string(parts.sequence) + " (" +
                       story.intent().id.to_hex() + ")\n" + describe(story.intent()) + "\n\n";
    for (const OrderStory::Line& line : story.lines()) text += line_text(line);
    return text;
}

std::string json_of(const KeptRun& run, const OrderStory& story) {
    JsonWriter json;
    json.begin_object().key("run").begin_object();
    put_label(json, run);
    json.end_object().key("order").begin_object().member("id", story.intent().id.to_hex());
    json.member("number", story.intent().id.parts().sequence).member("text", describe(story.intent())).end_object();
    json.key("lines").begin_array();
    for (const OrderStory::Line& line : story.lines()) {
        json.begin_object().member("first", to_iso(line.first)).member("last", to_iso(line.last));
        json.member("count", line.count).member("kind", line.kind).member("text", line.text).end_object();
    }
    return json.end_array().end_object().take();
}

Error no_such_order(const KeptRun& run, const std::string& order) {
    return {ExitCode::not_found, "E_ORDER_MISSING", "run " + title_of(run) + " has no order " + order,
            "trd runs export " + run.id.substr(0, 12) + " --what orders lists them"};
}

Error another_outcome(const KeptRun& run) {
    return {
        ExitCode::data, "E_RUN_OUTCOME",
        "run " + title_of(run) + " does not come out as it did, so its orders cannot be explained by running it again",
        "it was kept by trd " + run.version + "; run the strategy again with trd backtest, then explain that run"};
}

Result<Answer> run(Context& context) {
    const auto order = context.arguments.value("--order");
    if (!order) return Fail{no_order_named()};
    TRD_TRY(const OrderWord word, order_word(*order));
    TRD_TRY(const RunStore store, open_runs(context));
    TRD_TRY(const RunSummary summary, store.find(*context.arguments.value("RUN")));
    TRD_TRY(const KeptRun kept, store.load(summary));
    TRD_TRY(const OrderName name, order_named(kept, word));
    TRD_TRY(const BacktestPlan plan, stored_plan(kept));
    TRD_CHECK(check_stored_data(kept, plan, calendars_of(context)));
    OrderStory story(name);
    TRD_TRY(const BacktestResult result, run_again(context, plan, story));
    if (to_hex(result.hash) != kept.hash) return Fail{another_outcome(kept)};
    if (!story.found()) return Fail{no_such_order(kept, *order)};
    Answer answer{.schema = "trd.runs.explain/1"};
    if (context.json())
        answer.data = json_of(kept, story);
    else
        answer.text = text_of(kept, story);
    return answer;
}

}  // namespace

extern const Verb runs_explain_verb;
const Verb runs_explain_verb{
    .path = "runs explain",
    .summary = "Say why an order of a kept run filled, or did not",
    .description =
        "Runs the kept run again and follows one order through it: what was asked for and what the desk decided, when "
        "it "
        "reached the venue, which prices came near it, what triggered or filled it, at what price, with what slippage "
        "and "
        "fee, and why it ended. Where the exits of a bracket have traded, or what they protect is gone, it says so of "
        "the entry, of which the desk then takes back what has not traded. What such an entry fills all the same "
        "is closed by an order of the desk, such as desk.1, with the tag bracket is over. Neighbouring prices that did "
        "nothing are one line, with the nearest of them. The data "
        "must be what it was, and the outcome has to be the same, else exit code 12.",
    .positionals = positionals,
    .options = options,
    .examples = examples,
    .run = run,
};

}  // namespace trd
