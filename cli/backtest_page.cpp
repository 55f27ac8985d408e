// A backtest's result for people: what came of it, how it was measured, what it cost, where it came from.
#include <algorithm>
#include <array>

#include "backtest/plan_models.h"
#include "cli/backtest_report.h"
#include "cli/output.h"
#include "cli/page.h"
#include "cli/text_format.h"
#include "risk/outside.h"

namespace trd {
namespace {

constexpr size_t short_hash_digits = 12;

enum class Shown : uint8_t { percent, signed_percent, ratio, money, seconds };

std::string count_text(uint64_t count) { return with_separators(std::to_string(count)); }

std::string spaced(std::string_view reason) {
    std::string text(reason);
    std::replace(text.begin(), text.end(), '_', ' ');
    return text;
}

std::string seconds_text(double s) { return span_text({static_cast<int64_t>(s * 1e9)}); }

std::string value_text(double value, Shown shown, Paint paint) {
    switch (shown) {
        case Shown::percent:
            return percent(value);
        case Shown::signed_percent:
            return paint.signed_text(value, signed_percent(value));
        case Shown::ratio:
            return with_separators(fixed(value, 2));
        case Shown::money:
            return with_separators(amount_text(value, 2));
        case Shown::seconds:
            return seconds_text(value);
    }
    return {};
}

PageLine figure_line(std::string_view label, const Figure& figure, Shown shown, Paint paint, std::string remark = {}) {
    if (!figure) return {std::string(label), "-", spaced(to_text(figure.why))};
    return {std::string(label), value_text(*figure, shown, paint), std::move(remark)};
}

// What is shown of the equity's statistics, in this order.
struct ShownFigure {
    std::string_view label;
    Figure Performance::*figure;
    Shown shown;
    std::string_view remark = {};
};
constexpr std::array risk_figures{
    ShownFigure{"Sharpe", &Performance::sharpe, Shown::ratio},
    ShownFigure{"Sortino", &Performance::sortino, Shown::ratio},
    ShownFigure{"Calmar", &Performance::calmar, Shown::ratio},
    ShownFigure{"Omega", &Performance::omega, Shown::ratio},
    ShownFigure{"Volatility", &Performance::volatility, Shown::percent, "a year"},
    ShownFigure{"Max drawdown", &Performance::max_drawdown, Shown::signed_percent},
    ShownFigure{"Ulcer index", &Performance::ulcer, Shown::percent},
    ShownFigure{"Value at risk", &Performance::value_at_risk, Shown::percent, "a day, 95 %"},
    ShownFigure{"Expected shortfall", &Performance::conditional_value_at_risk, Shown::percent, "a day, 95 %"},
    ShownFigure{"Tail ratio", &Performance::tail_ratio, Shown::ratio},
    ShownFigure{"Skew", &Performance::skew, Shown::ratio},
    ShownFigure{"Excess kurtosis", &Performance::excess_kurtosis, Shown::ratio},
    ShownFigure{"Stability", &Performance::stability, Shown::ratio, "R squared of log equity"},
    ShownFigure{"Best day", &Performance::best_day, Shown::signed_percent},
    ShownFigure{"Worst day", &Performance::worst_day, Shown::signed_percent},
    ShownFigure{"Winning days", &Performance::winning_days, Shown::percent},
};

struct ShownTradeFigure {
    std::string_view label;
    Figure RoundTripSummary::*figure;
    Shown shown;
};
constexpr std::array trade_figures{
    ShownTradeFigure{"Winning trades", &RoundTripSummary::win_rate, Shown::percent},
    ShownTradeFigure{"Profit factor", &RoundTripSummary::profit_factor, Shown::ratio},
    ShownTradeFigure{"Payoff", &RoundTripSummary::payoff, Shown::ratio},
    ShownTradeFigure{"Expectancy", &RoundTripSummary::expectancy, Shown::money},
    ShownTradeFigure{"Average trade", &RoundTripSummary::average, Shown::money},
    ShownTradeFigure{"Average win", &RoundTripSummary::average_win, Shown::money},
    ShownTradeFigure{"Average loss", &RoundTripSummary::average_loss, Shown::money},
    ShownTradeFigure{"Average length", &RoundTripSummary::average_duration_s, Shown::seconds},
};

std::string risk_denial_text(const BacktestRisk& risk) {
    std::string out;
    for (const auto& [code, count] : risk.denials)
        out += (out.empty() ? "" : ", ") + code + " " + std::to_string(count);
    return out;
}

std::string calls_text(const BacktestRule::Calls& calls) {
    std::string out;
    if (calls.halted != 0) out += ", " + count_text(calls.halted) + " halt";
    if (calls.failed != 0) out += ", " + count_text(calls.failed) + " failed";
    return out;
}

// "asked 12: 9 allow, 3 deny; watched 250, 1 halt; told of 8"
std::string answers_text(const BacktestRule& rule) {
    uint64_t asked = 0;
    std::string out;
    for (size_t i = 0; i < rule_answer_count; ++i) {
        asked += rule.answers[i];
        if (rule.answers[i] != 0)
            out += (out.empty() ? ": " : ", ") + count_text(rule.answers[i]) + " " +
                   spaced(std::string(name_of(static_cast<RuleAnswer>(i))));
    }
    out = "asked " + count_text(asked) + out;
    if (rule.watching.asked != 0) out += "; watched " + count_text(rule.watching.asked) + calls_text(rule.watching);
    if (rule.reducing.asked != 0) out += "; told of " + count_text(rule.reducing.asked) + calls_text(rule.reducing);
    return out;
}

// "T01 max_loss of account main: reducing, found 105.2, limit 100"
std::string action_text(const BacktestRiskAction& action) {
    std::string out = action.code + (action.rule.empty() ? "" : " " + action.rule);
    if (action.scope != "firm") out += " of " + action.scope + " " + action.subject;
    out += ": " + spaced(action.action);
    if (action.action == "released" || action.code.front() == rule_halted.family) return out;
    return out + ", found " + to_text(action.unit, action.found) + ", limit " + to_text(action.unit, action.limit);
}

// The dimensions of a breakdown, as they are called for people.
struct ShownDimension {
    std::string_view name, title, heading;
};
constexpr std::array shown_dimensions{
    ShownDimension{"by_symbol", "By symbol", "SYMBOL"},
    ShownDimension{"by_tag", "By tag of the entry", "TAG"},
    ShownDimension{"by_exit", "Why trades ended", "EXIT"},
};

// Of fees a fill: two places, and of what is below one unit up to three significant digits, "0.0123".
std::string small_amount(double value) {
    constexpr size_t places_min = 2, places_max = 4;
    auto places = places_min;
    for (double scaled = value * 100; places < places_max && scaled < 100; scaled *= 10) ++places;
    std::string text = amount_text(value, static_cast<int>(places));
    while (text.ends_with('0') && text.size() > text.find('.') + 1 + places_min) text.pop_back();
    return with_separators(text);
}

class PageMaker {
  public:
    PageMaker(const BacktestResult& result, const Context& context)
        : result_(result), context_(context), currency_(result.currency.code()) {}

