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
        marks[instrument.id.value] = fill.price.raw();
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

    void mark(const Instrument& instrument, Wide price) { marks[instrument.id.value] = price; }

    void fund(const Instrument& instrument, Wide rate, Wide price) {
        Wide paid = 0;
        for (int bucket = 0; bucket < 3; ++bucket) {
            const Wide quantity = positions[{instrument.id.value, bucket}].quantity;
            if (quantity == 0) continue;
            const Wide at = price == 0 ? marks[instrument.id.value] : price;
            const Wide share = divide_half_even(size_of(plain_value(instrument, at, quantity)) * rate, one);
            paid += quantity > 0 ? share : -share;
        }
        money(instrument) -= paid;
        funding[code_of(instrument)] += paid;
    }

    void dividend(const Instrument& instrument, Wide amount) {
        for (int bucket = 0; bucket < 3; ++bucket) {
            const Wide paid = plain_value(instrument, amount, positions[{instrument.id.value, bucket}].quantity);
            money(instrument) += paid;
            dividends[code_of(instrument)] -= paid;
        }
    }

    void split(const Instrument& instrument, Wide ratio) {
        Wide& at = marks[instrument.id.value];
        const Wide lot = instrument.terms[0].lot.raw();
        at = divide_half_even(at * one, ratio);
        for (int bucket = 0; bucket < 3; ++bucket) {
            PlainPosition& p = positions[{instrument.id.value, bucket}];
            p.quantity = divide_half_even(p.quantity * ratio, one);
            const Wide rest = p.quantity % lot;
            Fill fill;
            fill.price = Price::from_raw(at);
            close(p, size_of(rest), fill, instrument);
        }
    }

    void end_day(const std::vector<Instrument>& instruments, const AccountTerms& terms, Wide days) {
        for (const Instrument& instrument : instruments) {
            if (!is_paid(instrument)) continue;
            for (int bucket = 0; bucket < 3; ++bucket) {
                const Wide quantity = positions[{instrument.id.value, bucket}].quantity;
                if (quantity >= 0) continue;
                const Wide value = size_of(plain_value(instrument, marks[instrument.id.value], quantity));
                pay(instrument.quote.code(), divide_half_even(value * (terms.borrow_rate.raw() * days), 360 * one));
            }
        }
        std::map<std::string, Wide> margin;  // what is blocked is not free
        for (const Instrument& instrument : instruments)
            for (int bucket = 0; bucket < 3; ++bucket) margin[code_of(instrument)] += blocked(instrument, bucket);
        for (auto& [code, amount] : cash) {
            const Wide free = amount - margin[code];
            const Wide rate = free < 0 ? terms.debit_rate.raw() : terms.credit_rate.raw();
            pay(code, -divide_half_even(free * (rate * days), 360 * one));
        }
    }

    std::map<uint32_t, Wide> marks;
    std::map<std::string, Wide> funding, dividends, financing;

    Wide& money(const Instrument& instrument) {
        const bool inverse =
            instrument.kind == InstrumentKind::inverse_perpetual || instrument.kind == InstrumentKind::inverse_future;
        return cash[inverse ? instrument.base.code() : instrument.quote.code()];
    }
    Wide blocked(const Instrument& instrument, int bucket) {
        if (is_paid(instrument)) return 0;
        const PlainPosition& p = positions[{instrument.id.value, bucket}];
        const Terms& terms = instrument.terms[0];
        return divide_half_even(size_of(p.quantity) * terms.margin_per_unit.raw(), one) +
               divide_half_even(size_of(p.entry) * terms.margin_rate.raw(), one);
    }
    static std::string code_of(const Instrument& instrument) {
        const bool inverse =
            instrument.kind == InstrumentKind::inverse_perpetual || instrument.kind == InstrumentKind::inverse_future;
        return inverse ? instrument.base.code() : instrument.quote.code();
    }

  private:
    void pay(const std::string& code, Wide amount) {
        cash[code] -= amount;
        financing[code] += amount;
    }
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
