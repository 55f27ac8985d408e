// The published layout of an order id is written down a second time here, as a text of 128 binary digits that is cut
// into fields, so that a shift or a mask that is wrong by one shows.
#include "base/ids.h"

#include <algorithm>
#include <bit>
#include <set>
#include <string>
#include <type_traits>
#include <vector>

#include "support/catch.h"
#include "support/random.h"

using namespace trd;
using testing::Random;

namespace {

// Most significant first, as in base/ids.h.
enum Field { format, profile, account, strategy, purpose, incarnation, sequence, check };
constexpr int widths[] = {4, 14, 10, 12, 4, 28, 44, 12};

uint64_t most(Field field) { return (uint64_t{1} << widths[field]) - 1; }

std::string binary_of(const std::string& hex) {
    const std::string digits = "0123456789abcdef";
    std::string bits;
    for (char c : hex)
        for (size_t weight : {8, 4, 2, 1}) bits += digits.find(c) / weight % 2 == 1 ? '1' : '0';
    return bits;
}

uint64_t field_of(const std::string& hex, Field wanted) {
    size_t start = 0;
    for (int field = 0; field < wanted; ++field) start += static_cast<size_t>(widths[field]);
    return std::stoull(binary_of(hex).substr(start, static_cast<size_t>(widths[wanted])), nullptr, 2);
}

// Zero, one, the most and anything between, each often.
uint64_t part(Random& random, Field field) {
    switch (random.below(6)) {
        case 0:
            return 0;
        case 1:
            return most(field);
        case 2:
            return uint64_t{1} << random.below(static_cast<uint64_t>(widths[field]));
        default:
            return random.next() & most(field);
    }
}

OrderId::Parts random_parts(Random& random) {
    return {.profile = static_cast<uint16_t>(part(random, profile)),
            .account = {static_cast<uint16_t>(part(random, account))},
            .strategy = {static_cast<uint16_t>(part(random, strategy))},
            .purpose = static_cast<Purpose>(random.below(purpose_count)),
            .incarnation = static_cast<uint32_t>(part(random, incarnation)),
            .sequence = part(random, sequence)};
}

bool refuses(const std::string& hex, OrderId::Refusal refusal) {
    const auto parsed = OrderId::parse(hex);
    return !parsed.ok() && parsed.error() == refusal;
}

struct Typos {
    int tried = 0;
    int accepted = 0;
    std::string example;
};

// Every other digit in every place.
void try_typos(OrderId id, Typos& typos) {
    const std::string right = id.to_hex();
    for (size_t place = 0; place < right.size(); ++place) {
        for (char digit : std::string("0123456789abcdef")) {
            if (digit == right[place]) continue;
            std::string wrong = right;
            wrong[place] = digit;
            ++typos.tried;
            if (!OrderId::parse(wrong).ok()) continue;
            ++typos.accepted;
            typos.example = right + " and " + wrong;
        }
    }
}

Typos typos_of(int ids) {
    Random random(3);
    Typos typos;
    for (int i = 0; i < ids; ++i) try_typos(OrderId::pack(random_parts(random)), typos);
    return typos;
}

}  // namespace

TEST_CASE("an order id gives back the parts it was packed from, and its digits are the published layout") {
    Random random(1);
    for (int i = 0; i < 50'000; ++i) {
        const OrderId::Parts parts = random_parts(random);
        const OrderId id = OrderId::pack(parts);
        const std::string hex = id.to_hex();
        INFO(hex);
        REQUIRE(id.parts() == parts);
        REQUIRE(*OrderId::parse(hex) == id);
        REQUIRE(*OrderId::from_halves(id.high(), id.low()) == id);
        REQUIRE_FALSE(id.is_null());
        const bool laid_out =
            hex.size() == 32 && field_of(hex, format) == 1 && field_of(hex, profile) == parts.profile &&
            field_of(hex, account) == parts.account.value && field_of(hex, strategy) == parts.strategy.value &&
            field_of(hex, purpose) == static_cast<uint64_t>(parts.purpose) &&
            field_of(hex, incarnation) == parts.incarnation && field_of(hex, sequence) == parts.sequence;
        REQUIRE(laid_out);
    }
}

TEST_CASE("an id as it stands in records and at venues") {
    const OrderId::Parts parts{
        .profile = 1, .account = {2}, .strategy = {3}, .purpose = Purpose::exit, .incarnation = 4, .sequence = 5};
    CHECK(OrderId::pack(parts).to_hex() == "10004020031000000400000000005712");
    CHECK(OrderId::parse("10004020031000000400000000005712")->parts() == parts);
}

