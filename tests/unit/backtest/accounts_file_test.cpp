// A file of accounts: what it says, what it leaves to the plan, and every mistake with its place.
#include "backtest/accounts_file.h"

#include "support/catch.h"

using namespace trd;

namespace {

BacktestPlan plan_of_flags() {
    BacktestPlan plan;
    plan.cash = "777"_money;
    plan.fees = *FeeModel::parse("bps:3");
    plan.models.participation = *Participation::parse("0.5");
    plan.account = *AccountTerms::parse("borrow=0.03");
    return plan;
}

std::string refusal(const std::string& toml) {
    BacktestPlan plan = plan_of_flags();
    const auto read = read_accounts(toml, "a.toml", plan);
    REQUIRE_FALSE(read.ok());
    CHECK(read.error().id == "E_ACCOUNTS");
    CHECK(read.error().code == ExitCode::config);
    CHECK(plan.accounts.empty());
    return read.error().message;
}

}  // namespace

TEST_CASE("accounts have what their file says, and where it is silent what the plan says") {
    BacktestPlan plan = plan_of_flags();
    const std::string text = R"(
[[account]]
name = "nyse"
symbols = ["SPY", "BRK.B"]
cash = 50_000
fees = "per_unit:0.005,min=1"
account = "initial=0.5"
slippage = "bps:2"
[[account]]
name = "kraken"
cash = "2500.000000000001"
)";
    REQUIRE(read_accounts(text, "a.toml", plan).ok());
    REQUIRE(plan.accounts.size() == 2);
    const BacktestAccount& nyse = plan.accounts[0];
    CHECK(nyse.symbols == std::vector<std::string>{"SPY", "BRK.B"});
    CHECK(nyse.cash == "50000"_money);
    CHECK(nyse.fees.name() == "per_unit:0.005,min=1");
    CHECK(nyse.terms.name() == "initial=0.5");
    CHECK(nyse.models.slippage.name() == "bps:2");
    CHECK(nyse.models.participation.name() == "0.5");
    const BacktestAccount& kraken = plan.accounts[1];
    CHECK(kraken.cash == "2500.000000000001"_money);
    CHECK(kraken.fees.name() == "bps:3");
    CHECK(kraken.terms.name() == "borrow=0.03");
    CHECK(kraken.models.slippage.name() == "none");
    CHECK(plan.accounts_text == text);
    CHECK(cash_of(plan) == "52500.000000000001"_money);
    CHECK(*venue_of(plan, "BRK.B") == VenueId{1});
    CHECK(*venue_of(plan, "BTC/USD") == VenueId{2});
    for (const auto& [name, value] : models_of(plan, nyse))
        if (name == "fees") CHECK(value == "per_unit:0.005,min=1");
}

TEST_CASE("a plan that names no accounts has one, as it says") {
    const BacktestPlan plan = plan_of_flags();
    const auto accounts = accounts_of(plan);
    REQUIRE(accounts.size() == 1);
    CHECK(accounts[0].name == "main");
    CHECK(accounts[0].cash == "777"_money);
    CHECK(accounts[0].fees.name() == "bps:3");
    CHECK(*venue_of(plan, "ANY") == VenueId{1});
}

TEST_CASE("a symbol that no account trades is refused, with the nearest one") {
    BacktestPlan plan = plan_of_flags();
    REQUIRE(read_accounts("[[account]]\nname = \"a\"\nsymbols = [\"SPY\"]\n", "a.toml", plan).ok());
    const auto found = venue_of(plan, "SPX");
    REQUIRE_FALSE(found.ok());
    CHECK(found.error().message == "no account of a.toml trades SPX (did you mean 'SPY'?)");
}

TEST_CASE("every mistake in a file of accounts is named with line and column") {
    const std::string head = "[[account]]\nname = \"a\"\n";
    const std::pair<std::string, std::string> cases[] = {
        {"", "a.toml:1:1: there is no [[account]]"},
        {"account = 5\n", "a.toml:1:1: there is no [[account]]"},
        {"[account]\nname = \"a\"\n", "a.toml:1:1: there is no [[account]]"},
        {"[[acount]]\nname = \"a\"\n", "a.toml:1:3: key is \"acount\" (did you mean 'account'?), expected [[account]]"},
        {"[[account]]\ncash = 5\n", "a.toml:1:1: there is no name"},
        {"[[account]]\nname = \"A b\"\n", "a.toml:2:8: name is no name, expected up to 32 small letters"},
        {"[[account]]\nname = 5\n", "a.toml:2:8: name is no name"},
        {head + "symbols = \"SPY\"\n", "a.toml:3:11: symbols is no list, expected texts"},
        {head + "symbols = []\n", "a.toml:3:11: symbols is no list"},
        {head + "symbols = [\"SPY\", 5]\n", "a.toml:3:11: symbols is no list"},
        {head + "cash = 0.1\n", "a.toml:3:8: cash is no amount, expected a whole number, or text"},
        {head + "cash = -5\n", "a.toml:3:8: cash is no amount"},
        {head + "cash = \"much\"\n", "a.toml:3:8: cash is no amount"},
        {head + "cash = 1_000_000_000_000_000_000\n", "a.toml:3:8: cash is no amount"},
        {head + "fee = \"none\"\n", "a.toml:3:1: key is \"fee\" (did you mean 'fees'?), expected one of name, symbols"},
        {head + "semantics = \"lean\"\n", "a.toml:3:1: key is \"semantics\""},
        {head + "fees = 5\n", "a.toml:3:8: fees is no text, expected it in quotes"},
        {head + "fees = \"per_uint:5\"\n", "a.toml:3:8: "},
        {head + "account = \"hedgin\"\n",
         "a.toml:3:11: account \"hedgin\": there is no \"hedgin\" (did you mean 'hedging'?)"},
        {head + head, "a.toml:3:1: name is \"a\" for the second time"},
        {head + "[[account]]\nname = \"b\"\n",
         "a.toml:3:1: neither a nor b has symbols, expected that of one account at most"},
        {head + "symbols = [\"X\"]\n[[account]]\nname = \"b\"\nsymbols = [\"Y\", \"X\"]\n",
         "a.toml:4:1: X is traded at a already"},
        {head + "cash = \n", "a.toml:3:"},
    };
    for (const auto& [text, expected] : cases) {
        INFO(text);
        CHECK(refusal(text).substr(0, expected.size()) == expected);
    }
    std::string many;
    for (int i = 0; i < 65; ++i)
        many += "[[account]]\nname = \"a" + std::to_string(i) + "\"\nsymbols = [\"S" + std::to_string(i) + "\"]\n";
    CHECK(refusal(many) == "a.toml:1:1: there are 65 accounts, expected at most 64");
}
