// For each check that makes sense in a backtest: a way in which it fires in the desk.
#include <set>

#include "unit/desk/limited_desk.h"

using namespace trd;
using namespace trd::testing;

namespace {

using Small = LimitedDesk;

RawIntent resting(Side side, double quantity, double limit) {
    RawIntent raw = InputSource::submit(0, 0, side, quantity);
    raw.type = static_cast<uint8_t>(OrderType::limit);
    raw.limit = limit;
    return raw;
}

const Actions& quote(Small& small, Price bid, Price ask) {
    const Timestamp now{static_cast<int64_t>(small.number + 1) * 1'000};
    return small.at(QuoteChanged{{0}, {now, bid, ask, "100"_qty, "100"_qty}});
}

const Actions& given(Small& small, RiskInput input, Decimal value) {
    const bool scoped = is_scoped(input);
    return small.at(ReadingGiven{{input, scoped ? RiskScope::firm : RiskScope::instrument, 0, value}});
}

// A round trip that loses `loss` a unit of ten.
void lose(Small& small, Price entry, Price exit) {
    small.bought(10, entry);
    small.mark(exit);
    const OrderId out = small.close().venue.at(0).order;
    small.fill(out, "10"_qty, exit);
}

struct Firing {
    const char* code;
    const char* limits;
    const Actions& (*play)(Small&);  // the last input is the one
};

const Firing firings[] = {
    {"R01", "[firm.R01]\nenforce = true",
     [](Small& small) -> const Actions& {  // lots have grown since the child was taken in
         small.mark("10"_price);
         RawIntent entry = InputSource::submit(++small.handle, 0, Side::buy, 10);
         RawIntent exit = resting(Side::sell, 10, 12);
         exit.handle = ++small.handle;
         exit.parent = entry.handle;
         const OrderId id = small.feed(Intents{{1}, {entry, exit}}).venue.at(0).order;
         Instrument changed = small.desk.instruments()[0];
         changed.terms.push_back(changed.terms.back());
         changed.terms.back().valid_from = Timestamp{1};
         changed.terms.back().lot = "100"_qty;
         small.feed(InstrumentDefined{changed});
         return small.fill(id, "10"_qty);
     }},
    {"R02", "[firm.R02]\nenforce = true\n[firm.T02]\nmax_drawdown = 1\naction = \"kill\"",
     [](Small& small) -> const Actions& {
         small.mark("10"_price);
         small.bought(10);
         small.mark("9"_price);
         return small.buy(1);
     }},
    {"R03", "[firm.R03]\norder_types = [\"limit\"]", [](Small& small) -> const Actions& { return small.buy(1); }},
    {"R04", "[firm.R04]\ninstruments = [\"SYM0\"]", [](Small& small) -> const Actions& { return small.buy(1); }},
    {"R05", "[firm.R05]\nmax_deviation = \"10 %\"",
     [](Small& small) -> const Actions& {
         small.mark("10"_price);
         return small.intend(resting(Side::buy, 1, 11.01));
     }},
    {"R06", "[firm.R06]\nmax_drift = \"1 %\"\nwindow = \"1h\"",
     [](Small& small) -> const Actions& {
         given(small, RiskInput::own_fill_drift, "0.02"_dec);
         return small.buy(1);
     }},
    {"R07", "[firm.R07]\nmax_quantity = 5", [](Small& small) -> const Actions& { return small.buy(6); }},
    {"R08", "[firm.R08]\nmax_notional = 50",
     [](Small& small) -> const Actions& {
         small.mark("10"_price);
         return small.buy(6);
     }},
    {"R09", "[account.main.R09]\nmax_position = 5", [](Small& small) -> const Actions& { return small.buy(6); }},
    {"R10", "[account.main.R10]\nmax_gross = 50",
     [](Small& small) -> const Actions& {
         small.mark("10"_price);
         small.bought(3);
         return small.buy(3);
     }},
    {"R11", "[account.main.R11]\nmax_net = 50",
     [](Small& small) -> const Actions& {
         small.mark("10"_price);
         small.buy(3);
         return small.buy(3);
     }},
    {"R12", "[account.main.R12]\nmax_instrument_share = \"20 %\"",
     [](Small& small) -> const Actions& {
         small.mark("10"_price);
         return small.buy(21);
     }},
    {"R13", "[account.main.R13]\nmin_buying_power = 0",
     [](Small& small) -> const Actions& {
         small.mark("10"_price);
         small.buy(60);
         return small.buy(41);
     }},
    {"R14", "[account.main.R14]\nmax_leverage = 2",
     [](Small& small) -> const Actions& {
         small.mark("10"_price);
         return small.buy(201);
     }},
    {"R15", "[account.main.R15]\nmax_open_orders = 1",
     [](Small& small) -> const Actions& {
         small.buy(1);
         return small.buy(2);
     }},
    {"R16", "[strategy.sma.R16]\nmax_submits_per_second = 1",
     [](Small& small) -> const Actions& {
         small.buy(1);
         return small.buy(2);
     }},
    {"R17", "[firm.R17]\nwindow = \"1s\"",
     [](Small& small) -> const Actions& {
         small.buy(1);
         return small.buy(1);
     }},
    {"R18", "[strategy.sma.R18]\nmax_executions = 1\nwindow = \"1h\"",
     [](Small& small) -> const Actions& {
         small.bought(1);
         return small.buy(2);
     }},
    {"R19", "[firm.R19]\nforbid = true",
     [](Small& small) -> const Actions& {
         small.intend(resting(Side::sell, 1, 12));
         return small.intend(resting(Side::buy, 1, 12));
     }},
    {"R20", "[firm.R20]\nforbid_opposite = true",
     [](Small& small) -> const Actions& {
         small.intend(resting(Side::sell, 1, 12));
         return small.intend(resting(Side::buy, 1, 9));
     }},
    {"R21", "[firm.R21]\nforbid = true", [](Small& small) -> const Actions& { return small.sell(1); }},
    {"R22", "[account.main.R22]\nmin_equity_share = \"25 %\"",
     [](Small& small) -> const Actions& {
         small.mark("10"_price);
         return small.buy(401);
     }},
    {"R23", "[firm.R23]\nmax_violations = 2",
     [](Small& small) -> const Actions& {
         given(small, RiskInput::cash_violations, "3"_dec);
         return small.buy(1);
     }},
    {"R24", "[firm.R24]\nforbid_halted = true",
     [](Small& small) -> const Actions& {
         given(small, RiskInput::halted, "1"_dec);
         return small.buy(1);
     }},
    {"R25", "[firm.R25]\nmax_quote_age = \"2s\"",
     [](Small& small) -> const Actions& {
         quote(small, "9"_price, "10"_price);
         small.number += 2'000'001;
         return small.buy(1);
     }},
    {"R26", "[firm.R26]\nmax_delta = 10",
     [](Small& small) -> const Actions& {
         given(small, RiskInput::delta, "5"_dec);
         given(small, RiskInput::unit_delta, "1"_dec);
         return small.buy(6);
     }},
    {"R27", "[firm.R27]\nmax_volatility = \"2 %\"",
     [](Small& small) -> const Actions& {
         given(small, RiskInput::projected_volatility, "0.03"_dec);
         return small.buy(1);
     }},
    {"R28", "[account.main.R28]\nmax_risk_share = \"1 %\"",
     [](Small& small) -> const Actions& {
         for (int i = 0; i < 15; ++i) small.mark(i % 2 == 0 ? "10"_price : "11"_price);
         return small.buy(11);
     }},
    {"R29", "[account.main.R29]\nmax_var_share = \"5 %\"",
     [](Small& small) -> const Actions& {
         small.at(ReadingGiven{{RiskInput::projected_var, RiskScope::account, 1, "60"_dec}});
         return small.buy(1);
     }},
    {"R30", "[firm.R30]\nmax_distance = \"5 %\"", [](Small& small) -> const Actions& { return small.buy(1); }},
    {"R31", "[firm.R31]\nmax_share = \"10 %\"",
     [](Small& small) -> const Actions& {
         Bar bar;
         bar.open = bar.high = bar.low = bar.close = "10"_price;
         bar.volume = "100"_qty;
         small.feed(BarClosed{{0}, bar});
         return small.buy(11);
     }},
    {"R32", "[firm.R32]\nmax_spread_bps = 100",
     [](Small& small) -> const Actions& {
         quote(small, "9"_price, "10"_price);
         return small.buy(1);
     }},
    {"R34", "[firm.R34]\nmax_share = \"50 %\"",
     [](Small& small) -> const Actions& {
         given(small, RiskInput::order_edge, "2"_dec);
         given(small, RiskInput::order_cost, "1.5"_dec);
         return small.buy(1);
     }},
    {"R35", "[account.main.R35]\nmax_positions = 0", [](Small& small) -> const Actions& { return small.buy(1); }},
    {"T01", "[account.main.T01]\nmax_loss = 10",
     [](Small& small) -> const Actions& {
         small.bought(10);
         return small.mark("9"_price);
     }},
    {"T02", "[strategy.sma.T02]\nmax_drawdown_share = \"1 %\"",
     [](Small& small) -> const Actions& {
         small.bought(10);
         return small.mark("9"_price);
     }},
    {"T03", "[account.main.T03]\ntrailing_intraday = 20",
     [](Small& small) -> const Actions& {
         small.bought(10);
         small.mark("12"_price);
         return small.mark("10"_price);
     }},
    {"T04", "[instrument.SYM0.T04]\nmax_loss_share = \"10 %\"",
     [](Small& small) -> const Actions& {
         small.bought(10);
         return small.mark("9"_price);
     }},
    {"T05", "[account.main.T05]\nmax_losses = 2\nreset = \"session\"",
     [](Small& small) -> const Actions& {
         lose(small, "10"_price, "9"_price);
         small.bought(10, "10"_price);
         small.mark("9"_price);
         return small.fill(small.close().venue.at(0).order, "10"_qty, "9"_price);
     }},
    {"T06", "[strategy.sma.T06]\nmax_loss = 10",
     [](Small& small) -> const Actions& {
         small.bought(10);
         return small.mark("9"_price);
     }},
    {"T07", "[account.main.T07]\nmax_week_loss = 10",
     [](Small& small) -> const Actions& {
         small.bought(10);
         return small.mark("9"_price);
     }},
    {"T08", "[strategy.sma.T08]\nmin_profit = 0\nwindow = \"1d\"",
     [](Small& small) -> const Actions& {
         small.bought(10, "10"_price);
         small.mark("9"_price);
         return small.fill(small.close().venue.at(0).order, "10"_qty, "8"_price);
     }},
    {"T09", "[strategy.sma.T09]\ncooldown = \"1h\"",
     [](Small& small) -> const Actions& {
         small.bought(10, "10"_price);
         small.mark("11"_price);
         return small.fill(small.close().venue.at(0).order, "10"_qty, "11"_price);
     }},
    {"T10", "[account.main.T10]\nmax_best_day_share = \"50 %\"",
     [](Small& small) -> const Actions& {
         small.bought(10);
         return small.mark("11"_price);
     }},
    {"T11", "[firm.T11]\nmax_stale = \"1m\"",
     [](Small& small) -> const Actions& {
         small.mark("10"_price);
         small.number += 61'000'000;
         return small.feed(DayEnded{1});
     }},
    {"T14", "[strategy.sma.T14]\nmax_rejects = 1\nwindow = \"1m\"",
     [](Small& small) -> const Actions& {
         return small.report(small.buy(1).venue.at(0).order, OrderEventKind::reject);
     }},
    {"T16", "[firm.T16]\nmax_deviation = \"10 %\"",
     [](Small& small) -> const Actions& {
         small.mark("10"_price);
         return small.fill(small.buy(1).venue.at(0).order, "1"_qty, "12"_price);
     }},
    {"T17", "[account.main.T17]\nmin_excess = 500\nreduce_to = \"50 %\"",
     [](Small& small) -> const Actions& {
         small.mark("10"_price);
         small.bought(60);
         return small.mark("1"_price);
     }},
    {"T18", "[account.main.T18]\nmin_distance = \"100 %\"\nreduce_to = \"50 %\"",
     [](Small& small) -> const Actions& {
         small.mark("10"_price);
         small.fill(small.sell(60).venue.at(0).order, "60"_qty, "10"_price);
         return small.mark("15"_price);
     }},
    {"T19", "[firm.T19]\nmax_spread_bps = 100",
     [](Small& small) -> const Actions& { return quote(small, "9"_price, "10"_price); }},
};

bool fires(const Actions& actions, std::string_view code) {
    for (const Notice& notice : actions.notices)
        if (notice.denial == Denial::risk && to_text(notice.check) == code) return true;
    for (const RiskAlarm& alarm : actions.alarms)
        if (alarm.kind == RiskAlarm::Kind::acted && to_text(alarm.code) == code) return true;
    return false;
}

}  // namespace

TEST_CASE("every check of a backtest fires in the desk") {
    std::set<std::string> fired;
    for (const Firing& firing : firings) {
        INFO(firing.code);
        Small small(firing.limits);
        CHECK(fires(firing.play(small), firing.code));
        fired.insert(firing.code);
    }
    for (const RiskCheck& check : risk_check_table()) {
        INFO(to_text(check.code));
        CHECK(fired.count(to_text(check.code)) == (includes(check.modes, RiskMode::backtest) ? 1 : 0));
    }
}
