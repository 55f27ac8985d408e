// A small desk with limits from the first input on.
#pragma once

#include "risk/limits_file.h"
#include "support/catch.h"
#include "support/small_desk.h"

namespace trd::testing {

inline RiskConfig limits_of(const std::string& text, RiskFeed feed = RiskFeed::bars) {
    auto limits = parse_limits(text + "\n[end]\n", "test.toml");
    INFO((limits ? "" : limits.error().message));
    REQUIRE(limits);
    RiskConfig config;
    config.setup.feed = feed;
    config.limits = *std::move(limits);
    config.names.accounts = {{1, "main"}};
    config.names.venues = {{1, "sim"}};
    config.names.strategies = {{1, "sma"}};
    return config;
}

struct LimitedDesk : SmallDesk {
    explicit LimitedDesk(const std::string& text, RiskFeed feed = RiskFeed::bars) { desk.arm(limits_of(text, feed)); }

    // Time goes on by a microsecond with every input.
    const Actions& bar(Price price, Duration after = seconds(60)) {
        number += static_cast<uint64_t>(after.ns / 1'000);
        return mark(price);
    }
    template <class Event>
    const Actions& at(const Event& event) {
        const Timestamp now{static_cast<int64_t>(++number) * 1'000};
        return desk.on(InputHeader{number, now, now}, event);
    }
    const Actions& sell(double quantity) { return intend(InputSource::submit(0, 0, Side::sell, quantity)); }
    // A limit order that the venue has accepted.
    OrderId rests(Side side, double quantity, double limit) {
        RawIntent raw = InputSource::submit(0, 0, side, quantity);
        raw.type = static_cast<uint8_t>(OrderType::limit);
        raw.limit = limit;
        const OrderId id = intend(raw).venue.at(0).order;
        report(id, OrderEventKind::accept);
        return id;
    }
    // Instrument 1, of 100 dollars that settle in bitcoin at 50,000.
    void define_inverse() {
        Instrument inverse =
            test_instrument(1, InstrumentKind::inverse_perpetual, desk.instruments().at(0).terms.front(), "100"_dec);
        inverse.base = Currency::literal("BTC");
        feed(InstrumentDefined{inverse});
        feed(FxRateChanged{inverse.base, usd, "50000"_dec});
    }
    // A bar of instrument 1 at one price.
    const Actions& inverse_bar(Price price) {
        Bar bar;
        bar.open = bar.high = bar.low = bar.close = price;
        return feed(BarClosed{{1}, bar});
    }
    OrderId bought(double quantity, Price price = "10"_price) {
        const OrderId id = buy(quantity).venue.at(0).order;
        fill(id, desk.find(id)->intent.quantity, price);
        return id;
    }
};

inline std::string code_of(const Actions& actions) {
    const Notice& notice = actions.notices.at(0);
    return notice.denial == Denial::risk ? to_text(notice.check) : std::string(name_of(notice.denial));
}

}  // namespace trd::testing
