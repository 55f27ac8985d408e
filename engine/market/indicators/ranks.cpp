// Order among the last n values.
#include "market/indicators/windows.h"

namespace trd::indicators {
namespace {

template <class Rolling>
class Extreme final : public OfValue<Extreme<Rolling>> {
  public:
    explicit Extreme(std::span<const double> p) : rolling_(whole(p[0])) {}
    void update_value(double value, std::span<double> outputs) { outputs[0] = rolling_.push(value); }
    template <class Archive>
    void state(Archive& archive) {
        archive(rolling_);
    }

  private:
    Rolling rolling_;
};

// The window in rising order, NaNs last. One value leaves and one comes: a move of at most n numbers.
class SortedWindow {
  public:
    explicit SortedWindow(uint32_t size) : window_(size), sorted_(size, nan) {}

    void push(double value) {
        replace(window_.oldest(), value);
        window_.push(value);
    }
    bool full() const { return window_.full() && sorted_.back() == sorted_.back(); }
    double at(size_t rank) const { return sorted_[rank]; }
    size_t size() const { return sorted_.size(); }

    template <class Archive>
    void state(Archive& archive) {
        archive(window_);
        if constexpr (Archive::loading) {
            sorted_.assign(window_.values().begin(), window_.values().end());
            std::ranges::sort(sorted_, before);
        }
    }

  private:
    static bool before(double a, double b) { return a < b || (a == a && b != b); }

    void replace(double leaving, double coming) {
        const auto from = std::lower_bound(sorted_.begin(), sorted_.end(), leaving, before);
        const auto to = std::lower_bound(sorted_.begin(), sorted_.end(), coming, before);
        if (from < to) {
            *std::move(from + 1, to, from) = coming;
        } else {
            std::move_backward(to, from, from + 1);
            *to = coming;
        }
    }

    Window window_;
    std::vector<double> sorted_;
};

class Median final : public OfValue<Median> {
  public:
    explicit Median(std::span<const double> p) : window_(whole(p[0])) {}
    void update_value(double value, std::span<double> outputs) {
        window_.push(value);
        const size_t middle = window_.size() / 2;
        outputs[0] = nan;
        if (!window_.full()) return;
        const double upper = window_.at(middle);
        outputs[0] = window_.size() % 2 == 1 ? upper : window_.at(middle - 1) + (upper - window_.at(middle - 1)) / 2;
    }
    template <class Archive>
    void state(Archive& archive) {
        archive(window_);
    }

  private:
    SortedWindow window_;
};

class PercentRank final : public OfValue<PercentRank> {
  public:
    explicit PercentRank(std::span<const double> p) : window_(whole(p[0])) {}
    void update_value(double value, std::span<double> outputs) {
        outputs[0] = window_.full() ? share_up_to(value) : nan;
        window_.push(value);
    }
    template <class Archive>
    void state(Archive& archive) {
        archive(window_);
    }

  private:
    double share_up_to(double value) const {
        uint64_t not_above = 0, comparable = 0;
        for (const double before : window_.values()) {
            not_above += before <= value;
            comparable += before == before;
        }
        if (comparable < window_.size() || value != value) return nan;
        return 100 * (static_cast<double>(not_above) / window_.size());
    }

    Window window_;
};

constexpr IndicatorParameter period_20[] = {period_of(20)};
constexpr IndicatorParameter period_100[] = {period_of(100)};

constexpr IndicatorTraits table[] = {
    {"highest", "highest of n values (20)", false, period_20, one_value, make<Extreme<RollingHighest>>},
    {"lowest", "lowest of n values (20)", false, period_20, one_value, make<Extreme<RollingLowest>>},
    {"median", "median of n values; of an even number, the mean of the middle two (20)", false, period_20, one_value,
     make<Median>},
    {"percent_rank", "per cent of the n values before that are not above this one (100)", false, period_100, one_value,
     make<PercentRank>},
};

}  // namespace

std::span<const IndicatorTraits> ranks() { return table; }

}  // namespace trd::indicators