    Page page() const {
        Page page{title(), head(), {}, foot(), context_.zone};
        page.sections = {outcome(), strategies(), accounts(), risk(),    activity(),
                         limits(),  costs(),      change(),   coverage()};
        for (const TradeDimension& dimension : result_.breakdown.dimensions)
            page.sections.push_back(group_section(dimension));
        if (result_.counts.trades > 1) {
            const auto worst = worst_that_are_not_best();
            page.sections.push_back(
                trade_section(worst.empty() ? "Trades, the best first" : "Best trades", result_.breakdown.best));
            page.sections.push_back(trade_section("Worst trades", worst));
        }
        return page;
    }

  private:
    std::string date(Timestamp time) const { return date_in_zone(time, context_.zone); }
    // "2024-01-02 14:30"; the zone is told at the head of the page.
    std::string minute(Timestamp time) const {
        std::string text = time_in_zone(time, context_.zone).substr(0, 16);
        std::replace(text.begin(), text.end(), 'T', ' ');
        return text;
    }

    std::string title() const {
        return result_.strategy_name + (result_.strategy_version.empty() ? "" : " " + result_.strategy_version);
    }

    // Each once, whoever asked for it.
    std::vector<BacktestSeriesResult> series_apart() const {
        std::vector<BacktestSeriesResult> apart;
        for (const BacktestSeriesResult& series : result_.series)
            if (std::none_of(apart.begin(), apart.end(), [&](const BacktestSeriesResult& each) {
                    return each.symbol == series.symbol && each.timeframe == series.timeframe;
                }))
                apart.push_back(series);
        return apart;
    }

