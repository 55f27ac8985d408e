// What a user is told when something cannot be done: an exit code from the one table of the command-line contract, a
// stable id for scripts, a sentence that names the thing, the place, what was found and what was expected, and a hint
// that says what to do next. Made once, at the edge that knows all of these.
#pragma once

#include <string>
#include <string_view>

namespace trd {

// Append-only; docs/exit-codes.md is written from exit_code_table().
enum class ExitCode : int {
    ok = 0,
    failed = 1,
    usage = 2,
    partial = 3,
    auth = 4,
    config = 5,
    not_found = 6,
    unavailable = 7,
    unknown_state = 8,
    refused = 9,
    findings = 10,
    locked = 11,
    data = 12,
    strategy = 13,
    killed = 14,
    interrupted = 130,
    terminated = 143,
};

struct Error {
    ExitCode code = ExitCode::failed;
    std::string id;       // "E_DATA_ROW": stable, for scripts
    std::string message;  // "prices.csv:17: close is \"x1\", expected a decimal number"
    std::string hint;     // "correct the row, or leave it out with trd data clean"; may be empty
};

}  // namespace trd
