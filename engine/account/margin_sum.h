// What an account has, and has to cover, without going through what it holds: what each instrument comes to, and the
// sums of that, in the base currency. Whoever changes the account says what he has changed; sums are put right when
// somebody asks. Nothing of it has to be saved. Not thread-safe; the owner is whoever owns the account.
#pragma once

#include "account/account.h"
#include "account/touched_instruments.h"

namespace trd {

class MarginSum {
  public:
    // What is held of the instrument has changed, or its price, or its terms.
    void touch(InstrumentId instrument) { touched_.touch(instrument); }
    // Rates have.
    void touch_all() { touched_.touch_all(); }
    // What Account::margin_state() says.
    std::optional<MarginState> state(const Account& account, const std::vector<Instrument>& instruments,
                                     const FxRates& rates, Timestamp now);

  private:
    struct Part {
        Money initial, maintenance;
        uint32_t unknown = 0;  // positions for which there is no rate
    };

    void put_right(const Account& account, const Instrument& instrument, const FxRates& rates, Timestamp now);

    Part sum_;
    std::vector<Part> parts_;  // by instrument
    TouchedInstruments touched_;
    Timestamp until_{INT64_MIN};  // when the terms of some instrument become others
};

}  // namespace trd
