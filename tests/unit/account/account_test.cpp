// Money against an independent recomputation: plain 128-bit integers with the compiler's division, another bookkeeping
// (cash flows and lots of cost, no ledger), rounding at the points that account.h lists.
#include "account/account.h"

#include <map>

#include "support/cases.h"
#include "support/catch.h"
#include "support/random.h"

using namespace trd;
using testing::Random;

namespace {

constexpr Currency usd = Currency::literal("USD");
const char* const currency_codes[] = {"USD", "EUR", "JPY", "GBP", "CHF", "BTC", "USDT", "KRW"};

Instrument make_instrument(uint32_t id, InstrumentKind kind, Currency quote,
                           Decimal multiplier = Decimal::from_units(1), Money margin = {}) {
    Instrument instrument;
    instrument.id = {id};
    instrument.kind = kind;
    instrument.symbol = "I" + std::to_string(id);
    instrument.quote = quote;
    instrument.multiplier = multiplier;
    instrument.terms.push_back({.tick = "0.01"_price,
                                .lot = "1"_qty,
                                .min_quantity = {},
                                .max_quantity = {},
                                .min_notional = {},
                                .margin_per_unit = margin});
    return instrument;
}

Fill make_fill(uint64_t trade, const Instrument& instrument, Side side, Price price, Quantity quantity, Money fee = {},
               Currency fee_currency = usd) {
    Fill fill;
    fill.trade.number = trade;
    fill.account = {1};
    fill.instrument = instrument.id;
    fill.side = side;
    fill.price = price;
    fill.quantity = quantity;
    fill.fee = fee;
    fill.fee_currency = fee_currency;
    fill.time = {static_cast<int64_t>(trade)};
    return fill;
}

// The second implementation.
using Wide = __int128;
constexpr Wide one = 1'000'000'000'000;

Wide divide_half_even(Wide a, Wide b) {
    const bool negative = (a < 0) != (b < 0);
    const Wide x = a < 0 ? -a : a, y = b < 0 ? -b : b;
    Wide quotient = x / y;
    const Wide twice = (x % y) * 2;
    if (twice > y || (twice == y && quotient % 2 == 1)) ++quotient;
    return negative ? -quotient : quotient;
}

struct PlainPosition {
    Wide quantity = 0, cost = 0, realized = 0;
};

struct PlainBooks {
    std::map<std::string, Wide> cash, fees;
    std::map<uint32_t, PlainPosition> positions;

