// What a script's variables and fields hold, as far as its text tells: series and positions, for script_slips.cpp. By
// their names alone: one that is given something else anywhere holds nothing that is known. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "script/lua_tokens.h"

namespace trd {

class HeldValues {
  public:
    enum class Kind : uint8_t { unknown, series, position };

    // `tokens` live at least as long.
    explicit HeldValues(const LuaTokens& tokens);

    // An expression that begins there and is a name with its fields, such as self.fast or ctx.data.main.close, or a
    // call of a method `position`: what it is and the first token behind it.
    struct Found {
        Kind kind = Kind::unknown;
        size_t end = 0;
    };
    Found at(size_t begin) const;

  private:
    void note(size_t name);
    void note_parameters(size_t keyword);
    bool is_one_of_several(size_t name) const;
    // Of a call whose bracket stands there, the token behind it.
    size_t behind_call(size_t open) const;
    Kind of_value(size_t begin) const;

    const LuaTokens& tokens_;
    std::map<std::string_view, Kind> given_;  // unknown: more than one kind, or something else
};

}  // namespace trd
