// Short text kept inline: tags, venue ids. Never allocates; longer text does not fit and assign() says so.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace trd {

template <size_t capacity>
class FixedText {
    static_assert(capacity < 256);

  public:
    constexpr FixedText() = default;
    static constexpr size_t max_size() { return capacity; }

    // False, and unchanged, when the text is too long.
    [[nodiscard]] bool assign(std::string_view text) {
        if (text.size() > capacity) return false;
        bytes_ = {};
        if (!text.empty()) std::memcpy(bytes_.data(), text.data(), text.size());
        size_ = static_cast<uint8_t>(text.size());
        return true;
    }
    std::string_view view() const { return {bytes_.data(), size_}; }
    // The text, and zeros after it.
    const std::array<char, capacity>& padded() const { return bytes_; }
    bool empty() const { return size_ == 0; }
    friend bool operator==(const FixedText&, const FixedText&) = default;
    friend std::strong_ordering operator<=>(const FixedText& a, const FixedText& b) { return a.view() <=> b.view(); }

  private:
    std::array<char, capacity> bytes_{};
    uint8_t size_ = 0;
};

}  // namespace trd
