// What happens to an account whose equity no longer covers what its positions need: its strategies are told, once, and
// where its terms say so the desk closes as much as it takes, by market orders of its own.
#include <algorithm>

#include "base/assert.h"
#include "desk/desk.h"

namespace trd {
namespace {

// A position as far as nothing is on its way to close it yet, and what that part of it needs, in the account's base.
struct Exposure {
    InstrumentId instrument;
    SideBucket bucket;
    Quantity size;
    Money need;
};

// As many lots as bring the need down by `excess`, rounded up; all of it at most.
Quantity enough_of(const Exposure& exposure, Money excess, Quantity lot) {
    if (excess >= exposure.need) return exposure.size;
    const Quantity exact = mul_div(exposure.size, excess, exposure.need);
    const Quantity lots = round_to_step(exact, lot, Rounding::up);
    const bool covers = mul_div(exposure.need, lots, exposure.size) >= excess;  // both quotients were rounded
    return std::min(covers ? lots : lots + lot, exposure.size);
}

}  // namespace

void Desk::note_margin_rules() {
    const auto keeps_margin = [](const Account& account) { return !account.terms().maintenance_rate.is_zero(); };
    watches_margin_ = std::any_of(accounts_.begin(), accounts_.end(), keeps_margin) ||
                      std::any_of(instruments_.begin(), instruments_.end(), asks_for_maintenance);
    for (MarginWatch& watch : margin_watches_) watch.sum.touch_all();
}

void Desk::watch_margin_of_all() {
    for (MarginWatch& watch : margin_watches_) watch.sum.touch_all();
    for (Account& account : accounts_) watch_margin(account);
}

void Desk::look_at_margin(Account& account, MarginWatch& watch) {
    if (!account.is_exposed() && !watch.called && !watch.unknown) return;
    const auto state = watch.sum.state(account, instruments_, rates_, cause_.engine_time);
    TRD_ASSERT(!checks_what_is_kept || state == account.margin_state(instruments_, rates_, cause_.engine_time));
    const bool was_unknown = std::exchange(watch.unknown, !state);
    if (!state) {
        if (!was_unknown)
            report_anomaly({Anomaly::Kind::unknown_worth, {}, OrderEventKind::fill, OrderState::held}, account.id());
        return;
    }
    if (state->is_short() != watch.called) {
        watch.called = state->is_short();
        tell_of_margin(account, *state);
    }
    if (watch.called && account.terms().liquidates) liquidate(account, state->equity);
}

void Desk::tell_of_margin(const Account& account, const MarginState& state) {
    RecordHeader header = header_for(account.id());
    header.venue = account.venue();
    writer_.write(header, MarginCall{.is_short = state.is_short(),
                                     .currency = account.base(),
                                     .equity = state.equity,
                                     .initial = state.initial,
                                     .maintenance = state.maintenance});
    if (!state.is_short()) return;
    for (const StrategyEntry& entry : strategies_) {
        if (!trades_on(entry, account.id())) continue;
        AccountNotice notice;
        notice.strategy = entry.started.strategy;
        notice.account = account.id();
        notice.equity = state.equity;
        notice.maintenance = state.maintenance;
        actions_.account_notices.push_back(notice);
    }
}

// The biggest need first. Equity is taken as it is at the mark: what closing costs is found out by closing, and if that
// was too much, more follows.
void Desk::liquidate(Account& account, Money equity) {
    cancel_what_could_open(account.id());
    std::vector<Exposure> exposures;
    Money needed;
    account.for_each_open([&](InstrumentId id, SideBucket bucket, const Position& held) {
        const Instrument& instrument = instruments_[id.value];
        const Quantity whole = abs(held.quantity);
        const Quantity size = whole - std::min(closing_already(account.id(), id, bucket), whole);
        const Money maintenance = margin_need(held, instrument, account.terms(), cause_.engine_time).maintenance;
        const Money need =
            *rates_.convert(mul_div(maintenance, size, whole), settlement_currency(instrument), account.base());
        needed += need;
        if (need.is_positive()) exposures.push_back({id, bucket, size, need});
    });
    std::stable_sort(exposures.begin(), exposures.end(),
                     [](const Exposure& a, const Exposure& b) { return a.need > b.need; });
    for (const Exposure& exposure : exposures) {
        if (needed <= equity) return;
        const Quantity lot = instruments_[exposure.instrument.value].terms_at(cause_.engine_time).lot;
        const Quantity closing = enough_of(exposure, needed - equity, lot);
        close_by_force(account, exposure.instrument, exposure.bucket, closing, "margin call");
        needed -= mul_div(exposure.need, closing, exposure.size);
    }
}

void Desk::cancel_what_could_open(AccountId account) {
    std::vector<OrderId> meant;
    for (const StoredOrder* stored : orders_.sorted()) {
        const OrderIntent& intent = stored->order.intent;
        if (intent.account == account && !intent.reduce_only) meant.push_back(intent.id);
    }
    for (const OrderId id : meant) withdraw(id);
}

// What orders of the desk's own have left to close.
Quantity Desk::closing_already(AccountId account, InstrumentId instrument, SideBucket bucket) const {
    Quantity sum;
    orders_.each([&](const StoredOrder& stored) {
        const OrderIntent& intent = stored.order.intent;
        if (intent.strategy == StrategyId{} && intent.account == account && intent.instrument == instrument &&
            intent.bucket == bucket)
            sum += arriving_quantity(stored.order);
    });
    return sum;
}

void Desk::close_by_force(const Account& account, InstrumentId instrument, SideBucket bucket, Quantity quantity,
                          std::string_view why) {
    Decision decision;
    OrderIntent& intent = decision.intent;
    intent.id = OrderId::pack({.profile = 0,
                               .account = account.id(),
                               .strategy = {},
                               .purpose = Purpose::flatten,
                               .incarnation = epoch_,
                               .sequence = ++own_orders_});
    intent.instrument = instrument;
    intent.account = account.id();
    intent.side = account.position(instrument, bucket).quantity.is_negative() ? Side::buy : Side::sell;
    intent.purpose = Purpose::flatten;
    intent.bucket = bucket;
    intent.reduce_only = true;
    intent.quantity = quantity;
    TRD_ASSERT(intent.tag.assign(why));
    RecordHeader header = header_for(account.id());
    header.venue = account.venue();
    admit(decision, writer_.write(header, decision));
}

}  // namespace trd
