// Decimals from text and to text.
#include "base/decimal.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>

#include "support/catch.h"
#include "unit/base/decimal_values.h"

namespace trd {

using namespace testing;

namespace {

// What parse must say, worked out on strings of digits.
struct SlowParse {
    std::string digits;  // of the raw value, when there is no error
    bool negative = false;
    bool failed = false;
    DecimalError error = DecimalError::syntax;
};

bool all_digits(const std::string& text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool take_sign(std::string& text) {
    if (text.empty() || (text[0] != '-' && text[0] != '+')) return false;
    const bool negative = text[0] == '-';
    text.erase(0, 1);
    return negative;
}

SlowParse fail(DecimalError error) { return {"", false, true, error}; }

// Decides from the digits of the mantissa and the number of places behind the point (which may be negative).
SlowParse slow_scale(std::string digits, long places, bool negative) {
    digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
    if (digits.empty()) return {"0", false, false, {}};
    while (digits.back() == '0') {
        digits.pop_back();
        --places;
    }
    const long integer_digits = static_cast<long>(digits.size()) - places;
    const bool is_limit = digits == "1" && places == -15;
    if (integer_digits > 15 && !is_limit) return fail(DecimalError::overflow);
    if (places > 12) return fail(DecimalError::too_precise);
    return {digits + std::string(static_cast<std::size_t>(12 - places), '0'), negative, false, {}};
}

SlowParse slow_parse(std::string text) {
    if (text.empty()) return fail(DecimalError::empty);
    const bool negative = take_sign(text);
    std::string exponent = "0";
    if (const auto at = text.find_first_of("eE"); at != std::string::npos) {
        exponent = text.substr(at + 1);
        text.resize(at);
    }
    const bool exponent_negative = take_sign(exponent);
    std::string fraction = "0";
    if (const auto at = text.find('.'); at != std::string::npos) {
        fraction = text.substr(at + 1);
        text.resize(at);
    }
    if (!all_digits(text) || !all_digits(fraction) || !all_digits(exponent)) return fail(DecimalError::syntax);
    const long shift = std::strtol(exponent.c_str(), nullptr, 10) * (exponent_negative ? -1 : 1);
    return slow_scale(text + fraction, static_cast<long>(fraction.size()) - shift, negative);
}

void check_parse(const std::string& text) {
    const SlowParse expected = slow_parse(text);
    const auto parsed = Price::parse(text);
    if (parsed.ok() == expected.failed) FAIL(text << " was " << (parsed.ok() ? "accepted" : "refused"));
    if (!parsed.ok()) {
        if (parsed.error() != expected.error) FAIL(text << ": " << describe(parsed.error()));
        return;
    }
    Int128 raw = 0;
    for (const char digit : expected.digits) raw = raw * 10 + (digit - '0');
    if (parsed->raw() != (expected.negative ? -raw : raw)) FAIL(text << " became " << *parsed);
}

}  // namespace

TEST_CASE("text of every edge and of random values, there and back") {
    RawSource source(7);
    std::vector<Int128> raws = edges();
    for (int i = 0; i < cases(50'000); ++i) raws.push_back(source.mixed());
    for (const Int128 raw : raws) {
        const Quantity value = Quantity::from_raw(raw);
        const std::string text = to_string(value);
        const auto back = Quantity::parse(text);
        if (text != slow_text(raw) || !back.ok() || *back != value || text.size() > 30)
            FAIL(slow_text(raw) << " " << text);
    }
    CHECK(to_string("0.1"_dec) == "0.1");
    CHECK(to_string("-3"_dec) == "-3");
    CHECK(to_string(Money::max()) == "1000000000000000");
    CHECK(to_string(-Money::smallest_step()) == "-0.000000000001");
    CHECK(to_string("-0"_money) == "0");
    char buffer[decimal_text_max];
    CHECK(std::string(buffer, to_chars(buffer, "-999999999999999.999999999999"_money)) ==
          "-999999999999999.999999999999");
}

TEST_CASE("the same value spelt in many ways") {
    RawSource source(8);
    for (int i = 0; i < cases(50'000); ++i) {
        const Int128 raw = source.mixed();
        std::string digits = slow_text(raw < 0 ? -raw : raw);
        if (digits.find('.') == std::string::npos) digits += ".0";
        digits.append(source.bits() % 40, '0');
        digits.insert(0, source.bits() % 40, '0');
        // Move the point by up to 40 places and say so in the exponent.
        const std::size_t point = digits.find('.');
        digits.erase(point, 1);
        const std::size_t place = 1 + source.bits() % (digits.size() - 1);
        digits.insert(place, 1, '.');
        const long exponent = static_cast<long>(point) - static_cast<long>(place);
        const char* sign = raw < 0 ? "-" : source.bits() % 2 == 0 ? "+" : "";
        const std::string text = sign + digits + (source.bits() % 2 == 0 ? "e" : "E") +
                                 (exponent >= 0 && source.bits() % 2 == 0 ? "+" : "") + std::to_string(exponent);
        const auto parsed = Money::parse(text);
        if (!parsed.ok() || parsed->raw() != raw) FAIL(text << " for " << slow_text(raw));
        check_parse(text);
    }
}

TEST_CASE("random text is accepted and refused as by the slow parser") {
    RawSource source(9);
    const std::string alphabet = "0000011259.eE+-x ";
    for (int i = 0; i < cases(200'000); ++i) {
        std::string text;
        for (std::uint64_t length = source.bits() % 12; length > 0; --length)
            text += alphabet[source.bits() % alphabet.size()];
        check_parse(text);
    }
    // Well formed, around the limits of places and size.
    for (int i = 0; i < cases(100'000); ++i) {
        std::string text;
        for (std::uint64_t n = 1 + source.bits() % 20; n > 0; --n) text += "0012359"[source.bits() % 7];
        text += '.';
        for (std::uint64_t n = 1 + source.bits() % 20; n > 0; --n) text += "000000019"[source.bits() % 9];
        if (source.bits() % 2 == 0) text.append("e").append(std::to_string(static_cast<int>(source.bits() % 41) - 20));
        check_parse(text);
    }
}

TEST_CASE("malformed text") {
    CHECK(Price::parse("").error() == DecimalError::empty);
    const char* malformed[] = {"-",        "+",     ".",   ".5",    "5.",    "1.e3",  "e5",       "1e",    "1e+",
                               "1e-",      "1e1.5", "+-1", "--1",   "1-",    "1..2",  "1.2.3",    " 1",    "1 ",
                               "1 2",      "0x10",  "1f",  "nan",   "inf",   "-inf",  "NaN",      "1,000", "1_000",
                               "1'0",      "\t1",   "1\n", "1e5e5", "1E--5", "0x1p3", "\xd9\xa1", "$1",    "1%",
                               "infinity", "e",     "E1",  "-.5",   "-e1",   "1.-5",  "1.+5",     "1e 5"};
    for (const char* text : malformed) {
        CAPTURE(text);
        const auto parsed = Price::parse(text);
        REQUIRE_FALSE(parsed.ok());
        CHECK(parsed.error() == DecimalError::syntax);
    }
    CHECK(Price::parse(std::string_view("1\0", 2)).error() == DecimalError::syntax);
    CHECK(Price::parse(std::string_view("\0", 1)).error() == DecimalError::syntax);
}

TEST_CASE("text at the limits") {
    CHECK(*Price::parse("1E-8") == Price::from_raw(10'000));
    CHECK(*Price::parse("1e15") == Price::max());
    CHECK(*Price::parse("1000000000000000.000000000000") == Price::max());
    CHECK(*Price::parse("0.000000000001") == Price::smallest_step());
    CHECK(*Price::parse("0.0000000000010000000000") == Price::smallest_step());
    CHECK(Price::parse("0.0000000000015").error() == DecimalError::too_precise);
    CHECK(Price::parse("1e-13").error() == DecimalError::too_precise);
    CHECK(Price::parse("999999999999999.9999999999999").error() == DecimalError::too_precise);
    CHECK(Price::parse("1000000000000000.000000000001").error() == DecimalError::overflow);
    CHECK(Price::parse("1000000000000000.0000000000001").error() == DecimalError::overflow);
    CHECK(Price::parse("-1000000000000001").error() == DecimalError::overflow);
    CHECK(Price::parse("1e16").error() == DecimalError::overflow);
    CHECK(*Price::parse("0e99999999999999999999999") == Price::zero());
    CHECK(*Price::parse("-0.0e-99999999999999999999") == Price::zero());
    CHECK(Price::parse("1e99999999999999999999999").error() == DecimalError::overflow);
    CHECK(Price::parse("1e-99999999999999999999999").error() == DecimalError::too_precise);
    CHECK_THROWS_AS("1.2.3"_price, std::invalid_argument);
    CHECK_THROWS_WITH("1e99"_money, "1e99: beyond 1e15");
}

TEMPLATE_TEST_CASE("each type refuses bad text and bad doubles", "", Price, Quantity, Money, Decimal) {
    CHECK(*TestType::parse("-12.5e1") == TestType::from_units(-125));
    CHECK(TestType::parse("1x").error() == DecimalError::syntax);
    CHECK(*from_double<TestType>(-125.0) == TestType::from_units(-125));
    CHECK(from_double<TestType>(std::nan("")).error() == DecimalError::not_finite);
    CHECK(from_double<TestType>(2e15).error() == DecimalError::overflow);
}

TEST_CASE("text of a million digits") {
    const std::string zeros(1'000'000, '0');
    const std::string nines(1'000'000, '9');
    CHECK(*Price::parse(zeros + "1.5" + zeros) == "1.5"_price);
    CHECK(*Price::parse("0." + zeros + "15e1000001") == "1.5"_price);
    CHECK(*Price::parse("15" + zeros + "e-1000001") == "1.5"_price);
    CHECK(Price::parse(nines).error() == DecimalError::overflow);
    CHECK(Price::parse("0." + nines).error() == DecimalError::too_precise);
    CHECK(Price::parse("1e" + nines).error() == DecimalError::overflow);
    CHECK(Price::parse(nines + "e-" + nines).error() == DecimalError::too_precise);
}

TEST_CASE("fixed places for tables") {
    CHECK(format_fixed("1.005"_price, 2) == "1.00");
    CHECK(format_fixed("1.015"_price, 2) == "1.02");
    CHECK(format_fixed("-1.015"_price, 2) == "-1.02");
    CHECK(format_fixed("-0.001"_price, 2) == "0.00");
    CHECK(format_fixed("2.5"_price, 0) == "2");
    CHECK(format_fixed("3.5"_price, 0) == "4");
    CHECK(format_fixed("3.5"_price, -1) == "4");
    CHECK(format_fixed("7"_price, 3) == "7.000");
    CHECK(format_fixed("0.000000000001"_price, 12) == "0.000000000001");
    CHECK(format_fixed("0.5"_price, 14) == "0.50000000000000");
    CHECK(format_fixed(Money::max() - Money::smallest_step(), 4) == "1000000000000000.0000");
    RawSource source(10);
    for (int i = 0; i < cases(20'000); ++i) {
        const Money value = Money::from_raw(source.mixed());
        const int places = static_cast<int>(source.bits() % 13);
        const std::string text = format_fixed(value, places);
        const Money back = *Money::parse(text);
        const Int128 step = places == 12 ? 1 : Money::parse(std::string("1e-").append(std::to_string(places)))->raw();
        const std::size_t tail = places == 0 ? 0 : text.size() - text.find('.') - 1;
        if (!is_rounded(value.raw(), step, Rounding::half_even, back.raw()) || tail != static_cast<std::size_t>(places))
            FAIL(value << " " << places << " " << text);
    }
}

TEST_CASE("each error has a text") {
    CHECK(std::string(describe(DecimalError::empty)) == "empty");
    CHECK(std::string(describe(DecimalError::syntax)) == "not a decimal number");
    CHECK(std::string(describe(DecimalError::too_precise)) == "more than 12 decimal places");
    CHECK(std::string(describe(DecimalError::overflow)) == "beyond 1e15");
    CHECK(std::string(describe(DecimalError::division_by_zero)) == "division by zero, or a step that is not positive");
    CHECK(std::string(describe(DecimalError::not_finite)) == "not a finite number");
    CHECK(std::string(DecimalOverflow().what()) == "decimal beyond 1e15");
}

}  // namespace trd
