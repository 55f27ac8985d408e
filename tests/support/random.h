// Seeded numbers for tests: SplitMix64 (Steele, Lea, Flood 2014), the same everywhere.
#pragma once

#include <cstdint>

namespace trd::testing {

class Random {
  public:
    explicit Random(uint64_t seed) : state_(seed) {}

    uint64_t next() {
        uint64_t z = (state_ += 0x9E3779B97F4A7C15u);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
        return z ^ (z >> 31);
    }
    // 0 .. bound - 1
    uint64_t below(uint64_t bound) { return next() % bound; }
    int64_t between(int64_t low, int64_t high) {
        return low + static_cast<int64_t>(below(static_cast<uint64_t>(high - low + 1)));
    }
    bool chance(uint64_t percent) { return below(100) < percent; }

  private:
    uint64_t state_;
};

}  // namespace trd::testing
