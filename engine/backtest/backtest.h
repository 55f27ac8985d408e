// A backtest as a value: a plan in (strategy, parameters, data, account, models, seed), a result out (hash, counts,
// equity, statistics). Called by the command line and by sweeps, many at once in one process; nothing here prints or
// reads a clock except for the time it took.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "account/account_terms.h"
#include "account/fees.h"
#include "backtest/equity_change.h"
#include "backtest/notebook.h"
#include "backtest/run_counts.h"
#include "backtest/trade_breakdown.h"
#include "base/hash.h"
#include "base/result.h"
#include "base/time.h"
#include "history/adjust.h"
#include "market/calendar.h"
#include "market/instrument.h"
#include "match/models.h"
#include "order/fill.h"
#include "record/record.h"
#include "risk/unit.h"
#include "stats/performance.h"
#include "stats/round_trips.h"
#include "view/strategy.h"

namespace trd {

// A file of limits. No text: no limits at all.
struct BacktestLimits {
    std::string name;  // where it was found, for messages; "none"
    std::string text;
    uint32_t version = 0;  // of the versions that trd risk set keeps; such limits may name who is not part of the run
};

// One of several accounts of a run, at a venue of its own.
struct BacktestAccount {
    std::string name;                  // "kraken"
    std::vector<std::string> symbols;  // what is traded there; none: whatever no other account names
    Money cash;
    FeeModel fees;
    VenueModels models;  // its fees are those above
    AccountTerms terms;
};

struct PlanStrategy {
    std::string path;
    std::optional<std::string> text = {};  // runs instead of what is in the file, which then need not be there
};

struct BacktestPlan {
    std::vector<PlanStrategy> strategies;           // each has an account of its own
    std::map<std::string, std::string> parameters;  // overrides, as given with --set: "fast", "sma_cross.fast"

    // Data: either one CSV file, or series of the catalogue.
    std::string data_path;       // empty: the catalogue
    std::string catalogue_root;  // where the catalogue is; with a file: of its instruments and actions, or empty
    std::string symbol;          // what "$symbol" stands for; empty: the strategy's own default, or the file's name
    Duration timeframe;          // zero: what the strategy or the data says
    std::optional<Timestamp> from, to;  // bars that open in [from, to)

    // What is traded: as the catalogue's instrument of the symbol says, if there is one. What is set here stands above
    // it, in all of its terms.
    std::optional<InstrumentKind> kind;  // else equity
    std::optional<Decimal> multiplier;
    std::optional<Price> tick;
    std::optional<Quantity> lot;
    std::optional<Money> margin_per_unit;
    // Of the account, and of prices of instruments that nobody knows; else the first instrument's, or USD.
    std::optional<Currency> currency;
    Adjustment adjust = Adjustment::none;    // by the catalogue's actions or factors
    Money cash = Money::from_units(10'000);  // in each account
    FeeModel fees;
    VenueModels models;  // its fees are those above
    AccountTerms account;
    std::vector<BacktestAccount> accounts;     // none: one, as the four above say
    std::string accounts_path, accounts_text;  // the file that they are from
    // Splits and dividends of the catalogue reach the account as they happen, unless prices are adjusted for them:
    // for splits, then dividends alone do.
    bool apply_actions = true;

    std::string calendar;               // of sessions and hours; empty: the instrument's
    std::optional<TradingHours> hours;  // only bars within them; needs a calendar

    std::optional<BacktestLimits> limits;  // else the defaults, which come with the binary
    std::vector<PlanStrategy> rules;       // risk rules, asked in this order

    uint64_t seed = 1;
    bool jit = true;
};

// Steps between bars in which nothing was quoted: nights and weekends too, where a venue closes.
struct BacktestGaps {
    uint64_t count = 0;
    Duration total, longest;
    Timestamp longest_begin;
};

struct BacktestSeriesResult {
    std::string name, symbol;
    Duration timeframe;
    uint64_t bars = 0;
    Timestamp first_open, last_close;
    BacktestGaps gaps;
};

// Data other than bars, as far as the run read it.
struct BacktestStreamResult {
    std::string name;  // "quotes SPY"
    uint64_t rows = 0;
    Timestamp first, last;
};

struct BacktestPosition {
    std::string account, symbol;
    SideBucket bucket = SideBucket::net;
    Quantity quantity;
    Price mark;
};

// In the run's currency.
struct BacktestAccountResult {
    std::string name;
    Money cash_start, cash_end, equity_end, fees;
    std::vector<std::pair<std::string, std::string>> models;
};

// What a monitor did, or when it let go.
struct BacktestRiskAction {
    Timestamp time;
    std::string code, rule, scope, subject;  // "T01", "max_loss", "account", "main"
    std::string action;                      // "reducing"; "released"
    Decimal found, limit;
    RiskUnit unit = RiskUnit::number;
};

// What a risk rule of the run answered, how often.
struct BacktestRule {
    std::string name, version, scope;
    std::array<uint64_t, rule_answer_count> answers{};  // by RuleAnswer
    std::string fault;                                  // the first, with its line; empty: none
    // How often it was asked beside that, halted, and failed to answer.
    struct Calls {
        uint64_t asked = 0, halted = 0, failed = 0;
    };
    Calls reducing, watching;

