#include "script/lua_lexer.h"

#include <algorithm>
#include <array>

namespace trd {
namespace {

constexpr std::array<std::string_view, 21> keywords = {"and", "break",    "do",     "else", "elseif", "end",   "false",
                                                       "for", "function", "if",     "in",   "local",  "nil",   "not",
                                                       "or",  "repeat",   "return", "then", "true",   "until", "while"};
// Longest first: the first that fits is the token.
constexpr std::array<std::string_view, 7> long_symbols = {"...", "..", "::", "==", "~=", "<=", ">="};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_name_byte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' ||
           static_cast<uint8_t>(c) >= 128;
}
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

}  // namespace

LuaLexer::LuaLexer(std::string_view source) : source_(source) {
    if (source_.substr(0, 3) == "\xef\xbb\xbf") position_ = 3;
    if (at(position_) == '#') {
        const size_t line_end = std::min(source_.find_first_of("\r\n", position_), source_.size());
        skip_to(std::min(line_end + (source_.substr(line_end, 2) == "\r\n" ? 2 : 1), source_.size()));
    }
    start_ = position_;
}

// Moves on and counts lines as LuaJIT does: \n, \r, \r\n and \n\r each end one.
void LuaLexer::skip_to(size_t offset) {
    while (position_ < offset) {
        const char c = source_[position_++];
        if (c != '\n' && c != '\r') continue;
        const char pair = c == '\n' ? '\r' : '\n';
        if (position_ < offset && source_[position_] == pair) ++position_;
        ++line_;
    }
}

size_t LuaLexer::long_bracket_level() const {
    if (at(position_) != '[') return 0;
    size_t offset = position_ + 1;
    while (at(offset) == '=') ++offset;
    return at(offset) == '[' ? offset + 1 - position_ : 0;
}

Status<ScanError> LuaLexer::skip_long_bracket() {
    const size_t length = long_bracket_level();
    const std::string closing = "]" + std::string(length - 2, '=') + "]";
    const size_t found = source_.find(closing, position_ + length);
    if (found == std::string_view::npos) return fail("a long bracket is not closed");
    skip_to(found + length);
    return done;
}

Status<ScanError> LuaLexer::skip_blanks_and_comments() {
    for (;;) {
        size_t offset = position_;
        while (offset < source_.size() && is_blank(source_[offset])) ++offset;
        skip_to(offset);
        if (at(position_) != '-' || at(position_ + 1) != '-') return done;
        skip_to(position_ + 2);
        if (long_bracket_level() != 0) {
            TRD_CHECK(skip_long_bracket());
        } else {
            skip_to(std::min(source_.find_first_of("\r\n", position_), source_.size()));
        }
    }
}

Status<ScanError> LuaLexer::skip_string() {
    const char quote = at(position_);
    size_t offset = position_ + 1;
    while (offset < source_.size() && source_[offset] != quote) offset += source_[offset] == '\\' ? 2 : 1;
    if (offset >= source_.size()) return fail("a string is not closed");
    skip_to(offset + 1);
    return done;
}

// LuaJIT reads on while there are letters, digits, points, and signs after an exponent.
Status<ScanError> LuaLexer::skip_number() {
    const char exponent = at(position_) == '0' && lower(at(position_ + 1)) == 'x' ? 'p' : 'e';
    size_t offset = position_ + 1;
    for (; offset < source_.size(); ++offset) {
        const char c = source_[offset];
        const bool sign = (c == '+' || c == '-') && lower(source_[offset - 1]) == exponent;
        if (!is_name_byte(c) && c != '.' && !sign) break;
    }
    const char last = lower(source_[offset - 1]);
    if (last == 'l' || last == 'i') return fail("64-bit and imaginary number literals do not exist in scripts");
    skip_to(offset);
    return done;
}

LuaToken LuaLexer::token(LuaToken::Kind kind, size_t begin, int line) const {
    return {kind, begin, position_, line, source_.substr(begin, position_ - begin)};
}

Result<LuaToken, ScanError> LuaLexer::next() {
    using Kind = LuaToken::Kind;
    TRD_CHECK(skip_blanks_and_comments());
    const size_t begin = position_;
    const int line = line_;
    if (begin >= source_.size()) return token(Kind::end, begin, line);
    const char c = source_[begin];
    if (is_digit(c) || (c == '.' && is_digit(at(begin + 1)))) {
        TRD_CHECK(skip_number());
        return token(Kind::number, begin, line);
    }
    if (is_name_byte(c)) {
        size_t offset = begin;
        while (offset < source_.size() && is_name_byte(source_[offset])) ++offset;
        skip_to(offset);
        const LuaToken word = token(Kind::name, begin, line);
        const bool reserved = std::find(keywords.begin(), keywords.end(), word.text) != keywords.end();
        return reserved ? token(Kind::keyword, begin, line) : word;
    }
    if (c == '"' || c == '\'') {
        TRD_CHECK(skip_string());
        return token(Kind::string, begin, line);
    }
    if (long_bracket_level() != 0) {
        TRD_CHECK(skip_long_bracket());
        return token(Kind::string, begin, line);
    }
    const auto fits = [&](std::string_view symbol) { return source_.substr(begin, symbol.size()) == symbol; };
    const auto* found = std::find_if(long_symbols.begin(), long_symbols.end(), fits);
    skip_to(begin + (found == long_symbols.end() ? 1 : found->size()));
    return token(Kind::symbol, begin, line);
}

}  // namespace trd
