// What strategies hear about their accounts, whoever changed them.
#include <map>

#include "unit/desk/limited_desk.h"

using namespace trd;
using namespace trd::testing;

namespace {

std::vector<AccountNotice> news_of(const Actions& actions, StrategyId strategy) {
    std::vector<AccountNotice> found;
    for (const AccountNotice& notice : actions.account_notices)
        if (notice.strategy == strategy) found.push_back(notice);
    return found;
}

// Strategy 1 hears nothing; 2 hears, on the same account; 3 too, on another one and, behind that, on this one.
struct Listeners : LimitedDesk {
    explicit Listeners(const std::string& limits = "", RiskFeed feed_kind = RiskFeed::bars)
        : LimitedDesk(limits, feed_kind) {
        feed(AccountOpened{{2}, {2}, usd});
        feed(StrategyStarted{{2}, {1}, 3, 9, {}, true});
        feed(StrategyStarted{{3}, {2}, 3, 9, {{1}}, true});
        feed(StrategyStarted{{4}, {2}, 3, 9, {}, true});
    }
};

}  // namespace

TEST_CASE("what is held is the sum of what strategies hear of it, whoever traded") {
    for (uint64_t seed : {1, 2, 3, 4}) {
        const std::vector<DeskInput> inputs = InputSource(seed, true).make(4'000);
        Desk desk;
        std::map<std::tuple<uint16_t, uint16_t, uint32_t>, Quantity> heard;  // by strategy, account and instrument
        size_t by_cause[4] = {};
        uint64_t number = 0;
        for (const DeskInput& input : inputs) {
            for (const AccountNotice& notice : feed(desk, ++number, input).account_notices) {
                const bool moves =
                    notice.kind == AccountNotice::Kind::holding || notice.kind == AccountNotice::Kind::split;
                if (!moves) continue;
                REQUIRE(notice.strategy != StrategyId{2});
                heard[{notice.strategy.value, notice.account.value, notice.instrument.value}] += notice.held_more;
                ++by_cause[static_cast<size_t>(notice.cause)];
            }
            for (const auto& [key, sum] : heard)
                REQUIRE(desk.account({std::get<1>(key)}).held({std::get<2>(key)}) == sum);
        }
        CHECK(heard.size() >= 10);
        for (const size_t count : by_cause) CHECK(count > 10);
    }
}

TEST_CASE("a trade is heard of by all who trade on the account and ask, with whose it was") {
    Listeners desk;
    desk.bar("10"_price);
    const OrderId order = desk.buy(5).venue.at(0).order;
    const Actions& filled = desk.fill(order, "5"_qty);
    CHECK(news_of(filled, {1}).empty());
    CHECK(news_of(filled, {4}).empty());
    for (const StrategyId listener : {StrategyId{2}, StrategyId{3}}) {
        const std::vector<AccountNotice> news = news_of(filled, listener);
        REQUIRE(news.size() == 1);
        CHECK(news[0].kind == AccountNotice::Kind::holding);
        CHECK(news[0].cause == HoldingCause::other);
        CHECK(news[0].held_more == "5"_qty);
        CHECK(news[0].account == AccountId{1});
        CHECK(news[0].price == desk.desk.account({1}).position({0}).mark);
    }
    const OrderId own = desk.feed(Intents{{2}, {InputSource::submit(1, 0, Side::sell, 2)}}).venue.at(0).order;
    const Actions& sold = desk.fill(own, "2"_qty);
    CHECK(sold.notices.size() == 1);
    REQUIRE(news_of(sold, {2}).size() == 1);
    CHECK(news_of(sold, {2})[0].cause == HoldingCause::order);
    CHECK(news_of(sold, {2})[0].held_more == "-2"_qty);
    REQUIRE(news_of(sold, {3}).size() == 1);
    CHECK(news_of(sold, {3})[0].cause == HoldingCause::other);
}

TEST_CASE("a fill of an order that nobody knows moves what is held, and is heard of") {
    Listeners desk;
    desk.bar("10"_price);
    const OrderId order = desk.buy(5).venue.at(0).order;
    OrderId::Parts parts = order.parts();
    parts.sequence = 999;
    const Actions& filled = desk.fill(OrderId::pack(parts), "1"_qty);
    CHECK(filled.anomalies.size() == 1);
    CHECK(news_of(filled, {2}).size() == 1);
}

TEST_CASE("dividends and splits are heard of with what came in, by who holds nothing too") {
    Listeners desk;
    desk.bar("10"_price);
    const Actions& nothing = desk.feed(DividendDue{{0}, "0.5"_price});
    REQUIRE(news_of(nothing, {2}).size() == 1);
    CHECK(news_of(nothing, {2})[0].amount.is_zero());
    CHECK(news_of(nothing, {3}).size() == 1);  // once, however many accounts it has
    desk.fill(desk.buy(5).venue.at(0).order, "5"_qty);
    const std::vector<AccountNotice> dividend = news_of(desk.feed(DividendDue{{0}, "0.5"_price}), {2});
    REQUIRE(dividend.size() == 1);
    CHECK(dividend[0].kind == AccountNotice::Kind::dividend);
    CHECK(dividend[0].price == "0.5"_price);
    CHECK(dividend[0].amount == "2.5"_money);
    const std::vector<AccountNotice> split = news_of(desk.feed(SplitDue{{0}, "1.5"_dec}), {2});
    REQUIRE(split.size() == 1);
    CHECK(split[0].kind == AccountNotice::Kind::split);
    CHECK(split[0].rate == "1.5"_dec);
    CHECK(split[0].held_more == "2"_qty);
    CHECK(split[0].amount.is_positive());  // of the half that is no whole unit
    const Actions& even = desk.feed(SplitDue{{0}, "2"_dec});
    CHECK(news_of(even, {2})[0].amount.is_zero());
    REQUIRE(news_of(even, {3}).size() == 1);
    CHECK(news_of(even, {3})[0].held_more == "7"_qty);
    // Of the account that it does not trade this on, when something is held there all the same.
    Fill stray;
    stray.order = OrderId::pack(
        {.profile = 3, .account = {2}, .strategy = {1}, .purpose = Purpose::entry, .incarnation = 9, .sequence = 77});
    stray.account = {2};
    stray.instrument = {0};
    stray.quantity = "3"_qty;
    stray.price = "10"_price;
    CHECK(news_of(desk.feed(stray), {3}).size() == 1);
    CHECK(news_of(desk.feed(SplitDue{{0}, "2"_dec}), {3}).size() == 2);
}

TEST_CASE("funding is heard of with its mark and with what was paid") {
    SmallDesk desk(InstrumentKind::perpetual);
    desk.feed(StrategyStarted{{2}, {1}, 3, 9, {}, true});
    CHECK(news_of(desk.feed(FundingDue{{0}, "0.01"_dec, {}}), {2}).at(0).price.is_zero());
    desk.mark("100"_price);
    const Actions& flat = desk.feed(FundingDue{{0}, "0.01"_dec, {}});
    CHECK(news_of(flat, {2}).at(0).amount.is_zero());
    desk.fill(desk.buy(2).venue.at(0).order, "2"_qty);
    const std::vector<AccountNotice> paid = news_of(desk.feed(FundingDue{{0}, "0.01"_dec, "110"_price}), {2});
    REQUIRE(paid.size() == 1);
    CHECK(paid[0].kind == AccountNotice::Kind::funding);
    CHECK(paid[0].rate == "0.01"_dec);
    CHECK(paid[0].price == "110"_price);
    CHECK(paid[0].amount == "-2.2"_money);
    CHECK(news_of(desk.feed(FundingDue{{0}, "0.01"_dec, "110"_price}), {1}).empty());
}

TEST_CASE("an alarm is heard of by whom its monitor watches, before what follows from it") {
    Listeners desk("[account.main.T02]\nmax_drawdown = 10\naction = \"flatten\"");
    desk.bar("10"_price);
    desk.fill(desk.buy(5).venue.at(0).order, "5"_qty);
    const Actions& fell = desk.bar("7"_price);
    REQUIRE(fell.alarms.size() == 1);
    for (const StrategyId listener : {StrategyId{2}, StrategyId{3}}) {
        const std::vector<AccountNotice> news = news_of(fell, listener);
        REQUIRE(news.size() == 1);
        CHECK(news[0].kind == AccountNotice::Kind::alarm);
        CHECK(to_text(news[0].check) == "T02");
        CHECK(news[0].alarm == RiskAlarm::Kind::acted);
        CHECK(news[0].action == RiskAction::flatten);
        CHECK_FALSE(news[0].is_of_one);
    }
    CHECK(news_of(fell, {1}).empty());
    CHECK(news_of(fell, {4}).empty());
    const OrderId forced = fell.venue.at(0).order;
    const std::vector<AccountNotice> closed = news_of(desk.fill(forced, "5"_qty), {2});
    REQUIRE(closed.size() == 1);
    CHECK(closed[0].cause == HoldingCause::desk);
    CHECK(closed[0].tag.view() == "T02");
}

TEST_CASE("an alarm of one instrument or of one market says so") {
    Listeners desk("[instrument.\"*\".T04]\nmax_loss = 10");
    desk.bar("10"_price);
    desk.fill(desk.buy(5).venue.at(0).order, "5"_qty);
    const std::vector<AccountNotice> news = news_of(desk.bar("7"_price), {2});
    REQUIRE(news.size() == 1);
    CHECK(news[0].is_of_one);

    Listeners wide("[firm.T19]\nmax_spread_bps = 100", RiskFeed::quotes);
    wide.bar("10"_price);
    const Quote quote{{}, "9"_price, "10"_price, "1"_qty, "1"_qty};
    const std::vector<AccountNotice> of_market = news_of(wide.at(QuoteChanged{{0}, quote}), {2});
    REQUIRE(of_market.size() == 1);
    CHECK(of_market[0].is_of_one);
}

TEST_CASE("a desk that is restored goes on telling") {
    Listeners desk;
    desk.bar("10"_price);
    Desk restored;
    REQUIRE(restored.restore(desk.desk.snapshot()));
    desk.desk = std::move(restored);
    CHECK(news_of(desk.feed(DividendDue{{0}, "0.5"_price}), {2}).size() == 1);
    CHECK(news_of(desk.feed(DividendDue{{0}, "0.5"_price}), {1}).empty());
}
