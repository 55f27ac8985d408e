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
