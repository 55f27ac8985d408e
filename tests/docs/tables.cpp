// Prints the tables of docs/*.md that come from code, as Markdown: "== NAME" and the lines of the table, for each.
// tests/docs/run.py holds the pages against them, and scripts/docs --write puts them in.
#include <charconv>
#include <cstdio>
#include <string>
#include <vector>

#include "base/exit_codes.h"
#include "cli/backtest_figures.h"
#include "history/kinds.h"
#include "market/indicator_set.h"
#include "market/instrument.h"
#include "order/fill.h"
#include "order/lifecycle.h"
#include "record/record.h"
#include "risk/outside.h"
#include "risk/readings.h"
#include "script/lua_rule.h"

namespace trd {
namespace {

using Row = std::vector<std::string>;

std::string code(std::string_view name) { return "`" + std::string(name) + "`"; }

// NAME, the header, the rows.
void print_table(const char* name, const Row& header, const std::vector<Row>& rows) {
    std::printf("== %s\n", name);
    const auto print = [](const Row& row) {
        for (const std::string& cell : row) std::printf("| %s ", cell.c_str());
        std::printf("|\n");
    };
    print(header);
    print(Row(header.size(), "---"));
    for (const Row& row : rows) print(row);
}

std::string number(double value) {
    char text[32];
    return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

// ---- orders ----

std::string cell_text(Transition cell) {
    switch (cell.step) {
        case TransitionKind::impossible:
            return "";
        case TransitionKind::stay:
            return "=";
        case TransitionKind::to:
            return std::string(name_of(cell.state));
        case TransitionKind::to_refused:
            return "refused";
        case TransitionKind::to_working:
            return "working";
    }
    return "?";
}

void print_life_cycle() {
    Row header{"event"};
    for (int s = 0; s < order_state_count; ++s) header.push_back(code(name_of(static_cast<OrderState>(s))));
    std::vector<Row> rows;
    for (int e = 0; e < order_event_count; ++e) {
        const auto event = static_cast<OrderEventKind>(e);
        Row row{code(name_of(event))};
        for (int s = 0; s < order_state_count; ++s)
            row.push_back(cell_text(transition(static_cast<OrderState>(s), event)));
        rows.push_back(row);
    }
    print_table("life-cycle", header, rows);
}

void print_states() {
    std::vector<Row> rows;
    for (int s = 0; s < order_state_count; ++s) {
        const auto state = static_cast<OrderState>(s);
        rows.push_back({code(name_of(state)), is_terminal(state) ? "yes" : "no", is_working(state) ? "yes" : "no"});
    }
    print_table("states", {"state", "has ended", "the venue may have it"}, rows);
}

void print_denials() {
    std::vector<Row> rows;
    for (int d = 1; d < denial_count; ++d)
        if (static_cast<Denial>(d) != Denial::not_in_these_semantics)  // never given
            rows.push_back({code(name_of(static_cast<Denial>(d))), std::string(describe(static_cast<Denial>(d)))});
    print_table("denials", {"reason", "meaning"}, rows);
}

// ---- records ----

// A kind that is added must be named here, or this does not compile.
std::string_view kind_name(RecordKind kind) {
    switch (kind) {
        case RecordKind::instrument:
            return "instrument";
        case RecordKind::decision:
            return "decision";
        case RecordKind::order_event:
            return "order_event";
        case RecordKind::fill:
            return "fill";
        case RecordKind::posting:
            return "posting";
        case RecordKind::anomaly:
            return "anomaly";
        case RecordKind::margin:
            return "margin";
        case RecordKind::risk:
            return "risk";
        case RecordKind::rule:
            return "rule";
    }
    return "?";
}

std::string_view kind_text(RecordKind kind) {
    switch (kind) {
        case RecordKind::instrument:
            return "an instrument became known, or its terms changed";
        case RecordKind::decision:
            return "an intent of a strategy, and whether it was allowed";
        case RecordKind::order_event:
            return "an order changed state";
        case RecordKind::fill:
            return "an execution, and the order after it";
        case RecordKind::posting:
            return "money moved: ledger entries that sum to zero in each currency";
        case RecordKind::anomaly:
            return "something that should not happen";
        case RecordKind::margin:
            return "an account fell below what maintenance asks for, or is above it again, and the amounts";
        case RecordKind::risk:
            return "a monitor of the limits warned, acted, could not see, or let go";
        case RecordKind::rule:
            return "what a risk rule answered about an order, in its own words";
    }
    return "?";
}

void print_record_kinds() {
    std::vector<Row> rows;
    for (uint16_t k = 1; k < std::variant_size_v<Payload> + 1; ++k) {
        const auto kind = static_cast<RecordKind>(k);
        rows.push_back({std::to_string(k), code(kind_name(kind)), std::string(kind_text(kind))});
    }
    print_table("record-kinds", {"number", "kind", "what it says"}, rows);
}

std::string_view anomaly_text(Anomaly::Kind kind) {
    switch (kind) {
        case Anomaly::Kind::duplicate_fill:
            return "a trade that is already booked; not booked again";
        case Anomaly::Kind::fill_of_unknown_order:
            return "a fill for an order that the desk does not know; booked";
        case Anomaly::Kind::overfill:
            return "more traded than was asked for; booked";
        case Anomaly::Kind::impossible_transition:
            return "the life-cycle table forbids it; the order is unchanged, a fill is booked all the same";
        case Anomaly::Kind::unknown_instrument:
            return "a fill in an instrument that is not defined; not booked";
        case Anomaly::Kind::report_of_unknown_order:
            return "a report about an order that the desk does not know";
        case Anomaly::Kind::unsound_fill:
            return "a fill whose quantity is not positive, whose account is not ours, or whose price gives it no "
                   "value; "
                   "not booked";
        case Anomaly::Kind::unknown_worth:
            return "a rate is missing to tell an account's equity by; its margin is not looked at until it is there";
        case Anomaly::Kind::misplaced_fill:
            return "a fill that names a side of the position that it cannot be of; booked to the side that it can";
    }
    return "?";
}

void print_anomalies() {
    std::vector<Row> rows;
    for (int k = 0; k < anomaly_kind_count; ++k) {
        const auto kind = static_cast<Anomaly::Kind>(k);
        rows.push_back({code(name_of(kind)), std::string(anomaly_text(kind))});
    }
    print_table("anomalies", {"anomaly", "what came, and what was done"}, rows);
}

std::string_view account_text(LedgerAccount account) {
    switch (account) {
        case LedgerAccount::cash:
            return "money that is free";
        case LedgerAccount::margin:
            return "money that is blocked for margined positions";
        case LedgerAccount::position:
            return "what is held, at what it cost; negative for shorts";
        case LedgerAccount::realized:
            return "what closed positions earned, before fees; earnings are negative";
        case LedgerAccount::variation:
            return "settlements of margined positions; earnings are negative";
        case LedgerAccount::fees:
            return "what was paid in fees";
        case LedgerAccount::capital:
            return "what was paid in; negative";
        case LedgerAccount::funding:
            return "what perpetuals paid between longs and shorts; earnings are negative";
        case LedgerAccount::financing:
            return "what borrowed shares and borrowed money cost";
        case LedgerAccount::dividends:
            return "what shares paid; earnings are negative";
        case LedgerAccount::conversion:
            return "what was changed into or out of the currency";
    }
    return "?";
}

void print_ledger() {
    std::vector<Row> rows;
    for (int a = 0; a < ledger_account_count; ++a) {
        const auto account = static_cast<LedgerAccount>(a);
        rows.push_back({code(name_of(account)), std::string(account_text(account))});
    }
    print_table("ledger-accounts", {"ledger account", "what its total says"}, rows);
}

// ---- market ----

std::string parameter_text(const IndicatorParameter& parameter) {
    const std::string name = code(parameter.name);
    return parameter.fallback == parameter.fallback ? name + " " + number(parameter.fallback) : name + " (required)";
}

template <class Range, class Text>
std::string joined(const Range& range, Text text) {
    std::string out;
    for (const auto& element : range) out += (out.empty() ? "" : ", ") + text(element);
    return out;
}

std::string in_table(std::string_view text) {
    std::string out;
    for (const char c : text) out += c == '|' ? std::string("\\|") : c == '*' ? std::string("\\*") : std::string(1, c);
    return out;
}

void print_indicators() {
    std::vector<Row> rows;
    for (const IndicatorTraits& traits : indicator_table()) {
        const bool one = traits.outputs.size() == 1;
        rows.push_back({code(traits.name), traits.needs_bar ? "bars" : "a series",
                        joined(traits.parameters, parameter_text),
                        one ? "" : joined(traits.outputs, [](std::string_view name) { return code(name); }),
                        in_table(traits.doc)});
    }
    print_table("indicators", {"name", "of", "parameters and their defaults", "outputs, if several", "what it is"},
                rows);
}

void print_instrument_kinds() {
    std::vector<Row> rows;
    for (const KindTraits& kind : kind_table())
        rows.push_back({code(kind.name),
                        kind.valuation == Valuation::paid ? "paid in full"
                        : is_inverse(kind.kind)           ? "margined in the base"
                                                          : "margined",
                        to_string(kind.usual_tick), to_string(kind.usual_lot), kind.trades_all_week ? "365" : "252"});
    print_table("instrument-kinds", {"kind", "how it is held", "tick", "lot", "days a year"}, rows);
}

void print_data_kinds() {
    std::vector<Row> rows;
    for (const KindSpec& kind : data_kinds())
        rows.push_back(
            {code(kind.name), kind.has_timeframe ? "yes" : "no", joined(kind.columns, [](const ColumnSpec& column) {
                 return code(column.name) + (column.required ? "" : " (optional)");
             })});
    print_table("data-kinds", {"kind", "has a timeframe", "columns"}, rows);
}

// ---- risk ----

std::string in_backtest(const RiskCheck& check, const RiskRule& rule) {
    if (!includes(check.modes, RiskMode::backtest)) return "not asked";
    constexpr const char* texts[] = {"yes", "always holds", "needs a calendar", "needs quotes", "no: denies all"};
    return texts[static_cast<size_t>(backtest_answer(rule))];
}

void print_risk_checks() {
    std::vector<Row> rows;
    for (const RiskCheck& check : risk_check_table())
        for (const RiskRule& rule : check.rules) {
            const bool bounded = !is_list(rule.unit) && rule.unit != RiskUnit::flag;
            const std::string bound = bounded ? std::string(phrase_of(rule.holds)) : std::string("-");
            const std::string exits =
                check.is_monitor()     ? std::string(name_of(check.action)) + ", " + std::string(name_of(check.reset))
                : rule.reducing_passes ? "pass"
                                       : "asked";
            rows.push_back({to_text(check.code) + " " + std::string(check.name), code(rule.name), bound, exits,
                            in_backtest(check, rule), std::string(rule.doc)});
        }
    print_table("risk-checks", {"check", "limit", "found has to be", "exits / then", "backtest", "what it says"}, rows);
}

void print_rule_figures() {
    std::vector<Row> rows;
    for (const RuleFigure& figure : rule_figures())
        rows.push_back({"`book." + std::string(figure.name) + "`", std::string(figure.doc)});
    print_table("rule-figures", {"figure", "what it is"}, rows);
}

void print_rule_codes() {
    std::vector<Row> rows;
    for (const OutsideCode& each : outside_code_table())
        rows.push_back({to_text(each.code) + " " + std::string(each.name), std::string(each.doc)});
    print_table("rule-codes", {"code", "what it says"}, rows);
}

// ---- results ----

void print_exit_codes() {
    std::vector<Row> rows;
    for (const ExitCodeRow& row : exit_code_table())
        rows.push_back({std::to_string(static_cast<int>(row.code)), code(row.name), std::string(row.meaning),
                        std::string(row.retry)});
    print_table("exit-codes", {"code", "name", "meaning", "try again?"}, rows);
}

// Not a table: the names that docs/numbers.md must explain.
void print_names(const char* name, const std::vector<std::string>& names) {
    std::printf("== %s\n", name);
    for (const std::string& each : names) std::printf("%s\n", each.c_str());
}

void print_figure_names() {
    std::vector<std::string> names;
    for (const NamedFigure& figure : backtest_figures({})) names.push_back(figure.name);
    for (const NamedCount& count : backtest_counts()) names.emplace_back(count.name);
    print_names("names numbers.md", names);
}

}  // namespace
}  // namespace trd

int main() {
    trd::print_life_cycle();
    trd::print_states();
    trd::print_denials();
    trd::print_record_kinds();
    trd::print_anomalies();
    trd::print_ledger();
    trd::print_indicators();
    trd::print_instrument_kinds();
    trd::print_data_kinds();
    trd::print_risk_checks();
    trd::print_rule_figures();
    trd::print_rule_codes();
    trd::print_exit_codes();
    trd::print_figure_names();
}
