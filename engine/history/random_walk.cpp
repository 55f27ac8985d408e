#include "history/random_walk.h"

#include <algorithm>

#include "base/assert.h"

namespace trd {
namespace {

int64_t part_of(int64_t value, int64_t parts_of_2_32) {
    return static_cast<int64_t>(static_cast<__int128>(value) * parts_of_2_32 >> 32);
}

}  // namespace

RandomWalk::RandomWalk(uint64_t seed, MarketRegime regime, int64_t first_price_ticks, int64_t swing_ppm)
    : random_(seed),
      regime_(regime),
      anchor_(first_price_ticks << fraction_bits),
      lowest_(std::max<int64_t>(anchor_ >> 4, int64_t{2} << fraction_bits)),
      highest_(anchor_ << 4),
      price_(anchor_),
      swing_(swing_ppm * (int64_t{1} << 32) / 1'000'000) {
    TRD_ASSERT(first_price_ticks > 0 && first_price_ticks < int64_t{1} << 40);
    change_mood();
}

// The sum of four independent 16-bit numbers has a standard deviation of 37,837.
int64_t RandomWalk::normal() {
    const uint64_t bits = random_.next();
    const auto sum =
        static_cast<int64_t>((bits & 0xFFFF) + (bits >> 16 & 0xFFFF) + (bits >> 32 & 0xFFFF) + (bits >> 48));
    return (sum - 2 * 65'535) * 65'536 / 37'837;
}

void RandomWalk::change_mood() {
    MarketRegime mood = regime_;
    if (mood == MarketRegime::mixed || mood == MarketRegime::gappy) {
        constexpr std::array<MarketRegime, 3> moods{MarketRegime::trending, MarketRegime::mean_reverting,
                                                    MarketRegime::jumpy};
        mood = moods[random_.below(moods.size())];
    }
    steps_left_ = 100 + random_.below(900);
    mood_ = {};
    mood_.swing = swing_;
    if (mood == MarketRegime::trending) mood_.drift = swing_ / 8 * (random_.below(2) == 0 ? 1 : -1);
    if (mood == MarketRegime::mean_reverting) mood_.pull_shift = 5;
    if (mood == MarketRegime::jumpy) mood_.swing = swing_ * 2;
    if (mood == MarketRegime::mean_reverting && regime_ != MarketRegime::mean_reverting) anchor_ = price_;
}

int64_t RandomWalk::step() {
    if (steps_left_-- == 0) change_mood();
    const int64_t change = mood_.drift + (normal() * mood_.swing >> 16);
    price_ += part_of(price_, change);
    if (mood_.pull_shift > 0) price_ += (anchor_ - price_) >> mood_.pull_shift;
    if (regime_ == MarketRegime::jumpy && random_.below(400) == 0)
        price_ += part_of(price_, normal() * mood_.swing >> 13);
    // Turned back at the ends, so that no series runs away over millions of steps.
    if (price_ < lowest_) price_ = 2 * lowest_ - price_;
    if (price_ > highest_) price_ = 2 * highest_ - price_;
    price_ = std::clamp(price_, lowest_, highest_);
    return price();
}

int64_t RandomWalk::reach() {
    const auto size = static_cast<int64_t>(random_.next() >> 47);  // below 2^17
    return part_of(price_, mood_.swing * size >> 16) >> fraction_bits;
}

}  // namespace trd