    void trade(const Fill& fill, const Instrument& instrument) {
        PlainPosition& p = positions[fill.instrument.value];
        const Wide price = fill.price.raw(), multiplier = instrument.multiplier.raw() / one;
        Wide left = fill.side == Side::buy ? fill.quantity.raw() : -fill.quantity.raw();
        Wide& money = cash[instrument.quote.code()];
        if (p.quantity != 0 && (p.quantity > 0) != (left > 0)) {
            const Wide held = p.quantity < 0 ? -p.quantity : p.quantity;
            const Wide size = left < 0 ? -left : left;
            const Wide closing = size < held ? size : held;
            const Wide value = divide_half_even(price * closing * multiplier, one);
            const Wide in = p.quantity > 0 ? value : -value;
            const Wide out = closing == held ? p.cost : divide_half_even(p.cost * closing, held);
            money += in;
            p.realized += in - out;
            p.cost -= out;
            p.quantity += left > 0 ? closing : -closing;
            left += left > 0 ? -closing : closing;
        }
        if (left != 0) {
            const Wide value = divide_half_even(price * left * multiplier, one);
            money -= value;
            p.cost += value;
            p.quantity += left;
        }
        cash[fill.fee_currency.code()] -= fill.fee.raw();
        fees[fill.fee_currency.code()] += fill.fee.raw();
    }
};

std::vector<Instrument> make_market() {
    std::vector<Instrument> market;
    for (uint32_t i = 0; i < 16; ++i)
        market.push_back(make_instrument(i, InstrumentKind::equity, Currency::literal(currency_codes[i % 8]),
                                         Decimal::from_units(i < 8 ? 1 : 10)));
    return market;
}

std::vector<Fill> random_fills(const std::vector<Instrument>& market, size_t count, uint64_t seed) {
    Random random(seed);
    std::vector<Fill> fills;
    fills.reserve(count);
    for (uint64_t i = 0; i < count; ++i) {
        const Instrument& instrument = market[random.below(market.size())];
        const auto price = Price::from_raw(random.between(1, 1'000'000'000) * Wide{1'000'000} +
                                           static_cast<Wide>(random.below(1'000'000)));
        const auto quantity =
            Quantity::from_raw(static_cast<Wide>(random.between(1, 1'000'000'000'000)) * (random.chance(50) ? 1 : 100));
        const auto fee = Money::from_raw(random.between(-1'000'000'000, 9'000'000'000'000));
        const Currency fee_currency =
            random.chance(80) ? instrument.quote : Currency::literal(currency_codes[random.below(8)]);
        fills.push_back(make_fill(i + 1, instrument, random.chance(50) ? Side::buy : Side::sell, price, quantity, fee,
                                  fee_currency));
    }
    return fills;
}

Bytes saved(const Account& account) {
    ByteWriter out;
    account.save(out);
    return out.take();
}

bool ledger_balances(const Account& account) {
    for (const Balance& balance : account.ledger().balances()) {
        Wide sum = 0;
        for (Money total : balance.totals) sum += total.raw();
        if (sum != 0) return false;
    }
    return true;
}

}  // namespace

TEST_CASE("a million random fills in eight currencies equal the independent books") {
    const std::vector<Instrument> market = make_market();
    const std::vector<Fill> fills = random_fills(market, static_cast<size_t>(testing::cases(1'000'000)), 7);
    Account account({1}, {1}, usd);
    PlainBooks books;
    Posting posting;
    for (size_t i = 0; i < fills.size(); ++i) {
        REQUIRE_FALSE(account.apply(fills[i], market[fills[i].instrument.value], posting).duplicate);
        books.trade(fills[i], market[fills[i].instrument.value]);
        if (i % 50'000 == 0) REQUIRE(ledger_balances(account));
    }
    CHECK(ledger_balances(account));
    for (const char* code : currency_codes) {
        INFO(code);
        CHECK(account.cash(Currency::literal(code)).raw() == books.cash[code]);
        CHECK(account.ledger().total(LedgerAccount::fees, Currency::literal(code)).raw() == books.fees[code]);
    }
    for (const Instrument& instrument : market) {
        const Position& position = account.position(instrument.id);
        const PlainPosition& plain = books.positions[instrument.id.value];
        CHECK(position.quantity.raw() == plain.quantity);
        CHECK(position.cost.raw() == plain.cost);
        CHECK(position.realized.raw() == plain.realized);
    }
    // Equity identity: cash and positions at any marks = what was earned on paper and in fact, less fees.
    for (const Instrument& instrument : market) account.mark(instrument, "123.456789"_price);
    for (const char* code : currency_codes) {
        const Currency currency = Currency::literal(code);
        Money earned = -account.ledger().total(LedgerAccount::fees, currency);
        for (const Instrument& instrument : market) {
            if (instrument.quote != currency) continue;
            earned += account.position(instrument.id).realized + account.position(instrument.id).unrealized();
        }
        CHECK(account.equity(currency) == earned);
    }
}

TEST_CASE("duplicates in any number and order change nothing") {
    const std::vector<Instrument> market = make_market();
    const std::vector<Fill> fills = random_fills(market, 20'000, 11);
    Posting posting;
    Account once({1}, {1}, usd);
    for (const Fill& fill : fills) once.apply(fill, market[fill.instrument.value], posting);
    const Bytes expected = saved(once);
    for (uint64_t seed : {1, 2, 3}) {
        Random random(seed);
        Account again({1}, {1}, usd);
        for (size_t i = 0; i < fills.size(); ++i) {
            CHECK_FALSE(again.apply(fills[i], market[fills[i].instrument.value], posting).duplicate);
            while (random.chance(60)) {
                const Fill& earlier = fills[random.below(i + 1)];
                REQUIRE(again.apply(earlier, market[earlier.instrument.value], posting).duplicate);
            }
        }
        CHECK(saved(again) == expected);
    }
}

TEST_CASE("save and load are exact, and broken bytes are refused") {
    const std::vector<Instrument> market = make_market();
    Posting posting;
    Account account({1}, {1}, usd);
    account.transfer(usd, "1000"_money, posting);
    for (const Fill& fill : random_fills(market, 500, 5)) account.apply(fill, market[fill.instrument.value], posting);
    Fill named = make_fill(0, market[0], Side::buy, "1"_price, "1"_qty);
    REQUIRE(named.trade.name.assign("TCWJEG-FL4SZ-3FKGH6"));
    account.apply(named, market[0], posting);

    const Bytes bytes = saved(account);
    Account copy({1}, {1}, usd);
    ByteReader in{ByteSpan(bytes)};
    REQUIRE(copy.load(in, market));
    CHECK(in.at_end());
    CHECK(saved(copy) == bytes);
    CHECK(copy.apply(named, market[0], posting).duplicate);
    CHECK(copy.is_exposed() == account.is_exposed());
    for (const Balance& balance : account.ledger().balances())
        CHECK(copy.equity(balance.currency) == account.equity(balance.currency));
    ByteReader of_fewer{ByteSpan(bytes)};
    CHECK_FALSE(Account({1}, {1}, usd).load(of_fewer, {}));  // it holds what is not there

    for (size_t size = 0; size < bytes.size(); ++size) {
        ByteReader cut{ByteSpan(bytes).first(size)};
        REQUIRE_FALSE(Account({1}, {1}, usd).load(cut, market));
    }
    Bytes wrong = bytes;  // the first balance's first total: beyond the range of money
    std::fill(wrong.begin() + 12, wrong.begin() + 27, uint8_t{0x7f});
    ByteReader broken{ByteSpan(wrong)};
    CHECK_FALSE(Account({1}, {1}, usd).load(broken, market));
    Bytes wrong_position = bytes;  // its tail holds the last position's peak
    std::fill(wrong_position.end() - 16, wrong_position.end(), uint8_t{0x7f});
    ByteReader broken_position{ByteSpan(wrong_position)};
    CHECK_FALSE(Account({1}, {1}, usd).load(broken_position, market));
}

TEST_CASE("a round trip earns what was sold less what was paid, and knows its fees") {
    const Instrument stock = make_instrument(0, InstrumentKind::equity, usd);
    Account account({1}, {1}, usd);
    Posting posting;
    account.apply(make_fill(1, stock, Side::buy, "10"_price, "3"_qty, "1"_money), stock, posting);
    account.apply(make_fill(2, stock, Side::buy, "20"_price, "1"_qty, "1"_money), stock, posting);
    account.apply(make_fill(3, stock, Side::sell, "15"_price, "1"_qty, "1"_money), stock, posting);
    CHECK(account.position({0}).realized == "2.5"_money);
    CHECK(average_price(account.position({0}), stock) == "12.5"_price);
    const auto booked = account.apply(make_fill(4, stock, Side::sell, "15"_price, "5"_qty, "1"_money), stock, posting);
    REQUIRE(booked.closed.has_value());
    CHECK(booked.closed->profit == "10"_money);
    CHECK(booked.closed->fees == "4"_money);
    CHECK(booked.closed->net() == "6"_money);
    CHECK(booked.closed->side == Side::buy);
    CHECK(booked.closed->peak == "4"_qty);
    CHECK(booked.closed->opened_at == Timestamp{1});
    CHECK(booked.closed->closed_at == Timestamp{4});
    CHECK(account.position({0}).quantity == "-2"_qty);
    CHECK(account.position({0}).cost == "-30"_money);
    CHECK(account.position({0}).trip_fees.is_zero());
    CHECK(account.position({0}).trip_peak == "2"_qty);
    CHECK(account.ledger().total(LedgerAccount::fees, usd) == "4"_money);
}

TEST_CASE("margin in a currency without a rate is not known, also while the equity needs no rate") {
    constexpr Currency eur = Currency::literal("EUR");
    for (const Money initial : {"1000"_money, "0"_money}) {  // nothing needs no rate, and what has to be kept does
        Instrument future = make_instrument(0, InstrumentKind::future, eur, Decimal::from_units(10), initial);
        future.terms[0].maintenance_per_unit = "800"_money;
        const std::vector<Instrument> market{future};
        Account account({1}, {1}, usd);
        Posting posting;
        account.transfer(usd, "10000"_money, posting);
        account.apply(make_fill(1, future, Side::buy, "100"_price, "2"_qty), future, posting);
        CHECK(account.equity_in(usd, FxRates()) == "10000"_money);
        CHECK_FALSE(account.margin_state(market, FxRates(), {}).has_value());
    }
}

TEST_CASE("a future blocks margin, settles to cash and keeps its entry price") {
    const Instrument future = make_instrument(0, InstrumentKind::future, usd, Decimal::from_units(10), "1000"_money);
    const std::vector<Instrument> market{future};
    Account account({1}, {1}, usd);
    Posting posting;
    account.transfer(usd, "10000"_money, posting);
    account.apply(make_fill(1, future, Side::buy, "100"_price, "2"_qty, "4"_money), future, posting);
    CHECK(account.cash(usd) == "7996"_money);
    CHECK(account.ledger().total(LedgerAccount::margin, usd) == "2000"_money);
    account.mark(future, "103"_price);
    CHECK(account.equity(usd) == "10056"_money);
    CHECK(account.settle(future, posting));
    CHECK(account.cash(usd) == "8056"_money);
    CHECK(account.equity(usd) == "10056"_money);
    CHECK_FALSE(account.settle(future, posting));
    CHECK(average_price(account.position({0}), future) == "100"_price);
    CHECK(account.position({0}).open_profit() == "60"_money);

    const auto booked =
        account.apply(make_fill(2, future, Side::sell, "101"_price, "2"_qty, "4"_money), future, posting);
    CHECK(account.cash(usd) == "10012"_money);
    CHECK(account.ledger().total(LedgerAccount::margin, usd).is_zero());
    REQUIRE(booked.closed.has_value());
    CHECK(booked.closed->profit == "20"_money);
    CHECK(account.position({0}).realized == "20"_money);
    CHECK(account.ledger().total(LedgerAccount::variation, usd) == "-60"_money);
    CHECK(account.ledger().total(LedgerAccount::realized, usd) == "40"_money);
    CHECK(ledger_balances(account));
    CHECK_FALSE(account.settle(future, posting));

    const Instrument stock = make_instrument(1, InstrumentKind::equity, usd);
    account.apply(make_fill(3, stock, Side::buy, "5"_price, "1"_qty), stock, posting);
    account.mark(stock, "6"_price);
    CHECK(account.position({1}).unrealized() == "1"_money);
    CHECK_FALSE(account.settle(stock, posting));
}

TEST_CASE("a fee in another currency is booked there and is no part of the trip's") {
    const Instrument pair = make_instrument(0, InstrumentKind::crypto, Currency::literal("USDT"));
    const Currency bnb = Currency::literal("BNB");
    Account account({1}, {1}, usd);
    Posting posting;
    account.apply(make_fill(1, pair, Side::sell, "100"_price, "1"_qty, "0.1"_money, bnb), pair, posting);
    CHECK(account.cash(bnb) == "-0.1"_money);
    const auto booked =
        account.apply(make_fill(2, pair, Side::buy, "90"_price, "1"_qty, "0.1"_money, bnb), pair, posting);
    REQUIRE(booked.closed.has_value());
    CHECK(booked.closed->side == Side::sell);
    CHECK(booked.closed->profit == "10"_money);
    CHECK(booked.closed->fees.is_zero());
    CHECK(ledger_balances(account));
}

TEST_CASE("an amount beyond the range of money is refused and leaves the books as they were") {
    const Instrument stock = make_instrument(0, InstrumentKind::equity, usd);
    Account account({1}, {1}, usd);
    Posting posting;
    account.transfer(usd, "5"_money, posting);
    account.apply(make_fill(1, stock, Side::buy, "900000000000000"_price, "1"_qty), stock, posting);
    const Bytes before = saved(account);
    CHECK_THROWS_AS(account.apply(make_fill(2, stock, Side::buy, "900000000000000"_price, "1"_qty), stock, posting),
                    DecimalOverflow);
    CHECK(saved(account) == before);
    CHECK_FALSE(account.apply(make_fill(2, stock, Side::buy, "1"_price, "1"_qty), stock, posting).duplicate);
}

TEST_CASE("positions that were never touched are flat") {
    Account account({1}, {1}, usd);
    CHECK(account.position({40}).is_flat());
    CHECK_FALSE(account.is_exposed());
    CHECK(account.cash(usd).is_zero());
    CHECK(account.position({40}).unrealized().is_zero());
    CHECK(account.base() == usd);
    CHECK(account.venue() == VenueId{1});
}
