// Quote bars of a longer timeframe from shorter ones, or from quotes: a BarAggregator for each side, fed in step, so
// bids and asks are cut exactly as bars are. One thread.
#pragma once

#include <array>

#include "market/bar_aggregator.h"
#include "market/ticks.h"

namespace trd {

class QuoteBarAggregator {
  public:
    explicit QuoteBarAggregator(const BarSchedule& schedule) : bid_(schedule), ask_(schedule) {}

    // Calls emit(const QuoteBar&) for each one completed, at most twice. Preconditions as of BarAggregator.
    template <class Emit>
    void add(const QuoteBar& bar, Emit&& emit) {
        add_sides({bar.open_time, bar.close_time, bar.bid_open, bar.bid_high, bar.bid_low, bar.bid_close, {}},
                  {bar.open_time, bar.close_time, bar.ask_open, bar.ask_high, bar.ask_low, bar.ask_close, {}},
                  {bar.bid_size, bar.ask_size}, emit);
    }
    template <class Emit>
    void add(const Quote& quote, Emit&& emit) {
        add_sides({quote.time, quote.time, quote.bid, quote.bid, quote.bid, quote.bid, {}},
                  {quote.time, quote.time, quote.ask, quote.ask, quote.ask, quote.ask, {}},
                  {quote.bid_size, quote.ask_size}, emit);
    }
    // The last one, complete or not; for the end of a file.
    template <class Emit>
    void finish(Emit&& emit) {
        Completed bids, asks;
        bid_.finish(bids);
        ask_.finish(asks);
        if (bids.count > 0) emit(joined(bids.bars[0], asks.bars[0], sizes_));
    }
    uint64_t left_out() const { return bid_.left_out(); }

  private:
    struct Sizes {
        Quantity bid, ask;
    };
    struct Completed {
        std::array<Bar, 2> bars;
        size_t count = 0;
        void operator()(const Bar& bar) { bars[count++] = bar; }
    };

    template <class Emit>
    void add_sides(const Bar& bid, const Bar& ask, const Sizes& sizes, Emit&& emit) {
        Completed bids, asks;
        const uint64_t left_out_before = left_out();
        bid_.add(bid, bids);
        ask_.add(ask, asks);
        for (size_t i = 0; i < bids.count; ++i) {
            const bool holds_the_new_one = bids.bars[i].close_time > bid.open_time;
            emit(joined(bids.bars[i], asks.bars[i], holds_the_new_one ? sizes : sizes_));
        }
        if (left_out() == left_out_before) sizes_ = sizes;
    }
    static QuoteBar joined(const Bar& bid, const Bar& ask, const Sizes& sizes) {
        return {bid.open_time, bid.close_time, bid.open, bid.high,  bid.low,   bid.close,
                ask.open,      ask.high,       ask.low,  ask.close, sizes.bid, sizes.ask};
    }

    BarAggregator bid_, ask_;
    Sizes sizes_;
};

}  // namespace trd
