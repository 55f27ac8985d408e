#include "cli/backtest_report.h"

#include <algorithm>

#include "cli/json_writer.h"

namespace trd {
namespace {

void write_run(JsonWriter& json, const BacktestResult& result) {
    json.key("run").begin_object().member("id", result.run_id).member("hash", to_hex(result.hash));
    json.end_object();
    json.key("strategy").begin_object().member("name", result.strategy_name);
    json.member("version", result.strategy_version).end_object();
}

// Whole numbers and truth values as such; decimals and choices stay text.
void write_parameter(JsonWriter& json, const StrategyParameter& parameter) {
    json.key(parameter.name);
    const bool is_bare =
        parameter.type == StrategyParameter::Type::integer || parameter.type == StrategyParameter::Type::boolean;
    if (is_bare)
        json.raw(parameter.value);
    else
        json.value(parameter.value);
}

void write_parameters(JsonWriter& json, const std::vector<StrategyParameter>& parameters) {
    json.key("parameters").begin_object();
    for (const StrategyParameter& parameter : parameters) write_parameter(json, parameter);
    json.end_object();
}

void write_streams(JsonWriter& json, const BacktestResult& result) {
    if (result.streams.empty()) return;
    json.key("streams").begin_array();
    for (const BacktestStreamResult& stream : result.streams) {
        json.begin_object().member("name", stream.name).member("rows", stream.rows);
        json.member("first", to_iso_nanoseconds(stream.first)).member("last", to_iso_nanoseconds(stream.last));
        json.end_object();
    }
    json.end_array();
}

void write_series(JsonWriter& json, const BacktestResult& result) {
    json.key("series").begin_array();
    for (const BacktestSeriesResult& series : result.series) {
        json.begin_object().member("name", series.name).member("symbol", series.symbol);
        json.member("timeframe", to_text(series.timeframe)).member("bars", series.bars);
        json.member("first_open", to_iso_nanoseconds(series.first_open));
        json.member("last_close", to_iso_nanoseconds(series.last_close)).key("gaps").begin_object();
        json.member("count", series.gaps.count).member("total_s", series.gaps.total.ns / 1'000'000'000);
        json.member("longest_s", series.gaps.longest.ns / 1'000'000'000).end_object().end_object();
    }
    json.end_array();
}

void write_counts(JsonWriter& json, const BacktestResult& result) {
    json.key("counts").begin_object();
    for (const NamedCount& count : backtest_counts()) json.member(count.name, result.counts.*count.count);
    json.end_object();
    json.key("denials").begin_object();
    for (const auto& [name, count] : result.denials) json.member(name, count);
    json.end_object();
}

void write_action(JsonWriter& json, const BacktestRiskAction& action) {
    json.begin_object().member("time", to_iso_nanoseconds(action.time)).member("check", action.code);
    json.member("rule", action.rule).member("scope", action.scope).member("subject", action.subject);
    json.member("action", action.action).member("found", action.found).member("limit", action.limit).end_object();
}

// Nothing where the rule has no such function.
void write_calls(JsonWriter& json, std::string_view name, const BacktestRule::Calls& calls) {
    if (calls.asked == 0) return;
    json.key(name).begin_object().member("asked", calls.asked).member("halt", calls.halted);
    json.member("failed", calls.failed).end_object();
}

void write_rule(JsonWriter& json, const BacktestRule& rule) {
    json.begin_object().member("name", rule.name).member("version", rule.version).member("scope", rule.scope);
    json.key("answers").begin_object();
    for (size_t i = 0; i < rule_answer_count; ++i) json.member(name_of(static_cast<RuleAnswer>(i)), rule.answers[i]);
    json.end_object();
    write_calls(json, "check_reduce", rule.reducing);
    write_calls(json, "watch", rule.watching);
    json.key("fault");
    if (rule.fault.empty())
        json.null();
    else
        json.value(rule.fault);
    json.end_object();
}

void write_risk(JsonWriter& json, const BacktestRisk& risk) {
    json.key("risk").begin_object().member("limits", risk.limits);
    if (risk.limits_version != 0) json.member("limits_version", uint64_t{risk.limits_version});
    json.key("armed").begin_array();
    for (const std::string& code : risk.armed) json.value(code);
    json.end_array().key("unarmed").begin_array();
    for (const std::string& code : risk.unarmed) json.value(code);
    json.end_array().key("denials").begin_object();
    for (const auto& [code, count] : risk.denials) json.member(code, count);
    json.end_object().member("warnings", risk.warnings).member("latched", risk.latched);
    json.member("actions_left_out", risk.actions_left_out).key("actions").begin_array();
    for (const BacktestRiskAction& action : risk.actions) write_action(json, action);
    json.end_array().key("rules").begin_array();
    for (const BacktestRule& rule : risk.rules) write_rule(json, rule);
    json.end_array().end_object();
}

void write_accounts(JsonWriter& json, const BacktestResult& result) {
    json.key("accounts").begin_array();
    for (const BacktestAccountResult& account : result.accounts) {
        json.begin_object().member("name", account.name).member("cash_start", account.cash_start);
        json.member("cash_end", account.cash_end).member("equity_end", account.equity_end);
        json.member("fees", account.fees).key("models").begin_object();
        for (const auto& [model, name] : account.models) json.member(model, name);
        json.end_object().end_object();
    }
    json.end_array();
}

// Of the run, or of one strategy's account.
template <class Amounts>
void write_amounts(JsonWriter& json, const Amounts& of) {
    json.key("equity").begin_object().member("start", of.equity_start).member("end", of.equity_end).end_object();
    json.member("cash_end", of.cash_end).member("fees", of.fees).key("positions").begin_array();
    for (const BacktestPosition& position : of.positions) {
        json.begin_object().member("account", position.account).member("symbol", position.symbol);
        json.member("side", name_of(position.bucket)).member("quantity", position.quantity);
        json.member("mark", position.mark).end_object();
    }
    json.end_array();
}

void write_money(JsonWriter& json, const BacktestResult& result) {
    json.member("currency", result.currency.code());
    write_amounts(json, result);
    json.key("change_of_equity").begin_object();
    for (const EquityChangeField& field : equity_change_fields()) json.member(field.name, result.change.*field.amount);
    json.end_object();
    write_accounts(json, result);
}

void put_figure(JsonWriter& json, std::string_view name, const Figure& figure) {
    json.key(name);
    if (figure)
        json.value(*figure);
    else
        json.null();
}

void write_stats(JsonWriter& json, const BacktestResult& result) {
    const std::vector<NamedFigure> figures = backtest_figures(result);
    json.key("stats").begin_object();
    for (const auto& [name, figure] : figures) put_figure(json, name, figure);
    json.end_object().key("stats_undefined").begin_object();
    for (const auto& [name, figure] : figures)
        if (!figure) json.member(name, to_text(figure.why));
    json.end_object();
}

void write_drawdown(JsonWriter& json, const Drawdown& drawdown) {
    json.key("drawdown").begin_object().member("fraction", drawdown.fraction);
    json.member("peak_time", to_iso_nanoseconds(drawdown.peak_time));
    json.member("trough_time", to_iso_nanoseconds(drawdown.trough_time)).key("recovery_time");
    if (drawdown.recovery_time)
        json.value(to_iso_nanoseconds(*drawdown.recovery_time));
    else
        json.null();
    json.member("longest_under_water_s", drawdown.longest_under_water.ns / 1'000'000'000).end_object();
}

void write_series_of(JsonWriter& json, const RecordedSeries& series) {
    json.begin_object().member("name", series.name);
    if (series.use == ChannelUse::plot) json.member("pane", series.pane).member("style", series.style);
    json.member("count", series.count).member("every", series.every);
    for (const auto& [name, value] :
         {std::pair{"min", series.minimum}, {"max", series.maximum}, {"last", series.last}}) {
        json.key(name);
        series.count == 0 ? json.null() : json.value(value);
    }
    json.key("points").begin_array();
    for (const RecordedSeries::Point& point : series.points)
        json.begin_object().member("time", to_iso_nanoseconds(point.time)).member("value", point.value).end_object();
    json.end_array().end_object();
}

void write_notes(JsonWriter& json, const StrategyNotes& notes) {
    json.key("log").begin_object();
    for (size_t level = 0; level < notes.lines.size(); ++level)
        json.member(name_of(static_cast<NoteLevel>(level)), notes.lines[level]);
    json.end_object().member("alerts", notes.alerts);
    json.key("marks").begin_object().member("count", notes.marks).key("first").begin_array();
    for (const SaidAt& mark : notes.first_marks)
        json.begin_object().member("time", to_iso_nanoseconds(mark.time)).member("text", mark.text).end_object();
    json.end_array().end_object();
    for (const auto& [name, use] : {std::pair{"recorded", ChannelUse::record}, {"plotted", ChannelUse::plot}}) {
        json.key(name).begin_array();
        for (const RecordedSeries& series : notes.series)
            if (series.use == use) write_series_of(json, series);
        json.end_array();
    }
}

void write_strategies(JsonWriter& json, const BacktestResult& result) {
    json.key("strategies").begin_array();
    for (const BacktestStrategyResult& strategy : result.strategies) {
        json.begin_object().member("name", strategy.name).member("version", strategy.version);
        write_parameters(json, strategy.parameters);
        json.key("counts").begin_object().member("orders", strategy.counts.orders);
        json.member("denied", strategy.counts.denied).member("fills", strategy.counts.fills);
        json.member("trades", strategy.counts.trades).end_object();
        write_amounts(json, strategy);
        json.key("stats").begin_object();
        for (const auto& [name, figure] : strategy_figures(strategy)) put_figure(json, name, figure);
        json.end_object();
        write_notes(json, strategy.notes);
        json.end_object();
    }
    json.end_array();
}

void write_conditions(JsonWriter& json, const std::vector<FailIfOutcome>& conditions) {
    json.key("fail_if").begin_array();
    for (const FailIfOutcome& outcome : conditions) {
        json.begin_object().member("condition", outcome.condition.text).member("met", !outcome.failure.empty());
        json.member("reason", outcome.failure).end_object();
    }
    json.end_array();
}

void write_group(JsonWriter& json, const TradeGroup& group) {
    json.begin_object().member("name", group.name).member("currency", group.currency.code());
    json.member("trades", group.summary.trades).member("wins", group.summary.wins);
    json.member("losses", group.summary.losses).member("profit", group.profit).member("fees", group.fees);
    json.member("net", group.net());
    put_figure(json, "average", group.summary.average);
    put_figure(json, "profit_factor", group.summary.profit_factor);
    json.end_object();
}

void put_mean(JsonWriter& json, std::string_view name, const MeanPrice& mean) {
    json.key(name);
    if (mean.quantity.is_zero())
        json.null();
    else
        json.value(to_string(mean.price));
}

void write_trades(JsonWriter& json, std::string_view name, const std::vector<TradeRow>& rows) {
    json.key(name).begin_array();
    for (const TradeRow& row : rows) {
        json.begin_object().member("symbol", row.symbol).member("side", row.side == Side::buy ? "long" : "short");
        json.member("opened", to_iso_nanoseconds(row.opened)).member("closed", to_iso_nanoseconds(row.closed));
        json.member("quantity", row.quantity).member("currency", row.currency.code());
        json.member("profit", row.profit).member("fees", row.fees).member("net", row.net());
        json.member("tag", row.tag).member("exit", row.exit);
        json.member("exit_tag", row.exit_tag).member("exit_reason", row.exit_reason);
        put_mean(json, "entry_price", row.entry);
        put_mean(json, "exit_price", row.exit_at);
        json.end_object();
    }
    json.end_array();
}

void write_breakdown(JsonWriter& json, const TradeBreakdown& breakdown) {
    for (const TradeDimension& dimension : breakdown.dimensions) {
        json.key(dimension.name).begin_array();
        for (const TradeGroup& group : dimension.groups) write_group(json, group);
        json.end_array();
    }
    write_trades(json, "best_trades", breakdown.best);
    write_trades(json, "worst_trades", breakdown.worst);
}

double bars_per_s(const BacktestResult& result) {
    return result.wall_ms > 0 ? static_cast<double>(result.counts.bars) * 1000 / result.wall_ms : 0;
}

Cell figure_cell(const Figure& figure) {
    if (!figure) return {};
    JsonWriter number;
    return Cell::number(number.value(*figure).take());
}

}  // namespace

std::vector<std::pair<std::string_view, Money>> shown_changes(const EquityChange& change) {
    const auto is_of_trades = [](std::string_view name) {
        return name == "realized" || name == "unrealized" || name == "fees";
    };
    std::vector<std::pair<std::string_view, Money>> shown;
    for (const EquityChangeField& field : equity_change_fields())
        if (const Money amount = change.*field.amount; !amount.is_zero()) shown.emplace_back(field.name, amount);
    if (std::ranges::all_of(shown, [&](const auto& each) { return is_of_trades(each.first); })) shown.clear();
    return shown;
}

std::string backtest_json(const BacktestResult& result, const std::vector<FailIfOutcome>& conditions) {
    JsonWriter json;
    json.begin_object();
    write_run(json, result);
    write_parameters(json, result.parameters);
    write_series(json, result);
    write_streams(json, result);
    write_counts(json, result);
    write_money(json, result);
    write_risk(json, result.risk);
    write_stats(json, result);
    write_drawdown(json, result.drawdown);
    write_breakdown(json, result.breakdown);
    write_strategies(json, result);
    json.key("models").begin_object();
    for (const auto& [model, name] : result.models) json.member(model, name);
    json.member("adjust", name_of(result.adjust)).end_object();
    write_conditions(json, conditions);
    json.key("timing")
        .begin_object()
        .member("wall_ms", result.wall_ms)
        .member("bars_per_s", bars_per_s(result))
        .end_object();
    return json.end_object().take();
}

namespace {

void add_accounts(const BacktestResult& result, Table& table) {
    for (const BacktestAccountResult& account : result.accounts) {
        const std::pair<std::string_view, Money> amounts[] = {{"cash_start", account.cash_start},
                                                              {"cash_end", account.cash_end},
                                                              {"equity_end", account.equity_end},
                                                              {"fees", account.fees}};
        for (const auto& [name, amount] : amounts)
            table.rows.push_back({"accounts." + account.name + "." + std::string(name), to_string(amount)});
    }
}

}  // namespace

Table backtest_records(const BacktestResult& result) {
    Table table{"figure", {{"name", ""}, {"value", ""}}, {}};
    const auto add = [&table](std::string_view name, Cell value) { table.rows.push_back({name, std::move(value)}); };
    add("run.id", result.run_id);
    add("run.hash", to_hex(result.hash));
    for (const NamedCount& count : backtest_counts())
        add("counts." + std::string(count.name), Cell::count(result.counts.*count.count));
    add("currency", result.currency.code());
    add("equity.start", to_string(result.equity_start));
    add("equity.end", to_string(result.equity_end));
    add("cash_end", to_string(result.cash_end));
    add("fees", to_string(result.fees));
    for (const auto& [name, amount] : shown_changes(result.change))
        add("change_of_equity." + std::string(name), to_string(amount));
    if (result.accounts.size() > 1) add_accounts(result, table);
    for (const auto& [name, figure] : backtest_figures(result)) add("stats." + name, figure_cell(figure));
    for (const auto& [model, name] : result.models) add("models." + model, name);
    add("models.adjust", name_of(result.adjust));
    return table;
}

}  // namespace trd
