#include "base/exit_codes.h"

#include <array>

namespace trd {
namespace {

constexpr std::array rows{
    ExitCodeRow{ExitCode::ok, "ok", "done; for flatten and kill: the venue confirmed it", ""},
    ExitCodeRow{ExitCode::failed, "failed", "internal or unclassified; an error id is printed", "no"},
    ExitCodeRow{ExitCode::usage, "usage", "a flag, verb or value that does not exist or makes no sense", "no"},
    ExitCodeRow{ExitCode::partial, "partial", "some of it was done and some was not", "look"},
    ExitCodeRow{ExitCode::auth, "auth", "a key or passphrase is missing or was rejected, or the role does not allow it",
                "no"},
    ExitCodeRow{ExitCode::config, "config", "the configuration, a profile or a strategy's parameters are invalid",
                "no"},
    ExitCodeRow{ExitCode::not_found, "not-found",
                "what is named does not exist: a file, folder, profile, symbol, series, run, setting or strategy",
                "no"},
    ExitCodeRow{ExitCode::unavailable, "unavailable", "a venue, database, network or disk is down or full", "yes"},
    ExitCodeRow{ExitCode::unknown_state, "unknown-state", "the deadline passed and the outcome is not known",
                "reconcile first"},
    ExitCodeRow{ExitCode::refused, "refused", "a safety rule said no: no confirmation, a latch, a limit, stale data",
                "human"},
    ExitCodeRow{ExitCode::findings, "findings",
                "it ran well and found something: check, diff, doctor, verify, --fail-if", "look"},
    ExitCodeRow{ExitCode::locked, "locked", "another instance holds the lock", "yes"},
    ExitCodeRow{ExitCode::data, "data", "data is corrupt, faulty or has gaps, or lacks what the work needs of it",
                "no"},
    ExitCodeRow{ExitCode::strategy, "strategy", "a script does not load, failed in a run, or used more than its budget",
                "no"},
    ExitCodeRow{ExitCode::killed, "killed", "the engine was ended by the kill latch", "human"},
    ExitCodeRow{ExitCode::interrupted, "interrupted", "Ctrl-C before a clean stop", ""},
    ExitCodeRow{ExitCode::terminated, "terminated", "SIGTERM before a clean stop", ""},
};

}  // namespace

std::span<const ExitCodeRow> exit_code_table() { return rows; }

bool is_retryable(ExitCode code) { return code == ExitCode::unavailable || code == ExitCode::locked; }

}  // namespace trd
