#include "account/fx_rates.h"

#include "account/account.h"
#include "support/catch.h"
#include "support/random.h"

using namespace trd;

namespace {
constexpr Currency usd = Currency::literal("USD"), eur = Currency::literal("EUR"), jpy = Currency::literal("JPY"),
                   btc = Currency::literal("BTC");
}

TEST_CASE("a rate goes both ways, through one third currency, and is never guessed") {
    FxRates rates;
    CHECK(rates.convert("5"_money, usd, usd) == "5"_money);
    CHECK(rates.convert("0"_money, usd, btc) == "0"_money);
    CHECK_FALSE(rates.convert("5"_money, usd, eur).has_value());
    rates.set(eur, usd, "1.25"_dec);
    CHECK(rates.convert("5"_money, usd, eur) == "4"_money);
    CHECK(rates.convert("-4"_money, eur, usd) == "-5"_money);
    CHECK_FALSE(rates.convert("5"_money, eur, jpy).has_value());
    rates.set(usd, jpy, "150"_dec);
    CHECK(rates.convert("2"_money, eur, jpy) == "375"_money);
    CHECK(rates.convert("375"_money, jpy, eur) == "2"_money);
    CHECK(rates.knows(jpy, eur));
    rates.set(btc, jpy, "10"_dec);  // two steps away from eur: not known
    CHECK_FALSE(rates.knows(btc, eur));
    CHECK(rates.knows(btc, usd));
    rates.set(usd, eur, "0.5"_dec);  // the last word about the two
    CHECK(rates.convert("4"_money, eur, usd) == "8"_money);
    CHECK(rates.convert("1"_money, eur, jpy) == "300"_money);
}

TEST_CASE("rates save and load; what no table could be is refused") {
    FxRates rates;
    rates.set(usd, jpy, "150"_dec);
    rates.set(eur, usd, "1.25"_dec);
    ByteWriter out;
    rates.save(out);
    const Bytes bytes = out.take();
    FxRates back;
    ByteReader in{ByteSpan(bytes)};
    REQUIRE(back.load(in));
    CHECK(back.convert("2"_money, eur, jpy) == "375"_money);
    ByteWriter again;
    back.save(again);
    CHECK(again.take() == bytes);
    for (size_t size = 0; size < bytes.size(); ++size) {
        ByteReader cut{ByteSpan(bytes).first(size)};
        CHECK_FALSE(FxRates().load(cut));
    }
    const auto refused = [](std::initializer_list<std::pair<Currency, Currency>> pairs, Int128 rate) {
        ByteWriter wrong;
        wrong.put(static_cast<uint32_t>(pairs.size()));
        for (const auto& [base, quote] : pairs) {
            wrong.put(base.packed());
            wrong.put(quote.packed());
            wrong.put(rate);
        }
        ByteReader reader{wrong.bytes()};
        return !FxRates().load(reader);
    };
    CHECK_FALSE(refused({{usd, jpy}}, 1));
    CHECK(refused({{usd, usd}}, 1));
    CHECK(refused({{usd, jpy}}, 0));
    CHECK(refused({{usd, jpy}}, decimal_max_raw + 1));
    CHECK(refused({{usd, jpy}, {jpy, usd}}, 1));
    CHECK(refused({{usd, jpy}, {usd, jpy}}, 1));
    CHECK_FALSE(refused({{usd, std::min(eur, jpy)}, {usd, std::max(eur, jpy)}}, 1));
    CHECK(refused({{usd, std::max(eur, jpy)}, {usd, std::min(eur, jpy)}}, 1));  // out of order
    const Currency low = std::min(usd, eur), high = std::max(usd, eur);
    CHECK(refused({{high, jpy}, {low, jpy}}, 1));  // out of order
}

TEST_CASE("what is agreed for an account saves and loads") {
    AccountTerms terms;
    terms.hedging = terms.liquidates = true;
    terms.borrow_rate = "0.03"_dec;
    terms.maintenance_rate = "0.25"_dec;
    terms.fees = FeeModel::per_unit("0.005"_money, "1"_money);
    ByteWriter out;
    encode(out, terms);
    const Bytes bytes = out.take();
    AccountTerms back;
    ByteReader in{ByteSpan(bytes)};
    REQUIRE(decode(in, back));
    CHECK(in.at_end());
    ByteWriter again;
    encode(again, back);
    CHECK(again.take() == bytes);
    for (size_t size = 0; size < bytes.size(); ++size) {
        ByteReader cut{ByteSpan(bytes).first(size)};
        CHECK_FALSE(decode(cut, back));
    }
    Bytes wrong = bytes;
    wrong[0] = 2;
    ByteReader flag{ByteSpan(wrong)};
    CHECK_FALSE(decode(flag, back));
    wrong = bytes;
    std::fill(wrong.begin() + 3, wrong.begin() + 18, uint8_t{0x7f});
    ByteReader rate{ByteSpan(wrong)};
    CHECK_FALSE(decode(rate, back));
    wrong = bytes;
    wrong.back() = 'x';
    ByteReader fees{ByteSpan(wrong)};
    CHECK_FALSE(decode(fees, back));
}
