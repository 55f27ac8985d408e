// What can be traded: its kind, its currencies, its dated terms (tick, lot, margin), and how a quantity at a price
// becomes money. Instruments are data; a new kind is one line in kind_table().
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/decimal.h"
#include "base/ids.h"
#include "base/time.h"

namespace trd {

// Terms hold from a date on: venues change ticks, lots and margins.
struct Terms {
    Timestamp valid_from{INT64_MIN};
    Price tick;
    Quantity lot;
    Quantity min_quantity;
    Quantity max_quantity;  // zero: no limit
    Money min_notional;     // zero: no limit
    // Margined kinds only, in the settlement currency. What a position blocks from cash: so much for each unit, and a
    // share of what it was entered at.
    Money margin_per_unit;
    Decimal margin_rate{};
    // What equity must not fall below while it is held: so much for each unit, and a share of its value.
    Money maintenance_per_unit{};
    Decimal maintenance_rate{};

    bool has_rates() const {
        return !margin_rate.is_zero() || !maintenance_per_unit.is_zero() || !maintenance_rate.is_zero();
    }
};

// Append-only: the value is in canonical bytes.
enum class InstrumentKind : uint8_t {
    equity,
    fund,
    index,
    fx,
    crypto,
    future,
    perpetual,
    inverse_perpetual,  // priced in one currency, margined and settled in the other
    inverse_future,
};
constexpr bool is_inverse(InstrumentKind kind) {
    return kind == InstrumentKind::inverse_perpetual || kind == InstrumentKind::inverse_future;
}
constexpr bool pays_funding(InstrumentKind kind) {
    return kind == InstrumentKind::perpetual || kind == InstrumentKind::inverse_perpetual;
}

// How holding it moves money.
enum class Valuation : uint8_t {
    paid,      // the full price changes hands; the position is an asset at cost
    margined,  // nothing changes hands; margin is blocked and price moves settle as variation
};

struct KindTraits {
    InstrumentKind kind;
    std::string_view name;
    Valuation valuation;
    bool trades_all_week;  // 24x7: the day is the UTC day and a year has 365 of them
    Price usual_tick;      // where nobody says otherwise
    Quantity usual_lot;
};
std::span<const KindTraits> kind_table();
const KindTraits& traits_of(InstrumentKind kind);
// Tick and lot as usual for the kind, the lot as the minimum, no other limit.
Terms usual_terms(InstrumentKind kind);
std::optional<InstrumentKind> kind_named(std::string_view name);

struct Instrument {
    InstrumentId id;
    VenueId venue;
    InstrumentKind kind = InstrumentKind::equity;
    std::string symbol;
    Currency base;   // what a unit is, for fx and crypto; what inverse kinds settle in; empty elsewhere
    Currency quote;  // what the price is in, and what all but inverse kinds settle in
    Decimal multiplier = Decimal::from_units(1);
    // What limits by issuer and sector, and what days and sessions go by. Empty: nobody said.
    std::string issuer, sector;
    std::string zone;          // "America/New_York"
    std::string calendar;      // "XNYS", a file of config/calendars
    std::vector<Terms> terms;  // ascending by valid_from, never empty

    const Terms& terms_at(Timestamp time) const;
    // When they next become others; the end of time: never.
    Timestamp next_terms_after(Timestamp time) const;
    Valuation valuation() const { return traits_of(kind).valuation; }
};

// What money of it is in: gains, fees, margin.
inline Currency settlement_currency(const Instrument& instrument) {
    return is_inverse(instrument.kind) ? instrument.base : instrument.quote;
}

// Of inverse kinds: -(quantity * multiplier) / price, rounded once. What a position gains is what it is worth now less
// what it was worth: of a long, quantity * multiplier * (1 / then - 1 / now). Throws DecimalOverflow at a price that is
// not above zero.
Money inverse_value_of(const Instrument& instrument, Price price, Quantity quantity);

// What holding `quantity` is worth, in the settlement currency, such that gains are differences: quantity * price *
// multiplier, rounded once, and for inverse kinds the above. Throws DecimalOverflow.
inline Money value_of(const Instrument& instrument, Price price, Quantity quantity) {
    if (is_inverse(instrument.kind)) return inverse_value_of(instrument, price, quantity);
    return notional(price, quantity, instrument.multiplier);
}

// The size of it: never negative.
Result<Money, DecimalError> checked_notional_of(const Instrument& instrument, Price price, Quantity quantity);
inline Money notional_of(const Instrument& instrument, Price price, Quantity quantity) {
    return abs(value_of(instrument, price, quantity));
}

// How many units have a notional of `money`, to the nearest 1e-12; with the sign of `money`; the sign of a price does
// not count.
Result<Quantity, DecimalError> units_for(const Instrument& instrument, Money money, Price price);

// Whether some terms of it say what equity must not fall below.
bool asks_for_maintenance(const Instrument& instrument);

}  // namespace trd
