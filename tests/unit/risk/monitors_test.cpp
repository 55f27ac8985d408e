// Monitors: they warn, act once, stay latched, let go by their own rule, and a restart forgets nothing.
#include "risk/monitors.h"

#include "risk/limits_file.h"
#include "support/catch.h"

using namespace trd;

namespace {

using Kind = RiskAlarm::Kind;
const RiskSubject first{"main", "sim", "sma", "ES"}, second{"main", "sim", "ema", "SPY"};

RiskLimits limits_in(const std::string& text) { return parse_limits(text + "\n[end]\n", "limits.toml").value(); }

struct Rig {
    RiskMonitors monitors{{risk_check_table(), RiskMode::live, RiskFeed::quotes}};
    size_t sma = 0, ema = 0;
    RiskInputs inputs;
    Timestamp now{1'000};
    std::vector<RiskAlarm> alarms;

    explicit Rig(const std::string& text) {
        monitors.set_limits(limits_in(text));
        sma = monitors.add(first);
        ema = monitors.add(second);
    }
    void set(RiskInput input, const char* value, RiskScope scope = RiskScope::firm) {
        inputs.set(input, scope, Decimal::parse(value).value());
    }
    std::vector<Kind> watch(size_t subject) {
        alarms.clear();
        monitors.watch(subject, inputs, now, alarms);
        std::vector<Kind> kinds;
        for (const RiskAlarm& alarm : alarms) kinds.push_back(alarm.kind);
        return kinds;
    }
    std::vector<Kind> day_pnl(const char* value) {
        set(RiskInput::day_pnl, value);
        return watch(sma);
    }
};

using Kinds = std::vector<Kind>;

}  // namespace

TEST_CASE("a loss warns at 50, 75 and 90 per cent, each once, and then acts once") {
    Rig rig("[firm.T01]\nmax_loss = 1000");
    CHECK(rig.day_pnl("-499").empty());
    CHECK(rig.day_pnl("-500") == Kinds{Kind::warning});
    CHECK(rig.alarms[0].percent == 50);
    CHECK(rig.day_pnl("-600").empty());
    CHECK(rig.day_pnl("-900") == Kinds{Kind::warning});
    CHECK(rig.alarms[0].percent == 90);
    CHECK(rig.day_pnl("-800").empty());
    CHECK(rig.day_pnl("-950").empty());
    CHECK(rig.monitors.gate_state(rig.sma) == GateState::active);
    CHECK(rig.day_pnl("-1000") == Kinds{Kind::acted});
    CHECK(rig.alarms[0].action == RiskAction::reducing);
    CHECK(rig.alarms[0].found == "1000"_dec);
    CHECK(rig.monitors.gate_state(rig.sma) == GateState::reducing);
    CHECK(rig.day_pnl("-2000").empty());
}

TEST_CASE("what is latched for the session outlasts a recovery, and lets go when the next one opens") {
    Rig rig("[firm.T01]\nmax_loss = 1000");
    CHECK(rig.day_pnl("-1000") == Kinds{Kind::acted});
    CHECK(rig.day_pnl("50").empty());
    CHECK(rig.monitors.gate_state(rig.sma) == GateState::reducing);
    rig.alarms.clear();
    rig.monitors.session_opened(rig.alarms);
    CHECK(rig.alarms.size() == 1);
    CHECK(rig.monitors.gate_state(rig.sma) == GateState::active);
    CHECK(rig.day_pnl("-1000") == Kinds{Kind::acted});
}

TEST_CASE("only a person lets go of what waits for a person") {
    Rig rig("[firm.T02]\nmax_drawdown = 100\naction = \"kill\"");
    rig.set(RiskInput::peak_equity, "1000");
    rig.set(RiskInput::equity, "900");
    CHECK(rig.watch(rig.sma) == Kinds{Kind::acted});
    rig.set(RiskInput::equity, "1000");
    rig.monitors.session_opened(rig.alarms);
    CHECK(rig.watch(rig.sma).empty());
    CHECK(rig.monitors.gate_state(rig.sma) == GateState::killed);
    CHECK(rig.monitors.gate_state(rig.ema) == GateState::killed);
    CHECK_FALSE(rig.monitors.reset({'T', 2}, "max_drawdown", RiskScope::account, "main", rig.alarms));
    CHECK(rig.monitors.reset({'T', 2}, "max_drawdown", RiskScope::firm, "", rig.alarms));
    CHECK(rig.monitors.gate_state(rig.sma) == GateState::active);
}

TEST_CASE("a pause ends after its time, to the nanosecond") {
    Rig rig("[strategy.\"*\".T05]\nmax_losses = 3\nreset_after = \"30m\"");
    rig.set(RiskInput::consecutive_losses, "3", RiskScope::strategy);
    CHECK(rig.watch(rig.sma) == Kinds{Kind::acted});
    CHECK(rig.monitors.gate_state(rig.ema) == GateState::active);
    rig.set(RiskInput::consecutive_losses, "0", RiskScope::strategy);
    rig.now = Timestamp{1'000} + minutes(30) - nanoseconds(1);
    CHECK(rig.watch(rig.sma).empty());
    rig.now = Timestamp{1'000} + minutes(30);
    CHECK(rig.watch(rig.sma) == Kinds{Kind::released});
    CHECK(rig.monitors.gate_state(rig.sma) == GateState::active);
}

TEST_CASE("what has to be earned is asked of who has traded within the window") {
    Rig rig("[firm.T08]\nmin_profit = 10\nwindow = \"1h\"");
    const auto earned = [&](const char* profit, Duration ago) {
        rig.set(RiskInput::window_profit, profit);
        rig.inputs.set_duration(RiskInput::since_exit, RiskScope::firm, ago);
        return rig.watch(rig.sma);
    };
    CHECK(earned("0", days(36'500)).empty());
    CHECK(earned("10", minutes(60)).empty());
    CHECK(earned("9", minutes(60)) == Kinds{Kind::acted});
}

TEST_CASE("the best day stops entries on that day, and not on the days that make it a smaller part") {
    Rig rig("[firm.T10]\nmax_best_day_share = \"50 %\"");
    const auto earned = [&](const char* best, const char* today, const char* all) {
        rig.set(RiskInput::best_day, best);
        rig.set(RiskInput::day_pnl, today);
        rig.set(RiskInput::total_profit, all);
        return rig.watch(rig.sma);
    };
    CHECK(earned("100", "100", "100") == Kinds{Kind::acted});
    rig.alarms.clear();
    rig.monitors.session_opened(rig.alarms);
    CHECK(earned("100", "0", "100").empty());
    CHECK(rig.monitors.gate_state(rig.sma) == GateState::active);
    CHECK(earned("100", "99", "199").empty());
    CHECK(earned("100", "100", "200") == Kinds{Kind::warning});
    CHECK(earned("101", "101", "201") == Kinds{Kind::acted});
}

TEST_CASE("losses that have led to a pause do not lead to the next one") {
    Rig rig("[strategy.\"*\".T05]\nmax_losses = 3\nreset_after = \"30m\"");
    const auto after_losses = [&](const char* count) {
        rig.set(RiskInput::consecutive_losses, count, RiskScope::strategy);
        return rig.watch(rig.sma);
    };
    CHECK(after_losses("3") == Kinds{Kind::acted});
    CHECK(after_losses("4").empty());  // an exit during the pause
    rig.now = rig.now + minutes(30);
    CHECK(after_losses("4") == Kinds{Kind::released});
    CHECK(rig.monitors.gate_state(rig.sma) == GateState::active);
    CHECK(after_losses("6").empty());
    ByteWriter out;
    rig.monitors.save(out);
    ByteReader in(out.bytes());
    REQUIRE(rig.monitors.load(in));
    CHECK(after_losses("6").empty());
    CHECK(after_losses("7") == Kinds{Kind::acted});
    rig.now = rig.now + minutes(30);
    CHECK(after_losses("7") == Kinds{Kind::released});
    CHECK(after_losses("0").empty());
    CHECK(after_losses("2") == Kinds{Kind::warning});
    CHECK(after_losses("3") == Kinds{Kind::acted});
}

TEST_CASE("what lets go at once does so when it holds again") {
    Rig rig("[firm.T11]\nmax_stale = \"10s\"");
    rig.inputs.set_duration(RiskInput::stale_for, RiskScope::firm, seconds(11));
    CHECK(rig.watch(rig.sma) == Kinds{Kind::acted});
    rig.inputs.set_duration(RiskInput::stale_for, RiskScope::firm, seconds(10));
    CHECK(rig.watch(rig.sma) == Kinds{Kind::released});
}

TEST_CASE("tables that say the same of one subject are watched side by side, each with its own latch") {
    Rig rig(
        "[firm.T01]\nmax_loss = 1000\n"
        "[account.\"*\".T01]\nmax_loss = 100\n"
        "[account.main.T01]\nmax_loss = 500\naction = \"kill\"");
    rig.set(RiskInput::day_pnl, "0");
    const auto loses = [&](const char* pnl) {
        rig.set(RiskInput::day_pnl, pnl, RiskScope::account);
        return rig.watch(rig.sma);
    };
    CHECK(loses("-100") == Kinds{Kind::acted});
    CHECK(rig.alarms[0].limit == "100"_dec);
    CHECK(rig.monitors.gate_state(rig.sma) == GateState::reducing);
    CHECK(loses("-500") == Kinds{Kind::acted});
    CHECK(rig.alarms[0].limit == "500"_dec);
    CHECK(rig.monitors.gate_state(rig.sma) == GateState::killed);
    ByteWriter out;
    rig.monitors.save(out);
    ByteReader in(out.bytes());
    RiskMonitors again;
    REQUIRE(again.load(in));
    CHECK(again.latched_count() == 2);
    CHECK(rig.monitors.reset({'T', 1}, "max_loss", RiskScope::account, "main", rig.alarms));
    CHECK(rig.monitors.latched_count() == 0);
}

TEST_CASE("each table is watched between its dates") {
    Rig rig("[[firm.T01]]\nmax_loss = 100\nuntil = 2024-01-05\n[[firm.T01]]\nmax_loss = 500\nfrom = 2024-01-05");
    rig.now = parse_iso("2024-01-04").value();
    CHECK(rig.day_pnl("-100") == Kinds{Kind::acted});
    rig.monitors.session_opened(rig.alarms);
    rig.now = parse_iso("2024-01-05").value();
    CHECK(rig.day_pnl("-100").empty());
    CHECK(rig.day_pnl("-500") == Kinds{Kind::acted});
}

TEST_CASE("a monitor whose dates are over stops nobody who waits for it to hold again, or to be asked") {
    Rig rig("[firm.T11]\nmax_stale = \"10s\"\nuntil = 2024-01-05\n[firm.T01]\nmax_loss = 100\nuntil = 2024-01-05");
    rig.now = parse_iso("2024-01-04").value();
    rig.inputs.set_duration(RiskInput::stale_for, RiskScope::firm, seconds(11));
    CHECK(rig.watch(rig.sma) == Kinds{Kind::blind, Kind::acted});
    rig.now = parse_iso("2024-01-05").value();
    CHECK(rig.watch(rig.sma) == Kinds{Kind::released});
    CHECK(rig.monitors.gate_state(rig.sma) == GateState::active);
}

TEST_CASE("one strategy halts alone") {
    Rig rig("[strategy.sma.T06]\nmax_loss = 10");
    rig.set(RiskInput::day_pnl, "-10", RiskScope::strategy);
    CHECK(rig.watch(rig.ema).empty());
    CHECK(rig.watch(rig.sma) == Kinds{Kind::acted});
    CHECK(rig.monitors.gate_state(rig.sma) == GateState::halted);
    CHECK(rig.monitors.gate_state(rig.ema) == GateState::active);
}

TEST_CASE("a floor that follows the peak stops at its lock level") {
    Rig rig("[account.main.T03]\ntrailing_intraday = 2500\nlock_level = 50100");
    const auto at = [&](const char* peak, const char* equity) {
        rig.set(RiskInput::peak_equity, peak, RiskScope::account);
        rig.set(RiskInput::equity, equity, RiskScope::account);
        rig.watch(rig.sma);
        return rig.monitors.latched_count() == 1;
    };
    CHECK_FALSE(at("50875", "48375.01"));
    CHECK_FALSE(at("60000", "50100.01"));
    CHECK(at("60000", "50100"));
}

TEST_CASE("a monitor that cannot be asked lets only reducing orders through until it can") {
    Rig rig("[firm.T01]\nmax_loss = 1000");
    CHECK(rig.watch(rig.sma) == Kinds{Kind::blind});
    CHECK(rig.alarms[0].input == RiskInput::day_pnl);
    CHECK(rig.alarms[0].reading == ReadingState::missing);
    CHECK(rig.monitors.gate_state(rig.sma) == GateState::reducing);
    CHECK(rig.watch(rig.sma).empty());
    CHECK(rig.day_pnl("0").empty());
    CHECK(rig.monitors.gate_state(rig.sma) == GateState::active);
}

TEST_CASE("a restart keeps latches, pauses and warnings, also of limits that are gone") {
    const std::string text = "[firm.T01]\nmax_loss = 1000\n[strategy.sma.T05]\nmax_losses = 3\nreset_after = \"30m\"";
    Rig before(text);
    before.set(RiskInput::consecutive_losses, "3", RiskScope::strategy);
    before.day_pnl("-600");
    ByteWriter out;
    before.monitors.save(out);

    Rig after(text);
    ByteReader in(out.bytes());
    REQUIRE(after.monitors.load(in));
    CHECK(after.monitors.latched_count() == 1);
    CHECK(after.monitors.gate_state(after.sma) == GateState::reducing);
    ByteWriter again;
    after.monitors.save(again);
    CHECK(std::equal(out.bytes().begin(), out.bytes().end(), again.bytes().begin(), again.bytes().end()));
    after.set(RiskInput::consecutive_losses, "0", RiskScope::strategy);
    CHECK(after.day_pnl("-700").empty());  // it has warned at 50 per cent before
    after.now = before.now + minutes(30);
    CHECK(after.day_pnl("-700") == Kinds{Kind::released});

    Rig without("[firm.T01]\nmax_loss = 1000");
    ByteReader other(out.bytes());
    REQUIRE(without.monitors.load(other));
    CHECK(without.monitors.gate_state(without.sma) == GateState::reducing);
    CHECK(without.monitors.gate_state(without.ema) == GateState::active);
    CHECK(without.monitors.reset({'T', 5}, "max_losses", RiskScope::strategy, "sma", without.alarms));
    CHECK(without.monitors.gate_state(without.sma) == GateState::active);
}

TEST_CASE("a snapshot cut off anywhere is refused") {
    Rig rig("[firm.T01]\nmax_loss = 1000");
    rig.day_pnl("-1000");
    ByteWriter out;
    rig.monitors.save(out);
    for (size_t size = 0; size < out.size(); ++size) {
        RiskMonitors monitors;
        ByteReader in(out.bytes().subspan(0, size));
        CHECK_FALSE(monitors.load(in));
    }
}

TEST_CASE("of what is told of one market, a calm one does not speak for a wild one, whatever the scope") {
    Rig rig("[firm.T19]\nmax_volatility = \"5 %\"");
    const auto volatility = [&rig](size_t subject, const char* value) {
        rig.set(RiskInput::volatility, value);
        return rig.watch(subject);
    };
    CHECK(volatility(rig.sma, "0.08") == Kinds{Kind::acted});
    CHECK(rig.alarms[0].symbol == "ES");
    CHECK(volatility(rig.ema, "0.01").empty());
    CHECK(rig.monitors.gate_state(rig.sma) == GateState::reducing);
    CHECK(rig.monitors.gate_state(rig.ema) == GateState::active);
    ByteWriter out;
    rig.monitors.save(out);
    Rig again("[firm.T19]\nmax_volatility = \"5 %\"");
    ByteReader in(out.bytes());
    REQUIRE(again.monitors.load(in));
    CHECK(again.monitors.gate_state(again.sma) == GateState::reducing);
    CHECK(again.monitors.gate_state(again.ema) == GateState::active);
    CHECK(volatility(rig.sma, "0.05") == Kinds{Kind::released});
    CHECK(rig.monitors.gate_state(rig.sma) == GateState::active);
}
