// What happens to an account without a trade of its own: funding, dividends, splits, what borrowing costs, currencies
// changed. Each is one posting that sums to zero, all or nothing.
#include "account/account.h"
#include "account/fill_math.h"

namespace trd {
namespace {

constexpr int64_t days_of_year = 360;

// `amount` for `days` of a year of 360, at a yearly rate: one rounding.
Money for_days(Money amount, Decimal yearly, uint16_t days) {
    return mul_div(amount, Decimal::from_raw(yearly.raw() * days), Decimal::from_units(days_of_year));
}

// What is less than a lot is sold, or bought back, at the mark.
Effect paid_in_cash(const Position& position, Quantity rest, const Instrument& instrument, Timestamp now) {
    Fill fill;
    fill.instrument = instrument.id;
    fill.side = rest.is_negative() ? Side::buy : Side::sell;
    fill.price = position.mark;
    fill.quantity = abs(rest);
    fill.time = now;
    return effect_of(position, fill, instrument);
}

Effect effect_of_split(const Position& before, const Instrument& instrument, Decimal ratio, Timestamp now) {
    Effect effect{.after = before, .flows = {}, .closed = {}};
    Position& after = effect.after;
    after.quantity = multiply(before.quantity, ratio);
    if (after.is_flat() && !before.is_flat()) return paid_in_cash(before, before.quantity, instrument, now);
    after.mark = divide(before.mark, ratio);
    if (after.is_flat()) return effect;
    after.trip_peak = multiply(before.trip_peak, ratio);
    after.market_value = value_of(instrument, after.mark, after.quantity);
    const Quantity lots = round_to_step(after.quantity, instrument.terms_at(now).lot, Rounding::toward_zero);
    return lots == after.quantity ? effect : paid_in_cash(after, after.quantity - lots, instrument, now);
}

}  // namespace

bool Account::book_income(PostingReason reason, InstrumentId instrument, Currency currency, LedgerAccount income,
                          Money received, Posting& posting) {
    if (received.is_zero()) return false;
    posting.reason = reason;
    posting.instrument = instrument;
    posting.entries.clear();
    posting.entries.push_back({LedgerAccount::cash, currency, received});
    posting.entries.push_back({income, currency, -received});
    ledger_.book(posting);
    return true;
}

void Account::transfer(Currency currency, Money amount, Posting& posting) {
    if (!book_income(PostingReason::transfer, {}, currency, LedgerAccount::capital, amount, posting))
        posting = {PostingReason::transfer, {}, {}};
}

bool Account::fund(const Instrument& instrument, Decimal rate, Price mark, Posting& posting) {
    if (!pays_funding(instrument.kind)) return false;
    Money paid;
    for (uint32_t bucket = 0; bucket < buckets_kept(); ++bucket) {
        const Position& held = position(instrument.id, static_cast<SideBucket>(bucket));
        if (held.is_flat()) continue;
        const Money size = notional_of(instrument, mark.is_zero() ? held.mark : mark, held.quantity);
        const Money share = multiply(size, rate);
        paid += held.quantity.is_negative() ? -share : share;
    }
    return book_income(PostingReason::funding, instrument.id, settlement_currency(instrument), LedgerAccount::funding,
                       -paid, posting);
}

bool Account::pay_dividend(const Instrument& instrument, Price amount, Posting& posting) {
    if (instrument.valuation() != Valuation::paid) return false;
    Money received;
    for (uint32_t bucket = 0; bucket < buckets_kept(); ++bucket)
        received +=
            notional(amount, position(instrument.id, static_cast<SideBucket>(bucket)).quantity, instrument.multiplier);
    return book_income(PostingReason::dividend, instrument.id, instrument.quote, LedgerAccount::dividends, received,
                       posting);
}

bool Account::split(const Instrument& instrument, Decimal ratio, Timestamp now, Posting& posting,
                    std::vector<ClosedTrade>& closed) {
    TRD_ASSERT(ratio.is_positive() && instrument.valuation() == Valuation::paid);
    std::vector<Effect> effects;
    Flows flows;
    for (uint32_t bucket = 0; bucket < buckets_kept(); ++bucket) {
        const Position& held = position(instrument.id, static_cast<SideBucket>(bucket));
        effects.push_back(effect_of_split(held, instrument, ratio, now));
        flows += effects.back().flows;
    }
    describe(PostingReason::split, flows, Money::zero(), instrument, posting);
    ledger_.book(posting);  // the last step that can throw
    for (uint32_t bucket = 0; bucket < buckets_kept(); ++bucket) {
        store(instrument, static_cast<SideBucket>(bucket), effects[bucket].after);
        if (!effects[bucket].closed) continue;
        closed.push_back(*effects[bucket].closed);
        closed.back().account = id_;
    }
    return !posting.entries.empty();
}

bool Account::charge_borrowing(const Instrument& instrument, uint16_t days, Posting& posting) {
    if (terms_.borrow_rate.is_zero() || instrument.valuation() != Valuation::paid) return false;
    Money cost;
    for (uint32_t bucket = 0; bucket < buckets_kept(); ++bucket) {
        const Position& held = position(instrument.id, static_cast<SideBucket>(bucket));
        if (held.quantity.is_negative()) cost += for_days(abs(held.market_value), terms_.borrow_rate, days);
    }
    return book_income(PostingReason::borrow, instrument.id, instrument.quote, LedgerAccount::financing, -cost,
                       posting);
}

bool Account::accrue_interest(Currency currency, uint16_t days, Posting& posting) {
    const Money free = cash(currency);
    const Decimal rate = free.is_negative() ? terms_.debit_rate : terms_.credit_rate;
    return book_income(PostingReason::interest, {}, currency, LedgerAccount::financing, for_days(free, rate, days),
                       posting);
}

void Account::convert(Currency sold_in, Money sold, Currency bought_in, Money bought, Posting& posting) {
    TRD_ASSERT(sold_in != bought_in);
    posting.reason = PostingReason::conversion;
    posting.instrument = {};
    posting.entries = {{LedgerAccount::cash, sold_in, -sold},
                       {LedgerAccount::conversion, sold_in, sold},
                       {LedgerAccount::cash, bought_in, bought},
                       {LedgerAccount::conversion, bought_in, -bought}};
    ledger_.book(posting);
}

}  // namespace trd
