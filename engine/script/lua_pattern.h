// Lua 5.1 patterns, as LuaJIT reads them, with a budget: the library's own matcher can run for years on a hostile
// pattern and nothing can interrupt it. Pure; called by script/lua_text_functions.cpp.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace trd {

enum class PatternError : uint8_t {
    ends_with_percent,
    missing_bracket,   // [ without ]
    missing_balance,   // %b without two characters
    missing_frontier,  // %f without [
    capture_index,     // %1 for a capture that is not there or not closed
    unfinished_capture,
    capture_close,  // ) without (
    too_many_captures,
    too_complex,  // nested deeper than 200
    budget,       // more steps than allowed
};
const char* describe(PatternError error);

struct PatternCapture {
    static constexpr ptrdiff_t unfinished = -1;
    static constexpr ptrdiff_t position = -2;
    const char* begin = nullptr;
    ptrdiff_t size = 0;  // or one of the two above
};

// One subject and one pattern; match() may be called for many starts, all of them share the budget.
class PatternMatcher {
  public:
    static constexpr uint64_t default_steps = 20'000'000;  // a tenth of a second or so
    static constexpr int max_captures = 32;
    static constexpr ptrdiff_t set_bytes_a_step = 8;
    static constexpr ptrdiff_t compared_bytes_a_step = 16;

    PatternMatcher(std::string_view subject, std::string_view pattern, uint64_t steps = default_steps);

    // The end of the match that begins exactly at `start`, or nullptr. Throws PatternError.
    const char* match(const char* start);
    int capture_count() const { return level_; }
    const PatternCapture& capture(int index) const { return captures_[static_cast<size_t>(index)]; }

  private:
    class Depth;
    const char* run(const char* s, const char* p);
    const char* run_most(const char* s, const char* p, const char* after);
    const char* run_fewest(const char* s, const char* p, const char* after);
    const char* run_capture(const char* s, const char* p, ptrdiff_t kind);
    const char* run_close(const char* s, const char* p);
    const char* balanced(const char* s, const char* p);
    const char* back_reference(const char* s, char digit);
    bool frontier(const char* s, const char* set, const char* after);
    const char* end_of_item(const char* p);
    const char* end_of_set(const char* p) const;
    bool fits(const char* s, const char* p, const char* after);
    bool in_set(char c, const char* set, const char* last) const;
    char at(const char* p) const { return p < pattern_end_ ? *p : '\0'; }
    void step() {
        if (steps_left_ == 0) throw PatternError::budget;
        --steps_left_;
    }
    // For what one step passes over: as many bytes are about as fast as a step.
    void spend(ptrdiff_t bytes, ptrdiff_t bytes_a_step) {
        const auto steps = static_cast<uint64_t>(bytes / bytes_a_step);
        if (steps > steps_left_) throw PatternError::budget;
        steps_left_ -= steps;
    }

    const char* subject_;
    const char* subject_end_;
    const char* pattern_;
    const char* pattern_end_;
    uint64_t steps_left_;
    int depth_ = 0;
    int level_ = 0;
    std::array<PatternCapture, max_captures> captures_;
};

}  // namespace trd
