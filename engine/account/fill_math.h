// What a fill does to one position, worked out before anything is stored. Only account.cpp and account_events.cpp
// include this.
#pragma once

#include "account/account.h"

namespace trd {

// In the settlement currency, the fee not included.
struct Flows {
    Money cash;      // before what is blocked as margin
    Money position;  // change of the assets at cost
    Money realized;
    Money margin;

    Flows& operator+=(const Flows& other) {
        cash += other.cash;
        position += other.position;
        realized += other.realized;
        margin += other.margin;
        return *this;
    }
};

struct Effect {
    Position after;
    Flows flows;
    std::optional<ClosedTrade> closed;
};

void add_entry(Posting& posting, LedgerAccount account, Currency currency, Money amount);
// The flows and a fee in the settlement currency, as a posting.
void describe(PostingReason reason, const Flows& flows, Money fee, const Instrument& instrument, Posting& posting);

Effect effect_of(const Position& before, const Fill& fill, const Instrument& instrument);

}  // namespace trd
