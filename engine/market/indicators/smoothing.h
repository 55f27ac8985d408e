// Exponential averages. Private to market/indicators.
// A value that is not finite is skipped: the average keeps its state and says NaN for that update. So an average of an
// indicator that is still cold starts counting with the first value it gets, and one missing value does no lasting
// harm.
#pragma once

#include <array>
#include <utility>

#include "market/indicators/state.h"

namespace trd::indicators {

enum class Seed : uint8_t { mean_of_first_period, first_value };

// average += alpha * (value - average), from the mean of the first `period` values on (or from the first value).
class Exponential {
  public:
    Exponential(double alpha, uint32_t period, Seed seed = Seed::mean_of_first_period)
        : alpha_(alpha), seeding_(seed == Seed::first_value ? 1 : period) {}

    static Exponential standard(uint32_t period, Seed seed = Seed::mean_of_first_period) {
        return {2.0 / (period + 1.0), period, seed};
    }
    static Exponential wilder(uint32_t period) { return {1.0 / period, period}; }

    // The average after this value, NaN while cold.
    double push(double value) {
        if (!finite(value)) [[unlikely]]
            return nan;
        if (warm()) [[likely]]
            return follow(value);
        return seed(value);
    }
    // push(), where that is known to be warm and the value to be finite.
    double follow(double value) { return average_ += alpha_ * (value - average_); }
    bool warm() const { return seen_ >= seeding_; }
    double value() const { return warm() ? average_ : nan; }

    template <class Archive>
    void state(Archive& archive) {
        archive(seen_, average_, seed_sum_);
    }

  private:
    // average_ is the first value until the seed is complete: the mean of equal values is then exact.
    double seed(double value) {
        if (seen_ == 0) average_ = value;
        seed_sum_ += value - average_;
        if (++seen_ < seeding_) return nan;
        return average_ += seed_sum_ / static_cast<double>(seeding_);
    }

    double alpha_;
    uint64_t seeding_;
    uint64_t seen_ = 0;
    double average_ = 0;
    double seed_sum_ = 0;
};

// Averages of averages, all over the same period.
template <size_t stages>
class Cascade {
  public:
    explicit Cascade(uint32_t period) : averages_(same(period, every_stage)) {}

    // What each of them says after this value.
    std::array<double, stages> push(double value) {
        if (finite(value) && averages_.back().warm()) [[likely]]  // then all of them are, and average finite values
            return through<&Exponential::follow>(value, every_stage);
        return through<&Exponential::push>(value, every_stage);
    }
    // What the last one said.
    double value() const { return averages_.back().value(); }

    template <class Archive>
    void state(Archive& archive) {
        for (Exponential& average : averages_) archive(average);
    }

  private:
    static constexpr std::make_index_sequence<stages> every_stage{};

    template <double (Exponential::*step)(double), size_t... numbers>
    std::array<double, stages> through(double value, std::index_sequence<numbers...>) {
        return {(value = (averages_[numbers].*step)(value))...};
    }
    template <size_t... numbers>
    static std::array<Exponential, stages> same(uint32_t period, std::index_sequence<numbers...>) {
        return {(static_cast<void>(numbers), Exponential::standard(period))...};
    }

    std::array<Exponential, stages> averages_;
};

}  // namespace trd::indicators
