// The rig buys 10 at the market, at 100.
#include "unit/risk/rule_cases.h"

namespace trd::testing {
namespace {

using I = RiskInput;
using Rig = RiskRig;

void as_it_is(Rig&) {}

const std::vector<RuleCase> cases = {
    // The order by itself.
    {"R01", "enforce",
     [](Rig& r) {
         r.limit_at("100.1");            // off the tick
         r.order.quantity = "10.5"_qty;  // not a whole lot
     },
     "2", "0", as_it_is},
    {"R02", "enforce", [](Rig& r) { r.set(I::gate_state, "1"); }, "1", "0",
     [](Rig& r) {
         r.set(I::gate_state, "1");
         r.position("10");
         r.sell("10");
     }},
    {"R03", "instruments", as_it_is, "1"},
    {"R03", "order_types", as_it_is, "1", "0", [](Rig& r) { r.limit_at("100"); }, "2"},
    {"R04", "instruments", as_it_is, "1"},
    {"R04", "tradable", [](Rig& r) { r.set(I::tradable, "0"); }, "1", "0", as_it_is},
    {"R05", "max_deviation", [](Rig& r) { r.limit_at("110"); }, "0.1"},
    {"R05", "max_auction_deviation",
     [](Rig& r) {
         r.sell("10");
         r.limit_at("80");
         r.order.time_in_force = TimeInForce::at_open;
     },
     "0.2"},
    {"R05", "max_ticks",
     [](Rig& r) {
         r.limit_at("102");
         r.set(I::tick, "0.25");
     },
     "8"},
    {"R05", "max_atr",
     [](Rig& r) {
         r.limit_at("103");
         r.set(I::atr, "2");
     },
     "1.5"},
    {"R06", "max_drift", [](Rig& r) { r.set(I::own_fill_drift, "0.03"); }, "0.03"},
    {"R07", "max_quantity", as_it_is, "10"},
    {"R07", "max_volume_share", [](Rig& r) { r.set(I::daily_volume, "400"); }, "0.025"},
    {"R07", "max_depth_share", [](Rig& r) { r.set(I::depth, "8"); }, "1.25"},
    {"R08", "max_notional",
     [](Rig& r) {
         r.instrument.multiplier = "50"_dec;
         r.set(I::fx_rate, "0.9");
     },
     "45000"},

    // What would be held.
    {"R09", "max_position", [](Rig& r) { r.position("25", "5", "40"); }, "40"},
    {"R10", "max_gross", [](Rig& r) { r.set(I::gross, "7000"); }, "8000"},
    {"R11", "max_net",
     [](Rig& r) {
         r.sell("10");
         r.set(I::net_high, "9000");
         r.set(I::net_low, "-500");
     },
     "1500"},
    {"R12", "max_instrument_share",
     [](Rig& r) {
         r.set(I::instrument_high, "1000");
         r.set(I::instrument_low, "-9000");
         r.set(I::equity, "10000");
     },
     "0.2"},
    {"R12", "max_sector_share",
     [](Rig& r) {
         r.set(I::sector_gross, "2000");
         r.set(I::equity, "10000");
     },
     "0.3"},
    {"R12", "max_issuer_share",
     [](Rig& r) {
         r.set(I::issuer_gross, "3000");
         r.set(I::equity, "10000");
     },
     "0.4"},
    {"R12", "max_currency_share",
     [](Rig& r) {
         r.set(I::currency_gross, "4000");
         r.set(I::equity, "10000");
     },
     "0.5"},
    {"R13", "min_buying_power",
     [](Rig& r) {
         r.set(I::buying_power, "1500");
         r.set(I::order_cost, "3");
         r.set(I::margin_per_unit, "0");
     },
     "497"},
    {"R13", "min_buying_power",
     [](Rig& r) {  // 6 of the 10 are sold short
         r.sell("10");
         r.position("4");
         r.set(I::buying_power, "1500");
         r.set(I::order_cost, "3");
         r.set(I::margin_per_unit, "50");
     },
     "897"},
    {"R14", "max_margin_share",
     [](Rig& r) {
         r.set(I::margin_used, "3000");
         r.set(I::margin_per_unit, "200");
         r.set(I::equity, "10000");
     },
     "0.5"},
    {"R14", "max_leverage",
     [](Rig& r) {
         r.set(I::gross, "19000");
         r.set(I::equity, "10000");
     },
     "2"},
    {"R14", "min_liquidation_distance", [](Rig& r) { r.set(I::liquidation_distance, "0.15"); }, "0.15"},
    {"R15", "max_open_orders", [](Rig& r) { r.set(I::open_orders, "19"); }, "20"},
    {"R15", "max_open_notional", [](Rig& r) { r.set(I::open_notional, "4000"); }, "5000"},

    // How often, against whom, and when.
    {"R16", "max_submits_at_once", [](Rig& r) { r.set(I::submits_at_once, "4"); }, "5"},
    {"R16", "max_submits_per_second", [](Rig& r) { r.set(I::submits_in_second, "9"); }, "10"},
    {"R16", "max_submits_per_day", [](Rig& r) { r.set(I::submits_in_day, "99"); }, "100"},
    {"R16", "max_amends_per_second",
     [](Rig& r) {
         r.action = DecisionAction::amend;
         r.set(I::amends_in_second, "7");
     },
     "8"},
    {"R17", "window",
     [](Rig& r) {
         r.recent = {{Timestamp{r.now.ns - 9'000'000'000}, {}, {}, {}, Side::buy, OrderType::market, {}, {}, "10"_qty},
                     {Timestamp{r.now.ns - 3'000'000'000}, {}, {}, {}, Side::buy, OrderType::market, {}, {}, "10"_qty},
                     {Timestamp{r.now.ns - 1'000'000'000}, {}, {}, {}, Side::buy, OrderType::market, {}, {}, "11"_qty}};
     },
     "3"},
    {"R18", "max_executions", [](Rig& r) { r.set(I::signal_executions, "2"); }, "3"},
    {"R19", "forbid", [](Rig& r) { r.set(I::meets_own, "1"); }, "1", "0", [](Rig& r) { r.set(I::meets_own, "0"); }},
    {"R20", "forbid_opposite", [](Rig& r) { r.set(I::lowest_own_sell, "500"); }, "1", "0",
     [](Rig& r) { r.set(I::highest_own_buy, "1"); }},
    {"R20", "max_round_trips", [](Rig& r) { r.set(I::round_trips_today, "3"); }, "4"},
    {"R21", "forbid",
     [](Rig& r) {
         r.position("12", "0", "5");
         r.sell("10");
     },
     "3", "0", [](Rig& r) { r.position("5", "0", "5"); }},  // a buy; exits are not asked
    {"R21", "require_locate",
     [](Rig& r) {
         r.sell("10");
         r.set(I::borrow_available, "8");
     },
     "2", "0",
     [](Rig& r) {
         r.sell("10");
         r.set(I::borrow_available, "10");
     }},
    {"R21", "rule_201",
     [](Rig& r) {
         r.sell("10");
         r.limit_at("100");
         r.set(I::short_restricted, "1");
     },
     "1", "0",
     [](Rig& r) {
         r.sell("10");
         r.limit_at("100.25");
         r.set(I::short_restricted, "1");
     }},
    {"R22", "min_pattern_equity",
     [](Rig& r) {
         r.set(I::would_day_trade, "1");
         r.set(I::day_trades, "3");
         r.set(I::trades, "50");
         r.set(I::equity, "24000");
     },
     "24000"},
    {"R22", "min_equity_share",
     [](Rig& r) {
         r.set(I::long_value, "3000");
         r.set(I::equity, "1000");
     },
     "0.25"},
    {"R22", "max_call_days", [](Rig& r) { r.set(I::margin_call_days, "5"); }, "5"},
    {"R23", "settled_only",
     [](Rig& r) {
         r.set(I::settled_cash, "900");
         r.set(I::order_cost, "1");
     },
     "101", "0",
     [](Rig& r) {
         r.set(I::settled_cash, "1001");
         r.set(I::order_cost, "1");
     }},
    {"R23", "max_violations", [](Rig& r) { r.set(I::cash_violations, "2"); }, "2"},
    {"R24", "require_open", [](Rig& r) { r.set(I::session_open, "0"); }, "1", "0", as_it_is},
    {"R24", "forbid_halted", [](Rig& r) { r.set(I::halted, "1"); }, "1", "0", as_it_is},
    {"R24", "no_entries_before_close", [](Rig& r) { r.set(I::seconds_to_close, "900"); }, "900"},
    {"R24", "blackout", [](Rig& r) { r.set(I::blackout, "1"); }, "1", "0", as_it_is},

    // Market and portfolio.
    {"R25", "max_quote_age", [](Rig& r) { r.inputs.set_duration(I::quote_age, r.scope, seconds(2)); }, "2"},
    {"R25", "max_feed_silence", [](Rig& r) { r.inputs.set_duration(I::feed_silence, r.scope, milliseconds(1500)); },
     "1.5"},
    {"R25", "no_gap", [](Rig& r) { r.set(I::sequence_gap, "1"); }, "1", "0", as_it_is},
    {"R25", "no_crossed", [](Rig& r) { r.set(I::bid, "100.25"); }, "1", "0", as_it_is},
    {"R25", "max_sigmas", [](Rig& r) { r.inputs.set_signal(I::quote_sigmas, r.scope, 6.5); }, "6.5"},
    {"R25", "max_clock_offset", [](Rig& r) { r.inputs.set_duration(I::clock_offset, r.scope, milliseconds(50)); },
     "0.05"},
    {"R26", "max_delta",
     [](Rig& r) {
         r.sell("10");
         r.set(I::delta, "5");
         r.set(I::unit_delta, "50");
     },
     "495"},
    {"R26", "max_gamma",
     [](Rig& r) {
         r.set(I::gamma, "1");
         r.set(I::unit_gamma, "0.2");
     },
     "3"},
    {"R26", "max_vega",
     [](Rig& r) {
         r.set(I::vega, "100");
         r.set(I::unit_vega, "12");
     },
     "220"},
    {"R26", "max_theta",
     [](Rig& r) {
         r.set(I::theta, "-40");
         r.set(I::unit_theta, "-5");
     },
     "90"},
    {"R26", "max_rho",
     [](Rig& r) {
         r.set(I::rho, "7");
         r.set(I::unit_rho, "-1");
     },
     "3"},
    {"R26", "max_stress_loss",
     [](Rig& r) {
         r.set(I::stress_loss, "800");
         r.set(I::order_stress_loss, "150");
     },
     "950"},
    {"R27", "max_volatility", [](Rig& r) { r.inputs.set_signal(I::projected_volatility, r.scope, 0.0125); }, "0.0125"},
    {"R27", "max_cluster_share",
     [](Rig& r) {
         r.set(I::cluster_gross, "5000");
         r.set(I::equity, "10000");
     },
     "0.6"},
    {"R28", "max_risk_share",
     [](Rig& r) {
         r.set(I::range, "1.5");
         r.set(I::equity, "10000");
     },
     "0.002", "0.02"},  // the floor of 2 counts, not 1.5
    {"R29", "max_var_share",
     [](Rig& r) {
         r.set(I::projected_var, "250");
         r.set(I::equity, "10000");
     },
     "0.025"},
    {"R29", "max_es_share",
     [](Rig& r) {
         r.set(I::projected_es, "400");
         r.set(I::equity, "10000");
     },
     "0.04"},
    {"R30", "max_distance", [](Rig& r) { r.set(I::stop_distance, "0.05"); }, "0.05"},
    {"R31", "max_share", [](Rig& r) { r.set(I::recent_volume, "100"); }, "0.1"},
    {"R31", "max_orders_per_trade",
     [](Rig& r) {
         r.set(I::submits_in_day, "49");
         r.set(I::trades_today, "4");
     },
     "12.5"},
    {"R32", "max_spread_bps", [](Rig& r) { r.set(I::spread_bps, "24.9"); }, "24.9"},
    {"R32", "min_depth", [](Rig& r) { r.set(I::depth, "25"); }, "2.5"},
    {"R33", "max_first_quantity", [](Rig& r) { r.set(I::live_sessions, "4"); }, "10", "5"},
    {"R33", "approved", [](Rig& r) { r.set(I::approved, "0"); }, "1", "0", as_it_is},
    {"R34", "max_share",
     [](Rig& r) {
         r.set(I::order_cost, "3");
         r.set(I::order_edge, "12");
     },
     "0.25"},
    {"R35", "max_positions",
     [](Rig& r) {
         r.set(I::open_positions, "5");
         r.set(I::instrument_used, "0");
     },
     "6"},

    // All the time.
    {"T01", "max_loss", [](Rig& r) { r.set(I::day_pnl, "-500"); }, "500"},
    {"T01", "max_loss_share",
     [](Rig& r) {
         r.set(I::day_pnl, "-500");
         r.set(I::day_start_equity, "10000");
     },
     "0.05"},
    {"T02", "max_drawdown_share",
     [](Rig& r) {
         r.set(I::peak_equity, "12000");
         r.set(I::equity, "9000");
     },
     "0.25"},
    {"T02", "max_drawdown",
     [](Rig& r) {
         r.set(I::peak_equity, "12000");
         r.set(I::equity, "9000");
     },
     "3000"},
    // A peak of 50,875 less a distance of 2,500 is a floor of 48,375.
    {"T03", "trailing_intraday",
     [](Rig& r) {
         r.set(I::peak_equity, "50875");
         r.set(I::equity, "48375");
     },
     "2500"},
    {"T03", "trailing_end_of_day",
     [](Rig& r) {
         r.set(I::peak_balance, "51000");
         r.set(I::equity, "49000");
     },
     "2000"},
    {"T04", "max_loss", [](Rig& r) { r.set(I::position_loss, "300"); }, "300"},
    {"T04", "max_loss_share", [](Rig& r) { r.set(I::position_loss_share, "0.1"); }, "0.1"},
    {"T04", "max_loss_atr", [](Rig& r) { r.set(I::position_loss_atr, "3"); }, "3"},
    {"T05", "max_losses", [](Rig& r) { r.set(I::consecutive_losses, "3"); }, "3"},
    {"T06", "max_loss", [](Rig& r) { r.set(I::day_pnl, "-200"); }, "200"},
    {"T07", "max_week_loss", [](Rig& r) { r.set(I::week_pnl, "-900"); }, "900"},
    {"T07", "max_month_loss", [](Rig& r) { r.set(I::month_pnl, "-1800"); }, "1800"},
    {"T08", "min_profit",
     [](Rig& r) {
         r.set(I::window_profit, "15");
         r.inputs.set_duration(I::since_exit, r.scope, seconds(0));
     },
     "15"},
    {"T09", "cooldown", [](Rig& r) { r.inputs.set_duration(I::since_exit, r.scope, minutes(5)); }, "300"},
    {"T10", "max_best_day_share",
     [](Rig& r) {
         r.set(I::best_day, "600");
         r.set(I::day_pnl, "600");
         r.set(I::total_profit, "1200");
     },
     "0.5"},
    {"T11", "max_stale", [](Rig& r) { r.inputs.set_duration(I::stale_for, r.scope, seconds(10)); }, "10"},
    {"T14", "max_rejects", [](Rig& r) { r.set(I::rejects, "5"); }, "5"},
    {"T15", "max_errors", [](Rig& r) { r.set(I::errors, "4"); }, "4"},
    {"T16", "max_deviation", [](Rig& r) { r.set(I::fill_deviation, "0.02"); }, "0.02"},
    {"T16", "max_anomalies", [](Rig& r) { r.set(I::fill_anomalies, "1"); }, "1"},
    {"T17", "min_excess", [](Rig& r) { r.set(I::margin_excess, "250"); }, "250"},
    {"T18", "min_distance", [](Rig& r) { r.set(I::liquidation_distance, "0.1"); }, "0.1"},
    {"T19", "max_spread_bps", [](Rig& r) { r.set(I::spread_bps, "40"); }, "40"},
    {"T19", "max_volatility", [](Rig& r) { r.inputs.set_signal(I::volatility, r.scope, 0.03); }, "0.03"},
};

}  // namespace

const std::vector<RuleCase>& rule_cases() { return cases; }

}  // namespace trd::testing
