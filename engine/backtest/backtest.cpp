#include "backtest/backtest.h"

#include <algorithm>

#include "backtest/accounts_file.h"
#include "backtest/data.h"
#include "backtest/observer.h"
#include "backtest/order_story.h"
#include "backtest/plan_models.h"
#include "backtest/run_keeper.h"
#include "backtest/run_limits.h"
#include "base/clock.h"
#include "base/file.h"
#include "script/lua_strategy.h"

namespace trd {
namespace {

constexpr double periods_on_exchange = 252;
constexpr double periods_around_the_clock = 365;

constexpr char script_hint[] = "give the path of a .lua file; examples are in strategies/";

Result<std::string> read_script(const BacktestPlan& plan) {
    if (plan.script_text) return *plan.script_text;
    auto source = read_file(plan.strategy_path);
    if (source.ok()) return source;
    return Fail{Error{ExitCode::not_found, "E_STRATEGY_FILE", source.error().message, script_hint}};
}

Error strategy_error(const StrategyFault& fault) {
    switch (fault.kind) {
        case StrategyFault::Kind::missing:
            return {ExitCode::not_found, "E_STRATEGY_FILE", fault.message, script_hint};
        case StrategyFault::Kind::parameter:
            return {ExitCode::config, "E_PARAMETER", fault.message,
                    "the strategy's params table says what each one may be"};
        case StrategyFault::Kind::load:
            return {ExitCode::strategy, "E_STRATEGY_LOAD", fault.message, ""};
        case StrategyFault::Kind::error:
            return {ExitCode::strategy, "E_STRATEGY", fault.message, ""};
        case StrategyFault::Kind::memory:
            return {ExitCode::strategy, "E_STRATEGY_MEMORY", fault.message,
                    "keep less in tables, or look for one that grows with every bar"};
        case StrategyFault::Kind::time:
            return {ExitCode::strategy, "E_STRATEGY_TIME", fault.message, "look for a loop that does not end"};
    }
    TRD_ASSERT(false);
}

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

// Everything that decides the outcome, in canonical form.
std::string name_inputs(const BacktestPlan& plan, const Digest& script, const StrategyManifest& manifest,
                        const BacktestData& data) {
    ByteWriter out;
    out.append(ByteSpan(script));
    for (const StrategyParameter& parameter : manifest.parameters) {
        out.put_text(parameter.name);
        out.put_text(parameter.value);
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
    if (manifest.wants_sessions) out.put_text(plan.calendar);
    if (plan.limits) out.put_text("limits\n" + plan.limits->text);
    if (!plan.accounts.empty()) out.put_text("accounts\n" + plan.accounts_text);
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

Error no_hours(const Instrument& instrument) {
    return {ExitCode::usage, "E_NO_CALENDAR", "--hours needs to know when " + instrument.symbol + " trades",
            "say whose hours it keeps with --calendar XNYS, or give the instrument a calendar"};
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

Result<RunSetup> make_setup(const BacktestPlan& plan, const BacktestCalls& calls, BacktestData& data,
                            Strategy& strategy) {
    RunSetup setup;
    setup.instruments = data.instruments;
    setup.venues = venues_of(plan, data);
    setup.seed = plan.seed;
    setup.start = {INT64_MAX};
    RunStrategy seat{&strategy, {}};
    for (const BacktestData::Feed& feed : data.feeds) {
        TRD_TRY(const Bar first, feed.series->at(feed.first_row));
        setup.start = std::min(setup.start, first.open_time);
        seat.series.push_back(static_cast<uint32_t>(setup.series.size()));
        setup.series.push_back(
            {feed.instrument, BarCursor(*feed.series, feed.first_row, feed.end_row), feed.end_row - feed.first_row});
        RunSeries& series = setup.series.back();
        series.timeframe = feed.series->timeframe();
        series.hours = plan.hours;
        TRD_TRY(series.calendar, calendar_of(plan, calls, data.instruments[feed.instrument.value]));
        if (plan.hours && !series.calendar) return Fail{no_hours(data.instruments[feed.instrument.value])};
    }
    for (BacktestData::Stream& stream : data.streams)
        setup.feeds.push_back({stream.instrument, std::move(stream.feed), stream.base, stream.quote, stream.rows});
    for (uint32_t i = 0; i < data.asked_streams; ++i) {
        seat.feeds.push_back(i);
        if (data.feeds.empty()) setup.start = std::min(setup.start, data.streams[i].first);
    }
    setup.strategies.push_back(std::move(seat));
    return setup;
}

// The calendar whose sessions a strategy hears of, if it has on_session.
Status<> give_sessions(const BacktestPlan& plan, const BacktestCalls& calls, const StrategyManifest& manifest,
                       const BacktestData& data, RunStrategy& seat) {
    if (!manifest.wants_sessions) return done;
    size_t main = 0;
    for (size_t i = 0; i < data.feeds.size(); ++i)
        if (data.feeds[i].name == "main") main = i;
    const InstrumentId traded = data.feeds.empty() ? data.streams.front().instrument : data.feeds[main].instrument;
    const Instrument& instrument = data.instruments[traded.value];
    const std::string& name = plan.calendar.empty() ? instrument.calendar : plan.calendar;
    if (!name.empty() && calls.calendar) {
        TRD_TRY(seat.calendar, calls.calendar(name));
        return done;
    }
    if (name.empty() && traits_of(instrument.kind).trades_all_week) {
        seat.calendar = Calendar::all_week();
        return done;
    }
    return Fail{Error{ExitCode::usage, "E_NO_CALENDAR",
                      manifest.name + " has on_session, and nobody knows when " + instrument.symbol + " trades",
                      "say whose hours it keeps with --calendar XNYS, or give the instrument a calendar"}};
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

std::string no_order_text(const BacktestResult& result) {
    if (result.counts.denied == 0) return "the strategy sent no order";
    std::string text = "every order was denied:";
    for (const auto& [reason, count] : result.denials) text += " " + std::to_string(count) + " " + reason;
    return text;
}

void add_warnings(const BacktestPlan& plan, const BacktestRunner& runner, BacktestResult& result) {
    const std::string code = result.currency.code();
    const auto& traded = runner.desk().instruments();
    if (plan.data_path.empty() && plan.symbol.empty() && !traded.empty() && traded.front().symbol == sample_symbol)
        result.warnings.push_back("no data was named: this ran on DEMO, a generated price series");
    if (runner.lowest_cash().is_negative())
        result.warnings.push_back("cash fell to " + format_fixed(runner.lowest_cash(), 2) + " " + code +
                                  ": the account bought with money that it did not have");
    if (result.counts.orders == 0) result.warnings.push_back(no_order_text(result));
    if (result.counts.anomalies != 0)
        result.warnings.push_back(std::to_string(result.counts.anomalies) +
                                  " reports of the simulated venue did not fit their orders");
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
                   BacktestResult& result) {
    using enum SideBucket;
    const auto buckets = account.terms().hedging ? std::vector{long_side, short_side} : std::vector{net};
    for (const SideBucket bucket : buckets) {
        const Position& position = account.position(instrument.id, bucket);
        result.positions.push_back({name, instrument.symbol, bucket, position.quantity, position.mark});
    }
}

BacktestAccountResult describe_account(const BacktestPlan& plan, const BacktestAccount& planned, const Account& account,
                                       const Desk& desk, Currency currency) {
    BacktestAccountResult result{planned.name, planned.cash, {}, {}, {}, models_of(plan, planned)};
    result.cash_end = account.cash(currency);
    // Every currency has a rate: equity was counted.
    result.equity_end = account.equity_in(currency, desk.instruments(), desk.rates()).value_or(Money::zero());
    for (const Balance& balance : account.ledger().balances())
        result.fees +=
            desk.rates().convert(balance[LedgerAccount::fees], balance.currency, currency).value_or(Money::zero());
    return result;
}

void add_accounts(const BacktestPlan& plan, const BacktestRunner& runner, BacktestResult& result) {
    const Desk& desk = runner.desk();
    for (const BacktestAccount& planned : accounts_of(plan)) {
        const auto number = static_cast<uint16_t>(result.accounts.size() + 1);
        const Account& account = desk.account(AccountId{number});
        result.accounts.push_back(describe_account(plan, planned, account, desk, result.currency));
        result.cash_end += result.accounts.back().cash_end;
        result.fees += result.accounts.back().fees;
        bool trades = false;
        for (const Instrument& instrument : desk.instruments()) {
            if (instrument.venue != VenueId{number}) continue;
            trades = true;
            add_positions(account, planned.name, instrument, result);
        }
        if (!trades)
            result.warnings.push_back("account " + planned.name +
                                      " traded nothing: none of its symbols is part of this run");
    }
}

}  // namespace

Result<std::unique_ptr<Strategy>> load_strategy(const BacktestPlan& plan, const std::string& script) {
    const LuaOverrides overrides(plan.parameters.begin(), plan.parameters.end());
    LuaOptions options;
    options.jit = plan.jit;
    options.seed = plan.seed;
    auto strategy = LuaStrategy::load_text(script, plan.strategy_path, overrides, options);
    if (!strategy.ok()) return Fail{strategy_error(strategy.error())};
    return std::unique_ptr<Strategy>(*std::move(strategy));
}

Result<BacktestResult> run_backtest(const BacktestPlan& plan, const BacktestCalls& calls) {
    const Duration began = monotonic_now();
    TRD_TRY(const std::string source, read_script(plan));
    const Digest script = sha256(source);
    TRD_TRY(const std::unique_ptr<Strategy> strategy, load_strategy(plan, source));
    const StrategyManifest& manifest = strategy->manifest();
    TRD_TRY(BacktestData data, open_data(plan, manifest));
    TRD_TRY(RunSetup setup, make_setup(plan, calls, data, *strategy));
    const Timestamp start = setup.start;
    TRD_CHECK(give_sessions(plan, calls, manifest, data, setup.strategies.front()));
    const Money cash = cash_of(plan);
    BacktestObserver observer(data, start, cash, {manifest.name}, calls);
    if (calls.keeper != nullptr) calls.keeper->begin(data, start, cash);
    setup.trace = calls.story;
    TRD_TRY(setup.limits, limits_for(plan, manifest, data));
    BacktestRunner runner(std::move(setup), &observer);
    if (auto ran = runner.run(); !ran.ok()) return Fail{run_error(ran.error())};

    BacktestResult result;
    result.run_id = name_inputs(plan, script, manifest, data);
    result.hash = runner.finish_hash();
    result.strategy_name = manifest.name;
    result.strategy_version = manifest.version;
    result.parameters = manifest.parameters;
    TRD_TRY(result.series, describe_series(data));
    result.fill_model = name_of(plan.models.fill);
    result.models = models_of(plan);
    result.fee_model = plan.fees.name();
    result.adjust = plan.adjust;
    result.currency = data.currency;
    result.counts = runner.counts();
    result.equity_start = cash;
    result.strategies.push_back({manifest.name, {}});
    observer.report(result, data.trades_all_week ? periods_around_the_clock : periods_on_exchange);
    observer.report(result.risk);
    report_limits(plan, runner.desk(), result);
    add_accounts(plan, runner, result);
    add_warnings(plan, runner, result);
    add_note_warnings(runner.notes_lost() + observer.notes_refused(), result);
    if (calls.keeper != nullptr) calls.keeper->finish(plan, source, data, result);
    result.wall_ms = static_cast<double>((monotonic_now() - began).ns) / 1e6;
    return result;
}

}  // namespace trd
