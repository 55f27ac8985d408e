#include "account/fill_math.h"

#include <algorithm>

#include "base/in_place.h"

namespace trd {
namespace {

template <class T>
T with_sign_of(Quantity quantity, T amount) {
    return quantity.is_negative() ? -amount : amount;
}

// The part of `whole` that goes with `part` of `quantity`; all of it, exactly, for the last part.
Money share(Money whole, Quantity part, Quantity quantity) {
    return part == quantity ? whole : mul_div(whole, part, quantity);
}

// Not inlined: two dozen of these in one function are more code than everything else that a fill does here.
[[gnu::noinline]] void add(Money& sum, Money amount) { sum += amount; }
[[gnu::noinline]] void take_off(Money& sum, Money amount) { sum -= amount; }

class FillMath {
  public:
    // `effect` is a new one.
    FillMath(const Position& before, const Fill& fill, const Instrument& instrument, Effect& effect)
        : fill_(fill), instrument_(instrument), paid_(instrument.valuation() == Valuation::paid), effect_(effect) {
        effect_.after = before;
        const Quantity change = signed_quantity(fill.side, fill.quantity);
        const bool reduces = !before.is_flat() && before.quantity.is_negative() != change.is_negative();
        const Quantity closing = reduces ? std::min(abs(before.quantity), fill.quantity) : Quantity::zero();
        const Quantity opening = fill.quantity - closing;
        if (!closing.is_zero()) close(closing);
        if (!opening.is_zero()) open(signed_quantity(fill.side, opening));
        move_margin();
        effect_.flows.margin = effect_.after.margin - before.margin;
        effect_.after.mark = fill.price;
        effect_.after.market_value =
            effect_.after.is_flat() ? Money::zero() : value_of(instrument, fill.price, effect_.after.quantity);
    }

  private:
    // Precondition: `closing` is at most what is held.
    void close(Quantity closing) {
        Position& position = effect_.after;
        const Quantity held = abs(position.quantity);
        const Money proceeds = with_sign_of(position.quantity, value_of(instrument_, fill_.price, closing));
        const Money cost = share(position.cost, closing, held);
        const Money entry = share(position.entry_value, closing, held);
        const Money gain = proceeds - cost;

        effect_.flows.realized = gain;
        effect_.flows.cash = paid_ ? proceeds : gain;
        if (paid_) effect_.flows.position = -cost;
        position.quantity -= with_sign_of(position.quantity, closing);
        take_off(position.cost, cost);
        take_off(position.entry_value, entry);
        // Told against the entry: what was settled into cash on the way is part of what was earned.
        const Money earned = proceeds - entry;
        add(position.realized, earned);
        add(position.trip_profit, earned);
        if (position.is_flat()) finish_trip();
    }

    void open(Quantity opening) {
        Position& position = effect_.after;
        if (position.is_flat()) start_trip();
        const Money value = value_of(instrument_, fill_.price, opening);
        if (paid_) {
            take_off(effect_.flows.cash, value);
            add(effect_.flows.position, value);
        }
        position.quantity += opening;
        add(position.cost, value);
        add(position.entry_value, value);
        position.trip_peak = std::max(position.trip_peak, abs(position.quantity));
        take_fee();
    }

    void start_trip() {
        Position& position = effect_.after;
        position.trip_start = fill_.time;
        position.trip_profit = Money::zero();
        position.trip_fees = Money::zero();
        position.trip_peak = Quantity::zero();
    }

    // The whole fee of a fill that closes and reopens counts for the trip that it ends.
    void finish_trip() {
        Position& position = effect_.after;
        take_fee();
        effect_.closed = ClosedTrade{.instrument = fill_.instrument,
                                     .side = opposite(fill_.side),
                                     .opened_at = position.trip_start,
                                     .closed_at = fill_.time,
                                     .peak = position.trip_peak,
                                     .profit = position.trip_profit,
                                     .fees = position.trip_fees,
                                     .currency = settlement_currency(instrument_),
                                     .account = fill_.account};
    }

    // A partial close neither opens nor ends a trip; its fee is still the trip's.
    void move_margin() {
        Position& position = effect_.after;
        take_fee();
        if (paid_) return;
        const Terms& terms = instrument_.terms_at(fill_.time);
        position.margin = multiply(abs(position.quantity), terms.margin_per_unit) +
                          multiply(abs(position.entry_value), terms.margin_rate);
    }

    // Once a fill.
    void take_fee() {
        if (!fee_taken_ && fee_counts()) add(effect_.after.trip_fees, fill_.fee);
        fee_taken_ = true;
    }

    bool fee_counts() const { return fill_.fee_currency == settlement_currency(instrument_); }

    const Fill& fill_;
    const Instrument& instrument_;
    bool paid_;
    bool fee_taken_ = false;
    Effect& effect_;
};

}  // namespace

void add_entry(Posting& posting, LedgerAccount account, Currency currency, Money amount) {
    if (!amount.is_zero()) posting.entries.emplace_back(MadeBy([&] { return LedgerEntry{account, currency, amount}; }));
}

void describe(PostingReason reason, const Flows& flows, Money fee, const Instrument& instrument, Posting& posting) {
    const Currency currency = settlement_currency(instrument);
    posting.reason = reason;
    posting.instrument = instrument.id;
    posting.entries.clear();
    add_entry(posting, LedgerAccount::cash, currency, flows.cash - flows.margin - fee);
    add_entry(posting, LedgerAccount::position, currency, flows.position);
    add_entry(posting, LedgerAccount::realized, currency, -flows.realized);
    add_entry(posting, LedgerAccount::margin, currency, flows.margin);
    add_entry(posting, LedgerAccount::fees, currency, fee);
}

Effect effect_of(const Position& before, const Fill& fill, const Instrument& instrument) {
    Effect effect;
    FillMath(before, fill, instrument, effect);
    return effect;
}

}  // namespace trd
