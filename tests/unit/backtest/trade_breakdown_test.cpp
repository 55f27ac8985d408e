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
    const std::vector<std::string> tags{"", "a", "b", "c"}, exits{"", "stop", "late"};
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
            by_exit[exit.empty() ? "protective_stop" : exit] += profit - fees;
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
