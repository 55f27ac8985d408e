// What is agreed for an account with the venue that keeps it: data of a plan, the same from the first input to the
// last.
#pragma once

#include <string>
#include <string_view>

#include "account/fees.h"
#include "base/bytes.h"
#include "base/decimal.h"
#include "base/error.h"

namespace trd {

struct AccountTerms {
    bool hedging = false;  // keeps a long and a short position of one instrument side by side; else they net

    // Of instruments that are paid in full, a share of their value that equity has to cover: to open (initial) and to
    // keep (maintenance). Zero: no such rule. Margined instruments bring their own (Terms).
    Decimal initial_rate, maintenance_rate;
    // When equity is below what maintenance asks for: close positions until it is not. Else only tell.
    bool liquidates = false;

    // A year's, act/360: of the value of borrowed shares, of cash owed and of cash kept.
    Decimal borrow_rate, debit_rate, credit_rate;

    // How a share of the equity becomes a quantity: what is kept back, and whether the order's own fee is too.
    Decimal sizing_buffer;
    bool size_after_fees = false;
    FeeModel fees;  // what the account expects to pay

    // "none", or a list such as "initial=0.5,maintenance=0.25,liquidates,borrow=0.03,hedging". An error names what was
    // found and what there is. The fees are not part of it.
    static Result<AccountTerms> parse(std::string_view text);
    // The text that parse() takes.
    std::string name() const;
};

// For snapshots.
void encode(ByteWriter& out, const AccountTerms& terms);
bool decode(ByteReader& in, AccountTerms& terms);

}  // namespace trd
