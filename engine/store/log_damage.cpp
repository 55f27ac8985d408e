#include "store/log_damage.h"

#include <bit>

namespace trd {
namespace {

constexpr size_t header_bytes = 32, head_bytes = 24;
constexpr uint32_t magic = 0x377f0682;  // its last bit: the checksum's words are big-endian
constexpr uint32_t page_bytes_min = 512, page_bytes_max = 65536;

uint32_t big_endian(ByteSpan bytes, size_t at) {
    return static_cast<uint32_t>(bytes[at]) << 24 | static_cast<uint32_t>(bytes[at + 1]) << 16 |
           static_cast<uint32_t>(bytes[at + 2]) << 8 | bytes[at + 3];
}
uint32_t little_endian(ByteSpan bytes, size_t at) {
    return static_cast<uint32_t>(bytes[at + 3]) << 24 | static_cast<uint32_t>(bytes[at + 2]) << 16 |
           static_cast<uint32_t>(bytes[at + 1]) << 8 | bytes[at];
}

struct Checksum {
    uint32_t first = 0, second = 0;
    bool operator==(const Checksum&) const = default;
};

class Log {
  public:
    explicit Log(ByteSpan bytes) : bytes_(bytes) {}

    std::optional<LogDamage> damage() const {
        if (bytes_.size() < header_bytes + head_bytes + page_bytes_min) return {};
        if (!is_header_sound()) return LogDamage{};
        const uint64_t count = (bytes_.size() - header_bytes) / frame_bytes();
        uint64_t sound = 0;
        for (Checksum sum = stored_sum(24); sound < count && is_sound(frame(sound), sum); ++sound)
            sum = stored_sum(frame(sound) + 16);
        for (uint64_t i = sound; i < count; ++i)
            if (is_of_this_log(frame(i)) && is_commit(frame(i))) return LogDamage{sound + 1, count};
        return {};
    }

  private:
    uint32_t page_bytes() const { return big_endian(bytes_, 8); }
    uint64_t frame_bytes() const { return head_bytes + page_bytes(); }
    size_t frame(uint64_t number) const { return header_bytes + number * frame_bytes(); }

    bool is_header_sound() const {
        const bool is_page =
            std::has_single_bit(page_bytes()) && page_bytes() >= page_bytes_min && page_bytes() <= page_bytes_max;
        return (big_endian(bytes_, 0) & ~1u) == magic && is_page && summed({}, 0, 24) == stored_sum(24);
    }
    bool is_sound(size_t at, Checksum before) const {
        const bool has_salts = big_endian(bytes_, at + 8) == big_endian(bytes_, 16) &&
                               big_endian(bytes_, at + 12) == big_endian(bytes_, 20);
        return has_salts && summed(summed(before, at, 8), at + head_bytes, page_bytes()) == stored_sum(at + 16);
    }
    // One salt is enough: the other may be what is damaged. Those of an earlier log differ in both.
    bool is_of_this_log(size_t at) const {
        return big_endian(bytes_, at + 8) == big_endian(bytes_, 16) ||
               big_endian(bytes_, at + 12) == big_endian(bytes_, 20);
    }
    bool is_commit(size_t at) const { return big_endian(bytes_, at + 4) != 0; }

    Checksum stored_sum(size_t at) const { return {big_endian(bytes_, at), big_endian(bytes_, at + 4)}; }
    Checksum summed(Checksum sum, size_t at, size_t size) const {
        const auto word = (big_endian(bytes_, 0) & 1u) != 0 ? big_endian : little_endian;
        for (const size_t end = at + size; at < end; at += 8) {
            sum.first += word(bytes_, at) + sum.second;
            sum.second += word(bytes_, at + 4) + sum.first;
        }
        return sum;
    }

    ByteSpan bytes_;
};

}  // namespace

std::optional<LogDamage> damage_in_log(ByteSpan log) { return Log(log).damage(); }

}  // namespace trd
