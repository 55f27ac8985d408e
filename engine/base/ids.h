// Who and what: small numbers given out by a run's directory in a fixed order, and the 128-bit order id that carries
// all of them, so that a kill can tell whose order it is, and what for, without a database.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace trd {

template <class Tag, class Number>
struct NumberId {
    Number value = 0;

    friend constexpr auto operator<=>(NumberId, NumberId) = default;
};

using InstrumentId = NumberId<struct InstrumentTag, uint32_t>;
using AccountId = NumberId<struct AccountTag, uint16_t>;
using VenueId = NumberId<struct VenueTag, uint16_t>;
using StrategyId = NumberId<struct StrategyTag, uint16_t>;

// A currency or asset code of up to eight characters, packed: no table is needed to read it back.
class Currency {
  public:
    constexpr Currency() = default;
    // Precondition: 1..8 characters; longer text is cut by nobody: parse() refuses it.
    static constexpr Currency literal(std::string_view code) {
        Currency currency;
        for (size_t i = 0; i < code.size(); ++i)
            currency.packed_ |= static_cast<uint64_t>(static_cast<uint8_t>(code[i])) << (8 * i);
        return currency;
    }
    enum class Refusal : uint8_t { empty, too_long, bad_character };
    // Upper-case letters and digits only.
    static Result<Currency, Refusal> parse(std::string_view code);
    static constexpr Currency from_packed(uint64_t packed) {
        Currency currency;
        currency.packed_ = packed;
        return currency;
    }

    constexpr uint64_t packed() const { return packed_; }
    std::string code() const;
    friend constexpr auto operator<=>(Currency, Currency) = default;

  private:
    uint64_t packed_ = 0;
};

// What an order is for. Kill keeps protective stops until last; risk lets exits through. Append-only: it is on the
// wire.
enum class Purpose : uint8_t { entry, exit, protective_stop, take_profit, flatten, hedge, rebalance, manual };
inline constexpr int purpose_count = 8;
std::string_view name_of(Purpose purpose);

// Layout, most significant bit first: format 4, profile 14, account 10, strategy 12, purpose 4, incarnation 28,
// sequence 44, check 12. Packed, never hashed or random. Prints as 32 hex digits, which every venue takes.
class OrderId {
  public:
    struct Parts {
        uint16_t profile = 0;  // 14 bits
        AccountId account;     // 10 bits
        StrategyId strategy;   // 12 bits
        Purpose purpose = Purpose::entry;
        uint32_t incarnation = 0;  // 28 bits: durable before a start's first send; also the leader epoch
        uint64_t sequence = 0;     // 44 bits
        friend bool operator==(const Parts&, const Parts&) = default;
    };
    enum class Refusal : uint8_t { length, not_hex, unknown_format, bad_check };

    constexpr OrderId() = default;
    // Precondition: every part fits its bits.
    static OrderId pack(const Parts& parts);
    // From a venue or a person: length, digits, format and check are verified.
    static Result<OrderId, Refusal> parse(std::string_view hex);
    static Result<OrderId, Refusal> from_halves(uint64_t high, uint64_t low);

    Parts parts() const;
    // parts().sequence, which orders are told by all the time.
    constexpr uint64_t sequence() const { return low_ >> sequence_shift & ((uint64_t{1} << sequence_bits) - 1); }
    std::string to_hex() const;
    constexpr uint64_t high() const { return high_; }
    constexpr uint64_t low() const { return low_; }
    constexpr bool is_null() const { return high_ == 0 && low_ == 0; }
    friend constexpr auto operator<=>(OrderId, OrderId) = default;

    static constexpr int sequence_shift = 12, sequence_bits = 44;  // in the low half

  private:
    constexpr OrderId(uint64_t high, uint64_t low) : high_(high), low_(low) {}

    uint64_t high_ = 0;
    uint64_t low_ = 0;
};

}  // namespace trd
