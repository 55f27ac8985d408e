// A snapshot in which there is something of everything, cut or changed at any byte: refused, or another desk that can
// be saved and restored; never more than that.
#include <cstdlib>
#include <fstream>

#include "base/file.h"
#include "order/fill.h"
#include "unit/desk/limited_desk.h"

using namespace trd;
using namespace trd::testing;

namespace {

constexpr Currency eur = Currency::literal("EUR"), chf = Currency::literal("CHF");

VenueText text_of(const char* text) {
    VenueText made;
    REQUIRE(made.assign(text));
    return made;
}

RawIntent exit_order(OrderType type, double price, uint64_t parent, uint64_t group) {
    RawIntent raw = InputSource::submit(0, 0, Side::sell, 10);
    raw.type = static_cast<uint8_t>(type);
    (type == OrderType::limit ? raw.limit : raw.trigger) = price;
    raw.parent = parent;
    raw.group = group;
    return raw;
}

struct Everything : LimitedDesk {
    explicit Everything(bool has_limits = true)
        : LimitedDesk("[account.main.R09]\nmax_position = 1000\n[account.main.T01]\nmax_loss = 100") {
        if (!has_limits) desk = SmallDesk().desk;
        AccountTerms terms;
        terms.maintenance_rate = terms.initial_rate = "0.25"_dec;
        at(AccountOpened{{2}, {2}, eur, terms});
        at(MoneyTransferred{{2}, eur, "500"_money});
        at(FxRateChanged{eur, usd, "1.1"_dec});
        at(FxRateChanged{eur, chf, "0.95"_dec});
        Instrument second = test_instrument(1, InstrumentKind::equity, desk.instruments()[0].terms[0]);
        second.venue = {2};
        second.quote = eur;
        at(InstrumentDefined{second});
        at(StrategyStarted{{2}, {1}, 3, 9, {{2}}});
        mark("100"_price);
        at(QuoteChanged{{1}, {{5}, "9"_price, "10"_price, "100"_qty, "100"_qty}});
        const OrderId entry = buy(10).venue.at(0).order;
        at(VenueReport{.order = entry, .event = OrderEventKind::accept, .venue_id = text_of("V-1")});
        intend(exit_order(OrderType::stop, 95, 1, 2));
        intend(exit_order(OrderType::limit, 110, 1, 2));
        fill(entry, "2"_qty);
        Fill named;
        named.order = entry;
        named.trade.name = text_of("T-2");
        named.account = {1};
        named.side = Side::buy;
        named.price = "100"_price;
        named.quantity = "3"_qty;
        named.fee_currency = usd;
        at(named);
    }
};

// Handles: 1 an entry, 2 the stop that waits for it, which are the only group.
struct Guarded : SmallDesk {
    Guarded() {
        mark("100"_price);
        obey(buy(10).venue);
        intend(exit_order(OrderType::stop, 95, 1, 2));
    }
    OrderGroups groups() const {
        OrderGroups made;
        made.join(order(2).intent, &order(1));
        return made;
    }
};

Bytes saved(const OrderGroups& groups) {
    ByteWriter out;
    groups.save(out);
    return out.take();
}

// What a desk was restored from can be wrong only in what no desk contradicts: it saves and restores like any other.
void check_whole(const Desk& desk) {
    const Bytes saved = desk.snapshot();
    Desk again;
    REQUIRE(again.restore(saved));
    REQUIRE(again.snapshot() == saved);
}

// The one place where `before` stands, replaced by as many bytes.
Bytes replaced(Bytes bytes, ByteSpan before, ByteSpan after) {
    const auto place = std::search(bytes.begin(), bytes.end(), before.begin(), before.end());
    REQUIRE(place != bytes.end());
    const auto behind = bytes.erase(place, place + static_cast<ptrdiff_t>(before.size()));
    bytes.insert(behind, after.begin(), after.end());
    return bytes;
}

}  // namespace

TEST_CASE("a snapshot with something of everything, cut at any byte, is refused") {
    for (const bool has_limits : {true, false}) {
        const Bytes snapshot = Everything(has_limits).desk.snapshot();
        Desk desk;
        REQUIRE(desk.restore(snapshot));
        REQUIRE(desk.snapshot() == snapshot);
        for (size_t size = 0; size < snapshot.size(); ++size) {
            if (desk.restore(ByteSpan(snapshot).first(size))) FAIL("accepted a snapshot cut to " << size << " bytes");
            REQUIRE(desk.accounts().empty());
        }
    }
}

