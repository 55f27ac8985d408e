#include "view/view.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstring>
#include <functional>
#include <thread>
#include <vector>

#include "support/catch.h"
#include "support/random.h"

using namespace trd;
using testing::Random;

namespace {

RawIntent intent_with(double quantity) {
    RawIntent intent;
    intent.quantity = quantity;
    return intent;
}

// What a ring is, said with vectors: staged, then waiting, then taken. A handle is given when an intent is staged and
// given again when its batch is dropped.
struct SlowRing {
    std::vector<double> staged, waiting;
    uint64_t handles = 0;  // of all that was committed

    uint64_t stage(double quantity) {
        if (staged.size() + waiting.size() >= 1024) return 0;
        staged.push_back(quantity);
        return handles + staged.size();
    }
    void commit() {
        handles += staged.size();
        waiting.insert(waiting.end(), staged.begin(), staged.end());
        staged.clear();
    }
};

// Made of a handle alone, so that the consumer can tell whether every field belongs to it.
RawIntent stamped(uint64_t handle) {
    RawIntent intent;
    intent.target = handle * 0x9E3779B97F4A7C15u;
    intent.quantity = static_cast<double>(handle);
    intent.instrument = static_cast<uint32_t>(handle);
    std::memcpy(intent.tag, &handle, sizeof handle);
    return intent;
}
bool is_stamped(const RawIntent& intent) {
    const RawIntent expected = stamped(intent.handle);
    return intent.target == expected.target && intent.quantity == expected.quantity &&
           intent.instrument == expected.instrument && std::memcmp(intent.tag, expected.tag, sizeof intent.tag) == 0;
}

// Batches of many sizes; one in eight is dropped, and a full ring is waited for.
void produce(IntentRing& ring, uint64_t count, const std::atomic<bool>& stop) {
    Random random(1);
    IntentBatch batch(ring);
    uint64_t committed = 0;
    while (committed < count && !stop) {
        const uint64_t size = std::min(count - committed, random.below(200) + 1);
        uint64_t staged = 0;
        while (staged < size && batch.stage(stamped(committed + staged + 1)) != 0) ++staged;
        if (staged == 0) std::this_thread::yield();
        if (random.below(8) == 0) {
            batch.discard();
            continue;
        }
        batch.commit();
        committed += staged;
    }
}

}  // namespace

TEST_CASE("the layout of the block and of the ring, offset by offset") {
    // Another process maps these bytes: an offset that moves needs a new layout version.
    const std::pair<size_t, size_t> offsets[] = {
        {offsetof(ViewBlock, magic), 0},
        {offsetof(ViewBlock, layout_version), 4},
        {offsetof(ViewBlock, total_bytes), 8},
        {offsetof(ViewBlock, series_count), 12},
        {offsetof(ViewBlock, instrument_count), 16},
        {offsetof(ViewBlock, series_offset), 20},
        {offsetof(ViewBlock, position_offset), 24},
        {offsetof(ViewBlock, account_count), 28},
        {offsetof(ViewBlock, account_offset), 32},
        {offsetof(ViewBlock, event_kind), 36},
        {offsetof(ViewBlock, event_series), 40},
        {offsetof(ViewBlock, event_number), 44},
        {offsetof(ViewBlock, now_ns), 48},
        {offsetof(ViewBlock, input_number), 56},
        {offsetof(ViewBlock, account), 64},
        {offsetof(ViewBlock, notice), 80},
        {offsetof(ViewBlock, tick), 208},
        {offsetof(ViewBlock, margin_call), 272},
        {offsetof(ViewBlock, news), 288},
        {sizeof(ViewBlock), 408},
        {offsetof(ViewNews, kind), 0},
        {offsetof(ViewNews, instrument), 4},
        {offsetof(ViewNews, is_of_one), 8},
        {offsetof(ViewNews, percent), 12},
        {offsetof(ViewNews, held_more), 16},
        {offsetof(ViewNews, price), 24},
        {offsetof(ViewNews, fee), 32},
        {offsetof(ViewNews, rate), 40},
        {offsetof(ViewNews, amount), 48},
        {offsetof(ViewNews, what), 56},
        {offsetof(ViewNews, check), 72},
        {offsetof(ViewNews, action), 80},
        {offsetof(ViewNews, tag), 96},
        {sizeof(ViewAccount), 16},
        {offsetof(ViewAccount, equity), 8},
        {offsetof(ViewMarginCall, equity), 0},
        {offsetof(ViewMarginCall, maintenance), 8},
        {offsetof(ViewTick, time_ns), 0},
        {offsetof(ViewTick, bid), 8},
        {offsetof(ViewTick, ask), 16},
        {offsetof(ViewTick, bid_size), 24},
        {offsetof(ViewTick, ask_size), 32},
        {offsetof(ViewTick, price), 40},
        {offsetof(ViewTick, size), 48},
        {offsetof(ViewTick, side), 56},
        {offsetof(ViewTick, instrument), 60},
        {offsetof(ViewNotice, handle), 0},
        {offsetof(ViewNotice, event), 8},
        {offsetof(ViewNotice, state), 12},
        {offsetof(ViewNotice, denial), 16},
        {offsetof(ViewNotice, reason), 20},
        {offsetof(ViewNotice, instrument), 24},
        {offsetof(ViewNotice, side), 28},
        {offsetof(ViewNotice, type), 29},
        {offsetof(ViewNotice, time_in_force), 30},
        {offsetof(ViewNotice, purpose), 31},
        {offsetof(ViewNotice, liquidity), 32},
        {offsetof(ViewNotice, tag_size), 36},
        {offsetof(ViewNotice, quantity), 40},
        {offsetof(ViewNotice, filled), 48},
        {offsetof(ViewNotice, open), 56},
        {offsetof(ViewNotice, limit), 64},
        {offsetof(ViewNotice, trigger), 72},
        {offsetof(ViewNotice, fill_quantity), 80},
        {offsetof(ViewNotice, fill_price), 88},
        {offsetof(ViewNotice, fill_fee), 96},
        {offsetof(ViewNotice, tag), 104},
        {sizeof(ViewNotice), 128},
        {offsetof(ViewSeries, bars), 8},
        {offsetof(ViewSeries, bar), 16},
        {offsetof(ViewSeries, point_value), 72},
        {sizeof(ViewSeries), 80},
        {offsetof(ViewPosition, keeps_sides), 48},
        {offsetof(ViewPosition, account), 56},
        {sizeof(ViewPosition), 64},
        {offsetof(IntentRing, taken), 8},
        {offsetof(IntentRing, next_handle), 16},
        {offsetof(IntentRing, slots), 24},
        {sizeof(IntentRing), 24 + 1024 * sizeof(RawIntent)},
    };
    for (size_t i = 0; i < std::size(offsets); ++i) {
        INFO("row " << i);
        CHECK(offsets[i].first == offsets[i].second);
    }
    CHECK(std::memcmp(&view_magic, "TRDV", 4) == 0);
    CHECK(std::atomic<uint64_t>::is_always_lock_free);
}

