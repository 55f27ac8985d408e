#include "history/generate.h"

#include <algorithm>
#include <array>

#include "history/bar_series.h"
#include "history/codes.h"

namespace trd {
namespace {

constexpr uint64_t rows_between_progress = 1 << 20;

// Volumes have a long tail: the product of two numbers, so most are small.
int64_t random_size(Xoshiro& random, int64_t scale) {
    const uint64_t bits = random.next();
    const auto a = static_cast<int64_t>(bits & 0xFF), b = static_cast<int64_t>(bits >> 8 & 0xFF);
    return 1 + (a * b * scale >> 14);
}

// The same time of the next Monday, where it is a Saturday or a Sunday of UTC.
int64_t on_a_weekday(int64_t time) {
    constexpr int friday = 4;
    while (weekday_of(utc_day(Timestamp{time})) > friday) time += days(1).ns;
    return time;
}

// Now and then a gappy market misses rows: up to two hundred steps.
int64_t steps_to_next(RandomWalk& walk) {
    if (walk.regime() != MarketRegime::gappy || walk.random().below(300) != 0) return 1;
    return 1 + static_cast<int64_t>(1 + walk.random().below(200));
}

class Generator {
  public:
    Generator(const GenerateOptions& options, SegmentWriter& writer)
        : options_(options),
          writer_(writer),
          walk_(options.seed, options.regime, options.first_price_ticks, options.swing_ppm) {}

    Status<> run(Status<> (Generator::*put_row)(int64_t time)) {
        int64_t time = options_.start.ns;
        for (uint64_t row = 0; row < options_.rows; ++row) {
            if (options_.weekdays_only) time = on_a_weekday(time);
            TRD_CHECK((this->*put_row)(time));
            time += next_step_ns();
            if (row % rows_between_progress == 0) TRD_CHECK(tell(options_.progress, row, options_.rows));
        }
        return done;
    }

    Status<> put_bar(int64_t time) {
        const int64_t open = walk_.price();
        const int64_t close = walk_.step();
        const int64_t high = std::max(open, close) + walk_.reach();
        const int64_t low = std::max<int64_t>(1, std::min(open, close) - walk_.reach());
        const std::array<Scaled, bar_column_count> row{{{time, 0},
                                                        {options_.timeframe.ns, 0},
                                                        price(open),
                                                        price(high),
                                                        price(low),
                                                        price(close),
                                                        {random_size(walk_.random(), 1'000), 0}}};
        return writer_.append(row);
    }

    Status<> put_quote_bar(int64_t time) {
        const int64_t open = walk_.price(), close = walk_.step();
        const int64_t high = std::max(open, close) + walk_.reach();
        const int64_t low = std::max<int64_t>(2, std::min(open, close) - walk_.reach());
        const int64_t spread = 1 + static_cast<int64_t>(walk_.random().below(3));
        const std::array<Scaled, 12> row{{{time, 0},
                                          {options_.timeframe.ns, 0},
                                          price(open),
                                          price(high),
                                          price(low),
                                          price(close),
                                          size(),
                                          price(open + spread),
                                          price(high + spread),
                                          price(low + spread),
                                          price(close + spread),
                                          size()}};
        return writer_.append(row);
    }

    Status<> put_quote(int64_t time) {
        const int64_t bid = walk_.step();
        const int64_t ask = bid + 1 + static_cast<int64_t>(walk_.random().below(3));
        const std::array<Scaled, 5> row{{{time, 0}, price(bid), size(), price(ask), size()}};
        return writer_.append(row);
    }

    Status<> put_trade(int64_t time) {
        const int64_t traded = walk_.step();
        const int64_t side = walk_.random().below(2) == 0 ? side_buy : side_sell;
        const std::array<Scaled, 5> row{{{time, 0}, price(traded), size(), {side, 0}, {++number_, 0}}};
        return writer_.append(row);
    }

    // One level near the middle changes; every fifth change empties it.
    Status<> put_level(int64_t time) {
        const int64_t middle = walk_.step();
        const int64_t side = walk_.random().below(2) == 0 ? side_buy : side_sell;
        const auto depth = static_cast<int64_t>(1 + walk_.random().below(10));
        const bool emptied = walk_.random().below(5) == 0;
        const std::array<Scaled, 6> row{{{time, 0},
                                         {side, 0},
                                         price(std::max<int64_t>(1, middle - side * depth)),
                                         emptied ? Scaled{} : size(),
                                         {++number_, 0},
                                         {}}};
        return writer_.append(row);
    }

    Status<> put_fx_rate(int64_t time) {
        const std::array<Scaled, 2> row{{{time, 0}, price(walk_.step())}};
        return writer_.append(row);
    }

    Status<> put_funding(int64_t time) {
        // In hundredths of a basis point, a few basis points either way.
        const int64_t rate = static_cast<int64_t>(walk_.random().below(601)) - 200;
        const std::array<Scaled, 2> row{{{time, 0}, {rate, 6}}};
        return writer_.append(row);
    }

  private:
    Scaled price(int64_t ticks) const { return {ticks, options_.tick_digits}; }
    Scaled size() { return {random_size(walk_.random(), 100), 0}; }

    // Bars come at every step of the clock. Other rows come when they come: up to twice the mean, in microseconds.
    int64_t next_step_ns() {
        if (spec_of(options_.kind).has_timeframe) return options_.timeframe.ns * steps_to_next(walk_);
        const auto mean_us = static_cast<uint64_t>(std::max<int64_t>(1, options_.timeframe.ns / 1'000));
        return static_cast<int64_t>(1 + walk_.random().below(2 * mean_us)) * 1'000 * steps_to_next(walk_);
    }

    const GenerateOptions& options_;
    SegmentWriter& writer_;
    RandomWalk walk_;
    int64_t number_ = 0;
};

}  // namespace

SegmentInfo segment_info_of(const GenerateOptions& options) {
    SegmentInfo info;
    info.kind = options.kind;
    info.symbol = options.symbol;
    if (spec_of(options.kind).has_timeframe) info.timeframe = options.timeframe;
    return info;
}

Status<> generate(const GenerateOptions& options, SegmentWriter& writer) {
    Generator generator(options, writer);
    switch (options.kind) {
        case DataKind::bars:
            return generator.run(&Generator::put_bar);
        case DataKind::quote_bars:
            return generator.run(&Generator::put_quote_bar);
        case DataKind::quotes:
            return generator.run(&Generator::put_quote);
        case DataKind::trades:
            return generator.run(&Generator::put_trade);
        case DataKind::book:
            return generator.run(&Generator::put_level);
        case DataKind::fx_rates:
            return generator.run(&Generator::put_fx_rate);
        case DataKind::funding:
            return generator.run(&Generator::put_funding);
        case DataKind::actions:
        case DataKind::factors:
            break;
    }
    return Fail{Error{ExitCode::usage, "E_USAGE_KIND", std::string(spec_of(options.kind).name) + " cannot be generated",
                      "generate bars, quote-bars, quotes, trades, book, fx or funding"}};
}

}  // namespace trd
