// What completion offers, over the whole table of verbs.
#include "cli/complete.h"

#include <algorithm>

#include "support/catch.h"

namespace trd {
namespace {

// Each kind of live word stands for itself.
std::vector<Candidate> live(Completes kind) {
    if (kind == Completes::symbols) return {{"LIVE-SYMBOL", {}}};
    if (kind == Completes::runs) return {{"live-run", {}}};
    return {{"live-name", {}}};
}

bool offers(std::vector<std::string> words, std::string_view word) {
    const Completion completion = complete(words, live);
    return std::any_of(completion.candidates.begin(), completion.candidates.end(),
                       [word](const Candidate& each) { return each.word == word; });
}

std::vector<std::string> words_of(const Verb& verb) {
    std::vector<std::string> words;
    for (std::string_view path = verb.path; !path.empty();) {
        const size_t end = std::min(path.find(' '), path.size());
        words.emplace_back(path.substr(0, end));
        path.remove_prefix(std::min(end + 1, path.size()));
    }
    return words;
}

// These make the thing that the word will name.
bool makes_symbols(const Verb& verb) {
    return verb.path == "data generate" || verb.path == "data import" || verb.path == "init";
}

TEST_CASE("wherever a symbol, a run or a flag's choice is expected, it is offered") {
    size_t symbols = 0, runs = 0;
    for (const Verb* verb : verb_table()) {
        INFO(verb->path);
        std::vector<std::string> line = words_of(*verb);
        for (const Positional& positional : verb->positionals) {
            line.emplace_back();
            if (positional.name == "SYMBOL" && !makes_symbols(*verb)) {
                CHECK(offers(line, "LIVE-SYMBOL"));
                ++symbols;
            }
            if (positional.name == "RUN") {
                CHECK(offers(line, "live-run"));
                ++runs;
            }
            line.back() = "given";
        }
        for (const Option& option : verb->options) {
            line.emplace_back(option.long_name());
            line.emplace_back();
            const bool is_symbol = option.value == "SYMBOL" || option.long_name() == "--symbol";
            if (is_symbol && !makes_symbols(*verb)) CHECK(offers(line, "LIVE-SYMBOL"));
            for (const std::string_view choice : split_choices(option.choices)) CHECK(offers(line, choice));
            line.resize(line.size() - 2);
        }
    }
    CHECK(symbols >= 8);
    CHECK(runs >= 6);
}

TEST_CASE("names, keys and shells are offered where they are expected") {
    CHECK(offers({"runs", "ls", "--strategy", ""}, "live-name"));
    CHECK(offers({"config", "get", "backtest.c"}, "backtest.cash"));
    CHECK(offers({"schema", "trd.runs.e"}, "trd.runs.explain/1"));
    CHECK(offers({"completion", ""}, "zsh"));
    CHECK_FALSE(offers({"data", "show", "SPY", ""}, "LIVE-SYMBOL"));
}

}  // namespace
}  // namespace trd
