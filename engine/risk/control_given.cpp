// Readings from outside: what the desk cannot know by itself.
#include <algorithm>
#include <tuple>

#include "risk/control.h"

namespace trd {
namespace {

// What readings from outside are sorted by.
std::tuple<RiskInput, RiskScope, uint32_t> key_of(const RiskGiven& given) {
    return {given.input, given.scope, given.id};
}

}  // namespace

void RiskControl::give(const RiskGiven& given) {
    auto place = std::ranges::lower_bound(given_, key_of(given), {}, key_of);
    if (place != given_.end() && key_of(*place) == key_of(given)) place = given_.erase(place);
    if (given.value) given_.insert(place, given);
    const auto is_it = [&](const RiskGiven& each) { return each.input == given.input; };
    is_given_[static_cast<size_t>(given.input)] = std::ranges::any_of(given_, is_it);
}

const RiskGiven* RiskControl::given_for(const RiskAsking& asking, const RiskNeed& need) const {
    const RiskScope scope = is_scoped(need.input) ? need.scope : RiskScope::instrument;
    const uint32_t id = book_.owner(asking.owners[static_cast<size_t>(scope)]).id;
    const RiskGiven wanted{need.input, scope, id, {}};
    const auto found = std::ranges::lower_bound(given_, key_of(wanted), {}, key_of);
    return found != given_.end() && key_of(*found) == key_of(wanted) ? &*found : nullptr;
}

}  // namespace trd
