// The command tree as plain data. Parsing, help, man pages and completions are all made from this one table, so that
// none of them can say what the others do not. Constant data: nothing runs before main().
//
// How to add a verb:
//   1. A file of its own, cli/NAME_verb.cpp (cli/GROUP_NAME.cpp for a verb of two words, such as "data import"),
//   defines
//      `const Verb NAME_verb{...}` with its words, options, examples and a run function of type VerbRun.
//   2. One `extern` and one line in cli/verbs.cpp.
//   3. One file in tests/scenario/ with what it prints when all is well and for each of its mistakes.
// The run function reads context.arguments (cli/values.h turns words into values and makes the usual errors), does its
// work through rooms of engine/, and returns an Answer: text for people or JSON, whichever context.format asks for. It
// never writes to stdout itself, and never exits. A feature that does not work yet has no flag here.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace trd {

struct Answer;
struct Context;
using VerbRun = Result<Answer> (*)(Context& context);

// What a shell offers for a word. Strategies are files, names those of kept runs' strategies.
enum class Completes : uint8_t {
    nothing,
    choices,
    files,
    strategies,
    symbols,
    verbs,
    runs,
    names,
    settings,
    schemas,
    shells,
    parameters,  // NAME=VALUE, of the strategies that the line names
    figures,     // what --fail-if can ask for
    values,      // of the setting that the word before names
};

struct Option {
    std::string_view names;  // "-o,--output": short first, long last; the long one is what Arguments knows it by
    std::string_view value;  // "FILE": what help calls its value; empty: a switch
    std::string_view help;   // one line, no full stop
    bool repeatable =
        false;  // otherwise two values that differ are refused, for no one of them is the one that was meant
    std::string_view choices = {};  // "on,off": anything else is refused before the verb runs
    Completes completes = Completes::nothing;

    std::string_view long_name() const;   // "--output"
    std::string_view short_name() const;  // "-o", or empty
    bool is_switch() const { return value.empty(); }
    // "NAME=VALUE": may be given several times, for each name once.
    bool is_by_name() const { return repeatable && value.find('=') != std::string_view::npos; }
    // "OURS=THEIRS,...": what is given twice can be said in one value.
    bool takes_list() const { return value.ends_with(",..."); }
};

struct Positional {
    std::string_view name;  // "STRATEGY": what Arguments knows it by
    std::string_view help;
    bool required = true;
    bool repeatable = false;  // the last one only
    Completes completes = Completes::nothing;
};

struct Example {
    std::string_view what;
    std::string_view command;
};

struct Verb {
    std::string_view path;         // "backtest", "data import"
    std::string_view summary;      // one line, no full stop
    std::string_view description;  // paragraphs divided by empty lines
    std::span<const Positional> positionals;
    std::span<const Option> options;
    std::span<const Example> examples;
    VerbRun run = nullptr;
    // The columns of its records, such as "kind,symbol,rows": it can write them in every format and takes --fields.
    // Empty: its result is text, see `formats`.
    std::string_view fields = {};
    std::string_view formats = "table,plain,json";  // of a verb without fields
    bool is_product = false;  // the result is what was asked for and no report of it: --quiet leaves it alone
    bool is_one_text =
        false;  // a product that is the same in every format but json, and -o FILE may have any extension
};

// Every verb, in the order of the help.
std::span<const Verb* const> verb_table();
// Flags that every verb takes, before or after it.
std::span<const Option> global_options();
// What "data" is when "data import" is a verb.
struct VerbGroup {
    std::string_view name, summary;
};
std::span<const VerbGroup> verb_groups();

// The verb with this path, or null.
const Verb* verb_named(std::string_view path);
// "on,off" -> {"on", "off"}
std::vector<std::string_view> split_choices(std::string_view choices);

}  // namespace trd
