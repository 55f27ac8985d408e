#include "market/bar_aggregator.h"

#include "market/quote_bar_aggregator.h"
#include "support/catch.h"

using namespace trd;

namespace {

Timestamp at(const char* text) { return parse_iso(text).value(); }
Zone new_york() { return Zone::find("America/New_York").value(); }

Bar minute_bar(Timestamp time, Price price = "1"_price) {
    return {time, time + minutes(1), price, price, price, price, "1"_qty};
}

std::vector<Bar> aggregate(BarSchedule schedule, Timestamp from, Timestamp to, Duration step = minutes(1)) {
    BarAggregator aggregator(std::move(schedule));
    std::vector<Bar> bars;
    const auto emit = [&bars](const Bar& bar) { bars.push_back(bar); };
    for (Timestamp time = from; time < to; time = time + step) aggregator.add(minute_bar(time), emit);
    aggregator.finish(emit);
    return bars;
}

}  // namespace

TEST_CASE("the days on which the clock changes") {
    // 2013-03-10 has 23 hours, 2013-11-03 has 25.
    const std::pair<const char*, int> cases[] = {{"2013-03-10", 23}, {"2013-11-03", 25}, {"2013-07-01", 24}};
    for (const auto& [date, hours_long] : cases) {
        const Timestamp begin = new_york().to_utc(at(date)).earlier;
        const Timestamp end = begin + hours(hours_long);
        const auto day = aggregate(BarSchedule(days(1), new_york()), begin, end);
        REQUIRE(day.size() == 1);
        CHECK(day[0].open_time == begin);
        CHECK(day[0].close_time == end);
        CHECK(day[0].volume == Quantity::from_units(60 * hours_long));
        CHECK(aggregate(BarSchedule(hours(1), new_york()), begin, end).size() == static_cast<size_t>(hours_long));
        const auto fours = aggregate(BarSchedule(hours(4), new_york()), begin, end);
        CHECK(fours.size() == (hours_long == 25 ? 7U : 6U));
        CHECK(fours.back().close_time == end);
        CHECK(fours.front().open_time == begin);
    }
}

TEST_CASE("a day may begin on the evening before") {
    const auto bars =
        aggregate(BarSchedule(days(1), new_york(), hours(-7)), at("2013-07-01T21:00Z"), at("2013-07-03T21:00Z"));
    REQUIRE(bars.size() == 2);
    CHECK(bars[0].open_time == at("2013-07-01T21:00Z"));  // 17:00 in New York
    CHECK(bars[0].close_time == at("2013-07-02T21:00Z"));
}

TEST_CASE("weeks begin on Monday, also across a change of the clock") {
    const auto bars =
        aggregate(BarSchedule(days(7), new_york()), at("2013-10-28T04:00Z"), at("2013-11-11T05:00Z"), hours(1));
    REQUIRE(bars.size() == 2);
    CHECK(bars[0].open_time == at("2013-10-28T04:00Z"));
    CHECK(bars[0].close_time == at("2013-11-04T05:00Z"));
    CHECK(bars[1].close_time == at("2013-11-11T05:00Z"));
}

TEST_CASE("sessions cut bars and leave the rest out") {
    const auto sessions = [](int64_t day) -> std::optional<Session> {
        if (weekday_of(day) > 4) return std::nullopt;
        const Timestamp midnight = Timestamp{} + days(day);
        return Session{
            {new_york().to_utc(midnight + minutes(570)).earlier, new_york().to_utc(midnight + hours(16)).earlier}, {}};
    };
    const Timestamp from = at("2013-10-31T00:00Z"), to = at("2013-11-06T00:00Z");
    const auto sessions_of_days = aggregate(BarSchedule(days(1), new_york(), sessions), from, to);
    REQUIRE(sessions_of_days.size() == 4);  // Thursday, Friday, Monday, Tuesday
    CHECK(sessions_of_days[1].open_time == at("2013-11-01T13:30Z"));
    CHECK(sessions_of_days[1].close_time == at("2013-11-01T20:00Z"));
    CHECK(sessions_of_days[2].open_time == at("2013-11-04T14:30Z"));
    for (const Bar& bar : sessions_of_days) CHECK(bar.volume == "390"_qty);
    const auto hours_of_sessions = aggregate(BarSchedule(hours(1), new_york(), sessions), from, to);
    CHECK(hours_of_sessions.size() == 28);
    CHECK(hours_of_sessions[6].close_time - hours_of_sessions[6].open_time == minutes(30));
    const auto week =
        aggregate(BarSchedule(days(7), new_york(), sessions), at("2013-11-04T00:00Z"), at("2013-11-09T00:00Z"));
    REQUIRE(week.size() == 1);
    CHECK(week[0].open_time == at("2013-11-04T14:30Z"));
    CHECK(week[0].close_time == at("2013-11-08T21:00Z"));
}

