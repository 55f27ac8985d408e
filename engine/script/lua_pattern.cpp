#include "script/lua_pattern.h"

#include <cstring>

namespace trd {
namespace {

constexpr int deepest = 200;

bool is_upper(uint8_t c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(uint8_t c) { return c >= 'a' && c <= 'z'; }
bool is_digit(uint8_t c) { return c >= '0' && c <= '9'; }
bool is_alpha(uint8_t c) { return is_upper(c) || is_lower(c); }
bool is_graph(uint8_t c) { return c > 32 && c < 127; }

// The set that a letter names, in lower case: %a, %d ...; nullptr: the character stands for itself.
using Set = bool (*)(uint8_t);
Set set_named(char letter) {
    switch (letter) {
        case 'a':
            return is_alpha;
        case 'c':
            return [](uint8_t c) { return c < 32 || c == 127; };
        case 'd':
            return is_digit;
        case 'g':
            return is_graph;
        case 'l':
            return is_lower;
        case 'p':
            return [](uint8_t c) { return is_graph(c) && !is_alpha(c) && !is_digit(c); };
        case 's':
            return [](uint8_t c) { return c == ' ' || (c >= 9 && c <= 13); };
        case 'u':
            return is_upper;
        case 'w':
            return [](uint8_t c) { return is_alpha(c) || is_digit(c); };
        case 'x':
            return [](uint8_t c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); };
        case 'z':
            return [](uint8_t c) { return c == 0; };
        default:
            return nullptr;
    }
}

// %a, or %A for the rest.
bool in_class(char c, char letter) {
    const bool negated = is_upper(static_cast<uint8_t>(letter));
    const Set set = set_named(negated ? static_cast<char>(letter + 32) : letter);
    if (set == nullptr) return c == letter;
    return set(static_cast<uint8_t>(c)) != negated;
}

}  // namespace

const char* describe(PatternError error) {
    switch (error) {
        case PatternError::ends_with_percent:
            return "malformed pattern (ends with '%')";
        case PatternError::missing_bracket:
            return "malformed pattern (missing ']')";
        case PatternError::missing_balance:
            return "unbalanced pattern";
        case PatternError::missing_frontier:
            return "missing '[' after '%f' in pattern";
        case PatternError::capture_index:
            return "invalid capture index";
        case PatternError::unfinished_capture:
            return "unfinished capture";
        case PatternError::capture_close:
            return "invalid pattern capture";
        case PatternError::too_many_captures:
            return "too many captures";
        case PatternError::too_complex:
            return "pattern too complex";
        case PatternError::budget:
            return "the pattern takes too many steps on this text";
    }
    return "";
}

class PatternMatcher::Depth {
  public:
    explicit Depth(PatternMatcher& matcher) : matcher_(matcher) {
        if (++matcher_.depth_ > deepest) throw PatternError::too_complex;
    }
    ~Depth() { --matcher_.depth_; }
    Depth(const Depth&) = delete;
    Depth& operator=(const Depth&) = delete;

