// Streams of desk inputs for tests: what a market, strategies and an unruly venue could send, in any order, right and
// wrong. A stream is a value: it is made once against a desk that plays along and can then be replayed on others.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <variant>
#include <vector>

#include "desk/desk.h"
#include "support/random.h"

namespace trd::testing {

struct Intents {
    StrategyId strategy;
    std::vector<RawIntent> intents;
};

using DeskInput =
    std::variant<InstrumentDefined, AccountOpened, StrategyStarted, MoneyTransferred, BarClosed, Intents, VenueReport,
                 Fill, MoneyConverted, FundingDue, DividendDue, SplitDue, FxRateChanged, DayEnded>;

inline const Actions& feed(Desk& desk, uint64_t number, const DeskInput& input) {
    const InputHeader header{number, Timestamp{static_cast<int64_t>(number) * 1000},
                             Timestamp{static_cast<int64_t>(number) * 1000 - 7}};
    return std::visit(
        [&](const auto& event) -> const Actions& {
            if constexpr (std::is_same_v<std::decay_t<decltype(event)>, Intents>)
                return desk.on(header, IntentsCommitted{event.strategy, event.intents});
            else
                return desk.on(header, event);
        },
        input);
}

inline Instrument test_instrument(uint32_t id, InstrumentKind kind, Terms terms,
                                  Decimal multiplier = Decimal::from_units(1)) {
    Instrument instrument;
    instrument.id = {id};
    instrument.venue = {1};
    instrument.kind = kind;
    instrument.symbol = "SYM" + std::to_string(id);
    instrument.quote = Currency::literal("USD");
    instrument.multiplier = multiplier;
    instrument.terms = {terms};
    return instrument;
}

// Makes inputs one by one, watching its own desk so that most of them are plausible.
class InputSource {
  public:
    // With `money`: also what moves money without a trade, in three currencies, with both sides kept in one account and
    // margin called in the other, and strategies that trade on both.
    explicit InputSource(uint64_t seed, bool money = false) : random_(seed), money_(money) {}

    std::vector<DeskInput> make(size_t count) {
        set_up();
        while (made_.size() < count) add(next());
        return std::move(made_);
    }

    static RawIntent submit(uint64_t handle, uint32_t instrument, Side side, double quantity) {
        RawIntent raw;
        raw.handle = handle;
        raw.instrument = instrument;
        raw.kind = static_cast<uint8_t>(RawIntentKind::submit);
        raw.side = static_cast<uint8_t>(side);
        raw.quantity = quantity;
        return raw;
    }

  private:
    void set_up() {
        if (money_) return set_up_money();
        const Terms plain{.tick = "0.01"_price,
                          .lot = "1"_qty,
                          .min_quantity = "1"_qty,
                          .max_quantity = "500"_qty,
                          .min_notional = {},
                          .margin_per_unit = {}};
        Terms small = plain;
        small.lot = "0.001"_qty;
        small.min_quantity = "0.002"_qty;
        small.max_quantity = {};
        small.min_notional = "10"_money;
        Terms future = plain;
        future.margin_per_unit = "1000"_money;
        add(InstrumentDefined{test_instrument(0, InstrumentKind::equity, plain)});
        add(InstrumentDefined{test_instrument(1, InstrumentKind::crypto, small)});
        add(InstrumentDefined{test_instrument(2, InstrumentKind::future, future, Decimal::from_units(10))});
        for (uint16_t account : {1, 2}) {
            add(AccountOpened{{account}, {account}, Currency::literal("USD")});
            add(MoneyTransferred{{account}, Currency::literal("USD"), "100000"_money});
        }
        for (uint16_t strategy : {1, 2, 3})
            add(StrategyStarted{{strategy}, {static_cast<uint16_t>(strategy == 3 ? 2 : 1)}, 5, 77});
    }

