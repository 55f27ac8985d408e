#include "account/margin_sum.h"

#include <algorithm>

namespace trd {

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
    until_ = std::min(until_, instrument.next_terms_after(now));
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
    const auto equity = account.equity_in(account.base(), rates);
    if (!equity || sum_.unknown != 0) return std::nullopt;
    return MarginState{*equity, sum_.initial, sum_.maintenance};
}

}  // namespace trd
