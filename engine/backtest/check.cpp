#include "backtest/check.h"

#include <algorithm>
#include <charconv>
#include <map>

#include "backtest/runner.h"
#include "history/generate.h"
#include "script/lua_strategy.h"

namespace trd {
namespace {

constexpr uint64_t rows = 1500;             // of the run
constexpr uint64_t rows_at_the_limit = 60;  // of one with a parameter at its limit: long enough for every init
constexpr Duration usual_timeframe = hours(1);

using Rule = CheckFinding::Rule;

// Made-up bars for every series that a strategy declares.
class MadeUpMarket {
  public:
    explicit MadeUpMarket(const StrategyManifest& manifest) {
        for (const SeriesRequest& request : manifest.series) add(request);
    }

    RunSetup setup(Strategy& strategy, uint64_t most_rows) const {
        RunSetup setup;
        setup.instruments = instruments_;
        RunStrategy seat{&strategy, {}};
        seat.calendar = Calendar::all_week();
        seat.feeds = optional_;
        for (const Feed& feed : feeds_) {
            const uint64_t count = std::min(most_rows, feed.series->size());
            seat.series.push_back(static_cast<uint32_t>(setup.series.size()));
            setup.series.push_back({feed.instrument, BarCursor(*feed.series, 0, count), count});
        }
        setup.strategies.push_back(std::move(seat));
        RunVenue venue;
        venue.currency = Currency::literal("USD");
        venue.cash = Money::from_units(1'000'000);
        setup.venues.push_back(std::move(venue));
        setup.start = GenerateOptions{}.start;
        return setup;
    }

  private:
    struct Feed {
        InstrumentId instrument;
        const BarSeries* series;
    };

    void add(const SeriesRequest& request) {
        const Duration timeframe = request.timeframe.ns > 0 ? request.timeframe : usual_timeframe;
        auto& series = series_[{request.symbol, timeframe.ns}];
        const InstrumentId instrument = instrument_of(request.symbol);
        if (request.optional) return optional_.push_back({AskedFeed::none, instrument});
        if (series == nullptr) series = std::make_unique<BarSeries>(make(request.symbol, timeframe, instrument.value));
        feeds_.push_back({instrument, series.get()});
    }

    // Lots as small as those of coins: whatever quantity a script asks for is a quantity here.
    InstrumentId instrument_of(const std::string& symbol) {
        for (const Instrument& known : instruments_)
            if (known.symbol == symbol) return known.id;
        Instrument instrument;
        instrument.id = {static_cast<uint32_t>(instruments_.size())};
        instrument.venue = backtest_venue;
        instrument.kind = InstrumentKind::crypto;
        instrument.symbol = symbol;
        instrument.quote = Currency::literal("USD");
        instrument.terms.push_back(usual_terms(instrument.kind));
        instruments_.push_back(instrument);
        return instrument.id;
    }

    static BarSeries make(const std::string& symbol, Duration timeframe, uint64_t seed) {
        GenerateOptions options;
        options.symbol = symbol;
        options.timeframe = timeframe;
        options.rows = rows;
        options.seed = seed + 7;
        options.swing_ppm = 4000;
        auto writer = SegmentWriter::in_memory(segment_info_of(options));
        TRD_ASSERT(writer.ok());
        TRD_ASSERT(generate(options, *writer).ok());
        auto file = writer->finish_in_memory();
        TRD_ASSERT(file.ok());
        return BarSeries::from_mapping(std::move(*file)).value();
    }

    std::vector<Instrument> instruments_;
    std::map<std::pair<std::string, int64_t>, std::unique_ptr<BarSeries>> series_;
    std::vector<Feed> feeds_;
    std::vector<AskedFeed> optional_;
};

struct Outcome {
    Digest hash{};
    RunCounts counts;
    std::string fault;  // empty: it ran to the end
};

Outcome run(const MadeUpMarket& market, Strategy& strategy, uint64_t most_rows) {
    BacktestRunner runner(market.setup(strategy, most_rows), nullptr);
    const auto ran = runner.run();
    Outcome outcome;
    outcome.counts = runner.counts();
    if (ran.ok())
        outcome.hash = runner.finish_hash();
    else
        outcome.fault =
            ran.error().kind == RunFault::Kind::data ? ran.error().data.message : ran.error().strategy.message;
    return outcome;
}

// "path:12: ..." -> 12
int line_in(std::string_view message, const std::string& path) {
    int line = 0;
    if (!message.starts_with(path + ":")) return 0;
    message.remove_prefix(path.size() + 1);
    std::from_chars(message.data(), message.data() + message.size(), line);
    return line;
}

class Check {
  public:
    Check(const std::string& source, const std::string& path) : source_(source), path_(path) {}

