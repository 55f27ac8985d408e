#include "script/foreign_names.h"

#include "support/catch.h"

using namespace trd;

TEST_CASE("a word of another platform is taken for the name that can stand there") {
    constexpr std::string_view ctx[] = {"cross_up", "cross_down", "now", "size", "position"};
    CHECK(meant_name("crossover", ctx) == " (did you mean 'cross_up'?)");
    CHECK(meant_name("crossOver", ctx) == " (did you mean 'cross_up'?)");
    CHECK(meant_name("cross_under", ctx) == " (did you mean 'cross_down'?)");
    CHECK(meant_name("time", ctx) == " (did you mean 'now'?)");
    CHECK(meant_name("positon", ctx) == " (did you mean 'position'?)");
    CHECK(meant_name("banana", ctx).empty());
    constexpr std::string_view order[] = {"limit", "qty"}, position[] = {"average_price", "qty"};
    CHECK(meant_name("price", order) == " (did you mean 'limit'?)");
    CHECK(meant_name("price", position) == " (did you mean 'average_price'?)");
}
