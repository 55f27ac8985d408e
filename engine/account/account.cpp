#include "account/account.h"

#include <algorithm>

namespace trd {
namespace {

const Position flat_position{};

size_t slot_index(InstrumentId instrument, SideBucket bucket) {
    return size_t{instrument.value} * side_bucket_count + static_cast<size_t>(bucket);
}

template <class T>
T with_sign_of(Quantity quantity, T amount) {
    return quantity.is_negative() ? -amount : amount;
}

// The part of `whole` that goes with `part` of `quantity`; all of it, exactly, for the last part.
Money share(Money whole, Quantity part, Quantity quantity) {
    return part == quantity ? whole : mul_div(whole, part, quantity);
}

// What a fill does to a position, worked out before anything is stored.
struct Effect {
    Position after;
    Money cash;      // in the instrument's quote currency, fee and margin not included
    Money position;  // change of the assets at cost
    Money realized;
    std::optional<ClosedTrade> closed;
};

class FillMath {
  public:
    FillMath(const Position& before, const Fill& fill, const Instrument& instrument)
        : fill_(fill), instrument_(instrument), paid_(instrument.valuation() == Valuation::paid) {
        effect_.after = before;
        const Quantity change = signed_quantity(fill.side, fill.quantity);
        const bool reduces = before.quantity.sign() * change.sign() < 0;
        const Quantity closing = reduces ? std::min(abs(before.quantity), fill.quantity) : Quantity::zero();
        const Quantity opening = fill.quantity - closing;
        if (!closing.is_zero()) close(closing);
        if (!opening.is_zero()) open(signed_quantity(fill.side, opening));
        move_margin();
        effect_.after.mark = fill.price;
        effect_.after.market_value =
            effect_.after.is_flat() ? Money::zero() : value_of(instrument, fill.price, effect_.after.quantity);
    }

    Effect&& take() { return std::move(effect_); }

  private:
    // Precondition: `closing` is at most what is held.
    void close(Quantity closing) {
        Position& position = effect_.after;
        const Quantity held = abs(position.quantity);
        const Money proceeds = with_sign_of(position.quantity, value_of(instrument_, fill_.price, closing));
        const Money cost = share(position.cost, closing, held);
        const Money entry = share(position.entry_value, closing, held);
        const Money gain = proceeds - cost;

        effect_.realized += gain;
        effect_.cash += paid_ ? proceeds : gain;
        if (paid_) effect_.position -= cost;
        position.quantity -= with_sign_of(position.quantity, closing);
        position.cost -= cost;
        position.entry_value -= entry;
        // Told against the entry: what was settled into cash on the way is part of what was earned.
        position.realized += proceeds - entry;
        position.trip_profit += proceeds - entry;
        if (position.is_flat()) finish_trip();
    }

    void open(Quantity opening) {
        Position& position = effect_.after;
        if (position.is_flat()) start_trip();
        const Money value = value_of(instrument_, fill_.price, opening);
        if (paid_) {
            effect_.cash -= value;
            effect_.position += value;
        }
        position.quantity += opening;
        position.cost += value;
        position.entry_value += value;
        position.trip_peak = std::max(position.trip_peak, abs(position.quantity));
        if (!fee_taken_ && fee_is_in_quote()) position.trip_fees += fill_.fee;
        fee_taken_ = true;
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
        if (fee_is_in_quote()) position.trip_fees += fill_.fee;
        fee_taken_ = true;
        effect_.closed = ClosedTrade{.instrument = fill_.instrument,
                                     .side = opposite(fill_.side),
                                     .opened_at = position.trip_start,
                                     .closed_at = fill_.time,
                                     .peak = position.trip_peak,
                                     .profit = position.trip_profit,
                                     .fees = position.trip_fees,
                                     .currency = instrument_.quote};
    }

    // A partial close neither opens nor ends a trip; its fee is still the trip's.
    void move_margin() {
        Position& position = effect_.after;
        if (!fee_taken_ && fee_is_in_quote()) position.trip_fees += fill_.fee;
        if (paid_) return;
        position.margin = multiply(abs(position.quantity), instrument_.terms_at(fill_.time).margin_per_unit);
    }

    bool fee_is_in_quote() const { return fill_.fee_currency == instrument_.quote; }

