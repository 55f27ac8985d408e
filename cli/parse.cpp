// The only file that includes CLI11: it costs seconds to compile. CLI11 sorts the words; every text that a person sees
// is made here from our own table.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <memory>

#include "base/suggest.h"
#include "cli/arguments.h"
#include "cli/values.h"

namespace trd {
namespace {

using Names = std::vector<std::string_view>;

// An option or positional as CLI11 holds it, and what Arguments will call it.
struct Bound {
    CLI::Option* option;
    std::string_view name;
};

struct BoundVerb {
    const Verb* verb;
    CLI::App* app;
    std::vector<Bound> bound;
};

struct Tree {
    CLI::App root;
    std::vector<Bound> globals;
    std::vector<BoundVerb> verbs;
};

Bound bind(CLI::App& app, const Option& option) {
    const std::string names(option.names);
    CLI::Option* added = option.is_switch()
                             ? app.add_flag(names)->disable_flag_override()
                             : app.add_option(names, CLI::callback_t([](const CLI::results_t&) { return true; }))
                                   ->expected(1)
                                   ->allow_extra_args(false);
    added->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    return {added, option.long_name()};
}

Bound bind(CLI::App& app, const Positional& positional) {
    CLI::Option* added =
        app.add_option(std::string(positional.name), CLI::callback_t([](const CLI::results_t&) { return true; }));
    added->expected(positional.repeatable ? -1 : 1)->allow_extra_args(positional.repeatable);
    added->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    return {added, positional.name};
}

void set_manners(CLI::App& app) {
    app.set_help_flag("");
    app.allow_extras();
    app.fallthrough();
    app.require_subcommand(0, 1);
}

// "data import" hangs below "data", which is made when it is first needed.
CLI::App& place_of(CLI::App& root, std::string_view path) {
    CLI::App* app = &root;
    while (!path.empty()) {
        const size_t blank = path.find(' ');
        const std::string word(path.substr(0, blank));
        const auto known = app->get_subcommands([&word](const CLI::App* each) { return each->get_name() == word; });
        CLI::App* next = known.empty() ? nullptr : known.front();
        if (next == nullptr) {
            next = app->add_subcommand(word);
            set_manners(*next);
        }
        app = next;
        path = blank == std::string_view::npos ? std::string_view() : path.substr(blank + 1);
    }
    return *app;
}

std::unique_ptr<Tree> make_tree() {
    auto tree = std::make_unique<Tree>();
    set_manners(tree->root);
    for (const Option& option : global_options()) tree->globals.push_back(bind(tree->root, option));
    for (const Verb* verb : verb_table()) {
        BoundVerb bound{verb, &place_of(tree->root, verb->path), {}};
        for (const Option& option : verb->options) bound.bound.push_back(bind(*bound.app, option));
        for (const Positional& positional : verb->positionals) bound.bound.push_back(bind(*bound.app, positional));
        tree->verbs.push_back(std::move(bound));
    }
    return tree;
}

void collect(Arguments& arguments, const std::vector<Bound>& bound) {
    for (const Bound& each : bound)
        for (const std::string& result : each.option->results()) arguments.add(each.name, result);
}

CommandLine read_tree(const Tree& tree) {
    CommandLine line;
    collect(line.arguments, tree.globals);
    for (const BoundVerb& bound : tree.verbs) {
        if (!bound.app->parsed()) continue;
        line.verb = bound.verb;
        collect(line.arguments, bound.bound);
    }
    const auto parsed = tree.root.get_subcommands();
    if (line.verb == nullptr && !parsed.empty()) line.group = parsed.front()->get_name();
    return line;
}

void add_flags(Names& names, std::span<const Option> options) {
    for (const Option& option : options) names.push_back(option.long_name());
}

// The flags that would have been understood here.
Names known_flags(const CommandLine& line) {
    Names names;
    if (line.verb != nullptr) add_flags(names, line.verb->options);
    add_flags(names, global_options());
    return names;
}

// The words that can follow `group` (empty: that can come first).
Names next_words(std::string_view group) {
    Names names;
    for (const Verb* verb : verb_table()) {
        std::string_view path = verb->path;
        if (!group.empty() && !(path.starts_with(group) && path.size() > group.size() && path[group.size()] == ' '))
            continue;
        if (!group.empty()) path.remove_prefix(group.size() + 1);
        const std::string_view word = path.substr(0, path.find(' '));
        if (names.empty() || names.back() != word) names.push_back(word);
    }
    return names;
}

std::string help_command(const CommandLine& line) {
    if (line.verb != nullptr) return "trd help " + std::string(line.verb->path);
    return line.group.empty() ? "trd help" : "trd help " + line.group;
}

// Cuts "--flag=value" and "-fvalue" down to the flag.
std::string flag_of(const std::string& word) {
    if (word.starts_with("--")) return word.substr(0, word.find('='));
    return word.substr(0, 2);
}

bool looks_like_flag(std::string_view word) { return word.size() > 1 && word[0] == '-' && word != "--"; }

Error unknown_flag(const CommandLine& line, const std::string& word) {
    const std::string flag = flag_of(word);
    const auto meant = nearest_name(flag, known_flags(line));
    const std::string where = line.verb != nullptr ? "trd " + std::string(line.verb->path) : "trd";
    Error error{ExitCode::usage, "E_FLAG", where + " has no flag " + in_quotes(flag), {}};
    error.hint = meant ? "did you mean " + std::string(*meant) + "?" : help_command(line) + " lists its flags";
    return error;
}

// What other programs call it. The first that there is here.
struct OtherName {
    std::string_view word, verb;
};
constexpr OtherName other_names[] = {
    {"ls", "show"},       {"list", "ls"},      {"list", "show"},  {"ls", "help"},  {"list", "help"},
    {"delete", "rm"},     {"remove", "rm"},    {"del", "rm"},     {"edit", "set"}, {"add", "import"},
    {"load", "import"},   {"compare", "diff"}, {"view", "show"},  {"cat", "show"}, {"run", "backtest"},
    {"test", "backtest"}, {"lint", "check"},   {"create", "new"},
};

std::optional<std::string_view> verb_meant(const std::string& word, const Names& verbs) {
    for (const auto& [other, verb] : other_names)
        if (word == other && std::find(verbs.begin(), verbs.end(), verb) != verbs.end()) return verb;
    return nearest_name(word, verbs);
}

Error unknown_verb(const CommandLine& line, const std::string& word) {
    const auto meant = verb_meant(word, next_words(line.group));
    const std::string where = line.group.empty() ? "trd" : "trd " + line.group;
    Error error{ExitCode::usage, "E_VERB", where + " has no verb " + in_quotes(word), {}};
    error.hint =
        meant ? "did you mean " + where + " " + std::string(*meant) + "?" : help_command(line) + " lists the verbs";
    return error;
}

// "trd schemma help": CLI11 finds the verb help behind the word that was meant to be one.
bool stands_before_verb(const CommandLine& line, const std::vector<std::string>& given, const std::string& word) {
    const std::string_view verb = line.verb->path.substr(0, line.verb->path.find(' '));
    return std::find(given.begin(), given.end(), word) < std::find(given.begin(), given.end(), verb);
}

const Option* option_named(const CommandLine& line, std::string_view flag) {
    const auto in = [flag](std::span<const Option> options) -> const Option* {
        for (const Option& option : options)
            if (option.long_name() == flag || option.short_name() == flag) return &option;
        return nullptr;
    };
    const Option* found = line.verb != nullptr ? in(line.verb->options) : nullptr;
    return found != nullptr ? found : in(global_options());
}

// "--set note=two words": the word before it is a value that a person writes, so a blank may have cut it in two.
bool may_be_cut_value(const CommandLine& line, const std::vector<std::string>& given, const std::string& word) {
    const auto place = std::find(given.begin(), given.end(), word);
    if (place - given.begin() < 2) return false;
    const std::string& before = *(place - 1);
    if (looks_like_flag(before)) return before.find('=') != std::string::npos;
    const Option* option = option_named(line, *(place - 2));
    if (option != nullptr && !option->is_switch()) return true;
    const auto positionals = line.verb->positionals;
    return !positionals.empty() && positionals.back().completes == Completes::values;
}

Error leftover_word(const CommandLine& line, const std::vector<std::string>& words,
                    const std::vector<std::string>& given) {
    if (line.verb == nullptr && !looks_like_flag(words.front())) return unknown_verb(line, words.front());
    for (const std::string& word : words)
        if (looks_like_flag(word)) return unknown_flag(line, word);
    if (stands_before_verb(line, given, words.front())) return unknown_verb({}, words.front());
    return {ExitCode::usage, "E_EXTRA_WORD",
            "trd " + std::string(line.verb->path) + " does not know what to do with " + in_quotes(words.front()),
            (may_be_cut_value(line, given, words.front()) ? "a value with blanks needs quotes; " : "") +
                help_command(line) + " shows what it takes"};
}

Error without_value(std::string_view flag, const Option* option) {
    const std::string value(option != nullptr ? option->value : "VALUE");
    return {ExitCode::usage, "E_FLAG_VALUE", std::string(flag) + " needs a value",
            "write " + std::string(flag) + " " + value};
}

// CLI11 throws for two things that can happen with our tree: the last flag lacks its value; a switch has one, and is
// then named without its dashes.
Error error_of(const CLI::ParseError& problem, const CommandLine& line) {
    const std::string text = problem.what();
    const std::string flag = text.substr(0, text.find_first_of(": "));
    if (text.find("flag override") != std::string::npos)
        return {ExitCode::usage, "E_SWITCH_VALUE", "--" + flag + " takes no value", "write --" + flag + " alone"};
    return without_value(flag, option_named(line, flag));
}

Error given_twice(const Option& option, const std::string& first, const std::string& second) {
    const std::string flag(option.long_name());
    const std::string hint = option.takes_list()
                                 ? "give it once, with both divided by a comma: " + flag + " " + first + "," + second
                                 : "give it once: " + flag + " " + std::string(option.value);
    return {ExitCode::usage, "E_FLAG_TWICE", flag + " is " + in_quotes(first) + " and again " + in_quotes(second),
            hint};
}

// "fast" of "fast=20" where the values of an option are by name, nothing otherwise.
std::string_view name_in(const Option& option, std::string_view value) {
    return option.is_by_name() ? value.substr(0, value.find('=')) : std::string_view();
}

// Whichever of two values won, it would be without a word. The same value twice leaves no doubt.
Status<> check_given_once(const CommandLine& line, std::span<const Option> options) {
    for (const Option& option : options) {
        if (option.is_switch() || (option.repeatable && !option.is_by_name())) continue;
        const auto values = line.arguments.values(option.long_name());
        for (size_t i = 0; i < values.size(); ++i)
            for (size_t earlier = 0; earlier < i; ++earlier)
                if (values[earlier] != values[i] && name_in(option, values[earlier]) == name_in(option, values[i]))
                    return Fail{given_twice(option, values[earlier], values[i])};
    }
    return done;
}

// "--symbol --json": the flag was forgotten its value, and CLI11 took the next flag for it.
Status<> check_values(const CommandLine& line, std::span<const Option> options) {
    for (const Option& option : options) {
        for (const std::string& value : line.arguments.values(option.long_name())) {
            if (!option.is_switch() && looks_like_flag(value) && option_named(line, flag_of(value)) != nullptr)
                return Fail{without_value(option.long_name(), &option)};
            const auto choices = split_choices(option.choices);
            if (choices.empty() || std::find(choices.begin(), choices.end(), value) != choices.end()) continue;
            std::string expected = "one of";
            for (const auto choice : choices) expected.append(choice == choices.front() ? " " : ", ").append(choice);
            const auto meant = nearest_name(value, choices);
            return Fail{bad_value(option.long_name(), value, expected,
                                  meant ? "did you mean " + std::string(*meant) + "?" : std::string())};
        }
    }
    return done;
}

Status<> check_options(const CommandLine& line, std::span<const Option> options) {
    TRD_CHECK(check_values(line, options));
    return check_given_once(line, options);
}

// The verb as far as the words before a mistake say, for messages about that mistake.
CommandLine guess_line(const std::vector<std::string>& words) {
    CommandLine line;
    for (const std::string& word : words) {
        if (looks_like_flag(word)) continue;
        const std::string path = line.group.empty() ? word : line.group + " " + word;
        line.verb = verb_named(path);
        if (line.verb != nullptr) break;
        line.group = path;
    }
    return line;
}

}  // namespace

Result<CommandLine> parse_command_line(std::vector<std::string> words) {
    const auto tree = make_tree();
    const std::vector<std::string> given = words;
    std::reverse(words.begin(), words.end());
    try {
        tree->root.parse(words);
    } catch (const CLI::ParseError& problem) {
        return Fail{error_of(problem, guess_line(given))};
    }
    CommandLine line = read_tree(*tree);
    auto left = tree->root.remaining(true);
    std::erase(left, "--");
    if (line.arguments.has("--help") || line.arguments.has("-h")) return line;
    if (!left.empty()) return Fail{leftover_word(line, left, given)};
    TRD_CHECK(check_options(line, global_options()));
    if (line.verb != nullptr) TRD_CHECK(check_options(line, line.verb->options));
    return line;
}

Status<> check_complete(const CommandLine& line) {
    if (line.verb == nullptr) {
        std::string words;
        for (const auto word : next_words(line.group)) words.append(words.empty() ? "" : ", ").append(word);
        const std::string where = line.group.empty() ? "trd" : "trd " + line.group;
        const std::string_view first = line.group.empty() ? "trd init makes a project to begin with; " : "";
        return Fail{Error{ExitCode::usage, "E_VERB_MISSING", where + " needs a verb: " + words,
                          std::string(first) + help_command(line) + " says what each does"}};
    }
    for (const Positional& positional : line.verb->positionals)
        if (positional.required && !line.arguments.has(positional.name))
            return Fail{Error{ExitCode::usage, "E_MISSING_WORD",
                              "trd " + std::string(line.verb->path) + " needs " + std::string(positional.name) + ", " +
                                  std::string(positional.help),
                              help_command(line) + " has examples"}};
    return done;
}

}  // namespace trd
