#include "base/suggest.h"

#include <array>
#include <random>
#include <set>

#include "support/catch.h"

namespace trd {
namespace {

// Everything one edit away from `word`, over a small alphabet: the definition, spelled out.
std::set<std::string> one_edit_away(const std::string& word) {
    const std::string letters = "abc";
    std::set<std::string> found;
    for (size_t i = 0; i <= word.size(); ++i) {
        for (const char c : letters) found.insert(word.substr(0, i) + c + word.substr(i));
        if (i == word.size()) break;
        found.insert(word.substr(0, i) + word.substr(i + 1));
        for (const char c : letters) found.insert(word.substr(0, i) + c + word.substr(i + 1));
        if (i + 1 < word.size()) found.insert(word.substr(0, i) + word[i + 1] + word[i] + word.substr(i + 2));
    }
    found.erase(word);
    return found;
}

TEST_CASE("a distance of one is exactly one edit") {
    std::mt19937 random(7);
    for (int round = 0; round < 300; ++round) {
        std::string a, b;
        for (unsigned n = random() % 5; n > 0; --n) a += "abc"[random() % 3];
        for (unsigned n = random() % 5; n > 0; --n) b += "abc"[random() % 3];
        const size_t distance = edit_distance(a, b);
        CHECK((distance == 0) == (a == b));
        CHECK((distance == 1) == (one_edit_away(a).count(b) == 1));
        CHECK(distance == edit_distance(b, a));
        CHECK(distance <= std::max(a.size(), b.size()));
    }
}

TEST_CASE("letters of either case are the same letter") {
    CHECK(edit_distance("On_Bar", "on_bar") == 0);
    CHECK(edit_distance("", "abc") == 3);
}

TEST_CASE("the nearest name is offered, and a far one is not") {
    constexpr std::array<std::string_view, 5> hooks = {"init", "on_bar", "on_fill", "on_start", "on_stop"};
    CHECK(nearest_name("on_bars", hooks) == "on_bar");
    CHECK(nearest_name("no_bar", hooks) == "on_bar");
    CHECK(nearest_name("onstart", hooks) == "on_start");
    CHECK(nearest_name("On_Bar", hooks) == "on_bar");
    CHECK_FALSE(nearest_name("on_quote", hooks));
    CHECK_FALSE(nearest_name("x", hooks));
    CHECK(nearest_name("on_sto", hooks) == "on_stop");
    CHECK_FALSE(nearest_name("", hooks));
    CHECK(did_you_mean("on_bars", hooks) == " (did you mean 'on_bar'?)");
    CHECK(did_you_mean("zebra", hooks).empty());
}

TEST_CASE("a beginning stands for the only name that it begins") {
    constexpr std::array<std::string_view, 4> verbs = {"strategy", "indicator", "inform", "strategy"};
    CHECK(nearest_name("strat", verbs) == "strategy");
    CHECK(nearest_name("Indic", verbs) == "indicator");
    CHECK_FALSE(nearest_name("in", verbs));
    CHECK_FALSE(nearest_name("ind", std::array<std::string_view, 2>{"indicator", "industry"}));
    CHECK_FALSE(nearest_name("strategy", verbs));
}

}  // namespace
}  // namespace trd
