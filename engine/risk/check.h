// The one table of risk checks: what they are called, what they limit, what they need to know, and the pure function
// that decides. The gate (before an order), the monitors (all the time), the files of limits, the docs and the command
// line all read this table; nothing else knows a check. A check has one or more rules; each rule has one limit, and is
// armed when its limit is set. Pure data and functions, usable from any thread.
#pragma once

#include <initializer_list>

#include "record/record.h"
#include "risk/inputs.h"

namespace trd {

// "R08", "T01".
struct RiskCode {
    char family = 0;  // R: before an order, T: all the time; 0: none
    uint8_t number = 0;

    friend bool operator==(RiskCode, RiskCode) = default;
    // For canonical bytes.
    uint16_t packed() const { return static_cast<uint16_t>(static_cast<uint8_t>(family) << 8 | number); }
    static RiskCode unpacked(uint16_t code) { return {static_cast<char>(code >> 8), static_cast<uint8_t>(code & 255)}; }
};
std::string to_text(RiskCode code);

// Where a check makes sense, as bits.
enum class RiskMode : uint8_t { backtest = 1, paper = 2, live = 4, report = 8 };
using RiskModes = uint8_t;
constexpr RiskModes operator|(RiskMode a, RiskMode b) {
    return static_cast<RiskModes>(static_cast<uint8_t>(a) | static_cast<uint8_t>(b));
}
constexpr RiskModes every_risk_mode = 15;
constexpr bool includes(RiskModes modes, RiskMode mode) { return (modes & static_cast<uint8_t>(mode)) != 0; }

// The side that an order is for, of an account that keeps both.
struct RiskSide {
    Quantity held;                 // negative: short
    Quantity working;              // open quantity of what works in the order's direction
    std::optional<Money> worth{};  // of both together, in the account's currency; nothing: not known
};

// What the gate or a monitor is asked.
struct RiskQuery {
    const OrderIntent* order = nullptr;  // null: a monitor asks. Of an amendment: the order as it would be
    const Instrument* instrument = nullptr;
    const RiskInputs* inputs = nullptr;  // sums of working orders without the order itself
    Timestamp now;
    DecisionAction action = DecisionAction::submit;
    bool all_known = false;              // whatever a rule of the plan needs; false: who asks has not looked
    bool only_exits = false;             // the order only reduces, and so does all that works on its side
    std::optional<RiskSide> side{};      // nothing: the account nets
    std::optional<RiskSide> own_side{};  // the strategy's part of it
    Quantity traded{};                   // of an amendment: what the order has traded, beside what it would have open
};

// The states of RiskInput::gate_state.
enum class GateState : uint8_t { active, reducing, halted, killed, reconciling, warming_up, stream_gap };
std::string_view name_of(GateState state);

// What a rule measures: a number, or a share that is compared without being rounded.
struct RiskFigure {
    Decimal over;
    Decimal under;  // zero: `over` alone is the figure

    // Rounded once, half-even, for people and records.
    Decimal rounded() const { return under.is_zero() ? over : divide(over, under); }
};
// -1, 0, 1; exact. Precondition: neither `under` nor the limit is negative.
int compare(const RiskFigure& figure, Decimal limit);

// What a rule is armed with.
struct RuleTerms {
    RiskScope scope = RiskScope::firm;
    Decimal limit, setting;
    Duration window;  // over which it counts; zero: over none
};

// One rule's question. The readings that the rule names are known here, and positive where they have to be.
struct RuleQuery {
    const RiskQuery& query;
    Decimal quantity;  // of the order
    Decimal value;     // of the order, in the account's currency; only for rules that need worst_mark and fx_rate
    bool reduces;      // provably
    const RuleTerms* terms = nullptr;

