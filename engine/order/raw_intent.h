// What a strategy asks for, as it comes out of its ring: plain numbers of fixed layout, foreign bytes until the desk
// has looked at every field. Doubles become decimals in one place (desk/intake.h), which rounds by the instrument's
// terms. A number that is not given is NaN.
#pragma once

#include <cstdint>
#include <limits>
#include <type_traits>

namespace trd {

enum class RawIntentKind : uint8_t {
    submit,           // an order: every field but target and measure
    close_position,   // instrument, bucket, tag: everything held and not already on its way out, at the market
    cancel,           // target
    amend,            // target; of quantity, limit, trigger, display those that are given
    target_position,  // instrument, quantity by measure, tag: a market order for what is missing or too much
};
inline constexpr int raw_intent_kind_count = 5;

// What the quantity of a target_position counts.
enum class TargetMeasure : uint8_t {
    quantity,  // units, negative: short
    weight,    // of the account's equity: 0.5 is half of it
    notional,  // money in the instrument's currency
};
inline constexpr int target_measure_count = 3;

// Bits of RawIntent::flags.
inline constexpr uint8_t intent_post_only = 1;
inline constexpr uint8_t intent_reduce_only = 2;
inline constexpr uint8_t intent_trail_percent = 4;  // trail is a share of the price: 0.02 is two per cent
inline constexpr uint8_t intent_flags_all = 7;

struct RawIntent {
    static constexpr double not_given = std::numeric_limits<double>::quiet_NaN();

    uint64_t handle = 0;  // the strategy's own number for the order: 1, 2, 3 ...; becomes OrderId::Parts::sequence
    uint64_t target = 0;  // cancel, amend: the handle of the order meant
    uint64_t parent = 0;  // submit: waits until this order fills, and is no larger than what has filled of it; 0: none
    uint64_t group = 0;   // submit: the orders of one group share one quantity; the handle of its first; 0: none
    double quantity = not_given;
    double limit = not_given;
    double trigger = not_given;
    double trail = not_given;
    double display = not_given;
    int64_t expires_ns = 0;
    uint32_t instrument = 0;
    uint8_t kind = 0;           // RawIntentKind
    uint8_t side = 0;           // Side
    uint8_t type = 0;           // OrderType
    uint8_t time_in_force = 0;  // TimeInForce
    uint8_t purpose = 0;        // Purpose
    uint8_t flags = 0;
    uint8_t bucket = 0;   // SideBucket
    uint8_t measure = 0;  // TargetMeasure
    uint8_t tag_size = 0;
    char tag[22] = {};
    uint8_t reserved[5] = {};  // no byte of it is left to chance
};
static_assert(sizeof(RawIntent) == 120 && std::is_trivially_copyable_v<RawIntent>);

}  // namespace trd
