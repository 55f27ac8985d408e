#include "script/held_values.h"

namespace trd {
namespace {

using Type = LuaToken::Kind;

bool goes_on(const LuaToken& token) {
    for (const std::string_view sign :
         {".", ":", "[", "(", "{", "+", "-", "*", "/", "%", "^", "..", "and", "or", "<", ">", "<=", ">=", "==", "~="})
        if (token.is(sign)) return true;
    return token.kind == Type::string;
}

}  // namespace

HeldValues::HeldValues(const LuaTokens& tokens) : tokens_(tokens) {
    for (size_t i = 0; i < tokens_.size(); ++i) {
        if (tokens_.at(i).is("function")) note_parameters(i);
        const bool is_loop = tokens_.before(i, 1).is("for");
        if (tokens_.at(i).kind == Type::name && (tokens_.at(i + 1).is("=") || is_loop || is_one_of_several(i))) note(i);
    }
}

// x, y = 1, 2 and for x, y in
bool HeldValues::is_one_of_several(size_t name) const {
    size_t last = name;
    while (tokens_.at(last + 1).is(",") && tokens_.at(last + 2).kind == Type::name) last += 2;
    if (last != name && (tokens_.at(last + 1).is("=") || tokens_.at(last + 1).is("in"))) return true;
    size_t first = name;
    while (tokens_.before(first, 1).is(",") && tokens_.before(first, 2).kind == Type::name) first -= 2;
    return first != name && (tokens_.before(first, 1).is("local") || tokens_.before(first, 1).is("for"));
}

void HeldValues::note_parameters(size_t keyword) {
    size_t i = keyword;
    while (i < tokens_.size() && !tokens_.at(i).is("(")) ++i;
    for (; i < tokens_.size() && !tokens_.at(i).is(")"); ++i)
        if (tokens_.at(i).kind == Type::name) given_[tokens_.at(i).text] = Kind::unknown;
}

void HeldValues::note(size_t name) {
    const bool is_alone = tokens_.at(name + 1).is("=") && !is_one_of_several(name);
    const Kind kind = is_alone ? of_value(name + 2) : Kind::unknown;
    const auto [known, is_new] = given_.emplace(tokens_.at(name).text, kind);
    if (!is_new && known->second != kind) known->second = Kind::unknown;
}

size_t HeldValues::behind_call(size_t open) const {
    int depth = 0;
    for (size_t i = open; i < tokens_.size(); ++i) {
        if (tokens_.at(i).is("(")) ++depth;
        if (tokens_.at(i).is(")") && --depth == 0) return i + 1;
    }
    return tokens_.size();
}

// ctx.ind.sma(...), which may go on to one of several outputs, a field of ctx.data, and position:
HeldValues::Kind HeldValues::of_value(size_t begin) const {
    const bool is_of_ctx = tokens_.at(begin).text == "ctx" && tokens_.at(begin + 1).is(".");
    if (is_of_ctx && tokens_.at(begin + 2).text == "ind" && tokens_.at(begin + 5).is("(")) {
        size_t end = behind_call(begin + 5);
        if (tokens_.at(end).is(".") && tokens_.at(end + 1).kind == Type::name) end += 2;
        return goes_on(tokens_.at(end)) ? Kind::unknown : Kind::series;
    }
    const Found found = at(begin);
    return goes_on(tokens_.at(found.end)) ? Kind::unknown : found.kind;
}

HeldValues::Found HeldValues::at(size_t begin) const {
    if (tokens_.at(begin).kind != Type::name) return {Kind::unknown, begin};
    size_t last = begin;
    while (tokens_.at(last + 1).is(".") && tokens_.at(last + 2).kind == Type::name) last += 2;
    const bool is_data = tokens_.at(begin).text == "ctx" && tokens_.at(begin + 2).text == "data" && last >= begin + 4;
    if (is_data) return {Kind::series, last + 1};
    if (tokens_.at(last + 1).is(":") && tokens_.at(last + 2).text == "position" && tokens_.at(last + 3).is("("))
        return {Kind::position, behind_call(last + 3)};
    // position.flat is a field of what is held, self.fast is held itself
    for (size_t i = last; i + 2 > begin; i -= 2) {
        const auto held = given_.find(tokens_.at(i).text);
        if (held != given_.end() && held->second != Kind::unknown) return {held->second, i + 1};
        if (i < begin + 2) break;
    }
    return {Kind::unknown, last + 1};
}

}  // namespace trd
