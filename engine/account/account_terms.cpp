#include "account/account_terms.h"

#include <array>

namespace trd {
namespace {

template <class Terms>
auto rates_of(Terms& terms) {
    return std::array{&terms.initial_rate, &terms.maintenance_rate, &terms.borrow_rate,
                      &terms.debit_rate,   &terms.credit_rate,      &terms.sizing_buffer};
}

bool get_flag(ByteReader& in) {
    const auto byte = in.get<uint8_t>();
    if (byte > 1) in.fail();
    return byte == 1;
}

}  // namespace

void encode(ByteWriter& out, const AccountTerms& terms) {
    for (const bool flag : {terms.hedging, terms.liquidates, terms.size_after_fees})
        out.put(static_cast<uint8_t>(flag));
    for (const Decimal* rate : rates_of(terms)) out.put(rate->raw());
    out.put_text(terms.fees.name());
}

bool decode(ByteReader& in, AccountTerms& terms) {
    for (bool* flag : {&terms.hedging, &terms.liquidates, &terms.size_after_fees}) *flag = get_flag(in);
    for (Decimal* rate : rates_of(terms)) {
        const auto read = Decimal::checked_from_raw(in.get<Int128>());
        if (!read.ok()) return false;
        *rate = *read;
    }
    auto fees = FeeModel::parse(in.get_text());
    if (!in.ok() || !fees.ok()) return false;
    terms.fees = *std::move(fees);
    return true;
}

}  // namespace trd
