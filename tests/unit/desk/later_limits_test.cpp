// Limits that come into a desk that works already: they see what is held, on its way and earned.
#include <string>

#include "unit/desk/limited_desk.h"

using namespace trd;
using namespace trd::testing;

namespace {

// What is held and on its way, of everybody that limits can be set for: strategies that were never started have none.
std::string book_text(const Desk& desk) {
    const RiskBook& book = desk.risk()->book();
    std::string text;
    for (const uint32_t index : book.sorted_owners()) {
        const RiskBook::Owner& owner = book.owner(index);
        const StrategyId strategy{static_cast<uint16_t>(owner.id)};
        if (owner.scope == RiskScope::strategy && desk.risk()->subject_of(strategy, {0}).strategy.empty()) continue;
        text += std::to_string(static_cast<int>(owner.scope)) + "/" + std::to_string(owner.id) + " used " +
                std::to_string(owner.used) + " orders " + std::to_string(owner.orders) + " unknown " +
                std::to_string(owner.unknown) + " sums " + to_string(owner.gross) + " " + to_string(owner.net_high) +
                " " + to_string(owner.net_low);
        for (const Instrument& instrument : desk.instruments()) {
            if (owner.scope == RiskScope::instrument && owner.id != instrument.id.value) continue;
            const RiskBook::Cell& cell = book.cell(index, instrument.id);
            text += " | " + to_string(cell.held) + " " + to_string(cell.buying) + " " + to_string(cell.selling) + " " +
                    to_string(cell.high) + " " + to_string(cell.low);
        }
        text += "\n";
    }
    return text;
}

}  // namespace

TEST_CASE("limits that come later find the same book as those that were there from the start") {
    constexpr char wide[] = R"(
[firm.R10]
max_gross = 1000000000
[account."*".R10]
max_gross = 1000000000
[venue."*".R10]
max_gross = 1000000000
[strategy."*".R10]
max_gross = 1000000000
[instrument."*".R10]
max_gross = 1000000000
)";
    const std::vector<DeskInput> inputs = InputSource(92, true).make(1'200);
    for (const size_t point : {size_t{40}, size_t{400}, size_t{900}}) {
        Desk desk;
        desk.arm(limits_of("[firm.R01]\nenforce = true"));
        uint64_t number = 0;
        for (size_t i = 0; i < inputs.size(); ++i) {
            INFO("limits at " << point << ", input " << i);
            if (i == point) {
                const Timestamp now{static_cast<int64_t>(number) * 1'000};
                desk.on(InputHeader{++number, now, now}, LimitsChanged{limits_of(wide)});
            }
            feed(desk, ++number, inputs[i]);
            if (i < point || i % 16 != 0) continue;
            Desk fresh;  // its book is made of what accounts and orders are now
            REQUIRE(fresh.restore(desk.snapshot()));
            REQUIRE(book_text(desk) == book_text(fresh));
        }
    }
}

TEST_CASE("limits on values that come later count what is held and on its way already") {
    LimitedDesk small("[firm.R02]\nenforce = true");
    small.bar("10"_price);
    small.bought(50);
    small.rests(Side::buy, 5, 10);
    const auto scope = GENERATE(as<std::string>{}, "firm", "account.main", "strategy.sma");
    small.at(LimitsChanged{limits_of("[" + scope + ".R10]\nmax_gross = 560")});
    CHECK(code_of(small.buy(2)) == "R10");
    CHECK(small.buy(1).venue.size() == 1);
}

TEST_CASE("limits on money that come later know what an account is worth at once") {
    LimitedDesk small("[firm.R02]\nenforce = true");
    small.bar("10"_price);
    small.bought(50);
    small.at(LimitsChanged{limits_of("[account.main.R14]\nmax_leverage = 2")});
    CHECK(small.buy(1).venue.size() == 1);
}

TEST_CASE("a strategy's loss counts from when its limit came, with what it holds") {
    LimitedDesk small("[firm.R02]\nenforce = true");
    small.bar("10"_price);
    small.bought(50);
    small.bar("12"_price);
    small.at(LimitsChanged{limits_of("[strategy.sma.T01]\nmax_loss = 100\naction = \"flatten\"")});
    CHECK(small.bar("11"_price).alarms.at(0).percent == 50);
    const Actions& reached = small.bar("10"_price);
    REQUIRE(!reached.alarms.empty());
    CHECK(reached.alarms.back().kind == RiskAlarm::Kind::acted);
    REQUIRE(reached.venue.size() == 1);
    const Order* closing = small.desk.find(reached.venue[0].order);
    REQUIRE(closing != nullptr);
    CHECK(closing->intent.side == Side::sell);
    CHECK(closing->intent.quantity == "50"_qty);
}

TEST_CASE("a snapshot after limits that count less is one that can be restored") {
    LimitedDesk small("[strategy.sma.R16]\nmax_submits_per_second = 10000");
    small.bar("10"_price);
    for (int i = 0; i < 4'200; ++i) REQUIRE(small.buy(1).venue.size() == 1);
    small.at(LimitsChanged{limits_of("[firm.R01]\nenforce = true")});
    Desk restored;
    REQUIRE(restored.restore(small.desk.snapshot()));
    CHECK(restored.snapshot() == small.desk.snapshot());
}
