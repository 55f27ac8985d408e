// What the desk can tell of what limits go by: sessions, own fills, steps of the price.
#include "unit/desk/limited_desk.h"

using namespace trd;
using namespace trd::testing;

TEST_CASE("a session that the desk is told of is open and closed by the time of the order") {
    const auto session = [](int64_t open, int64_t close) {
        return SessionScheduled{{0}, Session{{{open * 1'000}, {close * 1'000}}, {}}};
    };
    LimitedDesk small("[firm.R24]\nrequire_open = true");
    CHECK(code_of(small.buy(1)) == "R24");  // nobody has told of one
    const auto now = static_cast<int64_t>(small.number);
    small.at(session(now + 4, now + 6));
    CHECK(code_of(small.buy(1)) == "R24");  // before it: number now + 2
    small.mark("10"_price);
    CHECK(small.buy(1).venue.size() == 1);  // now + 4
    CHECK(small.buy(1).venue.size() == 1);
    CHECK(code_of(small.buy(1)) == "R24");  // over, and nobody has told of the next one
    small.at(SessionScheduled{{0}, std::nullopt});
    CHECK(code_of(small.buy(1)) == "R24");
}

TEST_CASE("entries end before the close of the session that is on, or that comes next, and exits do not") {
    LimitedDesk small("[firm.R24]\nno_entries_before_close = \"10m\"");
    const auto now = [&small] { return Timestamp{static_cast<int64_t>(small.number) * 1'000}; };
    small.at(SessionScheduled{{0}, Session{{now(), now() + seconds(3600)}, {}}});
    small.bought(10);
    small.bar("10"_price, seconds(2990));
    CHECK(small.buy(1).venue.size() == 1);
    small.bar("10"_price, seconds(15));
    CHECK(code_of(small.buy(1)) == "R24");
    CHECK(small.sell(5).venue.size() == 1);
    small.at(SessionScheduled{{0}, Session{{now() + seconds(3600), now() + seconds(7200)}, {}}});
    CHECK(small.buy(1).venue.size() == 1);
}

TEST_CASE("own fills drift from the first one of the window by their average price") {
    LimitedDesk small("[firm.R06]\nmax_drift = \"5 %\"\nwindow = \"1h\"");
    small.bought(10, "100"_price);
    small.bought(10, "110"_price);  // 105: 5 % above the first
    CHECK(small.buy(1).venue.size() == 1);
    small.fill(small.buy(10).venue.at(0).order, "10"_qty, "106"_price);
    CHECK(code_of(small.buy(1)) == "R06");  // 5.33 %
    small.bar("106"_price, seconds(3601));
    CHECK(small.buy(1).venue.size() == 1);
}

TEST_CASE(
    "a step of the price is counted in deviations of the 20 before it, from close to close or from quote to quote") {
    const std::string limits = "[firm.R25]\nmax_sigmas = 5";
    LimitedDesk bars(limits), quotes(limits, RiskFeed::quotes);
    const auto quote_at = [&quotes](Price price) {
        quotes.at(QuoteChanged{{0}, {{7}, price, price, "1"_qty, "1"_qty}});
    };
    for (int i = 0; i < 21; ++i) {
        CHECK(code_of(bars.buy(1)) == "R25");  // too few steps to tell
        bars.mark(i % 2 == 0 ? "100"_price : "101"_price);
        quote_at(i % 2 == 0 ? "100"_price : "101"_price);
    }
    CHECK(code_of(bars.buy(1)) == "R25");
    bars.mark("101"_price);
    quote_at("101"_price);
    CHECK(bars.buy(1).venue.size() == 1);
    CHECK(quotes.buy(1).venue.size() == 1);
    quotes.mark("150"_price);  // a bar says nothing where there are quotes
    CHECK(quotes.buy(1).venue.size() == 1);
    bars.mark("107"_price);
    quote_at("107"_price);
    CHECK(code_of(bars.buy(1)) == "R25");
    CHECK(code_of(quotes.buy(1)) == "R25");
}

TEST_CASE("a split is no step of the price") {
    LimitedDesk small("[firm.R25]\nmax_sigmas = 5");
    for (int i = 0; i < 23; ++i) small.mark(i % 2 == 0 ? "100"_price : "101"_price);
    CHECK(small.buy(1).venue.size() == 1);
    small.at(SplitDue{{0}, "2"_dec});
    small.mark("50.5"_price);
    CHECK(small.buy(1).venue.size() == 1);
}

TEST_CASE("what round trips of a window have earned is told of all of them") {
    LimitedDesk small("[account.main.T08]\nmin_profit = 0\nwindow = \"30d\"");
    const auto trip = [&small](Price out) {
        small.bought(1);
        small.fill(small.sell(1).venue.at(0).order, "1"_qty, out);
        small.bar("10"_price);
    };
    trip("1000"_price);
    for (int i = 0; i < 600; ++i) trip("9"_price);
    CHECK(small.buy(1).venue.size() == 1);  // 990 - 600
}

TEST_CASE("what is counted over a window is counted over all of it, and for each table over its own") {
    LimitedDesk small(
        "[account.main.R18]\nmax_executions = 3\nwindow = \"10d\"\n"
        "[account.\"*\".R18]\nmax_executions = 1\nwindow = \"1h\"\n");
    small.bar("10"_price);
    small.bought(1);
    CHECK(code_of(small.buy(1)) == "R18");  // two within the hour
    small.bar("10"_price, hours(2));
    small.bought(1);
    small.bar("10"_price, days(3));
    small.bought(1);
    small.bar("10"_price, days(2));
    CHECK(code_of(small.buy(1)) == "R18");  // a fourth one within ten days
    small.bar("10"_price, days(6));
    CHECK(small.buy(1).venue.size() == 1);
}

TEST_CASE("a market that has fallen silent is found to be by what comes of others, and stops alone") {
    LimitedDesk small("[firm.T11]\nmax_stale = \"2h\"");
    const Terms terms = small.desk.instruments().at(0).terms.front();
    small.feed(InstrumentDefined{test_instrument(1, InstrumentKind::equity, terms)});
    const auto other_bar = [&small](Duration after) {
        small.number += static_cast<uint64_t>(after.ns / 1'000);
        Bar bar;
        bar.open = bar.high = bar.low = bar.close = "20"_price;
        return small.feed(BarClosed{{1}, bar}).alarms.size();
    };
    small.bar("10"_price);
    CHECK(other_bar(minutes(30)) == 0);
    CHECK(small.buy(1).venue.size() == 1);
    CHECK(other_bar(hours(2)) == 1);
    CHECK(code_of(small.buy(1)) == "R02");
    CHECK(small.intend(InputSource::submit(0, 1, Side::buy, 1)).venue.size() == 1);
    CHECK(small.bar("10"_price).alarms.at(0).kind == RiskAlarm::Kind::released);
    CHECK(small.buy(1).venue.size() == 1);
}

TEST_CASE("refusals are counted for everyone whom a limit can name") {
    for (const char* scope : {"firm", "account.main", "venue.sim", "strategy.sma", "instrument.SYM0"}) {
        INFO(scope);
        LimitedDesk small("[" + std::string(scope) + ".T14]\nmax_rejects = 2\nwindow = \"1h\"");
        small.bar("10"_price);
        const OrderId first = small.buy(1).venue.at(0).order, second = small.buy(1).venue.at(0).order;
        CHECK(small.report(first, OrderEventKind::reject).alarms.at(0).kind == RiskAlarm::Kind::warning);
        CHECK(small.report(second, OrderEventKind::reject).alarms.at(0).kind == RiskAlarm::Kind::acted);
    }
}

TEST_CASE("inverse contracts are limited by what they settle in") {
    LimitedDesk small("[firm.R08]\nmax_notional = 1000\n[instrument.SYM1.T04]\nmax_loss_atr = 1.8");
    small.define_inverse();
    const auto bar_at = [&small](Price price) { return small.inverse_bar(price).alarms.size(); };
    const auto buy = [&small](double quantity) -> const Actions& {
        return small.intend(InputSource::submit(0, 1, Side::buy, quantity));
    };
    for (int i = 0; i < 15; ++i) bar_at(i % 2 == 0 ? "50000"_price : "50100"_price);
    CHECK(code_of(buy(11)) == "R08");  // 1,100 dollars
    const OrderId id = buy(10).venue.at(0).order;
    Fill made;
    made.order = id;
    made.trade.number = ++small.trade;
    made.account = {1};
    made.instrument = {1};
    made.side = Side::buy;
    made.price = "50000"_price;
    made.quantity = "10"_qty;
    made.fee_currency = usd;
    small.feed(made);
    CHECK(small.desk.account({1}).position({1}).quantity == "10"_qty);
    CHECK(bar_at("47000"_price) == 1);  // 0.001277 bitcoin, and a range of about 300 is 0.000136 of them
}

TEST_CASE("stops at different prices are not the same order") {
    LimitedDesk small("[firm.R17]\nwindow = \"1h\"");
    small.bar("10"_price);
    const auto stop = [&small](double trigger) -> const Actions& {
        RawIntent raw = InputSource::submit(0, 0, Side::buy, 1);
        raw.type = static_cast<uint8_t>(OrderType::stop);
        raw.trigger = trigger;
        return small.intend(raw);
    };
    CHECK(stop(12).notices.at(0).kind != Notice::Kind::denied);
    CHECK(stop(13).notices.at(0).kind != Notice::Kind::denied);
    CHECK(code_of(stop(12)) == "R17");
}

TEST_CASE("the margin of a future has to be left before it is bought") {
    LimitedDesk small("[account.main.R13]\nmin_buying_power = 0");
    Terms terms = small.desk.instruments().at(0).terms.front();
    terms.margin_per_unit = "300"_money;
    small.feed(InstrumentDefined{test_instrument(1, InstrumentKind::future, terms, "50"_dec)});
    Bar bar;
    bar.open = bar.high = bar.low = bar.close = "4000"_price;
    small.feed(BarClosed{{1}, bar});
    CHECK(code_of(small.intend(InputSource::submit(0, 1, Side::buy, 4))) == "R13");  // 1,200 of 1,000
    CHECK(code_of(small.intend(InputSource::submit(0, 1, Side::sell, 4))) == "R13");
    CHECK(small.intend(InputSource::submit(0, 1, Side::buy, 3)).venue.size() == 1);
    CHECK(code_of(small.intend(InputSource::submit(0, 1, Side::buy, 1))) == "R13");
}

TEST_CASE("money paid into an account moves the firm's peak in the firm's currency") {
    LimitedDesk small("[firm.T02]\nmax_drawdown = 1000000");
    const auto usd = small.desk.accounts().front().base();
    const Currency eur = Currency::literal("EUR");
    small.at(FxRateChanged{eur, usd, Decimal::from_raw(decimal_scale * 3 / 2)});
    small.at(AccountOpened{{9}, {1}, eur});
    small.bar("10"_price);
    const auto peak = [&] { return small.desk.risk()->results().of(0).peak_equity; };
    const Money before = peak();
    small.at(MoneyTransferred{{9}, eur, Money::from_units(100)});
    CHECK(peak() - before == Money::from_units(150));
    small.bar("10"_price);
    CHECK(small.desk.risk()->results().of(0).equity == peak());
}
