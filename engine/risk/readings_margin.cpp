// Readings of margin, and of what is left to buy with.
#include "risk/readings_parts.h"

namespace trd::readings_detail {

Answer margin_per_unit(const Asking& a, const Need&) {
    return plain(unit_margin(a.book, a.world, a.account, a.instrument));
}

// In the account's currency.
Answer open_notional(const Asking& a, const Need& need) {
    const auto worth = a.margins.worth_of_orders(a.book, a.world, owner_of(a, need.scope));
    const Currency currency = book_of(a, need).currency;
    if (!worth || currency == a.account.base()) return plain(worth);
    return plain(a.world.rates.convert(*worth, currency, a.account.base()));
}

namespace {

const MarginAmounts& margins_of(const Asking& a) { return a.margins.of(a.book, a.world, a.account); }
const std::optional<Money>& equity_of(const Asking& a) {
    if (!a.equity) a.equity = a.account.equity_in(a.account.base(), a.world.rates);
    return *a.equity;
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
    const auto taken = margins_of(a)[MarginPart::reserved];
    if (!taken) return std::nullopt;
    if (rate.is_zero()) {
        const auto cash = all_cash(a);
        return cash ? Answer(plain(*cash - *taken)) : std::nullopt;
    }
    const std::optional<Money>& equity = equity_of(a);
    const auto initial = margins_of(a)[MarginPart::initial];
    return equity && initial ? Answer(plain(divide(*equity - *initial, rate) - *taken)) : std::nullopt;
}

namespace {

std::optional<Money> margin_used_by_account(const Asking& a) {
    const MarginAmounts& margins = margins_of(a);
    const auto initial = margins[MarginPart::initial], working = margins[MarginPart::working];
    return initial && working && equity_of(a) ? std::optional(*initial + *working) : std::nullopt;
}

}  // namespace

// Of a strategy and an instrument it is the account's, as their equity is.
Answer margin_used(const Asking& a, const Need& need) {
    const bool of_several = need.scope == RiskScope::firm || need.scope == RiskScope::venue;
    return plain(of_several ? sum_of_accounts(a, need, margin_used_by_account) : margin_used_by_account(a));
}

Answer margin_excess(const Asking& a, const Need&) {
    const std::optional<Money>& equity = equity_of(a);
    const auto maintenance = margins_of(a)[MarginPart::maintenance];
    return equity && maintenance ? Answer(plain(*equity - *maintenance)) : std::nullopt;
}

// How far the prices of all that is held, or would be with the order, may go against it; one, all of it, when that is
// nothing, or when no price could do it.
Answer liquidation_distance(const Asking& a, const Need&) {
    const std::optional<Money>& equity = equity_of(a);
    const auto exposed = a.margins.exposed(a.book, a.world, a.account, a.order);
    if (!equity || !exposed || !margins_of(a)[MarginPart::maintenance]) return std::nullopt;
    const Money excess = *equity - exposed->maintenance;
    if (!exposed->size.is_positive()) return excess.is_negative() ? Decimal() : Decimal::from_units(1);
    return divide(plain(excess), plain(exposed->size));
}

Answer order_cost(const Asking& a, const Need& need) {
    if (a.order == nullptr) return std::nullopt;
    const auto price = worst_mark(a, need);
    if (!price) return std::nullopt;
    const Money fee = a.account.terms().fees.fee(a.instrument, Price::from_raw(price->raw()), a.order->quantity);
    return plain(a.world.rates.convert(fee, settlement_currency(a.instrument), a.account.base()));
}

}  // namespace trd::readings_detail
