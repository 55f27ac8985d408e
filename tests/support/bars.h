// Series and set-ups for tests of whole runs.
#pragma once

#include <vector>

#include "backtest/runner.h"
#include "support/catch.h"
#include "support/random.h"

namespace trd::testing {

// What trd data import reads.
inline std::string csv_of(const std::vector<Bar>& bars) {
    std::string text = "time,open,high,low,close,volume\n";
    for (const Bar& bar : bars)
        text += to_iso(bar.open_time) + "," + to_string(bar.open) + "," + to_string(bar.high) + "," +
                to_string(bar.low) + "," + to_string(bar.close) + "," + to_string(bar.volume) + "\n";
    return text;
}

inline BarSeries series_of(const std::string& symbol, Duration timeframe, const std::vector<Bar>& bars) {
    auto writer = BarWriter::in_memory(symbol, timeframe);
    REQUIRE(writer.ok());
    for (const Bar& bar : bars) REQUIRE(writer->append(bar).ok());
    auto series = writer->finish_in_memory();
    REQUIRE(series.ok());
    return std::move(*series);
}

// A seeded walk in whole cents, from 100.00.
inline std::vector<Bar> walk(uint64_t seed, size_t count, Duration timeframe, Timestamp start = {}) {
    Random random(seed);
    std::vector<Bar> bars;
    int64_t cents = 10'000;
    const auto price = [](int64_t value) { return Price::from_raw(Int128{value} * 10'000'000'000); };
    for (size_t i = 0; i < count; ++i) {
        Bar bar;
        bar.open_time = start + timeframe * static_cast<int64_t>(i);
        bar.close_time = bar.open_time + timeframe;
        const int64_t open = cents + random.between(-10, 10);
        cents = std::max<int64_t>(100, open + random.between(-60, 60));
        bar.open = price(open);
        bar.close = price(cents);
        bar.high = price(std::max(open, cents) + random.between(0, 20));
        bar.low = price(std::min(open, cents) - random.between(0, 20));
        bar.volume = Quantity::from_units(random.between(1, 1000));
        bars.push_back(bar);
    }
    return bars;
}

inline Instrument plain_instrument(uint32_t id, const std::string& symbol,
                                   InstrumentKind kind = InstrumentKind::equity) {
    Instrument instrument;
    instrument.id = {id};
    instrument.symbol = symbol;
    instrument.kind = kind;
    instrument.quote = Currency::literal("USD");
    instrument.terms.push_back(usual_terms(kind));
    return instrument;
}

// The run's only venue, without fees.
inline RunVenue plain_venue(Currency currency, Money cash) {
    RunVenue venue;
    venue.currency = currency;
    venue.cash = cash;
    return venue;
}

// Keeps what a run did.
class Recorder final : public RunObserver {
  public:
    void on_bar_done(Timestamp time, Money equity, bool exposed) override {
        equities.emplace_back(time, equity);
        exposed_bars += exposed ? 1 : 0;
    }
    void on_fill(const Fill& fill, const OrderIntent&) override { fills.push_back(fill); }
    void on_trade(const ClosedTrade& trade, const std::optional<Money>&) override { trades.push_back(trade); }
    void on_denial(Denial denial) override { denials.push_back(denial); }
    void on_note(size_t seat, Timestamp time, const Note& note) override {
        notes.push_back({seat, time, note.kind, note.number, note.real, std::string(note.text)});
    }
    bool on_progress(uint64_t, uint64_t) override { return go_on; }

    struct Said {
        size_t seat;
        Timestamp time;
        NoteKind kind;
        uint16_t number;
        double real;
        std::string text;
    };
    std::vector<Said> notes;
    std::vector<std::pair<Timestamp, Money>> equities;
    std::vector<Fill> fills;
    std::vector<ClosedTrade> trades;
    std::vector<Denial> denials;
    size_t exposed_bars = 0;
    bool go_on = true;
};

}  // namespace trd::testing
