#include "script/script_sizes.h"

#include <vector>

#include <lua.hpp>

#include "script/lua_host.h"
#include "stats/sizing.h"

namespace trd {
namespace {

double number(lua_State* state, int index) { return lua_tonumber(state, index); }

int push(lua_State* state, double size) {
    lua_pushnumber(state, size);
    return 1;
}

KellyTerms terms_at(lua_State* state, int index) {
    return {.fraction = number(state, index), .cap = number(state, index + 1), .shrink = number(state, index + 2)};
}

// (win probability, payoff, fraction, cap, shrink)
int kelly(lua_State* state) {
    return push(state, kelly_discrete(number(state, 1), number(state, 2), terms_at(state, 3)));
}
// (excess return, volatility, fraction, cap, shrink)
int kelly_of_returns(lua_State* state) {
    return push(state, kelly_continuous(number(state, 1), number(state, 2), terms_at(state, 3)));
}

std::vector<double> numbers_at(lua_State* state, int index) {
    std::vector<double> numbers(lua_objlen(state, index));
    for (size_t i = 0; i < numbers.size(); ++i) {
        lua_rawgeti(state, index, static_cast<int>(i + 1));
        numbers[i] = lua_tonumber(state, -1);
        lua_pop(state, 1);
    }
    return numbers;
}

// (excess returns, covariance row by row, fraction, cap, shrink): the shares, none when they cannot be computed.
int kelly_of_several(lua_State* state) {
    const std::vector<double> shares = kelly_vector(numbers_at(state, 1), numbers_at(state, 2), terms_at(state, 3));
    lua_newtable(state);
    for (size_t i = 0; i < shares.size(); ++i) {
        lua_pushnumber(state, shares[i]);
        lua_rawseti(state, -2, static_cast<int>(i + 1));
    }
    return 1;
}

// (equity, target, volatility, value of a unit, floor)
int volatility(lua_State* state) {
    return push(state, size_for_volatility(number(state, 1), number(state, 2), number(state, 3), number(state, 4),
                                           number(state, 5)));
}
// (equity, share, average true range, multiple, point value)
int atr(lua_State* state) {
    return push(state,
                size_for_atr(number(state, 1), number(state, 2), number(state, 3), number(state, 4), number(state, 5)));
}
// (equity, share, value of a unit)
int share(lua_State* state) {
    return push(state, size_for_share(number(state, 1), number(state, 2), number(state, 3)));
}

}  // namespace

void add_size_functions(lua_State* state) {
    struct Entry {
        const char* name;
        int (*function)(lua_State*);
    };
    constexpr Entry functions[] = {{"kelly", kelly},
                                   {"kelly_continuous", kelly_of_returns},
                                   {"kelly_vector", kelly_of_several},
                                   {"volatility", volatility},
                                   {"atr", atr},
                                   {"share", share}};
    lua_newtable(state);
    for (const Entry& entry : functions) add_host_function(state, nullptr, entry.name, entry.function);
    lua_setfield(state, -2, "sizes");
}

}  // namespace trd
