// Order among the last n values.
#include <cstring>

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

// The window in rising order, NaNs last. One value leaves and one comes: what lies between them moves by one place.
class SortedWindow {
  public:
    explicit SortedWindow(uint32_t size) : window_(size), unknown_(size), sorted_(padded(size), beyond) {
        std::fill_n(sorted_.begin(), size, nan);
    }

    void push(double value) {
        const double leaving = window_.oldest();
        window_.push(value);
        const bool all_known = unknown_ == 0 && value == value;
        all_known&& size() <= short_window ? exchange_at_once(leaving, value) : exchange(leaving, value);
    }
    bool full() const { return window_.full() && unknown_ == 0; }
    double at(size_t rank) const { return sorted_[rank]; }
    size_t size() const { return window_.size(); }

    template <class Archive>
    void state(Archive& archive) {
        archive(window_);
        if constexpr (Archive::loading) {
            std::ranges::copy(window_.values(), sorted_.begin());
            std::ranges::sort(values(), before);
            unknown_ = static_cast<size_t>(std::ranges::count_if(values(), is_unknown));
        }
    }

  private:
    static constexpr double beyond = std::numeric_limits<double>::infinity();
    static constexpr size_t short_window = 128;

    // Whole pairs, and one value more, which the last pair looks at.
    static size_t padded(size_t size) { return size + size % 2 + 1; }
    static bool before(double a, double b) { return a < b || (a == a && b != b); }
    static bool is_unknown(double value) { return value != value; }
    std::span<double> values() { return {sorted_.data(), size()}; }

    void exchange(double leaving, double coming) {
        unknown_ -= is_unknown(leaving);
        unknown_ += is_unknown(coming);
        const auto all = values();
        const auto from = std::lower_bound(all.begin(), all.end(), leaving, before);
        const auto to = std::lower_bound(all.begin(), all.end(), coming, before);
        if (from < to) {
            *std::move(from + 1, to, from) = coming;
        } else {
            std::move_backward(to, from, from + 1);
            *to = coming;
        }
    }

    // Every place, and no jump: where a price belongs cannot be foretold. Without the one that leaves, the values are
    // rest[i] = sorted[i] or, from that one on, sorted[i + 1]; with the one that comes they are
    // max(rest[i - 1], min(rest[i], coming)).
    void exchange_at_once(double leaving, double coming) {
        const __m128d left = _mm_set1_pd(leaving), came = _mm_set1_pd(coming);
        __m128d rest_before = _mm_set1_pd(-beyond);
        double* const sorted = sorted_.data();
        for (size_t i = 0; i < size(); i += 2) {
            const __m128d here = _mm_loadu_pd(sorted + i), next = _mm_loadu_pd(sorted + i + 1);
            const __m128d stays = _mm_cmplt_pd(here, left);
            const __m128d rest = _mm_or_pd(_mm_and_pd(stays, here), _mm_andnot_pd(stays, next));
            const __m128d shifted = _mm_shuffle_pd(rest_before, rest, 1);
            _mm_storeu_pd(sorted + i, _mm_max_pd(shifted, _mm_min_pd(rest, came)));
            rest_before = rest;
        }
    }

    Window window_;
    size_t unknown_;  // NaNs among them: at first all are
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
        outputs[0] = window_.full() && unknown_ == 0 && value == value ? share_up_to(value) : nan;
        unknown_ += value != value;
        unknown_ -= window_.full() && window_.oldest() != window_.oldest();
        window_.push(value);
    }
    template <class Archive>
    void state(Archive& archive) {
        archive(window_);
        if constexpr (Archive::loading) count_unknown();
    }

  private:
    double share_up_to(double value) const {
        const std::span<const double> before = window_.values();
        const __m128d limit = _mm_set1_pd(value);
        __m128i pairs = _mm_setzero_si128();
        size_t i = 0;
        for (; i + 2 <= before.size(); i += 2)  // what is not above is all ones there: less one
            pairs = _mm_sub_epi64(pairs, _mm_castpd_si128(_mm_cmple_pd(_mm_loadu_pd(&before[i]), limit)));
        int64_t not_above = _mm_cvtsi128_si64(_mm_add_epi64(pairs, _mm_unpackhi_epi64(pairs, pairs)));
        if (i < before.size()) not_above += before[i] <= value;
        return 100 * (static_cast<double>(not_above) / window_.size());
    }
    // As pushed so far: places that nothing has come to yet do not count.
    void count_unknown() {
        const size_t seen = window_.full() ? window_.size() : window_.head();
        unknown_ = std::ranges::count_if(window_.values().first(seen), [](double value) { return value != value; });
    }

    Window window_;
    int64_t unknown_ = 0;  // NaNs in the window
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
