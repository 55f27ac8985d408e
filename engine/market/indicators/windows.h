// The last n values and what can be said of them in constant time, without drift. Private to market/indicators.
//
// All of these classes share one idea. The ring is filled block by block. When a block of n values is complete, the
// sums over its tails are computed once; while the next block replaces it, the window is "a tail of the old block plus
// the head of the new one". Nothing is ever subtracted from a running sum, so errors do not accumulate, and a NaN or an
// infinity spoils exactly the windows that hold it.
// Sums are of distances to a base, a value that is in the window for as long as it is the base. Hence a window of equal
// values has exactly that mean and exactly the variance 0, and the variance loses at most n roundings whatever the
// level of the prices: (base - mean)^2 <= n * variance.
// Saved are the values and the base; the sums are made again from them in the same order, hence with the same bits.
#pragma once

#include <emmintrin.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <type_traits>

#include "market/indicators/state.h"

namespace trd::indicators {

// The raw values. full() from the n-th push on.
class Window {
  public:
    explicit Window(uint32_t size) : values_(size, nan) {}

    // True when this push completes a block.
    bool push(double value) {
        values_[next_] = value;
        if (++next_ != size()) return false;
        next_ = 0;
        full_ = true;
        return true;
    }
    bool full() const { return full_; }
    uint32_t size() const { return static_cast<uint32_t>(values_.size()); }
    // How many values of the present block have come; the old block still holds the places from here on.
    uint32_t head() const { return next_; }
    double at(uint32_t place) const { return values_[place]; }
    // 0 is the newest; `updates` < size().
    double ago(uint32_t updates) const {
        return values_[next_ > updates ? next_ - 1 - updates : next_ + size() - 1 - updates];
    }
    // The value that the next push will drop; NaN before full().
    double oldest() const { return values_[next_]; }
    std::span<const double> values() const { return values_; }

    template <class Archive>
    void state(Archive& archive) {
        archive(values_, full_);
        archive.index(next_, size());
    }

  private:
    std::vector<double> values_;
    uint32_t next_ = 0;
    bool full_ = false;
};

// The value `size` updates ago, this update not counted; NaN while there is none.
class Delay {
  public:
    explicit Delay(uint32_t size) : window_(size) {}
    double push(double value) {
        const double before = window_.oldest();
        window_.push(value);
        return before;
    }

    template <class Archive>
    void state(Archive& archive) {
        archive(window_);
    }

  private:
    Window window_;
};

// Two numbers that the processor takes at once.
struct Pair {
    __m128d both;

    static Pair of(double first, double second) { return {_mm_set_pd(second, first)}; }
    double first() const { return _mm_cvtsd_f64(both); }
    double second() const { return _mm_cvtsd_f64(_mm_unpackhi_pd(both, both)); }
    friend Pair operator+(Pair a, Pair b) { return {_mm_add_pd(a.both, b.both)}; }
};

// So many numbers, added to others one by one.
template <size_t count>
struct Numbers {
    std::array<double, count> numbers{};

    double operator[](size_t index) const { return numbers[index]; }
    friend Numbers operator+(Numbers a, const Numbers& b) {
        for (size_t i = 0; i < count; ++i) a.numbers[i] += b.numbers[i];
        return a;
    }
};
template <>
struct Numbers<2> {
    Pair pair = Pair::of(0, 0);

    double operator[](size_t index) const { return index == 0 ? pair.first() : pair.second(); }
    friend Numbers operator+(Numbers a, Numbers b) { return {a.pair + b.pair}; }
};

// Sums of Terms over the last n rows. Terms says how many numbers a row has, how many sums there are, and what one row
// adds to each of them: `static Numbers<sums> of(const std::array<double, columns>& row, double base)`.
// The base is in column 0.
template <class Terms>
class RollingSums {
  public:
    using Row = std::array<double, Terms::columns>;
    using Sums = Numbers<Terms::sums>;

    explicit RollingSums(uint32_t size) : rows_(size), tails_(size), size_(size) {}

