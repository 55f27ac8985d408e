#include "order_rig.h"

namespace trd {
namespace {

TEST_CASE("every type of order has its prices, and a limit alone is a limit order") {
    const RawIntent market = only("ctx:buy { qty = 2.5, tag = 'in', symbol = 'ETH' }");
    CHECK((kind_of(market) == RawIntentKind::submit && side_of(market) == Side::buy));
    CHECK((type_of(market) == OrderType::market && tif_of(market) == TimeInForce::gtc));
    CHECK((market.quantity == 2.5 && market.instrument == 1 && tag_of(market) == "in" && market.handle == 1));
    CHECK((purpose_of(market) == Purpose::entry && market.flags == 0 && market.parent == 0 && market.group == 0));
    for (const double price : {market.limit, market.trigger, market.trail, market.display}) CHECK(is_absent(price));

    for (const char* text :
         {"ctx:sell { qty = 1, limit = 99.5 }", "ctx:sell { qty = 1, type = 'limit', limit = 99.5 }"}) {
        const RawIntent limit = only(text);
        CHECK((side_of(limit) == Side::sell && type_of(limit) == OrderType::limit && limit.limit == 99.5));
        CHECK((is_absent(limit.trigger) && limit.instrument == 0));
    }
    const RawIntent stop = only("ctx:buy { qty = 1, type = 'stop', trigger = 105 }");
    CHECK((type_of(stop) == OrderType::stop && stop.trigger == 105 && is_absent(stop.limit)));
    const RawIntent stop_limit = only("ctx:buy { qty = 1, type = 'stop_limit', trigger = 105, limit = 106 }");
    CHECK((type_of(stop_limit) == OrderType::stop_limit && stop_limit.trigger == 105 && stop_limit.limit == 106));
    const RawIntent touched = only("ctx:buy { qty = 1, type = 'market_if_touched', trigger = 95 }");
    CHECK((type_of(touched) == OrderType::market_if_touched && touched.trigger == 95));
    const RawIntent limit_touched = only("ctx:buy { qty = 1, type = 'limit_if_touched', trigger = 95, limit = 95.5 }");
    CHECK((type_of(limit_touched) == OrderType::limit_if_touched && limit_touched.limit == 95.5));
    const RawIntent trailing = only("ctx:sell { qty = 1, type = 'trailing_stop', trail = 2 }");
    CHECK((type_of(trailing) == OrderType::trailing_stop && trailing.trail == 2 && is_absent(trailing.trigger)));
    CHECK(trailing.flags == 0);
    const RawIntent percent = only("ctx:sell { qty = 1, type = 'trailing_stop', trail_percent = 0.02, trigger = 90 }");
    CHECK((percent.trail == 0.02 && percent.flags == intent_trail_percent && percent.trigger == 90));
}

TEST_CASE("times in force, dates and flags") {
    for (int i = 0; i < time_in_force_count; ++i) {
        const auto wanted = static_cast<TimeInForce>(i);
        if (wanted == TimeInForce::gtd) continue;
        CHECK(tif_of(only("ctx:buy { qty = 1, tif = '" + std::string(name_of(wanted)) + "' }")) == wanted);
    }
    for (const char* expires : {"1709308800", "'2024-03-01T16:00:00Z'", "'2024-03-01 17:00:00+01:00'"}) {
        const RawIntent dated = only("ctx:buy { qty = 1, limit = 90, expires = " + std::string(expires) + " }");
        CHECK((tif_of(dated) == TimeInForce::gtd && dated.expires_ns == 1'709'308'800'000'000'000));
    }
    CHECK(only("ctx:buy { qty = 1, tif = 'gtd', expires = 1709308800.5 }").expires_ns == 1'709'308'800'500'000'000);
    CHECK(only("ctx:buy { qty = 1, limit = 9, post_only = true }").flags == intent_post_only);
    CHECK(only("ctx:buy { qty = 1, limit = 9, post_only = false, reduce_only = false }").flags == 0);
    CHECK(only("ctx:buy { qty = 5, limit = 9, display = 2 }").display == 2);
    CHECK(only("ctx:buy { qty = 5, bucket = 'long' }").bucket == static_cast<uint8_t>(SideBucket::long_side));
    CHECK(only("ctx:buy { qty = 5, bucket = 'short' }").bucket == static_cast<uint8_t>(SideBucket::short_side));
}

TEST_CASE("what a reduce-only order is for follows from its type") {
    const RawIntent out = only("ctx:sell { qty = 1, reduce_only = true }");
    CHECK((out.flags == intent_reduce_only && purpose_of(out) == Purpose::exit));
    CHECK(purpose_of(only("ctx:sell { qty = 1, type = 'stop', trigger = 9, reduce_only = true }")) ==
          Purpose::protective_stop);
    CHECK(purpose_of(only("ctx:sell { qty = 1, limit = 190, reduce_only = true }")) == Purpose::take_profit);
    CHECK(purpose_of(only("ctx:sell { qty = 1, type = 'market_if_touched', trigger = 190, reduce_only = true }")) ==
          Purpose::take_profit);
}

void check_bracket(const std::vector<RawIntent>& orders, Side side) {
    REQUIRE(orders.size() == 3);
    CHECK((side_of(orders[0]) == side && purpose_of(orders[0]) == Purpose::entry));
    CHECK((orders[0].parent == 0 && orders[0].group == 0));
    CHECK((purpose_of(orders[1]) == Purpose::protective_stop && purpose_of(orders[2]) == Purpose::take_profit));
    for (const RawIntent& child : {orders[1], orders[2]}) {
        CHECK((side_of(child) == opposite(side) && child.quantity == orders[0].quantity));
        CHECK((child.parent == orders[0].handle && child.group == orders[1].handle));
        CHECK((child.flags & intent_reduce_only) != 0);
        CHECK((child.instrument == orders[0].instrument && tif_of(child) == TimeInForce::gtc));
    }
}

TEST_CASE("a bracket in one call: an entry, and a stop and a take that follow it and share what it fills") {
    auto orders = sent("ctx:buy { qty = 3, stop = 97, take = 106, tif = 'day', tag = 'cross' }");
    check_bracket(orders, Side::buy);
    CHECK((type_of(orders[0]) == OrderType::market && tif_of(orders[0]) == TimeInForce::day));
    CHECK((type_of(orders[1]) == OrderType::stop && orders[1].trigger == 97));
    CHECK((type_of(orders[2]) == OrderType::limit && orders[2].limit == 106));
    for (const RawIntent& order : orders) CHECK(tag_of(order) == "cross");

    // what an entry with a price of its own is compared with is that price
    check_bracket(sent("ctx:sell { qty = 3, limit = 110, stop = 112, take = 105 }"), Side::sell);
    check_bracket(sent("ctx:buy { qty = 1, type = 'stop', trigger = 120, stop = 119, take = 121 }"), Side::buy);
    check_bracket(sent("ctx:bracket { entry = { side = 'sell', qty = 2, symbol = 'ETH' }, stop = 11, take = 8 }"),
                  Side::sell);

    orders = sent(
        "ctx:buy { qty = 1, stop = { trigger = 97, limit = 96, tag = 'out' }, take = { trigger = 105, limit = 104 } }");
    check_bracket(orders, Side::buy);
    CHECK((type_of(orders[1]) == OrderType::stop_limit && orders[1].limit == 96 && tag_of(orders[1]) == "out"));
    CHECK((type_of(orders[2]) == OrderType::limit_if_touched && orders[2].limit == 104 && tag_of(orders[2]).empty()));
    orders = sent("ctx:buy { qty = 1, stop = { trail_percent = 0.02 }, take = { trigger = 105 } }");
    check_bracket(orders, Side::buy);
    CHECK((type_of(orders[1]) == OrderType::trailing_stop && orders[1].trail == 0.02));
    CHECK(orders[1].flags == (intent_reduce_only | intent_trail_percent));
    CHECK(type_of(orders[2]) == OrderType::market_if_touched);
}

TEST_CASE("one protection alone follows its entry without a group") {
    for (const char* text : {"ctx:buy { qty = 1, stop = 97 }", "ctx:buy { qty = 1, take = 103 }"}) {
        const auto orders = sent(text);
        REQUIRE(orders.size() == 2);
        CHECK((orders[1].parent == orders[0].handle && orders[1].group == 0));
    }
    const auto trailed = sent("ctx:sell { qty = 1, stop = { trail = 3 } }");
    REQUIRE(trailed.size() == 2);
    CHECK((type_of(trailed[1]) == OrderType::trailing_stop && trailed[1].trail == 3));
}

TEST_CASE("orders of which one cancels the other, and orders that wait for another one") {
    const auto orders = sent(
        "local entry = ctx:buy { qty = 4 }\n"
        "local a, b, c = ctx:oco { side = 'sell', qty = 4, tag = 'out', tif = 'day', reduce_only = true, after = "
        "entry,\n"
        "  { limit = 110 }, { type = 'stop', trigger = 90, tag = 'low' }, { qty = 2, limit = 105, expires = 1709308800 "
        "} }\n"
        "ctx:cancel(c)");
    REQUIRE(orders.size() == 5);
    for (size_t i = 1; i < 4; ++i) {
        CHECK((orders[i].group == orders[1].handle && orders[i].parent == orders[0].handle));
        CHECK((side_of(orders[i]) == Side::sell && (orders[i].flags & intent_reduce_only) != 0));
    }
    CHECK((type_of(orders[1]) == OrderType::limit && tag_of(orders[1]) == "out" && orders[1].quantity == 4));
    CHECK((type_of(orders[2]) == OrderType::stop && tag_of(orders[2]) == "low"));
    CHECK((purpose_of(orders[1]) == Purpose::take_profit && purpose_of(orders[2]) == Purpose::protective_stop));
    CHECK((orders[3].quantity == 2 && tif_of(orders[3]) == TimeInForce::gtd && tif_of(orders[2]) == TimeInForce::day));
    CHECK((kind_of(orders[4]) == RawIntentKind::cancel && orders[4].target == orders[3].handle));

    const auto chained = sent("ctx:sell { qty = 1, limit = 120, after = ctx:buy { qty = 1, limit = 80 } }");
    REQUIRE(chained.size() == 2);
    CHECK(chained[1].parent == chained[0].handle);
}

TEST_CASE("targets, closes, changes and cancels") {
    const RawIntent target = only("ctx:target { qty = -3, symbol = 'ETH', tag = 'short' }");
    CHECK((kind_of(target) == RawIntentKind::target_position && target.quantity == -3 && target.instrument == 1));
    CHECK(static_cast<TargetMeasure>(target.measure) == TargetMeasure::quantity);
    CHECK(static_cast<TargetMeasure>(only("ctx:target { weight = 0.5 }").measure) == TargetMeasure::weight);
    CHECK(static_cast<TargetMeasure>(only("ctx:target { notional = 0 }").measure) == TargetMeasure::notional);
    for (const char* text : {"ctx:close()", "ctx:close {}", "ctx:close { symbol = 'BTC' }"}) {
        const RawIntent close = only(text);
        CHECK((kind_of(close) == RawIntentKind::close_position && close.instrument == 0));
    }
    const auto changed = sent(
        "local order = ctx:buy { qty = 1, type = 'stop_limit', limit = 102, trigger = 101 }\n"
        "ctx:replace(order, { qty = 2, limit = 103, trigger = 102, display = 1 })\nctx:replace(order, { limit = 104 "
        "})");
    REQUIRE(changed.size() == 3);
    CHECK((kind_of(changed[1]) == RawIntentKind::amend && changed[1].target == 1 && changed[1].quantity == 2));
    CHECK((changed[1].limit == 103 && changed[1].trigger == 102 && changed[1].display == 1));
    CHECK((changed[2].limit == 104 && is_absent(changed[2].quantity) && is_absent(changed[2].trigger)));
}

TEST_CASE("cancel_all goes from the newest order to the oldest, once for each, and only where it is asked to") {
    const std::string four = "for i = 1, 2 do ctx:buy { qty = i } ctx:sell { qty = i, symbol = 'ETH' } end\n";
    const auto all = sent(four + "ctx:cancel_all()");
    REQUIRE(all.size() == 8);
    for (size_t i = 0; i < 4; ++i) CHECK((kind_of(all[4 + i]) == RawIntentKind::cancel && all[4 + i].target == 4 - i));
    const auto some = sent(four + "ctx:cancel_all { symbol = 'ETH' }");
    REQUIRE(some.size() == 6);
    CHECK((some[4].target == 4 && some[5].target == 2));
}

TEST_CASE("flatten cancels every own order but those that are on their way out, and closes what is held") {
    Started started("ctx:buy { qty = 1 } ctx:close { symbol = 'ETH' } ctx:flatten { tag = 'end' }");
    started.rig.view().position(1).quantity = -7;
    const auto& orders = started.start();
    REQUIRE(orders.size() == 4);
    CHECK((kind_of(orders[2]) == RawIntentKind::cancel && orders[2].target == 1));
    CHECK((kind_of(orders[3]) == RawIntentKind::close_position && orders[3].instrument == 1));
    CHECK(tag_of(orders[3]) == "end");
}

TEST_CASE("where both sides are kept, flatten closes each that is held, and close has to name one") {
    Started started("ctx:flatten {}");
    ViewHost& view = started.rig.view();
    view.position(1).keeps_sides = 1;  // nothing in sum
    view.position(1, 1).quantity = 3;
    view.position(1, 2).quantity = -3;
    const auto& orders = started.start();
    REQUIRE(orders.size() == 2);
    for (uint8_t i = 0; i < 2; ++i) {
        CHECK((kind_of(orders[i]) == RawIntentKind::close_position && orders[i].instrument == 1));
        CHECK(orders[i].bucket == i + 1);
    }
}

}  // namespace
}  // namespace trd
