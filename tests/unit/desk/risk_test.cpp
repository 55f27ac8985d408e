// Limits in the desk: what they deny, what the record says about it, and that the numbers behind them are right.
#include <algorithm>
#include <map>

#include "support/cases.h"
#include "unit/desk/limited_desk.h"

using namespace trd;
using namespace trd::testing;

namespace {

template <class P>
std::vector<P> payloads(const Actions& actions) {
    std::vector<P> found;
    ByteReader in(actions.records);
    while (!in.at_end()) {
        const auto record = read_record(in);
        REQUIRE(record.ok());
        if (const P* payload = std::get_if<P>(&record->payload)) found.push_back(*payload);
    }
    return found;
}

// Everything at once, wide and narrow, for streams of random inputs.
constexpr char mixed_limits[] = R"(
[firm.R01]
enforce = true
[firm.R02]
enforce = true
[account."*".R09]
max_position = 60
[account."*".R12]
max_instrument_share = "80 %"
[strategy."*".R10]
max_gross = 20000
[firm.R11]
max_net = 40000
[account."*".R14]
max_leverage = 2
[account."*".R15]
max_open_orders = 12
max_open_notional = 30000
[strategy."*".R16]
max_submits_per_second = 400
[firm.R17]
window = "5s"
[firm.R19]
forbid = true
[strategy."*".R35]
max_positions = 2
[account."*".T01]
max_loss = 400
[strategy."*".T02]
max_drawdown = 900
action = "flatten"
reset = "time"
reset_after = "1s"
[instrument."*".T04]
max_loss = 200
action = "reduce"
reduce_to = "50 %"
reset = "at_once"
[account."*".T14]
max_rejects = 40
window = "1h"
)";

}  // namespace

TEST_CASE("a denial names its check, its number and what was found, and nothing goes to the venue") {
    LimitedDesk small("[strategy.sma.R07]\nmax_quantity = 5");
    CHECK(small.buy(5).venue.size() == 1);
    const Actions& denied = small.buy(6);
    CHECK(denied.venue.empty());
    CHECK(code_of(denied) == "R07");
    CHECK(denied.notices[0].state == OrderState::denied);
    const Decision record = payloads<Decision>(denied).at(0);
    CHECK(record.denial == Denial::risk);
    CHECK(record.grounds.code == RiskCode{'R', 7}.packed());
    CHECK(record.grounds.scope == static_cast<uint8_t>(RiskScope::strategy));
    CHECK(record.grounds.rule.view() == "max_quantity");
    CHECK(record.grounds.input.empty());
    CHECK(record.grounds.found == "6"_dec);
    CHECK(record.grounds.limit == "5"_dec);
}

TEST_CASE("what cannot be read denies, and the record says what it was") {
    LimitedDesk small("[firm.R05]\nmax_deviation = \"10 %\"");
    const Decision record = payloads<Decision>(small.buy(1)).at(0);
    CHECK(record.grounds.input.view() == "reference");
    small.bar("10"_price);
    CHECK(small.buy(1).venue.size() == 1);
}

TEST_CASE("positions count what works, and what provably reduces passes") {
    LimitedDesk small("[account.main.R09]\nmax_position = 10\n[account.main.R15]\nmax_open_orders = 1");
    const OrderId first = small.buy(10).venue.at(0).order;
    CHECK(code_of(small.buy(1)) == "R09");
    small.fill(first, "10"_qty);
    CHECK(code_of(small.buy(1)) == "R09");
    const OrderId half = small.sell(6).venue.at(0).order;
    CHECK(small.sell(4).venue.size() == 1);  // two orders work, but together they only close
    CHECK(code_of(small.sell(1)) == "R15");  // a third one could turn the position
    small.fill(half, "6"_qty);
    CHECK(small.cancel(5).venue.size() == 1);  // cancels always pass
}

TEST_CASE("an amendment is asked about as it would be, without what it was") {
    LimitedDesk small("[account.main.R09]\nmax_position = 10");
    small.rests(Side::buy, 8, 9);
    RawIntent more;
    more.kind = static_cast<uint8_t>(RawIntentKind::amend);
    more.target = 1;
    more.quantity = 11;
    const Actions& refused = small.intend(more);
    CHECK(code_of(refused) == "R09");
    CHECK(refused.venue.empty());
    more.quantity = 10;
    CHECK(small.intend(more).venue.size() == 1);
}

