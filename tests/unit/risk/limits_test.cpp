// Files of limits: what is read, and everything that is refused; versions: what is in force at once, and what waits.
#include <string>

#include "risk/limits_file.h"
#include "risk/limits_history.h"
#include "support/catch.h"
#include "unit/risk/risk_rig.h"

using namespace trd;
using namespace trd::testing;

namespace {

const RiskNames known{{{"main"}}, {{"sim"}}, {{"sma", "ema"}}, {{"ES", "SPY"}}};

Result<RiskLimits, LimitsProblem> read(const std::string& text) {
    return parse_limits(text + "\n[end]\n", "limits.toml", known);
}

RiskLimits limits_in(const std::string& text) {
    auto limits = read(text);
    INFO((limits ? "" : limits.error().message));
    REQUIRE(limits);
    return *limits;
}

// "key limits.toml:1:2: ..."
std::string refused(const std::string& text) {
    const auto limits = read(text);
    if (limits) return "not refused";
    return std::string(name_of(limits.error().kind)) + " " + limits.error().message +
           (limits.error().hint.empty() ? "" : " (" + limits.error().hint + ")");
}

bool says(const std::string& text, const std::string& start) {
    INFO(text);
    CHECK(text.substr(0, start.size()) == start);
    return text.substr(0, start.size()) == start;
}

}  // namespace

TEST_CASE("a file of limits is read") {
    const RiskLimits set = limits_in(R"(
name = "mine"
as_of = 2026-01-31
[firm.R08]
max_notional = 100000
[strategy.sma.R12]
max_instrument_share = "20 %"
modes = ["paper", "live"]
[instrument."*".R17]
window = "500ms"
feeds = ["quotes"]
from = 2026-06-04
[account.main.T05]
max_losses = 3
reset_after = "30m"
[firm.R03]
order_types = ["limit", "stop_limit"]
[firm.R04]
instruments = ["SPY"]
[firm.R02]
enforce = true
[firm.R28]
max_risk_share = 0.01
floor = 0.002
)");
    REQUIRE(set.limits.size() == 8);
    const auto find = [&](const char* code, const char* rule) {
        const RuleRef ref = RuleRef::find(code, rule).value();
        for (const RiskLimit& limit : set.limits)
            if (limit.check == ref.check && limit.rule == ref.rule) return limit;
        FAIL(code);
        return RiskLimit{};
    };
    CHECK(find("R08", "max_notional").value == "100000"_dec);
    CHECK(find("R08", "max_notional").line == 5);
    const RiskLimit share = find("R12", "max_instrument_share");
    CHECK(share.value == "0.2"_dec);
    CHECK(share.subject == "sma");
    CHECK(share.modes == (RiskMode::paper | RiskMode::live));
    const RiskLimit window = find("R17", "window");
    CHECK(window.value == "0.5"_dec);
    CHECK(window.subject.empty());
    CHECK(window.feeds == static_cast<RiskFeeds>(RiskFeed::quotes));
    CHECK(window.from == *parse_iso("2026-06-04"));
    CHECK(find("T05", "max_losses").reset_after == minutes(30));
    CHECK(find("R03", "order_types").value == "10"_dec);
    CHECK(find("R04", "instruments").names == std::vector<std::string>{"SPY"});
    CHECK(find("R28", "max_risk_share").setting == "0.002"_dec);
}

TEST_CASE("what is wrong with a file is told with its place, and what was meant") {
    says(refused("[firm.R08]\nmax_notionl = 1"),
         "key limits.toml:2:1: R08 has no limit max_notionl (did you mean max_notional?)");
    says(refused("[firm.R88]\nx = 1"), "key limits.toml:1:7: there is no check R88 (did you mean R08?)");
    says(refused("[frim.R08]\nmax_notional = 1"), "key limits.toml:1:2: there is no scope frim (did you mean firm?)");
    says(refused("[strategy.smaa.R08]\nmax_notional = 1"),
         "name limits.toml:1:11: there is no strategy smaa (did you mean sma?)");
    says(refused("[instrument.ESZ.R08]\nmax_notional = 1"),
         "name limits.toml:1:13: there is no symbol ESZ (did you mean ES?)");
    says(refused("[firm.R04]\ninstruments = [\"SPX\"]"),
         "name limits.toml:2:16: there is no symbol SPX (did you mean SPY?)");
    says(refused("[firm.R08]\nmax_notional = -1"),
         "value limits.toml:2:16: max_notional is \"-1\", expected a decimal number, zero or more");
    says(refused("[firm.R15]\nmax_open_orders = 2.5"),
         "value limits.toml:2:19: max_open_orders is \"2.5\", expected a whole number, zero or more");
    says(refused("[firm.R17]\nwindow = \"soon\""), "value limits.toml:2:10: window is \"soon\"");
    says(refused("[firm.R08]\nmax_notional = nan"), "value limits.toml:2:16: max_notional is something else");
    says(refused("[firm.R03]\norder_types = [\"limt\"]"), "value limits.toml:2:16: order_types is \"limt\"");
    says(refused("[firm]\nR08 = 5"), "value limits.toml:2:7: R08 is \"5\"");
    says(refused("[strategy]\nR08 = 5"), "key limits.toml:2:1: [strategy] needs a name");
    says(refused("[firm.R08]\nmax_notional ="), "syntax limits.toml:2:");
}

