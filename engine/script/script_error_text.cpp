#include "script/script_error_text.h"

#include <algorithm>
#include <cctype>
#include <optional>

namespace trd {
namespace {

std::optional<size_t> place_of(std::string_view what, std::string_view line, size_t from = 0) {
    const size_t found = what.empty() ? std::string_view::npos : line.find(what, from);
    return found == std::string_view::npos ? std::nullopt : std::optional(found);
}

// Of the first thing that the message quotes and the line has.
std::optional<size_t> place_of_quoted(std::string_view line, std::string_view message) {
    for (size_t open = message.find('\''); open != std::string_view::npos; open = message.find('\'', open + 1)) {
        const size_t close = message.find('\'', open + 1);
        if (close == std::string_view::npos) break;
        if (const auto found = place_of(message.substr(open + 1, close - open - 1), line)) return found;
    }
    return {};
}

bool is_word_letter(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// Where the line says `name =`, as in { qty = 10 }.
std::optional<size_t> place_of_field(std::string_view name, std::string_view line, size_t from) {
    for (auto found = place_of(name, line, from); found; found = place_of(name, line, *found + 1)) {
        const bool begins = *found == 0 || !is_word_letter(line[*found - 1]);
        const std::string_view rest = line.substr(*found + name.size());
        const size_t sign = rest.find_first_not_of(' ');
        if (begins && sign != std::string_view::npos && rest[sign] == '=' && rest.substr(sign, 2) != "==") return found;
    }
    return {};
}

// "ctx:buy: qty must be ...": the field of that call, or else the call; "series[-1] lies ...": the index.
std::optional<size_t> place_of_named(std::string_view line, std::string_view message) {
    constexpr std::string_view series = "series";
    if (message.starts_with("series["))
        return place_of(message.substr(series.size(), message.find(']') + 1 - series.size()), line);
    const size_t colon = message.find(": ");
    const bool is_ours = message.starts_with("ctx") || message.starts_with("trd");
    if (colon == std::string_view::npos || !is_ours) return {};
    const auto call = place_of(message.substr(0, colon), line);
    if (!call) return {};
    const std::string_view rest = message.substr(colon + 2);
    const auto end = std::find_if_not(rest.begin(), rest.end(), is_word_letter);
    const auto field = place_of_field(rest.substr(0, static_cast<size_t>(end - rest.begin())), line, *call);
    return field ? field : call;
}

// What Lua says in its own words, and what was meant: mostly a series or a position that stands for its current value,
// or what other languages write.
struct Hint {
    std::string_view begins, contains, hint;
};
constexpr std::string_view not_a_number = " (of a series write series[0], of a position position.qty)";
constexpr Hint hints[] = {
    {"attempt to compare ", "table", not_a_number},
    {"attempt to concatenate ", "a table value", not_a_number},
    {"attempt to perform arithmetic ", "a table value", not_a_number},
    {"attempt to perform arithmetic on field ", "(a nil value)",
     " (nothing was put there yet: begin with it in on_start)"},
    {"", " not nan", " (nan is a value that is not there yet: no bar has come, or not as many as that)"},
    {"attempt to index ", "'params'", " (parameters are self.p.NAME)"},
    {"trd has no 'risk_rule'", "", " (this is a risk rule: it is given with --risk-rule, beside a strategy)"},
    {"trd has no 'strategy'", "", " (this is a strategy: a rule's file calls trd.risk_rule { ... })"},
    {"", " near '!'", " (Lua writes ~= for not equal, and not for not)"},
    {"'=' expected near '+'", "", " (Lua has no +=: write x = x + 1)"},
    {"'=' expected near '-'", "", " (Lua has no -=: write x = x - 1)"},
    {"", " near '&'", " (Lua writes and)"},
    {"", " near '|'", " (Lua writes or)"},
};

}  // namespace

std::string line_of(std::string_view text, int line) {
    size_t begin = 0;
    for (int i = 1; i < line && begin != std::string_view::npos; ++i) {
        begin = text.find('\n', begin);
        if (begin != std::string_view::npos) ++begin;
    }
    if (begin >= text.size()) return {};
    std::string found(text.substr(begin, text.find_first_of("\r\n", begin) - begin));
    std::replace(found.begin(), found.end(), '\t', ' ');
    return found;
}

size_t caret_column(std::string_view line, std::string_view message) {
    if (const auto quoted = place_of_quoted(line, message)) return *quoted;
    if (const auto named = place_of_named(line, message)) return *named;
    return std::min(line.find_first_not_of(' '), line.size());
}

std::string_view hint_for(std::string_view message) {
    for (const Hint& each : hints)
        if (message.starts_with(each.begins) && message.find(each.contains) != std::string_view::npos) return each.hint;
    return {};
}

}  // namespace trd