TEST_CASE("series and positions lie behind the block, aligned, side by side, and the port reads what the host writes") {
    for (uint32_t series = 0; series < 7; ++series) {
        for (uint32_t instruments = 0; instruments < 7; ++instruments) {
            ViewHost host(series, instruments);
            const ViewPort port = host.port();
            const ViewBlock& block = port.block();
            REQUIRE(&block == &host.block());
            REQUIRE(block.magic == view_magic);
            REQUIRE(block.layout_version == view_layout_version);
            REQUIRE(block.series_count == series);
            REQUIRE(block.instrument_count == instruments);
            REQUIRE(block.series_offset >= sizeof(ViewBlock));
            REQUIRE(block.position_offset >= block.series_offset + series * sizeof(ViewSeries));
            REQUIRE(block.total_bytes >= block.position_offset + instruments * view_sides * sizeof(ViewPosition));
            REQUIRE(reinterpret_cast<uintptr_t>(&block) % alignof(ViewBlock) == 0);
            REQUIRE(block.series_offset % alignof(ViewSeries) == 0);
            REQUIRE(block.position_offset % alignof(ViewPosition) == 0);
            for (uint32_t i = 0; i < series; ++i)
                host.series(i) = {i, 0, 100 + i, {.open_time_ns = -1, .close = 2.5 + i}};
            for (uint32_t i = 0; i < instruments; ++i)
                for (uint32_t side = 0; side < view_sides; ++side)
                    host.position(i, side) = {.quantity = 1.0 + i, .working = -1.0 - side};
            host.block().event_kind = static_cast<uint32_t>(ViewEventKind::stop);
            for (uint32_t i = 0; i < series; ++i) {
                REQUIRE(port.series(i).instrument == i);
                REQUIRE(port.series(i).bars == 100 + i);
                REQUIRE(port.series(i).bar.open_time_ns == -1);
                REQUIRE(port.series(i).bar.close == 2.5 + i);
            }
            for (uint32_t i = 0; i < instruments; ++i) {
                REQUIRE(&port.position(i) == &port.position(i, 0));
                for (uint32_t side = 0; side < view_sides; ++side) {
                    REQUIRE(port.position(i, side).quantity == 1.0 + i);
                    REQUIRE(port.position(i, side).working == -1.0 - side);
                }
            }
            REQUIRE(port.event() == ViewEventKind::stop);
            REQUIRE(block.series_count == series);  // nothing was written over
        }
    }
}

