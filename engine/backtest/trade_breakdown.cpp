#include "backtest/trade_breakdown.h"

#include <algorithm>

namespace trd {
namespace {

struct Dimension {
    std::string_view name;
    std::string_view (*group_of)(const TradeRow& row);
};
constexpr std::array<Dimension, TradeBreakdownBuilder::dimension_count> dimensions{{
    {"by_symbol", [](const TradeRow& row) -> std::string_view { return row.symbol; }},
    {"by_tag",
     [](const TradeRow& row) { return row.tag.empty() ? TradeBreakdownBuilder::no_tag : std::string_view(row.tag); }},
    {"by_exit", [](const TradeRow& row) -> std::string_view { return row.exit; }},
}};

constexpr auto names = [] {
    std::array<std::string_view, dimensions.size()> out{};
    for (size_t i = 0; i < out.size(); ++i) out[i] = dimensions[i].name;
    return out;
}();

// Among equals the earlier trade stands first.
template <class Before>
void keep_extreme(std::vector<TradeRow>& rows, const TradeRow& row, Before before) {
    const auto place = std::upper_bound(rows.begin(), rows.end(), row, before);
    if (rows.size() == TradeBreakdownBuilder::rows_kept && place == rows.end()) return;
    rows.insert(place, row);
    if (rows.size() > TradeBreakdownBuilder::rows_kept) rows.pop_back();
}

double profit_of(const TradeRow& row) { return to_double(row.net()); }

}  // namespace

std::span<const std::string_view> trade_dimension_names() { return names; }

std::string_view exit_name(const OrderIntent& closing) {
    if (!closing.tag.empty()) return closing.tag.view();
    return closing.purpose == Purpose::entry ? "opposite order" : name_of(closing.purpose);
}

void TradeBreakdownBuilder::on_fill(const Fill& fill, const OrderIntent& intent) {
    OpenTrade& open = open_of(fill.account, fill.instrument, fill.bucket);
    if (fill.bucket != SideBucket::net) keeps_sides_[fill.instrument.value] = true;
    const Quantity before = open.quantity;
    open.quantity = before + signed_quantity(fill.side, fill.quantity);
    if (before.is_zero()) {
        open.tag = intent.tag.view();
    } else if (before.is_positive() != open.quantity.is_positive() || open.quantity.is_zero()) {
        open.exit = exit_name(intent);
        open.next_tag = intent.tag.view();
    }
}

void TradeBreakdownBuilder::on_trade(const ClosedTrade& trade, std::optional<Money> net) {
    const bool sided = keeps_sides_[trade.instrument.value];
    const SideBucket own = trade.side == Side::buy ? SideBucket::long_side : SideBucket::short_side;
    OpenTrade& open = open_of(trade.account, trade.instrument, sided ? own : SideBucket::net);
    const TradeRow row{.symbol = symbols_[trade.instrument.value],
                       .side = trade.side,
                       .opened = trade.opened_at,
                       .closed = trade.closed_at,
                       .quantity = trade.peak,
                       .profit = trade.profit,
                       .fees = trade.fees,
                       .currency = trade.currency,
                       .tag = open.tag,
                       .exit = open.exit,
                       .ranked_by = net};
    open.tag = open.next_tag;  // a fill through zero opened the next trade
    for (size_t i = 0; i < dimensions.size(); ++i) count(groups_[i], dimensions[i].group_of(row), row);
    if (net) {
        keep_extreme(best_, row, [](const TradeRow& a, const TradeRow& b) { return *a.ranked_by > *b.ranked_by; });
        keep_extreme(worst_, row, [](const TradeRow& a, const TradeRow& b) { return *a.ranked_by < *b.ranked_by; });
    }
    if (row.currency != currency_) return;
    profit_ += row.profit;
    fees_ += row.fees;
}

// Amounts of different currencies are never added: another one than the account's makes a group of its own.
void TradeBreakdownBuilder::count(Groups& groups, std::string_view name, const TradeRow& row) {
    const std::string suffix = row.currency == currency_ ? "" : " " + row.currency.code();
    auto found = suffix.empty() ? groups.find(name) : groups.find(std::string(name) + suffix);
    if (found == groups.end()) {
        const std::string_view kept = groups.size() < groups_max ? name : other_names;
        found = groups.try_emplace(std::string(kept) + suffix, Sums{row.currency, {}, {}, {}}).first;
    }
    Sums& sums = found->second;
    sums.profit += row.profit;
    sums.fees += row.fees;
    sums.trips.add({.opened = row.opened, .closed = row.closed, .profit = profit_of(row)});
}

TradeDimension TradeBreakdownBuilder::dimension_of(size_t index) const {
    TradeDimension dimension{dimensions[index].name, {}, false};
    const auto is_rest = [](const std::string& name) { return name.starts_with(other_names); };
    for (const auto& [name, sums] : groups_[index]) {
        dimension.groups.push_back({name, sums.currency, sums.profit, sums.fees, sums.trips.summary()});
        dimension.is_cut = dimension.is_cut || is_rest(name);
    }
    std::stable_sort(dimension.groups.begin(), dimension.groups.end(), [&](const TradeGroup& a, const TradeGroup& b) {
        if (is_rest(a.name) != is_rest(b.name)) return is_rest(b.name);
        return a.net() > b.net();
    });
    return dimension;
}

TradeBreakdown TradeBreakdownBuilder::result() const {
    TradeBreakdown result{{}, best_, worst_, profit_, fees_};
    for (size_t i = 0; i < dimensions.size(); ++i) result.dimensions.push_back(dimension_of(i));
    return result;
}

}  // namespace trd