TEST_CASE("a file says when its day begins") {
    const RiskLimits usual = limits_in("[firm.R08]\nmax_notional = 1");
    CHECK(usual.day_begins == Duration{});
    CHECK(usual.zone == "UTC");
    const RiskLimits chicago = limits_in("[day]\nbegins = \"17:05\"\nzone = \"America/Chicago\"");
    CHECK(chicago.day_begins == hours(17) + minutes(5));
    CHECK(chicago.zone == "America/Chicago");
    for (const char* wrong : {"25:00", "17:60", "7:00", "17:0x", "17.00", "", "17:00:00", "-1:00"})
        says(refused(std::string("[day]\nbegins = \"") + wrong + "\""), "value limits.toml:2:10: begins is ");
    says(refused("[day]\nbegins = \"24:00\""),
         "value limits.toml:2:10: begins is \"24:00\", expected a time of day such as \"17:00\"");
    says(refused("[day]\nbegins = 17"), "value limits.toml:2:10: begins is \"17\"");
    says(refused("[day]\nzone = \"America/Chikago\""),
         "value limits.toml:2:8: zone is \"America/Chikago\", expected a zone such as \"America/Chicago\"");
    says(refused("[day]\nbegin = \"17:00\""), "key limits.toml:2:1: the day has no begin (did you mean begins?)");
    says(refused("day = 5"), "value limits.toml:1:7: day is \"5\", expected a table such as [day]");
    says(refused("[dya]\nbegins = \"17:00\""), "key limits.toml:1:2: there is no scope dya (did you mean day?)");
}

TEST_CASE("contradictions are refused") {
    says(refused("[firm.R08]"), "contradiction limits.toml:1:1: R08 is named, but no limit is set");
    says(refused("[[firm.R08]]\nmax_notional = 1\n[[firm.R08]]\nmax_notional = 2"),
         "contradiction limits.toml:4:1: max_notional is set a second time for the same case; first in line 2");
    says(refused("[firm.R06]\nwindow = \"1m\""), "contradiction limits.toml:2:1: window is set");
    says(refused("[firm.R06]\nmax_drift = \"1 %\""), "contradiction limits.toml:1:1: R06 max_drift needs window");
    says(refused("[firm.R33]\napproved = true\nmodes = [\"backtest\"]"), "contradiction limits.toml:3:9: R33");
    says(refused("[firm.R08]\nmax_notional = 1\naction = \"kill\""), "contradiction limits.toml:3:10: action is for");
    says(refused("[firm.T01]\nmax_loss = 1\nreset_after = \"1m\""), "contradiction limits.toml:1:1: T01: reset_after");
    says(refused("[firm.T05]\nmax_losses = 1"), "contradiction limits.toml:1:1: T05: it resets after a time");
    says(refused("[instrument.ES.T01]\nmax_loss = 1"),
         "contradiction limits.toml:1:1: T01 max_loss goes by the profit of an account");
    says(refused("[firm.T17]\nmin_excess = 1"), "contradiction limits.toml:1:1: T17: the action is \"reduce\"");
    says(refused("[firm.R08]\nmax_notional = 1\nfrom = 2026-02-01\nuntil = 2026-01-01"),
         "contradiction limits.toml:1:1: R08: from is not before until");
    says(refused("[firm.R03]\ninstruments = [\"ES\"]\n[firm.R04]\ninstruments = [\"ES\"]"),
         "contradiction limits.toml:4:1: ES is both permitted and restricted; see line 2");
    CHECK(
        read("[[firm.R08]]\nmax_notional = 1\nmodes = [\"live\"]\n[[firm.R08]]\nmax_notional = 2\nmodes = "
             "[\"paper\"]"));
}

TEST_CASE("a file cut off anywhere is refused") {
    const std::string whole = "[firm.R08]\nmax_notional = 100000\n[firm.R07]\nmax_quantity = 10\n[end]";
    REQUIRE(parse_limits(whole, "f"));
    for (size_t size = 0; size < whole.size(); ++size) {
        INFO(whole.substr(0, size));
        CHECK_FALSE(parse_limits(whole.substr(0, size), "f"));
    }
}

