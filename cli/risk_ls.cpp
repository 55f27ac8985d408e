// trd risk ls: the table of risk checks.
#include "cli/answer.h"
#include "cli/json_writer.h"
#include "cli/risk_common.h"

namespace trd {
namespace {

constexpr Example examples[] = {
    {"Every check:", "trd risk ls"},
    {"Those that watch all the time, as CSV:", "trd risk ls --format csv | grep ',monitor,'"},
};
constexpr std::string_view fields = "code,name,kind,action,reset,limits,backtest,doc";
constexpr Column columns[] = {{"code", "CODE"},
                              {"name", "NAME"},
                              {"kind", "KIND", false, Narrowing::left_out},
                              {"action", "ACTION"},
                              {"reset", "RESET", false, Narrowing::left_out},
                              {"limits", "LIMITS"},
                              {"backtest", "BACKTEST", false, Narrowing::whole},
                              {"doc", "WHAT FOR", false, Narrowing::wrapped}};

std::string limits_of(const RiskCheck& check) {
    std::string text;
    for (const RiskRule& rule : check.rules) text += (text.empty() ? "" : ",") + std::string(rule.name);
    return text;
}

std::vector<Cell> row_of(const RiskCheck& check) {
    const std::string_view backtest = backtest_word(check);
    if (!check.is_monitor())
        return {to_text(check.code), check.name, "gate", Cell("deny"), Cell(), limits_of(check), backtest, check.doc};
    return {to_text(check.code),  check.name,       "monitor", name_of(check.action),
            name_of(check.reset), limits_of(check), backtest,  check.doc};
}

std::string json_of(std::span<const RiskCheck> table) {
    JsonWriter json;
    json.begin_object().key("checks").begin_array();
    for (const RiskCheck& check : table) put_check(json, check);
    return json.end_array().end_object().take();
}

// What it limits by is for programs and for trd risk show: it would not fit.
Table for_people(Table table) {
    constexpr size_t limits = 5;
    table.columns.erase(table.columns.begin() + limits);
    for (auto& row : table.rows) row.erase(row.begin() + limits);
    return table;
}

Result<Answer> run(Context& context) {
    Answer answer{.schema = "trd.risk.ls/1"};
    Table table{"check", std::vector<Column>(std::begin(columns), std::end(columns)), {}};
    for (const RiskCheck& check : risk_check_table()) table.rows.push_back(row_of(check));
    if (context.json()) answer.data = json_of(risk_check_table());
    const bool is_narrowed = context.arguments.has("--fields");
    answer.table = context.format == Format::table && !is_narrowed ? for_people(std::move(table)) : std::move(table);
    return answer;
}

}  // namespace

extern const Verb risk_ls_verb;
const Verb risk_ls_verb{
    .path = "risk ls",
    .summary = "List the risk checks: what they are for, and what they do",
    .description =
        "The gate asks its checks of every order before it leaves; what does not hold denies the order. Monitors are "
        "asked "
        "all the time; one that is broken does what its action says, and stays so until its reset. A check is armed by "
        "a "
        "file of limits that sets one of its limits; trd risk show CODE says which ones it has. BACKTEST says whether "
        "a "
        "backtest knows what its limits go by: where it says no, and for some limits where it says partly, an armed "
        "one "
        "denies every order there.",
    .positionals = {},
    .options = {},
    .examples = examples,
    .run = run,
    .fields = fields,
};

}  // namespace trd
