// Readings of own orders, and of what is held on both sides of an account.
#include "risk/readings_book.h"

namespace trd::readings_detail {
namespace {

// An order does not meet those that wait for it to trade, nor those that it shares a quantity with.
bool is_relative(const RiskBook::WorkingOrder& working, const OrderIntent* order) {
    if (order == nullptr) return false;
    const bool shares = working.group != 0 && working.group == order->group &&
                        working.id.parts().strategy == order->id.parts().strategy;
    return shares || working.id == order->parent || working.parent == order->id;
}

template <Side side>
Answer best_own(const Asking& a, const Need& need) {
    Price best;
    for (const RiskBook::WorkingOrder& order : a.book.orders_in(a.instrument.id)) {
        if (order.side != side || !order.has_left || is_relative(order, a.order) ||
            order.owners[static_cast<size_t>(need.scope)] != owner_of(a, need.scope))
            continue;
        const bool anywhere = order.price.is_zero();
        if (side == Side::buy) best = anywhere ? Price::max() : std::max(best, order.price);
        if (side == Side::sell)
            best = anywhere ? Price::from_raw(1) : best.is_zero() ? order.price : std::min(best, order.price);
    }
    return plain(best);
}

// What an order does on its way: trades at once or not at all, waits at a price, or waits for the market to have gone
// against it, and then takes what it finds from there on.
struct Way {
    Side side;
    enum class Kind : uint8_t { at_once, rests, stops } kind;
    Price price;  // zero: at once
};

Way way_of(const OrderIntent& order, Price mark) {
    if (has_limit(order.type)) return {order.side, Way::Kind::rests, order.limit};
    if (is_stop(order.type)) return {order.side, Way::Kind::stops, order.trigger.is_zero() ? mark : order.trigger};
    return {order.side, order.trigger.is_zero() ? Way::Kind::at_once : Way::Kind::rests, order.trigger};
}

// A trailing stop, whose trigger nobody has told, lies no nearer than the market.
Way way_of(const RiskBook::WorkingOrder& order, Price mark) {
    if (order.is_stop) return {order.side, Way::Kind::stops, order.price.is_zero() ? mark : order.price};
    return {order.side, order.price.is_zero() ? Way::Kind::at_once : Way::Kind::rests, order.price};
}

// Whether `sells` could come down to `buys`.
bool come_down_to(const Way& sells, const Way& buys) {
    return sells.kind == Way::Kind::at_once || buys.kind == Way::Kind::at_once || sells.price <= buys.price;
}

// What the market passes before it comes to a stop has traded by then, so that it meets only what lies behind it.
bool could_meet(const Way& one, const Way& other) {
    const Way& sells = one.side == Side::sell ? one : other;
    const Way& buys = one.side == Side::sell ? other : one;
    const bool sells_later = sells.kind == Way::Kind::stops, buys_later = buys.kind == Way::Kind::stops;
    if (!sells_later && !buys_later) return come_down_to(sells, buys);
    const bool both_wait = sells.kind != Way::Kind::at_once && buys.kind != Way::Kind::at_once;
    return both_wait && sells_later != buys_later && buys.price <= sells.price;
}

}  // namespace

Answer meets_own(const Asking& a, const Need& need) {
    if (a.order == nullptr) return std::nullopt;
    const Way own = way_of(*a.order, mark_of(a));
    for (const RiskBook::WorkingOrder& order : a.book.orders_in(a.instrument.id))
        if (order.side != own.side && order.has_left && !is_relative(order, a.order) &&
            order.owners[static_cast<size_t>(need.scope)] == owner_of(a, need.scope) &&
            could_meet(own, way_of(order, mark_of(a))))
            return flag(true);
    return flag(false);
}

namespace {

// Where an account keeps both sides of an instrument, neither makes the other one smaller: the size of each, if all
// that works filled, whichever way is the more.
struct Sides {
    Quantity of_longs, of_shorts;

