// What strategies are told about the accounts that they trade on, whoever changed them: what is held, what was paid for
// holding it, what monitors do. Only those are told that have asked for it; where none has, it costs a branch.
#include <algorithm>

#include "desk/desk.h"

namespace trd {

bool Desk::trades_on(const StrategyEntry& entry, AccountId account) {
    const std::vector<AccountId>& further = entry.started.further_accounts;
    return entry.started.account == account || std::find(further.begin(), further.end(), account) != further.end();
}

// Of several accounts the one that its orders in the instrument go to, so that it hears of a split once, and though it
// holds nothing: the price jumps all the same. And of another one where something has changed.
// `whose`: of what has traded, the strategy whose order it was; none: the desk's own.
void Desk::tell_about(const Account& account, AccountNotice notice, StrategyId whose) {
    if (!hears_of_accounts_) return;
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
    const StoredOrder* const stored = orders_.find(fill.order);
    tell_about(account,
               {.kind = AccountNotice::Kind::holding,
                .instrument = fill.instrument,
                .cause = HoldingCause::desk,
                .held_more = signed_quantity(fill.side, fill.quantity),
                .price = fill.price,
                .fee = fill.fee,
                .tag = stored != nullptr ? stored->order.intent.tag : Tag()},
               fill.order.parts().strategy);
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
