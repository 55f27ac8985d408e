// The books against the second implementation: every kind of instrument, eight currencies, accounts that net and
// accounts that keep both sides.
#include "account/account.h"
#include "plain_books.h"
#include "support/cases.h"
#include "support/catch.h"
#include "support/random.h"

using namespace trd;
using namespace trd::testing;

namespace {

const char* const codes[] = {"USD", "EUR", "JPY", "GBP", "CHF", "BTC", "USDT", "KRW"};
Currency currency(size_t number) { return Currency::literal(codes[number % 8]); }

constexpr InstrumentKind kinds[] = {InstrumentKind::equity,
                                    InstrumentKind::crypto,
                                    InstrumentKind::future,
                                    InstrumentKind::perpetual,
                                    InstrumentKind::inverse_perpetual,
                                    InstrumentKind::inverse_future};

std::vector<Instrument> make_market() {
    std::vector<Instrument> market;
    for (uint32_t i = 0; i < 24; ++i) {
        Instrument instrument;
        instrument.id = {i};
        instrument.kind = kinds[i % std::size(kinds)];
        instrument.quote = currency(i);
        instrument.base = currency(i + 3);
        instrument.multiplier = Decimal::from_units(i % 3 == 0 ? 10 : 1);
        Terms terms;
        terms.lot = "0.5"_qty;
        if (instrument.valuation() == Valuation::margined) terms.margin_per_unit = "3"_money;
        if (i % 4 == 2) terms.margin_rate = "0.125"_dec;
        instrument.terms = {terms};
        market.push_back(instrument);
    }
    return market;
}

class Market {
  public:
    explicit Market(uint64_t seed) : instruments(make_market()), random(seed) {}

