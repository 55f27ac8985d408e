#include "script/syntax_help.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include <fmt/core.h>

#include "base/suggest.h"
#include "script/lua_tokens.h"
#include "script/script_error_text.h"

namespace trd {
namespace {

using Kind = LuaToken::Kind;

bool has(std::string_view message, std::string_view part) { return message.find(part) != std::string_view::npos; }

// A text that does not compile, and the token at which the compiler gave up: one beyond the last when it was the end.
struct Broken {
    std::string_view source;
    const LuaTokens& tokens;
    size_t here;
    std::string_view message;

    const LuaToken& token(int steps = 0) const {
        return steps < 0 ? tokens.before(here, static_cast<size_t>(-steps))
                         : tokens.at(here + static_cast<size_t>(steps));
    }
};

size_t line_begin(std::string_view source, size_t offset) {
    const size_t found = offset == 0 ? std::string_view::npos : source.find_last_of("\r\n", offset - 1);
    return found == std::string_view::npos ? 0 : found + 1;
}

SyntaxFault fault_at(std::string_view source, const LuaToken& token, std::string message) {
    return {token.line, token.begin - line_begin(source, token.begin), std::move(message)};
}
SyntaxFault fault_behind(std::string_view source, const LuaToken& token, std::string message) {
    return {token.line, token.end - line_begin(source, token.end), std::move(message)};
}

// ---- blocks and brackets that are not closed ----

size_t indentation(std::string_view source, const LuaToken& token) {
    constexpr size_t tab = 4;
    size_t columns = 0;
    for (size_t i = line_begin(source, token.begin); i < source.size() && (source[i] == ' ' || source[i] == '\t'); ++i)
        columns += source[i] == '\t' ? tab - columns % tab : 1;
    return columns;
}

struct OpenBlock {
    size_t opener = 0;   // its token
    size_t else_if = 0;  // the `if` of an `else if` in it; 0: none
    bool by_indentation = false;
};

// Follows the blocks of a text as the compiler does, and notices where the indentation says otherwise.
class Blocks {
  public:
    Blocks(std::string_view source, const LuaTokens& tokens, int first_line)
        : source_(source), tokens_(tokens), first_line_(first_line) {}

    // The block that most likely lacks its end: the first whose end stands less far in than its beginning does, and
    // therefore belongs to another; or else the innermost that is open at that token.
    std::optional<OpenBlock> open_at(size_t here) {
        for (size_t i = 0; i < std::min(here, tokens_.size()); ++i)
            if (closes_too_far_out(i)) {
                open_.back().by_indentation = true;
                return open_.back();
            } else {
                follow(i);
            }
        return open_.empty() ? std::nullopt : std::optional(open_.back());
    }

    // The innermost block that is open before a token, if that token, the first of its line, stands no further in than
    // the block begins: then the block should have been closed.
    std::optional<OpenBlock> open_before(size_t here) {
        if (!tokens_.begins_its_line(here)) return {};
        for (size_t i = 0; i < here; ++i) follow(i);
        if (open_.empty() || tokens_.at(open_.back().opener).line < first_line_) return {};
        const size_t in = indentation(source_, tokens_.at(open_.back().opener));
        if (indentation(source_, tokens_.at(here)) > in) return {};
        open_.back().by_indentation = true;
        return open_.back();
    }

  private:
    bool closes_too_far_out(size_t i) const {
        const LuaToken& token = tokens_.at(i);
        const bool ends = token.is("end") || token.is("until") || token.is("else") || token.is("elseif");
        if (!ends || open_.empty() || !tokens_.begins_its_line(i)) return false;
        const LuaToken& opener = tokens_.at(open_.back().opener);
        return opener.line >= first_line_ && indentation(source_, token) < indentation(source_, opener);
    }
    void follow(size_t i) {
        const LuaToken& token = tokens_.at(i);
        if ((token.is("end") || token.is("until")) && !open_.empty()) open_.pop_back();
        if (token.is("do") && loops_without_do_ > 0) {
            --loops_without_do_;
            return;
        }
        const bool is_loop = token.is("for") || token.is("while");
        if (is_loop) ++loops_without_do_;
        const LuaToken& before = tokens_.before(i, 1);
        if (token.is("if") && before.is("else") && before.line == token.line && !open_.empty())
            open_.back().else_if = i;
        if (is_loop || token.is("do") || token.is("if") || token.is("function") || token.is("repeat"))
            open_.push_back({i});
    }

