#include "cli/backtest_figures.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/suggest.h"
#include "cli/values.h"

namespace trd {
namespace {

using Relation = FailIf::Relation;

struct RelationSign {
    std::string_view text;
    Relation relation;
};
// Longer signs first: "<=" begins with "<".
constexpr std::array signs{
    RelationSign{"<=", Relation::less_equal}, RelationSign{">=", Relation::greater_equal},
    RelationSign{"==", Relation::equal},      RelationSign{"!=", Relation::not_equal},
    RelationSign{"<", Relation::less},        RelationSign{">", Relation::greater},
};

bool holds(double value, Relation relation, double bound) {
    switch (relation) {
        case Relation::less:
            return value < bound;
        case Relation::less_equal:
            return value <= bound;
        case Relation::greater:
            return value > bound;
        case Relation::greater_equal:
            return value >= bound;
        case Relation::equal:
            return value == bound;
        case Relation::not_equal:
            return value != bound;
    }
    return false;
}

std::string trade_figure_name(std::string_view name) {
    const bool needs_prefix = name.starts_with("average") || name == "best" || name == "worst";
    return (needs_prefix ? "trade_" : "") + std::string(name);
}

// Amounts, as they are at the end.
struct NamedAmount {
    std::string_view name;
    Money BacktestResult::*amount;
};
constexpr std::array amounts{
    NamedAmount{"equity", &BacktestResult::equity_end},
    NamedAmount{"cash", &BacktestResult::cash_end},
    NamedAmount{"fees", &BacktestResult::fees},
};

constexpr std::string_view warnings_name = "warnings";

std::vector<NamedFigure> common_figures(const Performance& stats, const RoundTripSummary& trades) {
    std::vector<NamedFigure> figures;
    for (const PerformanceField& field : performance_fields())
        figures.push_back({std::string(field.name), stats.*field.figure});
    for (const RoundTripField& field : round_trip_fields())
        figures.push_back({trade_figure_name(field.name), trades.*field.figure});
    return figures;
}

Error bad_condition(const std::string& text, std::string_view expected, std::string hint) {
    return bad_value("--fail-if", text, expected, std::move(hint));
}

std::string listed(const std::vector<std::string>& names) {
    std::string all;
    for (const std::string& each : names) all += (all.empty() ? "" : ", ") + each;
    return all;
}

// "drawdown" -> "max_drawdown": those of which it is a word.
std::vector<std::string> names_with_word(const std::string& word, const std::vector<std::string>& names) {
    std::vector<std::string> with_it;
    for (const std::string& name : names)
        if (("_" + name + "_").find("_" + word + "_") != std::string::npos) with_it.push_back(name);
    return with_it;
}

Error unknown_name(const std::string& text, const std::string& name) {
    const std::vector<std::string> names = fail_if_names();
    const std::vector<std::string_view> views(names.begin(), names.end());
    std::vector<std::string> meant = names_with_word(name, names);
    const auto nearest = nearest_name(name, views);
    if (nearest && std::find(meant.begin(), meant.end(), *nearest) == meant.end()) meant.emplace_back(*nearest);
    return bad_condition(text, "the name of a figure before the sign, not " + in_quotes(name),
                         meant.empty() ? "names: " + listed(names) : "did you mean " + listed(meant) + "?");
}

std::string_view trimmed(std::string_view text) {
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    return text;
}

Figure value_named(const std::string& name, const BacktestResult& result) {
    for (const NamedAmount& amount : amounts)
        if (amount.name == name) return to_double(result.*amount.amount);
    for (const NamedCount& count : backtest_counts())
        if (count.name == name) return static_cast<double>(result.counts.*count.count);
    if (name == warnings_name) return static_cast<double>(result.warnings.size());
    for (const NamedFigure& figure : backtest_figures(result))
        if (figure.name == name) return figure.figure;
    return Undefined::too_few;
}

std::string shortest(double value) {
    char buffer[32];
    return {buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr};
}

}  // namespace

std::vector<std::string> fail_if_names() {
    std::vector<std::string> names;
    for (const NamedAmount& amount : amounts) names.emplace_back(amount.name);
    for (const NamedCount& count : backtest_counts()) names.emplace_back(count.name);
    names.emplace_back(warnings_name);
    for (const NamedFigure& figure : backtest_figures({})) names.push_back(figure.name);
    return names;
}

std::span<const NamedCount> backtest_counts() {
    static constexpr std::array counts{
        NamedCount{"bars", &RunCounts::bars},           NamedCount{"orders", &RunCounts::orders},
        NamedCount{"denied", &RunCounts::denied},       NamedCount{"fills", &RunCounts::fills},
        NamedCount{"trades", &RunCounts::trades},       NamedCount{"inputs", &RunCounts::inputs},
        NamedCount{"anomalies", &RunCounts::anomalies},
    };
    return counts;
}

std::vector<NamedFigure> strategy_figures(const BacktestStrategyResult& strategy) {
    return common_figures(strategy.stats, strategy.trades);
}

std::vector<NamedFigure> backtest_figures(const BacktestResult& result) {
    std::vector<NamedFigure> figures = common_figures(result.stats, result.trades);
    const RoundTripSummary& trades = result.trades;
    const std::pair<std::string_view, double> further[] = {
        {"days", static_cast<double>(result.stats.days)},
        {"wins", static_cast<double>(trades.wins)},
        {"losses", static_cast<double>(trades.losses)},
        {"longest_winning_streak", static_cast<double>(trades.longest_winning_streak)},
        {"longest_losing_streak", static_cast<double>(trades.longest_losing_streak)},
        {"gross_profit", trades.gross_profit},
        {"gross_loss", trades.gross_loss},
        {"net_profit", trades.net_profit},
        {"time_in_market", result.time_in_market},
    };
    for (const auto& [name, value] : further) figures.push_back({std::string(name), value});
    return figures;
}

Result<FailIf> parse_fail_if(const std::string& text) {
    if (trimmed(text) == warnings_name) return FailIf{text, std::string(warnings_name), Relation::greater, 0};
    const size_t at = text.find_first_of("<>=!");
    const std::string_view rest = at == std::string::npos ? std::string_view() : std::string_view(text).substr(at);
    for (const RelationSign& sign : signs) {
        if (!rest.starts_with(sign.text)) continue;
        FailIf condition{text, std::string(trimmed(text.substr(0, at))), sign.relation, 0};
        const std::vector<std::string> names = fail_if_names();
        if (std::find(names.begin(), names.end(), condition.name) == names.end())
            return Fail{unknown_name(text, condition.name)};
        const std::string_view number = trimmed(rest.substr(sign.text.size()));
        const auto [end, problem] = std::from_chars(number.data(), number.data() + number.size(), condition.bound);
        const bool is_number = problem == std::errc() && end == number.data() + number.size();
        if (is_number && condition.bound - condition.bound == 0) return condition;
        return Fail{bad_condition(text, "a number after the sign", "write, for example, --fail-if 'sharpe<1'")};
    }
    return Fail{bad_condition(text, "a name, one of < <= > >= == != and a number; or warnings alone",
                              "write, for example, --fail-if 'max_drawdown<-0.2'; quotes keep < from the shell")};
}

std::string failure_of(const FailIf& condition, const BacktestResult& result) {
    const Figure value = value_named(condition.name, result);
    if (!value)
        return condition.name + " is undefined (" + std::string(to_text(value.why)) + "), so --fail-if '" +
               condition.text + "' counts as met";
    if (!holds(*value, condition.relation, condition.bound)) return {};
    return condition.name + " is " + shortest(*value) + ": --fail-if '" + condition.text + "' is met";
}

}  // namespace trd
