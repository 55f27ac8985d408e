// The one table of exit codes: what docs, help and messages say about them is made from it.
#pragma once

#include <span>
#include <string_view>

#include "base/error.h"

namespace trd {

struct ExitCodeRow {
    ExitCode code;
    std::string_view name;     // "not-found"
    std::string_view meaning;  // one line
    std::string_view retry;    // what a script should do: "no", "yes", "look", "reconcile first", "human", or empty
};

// By number. Append-only: a code never changes its meaning.
std::span<const ExitCodeRow> exit_code_table();

// May the same command, unchanged, succeed a little later?
bool is_retryable(ExitCode code);

}  // namespace trd
