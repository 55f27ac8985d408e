// Runs every file of tests/hostile/, JIT on and off. Each names its refusal in a comment: "-- refusal: kind: text".
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "support/catch.h"
#include "support/script_rig.h"

namespace trd {
namespace {

namespace files = std::filesystem;
using Kind = StrategyFault::Kind;

// Short where the time is what must end it.
uint32_t limit_of(const std::string& kind) { return kind == "time" ? 100 : 3000; }

std::string text_of(const files::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

struct Refusal {
    std::string kind, text;
};
Refusal refusal_in(const std::string& source) {
    const std::string mark = "-- refusal: ";
    const size_t begin = source.find(mark) + mark.size();
    const size_t colon = source.find(": ", begin), end = source.find('\n', begin);
    return {source.substr(begin, colon - begin), source.substr(colon + 2, end - colon - 2)};
}

std::string name_of_kind(Kind kind) {
    switch (kind) {
        case Kind::missing:
            return "missing";
        case Kind::parameter:
            return "parameter";
        case Kind::load:
            return "load";
        case Kind::error:
            return "error";
        case Kind::memory:
            return "memory";
        case Kind::time:
            return "time";
    }
    return "";
}

// The fault of loading, binding or the first bar.
Status<StrategyFault> run(const std::string& path, bool jit, uint32_t limit_ms, size_t& sent) {
    LuaOptions options;
    options.jit = jit;
    options.time_limit_ms = limit_ms;
    options.memory_limit = size_t{32} << 20;
    auto loaded = LuaStrategy::load(path, {}, options);
    if (!loaded.ok()) return Fail{loaded.error()};
    ScriptRig rig(std::move(loaded).value());
    auto outcome = rig.bind();
    if (outcome.ok()) outcome = rig.bar(bar_at(0, 100));
    sent = rig.all().size();
    return outcome;
}

TEST_CASE("every hostile script gets the refusal that it names, in time, and sends nothing") {
    std::set<std::string> paths;
    for (const auto& entry : files::directory_iterator("tests/hostile"))
        if (entry.is_regular_file()) paths.insert(entry.path().string());  // those in rules/ are asked by lua_rule_test
    REQUIRE(paths.size() > 50);
    for (const std::string& path : paths) {
        const Refusal expected = refusal_in(text_of(path));
        for (const bool jit : {true, false}) {
            size_t sent = 0;
            const auto begin = std::chrono::steady_clock::now();
            const uint32_t limit_ms = limit_of(expected.kind);
            const auto outcome = run(path, jit, limit_ms, sent);
            const auto took = std::chrono::steady_clock::now() - begin;
            INFO(path << (jit ? " (JIT)" : " (no JIT)"));
            REQUIRE_FALSE(outcome.ok());
            const std::string message = outcome.error().message;
            const bool is_time_at_load = expected.kind == "time" && outcome.error().kind == Kind::time;
            INFO(message);
            CHECK((name_of_kind(outcome.error().kind) == expected.kind || is_time_at_load));
            CHECK(message.find(expected.text) != std::string::npos);
            CHECK(message.substr(0, path.size()) == path);
            if (path.find("binary_chunk") == std::string::npos) CHECK(message.find(" | ") != std::string::npos);
            CHECK(sent == 0);
            CHECK(took < std::chrono::milliseconds(limit_ms + 2000));
        }
    }
}

}  // namespace
}  // namespace trd
