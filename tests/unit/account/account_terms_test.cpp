#include "account/account_terms.h"

#include "support/catch.h"

using namespace trd;

namespace {

std::string refusal(std::string_view text) {
    const auto parsed = AccountTerms::parse(text);
    REQUIRE_FALSE(parsed.ok());
    CHECK(parsed.error().code == ExitCode::usage);
    CHECK(parsed.error().id == "E_ACCOUNT");
    return parsed.error().message;
}

}  // namespace

TEST_CASE("account terms: what is read is what is printed") {
    for (const char* text : {"none", "hedging", "initial=0.5,maintenance=0.25", "borrow=0.03,debit=0.06,credit=0.01",
                             "initial=0.5,maintenance=0.25,buffer=0.0025,hedging,liquidates,after_fees"}) {
        const auto terms = AccountTerms::parse(text);
        REQUIRE(terms.ok());
        CHECK(terms->name() == text);
    }
    const auto terms = AccountTerms::parse("liquidates,maintenance=0.25,initial=0.5");
    REQUIRE(terms.ok());
    CHECK(terms->liquidates);
    CHECK(terms->initial_rate == "0.5"_dec);
    CHECK(terms->maintenance_rate == "0.25"_dec);
    CHECK(terms->name() == "initial=0.5,maintenance=0.25,liquidates");
}

TEST_CASE("account terms: what is refused") {
    CHECK(refusal("hedgin") == "account \"hedgin\": there is no \"hedgin\" (did you mean 'hedging'?)");
    CHECK(refusal("") == "account \"\": there is no \"\"");
    CHECK(refusal("initial") == "account \"initial\": initial needs a value");
    CHECK(refusal("hedging=1") == "account \"hedging=1\": hedging takes no value");
    CHECK(refusal("borrow=x") == "account \"borrow=x\": borrow=x is no number: not a decimal number");
    CHECK(refusal("borrow=-1") == "account \"borrow=-1\": borrow=-1 is not between 0 and 100");
    CHECK(refusal("buffer=1.5") == "account \"buffer=1.5\": buffer=1.5 is not between 0 and 1");
    CHECK(refusal("maintenance=0.25") ==
          "account \"maintenance=0.25\": to open has to ask for at least as much as to keep: initial is 0, maintenance "
          "0.25");
}