    void push(const Row& row) {
        rows_[next_] = row;
        head_ = head_ + Terms::of(row, base_);
        if (++next_ == size_) [[unlikely]]
            start_block();
    }
    bool full() const { return full_; }
    uint32_t size() const { return size_; }
    double base() const { return base_; }
    // Of every row in the window. Precondition: full().
    Sums sums() const { return tails_[next_] + head_; }
    // One sum; NaN before full().
    double sum(size_t index) const {
        if (full_) [[likely]]
            return tails_[next_][index] + head_[index];
        return nan;
    }
    // 0 is the newest; `updates` < size().
    const Row& ago(uint32_t updates) const {
        return rows_[next_ > updates ? next_ - 1 - updates : next_ + size() - 1 - updates];
    }
    std::span<const Row> rows() const { return rows_; }

    template <class Archive>
    void state(Archive& archive) {
        for (Row& row : rows_) {
            for (double& value : row) archive(value);
        }
        archive(full_, base_);
        archive.index(next_, size());
        if constexpr (Archive::loading) rebuild();
    }

  private:
    void start_block() {
        next_ = 0;
        full_ = true;
        base_ = newest_base();
        rebuild();
    }
    // The newest finite value. Without one, every window of the coming block holds a NaN anyway.
    double newest_base() const {
        for (uint32_t place = size(); place-- > 0;) {
            if (finite(rows_[place][0])) return rows_[place][0];
        }
        return 0;
    }
    void rebuild() {
        Sums sums{};
        for (uint32_t place = size(); place-- > next_;) tails_[place] = sums = sums + Terms::of(rows_[place], base_);
        head_ = {};
        for (uint32_t place = 0; place < next_; ++place) head_ = head_ + Terms::of(rows_[place], base_);
    }

    std::vector<Row> rows_;
    std::vector<Sums> tails_;
    Sums head_{};
    double base_ = 0;
    uint32_t size_;
    uint32_t next_ = 0;
    bool full_ = false;
};

struct DistanceTerms {
    static constexpr size_t columns = 1, sums = 1;
    static Numbers<1> of(const std::array<double, 1>& row, double base) { return {{row[0] - base}}; }
};
struct SquareTerms {
    static constexpr size_t columns = 1, sums = 2;
    static Numbers<2> of(const std::array<double, 1>& row, double base) {
        const double distance = row[0] - base;
        return {Pair::of(distance, distance * distance)};
    }
};
// Columns are price and volume.
struct VolumeTerms {
    static constexpr size_t columns = 2, sums = 2;
    static Numbers<2> of(const std::array<double, 2>& row, double base) {
        return {Pair::of((row[0] - base) * row[1], row[1])};
    }
};
// Plain sums, for flows around zero.
template <size_t count>
struct FlowTerms {
    static constexpr size_t columns = count, sums = count;
    static Numbers<count> of(const std::array<double, count>& row, double) {
        if constexpr (count == 2)
            return {Pair::of(row[0], row[1])};
        else
            return {row};
    }
};
using RollingSum = RollingSums<FlowTerms<1>>;

// The gain and the loss in a change, exactly and without a jump; both NaN for a NaN.
inline double gain_of(double change) { return 0.5 * (std::abs(change) + change); }
inline double loss_of(double change) { return 0.5 * (std::abs(change) - change); }

class RollingMean {
  public:
    explicit RollingMean(uint32_t size) : sums_(size), count_(size) {}

    // The mean of the window that ends here, NaN before it is full.
    double push(double value) {
        sums_.push({value});
        return mean();
    }
    double mean() const {
        if (sums_.full()) [[likely]]
            return sums_.base() + sums_.sum(0) / count_;
        return nan;
    }
    bool full() const { return sums_.full(); }
    const RollingSums<DistanceTerms>& values() const { return sums_; }

    template <class Archive>
    void state(Archive& archive) {
        archive(sums_);
    }

  private:
    RollingSums<DistanceTerms> sums_;
    double count_;
};

class RollingVariance {
  public:
    explicit RollingVariance(uint32_t size, double ddof) : sums_(size), count_(size), divisor_(count_ - ddof) {}

    void push(double value) {
        sums_.push({value});
        if (!sums_.full()) return;
        const Numbers<2> sums = sums_.sums();
        const double sum = sums[0], squares = sums[1];
        mean_ = sums_.base() + sum / count_;
        const double spread = squares - sum * (sum / count_);
        variance_ = spread < 0 ? 0 : spread / divisor_;  // keeps a NaN
    }
    // NaN before the window is full.
    double mean() const { return mean_; }
    double variance() const { return variance_; }
    double deviation() const { return std::sqrt(variance_); }

