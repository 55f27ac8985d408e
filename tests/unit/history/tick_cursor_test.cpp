// Rows of every kind against what was imported or written, in any window and over any number of segments.
#include "history/tick_cursor.h"

#include <random>

#include "history/codes.h"
#include "history/operations.h"
#include "history/row_cursor.h"
#include "support/catch.h"
#include "support/temp_folder.h"

using namespace trd;

namespace {

Timestamp at_second(int64_t second) { return Timestamp{1'700'000'000'000'000'000 + second * 1'000'000'000}; }

template <class Row>
std::vector<Row> all_rows(Result<TickCursor<Row>> cursor) {
    REQUIRE(cursor);
    std::vector<Row> rows;
    while (cursor->next()) rows.push_back(cursor->row());
    REQUIRE_FALSE(cursor->failure());
    REQUIRE_FALSE(cursor->next());
    return rows;
}

// What a person wrote, through the importer and the catalogue.
template <class Row>
std::vector<Row> imported(const std::string& text) {
    const TempFolder folder;
    ImportRequest request;
    request.path = folder.path() + "/data.csv";
    REQUIRE(replace_file(request.path, text));
    request.options.symbol = "X";
    request.detect_kind = false;  // "time,rate" may be either of two
    request.options.layout.kind = TickCursor<Row>::kind;
    if (TickCursor<Row>::kind == DataKind::quote_bars) request.options.timeframe = minutes(1);
    const auto report = import_file(folder.path() + "/root", request);
    INFO((report ? "" : report.error().message));
    REQUIRE(report);
    REQUIRE(report->outcome.fault_count == 0);
    return all_rows(TickCursor<Row>::open(Catalogue::open(folder.path() + "/root").value(), "X"));
}

// A quote of sizes and prices that may need more than 64 bits; times repeat.
std::vector<Quote> random_quotes(size_t count, uint64_t seed, bool extreme) {
    std::mt19937_64 random(seed);
    const auto raw = [&]() -> Int128 {
        Int128 value = static_cast<Int128>(random() % 1'000'000'000) + 1;
        for (uint64_t i = extreme ? random() % 15 : 8; i > 0; --i) value *= 10;
        return std::min(value, decimal_max_raw);
    };
    std::vector<Quote> quotes(count);
    int64_t second = 0;
    for (Quote& quote : quotes) {
        second += static_cast<int64_t>(random() % 3);
        quote = {at_second(second), Price::from_raw(raw()), Price::from_raw(raw()), Quantity::from_raw(raw()),
                 Quantity::from_raw(raw())};
    }
    return quotes;
}

std::string write_quotes(const std::string& path, std::span<const Quote> quotes, Storage storage) {
    SegmentInfo info;
    info.kind = DataKind::quotes;
    info.symbol = "X";
    auto writer = SegmentWriter::create(path, info, storage).value();
    for (const Quote& quote : quotes) {
        writer.column(0).append({quote.time.ns, 0});
        writer.column(1).append_raw(quote.bid.raw());
        writer.column(2).append_raw(quote.bid_size.raw());
        writer.column(3).append_raw(quote.ask.raw());
        writer.column(4).append_raw(quote.ask_size.raw());
        REQUIRE(writer.row_done(quote.time.ns));
    }
    REQUIRE(writer.commit());
    return path;
}

}  // namespace

TEST_CASE("each field of a row is the column of that name") {
    CHECK(imported<Quote>("time,bid,ask,bid_size,ask_size\n1700000000,1.5,1.75,10,20\n1700000001,1.25,1.5,0,3\n") ==
          std::vector<Quote>{{at_second(0), "1.5"_price, "1.75"_price, "10"_qty, "20"_qty},
                             {at_second(1), "1.25"_price, "1.5"_price, "0"_qty, "3"_qty}});
    CHECK(imported<TradeTick>("time,price,size,side,id\n1700000000,10.5,3,buy,7\n1700000000,10.25,4,sell,8\n"
                              "1700000001,10,1,,9\n") ==
          std::vector<TradeTick>{{at_second(0), "10.5"_price, "3"_qty, Aggressor::buyer, 7},
                                 {at_second(0), "10.25"_price, "4"_qty, Aggressor::seller, 8},
                                 {at_second(1), "10"_price, "1"_qty, Aggressor::unknown, 9}});
    CHECK(imported<BookDelta>("time,side,price,size,sequence\n1700000000,bid,99,5,1\n1700000001,ask,101,0,2\n") ==
          std::vector<BookDelta>{{at_second(0), BookSide::bid, "99"_price, "5"_qty, 1},
                                 {at_second(1), BookSide::ask, "101"_price, "0"_qty, 2}});
    CHECK(imported<FundingRate>("time,rate\n1700000000,-0.0001\n1700028800,0.0003\n") ==
          std::vector<FundingRate>{{at_second(0), Decimal::parse("-0.0001").value()},
                                   {at_second(28'800), Decimal::parse("0.0003").value()}});
    CHECK(imported<CorporateAction>("time,action,value\n1700000000,split,2\n1700000060,dividend,0.35\n") ==
          std::vector<CorporateAction>{{at_second(0), CorporateActionKind::split, Decimal::parse("2").value()},
                                       {at_second(60), CorporateActionKind::dividend, Decimal::parse("0.35").value()}});
    CHECK(imported<FxRate>("time,rate\n1700000000,1.0875\n1700000060,1.0876\n") ==
          std::vector<FxRate>{{at_second(0), Decimal::parse("1.0875").value()},
                              {at_second(60), Decimal::parse("1.0876").value()}});
    const auto bars = imported<QuoteBar>(
        "time,bid_open,bid_high,bid_low,bid_close,bid_size,ask_open,ask_high,ask_low,ask_close,ask_size\n"
        "1700000040,1.2,1.4,1.1,1.3,5,2.2,2.4,2.1,2.3,6\n1700000100,1.3,1.3,1.3,1.3,7,2.3,2.3,2.3,2.3,8\n");
    CHECK(bars ==
          std::vector<QuoteBar>{{at_second(40), at_second(100), "1.2"_price, "1.4"_price, "1.1"_price, "1.3"_price,
                                 "2.2"_price, "2.4"_price, "2.1"_price, "2.3"_price, "5"_qty, "6"_qty},
                                {at_second(100), at_second(160), "1.3"_price, "1.3"_price, "1.3"_price, "1.3"_price,
                                 "2.3"_price, "2.3"_price, "2.3"_price, "2.3"_price, "7"_qty, "8"_qty}});
}

TEST_CASE("any window over any segments gives the rows whose time is in it") {
    const TempFolder folder;
    for (const bool extreme : {false, true}) {
        const auto quotes = random_quotes(150'000, 7, extreme);
        // Cut only where the time moves on: an appended file begins after the one before it ends.
        std::vector<size_t> cuts{0};
        for (size_t wanted : {40'000, 40'010, 110'000}) {
            while (quotes[wanted].time == quotes[wanted - 1].time) ++wanted;
            cuts.push_back(wanted);
        }
        cuts.push_back(quotes.size());
        std::vector<std::string> paths;
        for (size_t i = 0; i + 1 < cuts.size(); ++i)
            paths.push_back(write_quotes(folder.path() + "/" + std::to_string(extreme * 10 + i),
                                         std::span(quotes).subspan(cuts[i], cuts[i + 1] - cuts[i]),
                                         i % 2 == 0 ? Storage::hot : Storage::cold));
        REQUIRE(all_rows(TickCursor<Quote>::open(paths)) == quotes);
        std::mt19937_64 random(3);
        const auto last_second = static_cast<uint64_t>((quotes.back().time - at_second(0)).ns / 1'000'000'000);
        for (int i = 0; i < 60; ++i) {
            const auto from = static_cast<int64_t>(random() % (last_second + 20)) - 10;
            const auto length = static_cast<int64_t>(random() % (i % 2 == 0 ? 5 : 60'000)) - 1;
            const TimeWindow window{at_second(from), at_second(from + length)};
            std::vector<Quote> expected;
            for (const Quote& quote : quotes)
                if (quote.time >= window.from && quote.time < window.to) expected.push_back(quote);
            REQUIRE(all_rows(TickCursor<Quote>::open(paths, window)) == expected);
        }
        std::swap(paths[0], paths[2]);
        CHECK(TickCursor<Quote>::open(paths).error().id == "E_DATA_SERIES");
        CHECK(TickCursor<TradeTick>::open(paths).error().id == "E_DATA_SERIES");
    }
}

TEST_CASE("a cursor moved in the middle goes on where it was") {
    const TempFolder folder;
    const auto quotes = random_quotes(1'000, 5, true);
    const std::string path = write_quotes(folder.path() + "/q", quotes, Storage::cold);
    auto first = TickCursor<Quote>::open(std::span(&path, 1)).value();
    for (int i = 0; i < 100; ++i) REQUIRE(first.next());
    TickCursor<Quote> second = std::move(first);
    REQUIRE(second.row() == quotes[99]);
    for (size_t i = 100; i < quotes.size(); ++i) {
        REQUIRE(second.next());
        REQUIRE(second.row() == quotes[i]);
    }
    CHECK_FALSE(second.next());
}

TEST_CASE("damage stops a cursor that comes to it, and no other") {
    const TempFolder folder;
    const auto quotes = random_quotes(140'000, 11, false);
    const std::string path = write_quotes(folder.path() + "/q", quotes, Storage::hot);
    uint64_t place = 0;
    {
        const Segment segment = Segment::open(path).value();
        place = segment.entry(1, 3).offset + 17;
    }
    std::string bytes = read_file(path).value();
    bytes[place] = static_cast<char>(bytes[place] ^ 4);
    REQUIRE(replace_file(path, bytes));
    auto all = TickCursor<Quote>::open(std::span(&path, 1)).value();
    size_t count = 0;
    while (all.next()) REQUIRE(all.row() == quotes[count++]);
    CHECK(count == block_rows_max);
    CHECK(all.failure()->id == "E_DATA_CORRUPT");
    CHECK_FALSE(all.next());
    const TimeWindow after{quotes[2 * block_rows_max].time + nanoseconds(1), Timestamp{INT64_MAX}};
    CHECK(all_rows(TickCursor<Quote>::open(std::span(&path, 1), after)).back() == quotes.back());
}

TEST_CASE("an action that this version does not know is no dividend") {
    const TempFolder folder;
    SegmentInfo info;
    info.kind = DataKind::actions;
    info.symbol = "X";
    const std::string path = folder.path() + "/a";
    auto writer = SegmentWriter::create(path, info).value();
    REQUIRE(writer.append(std::array<Scaled, 3>{{{1, 0}, {action_split, 0}, {2, 0}}}));
    REQUIRE(writer.append(std::array<Scaled, 3>{{{2, 0}, {9, 0}, {2, 0}}}));
    REQUIRE(writer.commit());
    auto cursor = TickCursor<CorporateAction>::open(std::span(&path, 1)).value();
    CHECK_FALSE(cursor.next());
    CHECK(cursor.failure()->message.ends_with("block 0 holds an unknown action"));
}

TEST_CASE("a catalogue names what it lacks, and gives the finest quote bars") {
    const TempFolder folder;
    const Catalogue empty = Catalogue::open(folder.path()).value();
    CHECK(TickCursor<Quote>::open(empty, "X").error().id == "E_DATA_MISSING");
    GenerateOptions options;
    options.symbol = "X";
    options.kind = DataKind::quote_bars;
    options.rows = 10;
    for (const Duration timeframe : {hours(1), minutes(5)}) {
        options.timeframe = timeframe;
        REQUIRE(generate_series(folder.path(), options, false));
    }
    const Catalogue catalogue = Catalogue::open(folder.path()).value();
    CHECK(TickCursor<QuoteBar>::open(catalogue, "X").value().segments()[0].info().timeframe == minutes(5));
    CHECK(TickCursor<QuoteBar>::open(catalogue, "X", {}, hours(1)).value().segments()[0].info().timeframe == hours(1));
    CHECK(TickCursor<QuoteBar>::open(catalogue, "X", {}, hours(2)).error().id == "E_DATA_MISSING");
}

TEST_CASE("a book's snapshot is flagged row by row and empties the book once") {
    const auto rows = imported<BookDelta>(
        "time,side,price,size,sequence,is_snapshot\n"
        "2024-01-01T00:00:00Z,bid,10,5,1,true\n"
        "2024-01-01T00:00:00Z,ask,11,5,1,true\n"
        "2024-01-01T00:00:01Z,ask,11,4,2,false\n"
        "2024-01-01T00:00:02Z,bid,9,5,3,true\n"
        "2024-01-01T00:00:03Z,bid,8,5,4,1\n"
        "2024-01-01T00:00:03Z,ask,12,5,4,1\n");
    std::vector<bool> begins;
    for (const BookDelta& row : rows) begins.push_back(row.begins_snapshot);
    CHECK(begins == std::vector<bool>{true, false, false, true, true, false});
}
