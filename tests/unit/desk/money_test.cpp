// Money that moves without a trade, several accounts, and accounts that cannot cover what they hold.
#include <map>

#include "support/cases.h"
#include "support/catch.h"
#include "support/desk_inputs.h"
#include "support/small_desk.h"
#include "unit/desk/limited_desk.h"

using namespace trd;
using namespace trd::testing;

namespace {

constexpr Currency eur = Currency::literal("EUR");

std::vector<Record> records_of(const Actions& actions) {
    std::vector<Record> records;
    ByteReader in(actions.records);
    while (!in.at_end()) {
        auto record = read_record(in);
        REQUIRE(record.ok());
        records.push_back(*record);
    }
    return records;
}

template <class P>
std::vector<P> payloads(const Actions& actions) {
    std::vector<P> found;
    for (const Record& record : records_of(actions))
        if (const auto* payload = std::get_if<P>(&record.payload)) found.push_back(*payload);
    return found;
}

bool is_asset(LedgerAccount account) {
    return account == LedgerAccount::cash || account == LedgerAccount::margin || account == LedgerAccount::position;
}

using Amounts = std::map<std::pair<uint16_t, Currency>, Money>;

// What positions are worth beyond what has been paid or settled.
Amounts open_gains(const Desk& desk) {
    Amounts gains;
    for (const Account& account : desk.accounts())
        account.for_each_open([&](InstrumentId id, SideBucket, const Position& held) {
            gains[{account.id().value, settlement_currency(desk.instruments()[id.value])}] += held.unrealized();
        });
    return gains;
}

// One account at venue 1 with a margin rule, and a desk that trades one stock for it.
struct MarginDesk : SmallDesk {
    explicit MarginDesk(bool liquidates, Money cash = "1000"_money) {
        AccountTerms terms;
        terms.initial_rate = "0.5"_dec;
        terms.maintenance_rate = "0.25"_dec;
        terms.liquidates = liquidates;
        feed(AccountOpened{{2}, {2}, usd, terms});
        feed(MoneyTransferred{{2}, usd, cash});
        Instrument stock = test_instrument(1, InstrumentKind::equity, desk.instruments()[0].terms[0]);
        stock.venue = {2};
        feed(InstrumentDefined{stock});
        feed(StrategyStarted{{2}, {1}, 3, 9, {{2}}});
    }
    const Actions& order(Side side, double quantity, double limit = NAN) {
        RawIntent raw = InputSource::submit(++second_handle, 1, side, quantity);
        raw.limit = limit;
        if (!std::isnan(limit)) raw.type = static_cast<uint8_t>(OrderType::limit);
        return feed(Intents{{2}, {raw}});
    }
    const Actions& trade(OrderId order, Quantity quantity, Price price) {
        Fill made;
        made.order = order;
        made.trade.number = ++trade_number;
        made.account = {2};
        made.instrument = {1};
        made.side = desk.find(order)->intent.side;
        made.price = price;
        made.quantity = quantity;
        made.fee_currency = usd;
        return feed(made);
    }
    const Actions& price(Price price) {
        Bar bar;
        bar.open = bar.high = bar.low = bar.close = price;
        return feed(BarClosed{{1}, bar});
    }
    const Position& held() const { return desk.account({2}).position({1}); }

    uint64_t second_handle = 0, trade_number = 100;
};

}  // namespace

