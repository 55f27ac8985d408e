// The second implementation of an account's books: plain whole numbers of 1e-12, one step after another, written
// without a look at the first. It knows nothing of ledgers; totals are kept by name.
#pragma once

#include <map>
#include <string>

#include "account/account.h"

namespace trd::testing {

using Wide = __int128;
constexpr Wide one = 1'000'000'000'000;

inline Wide divide_half_even(Wide a, Wide b) {
    const bool negative = (a < 0) != (b < 0);
    const Wide x = a < 0 ? -a : a, y = b < 0 ? -b : b;
    Wide quotient = x / y;
    const Wide twice = (x % y) * 2;
    if (twice > y || (twice == y && quotient % 2 == 1)) ++quotient;
    return negative ? -quotient : quotient;
}
inline Wide size_of(Wide value) { return value < 0 ? -value : value; }

struct PlainPosition {
    Wide quantity = 0, cost = 0, entry = 0, realized = 0, margin = 0;
};

// What it is worth; whole multipliers only.
inline Wide plain_value(const Instrument& instrument, Wide price, Wide quantity) {
    const Wide multiplier = instrument.multiplier.raw() / one;
    if (instrument.kind == InstrumentKind::inverse_perpetual || instrument.kind == InstrumentKind::inverse_future)
        return -divide_half_even(quantity * multiplier * one, price);
    return divide_half_even(price * quantity * multiplier, one);
}

class PlainBooks {
  public:
    explicit PlainBooks(bool hedging) : hedging_(hedging) {}

    std::map<std::string, Wide> cash, fees;  // by currency; cash with what is blocked as margin
    std::map<std::pair<uint32_t, int>, PlainPosition> positions;

    void trade(const Fill& fill, const Instrument& instrument) {
        cash[fill.fee_currency.code()] -= fill.fee.raw();
        fees[fill.fee_currency.code()] += fill.fee.raw();
        const bool buys = fill.side == Side::buy;
        Wide left = fill.quantity.raw();
        if (!hedging_) {
            PlainPosition& net = positions[{instrument.id.value, 0}];
            const Wide against = buys ? std::max<Wide>(-net.quantity, 0) : std::max<Wide>(net.quantity, 0);
            const Wide closing = std::min(against, left);
            close(net, closing, fill, instrument);
            open(net, left - closing, fill, instrument);
            return;
        }
        // 1: the long, 2: the short.
        const int opened = buys ? 1 : 2;
        const int named = fill.bucket == SideBucket::net ? opened : static_cast<int>(fill.bucket);
        if (named != opened) {
            PlainPosition& held = positions[{instrument.id.value, named}];
            const Wide closing = std::min(size_of(held.quantity), left);
            close(held, closing, fill, instrument);
            left -= closing;
        }
        open(positions[{instrument.id.value, opened}], left, fill, instrument);
    }

    void settle(const Instrument& instrument, Wide price) {
        for (int bucket = 0; bucket < 3; ++bucket) {
            PlainPosition& p = positions[{instrument.id.value, bucket}];
            const Wide now = p.quantity == 0 ? 0 : plain_value(instrument, price, p.quantity);
            money(instrument) += now - p.cost;
            p.cost = now;
        }
    }

    Wide& money(const Instrument& instrument) {
        const bool inverse =
            instrument.kind == InstrumentKind::inverse_perpetual || instrument.kind == InstrumentKind::inverse_future;
        return cash[inverse ? instrument.base.code() : instrument.quote.code()];
    }

  private:
    static bool is_paid(const Instrument& instrument) { return instrument.kind < InstrumentKind::future; }

    void close(PlainPosition& p, Wide size, const Fill& fill, const Instrument& instrument) {
        if (size == 0) return;
        const Wide held = size_of(p.quantity), part = p.quantity > 0 ? size : -size;
        const Wide in = plain_value(instrument, fill.price.raw(), part);
        const Wide out = size == held ? p.cost : divide_half_even(p.cost * size, held);
        const Wide entry = size == held ? p.entry : divide_half_even(p.entry * size, held);
        money(instrument) += is_paid(instrument) ? in : in - out;
        p.realized += in - entry;
        p.cost -= out;
        p.entry -= entry;
        p.quantity -= part;
    }
    void open(PlainPosition& p, Wide size, const Fill& fill, const Instrument& instrument) {
        if (size == 0) return;
        const Wide part = fill.side == Side::buy ? size : -size;
        const Wide value = plain_value(instrument, fill.price.raw(), part);
        if (is_paid(instrument)) money(instrument) -= value;
        p.cost += value;
        p.entry += value;
        p.quantity += part;
    }

    bool hedging_;
};

}  // namespace trd::testing
