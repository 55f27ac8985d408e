// Every change of limits is a numbered version with who, when and why. One that only tightens is in force at once. One
// that loosens anything waits: until its delay is over and until a person has confirmed it. Pure state, no clock: the
// caller says what time it is.
#pragma once

#include "risk/limits.h"

namespace trd {

// The first thing that would be looser with `next` in force instead of `now`; nothing: it only tightens, or says the
// same.
struct Loosening {
    uint16_t check = 0, rule = 0;
    RiskScope scope = RiskScope::firm;
    std::string subject;
    bool removed = false;  // there is no such limit any more
};
std::optional<Loosening> loosening(std::span<const RiskCheck> table, const RiskLimits& now, const RiskLimits& next);

class LimitsHistory {
  public:
    enum class State : uint8_t { in_force, waiting, replaced, withdrawn };
    struct Version {
        uint32_t number = 0;
        State state = State::in_force;
        Timestamp proposed_at, in_force_at;
        Timestamp earliest;  // waiting: not before
        std::string who, why;
        std::string confirmed_by;  // empty: nobody; of several "grace, bob", in their order
        Timestamp confirmed_at;    // by the first of them
        RiskLimits limits;
        std::string text;  // of the file
    };
    enum class Refusal : uint8_t { no_reason, no_person, unknown_version, not_waiting };

    explicit LimitsHistory(Duration delay, std::span<const RiskCheck> table = risk_check_table())
        : delay_(delay), table_(table) {}

    // The new version's number. The first one is in force at once. A version that waits is withdrawn by the next one.
    Result<uint32_t, Refusal> propose(RiskLimits limits, std::string text, std::string who, std::string why,
                                      Timestamp now);
    Status<Refusal> confirm(uint32_t number, std::string who, Timestamp now);
    // Puts what waits into force when it is due. True when the limits in force have changed.
    bool advance(Timestamp now);

    // Null before the first.
    const Version* in_force() const;
    const std::vector<Version>& versions() const { return versions_; }

  private:
    Version* waiting();
    void put_in_force(Version& version, Timestamp at);

    Duration delay_;
    std::span<const RiskCheck> table_;
    std::vector<Version> versions_;
};
std::string_view describe(LimitsHistory::Refusal refusal);
std::string_view name_of(LimitsHistory::State state);

}  // namespace trd
