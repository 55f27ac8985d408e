#include "account/account.h"

#include <algorithm>

#include "account/fill_math.h"

namespace trd {
namespace {

const Position flat_position{};

size_t slot_index(InstrumentId instrument, SideBucket bucket) {
    return size_t{instrument.value} * side_bucket_count + static_cast<size_t>(bucket);
}

void describe_fill(const Flows& flows, const Fill& fill, const Instrument& instrument, Posting& posting) {
    const bool same_currency = fill.fee_currency == settlement_currency(instrument);
    describe(PostingReason::fill, flows, same_currency ? fill.fee : Money::zero(), instrument, posting);
    if (same_currency) return;
    add_entry(posting, LedgerAccount::cash, fill.fee_currency, -fill.fee);
    add_entry(posting, LedgerAccount::fees, fill.fee_currency, fill.fee);
}

Position marked(Position position, const Instrument& instrument, Price price) {
    position.mark = price;
    if (!position.is_flat()) position.market_value = value_of(instrument, price, position.quantity);
    return position;
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

void Account::add_open_profit(const Instrument& instrument, Int128 raw) {
    if (raw == 0) return;
    const Currency currency = settlement_currency(instrument);
    for (auto& [of, sum] : open_profit_)
        if (of == currency) return void(sum += raw);
    open_profit_.emplace_back(currency, raw);
}

void Account::store(const Instrument& instrument, SideBucket bucket, const Position& after) {
    Position& position = slot(instrument.id, bucket);
    const bool was_flat = position.is_flat();
    add_open_profit(instrument, after.unrealized_raw() - position.unrealized_raw());
    position = after;
    if (was_flat == after.is_flat()) return;
    const auto index = static_cast<uint32_t>(slot_index(instrument.id, bucket));
    const auto at = std::lower_bound(open_.begin(), open_.end(), index);
    if (was_flat)
        open_.insert(at, index);
    else
        open_.erase(at);
}

Account::Booked Account::apply(const Fill& fill, const Instrument& instrument, Posting& posting) {
    TRD_ASSERT(fill.quantity.is_positive());
    if (trades_.contains(fill.trade)) return {.duplicate = true, .misplaced = false, .closed = std::nullopt};
    if (terms_.hedging) return apply_to_sides(fill, instrument, posting);

    Effect effect = effect_of(slot(fill.instrument, SideBucket::net), fill, instrument);
    describe_fill(effect.flows, fill, instrument, posting);
    ledger_.book(posting);  // the last step that can throw
    trades_.insert(fill.trade);
    store(instrument, SideBucket::net, effect.after);
    return {.duplicate = false, .misplaced = fill.bucket != SideBucket::net, .closed = std::move(effect.closed)};
}

Account::Booked Account::apply_to_sides(const Fill& fill, const Instrument& instrument, Posting& posting) {
    const SideBucket opened_by_it = fill.side == Side::buy ? SideBucket::long_side : SideBucket::short_side;
    const SideBucket meant = fill.bucket == SideBucket::net ? opened_by_it : fill.bucket;
    const SideBucket other = meant == SideBucket::long_side ? SideBucket::short_side : SideBucket::long_side;
    const Position& held = slot(fill.instrument, meant);
    Fill here = fill, beyond = fill;
    if (meant != opened_by_it) here.quantity = std::min(fill.quantity, abs(held.quantity));
    beyond.quantity = fill.quantity - here.quantity;

    Effect first{.after = marked(held, instrument, fill.price), .flows = {}, .closed = {}};
    Effect second{.after = marked(position(fill.instrument, other), instrument, fill.price), .flows = {}, .closed = {}};
    if (here.quantity.is_positive()) {
        first = effect_of(held, here, instrument);
        beyond.fee = Money::zero();  // a fill has one fee: it counts where the fill was meant to go
    }
    if (beyond.quantity.is_positive()) second = effect_of(position(fill.instrument, other), beyond, instrument);
    Flows flows = first.flows;
    flows += second.flows;
    describe_fill(flows, fill, instrument, posting);
    ledger_.book(posting);  // the last step that can throw
    trades_.insert(fill.trade);
    store(instrument, meant, first.after);
    store(instrument, other, second.after);
    return {.duplicate = false,
            .misplaced = fill.bucket == SideBucket::net || beyond.quantity.is_positive(),
            .closed = std::move(first.closed)};
}

void Account::mark(const Instrument& instrument, Price price) {
    Position* const of_instrument = &slot(instrument.id, SideBucket::net);
    for (uint32_t bucket = 0; bucket < buckets_kept(); ++bucket) {
        Position& position = of_instrument[bucket];
        position.mark = price;
        if (position.is_flat()) continue;
        const Money worth = value_of(instrument, price, position.quantity);
        add_open_profit(instrument, worth.raw() - position.market_value.raw());
        position.market_value = worth;
    }
}

bool Account::settle(const Instrument& instrument, Posting& posting) {
    if (instrument.valuation() != Valuation::margined) return false;
    Position* const of_instrument = &slot(instrument.id, SideBucket::net);
    Money gain;
    for (uint32_t bucket = 0; bucket < buckets_kept(); ++bucket) gain += of_instrument[bucket].unrealized();
    const bool booked = book_income(PostingReason::variation, instrument.id, settlement_currency(instrument),
                                    LedgerAccount::variation, gain, posting);
    add_open_profit(instrument, -gain.raw());
    for (uint32_t bucket = 0; bucket < buckets_kept(); ++bucket)
        of_instrument[bucket].cost = of_instrument[bucket].market_value;
    return booked;
}

Money Account::equity(Currency currency) const {
    const Balance* const balance = ledger_.find(currency);
    Money equity;
    if (balance != nullptr)
        equity =
            (*balance)[LedgerAccount::cash] + (*balance)[LedgerAccount::margin] + (*balance)[LedgerAccount::position];
    for (const auto& [of, profit] : open_profit_)
        if (of == currency) equity = Money::from_raw(equity.raw() + profit);
    return equity;
}

std::optional<Money> Account::equity_in(Currency wanted, const FxRates& rates) const {
    std::optional<Money> sum = Money::zero();
    const auto add = [&](Currency currency) {
        const auto part = rates.convert(equity(currency), currency, wanted);
        sum = sum && part ? std::optional(*sum + *part) : std::nullopt;
    };
    for (const Balance& balance : ledger_.balances()) add(balance.currency);
    // What is held on margin may be in a currency that no money has moved in yet.
    for (const auto& [currency, profit] : open_profit_)
        if (!ledger_.has(currency)) add(currency);
    return sum;
}

void Account::save(ByteWriter& out) const {
    ledger_.save(out);
    trades_.save(out);
    out.put(static_cast<uint32_t>(positions_.size()));
    for (const Position& position : positions_) put_position(out, position);
}

bool Account::load(ByteReader& in, const std::vector<Instrument>& instruments) {
    if (!ledger_.load(in) || !trades_.load(in)) return false;
    const auto count = in.get<uint32_t>();
    positions_.clear();
    open_.clear();
    open_profit_.clear();
    for (uint32_t i = 0; i < count && in.ok(); ++i) {
        const Position& position = positions_.emplace_back();
        get_position(in, positions_.back());
        if (position.is_flat()) continue;
        const uint32_t instrument = i / side_bucket_count;
        if (instrument >= instruments.size()) return false;
        open_.push_back(i);
        add_open_profit(instruments[instrument], position.unrealized_raw());
    }
    return in.ok();
}

Price average_price(const Position& position, const Instrument& instrument) {
    if (is_inverse(instrument.kind) && position.entry_value.is_zero()) return Price::zero();  // too little to tell
    if (is_inverse(instrument.kind))
        return Price::from_raw(-decimal_detail::product_divided(position.quantity.raw(), instrument.multiplier.raw(),
                                                                position.entry_value.raw()));
    return divide(divide(position.entry_value, instrument.multiplier), position.quantity);
}

}  // namespace trd
