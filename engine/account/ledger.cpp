#include "account/ledger.h"

#include <algorithm>

namespace trd {
namespace {

bool has_one_currency(const Posting& posting) {
    for (const LedgerEntry& entry : posting.entries)
        if (entry.currency != posting.entries.front().currency) return false;
    return true;
}

void assert_balanced_each(const Posting& posting) {
    for (const LedgerEntry& entry : posting.entries) {
        Int128 sum = 0;
        for (const LedgerEntry& other : posting.entries)
            if (other.currency == entry.currency) sum += other.amount.raw();
        TRD_ASSERT(sum == 0);
    }
}

// In each currency, of which there is nearly always one.
void assert_balanced(const Posting& posting) {
    if (!has_one_currency(posting)) return assert_balanced_each(posting);
    Int128 sum = 0;  // raw: ten amounts of at most 1e27 cannot overflow
    for (const LedgerEntry& entry : posting.entries) sum += entry.amount.raw();
    TRD_ASSERT(sum == 0);
}

}  // namespace

Balance& Ledger::balance_of(Currency currency) {
    for (Balance& balance : balances_)
        if (balance.currency == currency) return balance;
    return balances_.emplace_back(Balance{currency, {}});
}

void Ledger::book(const Posting& posting) {
    assert_balanced(posting);
    std::array<Money, posting_entries_max> sums;
    TRD_ASSERT(posting.entries.size() <= sums.size());
    // A posting names each ledger account at most once a currency, so sums can be made before any is stored.
    Balance* balance = nullptr;
    const auto balance_for = [&](Currency currency) -> Balance& {
        if (balance == nullptr || balance->currency != currency) balance = &balance_of(currency);
        return *balance;
    };
    Money* sum = sums.data();
    for (const LedgerEntry& entry : posting.entries) *sum++ = balance_for(entry.currency)[entry.account] + entry.amount;
    sum = sums.data();
    for (const LedgerEntry& entry : posting.entries)
        balance_for(entry.currency).totals[static_cast<size_t>(entry.account)] = *sum++;
}

const Balance* Ledger::find(Currency currency) const {
    for (const Balance& balance : balances_)
        if (balance.currency == currency) return &balance;
    return nullptr;
}

Money Ledger::total(LedgerAccount account, Currency currency) const {
    const Balance* const balance = find(currency);
    return balance == nullptr ? Money::zero() : (*balance)[account];
}

void Ledger::save(ByteWriter& out) const {
    out.put(static_cast<uint32_t>(balances_.size()));
    for (const Balance& balance : balances_) {
        out.put(balance.currency.packed());
        for (Money total : balance.totals) out.put(total.raw());
    }
}

bool Ledger::load(ByteReader& in) {
    balances_.clear();
    const auto count = in.get<uint32_t>();
    for (uint32_t i = 0; i < count && in.ok(); ++i) {
        Balance& balance = balances_.emplace_back();
        balance.currency = Currency::from_packed(in.get<uint64_t>());
        for (Money& total : balance.totals) {
            auto checked = Money::checked_from_raw(in.get<Int128>());
            if (!checked.ok()) return false;
            total = *checked;
        }
    }
    return in.ok();
}

}  // namespace trd
