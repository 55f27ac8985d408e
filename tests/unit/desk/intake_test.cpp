// What desk_test.cpp does not show: quantities that a binary fraction only nearly is, and what is left in a denied
// intent.
#include "desk/intake.h"

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <string>

#include "support/catch.h"
#include "support/random.h"

using namespace trd;
using testing::Random;

namespace {

const IntakeContext context{.strategy = {4}, .account = {3}, .profile = 2, .incarnation = 5, .last_handle = 10};

Instrument instrument_with_lot(Quantity lot) {
    Instrument instrument;
    instrument.id = {6};
    Terms terms;
    terms.lot = lot;
    instrument.terms = {terms};
    return instrument;
}

RawIntent buy(double quantity) {
    RawIntent raw;
    raw.handle = 11;
    raw.instrument = 6;
    raw.quantity = quantity;
    return raw;
}

Decision decide(const RawIntent& raw, const Instrument& instrument) {
    static const AccountTerms account;
    IntakePosition position;
    position.instrument = &instrument;
    position.account = &account;
    return take_in(raw, context, position);
}

bool keeps(double wanted, Quantity expected, const Instrument& instrument) {
    const Decision decision = decide(buy(wanted), instrument);
    return decision.denial == Denial::none && decision.intent.quantity == expected;
}

}  // namespace

// TorchTrade PR#352: floor(q / step) in doubles loses a step on 207 of 400 exact multiples.
TEST_CASE("an exact multiple of the lot loses no lot, however the double came about") {
    for (const char* text : {"0.1", "0.01", "0.001", "0.05", "0.25", "1"}) {
        const Quantity lot = *Quantity::parse(text);
        const Instrument instrument = instrument_with_lot(lot);
        const double width = std::strtod(text, nullptr);
        double sum = 0;
        for (int k = 1; k <= 2'000; ++k) {
            const Quantity expected = Quantity::from_raw(lot.raw() * k);
            const std::string written = to_string(expected);
            sum = std::round((sum + width) * 1e9) / 1e9;
            for (double wanted : {k * width, std::strtod(written.c_str(), nullptr), k / (1 / width), sum,
                                  std::nextafter(k * width, 0.0)})
                if (!keeps(wanted, expected, instrument)) FAIL(wanted << " in lots of " << text);
        }
    }
}