    template <class Archive>
    void state(Archive& archive) {
        archive(sums_, mean_, variance_);
    }

  private:
    RollingSums<SquareTerms> sums_;
    double count_;
    double divisor_;
    double mean_ = nan;
    double variance_ = nan;
};

// Sums weighted by age: the newest value counts n times, the oldest once.
class RollingWeights {
  public:
    explicit RollingWeights(uint32_t size) : window_(size), tails_(size, 0), weighted_tails_(size, 0), count_(size) {}

    void push(double value) {
        add_to_head(value - base_, window_.head());
        if (!window_.push(value)) return;
        base_ = newest_base();
        rebuild();
    }
    bool full() const { return window_.full(); }
    double base() const { return base_; }
    // Of the distances to base(). Precondition: full().
    double sum() const { return tails_[window_.head()] + head_; }
    double weighted_sum() const {
        const double new_weights = (count_ - window_.head()) * head_ + weighted_head_;
        return weighted_tails_[window_.head()] + new_weights;
    }

    template <class Archive>
    void state(Archive& archive) {
        archive(window_, base_);
        if constexpr (Archive::loading) rebuild();
    }

  private:
    void add_to_head(double distance, uint32_t place) {
        head_ += distance;
        weighted_head_ += (place + 1) * distance;
    }
    double newest_base() const {
        for (uint32_t place = window_.size(); place-- > 0;) {
            if (finite(window_.at(place))) return window_.at(place);
        }
        return 0;
    }
    // Taking one place more into a tail makes every weight in it larger by one.
    void rebuild() {
        double sum = 0, weighted = 0;
        for (uint32_t place = window_.size(); place-- > window_.head();) {
            tails_[place] = sum += window_.at(place) - base_;
            weighted_tails_[place] = weighted += sum;
        }
        head_ = weighted_head_ = 0;
        for (uint32_t place = 0; place < window_.head(); ++place) add_to_head(window_.at(place) - base_, place);
    }

    Window window_;
    std::vector<double> tails_, weighted_tails_;
    double count_;
    double base_ = 0;
    double head_ = 0, weighted_head_ = 0;
};

class RollingWeightedMean {
  public:
    explicit RollingWeightedMean(uint32_t size) : weights_(size), divisor_(size * (size + 1.0) / 2) {}

    double push(double value) {
        weights_.push(value);
        return weights_.full() ? weights_.base() + weights_.weighted_sum() / divisor_ : nan;
    }

    template <class Archive>
    void state(Archive& archive) {
        archive(weights_);
    }

  private:
    RollingWeights weights_;
    double divisor_;
};

enum class Side : uint8_t { highest, lowest };

template <class Value>
Value both(double value) {
    if constexpr (std::is_same_v<Value, Pair>)
        return Pair::of(value, value);
    else
        return value;
}
template <class Archive>
void archive_value(Archive& archive, double& value) {
    archive(value);
}
template <class Archive>
void archive_value(Archive& archive, Pair& pair) {
    double first = pair.first(), second = pair.second();
    archive(first, second);
    pair = Pair::of(first, second);
}

// The better of two; of equal ones the second. Shaped so that the compiler needs no jump, which would be mispredicted.
// With a NaN among them, the second.
template <Side side>
double better(double a, double b) {
    return side == Side::highest ? (a > b ? a : b) : (a < b ? a : b);
}
// The same, but a NaN wins: jumps that are never taken cost nothing.
template <Side side>
double better_or_nan(double a, double b) {
    return a != a ? a : better<side>(a, b);
}
template <Side side>
Pair better_or_nan(Pair a, Pair b) {
    // With a NaN the second, as above.
    const __m128d best = side == Side::highest ? _mm_max_pd(a.both, b.both) : _mm_min_pd(a.both, b.both);
    return {_mm_or_pd(best, _mm_and_pd(a.both, _mm_cmpunord_pd(a.both, a.both)))};
}

// The extremes of the last n values. A NaN in the window wins.
// Value is a double, or a Pair of them that go the same way side by side.
template <Side side, class Value = double>
class RollingExtreme {
  public:
    explicit RollingExtreme(uint32_t size) : rows_(size, both<Value>(nan)), tails_(size, both<Value>(nan)) {}