TEST_CASE("a child is asked about as if its parent had filled, and again when it is released") {
    LimitedDesk small("[firm.R21]\nforbid = true\n[firm.R04]\ninstruments = []");
    small.mark("10"_price);
    RawIntent entry = InputSource::submit(++small.handle, 0, Side::buy, 10);
    RawIntent stop = InputSource::submit(++small.handle, 0, Side::sell, 10);
    stop.type = static_cast<uint8_t>(OrderType::stop);
    stop.trigger = 8;
    stop.parent = entry.handle;
    const Actions& taken = small.feed(Intents{{1}, {entry, stop}});
    REQUIRE(taken.notices.size() == 2);
    CHECK(taken.notices[1].kind == Notice::Kind::allowed);
    const OrderId id = taken.venue.at(0).order;
    // From now on nothing of it may be traded, not even out of it: that is what a restricted list says.
    small.at(LimitsChanged{limits_of("[firm.R04]\ninstruments = [\"SYM0\"]")});
    const Actions& filled = small.fill(id, "10"_qty);
    CHECK(filled.venue.empty());
    CHECK(small.order(2).state == OrderState::denied);
    CHECK(payloads<Decision>(filled).at(0).denial == Denial::risk);
}

TEST_CASE("without limits nothing is asked, and orders are denied by nobody") {
    SmallDesk small;
    CHECK(small.desk.risk() == nullptr);
    CHECK(small.buy(1e6).venue.size() == 1);
}

