#include "base/suggest.h"

#include <algorithm>
#include <vector>

namespace trd {
namespace {

constexpr size_t furthest = 2;

char folded(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool same(char a, char b) { return folded(a) == folded(b); }

}  // namespace

size_t edit_distance(std::string_view a, std::string_view b) {
    const size_t width = b.size() + 1;
    std::vector<size_t> cells(width * 3);
    size_t* before_last = cells.data();
    size_t* last = before_last + width;
    size_t* row = last + width;
    for (size_t j = 0; j < width; ++j) last[j] = j;
    for (size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (size_t j = 1; j < width; ++j) {
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same(a[i - 1], b[j - 1]) ? 0 : 1)});
            const bool swapped = i > 1 && j > 1 && same(a[i - 1], b[j - 2]) && same(a[i - 2], b[j - 1]);
            if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
        }
        size_t* const reused = before_last;
        before_last = last;
        last = row;
        row = reused;
    }
    return last[b.size()];
}

namespace {

std::optional<std::string_view> only_one_that_begins(std::string_view word, std::span<const std::string_view> names) {
    std::optional<std::string_view> found;
    for (const std::string_view name : names) {
        if (word.size() < 3 || name.size() <= word.size() || edit_distance(name.substr(0, word.size()), word) != 0)
            continue;
        if (found && *found != name) return {};
        found = name;
    }
    return found;
}

}  // namespace

std::optional<std::string_view> nearest_name(std::string_view word, std::span<const std::string_view> names) {
    std::optional<std::string_view> best;
    size_t best_distance = furthest + 1;
    for (const std::string_view name : names) {
        const size_t longer = std::max(word.size(), name.size());
        const size_t shorter = std::min(word.size(), name.size());
        if (longer - shorter > furthest || name == word) continue;
        const size_t distance = edit_distance(word, name);
        if (distance >= best_distance || distance * 2 > longer) continue;
        best = name;
        best_distance = distance;
    }
    return best ? best : only_one_that_begins(word, names);
}

std::string did_you_mean(std::string_view word, std::span<const std::string_view> names) {
    const auto name = nearest_name(word, names);
    return name ? " (did you mean '" + std::string(*name) + "'?)" : std::string();
}

}  // namespace trd
