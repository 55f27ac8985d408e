// A desk with one account, one strategy and one equity, for tests that walk a few orders through it by hand.
#pragma once

#include <vector>

#include "support/catch.h"
#include "support/desk_inputs.h"

namespace trd::testing {

inline constexpr Currency usd = Currency::literal("USD");

// A desk with one account, one strategy and one equity, and the inputs' numbers.
class SmallDesk {
  public:
    explicit SmallDesk(InstrumentKind kind = InstrumentKind::equity, Terms terms = {.tick = "0.01"_price,
                                                                                    .lot = "1"_qty,
                                                                                    .min_quantity = "1"_qty,
                                                                                    .max_quantity = {},
                                                                                    .min_notional = {},
                                                                                    .margin_per_unit = {}}) {
        feed(InstrumentDefined{test_instrument(0, kind, terms)});
        feed(AccountOpened{{1}, {1}, usd});
        feed(MoneyTransferred{{1}, usd, "1000"_money});
        feed(StrategyStarted{{1}, {1}, 3, 9});
    }

    const Actions& feed(const DeskInput& input) { return testing::feed(desk, ++number, input); }
    const Actions& intend(RawIntent raw) {
        raw.handle = ++handle;
        return feed(Intents{{1}, {raw}});
    }
    const Actions& buy(double quantity) { return intend(InputSource::submit(0, 0, Side::buy, quantity)); }
    const Actions& close() {
        RawIntent raw;
        raw.kind = static_cast<uint8_t>(RawIntentKind::close_position);
        return intend(raw);
    }
    const Actions& cancel(uint64_t target) {
        RawIntent raw;
        raw.kind = static_cast<uint8_t>(RawIntentKind::cancel);
        raw.target = target;
        return intend(raw);
    }
    const Actions& amend(uint64_t target, double quantity, double limit = RawIntent::not_given,
                         double trigger = RawIntent::not_given) {
        RawIntent raw;
        raw.kind = static_cast<uint8_t>(RawIntentKind::amend);
        raw.target = target;
        raw.quantity = quantity;
        raw.limit = limit;
        raw.trigger = trigger;
        return intend(raw);
    }
    const Actions& mark(Price price) {
        Bar bar;
        bar.open = bar.high = bar.low = bar.close = price;
        return feed(BarClosed{{0}, bar});
    }
    // The order that the strategy knows by this handle.
    const Order& order(uint64_t of_handle) const {
        for (int purpose = 0; purpose < purpose_count; ++purpose)
            if (const Order* found = desk.find(id_of(of_handle, static_cast<Purpose>(purpose)))) return *found;
        FAIL("no order " << of_handle);
        throw 0;
    }
    static OrderId id_of(uint64_t of_handle, Purpose purpose) {
        return OrderId::pack({.profile = 3,
                              .account = {1},
                              .strategy = {1},
                              .purpose = purpose,
                              .incarnation = 9,
                              .sequence = of_handle});
    }
    const Actions& fill(uint64_t of_handle, Quantity quantity) { return fill(order(of_handle).intent.id, quantity); }
    const Actions& report(uint64_t of_handle, OrderEventKind event) {
        return report(order(of_handle).intent.id, event);
    }
    // The venue does what it is asked to, at once, until nobody asks for anything more.
    void obey(std::vector<VenueAction> wanted) {
        while (!wanted.empty()) {
            const VenueAction action = wanted.front();
            wanted.erase(wanted.begin());
            const Actions& more = feed(answer_to(action));
            wanted.insert(wanted.end(), more.venue.begin(), more.venue.end());
        }
    }
    static VenueReport answer_to(const VenueAction& action) {
        VenueReport report{.order = action.order};
        if (action.kind == VenueActionKind::cancel) report.event = OrderEventKind::cancel;
        if (action.kind == VenueActionKind::amend) {
            report.event = OrderEventKind::replace;
            report.quantity = action.amendment.quantity;
            report.limit = action.amendment.limit;
            report.trigger = action.amendment.trigger;
            report.display = action.amendment.display;
        }
        return report;
    }
    const Actions& fill(OrderId order, Quantity quantity, Price price = "10"_price) {
        const Order* known = desk.find(order);
        Fill made;
        made.order = order;
        made.trade.number = ++trade;
        made.account = {1};
        made.side = known != nullptr ? known->intent.side : Side::buy;
        made.price = price;
        made.quantity = quantity;
        made.fee_currency = usd;
        return feed(made);
    }
    const Actions& report(OrderId order, OrderEventKind event) {
        return feed(VenueReport{.order = order, .event = event, .venue_id = {}});
    }
    Denial denial_of(const Actions& actions) const { return actions.notices.at(0).denial; }

    Desk desk;
    uint64_t number = 0, handle = 0, trade = 0;
};

}  // namespace trd::testing