    const OrderIntent& order() const { return *query.order; }
    RiskScope scope() const { return terms->scope; }
    Decimal limit() const { return terms->limit; }
    Decimal setting() const { return terms->setting; }
    bool buys() const { return query.order->side == Side::buy; }
    bool amends() const { return query.action == DecisionAction::amend; }
    Decimal operator[](RiskInput input) const {
        return query.inputs->get_over(terms->window, input, terms->scope).value;
    }
    bool is_set(RiskInput input) const { return !(*this)[input].is_zero(); }
};

struct RiskNeeds {
    static constexpr size_t most = 6;
    RiskInput inputs[most]{};
    uint8_t count = 0;

    constexpr RiskNeeds(std::initializer_list<RiskInput> list) {
        for (const RiskInput input : list) inputs[count++] = input;
    }
    const RiskInput* begin() const { return inputs; }
    const RiskInput* end() const { return inputs + count; }
};

// How the figure has to stand to the limit.
using RiskHolds = bool (*)(const RiskFigure& figure, Decimal limit);
bool at_most(const RiskFigure& figure, Decimal limit);
bool at_least(const RiskFigure& figure, Decimal limit);
bool below(const RiskFigure& figure, Decimal limit);     // a loss that reaches its limit has broken it
bool is_zero(const RiskFigure& figure, Decimal limit);   // flags: the figure counts faults
bool is_among(const RiskFigure& figure, Decimal limit);  // lists that are bits
std::string_view phrase_of(RiskHolds holds);             // "at most"

// A further number that a rule goes by.
struct RiskSetting {
    std::string_view name;  // empty: none
    RiskUnit unit = RiskUnit::number;
    std::string_view doc;
};

struct RiskRule {
    std::string_view name;  // "max_notional": a key of the files of limits
    RiskUnit unit;
    RiskHolds holds;
    bool reducing_passes;  // an order that provably reduces is not asked
    RiskNeeds needs;
    RiskFigure (*measure)(const RuleQuery& q);
    std::string_view doc;
    RiskSetting setting{};
    bool list_forbids = false;  // of symbols: what is on the list is refused, not what is missing
};

// What a monitor does when one of its rules is broken, mildest first.
enum class RiskAction : uint8_t {
    none,
    deny,
    cancel_entries,
    reduce,
    reducing,
    flatten,
    halt_strategy,
    halt_all,
    kill
};
inline constexpr size_t risk_action_count = 9;
std::string_view name_of(RiskAction action);
std::string_view describe(RiskAction action);

// When a monitor that has acted lets go.
enum class RiskReset : uint8_t { unset, at_once, session, person, time };
inline constexpr size_t risk_reset_count = 5;
std::string_view name_of(RiskReset reset);
std::string_view describe(RiskReset reset);

struct RiskCheck {
    RiskCode code;
    std::string_view name;  // "MAX_NOTIONAL"
    RiskModes modes;
    std::string_view doc;
    std::span<const RiskRule> rules;
    RiskAction action = RiskAction::deny;
    RiskReset reset = RiskReset::unset;

    bool is_monitor() const { return code.family == 'T'; }
};

// In the order in which they are asked.
std::span<const RiskCheck> risk_check_table();
const RiskCheck* risk_check_named(std::span<const RiskCheck> table, std::string_view code);

// The order and everything that is working against the position come to no more than the position, or none of it can
// trade more than is held, so that no order of fills can open or turn it. In an account that keeps both sides: of the
// side that the order is for. False when position or working quantities of the account are not known.
bool provably_reduces(const RiskQuery& query);
// In the account's currency, at the price at which it could trade that makes it the most. Precondition: worst_mark and
// fx_rate known.
Decimal worst_value(const RiskQuery& query);
// The same, of as much.
Decimal worst_value(const RiskQuery& query, Quantity quantity);

namespace risk_detail {
// The parts of the table.
std::span<const RiskCheck> order_checks();     // R01 to R08
std::span<const RiskCheck> exposure_checks();  // R09 to R15
std::span<const RiskCheck> conduct_checks();   // R16 to R24
std::span<const RiskCheck> market_checks();    // R25 to R35
std::span<const RiskCheck> monitor_checks();   // T01 to T19
}  // namespace risk_detail

}  // namespace trd
