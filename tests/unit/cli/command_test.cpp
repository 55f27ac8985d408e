// Whole commands in process, on a machine made up for the test.
#include <map>

#include "base/exit_codes.h"
#include "cli/arguments.h"
#include "cli/frame.h"
#include "cli/help.h"
#include "cli/paint.h"
#include "support/catch.h"

namespace trd {
namespace {

struct Machine {
    std::map<std::string, std::string> variables{{"HOME", "/nonexistent"}};
    StringSink out, err;
    Host host;

    Machine() {
        host.environment = [this](const std::string& name) -> std::optional<std::string> {
            const auto found = variables.find(name);
            return found == variables.end() ? std::nullopt : std::optional(found->second);
        };
        host.out = &out;
        host.err = &err;
        host.now = [] { return Timestamp{1'700'000'000'000'000'000}; };
    }
    int run(std::initializer_list<std::string> words) { return run_command(host, words); }
};

CommandLine parsed(std::vector<std::string> words) {
    auto line = parse_command_line(std::move(words));
    REQUIRE(line.ok());
    return *line;
}

TEST_CASE("flags of every verb are understood before and after it") {
    for (const auto& words : {std::vector<std::string>{"--json", "-o", "x", "version"},
                              {"version", "--json", "-o", "x"},
                              {"version", "--output=x", "--json"},
                              {"--json", "version", "-ox"}}) {
        const CommandLine line = parsed(words);
        REQUIRE(line.verb != nullptr);
        CHECK(line.verb->path == "version");
        CHECK(line.arguments.has("--json"));
        CHECK(line.arguments.value("--output") == "x");
    }
}

TEST_CASE("a value may be given again, repeatable flags keep all, a negative number is a value") {
    const CommandLine line =
        parsed({"backtest", "s.lua", "--cash", "-5", "--set", "a=1", "--set", "b=-2", "--cash", "-5"});
    CHECK(line.arguments.value("--cash") == "-5");
    CHECK(line.arguments.values("--set").size() == 2);
    CHECK(line.arguments.value("STRATEGY") == "s.lua");
}

TEST_CASE("of every flag that is not repeatable, two values that differ are refused with both of them") {
    const auto check = [](const Verb& verb, const Option& option) {
        if (option.is_switch() || (option.repeatable && !option.is_by_name())) return;
        const auto choices = split_choices(option.choices);
        const std::string name = option.is_by_name() ? "n=" : "";
        const std::string first = choices.empty() ? name + "1" : std::string(choices[0]);
        const std::string second = choices.empty() ? name + "2" : std::string(choices[1]);
        const std::string flag(option.long_name());
        std::vector<std::string> words;
        for (std::string_view path = verb.path; !path.empty();
             path.remove_prefix(std::min(path.size(), path.find(' ') + 1))) {
            words.emplace_back(path.substr(0, path.find(' ')));
            if (path.find(' ') == std::string_view::npos) break;
        }
        words.insert(words.end(), {flag, first, flag + "=" + second});
        CAPTURE(verb.path, flag);
        const auto line = parse_command_line(words);
        REQUIRE_FALSE(line.ok());
        CHECK(line.error().id == "E_FLAG_TWICE");
        CHECK(line.error().code == ExitCode::usage);
        CHECK(line.error().message == flag + " is \"" + first + "\" and again \"" + second + "\"");
    };
    for (const Verb* verb : verb_table()) {
        for (const Option& option : verb->options) check(*verb, option);
        for (const Option& option : global_options()) check(*verb, option);
    }
}

TEST_CASE("after -- a word is a value even if it looks like a flag") {
    CHECK(parsed({"backtest", "--", "--json"}).arguments.value("STRATEGY") == "--json");
    CHECK_FALSE(asks_for_json(std::vector<std::string>{"backtest", "--", "--json"}));
}

TEST_CASE("a verb's name given as a value is a value") {
    CHECK(parsed({"help", "version"}).arguments.value("TOPIC") == "version");
    CHECK(parsed({"backtest", "version"}).verb->path == "backtest");
}

TEST_CASE("every one-letter change of a verb or flag is met with the right suggestion") {
    for (const Verb* verb : verb_table()) {
        if (verb->path.find(' ') != std::string_view::npos) continue;
        for (size_t i = 0; i < verb->path.size(); ++i) {
            std::string word(verb->path);
            word.insert(i, 1, '_');
            const auto line = parse_command_line({word});
            REQUIRE_FALSE(line.ok());
            CHECK(line.error().code == ExitCode::usage);
            CHECK(line.error().hint == "did you mean trd " + std::string(verb->path) + "?");
        }
    }
    const auto line = parse_command_line({"backtest", "s.lua", "--symblo", "X"});
    REQUIRE_FALSE(line.ok());
    CHECK(line.error().hint == "did you mean --symbol?");
}

TEST_CASE("no random words make the parser throw or leave an error without a sentence") {
    const std::vector<std::string> pool{
        "backtest", "help",  "-",  "--",    "---", "--=",      "--json",  "--json=1", "-o",  "-q",     "-qq", "-zx", "",
        " ",        "[a,b]", "{}", "--set", "=",   "--help=1", "version", "%%",       "\"x", "--cash", "5",   "++"};
    uint64_t state = 1;
    for (int i = 0; i < 5'000; ++i) {
        std::vector<std::string> words;
        for (size_t n = 0; n < 1 + static_cast<size_t>(i) % 5; ++n) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            words.push_back(pool[(state >> 33) % pool.size()]);
        }
        const auto line = parse_command_line(words);
        if (line.ok()) continue;
        REQUIRE(line.error().code == ExitCode::usage);
        REQUIRE_FALSE(line.error().message.empty());
    }
}

TEST_CASE(
    "each option of the table has one long name, a sentence without a full stop, and no other meaning in its verb") {
    for (const Verb* verb : verb_table()) {
        CHECK_FALSE(verb->summary.empty());
        CHECK_FALSE(verb->summary.ends_with('.'));
        std::vector<std::string_view> seen;
        for (const auto& options : {verb->options, global_options()})
            for (const Option& option : options) {
                CHECK_FALSE(option.help.empty());
                CHECK_FALSE(option.help.ends_with('.'));
                CHECK(std::count(seen.begin(), seen.end(), option.long_name()) == 0);
                seen.push_back(option.long_name());
            }
    }
}

TEST_CASE("every example of every verb parses, with the verb that it is an example of") {
    for (const Verb* verb : verb_table())
        for (const Example& example : verb->examples) {
            std::vector<std::string> words;
            std::string_view command = example.command.substr(0, example.command.find(" | "));
            while (!command.empty()) {
                const size_t begin = command.front() == '\'' ? 1 : 0;  // a word in quotes, as a shell has it
                const size_t end = std::min(command.find(begin == 1 ? '\'' : ' ', begin), command.size());
                words.emplace_back(command.substr(begin, end - begin));
                command.remove_prefix(std::min(end + begin, command.size()));
                command.remove_prefix(command.starts_with(' ') ? 1 : 0);
            }
            INFO(example.command);
            REQUIRE(words.front() == "trd");
            words.erase(words.begin());
            const CommandLine line = parsed(words);
            CHECK(line.verb == verb);
            CHECK(check_complete(line).ok());
        }
}

TEST_CASE("colour follows the flag, then NO_COLOR, then the forcing variables, then TERM, then the terminal") {
    Machine machine;
    const auto colour = [&machine](std::string_view mode, bool terminal) {
        return wants_color(mode, machine.host, terminal);
    };
    CHECK(colour("auto", true));
    CHECK_FALSE(colour("auto", false));
    machine.variables["TERM"] = "dumb";
    CHECK_FALSE(colour("auto", true));
    machine.variables["FORCE_COLOR"] = "1";
    CHECK(colour("auto", false));
    machine.variables["NO_COLOR"] = "1";
    CHECK_FALSE(colour("auto", true));
    CHECK(colour("always", false));
    machine.variables["NO_COLOR"] = "";
    CHECK(colour("auto", false));
    CHECK_FALSE(colour("never", true));
}

TEST_CASE("results go to stdout alone, errors to stderr alone, with the code of the table") {
    Machine good;
    CHECK(good.run({"version", "--json"}) == 0);
    CHECK(good.err.text().empty());
    CHECK(good.out.text().find("\"generated_at\":\"2023-11-14T22:13:20.000000000Z\"") != std::string::npos);
    Machine bad;
    CHECK(bad.run({"version", "--nosuch"}) == static_cast<int>(ExitCode::usage));
    CHECK(bad.out.text().empty());
    CHECK_FALSE(bad.err.text().empty());
}

TEST_CASE("a host that cannot write its result is told so and fails") {
    struct Full final : Sink {
        Status<> write(std::string_view) override {
            return Fail{Error{ExitCode::unavailable, "E_FILE_FULL", "full", ""}};
        }
    } full;
    Machine machine;
    machine.host.out = &full;
    CHECK(machine.run({"version"}) == static_cast<int>(ExitCode::unavailable));
    CHECK(machine.err.text() == "trd: error: full\n");
}

TEST_CASE("no line of help is wider than the terminal, from 60 to 100 columns") {
    for (const size_t columns : {60, 80, 100})
        for (const Verb* verb : verb_table()) {
            const std::string help = verb_help(*verb, true, {Paint{false}, columns});
            size_t begin = 0;
            while (begin < help.size()) {
                const size_t end = help.find('\n', begin);
                const std::string line = help.substr(begin, end - begin);
                INFO(line);
                if (line.find("$ trd") == std::string::npos) CHECK(line.size() <= columns);
                begin = end + 1;
            }
        }
}

TEST_CASE("the table of exit codes is in order and has each number once") {
    int last = -1;
    for (const ExitCodeRow& row : exit_code_table()) {
        CHECK(static_cast<int>(row.code) > last);
        last = static_cast<int>(row.code);
        CHECK_FALSE(row.meaning.empty());
    }
}

}  // namespace
}  // namespace trd