TEST_CASE("an instrument's account is its own of several, and the only one where there is one") {
    ViewHost several(1, 3, 2), one(1, 3);
    one.block().account = {.cash = 7, .equity = 8};
    several.block().account = {.cash = 3, .equity = 30};
    for (uint32_t i = 0; i < 2; ++i) several.account(i) = {.cash = 1.0 + i, .equity = 10.0 + i};
    for (uint32_t i = 0; i < 3; ++i) several.position(i).account = i % 2;
    for (uint32_t i = 0; i < 3; ++i) {
        CHECK(several.port().account_of(i).cash == 1.0 + i % 2);
        CHECK(several.port().account_of(i).equity == 10.0 + i % 2);
        CHECK(&one.port().account_of(i) == &one.port().block().account);
    }
    const ViewBlock& block = several.port().block();
    CHECK(block.account_count == 2);
    CHECK(block.account_offset == block.position_offset + 3 * view_sides * sizeof(ViewPosition));
    CHECK(block.total_bytes == block.account_offset + 2 * sizeof(ViewAccount));
}

TEST_CASE("a new view is flat, empty and silent") {
    ViewHost host(3, 3);
    const ViewPort port = host.port();
    CHECK(port.event() == ViewEventKind::none);
    for (uint32_t i = 0; i < 3; ++i) {
        CHECK(port.series(i).bars == 0);
        CHECK(port.position(i).quantity == 0);
        CHECK(port.position(i).mark == 0);
    }
    std::vector<RawIntent> taken(5);
    host.take_intents(taken);
    CHECK(taken.empty());
}

TEST_CASE("staged, committed, dropped and taken as in a ring made of vectors, many times around") {
    Random random(2);
    ViewHost host(1, 1);
    IntentBatch batch(host.port().ring());
    SlowRing slow;
    std::vector<RawIntent> taken;
    uint64_t taken_count = 0;
    double stamp = 0;
    for (int i = 0; i < 20'000; ++i) {
        const uint64_t choice = random.below(100);
        if (choice < 60) {
            for (uint64_t n = random.below(choice < 3 ? 1'100 : 30); n > 0; --n) {
                ++stamp;
                REQUIRE(batch.stage(intent_with(stamp)) == slow.stage(stamp));
            }
        } else if (choice < 80) {
            batch.commit();
            slow.commit();
        } else if (choice < 90) {
            batch.discard();
            slow.staged.clear();
        } else {
            host.take_intents(taken);
            REQUIRE(taken.size() == slow.waiting.size());
            for (size_t k = 0; k < taken.size(); ++k) {
                REQUIRE(taken[k].quantity == slow.waiting[k]);
                REQUIRE(taken[k].handle == ++taken_count);  // no handle is missing, whatever was dropped
            }
            slow.waiting.clear();
        }
    }
    CHECK(taken_count > 50 * IntentRing::capacity);
}

TEST_CASE("the ring takes 1,024 intents and not one more; taking makes room") {
    ViewHost host(0, 0);
    IntentBatch batch(host.port().ring());
    for (uint64_t i = 1; i <= 1024; ++i) REQUIRE(batch.stage({}) == i);
    CHECK(batch.stage({}) == 0);
    std::vector<RawIntent> taken;
    host.take_intents(taken);
    CHECK(taken.empty());  // nothing is visible before the commit
    CHECK(batch.stage({}) == 0);
    batch.commit();
    CHECK(batch.stage({}) == 0);
    host.take_intents(taken);
    REQUIRE(taken.size() == 1024);
    CHECK(taken.back().handle == 1024);
    CHECK(batch.stage({}) == 1025);
}

TEST_CASE("a dropped batch gives its handles back and leaves what was committed") {
    ViewHost host(0, 0);
    IntentBatch batch(host.port().ring());
    CHECK(batch.room() == IntentRing::capacity);
    CHECK(batch.next_handle() == 1);
    CHECK(batch.stage(intent_with(1)) == 1);
    batch.commit();
    CHECK(batch.room() == IntentRing::capacity - 1);
    CHECK(batch.stage(intent_with(2)) == 2);
    CHECK(batch.stage(intent_with(3)) == 3);
    batch.discard();
    batch.discard();
    CHECK(batch.stage(intent_with(4)) == 2);
    batch.commit();
    std::vector<RawIntent> taken;
    host.take_intents(taken);
    REQUIRE(taken.size() == 2);
    CHECK(taken[0].quantity == 1);
    CHECK(taken[1].quantity == 4);
    CHECK(taken[1].handle == 2);
    host.take_intents(taken);
    CHECK(taken.empty());
}

TEST_CASE("a million intents from one thread to another, whole and in order") {
    constexpr uint64_t count = 1'000'000;
    using Clock = std::chrono::steady_clock;
    const auto deadline = Clock::now() + std::chrono::seconds(60);
    std::atomic<bool> stop{false};
    ViewHost host(0, 0);
    std::thread producer(produce, std::ref(host.port().ring()), count, std::cref(stop));
    std::vector<RawIntent> taken;
    uint64_t seen = 0;
    bool right = true;
    while (seen < count && right && Clock::now() < deadline) {
        host.take_intents(taken);
        if (taken.empty()) std::this_thread::yield();
        for (const RawIntent& intent : taken) right = right && intent.handle == ++seen && is_stamped(intent);
    }
    stop = true;
    producer.join();
    CHECK(right);
    CHECK(seen == count);
}
