// From the fields of a script's table to the terms of a raw intent: type, prices, time in force, flags, and the two
// orders that protect an entry. What can never be right is an error at the script's line; what depends on the market
// or on an instrument's terms is left to the desk, whose verdict comes as an event.
#pragma once

#include "order/order.h"
#include "order/raw_intent.h"
#include "script/script_order_fields.h"

namespace trd {

inline constexpr OrderFieldSet type_fields =
    fields_of({OrderField::type, OrderField::limit, OrderField::trigger, OrderField::trail, OrderField::trail_percent});
inline constexpr OrderFieldSet lifetime_fields = fields_of({OrderField::tif, OrderField::expires});
inline constexpr OrderFieldSet showing_fields = fields_of({OrderField::post_only, OrderField::display});

// The intent of a market order, good till cancelled.
RawIntent market_intent(Side side, uint32_t instrument);

// Type and prices. Without a type, an order with a limit is a limit order.
void read_type(const OrderFields& fields, RawIntent& intent);
void read_lifetime(const OrderFields& fields, RawIntent& intent);
void read_showing(const OrderFields& fields, RawIntent& intent);
void read_bucket(const OrderFields& fields, RawIntent& intent);
void read_tag(const OrderFields& fields, RawIntent& intent);
// Reduce-only orders are for getting out: what they are for follows from their type.
void set_reduce_only(RawIntent& intent);
// After all of them: whether they go together.
void check_together(const OrderFields& fields, const RawIntent& intent);

// The protective stop and the take-profit of an entry, from the fields stop and take: the other side, the same
// quantity, reduce-only. `mark` is the last price of the instrument, 0 when there is none. Parent and group are left
// to the caller.
RawIntent read_stop(const OrderFields& fields, const RawIntent& entry, double mark);
RawIntent read_take(const OrderFields& fields, const RawIntent& entry, double mark);

}  // namespace trd
