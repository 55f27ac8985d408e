#include "base/ids.h"

#include <array>
#include <bit>

namespace trd {
namespace {

constexpr unsigned current_format = 1;

struct Field {
    int shift;  // from the low end of its half
    int bits;
    constexpr uint64_t mask() const { return (uint64_t{1} << bits) - 1; }
    constexpr uint64_t get(uint64_t half) const { return (half >> shift) & mask(); }
};

// High half: format 4, profile 14, account 10, strategy 12, purpose 4, the upper 20 bits of the incarnation.
constexpr Field format_field{60, 4}, profile_field{46, 14}, account_field{36, 10}, strategy_field{24, 12},
    purpose_field{20, 4}, incarnation_high_field{0, 20};
// Low half: the lower 8 bits of the incarnation, sequence 44, check 12.
constexpr Field incarnation_low_field{56, 8}, sequence_field{OrderId::sequence_shift, OrderId::sequence_bits},
    check_field{0, 12};

uint64_t place(Field field, uint64_t value) {
    TRD_ASSERT(value <= field.mask());
    return value << field.shift;
}

// CRC-12 with the generator x^12 + x^11 + x^3 + x^2 + x + 1 (3GPP TS 25.212) over all other bits: finds every change
// within twelve neighbouring bits, so every single mistyped digit and every swap of neighbours.
constexpr unsigned crc_polynomial = 0x80F;

constexpr std::array<uint16_t, 256> crc_table = [] {
    std::array<uint16_t, 256> table{};
    for (unsigned byte = 0; byte < table.size(); ++byte) {
        unsigned crc = byte << 4;
        for (int bit = 0; bit < 8; ++bit) crc = (crc << 1) ^ ((crc & 0x800) != 0 ? crc_polynomial : 0);
        table[byte] = static_cast<uint16_t>(crc & 0xFFF);
    }
    return table;
}();

constexpr unsigned add_zero_byte(unsigned crc) { return ((crc << 8) & 0xFFF) ^ crc_table[(crc >> 4) & 0xFF]; }

constexpr int checked_bytes = 15;  // the high half, and of the low half what is not the check

// What a byte adds to the check, by how many bytes follow it; zero adds nothing. They do not wait for each other, as
// they would one after the other through a single table: a hundred cycles of what an order costs.
constexpr auto crc_parts = [] {
    std::array<std::array<uint16_t, 256>, checked_bytes> parts{};
    for (unsigned byte = 0; byte < 256; ++byte) {
        unsigned crc = crc_table[byte];
        for (auto& part : parts) {
            part[byte] = static_cast<uint16_t>(crc);
            crc = add_zero_byte(crc);
        }
    }
    return parts;
}();
constexpr unsigned crc_of_start = [] {
    unsigned crc = 0xFFF;
    for (int i = 0; i < checked_bytes; ++i) crc = add_zero_byte(crc);
    return crc;
}();

// Of the bytes that are not zero; two thirds of an id are.
unsigned parts_of(uint64_t bytes, size_t first_part) {
    unsigned crc = 0;
    while (bytes != 0) {
        const auto bit = static_cast<unsigned>(std::countr_zero(bytes)) & ~7u;
        crc ^= crc_parts[first_part + bit / 8][bytes >> bit & 0xFF];
        bytes &= ~(uint64_t{0xFF} << bit);
    }
    return crc;
}

uint64_t check_of(uint64_t high, uint64_t low_without_check) {
    constexpr size_t low_bytes = 7;
    return crc_of_start ^ parts_of(low_without_check >> check_field.bits, 0) ^ parts_of(high, low_bytes);
}

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

}  // namespace

Result<Currency, Currency::Refusal> Currency::parse(std::string_view code) {
    if (code.empty()) return Fail{Refusal::empty};
    if (code.size() > 8) return Fail{Refusal::too_long};
    for (char c : code) {
        const bool allowed = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!allowed) return Fail{Refusal::bad_character};
    }
    return literal(code);
}

std::string Currency::code() const {
    std::string text;
    for (uint64_t rest = packed_; rest != 0; rest >>= 8) text += static_cast<char>(rest & 0xFF);
    return text;
}

std::string_view name_of(Purpose purpose) {
    constexpr std::array<std::string_view, purpose_count> names = {"entry",   "exit",  "protective_stop", "take_profit",
                                                                   "flatten", "hedge", "rebalance",       "manual"};
    return names[static_cast<size_t>(purpose)];
}

OrderId OrderId::pack(const Parts& parts) {
    const uint64_t high = place(format_field, current_format) | place(profile_field, parts.profile) |
                          place(account_field, parts.account.value) | place(strategy_field, parts.strategy.value) |
                          place(purpose_field, static_cast<uint64_t>(parts.purpose)) |
                          place(incarnation_high_field, parts.incarnation >> 8);
    const uint64_t low = place(incarnation_low_field, parts.incarnation & 0xFF) | place(sequence_field, parts.sequence);
    return OrderId(high, low | check_of(high, low));
}

Result<OrderId, OrderId::Refusal> OrderId::from_halves(uint64_t high, uint64_t low) {
    if (format_field.get(high) != current_format || purpose_field.get(high) >= purpose_count)
        return Fail{Refusal::unknown_format};
    if (check_of(high, low & ~check_field.mask()) != check_field.get(low)) return Fail{Refusal::bad_check};
    return OrderId(high, low);
}

Result<OrderId, OrderId::Refusal> OrderId::parse(std::string_view hex) {
    if (hex.size() != 32) return Fail{Refusal::length};
    uint64_t halves[2] = {0, 0};
    for (size_t i = 0; i < hex.size(); ++i) {
        const int digit = hex_value(hex[i]);
        if (digit < 0) return Fail{Refusal::not_hex};
        halves[i / 16] = halves[i / 16] << 4 | static_cast<uint64_t>(digit);
    }
    return from_halves(halves[0], halves[1]);
}

OrderId::Parts OrderId::parts() const {
    return {
        .profile = static_cast<uint16_t>(profile_field.get(high_)),
        .account = {static_cast<uint16_t>(account_field.get(high_))},
        .strategy = {static_cast<uint16_t>(strategy_field.get(high_))},
        .purpose = static_cast<Purpose>(purpose_field.get(high_)),
        .incarnation = static_cast<uint32_t>(incarnation_high_field.get(high_) << 8 | incarnation_low_field.get(low_)),
        .sequence = sequence()};
}

std::string OrderId::to_hex() const {
    constexpr char digits[] = "0123456789abcdef";
    std::string text(32, '0');
    for (int i = 0; i < 16; ++i) {
        text[static_cast<size_t>(i)] = digits[(high_ >> (60 - 4 * i)) & 15];
        text[static_cast<size_t>(16 + i)] = digits[(low_ >> (60 - 4 * i)) & 15];
    }
    return text;
}

}  // namespace trd
