#include "backtest/stale_streams.h"

#include <algorithm>
#include <optional>

namespace trd {
namespace {

// Longer than any closure of the currency market, and than perpetuals ever wait for their funding.
constexpr Duration longest_wait = days(7);

std::string date_of(Timestamp time) { return to_iso(time).substr(0, 10); }

struct Window {
    Timestamp begin, end;
};

Window window_of(const BacktestResult& result) {
    Window window{result.series.front().first_open, result.series.front().last_close};
    for (const BacktestSeriesResult& series : result.series) {
        window.begin = std::min(window.begin, series.first_open);
        window.end = std::max(window.end, series.last_close);
    }
    return window;
}

const BacktestStreamResult* stream_named(const BacktestResult& result, const std::string& name) {
    for (const BacktestStreamResult& stream : result.streams)
        if (stream.name == name) return &stream;
    return nullptr;
}

// A run that begins before its first rate denies what needs one, and says so.
std::string doubt_of_rates(const std::string& name, const RunFeed& rates, const BacktestStreamResult* read,
                           const Window& window) {
    if (rates.goes_on || read == nullptr || read->last + longest_wait >= window.end) return "";
    return name + " ends on " + date_of(read->last) + " and the bars on " + date_of(window.end) +
           ": from then on the last rate told what the other currency is worth";
}

// Rates that pause and go on: the end of the run alone does not show it.
std::string doubt_of_pause(const std::string& name, const RunFeed& rates) {
    if (rates.wait_end - rates.wait_begin <= longest_wait) return "";
    return name + " has no rate from " + date_of(rates.wait_begin) + " to " + date_of(rates.wait_end) +
           ", while bars went on: in that time the last rate told what the other currency is worth";
}

std::string doubt_of_funding(const std::string& symbol, const BacktestStreamResult* read, const Window& window) {
    if (read == nullptr)
        return "no funding of " + symbol + " is known: what its longs and shorts pay each other is not in the result";
    if (read->first <= window.begin + longest_wait && read->last + longest_wait >= window.end) return "";
    return "the funding of " + symbol + " is known from " + date_of(read->first) + " to " + date_of(read->last) +
           ", and the bars are from " + date_of(window.begin) + " to " + date_of(window.end) +
           ": what longs and shorts paid each other in the rest of the time is not in the result";
}

// Of the latest series of the symbol; the end of the run where it has none.
Timestamp last_price_of(const std::string& symbol, const BacktestResult& result, const Window& window) {
    std::optional<Timestamp> last;
    for (const BacktestSeriesResult& series : result.series)
        if (series.symbol == symbol) last = std::max(last.value_or(series.last_close), series.last_close);
    return last.value_or(window.end);
}

// A share that trades no more, or data that is cut short.
std::string doubt_of_mark(const BacktestPosition& held, const BacktestResult& result, const Window& window) {
    const Timestamp last = last_price_of(held.symbol, result, window);
    if (held.quantity.is_zero() || last + longest_wait >= window.end) return "";
    return "the bars of " + held.symbol + " end on " + date_of(last) + " and the run on " + date_of(window.end) + ": " +
           to_string(held.quantity) + " still held could not be closed since then, and count at their last price, " +
           to_string(held.mark);
}

}  // namespace

void add_stale_warnings(const BacktestData& data, const std::vector<RunFeed>& feeds, BacktestResult& result) {
    if (result.series.empty() || result.counts.fills == 0) return;
    const Window window = window_of(result);
    const auto warn = [&](std::string doubt) {
        if (!doubt.empty()) result.warnings.push_back(std::move(doubt));
    };
    TRD_ASSERT(feeds.size() == data.streams.size());  // each became one
    for (size_t i = 0; i < feeds.size(); ++i) {
        const BacktestData::Stream& stream = data.streams[i];
        if (stream.base == Currency{}) continue;
        warn(doubt_of_pause(stream.name, feeds[i]));
        warn(doubt_of_rates(stream.name, feeds[i], stream_named(result, stream.name), window));
    }
    for (const Instrument& instrument : data.instruments)
        if (pays_funding(instrument.kind))
            warn(doubt_of_funding(instrument.symbol, stream_named(result, "funding " + instrument.symbol), window));
    for (const BacktestPosition& held : result.positions) warn(doubt_of_mark(held, result, window));
}

}  // namespace trd
