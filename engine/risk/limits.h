// Limits as data: which rules are armed, for whom, where, and with what number. One set is one version; a set is never
// changed in place.
#pragma once

#include <vector>

#include "risk/check.h"

namespace trd {

// What kind of market data there is, as bits: a limit may be meant for some kinds only.
enum class RiskFeed : uint8_t { bars = 1, quotes = 2, books = 4 };
using RiskFeeds = uint8_t;
constexpr RiskFeeds every_risk_feed = 7;
std::string_view name_of(RiskFeed feed);

struct RiskLimit {
    uint16_t check = 0, rule = 0;  // positions in the table, and in its check
    RiskScope scope = RiskScope::firm;
    std::string subject;             // whose: an account, a venue, a strategy, a symbol; empty: everyone's
    Decimal value;                   // lists of order types: bits
    Decimal setting;                 // zero: not given
    std::vector<std::string> names;  // lists of symbols
    RiskModes modes = every_risk_mode;
    RiskFeeds feeds = every_risk_feed;
    Timestamp from{INT64_MIN}, until{INT64_MAX};  // until is exclusive
    RiskAction action = RiskAction::none;         // monitors: none is the check's own
    RiskReset reset = RiskReset::unset;           // monitors: unset is the check's own
    Duration reset_after{};                       // RiskReset::time
    Decimal reduce_to;                            // RiskAction::reduce: what share of the position stays
    uint32_t line = 0;                            // of the file; 0: not from one
};

struct RiskLimits {
    uint32_t version = 0;
    std::vector<RiskLimit> limits;
    // When the day of losses, counts and latches begins: so long after midnight in that zone.
    Duration day_begins{};
    std::string zone = "UTC";
};

// Who acts and on what, by the names that files of limits use.
struct RiskSubject {
    std::string account, venue, strategy, symbol;

    const std::string& of(RiskScope scope) const;
};

}  // namespace trd
