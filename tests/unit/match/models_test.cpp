#include "match/models.h"

#include <string>
#include <vector>

#include "match/semantics.h"
#include "support/catch.h"

using namespace trd;

namespace {

struct Refused {
    const char* text;
    const char* message;
};

template <class Parse>
void check_refused(Parse parse, const std::vector<Refused>& cases) {
    for (const Refused& refused : cases) {
        INFO(refused.text);
        const auto model = parse(refused.text);
        REQUIRE_FALSE(model.ok());
        CHECK(model.error().code == ExitCode::usage);
        CHECK(model.error().id == "E_MODEL");
        CHECK(model.error().message == refused.message);
        CHECK(model.error().hint.starts_with("write "));
    }
}

}  // namespace

TEST_CASE("the name of a model is the text that makes it") {
    for (const char* text : {"next_open", "close", "quote"}) CHECK(name_of(*parse_fill_model(text)) == text);
    for (const char* text : {"nearest", "open_high_low_close", "open_low_high_close", "pessimistic"})
        CHECK(name_of(*parse_bar_path(text)) == text);
    for (const char* text : {"pessimistic", "proportional", "optimistic"})
        CHECK(name_of(*parse_queue_model(text)) == text);
    for (const char* text : {"trd", "backtrader", "lean"}) CHECK(name_of(*parse_semantics(text)) == text);
    for (const char* text : {"none", "0.1", "1"}) CHECK(Participation::parse(text)->name() == text);
    for (const char* text : {"none", "constant:5ms", "constant:5ms/7ms", "jitter:2ms..9ms"})
        CHECK(LatencyModel::parse(text)->name() == text);
    for (const char* text :
         {"none", "fixed:0.05", "bps:5", "spread:0.5", "volume_share:limit=0.025,impact=0.1", "impact:0.1"})
        CHECK(SlippageModel::parse(text)->name() == text);
}

TEST_CASE("what is no model is refused by name") {
    check_refused(parse_fill_model, {{"clos", "fill model \"clos\": there is no such model (did you mean 'close'?)"},
                                     {"", "fill model \"\": there is no such model"}});
    check_refused(Participation::parse, {{"0", "participation \"0\": a share is above 0 and at most 1"},
                                         {"2", "participation \"2\": a share is above 0 and at most 1"},
                                         {"-1", "participation \"-1\": an amount cannot be negative"}});
    check_refused(LatencyModel::parse,
                  {{"constant:x", "latency model \"constant:x\": \"x\" is no time"},
                   {"jitter:5ms", "latency model \"jitter:5ms\": jitter has two times"},
                   {"constant:2h", "latency model \"constant:2h\": 2h is above one hour"},
                   {"jitter:9ms..2ms", "latency model \"jitter:9ms..2ms\": the longest time is below the shortest"}});
    check_refused(SlippageModel::parse,
                  {{"none:1", "slippage model \"none:1\": none takes no amount"},
                   {"bps:-1", "slippage model \"bps:-1\": an amount cannot be negative"},
                   {"volume_share:limit=2,impact=1",
                    "slippage model \"volume_share:limit=2,impact=1\": the limit is a share above 0 and at most 1"},
                   {"volume_share:impact=1",
                    "slippage model \"volume_share:impact=1\": expected limit=..., found \"impact=1\""}});
}

TEST_CASE("slippage as other engines publish it") {
    // zipline's test of VolumeShareSlippage: 5 of 200 at 3.5, limit 0.025, impact 0.1.
    const auto volume_share = SlippageModel::parse("volume_share:limit=0.025,impact=0.1");
    CHECK("3.5"_price + volume_share->distance("3.5"_price, "5"_qty, {{}, "200"_qty, {}}) == "3.50021875"_price);
    const auto impact = SlippageModel::parse("impact:0.1");
    CHECK(impact->distance("100"_price, "10"_qty, {{}, "1000"_qty, {}}) == "1"_price);
    CHECK(impact->distance("100"_price, "400"_qty, {{}, "100"_qty, {}}) == "20"_price);  // four times what there was
    CHECK(impact->distance("100"_price, "100000000000000"_qty, {{}, "0.000000000001"_qty, {}}).is_positive());
    const auto spread = SlippageModel::parse("spread:0.5");
    CHECK(spread->distance("100"_price, "1"_qty, {"0.04"_price, {}, {}}) == "0.02"_price);
    CHECK(spread->needs_spread());
}

TEST_CASE("other engines' rules take their own orders only") {
    OrderIntent order;
    CHECK(allows(Semantics::backtrader, order));
    order.reduce_only = true;
    CHECK(allows(Semantics::trd, order));
    CHECK(allows(Semantics::backtrader, order));  // what close sends
    CHECK(allows(Semantics::lean, order));
    order.type = OrderType::limit;
    CHECK(allows(Semantics::trd, order));
    CHECK_FALSE(allows(Semantics::backtrader, order));
    CHECK_FALSE(allows(Semantics::lean, order));
    order.reduce_only = false;
    order.type = OrderType::limit_if_touched;
    CHECK_FALSE(allows(Semantics::backtrader, order));
    CHECK(allows(Semantics::lean, order));
    order.type = OrderType::trailing_stop;
    CHECK_FALSE(allows(Semantics::lean, order));
}
