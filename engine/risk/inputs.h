// What checks know: one flat table of readings that whoever drives the engine keeps current, event by event. A reading
// that nobody has given is missing; it can also be stale, or not finite when a statistic could not be computed. No
// check ever sees such a reading: one that needs it denies.
//
// Money and quantities are exact; only statistics come in as doubles, at set_signal().
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "order/order.h"
#include "risk/unit.h"

namespace trd {

// What a limit or a reading belongs to. Limits of several scopes hold side by side, so the tightest wins.
enum class RiskScope : uint8_t { firm, account, venue, strategy, instrument };
inline constexpr size_t risk_scope_count = 5;
std::string_view name_of(RiskScope scope);
std::optional<RiskScope> risk_scope_named(std::string_view name);

enum class RiskInput : uint8_t {
    gate_state,
    tradable,
    reference,
    worst_mark,
    bid,
    ask,
    tick,
    fx_rate,
    atr,
    prior_close,
    own_fill_drift,
    daily_volume,
    depth,
    recent_volume,
    spread_bps,
    volatility,
    quote_age,
    feed_silence,
    sequence_gap,
    quote_sigmas,
    clock_offset,
    stale_for,
    session_open,
    seconds_to_close,
    halted,
    blackout,
    borrow_available,
    short_restricted,
    margin_per_unit,
    liquidation_distance,
    unit_delta,
    unit_gamma,
    unit_vega,
    unit_theta,
    unit_rho,
    order_stress_loss,
    recent_orders,
    order_cost,
    order_edge,
    stop_distance,
    would_day_trade,
    approved,
    fill_deviation,
    // From here on: one reading for each scope.
    position,
    buying,
    selling,
    highest_own_buy,
    lowest_own_sell,
    equity,
    gross,
    net_high,
    net_low,
    instrument_high,
    instrument_low,
    sector_gross,
    issuer_gross,
    currency_gross,
    cluster_gross,
    buying_power,
    settled_cash,
    margin_used,
    margin_excess,
    long_value,
    open_orders,
    open_notional,
    open_positions,
    submits_at_once,
    submits_in_second,
    submits_in_day,
    amends_in_second,
    signal_executions,
    round_trips_today,
    day_trades,
    trades,
    trades_today,
    margin_call_days,
    cash_violations,
    live_sessions,
    delta,
    gamma,
    vega,
    theta,
    rho,
    stress_loss,
    projected_volatility,
    projected_var,
    projected_es,
    day_pnl,
    day_start_equity,
    week_pnl,
    month_pnl,
    window_profit,
    peak_equity,
    peak_balance,
    position_loss,
    position_loss_share,
    position_loss_atr,
    consecutive_losses,
    since_exit,
    best_day,
    total_profit,
    rejects,
    errors,
    fill_anomalies,
    instrument_used,
    meets_own,
    range,
};
inline constexpr size_t risk_input_count = 107;
inline constexpr RiskInput first_scoped_input = RiskInput::position;

struct RiskInputTraits {
    RiskInput input;
    std::string_view name;
    RiskUnit unit;
    bool positive;  // zero and less make no sense: a check that needs it denies
    std::string_view doc;
};
std::span<const RiskInputTraits> risk_input_table();
const RiskInputTraits& traits_of(RiskInput input);
inline std::string_view name_of(RiskInput input) { return traits_of(input).name; }
constexpr bool is_scoped(RiskInput input) { return input >= first_scoped_input; }

enum class ReadingState : uint8_t { missing, known, stale, not_finite, not_positive, overflow };
std::string_view describe(ReadingState state);

struct Reading {
    Decimal value;
    ReadingState state = ReadingState::missing;
};

// An order that was sent a short while ago.
struct RecentOrder {
    Timestamp time;
    AccountId account;
    StrategyId strategy;
    InstrumentId instrument;
    Side side = Side::buy;
    OrderType type = OrderType::market;
    Price limit, trigger;
    Quantity quantity;
    Price trail_amount{};
    Decimal trail_percent{};
};

class RiskInputs {
  public:
    // Inputs that are not scoped have one reading, whatever the scope.
    const Reading& get(RiskInput input, RiskScope scope = RiskScope::firm) const {
        return readings_[place(input, scope)];
    }

    // The same by a number that can be worked out once.
    static constexpr size_t place(RiskInput input, RiskScope scope) {
        const auto index = static_cast<size_t>(input);
        return is_scoped(input) ? index + static_cast<size_t>(scope) * scoped_count : index;
    }
    const Reading& at(size_t place) const { return readings_[place]; }
    static bool has_to_be_positive(RiskInput input) { return positive_[static_cast<size_t>(input)]; }
    // `positive`: whether it has to be. Nothing: missing. True when it is known.
    bool set_at(size_t place, bool positive, const std::optional<Decimal>& value) {
        readings_[place] = value ? reading_of(positive, *value) : Reading{};
        return readings_[place].state == ReadingState::known;
    }

    template <class Tag>
    void set(RiskInput input, Fixed<Tag> value) {
        set(input, RiskScope::firm, value);
    }
    template <class Tag>
    void set(RiskInput input, RiskScope scope, Fixed<Tag> value) {
        readings_[place(input, scope)] = reading_of(input, Decimal::from_raw(value.raw()));
    }
    void set_count(RiskInput input, RiskScope scope, int64_t count) { set(input, scope, Decimal::from_units(count)); }
    // What is counted over a window has a reading for each window that some rule of the scope goes by; over one that
    // nobody has given it is the reading without.
    const Reading& get_over(Duration window, RiskInput input, RiskScope scope) const {
        if (window.ns == 0) [[likely]]
            return get(input, scope);
        return find_over(window, input, scope);
    }
    bool set_over(Duration window, RiskInput input, RiskScope scope, const std::optional<Decimal>& value);
    // Rounded to the nanosecond that durations are counted in anyway.
    void set_duration(RiskInput input, RiskScope scope, Duration duration);
    // NaN, infinity and what a decimal cannot hold are kept as not finite.
    void set_signal(RiskInput input, RiskScope scope, double value);
    // The value is kept; it no longer counts until it is set again.
    void set_stale(RiskInput input, RiskScope scope = RiskScope::firm);
    void forget(RiskInput input, RiskScope scope = RiskScope::firm) { readings_[place(input, scope)] = {}; }

    // What was sent of late; the caller owns it. Counts when the reading recent_orders is known.
    std::span<const RecentOrder> recent;

  private:
    static constexpr size_t shared_count = static_cast<size_t>(first_scoped_input);
    static constexpr size_t scoped_count = risk_input_count - shared_count;

    const Reading& find_over(Duration window, RiskInput input, RiskScope scope) const;
    static Reading reading_of(bool positive, Decimal value) {
        return {value, !positive || value.is_positive() ? ReadingState::known : ReadingState::not_positive};
    }
    static Reading reading_of(RiskInput input, Decimal value) { return reading_of(has_to_be_positive(input), value); }
    static const std::array<bool, risk_input_count> positive_;

    struct OverWindow {
        Duration window;
        size_t place;
        Reading reading;
    };

    std::array<Reading, shared_count + risk_scope_count * scoped_count> readings_{};
    std::vector<OverWindow> over_windows_;  // few
};

}  // namespace trd
