// A seeded random walk of prices in whole numbers only, so that the same seed gives the same market on every machine.
// The generators draw from it; nothing else should.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

namespace trd {

// xoshiro256** of Blackman and Vigna, seeded by splitmix64 as its authors advise.
class Xoshiro {
  public:
    explicit Xoshiro(uint64_t seed) {
        for (uint64_t& word : state_) {
            seed += 0x9E3779B97F4A7C15;
            uint64_t mixed = (seed ^ seed >> 30) * 0xBF58476D1CE4E5B9;
            mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EB;
            word = mixed ^ mixed >> 31;
        }
    }

    uint64_t next() {
        const uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
        const uint64_t shifted = state_[1] << 17;
        state_[2] ^= state_[0];
        state_[3] ^= state_[1];
        state_[1] ^= state_[2];
        state_[0] ^= state_[3];
        state_[2] ^= shifted;
        state_[3] = std::rotl(state_[3], 45);
        return result;
    }
    // 0 .. bound-1, by the high half of a product; the bias is below bound / 2^64.
    uint64_t below(uint64_t bound) {
        return static_cast<uint64_t>(static_cast<unsigned __int128>(next()) * bound >> 64);
    }

  private:
    std::array<uint64_t, 4> state_;
};

enum class MarketRegime : uint8_t { mixed, trending, mean_reverting, jumpy, gappy };

// The mood of the market for some hundred steps.
struct WalkMood {
    int64_t drift = 0;       // of a step, in 2^-32 of the price
    int64_t swing = 0;       // standard deviation of a step, likewise
    int64_t pull_shift = 0;  // a step returns 2^-pull_shift of the distance to the anchor; 0: none
};

// Prices are whole ticks; inside, 2^-16 of one, so that small steps are not lost. They stay between a sixteenth and
// sixteen times the first price.
class RandomWalk {
  public:
    RandomWalk(uint64_t seed, MarketRegime regime, int64_t first_price_ticks, int64_t swing_ppm);

    // One step; returns the price in ticks, at least 1.
    int64_t step();
    int64_t price() const { return price_ >> fraction_bits < 1 ? 1 : price_ >> fraction_bits; }
    // About one standard deviation of a step, in ticks, times a number of 0 to 2: for the reach of highs and lows.
    int64_t reach();
    Xoshiro& random() { return random_; }
    MarketRegime regime() const { return regime_; }

  private:
    static constexpr int fraction_bits = 16;
    void change_mood();
    int64_t normal();  // mean 0, standard deviation 2^16, never beyond 3.5 of them

    Xoshiro random_;
    MarketRegime regime_;
    int64_t anchor_;
    int64_t lowest_, highest_;
    int64_t price_;
    int64_t swing_;  // as WalkMood::swing, of an ordinary mood
    WalkMood mood_;
    uint64_t steps_left_ = 0;
};

}  // namespace trd