    std::vector<std::string> head() const {
        std::vector<std::string> lines;
        for (const BacktestSeriesResult& series : series_apart())
            lines.push_back(harmless(series.symbol, Lines::shown) + " " + to_text(series.timeframe) + ", " +
                            date(series.first_open) + " to " + date(series.last_close) + ", " +
                            count_text(series.bars) + " bars");
        for (const BacktestStreamResult& stream : result_.streams)
            lines.push_back(harmless(stream.name, Lines::shown) + ", " + date(stream.first) + " to " +
                            date(stream.last) + ", " + count_text(stream.rows) + (stream.rows == 1 ? " row" : " rows"));
        for (const BacktestStrategyResult& strategy : result_.strategies) {
            std::string parameters;
            for (const StrategyParameter& parameter : strategy.parameters)
                parameters += (parameters.empty() ? "" : ", ") + parameter.name + "=" + parameter.value;
            if (parameters.empty()) continue;
            const std::string whose = result_.strategies.size() > 1 ? strategy.name + ": " : "";
            lines.push_back(harmless(whose + parameters, Lines::shown));
        }
        lines.push_back("times in " + std::string(context_.zone.name()));
        return lines;
    }

    // How orders fill and what they cost, and whatever else is not as usual.
    std::string models_line() const {
        std::string line = "fills " + result_.fill_model + ", fees " + result_.fee_model;
        const auto usual = models_of(BacktestPlan{});
        for (size_t i = 0; i < result_.models.size(); ++i) {
            const auto& [model, name] = result_.models[i];
            const bool is_usual = i < usual.size() && name == usual[i].second;
            if (model == "fill" || model == "fees" || model == "actions" || is_usual) continue;
            line += ", " + model + " " + harmless(name, Lines::shown);
        }
        return line + ", adjust " + std::string(name_of(result_.adjust));
    }

    std::vector<std::string> foot() const {
        return {models_line(), "run " + result_.run_id.substr(0, short_hash_digits) + ", hash " +
                                   to_hex(result_.hash).substr(0, short_hash_digits)};
    }

    PageSection outcome() const {
        const Money gain = result_.equity_end - result_.equity_start;
        PageSection section{"Result"};
        section.lines = {
            {"Equity start", money_text(result_.equity_start, currency_), {}},
            {"Equity end", money_text(result_.equity_end, currency_),
             paint_.signed_text(gain.sign(), signed_money_text(gain, currency_))},
            figure_line("Total return", result_.stats.total_return, Shown::signed_percent, paint_),
            figure_line("CAGR", result_.stats.cagr, Shown::signed_percent, paint_),
        };
        for (const BacktestPosition& position : result_.positions)
            if (!position.quantity.is_zero())
                section.lines.push_back({"Still open", to_string(position.quantity),
                                         harmless(position.symbol, Lines::shown) + " at " + to_string(position.mark)});
        section.curve = result_.equity_line;
        return section;
    }