TEST_CASE("each bit of each part lands in one place of its own") {
    const OrderId nothing = OrderId::pack({});
    std::set<std::pair<uint64_t, uint64_t>> places;
    int bits = 0;
    const auto set_each = [&](int width, auto set) {
        for (int bit = 0; bit < width; ++bit, ++bits) {
            OrderId::Parts parts;
            set(parts, uint64_t{1} << bit);
            const OrderId id = OrderId::pack(parts);
            const uint64_t high = id.high() ^ nothing.high();
            const uint64_t low = (id.low() ^ nothing.low()) & ~most(check);
            REQUIRE(std::popcount(high) + std::popcount(low) == 1);
            places.insert({high, low});
        }
    };
    using Parts = OrderId::Parts;
    set_each(14, [](Parts& parts, uint64_t value) { parts.profile = static_cast<uint16_t>(value); });
    set_each(10, [](Parts& parts, uint64_t value) { parts.account.value = static_cast<uint16_t>(value); });
    set_each(12, [](Parts& parts, uint64_t value) { parts.strategy.value = static_cast<uint16_t>(value); });
    set_each(3, [](Parts& parts, uint64_t value) { parts.purpose = static_cast<Purpose>(value); });
    set_each(28, [](Parts& parts, uint64_t value) { parts.incarnation = static_cast<uint32_t>(value); });
    set_each(44, [](Parts& parts, uint64_t value) { parts.sequence = value; });
    CHECK(bits == 14 + 10 + 12 + 3 + 28 + 44);
    CHECK(static_cast<int>(places.size()) == bits);
}

TEST_CASE("order ids are ordered as their digits are, and one strategy's by incarnation, then sequence") {
    Random random(2);
    for (int i = 0; i < 20'000; ++i) {
        OrderId::Parts a = random_parts(random);
        OrderId::Parts b = random.chance(50) ? random_parts(random) : a;
        const OrderId x = OrderId::pack(a);
        REQUIRE((x < OrderId::pack(b)) == (x.to_hex() < OrderId::pack(b).to_hex()));
        b = a;
        b.incarnation = static_cast<uint32_t>(part(random, incarnation));
        if (random.chance(50)) b.incarnation = a.incarnation;
        b.sequence = part(random, sequence);
        const OrderId y = OrderId::pack(b);
        const bool earlier = a.incarnation != b.incarnation ? a.incarnation < b.incarnation : a.sequence < b.sequence;
        REQUIRE((x < y) == earlier);
    }
}

TEST_CASE("text that is no order id is refused with its reason") {
    const std::string good = OrderId::pack({.profile = 5, .account = {1}, .strategy = {7}, .sequence = 99}).to_hex();
    REQUIRE(OrderId::parse(good).ok());
    for (size_t size = 0; size < 80; ++size) {
        if (size == 32) continue;
        CHECK(refuses((good + good + good).substr(0, size), OrderId::Refusal::length));
    }
    for (size_t place = 0; place < 32; ++place) {
        for (int byte = 0; byte < 256; ++byte) {
            const char c = static_cast<char>(byte);
            if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')) continue;
            std::string wrong = good;
            wrong[place] = c;
            if (!refuses(wrong, OrderId::Refusal::not_hex)) FAIL("place " << place << ", byte " << byte);
        }
    }
    for (char digit : std::string("023456789abcdef")) {
        std::string wrong = good;
        wrong[0] = digit;
        CHECK(refuses(wrong, OrderId::Refusal::unknown_format));
    }
    for (char digit : std::string("89abcdef")) {  // the purpose is bits 40..43 from the top: the eleventh digit
        std::string wrong = good;
        wrong[10] = digit;
        CHECK(refuses(wrong, OrderId::Refusal::unknown_format));
    }
    CHECK(refuses(std::string(32, '0'), OrderId::Refusal::unknown_format));
    CHECK(OrderId().is_null());
    CHECK(OrderId::from_halves(0, 0).error() == OrderId::Refusal::unknown_format);
}

TEST_CASE("of all checks exactly one is accepted") {
    Random random(4);
    for (int i = 0; i < 50; ++i) {
        const OrderId id = OrderId::pack(random_parts(random));
        for (uint64_t value = 0; value <= most(check); ++value) {
            const uint64_t low = (id.low() & ~most(check)) | value;
            const auto parsed = OrderId::from_halves(id.high(), low);
            if (parsed.ok() != (low == id.low())) FAIL(id.to_hex() << " with check " << value);
            if (!parsed.ok()) REQUIRE(parsed.error() == OrderId::Refusal::bad_check);
        }
    }
}

