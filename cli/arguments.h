// The words of a command line, sorted by the table of verbs: which verb, and what was given for each option. Values are
// still text; cli/values.h makes numbers and times of them. CLI11 does the sorting, in parse.cpp and nowhere else.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/verb.h"

namespace trd {

class Arguments {
  public:
    // By long name ("--output") or by the name of a positional ("STRATEGY").
    bool has(std::string_view name) const { return !values(name).empty(); }
    // The last one given. Of a flag that is not repeatable all values are the same.
    std::optional<std::string> value(std::string_view name) const;
    std::span<const std::string> values(std::string_view name) const;

    void add(std::string_view name, std::string value);

  private:
    struct Entry {
        std::string name;
        std::vector<std::string> values;
    };
    std::vector<Entry> entries_;
};

struct CommandLine {
    const Verb* verb = nullptr;  // null: none was named
    std::string group;           // "data" when only the group was named
    Arguments arguments;
};

// Errors have ExitCode::usage and name the word and, where there is one, the word that was probably meant. Whether
// required positionals are there is left to check_complete(), because --help asks for none.
Result<CommandLine> parse_command_line(std::vector<std::string> words);
Status<> check_complete(const CommandLine& line);
// For lines that do not parse as well: the last value of a global flag, and whether JSON is asked for.
std::optional<std::string> word_after(std::span<const std::string> words, std::string_view flag);
bool asks_for_json(std::span<const std::string> words);

}  // namespace trd
