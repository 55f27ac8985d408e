// What moves money without a trade: paid in and out, converted, funding, dividends, splits, rates, the end of a day.
#include "desk/desk.h"

namespace trd {
namespace {

// All of it in one currency.
Money cash_in(const Posting& posting) {
    Money sum;
    for (const LedgerEntry& entry : posting.entries)
        if (entry.account == LedgerAccount::cash) sum += entry.amount;
    return sum;
}

}  // namespace

const Actions& Desk::on(const InputHeader& input, const MoneyTransferred& event) {
    begin(input, Source::control);
    Account* account = account_of(event.account);
    TRD_ASSERT(account != nullptr);
    account->transfer(event.currency, event.amount, posting_);
    record_posting(*account, 0);
    if (risk_ != nullptr) risk_->transfer(world(), event.account, event.currency, event.amount);
    note_change_of_all();
    watch_margin(*account);
    return end();
}

const Actions& Desk::on(const InputHeader& input, const MoneyConverted& event) {
    begin(input, Source::venue);
    Account* account = account_of(event.account);
    TRD_ASSERT(account != nullptr && event.sold.is_positive() && event.bought.is_positive());
    account->convert(event.sold_in, event.sold, event.bought_in, event.bought, posting_);
    record_posting(*account, 0);
    note_change_of_all();
    watch_margin(*account);
    return end();
}

const Actions& Desk::on(const InputHeader& input, const FundingDue& event) {
    begin(input, Source::venue);
    const Instrument* instrument = instrument_of(event.instrument);
    TRD_ASSERT(instrument != nullptr);
    for (Account& account : accounts_) {
        const Price mark = event.mark.is_zero() ? account.position(event.instrument).mark : event.mark;
        const bool paid = account.fund(*instrument, event.rate, event.mark, posting_);
        if (paid) record_posting(account, 0);
        tell_about(account, {.kind = AccountNotice::Kind::funding,
                             .instrument = event.instrument,
                             .price = mark,
                             .rate = event.rate,
                             .amount = paid ? cash_in(posting_) : Money::zero()});
        if (paid) watch_margin(account, event.instrument);
    }
    if (risk_ != nullptr) risk_->fund(world(), event.instrument, event.rate, event.mark);
    note_change_of_all();
    return end();
}

const Actions& Desk::on(const InputHeader& input, const DividendDue& event) {
    begin(input, Source::market);
    const Instrument* instrument = instrument_of(event.instrument);
    TRD_ASSERT(instrument != nullptr);
    for (Account& account : accounts_) {
        const bool paid = account.pay_dividend(*instrument, event.amount, posting_);
        if (paid) record_posting(account, 0);
        tell_about(account, {.kind = AccountNotice::Kind::dividend,
                             .instrument = event.instrument,
                             .price = event.amount,
                             .amount = paid ? cash_in(posting_) : Money::zero()});
        if (paid) watch_margin(account, event.instrument);
    }
    if (risk_ != nullptr) risk_->pay_dividend(world(), event.instrument, event.amount);
    note_change_of_all();
    return end();
}

const Actions& Desk::on(const InputHeader& input, const SplitDue& event) {
    begin(input, Source::market);
    const Instrument* instrument = instrument_of(event.instrument);
    TRD_ASSERT(instrument != nullptr && event.ratio.is_positive());
    if (instrument->valuation() != Valuation::paid) return end();
    cancel_working_in(event.instrument);
    if (risk_ != nullptr && !event.mark.is_zero()) risk_->mark_own(world(), event.instrument, event.mark);
    for (Account& account : accounts_) {
        const Quantity held_before = account.held(event.instrument);
        if (!event.mark.is_zero()) account.mark(*instrument, event.mark);
        const bool paid = account.split(*instrument, event.ratio, cause_.engine_time, posting_, actions_.closed_trades);
        if (paid) record_posting(account, 0);
        tell_about(account, {.kind = AccountNotice::Kind::split,
                             .instrument = event.instrument,
                             .cause = HoldingCause::split,
                             .held_more = account.held(event.instrument) - held_before,
                             .rate = event.ratio,
                             .amount = paid ? cash_in(posting_) : Money::zero()});
        watch_margin(account, event.instrument);
    }
    markets_[event.instrument.value].quote = {};
    if (risk_ != nullptr) risk_->split(world(), event.instrument, event.ratio);
    note_change_of_all();
    return end();
}

void Desk::cancel_working_in(InstrumentId instrument) {
    std::vector<OrderId> meant;
    for (const StoredOrder* stored : orders_.sorted())
        if (stored->order.intent.instrument == instrument && !is_terminal(stored->order.state))
            meant.push_back(stored->order.intent.id);
    for (const OrderId id : meant) withdraw(id, VenueReason::split);
}

// Relatives may have ended it by now; what is on its way out already is not asked again.
void Desk::withdraw(OrderId id, VenueReason reason) {
    StoredOrder* const stored = orders_.find(id);
    if (stored == nullptr || is_terminal(stored->order.state) || stored->order.state == OrderState::pending_cancel)
        return;
    record_decision(DecisionAction::cancel, *stored, {});
    cancel_order(*stored, reason);
}

const Actions& Desk::on(const InputHeader& input, const FxRateChanged& event) {
    begin(input, Source::market);
    rates_.set(event.base, event.quote, event.rate);
    if (risk_ != nullptr) risk_->rate_changed(world());
    note_change_of_all();
    watch_margin_of_all();
    return end();
}

const Actions& Desk::on(const InputHeader& input, const DayEnded& event) {
    begin(input, Source::timer);
    for (Account& account : accounts_) {
        for (const Instrument& instrument : instruments_)
            if (account.charge_borrowing(instrument, event.days, posting_)) record_posting(account, 0);
        // By number: booking may add a currency.
        for (size_t i = 0; i < account.ledger().balances().size(); ++i)
            if (account.accrue_interest(account.ledger().balances()[i].currency, event.days, posting_))
                record_posting(account, 0);
    }
    if (risk_ != nullptr)
        for (const Instrument& instrument : instruments_) risk_->charge_borrowing(world(), instrument.id, event.days);
    note_change_of_all();
    watch_margin_of_all();
    return end();
}

}  // namespace trd