TEST_CASE("every single mistyped digit is refused") {
    const Typos typos = typos_of(2'000);
    INFO(typos.accepted << " of " << typos.tried << " typos accepted, for example " << typos.example);
    CHECK(typos.accepted == 0);
}

TEST_CASE("bytes that are no order id pass the check one time in four thousand") {
    Random random(5);
    int accepted = 0;
    for (int i = 0; i < 400'000; ++i) {
        const uint64_t high = (random.next() >> 4 | uint64_t{1} << 60) & ~(uint64_t{8} << 20);
        accepted += OrderId::from_halves(high, random.next()).ok() ? 1 : 0;
    }
    CHECK(accepted > 50);  // 98 are expected
    CHECK(accepted < 150);
}

TEST_CASE("currency codes: upper-case letters and digits, one to eight of them") {
    const auto allowed = [](char c) {
        return std::string("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789").find(c) != std::string::npos;
    };
    std::set<uint64_t> packed;
    for (int first = 0; first < 256; ++first) {
        for (int second = 0; second < 256; ++second) {
            const std::string code = {static_cast<char>(first), static_cast<char>(second)};
            const auto parsed = Currency::parse(code);
            const bool right =
                parsed.ok() == (allowed(code[0]) && allowed(code[1])) &&
                (parsed.ok() ? parsed->code() == code : parsed.error() == Currency::Refusal::bad_character);
            if (!right) FAIL("bytes " << first << ", " << second);
            if (parsed.ok()) packed.insert(parsed->packed());
        }
    }
    CHECK(packed.size() == 36 * 36);
    CHECK(Currency::parse("").error() == Currency::Refusal::empty);
    CHECK(Currency::parse("ABCDEFGHI").error() == Currency::Refusal::too_long);
    CHECK(Currency::parse("abcdefghi").error() == Currency::Refusal::too_long);
    CHECK(Currency::parse(std::string_view("USD\0", 4)).error() == Currency::Refusal::bad_character);
    for (size_t place = 0; place < 8; ++place) {
        std::string code = "ABCDEFG9";
        CHECK(Currency::parse(code).ok());
        code[place] = 'b';
        CHECK(Currency::parse(code).error() == Currency::Refusal::bad_character);
    }
}

TEST_CASE("a currency keeps its code, and different codes are different currencies in one order") {
    Random random(6);
    std::vector<Currency> currencies = {Currency{}};
    std::set<std::string> codes = {""};
    for (int i = 0; i < 3'000; ++i) {
        std::string code;
        for (uint64_t n = random.below(8) + 1; n > 0; --n) code += "ABXYZ019"[random.below(8)];
        const Currency currency = *Currency::parse(code);
        REQUIRE(currency.code() == code);
        REQUIRE(currency == Currency::literal(code));
        REQUIRE(Currency::from_packed(currency.packed()) == currency);
        currencies.push_back(currency);
        codes.insert(code);
    }
    std::sort(currencies.begin(), currencies.end());
    CHECK(static_cast<size_t>(std::unique(currencies.begin(), currencies.end()) - currencies.begin()) == codes.size());
    CHECK(currencies.front().code().empty());
    // First character in the lowest byte: what the bytes of a record show.
    CHECK(Currency::literal("USD").packed() == 0x445355);
}

TEST_CASE("numbers of different things do not mix") {
    STATIC_REQUIRE_FALSE(std::is_convertible_v<AccountId, VenueId>);
    STATIC_REQUIRE_FALSE(std::is_constructible_v<AccountId, StrategyId>);
    STATIC_REQUIRE_FALSE(std::is_convertible_v<uint16_t, AccountId>);
    STATIC_REQUIRE_FALSE(std::is_convertible_v<uint64_t, OrderId>);
    CHECK(AccountId{1} < AccountId{2});
    CHECK(InstrumentId{} == InstrumentId{0});
}

TEST_CASE("each purpose has the name and the number of the wire") {
    const std::pair<Purpose, const char*> purposes[] = {{Purpose::entry, "entry"},
                                                        {Purpose::exit, "exit"},
                                                        {Purpose::protective_stop, "protective_stop"},
                                                        {Purpose::take_profit, "take_profit"},
                                                        {Purpose::flatten, "flatten"},
                                                        {Purpose::hedge, "hedge"},
                                                        {Purpose::rebalance, "rebalance"},
                                                        {Purpose::manual, "manual"}};
    REQUIRE(std::size(purposes) == purpose_count);
    for (size_t i = 0; i < std::size(purposes); ++i) {
        CHECK(static_cast<size_t>(purposes[i].first) == i);
        CHECK(name_of(purposes[i].first) == purposes[i].second);
    }
}
