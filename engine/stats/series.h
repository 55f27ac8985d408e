// What can be said of a row of numbers. Used by performance.h and by whoever compares series; results do not depend on
// the machine. Non-finite input gives Undefined::not_finite. Thread-free.
#pragma once

#include <span>

#include "base/bytes.h"
#include "stats/figure.h"

namespace trd {

// A sum that keeps what rounding drops (Neumaier): the order of a million terms does not show.
class CompensatedSum {
  public:
    void add(double term) {
        const double sum = sum_ + term;
        const bool larger = (sum_ < 0 ? -sum_ : sum_) >= (term < 0 ? -term : term);
        lost_ += larger ? (sum_ - sum) + term : (term - sum) + sum_;
        sum_ = sum;
    }
    double value() const { return sum_ + lost_; }

    void save(ByteWriter& out) const {
        out.put(sum_);
        out.put(lost_);
    }
    void load(ByteReader& in) {
        sum_ = in.get<double>();
        lost_ = in.get<double>();
    }

  private:
    double sum_ = 0;
    double lost_ = 0;
};

// Of equal values, exactly that value.
Figure mean_of(std::span<const double> values);
// Sample standard deviation, ddof 1; at least two values.
Figure deviation_of(std::span<const double> values);
// Third standardised moment, biased (divisor n); at least three values.
Figure skew_of(std::span<const double> values);
// Fourth standardised moment less 3, biased (divisor n); at least four values. Raw kurtosis is this plus 3.
Figure excess_kurtosis_of(std::span<const double> values);
// Linear interpolation between order statistics (type 7, the default of numpy); 0 <= share <= 1.
Figure quantile_of(std::span<const double> values, double share);

}  // namespace trd
