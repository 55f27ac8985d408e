#include "backtest/equity_change.h"

#include <array>

#include "desk/desk.h"

namespace trd {
namespace {

// Null: of no ledger account that earns or costs anything.
Money EquityChange::*field_of(LedgerAccount account, PostingReason reason) {
    switch (account) {
        case LedgerAccount::realized:
        case LedgerAccount::variation:
            return &EquityChange::realized;
        case LedgerAccount::fees:
            return &EquityChange::fees;
        case LedgerAccount::funding:
            return &EquityChange::funding;
        case LedgerAccount::dividends:
            return &EquityChange::dividends;
        case LedgerAccount::financing:
            return reason == PostingReason::borrow ? &EquityChange::borrowing : &EquityChange::interest;
        case LedgerAccount::cash:
        case LedgerAccount::margin:
        case LedgerAccount::position:
        case LedgerAccount::capital:
        case LedgerAccount::conversion:
            return nullptr;
    }
    return nullptr;
}

}  // namespace

std::span<const EquityChangeField> equity_change_fields() {
    static constexpr std::array fields{
        EquityChangeField{"realized", &EquityChange::realized},
        EquityChangeField{"unrealized", &EquityChange::unrealized},
        EquityChangeField{"fees", &EquityChange::fees},
        EquityChangeField{"funding", &EquityChange::funding},
        EquityChangeField{"dividends", &EquityChange::dividends},
        EquityChangeField{"borrowing", &EquityChange::borrowing},
        EquityChangeField{"interest", &EquityChange::interest},
        EquityChangeField{"currencies", &EquityChange::currencies},
    };
    return fields;
}

void EquityChangeBuilder::add(const Posting& posting, const FxRates& rates) {
    for (const LedgerEntry& entry : posting.entries) {
        Money EquityChange::*const field = field_of(entry.account, posting.reason);
        if (field == nullptr) continue;
        if (const auto amount = rates.convert(entry.amount, entry.currency, currency_)) booked_.*field -= *amount;
    }
}

EquityChange EquityChangeBuilder::finish(const Desk& desk, size_t accounts, Money total) const {
    EquityChange change = booked_;
    for (size_t i = 0; i < accounts; ++i) {
        const Account& account = desk.account(AccountId{static_cast<uint16_t>(i + 1)});
        account.for_each_open([&](InstrumentId id, SideBucket, const Position& held) {
            const Currency currency = settlement_currency(desk.instruments()[id.value]);
            const auto in_base = [&](Money amount) {
                return desk.rates().convert(amount, currency, currency_).value_or(Money::zero());
            };
            change.realized -= in_base(held.open_profit() - held.unrealized());  // settled, and still open
            change.unrealized += in_base(held.open_profit());
        });
    }
    change.currencies = total;
    for (const EquityChangeField& field : equity_change_fields())
        if (field.amount != &EquityChange::currencies) change.currencies -= change.*field.amount;
    return change;
}

}  // namespace trd
