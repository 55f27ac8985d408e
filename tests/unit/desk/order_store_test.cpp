#include "desk/order_store.h"

#include <algorithm>
#include <map>
#include <vector>

#include "support/catch.h"
#include "unit/record/random_values.h"

using namespace trd;
using namespace trd::testing;

namespace {

// A map, a list of what has ended, and nothing clever.
struct SlowStore {
    std::map<OrderId, StoredOrder> orders;
    std::vector<OrderId> ended;

    void end(OrderId id) {
        ended.push_back(id);
        if (ended.size() <= 1024) return;
        orders.erase(ended.front());
        ended.erase(ended.begin());
    }
};

OrderId id_of(uint64_t sequence, uint32_t incarnation) {
    return OrderId::pack(
        {.profile = 0, .account = {0}, .strategy = {0}, .incarnation = incarnation, .sequence = sequence});
}

// The store looks for an id by sequence xor the upper bits of the incarnation: all of these share one place.
OrderId colliding_id(uint64_t number) { return id_of(0xF0000 ^ number, static_cast<uint32_t>(number) << 8); }

// Over, so that it may be told to the store as ended.
Order order_with(RandomValues& values, OrderId id) {
    Order order = values.order();
    order.intent.id = id;
    order.state = OrderState::filled;
    return order;
}

bool equal(const StoredOrder* found, const StoredOrder& expected) {
    return found != nullptr && found->order == expected.order && found->correlation == expected.correlation;
}

void require_same(const OrderStore& store, const SlowStore& slow) {
    REQUIRE(store.size() == slow.orders.size());
    const auto sorted = store.sorted();
    REQUIRE(sorted.size() == slow.orders.size());
    size_t i = 0;
    for (const auto& [id, expected] : slow.orders) {
        REQUIRE(equal(sorted[i++], expected));
        REQUIRE(equal(store.find(id), expected));
    }
}

Bytes saved(const OrderStore& store) {
    ByteWriter out;
    store.save(out);
    return out.take();
}

bool loads(OrderStore& store, ByteSpan bytes) {
    ByteReader in(bytes);
    return store.load(in) && in.at_end();
}

// `make_id` gives the n-th id; a tenth of the steps looks for ids that are not there.
template <class MakeId>
void run_against_map(uint64_t seed, int steps, MakeId make_id) {
    RandomValues values(seed);
    Random& random = values.random;
    OrderStore store;
    SlowStore slow;
    std::vector<OrderId> open;
    uint64_t made = 0;
    for (int step = 0; step < steps; ++step) {
        const uint64_t choice = random.below(100);
        // Long stretches of growth and of decline.
        const bool growing = step / 2'000 % 2 == 0;
        if (choice < (growing ? 60u : 30u) || open.empty()) {
            const Order order = order_with(values, make_id(++made));
            const StoredOrder& added = store.add(order, made);
            REQUIRE(added.order == order);
            slow.orders[order.intent.id] = {order, made};
            open.push_back(order.intent.id);
        } else if (choice < 90) {
            std::swap(open[random.below(open.size())], open.back());
            store.ended(*store.find(open.back()));
            slow.end(open.back());
            open.pop_back();
        } else {
            const OrderId id = make_id(random.below(made + 10) + 1);
            const auto expected = slow.orders.find(id);
            const StoredOrder* found = store.find(id);
            REQUIRE((expected == slow.orders.end() ? found == nullptr : equal(found, expected->second)));
        }
        if (step % 1'000 == 999) {
            require_same(store, slow);
            OrderStore other;
            const Bytes bytes = saved(store);
            REQUIRE(loads(other, bytes));
            REQUIRE(saved(other) == bytes);
            store = std::move(other);  // goes on from what was loaded
        }
    }
    require_same(store, slow);
}

// No amendment that waits for an answer: two quantities and two prices.
void put_nothing_asked(ByteWriter& out) {
    for (int i = 0; i < 4; ++i) out.put(Int128{0});
}

}  // namespace

TEST_CASE("random orders come and go as in a map") {
    run_against_map(1, 20'000, [](uint64_t n) { return id_of(n, 7); });
    run_against_map(2, 12'000, [](uint64_t n) {
        return id_of(n * 0x9E3779B97F4A7C15u >> 20, static_cast<uint32_t>(n % 5) * 1000);
    });
}