    void set_up_money() {
        const Terms plain{.tick = "0.01"_price,
                          .lot = "1"_qty,
                          .min_quantity = {},
                          .max_quantity = {},
                          .min_notional = {},
                          .margin_per_unit = {}};
        Terms rated = plain;
        rated.margin_rate = "0.1"_dec;
        rated.maintenance_rate = "0.05"_dec;
        constexpr InstrumentKind kinds[] = {InstrumentKind::equity, InstrumentKind::crypto, InstrumentKind::future,
                                            InstrumentKind::perpetual, InstrumentKind::inverse_perpetual};
        for (uint32_t i = 0; i < std::size(kinds); ++i) {
            Instrument made =
                test_instrument(i, kinds[i], i < 2 ? plain : rated, Decimal::from_units(i == 4 ? 100 : 1));
            made.venue = {static_cast<uint16_t>(1 + i % 2)};
            if (i == 1) made.quote = Currency::literal("EUR");
            made.base = Currency::literal("BTC");
            add(InstrumentDefined{made});
        }
        AccountTerms terms;
        terms.borrow_rate = "0.03"_dec;
        terms.debit_rate = "0.06"_dec;
        terms.credit_rate = "0.01"_dec;
        AccountTerms called = terms;
        terms.hedging = true;
        called.initial_rate = "0.5"_dec;
        called.maintenance_rate = "0.3"_dec;
        called.liquidates = true;
        for (uint16_t account : {1, 2}) {
            add(AccountOpened{{account}, {account}, Currency::literal("USD"), account == 1 ? terms : called});
            add(MoneyTransferred{{account}, Currency::literal("USD"), "2000"_money});
        }
        for (uint16_t strategy : {1, 2, 3}) {
            const AccountId first{static_cast<uint16_t>(strategy == 3 ? 2 : 1)};
            add(StrategyStarted{{strategy}, first, 5, 77, {{static_cast<uint16_t>(3 - first.value)}}, strategy != 2});
        }
        tradable_ = std::size(kinds);
    }

