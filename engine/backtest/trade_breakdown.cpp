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

// "opposite order"
std::string in_words(std::string_view name) {
    std::string text(name);
    std::replace(text.begin(), text.end(), '_', ' ');
    return text;
}

}  // namespace

std::span<const std::string_view> trade_dimension_names() { return names; }

std::string_view exit_reason(const OrderIntent& closing) {
    switch (closing.purpose) {
        case Purpose::protective_stop:
            return closing.type == OrderType::trailing_stop ? "trailing_stop" : "stop";
        case Purpose::take_profit:
            return "target";
        case Purpose::exit:
            return "signal";
        case Purpose::entry:
            return "opposite_order";
        case Purpose::flatten:
            return "forced";
        case Purpose::hedge:
        case Purpose::rebalance:
        case Purpose::manual:
            return name_of(closing.purpose);
    }
    return {};
}

// A sum of quantities that leaves the range would only change what is told of the run.
void MeanPrice::add(Price at, Quantity more) {
    const auto sum = checked_add(quantity, more);
    if (!sum || !more.is_positive()) return;
    quantity = *sum;
    price += mul_div(at - price, more, quantity);
}

void MeanPrice::split(Decimal ratio) {
    const auto price_after = checked_divide(price, ratio);
    const auto quantity_after = checked_multiply(quantity, ratio);
    if (!price_after || !quantity_after) return;
    price = *price_after;
    quantity = *quantity_after;
}

void TradeBreakdownBuilder::OpenTrade::begin(Tag tag, MeanPrice entry_so_far) {
    tags.assign(1, tag);
    entry = entry_so_far;
    exit = {};
    exit_tag.clear();
    exit_reason = "split";  // what closes without a fill: less than a lot was left of it
    next_tag = {};
    next_entry = {};
}

void TradeBreakdownBuilder::OpenTrade::add_tag(Tag tag) {
    const bool is_new = std::find(tags.begin(), tags.end(), tag) == tags.end();
    if (is_new && tags.size() < groups_max) tags.push_back(tag);
}

std::string_view TradeBreakdownBuilder::OpenTrade::own_tag(const OrderIntent& closing) const {
    const bool protects = closing.purpose == Purpose::protective_stop || closing.purpose == Purpose::take_profit;
    const bool is_of_entry = std::find(tags.begin(), tags.end(), closing.tag) != tags.end();
    return protects && is_of_entry ? std::string_view() : closing.tag.view();
}

void TradeBreakdownBuilder::OpenTrade::close(const Fill& fill, const OrderIntent& intent, Quantity beyond) {
    exit_tag = own_tag(intent);
    exit_reason = trd::exit_reason(intent);
    next_tag = intent.tag;
    next_entry = {};
    next_entry.add(fill.price, beyond);
}

void TradeBreakdownBuilder::hold(OpenTrade& open, Quantity quantity) {
    open_count_ -= open.quantity.is_zero() ? 0u : 1u;
    open_count_ += quantity.is_zero() ? 0u : 1u;
    open.quantity = quantity;
}

void TradeBreakdownBuilder::on_fill(const Fill& fill, const OrderIntent& intent) {
    OpenTrade& open = open_of(fill.account, fill.instrument, fill.bucket);
    if (fill.bucket != SideBucket::net) keeps_sides_[fill.instrument.value] = true;
    const Quantity before = open.quantity, change = signed_quantity(fill.side, fill.quantity);
    hold(open, before + change);
    if (before.is_zero()) open.begin(intent.tag, {});
    if (before.is_zero() || before.is_positive() == change.is_positive()) {
        open.add_tag(intent.tag);
        open.entry.add(fill.price, fill.quantity);
        return;
    }
    const Quantity closing = std::min(abs(before), fill.quantity);
    open.exit.add(fill.price, closing);
    if (closing == abs(before)) open.close(fill, intent, fill.quantity - closing);
}

void TradeBreakdownBuilder::on_split_done(AccountId account, InstrumentId instrument, SideBucket bucket,
                                          Quantity held) {
    hold(open_of(account, instrument, bucket), held);
}

void TradeBreakdownBuilder::on_split(AccountId account, InstrumentId instrument, SideBucket bucket, Decimal ratio) {
    OpenTrade& open = open_of(account, instrument, bucket);
    open.entry.split(ratio);
    open.exit.split(ratio);
}

TradeRow TradeBreakdownBuilder::on_trade(const ClosedTrade& trade, const std::optional<Money>& net) {
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
                       .tag = std::string(open.tags.empty() ? std::string_view() : open.tags.front().view()),
                       .exit = open.exit_tag.empty() ? in_words(open.exit_reason) : open.exit_tag,
                       .exit_tag = open.exit_tag,
                       .exit_reason = open.exit_reason,
                       .entry = open.entry,
                       .exit_at = open.exit,
                       .ranked_by = net};
    open.begin(open.next_tag, open.next_entry);  // a fill through zero opened the next trade
    for (size_t i = 0; i < dimensions.size(); ++i) count(groups_[i], dimensions[i].group_of(row), row);
    if (net) {
        keep_extreme(best_, row, [](const TradeRow& a, const TradeRow& b) { return *a.ranked_by > *b.ranked_by; });
        keep_extreme(worst_, row, [](const TradeRow& a, const TradeRow& b) { return *a.ranked_by < *b.ranked_by; });
    }
    if (row.currency == currency_) {
        profit_ += row.profit;
        fees_ += row.fees;
    }
    return row;
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
