#include <set>

#include "order_rig.h"
#include "script/script_order_handles.h"
#include "support/random.h"

namespace trd {
namespace {

ViewNotice notice_of(uint64_t handle, uint32_t event, OrderState state) {
    ViewNotice notice;
    notice.handle = handle;
    notice.event = event;
    notice.state = static_cast<uint32_t>(state);
    notice.quantity = notice.open = 4;
    return notice;
}
uint32_t number_of(OrderEventKind kind) { return static_cast<uint32_t>(kind); }

std::string said(ScriptRig& rig, const ViewNotice& notice) {
    const auto outcome = rig.notice(notice);
    if (!outcome.ok()) return outcome.error().message;
    std::string tags;
    for (const RawIntent& intent : rig.taken()) tags += tag_of(intent) + "|";
    return tags;
}

constexpr const char* tell =
    "local function say(ctx, text) ctx:buy { qty = 1, tag = text:sub(1, 22) } end\n"
    "function S:on_order(ctx, o, event) if o.id < 9 then say(ctx, self.show(o, event)) end end\n";

TEST_CASE("a handle shows the order's terms, what it traded for, and why it ended") {
    for (const bool jit : {true, false}) {
        Started started(
            "self.order = ctx:sell { qty = 4, type = 'stop_limit', trigger = 99, limit = 98, symbol = 'ETH', tif = "
            "'day' }\n"
            "local o = self.order\n"
            "assert(o.type == 'stop_limit' and o.tif == 'day' and o.limit == 98 and o.trigger == 99)\n"
            "assert(o.symbol == 'ETH' and o.side == 'sell' and o.state == 'staged' and o.purpose == 'entry')\n"
            "assert(o.average_price == nil and o.fees == 0 and o.reason == nil and o.stop == nil and o.take == nil)\n"
            "function self.show(o, event) return o.state .. ' ' .. tostring(o.average_price) .. ' ' .. o.fees end",
            jit, tell);
        REQUIRE(started.start().size() == 1);
        INFO(started.message);
        ViewNotice notice = notice_of(1, number_of(OrderEventKind::fill), OrderState::partially_filled);
        notice.type = static_cast<uint8_t>(OrderType::stop_limit);
        notice.side = static_cast<uint8_t>(Side::sell);
        notice.fill_quantity = notice.filled = 1;
        notice.open = 3;
        notice.fill_price = 98;
        notice.fill_fee = 0.5;
        CHECK(said(started.rig, notice) == "partially_filled 98 0.|");
        notice.fill_quantity = 3;
        notice.fill_price = 100;
        CHECK(said(started.rig, notice) == "partially_filled 99.5 |");
    }
}

TEST_CASE("reasons come from denials and from venues, and go when something else is said") {
    Started started(
        "self.order = ctx:buy { qty = 4, limit = 90 }\n"
        "function self.show(o, event) return event .. ' ' .. tostring(o.reason) end",
        true, tell);
    started.start();
    ViewNotice notice = notice_of(1, view_event_denied, OrderState::submitted);
    notice.denial = static_cast<uint32_t>(Denial::not_amendable);
    CHECK(said(started.rig, notice) == "deny not_amendable|");
    CHECK(said(started.rig, notice_of(1, number_of(OrderEventKind::accept), OrderState::submitted)) == "accept nil|");
    notice = notice_of(1, number_of(OrderEventKind::cancel), OrderState::cancelled);
    notice.reason = static_cast<uint32_t>(VenueReason::nothing_to_reduce);
    CHECK(said(started.rig, notice) == "cancel nothing_to_redu|");
}

TEST_CASE("a change that comes after the desk has forgotten the order leaves the handle as it was") {
    Started started(
        "self.order = ctx:buy { qty = 4, limit = 90 }\n"
        "function self.show(o, event) return o.state .. ' ' .. o.qty .. ' ' .. tostring(o.done) end",
        true, tell);
    started.start();
    CHECK(said(started.rig, notice_of(1, number_of(OrderEventKind::cancel), OrderState::cancelled)) ==
          "cancelled 4 true|");
    ViewNotice notice;
    notice.handle = 1;
    notice.event = view_event_denied;
    notice.denial = static_cast<uint32_t>(Denial::unknown_order);
    CHECK(said(started.rig, notice) == "cancelled 4 true|");
}

TEST_CASE("the handle of a bracket has those of its stop and its take, as long as it is held") {
    const std::string hooks =
        "function S:on_fill(ctx, fill)\n"
        "  local o = fill.order\n"
        "  ctx:buy { qty = 1, tag = (o.stop.state .. ' ' .. o.take.purpose .. ' ' .. fill.liquidity):sub(1, 22) "
        "}\nend\n"
        "function S:on_expire(ctx, o) ctx:buy { qty = 1, tag = 'expired ' .. o.id } end\n"
        "function S:on_replace(ctx, o) ctx:buy { qty = 1, tag = 'replaced ' .. o.limit } end\n";
    for (const bool held : {true, false}) {
        const std::string keep = held ? "self.order = " : "local o = ";
        Started started(keep +
                            "ctx:buy { qty = 4, stop = 97, take = 106 }\n"
                            "for i = 1, 500 do local t = { i } end\n"
                            "ctx:cancel(" +
                            (held ? std::string("self.order") : "o") + ".stop)",
                        true, hooks);
        const auto& orders = started.start();
        INFO(started.message);
        REQUIRE(orders.size() == 4);
        CHECK(orders[3].target == 2);
        CHECK(said(started.rig, notice_of(2, number_of(OrderEventKind::expire), OrderState::expired)) == "expired 2|");
        ViewNotice notice = notice_of(3, number_of(OrderEventKind::replace), OrderState::submitted);
        notice.limit = 107;
        notice.purpose = static_cast<uint8_t>(Purpose::take_profit);
        CHECK(said(started.rig, notice) == "replaced 107|");
        notice = notice_of(1, number_of(OrderEventKind::complete), OrderState::filled);
        notice.fill_quantity = 4;
        notice.fill_price = 100;
        notice.liquidity = static_cast<uint32_t>(Liquidity::taker);
        CHECK(said(started.rig, notice) == "expired take_profit ta|");
    }
}

TEST_CASE("handles come and go with the collector, and none ever shows an order that is gone") {
    const std::string hooks =
        "function S:on_order(ctx, o)\n"
        "  self.count = (self.count or 0) + 1\n"
        "  local t = {} for i = 1, 50 do t[i] = { o } end\n"
        "  if o.stop then assert(o.stop == o.stop and o.stop ~= o.take and o.stop.id == o.id + 1) end\n"
        "  if self.count % 3 == 0 then self.kept = o end\n"
        "  assert(self.kept == nil or self.kept.qty >= 0)\nend\n"
        "function S:on_bar(ctx) ctx:buy { qty = 4, stop = 1, take = 1000 } end\n";
    Started started("", true, hooks);
    started.start();
    testing::Random random(7);
    uint64_t last = 0;
    for (int i = 0; i < 3000; ++i) {
        REQUIRE(started.rig.event(ViewEventKind::bar).ok());
        last += started.rig.taken().size();
        for (int n = 0; n < 6; ++n) {
            const uint64_t handle = 1 + random.below(last);
            const bool ends = random.below(2) == 0;
            const auto outcome =
                started.rig.notice(notice_of(handle, number_of(ends ? OrderEventKind::cancel : OrderEventKind::accept),
                                             ends ? OrderState::cancelled : OrderState::submitted));
            INFO((outcome.ok() ? std::string() : outcome.error().message));
            REQUIRE(outcome.ok());
        }
    }
}

TEST_CASE("those that are open are those that have not ended, or are open again, the newest first") {
    ScriptOrderHandles handles;
    testing::Random random(11);
    constexpr uint64_t entry = 1;  // stays, and with it half of the others, which are its stops
    uint64_t last = entry;
    handles.add(entry, RawIntent{}, "BTC");
    std::set<uint64_t, std::greater<>> open{entry};
    for (int i = 0; i < 20'000; ++i) {
        if (last == entry || random.chance(20)) {
            handles.add(++last, RawIntent{}, "BTC");
            open.insert(last);
            if (last % 2 == 0) handles.relate(entry, last, 0);
        }
        const uint64_t handle = last - random.below(std::min<uint64_t>(last - entry, 40));
        const auto state = static_cast<OrderState>(random.below(order_state_count));
        handles.note(notice_of(handle, number_of(OrderEventKind::accept), state));
        is_terminal(state) ? void(open.erase(handle)) : void(open.insert(handle));
        if (i % 100 != 0) continue;
        std::vector<uint64_t> found;
        for (const ScriptOrder* order : handles.open()) found.push_back(order->id);
        REQUIRE(std::ranges::equal(found, open));
    }
}

}  // namespace
}  // namespace trd