    const Fill& fill_;
    const Instrument& instrument_;
    bool paid_;
    bool fee_taken_ = false;
    Effect effect_;
};

void add_entry(Posting& posting, LedgerAccount account, Currency currency, Money amount) {
    if (!amount.is_zero()) posting.entries.push_back({account, currency, amount});
}

void describe_fill(const Effect& effect, const Fill& fill, const Instrument& instrument, Money margin_before,
                   Posting& posting) {
    const Money margin = effect.after.margin - margin_before;
    const bool same_currency = fill.fee_currency == instrument.quote;
    Money cash = effect.cash - margin;
    if (same_currency) cash -= fill.fee;

    posting.reason = PostingReason::fill;
    posting.instrument = fill.instrument;
    posting.entries.clear();
    add_entry(posting, LedgerAccount::cash, instrument.quote, cash);
    add_entry(posting, LedgerAccount::position, instrument.quote, effect.position);
    add_entry(posting, LedgerAccount::realized, instrument.quote, -effect.realized);
    add_entry(posting, LedgerAccount::margin, instrument.quote, margin);
    if (!same_currency) add_entry(posting, LedgerAccount::cash, fill.fee_currency, -fill.fee);
    add_entry(posting, LedgerAccount::fees, fill.fee_currency, fill.fee);
}

void put_position(ByteWriter& out, const Position& position) {
    out.put(position.quantity.raw());
    out.put(position.cost.raw());
    out.put(position.entry_value.raw());
    out.put(position.realized.raw());
    out.put(position.margin.raw());
    out.put(position.mark.raw());
    out.put(position.market_value.raw());
    out.put(position.trip_start.ns);
    out.put(position.trip_profit.raw());
    out.put(position.trip_fees.raw());
    out.put(position.trip_peak.raw());
}

template <class T>
void get_decimal(ByteReader& in, T& value) {
    auto checked = T::checked_from_raw(in.get<Int128>());
    if (!checked.ok()) return in.fail();
    value = *checked;
}

void get_position(ByteReader& in, Position& position) {
    get_decimal(in, position.quantity);
    get_decimal(in, position.cost);
    get_decimal(in, position.entry_value);
    get_decimal(in, position.realized);
    get_decimal(in, position.margin);
    get_decimal(in, position.mark);
    get_decimal(in, position.market_value);
    position.trip_start.ns = in.get<int64_t>();
    get_decimal(in, position.trip_profit);
    get_decimal(in, position.trip_fees);
    get_decimal(in, position.trip_peak);
}

}  // namespace

Position& Account::slot(InstrumentId instrument, SideBucket bucket) {
    const size_t index = slot_index(instrument, bucket);
    if (index >= positions_.size()) positions_.resize((size_t{instrument.value} + 1) * side_bucket_count);
    return positions_[index];
}

const Position& Account::position(InstrumentId instrument, SideBucket bucket) const {
    const size_t index = slot_index(instrument, bucket);
    return index < positions_.size() ? positions_[index] : flat_position;
}

Account::Booked Account::apply(const Fill& fill, const Instrument& instrument, Posting& posting) {
    TRD_ASSERT(fill.quantity.is_positive());
    if (trades_.contains(fill.trade)) return {.duplicate = true, .closed = std::nullopt};

    Position& position = slot(fill.instrument, SideBucket::net);
    Effect effect = FillMath(position, fill, instrument).take();
    describe_fill(effect, fill, instrument, position.margin, posting);
    ledger_.book(posting);  // the last step that can throw

    trades_.insert(fill.trade);
    const bool was_flat = position.is_flat();
    position = effect.after;
    if (was_flat != position.is_flat()) {
        const auto index = static_cast<uint32_t>(slot_index(fill.instrument, SideBucket::net));
        const auto at = std::lower_bound(open_.begin(), open_.end(), index);
        if (was_flat)
            open_.insert(at, index);
        else
            open_.erase(at);
    }
    return {.duplicate = false, .closed = std::move(effect.closed)};
}

void Account::mark(const Instrument& instrument, Price price) {
    Position& position = slot(instrument.id, SideBucket::net);
    position.mark = price;
    if (!position.is_flat()) position.market_value = value_of(instrument, price, position.quantity);
}

bool Account::settle(const Instrument& instrument, Posting& posting) {
    Position& position = slot(instrument.id, SideBucket::net);
    const Money gain = position.unrealized();
    if (instrument.valuation() != Valuation::margined || gain.is_zero()) return false;

    posting.reason = PostingReason::variation;
    posting.instrument = instrument.id;
    posting.entries.clear();
    add_entry(posting, LedgerAccount::cash, instrument.quote, gain);
    add_entry(posting, LedgerAccount::variation, instrument.quote, -gain);
    ledger_.book(posting);
    position.cost = position.market_value;
    return true;
}

void Account::transfer(Currency currency, Money amount, Posting& posting) {
    posting.reason = PostingReason::transfer;
    posting.instrument = {};
    posting.entries.clear();
    add_entry(posting, LedgerAccount::cash, currency, amount);
    add_entry(posting, LedgerAccount::capital, currency, -amount);
    ledger_.book(posting);
}

Money Account::equity(Currency currency, const std::vector<Instrument>& instruments) const {
    Money equity = ledger_.total(LedgerAccount::cash, currency) + ledger_.total(LedgerAccount::margin, currency) +
                   ledger_.total(LedgerAccount::position, currency);
    for (uint32_t index : open_) {
        const Instrument& instrument = instruments[index / side_bucket_count];
        if (instrument.quote == currency) equity += positions_[index].unrealized();
    }
    return equity;
}

void Account::save(ByteWriter& out) const {
    ledger_.save(out);
    trades_.save(out);
    out.put(static_cast<uint32_t>(positions_.size()));
    for (const Position& position : positions_) put_position(out, position);
}

bool Account::load(ByteReader& in) {
    if (!ledger_.load(in) || !trades_.load(in)) return false;
    const auto count = in.get<uint32_t>();
    positions_.clear();
    open_.clear();
    for (uint32_t i = 0; i < count && in.ok(); ++i) {
        get_position(in, positions_.emplace_back());
        if (!positions_.back().is_flat()) open_.push_back(i);
    }
    return in.ok();
}

Price average_price(const Position& position, const Instrument& instrument) {
    return divide(divide(position.entry_value, instrument.multiplier), position.quantity);
}

}  // namespace trd
