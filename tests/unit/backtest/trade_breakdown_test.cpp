// Where profit came from, against a slow and obvious account of the same trades.
#include "backtest/trade_breakdown.h"

#include <algorithm>

#include "support/catch.h"
#include "support/random.h"

namespace trd {
namespace {

using testing::Random;

const Currency usd = Currency::literal("USD"), eur = Currency::literal("EUR");

OrderIntent order_with(std::string_view tag, Purpose purpose) {
    OrderIntent intent;
    REQUIRE(intent.tag.assign(tag));
    intent.purpose = purpose;
    return intent;
}

Fill fill_of(uint32_t instrument, Side side, int64_t quantity) {
    Fill fill;
    fill.instrument = InstrumentId{instrument};
    fill.side = side;
    fill.quantity = Quantity::from_units(quantity);
    return fill;
}

ClosedTrade trade_of(uint32_t instrument, Side side, int64_t at, int64_t profit, int64_t fees, Currency currency) {
    ClosedTrade trade;
    trade.instrument = InstrumentId{instrument};
    trade.side = side;
    trade.opened_at = {at};
    trade.closed_at = {at + 1};
    trade.peak = Quantity::from_units(1);
    trade.profit = Money::from_units(profit);
    trade.fees = Money::from_units(fees);
    trade.currency = currency;
    return trade;
}

const TradeDimension& dimension(const TradeBreakdown& breakdown, std::string_view name) {
    for (const TradeDimension& each : breakdown.dimensions)
        if (each.name == name) return each;
    FAIL("no dimension " << name);
    return breakdown.dimensions.front();
}

const TradeGroup* group(const TradeDimension& dimension, std::string_view name) {
    for (const TradeGroup& each : dimension.groups)
        if (each.name == name) return &each;
    return nullptr;
}

void add_trade(TradeBreakdownBuilder& builder, const ClosedTrade& trade) { builder.on_trade(trade, trade.net()); }

TEST_CASE("every trade is in one group of each dimension, whose sums are exact, and the extremes are those of a sort") {
    Random random(1);
    const std::vector<std::string> tags{"", "a", "b", "late"}, exits{"", "early", "late"};
    for (int round = 0; round < 50; ++round) {
        TradeBreakdownBuilder builder({"X", "Y"}, usd);
        std::vector<int64_t> nets;
        std::map<std::string, int64_t> by_tag, by_exit, by_symbol;
        const int64_t count = static_cast<int64_t>(random.below(60));
        for (int64_t i = 0; i < count; ++i) {
            const auto instrument = static_cast<uint32_t>(random.below(2));
            const std::string tag = tags[random.below(tags.size())], exit = exits[random.below(exits.size())];
            const Side side = random.chance(50) ? Side::buy : Side::sell;
            const int64_t profit = random.between(-50, 50), fees = random.between(0, 3);
            builder.on_fill(fill_of(instrument, side, 2), order_with(tag, Purpose::entry));
            builder.on_fill(fill_of(instrument, opposite(side), 1), order_with("part", Purpose::exit));
            builder.on_fill(fill_of(instrument, opposite(side), 1), order_with(exit, Purpose::protective_stop));
            add_trade(builder, trade_of(instrument, side, i, profit, fees, usd));
            nets.push_back(profit - fees);
            by_tag[tag.empty() ? "(none)" : tag] += profit - fees;
            by_exit[exit.empty() || exit == tag ? "stop" : exit] += profit - fees;
            by_symbol[instrument == 0 ? "X" : "Y"] += profit - fees;
        }
        const TradeBreakdown breakdown = builder.result();
        for (const auto& [name, sums] : {std::pair("by_tag", by_tag), {"by_exit", by_exit}, {"by_symbol", by_symbol}}) {
            const TradeDimension& found = dimension(breakdown, name);
            REQUIRE(found.groups.size() == sums.size());
            for (const auto& [key, net] : sums) {
                REQUIRE(group(found, key) != nullptr);
                CHECK(group(found, key)->net() == Money::from_units(net));
            }
            CHECK(std::is_sorted(found.groups.begin(), found.groups.end(),
                                 [](const TradeGroup& a, const TradeGroup& b) { return a.net() > b.net(); }));
        }
        std::sort(nets.begin(), nets.end());
        const size_t kept = std::min(nets.size(), TradeBreakdownBuilder::rows_kept);
        REQUIRE(breakdown.worst.size() == kept);
        REQUIRE(breakdown.best.size() == kept);
        for (size_t i = 0; i < kept; ++i) {
            CHECK(breakdown.worst[i].net() == Money::from_units(nets[i]));
            CHECK(breakdown.best[i].net() == Money::from_units(nets[nets.size() - 1 - i]));
        }
    }
}

TEST_CASE("an order that goes through zero ends one trade and opens the next") {
    TradeBreakdownBuilder builder({"X"}, usd);
    builder.on_fill(fill_of(0, Side::buy, 1), order_with("long", Purpose::entry));
    builder.on_fill(fill_of(0, Side::sell, 2), order_with("flip", Purpose::entry));
    add_trade(builder, trade_of(0, Side::buy, 1, 10, 0, usd));
    builder.on_fill(fill_of(0, Side::buy, 1), order_with("", Purpose::entry));
    add_trade(builder, trade_of(0, Side::sell, 2, 20, 0, usd));
    const TradeBreakdown breakdown = builder.result();
    CHECK(breakdown.best[0].tag == "flip");
    CHECK(breakdown.best[0].exit == "opposite order");
    CHECK(breakdown.best[1].tag == "long");
    CHECK(breakdown.best[1].exit == "flip");
}

TEST_CASE("why a trade ended is what the order was, or what the strategy called that order itself") {
    struct Case {
        Purpose purpose;
        OrderType type;
        const char *tag, *exit, *reason;
    };
    const Case cases[] = {
        {Purpose::protective_stop, OrderType::stop, "in", "stop", "stop"},  // a bracket's parts have their entry's tag
        {Purpose::protective_stop, OrderType::stop, "more", "stop", "stop"},
        {Purpose::protective_stop, OrderType::trailing_stop, "in", "trailing stop", "trailing_stop"},
        {Purpose::protective_stop, OrderType::stop_limit, "", "stop", "stop"},
        {Purpose::protective_stop, OrderType::stop, "emergency", "emergency", "stop"},
        {Purpose::take_profit, OrderType::limit, "in", "target", "target"},
        {Purpose::take_profit, OrderType::limit, "rich", "rich", "target"},
        {Purpose::exit, OrderType::market, "", "signal", "signal"},
        {Purpose::exit, OrderType::market, "in", "in", "signal"},  // it was given to the exit too
        {Purpose::entry, OrderType::market, "", "opposite order", "opposite_order"},
        {Purpose::rebalance, OrderType::market, "", "rebalance", "rebalance"},
        {Purpose::flatten, OrderType::market, "margin call", "margin call", "forced"},
    };
    for (const Case& each : cases) {
        INFO(each.reason << " " << each.tag);
        TradeBreakdownBuilder builder({"X"}, usd);
        builder.on_fill(fill_of(0, Side::buy, 1), order_with("in", Purpose::entry));
        builder.on_fill(fill_of(0, Side::buy, 1), order_with("more", Purpose::entry));
        OrderIntent closing = order_with(each.tag, each.purpose);
        closing.type = each.type;
        builder.on_fill(fill_of(0, Side::sell, 2), closing);
        const TradeRow row = builder.on_trade(trade_of(0, Side::buy, 1, 10, 0, usd), {});
        CHECK(row.tag == "in");
        CHECK(row.exit == each.exit);
        CHECK(row.exit_reason == each.reason);
        CHECK(row.exit_tag == (row.exit == each.tag ? each.tag : ""));
    }
}

TEST_CASE("a trade's prices are the means of what opened it and of what closed it") {
    TradeBreakdownBuilder builder({"X"}, usd);
    const auto fill = [&builder](Side side, int64_t quantity, const char* price) {
        Fill one = fill_of(0, side, quantity);
        one.price = *Price::parse(price);
        builder.on_fill(one, order_with("", Purpose::entry));
    };
    fill(Side::buy, 1, "0.00000123");
    fill(Side::buy, 3, "0.00000127");
    fill(Side::sell, 2, "0.00000130");
    fill(Side::sell, 5, "0.00000140");  // three of them open the next one
    const TradeRow first = builder.on_trade(trade_of(0, Side::buy, 1, 10, 0, usd), {});
    CHECK(to_string(first.entry.price) == "0.00000126");
    CHECK(to_string(first.exit_at.price) == "0.00000135");
    builder.on_split(AccountId{}, InstrumentId{0}, SideBucket::net, "10"_dec);
    builder.on_split_done(AccountId{}, InstrumentId{0}, SideBucket::net, Quantity::from_units(-30));
    fill(Side::buy, 30, "0.00000012");
    const TradeRow second = builder.on_trade(trade_of(0, Side::sell, 2, 10, 0, usd), {});
    CHECK(to_string(second.entry.price) == "0.00000014");
    CHECK(to_string(second.exit_at.price) == "0.00000012");
    CHECK(second.exit == "opposite order");
}

TEST_CASE("a split that leaves less than a lot ends a trade without a fill") {
    TradeBreakdownBuilder builder({"X"}, usd);
    builder.on_fill(fill_of(0, Side::buy, 1), order_with("in", Purpose::entry));
    builder.on_fill(fill_of(0, Side::sell, 2), order_with("flip", Purpose::entry));
    builder.on_trade(trade_of(0, Side::buy, 1, 10, 0, usd), {});
    builder.on_split(AccountId{}, InstrumentId{0}, SideBucket::net, "0.001"_dec);
    const TradeRow row = builder.on_trade(trade_of(0, Side::sell, 2, 10, 0, usd), {});
    builder.on_split_done(AccountId{}, InstrumentId{0}, SideBucket::net, Quantity::zero());
    CHECK_FALSE(builder.is_anything_open());
    CHECK(row.entry.quantity == "0.001"_qty);  // in the units that the trade is told in
    CHECK(row.tag == "flip");
    CHECK(row.exit == "split");
    CHECK(row.exit_tag.empty());
    CHECK(row.exit_at.quantity.is_zero());
    builder.on_fill(fill_of(0, Side::buy, 1), order_with("again", Purpose::entry));
    builder.on_fill(fill_of(0, Side::sell, 1), order_with("out", Purpose::exit));
    const TradeRow next = builder.on_trade(trade_of(0, Side::buy, 3, 10, 0, usd), {});
    CHECK(next.tag == "again");
    CHECK(next.exit == "out");
}

TEST_CASE("names beyond the bound are counted together, and it is said") {
    TradeBreakdownBuilder builder({"X"}, usd);
    const auto add = [&builder](int64_t i) {
        builder.on_fill(fill_of(0, Side::buy, 1), order_with("t" + std::to_string(i), Purpose::entry));
        builder.on_fill(fill_of(0, Side::sell, 1), order_with("out", Purpose::exit));
        add_trade(builder, trade_of(0, Side::buy, i, 1000, 0, usd));
    };
    for (int64_t i = 0; i < 64; ++i) add(i);
    CHECK_FALSE(dimension(builder.result(), "by_tag").is_cut);
    for (int64_t i = 64; i < 1000; ++i) add(i);
    const TradeBreakdown breakdown = builder.result();
    const TradeDimension& by_tag = dimension(breakdown, "by_tag");
    CHECK(by_tag.is_cut);
    REQUIRE(by_tag.groups.size() == 65);
    CHECK(by_tag.groups.back().name == "(others)");
    CHECK(by_tag.groups.back().summary.trades == 1000 - 64);
    CHECK_FALSE(dimension(breakdown, "by_exit").is_cut);
}

TEST_CASE("trades are ranked by what they are worth in the account's currency, and not without a rate") {
    TradeBreakdownBuilder builder({"X"}, usd);
    const auto add = [&builder](const char* tag, Currency currency, int64_t profit, std::optional<Money> net) {
        builder.on_fill(fill_of(0, Side::buy, 1), order_with(tag, Purpose::entry));
        builder.on_fill(fill_of(0, Side::sell, 1), order_with("", Purpose::exit));
        builder.on_trade(trade_of(0, Side::buy, 1, profit, 0, currency), net);
    };
    add("yen", Currency::literal("JPY"), 1000, Money::from_units(7));
    add("dollar", usd, 9, Money::from_units(9));
    add("unknown", eur, 100, {});
    const TradeBreakdown breakdown = builder.result();
    REQUIRE(breakdown.best.size() == 2);
    CHECK(breakdown.best[0].tag == "dollar");
    CHECK(breakdown.worst[0].tag == "yen");
}

TEST_CASE("amounts of another currency are never added to the account's") {
    TradeBreakdownBuilder builder({"X"}, usd);
    for (const Currency currency : {usd, eur}) {
        builder.on_fill(fill_of(0, Side::buy, 1), order_with("a", Purpose::entry));
        builder.on_fill(fill_of(0, Side::sell, 1), order_with("", Purpose::exit));
        add_trade(builder, trade_of(0, Side::buy, 1, 5, 1, currency));
    }
    const TradeBreakdown breakdown = builder.result();
    CHECK(breakdown.profit == Money::from_units(5));
    CHECK(group(dimension(breakdown, "by_tag"), "a")->net() == Money::from_units(4));
    REQUIRE(group(dimension(breakdown, "by_tag"), "a EUR") != nullptr);
    CHECK(group(dimension(breakdown, "by_tag"), "a EUR")->currency == eur);
}

}  // namespace
}  // namespace trd
