// From a strategy's foreign bytes to an intent in decimals: the one place where a signal's double becomes a quantity or
// a price. A quantity is rounded down to the instrument's lot, never up. A limit is rounded away from the market, so
// that nothing trades at a worse price than was asked for; a stop's trigger towards it, so that no stop is later than
// was asked for. Every field is looked at before it is believed.
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
    const AccountTerms* account = nullptr;   // never null when the instrument is not
    // By SideBucket; an account that nets uses the first.
    struct Held {
        Quantity quantity;
        Quantity buying, selling;  // on their way whatever prices do
    };
    Held held[side_bucket_count];
    Price mark;  // zero: none seen
    Timestamp now;
    std::optional<Money> equity;         // of the account, in the instrument's currency; nothing: not known
    const Order* parent = nullptr;       // what raw.parent names, if it is the strategy's own and may still fill
    const Order* group_first = nullptr;  // what raw.group names, if its group is alive
};

// The fields that say who and which are set even in a denied intent, as far as they could be read.
// Precondition: not a cancel or an amendment.
Decision take_in(const RawIntent& raw, const IntakeContext& context, const IntakePosition& position);

// The terms that the order would have. Precondition: the order has not ended.
Denial read_amendment(const RawIntent& raw, const Order& order, const Terms& terms, OrderAmendment& amendment);

// Every enum within its range, the tag within its bytes, the handle above the last one and within an id's 44 bits.
Denial check_form(const RawIntent& raw, uint64_t last_handle);

OrderId id_of(const IntakeContext& context, uint64_t handle, Purpose purpose);

}  // namespace trd