    // Only where there are several, and not one a strategy.
    PageSection accounts() const {
        if (result_.accounts.size() < 2 || result_.strategies.size() > 1) return {};
        Table table{"account",
                    {{"name", "ACCOUNT"},
                     {"cash_start", "CASH START", true},
                     {"equity_end", "EQUITY END", true},
                     {"gain", "GAIN", true},
                     {"fees", "FEES", true},
                     {"fill", "FILLS"},
                     {"fee_model", "FEE MODEL"}},
                    {}};
        for (const BacktestAccountResult& account : result_.accounts) table.rows.push_back(account_row(account));
        return {"Accounts", {}, std::move(table)};
    }

    static std::vector<Cell> account_row(const BacktestAccountResult& account) {
        const auto amount = [](Money money) { return Cell::number(with_separators(amount_text(money, 2))); };
        const auto model = [&](std::string_view wanted) {
            for (const auto& [name, value] : account.models)
                if (name == wanted) return value;
            return std::string();
        };
        return {account.name,
                amount(account.cash_start),
                amount(account.equity_end),
                amount(account.equity_end - account.cash_start),
                amount(account.fees),
                model("fill"),
                model("fees")};
    }

    // What each of several came to.
    PageSection strategies() const {
        if (result_.strategies.size() < 2) return {};
        Table table{"strategy",
                    {{"name", "STRATEGY"},
                     {"equity_end", "EQUITY END", true},
                     {"return", "RETURN", true},
                     {"sharpe", "SHARPE", true},
                     {"drawdown", "DRAWDOWN", true},
                     {"fees", "FEES", true},
                     {"orders", "ORDERS", true},
                     {"trades", "TRADES", true}},
                    {}};
        const auto figure = [](const Figure& value, Shown shown) {
            return value ? Cell::number(value_text(*value, shown, Paint{})) : Cell();
        };
        for (const BacktestStrategyResult& each : result_.strategies)
            table.rows.push_back(
                {each.name, Cell::number(money_text(each.equity_end, currency_)),
                 figure(each.stats.total_return, Shown::signed_percent), figure(each.stats.sharpe, Shown::ratio),
                 figure(each.stats.max_drawdown, Shown::signed_percent),
                 Cell::number(with_separators(amount_text(each.fees, 2))), Cell::number(count_text(each.counts.orders)),
                 Cell::number(count_text(each.counts.trades))});
        return {"Strategies", {}, std::move(table)};
    }

    std::string drawdown_remark() const {
        const Drawdown& drawdown = result_.stats.drawdown;
        if (drawdown.fraction == 0) return {};
        return date(drawdown.peak_time) + " to " + date(drawdown.trough_time) +
               (drawdown.recovery_time ? ", recovered " + date(*drawdown.recovery_time) : ", not recovered");
    }

    PageSection risk() const {
        PageSection section{"Risk"};
        for (const ShownFigure& row : risk_figures) {
            const bool is_drawdown = row.figure == &Performance::max_drawdown;
            section.lines.push_back(figure_line(row.label, result_.stats.*row.figure, row.shown, paint_,
                                                is_drawdown ? drawdown_remark() : std::string(row.remark)));
            if (is_drawdown && result_.stats.drawdown.fraction != 0)
                section.lines.push_back(
                    {"Longest under water", span_text(result_.stats.drawdown.longest_under_water), {}});
        }
        return section;
    }

    std::string denial_text() const {
        if (result_.counts.denied == 0) return {};
        std::string out = std::to_string(result_.counts.denied) + " denied";
        const char* before = ": ";
        for (const auto& [name, count] : result_.denials) {
            out += before + spaced(name) + " " + std::to_string(count);
            before = ", ";
        }
        return out;
    }

