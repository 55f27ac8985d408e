// A whole number of any size up to 1,024 bits, written to be obviously right: digits in base 2^16, schoolbook sums and
// products, no division. The oracle of the decimal tests, which shares nothing with base/int256.h: a quotient is judged
// by multiplying it back.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <stdexcept>

#include "support/cases.h"

namespace trd::testing {

class SlowInteger {
  public:
    SlowInteger() = default;
    explicit SlowInteger(unsigned __int128 value) {
        for (std::size_t i = 0; i < 8; ++i) digits_[i] = static_cast<std::uint32_t>(value >> (16 * i) & 0xffff);
    }

    friend SlowInteger operator+(const SlowInteger& a, const SlowInteger& b) {
        SlowInteger sum;
        std::uint32_t carry = 0;
        for (std::size_t i = 0; i < size; ++i) {
            const std::uint32_t digit = a.digits_[i] + b.digits_[i] + carry;
            sum.digits_[i] = digit & 0xffff;
            carry = digit >> 16;
        }
        if (carry != 0) throw std::logic_error("SlowInteger is too small for this test");
        return sum;
    }

    friend SlowInteger operator*(const SlowInteger& a, const SlowInteger& b) {
        SlowInteger product;
        for (std::size_t i = 0; i < a.used(); ++i) product.add_row(a.digits_[i], b, i);
        return product;
    }

    friend std::strong_ordering operator<=>(const SlowInteger& a, const SlowInteger& b) {
        for (std::size_t i = size; i-- > 0;)
            if (a.digits_[i] != b.digits_[i]) return a.digits_[i] <=> b.digits_[i];
        return std::strong_ordering::equal;
    }
    friend bool operator==(const SlowInteger& a, const SlowInteger& b) { return a.digits_ == b.digits_; }

    bool is_even() const { return digits_[0] % 2 == 0; }

    static SlowInteger power_of_ten(int exponent) {
        SlowInteger power(1);
        for (int i = 0; i < exponent; ++i) power = power * SlowInteger(10);
        return power;
    }

  private:
    static constexpr std::size_t size = 64;

    std::size_t used() const {
        std::size_t count = size;
        while (count > 0 && digits_[count - 1] == 0) --count;
        return count;
    }

    // *this += factor * row * 2^(16 * place)
    void add_row(std::uint32_t factor, const SlowInteger& row, std::size_t place) {
        const std::size_t count = row.used();
        std::uint64_t carry = 0;
        for (std::size_t i = 0; i < count || carry != 0; ++i) {
            if (place + i >= size) throw std::logic_error("SlowInteger is too small for this test");
            const std::uint64_t digit =
                static_cast<std::uint64_t>(factor) * row.digits_[i] + digits_[place + i] + carry;
            digits_[place + i] = static_cast<std::uint32_t>(digit & 0xffff);
            carry = digit >> 16;
        }
    }

    std::array<std::uint32_t, size> digits_{};
};

}  // namespace trd::testing
