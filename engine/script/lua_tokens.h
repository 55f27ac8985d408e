// All tokens of a Lua text, as far as they can be read, for what looks at a script as a whole. Header only.
#pragma once

#include <vector>

#include "script/lua_lexer.h"

namespace trd {

class LuaTokens {
  public:
    explicit LuaTokens(std::string_view source) {
        LuaLexer lexer(source);
        for (auto token = lexer.next(); token && token->kind != LuaToken::Kind::end; token = lexer.next())
            all_.push_back(*token);
    }
    size_t size() const { return all_.size(); }
    // Beyond both ends lie tokens of the kind `end`, without text.
    const LuaToken& at(size_t i) const { return i < all_.size() ? all_[i] : end_; }
    const LuaToken& before(size_t i, size_t steps) const { return i >= steps ? at(i - steps) : end_; }
    // Is it a name after a point or a colon?
    bool is_member(size_t i) const {
        return at(i).kind == LuaToken::Kind::name && (before(i, 1).is(".") || before(i, 1).is(":"));
    }
    bool begins_its_line(size_t i) const { return i == 0 || at(i - 1).line < at(i).line; }

  private:
    std::vector<LuaToken> all_;
    LuaToken end_;
};

}  // namespace trd