    PageSection activity() const {
        PageSection section{"Trading"};
        section.lines = {{"Orders", count_text(result_.counts.orders), denial_text()},
                         {"Fills", count_text(result_.counts.fills), {}},
                         {"Trades", count_text(result_.counts.trades), {}}};
        for (const ShownTradeFigure& row : trade_figures)
            if (result_.counts.trades > 0)
                section.lines.push_back(figure_line(row.label, result_.trades.*row.figure, row.shown, paint_,
                                                    row.shown == Shown::money ? currency_ : std::string()));
        if (result_.counts.trades > 0)
            section.lines.push_back({"Longest streaks", count_text(result_.trades.longest_winning_streak) + " won",
                                     count_text(result_.trades.longest_losing_streak) + " lost"});
        section.lines.push_back({"Time in market", percent(result_.time_in_market), {}});
        return section;
    }

    // Only what limits have done: nothing when all went through. Of versions that somebody has set, also which one.
    PageSection limits() const {
        constexpr size_t shown = 6;
        const BacktestRisk& risk = result_.risk;
        uint64_t denied = 0;
        for (const auto& [code, count] : risk.denials) denied += count;
        if (denied == 0 && risk.actions.empty() && risk.rules.empty() && risk.limits_version == 0) return {};
        PageSection section{"Limits"};
        if (risk.limits_version != 0)
            section.lines.push_back({"In force", "version " + std::to_string(risk.limits_version), "of trd risk set"});
        for (const BacktestRule& rule : risk.rules) section.lines.push_back({"Rule", rule.name, answers_text(rule)});
        section.lines.push_back({"Denied", count_text(denied), risk_denial_text(risk)});
        const size_t listed = std::min(shown, risk.actions.size());
        for (size_t i = 0; i < listed; ++i)
            section.lines.push_back({"", date(risk.actions[i].time), action_text(risk.actions[i])});
        const uint64_t more = risk.actions.size() - listed + risk.actions_left_out;
        if (more != 0) section.lines.push_back({"", "", "and " + count_text(more) + " more; --json has them"});
        return section;
    }

    PageSection costs() const {
        PageSection section{"Costs"};
        section.lines.push_back({"Fees", money_text(result_.fees, currency_), {}});
        if (result_.breakdown.profit.is_positive() && result_.fees.is_positive())
            section.lines.push_back({"Share of profit",
                                     percent(to_double(result_.breakdown.fees) / to_double(result_.breakdown.profit)),
                                     "of what trades made before fees"});
        if (result_.counts.fills > 0)
            section.lines.push_back({"Fees a fill",
                                     small_amount(to_double(result_.fees) / static_cast<double>(result_.counts.fills)),
                                     currency_});
        return section;
    }

    PageSection change() const {
        PageSection section{"Change of equity"};
        for (const auto& [name, amount] : shown_changes(result_.change)) {
            std::string label(name);
            label[0] = static_cast<char>(label[0] - 'a' + 'A');
            section.lines.push_back(
                {std::move(label), paint_.signed_text(amount.sign(), signed_money_text(amount, currency_)), {}});
        }
        return section.lines.empty() ? PageSection{} : section;
    }

    PageSection coverage() const {
        Table table{"series",
                    {{"series", "SERIES"},
                     {"bars", result_.streams.empty() ? "BARS" : "ROWS", true},
                     {"first", "FIRST", false, Narrowing::whole},
                     {"last", "LAST", false, Narrowing::whole},
                     {"gaps", "GAPS", true},
                     {"longest_gap", "LONGEST", true, Narrowing::left_out}},
                    {}};
        for (const BacktestSeriesResult& series : series_apart())
            table.rows.push_back({series.symbol + " " + to_text(series.timeframe),
                                  Cell::number(count_text(series.bars)), minute(series.first_open),
                                  minute(series.last_close), Cell::number(count_text(series.gaps.count)),
                                  series.gaps.count == 0 ? Cell() : Cell(span_text(series.gaps.longest))});
        for (const BacktestStreamResult& stream : result_.streams)
            table.rows.push_back({stream.name, Cell::number(count_text(stream.rows)), minute(stream.first),
                                  minute(stream.last), Cell(), Cell()});
        return {"Data", {}, std::move(table)};
    }

