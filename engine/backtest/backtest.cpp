#include "backtest/backtest.h"

#include <algorithm>

#include "backtest/accounts_file.h"
#include "backtest/data.h"
#include "backtest/missing_volumes.h"
#include "backtest/observer.h"
#include "backtest/order_story.h"
#include "backtest/plan_models.h"
#include "backtest/price_steps.h"
#include "backtest/rule_set.h"
#include "backtest/run_keeper.h"
#include "backtest/run_limits.h"
#include "backtest/run_warnings.h"
#include "backtest/stale_streams.h"
#include "backtest/stored_plan.h"
#include "backtest/strategy_set.h"
#include "base/amount_text.h"
#include "base/clock.h"

namespace trd {
namespace {

Error run_error(const RunFault& fault) {
    switch (fault.kind) {
        case RunFault::Kind::strategy:
            return strategy_error(fault.strategy);
        case RunFault::Kind::data:
            return fault.data;
        case RunFault::Kind::endless:
            return {ExitCode::strategy, "E_STRATEGY_ENDLESS", fault.strategy.message,
                    "an order hook that places an order needs a condition that ends"};
        case RunFault::Kind::amount:
            return {ExitCode::strategy, "E_AMOUNT_RANGE", fault.strategy.message,
                    "check quantities, prices, --multiplier and --cash for too many zeros"};
        case RunFault::Kind::interrupted:
            return {ExitCode::interrupted, "E_INTERRUPTED", "interrupted: " + fault.strategy.message, ""};
    }
    TRD_ASSERT(false);
}

void name_strategy(ByteWriter& out, const LoadedStrategy& strategy) {
    const Digest script = sha256(strategy.script);
    out.append(ByteSpan(script));
    for (const StrategyParameter& parameter : strategy.manifest().parameters) {
        out.put_text(parameter.name);
        out.put_text(parameter.value);
    }
}

bool wants_sessions(const StrategySet& set) {
    return std::any_of(set.begin(), set.end(),
                       [](const LoadedStrategy& each) { return each.manifest().wants_sessions; });
}

void name_rules(ByteWriter& out, const RuleSet& rules) {
    if (!rules.empty()) out.put_text("rules");
    for (const LoadedRule& rule : rules.loaded()) {
        const Digest script = sha256(rule.script);
        out.append(ByteSpan(script));
    }
    for (const StrategyParameter& parameter : rules.parameters()) {
        out.put_text(parameter.name);
        out.put_text(parameter.value);
    }
}

// Everything that decides the outcome, in canonical form. `calendars` says what those in force say.
std::string name_inputs(const BacktestPlan& plan, const StrategySet& set, const RuleSet& rules,
                        const BacktestData& data, bool limits_go_by_sessions, ByteSpan calendars) {
    ByteWriter out;
    for (const LoadedStrategy& strategy : set) {
        if (set.size() > 1) out.put_text(strategy.name);
        name_strategy(out, strategy);
    }
    for (const Instrument& instrument : data.instruments) encode(out, instrument);
    for (const BacktestData::Feed& feed : data.feeds) {
        out.put_text(feed.name);
        out.append(ByteSpan(feed.series->fingerprint()));
        out.put(feed.first_row);
        out.put(feed.end_row);
    }
    out.put(data.currency.packed());
    out.put(plan.cash.raw());
    for (const BacktestData::Stream& stream : data.streams) {
        out.put_text(stream.name);
        out.append(ByteSpan(stream.fingerprint));
    }
    for (const auto& [model, name] : models_of(plan)) {
        out.put_text(model);
        out.put_text(name);
    }
    out.put_text(name_of(plan.adjust));
    out.put(plan.seed);
    if (wants_sessions(set) || limits_go_by_sessions) out.put_text(plan.calendar);
    if (plan.limits) out.put_text("limits\n" + plan.limits->text);
    if (!plan.accounts.empty()) out.put_text("accounts\n" + plan.accounts_text);
    name_rules(out, rules);
    out.append(calendars);
    return to_hex(sha256(out.bytes())).substr(0, 16);
}

// The plan's, or the instrument's; nothing when nobody knows, or nobody can look it up.
Result<std::optional<Calendar>> calendar_of(const BacktestPlan& plan, const BacktestCalls& calls,
                                            const Instrument& instrument) {
    const std::string& name = plan.calendar.empty() ? instrument.calendar : plan.calendar;
    if (name.empty() || !calls.calendar) return std::optional<Calendar>{};
    TRD_TRY(Calendar calendar, calls.calendar(name));
    return std::optional<Calendar>(std::move(calendar));
}

Error no_calendar(std::string message) {
    return {ExitCode::usage, "E_NO_CALENDAR", std::move(message),
            "say whose hours it keeps with --calendar NAME, or give the instrument a calendar"};
}

std::vector<RunVenue> venues_of(const BacktestPlan& plan, const BacktestData& data) {
    std::vector<RunVenue> venues;
    for (const BacktestAccount& account : accounts_of(plan)) {
        const auto number = static_cast<uint16_t>(venues.size() + 1);
        RunVenue venue{VenueId{number}, AccountId{number}, account.models, account.terms, data.currency, account.cash};
        venue.models.fees = account.fees;
        venue.terms.fees = account.fees;
        venues.push_back(std::move(venue));
    }
    return venues;
}

Status<> add_series(const BacktestPlan& plan, const BacktestCalls& calls, const BacktestData& data,
                    const BacktestData::Feed& feed, RunSetup& setup) {
    const Instrument& instrument = data.instruments[feed.instrument.value];
    TRD_TRY(const Bar first, feed.series->at(feed.first_row));
    setup.start = std::min(setup.start, first.open_time);
    setup.series.push_back(
        {feed.instrument, BarCursor(*feed.series, feed.first_row, feed.end_row), feed.end_row - feed.first_row});
    RunSeries& series = setup.series.back();
    series.timeframe = feed.series->timeframe();
    series.hours = plan.hours;
    TRD_TRY(series.calendar, calendar_of(plan, calls, instrument));
    if (plan.hours && !series.calendar)
        return Fail{no_calendar("--hours needs to know when " + instrument.symbol + " trades")};
    return done;
}

// Rates are of no instrument.
Status<> add_feed(const BacktestPlan& plan, const BacktestCalls& calls, const BacktestData& data,
                  BacktestData::Stream& stream, RunSetup& setup) {
    setup.feeds.push_back({stream.instrument, std::move(stream.feed), stream.base, stream.quote, stream.rows});
    if (stream.base != Currency{}) return done;
    RunFeed& feed = setup.feeds.back();
    feed.hours = plan.hours;
    TRD_TRY(feed.calendar, calendar_of(plan, calls, data.instruments[stream.instrument.value]));
    return done;
}

// Requests are numbered through all strategies: those of bars, and the others.
struct RequestCount {
    size_t feeds = 0, streams = 0;
};

RunStrategy seat_of(const LoadedStrategy& strategy, const BacktestData& data, RequestCount& before) {
    RunStrategy seat{strategy.strategy.get(), {}};
    for (const SeriesRequest& request : strategy.manifest().series) {
        if (request.kind == SeriesKind::bars)
            seat.series.push_back(data.feeds[before.feeds++].number);
        else
            seat.feeds.push_back(data.asked[before.streams++]);
    }
    return seat;
}

Result<RunSetup> make_setup(const BacktestPlan& plan, const BacktestCalls& calls, BacktestData& data,
                            const StrategySet& set) {
    RunSetup setup;
    TRD_CHECK(check_liquidation(plan, data.instruments));
    setup.instruments = data.instruments;
    setup.venues = venues_of(plan, data);
    setup.accounts_apart = set.size() > 1;
    setup.seed = plan.seed;
    setup.trace = calls.story;
    setup.start = {INT64_MAX};
    for (const BacktestData::Feed& feed : data.feeds)
        if (feed.number == setup.series.size()) TRD_CHECK(add_series(plan, calls, data, feed, setup));
    for (BacktestData::Stream& stream : data.streams) TRD_CHECK(add_feed(plan, calls, data, stream, setup));
    for (const AskedFeed& asked : data.asked)
        if (data.feeds.empty()) setup.start = std::min(setup.start, data.streams[asked.number].first);
    RequestCount before;
    for (const LoadedStrategy& strategy : set) setup.strategies.push_back(seat_of(strategy, data, before));
    return setup;
}

// What a strategy is taken to trade: that of its series "main", else of its first one.
InstrumentId traded_by(const StrategyManifest& manifest, const RunStrategy& seat, const RunSetup& setup) {
    if (seat.series.empty()) return seat.feeds.front().instrument;
    size_t main = 0, place = 0;
    for (const SeriesRequest& request : manifest.series) {
        if (request.kind != SeriesKind::bars) continue;
        if (request.name == "main") main = place;
        ++place;
    }
    return setup.series[seat.series[main]].instrument;
}

// The calendar whose sessions a strategy hears of, if it has on_session.
Status<> give_sessions(const BacktestPlan& plan, const BacktestCalls& calls, const StrategyManifest& manifest,
                       const RunSetup& setup, RunStrategy& seat) {
    if (!manifest.wants_sessions) return done;
    const Instrument& instrument = setup.instruments[traded_by(manifest, seat, setup).value];
    const std::string& name = plan.calendar.empty() ? instrument.calendar : plan.calendar;
    if (!name.empty() && calls.calendar) {
        TRD_TRY(seat.calendar, calls.calendar(name));
        return done;
    }
    if (name.empty() && traits_of(instrument.kind).trades_all_week) {
        seat.calendar = Calendar::all_week();
        return done;
    }
    return Fail{no_calendar(manifest.name + " has on_session, and nobody knows when " + instrument.symbol + " trades")};
}

// A venue that trades all week has no calendar and needs none.
Status<> give_sessions_to_limits(const BacktestPlan& plan, const BacktestCalls& calls, const BacktestData& data,
                                 RunSetup& setup) {
    if (!setup.limits || !goes_by_sessions(*setup.limits)) return done;
    setup.session_hours = plan.hours.value_or(TradingHours::regular);
    TRD_TRY(setup.sessions, sessions_for(data, [&](const Instrument& instrument) -> Result<std::optional<Calendar>> {
                TRD_TRY(auto calendar, calendar_of(plan, calls, instrument));
                if (!calendar && traits_of(instrument.kind).trades_all_week) return std::optional(Calendar::all_week());
                return calendar;
            }));
    return done;
}

std::vector<std::string> warn_of_limits(const RunSetup& setup, const BacktestPlan& plan, const BacktestCalls& calls) {
    std::vector<std::string> warnings = limits_that_only_deny(setup, plan);
    for (const std::string& warning : warnings)
        if (calls.warn) calls.warn(warning);
    return warnings;
}

Result<std::vector<BacktestSeriesResult>> describe_series(const BacktestData& data) {
    std::vector<BacktestSeriesResult> described;
    for (const BacktestData::Feed& feed : data.feeds) {
        TRD_TRY(const Bar first, feed.series->at(feed.first_row));
        TRD_TRY(const Bar last, feed.series->at(feed.end_row - 1));
        described.push_back({feed.name,
                             feed.series->symbol(),
                             feed.series->timeframe(),
                             feed.end_row - feed.first_row,
                             first.open_time,
                             last.close_time,
                             {}});
    }
    return described;
}

std::vector<BacktestStreamResult> describe_streams(const BacktestRunner& runner) {
    std::vector<BacktestStreamResult> described;
    for (const RunFeed& each : runner.feeds())
        if (const auto read = each.feed.read_until_now(); read.rows > 0)
            described.push_back({describe(each.feed.key()), read.rows, read.first, read.last});
    return described;
}

std::string no_order_text(const BacktestResult& result) {
    if (result.counts.denied == 0)
        return result.strategies.size() > 1 ? "no strategy sent an order" : "the strategy sent no order";
    std::string text = "every order was denied:";
    for (const auto& [reason, count] : result.denials) text += " " + std::to_string(count) + " " + reason;
    return text;
}

void add_cash_warnings(const BacktestRunner& runner, BacktestResult& result) {
    for (size_t seat = 0; seat < result.strategies.size(); ++seat) {
        const Money lowest = runner.parts()[seat].lowest_cash;
        if (!lowest.is_negative()) continue;
        const std::string whose = result.strategies.size() > 1 ? " of " + result.strategies[seat].name : "";
        result.warnings.push_back("cash" + whose + " fell to " + amount_text(lowest, 2) + " " + result.currency.code() +
                                  ": the account bought with money that it did not have");
    }
}

// "sma(50), which needs 50 bars"
std::string describe(const UnreadyIndicator& each) {
    const std::string name = each.name.empty() ? "an indicator of the script" : each.name;
    if (each.needed > each.seen) return name + ", which needs " + std::to_string(each.needed) + " bars";
    return name + ", for which the data may lack something, such as volumes";
}

// "on_bar was never called for main: in its 5 bars"; other hooks wait for all series.
std::string text_of_unready(const UnreadyIndicator& each) {
    const std::string bars = std::to_string(each.seen) + (each.seen == 1 ? " bar" : " bars");
    if (each.handler == "on_bar") return "on_bar was never called for " + each.series + ": in its " + bars;
    const std::string called = each.handler.empty() ? "" : std::string(each.handler) + " was never called: ";
    return called + "in the " + bars + " of " + each.series;
}

// Nothing would say why a strategy did nothing.
void add_unready_warnings(const StrategySet& set, BacktestResult& result) {
    for (const LoadedStrategy& each : set) {
        const std::string whose = set.size() > 1 ? each.name + ": " : "";
        std::map<std::string, std::pair<UnreadyIndicator, std::string>> by_series;
        for (const UnreadyIndicator& indicator : each.strategy->unready()) {
            auto& [any, names] = by_series[indicator.series];
            any = indicator;
            names += (names.empty() ? "" : "; ") + describe(indicator);
        }
        for (const auto& [series, told] : by_series)
            result.warnings.push_back(whose + text_of_unready(told.first) + " there was no value of " + told.second);
    }
}

void add_idle_warnings(BacktestResult& result) {
    if (result.counts.orders == 0) {
        result.warnings.push_back(no_order_text(result));
        return;
    }
    for (const BacktestStrategyResult& strategy : result.strategies)
        if (strategy.counts.orders == 0)
            result.warnings.push_back(strategy.name + " sent no order" +
                                      (strategy.counts.denied == 0 ? "" : " that was not denied"));
}

// A stop that the venue does not take protects nothing, and the run would go on as if it did. What is post-only asks to
// be rejected, and so does what only reduces.
bool is_part_of_trading(VenueReason reason) {
    return reason == VenueReason::would_take || reason == VenueReason::nothing_to_reduce;
}

void add_rejection_warning(BacktestResult& result) {
    uint64_t sum = 0;
    std::string reasons;
    for (const auto& [reason, count] : result.rejections) {
        if (is_part_of_trading(reason)) continue;
        sum += count;
        reasons += (reasons.empty() ? "" : ", ") + std::to_string(count) + " " + std::string(name_of(reason));
    }
    if (sum == 0) return;
    result.warnings.push_back(std::to_string(sum) + (sum == 1 ? " order was" : " orders were") +
                              " rejected by the venue and never worked: " + reasons);
}

void add_warnings(const BacktestPlan& plan, const StrategySet& set, const BacktestRunner& runner,
                  BacktestResult& result) {
    const auto& traded = runner.desk().instruments();
    if (plan.data_path.empty() && plan.symbol.empty() && !traded.empty() && traded.front().symbol == sample_symbol)
        result.warnings.push_back("no data was named: this ran on DEMO, a generated price series");
    add_cash_warnings(runner, result);
    add_unready_warnings(set, result);
    add_idle_warnings(result);
    add_rejection_warning(result);
    if (result.counts.anomalies != 0)
        result.warnings.push_back(std::to_string(result.counts.anomalies) +
                                  " reports of the simulated venue did not fit their orders");
}

void add_data_warnings(const BacktestPlan& plan, const BacktestRunner& runner, const BacktestObserver& observer,
                       const BacktestData& data, const std::string& end_of_session, BacktestResult& result) {
    add_stale_warnings(data, runner.feeds(), result);
    add_volume_warnings(plan, data, result);
    add_close_warning(observer.missed_closes(), end_of_session, result);
    add_split_warning(observer.cut_by_splits(), result);
    add_yearly_warning(observer.daily(), periods_a_year(data), result);
}

void add_note_warnings(uint64_t lost, BacktestResult& result) {
    const auto warn = [&](uint64_t count, const std::string& what) {
        if (count != 0) result.warnings.push_back(std::to_string(count) + " " + what);
    };
    for (const BacktestStrategyResult& strategy : result.strategies) {
        warn(strategy.notes.lines_left_out, "lines that " + strategy.name + " logged are not shown: beyond " +
                                                std::to_string(Notebook::lines_max) +
                                                " of a level they are only counted");
        warn(strategy.notes.alerts_suppressed, "alerts of " + strategy.name +
                                                   " are not shown: the same one comes once a minute, and " +
                                                   std::to_string(AlertLimit::most_an_hour) + " an hour at most");
    }
    warn(lost, "things that strategies said were lost: more than 128 KB in one handler");
}

void add_positions(const Account& account, const std::string& name, const Instrument& instrument,
                   std::vector<BacktestPosition>& positions) {
    using enum SideBucket;
    const auto buckets = account.terms().hedging ? std::vector{long_side, short_side} : std::vector{net};
    for (const SideBucket bucket : buckets) {
        const Position& position = account.position(instrument.id, bucket);
        positions.push_back({name, instrument.symbol, bucket, position.quantity, position.mark});
    }
}

BacktestAccountResult describe_account(const BacktestPlan& plan, const BacktestAccount& planned, const Account& account,
                                       const Desk& desk, Currency currency) {
    BacktestAccountResult result{planned.name, planned.cash, {}, {}, {}, models_of(plan, planned)};
    result.cash_end = account.cash(currency);
    // Every currency has a rate: equity was counted.
    result.equity_end = account.equity_in(currency, desk.rates()).value_or(Money::zero());
    for (const Balance& balance : account.ledger().balances())
        result.fees +=
            desk.rates().convert(balance[LedgerAccount::fees], balance.currency, currency).value_or(Money::zero());
    return result;
}

// Of several strategies each has one, at the only venue, which is called like it.
std::vector<BacktestAccount> accounts_of(const BacktestPlan& plan, const std::vector<BacktestStrategyResult>& parts) {
    std::vector<BacktestAccount> accounts = accounts_of(plan);
    if (parts.size() < 2) return accounts;
    accounts.resize(parts.size(), accounts.front());
    for (size_t i = 0; i < parts.size(); ++i) accounts[i].name = parts[i].name;
    return accounts;
}

void add_accounts(const BacktestPlan& plan, const BacktestRunner& runner, BacktestResult& result) {
    const Desk& desk = runner.desk();
    for (const BacktestAccount& planned : accounts_of(plan, result.strategies)) {
        const auto number = static_cast<uint16_t>(result.accounts.size() + 1);
        const Account& account = desk.account(AccountId{number});
        result.accounts.push_back(describe_account(plan, planned, account, desk, result.currency));
        result.cash_end += result.accounts.back().cash_end;
        result.fees += result.accounts.back().fees;
        bool trades = false;
        for (const Instrument& instrument : desk.instruments()) {
            if (instrument.venue != account.venue()) continue;
            trades = true;
            add_positions(account, planned.name, instrument, result.positions);
        }
        if (!trades)
            result.warnings.push_back("account " + planned.name +
                                      " traded nothing: none of its symbols is part of this run");
    }
}

// What all accounts came to, and a strategy's own one, or, of one alone, all of them.
void add_parts(const BacktestRunner& runner, const BacktestObserver& observer, BacktestResult& result) {
    result.change = observer.change(runner.desk(), result);
    const bool is_alone = result.strategies.size() == 1;
    for (size_t seat = 0; seat < result.strategies.size(); ++seat) {
        BacktestStrategyResult& part = result.strategies[seat];
        part.counts = runner.parts()[seat].counts;
        part.cash_end = is_alone ? result.cash_end : result.accounts[seat].cash_end;
        part.fees = is_alone ? result.fees : result.accounts[seat].fees;
        for (const BacktestPosition& position : result.positions)
            if (!position.quantity.is_zero() && (is_alone || position.account == part.name))
                part.positions.push_back(position);
    }
}

// What is known of strategies before they run.
void describe_strategies(const BacktestPlan& plan, const StrategySet& set, const RuleSet& rules,
                         BacktestResult& result) {
    result.strategy_name = title_of(set);
    if (set.size() == 1) result.strategy_version = set.front().manifest().version;
    result.parameters = parameters_of(set);
    for (StrategyParameter& parameter : rules.parameters()) result.parameters.push_back(std::move(parameter));
    for (const LoadedStrategy& each : set) {
        BacktestStrategyResult& part = result.strategies.emplace_back();
        part.name = each.name;
        part.version = each.manifest().version;
        part.parameters = each.manifest().parameters;
        part.equity_start = cash_of(plan);
    }
}

Error too_many_kinds_of_accounts(const BacktestPlan& plan) {
    return {ExitCode::usage, "E_USAGE_STRATEGIES",
            "--accounts does not go with " + std::to_string(plan.strategies.size()) +
                " strategies, each of which has an account of its own",
            "run one strategy at a time with --accounts, or leave it out"};
}

// --set NAME.PARAMETER has to mean one of them.
Status<> check_names(const RuleSet& rules, const StrategySet& set) {
    for (const OutsideRule& rule : rules.rules())
        for (const LoadedStrategy& strategy : set)
            if (rule.name == strategy.name)
                return Fail{Error{ExitCode::usage, "E_RULE_NAME",
                                  "a risk rule and a strategy of this run are both called \"" + rule.name + "\"",
                                  "give one of them another name in its file"}};
    return done;
}

// What the accounts of --accounts go by stands above the plan's: the name that all have, or that they differ.
std::vector<std::pair<std::string, std::string>> models_in_force(const BacktestPlan& plan) {
    std::map<std::string, std::string> own;
    for (const BacktestAccount& account : plan.accounts)
        for (const auto& [model, name] : models_of(plan, account)) {
            const auto [known, is_first] = own.emplace(model, name);
            if (!is_first && known->second != name) known->second = "by account";
        }
    auto models = models_of(plan);
    for (auto& [model, name] : models)
        if (const auto found = own.find(model); found != own.end()) name = found->second;
    return models;
}

// "0.00001 as the prices of COIN show": ticks that nobody has said and that are not the usual ones.
std::string shown_ticks(const BacktestPlan& plan, const BacktestData& data) {
    std::string text;
    for (const Instrument& instrument : data.instruments) {
        const Price tick = instrument.terms.front().tick;
        if (tick == usual_terms(instrument.kind).tick || is_tick_said(plan, instrument.symbol)) continue;
        text += (text.empty() ? "" : ", ") + to_string(tick) + " as the prices of " + instrument.symbol + " show";
    }
    return text;
}

void describe_models(const BacktestPlan& plan, const BacktestData& data, BacktestResult& result) {
    result.models = models_in_force(plan);
    if (std::string ticks = shown_ticks(plan, data); !ticks.empty())
        result.models.emplace_back("tick", std::move(ticks));
    for (const auto& [model, name] : result.models) {
        if (model == "fill") result.fill_model = name;
        if (model == "fees") result.fee_model = name;
    }
    result.adjust = plan.adjust;
}

// Nothing where nobody names one: around the clock is no calendar.
ByteWriter name_calendars(const BacktestPlan& plan, const StrategySet& set, const RunSetup& setup) {
    ByteWriter out;
    const auto name = [&](InstrumentId id, const Calendar& calendar) {
        const Instrument& instrument = setup.instruments[id.value];
        if (plan.calendar.empty() && instrument.calendar.empty()) return;
        out.put_text("calendar");
        out.put_text(instrument.symbol);
        calendar.save(out);
    };
    for (const RunSeries& series : setup.series)
        if (series.calendar) name(series.instrument, *series.calendar);
    for (size_t i = 0; i < set.size(); ++i)
        if (const RunStrategy& seat = setup.strategies[i]; seat.calendar)
            name(traded_by(set[i].manifest(), seat, setup), *seat.calendar);
    for (const RunSessions& of : setup.sessions) name(of.instrument, of.calendar);
    return out;
}

Result<BacktestResult> run(const BacktestPlan& plan, const BacktestCalls& calls) {
    const Duration began = monotonic_now();
    if (plan.strategies.size() > 1 && !plan.accounts.empty()) return Fail{too_many_kinds_of_accounts(plan)};
    TRD_TRY(const std::unique_ptr<RuleSet> rules, RuleSet::load(plan));
    TRD_TRY(const StrategySet set, load_strategies(rules->plan_for_strategies(plan)));
    TRD_CHECK(check_names(*rules, set));
    TRD_TRY(BacktestData data, open_data(plan, requests_of(set)));
    TRD_TRY(RunSetup setup, make_setup(plan, calls, data, set));
    const Timestamp start = setup.start;
    for (size_t i = 0; i < set.size(); ++i)
        TRD_CHECK(give_sessions(plan, calls, set[i].manifest(), setup, setup.strategies[i]));
    const Money cash = times(cash_of(plan), set.size());
    BacktestObserver observer(data, start, cash_of(plan), names_of(set), calls);
    if (calls.keeper != nullptr) calls.keeper->begin(data, start, cash, names_of(set));
    TRD_TRY(setup.limits, limits_for(plan, names_of(set), data));
    TRD_CHECK(give_sessions_to_limits(plan, calls, data, setup));
    if (!rules->empty()) setup.rules = rules.get();
    const bool limits_go_by_sessions = !setup.sessions.empty();
    const std::string end_of_session = end_of_sessions(plan, setup);
    const ByteWriter calendars = name_calendars(plan, set, setup);
    BacktestResult result;
    TRD_TRY(result.calendars, calendars_in_force(plan, calls.calendar, data));
    result.warnings = warn_of_limits(setup, plan, calls);
    result.warnings.insert(result.warnings.end(), data.warnings.begin(), data.warnings.end());
    BacktestRunner runner(std::move(setup), &observer);
    if (auto ran = runner.run(); !ran.ok()) return Fail{run_error(ran.error())};
    TRD_CHECK(rules->try_memory());

    result.run_id = name_inputs(plan, set, *rules, data, limits_go_by_sessions, calendars.bytes());
    result.hash = runner.finish_hash();
    describe_strategies(plan, set, *rules, result);
    TRD_TRY(result.series, describe_series(data));
    result.streams = describe_streams(runner);
    describe_models(plan, data, result);
    result.currency = data.currency;
    result.counts = runner.counts();
    result.equity_start = cash;
    observer.report(result, periods_a_year(data));
    observer.report(result.risk);
    report_limits(plan, runner.desk(), result);
    rules->report(result);
    add_accounts(plan, runner, result);
    add_parts(runner, observer, result);
    add_warnings(plan, set, runner, result);
    add_data_warnings(plan, runner, observer, data, end_of_session, result);
    add_note_warnings(runner.notes_lost() + observer.notes_refused(), result);
    if (calls.keeper != nullptr) calls.keeper->finish(plan, set, *rules, data, result);
    result.wall_ms = static_cast<double>((monotonic_now() - began).ns) / 1e6;
    return result;
}

}  // namespace

Result<BacktestResult> run_backtest(const BacktestPlan& plan, const BacktestCalls& calls) {
    try {
        return run(plan, calls);
    } catch (const DecimalOverflow&) {
        return Fail{
            run_error({RunFault::Kind::amount, {.message = "what all strategies have together goes beyond 1e15"}, {}})};
    }
}

}  // namespace trd