    Price price(const Instrument& instrument) {
        const Wide least = is_inverse(instrument.kind) ? one : one / 1000;
        return Price::from_raw(least + random.between(0, 1'000'000'000) * Wide{1'000'000});
    }
    Fill fill(uint64_t trade) {
        const Instrument& instrument = instruments[random.below(instruments.size())];
        Fill made;
        made.trade.number = trade;
        made.instrument = instrument.id;
        made.side = random.chance(50) ? Side::buy : Side::sell;
        made.bucket = static_cast<SideBucket>(random.below(side_bucket_count));
        made.price = price(instrument);
        made.quantity = Quantity::from_raw(Wide{random.between(1, 1'000'000'000'000)} * (random.chance(50) ? 1 : 100));
        made.fee = Money::from_raw(random.between(-1'000'000'000, 9'000'000'000'000));
        made.fee_currency = random.chance(80) ? settlement_currency(instrument) : currency(random.below(8));
        made.time = {static_cast<int64_t>(trade)};
        return made;
    }

    std::vector<Instrument> instruments;
    Random random;
    std::map<uint32_t, int> splits;
};

AccountTerms terms_of(bool hedging) {
    AccountTerms terms;
    terms.hedging = hedging;
    terms.borrow_rate = "0.03"_dec;
    terms.debit_rate = "0.07"_dec;
    terms.credit_rate = "0.01"_dec;
    return terms;
}

void require_balanced(const Account& account) {
    for (const Balance& balance : account.ledger().balances()) {
        Wide sum = 0;
        for (const Money total : balance.totals) sum += total.raw();
        REQUIRE(sum == 0);
    }
}

void require_sides(const Account& account, InstrumentId id) {
    REQUIRE(account.position(id, SideBucket::net).is_flat());
    REQUIRE_FALSE(account.position(id, SideBucket::long_side).quantity.is_negative());
    REQUIRE_FALSE(account.position(id, SideBucket::short_side).quantity.is_positive());
}

void require_same(const Account& account, const PlainBooks& books, const std::vector<Instrument>& instruments) {
    for (const char* code : codes) {
        INFO(code);
        const Currency of = Currency::literal(code);
        const auto cash = books.cash.find(code), fees = books.fees.find(code);
        REQUIRE((account.cash(of) + account.ledger().total(LedgerAccount::margin, of)).raw() ==
                (cash == books.cash.end() ? 0 : cash->second));
        REQUIRE(account.ledger().total(LedgerAccount::fees, of).raw() == (fees == books.fees.end() ? 0 : fees->second));
        const auto total = [&](LedgerAccount name) { return account.ledger().total(name, of).raw(); };
        const auto plain = [&](const std::map<std::string, Wide>& totals) {
            const auto found = totals.find(code);
            return found == totals.end() ? Wide{0} : found->second;
        };
        REQUIRE(total(LedgerAccount::funding) == plain(books.funding));
        REQUIRE(total(LedgerAccount::dividends) == plain(books.dividends));
        REQUIRE(total(LedgerAccount::financing) == plain(books.financing));
    }
    for (const auto& [key, plain] : books.positions) {
        const Position& position = account.position({key.first}, static_cast<SideBucket>(key.second));
        INFO("instrument " << key.first << " bucket " << key.second);
        REQUIRE(position.quantity.raw() == plain.quantity);
        REQUIRE(position.cost.raw() == plain.cost);
        REQUIRE(position.entry_value.raw() == plain.entry);
        REQUIRE(position.realized.raw() == plain.realized);
        REQUIRE(
            position.market_value ==
            (position.is_flat() ? Money::zero() : value_of(instruments[key.first], position.mark, position.quantity)));
    }
}

// Funding, dividends, splits, the end of a day, a currency changed, money in or out: on both books.
void do_something_else(Market& market, Account& account, PlainBooks& books) {
    static constexpr const char* ratios[] = {"2", "0.5", "1.5", "0.666666666667"};
    Random& random = market.random;
    Posting posting;
    std::vector<ClosedTrade> closed;
    const Instrument& instrument = market.instruments[random.below(market.instruments.size())];
    const bool paid = instrument.valuation() == Valuation::paid;
    switch (random.below(6)) {
        case 0: {
            const Wide rate = random.between(-1'000'000'000, 1'000'000'000);
            const Price price = random.chance(50) ? Price::zero() : market.price(instrument);
            account.fund(instrument, Decimal::from_raw(rate), price, posting);
            if (pays_funding(instrument.kind)) books.fund(instrument, rate, price.raw());
            return;
        }
        case 1: {
            const Wide amount = random.between(0, 5'000'000'000'000);
            account.pay_dividend(instrument, Price::from_raw(amount), posting);
            if (paid) books.dividend(instrument, amount);
            return;
        }
        case 2: {
            if (!paid || random.chance(70)) return;
            // Each instrument by a ratio and back, so that quantities stay within what the plain numbers hold.
            const auto at =
                static_cast<size_t>((instrument.id.value % 2) * 2 + market.splits[instrument.id.value]++ % 2);
            const Decimal ratio = *Decimal::parse(ratios[at]);
            account.split(instrument, ratio, {0}, posting, closed);
            books.split(instrument, ratio.raw());
            for (const ClosedTrade& trade : closed) REQUIRE(trade.instrument == instrument.id);
            return;
        }
        case 3: {
            const auto days = static_cast<uint16_t>(random.between(1, 4));
            for (const Instrument& each : market.instruments) account.charge_borrowing(each, days, posting);
            for (const char* code : codes) account.accrue_interest(Currency::literal(code), days, posting);
            books.end_day(market.instruments, account.terms(), days);
            return;
        }
        case 4: {
            const size_t from = random.below(8);
            const Money sold = Money::from_units(random.between(1, 1000)), bought = Money::from_units(7);
            account.convert(currency(from), sold, currency(from + 1), bought, posting);
            books.cash[codes[from]] -= sold.raw();
            books.cash[codes[(from + 1) % 8]] += bought.raw();
            return;
        }
        default: {
            const Money amount = Money::from_units(random.between(-1000, 1000));
            account.transfer(instrument.quote, amount, posting);
            books.cash[instrument.quote.code()] += amount.raw();
        }
    }
}

}  // namespace

TEST_CASE("a million random fills of every kind equal the independent books, netting and with both sides") {
    for (const bool hedging : {false, true}) {
        Market market(hedging ? 71 : 70);
        Account account({1}, {1}, currency(0), terms_of(hedging));
        PlainBooks books(hedging);
        Posting posting;
        for (int i = 1; i <= cases(500'000); ++i) {
            const Fill fill = market.fill(static_cast<uint64_t>(i));
            const Instrument& instrument = market.instruments[fill.instrument.value];
            const auto booked = account.apply(fill, instrument, posting);
            REQUIRE_FALSE(booked.duplicate);
            REQUIRE(posting.entries.size() <= posting_entries_max);
            books.trade(fill, instrument);
            if (!hedging) REQUIRE(booked.misplaced == (fill.bucket != SideBucket::net));
            if (hedging) require_sides(account, fill.instrument);
            if (market.random.chance(5)) {
                const Price price = market.price(instrument);
                account.mark(instrument, price);
                books.mark(instrument, price.raw());
                account.settle(instrument, posting);
                if (instrument.valuation() == Valuation::margined) books.settle(instrument, price.raw());
            }
            if (market.random.chance(3)) do_something_else(market, account, books);
            require_balanced(account);
            if (i % 20'000 == 0) require_same(account, books, market.instruments);
        }
        require_same(account, books, market.instruments);
    }
}

// Of all kinds: what is there is what was earned and is still to be earned, less fees, in each currency.
TEST_CASE("the equity identity holds after every fill, mark and settlement") {
    for (const bool hedging : {false, true}) {
        Market market(hedging ? 5 : 6);
        Account account({1}, {1}, currency(0), terms_of(hedging));
        PlainBooks unused(hedging);
        Posting posting;
        for (int i = 1; i <= cases(20'000); ++i) {
            const Fill fill = market.fill(static_cast<uint64_t>(i));
            const Instrument& instrument = market.instruments[fill.instrument.value];
            account.apply(fill, instrument, posting);
            account.mark(instrument, market.price(instrument));
            if (market.random.chance(50)) account.settle(instrument, posting);
            if (market.random.chance(20)) do_something_else(market, account, unused);
            for (const Currency of : {settlement_currency(instrument), fill.fee_currency}) {
                Money earned;
                for (const LedgerAccount paid :
                     {LedgerAccount::fees, LedgerAccount::capital, LedgerAccount::funding, LedgerAccount::dividends,
                      LedgerAccount::financing, LedgerAccount::conversion})
                    earned -= account.ledger().total(paid, of);
                for (const Instrument& other : market.instruments)
                    for (uint8_t bucket = 0; settlement_currency(other) == of && bucket < side_bucket_count; ++bucket) {
                        const Position& position = account.position(other.id, static_cast<SideBucket>(bucket));
                        earned += position.realized + position.open_profit();
                    }
                REQUIRE(account.equity(of) == earned);
            }
        }
    }
}

// docs.coinlocally.com, coin-margined contracts: 1,000 contracts at 5,000 and 2,000 at 6,000 are 0.533333 BTC, at an
// average of 5,625. The rest by hand.
TEST_CASE("an inverse perpetual is kept in coins") {
    Market market(1);
    Instrument instrument = market.instruments[4];
    instrument.base = Currency::literal("BTC");
    instrument.multiplier = "1"_dec;
    instrument.terms[0].margin_per_unit = {};
    instrument.terms[0].margin_rate = "0.01"_dec;
    const Currency btc = Currency::literal("BTC");
    const std::vector<Instrument> one_instrument(5, instrument);
    Account account({1}, {1}, btc);
    Posting posting;
    account.transfer(btc, "1"_money, posting);
    const auto trade = [&](uint64_t number, Side side, Quantity quantity, Price price) {
        Fill fill;
        fill.trade.number = number;
        fill.instrument = instrument.id;
        fill.side = side;
        fill.quantity = quantity;
        fill.price = price;
        fill.fee_currency = btc;
        return account.apply(fill, instrument, posting);
    };
    trade(1, Side::buy, "1000"_qty, "5000"_price);
    trade(2, Side::buy, "2000"_qty, "6000"_price);
    CHECK(account.position(instrument.id).entry_value == "-0.533333333333"_money);
    CHECK(abs(average_price(account.position(instrument.id), instrument) - "5625"_price) < "0.00000001"_price);
    CHECK(account.ledger().total(LedgerAccount::margin, btc) == "0.005333333333"_money);
    account.mark(instrument, "7500"_price);
    CHECK(account.position(instrument.id).open_profit() == "0.133333333333"_money);
    CHECK(account.equity(btc) == "1.133333333333"_money);
    REQUIRE(account.settle(instrument, posting));
    CHECK(account.cash(btc) == "1.128"_money);
    const auto booked = trade(3, Side::sell, "3000"_qty, "6000"_price);
    REQUIRE(booked.closed.has_value());
    CHECK(booked.closed->profit == "0.033333333333"_money);
    CHECK(booked.closed->currency == btc);
    CHECK(account.cash(btc) == "1.033333333333"_money);
}

TEST_CASE("the average price of an inverse position too small to have a value") {
    Market market(1);
    Position dust;
    dust.quantity = Quantity::smallest_step();
    CHECK(average_price(dust, market.instruments[4]).is_zero());
}

TEST_CASE("with both sides kept, a fill beyond what is held opens the other side and is told") {
    Market market(1);
    const Instrument& stock = market.instruments[0];
    Account account({1}, {1}, currency(0), terms_of(true));
    Posting posting;
    uint64_t number = 0;
    const auto trade = [&](Side side, SideBucket bucket, Quantity quantity, Price price, Money fee = {}) {
        Fill fill;
        fill.trade.number = ++number;
        fill.instrument = stock.id;
        fill.side = side;
        fill.bucket = bucket;
        fill.quantity = quantity;
        fill.price = price;
        fill.fee = fee;
        fill.fee_currency = stock.quote;
        return account.apply(fill, stock, posting);
    };
    CHECK_FALSE(trade(Side::buy, SideBucket::long_side, "3"_qty, "10"_price, "1"_money).misplaced);
    CHECK_FALSE(trade(Side::sell, SideBucket::short_side, "2"_qty, "12"_price).misplaced);
    CHECK(account.position(stock.id, SideBucket::long_side).quantity == "3"_qty);
    CHECK(account.position(stock.id, SideBucket::short_side).quantity == "-2"_qty);
    // Both sides are marked at the last price.
    CHECK(account.position(stock.id, SideBucket::long_side).unrealized() == "60"_money);

    const auto beyond = trade(Side::sell, SideBucket::long_side, "5"_qty, "11"_price, "1"_money);
    CHECK(beyond.misplaced);
    REQUIRE(beyond.closed.has_value());
    CHECK(beyond.closed->profit == "30"_money);
    CHECK(beyond.closed->fees == "2"_money);
    CHECK(account.position(stock.id, SideBucket::long_side).is_flat());
    CHECK(account.position(stock.id, SideBucket::short_side).quantity == "-4"_qty);
    CHECK(account.position(stock.id, SideBucket::short_side).entry_value == "-460"_money);

    const auto nameless = trade(Side::buy, SideBucket::net, "1"_qty, "11"_price);
    CHECK(nameless.misplaced);
    CHECK(account.position(stock.id, SideBucket::long_side).quantity == "1"_qty);
    CHECK(account.position(stock.id, SideBucket::net).is_flat());
    require_balanced(account);
}
