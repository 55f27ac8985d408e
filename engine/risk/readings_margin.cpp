// Readings of margin, and of what is left to buy with.
#include "risk/readings_parts.h"

namespace trd::readings_detail {
namespace {

MarginNeed need_of_unit(const Asking& a) {
    Position one;
    one.quantity = Quantity::from_units(1);
    one.market_value = trd::value_of(a.instrument, mark_of(a), one.quantity);
    return margin_need(one, a.instrument, a.account.terms(), a.world.now);
}

}  // namespace

std::optional<Money> unit_margin(const Asking& a) {
    if (mark_of(a).is_zero()) return std::nullopt;
    return a.world.rates.convert(need_of_unit(a).initial, settlement_currency(a.instrument), a.account.base());
}

namespace {

const std::optional<MarginState>& margin_of(const Asking& a) {
    if (!a.margin) a.margin = a.account.margin_state(a.world.instruments, a.world.rates, a.world.now);
    return *a.margin;
}

template <class Each>
void each_working(const Asking& a, uint32_t owner, Each each) {
    for (const Instrument& instrument : a.world.instruments)
        for (const RiskBook::WorkingOrder& order : a.book.orders_in(instrument.id))
            if (std::find(order.owners.begin(), order.owners.end(), owner) != order.owners.end())
                each(instrument, order);
}

// Of the prices at which it could trade the one that makes it the most, as an order that asks is valued.
Price worst_price_of(const Instrument& instrument, const RiskBook::WorkingOrder& order, Price mark) {
    if (order.price.is_zero()) return mark;
    if (is_inverse(instrument.kind)) return mark.is_zero() ? order.price : std::min(order.price, mark);
    return order.has_limit && order.side == Side::buy ? order.price : std::max(order.price, mark);
}

std::optional<Money> worth_of(const Asking& a, const Instrument& instrument, const RiskBook::WorkingOrder& order,
                              Currency currency) {
    const Price price = worst_price_of(instrument, order, a.book.mark(instrument.id));
    if (price.is_zero()) return std::nullopt;
    return a.world.rates.convert(notional_of(instrument, price, order.open), settlement_currency(instrument), currency);
}

}  // namespace

std::optional<Money> value_of_working(const Asking& a, uint32_t owner) {
    std::optional<Money> sum = Money::zero();
    each_working(a, owner, [&](const Instrument& instrument, const RiskBook::WorkingOrder& order) {
        const auto worth = worth_of(a, instrument, order, a.account.base());
        sum = sum && worth ? std::optional(*sum + *worth) : std::nullopt;
    });
    return sum;
}

namespace {

// Nothing for what only reduces.
std::optional<Money> margin_of_working(const Asking& a) {
    std::optional<Money> sum = Money::zero();
    each_working(a, owner_of(a, RiskScope::account),
                 [&](const Instrument& instrument, const RiskBook::WorkingOrder& order) {
                     if (order.reduce_only) return;
                     Asking other{a.book, a.results, a.world, a.market, a.account, instrument, a.owners};
                     const auto unit = unit_margin(other);
                     sum = sum && unit ? std::optional(*sum + multiply(order.open, *unit)) : std::nullopt;
                 });
    return sum;
}

// What is sold short takes its price as well where shares are held on margin: what sells of one instrument beyond what
// is held of it.
std::optional<Money> reserved_for_shorts(const Asking& a) {
    std::optional<Money> sum = Money::zero();
    if (a.account.terms().initial_rate.is_zero()) return sum;
    for (const Instrument& instrument : a.world.instruments) {
        if (instrument.valuation() != Valuation::paid) continue;
        Quantity beyond = std::min(-a.account.held(instrument.id), Quantity::zero());
        for (const RiskBook::WorkingOrder& order : a.book.orders_in(instrument.id))
            if (order.has_left && order.side == Side::sell && !order.reduce_only &&
                order.owners[static_cast<size_t>(RiskScope::account)] == owner_of(a, RiskScope::account))
                beyond += order.open;
        if (!beyond.is_positive()) continue;
        const auto worth = a.book.value_of(a.world, instrument.id, beyond, a.account.base());
        sum = sum && worth ? std::optional(*sum + *worth) : std::nullopt;
    }
    return sum;
}

// Paid in full, buying takes its price; else what it blocks. What only reduces takes nothing.
std::optional<Money> reserved(const Asking& a) {
    std::optional<Money> sum = reserved_for_shorts(a);
    each_working(a, owner_of(a, RiskScope::account),
                 [&](const Instrument& instrument, const RiskBook::WorkingOrder& order) {
                     const bool pays = instrument.valuation() == Valuation::paid;
                     if (order.reduce_only || (pays && order.side == Side::sell)) return;
                     Asking other{a.book, a.results, a.world, a.market, a.account, instrument, a.owners};
                     auto part = worth_of(a, instrument, order, a.account.base());
                     if (!pays) {
                         part = unit_margin(other);
                         if (part) part = multiply(order.open, *part);
                     }
                     sum = sum && part ? std::optional(*sum + *part) : std::nullopt;
                 });
    return sum;
}

std::optional<Money> all_cash(const Asking& a) {
    std::optional<Money> sum = Money::zero();
    for (const Balance& balance : a.account.ledger().balances()) {
        const auto part = a.world.rates.convert(balance[LedgerAccount::cash], balance.currency, a.account.base());
        sum = sum && part ? std::optional(*sum + *part) : std::nullopt;
    }
    return sum;
}

}  // namespace

// An account that may borrow against what it holds can buy for more than its cash.
Answer buying_power(const Asking& a, const Need&) {
    const Decimal rate = a.account.terms().initial_rate;
    auto power = all_cash(a);
    if (!rate.is_zero()) {
        const auto state = margin_of(a);
        power = state ? std::optional(divide(state->equity - state->initial, rate)) : std::nullopt;
    }
    const auto taken = reserved(a);
    return power && taken ? plain(std::optional(*power - *taken)) : std::nullopt;
}

namespace {

std::optional<Money> margin_used_by_account(const Asking& a) {
    const auto state = margin_of(a);
    const auto working = margin_of_working(a);
    return state && working ? std::optional(state->initial + *working) : std::nullopt;
}

}  // namespace

// Of a strategy and an instrument it is the account's, as their equity is.
Answer margin_used(const Asking& a, const Need& need) {
    const bool of_several = need.scope == RiskScope::firm || need.scope == RiskScope::venue;
    return plain(of_several ? sum_of_accounts(a, need, margin_used_by_account) : margin_used_by_account(a));
}

Answer margin_excess(const Asking& a, const Need&) {
    const auto state = margin_of(a);
    return state ? Answer(plain(state->equity - state->maintenance)) : std::nullopt;
}

namespace {

// What of a position's maintenance moves with its price: the more of it a short position needs, the further the price
// has gone against it, and the less of it a long one. `maintenance`: all of it.
Money maintenance_by_price(const Asking& a, const Instrument& instrument, const Position& held, Money maintenance) {
    if (is_inverse(instrument.kind)) return {};
    if (instrument.valuation() != Valuation::paid)
        maintenance = multiply(abs(held.market_value), instrument.terms_at(a.world.now).maintenance_rate);
    return held.quantity.is_negative() ? maintenance : -maintenance;
}

}  // namespace

// What the account would hold of one side if all that works filled, whichever way is the more; with the order unless
// null.
Quantity largest_held(const Asking& a, InstrumentId instrument, SideBucket bucket, const OrderIntent* order) {
    const Quantity held = a.account.position(instrument, bucket).quantity;
    Quantity high = held, low = held;
    const auto fill = [&](Side side, Quantity open) { side == Side::buy ? high += open : low -= open; };
    for (const RiskBook::WorkingOrder& each : a.book.orders_in(instrument))
        if (each.has_left && !each.reduce_only && each.bucket == bucket &&
            each.owners[static_cast<size_t>(RiskScope::account)] == owner_of(a, RiskScope::account))
            fill(each.side, each.open);
    if (order != nullptr && order->instrument == instrument && order->bucket == bucket && !order->reduce_only)
        fill(order->side, order->quantity);
    return abs(low) > abs(high) ? low : high;
}

namespace {

// visit(Instrument, Position): what the account holds or, where an order asks, would hold. False: a price is missing.
template <class Visit>
bool each_exposure(const Asking& a, Visit visit) {
    if (a.order == nullptr) {
        a.account.for_each_open(
            [&](InstrumentId id, SideBucket, const Position& held) { visit(a.world.instruments[id.value], held); });
        return true;
    }
    constexpr SideBucket both[] = {SideBucket::long_side, SideBucket::short_side}, all[] = {SideBucket::net};
    const std::span<const SideBucket> kept =
        a.account.terms().hedging ? std::span<const SideBucket>(both) : std::span<const SideBucket>(all);
    for (const Instrument& instrument : a.world.instruments)
        for (const SideBucket bucket : kept) {
            Position held;
            held.quantity = largest_held(a, instrument.id, bucket, a.order);
            if (held.is_flat()) continue;
            const auto worth = a.book.value_of(a.world, instrument.id, held.quantity, settlement_currency(instrument));
            if (!worth) return false;
            held.market_value = *worth;
            visit(instrument, held);
        }
    return true;
}

}  // namespace

// How far the prices of all that is held, or would be with the order, may go against it; one, all of it, when that is
// nothing, or when no price could do it.
Answer liquidation_distance(const Asking& a, const Need&) {
    const auto state = margin_of(a);
    if (!state) return std::nullopt;
    Money size, maintenance;
    bool known = true;
    const auto add = [&](Money& sum, Money part, const Instrument& instrument) {
        const auto worth = a.world.rates.convert(part, settlement_currency(instrument), a.account.base());
        known = known && worth;
        if (known) sum += *worth;
    };
    const bool priced = each_exposure(a, [&](const Instrument& instrument, const Position& held) {
        const Money need = maintenance_need(held, instrument, a.account.terms(), a.world.now);
        add(size, abs(held.market_value) + maintenance_by_price(a, instrument, held, need), instrument);
        add(maintenance, need, instrument);
    });
    if (!known || !priced) return std::nullopt;
    const Money excess = state->equity - maintenance;
    if (!size.is_positive()) return excess.is_negative() ? Decimal() : Decimal::from_units(1);
    return divide(plain(excess), plain(size));
}

Answer order_cost(const Asking& a, const Need& need) {
    if (a.order == nullptr) return std::nullopt;
    const auto price = worst_mark(a, need);
    if (!price) return std::nullopt;
    const Money fee = a.account.terms().fees.fee(a.instrument, Price::from_raw(price->raw()), a.order->quantity);
    return plain(a.world.rates.convert(fee, settlement_currency(a.instrument), a.account.base()));
}

}  // namespace trd::readings_detail
