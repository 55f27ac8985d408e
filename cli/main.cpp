// The program: real host, real signals, and the last net for what nobody expected.
#include <exception>
#include <new>

#include "base/decimal.h"
#include "cli/arguments.h"
#include "cli/frame.h"
#include "cli/interrupt.h"
#include "cli/unicode.h"

namespace {

int give_up(const trd::Host& host, bool json, const char* id, const char* message, const char* hint) {
    std::string text = "trd: error: " + trd::harmless(message) + " [" + id + "]\ntrd: hint: " + hint + "\n";
    if (json) text = trd::error_json({trd::ExitCode::failed, id, message, hint});
    (void)host.err->write(text).ok();
    return static_cast<int>(trd::ExitCode::failed);
}

}  // namespace

int main(int count, char** words) {
    trd::watch_signals();
    const trd::Host host = trd::real_host();
    const std::vector<std::string> arguments(words + (count > 0 ? 1 : 0), words + count);
    const bool json = trd::asks_for_json(arguments);
    try {
        return trd::run_command(host, arguments);
    } catch (const trd::DecimalOverflow&) {
        return give_up(host, json, "E_AMOUNT_RANGE", "an amount left the range of +-1000000000000000",
                       "check prices, quantities and --multiplier for too many zeros");
    } catch (const std::bad_alloc&) {
        return give_up(host, json, "E_MEMORY", "out of memory", "free some, or ask for less data at once");
    } catch (const std::exception& problem) {
        return give_up(host, json, "E_INTERNAL", problem.what(),
                       "this is a mistake in trd; please report it with the command");
    }
}
