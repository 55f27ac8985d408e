#include "market/instrument.h"

#include <set>
#include <string>

#include "support/catch.h"
#include "support/random.h"

using namespace trd;
using testing::Random;

namespace {

struct KindRow {
    InstrumentKind kind;
    const char* name;
    bool margined, all_week;
};
constexpr KindRow expected_kinds[] = {
    {InstrumentKind::equity, "equity", false, false},
    {InstrumentKind::fund, "fund", false, false},
    {InstrumentKind::index, "index", false, false},
    {InstrumentKind::fx, "fx", false, false},
    {InstrumentKind::crypto, "crypto", false, true},
    {InstrumentKind::future, "future", true, false},
    {InstrumentKind::perpetual, "perpetual", true, true},
    {InstrumentKind::inverse_perpetual, "inverse_perpetual", true, true},
    {InstrumentKind::inverse_future, "inverse_future", true, true},
};

Terms terms_from(int64_t valid_from_ns, int64_t margin_units) {
    Terms terms;
    terms.valid_from = {valid_from_ns};
    terms.margin_per_unit = Money::from_units(margin_units);
    return terms;
}

// The last terms that have begun, or the first ones when none have.
const Terms& slow_terms_at(const Instrument& instrument, Timestamp time) {
    const Terms* found = &instrument.terms.front();
    for (const Terms& terms : instrument.terms)
        if (terms.valid_from <= time) found = &terms;
    return *found;
}

}  // namespace

TEST_CASE("each kind has its row, at the place of its number") {
    REQUIRE(kind_table().size() == std::size(expected_kinds));
    for (size_t i = 0; i < std::size(expected_kinds); ++i) {
        const KindRow& row = expected_kinds[i];
        const KindTraits& traits = traits_of(row.kind);
        INFO(row.name);
        CHECK(static_cast<size_t>(row.kind) == i);
        CHECK(traits.kind == row.kind);
        CHECK(traits.name == row.name);
        CHECK((traits.valuation == Valuation::margined) == row.margined);
        CHECK(traits.trades_all_week == row.all_week);
        CHECK(kind_named(row.name) == row.kind);
        Instrument instrument;
        instrument.kind = row.kind;
        CHECK(instrument.valuation() == traits.valuation);
    }
}

TEST_CASE("names that are no kind") {
    for (const char* name : {"", "Equity", "equit", "equityy", " equity", "stock", "futures"})
        CHECK_FALSE(kind_named(name).has_value());
    CHECK_FALSE(kind_named(std::string_view("equity\0", 7)).has_value());
}

TEST_CASE("terms hold from their date on") {
    Random random(1);
    for (int round = 0; round < 500; ++round) {
        Instrument instrument;
        std::set<int64_t> dates;
        for (uint64_t n = random.below(8) + 1; n > 0; --n) dates.insert(random.between(-20, 20));
        if (random.chance(50)) dates.insert(INT64_MIN);
        for (int64_t date : dates)
            instrument.terms.push_back(terms_from(date, static_cast<int64_t>(instrument.terms.size())));
        for (int64_t time = -25; time <= 25; ++time)
            REQUIRE(&instrument.terms_at({time}) == &slow_terms_at(instrument, {time}));
        REQUIRE(&instrument.terms_at({INT64_MIN}) == &instrument.terms.front());
        REQUIRE(&instrument.terms_at({INT64_MAX}) == &instrument.terms.back());
    }
}

TEST_CASE("of terms with one date the later ones hold") {
    Instrument instrument;
    instrument.terms = {terms_from(5, 1), terms_from(5, 2)};
    CHECK(instrument.terms_at({5}).margin_per_unit == "2"_money);
    CHECK(instrument.terms_at({4}).margin_per_unit == "1"_money);
}

