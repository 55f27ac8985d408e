#include "backtest/market_feed.h"

#include <filesystem>
#include <fstream>

#include "history/operations.h"
#include "support/catch.h"
#include "support/temp_folder.h"

using namespace trd;

namespace {

Timestamp at(const char* text) { return parse_iso(text).value(); }

// A catalogue with one series, imported from text.
class Imported {
  public:
    Imported(DataKind kind, const char* csv, Duration timeframe = {}) : key_{kind, "ABC", timeframe} {
        ImportRequest request;
        request.path = (std::filesystem::path(folder_.path()) / "x.csv").string();
        std::ofstream(request.path) << csv;
        request.options.symbol = "ABC";
        request.options.layout.kind = kind;
        request.detect_kind = false;
        const auto imported = import_file(folder_.path(), request);
        if (!imported) FAIL(imported.error().message);
    }
    MarketFeed open(TimeWindow window = {}) const {
        auto feed = MarketFeed::open(Catalogue::open(folder_.path()).value(), key_, window);
        if (!feed) FAIL(feed.error().message);
        return std::move(*feed);
    }

  private:
    TempFolder folder_;
    SeriesKey key_;
};

}  // namespace

TEST_CASE("rows of each kind come out as they went in") {
    SECTION("quotes") {
        MarketFeed feed = Imported(DataKind::quotes,
                                   "time,bid,bid_size,ask,ask_size\n"
                                   "2024-01-01T00:00:00Z,99.5,3,100.25,4\n"
                                   "2024-01-01T00:00:01Z,99.75,1,100,2\n")
                              .open();
        REQUIRE(feed.next());
        CHECK(std::get<Quote>(feed.event()) ==
              Quote{at("2024-01-01T00:00:00Z"), "99.5"_price, "100.25"_price, "3"_qty, "4"_qty});
        REQUIRE(feed.next());
        CHECK(feed.time() == at("2024-01-01T00:00:01Z"));
        CHECK_FALSE(feed.next());
        CHECK_FALSE(feed.failure().has_value());
    }
    SECTION("trades") {
        MarketFeed feed =
            Imported(DataKind::trades, "time,price,size,side,id\n2024-01-01T00:00:00Z,10,2.5,sell,77\n").open();
        REQUIRE(feed.next());
        CHECK(std::get<TradeTick>(feed.event()) ==
              TradeTick{at("2024-01-01T00:00:00Z"), "10"_price, "2.5"_qty, Aggressor::seller, 77});
    }
    SECTION("book") {
        MarketFeed feed =
            Imported(DataKind::book, "time,side,price,size,sequence\n2024-01-01T00:00:00Z,ask,10,0,5\n").open();
        REQUIRE(feed.next());
        CHECK(std::get<BookDelta>(feed.event()) ==
              BookDelta{at("2024-01-01T00:00:00Z"), BookSide::ask, "10"_price, {}, 5});
    }
    SECTION("funding") {
        MarketFeed feed = Imported(DataKind::funding, "time,rate\n2024-01-01T00:00:00Z,-0.0001\n").open();
        REQUIRE(feed.next());
        CHECK(std::get<FundingRate>(feed.event()).rate == "-0.0001"_dec);
    }
    SECTION("actions") {
        MarketFeed feed =
            Imported(DataKind::actions, "time,action,value\n2024-01-01,split,2\n2024-02-01,dividend,0.3\n").open();
        REQUIRE(feed.next());
        CHECK(std::get<CorporateAction>(feed.event()) ==
              CorporateAction{at("2024-01-01T00:00Z"), CorporateActionKind::split, "2"_dec});
        REQUIRE(feed.next());
        CHECK(std::get<CorporateAction>(feed.event()).kind == CorporateActionKind::dividend);
    }
    SECTION("rates") {
        MarketFeed feed = Imported(DataKind::fx_rates, "time,rate\n2024-01-01T00:00:00Z,1.25\n").open();
        REQUIRE(feed.next());
        CHECK(std::get<FxRate>(feed.event()).rate == "1.25"_dec);
    }
}

TEST_CASE("a quote bar is known at its end, and a window takes the rows that begin in it") {
    const Imported bars(DataKind::quote_bars,
                        "time,bid_open,bid_high,bid_low,bid_close,ask_open,ask_high,ask_low,ask_close\n"
                        "2024-01-01T00:00:00Z,1,2,0.5,1.5,2,3,1.5,2.5\n"
                        "2024-01-01T00:01:00Z,1,2,0.5,1.5,2,3,1.5,2.5\n"
                        "2024-01-01T00:02:00Z,1,2,0.5,1.5,2,3,1.5,2.5\n",
                        minutes(1));
    MarketFeed all = bars.open();
    REQUIRE(all.next());
    CHECK(all.time() == at("2024-01-01T00:01Z"));
    CHECK(std::get<QuoteBar>(all.event()).ask_close == "2.5"_price);
    MarketFeed some = bars.open({at("2024-01-01T00:01Z"), at("2024-01-01T00:02Z")});
    REQUIRE(some.next());
    CHECK(std::get<QuoteBar>(some.event()).open_time == at("2024-01-01T00:01Z"));
    CHECK_FALSE(some.next());
    CHECK(all.fingerprint() == some.fingerprint());
}