    uint64_t of(RuleAnswer answer) const { return answers[static_cast<size_t>(answer)]; }
    uint64_t failed() const {
        uint64_t sum = 0;
        for (size_t i = 0; i < answers.size(); ++i) sum += is_failure(static_cast<RuleAnswer>(i)) ? answers[i] : 0;
        return sum;
    }
};

struct BacktestRisk {
    std::string limits;                       // "default", "none", a file, "limits version 3"
    uint32_t limits_version = 0;              // of the versions that trd risk set keeps
    std::vector<std::string> armed, unarmed;  // codes
    std::map<std::string, uint64_t> denials;  // by code
    uint64_t warnings = 0;                    // of monitors, at 50, 75 and 90 %
    std::vector<BacktestRiskAction> actions;  // the first of them
    uint64_t actions_left_out = 0;
    uint64_t latched = 0;  // monitors that had not let go at the end
    std::vector<BacktestRule> rules;
};

// One strategy of a run: what its account came to. A run of one has nothing else in it.
struct BacktestStrategyResult {
    std::string name, version;
    std::vector<StrategyParameter> parameters;
    RunCounts counts;  // orders, denied, fills and trades; the other ones are of the run
    Money equity_start, equity_end, cash_end, fees;
    Performance stats;
    RoundTripSummary trades;
    std::vector<BacktestPosition> positions;  // those that are not flat
    StrategyNotes notes;
};

struct BacktestResult {
    std::string run_id;                           // names the inputs: the same plan and data have the same id
    Digest hash{};                                // names the outcome
    std::string strategy_name, strategy_version;  // of several "a+b", and no version
    std::vector<StrategyParameter> parameters;    // of several "a.fast"
    std::vector<BacktestSeriesResult> series;
    std::vector<BacktestStreamResult> streams;                // those of which there was a row
    std::string fill_model;                                   // "next_open"
    std::string fee_model;                                    // "per_unit:2"
    std::vector<std::pair<std::string, std::string>> models;  // all of them: "path" "nearest", "slippage" "bps:5" ...
    Adjustment adjust = Adjustment::none;
    Currency currency;
    RunCounts counts;
    Money equity_start, equity_end, cash_end, fees;
    EquityChange change;                          // from equity_start to equity_end
    std::vector<BacktestAccountResult> accounts;  // at least one
    std::vector<BacktestPosition> positions;      // at the end, one an instrument; or its two sides
    Performance stats;                            // from daily equity
    RoundTripSummary trades;                      // after fees
    Drawdown drawdown;                            // at bar resolution
    TradeBreakdown breakdown;
    std::vector<double> equity_line;             // equity at the end of each day; of longer runs, evenly fewer of them
    double time_in_market = 0;                   // share of the run's time with a position open, 0..1
    std::map<std::string, uint64_t> denials;     // by name
    std::map<VenueReason, uint64_t> rejections;  // by the venue, of what had been allowed
    std::vector<std::pair<std::string, std::string>> calendars;  // "SPY" "XNYS 3f9a0c11d2e4": its name and what it says
    BacktestRisk risk;
    std::vector<BacktestStrategyResult> strategies;
    std::vector<std::string> warnings;
    double wall_ms = 0;
};

// Reports progress in [0, 1] at most every few milliseconds; false asks the run to stop (Error with
// ExitCode::interrupted).
using BacktestProgress = std::function<bool(double)>;

class RunKeeper;
class OrderStory;

using CalendarCall = std::function<Result<Calendar>(const std::string& name)>;

// What a run asks of its caller, and tells it. All of it may be empty.
struct BacktestCalls {
    BacktestProgress progress = {};
    LogListener log = {};  // what strategies log, as they do
    // The calendar of that name. Without it there are no sessions but those around the clock.
    CalendarCall calendar = {};
    // Before the run: what is armed and will deny whatever it is asked about. It is in the result's warnings too,
    // first.
    std::function<void(const std::string& warning)> warn = {};
    RunKeeper* keeper = nullptr;  // gathers what the store keeps of the run
    OrderStory* story = nullptr;  // follows one order
};

Result<BacktestResult> run_backtest(const BacktestPlan& plan, const BacktestCalls& calls = {});

}  // namespace trd
