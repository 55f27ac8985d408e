// Tokens of a Lua 5.1 text with LuaJIT's additions (labels, hexadecimal floats, bytes above 127 in names). Used by
// script_rewrite.cpp and script_names.cpp. The text has been compiled before, so a malformed token is a mistake of ours
// or a trick.
#pragma once

#include <string_view>

#include "script/script_rewrite.h"

namespace trd {

struct LuaToken {
    enum class Kind : uint8_t { end, name, keyword, number, string, symbol };
    Kind kind = Kind::end;
    size_t begin = 0, end = 0;  // bytes of the text
    int line = 1;
    std::string_view text;

    bool is(std::string_view word) const { return (kind == Kind::keyword || kind == Kind::symbol) && text == word; }
};

class LuaLexer {
  public:
    explicit LuaLexer(std::string_view source);

    // Where code can begin: after a byte order mark and a #! line.
    size_t start() const { return start_; }
    Result<LuaToken, ScanError> next();

  private:
    char at(size_t offset) const { return offset < source_.size() ? source_[offset] : '\0'; }
    void skip_to(size_t offset);
    size_t long_bracket_level() const;  // 0: not one; otherwise the length of its opening
    Status<ScanError> skip_long_bracket();
    Status<ScanError> skip_blanks_and_comments();
    Status<ScanError> skip_string();
    Status<ScanError> skip_number();
    LuaToken token(LuaToken::Kind kind, size_t begin, int line) const;
    Fail<ScanError> fail(std::string message) const { return Fail{ScanError{line_, std::move(message)}}; }

    std::string_view source_;
    size_t start_ = 0;
    size_t position_ = 0;
    int line_ = 1;
};

}  // namespace trd
