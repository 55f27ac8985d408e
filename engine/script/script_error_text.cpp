#include "script/script_error_text.h"

#include <algorithm>
#include <cctype>
#include <optional>

namespace trd {
namespace {

bool is_word_letter(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

std::optional<size_t> place_of(std::string_view what, std::string_view line, size_t from = 0) {
    const size_t found = what.empty() ? std::string_view::npos : line.find(what, from);
    return found == std::string_view::npos ? std::nullopt : std::optional(found);
}

// Where it stands alone, or else as a part of a word.
std::optional<size_t> place_of_word(std::string_view word, std::string_view line) {
    for (auto found = place_of(word, line); found; found = place_of(word, line, *found + 1)) {
        const size_t end = *found + word.size();
        const bool begins = *found == 0 || !is_word_letter(line[*found - 1]) || !is_word_letter(word.front());
        const bool ends = end == line.size() || !is_word_letter(line[end]) || !is_word_letter(word.back());
        if (begins && ends) return found;
    }
    return place_of(word, line);
}

// Of the first thing that the message quotes and the line has.
std::optional<size_t> place_of_quoted(std::string_view line, std::string_view message) {
    for (size_t open = message.find('\''); open != std::string_view::npos; open = message.find('\'', open + 1)) {
        const size_t close = message.find('\'', open + 1);
        if (close == std::string_view::npos) break;
        if (const auto found = place_of_word(message.substr(open + 1, close - open - 1), line)) return found;
    }
    return {};
}

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

// "ctx:buy" also where the line says ctx.buy, and the other way round.
std::optional<size_t> place_of_call(std::string call, std::string_view line) {
    if (const auto found = place_of_word(call, line)) return found;
    const size_t sign = call.find_last_of(".:");
    if (sign == std::string::npos) return {};
    call[sign] = call[sign] == ':' ? '.' : ':';
    return place_of_word(call, line);
}

// "ctx:buy: qty must be ...": the field of that call, or else the call; "series[-1] lies ...": the index.
std::optional<size_t> place_of_named(std::string_view line, std::string_view message) {
    constexpr std::string_view series = "series";
    if (message.starts_with("series["))
        return place_of(message.substr(series.size(), message.find(']') + 1 - series.size()), line);
    const std::string_view subject = message.substr(0, message.find(' '));
    const bool is_ours = subject.starts_with("ctx") || subject.starts_with("trd");
    const bool has_colon = subject.ends_with(':');
    if (!is_ours || subject.size() == message.size()) return {};
    const auto call = place_of_call(std::string(subject.substr(0, subject.size() - (has_colon ? 1 : 0))), line);
    if (!call || !has_colon) return call;
    const std::string_view rest = message.substr(subject.size() + 1);
    const auto end = std::find_if_not(rest.begin(), rest.end(), is_word_letter);
    const auto field = place_of_field(rest.substr(0, static_cast<size_t>(end - rest.begin())), line, *call);
    return field ? field : call;
}

// What Lua says of a running script in its own words, and what was meant: mostly a series or a position that stands for
// its current value.
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
    {"attempt to perform arithmetic ", "a string value", " (.. joins texts)"},
    {"attempt to index ", "(a function value)", " (a function has no fields: call it, as in ctx:position().qty)"},
    {"attempt to call method 'log'", "(a table value)", " (write ctx.log.info(text))"},
    {"attempt to index ", "'params'", " (parameters are self.p.NAME)"},
    {"trd has no 'risk_rule'", "", " (this is a risk rule: it is given with --risk-rule, beside a strategy)"},
    {"trd has no 'strategy'", "", " (this is a strategy: a rule's file calls trd.risk_rule { ... })"},
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
