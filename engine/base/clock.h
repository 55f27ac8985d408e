// The only door to the machine's clocks. Drivers and the command line use it; the core never does.
#pragma once

#include "base/time.h"

namespace trd {

Timestamp wall_clock_now();
// For measuring how long something took.
Duration monotonic_now();

}  // namespace trd
