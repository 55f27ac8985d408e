// How long work in this room tells how far it is, and is told to stop.
#pragma once

#include <cstdint>
#include <functional>

#include "base/result.h"

namespace trd {

// False: stop. What was asked for then fails with stopped_error() and nothing is published.
using ProgressCall = std::function<bool(uint64_t done, uint64_t of)>;

inline Error stopped_error() { return {ExitCode::interrupted, "E_INTERRUPTED", "stopped; nothing was changed", ""}; }

inline Status<> tell(const ProgressCall& progress, uint64_t finished, uint64_t of) {
    if (progress && !progress(finished, of)) return Fail{stopped_error()};
    return done;
}

}  // namespace trd
