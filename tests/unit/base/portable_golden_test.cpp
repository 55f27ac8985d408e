// One number for the bits of every portable function: it must not change with compiler, optimisation or CPU. A change
// of an implementation changes recorded runs, so the constant is only ever changed on purpose.
#include <bit>
#include <cmath>
#include <cstdint>

#include "base/portable_math.h"
#include "support/catch.h"

namespace trd::portable {
namespace {

// Only integer operations and exact scaling, so that the arguments are the same everywhere.
class Arguments {
  public:
    // Every bit pattern: NaN, infinities and subnormals too.
    double any() { return std::bit_cast<double>(bits()); }
    // Sign and exponent in [-16, 15]: where functions bend.
    double moderate() {
        const std::uint64_t word = bits();
        const std::uint64_t exponent = 1023 - 16 + (word >> 52 & 31);
        return std::bit_cast<double>((word & 0x800fffffffffffffu) | exponent << 52);
    }
    // [-1, 1)
    double unit() { return static_cast<double>(static_cast<std::int64_t>(bits()) >> 11) * 0x1p-52; }

  private:
    std::uint64_t bits() {
        state_ ^= state_ << 13;
        state_ ^= state_ >> 7;
        state_ ^= state_ << 17;
        return state_ * 0x2545f4914f6cdd1du;
    }
    std::uint64_t state_ = 88172645463325252u;
};

class Fnv {
  public:
    void add(double value) {
        std::uint64_t bits = std::bit_cast<std::uint64_t>(value);
        for (int i = 0; i < 8; ++i, bits >>= 8) hash_ = (hash_ ^ (bits & 255)) * 0x100000001b3u;
    }
    std::uint64_t value() const { return hash_; }

  private:
    std::uint64_t hash_ = 0xcbf29ce484222325u;
};

TEST_CASE("portable functions give the recorded bits", "[portable]") {
    using Unary = double (*)(double);
    using Binary = double (*)(double, double);
    const Unary unaries[] = {exp,  exp2, expm1, log,  log1p, log2, log10, sin,  cos,      tan,          asin,
                             acos, atan, sinh,  cosh, tanh,  cbrt, erf,   erfc, norm_cdf, norm_quantile};
    const Binary binaries[] = {pow, atan2, hypot, fmod};
    Arguments arguments;
    Fnv hash;
    for (int i = 0; i < 2000; ++i) {
        for (Unary function : unaries) {
            hash.add(function(arguments.any()));
            hash.add(function(arguments.moderate()));
            hash.add(function(arguments.unit()));
        }
        for (Binary function : binaries) {
            const double x = arguments.any();
            hash.add(function(x, arguments.any()));
            const double y = arguments.moderate();
            hash.add(function(arguments.moderate(), y));
        }
        const double exponent = arguments.moderate();
        hash.add(pow(std::abs(arguments.moderate()), exponent));
    }
    CHECK(hash.value() == 0x34cb0274ec1bf75bu);
}

}  // namespace
}  // namespace trd::portable
