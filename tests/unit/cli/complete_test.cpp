// What completion offers, over the whole table of verbs.
#include "cli/complete.h"

#include <algorithm>

#include "cli/settings.h"
#include "support/catch.h"

namespace trd {
namespace {

// Each kind of live word stands for itself.
std::vector<Candidate> live(Completes kind) {
    if (kind == Completes::symbols) return {{"LIVE-SYMBOL", {}}};
    if (kind == Completes::runs) return {{"live-run", {}}};
    if (kind == Completes::parameters) return {{"both=true", {}}, {"both=false", {}}, {"live-name", {}}};
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
    CHECK(offers({"backtest", "x.lua", "--fail-if", ""}, "sharpe"));
    CHECK(offers({"backtest", "x.lua", "--set", ""}, "live-name"));
    CHECK_FALSE(offers({"data", "show", "SPY", ""}, "LIVE-SYMBOL"));
}

TEST_CASE("every setting offers its choices, and what is built in") {
    for (const SettingKey& setting : setting_keys()) {
        INFO(setting.key.name);
        const std::vector<std::string> line{"config", "set", std::string(setting.key.name), ""};
        for (const std::string_view choice : split_choices(setting.key.choices)) CHECK(offers(line, choice));
        if (!setting.built_in.empty()) CHECK(offers(line, setting.built_in));
    }
    CHECK_FALSE(offers({"config", "set", "backtest.nosuch", ""}, "on"));
}

TEST_CASE("bash cuts a word at its sign, and gets back what comes after it") {
    CHECK(offers({"backtest", "x.lua", "--set", "both="}, "both=true"));
    CHECK(offers({"backtest", "x.lua", "--set", "both", "="}, "true"));
    CHECK(offers({"backtest", "x.lua", "--set", "both", "=", "f"}, "false"));
    CHECK_FALSE(offers({"backtest", "x.lua", "--set", "both", "=", "f"}, "true"));
    CHECK(offers({"backtest", "x.lua", "--jit", "=", "o"}, "on"));
    CHECK(offers({"backtest", "x.lua", "--set", "both", "=", "true", "--jit", ""}, "off"));
}

}  // namespace
}  // namespace trd
