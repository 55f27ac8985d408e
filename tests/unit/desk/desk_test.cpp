#include "desk/desk.h"

#include <map>

#include "record/run_hash.h"
#include "support/cases.h"
#include "support/catch.h"
#include "support/small_desk.h"

using namespace trd;
using namespace trd::testing;

namespace {

std::vector<Record> parse(ByteSpan bytes) {
    std::vector<Record> records;
    ByteReader in(bytes);
    while (!in.at_end()) {
        auto record = read_record(in);
        REQUIRE(record.ok());
        records.push_back(*record);
    }
    return records;
}

}  // namespace

TEST_CASE("the snapshot law: run to any point, snapshot, restore, continue") {
    const std::vector<DeskInput> inputs = InputSource(20261121).make(4'000);
    Desk whole;
    std::vector<Digest> record_hash_after;  // of each input's records
    for (size_t i = 0; i < inputs.size(); ++i)
        record_hash_after.push_back(sha256(feed(whole, i + 1, inputs[i]).records));
    const Digest end = whole.state_hash();

    Random random(1);
    std::vector<size_t> points;
    for (int i = 0; i < cases(1'000); ++i) points.push_back(random.below(inputs.size() + 1));
    std::sort(points.begin(), points.end());
    Desk walker;
    size_t at = 0;
    for (size_t point : points) {
        for (; at < point; ++at) feed(walker, at + 1, inputs[at]);
        const Bytes snapshot = walker.snapshot();
        Desk restored;
        REQUIRE(restored.restore(snapshot));
        REQUIRE(restored.snapshot() == snapshot);
        for (size_t i = point; i < inputs.size(); ++i) {
            const Actions& actions = feed(restored, i + 1, inputs[i]);
            // Every record for the first stretch, then the end state says the rest.
            if (i < point + 50) REQUIRE(sha256(actions.records) == record_hash_after[i]);
        }
        REQUIRE(restored.state_hash() == end);
    }
}

TEST_CASE("records are gapless, parse back to the same bytes, and name their cause") {
    const std::vector<DeskInput> inputs = InputSource(4).make(3'000);
    Desk desk;
    uint64_t sequence = 0;
    std::map<RecordKind, int> seen;
    for (size_t i = 0; i < inputs.size(); ++i) {
        const Actions& actions = feed(desk, i + 1, inputs[i]);
        for (const Record& record : parse(actions.records)) {
            REQUIRE(record.header.sequence == ++sequence);
            REQUIRE(record.header.cause == i + 1);
            ++seen[record.header.kind];
        }
    }
    CHECK(seen.size() == 6);
}

TEST_CASE("positions are the sum of what was filled, the ledger sums to zero, denied orders never reach the venue") {
    for (uint64_t seed : {10, 11, 12, 13}) {
        const std::vector<DeskInput> inputs = InputSource(seed).make(3'000);
        Desk desk;
        std::map<std::pair<uint16_t, uint32_t>, Quantity> positions;
        for (size_t i = 0; i < inputs.size(); ++i) {
            const Actions& actions = feed(desk, i + 1, inputs[i]);
            for (const Record& record : parse(actions.records)) {
                if (const auto* filled = std::get_if<FillRecord>(&record.payload)) {
                    const Fill& fill = filled->fill;
                    positions[{fill.account.value, fill.instrument.value}] += signed_quantity(fill.side, fill.quantity);
                }
            }
            size_t allowed = 0;
            for (const Notice& notice : actions.notices) {
                const bool released = notice.kind == Notice::Kind::event && notice.event == OrderEventKind::release;
                const bool at_once = notice.kind == Notice::Kind::allowed && notice.state != OrderState::held;
                allowed += released || at_once ? 1 : 0;
                // An entry whose stop was refused is taken back before it leaves.
                const bool taken_back = notice.kind == Notice::Kind::event && notice.event == OrderEventKind::cancel &&
                                        notice.denial != Denial::none;
                allowed -= taken_back ? 1 : 0;
            }
            size_t submitted = 0;
            for (const VenueAction& action : actions.venue) submitted += action.kind == VenueActionKind::submit ? 1 : 0;
            REQUIRE(submitted == allowed);
        }
        for (const Account& account : desk.accounts()) {
            for (const Instrument& instrument : desk.instruments())
                CHECK(account.position(instrument.id).quantity == positions[{account.id().value, instrument.id.value}]);
            for (const Balance& balance : account.ledger().balances()) {
                Int128 sum = 0;
                for (Money total : balance.totals) sum += total.raw();
                CHECK(sum == 0);
            }
            // What is on its way, counted a second time from the orders themselves.
        }
    }
}

TEST_CASE("an order's way through the desk") {
    SmallDesk small;
    const Actions& sent = small.buy(3.7);
    REQUIRE(sent.venue.size() == 1);
    const OrderId id = sent.venue[0].order;
    CHECK(sent.notices[0].kind == Notice::Kind::allowed);
    const OrderId::Parts parts = id.parts();
    CHECK(parts.profile == 3);
    CHECK(parts.incarnation == 9);
    CHECK(parts.sequence == 1);
    CHECK(small.desk.find(id)->intent.quantity == "3"_qty);
    CHECK(small.desk.working({1}, {0}) == "3"_qty);
    CHECK(small.report(id, OrderEventKind::accept).notices[0].state == OrderState::submitted);
    CHECK(small.fill(id, "1"_qty).notices[0].event == OrderEventKind::fill);
    CHECK(small.desk.working({1}, {0}) == "2"_qty);
    CHECK(small.fill(id, "2"_qty).notices[0].event == OrderEventKind::complete);
    CHECK(small.desk.working({1}, {0}).is_zero());
    CHECK(small.desk.account({1}).cash(usd) == "970"_money);
}

TEST_CASE("each way to be denied") {
    SmallDesk small;
    CHECK(small.denial_of(small.buy(0)) == Denial::quantity_not_positive);
    CHECK(small.denial_of(small.buy(-2)) == Denial::quantity_not_positive);
    CHECK(small.denial_of(small.buy(NAN)) == Denial::quantity_not_finite);
    CHECK(small.denial_of(small.buy(-INFINITY)) == Denial::quantity_not_finite);
    CHECK(small.denial_of(small.buy(1e16)) == Denial::quantity_too_large);
    CHECK(small.denial_of(small.buy(0.999)) == Denial::quantity_rounds_to_zero);
    CHECK(small.denial_of(small.close()) == Denial::nothing_to_close);
    CHECK(small.denial_of(small.cancel(9999)) == Denial::unknown_order);
    CHECK(small.denial_of(small.cancel(0)) == Denial::unknown_order);
    RawIntent elsewhere = InputSource::submit(0, 5, Side::buy, 1);
    CHECK(small.denial_of(small.intend(elsewhere)) == Denial::unknown_instrument);
    for (size_t field = 0; field < 6; ++field) {
        RawIntent bad = InputSource::submit(0, 0, Side::buy, 1);
        reinterpret_cast<uint8_t*>(&bad)[offsetof(RawIntent, kind) + field] = 99;
        INFO("field " << field);
        CHECK(small.denial_of(small.intend(bad)) == Denial::malformed);
    }
    RawIntent late = InputSource::submit(1, 0, Side::buy, 1);
    CHECK(small.denial_of(small.feed(Intents{{1}, {late}})) == Denial::handle_out_of_order);
    late.handle = uint64_t{1} << 44;
    CHECK(small.denial_of(small.feed(Intents{{1}, {late}})) == Denial::malformed);
    late.handle = 1;
    late.kind = static_cast<uint8_t>(RawIntentKind::cancel);
    CHECK(small.denial_of(small.feed(Intents{{1}, {late}})) == Denial::handle_out_of_order);
    CHECK(small.desk.working({1}, {0}).is_zero());
}

TEST_CASE("the instrument's limits, at and beside the boundary") {
    SmallDesk small(InstrumentKind::crypto, {.tick = "0.01"_price,
                                             .lot = "0.01"_qty,
                                             .min_quantity = "0.05"_qty,
                                             .max_quantity = "2"_qty,
                                             .min_notional = "10"_money,
                                             .margin_per_unit = {}});
    CHECK(small.denial_of(small.buy(0.04)) == Denial::quantity_below_minimum);
    CHECK(small.denial_of(small.buy(0.05)) == Denial::no_market_yet);
    Bar bar;
    bar.close = "100"_price;
    small.feed(BarClosed{{0}, bar});
    CHECK(small.denial_of(small.buy(0.09)) == Denial::notional_below_minimum);
    CHECK(small.denial_of(small.buy(0.1)) == Denial::none);
    CHECK(small.denial_of(small.buy(2)) == Denial::none);
    CHECK(small.denial_of(small.buy(2.01)) == Denial::quantity_above_maximum);
    bar.close = "900000000000000"_price;
    small.feed(BarClosed{{0}, bar});
    CHECK(small.denial_of(small.buy(1.9)) == Denial::quantity_too_large);
}

TEST_CASE("closing takes what is left and not already leaving, on either side") {
    for (Side side : {Side::buy, Side::sell}) {
        SmallDesk small;
        const OrderId entry = small.intend(InputSource::submit(0, 0, side, 5)).venue.at(0).order;
        small.fill(entry, "5"_qty);
        const OrderId partial = small.intend(InputSource::submit(0, 0, opposite(side), 2)).venue.at(0).order;
        const OrderId rest = small.close().venue.at(0).order;
        CHECK(small.desk.find(rest)->intent.quantity == "3"_qty);
        CHECK(small.desk.find(rest)->intent.side == opposite(side));
        CHECK(rest.parts().purpose == Purpose::exit);
        CHECK(small.desk.find(rest)->intent.reduce_only);
        CHECK(small.denial_of(small.close()) == Denial::nothing_to_close);
        small.fill(partial, "2"_qty);
        const Actions& last = small.fill(rest, "3"_qty);
        CHECK(last.closed_trades.size() == 1);
        CHECK(small.desk.account({1}).position({0}).is_flat());
    }
}

TEST_CASE("cancelling: asked once, told the venue once, refused when it is over") {
    SmallDesk small;
    const OrderId id = small.buy(5).venue.at(0).order;
    const Actions& asked = small.cancel(1);
    REQUIRE(asked.venue.size() == 1);
    CHECK(asked.venue[0].kind == VenueActionKind::cancel);
    CHECK(asked.notices[0].state == OrderState::pending_cancel);
    CHECK(small.cancel(1).venue.empty());
    CHECK(small.report(id, OrderEventKind::refuse_cancel).notices[0].state == OrderState::submitted);
    CHECK(small.cancel(1).venue.size() == 1);
    small.report(id, OrderEventKind::cancel);
    CHECK(small.desk.working({1}, {0}).is_zero());
    const Actions& late = small.cancel(1);
    CHECK(small.denial_of(late) == Denial::not_cancellable);
    CHECK(late.notices[0].handle == 1);
}

TEST_CASE("what a venue says wrongly is kept, reported, and moves only what is true") {
    SmallDesk small;
    const OrderId id = small.buy(5).venue.at(0).order;
    const OrderId stranger = OrderId::pack({.account = {1}, .strategy = {8}, .sequence = 4});
    CHECK(small.report(stranger, OrderEventKind::accept).anomalies.at(0).kind ==
          Anomaly::Kind::report_of_unknown_order);
    CHECK(small.report(id, OrderEventKind::refuse_cancel).anomalies.at(0).kind == Anomaly::Kind::impossible_transition);
    CHECK(small.fill(stranger, "2"_qty).anomalies.at(0).kind == Anomaly::Kind::fill_of_unknown_order);
    CHECK(small.desk.account({1}).position({0}).quantity == "2"_qty);
    CHECK(small.fill(id, "6"_qty).anomalies.at(0).kind == Anomaly::Kind::overfill);
    CHECK(small.desk.account({1}).position({0}).quantity == "8"_qty);
    --small.trade;
    CHECK(small.fill(id, "6"_qty).anomalies.at(0).kind == Anomaly::Kind::duplicate_fill);
    CHECK(small.fill(id, Quantity::zero()).anomalies.at(0).kind == Anomaly::Kind::unsound_fill);
    CHECK(small.desk.account({1}).position({0}).quantity == "8"_qty);

    Fill odd;
    odd.quantity = "1"_qty;
    odd.account = {1};
    odd.instrument = {9};
    CHECK(small.feed(odd).anomalies.at(0).kind == Anomaly::Kind::unknown_instrument);
    odd.instrument = {0};
    odd.account = {4};
    CHECK(small.feed(odd).anomalies.at(0).kind == Anomaly::Kind::unsound_fill);

    Instrument inverse = test_instrument(1, InstrumentKind::inverse_perpetual, small.desk.instruments()[0].terms[0]);
    inverse.base = Currency::literal("BTC");
    small.feed(InstrumentDefined{inverse});
    odd.account = {1};
    odd.instrument = {1};
    odd.trade.number = 40;
    CHECK(small.feed(odd).anomalies.at(0).kind == Anomaly::Kind::unsound_fill);  // worth nothing at a price of none

    small.buy(0);  // denied: no fill can belong to it, but money that moved is booked
    const OrderId denied =
        OrderId::pack({.profile = 3, .account = {1}, .strategy = {1}, .incarnation = 9, .sequence = 2});
    REQUIRE(small.desk.find(denied) != nullptr);
    CHECK(small.fill(denied, "1"_qty).anomalies.at(0).kind == Anomaly::Kind::impossible_transition);
    CHECK(small.desk.account({1}).position({0}).quantity == "9"_qty);
}

TEST_CASE("a held order that is cancelled never reached the venue") {
    // Nothing makes held orders yet; a snapshot can carry one.
    SmallDesk small;
    small.buy(5);
    Bytes snapshot = small.desk.snapshot();
    const Order sent = *small.desk.find(
        OrderId::pack({.profile = 3, .account = {1}, .strategy = {1}, .incarnation = 9, .sequence = 1}));
    Order held = sent;
    held.state = OrderState::held;
    ByteWriter before, after;
    encode(before, sent);
    encode(after, held);
    const auto place = std::search(snapshot.begin(), snapshot.end(), before.bytes().begin(), before.bytes().end());
    REQUIRE(place != snapshot.end());
    std::copy(after.bytes().begin(), after.bytes().end(), place);
    REQUIRE(small.desk.restore(snapshot));
    CHECK(small.desk.working({1}, {0}).is_zero());
    const Actions& actions = small.cancel(1);
    CHECK(actions.venue.empty());
    CHECK(actions.notices[0].state == OrderState::cancelled);
}

TEST_CASE("a snapshot in which working quantities overflow is refused") {
    SmallDesk small;
    small.buy(5);
    small.buy(6);
    Bytes snapshot = small.desk.snapshot();
    for (uint64_t sequence : {1, 2}) {
        const OrderId id =
            OrderId::pack({.profile = 3, .account = {1}, .strategy = {1}, .incarnation = 9, .sequence = sequence});
        Order huge = *small.desk.find(id);
        ByteWriter before, after;
        encode(before, huge);
        huge.intent.quantity = huge.open = Quantity::max();
        encode(after, huge);
        const auto place = std::search(snapshot.begin(), snapshot.end(), before.bytes().begin(), before.bytes().end());
        REQUIRE(place != snapshot.end());
        std::copy(after.bytes().begin(), after.bytes().end(), place);
    }
    CHECK_FALSE(small.desk.restore(snapshot));
    CHECK(small.desk.accounts().empty());
}

TEST_CASE("a snapshot names each account and each strategy once, and strategies by accounts that exist") {
    const auto restores = [](std::vector<uint16_t> accounts, std::vector<std::pair<uint16_t, uint16_t>> strategies) {
        ByteWriter out;
        out.put(uint32_t{0x53445254});
        out.put(uint32_t{10});
        out.put(uint32_t{0});  // epoch
        out.put(uint64_t{1});  // next sequence
        out.put(uint32_t{0});  // instruments
        out.put(static_cast<uint32_t>(accounts.size()));
        for (uint16_t account : accounts) {
            out.put(account);
            out.put(uint16_t{1});
            out.put(usd.packed());
            encode(out, AccountTerms{});
            Account({account}, {1}, usd).save(out);
        }
        for (size_t i = 0; i < accounts.size(); ++i) out.put(uint16_t{0});  // no margin call
        FxRates{}.save(out);
        out.put(uint64_t{0});  // orders of the desk's own
        out.put(static_cast<uint32_t>(strategies.size()));
        for (const auto& [strategy, account] : strategies) {
            out.put(strategy);
            out.put(account);
            out.put(uint16_t{0});
            out.put(uint32_t{0});
            out.put(uint64_t{0});
            out.put(uint32_t{0});  // further accounts
            out.put(false);        // hears of accounts
        }
        OrderStore{}.save(out);
        OrderGroups{}.save(out);
        out.put(uint8_t{0});   // no limits
        out.put(uint32_t{0});  // no rules that remember anything
        return Desk{}.restore(out.bytes());
    };
    CHECK(restores({1, 2}, {{1, 1}, {2, 2}}));
    CHECK_FALSE(restores({1, 1}, {}));
    CHECK_FALSE(restores({2, 1}, {}));
    CHECK_FALSE(restores({1}, {{1, 1}, {1, 1}}));
    CHECK_FALSE(restores({1}, {{1, 7}}));
}

TEST_CASE("venue ids pile up in the order they came") {
    SmallDesk small;
    const OrderId id = small.buy(5).venue.at(0).order;
    for (const char* name : {"A-1", "A-2"}) {
        VenueReport report{.order = id, .event = OrderEventKind::accept, .venue_id = {}};
        REQUIRE(report.venue_id.assign(name));
        small.feed(report);
    }
    REQUIRE(small.desk.find(id)->venue_ids.size() == 2);
    CHECK(small.desk.find(id)->venue_ids.back().view() == "A-2");
}

TEST_CASE("only the last orders that ended are kept, whatever a run's length") {
    SmallDesk small;
    for (int i = 0; i < 3'000; ++i) {
        const OrderId id = small.buy(1).venue.at(0).order;
        small.fill(id, "1"_qty);
    }
    CHECK(small.desk.order_count() == OrderStore::ended_kept);
    CHECK(small.desk.find(OrderId::pack(
              {.profile = 3, .account = {1}, .strategy = {1}, .incarnation = 9, .sequence = 5})) == nullptr);
    CHECK(small.desk.account({1}).position({0}).quantity == "3000"_qty);
}

TEST_CASE("futures settle at each bar, shares do not") {
    SmallDesk future(InstrumentKind::future, {.tick = "0.01"_price,
                                              .lot = "1"_qty,
                                              .min_quantity = {},
                                              .max_quantity = {},
                                              .min_notional = {},
                                              .margin_per_unit = "100"_money});
    future.fill(future.buy(2).venue.at(0).order, "2"_qty);
    Bar bar;
    bar.close = "12"_price;
    CHECK_FALSE(future.feed(BarClosed{{0}, bar}).records.empty());
    CHECK(future.desk.account({1}).cash(usd) == "804"_money);
    CHECK(future.feed(BarClosed{{0}, bar}).records.empty());
}

TEST_CASE("a snapshot that was cut, changed or is of another version is refused and leaves an empty desk") {
    const std::vector<DeskInput> inputs = InputSource(8).make(400);
    Desk desk;
    for (size_t i = 0; i < inputs.size(); ++i) feed(desk, i + 1, inputs[i]);
    const Bytes snapshot = desk.snapshot();
    Desk other;
    for (size_t size = 0; size < snapshot.size(); size += cases(20) == 20 ? 1 : 37) {
        if (other.restore(ByteSpan(snapshot).first(size))) FAIL("accepted a snapshot cut to " << size << " bytes");
        REQUIRE(other.accounts().empty());
    }
    Bytes longer = snapshot;
    longer.push_back(0);
    CHECK_FALSE(other.restore(longer));
    // Any single byte changed: refused, or another desk, or (in a field that only display uses) the same; never a
    // crash.
    Random random(2);
    for (int i = 0; i < cases(20'000); ++i) {
        Bytes changed = snapshot;
        changed[random.below(changed.size())] ^= static_cast<uint8_t>(1u << random.below(8));
        (void)other.restore(changed);
    }
}

TEST_CASE("actions with anything in them are not empty") {
    const auto empty_with = [](auto add) {
        Actions actions;
        add(actions);
        return actions.is_empty();
    };
    const uint8_t byte = 0;
    CHECK(empty_with([](Actions&) {}));
    CHECK_FALSE(empty_with([](Actions& actions) { actions.venue.push_back({}); }));
    CHECK_FALSE(empty_with([](Actions& actions) { actions.notices.push_back({}); }));
    CHECK_FALSE(empty_with([](Actions& actions) { actions.account_notices.push_back({}); }));
    CHECK_FALSE(empty_with([](Actions& actions) { actions.closed_trades.push_back({}); }));
    CHECK_FALSE(empty_with([](Actions& actions) { actions.anomalies.push_back({}); }));
    CHECK_FALSE(empty_with([](Actions& actions) { actions.alarms.push_back({}); }));
    CHECK_FALSE(empty_with([&](Actions& actions) { actions.records = {&byte, 1}; }));
}
