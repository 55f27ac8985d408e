// What a strategy asks for, as it comes out of its ring: plain numbers of fixed layout, foreign bytes until the desk
// has looked at every field. Doubles become decimals in one place (desk/intake.h), which rounds by the instrument's
// terms.
#pragma once

#include <cstdint>
#include <type_traits>

namespace trd {

enum class RawIntentKind : uint8_t {
    submit,          // instrument, side, type, time_in_force, purpose, quantity, tag
    close_position,  // instrument, tag: everything held and not already on its way out
    cancel,          // target
};
inline constexpr int raw_intent_kind_count = 3;

struct RawIntent {
    uint64_t handle = 0;  // the strategy's own number for the order: 1, 2, 3 ...; becomes OrderId::Parts::sequence
    uint64_t target = 0;  // cancel: the handle of the order meant
    double quantity = 0;
    uint32_t instrument = 0;
    uint8_t kind = 0;           // RawIntentKind
    uint8_t side = 0;           // Side
    uint8_t type = 0;           // OrderType
    uint8_t time_in_force = 0;  // TimeInForce
    uint8_t purpose = 0;        // Purpose
    uint8_t tag_size = 0;
    char tag[22] = {};
};
static_assert(sizeof(RawIntent) == 56 && std::is_trivially_copyable_v<RawIntent>);

}  // namespace trd
