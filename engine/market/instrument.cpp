#include "market/instrument.h"

#include <algorithm>
#include <array>

#include "base/assert.h"

namespace trd {
namespace {

constexpr Price tick_of(int64_t parts_per_million) { return Price::from_raw(Int128{parts_per_million} * 1'000'000); }
constexpr Quantity lot_of(int64_t parts_per_billion) { return Quantity::from_raw(Int128{parts_per_billion} * 1'000); }

constexpr int64_t one_unit = 1'000'000'000;

constexpr std::array kinds = {
    KindTraits{InstrumentKind::equity, "equity", Valuation::paid, false, tick_of(10'000), lot_of(one_unit)},
    KindTraits{InstrumentKind::fund, "fund", Valuation::paid, false, tick_of(10'000), lot_of(one_unit)},
    KindTraits{InstrumentKind::index, "index", Valuation::paid, false, tick_of(10'000), lot_of(one_unit)},
    KindTraits{InstrumentKind::fx, "fx", Valuation::paid, false, tick_of(10), lot_of(one_unit)},
    KindTraits{InstrumentKind::crypto, "crypto", Valuation::paid, true, tick_of(10'000), lot_of(10)},
    KindTraits{InstrumentKind::future, "future", Valuation::margined, false, tick_of(10'000), lot_of(one_unit)},
    KindTraits{InstrumentKind::perpetual, "perpetual", Valuation::margined, true, tick_of(10'000), lot_of(1'000'000)},
    KindTraits{InstrumentKind::inverse_perpetual, "inverse_perpetual", Valuation::margined, true, tick_of(10'000),
               lot_of(one_unit)},
    KindTraits{InstrumentKind::inverse_future, "inverse_future", Valuation::margined, true, tick_of(10'000),
               lot_of(one_unit)},
};

}  // namespace

std::span<const KindTraits> kind_table() { return kinds; }

const KindTraits& traits_of(InstrumentKind kind) { return kinds[static_cast<size_t>(kind)]; }

Terms usual_terms(InstrumentKind kind) {
    const KindTraits& traits = traits_of(kind);
    Terms terms;
    terms.tick = traits.usual_tick;
    terms.lot = traits.usual_lot;
    terms.min_quantity = traits.usual_lot;
    return terms;
}

std::optional<InstrumentKind> kind_named(std::string_view name) {
    const auto found =
        std::find_if(kinds.begin(), kinds.end(), [&](const KindTraits& traits) { return traits.name == name; });
    if (found == kinds.end()) return std::nullopt;
    return found->kind;
}

const Terms& Instrument::terms_at(Timestamp time) const {
    TRD_ASSERT(!terms.empty());
    const auto after = std::upper_bound(terms.begin(), terms.end(), time,
                                        [](Timestamp t, const Terms& candidate) { return t < candidate.valid_from; });
    return after == terms.begin() ? terms.front() : *(after - 1);
}

Timestamp Instrument::next_terms_after(Timestamp time) const {
    const auto next =
        std::find_if(terms.begin(), terms.end(), [time](const Terms& each) { return each.valid_from > time; });
    return next == terms.end() ? Timestamp{INT64_MAX} : next->valid_from;
}

Money inverse_value_of(const Instrument& instrument, Price price, Quantity quantity) {
    if (!price.is_positive()) decimal_detail::throw_overflow();
    return -Money::from_raw(decimal_detail::product_divided(quantity.raw(), instrument.multiplier.raw(), price.raw()));
}

Result<Money, DecimalError> checked_notional_of(const Instrument& instrument, Price price, Quantity quantity) {
    if (!is_inverse(instrument.kind)) return checked_notional(abs(price), abs(quantity), instrument.multiplier);
    if (price.is_zero()) return Fail{DecimalError::division_by_zero};
    return Money::checked_from_raw(
        decimal_detail::product_divided(abs(quantity).raw(), instrument.multiplier.raw(), abs(price).raw()));
}

Result<Quantity, DecimalError> units_for(const Instrument& instrument, Money money, Price price) {
    if (price.is_zero() || instrument.multiplier.is_zero()) return Fail{DecimalError::division_by_zero};
    if (is_inverse(instrument.kind))
        return Quantity::checked_from_raw(
            decimal_detail::product_divided(money.raw(), abs(price).raw(), instrument.multiplier.raw()));
    const auto unit = checked_notional_of(instrument, price, Quantity::from_units(1));
    if (!unit.ok()) return Fail{unit.error()};
    if (unit->is_zero()) return Fail{DecimalError::division_by_zero};
    return Quantity::checked_from_raw(decimal_detail::product_divided(money.raw(), decimal_scale, unit->raw()));
}

bool asks_for_maintenance(const Instrument& instrument) {
    return std::any_of(instrument.terms.begin(), instrument.terms.end(), [](const Terms& terms) {
        return !terms.maintenance_per_unit.is_zero() || !terms.maintenance_rate.is_zero();
    });
}

}  // namespace trd
