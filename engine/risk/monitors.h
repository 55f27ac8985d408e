// The monitors: checks without an order, asked at every event that changes a reading. A broken one acts once and stays
// latched until its own reset rule lets go; before that it warns at 50, 75 and 90 per cent of its limit. A monitor that
// cannot be asked, because a reading is missing, lets only reducing orders through until it can. No clock; called from
// the desk's thread; latches and warnings are in save(), so a restart forgets nothing.
#pragma once

#include <utility>

#include "base/bytes.h"
#include "risk/gate.h"

namespace trd {

struct RiskAlarm {
    enum class Kind : uint8_t { warning, acted, blind, released };
    Kind kind = Kind::acted;
    RiskCode code;
    const RiskRule* rule = nullptr;
    RiskScope scope = RiskScope::firm;
    std::string subject;                   // of the scope
    std::string symbol;                    // of what is told of one market: that market, else empty
    uint8_t percent = 0;                   // warning: how much of the limit is used
    RiskAction action = RiskAction::none;  // acted
    Decimal reduce_to;                     // RiskAction::reduce
    Decimal found, limit;
    RiskInput input = RiskInput::gate_state;  // blind: what could not be read, and why
    ReadingState reading = ReadingState::known;
    bool again = false;          // acted before, and it was not enough: what is on its way already is awaited
    std::string outside_rule{};  // the rule from outside that halted, or cannot be asked
};

class RiskMonitors {
  public:
    explicit RiskMonitors(RiskSetup setup = {}) : setup_(setup) {}

    // New limits keep every latch, also of a monitor that they no longer have: only its reset rule lets it go.
    void set_limits(RiskLimits limits);
    // The number to watch it by. A monitor of one table and subject is one, however many ask for it.
    size_t add(RiskSubject subject);

    // Asks the monitors of one subject. Alarms are appended.
    void watch(size_t subject, const RiskInputs& inputs, Timestamp now, std::vector<RiskAlarm>& alarms);
    // The session of everything has opened: what was latched for the session lets go.
    void session_opened(std::vector<RiskAlarm>& alarms);
    // A person lets go of a monitor, whichever of its tables have latched it. False when it is not latched.
    bool reset(RiskCode code, std::string_view rule, RiskScope scope, std::string_view subject,
               std::vector<RiskAlarm>& alarms);

    // A rule from outside has halted whoever `subject` is of its scope, until a person lets go. Once; an alarm is
    // appended.
    void halt(std::string_view rule, RiskScope scope, std::string_view subject, Timestamp now,
              std::vector<RiskAlarm>& alarms);
    // Somebody whom a rule from outside watches: halted by it, or it could not be asked the last time.
    bool is_halted_by(std::string_view rule, RiskScope scope, std::string_view subject) const;
    bool is_unwatched_by(std::string_view rule, RiskScope scope, std::string_view subject) const;
    // It cannot be asked, or can again. Until then only what reduces passes. Once; an alarm is appended.
    void unwatched(RiskCode why, std::string_view rule, RiskScope scope, std::string_view subject,
                   std::vector<RiskAlarm>& alarms);
    void watched_again(std::string_view rule, RiskScope scope, std::string_view subject);
    // What lets nothing of the subject through but what reduces, and the rule it comes from; an empty name: nothing.
    struct StopByRule {
        RiskCode code;
        std::string_view rule;
    };
    StopByRule stopped_by_rule(size_t subject) const;
    bool has_stops_by_rules() const { return stops_by_rules_ != 0; }

    // What the latches of one subject leave of the gate: for RiskInput::gate_state.
    GateState gate_state(size_t subject) const;
    size_t latched_count() const;

    void save(ByteWriter& out) const;
    // Latches of monitors that are not there (any more) are kept too. False when the bytes are not of save().
    bool load(ByteReader& in);

  private:
    struct Key {
        uint16_t code = 0;
        std::string rule;
        RiskScope scope = RiskScope::firm;
        std::string subject;
        uint32_t table = 0;  // which of the tables of limits that say this of the subject: each has its own latch
        std::string
            symbol{};  // where the rule goes by one market: which, so that a calm one does not speak for a wild one

        friend auto operator<=>(const Key&, const Key&) = default;
    };
    struct Watch {
        Key key;
        ArmedRule armed;  // without a rule: of limits that are gone
        RiskAction action = RiskAction::none;
        RiskReset reset = RiskReset::unset;
        Duration reset_after;
        Decimal reduce_to;
        bool latched = false, blind = false;
        Timestamp since;
        Decimal answered;  // of a count that stands until it ends by itself: what has led to a stop that is over
        uint8_t warned = 0;
    };
    struct Subject {
        RiskSubject names;
        std::vector<uint32_t> watches;
    };

    void set_latched(Watch& watch, bool latched) {
        holding_ += static_cast<size_t>(latched) - static_cast<size_t>(std::exchange(watch.latched, latched));
    }
    void set_blind(Watch& watch, bool blind) {
        holding_ += static_cast<size_t>(blind) - static_cast<size_t>(std::exchange(watch.blind, blind));
    }
    void bind(Subject& subject);
    uint32_t watch_for(const ArmedRule& armed, const RiskSubject& names, uint32_t table);
    void watch_one(Watch& watch, const RiskQuery& query, std::vector<RiskAlarm>& alarms);
    void put_aside(Watch& watch, std::vector<RiskAlarm>& alarms);
    static void keep_answered(Watch& watch, const std::optional<RiskFinding>& finding);
    static bool is_answered(const Watch& watch, const RiskFinding& finding);
    static bool goes_on(const Watch& watch, const std::optional<RiskFinding>& finding);
    static void act_again(const Watch& watch, const std::optional<RiskFinding>& finding,
                          std::vector<RiskAlarm>& alarms);
    void act(Watch& watch, const RiskFinding& finding, Timestamp now, std::vector<RiskAlarm>& alarms);
    void let_go(Watch& watch, std::vector<RiskAlarm>& alarms);
    template <class Due>
    void let_go_if(std::vector<RiskAlarm>& alarms, Due due);
    void warn(Watch& watch, const RiskQuery& query, std::vector<RiskAlarm>& alarms);
    static RiskAlarm alarm_of(const Watch& watch, RiskAlarm::Kind kind);
    static GateState state_of(const Watch& watch);
    bool concerns(const Watch& watch, const Subject& subject) const;
    Watch& watch_of(const Key& key);
    const Watch* unwatched_by(std::string_view rule, RiskScope scope, std::string_view subject) const;

    RiskSetup setup_;
    RiskLimits limits_;
    std::vector<Subject> subjects_;
    std::vector<Watch> watches_;
    size_t stops_by_rules_ = 0;  // that are latched or blind
    size_t holding_ = 0;         // what is latched, and what is blind
};

}  // namespace trd
