// The double-entry ledger of one account: for each currency, the total of each ledger account. Every posting sums to
// zero in each currency, so the totals of a currency always do too.
#pragma once

#include <array>
#include <vector>

#include "record/record.h"

namespace trd {

struct Balance {
    Currency currency;
    std::array<Money, ledger_account_count> totals{};

    Money operator[](LedgerAccount account) const { return totals[static_cast<size_t>(account)]; }
};

class Ledger {
  public:
    // Zero entries are left out; the posting must sum to zero in each currency (asserted: we made it).
    // Throws DecimalOverflow and changes nothing when a total would leave the range of money.
    void book(const Posting& posting);

    Money total(LedgerAccount account, Currency currency) const;
    const Balance* find(Currency currency) const;  // null: nothing has ever been booked in it
    bool has(Currency currency) const { return find(currency) != nullptr; }
    const std::vector<Balance>& balances() const { return balances_; }  // in the order of first use

    void save(ByteWriter& out) const;
    bool load(ByteReader& in);

  private:
    Balance& balance_of(Currency currency);

    std::vector<Balance> balances_;
};

}  // namespace trd