TEST_CASE("orders whose ids all want one place come and go as in a map") {
    run_against_map(3, 8'000, [](uint64_t n) { return colliding_id(n); });
    run_against_map(4, 12'000, [](uint64_t n) { return n % 2 == 0 ? colliding_id(n) : id_of(n, 3); });
}

TEST_CASE("an empty store") {
    OrderStore store;
    CHECK(store.find(id_of(1, 1)) == nullptr);
    CHECK(store.size() == 0);
    CHECK(store.sorted().empty());
    OrderStore other;
    CHECK(loads(other, saved(store)));
    CHECK(other.size() == 0);
}

TEST_CASE("the last 1,024 that ended are kept, and all that are open") {
    RandomValues values(5);
    OrderStore store;
    for (uint64_t n = 1; n <= 3'000; ++n) {
        store.add(order_with(values, id_of(n, 1)), n);
        if (n % 3 != 0) store.ended(*store.find(id_of(n, 1)));
    }
    CHECK(store.size() == 1'000 + 1'024);
    uint64_t ended_seen = 0;
    for (uint64_t n = 3'000; n >= 1; --n) {
        const bool is_open = n % 3 == 0;
        const bool kept = is_open || ++ended_seen <= 1'024;
        if ((store.find(id_of(n, 1)) != nullptr) != kept) FAIL("order " << n);
    }
}

TEST_CASE("the saved bytes do not depend on how the store came to be") {
    RandomValues values(6);
    std::vector<Order> orders;
    for (uint64_t n = 1; n <= 300; ++n) orders.push_back(order_with(values, colliding_id(n)));
    OrderStore forwards, backwards, crowded;
    for (uint64_t n = 0; n < 5'000; ++n) {
        crowded.add(order_with(values, id_of(n + 1'000'000, 9)), n);
        crowded.ended(*crowded.find(id_of(n + 1'000'000, 9)));
    }
    for (const Order& order : orders) forwards.add(order, 1);
    std::reverse(orders.begin(), orders.end());
    for (const Order& order : orders) backwards.add(order, 1);
    CHECK(saved(forwards) == saved(backwards));
    for (const Order& order : orders) {
        crowded.add(order, 1);
        CHECK(equal(crowded.find(order.intent.id), {order, 1}));
    }
}

TEST_CASE("saved bytes that are cut, or that name an order twice, or an end without an order, are not loaded") {
    RandomValues values(7);
    OrderStore store;
    for (uint64_t n = 1; n <= 5; ++n) store.add(order_with(values, id_of(n, 1)), n);
    store.ended(*store.find(id_of(2, 1)));
    const Bytes bytes = saved(store);
    for (size_t size = 0; size < bytes.size(); ++size) {
        OrderStore other;
        if (loads(other, ByteSpan(bytes).first(size))) FAIL("cut to " << size);
    }
    const auto with = [&](std::vector<uint64_t> sequences, std::vector<OrderId> ended, uint8_t phase = 0) {
        ByteWriter out;
        out.put(static_cast<uint64_t>(sequences.size()));
        for (uint64_t sequence : sequences) {
            encode(out, order_with(values, id_of(sequence, 1)));
            out.put(uint64_t{1});
            out.put(phase);
            put_nothing_asked(out);
        }
        out.put(static_cast<uint64_t>(ended.size()));
        for (OrderId id : ended) {
            out.put(id.high());
            out.put(id.low());
        }
        OrderStore other;
        return loads(other, out.bytes());
    };
    CHECK(with({3, 4}, {id_of(4, 1)}));
    CHECK(with({3}, {}, 2));
    CHECK_FALSE(with({3}, {}, 3));
    CHECK_FALSE(with({3, 3}, {}));
    CHECK_FALSE(with({3, 4}, {id_of(5, 1)}));
    CHECK_FALSE(with({3, 4}, {OrderId{}}));
}

TEST_CASE("an order that is still working cannot be listed as ended") {
    RandomValues values(9);
    Order order = order_with(values, id_of(1, 1));
    for (OrderState state :
         {OrderState::held, OrderState::submitted, OrderState::pending_cancel, OrderState::cancelled}) {
        order.state = state;
        ByteWriter out;
        out.put(uint64_t{1});
        encode(out, order);
        out.put(uint64_t{1});
        out.put(uint8_t{0});
        put_nothing_asked(out);
        out.put(uint64_t{1});
        out.put(id_of(1, 1).high());
        out.put(id_of(1, 1).low());
        OrderStore store;
        CHECK(loads(store, out.bytes()) == is_terminal(state));
    }
}

TEST_CASE("more ended orders than are ever kept are not loaded") {
    RandomValues values(10);
    for (uint64_t count : {OrderStore::ended_kept, OrderStore::ended_kept + 1}) {
        ByteWriter out;
        out.put(count);
        for (uint64_t n = 1; n <= count; ++n) {
            encode(out, order_with(values, id_of(n, 1)));
            out.put(n);
            out.put(uint8_t{0});
            put_nothing_asked(out);
        }
        out.put(count);
        for (uint64_t n = 1; n <= count; ++n) {
            out.put(id_of(n, 1).high());
            out.put(id_of(n, 1).low());
        }
        OrderStore store;
        CHECK(loads(store, out.bytes()) == (count == OrderStore::ended_kept));
    }
}

TEST_CASE("an order that ended twice in the saved bytes is not loaded") {
    RandomValues values(8);
    ByteWriter out;
    out.put(uint64_t{1});
    encode(out, order_with(values, id_of(1, 1)));
    out.put(uint64_t{1});
    out.put(uint8_t{0});
    put_nothing_asked(out);
    out.put(uint64_t{2});
    for (int i = 0; i < 2; ++i) {
        out.put(id_of(1, 1).high());
        out.put(id_of(1, 1).low());
    }
    OrderStore store;
    CHECK_FALSE(loads(store, out.bytes()));
}
