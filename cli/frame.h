// One command from words to exit code: parses, runs the verb, prints its answer or its error as the contract says.
// Called by main() and by tests, which bring their own host.
#pragma once

#include <string>
#include <vector>

#include "cli/host.h"

namespace trd {

// {"schema":"trd.error/1",...} and a newline; with the correlation id that was given, if there was one.
std::string error_json(const Error& error, std::string_view correlation_id = {});

// `words` without the program's name.
int run_command(const Host& host, const std::vector<std::string>& words);

}  // namespace trd