TEST_CASE("value is price times quantity times multiplier, with the sign of the quantity") {
    Random random(2);
    Instrument instrument;
    for (int i = 0; i < 20'000; ++i) {
        const int64_t cents = random.between(-100'000, 10'000'000);
        const int64_t thousandths = random.between(-1'000'000, 1'000'000);
        const int64_t multiplier = random.between(1, 1'000);
        instrument.multiplier = Decimal::from_units(multiplier);
        const Money value = value_of(instrument, Price::from_raw(Int128{cents} * (decimal_scale / 100)),
                                     Quantity::from_raw(Int128{thousandths} * (decimal_scale / 1000)));
        REQUIRE(value.raw() == Int128{cents} * thousandths * multiplier * (decimal_scale / 100'000));
    }
    instrument.multiplier = Decimal::max();
    CHECK_THROWS_AS(value_of(instrument, Price::max(), Quantity::max()), DecimalOverflow);
}

namespace {

Instrument bitcoin_perpetual() {
    Instrument instrument;
    instrument.kind = InstrumentKind::inverse_perpetual;
    instrument.base = Currency::literal("BTC");
    instrument.quote = Currency::literal("USD");
    return instrument;
}

Money gain(const Instrument& instrument, Quantity quantity, Price from, Price to) {
    return value_of(instrument, to, quantity) - value_of(instrument, from, quantity);
}

}  // namespace

// The formula is that of bitmex.com/app/inversePerpetualsGuide, contracts * multiplier * (1/entry - 1/exit); the pairs
// of prices are those of docs.coinlocally.com (coin-margined contracts, profit and loss), worked out by hand to 1e-12.
TEST_CASE("an inverse contract gains quantity * multiplier * (1 / entry - 1 / exit) of its base") {
    Instrument instrument = bitcoin_perpetual();
    CHECK(settlement_currency(instrument) == Currency::literal("BTC"));
    CHECK(gain(instrument, "1000"_qty, "5000"_price, "5500"_price) == "0.018181818182"_money);
    CHECK(gain(instrument, "-1000"_qty, "5000"_price, "4500"_price) == "0.022222222222"_money);
    CHECK(gain(instrument, "50000"_qty, "10000"_price, "11000"_price) == "0.454545454545"_money);
    instrument.multiplier = "100"_dec;
    CHECK(gain(instrument, "500"_qty, "10000"_price, "11000"_price) == "0.454545454545"_money);
    CHECK(notional_of(instrument, "10000"_price, "-500"_qty) == "5"_money);
    CHECK_THROWS_AS(value_of(instrument, "0"_price, "1"_qty), DecimalOverflow);
    CHECK_THROWS_AS(value_of(instrument, "-1"_price, "1"_qty), DecimalOverflow);
    CHECK_FALSE(checked_notional_of(instrument, "0"_price, "1"_qty).ok());
}

TEST_CASE("an inverse value is the quotient rounded once, half to even") {
    Random random(9);
    Instrument instrument = bitcoin_perpetual();
    for (int i = 0; i < 20'000; ++i) {
        const Int128 contracts = random.between(-1'000'000, 1'000'000), units = random.between(1, 100);
        const Int128 price = random.between(1, 100'000'000);  // in 1e-4
        instrument.multiplier = Decimal::from_units(static_cast<int64_t>(units));
        const Money value = value_of(instrument, Price::from_raw(price * (decimal_scale / 10'000)),
                                     Quantity::from_units(static_cast<int64_t>(contracts)));
        // value * price = -contracts * units, up to half a step of value: 2 * |error| <= price.
        const Int128 error = value.raw() * price + contracts * units * decimal_scale * 10'000;
        REQUIRE(2 * (error < 0 ? -error : error) <= price);
        if (2 * (error < 0 ? -error : error) == price) REQUIRE(value.raw() % 2 == 0);
        REQUIRE(notional_of(instrument, Price::from_raw(price * (decimal_scale / 10'000)),
                            Quantity::from_units(static_cast<int64_t>(contracts))) == abs(value));
    }
}

TEST_CASE("units for an amount have that notional, for every kind") {
    Random random(10);
    for (const KindTraits& traits : kind_table()) {
        Instrument instrument = bitcoin_perpetual();
        instrument.kind = traits.kind;
        for (int i = 0; i < 2'000; ++i) {
            instrument.multiplier = Decimal::from_units(random.between(1, 50));
            const Price price = Price::from_raw(Int128{random.between(100, 10'000'000)} * (decimal_scale / 100));
            const Money money = Money::from_raw(Int128{random.between(-1'000'000, 1'000'000)} * (decimal_scale / 1000));
            const auto units = units_for(instrument, money, price);
            REQUIRE(units.ok());
            CHECK(units->sign() * money.sign() >= 0);
            const auto back = checked_notional_of(instrument, price, *units);
            REQUIRE(back.ok());
            CHECK(abs(*back - abs(money)).raw() <= 1 + price.raw() / decimal_scale * 50);  // half a step of quantity
        }
    }
    Instrument instrument = bitcoin_perpetual();
    CHECK_FALSE(units_for(instrument, "1"_money, "0"_price).ok());
    CHECK_FALSE(units_for(instrument, Money::max(), Price::max()).ok());
    instrument.multiplier = "0"_dec;
    CHECK_FALSE(units_for(instrument, "1"_money, "1"_price).ok());
    instrument.kind = InstrumentKind::equity;
    instrument.multiplier = Decimal::smallest_step();
    CHECK_FALSE(units_for(instrument, "1"_money, Price::smallest_step()).ok());
    instrument.multiplier = Decimal::max();
    CHECK_FALSE(units_for(instrument, "1"_money, Price::max()).ok());
}