    bool is_anything() const { return !of_longs.is_zero() || !of_shorts.is_zero(); }
};

// `part`: of what the account holds the part that is meant; null: nothing. `scope`: whose orders.
Quantity size_of_side(const Asking& a, RiskScope scope, uint32_t account, const Account* part, InstrumentId id,
                      SideBucket bucket) {
    RiskReach reach(part == nullptr ? Quantity::zero() : part->position(id, bucket).quantity);
    for (const RiskBook::WorkingOrder& order : a.book.orders_in(id)) {
        const bool is_meant = order.has_left && !order.reduce_only && order.bucket == bucket &&
                              order.owners[static_cast<size_t>(RiskScope::account)] == account &&
                              order.owners[static_cast<size_t>(scope)] == owner_of(a, scope);
        if (is_meant) reach.fill(order.side, order.open);
    }
    return abs(reach.largest());
}

// Of the account that asks, or of all that a strategy trades on. Preconditions: one of these scopes.
Sides sides_of(const Asking& a, RiskScope scope, InstrumentId id) {
    Sides sides;
    for (const Account& account : a.world.accounts) {
        const bool is_meant = scope == RiskScope::strategy || account.id() == a.account.id();
        if (!is_meant || !account.terms().hedging) continue;
        const StrategyId strategy{static_cast<uint16_t>(a.book.owner(owner_of(a, RiskScope::strategy)).id)};
        const Account* const part =
            scope == RiskScope::strategy ? a.results.own_account(strategy, account.id()) : &account;
        const uint32_t owner = a.book.index_of(RiskScope::account, account.id().value);
        sides.of_longs += size_of_side(a, scope, owner, part, id, SideBucket::long_side);
        sides.of_shorts += size_of_side(a, scope, owner, part, id, SideBucket::short_side);
    }
    return sides;
}

bool keeps_sides(const Asking& a, RiskScope scope) {
    if (scope != RiskScope::strategy) return a.account.terms().hedging;
    return std::any_of(a.world.accounts.begin(), a.world.accounts.end(),
                       [](const Account& account) { return account.terms().hedging; });
}

std::optional<Money> gross_of_instrument(const Asking& a, RiskScope scope, InstrumentId id) {
    const Sides sides = keeps_sides(a, scope) ? sides_of(a, scope, id) : Sides{};
    if (!sides.is_anything()) {
        const RiskBook::Cell& cell = a.book.cell(owner_of(a, scope), id);
        return cell.unknown ? std::nullopt : std::optional(cell.gross());
    }
    const auto longs = a.book.value_of(a.world, id, sides.of_longs, a.account.base());
    const auto shorts = a.book.value_of(a.world, id, sides.of_shorts, a.account.base());
    return longs && shorts ? std::optional(*longs + *shorts) : std::nullopt;
}

// Of the instruments that are wanted.
template <class Wanted>
std::optional<Money> gross_by_sides(const Asking& a, RiskScope scope, Wanted wanted) {
    std::optional<Money> sum = Money::zero();
    for (const Instrument& instrument : a.world.instruments) {
        if (!wanted(instrument.id)) continue;
        const auto part = gross_of_instrument(a, scope, instrument.id);
        sum = sum && part ? std::optional(*sum + *part) : std::nullopt;
    }
    return sum;
}

std::optional<Money> whole_gross(const Asking& a, RiskScope scope) {
    if (keeps_sides(a, scope)) return gross_by_sides(a, scope, [](InstrumentId) { return true; });
    const RiskBook::Owner& owner = a.book.owner(owner_of(a, scope));
    return owner.unknown == 0 ? std::optional(owner.gross) : std::nullopt;
}

}  // namespace

// Sizes add up over accounts: what one of them is long does not make smaller what another one is short.
Answer gross(const Asking& a, const Need& need) {
    if (need.scope == RiskScope::strategy) return plain(whole_gross(a, need.scope));
    return plain(sum_of_accounts(a, need, [&](const Asking& one) {
        return need.scope == RiskScope::instrument ? gross_of_instrument(one, RiskScope::account, one.instrument.id)
                                                   : whole_gross(one, RiskScope::account);
    }));
}

namespace {

template <RiskBook::Group group>
std::optional<Money> gross_of_group(const Asking& a, RiskScope scope) {
    const auto by_book = a.book.group_gross(owner_of(a, scope), a.instrument.id, group);
    if (!by_book || !keeps_sides(a, scope)) return by_book;
    return gross_by_sides(a, scope, [&](InstrumentId id) { return a.book.share_group(id, a.instrument.id, group); });
}

template <RiskBook::Group group>
Answer group_sum(const Asking& a, const Need& need) {
    if (!a.book.share_group(a.instrument.id, a.instrument.id, group)) return std::nullopt;  // it is in none
    if (need.scope == RiskScope::strategy) return plain(gross_of_group<group>(a, need.scope));
    return plain(sum_of_accounts(a, need, [&](const Asking& one) {
        return need.scope == RiskScope::instrument ? gross_of_instrument(one, RiskScope::account, one.instrument.id)
                                                   : gross_of_group<group>(one, RiskScope::account);
    }));
}

// Held, or about to be. Who keeps a long and a short side of the same size holds something, and so do two accounts of
// which one is long and the other short.
bool uses(const Asking& a, RiskScope scope, InstrumentId id) {
    if (scope == RiskScope::strategy)
        return a.book.cell(owner_of(a, scope), id).is_used() ||
               (keeps_sides(a, scope) && sides_of(a, scope, id).is_anything());
    return std::any_of(a.world.accounts.begin(), a.world.accounts.end(), [&](const Account& account) {
        if (scope == RiskScope::account && account.id() != a.account.id()) return false;
        if (scope == RiskScope::venue && account.venue() != a.account.venue()) return false;
        return a.book.cell(a.book.index_of(RiskScope::account, account.id().value), id).is_used() ||
               !account.position(id, SideBucket::long_side).is_flat();
    });
}

}  // namespace

Answer is_instrument_used(const Asking& a, const Need& need) { return flag(uses(a, need.scope, a.instrument.id)); }

Answer open_positions(const Asking& a, const Need& need) {
    const bool one_account =
        need.scope == RiskScope::account || need.scope == RiskScope::strategy || a.world.accounts.size() == 1;
    if (one_account && !keeps_sides(a, need.scope)) return whole(book_of(a, need).used);
    if (need.scope == RiskScope::instrument) return is_instrument_used(a, need);
    uint64_t count = 0;
    for (const Instrument& instrument : a.world.instruments) count += uses(a, need.scope, instrument.id) ? 1 : 0;
    return whole(count);
}

Answer highest_own_buy(const Asking& a, const Need& need) { return best_own<Side::buy>(a, need); }
Answer lowest_own_sell(const Asking& a, const Need& need) { return best_own<Side::sell>(a, need); }
Answer sector_gross(const Asking& a, const Need& need) { return group_sum<RiskBook::Group::sector>(a, need); }
Answer issuer_gross(const Asking& a, const Need& need) { return group_sum<RiskBook::Group::issuer>(a, need); }
Answer currency_gross(const Asking& a, const Need& need) { return group_sum<RiskBook::Group::currency>(a, need); }

}  // namespace trd::readings_detail
