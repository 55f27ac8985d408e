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
    Money margin_per_unit;  // blocked from cash for each unit of quantity held; margined kinds only
};

// Append-only: the value is in canonical bytes.
enum class InstrumentKind : uint8_t { equity, fund, index, fx, crypto, future, perpetual };

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
    Currency base;   // what a unit is, for fx and crypto; empty elsewhere
    Currency quote;  // what the price is in, and what it settles in
    Decimal multiplier = Decimal::from_units(1);
    // What limits by issuer and sector, and what days and sessions go by. Empty: nobody said.
    std::string issuer, sector;
    std::string zone;          // "America/New_York"
    std::string calendar;      // "XNYS", a file of config/calendars
    std::vector<Terms> terms;  // ascending by valid_from, never empty

    const Terms& terms_at(Timestamp time) const;
    Valuation valuation() const { return traits_of(kind).valuation; }
};

// quantity * price * multiplier, rounded once; negative for a short. Throws DecimalOverflow.
inline Money value_of(const Instrument& instrument, Price price, Quantity quantity) {
    return notional(price, quantity, instrument.multiplier);
}

}  // namespace trd
