// The changes turn the first text into the second, and are as few as can be.
#include "cli/line_diff.h"

#include <string>

#include "support/catch.h"
#include "support/random.h"

namespace trd {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    for (size_t at = 0; at < text.size();) {
        const size_t end = text.find('\n', at);
        lines.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return lines;
}

std::string any_text(testing::Random& random, size_t most) {
    std::string text;
    for (size_t n = random.below(most + 1); n > 0; --n) text += std::string(1, "abcd"[random.below(4)]) + "\n";
    return text;
}

// What is taken away has to be there, what is added comes at its line.
std::vector<std::string> applied(const std::string& before, const std::vector<LineChange>& changes) {
    const std::vector<std::string> old = lines_of(before);
    std::vector<bool> gone(old.size());
    for (const LineChange& change : changes) {
        if (change.is_added) continue;
        REQUIRE(old.at(change.line - 1) == change.text);
        gone[change.line - 1] = true;
    }
    std::vector<std::string> result;
    for (size_t i = 0; i < old.size(); ++i)
        if (!gone[i]) result.push_back(old[i]);
    for (const LineChange& change : changes)
        if (change.is_added) result.insert(result.begin() + change.line - 1, std::string(change.text));
    return result;
}

size_t longest_common(const std::vector<std::string>& a, const std::vector<std::string>& b, size_t i, size_t j) {
    if (i == a.size() || j == b.size()) return 0;
    if (a[i] == b[j]) return 1 + longest_common(a, b, i + 1, j + 1);
    return std::max(longest_common(a, b, i + 1, j), longest_common(a, b, i, j + 1));
}

TEST_CASE("changes turn one text into the other, with as few lines as possible") {
    testing::Random random(11);
    for (int round = 0; round < 2000; ++round) {
        const std::string a = any_text(random, 8), b = any_text(random, 8);
        const auto changes = line_diff(a, b);
        REQUIRE(applied(a, changes) == lines_of(b));
        const size_t common = longest_common(lines_of(a), lines_of(b), 0, 0);
        CHECK(changes.size() == lines_of(a).size() + lines_of(b).size() - 2 * common);
        REQUIRE(applied(a, line_diff(a, b, 0)) == lines_of(b));
    }
    for (int round = 0; round < 50; ++round) {
        const std::string a = any_text(random, 300), b = any_text(random, 300);
        REQUIRE(applied(a, line_diff(a, b)) == lines_of(b));
    }
}

TEST_CASE("a changed line, a last line without its end, and nothing") {
    const auto changes = line_diff("one\ntwo\nthree\n", "one\n2\nthree");
    CHECK(changes == std::vector<LineChange>{{false, 2, "two"}, {true, 2, "2"}});
    CHECK(line_diff("", "").empty());
    CHECK(line_diff("", "a") == std::vector<LineChange>{{true, 1, "a"}});
    CHECK(line_diff("\n", "") == std::vector<LineChange>{{false, 1, ""}});
}

}  // namespace
}  // namespace trd
