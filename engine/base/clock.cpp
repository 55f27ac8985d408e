#include "base/clock.h"

#include <chrono>

namespace trd {

Timestamp wall_clock_now() {
    const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
    return {std::chrono::duration_cast<std::chrono::nanoseconds>(since_1970).count()};
}

Duration monotonic_now() {
    const auto since_start = std::chrono::steady_clock::now().time_since_epoch();
    return {std::chrono::duration_cast<std::chrono::nanoseconds>(since_start).count()};
}

}  // namespace trd