TEST_CASE("what lies between the sessions of a week, and in the pause of a day, is in no bar") {
    const auto sessions = [](int64_t day) -> std::optional<Session> {
        const Timestamp begin = Timestamp{} + days(day);
        if (day == days_from_civil({2024, 1, 4})) return std::nullopt;
        return Session{{begin + hours(9), begin + hours(15)}, BarInterval{begin + hours(11), begin + hours(12)}};
    };
    const auto made = [&](Duration timeframe) {
        BarAggregator aggregator(BarSchedule(timeframe, Zone::utc(), sessions));
        std::vector<Bar> bars;
        const auto emit = [&bars](const Bar& bar) { bars.push_back(bar); };
        for (Timestamp time = at("2024-01-01T00:00Z"); time < at("2024-01-06T00:00Z"); time = time + hours(1)) {
            const int64_t hour = (time - at("2024-01-01T00:00Z")).ns / hours(1).ns % 24;
            const bool counts = hour >= 9 && hour < 15 && hour != 11 && time.ns / days(1).ns != 19'726;
            aggregator.add(minute_bar(time, counts ? "1"_price : "7"_price), emit);
        }
        aggregator.finish(emit);
        CHECK(aggregator.left_out() == 120 - 4 * 5);
        return bars;
    };
    const auto weeks = made(days(7));
    REQUIRE(weeks.size() == 1);
    CHECK(weeks[0].high == "1"_price);
    CHECK(weeks[0].volume == Quantity::from_units(4 * 5));
    CHECK(weeks[0].close_time == at("2024-01-07T15:00Z"));
    const auto single_days = made(days(1));
    REQUIRE(single_days.size() == 4);
    for (const Bar& day : single_days) CHECK(day.volume == Quantity::from_units(5));
}

TEST_CASE("a quote between the sessions of a week leaves the sizes alone") {
    const auto sessions = [](int64_t day) {
        const Timestamp begin = Timestamp{} + days(day);
        return std::optional(Session{{begin + hours(9), begin + hours(15)}, {}});
    };
    QuoteBarAggregator aggregator(BarSchedule(days(7), Zone::utc(), sessions));
    std::vector<QuoteBar> bars;
    const auto emit = [&bars](const QuoteBar& bar) { bars.push_back(bar); };
    aggregator.add(Quote{at("2024-01-02T10:00Z"), "1"_price, "2"_price, "3"_qty, "3"_qty}, emit);
    aggregator.add(Quote{at("2024-01-02T20:00Z"), "5"_price, "6"_price, "9"_qty, "9"_qty}, emit);
    aggregator.finish(emit);
    REQUIRE(bars.size() == 1);
    CHECK(bars[0].ask_high == "2"_price);
    CHECK(bars[0].bid_size == "3"_qty);
    CHECK(aggregator.left_out() == 1);
}

TEST_CASE("a bar is given out when its last part arrives, or when its time has come") {
    BarAggregator aggregator(BarSchedule(minutes(5), Zone::utc()));
    std::vector<Bar> bars;
    const auto emit = [&bars](const Bar& bar) { bars.push_back(bar); };
    for (int i = 0; i < 4; ++i) aggregator.add(minute_bar(Timestamp{} + minutes(i), Price::from_units(10 + i)), emit);
    CHECK(bars.empty());
    REQUIRE(aggregator.pending() != nullptr);
    CHECK(aggregator.pending()->close == "13"_price);
    aggregator.add(minute_bar(Timestamp{} + minutes(4), "5"_price), emit);
    REQUIRE(bars.size() == 1);  // without waiting for the next one
    CHECK(bars[0] == Bar{Timestamp{}, Timestamp{} + minutes(5), "10"_price, "13"_price, "5"_price, "5"_price, "5"_qty});

    aggregator.add_trade(Timestamp{} + minutes(7), "3"_price, "2"_qty, emit);
    aggregator.add_trade(Timestamp{} + minutes(8), "4"_price, "2"_qty, emit);
    aggregator.advance(Timestamp{} + minutes(10) - nanoseconds(1), emit);
    CHECK(bars.size() == 1);
    aggregator.advance(Timestamp{} + minutes(10), emit);
    REQUIRE(bars.size() == 2);
    CHECK(bars[1] == Bar{Timestamp{} + minutes(5), Timestamp{} + minutes(10), "3"_price, "4"_price, "3"_price,
                         "4"_price, "4"_qty});
    aggregator.add_trade(Timestamp{} + minutes(11), "1"_price, "1"_qty, emit);
    aggregator.add_trade(Timestamp{} + minutes(31), "2"_price, "1"_qty, emit);
    CHECK(bars.size() == 3);
    aggregator.finish(emit);
    CHECK(bars.size() == 4);
    aggregator.finish(emit);
    CHECK(bars.size() == 4);
}
