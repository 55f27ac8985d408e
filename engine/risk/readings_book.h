// Readings of own orders, and of what is held on both sides of an account: readings_book.cpp. Only readings*.cpp
// include this.
#pragma once

#include "risk/readings_parts.h"

namespace trd::readings_detail {

inline Answer whole(uint64_t number) { return Decimal::from_units(static_cast<int64_t>(number)); }
inline Answer flag(bool value) { return whole(value ? 1 : 0); }

Answer highest_own_buy(const Asking& a, const Need& need);
Answer lowest_own_sell(const Asking& a, const Need& need);
Answer meets_own(const Asking& a, const Need& need);
Answer gross(const Asking& a, const Need& need);
Answer sector_gross(const Asking& a, const Need& need);
Answer issuer_gross(const Asking& a, const Need& need);
Answer currency_gross(const Asking& a, const Need& need);
Answer open_positions(const Asking& a, const Need& need);
Answer is_instrument_used(const Asking& a, const Need& need);

}  // namespace trd::readings_detail
