#include "cli/line_diff.h"

#include <algorithm>
#include <span>

namespace trd {
namespace {

using Lines = std::span<const std::string_view>;

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const size_t end = std::min(text.find('\n'), text.size());
        lines.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

// Length of the longest common subsequence of the ends: row i, column j for before[i..], after[j..].
class Lengths {
  public:
    Lengths(Lines before, Lines after) : columns_(after.size() + 1), cells_((before.size() + 1) * columns_) {
        for (size_t i = before.size(); i-- > 0;)
            for (size_t j = after.size(); j-- > 0;)
                at(i, j) = before[i] == after[j] ? at(i + 1, j + 1) + 1 : std::max(at(i + 1, j), at(i, j + 1));
    }
    uint32_t& at(size_t i, size_t j) { return cells_[i * columns_ + j]; }

  private:
    size_t columns_;
    std::vector<uint32_t> cells_;
};

class Differ {
  public:
    Differ(Lines before, Lines after) : before_(before), after_(after) {}

    std::vector<LineChange> run(uint64_t cells_max) {
        size_t end_before = before_.size(), end_after = after_.size();
        size_t begin = 0;
        while (begin < std::min(end_before, end_after) && before_[begin] == after_[begin]) ++begin;
        while (std::min(end_before, end_after) > begin && before_[end_before - 1] == after_[end_after - 1])
            --end_before, --end_after;
        const Lines left = before_.subspan(begin, end_before - begin), right = after_.subspan(begin, end_after - begin);
        if (static_cast<uint64_t>(left.size()) * right.size() > cells_max)
            all_changed(begin, left.size(), right.size());
        else
            walk(begin, left, right);
        return std::move(changes_);
    }

  private:
    void remove(size_t i) { changes_.push_back({false, static_cast<uint32_t>(i + 1), before_[i]}); }
    void add(size_t j) { changes_.push_back({true, static_cast<uint32_t>(j + 1), after_[j]}); }
    void all_changed(size_t begin, size_t removed, size_t added) {
        for (size_t i = 0; i < removed; ++i) remove(begin + i);
        for (size_t j = 0; j < added; ++j) add(begin + j);
    }
    void walk(size_t begin, Lines left, Lines right) {
        Lengths lengths(left, right);
        size_t i = 0, j = 0;
        while (i < left.size() || j < right.size()) {
            if (i < left.size() && j < right.size() && left[i] == right[j]) {
                ++i, ++j;
            } else if (j == right.size() || (i < left.size() && lengths.at(i + 1, j) >= lengths.at(i, j + 1))) {
                remove(begin + i++);
            } else {
                add(begin + j++);
            }
        }
    }

    Lines before_, after_;
    std::vector<LineChange> changes_;
};

}  // namespace

std::vector<LineChange> line_diff(std::string_view before, std::string_view after, uint64_t cells_max) {
    return Differ(lines_of(before), lines_of(after)).run(cells_max);
}

}  // namespace trd
