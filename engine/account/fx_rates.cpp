#include "account/fx_rates.h"

#include <algorithm>

#include "base/assert.h"

namespace trd {
namespace {

template <class Pair>
Currency other_of(const Pair& pair, Currency one) {
    return pair.base == one ? pair.quote : pair.base;
}

template <class Pair>
Money step(Money amount, Currency from, const Pair& pair) {
    return pair.base == from ? multiply(amount, pair.rate) : mul_div(amount, Decimal::from_units(1), pair.rate);
}

}  // namespace

void FxRates::set(Currency base, Currency quote, Decimal rate) {
    TRD_ASSERT(base != quote && rate.is_positive());
    std::erase_if(pairs_, [&](const Pair& pair) {
        return (pair.base == base && pair.quote == quote) || (pair.base == quote && pair.quote == base);
    });
    const auto at = std::find_if(pairs_.begin(), pairs_.end(), [&](const Pair& pair) {
        return pair.base > base || (pair.base == base && pair.quote > quote);
    });
    pairs_.insert(at, {base, quote, rate});
}

FxRates::Step FxRates::find(Currency a, Currency b) const {
    for (const Pair& pair : pairs_)
        if ((pair.base == a && pair.quote == b) || (pair.base == b && pair.quote == a)) return &pair;
    return nullptr;
}

FxRates::Path FxRates::path(Currency from, Currency to) const {
    if (const Step direct = find(from, to)) return {direct, nullptr};
    for (const Pair& pair : pairs_) {
        if (pair.base != from && pair.quote != from) continue;
        if (const Step second = find(other_of(pair, from), to)) return {&pair, second};
    }
    return {};
}

std::optional<Money> FxRates::convert(Money amount, Currency from, Currency to) const {
    if (from == to || amount.is_zero()) return amount;
    const Path found = path(from, to);
    if (found.first == nullptr) return std::nullopt;
    const Money between = step(amount, from, *found.first);
    return found.second == nullptr ? between : step(between, other_of(*found.first, from), *found.second);
}

bool FxRates::knows(Currency from, Currency to) const { return from == to || path(from, to).first != nullptr; }

void FxRates::save(ByteWriter& out) const {
    out.put(static_cast<uint32_t>(pairs_.size()));
    for (const Pair& pair : pairs_) {
        out.put(pair.base.packed());
        out.put(pair.quote.packed());
        out.put(pair.rate.raw());
    }
}

// Set one by one, so that no table comes out that set() could not have made; written again it must be the same.
bool FxRates::load(ByteReader& in) {
    pairs_.clear();
    const auto count = in.get<uint32_t>();
    for (uint32_t i = 0; i < count; ++i) {
        const Currency base = Currency::from_packed(in.get<uint64_t>());
        const Currency quote = Currency::from_packed(in.get<uint64_t>());
        const auto rate = Decimal::checked_from_raw(in.get<Int128>());
        if (base == quote || !rate.ok() || !rate->is_positive()) return false;
        set(base, quote, *rate);
        if (pairs_.size() != i + 1 || pairs_.back().base != base || pairs_.back().quote != quote) return false;
    }
    return in.ok();
}

}  // namespace trd
