#include "market/bar_aggregator.h"

#include <algorithm>

namespace trd {

void BarAggregator::merge(Price high, Price low, Price close, Quantity volume) {
    pending_.high = std::max(pending_.high, high);
    pending_.low = std::min(pending_.low, low);
    pending_.close = close;
    pending_.volume += volume;
}

}  // namespace trd
