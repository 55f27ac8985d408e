// Files of limits (TOML): read whole or refused whole, with file, line and column. See docs/risk.md for the form.
#pragma once

#include "base/result.h"
#include "risk/limits.h"

namespace trd {

// The names that a file may use; where a list is not given, any name will do.
struct RiskNames {
    std::optional<std::vector<std::string>> accounts, venues, strategies, symbols;
};

// Why a file is refused. The message begins with the place, "limits.toml:3:8: ".
struct LimitsProblem {
    enum class Kind : uint8_t {
        syntax,
        incomplete,     // no [end]
        key,            // a scope, check or key that does not exist
        value,          // not of the limit's unit, or below zero
        name,           // an account, venue, strategy or symbol that is not known
        contradiction,  // two things that cannot both be meant
    };
    Kind kind = Kind::syntax;
    std::string message;
    std::string hint;  // what to do next; may be empty
};
std::string_view name_of(LimitsProblem::Kind kind);

Result<RiskLimits, LimitsProblem> parse_limits(std::string_view toml, const std::string& source,
                                               const RiskNames& names = {},
                                               std::span<const RiskCheck> table = risk_check_table());

}  // namespace trd