    PageSection group_section(const TradeDimension& dimension) const {
        const auto shown = std::find_if(shown_dimensions.begin(), shown_dimensions.end(),
                                        [&](const ShownDimension& each) { return each.name == dimension.name; });
        const bool says_nothing =
            dimension.groups.size() < 2 && (dimension.groups.empty() || dimension.name != "by_exit");
        if (shown == shown_dimensions.end() || says_nothing) return {};
        Table table{"group",
                    {{"name", shown->heading},
                     {"trades", "TRADES", true},
                     {"winning", "WINNING", true},
                     {"net", "NET", true},
                     {"fees", "FEES", true, Narrowing::left_out},
                     {"average", "AVERAGE", true, Narrowing::left_out},
                     {"profit_factor", "FACTOR", true, Narrowing::left_out}},
                    {}};
        for (const TradeGroup& group : dimension.groups) table.rows.push_back(group_row(group));
        PageSection section{std::string(shown->title), {}, std::move(table)};
        if (dimension.is_cut)
            section.note = "more than " + std::to_string(TradeBreakdownBuilder::groups_max) +
                           " names: what came later is counted as " + std::string(TradeBreakdownBuilder::other_names);
        return section;
    }

    static std::vector<Cell> group_row(const TradeGroup& group) {
        const auto figure = [](const Figure& value, Shown shown) {
            return value ? Cell::number(value_text(*value, shown, Paint{})) : Cell();
        };
        return {group.name,
                Cell::number(count_text(group.summary.trades)),
                figure(group.summary.win_rate, Shown::percent),
                Cell::number(money_text(group.net(), group.currency.code())),
                Cell::number(with_separators(amount_text(group.fees, 2))),
                figure(group.summary.average, Shown::money),
                figure(group.summary.profit_factor, Shown::ratio)};
    }

    // Where there are few trades, the worst are among the best; none is listed twice.
    std::vector<TradeRow> worst_that_are_not_best() const {
        std::vector<TradeRow> best = result_.breakdown.best, worst;
        for (const TradeRow& row : result_.breakdown.worst) {
            const auto same = std::find(best.begin(), best.end(), row);
            if (same == best.end())
                worst.push_back(row);
            else
                best.erase(same);
        }
        return worst;
    }

    PageSection trade_section(std::string_view title, const std::vector<TradeRow>& rows) const {
        if (rows.empty()) return {};
        Table table{"trade",
                    {{"symbol", "SYMBOL"},
                     {"side", "SIDE"},
                     {"opened", "OPENED", false, Narrowing::left_out},
                     {"closed", "CLOSED", false, Narrowing::whole},
                     {"quantity", "QUANTITY", true, Narrowing::left_out},
                     {"net", "NET", true},
                     {"exit", "EXIT"}},
                    {}};
        // Trades of daily bars begin and end with the day.
        const bool by_the_day = std::all_of(rows.begin(), rows.end(), [this](const TradeRow& row) {
            return minute(row.opened).ends_with(" 00:00") && minute(row.closed).ends_with(" 00:00");
        });
        const auto when = [&](Timestamp time) { return by_the_day ? date(time) : minute(time); };
        for (const TradeRow& row : rows)
            table.rows.push_back({row.symbol, row.side == Side::buy ? "long" : "short", when(row.opened),
                                  when(row.closed), Cell::number(to_string(row.quantity)),
                                  Cell::number(money_text(row.net(), row.currency.code())), row.exit});
        return {std::string(title), {}, std::move(table)};
    }

    const BacktestResult& result_;
    const Context& context_;
    Paint paint_{true};
    std::string currency_;
};

}  // namespace

Page backtest_page(const BacktestResult& result, const Context& context) { return PageMaker(result, context).page(); }

}  // namespace trd
