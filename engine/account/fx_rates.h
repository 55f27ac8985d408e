// What currencies are worth in each other, as last heard. A rate that nobody told is not known, and never 1. The desk
// owns one; values, no clock.
#pragma once

#include <optional>
#include <vector>

#include "base/bytes.h"
#include "base/decimal.h"
#include "base/ids.h"

namespace trd {

class FxRates {
  public:
    // One unit of `base` is worth `rate` of `quote`. The last word about two currencies counts, whichever way round it
    // came. Precondition: two different currencies, a positive rate.
    void set(Currency base, Currency quote, Decimal rate);

    // By the rate of the two, the other way round, or through the first third currency that has a rate with both. Each
    // step is rounded once, half-even at 1e-12. Nothing: not known. Zero is zero in every currency. Throws
    // DecimalOverflow.
    std::optional<Money> convert(Money amount, Currency from, Currency to) const;
    bool knows(Currency from, Currency to) const;

    void save(ByteWriter& out) const;
    bool load(ByteReader& in);

  private:
    struct Pair {
        Currency base, quote;
        Decimal rate;
    };
    using Step = const Pair*;

    // Either way round; null: there is none.
    Step find(Currency a, Currency b) const;
    struct Path {
        Step first = nullptr, second = nullptr;
    };
    Path path(Currency from, Currency to) const;

    std::vector<Pair> pairs_;  // ascending by base, then quote; two currencies have one at most
};

}  // namespace trd
