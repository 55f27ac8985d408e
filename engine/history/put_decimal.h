// A whole number of a column as a Decimal's 16 bytes, on the roads that read millions of rows.
#pragma once

#include <cstddef>
#include <cstring>
#include <type_traits>

#include "base/decimal.h"

namespace trd {

// out = number * factor, counted in 1e-12. Precondition: the product is in range, as a look at the chunk's smallest and
// largest numbers says. By halves, because the compiler moves a 128-bit register pair through the stack, which costs
// ten times the product.
template <class Decimals>
void put_product(int64_t number, int64_t factor, Decimals& out) {
    static_assert(sizeof(Decimals) == sizeof(Int128) && std::is_trivially_copyable_v<Decimals>);
    const Int128 raw = static_cast<Int128>(number) * factor;
    const uint64_t halves[2] = {low_limb(static_cast<UInt128>(raw)), high_limb(static_cast<UInt128>(raw))};
    auto* place = reinterpret_cast<std::byte*>(&out);
    std::memcpy(place, &halves[0], sizeof halves[0]);
    std::memcpy(place + sizeof halves[0], &halves[1], sizeof halves[1]);
}

}  // namespace trd