  private:
    PatternMatcher& matcher_;
};

// A zero byte ends a pattern, as it always did in LuaJIT.
PatternMatcher::PatternMatcher(std::string_view subject, std::string_view pattern, uint64_t steps)
    : subject_(subject.data()),
      subject_end_(subject.data() + subject.size()),
      pattern_(pattern.data()),
      pattern_end_(pattern.data() + pattern.substr(0, pattern.find('\0')).size()),
      steps_left_(steps) {}

const char* PatternMatcher::match(const char* start) {
    depth_ = level_ = 0;
    return run(start, pattern_);
}

// Matches the rest of the pattern at `s`. Only what can fail and be tried otherwise recurses.
const char* PatternMatcher::run(const char* s, const char* p) {
    const Depth depth(*this);
    while (p < pattern_end_) {
        step();
        if (*p == '(')
            return at(p + 1) == ')' ? run_capture(s, p + 2, PatternCapture::position)
                                    : run_capture(s, p + 1, PatternCapture::unfinished);
        if (*p == ')') return run_close(s, p + 1);
        if (*p == '$' && p + 1 == pattern_end_) return s == subject_end_ ? s : nullptr;
        if (*p == '%' && at(p + 1) == 'b') {
            s = balanced(s, p + 2);
            if (s == nullptr) return nullptr;
            p += 4;
            continue;
        }
        if (*p == '%' && at(p + 1) == 'f') {
            if (at(p + 2) != '[') throw PatternError::missing_frontier;
            const char* const after = end_of_item(p + 2);
            if (!frontier(s, p + 2, after - 1)) return nullptr;
            p = after;
            continue;
        }
        if (*p == '%' && is_digit(static_cast<uint8_t>(at(p + 1)))) {
            s = back_reference(s, p[1]);
            if (s == nullptr) return nullptr;
            p += 2;
            continue;
        }
        const char* const after = end_of_item(p);
        switch (at(after)) {
            case '*':
                return run_most(s, p, after);
            case '+':
                return fits(s, p, after) ? run_most(s + 1, p, after) : nullptr;
            case '-':
                return run_fewest(s, p, after);
            case '?':
                if (fits(s, p, after)) {
                    if (const char* end = run(s + 1, after + 1); end != nullptr) return end;
                }
                p = after + 1;
                continue;
            default:
                if (!fits(s, p, after)) return nullptr;
                ++s;
                p = after;
        }
    }
    return s;
}

const char* PatternMatcher::run_most(const char* s, const char* p, const char* after) {
    ptrdiff_t count = 0;
    while (fits(s + count, p, after)) ++count;
    for (; count >= 0; --count) {
        if (const char* end = run(s + count, after + 1); end != nullptr) return end;
    }
    return nullptr;
}

const char* PatternMatcher::run_fewest(const char* s, const char* p, const char* after) {
    for (;; ++s) {
        if (const char* end = run(s, after + 1); end != nullptr) return end;
        if (!fits(s, p, after)) return nullptr;
    }
}

const char* PatternMatcher::run_capture(const char* s, const char* p, ptrdiff_t kind) {
    if (level_ >= max_captures) throw PatternError::too_many_captures;
    captures_[static_cast<size_t>(level_)] = {s, kind};
    ++level_;
    const char* const end = run(s, p);
    if (end == nullptr) --level_;
    return end;
}

const char* PatternMatcher::run_close(const char* s, const char* p) {
    int open = level_ - 1;
    while (open >= 0 && captures_[static_cast<size_t>(open)].size != PatternCapture::unfinished) --open;
    if (open < 0) throw PatternError::capture_close;
    PatternCapture& capture = captures_[static_cast<size_t>(open)];
    capture.size = s - capture.begin;
    const char* const end = run(s, p);
    if (end == nullptr) capture.size = PatternCapture::unfinished;
    return end;
}

// %bxy: the text from x to the y that balances it.
const char* PatternMatcher::balanced(const char* s, const char* p) {
    if (pattern_end_ - p < 2) throw PatternError::missing_balance;
    if (s >= subject_end_ || *s != p[0]) return nullptr;
    int open = 1;
    for (++s; s < subject_end_; ++s) {
        step();
        if (*s == p[1]) {
            if (--open == 0) return s + 1;
        } else if (*s == p[0]) {
            ++open;
        }
    }
    return nullptr;
}

const char* PatternMatcher::back_reference(const char* s, char digit) {
    const int index = digit - '1';
    if (index < 0 || index >= level_ || captures_[static_cast<size_t>(index)].size == PatternCapture::unfinished)
        throw PatternError::capture_index;
    const PatternCapture& capture = captures_[static_cast<size_t>(index)];
    const auto size = static_cast<size_t>(capture.size);  // of a position: larger than any text
    if (static_cast<size_t>(subject_end_ - s) < size) return nullptr;
    spend(capture.size, compared_bytes_a_step);
    if (std::memcmp(s, capture.begin, size) != 0) return nullptr;
    return s + size;
}

// %f[set]: between a character that is not in the set and one that is; the ends count as zero bytes.
bool PatternMatcher::frontier(const char* s, const char* set, const char* last) {
    spend(last - set, set_bytes_a_step);
    const char before = s == subject_ ? '\0' : s[-1];
    const char here = s == subject_end_ ? '\0' : *s;
    return !in_set(before, set, last) && in_set(here, set, last);
}

// Behind the single character, class or set at `p`.
const char* PatternMatcher::end_of_item(const char* p) {
    const char first = *p++;
    if (first == '%') {
        if (p >= pattern_end_) throw PatternError::ends_with_percent;
        return p + 1;
    }
    if (first != '[') return p;
    const char* const after = end_of_set(p);
    spend(after - p, set_bytes_a_step);
    return after;
}

// `p` is behind the [.
const char* PatternMatcher::end_of_set(const char* p) const {
    if (at(p) == '^') ++p;
    do {  // the first character is in the set, also when it is ]
        if (p >= pattern_end_) throw PatternError::missing_bracket;
        if (*p++ == '%' && p < pattern_end_) ++p;
    } while (at(p) != ']' || p >= pattern_end_);
    return p + 1;
}

bool PatternMatcher::fits(const char* s, const char* p, const char* after) {
    step();
    if (s >= subject_end_) return false;
    switch (*p) {
        case '.':
            return true;
        case '%':
            return in_class(*s, p[1]);
        case '[':
            spend(after - p, set_bytes_a_step);
            return in_set(*s, p, after - 1);
        default:
            return *s == *p;
    }
}

// `set` is at the [, `last` at the ].
bool PatternMatcher::in_set(char c, const char* set, const char* last) const {
    bool inside = true;
    if (set[1] == '^') {
        inside = false;
        ++set;
    }
    while (++set < last) {
        if (*set == '%') {
            ++set;
            if (in_class(c, *set)) return inside;
        } else if (set[1] == '-' && set + 2 < last) {
            const auto low = static_cast<uint8_t>(*set), high = static_cast<uint8_t>(set[2]);
            if (low <= static_cast<uint8_t>(c) && static_cast<uint8_t>(c) <= high) return inside;
            set += 2;
        } else if (*set == c) {
            return inside;
        }
    }
    return !inside;
}

}  // namespace trd