    std::string_view source_;
    const LuaTokens& tokens_;
    int first_line_;
    std::vector<OpenBlock> open_;
    int loops_without_do_ = 0;
};

// "... (to close 'function' at line 3) ..." -> 3; the line that LuaJIT names is the outermost that may lack its end.
int line_to_close(std::string_view message) {
    constexpr std::string_view before = "' at line ";
    const size_t found = message.find(before);
    if (found == std::string_view::npos) return 0;
    int line = 0;
    for (size_t i = found + before.size(); i < message.size() && message[i] >= '0' && message[i] <= '9'; ++i)
        line = line * 10 + (message[i] - '0');
    return line;
}

// The innermost bracket that is open where the compiler gave up.
std::optional<size_t> open_bracket(const Broken& broken) {
    std::vector<size_t> open;
    for (size_t i = 0; i < std::min(broken.here, broken.tokens.size()); ++i) {
        const LuaToken& token = broken.tokens.at(i);
        if (token.is("(") || token.is("{") || token.is("[")) open.push_back(i);
        if ((token.is(")") || token.is("}") || token.is("]")) && !open.empty()) open.pop_back();
    }
    return open.empty() ? std::nullopt : std::optional(open.back());
}

SyntaxFault fault_of(const Broken& broken, const OpenBlock& open, std::string_view noticed) {
    if (open.else_if != 0)
        return fault_at(broken.source, broken.tokens.at(open.else_if - 1),
                        "'else if' begins a second 'if', which needs an 'end' of its own: write elseif");
    const LuaToken& opener = broken.tokens.at(open.opener);
    return fault_at(broken.source, opener,
                    fmt::format("this '{}' has no '{}'{}{}", opener.text, opener.is("repeat") ? "until" : "end",
                                open.by_indentation ? ", going by the indentation" : "", noticed));
}

// The text is over, or the table or the call in which the block stands goes on or is closed.
std::optional<SyntaxFault> explain_open_block(const Broken& broken) {
    const bool wants_end = has(broken.message, "'end' expected") || has(broken.message, "'until' expected");
    const bool is_over = broken.here >= broken.tokens.size();
    const LuaToken& here = broken.token();
    const bool is_in_bracket = here.is("}") || here.is(")") || here.is("]") || here.is(",") || here.is(";");
    const bool has_closed_another = has(broken.message, "unexpected symbol") && broken.token(-1).is("end");
    if (!(wants_end && (is_over || is_in_bracket)) && !(has_closed_another && is_in_bracket)) return {};
    Blocks blocks(broken.source, broken.tokens, line_to_close(broken.message));
    const auto open = blocks.open_at(broken.here);
    if (!open) return {};
    if (is_over) return fault_of(broken, *open, ": the file is over, and a block is still open");
    const auto bracket = open_bracket(broken);
    if (!bracket || *bracket > open->opener) return {};
    return fault_of(broken, *open, fmt::format(": '{}' stands where it is still open", here.text));
}

bool begins_statement(const LuaToken& token) {
    return token.kind == Kind::name || token.is("function") || token.is("local") || token.is("if") || token.is("for") ||
           token.is("while") || token.is("return");
}

// A bare return, or one with a value and the end of its block missed behind it.
bool is_behind_return(const Broken& broken, size_t opener) {
    if (has(broken.message, "unexpected symbol")) return broken.token(-1).is("return");
    const bool wants_end = broken.message.starts_with("'end' expected") ||
                           broken.message.starts_with("'until' expected") ||
                           broken.message.starts_with("'<eof>' expected");
    for (size_t i = opener; i < broken.here; ++i)
        if (wants_end && broken.tokens.at(i).is("return")) return true;
    return false;
}

// Nothing may follow a return in its block, so the end that is missing behind one shows at the next statement.
std::optional<SyntaxFault> explain_open_block_of_return(const Broken& broken) {
    if (!begins_statement(broken.token())) return {};
    Blocks blocks(broken.source, broken.tokens, 0);
    const auto open = blocks.open_before(broken.here);
    if (!open || !is_behind_return(broken, open->opener)) return {};
    if (const auto bracket = open_bracket(broken); bracket && *bracket > open->opener) return {};
    return fault_of(broken, *open, "");
}

// A statement begins, or the text is over, where a list goes on: the bracket was forgotten. Anything else that could be
// in the list: the comma was.
std::optional<SyntaxFault> explain_open_bracket(const Broken& broken) {
    if (!has(broken.message, "'}' expected") && !has(broken.message, "')' expected")) return {};
    const LuaToken& here = broken.token();
    const auto open = open_bracket(broken);
    if (open && (here.kind == Kind::keyword || here.kind == Kind::end))
        return fault_at(broken.source, broken.tokens.at(*open),
                        fmt::format("this '{}' is not closed", broken.tokens.at(*open).text));
    const bool is_item = here.kind == Kind::name || here.kind == Kind::string || here.kind == Kind::number ||
                         here.is("{") || here.is("[");
    if (!is_item || here.kind == Kind::end) return {};
    return fault_at(broken.source, here, fmt::format("{} (is a ',' missing before it?)", broken.message));
}

// ---- what other languages write ----

// The tokens at which the compiler gave up, and what it said; an empty text fits all.
struct Slip {
    std::string_view says, before, here, after, hint;
};
constexpr std::string_view compares = " (= gives a name its value: == compares)";
constexpr std::string_view no_braces = " (a block has no braces: if ... then ... end)";
constexpr std::string_view no_colon = " (a block begins without ':', and closes with end)";
constexpr std::string_view comment = " (a comment begins with --)";
constexpr Slip slips[] = {
    {" expected", "", "=", ">", " (Lua writes >=)"},
    {" expected", "", "=", "<", " (Lua writes <=)"},
    {"'then' expected", "", "=", "", compares},
    {"'do' expected", "", "=", "", compares},
    {"'end' expected", "", "=", "", compares},
    {"'<eof>' expected", "", "=", "", compares},
    {"')' expected", "", "=", "", " (values with names are given in braces, as in ctx:buy { qty = 1 })"},
    {"", "", "!", "", " (Lua writes ~= for not equal, and not for not)"},
    {"", "", "&", "", " (Lua writes and)"},
    {"", "", "|", "", " (Lua writes or)"},
    {"", "", "?", "", " (Lua writes condition and one or other)"},
    {"'=' expected", "", "+", "+", " (Lua has no ++: write x = x + 1)"},
    {"'=' expected", "", "+", "=", " (Lua has no +=: write x = x + 1)"},
    {"'=' expected", "", "-", "=", " (Lua has no -=: write x = x - 1)"},
    {"'=' expected", "", "*", "=", " (Lua has no *=: write x = x * 2)"},
    {"'=' expected", "", "/", "=", " (Lua has no /=: write x = x / 2)"},
    {"'=' expected", "", "..", "=", " (Lua has no ..=: write x = x .. y)"},
    {"unexpected symbol", "", "/", "/", comment},
    {"unexpected symbol", "/", "/", "", comment},
    {"unexpected symbol", "", "/", "*", " (a comment is --[[ ... ]])"},
    {"unexpected symbol", "", "#", "", comment},
    {"unexpected symbol", "*", "*", "", " (Lua writes x ^ y for a power)"},
    {"unexpected symbol", "", ":", "", no_colon},
    {"'then' expected", "", ":", "", no_colon},
    {"'do' expected", "", ":", "", no_colon},
    {"'until' expected", "", "end", "", " (a repeat closes with: until condition)"},
    {"'then' expected", "", "{", "", no_braces},
    {"'do' expected", "", "{", "", " (a block has no braces: do ... end)"},
    {"'<eof>' expected", "", "end", "", " (nothing is open here: one 'end' too many, here or above)"},
    {"'<eof>' expected", "", "else", "", " (no 'if' is open here: an 'end' above closes it too early)"},
    {"'<eof>' expected", "", "elseif", "", " (no 'if' is open here: an 'end' above closes it too early)"},
};

std::optional<SyntaxFault> explain_slip(const Broken& broken) {
    const auto fits = [](std::string_view wanted, const LuaToken& token) {
        return wanted.empty() || wanted == token.text;
    };
    for (const Slip& each : slips)
        if (has(broken.message, each.says) && fits(each.before, broken.token(-1)) && fits(each.here, broken.token()) &&
            fits(each.after, broken.token(1)))
            return fault_at(broken.source, broken.token(), std::string(broken.message) + std::string(each.hint));
    return {};
}

// Words that begin a statement elsewhere; to Lua a name, after which it misses a '=', or what the line before returns.
struct ForeignWord {
    std::string_view word, hint;
};
constexpr std::string_view locals = " (Lua writes local)";
constexpr std::string_view functions = " (Lua writes function)";
constexpr std::string_view switches = " (write if ... elseif ... end)";
constexpr std::string_view imports = " (a script has only what local trd = require \"trd\" gives it)";
constexpr ForeignWord foreign_words[] = {
    {"elif", " (Lua writes elseif)"},
    {"elsif", " (Lua writes elseif)"},
    {"continue", " (put what follows into an if)"},
    {"var", locals},
    {"let", locals},
    {"const", locals},
    {"int", locals},
    {"float", locals},
    {"double", locals},
    {"bool", locals},
    {"string", locals},
    {"def", functions},
    {"func", functions},
    {"fn", functions},
    {"void", functions},
    {"switch", switches},
    {"match", switches},
    {"case", switches},
    {"try", " (pcall(function() ... end) catches an error)"},
    {"throw", " (Lua writes error(\"what is wrong\"))"},
    {"raise", " (Lua writes error(\"what is wrong\"))"},
    {"import", imports},
    {"from", imports},
    {"pass", " (Lua needs nothing there)"},
};
constexpr std::array<std::string_view, 14> first_words = {"break",  "do",       "else",  "elseif", "end",
                                                          "for",    "function", "if",    "local",  "repeat",
                                                          "return", "until",    "while", "goto"};

std::optional<SyntaxFault> explain_word(const Broken& broken) {
    const LuaToken& word = broken.token(-1);
    const bool is_statement = has(broken.message, "'=' expected");
    const bool is_returned = has(broken.message, "'end' expected") || has(broken.message, "'<eof>' expected");
    const bool begins = broken.tokens.begins_its_line(broken.here - 1) || is_statement;
    if ((!is_statement && !is_returned) || word.kind != Kind::name || !begins) return {};
    for (const ForeignWord& each : foreign_words)
        if (each.word == word.text)
            return fault_at(broken.source, word, fmt::format("'{}' is no word of Lua{}", word.text, each.hint));
    if (!is_statement) return {};
    constexpr size_t short_word = 4;  // which is two letters from many that are no words of Lua
    const auto meant = nearest_name(word.text, first_words);
    if (!meant || (word.text.size() <= short_word && edit_distance(word.text, *meant) > 1)) return {};
    return fault_at(broken.source, word, fmt::format("'{}' is no word of Lua (did you mean '{}'?)", word.text, *meant));
}

// `if x > 1` and nothing, or a mistyped `then`.
std::optional<SyntaxFault> explain_missing_word(const Broken& broken) {
    for (const std::string_view word : {"then", "do"}) {
        if (!broken.message.starts_with(fmt::format("'{}' expected", word))) continue;
        const LuaToken& here = broken.token();
        const std::string meant = did_you_mean(here.text, std::span(&word, 1));
        if (!meant.empty()) return fault_at(broken.source, here, std::string(broken.message) + meant);
        if (here.line == broken.token(-1).line) return {};
        return fault_behind(broken.source, broken.token(-1), fmt::format("'{}' is missing behind this", word));
    }
    return {};
}

// `{ qty: 1 }`, `if x:`, `ctx:position.qty`, `if (x) { return }`.
std::optional<SyntaxFault> explain_punctuation(const Broken& broken) {
    const LuaToken &here = broken.token(), &before = broken.token(-1);
    if (has(broken.message, "'<name>' expected") && before.is(":"))
        return fault_at(broken.source, before,
                        here.line == before.line
                            ? "':' calls a method (a field is given with =, as in { qty = 1 })"
                            : "':' calls a method (a block begins with then or do, and closes with end)");
    if (has(broken.message, "function arguments expected")) {
        const bool is_field = broken.token(-4).is("{") || broken.token(-4).is(",");
        const LuaToken& method = before.kind == Kind::name ? before : here;
        if (is_field)
            return fault_at(broken.source, broken.token(-2),
                            "':' calls a method (a field is given with =, as in { qty = 1 })");
        return fault_at(
            broken.source, method,
            fmt::format("a method is called with parentheses: {}:{}()", broken.token(-3).text, method.text));
    }
    if (has(broken.message, "unexpected symbol") && before.is("{") && here.kind == Kind::keyword)
        return fault_at(broken.source, before, "'{' begins a table" + std::string(no_braces));
    return {};
}

// Something behind a return that is not the end of its block.
std::optional<SyntaxFault> explain_after_return(const Broken& broken) {
    const bool is_over = has(broken.message, "'<eof>' expected") || has(broken.message, "'end' expected");
    const LuaToken& here = broken.token();
    if (!is_over || !begins_statement(here)) return {};
    return fault_at(broken.source, here,
                    fmt::format("'{}' stands behind a return, which is the last statement of its block", here.text));
}

// A text between curly quotes is a name to Lua, or several.
std::optional<SyntaxFault> explain_quotes(const Broken& broken) {
    for (const int steps : {0, -1, -2}) {
        const LuaToken& token = broken.token(steps);
        for (const std::string_view quote : {"\xe2\x80\x9c", "\xe2\x80\x9d", "\xe2\x80\x98", "\xe2\x80\x99"})
            if (has(token.text, quote) && token.kind == Kind::name)
                return fault_at(broken.source, token,
                                std::string(broken.message) + " (a text stands between straight quotes: \"so\")");
    }
    return {};
}

size_t failing_token(std::string_view source, const LuaTokens& tokens, const FailsAlike& fails_alike) {
    size_t low = 0, high = tokens.size();
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (fails_alike(source.substr(0, tokens.at(middle).end)))
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

}  // namespace

SyntaxFault explain_syntax(std::string_view source, int line, std::string_view message, const FailsAlike& fails_alike) {
    const LuaTokens tokens(source);
    const bool is_at_end = has(message, "near '<eof>'");
    const Broken broken{source, tokens, is_at_end ? tokens.size() : failing_token(source, tokens, fails_alike),
                        message};
    const bool is_found = broken.here < tokens.size() || is_at_end;
    for (const auto explain :
         {explain_quotes, explain_slip, explain_punctuation, explain_word, explain_open_block_of_return,
          explain_missing_word, explain_after_return, explain_open_bracket, explain_open_block})
        if (auto fault = is_found ? explain(broken) : std::nullopt) return std::move(*fault);
    if (broken.here < tokens.size() && broken.token().line == line)
        return fault_at(source, broken.token(), std::string(message));
    return {line, caret_column(line_of(source, line), message), std::string(message)};
}

}  // namespace trd