    // The extreme of the window that ends here, NaN before it is full.
    Value push(Value value) {
        rows_[next_] = value;
        head_ = better_or_nan<side>(head_, value);
        if (++next_ == rows_.size()) [[unlikely]]
            start_block();
        return this->value();
    }
    // Before the window is full every tail is NaN.
    Value value() const { return better_or_nan<side>(tails_[next_], head_); }

    template <class Archive>
    void state(Archive& archive) {
        for (Value& row : rows_) archive_value(archive, row);
        archive(full_);
        archive.index(next_, static_cast<uint32_t>(rows_.size()));
        if constexpr (Archive::loading) rebuild();
    }

  private:
    // What loses against everything.
    static Value nothing() {
        constexpr double infinity = std::numeric_limits<double>::infinity();
        return both<Value>(side == Side::highest ? -infinity : infinity);
    }
    void start_block() {
        next_ = 0;
        full_ = true;
        rebuild();
    }
    void rebuild() {
        if (!full_) std::ranges::fill(tails_, both<Value>(nan));
        Value best = nothing();
        for (size_t place = rows_.size(); full_ && place-- > next_;)
            tails_[place] = best = better_or_nan<side>(best, rows_[place]);
        head_ = nothing();
        for (uint32_t place = 0; place < next_; ++place) head_ = better_or_nan<side>(head_, rows_[place]);
    }

    std::vector<Value> rows_;
    std::vector<Value> tails_;
    Value head_ = nothing();
    uint32_t next_ = 0;
    bool full_ = false;
};
using RollingHighest = RollingExtreme<Side::highest>;
using RollingLowest = RollingExtreme<Side::lowest>;

// The highest of one value and the lowest of another, in one window: the lowest is the highest of what is negated.
class RollingRange {
  public:
    explicit RollingRange(uint32_t size) : extremes_(size) {}

    struct Range {
        double high, low;  // NaN before the window is full
        double width() const { return high - low; }
    };
    Range push(double high, double low) {
        const Pair extreme = extremes_.push(Pair::of(high, -low));
        return {extreme.first(), -extreme.second()};
    }

    template <class Archive>
    void state(Archive& archive) {
        archive(extremes_);
    }

  private:
    RollingExtreme<Side::highest, Pair> extremes_;
};

// How old the extreme of the last n values is, 0..n-1; of equal ones the newest counts.
template <Side side>
class ExtremeAge {
  public:
    explicit ExtremeAge(uint32_t size) : window_(size), tails_(size, 0) {}

    // NaN while the window is not full or holds a NaN.
    double push(double value) {
        const uint32_t here = window_.head();
        const bool block_done = window_.push(value);
        if (here == 0 || !beats(window_.at(head_), value)) head_ = here;
        if (block_done) rebuild();
        return window_.full() && finite(window_.at(place())) ? age() : nan;
    }

    template <class Archive>
    void state(Archive& archive) {
        archive(window_);
        if constexpr (Archive::loading) rebuild();
    }

  private:
    // Strictly, so that the newer of equal values stays; a NaN beats everything.
    static bool beats(double a, double b) {
        if (b != b) return false;
        if (a != a) return true;
        return side == Side::highest ? a > b : a < b;
    }
    uint32_t place() const {
        if (window_.head() == 0) return tails_[0];
        const uint32_t tail = tails_[window_.head()];
        return beats(window_.at(tail), window_.at(head_)) ? tail : head_;
    }
    uint32_t age() const {
        const uint32_t newest = window_.head() == 0 ? window_.size() - 1 : window_.head() - 1;
        const uint32_t here = place();
        return newest >= here ? newest - here : newest + window_.size() - here;
    }
    void rebuild() {
        uint32_t best = window_.size() - 1;
        for (uint32_t place = window_.size(); place-- > window_.head();) {
            if (beats(window_.at(place), window_.at(best))) best = place;
            tails_[place] = best;
        }
        head_ = 0;
        for (uint32_t place = 1; place < window_.head(); ++place) {
            if (!beats(window_.at(head_), window_.at(place))) head_ = place;
        }
    }

    Window window_;
    std::vector<uint32_t> tails_;
    uint32_t head_ = 0;
};

}  // namespace trd::indicators
