// Methods and fields that a script asks of ctx and of itself and that there are none of, wherever they stand: also
// where no made-up bar leads. From its text alone. What may mean something else is let pass: a name that is given
// another value, an alias, a name that is computed. Used by trd check; pure.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace trd {

struct KnownMembers {
    std::set<std::string, std::less<>> hooks;  // "on_bar"
    std::set<std::string, std::less<>> ctx;    // "buy"
};

struct UnknownMember {
    int line = 0;
    std::string message;  // "ctx has no 'bui' (did you mean 'buy'?)"
};

// In the order of the text. Precondition: it compiles.
std::vector<UnknownMember> unknown_members(std::string_view source, const KnownMembers& known);

}  // namespace trd