TEST_CASE("the snapshot law holds with money of every kind") {
    for (const uint64_t seed : {1, 2, 3}) {
        const std::vector<DeskInput> inputs = InputSource(seed, true).make(3'000);
        Desk whole;
        std::vector<Digest> after;
        for (size_t i = 0; i < inputs.size(); ++i) after.push_back(sha256(feed(whole, i + 1, inputs[i]).records));
        Random random(seed);
        for (int round = 0; round < cases(30); ++round) {
            const size_t point = random.below(inputs.size());
            Desk walker, restored;
            for (size_t i = 0; i < point; ++i) feed(walker, i + 1, inputs[i]);
            const Bytes snapshot = walker.snapshot();
            REQUIRE(restored.restore(snapshot));
            REQUIRE(restored.snapshot() == snapshot);
            for (size_t i = point; i < inputs.size(); ++i)
                REQUIRE(sha256(feed(restored, i + 1, inputs[i]).records) == after[i]);
            REQUIRE(restored.state_hash() == whole.state_hash());
        }
    }
}

TEST_CASE("after every input: ledgers sum to zero, equity moves by postings and marks alone, sides stay on theirs") {
    int calls = 0, forced = 0;
    std::map<PostingReason, int> reasons;
    for (const uint64_t seed : {4, 5, 6, 7}) {
        const std::vector<DeskInput> inputs = InputSource(seed, true).make(4'000);
        Desk desk;
        Amounts equity;
        for (size_t i = 0; i < inputs.size(); ++i) {
            const Amounts gains_before = open_gains(desk);
            const Actions& actions = feed(desk, i + 1, inputs[i]);
            Amounts change;
            for (const Record& record : records_of(actions)) {
                const auto* posting = std::get_if<Posting>(&record.payload);
                if (posting != nullptr) ++reasons[posting->reason];
                for (const LedgerEntry& entry : posting != nullptr ? posting->entries : std::vector<LedgerEntry>{})
                    if (is_asset(entry.account)) change[{record.header.account.value, entry.currency}] += entry.amount;
                const auto* decision = std::get_if<Decision>(&record.payload);
                if (decision != nullptr && decision->intent.strategy == StrategyId{}) {
                    ++forced;
                    REQUIRE(decision->intent.purpose == Purpose::flatten);
                    REQUIRE(decision->intent.reduce_only);
                    REQUIRE(decision->intent.tag.view() == "margin call");
                }
            }
            for (const auto& [key, amount] : open_gains(desk)) change[key] += amount;
            for (const auto& [key, amount] : gains_before) change[key] -= amount;
            for (const auto& [key, amount] : change) {
                const Account& account = desk.account({key.first});
                REQUIRE(account.equity(key.second) == equity[key] + amount);
                equity[key] += amount;
            }
            for (const Account& account : desk.accounts()) {
                for (const Balance& balance : account.ledger().balances()) {
                    Int128 sum = 0;
                    for (const Money total : balance.totals) sum += total.raw();
                    REQUIRE(sum == 0);
                    REQUIRE(account.equity(balance.currency) == equity[{account.id().value, balance.currency}]);
                }
                account.for_each_open([&](InstrumentId, SideBucket bucket, const Position& held) {
                    REQUIRE((bucket == SideBucket::net) != account.terms().hedging);
                    if (bucket == SideBucket::long_side) REQUIRE(held.quantity.is_positive());
                    if (bucket == SideBucket::short_side) REQUIRE(held.quantity.is_negative());
                });
            }
            for (const Notice& notice : actions.notices) REQUIRE(notice.strategy != StrategyId{});
            for (const AccountNotice& notice : actions.account_notices) {
                calls += notice.kind == AccountNotice::Kind::margin_call ? 1 : 0;
                REQUIRE(notice.strategy != StrategyId{});
            }
        }
    }
    CHECK(calls > 0);
    CHECK(forced > 0);
    CHECK(reasons.size() == posting_reason_count);
}

TEST_CASE("funding, a dividend, a day and a conversion, worked out by hand") {
    SmallDesk small;
    AccountTerms terms;
    terms.borrow_rate = "0.036"_dec;
    terms.debit_rate = "0.072"_dec;
    terms.credit_rate = "0.018"_dec;
    small.feed(AccountOpened{{2}, {1}, usd, terms});
    small.feed(MoneyTransferred{{2}, usd, "1000"_money});
    Fill sale;
    sale.trade.number = 1;
    sale.account = {2};
    sale.side = Side::sell;
    sale.price = "10"_price;
    sale.quantity = "20"_qty;
    sale.fee_currency = usd;
    small.feed(sale);
    const auto cash = [&](Currency of) { return small.desk.account({2}).cash(of); };
    REQUIRE(cash(usd) == "1200"_money);
    small.feed(DividendDue{{0}, "0.25"_price});  // a short pays it
    CHECK(cash(usd) == "1195"_money);
    const Actions& converted = small.feed(MoneyConverted{{2}, usd, "1495"_money, eur, "1400"_money});
    CHECK(payloads<Posting>(converted).at(0).reason == PostingReason::conversion);
    CHECK(cash(usd) == "-300"_money);
    // Two days: 200 borrowed at 3.6 % is 0.04; 300.04 owed at 7.2 % is 0.120016; 1,400 kept at 1.8 % is 0.14.
    const Actions& ended = small.feed(DayEnded{2});
    CHECK(payloads<Posting>(ended).size() == 3);
    CHECK(cash(usd) == "-300.160016"_money);
    CHECK(cash(eur) == "1400.14"_money);
    CHECK(small.desk.account({2}).equity_in(usd, small.desk.rates()) == std::nullopt);
    small.feed(FxRateChanged{eur, usd, "1.1"_dec});
    CHECK(small.desk.account({2}).equity_in(usd, small.desk.rates()) ==
          "1039.993984"_money);                                          // -300.160016 - 200 + 1540.154
    CHECK(small.feed(FundingDue{{0}, "0.01"_dec, {}}).records.empty());  // a share pays none
}

TEST_CASE("a split cancels working orders and pays what is less than a lot") {
    SmallDesk small;
    small.buy(15);
    small.fill(1, "15"_qty);
    small.mark("30"_price);
    small.buy(3);
    const Actions& split = small.feed(SplitDue{{0}, "0.1"_dec});
    REQUIRE(split.venue.size() == 1);
    CHECK(split.venue[0].kind == VenueActionKind::cancel);
    const Position& held = small.desk.account({1}).position({0});
    CHECK(held.quantity == "1"_qty);  // one and a half, the half at 300
    CHECK(held.mark == "300"_price);
    CHECK(small.desk.account({1}).cash(usd) == "1000"_money);
    CHECK(held.cost == "100"_money);
    CHECK(held.realized == "100"_money);
    const Actions& gone = small.feed(SplitDue{{0}, "0.1"_dec});
    CHECK(small.desk.account({1}).position({0}).is_flat());
    REQUIRE(gone.closed_trades.size() == 1);
    CHECK(gone.closed_trades[0].profit == "300"_money);
    CHECK(small.desk.account({1}).cash(usd) == "1300"_money);
}

TEST_CASE("orders go to the account at the instrument's venue, and none to an account that could not value them") {
    MarginDesk two(false);
    const Actions& sent = two.order(Side::buy, 2);
    REQUIRE(sent.venue.size() == 1);
    CHECK(sent.venue[0].order.parts().account == AccountId{2});
    CHECK(two.desk.working({2}, {1}) == "2"_qty);
    Instrument foreign = test_instrument(2, InstrumentKind::equity, two.desk.instruments()[0].terms[0]);
    foreign.quote = eur;
    two.feed(InstrumentDefined{foreign});
    RawIntent raw = InputSource::submit(++two.second_handle, 2, Side::buy, 1);
    CHECK(two.denial_of(two.feed(Intents{{2}, {raw}})) == Denial::no_rate);
    two.feed(FxRateChanged{usd, eur, "0.9"_dec});
    raw.handle = ++two.second_handle;
    CHECK(two.feed(Intents{{2}, {raw}}).venue.at(0).order.parts().account == AccountId{1});
    // Cancelled by its own handle, wherever it is.
    RawIntent cancel;
    cancel.kind = static_cast<uint8_t>(RawIntentKind::cancel);
    cancel.target = 1;
    cancel.handle = ++two.second_handle;
    CHECK(two.feed(Intents{{2}, {cancel}}).venue.at(0).order == sent.venue[0].order);
}

TEST_CASE("a margin call is told once, until it is over") {
    MarginDesk two(false);
    two.trade(two.order(Side::buy, 100).venue.at(0).order, "100"_qty, "20"_price);  // owes 1,000
    CHECK(two.price("14"_price).account_notices.empty());                           // 400 of 350
    const Actions& called = two.price("13"_price);                                  // 300 of 325
    REQUIRE(called.account_notices.size() == 1);
    CHECK(called.account_notices[0].kind == AccountNotice::Kind::margin_call);
    CHECK(called.account_notices[0].strategy == StrategyId{2});
    CHECK(called.account_notices[0].account == AccountId{2});
    CHECK(called.account_notices[0].equity == "300"_money);
    CHECK(called.account_notices[0].maintenance == "325"_money);
    CHECK(called.venue.empty());
    const MarginCall record = payloads<MarginCall>(called).at(0);
    CHECK(record.is_short);
    CHECK(record.initial == "650"_money);
    CHECK(two.price("12"_price).account_notices.empty());
    const Actions& paid = two.feed(MoneyTransferred{{2}, usd, "200"_money});
    CHECK_FALSE(payloads<MarginCall>(paid).at(0).is_short);
    CHECK(two.price("2"_price).account_notices.size() == 1);
}

TEST_CASE("a liquidation cancels what could open, closes as much as it takes, and no more") {
    MarginDesk two(true);
    two.trade(two.order(Side::buy, 100).venue.at(0).order, "100"_qty, "20"_price);
    const OrderId resting = two.order(Side::buy, 5, 10).venue.at(0).order;
    const Actions& called = two.price("13"_price);  // 300 of 325: 25 of 3.25 a share is 7.7 shares
    REQUIRE(called.venue.size() == 2);
    CHECK(called.venue[0].kind == VenueActionKind::cancel);
    CHECK(called.venue[0].order == resting);
    const OrderId flatten = called.venue[1].order;
    CHECK(flatten.parts().purpose == Purpose::flatten);
    CHECK(two.desk.find(flatten)->intent.quantity == "8"_qty);
    CHECK(two.desk.find(flatten)->intent.side == Side::sell);
    CHECK(two.price("13"_price).venue.empty());     // enough is on its way
    const Actions& more = two.price("12.8"_price);  // 280 of 320: 40 of 3.2 is 12.5, 8 are on their way
    REQUIRE(more.venue.size() == 1);
    const OrderId second = more.venue[0].order;  // the actions live until the next input
    CHECK(two.desk.find(second)->intent.quantity == "5"_qty);
    two.trade(flatten, "8"_qty, "12.8"_price);
    const Actions& met = two.trade(second, "5"_qty, "12.8"_price);
    CHECK(two.held().quantity == "87"_qty);
    REQUIRE(payloads<MarginCall>(met).size() == 1);
    CHECK_FALSE(payloads<MarginCall>(met)[0].is_short);
    for (const Notice& notice : met.notices) CHECK(notice.strategy == StrategyId{2});
    // Nothing left to cover it with: all of it goes.
    const Actions& ruined = two.price("1"_price);
    CHECK(two.desk.find(ruined.venue.at(0).order)->intent.quantity == "87"_qty);
}

TEST_CASE("without a rate an account's margin is not known, which is told once") {
    MarginDesk two(true);
    two.trade(two.order(Side::buy, 10).venue.at(0).order, "10"_qty, "20"_price);
    const Actions& unknown = two.feed(MoneyTransferred{{2}, eur, "5"_money});
    REQUIRE(unknown.anomalies.size() == 1);
    CHECK(unknown.anomalies[0].kind == Anomaly::Kind::unknown_worth);
    CHECK(two.price("1"_price).anomalies.empty());
    CHECK(two.feed(FxRateChanged{eur, usd, "1"_dec}).anomalies.empty());
}

TEST_CASE("between the prices of one instant nobody asks whether an account covers what it holds") {
    MarginDesk two(true);
    two.trade(two.order(Side::buy, 150).venue.at(0).order, "150"_qty, "10"_price);
    Bar bar;
    bar.open = bar.high = bar.low = bar.close = "1"_price;
    const Actions& between = two.feed(BarClosed{{1}, bar, AtInstant::more_follow});
    CHECK((between.account_notices.empty() && between.venue.empty() && between.records.empty()));
    CHECK(two.held().mark == "1"_price);
    SECTION("what has come back by the last of them was never short") {
        bar.close = "10"_price;
        const Actions& last = two.feed(BarClosed{{1}, bar, AtInstant::last});
        CHECK((last.account_notices.empty() && last.venue.empty()));
    }
    SECTION("with the last of them, of whatever instrument, everybody is looked at") {
        const Actions& last = two.feed(BarClosed{{0}, bar, AtInstant::last});
        REQUIRE(payloads<MarginCall>(last).size() == 1);
        CHECK(last.venue.size() == 1);
    }
}

TEST_CASE("a future in a currency that no money has moved in counts, at the rate") {
    SmallDesk small;
    small.feed(FxRateChanged{eur, usd, "1.1"_dec});
    for (const uint32_t id : {1u, 2u}) {
        Instrument future = test_instrument(id, InstrumentKind::future, small.desk.instruments()[0].terms[0]);
        future.quote = eur;
        small.feed(InstrumentDefined{future});
        const OrderId order = small.intend(InputSource::submit(0, id, Side::buy, 2)).venue.at(0).order;
        Fill made;
        made.order = order;
        made.trade.number = 50 + id;
        made.account = {1};
        made.instrument = {id};
        made.price = "10"_price;
        made.quantity = "2"_qty;
        made.fee_currency = eur;
        small.feed(made);
    }
    const Account& account = small.desk.account({1});
    CHECK(account.equity_in(usd, small.desk.rates()) == "1000"_money);
    Bar bar;
    bar.close = "11"_price;
    small.feed(BarClosed{{1}, bar});
    CHECK(account.equity_in(usd, small.desk.rates()) == "1002.2"_money);
}

TEST_CASE("a split inside a bar pays at the price of its moment, and so limits reckon") {
    LimitedDesk small("[strategy.sma.T01]\nmax_loss = 1000");
    small.bar("100"_price);
    small.fill(small.buy(5).venue.at(0).order, "5"_qty, "100"_price);
    small.feed(SplitDue{{0}, "0.5"_dec, "200"_price});
    const Account& account = small.desk.account({1});
    CHECK(account.position({0}).quantity == "2"_qty);
    CHECK(account.position({0}).mark == "400"_price);
    CHECK(account.cash(usd) == "700"_money);  // 1000 - 500, and half of a unit at 400
}

TEST_CASE("a split that leaves nothing pays all of it in cash") {
    SmallDesk small(InstrumentKind::crypto, {.tick = "0.01"_price,
                                             .lot = "0.001"_qty,
                                             .min_quantity = {},
                                             .max_quantity = {},
                                             .min_notional = {},
                                             .margin_per_unit = {}});
    small.buy(0.001);
    small.fill(1, "0.001"_qty);
    small.mark("10"_price);
    CHECK(small.feed(SplitDue{{0}, "0.000000000001"_dec}).closed_trades.size() == 1);
    CHECK(small.desk.account({1}).position({0}).is_flat());
    CHECK(small.desk.account({1}).cash(usd) == "1000"_money);
    CHECK(small.feed(SplitDue{{0}, "0.000000000001"_dec}).closed_trades.empty());
}

TEST_CASE("an instrument may ask for margin by the unit, where the account has no rule") {
    SmallDesk small(InstrumentKind::future, {.tick = "0.01"_price,
                                             .lot = "1"_qty,
                                             .min_quantity = {},
                                             .max_quantity = {},
                                             .min_notional = {},
                                             .margin_per_unit = "100"_money,
                                             .maintenance_per_unit = "90"_money});
    small.mark("10"_price);
    small.fill(small.buy(10).venue.at(0).order, "10"_qty);
    const Actions& called = small.mark("-2"_price);  // 1000 less 120, of 900
    REQUIRE(called.account_notices.size() == 1);
    CHECK(called.account_notices[0].kind == AccountNotice::Kind::margin_call);
}

TEST_CASE("a margin call is over when nothing is held any more, and so is not knowing") {
    MarginDesk two(false);
    two.trade(two.order(Side::buy, 100).venue.at(0).order, "100"_qty, "20"_price);
    CHECK(two.price("13"_price).account_notices.size() == 1);
    const Actions& closed = two.trade(two.order(Side::sell, 100).venue.at(0).order, "100"_qty, "13"_price);
    REQUIRE(payloads<MarginCall>(closed).size() == 1);
    CHECK_FALSE(payloads<MarginCall>(closed)[0].is_short);
    two.trade(two.order(Side::buy, 10).venue.at(0).order, "10"_qty, "13"_price);
    CHECK(two.feed(MoneyTransferred{{2}, eur, "5"_money}).anomalies.size() == 1);
    two.trade(two.order(Side::sell, 10).venue.at(0).order, "10"_qty, "13"_price);
    CHECK(two.price("12"_price).anomalies.empty());
    two.feed(FxRateChanged{eur, usd, "1"_dec});
    CHECK(two.feed(MoneyTransferred{{2}, Currency::literal("GBP"), "5"_money}).anomalies.empty());  // nothing is held
}

TEST_CASE("a liquidation closes enough where its quotient was rounded down to whole lots") {
    MarginDesk two(true, "22999999.9999999"_money);
    // 2,000,000.0000001 short, of 250,000 a share: a little over 8
    const Actions& called = two.trade(two.order(Side::buy, 100).venue.at(0).order, "100"_qty, "1000000"_price);
    CHECK(two.desk.find(called.venue.at(0).order)->intent.quantity == "9"_qty);
}

TEST_CASE("an order goes to the first of a strategy's accounts that is at its venue, whichever that is") {
    MarginDesk two(false);
    two.feed(AccountOpened{{3}, {3}, usd});
    for (const uint16_t venue : {3, 4}) {
        Instrument stock = test_instrument(venue - 1u, InstrumentKind::equity, two.desk.instruments()[0].terms[0]);
        stock.venue = {venue};
        two.feed(InstrumentDefined{stock});
    }
    two.feed(StrategyStarted{{3}, {1}, 3, 9, {{2}, {3}}});
    const auto account_for = [&](uint64_t handle, uint32_t instrument) {
        const Actions& sent = two.feed(Intents{{3}, {InputSource::submit(handle, instrument, Side::buy, 1)}});
        return sent.venue.at(0).order.parts().account;
    };
    CHECK(account_for(1, 1) == AccountId{2});
    CHECK(account_for(2, 2) == AccountId{3});
    CHECK(account_for(3, 3) == AccountId{1});  // nobody's venue
}

TEST_CASE("prices below zero and quotes of one side mark nothing") {
    SmallDesk future(InstrumentKind::future);
    const auto at = [](SmallDesk& desk, const auto& event) -> const Actions& {
        const Timestamp now{static_cast<int64_t>(++desk.number) * 1'000};
        return desk.desk.on(InputHeader{desk.number, now, now}, event);
    };
    future.mark("10"_price);
    at(future, TradePrinted{{0}, {{7}, "-5"_price, "1"_qty}});
    future.obey(future.buy(1).venue);
    future.fill(future.order(1).intent.id, "1"_qty, "-4"_price);
    CHECK(future.desk.account({1}).position({0}).mark == "-4"_price);

    SmallDesk quoted;
    at(quoted, QuoteChanged{{0}, {{7}, "9"_price, "11"_price, "1"_qty, "1"_qty}});
    at(quoted, QuoteChanged{{0}, {{7}, "9"_price, {}, "1"_qty, {}}});
    quoted.obey(quoted.buy(1).venue);
    quoted.fill(quoted.order(1).intent.id, "1"_qty, "12"_price);
    CHECK(quoted.desk.account({1}).position({0}).mark == "12"_price);  // there is no middle
}
