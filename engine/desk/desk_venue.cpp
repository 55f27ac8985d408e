// What venues say: answers about orders, and executions.
#include "desk/desk.h"

namespace trd {

const Actions& Desk::on(const InputHeader& input, const VenueReport& event) {
    begin(input, Source::venue);
    StoredOrder* stored = orders_.find(event.order);
    if (stored == nullptr) {
        report_anomaly({Anomaly::Kind::report_of_unknown_order, event.order, event.event, OrderState::held}, {});
        return end();
    }
    const OrderState before = stored->order.state;
    const OrderChange change_wanted{event.event, event.quantity, event.limit, event.trigger, event.display};
    if (change(*stored, change_wanted) == ChangeOutcome::impossible) {
        report_anomaly({Anomaly::Kind::impossible_transition, event.order, event.event, before},
                       stored->order.intent.account);
        return end();
    }
    if (risk_ != nullptr && event.event == OrderEventKind::reject) {
        risk_->rejected(world(), stored->order);
        note_change(stored->order.intent.instrument);
    }
    if (!event.venue_id.empty()) stored->order.venue_ids.push_back(event.venue_id);
    record_event(*stored, event.event, before, event.reason, event.text);
    tell(stored->order, {.kind = Notice::Kind::event, .event = event.event, .reason = event.reason});
    if (before != OrderState::filled && stored->order.state == OrderState::filled) exit_traded(stored->order);
    follow_up(*stored);
    if (!is_terminal(before) && is_terminal(stored->order.state))
        exit_ended(stored->order, before == OrderState::pending_cancel, event.reason);
    return end();
}

const Actions& Desk::on(const InputHeader& input, const Fill& fill) {
    begin(input, Source::venue);
    if (!is_sound(fill)) [[unlikely]]
        return end();
    Account& account = *account_of(fill.account);
    const std::optional<Price> known = market_mark(account, fill);
    const Account::Booked booked = account.apply(fill, *instrument_of(fill.instrument), posting_);
    if (booked.duplicate) [[unlikely]] {
        report_anomaly({Anomaly::Kind::duplicate_fill, fill.order, OrderEventKind::fill, OrderState::held},
                       fill.account);
        return end();
    }
    if (known) account.mark(*instrument_of(fill.instrument), *known);
    if (booked.closed) actions_.closed_trades.push_back(*booked.closed);
    if (risk_ != nullptr) {
        risk_->fill(world(), fill, fill.order.parts().strategy, booked.closed);
        if (known) risk_->mark_own(world(), fill.instrument, *known);
        note_change(fill.instrument);
    }
    if (booked.misplaced) [[unlikely]]
        report_anomaly({Anomaly::Kind::misplaced_fill, fill.order, OrderEventKind::fill, OrderState::held},
                       fill.account);
    fill_order(fill);
    if (hears_of_accounts_) [[unlikely]]
        tell_of_holding(account, fill);
    watch_margin(account, fill.instrument);
    return end();
}

bool Desk::is_sound(const Fill& fill) {
    if (instrument_of(fill.instrument) == nullptr) {
        report_anomaly({Anomaly::Kind::unknown_instrument, fill.order, OrderEventKind::fill, OrderState::held},
                       fill.account);
        return false;
    }
    const bool has_value = !is_inverse(instrument_of(fill.instrument)->kind) || fill.price.is_positive();
    if (account_of(fill.account) == nullptr || !fill.quantity.is_positive() || !has_value) {
        report_anomaly({Anomaly::Kind::unsound_fill, fill.order, OrderEventKind::fill, OrderState::held}, fill.account);
        return false;
    }
    return true;
}

// The account has booked it; the order follows, whether we know it or not: money that moved is never left out.
void Desk::fill_order(const Fill& fill) {
    StoredOrder* stored = orders_.find(fill.order);
    if (stored == nullptr) {
        writer_.write(header_for(fill.account), FillRecord{fill, OrderState::filled, fill.quantity, Quantity::zero()});
        record_posting(account(fill.account), 0);
        report_anomaly({Anomaly::Kind::fill_of_unknown_order, fill.order, OrderEventKind::fill, OrderState::held},
                       fill.account);
        return;
    }
    const OrderState before = stored->order.state;
    const ChangeOutcome outcome = change(*stored, {OrderEventKind::fill, fill.quantity});
    const Order& order = stored->order;
    writer_.write(header_for(*stored), FillRecord{fill, order.state, order.filled, order.open});
    record_posting(account(fill.account), stored->correlation);
    if (outcome == ChangeOutcome::impossible)
        report_anomaly({Anomaly::Kind::impossible_transition, fill.order, OrderEventKind::fill, before}, fill.account);
    if (outcome == ChangeOutcome::overfill)
        report_anomaly({Anomaly::Kind::overfill, fill.order, OrderEventKind::fill, before}, fill.account);
    tell(order, {.event = order.open.is_zero() ? OrderEventKind::complete : OrderEventKind::fill, .fill = &fill});
    if (!groups_.empty()) {
        if (OrderGroups::Group* group = groups_.of(order.intent)) group->filled += fill.quantity;
        exit_traded(order);
        follow_up(*stored);
    }
    entry_filled(*stored, fill.quantity);
}

}  // namespace trd
