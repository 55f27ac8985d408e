// Prices over an interval. A bar is visible at its close: `close_time` is when anyone may know of it.
#pragma once

#include "base/decimal.h"
#include "base/ids.h"
#include "base/time.h"

namespace trd {

struct Bar {
    Timestamp open_time;   // inclusive
    Timestamp close_time;  // exclusive; the next bar may open at this instant
    Price open, high, low, close;
    Quantity volume;

    friend bool operator==(const Bar&, const Bar&) = default;
};

}  // namespace trd
