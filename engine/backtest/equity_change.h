// What the equity of a run changed by, told apart by what it was for. Kept by the observer while a run lasts, because
// amounts in other currencies count at the rate of their moment.
#pragma once

#include <span>
#include <string_view>

#include "base/decimal.h"
#include "base/ids.h"

namespace trd {

class Desk;
class FxRates;
struct Posting;

// In the run's currency, each with its sign: what was paid is below zero. Together they are the equity at the end less
// that at the start, to the last digit.
struct EquityChange {
    Money realized;    // what closing earned against the entry, before fees
    Money unrealized;  // what is open would earn against its entry at its mark
    Money fees, funding, dividends, borrowing, interest;
    Money currencies;  // what rates made of amounts in other currencies after they were booked; conversion and rounding
};

struct EquityChangeField {
    std::string_view name;
    Money EquityChange::*amount;
};
std::span<const EquityChangeField> equity_change_fields();

class EquityChangeBuilder {
  public:
    explicit EquityChangeBuilder(Currency currency) : currency_(currency) {}

    // `rates` are those of the moment. An amount whose currency has none then counts with the currencies.
    void add(const Posting& posting, const FxRates& rates);
    // Of the accounts 1 to `accounts`, whose equity has changed by `total`.
    EquityChange finish(const Desk& desk, size_t accounts, Money total) const;

  private:
    Currency currency_;
    EquityChange booked_;  // realized: with what margined positions that are open have been settled by
};

}  // namespace trd
