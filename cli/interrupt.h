// Ctrl-C and SIGTERM: the first asks, the second ends the process at once. Long work looks at interrupted() now and
// then and returns interruption(); a script that does not come back is stopped. SIGPIPE is ignored; sinks notice that
// the reader left.
#pragma once

#include "base/error.h"

namespace trd {

void watch_signals();
bool interrupted();
// What a verb returns when it stopped for interrupted(): exit code 130, or 143 for SIGTERM.
Error interruption();

}  // namespace trd