    Result<CheckReport, StrategyFault> report() {
        auto strategy = load({}, true);
        if (!strategy.ok()) return Fail{strategy.error()};
        report_.manifest = (*strategy)->manifest();
        for (ScriptFinding& finding : LuaStrategy::undefined_names(source_, path_))
            report_.findings.push_back({Rule::name, finding.line, std::move(finding.message)});
        // Quotes, trades and books are not made up: what only they would call is looked at, and not run.
        const auto& series = report_.manifest.series;
        if (!std::all_of(series.begin(), series.end(),
                         [](const SeriesRequest& s) { return s.kind == SeriesKind::bars || s.optional; }))
            return std::move(report_);
        const MadeUpMarket market(report_.manifest);
        run_twice(market, **strategy);
        if (report_.findings.empty())
            for (const StrategyParameter& parameter : report_.manifest.parameters) try_limits(market, parameter);
        return std::move(report_);
    }

  private:
    LuaStrategy::Loaded load(const LuaOverrides& overrides, bool jit) const {
        return LuaStrategy::load_text(source_, path_, overrides, {.jit = jit});
    }

    // With the JIT and without: what depends on the process, on memory or on compiled code shows.
    void run_twice(const MadeUpMarket& market, Strategy& compiled) {
        const Outcome first = run(market, compiled, rows);
        report_.bars = first.counts.bars;
        report_.orders = first.counts.orders;
        report_.denied = first.counts.denied;
        report_.hash = first.hash;
        if (!first.fault.empty()) return add(Rule::error, first.fault);
        const auto interpreted = load({}, false);
        if (!interpreted.ok()) return add(Rule::determinism, interpreted.error().message);
        const Outcome second = run(market, **interpreted, rows);
        if (!second.fault.empty()) return add(Rule::determinism, second.fault);
        if (second.hash != first.hash)
            add(Rule::determinism, path_ + ": two runs over the same bars differ, " + to_hex(first.hash).substr(0, 12) +
                                       " and " + to_hex(second.hash).substr(0, 12));
    }

    void try_limits(const MadeUpMarket& market, const StrategyParameter& parameter) {
        for (const std::string& limit : {parameter.minimum, parameter.maximum}) {
            if (limit.empty() || limit == parameter.value) continue;
            const auto strategy = load({{parameter.name, limit}}, true);
            if (!strategy.ok()) {
                // What the strategy's own constraint refuses is no mistake.
                if (strategy.error().kind == StrategyFault::Kind::parameter) continue;
                return add_limit(parameter, limit, strategy.error().message);
            }
            const Outcome outcome = run(market, **strategy, rows_at_the_limit);
            if (!outcome.fault.empty()) return add_limit(parameter, limit, outcome.fault);
        }
    }

    void add(Rule rule, const std::string& message) { trd::add(report_, path_, rule, message); }
    void add_limit(const StrategyParameter& parameter, const std::string& limit, const std::string& message) {
        add(Rule::parameter, message + "\n  with " + parameter.name + "=" + limit + ", which its range allows");
    }

    const std::string& source_;
    const std::string& path_;
    CheckReport report_;
};

}  // namespace

std::string_view name_of(CheckFinding::Rule rule) {
    constexpr std::string_view names[] = {"name", "error", "parameter", "determinism", "load"};
    return names[static_cast<size_t>(rule)];
}

void add(CheckReport& report, const std::string& path, CheckFinding::Rule rule, const std::string& message) {
    const int line = line_in(message, path);
    const bool is_known = std::any_of(report.findings.begin(), report.findings.end(),
                                      [&](const CheckFinding& f) { return line != 0 && f.line == line; });
    if (!is_known) report.findings.push_back({rule, line, message});
}

Result<CheckReport, StrategyFault> check_strategy(const std::string& source, const std::string& path) {
    return Check(source, path).report();
}

}  // namespace trd
