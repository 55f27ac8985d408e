// What a strategy hears about its accounts, whoever changed them: on_position, on_funding, on_corporate_action,
// on_risk, on_margin_call. They wait for no indicator: they are about what is held already.
#include <cstring>
#include <lua.hpp>

#include "script/lua_strategy.h"
#include "script/lua_values.h"

namespace trd {
namespace {

// The table that a hook gets, while it is filled.
class NewsTable {
  public:
    explicit NewsTable(lua_State* state) : state_(state) { lua_createtable(state, 0, 8); }
    void put(const char* name, double value) {
        lua_pushnumber(state_, value);
        lua_setfield(state_, -2, name);
    }
    void put(const char* name, std::string_view text) {
        push_text(state_, text);
        lua_setfield(state_, -2, name);
    }

  private:
    lua_State* state_;
};

// What somebody else's memory says may have no end.
template <size_t room>
std::string_view text_in(const char (&text)[room]) {
    return {text, strnlen(text, room)};
}

}  // namespace

Status<StrategyFault> LuaStrategy::on_account_news() {
    const ViewNews& news = port_.block().news;
    switch (static_cast<ViewNewsKind>(news.kind)) {
        case ViewNewsKind::holding:
            return tell_of_holding(news);
        case ViewNewsKind::split:
        case ViewNewsKind::dividend:
            TRD_CHECK(tell_of_corporate_action(news));
            return news.held_more != 0 ? tell_of_holding(news) : Status<StrategyFault>(done);
        case ViewNewsKind::funding:
            return tell_of_funding(news);
        case ViewNewsKind::alarm:
            return tell_of_alarm(news);
    }
    return done;
}

Status<StrategyFault> LuaStrategy::on_margin_call() {
    const ViewMarginCall& call = port_.block().margin_call;
    return tell_account("on_margin_call", [&](auto& table) {
        table.put("equity", call.equity);
        table.put("maintenance", call.maintenance);
    });
}

Status<StrategyFault> LuaStrategy::tell_of_holding(const ViewNews& news) {
    return tell_account("on_position", [&](auto& table) {
        table.put("symbol", orders_.symbol_of(news.instrument));
        table.put("cause", text_in(news.what));
        table.put("qty", news.held_more);
        table.put("price", news.price);
        table.put("fee", news.fee);
        table.put("tag", text_in(news.tag));
    });
}

Status<StrategyFault> LuaStrategy::tell_of_corporate_action(const ViewNews& news) {
    const bool is_split = news.kind == static_cast<uint32_t>(ViewNewsKind::split);
    return tell_account("on_corporate_action", [&](auto& table) {
        table.put("symbol", orders_.symbol_of(news.instrument));
        table.put("kind", std::string_view(is_split ? "split" : "dividend"));
        table.put("ratio", is_split ? news.rate : 1);
        table.put("per_unit", news.price);
        table.put("amount", news.amount);
    });
}

Status<StrategyFault> LuaStrategy::tell_of_funding(const ViewNews& news) {
    return tell_account("on_funding", [&](auto& table) {
        table.put("symbol", orders_.symbol_of(news.instrument));
        table.put("rate", news.rate);
        table.put("price", news.price);
        table.put("amount", news.amount);
    });
}

Status<StrategyFault> LuaStrategy::tell_of_alarm(const ViewNews& news) {
    return tell_account("on_risk", [&](auto& table) {
        table.put("check", text_in(news.check));
        table.put("kind", text_in(news.what));
        table.put("action", text_in(news.action));
        table.put("percent", news.percent);
        table.put("symbol", news.is_of_one != 0 ? orders_.symbol_of(news.instrument) : std::string_view());
    });
}

template <class Fill>
Status<StrategyFault> LuaStrategy::tell_account(const char* hook, const Fill& fill) {
    lua_State* const state = machine_.state();
    machine_.push_tool("tell_account");
    lua_pushstring(state, hook);
    NewsTable table(state);
    fill(table);
    return finish_call(2);
}

}  // namespace trd