TEST_CASE("tightening is in force at once, loosening waits and needs a person") {
    LimitsHistory history(hours(24));
    const Timestamp start{0};
    const auto notional = [](const char* value) {
        return limits_in(std::string("[firm.R08]\nmax_notional = ") + value);
    };
    REQUIRE(*history.propose(notional("1000"), "", "ann", "start", start) == 1);
    REQUIRE(*history.propose(notional("500"), "", "ann", "calmer", start + hours(1)) == 2);
    CHECK(history.in_force()->number == 2);
    REQUIRE(*history.propose(notional("800"), "", "ann", "busier", start + hours(2)) == 3);
    CHECK(history.in_force()->number == 2);
    CHECK_FALSE(history.advance(start + hours(100)));  // nobody has confirmed it
    CHECK(history.confirm(3, "bob", start + hours(3)));
    CHECK(history.confirm(3, "cem", start + hours(4)));
    CHECK(history.confirm(3, "bob", start + hours(5)));
    CHECK(history.in_force()->number == 2);
    CHECK_FALSE(history.advance(start + hours(26) - nanoseconds(1)));
    CHECK(history.advance(start + hours(30)));  // whoever looks later
    CHECK(history.in_force()->in_force_at == start + hours(26));
    CHECK(history.in_force()->number == 3);
    CHECK(history.versions()[1].state == LimitsHistory::State::replaced);
    CHECK(history.versions()[2].who == "ann");
    CHECK(history.versions()[2].confirmed_by == "bob, cem");
    CHECK(history.versions()[2].confirmed_at == start + hours(3));
    CHECK(history.in_force()->limits.version == 3);
}

TEST_CASE("a version that waits is withdrawn by the next, and nothing goes without name and reason") {
    LimitsHistory history(hours(1));
    const auto empty = [] { return RiskLimits{}; };
    CHECK(history.propose(empty(), "", "", "why", {}).error() == LimitsHistory::Refusal::no_person);
    CHECK(history.propose(empty(), "", "ann", "", {}).error() == LimitsHistory::Refusal::no_reason);
    CHECK(history.in_force() == nullptr);
    REQUIRE(history.propose(limits_in("[firm.R07]\nmax_quantity = 5"), "", "ann", "start", {}));
    REQUIRE(history.propose(empty(), "", "ann", "off", {}));
    REQUIRE(history.propose(limits_in("[firm.R07]\nmax_quantity = 4"), "", "ann", "down", {}));
    CHECK(history.confirm(2, "bob", Timestamp{} + hours(9)).error() == LimitsHistory::Refusal::not_waiting);
    CHECK(history.confirm(9, "bob", {}).error() == LimitsHistory::Refusal::unknown_version);
    CHECK(history.in_force()->number == 3);
}

TEST_CASE("what loosens") {
    const auto loosens = [](const char* now, const char* next) {
        return loosening(risk_check_table(), limits_in(now), limits_in(next)).has_value();
    };
    CHECK_FALSE(loosens("[firm.R07]\nmax_quantity = 5", "[firm.R07]\nmax_quantity = 5\nmax_depth_share = 1"));
    CHECK(loosens("[firm.R07]\nmax_quantity = 5", "[firm.R07]\nmax_quantity = 6"));
    CHECK(loosens("[firm.R07]\nmax_quantity = 5", "[firm.R07]\nmax_quantity = 5\nmodes = [\"live\"]"));
    CHECK(loosens("[firm.R07]\nmax_quantity = 5", "[strategy.sma.R07]\nmax_quantity = 1"));
    CHECK_FALSE(loosens("[strategy.sma.R07]\nmax_quantity = 5", "[strategy.\"*\".R07]\nmax_quantity = 5"));
    CHECK(loosens("[firm.R13]\nmin_buying_power = 5", "[firm.R13]\nmin_buying_power = 4"));
    CHECK_FALSE(loosens("[firm.R13]\nmin_buying_power = 5", "[firm.R13]\nmin_buying_power = 6"));
    CHECK(loosens("[firm.R02]\nenforce = true", "[firm.R02]\nenforce = false"));
    CHECK_FALSE(loosens("[firm.R02]\nenforce = false", "[firm.R07]\nmax_quantity = 1"));
    CHECK(loosens("[firm.R03]\ninstruments = [\"ES\"]", "[firm.R03]\ninstruments = [\"ES\", \"SPY\"]"));
    CHECK(loosens("[firm.R04]\ninstruments = [\"ES\", \"SPY\"]", "[firm.R04]\ninstruments = [\"ES\"]"));
    CHECK(loosens("[firm.T01]\nmax_loss = 5\naction = \"kill\"", "[firm.T01]\nmax_loss = 5"));
    CHECK(loosens("[firm.T01]\nmax_loss = 5", "[firm.T01]\nmax_loss = 5\n[day]\nbegins = \"17:00\""));
    CHECK(loosens("[firm.T01]\nmax_loss = 5", "[firm.T01]\nmax_loss = 5\n[day]\nzone = \"Asia/Tokyo\""));
    CHECK_FALSE(loosens("", "[day]\nbegins = \"17:00\"\n[firm.T01]\nmax_loss = 5"));
}
