// What strategies are told about the accounts that they trade on, whoever changed them: what is held, what was paid for
// holding it, what monitors do. Only those are told that have asked for it; where none has, it costs a branch.
#include <algorithm>

#include "desk/desk.h"

namespace trd {

bool Desk::trades_on(const StrategyEntry& entry, AccountId account) {
    const std::vector<AccountId>& further = entry.started.further_accounts;
    return entry.started.account == account || std::find(further.begin(), further.end(), account) != further.end();
}

// Of several accounts the one that its orders in the instrument go to, so that it hears of a split once; and of another
// one where that has changed something.
// `whose`: of what has traded, the strategy whose order it was; none: the desk's own.
void Desk::tell_about(const Account& account, AccountNotice notice, StrategyId whose) {
    notice.account = account.id();
    const bool is_changed = !notice.held_more.is_zero() || !notice.amount.is_zero();
    const auto concerns_it = [&](const StrategyEntry& entry) {
        return account_for(entry, notice.instrument) == account.id() || (is_changed && trades_on(entry, account.id()));
    };
    for (const StrategyEntry& entry : strategies_) {
        if (!entry.started.hears_of_accounts || !concerns_it(entry)) continue;
        notice.strategy = entry.started.strategy;
        if (notice.kind == AccountNotice::Kind::holding && whose != StrategyId{})
            notice.cause = whose == notice.strategy ? HoldingCause::order : HoldingCause::other;
        actions_.account_notices.push_back(notice);
    }
}

void Desk::tell_of_holding(const Account& account, const Fill& fill) {
    AccountNotice notice;
    notice.kind = AccountNotice::Kind::holding;
    notice.instrument = fill.instrument;
    if (const StoredOrder* stored = orders_.find(fill.order)) notice.tag = stored->order.intent.tag;
    notice.cause = HoldingCause::desk;
    notice.held_more = signed_quantity(fill.side, fill.quantity);
    notice.price = fill.price;
    notice.fee = fill.fee;
    tell_about(account, notice, fill.order.parts().strategy);
}

// Of all accounts: a price that jumps by a dividend is news for who holds nothing, too.
void Desk::tell_of_income(AccountNotice::Kind kind, const Account& account, const Income& income) {
    if (!hears_of_accounts_) return;
    AccountNotice notice;
    notice.kind = kind;
    notice.instrument = income.instrument;
    notice.rate = income.rate;
    notice.price = income.price;
    notice.amount = income.amount;
    tell_about(account, notice);
}

void Desk::tell_of_split(const Account& account, const SplitDue& split, Quantity held_before, Money paid) {
    if (!hears_of_accounts_) return;
    AccountNotice notice;
    notice.kind = AccountNotice::Kind::split;
    notice.instrument = split.instrument;
    notice.rate = split.ratio;
    notice.cause = HoldingCause::split;
    notice.amount = paid;
    notice.held_more = account.held(split.instrument) - held_before;
    tell_about(account, notice);
}

void Desk::tell_of_alarm(const RiskAlarm& alarm) {
    if (!hears_of_accounts_) return;
    AccountNotice notice;
    notice.kind = AccountNotice::Kind::alarm;
    notice.check = alarm.code;
    notice.alarm = alarm.kind;
    notice.action = alarm.action;
    notice.percent = alarm.percent;
    notice.is_of_one = alarm.scope == RiskScope::instrument || !alarm.symbol.empty();
    for (const StrategyEntry& entry : strategies_) {
        if (!entry.started.hears_of_accounts) continue;
        const auto about = std::find_if(instruments_.begin(), instruments_.end(), [&](const Instrument& instrument) {
            return concerns(alarm, account_for(entry, instrument.id), entry.started.strategy, instrument.id);
        });
        if (about == instruments_.end()) continue;
        notice.strategy = entry.started.strategy;
        notice.instrument = about->id;
        actions_.account_notices.push_back(notice);
    }
}

}  // namespace trd
