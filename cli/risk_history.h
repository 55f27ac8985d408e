// The versions of limits as they are kept: a folder of changes, one file each, never rewritten. What is in force
// follows from playing them again, and is what trd backtest is held to. in-force.toml beside them is its text at the
// last change: a version whose time comes later is in force before it is there.
#pragma once

#include "cli/risk_common.h"
#include "risk/limits_history.h"

namespace trd {

// How long a version that loosens anything waits.
inline constexpr Duration limits_delay = days(1);

class KeptLimits {
  public:
    // An empty history when nothing is kept there yet. E_LIMITS_HISTORY for a change that cannot be read.
    static Result<KeptLimits> load(const std::string& folder, Timestamp now);

    const LimitsHistory& history() const { return history_; }
    const std::string& folder() const { return folder_; }

    // Each is on disk before it counts. The version's number.
    Result<uint32_t> propose(const LimitsRead& read, const std::string& who, const std::string& why, Timestamp now);
    Status<> confirm(uint32_t number, const std::string& who, Timestamp now);

  private:
    struct Change;

    explicit KeptLimits(std::string folder) : folder_(std::move(folder)), history_(limits_delay) {}
    static Result<Change> read_change(const std::string& path);
    Status<> apply(const Change& change);
    Status<> keep(const Change& change);
    Status<> write_in_force() const;

    std::string folder_;
    LimitsHistory history_;
    uint32_t changes_ = 0;
};

inline constexpr Option limits_store_option{
    "--store", "DIR", "the folder that has the versions of limits; below the user's data folder unless given here",
    false,     {},    Completes::files};
Result<std::string> limits_folder(const Context& context);
// What is in force at the time, called "limits version 3"; nothing before the first. E_LIMITS_HISTORY.
Result<std::optional<LimitsRead>> limits_in_force(const std::string& folder, Timestamp now);
// A version by its number.
Result<const LimitsHistory::Version*> version_named(const KeptLimits& kept, const std::string& number);

}  // namespace trd
