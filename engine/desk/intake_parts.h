// The parts of intake.cpp, each a question about one raw intent. Only intake includes this.
#pragma once

#include "desk/intake.h"

namespace trd::intake {

// Down to a multiple of the lot.
Denial wanted_quantity(double wanted, const Terms& terms, Quantity& quantity);
// Minimum, maximum and value of an order of this quantity. `price` is what it would trade at; zero: not known.
Denial check_quantity(Quantity quantity, Price price, const Terms& terms, const Instrument& instrument);

// Reads one price. `towards` is where it may be rounded to.
Denial wanted_price(double wanted, const Terms& terms, Rounding towards, Price& price);
Rounding limit_rounding(Side side);
Rounding trigger_rounding(OrderType type, Side side);

// Limit, trigger and distance, as the type needs them; then on which side of the market they lie.
Denial read_prices(const RawIntent& raw, const IntakePosition& position, const Terms& terms, OrderIntent& intent);
// Whether type, time in force, flags and date make sense together; sets them.
Denial read_conditions(const RawIntent& raw, const IntakePosition& position, const Terms& terms, OrderIntent& intent);
// Parent, group and position bucket.
Denial read_relations(const RawIntent& raw, const IntakePosition& position, OrderIntent& intent);

// Side and quantity of what is missing to a target, or too much.
Denial aim(const RawIntent& raw, const IntakePosition& position, const Terms& terms, OrderIntent& intent);

}  // namespace trd::intake
