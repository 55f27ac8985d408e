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
    {InstrumentKind::equity, "equity", false, false},     {InstrumentKind::fund, "fund", false, false},
    {InstrumentKind::index, "index", false, false},       {InstrumentKind::fx, "fx", false, false},
    {InstrumentKind::crypto, "crypto", false, true},      {InstrumentKind::future, "future", true, false},
    {InstrumentKind::perpetual, "perpetual", true, true},
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