TEST_CASE("between two multiples the lower one is taken") {
    Random random(1);
    for (const char* text : {"0.1", "0.01", "0.001", "0.05", "0.25", "1"}) {
        const Quantity lot = *Quantity::parse(text);
        const Instrument instrument = instrument_with_lot(lot);
        for (int i = 0; i < 3'000; ++i) {
            const int64_t lots = random.between(1, 100'000);
            // A part of a lot in thousandths, never none.
            const Quantity wanted = Quantity::from_raw(lot.raw() * lots + lot.raw() * random.between(1, 999) / 1000);
            if (!keeps(to_double(wanted), Quantity::from_raw(lot.raw() * lots), instrument))
                FAIL(wanted << " in lots of " << text);
        }
    }
}

TEST_CASE("no more than the smallest double and as much as a decimal holds") {
    const Instrument instrument = instrument_with_lot("0.1"_qty);
    CHECK(decide(buy(5e-324), instrument).denial == Denial::quantity_rounds_to_zero);
    CHECK(decide(buy(0.0999999), instrument).denial == Denial::quantity_rounds_to_zero);
    CHECK(decide(buy(-5e-324), instrument).denial == Denial::quantity_not_positive);
    CHECK(decide(buy(-0.0), instrument).denial == Denial::quantity_not_positive);
    CHECK(keeps(1e15, Quantity::max(), instrument));
    CHECK(decide(buy(1.1e15), instrument).denial == Denial::quantity_too_large);
    CHECK(decide(buy(1.7e308), instrument).denial == Denial::quantity_too_large);
}

TEST_CASE("any bytes are an intent that fits its terms or a denial, and who asks is never the strategy's to say") {
    Random random(2);
    const Instrument instrument = instrument_with_lot("0.01"_qty);
    int allowed = 0;
    for (int i = 0; i < 200'000; ++i) {
        RawIntent raw = buy(static_cast<double>(random.below(100'000)) / 7);
        uint8_t bytes[sizeof raw];
        std::memcpy(bytes, &raw, sizeof raw);
        for (uint64_t n = random.below(4); n > 0; --n)
            bytes[random.below(sizeof raw)] = static_cast<uint8_t>(random.chance(50) ? random.below(4) : random.next());
        if (random.chance(10))
            for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random.next());
        std::memcpy(&raw, bytes, sizeof raw);
        if (raw.kind == static_cast<uint8_t>(RawIntentKind::cancel) ||
            raw.kind == static_cast<uint8_t>(RawIntentKind::amend))
            continue;  // never come here
        const Decision decision = decide(raw, instrument);
        const OrderIntent& intent = decision.intent;
        REQUIRE(intent.account == context.account);
        REQUIRE(intent.strategy == context.strategy);
        REQUIRE(intent.instrument.value == raw.instrument);
        const bool well_formed = check_form(raw, context.last_handle) == Denial::none;
        REQUIRE((decision.denial == Denial::malformed || decision.denial == Denial::handle_out_of_order) ==
                !well_formed);
        if (!well_formed) {
            REQUIRE(intent.id.is_null());
            continue;
        }
        const OrderId::Parts parts = intent.id.parts();
        REQUIRE(parts == OrderId::Parts{2, {3}, {4}, intent.purpose, 5, raw.handle});
        REQUIRE(intent.tag.view() == std::string_view(raw.tag, raw.tag_size));
        if (decision.denial != Denial::none) continue;
        ++allowed;
        REQUIRE(intent.quantity.is_positive());
        REQUIRE(is_multiple_of(intent.quantity, "0.01"_qty));
        REQUIRE(to_double(intent.quantity) <= raw.quantity * (1 + 1e-14));
    }
    CHECK(allowed > 10'000);
}

TEST_CASE("handles: above the last one and within 44 bits") {
    const uint64_t most = (uint64_t{1} << 44) - 1;
    RawIntent raw = buy(1);
    const auto form_of = [&](uint64_t handle, uint64_t last) {
        raw.handle = handle;
        return check_form(raw, last);
    };
    CHECK(form_of(0, 0) == Denial::handle_out_of_order);
    CHECK(form_of(1, 0) == Denial::none);
    CHECK(form_of(10, 10) == Denial::handle_out_of_order);
    CHECK(form_of(11, 10) == Denial::none);
    CHECK(form_of(most, 10) == Denial::none);
    CHECK(form_of(most, most) == Denial::handle_out_of_order);
    CHECK(form_of(most + 1, 10) == Denial::malformed);
    CHECK(form_of(UINT64_MAX, 10) == Denial::malformed);
}

TEST_CASE("a field out of range is malformed before anything else is said") {
    const size_t first = offsetof(RawIntent, kind);
    // kind, side, type, time in force, purpose, flags, bucket, measure, tag size
    const int counts[] = {5, 2, 7, 7, 8, 8, 3, 3, 23};
    for (size_t field = 0; field < std::size(counts); ++field) {
        for (int byte = 0; byte < 256; ++byte) {
            RawIntent raw = buy(NAN);
            raw.handle = 1;
            reinterpret_cast<uint8_t*>(&raw)[first + field] = static_cast<uint8_t>(byte);
            if (check_form(raw, 5) != (byte < counts[field] ? Denial::handle_out_of_order : Denial::malformed))
                FAIL("field " << field << ", byte " << byte);
        }
    }
}

namespace {

// A market at 100 with ticks of 0.05, ten units held.
Decision decide_at_100(const RawIntent& raw, bool hedging = false) {
    Instrument instrument = instrument_with_lot("1"_qty);
    instrument.terms[0].tick = "0.05"_price;
    AccountTerms account;
    account.hedging = hedging;
    IntakePosition position;
    position.instrument = &instrument;
    position.account = &account;
    position.mark = "100"_price;
    position.now = {1'000};
    position.held[0].quantity = "10"_qty;
    return take_in(raw, context, position);
}

RawIntent order_of(OrderType type, Side side, double limit, double trigger) {
    RawIntent raw = buy(5);
    raw.type = static_cast<uint8_t>(type);
    raw.side = static_cast<uint8_t>(side);
    raw.limit = limit;
    raw.trigger = trigger;
    if (type == OrderType::trailing_stop) raw.trail = 1;
    return raw;
}

constexpr double no = RawIntent::not_given;

}  // namespace

TEST_CASE("each type takes the prices it needs and no others") {
    struct Case {
        OrderType type;
        double limit, trigger;
        Denial denial;
    };
    const Case table[] = {
        {OrderType::market, no, no, Denial::none},
        {OrderType::market, 90, no, Denial::price_not_wanted},
        {OrderType::market, no, 110, Denial::price_not_wanted},
        {OrderType::limit, 90, no, Denial::none},
        {OrderType::limit, no, no, Denial::price_missing},
        {OrderType::limit, 90, 110, Denial::price_not_wanted},
        {OrderType::stop, no, 110, Denial::none},
        {OrderType::stop, no, no, Denial::price_missing},
        {OrderType::stop, 90, 110, Denial::price_not_wanted},
        {OrderType::stop_limit, 111, 110, Denial::none},
        {OrderType::stop_limit, 111, no, Denial::price_missing},
        {OrderType::stop_limit, no, 110, Denial::price_missing},
        {OrderType::trailing_stop, no, no, Denial::none},
        {OrderType::trailing_stop, no, 110, Denial::none},
        {OrderType::trailing_stop, 90, no, Denial::price_not_wanted},
        {OrderType::market_if_touched, no, 90, Denial::none},
        {OrderType::market_if_touched, no, 110, Denial::trigger_wrong_side},
        {OrderType::limit_if_touched, 91, 90, Denial::none},
        {OrderType::limit, INFINITY, no, Denial::price_not_finite},
        {OrderType::limit, -3, no, Denial::price_not_positive},
        {OrderType::limit, 0, no, Denial::price_not_positive},
        {OrderType::limit, 0.04, no, Denial::price_rounds_to_zero},
        {OrderType::limit, 1e16, no, Denial::price_too_large},
    };
    for (const Case& each : table) {
        INFO(name_of(each.type) << " " << each.limit << " " << each.trigger);
        CHECK(name_of(decide_at_100(order_of(each.type, Side::buy, each.limit, each.trigger)).denial) ==
              name_of(each.denial));
    }
}

TEST_CASE("a stop waits for a worse price than the market's, an if-touched order for a better one") {
    for (Side side : {Side::buy, Side::sell}) {
        const double above = 100.05, below = 99.95;
        const double worse = side == Side::buy ? above : below, better = side == Side::buy ? below : above;
        CHECK(decide_at_100(order_of(OrderType::stop, side, no, worse)).denial == Denial::none);
        CHECK(decide_at_100(order_of(OrderType::stop, side, no, 100)).denial == Denial::trigger_wrong_side);
        CHECK(decide_at_100(order_of(OrderType::stop, side, no, better)).denial == Denial::trigger_wrong_side);
        CHECK(decide_at_100(order_of(OrderType::market_if_touched, side, no, better)).denial == Denial::none);
        CHECK(decide_at_100(order_of(OrderType::market_if_touched, side, no, 100)).denial ==
              Denial::trigger_wrong_side);
    }
}

TEST_CASE("a limit is rounded away from the market, a stop towards it") {
    const auto limit = [](Side side, double price) {
        return decide_at_100(order_of(OrderType::limit, side, price, no)).intent.limit;
    };
    const auto stop = [](Side side, double price) {
        return decide_at_100(order_of(OrderType::stop, side, no, price)).intent.trigger;
    };
    CHECK(limit(Side::buy, 90.04) == "90"_price);
    CHECK(limit(Side::sell, 110.01) == "110.05"_price);
    CHECK(limit(Side::buy, 90.05) == "90.05"_price);
    CHECK(stop(Side::buy, 110.04) == "110"_price);
    CHECK(stop(Side::sell, 90.01) == "90.05"_price);
}

TEST_CASE("type, time in force, date and flags have to go together") {
    const auto denial = [](OrderType type, TimeInForce tif, uint8_t flags, double display, int64_t expires) {
        RawIntent raw = order_of(type, Side::sell, has_limit(type) ? 110 : no, has_trigger(type) ? 95 : no);
        if (is_if_touched(type)) raw.trigger = 105;
        raw.time_in_force = static_cast<uint8_t>(tif);
        raw.flags = flags;
        raw.display = display;
        raw.expires_ns = expires;
        return decide_at_100(raw).denial;
    };
    using T = TimeInForce;
    for (int type = 0; type < order_type_count; ++type) {
        const auto of = static_cast<OrderType>(type);
        for (T tif : {T::gtc, T::day}) CHECK(denial(of, tif, 0, no, 0) == Denial::none);
        CHECK(denial(of, T::gtd, 0, no, 2'000) == Denial::none);
        for (T tif : {T::ioc, T::fok, T::at_open, T::at_close})
            CHECK(denial(of, tif, 0, no, 0) == (has_trigger(of) ? Denial::unfit_combination : Denial::none));
        CHECK(denial(of, T::gtc, intent_post_only, no, 0) ==
              (has_limit(of) ? Denial::none : Denial::unfit_combination));
        CHECK(denial(of, T::gtc, 0, 2, 0) == (has_limit(of) ? Denial::none : Denial::unfit_combination));
    }
    CHECK(denial(OrderType::limit, T::ioc, intent_post_only, no, 0) == Denial::unfit_combination);
    CHECK(denial(OrderType::limit, T::fok, 0, 2, 0) == Denial::unfit_combination);
    CHECK(denial(OrderType::limit, T::gtd, 0, no, 0) == Denial::expiry_missing);
    CHECK(denial(OrderType::limit, T::gtd, 0, no, 1'000) == Denial::expiry_in_the_past);
    CHECK(denial(OrderType::limit, T::gtd, 0, no, -5) == Denial::expiry_in_the_past);
    CHECK(denial(OrderType::limit, T::gtc, 0, no, 2'000) == Denial::unfit_combination);
    CHECK(denial(OrderType::limit, T::gtc, 0, 6, 0) == Denial::display_unfit);
    CHECK(denial(OrderType::limit, T::gtc, 0, 0.5, 0) == Denial::display_unfit);
    CHECK(denial(OrderType::limit, T::gtc, intent_reduce_only, no, 0) == Denial::none);
    RawIntent adds = buy(5);
    adds.flags = intent_reduce_only;
    CHECK(decide_at_100(adds).denial == Denial::reduce_only_unfit);
}

TEST_CASE("a trailing stop has a distance, in money or as a share") {
    const auto trailing = [](double trail, uint8_t flags) {
        RawIntent raw = order_of(OrderType::trailing_stop, Side::sell, no, no);
        raw.trail = trail;
        raw.flags = flags;
        return decide_at_100(raw);
    };
    CHECK(trailing(1.5, 0).intent.trail_amount == "1.5"_price);
    CHECK(trailing(0.02, intent_trail_percent).intent.trail_percent == "0.02"_dec);
    CHECK(trailing(no, 0).denial == Denial::price_missing);
    CHECK(trailing(0, 0).denial == Denial::price_not_positive);
    CHECK(trailing(0, intent_trail_percent).denial == Denial::price_not_positive);
    CHECK(trailing(-0.1, intent_trail_percent).denial == Denial::price_not_positive);
    CHECK(trailing(1, intent_trail_percent).denial == Denial::price_too_large);
    CHECK(trailing(INFINITY, intent_trail_percent).denial == Denial::price_not_finite);
    RawIntent limit = order_of(OrderType::limit, Side::sell, 110, no);
    limit.trail = 1;
    CHECK(decide_at_100(limit).denial == Denial::price_not_wanted);
}

TEST_CASE("an account nets, or keeps two sides; an order says which one only where there are two") {
    RawIntent raw = buy(5);
    raw.bucket = static_cast<uint8_t>(SideBucket::long_side);
    CHECK(decide_at_100(raw).denial == Denial::bucket_not_kept);
    CHECK(decide_at_100(raw, true).intent.bucket == SideBucket::long_side);
    raw.bucket = static_cast<uint8_t>(SideBucket::net);
    CHECK(decide_at_100(raw, true).intent.bucket == SideBucket::long_side);
    raw.side = static_cast<uint8_t>(Side::sell);
    CHECK(decide_at_100(raw, true).intent.bucket == SideBucket::short_side);
    RawIntent target;
    target.handle = 11;
    target.instrument = 6;
    target.kind = static_cast<uint8_t>(RawIntentKind::target_position);
    target.quantity = 3;
    CHECK(decide_at_100(target, true).denial == Denial::bucket_not_kept);
}

TEST_CASE("a trail that no decimal holds, and a trigger that is no price") {
    RawIntent trail = order_of(OrderType::trailing_stop, Side::sell, no, no);
    trail.trail = 1e300;
    trail.flags = intent_trail_percent;
    CHECK(decide_at_100(trail).denial == Denial::price_too_large);
    CHECK(decide_at_100(order_of(OrderType::stop, Side::sell, no, -5)).denial == Denial::price_not_positive);
}

namespace {

struct Target {
    TargetMeasure measure = TargetMeasure::notional;
    double wanted = 0;
    Price mark = "6"_price;
    Quantity lot = Quantity::from_raw(1);
    const char* account = "none";
    const char* fees = "none";
};

Decision aim(const Target& target) {
    Instrument instrument = instrument_with_lot(target.lot);
    AccountTerms account = *AccountTerms::parse(target.account);
    account.fees = *FeeModel::parse(target.fees);
    IntakePosition position;
    position.instrument = &instrument;
    position.account = &account;
    position.mark = target.mark;
    position.equity = "1000"_money;
    RawIntent raw;
    raw.handle = 11;
    raw.instrument = 6;
    raw.kind = static_cast<uint8_t>(RawIntentKind::target_position);
    raw.measure = static_cast<uint8_t>(target.measure);
    raw.quantity = target.wanted;
    return take_in(raw, context, position);
}

}  // namespace

TEST_CASE("money buys no lot more than it pays for, on either side") {
    for (const double wanted : {1.0, -1.0}) {
        const Decision decision = aim({.wanted = wanted});
        CHECK(decision.denial == Denial::none);
        CHECK(decision.intent.quantity == "0.166666666666"_qty);  // a sixth, which rounds up
        CHECK(decision.intent.side == (wanted > 0 ? Side::buy : Side::sell));
    }
}

TEST_CASE("targets beyond what numbers hold are refused") {
    CHECK(aim({.wanted = 1e300}).denial == Denial::quantity_too_large);
    CHECK(aim({.wanted = 1e15}).denial ==
          Denial::quantity_too_large);  // rounded up it would cost more than money holds
    CHECK(aim({.wanted = 1e15, .mark = "0.000001"_price}).denial == Denial::quantity_too_large);
    CHECK(aim({.measure = TargetMeasure::weight, .wanted = 1e300}).denial == Denial::quantity_too_large);
    CHECK(aim({.wanted = 1, .mark = Price::zero()}).denial == Denial::no_market_yet);
}

TEST_CASE("a weight after fees: what the order itself costs is taken off first") {
    const auto after_fees = [](double weight, Price mark, const char* fees) {
        return aim({.measure = TargetMeasure::weight,
                    .wanted = weight,
                    .mark = mark,
                    .lot = "1"_qty,
                    .account = "after_fees",
                    .fees = fees});
    };
    CHECK(after_fees(1, "10"_price, "per_unit:0,min=5").intent.quantity == "99"_qty);
    CHECK(after_fees(-1, "10"_price, "per_unit:0,min=5").intent.quantity == "99"_qty);
    CHECK(after_fees(-1, "10"_price, "per_unit:0,min=5").intent.side == Side::sell);
    CHECK(after_fees(0, "10"_price, "per_unit:0,min=5").denial == Denial::already_at_target);
    CHECK(after_fees(1, Price::zero(), "per_unit:0,min=5").denial == Denial::no_market_yet);
    CHECK(after_fees(1, "10"_price, "per_unit:0,min=5000").denial == Denial::quantity_rounds_to_zero);
    // A fee of nine tenths of the value: the rounds go back and forth and are given up.
    const Decision mad = after_fees(1, "10"_price, "bps:9000");
    CHECK(mad.denial == Denial::none);
    CHECK(mad.intent.quantity < "100"_qty);
}

TEST_CASE("an amendment keeps to the instrument's quantities, and shows no more than there is") {
    Order order;
    order.intent.quantity = order.open = "10"_qty;
    order.intent.type = OrderType::limit;
    order.intent.limit = "90"_price;
    Terms terms;
    terms.lot = "1"_qty;
    terms.min_quantity = "5"_qty;
    terms.max_quantity = "20"_qty;
    const auto refusal = [&](double quantity, double display = RawIntent::not_given) {
        RawIntent raw;
        raw.kind = static_cast<uint8_t>(RawIntentKind::amend);
        raw.quantity = quantity;
        raw.display = display;
        OrderAmendment amendment;
        return read_amendment(raw, order, terms, amendment);
    };
    CHECK(refusal(4) == Denial::quantity_below_minimum);
    CHECK(refusal(5) == Denial::none);
    CHECK(refusal(20) == Denial::none);
    CHECK(refusal(21) == Denial::quantity_above_maximum);
    CHECK(refusal(8, 9) == Denial::display_unfit);
    CHECK(refusal(8, 8) == Denial::none);
}

TEST_CASE("a stop that follows an order finds the market where that order would trade") {
    const auto refusal = [](OrderType parent_type, Price limit, Price trigger, double stop, Quantity filled = {}) {
        Order parent;
        parent.filled = filled;
        parent.intent.type = parent_type;
        parent.intent.limit = limit;
        parent.intent.trigger = trigger;
        Instrument instrument = instrument_with_lot("1"_qty);
        const AccountTerms account;
        IntakePosition position;
        position.instrument = &instrument;
        position.account = &account;
        position.mark = "100"_price;
        position.parent = &parent;
        RawIntent raw = order_of(OrderType::stop, Side::sell, no, stop);
        raw.parent = 5;
        return take_in(raw, context, position).denial;
    };
    const Price none;
    CHECK(refusal(OrderType::limit, "90"_price, none, 95) == Denial::trigger_wrong_side);
    CHECK(refusal(OrderType::limit, "90"_price, none, 89) == Denial::none);
    CHECK(refusal(OrderType::stop, none, "110"_price, 105) == Denial::none);
    CHECK(refusal(OrderType::trailing_stop, none, none, 99) == Denial::none);  // where it will trade is not known yet
    CHECK(refusal(OrderType::trailing_stop, none, none, 101) == Denial::trigger_wrong_side);
    CHECK(refusal(OrderType::market, none, none, 101) == Denial::trigger_wrong_side);
    // It has traded already: the order meets the market as it is now, wherever that was.
    CHECK(refusal(OrderType::limit, "90"_price, none, 95, "1"_qty) == Denial::none);
    CHECK(refusal(OrderType::stop, none, "110"_price, 105, "1"_qty) == Denial::trigger_wrong_side);
}
