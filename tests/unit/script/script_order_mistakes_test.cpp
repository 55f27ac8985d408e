#include "order_rig.h"
#include "support/random.h"

namespace trd {
namespace {

struct Refusal {
    std::string code;
    std::string message;
};

TEST_CASE("what can never be right is an error at its line, and says what to write instead") {
    const std::vector<Refusal> refusals = {
        {"ctx:buy { quantity = 1 }", "ctx:buy has no field 'quantity' (did you mean 'qty'?)"},
        {"ctx:buy { qty = 1, price = 5 }", "ctx:buy has no field 'price' (did you mean 'limit'?)"},
        {"ctx:buy { qty = 1, stop_loss = 5 }", "ctx:buy has no field 'stop_loss' (did you mean 'stop'?)"},
        {"ctx:buy { qty = 1, take_profit = 5 }", "ctx:buy has no field 'take_profit' (did you mean 'take'?)"},
        {"ctx:buy { qty = 1, limti = 5 }", "ctx:buy has no field 'limti' (did you mean 'limit'?)"},
        {"ctx:buy { qty = 1, 5 }", "ctx:buy has no field 1"},
        {"ctx:buy { zzzz = 1, qty = 1, yyyy = 2, aaaa = 1 }", "ctx:buy has no field 'aaaa'"},
        {"ctx:buy { qty = true }", "ctx:buy: qty must be a number greater than 0, not true"},
        {"ctx:buy { qty = 1, tag = 5 }", "ctx:buy: tag must be a string, not 5"},
        {"ctx:buy { qty = 1, symbol = 'BTX' }",
         "ctx:buy: no series of this strategy has the symbol 'BTX' (did you mean 'BTC'?)"},
        {"ctx:buy { qty = 1, symbol = 5 }", "ctx:buy: no series of this strategy has the symbol 5"},
        {"ctx:buy { qty = 1, type = 'stopp', trigger = 5 }",
         "ctx:buy: type must be 'market', 'limit', 'stop', 'stop_limit', 'trailing_stop', 'market_if_touched' or "
         "'limit_if_touched', not 'stopp' (did you mean 'stop'?)"},
        {"ctx:buy { qty = 1, type = 5 }", "or 'limit_if_touched', not 5"},
        {"ctx:buy { qty = 1, trigger = 5 }",
         "ctx:buy: trigger needs a type: 'stop' waits for a worse price, 'market_if_touched' for a better one"},
        {"ctx:buy { qty = 1, trail = 5 }",
         "ctx:buy: trail goes with type = 'trailing_stop'; a stop that protects what is bought is stop = { trail = ... "
         "}"},
        {"ctx:buy { qty = 1, trail_percent = 5, limit = 4 }", "stop = { trail_percent = ... }"},
        {"ctx:buy { qty = 1, type = 'limit', limit = 4, trail = 5 }",
         "ctx:buy: trail goes with type = 'trailing_stop'"},
        {"ctx:buy { qty = 1, type = 'limit' }", "ctx:buy: type = 'limit' needs limit"},
        {"ctx:buy { qty = 1, type = 'stop' }", "ctx:buy: type = 'stop' needs trigger"},
        {"ctx:buy { qty = 1, type = 'stop_limit', limit = 5 }", "ctx:buy: type = 'stop_limit' needs trigger"},
        {"ctx:buy { qty = 1, type = 'market', limit = 5 }",
         "ctx:buy: a market order has no limit; types that have one: 'limit'"},
        {"ctx:buy { qty = 1, type = 'stop', trigger = 5, limit = 5 }",
         "ctx:buy: a stop order has no limit; types that have one: 'stop_limit'"},
        {"ctx:buy { qty = 1, type = 'market_if_touched', trigger = 5, limit = 5 }",
         "types that have one: 'limit_if_touched'"},
        {"ctx:buy { qty = 1, type = 'limit', trigger = 5, limit = 5 }",
         "ctx:buy: a limit order has no trigger; types that have one: 'stop_limit' or 'limit_if_touched'"},
        {"ctx:buy { qty = 1, type = 'market', trigger = 5 }", "types that have one: 'stop' or 'market_if_touched'"},
        {"ctx:buy { qty = 1, type = 'trailing_stop' }",
         "ctx:buy: type = 'trailing_stop' needs trail, a distance in price, or trail_percent, a share of it: one"},
        {"ctx:buy { qty = 1, type = 'trailing_stop', trail = 1, trail_percent = 0.1 }", "a share of it: one"},
        {"ctx:buy { qty = 1, type = 'trailing_stop', trail_percent = 2 }",
         "ctx:buy: trail_percent must be below 1 (0.02 is two per cent), not 2"},
        {"ctx:buy { qty = 1, limit = -5 }", "ctx:buy: limit must be a number greater than 0, not -5"},
        {"ctx:buy { qty = 1, limit = 0/0 }", "ctx:buy: limit must be a number greater than 0, not nan"},
        {"ctx:buy { qty = 1, type = 'stop', trigger = 1/0 }",
         "ctx:buy: trigger must be a number greater than 0, not inf"},
        {"ctx:buy { qty = 1, tif = 'GTC' }", "not 'GTC' (did you mean 'gtc'?)"},
        {"ctx:buy { qty = 1, tif = 'gtd' }", "ctx:buy: tif = 'gtd' needs expires"},
        {"ctx:buy { qty = 1, tif = 'day', expires = 5 }", "ctx:buy: expires goes with tif = 'gtd', not with 'day'"},
        {"ctx:buy { qty = 1, expires = 'soon' }",
         "ctx:buy: expires must be a moment such as '2024-03-01T16:00:00Z', not 'soon'"},
        {"ctx:buy { qty = 1, expires = '1969-12-31' }",
         "ctx:buy: expires must be a moment after 1970, not '1969-12-31'"},
        {"ctx:buy { qty = 1, expires = 1e-9 }", "ctx:buy: expires must be a moment after 1970, not 1e-09"},
        {"ctx:buy { qty = 1, expires = true }",
         "ctx:buy: expires must be seconds since 1970 or a moment as text, not true"},
        {"ctx:buy { qty = 1, expires = 1709308800000 }", "ctx:buy: expires must be seconds since 1970, not finer, not"},
        {"ctx:buy { qty = 1, type = 'stop', trigger = 105, tif = 'ioc' }",
         "ctx:buy: tif = 'ioc' does not go with type = 'stop', which waits"},
        {"ctx:buy { qty = 1, limit = 5, tif = 'fok', post_only = true }",
         "ctx:buy: tif = 'fok' does not go with post_only, which waits"},
        {"ctx:buy { qty = 1, limit = 5, tif = 'open', display = 1 }",
         "ctx:buy: tif = 'open' does not go with display: nothing of it is ever shown"},
        {"ctx:buy { qty = 1, post_only = true }", "ctx:buy: post_only needs an order with a limit"},
        {"ctx:buy { qty = 1, display = 1 }", "ctx:buy: display needs an order with a limit"},
        {"ctx:buy { qty = 1, post_only = 1 }", "ctx:buy: post_only must be true or false, not 1"},
        {"ctx:buy { qty = 1, bucket = 'net' }", "ctx:buy: bucket must be 'long' or 'short', not 'net'"},
        {"ctx:buy { qty = 1, after = 5 }", "ctx:buy: after must be an order, as ctx:buy returns it, not 5"},
        {"ctx:buy { qty = 1, stop = 103 }",
         "ctx:buy: stop = 103 must lie below 100, where the buy is expected; an order that waits for 103 is type = "
         "'stop', trigger = 103"},
        {"ctx:buy { qty = 1, stop = 100 }", "ctx:buy: stop = 100 must lie below 100"},
        {"ctx:sell { qty = 1, stop = 95 }", "ctx:sell: stop = 95 must lie above 100, where the sell is expected"},
        {"ctx:buy { qty = 1, take = 99 }", "ctx:buy: take = 99 must lie above 100, where the buy is expected"},
        {"ctx:buy { qty = 1, limit = 90, stop = 95 }", "ctx:buy: stop = 95 must lie below 90"},
        {"ctx:buy { qty = 1, stop = 'x' }", "ctx:buy: stop must be a price greater than 0 or a table, not 'x'"},
        {"ctx:buy { qty = 1, stop = -1 }", "ctx:buy: stop must be a number greater than 0, not -1"},
        {"ctx:buy { qty = 1, stop = {} }", "ctx:buy: stop: type = 'stop' needs trigger"},
        {"ctx:buy { qty = 1, take = {} }", "ctx:buy: take: type = 'limit' needs limit"},
        {"ctx:buy { qty = 1, stop = { price = 5 } }", "ctx:buy: stop has no field 'price' (did you mean 'limit'?)"},
        {"ctx:buy { qty = 1, take = { trail = 5 } }", "ctx:buy: take has no field 'trail'"},
        {"ctx:buy { qty = 1, stop = { trail = 5, limit = 3 } }", "ctx:buy: stop: a trailing_stop order has no limit"},
        {"ctx:buy { qty = 1, reduce_only = true, stop = 90 }",
         "ctx:buy: a reduce_only order opens nothing that stop or take could protect"},
        {"ctx:bracket { entry = { side = 'buy', qty = 1 }, stop = 90 }", "ctx:bracket needs all three: ctx:bracket {"},
        {"ctx:bracket { entry = { qty = 1 }, stop = 90, take = 110 }",
         "ctx:bracket: entry: it needs side = 'buy' or side = 'sell'"},
        {"ctx:bracket { entry = { side = 'buy' }, stop = 90, take = 110 }",
         "ctx:bracket: entry needs a quantity: entry = { qty = ... }"},
        {"ctx:bracket { entry = { side = 'buy', qty = 1, stop = 90 }, stop = 90, take = 110 }",
         "ctx:bracket: entry has no field 'stop'"},
        {"ctx:bracket { entry = 5, stop = 90, take = 110 }", "ctx:bracket: entry needs a table, { ... }, not 5"},
        {"ctx:oco { side = 'buy', qty = 1, { limit = 5 } }", "ctx:oco needs at least two orders"},
        {"ctx:oco { qty = 1, { limit = 5 }, { limit = 6 } }", "ctx:oco: it needs side = 'buy' or side = 'sell'"},
        {"ctx:oco { side = 'buy', { limit = 5 }, { limit = 6 } }",
         "ctx:oco: order 1: qty is missing, here and in ctx:oco"},
        {"ctx:oco { side = 'buy', qty = 1, { limit = 5 }, { side = 'sell', limit = 6 } }",
         "ctx:oco: order 2 has no field 'side'"},
        {"ctx:oco { side = 'buy', qty = 1, { limit = 5 }, [3] = { limit = 6 } }", "without a gap"},
        {"ctx:oco { side = 'buy', qty = 1, { limit = 5 }, 6 }", "ctx:oco: order 2 needs a table, { ... }, not 6"},
        {"ctx:target { }", "ctx:target needs one of qty, weight and notional"},
        {"ctx:target { qty = 1, weight = 0.5 }", "ctx:target needs one of qty, weight and notional"},
        {"ctx:target { weight = 0/0 }", "ctx:target: weight must be a finite number, not nan"},
        {"ctx:target { percent = 0.5 }", "ctx:target has no field 'percent' (did you mean 'weight'?)"},
        {"ctx:close { qty = 1 }", "ctx:close has no field 'qty'"},
        {"ctx:close(5)", "ctx:close needs a table, { ... }, not 5"},
        {"ctx:cancel()", "ctx:cancel needs what ctx:buy or ctx:sell returned, not nil"},
        {"ctx.cancel({})", "ctx:cancel is called with a colon: ctx:cancel(order)"},
        {"ctx:cancel_all { qty = 1 }", "ctx:cancel_all has no field 'qty'"},
        {"ctx:flatten { symbol = 'X' }", "ctx:flatten: no series of this strategy has the symbol 'X'"},
        {"ctx:replace(5, {})", "ctx:replace needs what ctx:buy or ctx:sell returned, not 5"},
        {"ctx:replace(ctx:buy { qty = 1 })", "ctx:replace needs a table, { ... }, not nil"},
        {"ctx:replace(ctx:buy { qty = 1 }, {})", "ctx:replace needs what is to change: qty, limit, trigger or display"},
        {"ctx:replace(ctx:buy { qty = 1 }, { limit = 5 })", "ctx:replace: a market order has no limit"},
        {"ctx:replace(ctx:buy { qty = 1, limit = 4 }, { trigger = 5 })", "ctx:replace: a limit order has no trigger"},
        {"ctx:replace(ctx:buy { qty = 1, limit = 4 }, { tif = 'day' })", "ctx:replace has no field 'tif'"},
        {"ctx:amend()", "ctx has no 'amend'"},
    };
    for (const Refusal& entry : refusals) {
        for (const bool jit : {true, false}) {
            const std::string message = refusal(entry.code, jit);
            INFO(entry.code << "\n" << message);
            CHECK(message.starts_with("dir/test.lua:4: ctx"));
            CHECK(contains(message, entry.message));
        }
    }
}

TEST_CASE("a bracket before any price has been seen is refused, whole") {
    Started started("pcall(ctx.buy, ctx, { qty = 1, stop = 97 }) ctx:buy { qty = 1, stop = 97 }");
    started.rig.view().position(0).mark = 0;
    CHECK(started.start().empty());
    CHECK(contains(started.message, "ctx:buy: stop needs a price to compare with, and none has been seen yet"));
}

TEST_CASE("a bracket that does not fit the batch sends no part of itself, even to a script that goes on") {
    Started started(
        "for i = 1, 1022 do ctx:buy { qty = 1 } end\n"
        "local ok, why = pcall(ctx.buy, ctx, { qty = 1, stop = 97, take = 103 })\n"
        "assert(not ok and why:find('more than 1024 orders'))\n"
        "ctx:buy { qty = 1, stop = 97 }");
    const auto& orders = started.start();
    INFO(started.message);
    REQUIRE(orders.size() == 1024);
    CHECK(orders[1022].handle == 1023);
    CHECK(orders[1023].parent == 1023);
}

const char* random_value(testing::Random& random) {
    constexpr const char* values[] = {"1",
                                      "0",
                                      "-1",
                                      "100",
                                      "101.5",
                                      "99",
                                      "0/0",
                                      "1/0",
                                      "true",
                                      "false",
                                      "'day'",
                                      "{}",
                                      "'x'",
                                      "'buy'",
                                      "'stop'",
                                      "'limit'",
                                      "'ioc'",
                                      "1e300",
                                      "{ trigger = 90 }",
                                      "{ trail = 1 }",
                                      "function() end",
                                      "5e-324",
                                      "'BTC'",
                                      "'trailing_stop'",
                                      "'gtd'",
                                      "2000000000",
                                      "'2040-01-01'",
                                      "0.5",
                                      "{ limit = 110 }",
                                      "'long'",
                                      "self.order",
                                      "'market_if_touched'",
                                      "'sell'"};
    return values[random.below(std::size(values))];
}

// Fields that go together more often than chance would have it.
std::string likely_fields(testing::Random& random) {
    constexpr const char* fields[] = {
        "",
        "limit = 99, ",
        "limit = 99, post_only = true, ",
        "limit = 99, display = 1, expires = '2040-01-01', ",
        "type = 'stop', trigger = 101, ",
        "type = 'stop_limit', trigger = 101, limit = 102, ",
        "type = 'trailing_stop', trail_percent = 0.1, ",
        "type = 'limit_if_touched', trigger = 99, limit = 98, reduce_only = true, ",
        "side = 'sell', { limit = 110 }, { type = 'stop', trigger = 90, tif = 'day' }, ",
        "stop = { trail = 1 }, take = 1e9, after = self.order, ",
        "stop = 1e-9, bucket = 'short', ",
        "tif = 'ioc', tag = 'x', symbol = 'ETH', ",
    };
    return fields[random.below(std::size(fields))];
}

std::string random_table(testing::Random& random, int depth = 0) {
    std::string text = "{ ";
    if (random.below(4) != 0) text += "qty = 1, ";
    if (depth == 0 && random.below(4) != 0) text += likely_fields(random);
    for (uint64_t n = random.below(6) / 3; n > 0; --n) {
        const auto field = static_cast<OrderField>(random.below(order_field_count));
        const bool nests = depth == 0 && random.below(6) == 0;
        text += std::string(name_of(field)) + " = " +
                (nests ? random_table(random, 1) : std::string(random_value(random))) + ", ";
    }
    while (depth == 0 && random.below(8) == 0) text += random_table(random, 1) + ", ";
    return text + "}";
}

// The rules that the desk holds the form of an intent against, said again.
void check_well_formed(const RawIntent& intent, uint64_t handle) {
    CHECK(intent.handle == handle);
    CHECK(intent.kind < raw_intent_kind_count);
    CHECK(intent.side < 2);
    CHECK(intent.type < order_type_count);
    CHECK(intent.time_in_force < time_in_force_count);
    CHECK(intent.purpose < purpose_count);
    CHECK(intent.flags <= intent_flags_all);
    CHECK(intent.bucket < side_bucket_count);
    CHECK(intent.measure < target_measure_count);
    CHECK(intent.tag_size <= sizeof intent.tag);
    CHECK(intent.parent < handle);
    CHECK(intent.target < handle);
    CHECK(intent.group <= handle);
    for (const double number : {intent.quantity, intent.limit, intent.trigger, intent.trail, intent.display})
        CHECK((std::isnan(number) || std::isfinite(number)));
    for (size_t i = 0; i < sizeof intent.reserved; ++i) CHECK(intent.reserved[i] == 0);
    if (kind_of(intent) != RawIntentKind::submit) return;
    CHECK(intent.quantity > 0);
    CHECK(std::isnan(intent.limit) == !has_limit(type_of(intent)));
    if (type_of(intent) != OrderType::trailing_stop) CHECK(std::isnan(intent.trigger) == !has_trigger(type_of(intent)));
    CHECK(std::isnan(intent.trail) == (type_of(intent) != OrderType::trailing_stop));
    CHECK((intent.expires_ns != 0) == (tif_of(intent) == TimeInForce::gtd));
}

TEST_CASE("random tables are refused with a message or sent as well-formed intents, never anything else") {
    constexpr const char* calls[] = {"buy", "sell", "bracket", "oco", "close", "target", "cancel_all", "flatten"};
    testing::Random random(11);
    int accepted = 0;
    for (int round = 0; round < 60; ++round) {
        std::string body = "self.order = ctx:buy { qty = 1 }\nlocal sent = 0\n";
        for (int i = 0; i < 50; ++i) {
            const std::string table = random_table(random);
            const std::string call =
                random.below(8) == 0 ? "ctx.replace, ctx, self.order, " + table
                                     : "ctx." + std::string(calls[random.below(std::size(calls))]) + ", ctx, " + table;
            body += "do local ok, why = pcall(" + call +
                    ") if ok then sent = sent + 1 else assert(type(why) == 'string' and why:find('^test.lua:%d+: "
                    "ctx')) end end\n";
        }
        body += "self.sent = sent";
        Started started(body);
        started.rig.view().position(0).quantity = 3;
        const auto& intents = started.start();
        INFO(body << "\n" << started.message);
        REQUIRE(started.message.empty());
        for (size_t i = 0; i < intents.size(); ++i) check_well_formed(intents[i], i + 1);
        accepted += static_cast<int>(intents.size());
    }
    CHECK(accepted > 300);
}

}  // namespace
}  // namespace trd
