// Bars from trades and quote bars from quotes, against sums of their own.
#include "history/resample.h"

#include <map>

#include "history/operations.h"
#include "history/tick_cursor.h"
#include "support/catch.h"
#include "support/temp_folder.h"

using namespace trd;

namespace {

template <class Row>
std::vector<Row> rows_of(const std::string& root, Duration timeframe = {}) {
    auto cursor = TickCursor<Row>::open(Catalogue::open(root).value(), "A", {}, timeframe).value();
    std::vector<Row> rows;
    while (cursor.next()) rows.push_back(cursor.row());
    REQUIRE_FALSE(cursor.failure());
    return rows;
}

void generate(const std::string& root, DataKind kind, Duration timeframe, MarketRegime regime) {
    GenerateOptions options;
    options.symbol = "A";
    options.kind = kind;
    options.timeframe = timeframe;
    options.rows = 50'000;
    options.regime = regime;
    REQUIRE(generate_series(root, options));
}

ResampleReport resample(const std::string& root, DataKind kind, Duration from, Duration to) {
    const auto report = resample_series(root, {{kind, "A", from}, BarSchedule(to, Zone::utc()), "resample", false, {}});
    REQUIRE(report);
    return *report;
}

int64_t slot_of(Timestamp time, Duration length) { return time.ns / length.ns; }

}  // namespace

TEST_CASE("bars from trades equal a slow computation") {
    for (const MarketRegime regime : {MarketRegime::mixed, MarketRegime::gappy}) {
        const TempFolder folder;
        generate(folder.path(), DataKind::trades, seconds(7), regime);
        const ResampleReport report = resample(folder.path(), DataKind::trades, {}, minutes(5));
        CHECK(report.key == SeriesKey{DataKind::bars, "A", minutes(5)});
        CHECK(report.rows_read == 50'000);

        std::map<int64_t, std::vector<TradeTick>> slots;
        for (const TradeTick& trade : rows_of<TradeTick>(folder.path()))
            slots[slot_of(trade.time, minutes(5))].push_back(trade);
        const BarSeries series = Catalogue::open(folder.path()).value().open_bars("A").value();
        REQUIRE(series.size() == slots.size());
        uint64_t index = 0;
        for (const auto& [slot, trades] : slots) {
            const Bar bar = series.at(index++).value();
            Price high = trades[0].price, low = high;
            Quantity volume;
            for (const TradeTick& trade : trades) {
                high = std::max(high, trade.price);
                low = std::min(low, trade.price);
                volume += trade.size;
            }
            CHECK(bar == Bar{Timestamp{slot * minutes(5).ns}, Timestamp{(slot + 1) * minutes(5).ns}, trades[0].price,
                             high, low, trades.back().price, volume});
        }
    }
}

TEST_CASE("quote bars from quotes equal a slow computation, in steps or at once") {
    const TempFolder folder;
    generate(folder.path(), DataKind::quotes, seconds(7), MarketRegime::jumpy);
    resample(folder.path(), DataKind::quotes, {}, minutes(1));
    resample(folder.path(), DataKind::quotes, {}, hours(1));
    const auto direct = rows_of<QuoteBar>(folder.path(), hours(1));
    resample(folder.path(), DataKind::quote_bars, minutes(1), hours(1));
    CHECK(rows_of<QuoteBar>(folder.path(), hours(1)) == direct);

    std::map<int64_t, QuoteBar> expected;
    for (const Quote& quote : rows_of<Quote>(folder.path())) {
        const int64_t slot = slot_of(quote.time, hours(1));
        const QuoteBar fresh{Timestamp{slot * hours(1).ns},
                             Timestamp{(slot + 1) * hours(1).ns},
                             quote.bid,
                             quote.bid,
                             quote.bid,
                             quote.bid,
                             quote.ask,
                             quote.ask,
                             quote.ask,
                             quote.ask,
                             quote.bid_size,
                             quote.ask_size};
        QuoteBar& bar = expected.try_emplace(slot, fresh).first->second;
        bar.bid_high = std::max(bar.bid_high, quote.bid);
        bar.bid_low = std::min(bar.bid_low, quote.bid);
        bar.ask_high = std::max(bar.ask_high, quote.ask);
        bar.ask_low = std::min(bar.ask_low, quote.ask);
        bar.bid_close = quote.bid;
        bar.ask_close = quote.ask;
        bar.bid_size = quote.bid_size;
        bar.ask_size = quote.ask_size;
    }
    REQUIRE(direct.size() == expected.size());
    size_t index = 0;
    for (const auto& [slot, bar] : expected) CHECK(direct[index++] == bar);
}
