// What the rows of readings are written with. Only readings*.cpp include this.
#pragma once

#include <algorithm>
#include <span>

#include "risk/readings.h"

namespace trd::readings_detail {

using Asking = RiskAsking;
using Need = RiskNeed;
using Answer = std::optional<Decimal>;
using I = RiskInput;

template <class Tag>
Decimal plain(Fixed<Tag> value) {
    return Decimal::from_raw(value.raw());
}
template <class T>
Answer plain(const std::optional<T>& value) {
    return value ? Answer(plain(*value)) : std::nullopt;
}
template <class Tag>
Answer unless_zero(Fixed<Tag> value) {
    return value.is_zero() ? std::nullopt : Answer(plain(value));
}

inline uint32_t owner_of(const Asking& a, RiskScope scope) { return a.owners[static_cast<size_t>(scope)]; }
inline const RiskBook::Owner& book_of(const Asking& a, const Need& need) {
    return a.book.owner(owner_of(a, need.scope));
}
inline Price mark_of(const Asking& a) { return a.book.mark(a.instrument.id); }

inline Answer worst_mark(const Asking& a, const Need&) {
    return unless_zero(std::max({mark_of(a), a.market.last_fill, a.market.quote.ask}));
}

// of(asking): an amount of one account, in its currency; nothing: not known. All of them that the scope takes in, added
// up in the currency of the scope; for the scope of an account that of the one that asks.
template <class Of>
std::optional<Money> sum_of_accounts(const Asking& a, const Need& need, Of of) {
    if (need.scope == RiskScope::account) return of(a);
    std::optional<Money> sum = Money::zero();
    for (const Account& account : a.world.accounts) {
        if (need.scope == RiskScope::venue && account.venue() != a.account.venue()) continue;
        RiskOwners owners = a.owners;
        owners[static_cast<size_t>(RiskScope::account)] = a.book.index_of(RiskScope::account, account.id().value);
        const Asking one{a.book, a.results, a.margins, a.world, a.market, account, a.instrument, owners};
        const std::optional<Money> part = of(one);
        const auto worth =
            part ? a.world.rates.convert(*part, account.base(), book_of(a, need).currency) : std::nullopt;
        sum = sum && worth ? std::optional(*sum + *worth) : std::nullopt;
    }
    return sum;
}

// Of margin and money to buy with: readings_margin.cpp.
Answer margin_per_unit(const Asking& a, const Need& need);
Answer open_notional(const Asking& a, const Need& need);
Answer buying_power(const Asking& a, const Need& need);
Answer margin_used(const Asking& a, const Need& need);
Answer margin_excess(const Asking& a, const Need& need);
Answer liquidation_distance(const Asking& a, const Need& need);
Answer order_cost(const Asking& a, const Need& need);

}  // namespace trd::readings_detail