TEST_CASE("limits that hold change no record of what they allow") {
    const std::vector<DeskInput> inputs = InputSource(77).make(1'500);
    Desk plain, limited;
    limited.arm(limits_of("[firm.R02]\nenforce = true\n[account.\"*\".R15]\nmax_open_orders = 100000"));
    for (size_t i = 0; i < inputs.size(); ++i) {
        const Digest expected = sha256(feed(plain, i + 1, inputs[i]).records);
        REQUIRE(sha256(feed(limited, i + 1, inputs[i]).records) == expected);
    }
}

TEST_CASE("the snapshot law holds with limits, and a replay gives the same verdicts") {
    for (const bool money : {false, true}) {
        const std::vector<DeskInput> inputs = InputSource(20261125, money).make(3'000);
        Desk whole;
        whole.arm(limits_of(mixed_limits));
        std::vector<Digest> records;
        std::map<std::string, int> denied;
        int acted = 0;
        for (size_t i = 0; i < inputs.size(); ++i) {
            const Actions& actions = feed(whole, i + 1, inputs[i]);
            records.push_back(sha256(actions.records));
            for (const Notice& notice : actions.notices)
                if (notice.denial == Denial::risk) ++denied[to_text(notice.check)];
            for (const RiskAlarm& alarm : actions.alarms) acted += alarm.kind == RiskAlarm::Kind::acted ? 1 : 0;
        }
        INFO("money " << money);
        CHECK(denied.size() >= 4);
        CHECK(acted >= 3);
        const Digest end = whole.state_hash();
        Random random(3);
        for (int round = 0; round < cases(60); ++round) {
            const size_t point = random.below(inputs.size() + 1);
            Desk walker;
            walker.arm(limits_of(mixed_limits));
            for (size_t i = 0; i < point; ++i) feed(walker, i + 1, inputs[i]);
            const Bytes snapshot = walker.snapshot();
            Desk restored;
            REQUIRE(restored.restore(snapshot));
            REQUIRE(restored.snapshot() == snapshot);
            for (size_t i = point; i < inputs.size(); ++i) {
                INFO("from " << point << " at " << i);
                REQUIRE(sha256(feed(restored, i + 1, inputs[i]).records) == records[i]);
            }
            REQUIRE(restored.state_hash() == end);
        }
    }
}

TEST_CASE("sums are what counting anew gives, after every input") {
    for (const bool money : {false, true}) {
        const std::vector<DeskInput> inputs = InputSource(91, money).make(2'500);
        Desk desk;
        desk.arm(limits_of(mixed_limits));
        for (size_t i = 0; i < inputs.size(); ++i) {
            feed(desk, i + 1, inputs[i]);
            const auto* bar = std::get_if<BarClosed>(&inputs[i]);
            if (bar != nullptr && bar->place == AtInstant::more_follow) continue;  // nobody looks yet
            const RiskControl& risk = *desk.risk();
            const RiskBook& book = risk.book();
            for (const Account& account : desk.accounts()) {
                INFO("money " << money << " input " << i << " account " << account.id().value);
                const uint32_t owner = book.index_of(RiskScope::account, account.id().value);
                Money gross, high, low;
                bool known = true;
                for (const Instrument& instrument : desk.instruments()) {
                    Quantity held;
                    for (uint32_t bucket = 0; bucket < side_bucket_count; ++bucket)
                        held += account.position(instrument.id, static_cast<SideBucket>(bucket)).quantity;
                    Quantity buying, selling;
                    for (const RiskBook::WorkingOrder& order : book.orders_in(instrument.id)) {
                        const Order* real = desk.find(order.id);
                        REQUIRE(real != nullptr);
                        REQUIRE(!is_terminal(real->state));
                        REQUIRE(real->open == order.open);
                        if (real->intent.account != account.id() || !order.has_left) continue;
                        (order.side == Side::buy ? buying : selling) += order.open;
                    }
                    const RiskBook::Cell& cell = book.cell(owner, instrument.id);
                    REQUIRE(cell.held == held);
                    REQUIRE(cell.buying == buying);
                    REQUIRE(cell.selling == selling);
                    const RiskWorld world{desk.accounts(), desk.instruments(), desk.rates(), {}};
                    const auto up = book.value_of(world, instrument.id, held + buying, account.base());
                    const auto down = book.value_of(world, instrument.id, held - selling, account.base());
                    known = known && up && down;
                    if (!up || !down) continue;
                    high += *up;
                    low += *down;
                    gross += std::max(abs(*up), abs(*down));
                }
                const RiskBook::Owner& sums = book.owner(owner);
                REQUIRE((sums.unknown == 0) == known);
                if (known) {
                    REQUIRE(sums.gross == gross);
                    REQUIRE(sums.net_high == high);
                    REQUIRE(sums.net_low == low);
                }
                const auto equity = account.equity_in(account.base(), desk.rates());
                const RiskResult& result = risk.results().of(owner);
                if (result.known) REQUIRE(equity == result.equity);
            }
        }
    }
}

TEST_CASE("a day's loss reduces: entries are cancelled, only exits pass, until the next day") {
    const auto state = GENERATE(as<std::string>{}, "[firm.R02]\nenforce = true\n", "");  // armed or not: it is held
    LimitedDesk small(state + "[account.main.T01]\nmax_loss = 100");
    small.bar("10"_price);
    small.bought(50);
    const OrderId resting = small.rests(Side::buy, 5, 5);
    CHECK(small.bar("9"_price).alarms.at(0).percent == 50);
    CHECK(small.bar("8.02"_price).alarms.at(0).percent == 90);
    const Actions& reached = small.bar("8"_price);
    REQUIRE(reached.alarms.size() == 1);
    CHECK(reached.alarms[0].kind == RiskAlarm::Kind::acted);
    CHECK(reached.alarms[0].action == RiskAction::reducing);
    REQUIRE(reached.venue.size() == 1);
    CHECK((reached.venue[0].kind == VenueActionKind::cancel && reached.venue[0].order == resting));
    const RiskRecord record = payloads<RiskRecord>(reached).at(0);
    CHECK(record.kind == static_cast<uint8_t>(RiskAlarm::Kind::acted));
    CHECK(record.subject.view() == "main");
    CHECK(record.rule.view() == "max_loss");
    CHECK(record.found == "100"_dec);
    small.at(VenueReport{.order = resting, .event = OrderEventKind::cancel});
    small.bar("11"_price);  // latched, whatever the price does
    CHECK(code_of(small.buy(1)) == "R02");
    CHECK(code_of(small.sell(51)) == "R02");
    CHECK(small.sell(50).venue.size() == 1);
    CHECK(small.bar("11"_price, days(1)).alarms.at(0).kind == RiskAlarm::Kind::released);
    CHECK(small.buy(1).venue.size() == 1);
}

TEST_CASE("what a check does to trading holds without R02 in the limits: every action, every kind of order") {
    const auto action = GENERATE(as<std::string>{}, "reducing", "cancel_entries", "flatten", "halt_strategy", "kill");
    LimitedDesk small("[account.main.T01]\nmax_loss = 10\naction = \"" + action + "\"\nreset = \"person\"");
    small.bar("10"_price);
    small.bought(10);
    CHECK(small.buy(1).venue.size() == 1);
    small.bar("8"_price);
    CHECK(code_of(small.buy(1)) == "R02");
    CHECK(code_of(small.sell(100)) == "R02");
    CHECK(small.bar("12"_price, days(3)).alarms.empty());
    CHECK(code_of(small.buy(1)) == "R02");
    small.at(MonitorReset{{'T', 1}, "max_loss", RiskScope::account, "main"});
    CHECK(small.buy(1).venue.size() == 1);
}

TEST_CASE("flatten cancels everything and closes everything, once") {
    LimitedDesk small("[firm.R02]\nenforce = true\n[account.main.T02]\nmax_drawdown = 100\naction = \"flatten\"");
    small.bar("10"_price);
    small.bought(50);
    RawIntent stop = InputSource::submit(0, 0, Side::sell, 50);
    stop.type = static_cast<uint8_t>(OrderType::stop);
    stop.trigger = 5;
    const OrderId resting = small.intend(stop).venue.at(0).order;
    small.report(resting, OrderEventKind::accept);
    const Actions& reached = small.bar("7"_price);
    REQUIRE(reached.venue.size() == 2);
    CHECK(reached.venue[0].order == resting);
    const Order close = *small.desk.find(reached.venue[1].order);
    CHECK(close.intent.side == Side::sell);
    CHECK(close.intent.quantity == "50"_qty);
    CHECK(close.intent.reduce_only);
    CHECK(close.intent.tag.view() == "T02");
    CHECK(small.bar("6"_price).venue.empty());
    small.fill(close.intent.id, "50"_qty, "6"_price);
    CHECK(small.desk.account({1}).position({0}).is_flat());
    CHECK(small.at(MonitorReset{{'T', 2}, "max_drawdown", RiskScope::account, "main"}).alarms.at(0).kind ==
          RiskAlarm::Kind::released);
}

TEST_CASE("reduce brings a position down to its share, rounded to lots") {
    LimitedDesk small(
        "[instrument.SYM0.T04]\nmax_loss = 50\naction = \"reduce\"\nreduce_to = \"50 %\"\nreset = \"session\"");
    small.bar("10"_price);
    small.bought(51);
    const Actions& reached = small.bar("9"_price);
    REQUIRE(reached.venue.size() == 1);
    CHECK(small.desk.find(reached.venue[0].order)->intent.quantity == "26"_qty);
}

TEST_CASE("a kill lets nothing through but cancels, until a person lets go") {
    LimitedDesk small(
        "[firm.R02]\nenforce = true\n[account.main.T01]\nmax_loss = 10\naction = \"kill\"\n"
        "reset = \"person\"");
    small.bar("10"_price);
    small.bought(10);
    small.bar("9"_price);
    CHECK(code_of(small.sell(10)) == "R02");
    small.bar("10"_price, days(2));
    CHECK(code_of(small.sell(10)) == "R02");
    small.at(MonitorReset{{'T', 1}, "max_loss", RiskScope::account, "main"});
    CHECK(small.sell(10).venue.size() == 1);
}

TEST_CASE("money paid out is no loss, and paid in no gain") {
    LimitedDesk small(
        "[firm.R02]\nenforce = true\n[account.main.T02]\nmax_drawdown_share = \"10 %\"\n"
        "[account.main.T01]\nmax_loss = 100");
    small.bar("10"_price);
    small.bought(10);
    CHECK(small.at(MoneyTransferred{{1}, usd, "-500"_money}).alarms.empty());
    CHECK(small.bar("10"_price).alarms.empty());
    CHECK(small.desk.risk()->results().of(small.desk.risk()->book().index_of(RiskScope::account, 1)).profit.is_zero());
}

TEST_CASE("readings from outside are inputs: an order waits for them, and follows them") {
    LimitedDesk small("[firm.R24]\nrequire_open = true");
    CHECK(code_of(small.buy(1)) == "R24");
    small.at(ReadingGiven{{RiskInput::session_open, RiskScope::instrument, 0, "1"_dec}});
    CHECK(small.buy(1).venue.size() == 1);
    small.at(ReadingGiven{{RiskInput::session_open, RiskScope::instrument, 0, "0"_dec}});
    CHECK(code_of(small.buy(1)) == "R24");
    small.at(ReadingGiven{{RiskInput::session_open, RiskScope::instrument, 0, std::nullopt}});
    CHECK(code_of(small.buy(1)) == "R24");
}

TEST_CASE("after a lowering only what reduces passes") {
    LimitedDesk small("[account.main.R09]\nmax_position = 100");
    small.bought(60);
    small.at(LimitsChanged{limits_of("[account.main.R09]\nmax_position = 10")});
    CHECK(code_of(small.buy(1)) == "R09");
    CHECK(code_of(small.sell(71)) == "R09");
    CHECK(small.sell(50).venue.size() == 1);
    CHECK(small.sell(10).venue.size() == 1);
}

namespace {

RawIntent resting_buy(double quantity, double limit) {
    RawIntent raw = InputSource::submit(0, 0, Side::buy, quantity);
    raw.type = static_cast<uint8_t>(OrderType::limit);
    raw.limit = limit;
    return raw;
}

bool has_acted(const Actions& actions) {
    return std::any_of(actions.alarms.begin(), actions.alarms.end(),
                       [](const RiskAlarm& alarm) { return alarm.kind == RiskAlarm::Kind::acted; });
}

const Actions& quote(LimitedDesk& small, Price price) {
    return small.at(QuoteChanged{{0}, {{7}, price, price, "100"_qty, "100"_qty}});
}

}  // namespace

TEST_CASE("limits may come at any time, and without any nothing is watched") {
    SmallDesk small;
    const auto at = [&](const auto& event) -> const Actions& {
        const Timestamp now{static_cast<int64_t>(++small.number) * 1'000};
        return small.desk.on(InputHeader{small.number, now, now}, event);
    };
    CHECK(at(ReadingGiven{{RiskInput::session_open, RiskScope::instrument, 0, "1"_dec}}).alarms.empty());
    CHECK(at(MonitorReset{{'T', 1}, "max_loss", RiskScope::account, "main"}).alarms.empty());
    CHECK(at(TradePrinted{{0}, {{7}, "10"_price, "1"_qty}}).alarms.empty());
    small.fill(small.buy(10).venue.at(0).order, "10"_qty);
    at(LimitsChanged{limits_of("[account.main.R09]\nmax_position = 12")});
    CHECK(code_of(small.buy(3)) == "R09");  // what is held counts
    CHECK(small.buy(2).venue.size() == 1);
}

TEST_CASE("monitors go by trades, and by quotes only where nothing trades") {
    const char* limits = "[account.main.T01]\nmax_loss = 100";
    LimitedDesk quoted(limits);
    quote(quoted, "10"_price);
    quoted.bought(50);
    CHECK(has_acted(quote(quoted, "8"_price)));
    LimitedDesk traded(limits);
    traded.at(TradePrinted{{0}, {{7}, "10"_price, "1"_qty}});
    traded.bought(50);
    CHECK_FALSE(has_acted(quote(traded, "8"_price)));
    CHECK(has_acted(traded.at(TradePrinted{{0}, {{7}, "8"_price, "1"_qty}})));
}

TEST_CASE("a halt of all and what the firm's limits do concern every account, others only their own") {
    const std::pair<const char*, size_t> cases[] = {
        {"[account.main.T01]\nmax_loss = 100\naction = \"halt_all\"", 2},
        {"[account.main.T01]\nmax_loss = 100\naction = \"kill\"", 2},
        {"[firm.T01]\nmax_loss = 100\naction = \"cancel_entries\"", 2},
        {"[account.main.T01]\nmax_loss = 100\naction = \"cancel_entries\"", 1},
        {"[account.main.T01]\nmax_loss = 100\naction = \"deny\"", 0}};
    for (const auto& [limits, cancelled] : cases) {
        INFO(limits);
        LimitedDesk small(limits);
        small.at(AccountOpened{{2}, {2}, usd});
        small.at(MoneyTransferred{{2}, usd, "1000"_money});
        small.at(StrategyStarted{{2}, {2}, 3, 9});
        small.bar("10"_price);
        small.bought(50);
        const OrderId own = small.intend(resting_buy(1, 5)).venue.at(0).order;
        RawIntent other = resting_buy(1, 5);
        other.handle = 1;
        const OrderId others = small.feed(Intents{{2}, {other}}).venue.at(0).order;
        for (const OrderId id : {own, others}) small.report(id, OrderEventKind::accept);
        const Actions& reached = small.bar("8"_price);
        CHECK(has_acted(reached));
        CHECK(reached.venue.size() == cancelled);
    }
}

TEST_CASE("entries are cancelled, exits stay") {
    LimitedDesk small("[account.main.T01]\nmax_loss = 100\naction = \"cancel_entries\"");
    small.bar("10"_price);
    small.bought(50);
    const auto rest = [&](Side side, double quantity, double limit, uint8_t flags) {
        RawIntent raw = resting_buy(quantity, limit);
        raw.side = static_cast<uint8_t>(side);
        raw.flags = flags;
        const OrderId id = small.intend(raw).venue.at(0).order;
        small.report(id, OrderEventKind::accept);
        return id;
    };
    rest(Side::sell, 10, 20, intent_reduce_only);
    rest(Side::sell, 30, 20, 0);
    const OrderId turning = rest(Side::sell, 51, 20, 0), entry = rest(Side::buy, 1, 5, 0);
    const Actions& reached = small.bar("8"_price);
    REQUIRE(reached.venue.size() == 2);
    CHECK(reached.venue[0].order == turning);
    CHECK(reached.venue[1].order == entry);
}

TEST_CASE("a monitor whose limit is gone still holds, and lets go when a person says so") {
    LimitedDesk small(
        "[firm.R02]\nenforce = true\n[account.main.T01]\nmax_loss = 10\naction = \"kill\"\nreset = \"person\"");
    small.bar("10"_price);
    small.bought(10);
    small.bar("9"_price);
    small.at(LimitsChanged{limits_of(GENERATE("[firm.R02]\nenforce = true", "[firm.R07]\nmax_quantity = 100"))});
    CHECK(code_of(small.sell(10)) == "R02");
    const Actions& released = small.at(MonitorReset{{'T', 1}, "max_loss", RiskScope::account, "main"});
    REQUIRE(released.alarms.size() == 1);
    CHECK(released.alarms[0].rule == nullptr);
    CHECK(payloads<RiskRecord>(released).at(0).rule.empty());
    CHECK(small.sell(10).venue.size() == 1);
}

TEST_CASE("two instruments change in one input: all is watched") {
    LimitedDesk small("[account.main.T01]\nmax_loss = 100\naction = \"flatten\"");
    small.at(InstrumentDefined{test_instrument(1, InstrumentKind::equity, small.desk.instruments()[0].terms[0])});
    small.bar("10"_price);
    Bar bar;
    bar.close = "5"_price;
    small.feed(BarClosed{{1}, bar});
    RawIntent first = InputSource::submit(++small.handle, 0, Side::buy, 2);
    RawIntent second = InputSource::submit(++small.handle, 1, Side::buy, 2);
    CHECK(small.feed(Intents{{1}, {first, second}}).venue.size() == 2);
}

TEST_CASE("without limits nobody asks when there is a session") {
    SmallDesk small;
    small.mark("10"_price);
    const Timestamp now{static_cast<int64_t>(++small.number) * 1'000};
    CHECK(small.desk.on(InputHeader{small.number, now, now}, SessionScheduled{{0}, std::nullopt}).is_empty());
}