    DeskInput money() {
        const auto currency = [&] {
            constexpr const char* codes[] = {"USD", "EUR", "BTC"};
            return Currency::literal(codes[random_.below(3)]);
        };
        const InstrumentId instrument{static_cast<uint32_t>(random_.below(tradable_))};
        const Currency one = currency(),
                       other = one == Currency::literal("USD") ? Currency::literal("BTC") : Currency::literal("USD");
        switch (random_.below(6)) {
            case 0:
                return FundingDue{instrument, Decimal::from_raw(random_.between(-500'000'000, 500'000'000)),
                                  random_.chance(50) ? Price::zero() : "101.5"_price};
            case 1:
                return DividendDue{instrument, Price::from_raw(random_.between(0, 2'000'000'000'000))};
            case 2:
                return SplitDue{instrument, random_.chance(50) ? "1.5"_dec : "0.666666666667"_dec};
            case 3:
                return FxRateChanged{one, other,
                                     Decimal::from_raw(random_.between(500'000'000'000, 2'000'000'000'000))};
            case 4:
                return DayEnded{static_cast<uint16_t>(random_.between(1, 3))};
            default:
                return MoneyConverted{{static_cast<uint16_t>(random_.between(1, 2))}, one, "3"_money, other, "2"_money};
        }
    }

    void add(DeskInput input) {
        const Actions& actions = feed(desk_, made_.size() + 1, input);
        for (const VenueAction& action : actions.venue)
            if (action.kind == VenueActionKind::submit) sent_.push_back(action.order);
        made_.push_back(std::move(input));
    }

    DeskInput next() {
        if (more_follow_) return bar();
        if (money_ && random_.chance(10)) return money();
        const uint64_t choice = random_.below(100);
        if (choice < 25) return bar();
        if (choice < 60) return intents();
        if (choice < 80 && !sent_.empty()) return fill();
        if (choice < 98 && !sent_.empty()) return report();
        if (choice == 98)
            return MoneyTransferred{{static_cast<uint16_t>(random_.between(1, 2))},
                                    Currency::literal("USD"),
                                    Money::from_units(random_.between(-50, 50))};
        Instrument changed = desk_.instruments()[random_.below(3)];
        changed.terms.push_back(changed.terms.back());
        changed.terms.back().valid_from = {static_cast<int64_t>(made_.size()) * 1000};
        changed.terms.back().lot = random_.chance(50) ? "1"_qty : "0.5"_qty;
        return InstrumentDefined{changed};
    }

    DeskInput bar() {
        const Price price = Price::from_raw(Int128{random_.between(5'000, 15'000)} * decimal_scale / 100);
        Bar made;
        made.open = made.high = made.low = made.close = price;
        const InstrumentId instrument{static_cast<uint32_t>(random_.below(tradable_))};
        const AtInstant ends = more_follow_ ? AtInstant::last : AtInstant::alone;
        more_follow_ = instant_random_.chance(10);
        return BarClosed{instrument, made, more_follow_ ? AtInstant::more_follow : ends};
    }

    DeskInput intents() {
        Intents batch;
        batch.strategy = {static_cast<uint16_t>(random_.between(1, 3))};
        uint64_t& handle = handles_[batch.strategy.value];
        for (uint64_t i = random_.between(1, 3); i > 0; --i) batch.intents.push_back(intent(handle));
        return batch;
    }

    RawIntent intent(uint64_t& last_handle) {
        constexpr double quantities[] = {1, 2, 5, 100, 0.5, 0.0015, 0.003, 600, 0, -1, 1e18, NAN, INFINITY};
        RawIntent raw = submit(++last_handle, static_cast<uint32_t>(random_.below(random_.chance(95) ? tradable_ : 9)),
                               random_.chance(50) ? Side::buy : Side::sell,
                               random_.chance(70) ? static_cast<double>(random_.between(1, 20))
                                                  : quantities[random_.below(std::size(quantities))]);
        raw.purpose = static_cast<uint8_t>(random_.below(purpose_count));
        if (random_.chance(50)) add_terms(raw);
        if (random_.chance(30)) add_relations(raw, last_handle);
        if (random_.chance(20)) raw.kind = static_cast<uint8_t>(RawIntentKind::close_position);
        if (random_.chance(20)) {
            raw.kind = static_cast<uint8_t>(random_.chance(50) ? RawIntentKind::cancel : RawIntentKind::amend);
            raw.target = last_handle - std::min<uint64_t>(last_handle, random_.below(12));
        }
        if (random_.chance(10)) {
            raw.kind = static_cast<uint8_t>(RawIntentKind::target_position);
            raw.measure = static_cast<uint8_t>(random_.below(target_measure_count));
            raw.quantity = raw.measure == 1 ? static_cast<double>(random_.between(-10, 20)) / 10
                                            : static_cast<double>(random_.between(-30, 30));
        }
        if (random_.chance(3)) raw.handle = random_.below(last_handle + 1);
        if (random_.chance(2)) raw.handle = UINT64_MAX;
        if (random_.chance(2)) reinterpret_cast<uint8_t*>(&raw)[offsetof(RawIntent, kind) + random_.below(6)] = 200;
        raw.tag[0] = 't';
        if (raw.tag_size == 0) raw.tag_size = 1;
        return raw;
    }

    // Mostly what the type needs; prices on both sides of the market.
    void add_terms(RawIntent& raw) {
        raw.type = static_cast<uint8_t>(random_.below(order_type_count));
        const auto type = static_cast<OrderType>(raw.type);
        const auto price = [&] { return static_cast<double>(random_.between(5'000, 15'000)) / 100; };
        if (has_limit(type) != random_.chance(5)) raw.limit = price();
        if (has_trigger(type) != random_.chance(5)) raw.trigger = price();
        if ((type == OrderType::trailing_stop) != random_.chance(5)) raw.trail = random_.chance(50) ? 0.02 : 1.5;
        if (random_.chance(30)) raw.time_in_force = static_cast<uint8_t>(random_.below(time_in_force_count));
        if (raw.time_in_force == static_cast<uint8_t>(TimeInForce::gtd))
            raw.expires_ns = static_cast<int64_t>(made_.size()) * 1000 + random_.between(-2'000, 50'000);
        if (random_.chance(20)) raw.flags = static_cast<uint8_t>(random_.below(intent_flags_all + 1));
        if (random_.chance(10)) raw.display = 1;
    }

    // Followers of the last orders, and groups of two or three.
    void add_relations(RawIntent& raw, uint64_t last_handle) {
        if (random_.chance(60)) raw.parent = last_handle - std::min<uint64_t>(last_handle, random_.between(1, 4));
        if (random_.chance(60)) raw.group = last_handle - std::min<uint64_t>(last_handle, random_.below(3));
        if (random_.chance(80)) {
            raw.instrument = 0;
            raw.side = static_cast<uint8_t>(Side::sell);
        }
    }

    OrderId any_order() {
        return random_.chance(80) ? sent_[sent_.size() - 1 - random_.below(std::min<size_t>(sent_.size(), 20))]
                                  : sent_[random_.below(sent_.size())];
    }

    DeskInput fill() {
        Fill made;
        made.order = any_order();
        const Order* order = desk_.find(made.order);
        made.account = made.order.parts().account;
        made.instrument = order != nullptr ? order->intent.instrument : InstrumentId{0};
        made.side = order != nullptr ? order->intent.side : Side::buy;
        if (order != nullptr) made.bucket = order->intent.bucket;
        made.quantity = order != nullptr && order->open.is_positive() && random_.chance(60)
                            ? order->open
                            : Quantity::from_units(random_.between(1, 4));
        made.price = Price::from_raw(Int128{random_.between(5'000, 15'000)} * decimal_scale / 100);
        made.trade.number = random_.chance(90) ? ++trade_ : random_.between(1, 50);
        made.fee = Money::from_raw(Int128{random_.between(-10, 100)} * decimal_scale / 100);
        made.fee_currency = Currency::literal("USD");
        made.time = {static_cast<int64_t>(made_.size()) * 1000};
        if (random_.chance(2)) made.quantity = Quantity::zero();
        if (random_.chance(2)) made.instrument = {77};
        if (random_.chance(2)) made.account = {9};
        if (random_.chance(3)) made.order = OrderId::pack({.account = {1}, .strategy = {40}, .sequence = 12345});
        return made;
    }

    DeskInput report() {
        constexpr OrderEventKind usual[] = {OrderEventKind::accept, OrderEventKind::cancel,
                                            OrderEventKind::refuse_cancel, OrderEventKind::reject,
                                            OrderEventKind::expire};
        VenueReport made;
        made.order =
            random_.chance(97) ? any_order() : OrderId::pack({.account = {1}, .strategy = {41}, .sequence = 9});
        made.event = random_.chance(70) ? usual[random_.below(std::size(usual))]
                                        : static_cast<OrderEventKind>(random_.below(order_event_count));
        if (made.event == OrderEventKind::fill || made.event == OrderEventKind::complete)
            made.event = OrderEventKind::doubt;
        made.quantity = Quantity::from_units(random_.between(1, 9));
        made.reason = static_cast<VenueReason>(random_.below(venue_reason_count));
        const Order* order = desk_.find(made.order);
        if (order != nullptr && order->state == OrderState::pending_replace && random_.chance(60)) {
            made.event = OrderEventKind::replace;
            made.quantity = order->intent.quantity + Quantity::from_units(random_.between(-2, 2));
            if (has_limit(order->intent.type)) made.limit = "99"_price;
        }
        if (random_.chance(10)) (void)made.venue_id.assign("V" + std::to_string(random_.below(1000)));
        return made;
    }

    Random random_;
    Random instant_random_{7};
    bool money_;
    bool more_follow_ = false;  // at the instant of the last bar
    uint64_t tradable_ = 3;
    Desk desk_;
    std::vector<DeskInput> made_;
    std::vector<OrderId> sent_;
    uint64_t handles_[4] = {};
    uint64_t trade_ = 50;
};

}  // namespace trd::testing
