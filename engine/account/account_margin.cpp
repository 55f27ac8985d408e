// What an account has to cover: the part of account.h that looks at all of it at once.
#include "account/account.h"

namespace trd {

MarginNeed margin_need(const Position& position, const Instrument& instrument, const AccountTerms& account,
                       Timestamp now) {
    const Money value = abs(position.market_value);
    const Money maintenance = maintenance_need(position, instrument, account, now);
    if (instrument.valuation() == Valuation::paid) return {multiply(value, account.initial_rate), maintenance};
    const Terms& terms = instrument.terms_at(now);
    const Quantity size = abs(position.quantity);
    return {multiply(size, terms.margin_per_unit) + multiply(value, terms.margin_rate), maintenance};
}

Money maintenance_need(const Position& position, const Instrument& instrument, const AccountTerms& account,
                       Timestamp now) {
    const Money value = abs(position.market_value);
    if (instrument.valuation() == Valuation::paid) return multiply(value, account.maintenance_rate);
    const Terms& terms = instrument.terms_at(now);
    return multiply(abs(position.quantity), terms.maintenance_per_unit) + multiply(value, terms.maintenance_rate);
}

std::optional<MarginState> Account::margin_state(const std::vector<Instrument>& instruments, const FxRates& rates,
                                                 Timestamp now) const {
    const auto equity = equity_in(base_, rates);
    if (!equity) return std::nullopt;
    MarginState state{*equity, {}, {}};
    bool known = true;
    for_each_open([&](InstrumentId id, SideBucket, const Position& held) {
        const Instrument& instrument = instruments[id.value];
        const MarginNeed need = margin_need(held, instrument, terms_, now);
        // A future that stands where it was bought is worth nothing, so equity needs no rate, and its margin does.
        const auto initial = rates.convert(need.initial, settlement_currency(instrument), base_);
        const auto maintenance = rates.convert(need.maintenance, settlement_currency(instrument), base_);
        known = known && initial && maintenance;
        if (!known) return;
        state.initial += *initial;
        state.maintenance += *maintenance;
    });
    if (!known) return std::nullopt;
    return state;
}

}  // namespace trd
