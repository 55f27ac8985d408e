// Which lines two texts do not share. Pure.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace trd {

struct LineChange {
    bool is_added = false;  // only the second text has it; else only the first
    uint32_t line = 0;      // its number there, from 1
    std::string_view text;  // without its line end
    friend bool operator==(const LineChange&, const LineChange&) = default;
};

// The least that has to go and come to make the second text of the first, in the order of the text. For stretches of
// more than `cells_max` pairs of lines the whole stretch counts as changed.
std::vector<LineChange> line_diff(std::string_view before, std::string_view after, uint64_t cells_max = 16'000'000);

}  // namespace trd
