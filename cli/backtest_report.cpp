#include "cli/backtest_report.h"

#include "cli/json_writer.h"
#include "cli/text_format.h"

namespace trd {
namespace {

constexpr size_t label_columns = 16;
constexpr size_t value_columns = 20;
constexpr size_t short_hash_digits = 12;

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

void write_parameters(JsonWriter& json, const BacktestResult& result) {
    json.key("parameters").begin_object();
    for (const StrategyParameter& parameter : result.parameters) write_parameter(json, parameter);
    json.end_object();
}

void write_series(JsonWriter& json, const BacktestResult& result) {
    json.key("series").begin_array();
    for (const BacktestSeriesResult& series : result.series) {
        json.begin_object().member("name", series.name).member("symbol", series.symbol);
        json.member("timeframe", to_text(series.timeframe)).member("bars", series.bars);
        json.member("first_open", to_iso_nanoseconds(series.first_open));
        json.member("last_close", to_iso_nanoseconds(series.last_close)).end_object();
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

void write_risk(JsonWriter& json, const BacktestRisk& risk) {
    json.key("risk").begin_object().member("limits", risk.limits).key("armed").begin_array();
    for (const std::string& code : risk.armed) json.value(code);
    json.end_array().key("unarmed").begin_array();
    for (const std::string& code : risk.unarmed) json.value(code);
    json.end_array().key("denials").begin_object();
    for (const auto& [code, count] : risk.denials) json.member(code, count);
    json.end_object().member("warnings", risk.warnings).member("latched", risk.latched);
    json.member("actions_left_out", risk.actions_left_out).key("actions").begin_array();
    for (const BacktestRiskAction& action : risk.actions) write_action(json, action);
    json.end_array().end_object();
}

void write_money(JsonWriter& json, const BacktestResult& result) {
    json.member("currency", result.currency.code());
    json.key("equity")
        .begin_object()
        .member("start", result.equity_start)
        .member("end", result.equity_end)
        .end_object();
    json.member("cash_end", result.cash_end).member("fees", result.fees).key("positions").begin_array();
    for (const BacktestPosition& position : result.positions) {
        json.begin_object().member("symbol", position.symbol).member("quantity", position.quantity);
        json.member("mark", position.mark).end_object();
    }
    json.end_array();
}

void write_stats(JsonWriter& json, const BacktestResult& result) {
    const std::vector<NamedFigure> figures = backtest_figures(result);
    json.key("stats").begin_object();
    for (const auto& [name, figure] : figures) {
        json.key(name);
        if (figure)
            json.value(*figure);
        else
            json.null();
    }
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
        json.begin_object().member("name", strategy.name);
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

double bars_per_s(const BacktestResult& result) {
    return result.wall_ms > 0 ? static_cast<double>(result.counts.bars) * 1000 / result.wall_ms : 0;
}

std::string line(std::string_view label, const std::string& value, const std::string& remark = {}) {
    std::string out = "  " + padded_right(std::string(label), label_columns) + padded_left(value, value_columns);
    return out + (remark.empty() ? "" : "   " + remark) + "\n";
}

std::string spaced(std::string_view reason) {
    std::string text(reason);
    for (char& c : text)
        if (c == '_') c = ' ';
    return text;
}

enum class Shown : uint8_t { percent, signed_percent, ratio };

std::string figure_line(std::string_view label, const Figure& figure, Shown shown, Paint paint,
                        const std::string& remark = {}) {
    if (!figure) return line(label, "-", spaced(to_text(figure.why)));
    if (shown == Shown::ratio) return line(label, with_separators(fixed(*figure, 2)), remark);
    if (shown == Shown::percent) return line(label, percent(*figure), remark);
    return line(label, paint.signed_text(*figure, signed_percent(*figure)), remark);
}

std::string heading(const BacktestResult& result, Paint paint) {
    std::string out =
        paint.bold(result.strategy_name + (result.strategy_version.empty() ? "" : " " + result.strategy_version));
    for (const BacktestSeriesResult& series : result.series) {
        out += "\n  " + series.symbol + " " + to_text(series.timeframe) + ", " + to_iso_date(series.first_open) +
               " to " + to_iso_date(series.last_close) + ", " + with_separators(std::to_string(series.bars)) + " bars";
    }
    std::string parameters;
    for (const StrategyParameter& parameter : result.parameters)
        parameters += (parameters.empty() ? "" : ", ") + parameter.name + "=" + parameter.value;
    return out + (parameters.empty() ? "" : "\n  " + parameters) + "\n";
}

std::string result_block(const BacktestResult& result, Paint paint) {
    const std::string currency = result.currency.code();
    const Money gain = result.equity_end - result.equity_start;
    const std::string gain_text = paint.signed_text(gain.sign(), signed_money_text(gain, currency));
    std::string out = line("Equity start", money_text(result.equity_start, currency));
    out += line("Equity end", money_text(result.equity_end, currency), gain_text);
    out += figure_line("Total return", result.stats.total_return, Shown::signed_percent, paint);
    out += figure_line("CAGR", result.stats.cagr, Shown::signed_percent, paint);
    out += line("Fees", money_text(result.fees, currency));
    for (const BacktestPosition& position : result.positions) {
        if (position.quantity.is_zero()) continue;
        out += line("Still open", to_string(position.quantity), position.symbol + " at " + to_string(position.mark));
    }
    return out;
}

std::string drawdown_remark(const Drawdown& drawdown) {
    if (drawdown.fraction == 0) return {};
    return to_iso_date(drawdown.peak_time) + " to " + to_iso_date(drawdown.trough_time) +
           (drawdown.recovery_time ? ", recovered " + to_iso_date(*drawdown.recovery_time) : ", not recovered");
}

std::string risk_block(const BacktestResult& result, Paint paint) {
    const Performance& stats = result.stats;
    std::string out = figure_line("Sharpe", stats.sharpe, Shown::ratio, paint);
    out += figure_line("Sortino", stats.sortino, Shown::ratio, paint);
    out += figure_line("Calmar", stats.calmar, Shown::ratio, paint);
    out += figure_line("Volatility", stats.volatility, Shown::percent, paint, "a year");
    out +=
        figure_line("Max drawdown", stats.max_drawdown, Shown::signed_percent, paint, drawdown_remark(stats.drawdown));
    out += figure_line("Best day", stats.best_day, Shown::signed_percent, paint);
    return out + figure_line("Worst day", stats.worst_day, Shown::signed_percent, paint);
}

std::string denial_text(const BacktestResult& result) {
    std::string out = std::to_string(result.counts.denied) + " denied";
    const char* before = ": ";
    for (const auto& [name, count] : result.denials) {
        out += before + spaced(name) + " " + std::to_string(count);
        before = ", ";
    }
    return out;
}

std::string risk_denial_text(const BacktestRisk& risk) {
    std::string out;
    for (const auto& [code, count] : risk.denials)
        out += (out.empty() ? "" : ", ") + code + " " + std::to_string(count);
    return out;
}

// "T01 max_loss of account main: reducing, found 105.2, limit 100"
std::string action_text(const BacktestRiskAction& action) {
    std::string out = action.code + (action.rule.empty() ? "" : " " + action.rule);
    if (action.scope != "firm") out += " of " + action.scope + " " + action.subject;
    out += ": " + spaced(action.action);
    if (action.action == "released") return out;
    return out + ", found " + to_text(action.unit, action.found) + ", limit " + to_text(action.unit, action.limit);
}

// Only what limits have done: nothing when all went through.
std::string limits_block(const BacktestRisk& risk) {
    constexpr size_t shown = 6;
    uint64_t denied = 0;
    for (const auto& [code, count] : risk.denials) denied += count;
    if (denied == 0 && risk.actions.empty()) return {};
    std::string out = line("Limits", with_separators(std::to_string(denied)) + " denied", risk_denial_text(risk));
    for (size_t i = 0; i < std::min(shown, risk.actions.size()); ++i)
        out += line("", to_iso_date(risk.actions[i].time), action_text(risk.actions[i]));
    const uint64_t more = risk.actions.size() + risk.actions_left_out - std::min(shown, risk.actions.size());
    if (more != 0) out += line("", "", "and " + std::to_string(more) + " more; --json has them");
    return out;
}

std::string activity_block(const BacktestResult& result, Paint paint) {
    const auto count = [](uint64_t n) { return with_separators(std::to_string(n)); };
    std::string out = line("Orders", count(result.counts.orders), result.counts.denied > 0 ? denial_text(result) : "");
    out += line("Fills", count(result.counts.fills));
    out += line("Trades", count(result.counts.trades));
    if (result.counts.trades > 0) {
        out += figure_line("Winning trades", result.trades.win_rate, Shown::percent, paint);
        out += figure_line("Profit factor", result.trades.profit_factor, Shown::ratio, paint);
        out += figure_line("Average trade", result.trades.average, Shown::ratio, paint, result.currency.code());
    }
    return out + line("Time in market", percent(result.time_in_market)) + limits_block(result.risk);
}

std::string footer(const BacktestResult& result, Paint paint) {
    std::string out = "fills " + result.fill_model + ", fees " + result.fee_model + ", adjust " +
                      std::string(name_of(result.adjust)) + "\n";
    out += "run " + result.run_id.substr(0, short_hash_digits) + ", hash " +
           to_hex(result.hash).substr(0, short_hash_digits);
    return paint.dim(out) + "\n";
}

Cell figure_cell(const Figure& figure) {
    if (!figure) return {};
    JsonWriter number;
    return Cell::number(number.value(*figure).take());
}

}  // namespace

std::string backtest_json(const BacktestResult& result, const std::vector<FailIfOutcome>& conditions) {
    JsonWriter json;
    json.begin_object();
    write_run(json, result);
    write_parameters(json, result);
    write_series(json, result);
    write_counts(json, result);
    write_money(json, result);
    write_risk(json, result.risk);
    write_stats(json, result);
    write_drawdown(json, result.drawdown);
    write_strategies(json, result);
    json.key("models").begin_object().member("fill", result.fill_model).member("fees", result.fee_model);
    json.member("adjust", name_of(result.adjust)).end_object();
    write_conditions(json, conditions);
    json.key("timing")
        .begin_object()
        .member("wall_ms", result.wall_ms)
        .member("bars_per_s", bars_per_s(result))
        .end_object();
    return json.end_object().take();
}

std::string backtest_table(const BacktestResult& result, Paint paint) {
    return heading(result, paint) + "\n" + result_block(result, paint) + "\n" + risk_block(result, paint) + "\n" +
           activity_block(result, paint) + "\n" + footer(result, paint);
}

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
    for (const auto& [name, figure] : backtest_figures(result)) add("stats." + name, figure_cell(figure));
    add("models.fill", result.fill_model);
    add("models.fees", result.fee_model);
    add("models.adjust", name_of(result.adjust));
    return table;
}

}  // namespace trd
