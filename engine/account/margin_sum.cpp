#include "account/margin_sum.h"

#include <algorithm>

namespace trd {

void EquitySum::follow(const Account& account, const Instrument& instrument) {
    Money profit;
    for (uint32_t bucket = 0; bucket < side_bucket_count; ++bucket)
        profit += account.position(instrument.id, static_cast<SideBucket>(bucket)).unrealized();
    if (instrument.id.value >= open_profit_.size()) open_profit_.resize(size_t{instrument.id.value} + 1);
    Money& kept = open_profit_[instrument.id.value];
    if (kept == profit) return;
    const Currency currency = settlement_currency(instrument);
    auto sum = std::find_if(sums_.begin(), sums_.end(), [&](const auto& each) { return each.first == currency; });
    if (sum == sums_.end()) sum = sums_.insert(sums_.end(), {currency, Money::zero()});
    sum->second += profit - kept;
    kept = profit;
}

std::optional<Money> EquitySum::equity(const Account& account, const FxRates& rates) const {
    std::optional<Money> total = Money::zero();
    const auto add_in = [&](Currency currency, Money amount) {
        const auto worth =
            currency == account.base() ? std::optional(amount) : rates.convert(amount, currency, account.base());
        total = total && worth ? std::optional(*total + *worth) : std::nullopt;
    };
    const auto profit_in = [&](Currency currency) {
        for (const auto& [of, profit] : sums_)
            if (of == currency) return profit;
        return Money::zero();
    };
    for (const Balance& balance : account.ledger().balances())
        add_in(balance.currency, balance[LedgerAccount::cash] + balance[LedgerAccount::margin] +
                                     balance[LedgerAccount::position] + profit_in(balance.currency));
    for (const auto& [currency, profit] : sums_)
        if (!account.ledger().has(currency)) add_in(currency, profit);
    return total;
}

void MarginSum::put_right(const Account& account, const Instrument& instrument, const FxRates& rates, Timestamp now) {
    Part part;
    for (uint32_t bucket = 0; bucket < side_bucket_count; ++bucket) {
        const Position& held = account.position(instrument.id, static_cast<SideBucket>(bucket));
        if (held.is_flat()) continue;
        const MarginNeed need = margin_need(held, instrument, account.terms(), now);
        const Currency currency = settlement_currency(instrument);
        const auto initial = rates.convert(need.initial, currency, account.base());
        const auto maintenance = rates.convert(need.maintenance, currency, account.base());
        part.initial += initial.value_or(Money());
        part.maintenance += maintenance.value_or(Money());
        part.unknown += !initial || !maintenance;
    }
    Part& kept = parts_[instrument.id.value];
    sum_.initial += part.initial - kept.initial;
    sum_.maintenance += part.maintenance - kept.maintenance;
    sum_.unknown += part.unknown - kept.unknown;
    kept = part;
    equity_.follow(account, instrument);
    until_ = std::min(until_, next_terms(instrument, now));
}

std::optional<MarginState> MarginSum::state(const Account& account, const std::vector<Instrument>& instruments,
                                            const FxRates& rates, Timestamp now) {
    if (now >= until_) [[unlikely]]
        touched_.touch_all();
    if (touched_.all()) [[unlikely]] {
        sum_ = {};
        parts_.assign(instruments.size(), {});
        until_ = {INT64_MAX};
    }
    if (parts_.size() < instruments.size()) parts_.resize(instruments.size());
    touched_.take(instruments, [&](const Instrument& instrument) { put_right(account, instrument, rates, now); });
    const auto equity = equity_.equity(account, rates);
    if (!equity || sum_.unknown != 0) return std::nullopt;
    return MarginState{*equity, sum_.initial, sum_.maintenance};
}

}  // namespace trd
