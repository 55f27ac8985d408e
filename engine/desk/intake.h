// From a strategy's foreign bytes to an intent in decimals: the one place where a signal's double becomes a quantity.
// It is rounded down to the instrument's lot, never up, and every field is looked at before it is believed.
#pragma once

#include "account/account.h"
#include "order/raw_intent.h"
#include "record/record.h"

namespace trd {

// Who asks, as the desk knows it; nothing of this comes from the strategy.
struct IntakeContext {
    StrategyId strategy;
    AccountId account;
    uint16_t profile = 0;
    uint32_t incarnation = 0;
    uint64_t last_handle = 0;
};

// What the desk holds in one instrument for the account that would trade it.
struct IntakePosition {
    const Instrument* instrument = nullptr;  // null: unknown
    Quantity held;
    Quantity leaving;  // open quantity of working orders against it
    Price mark;        // zero: none seen
    Timestamp now;
};

// The fields that say who and which are set even in a denied intent, as far as they could be read.
Decision take_in(const RawIntent& raw, const IntakeContext& context, const IntakePosition& position);

// Every enum within its range, the tag within its bytes, the handle above the last one and within an id's 44 bits.
Denial check_form(const RawIntent& raw, uint64_t last_handle);

OrderId id_of(const IntakeContext& context, uint64_t handle, Purpose purpose);

}  // namespace trd
