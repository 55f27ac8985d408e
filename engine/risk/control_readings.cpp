// Readings: from outside, what the desk cannot know by itself, else by the table.
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
    given_from_ = {};
    for (const RiskGiven& each : given_) ++given_from_[static_cast<size_t>(each.input) + 1];
    for (size_t i = 1; i < given_from_.size(); ++i) given_from_[i] += given_from_[i - 1];
}

// Ids mostly follow each other without a gap, so the first place to look at is mostly the right one.
const RiskGiven* RiskControl::given_for(const RiskAsking& asking, const RiskNeed& need) const {
    const RiskScope scope = is_scoped(need.input) ? need.scope : RiskScope::instrument;
    const uint32_t id = book_.owner(asking.owners[static_cast<size_t>(scope)]).id;
    const auto input = static_cast<size_t>(need.input);
    const std::span<const RiskGiven> of_input(given_.data() + given_from_[input],
                                              given_.data() + given_from_[input + 1]);
    if (of_input.empty()) return nullptr;
    const auto is_it = [&](const RiskGiven& each) { return each.scope == scope && each.id == id; };
    const size_t guess = std::min<size_t>(id - std::min(id, of_input.front().id), of_input.size() - 1);
    if (is_it(of_input[guess])) [[likely]]
        return &of_input[guess];
    const RiskGiven wanted{need.input, scope, id, {}};
    const auto found = std::ranges::lower_bound(of_input, key_of(wanted), {}, key_of);
    return found != of_input.end() && is_it(*found) ? &*found : nullptr;
}

bool RiskControl::read(const RiskAsking& asking, const std::vector<Need>& needs) {
    bool all_known = true;
    for (const Need& need : needs) {
        const RiskGiven* const given = is_given(need.input) ? given_for(asking, need) : nullptr;
        const std::optional<Decimal> value = given != nullptr       ? given->value
                                             : need.tell != nullptr ? need.tell(asking, need)
                                                                    : std::nullopt;
        if (need.window.ns == 0) [[likely]]
            all_known &= inputs_.set_at(need.place, need.positive, value);
        else
            all_known &= inputs_.set_over(need.window, need.input, need.scope, value);
    }
    return all_known;
}

}  // namespace trd