TEST_CASE("a snapshot with any byte changed is refused or is a whole desk") {
    const Bytes snapshot = Everything().desk.snapshot();
    size_t refused = 0, taken = 0;
    for (size_t at = 0; at < snapshot.size(); ++at)
        for (const int value : {0, 1, 2, 255, snapshot[at] ^ 1, snapshot[at] ^ 128}) {
            Bytes changed = snapshot;
            changed[at] = static_cast<uint8_t>(value);
            Desk desk;
            const bool restored = desk.restore(changed);
            ++(restored ? taken : refused);
            if (restored) check_whole(desk);
        }
    CHECK(refused > snapshot.size() / 2);
    CHECK(taken > snapshot.size());
}

TEST_CASE("a snapshot whose groups name orders that are not there, or are over, is refused") {
    Guarded small;
    const Bytes is = saved(small.groups());
    const Bytes snapshot = small.desk.snapshot();
    Desk desk;
    const auto restores_with = [&](const OrderGroups& other) {
        return desk.restore(replaced(snapshot, is, saved(other)));
    };
    CHECK(restores_with(small.groups()));
    OrderIntent stranger = small.order(2).intent;
    stranger.id = SmallDesk::id_of(77, Purpose::exit);
    OrderGroups of_a_stranger;
    of_a_stranger.join(stranger, &small.order(1));
    CHECK_FALSE(restores_with(of_a_stranger));
    small.buy(0);  // denied
    OrderIntent over = small.order(3).intent;
    over.group = 3;
    OrderGroups of_one_that_is_over;
    of_one_that_is_over.join(over, nullptr);
    CHECK_FALSE(desk.restore(replaced(small.desk.snapshot(), is, saved(of_one_that_is_over))));
}

TEST_CASE("groups that no desk could have are refused") {
    Guarded small;
    const Bytes whole = saved(small.groups());
    // count 8, key 8, parent 16, what it has filled 16, whether it ended 1, what members have filled 16, how many 4
    constexpr size_t count_size = 8, filled_at = 32, members_at = 65;
    const auto loads = [](ByteSpan bytes) {
        ByteReader in(bytes);
        return OrderGroups{}.load(in);
    };
    CHECK(loads(whole));
    Bytes negative = whole;
    std::fill_n(negative.begin() + filled_at, 16, uint8_t{0xff});
    CHECK_FALSE(loads(negative));
    Bytes nobody(whole.begin(), whole.begin() + members_at + 4);
    nobody[members_at] = 0;
    CHECK_FALSE(loads(nobody));
    Bytes twice = whole;
    twice[0] = 2;
    twice.insert(twice.end(), whole.begin() + count_size, whole.end());
    CHECK_FALSE(loads(twice));
}

TEST_CASE("a snapshot whose accounts hold what nobody has defined is refused") {
    SmallDesk small;
    small.feed(InstrumentDefined{test_instrument(1, InstrumentKind::equity, small.desk.instruments()[0].terms[0])});
    for (const uint32_t instrument : {0u, 1u}) {
        Fill made;
        made.order = small.intend(InputSource::submit(0, instrument, Side::buy, 2)).venue.at(0).order;
        made.trade.number = 7 + instrument;
        made.account = {1};
        made.instrument = {instrument};
        made.price = "10"_price;
        made.quantity = "2"_qty;
        made.fee_currency = usd;
        small.feed(made);
    }
    ByteWriter both, none;
    both.put(uint32_t{2});
    for (const Instrument& instrument : small.desk.instruments()) encode(both, instrument);
    none.put(uint32_t{0});
    Desk desk;
    CHECK(desk.restore(small.desk.snapshot()));
    CHECK_FALSE(desk.restore(replaced(small.desk.snapshot(), both.bytes(), none.bytes())));
}

// A fuzzer that begins with what is refused at its first bytes finds nothing behind them. After a change of the format,
// TRD_WRITE_SEEDS=1 build/release/bin/unit_desk "the fuzzer begins*" in the root of the checkout writes them anew.
TEST_CASE("the fuzzer begins with whole snapshots of this version") {
    Desk busy;
    uint64_t number = 0;
    for (const DeskInput& input : InputSource(1).make(150)) feed(busy, ++number, input);
    const Bytes seeds[] = {Everything(true).desk.snapshot(), Everything(false).desk.snapshot(), busy.snapshot()};
    for (size_t i = 0; i < std::size(seeds); ++i) {
        const std::string path = "tests/fuzz/corpus/desk_restore/seed" + std::to_string(i + 1);
        if (std::getenv("TRD_WRITE_SEEDS") != nullptr)
            std::ofstream(path, std::ios::binary)
                .write(reinterpret_cast<const char*>(seeds[i].data()), static_cast<std::streamsize>(seeds[i].size()));
        const auto text = read_file(path);
        REQUIRE(text);
        Desk desk;
        CHECK(desk.restore(ByteSpan(reinterpret_cast<const uint8_t*>(text->data()), text->size())));
    }
}
