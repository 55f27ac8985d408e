// Where one day of limits ends and the next begins.
#include "unit/desk/limited_desk.h"

using namespace trd;
using namespace trd::testing;

namespace {

// Of SmallDesk::number, which counts microseconds.
constexpr uint64_t first_midnight = 86'400'000'000;

// The next input comes at that many microseconds.
const Actions& mark_at(LimitedDesk& small, uint64_t microseconds, Price price) {
    small.number = microseconds - 1;
    return small.mark(price);
}

}  // namespace

TEST_CASE("what the last bar of a day loses is lost on that day, and what follows from it is still held to it") {
    LimitedDesk small("[firm.R02]\nenforce = true\n[account.main.T01]\nmax_loss = 100");
    small.bar("10"_price);
    small.bought(50);
    CHECK(small.bar("9"_price).alarms.at(0).percent == 50);
    const Actions& closed = mark_at(small, first_midnight, "8"_price);  // 50 more: 100 of one day
    REQUIRE(closed.alarms.size() == 1);
    CHECK(closed.alarms[0].kind == RiskAlarm::Kind::acted);
    const Actions& after = mark_at(small, first_midnight + 1, "7"_price);
    CHECK(after.alarms.at(0).kind == RiskAlarm::Kind::released);
    CHECK(small.buy(1).venue.size() == 1);  // 50 of the new day
}

TEST_CASE("what is lost before midnight and what after is not put together") {
    LimitedDesk small("[firm.R02]\nenforce = true\n[account.main.T01]\nmax_loss = 100");
    small.bar("10"_price);
    small.bought(50);
    mark_at(small, first_midnight, "8.5"_price);     // 75
    mark_at(small, first_midnight + 60, "7"_price);  // 75 of the next day
    CHECK(small.buy(1).venue.size() == 1);
}

TEST_CASE("an order at the very end of a day is one of that day") {
    LimitedDesk small("[strategy.sma.R16]\nmax_submits_per_day = 1");
    small.bar("10"_price);
    small.number = first_midnight - 1;
    CHECK(small.buy(1).venue.size() == 1);  // at midnight
    CHECK(small.buy(1).venue.size() == 1);  // a microsecond later
    CHECK(code_of(small.buy(1)) == "R16");
}

TEST_CASE("a week and a month begin with the day of their first date, which may begin on the evening before") {
    constexpr uint64_t hour = 3'600'000'000;
    struct Case {
        const char* rule;
        uint64_t begins;  // Sunday 1970-01-04 and Saturday 1970-01-31, 17:00
    };
    for (const Case& each :
         {Case{"max_week_loss", (3 * 24 + 17) * hour}, Case{"max_month_loss", (30 * 24 + 17) * hour}}) {
        INFO(each.rule);
        LimitedDesk small(std::string("[day]\nbegins = \"17:00\"\n[account.main.T07]\n") + each.rule + " = 100");
        const auto acts_at = [&](uint64_t time, Price price) {
            bool acts = false;
            for (const RiskAlarm& alarm : mark_at(small, time, price).alarms)
                acts = acts || alarm.kind == RiskAlarm::Kind::acted;
            return acts;
        };
        small.bar("10"_price);
        small.bought(50);
        CHECK_FALSE(acts_at(each.begins, "8.5"_price));       // 75
        CHECK_FALSE(acts_at(each.begins + hour, "7"_price));  // 75 of the next
        CHECK(acts_at(each.begins + 25 * hour, "6"_price));   // 125 of it, on its second day
    }
}

TEST_CASE("after a fall on a Friday short sales at the bid are denied on Monday, and no more on Tuesday") {
    constexpr uint64_t day = first_midnight;
    LimitedDesk small("[firm.R21]\nrule_201 = true", RiskFeed::quotes);
    const auto sells_short_at = [&small](uint64_t microseconds, Price price) {
        mark_at(small, microseconds, price);
        const Timestamp now{static_cast<int64_t>(small.number + 1) * 1'000};
        small.at(QuoteChanged{{0}, {now, price, price + "0.01"_price, "100"_qty, "100"_qty}});
        return code_of(small.sell(1));
    };
    CHECK(sells_short_at(day / 2, "10"_price) == "R21");           // Thursday 1970-01-01: no close before it
    CHECK(sells_short_at(day + day / 2, "9.01"_price) == "none");  // Friday
    CHECK(sells_short_at(day + day * 5 / 8, "9"_price) == "R21");
    CHECK(sells_short_at(day + day * 3 / 4, "9.5"_price) == "R21");
    CHECK(sells_short_at(4 * day + day / 2, "9.5"_price) == "R21");   // Monday
    CHECK(sells_short_at(5 * day + day / 2, "9.5"_price) == "none");  // Tuesday
}
