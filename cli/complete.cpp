#include "cli/complete.h"

#include <algorithm>

#include "cli/backtest_figures.h"
#include "cli/help.h"
#include "cli/schema.h"
#include "cli/settings.h"

namespace trd {
namespace {

constexpr std::string_view bash_script = R"(# Completion of trd for bash: source <(trd completion bash)
_trd() {
    local line current=${COMP_WORDS[COMP_CWORD]}
    COMPREPLY=()
    while IFS= read -r line; do
        case $line in
        :open) compopt -o nospace ;;
        :files)
            compopt -o filenames
            while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "$current")
            ;;
        :strategies)
            compopt -o filenames
            while IFS= read -r line; do
                [[ -d $line || $line == *.lua ]] && COMPREPLY+=("$line")
            done < <(compgen -f -- "$current")
            ;;
        *) COMPREPLY+=("${line%%$'\t'*}") ;;
        esac
    done < <("${COMP_WORDS[0]}" __complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _trd trd
)";

constexpr std::string_view zsh_script = R"(#compdef trd
# Completion of trd for zsh: source <(trd completion zsh), after compinit
_trd() {
    local line
    local -a candidates open
    for line in "${(@f)$("${words[1]}" __complete "${(@Q)words[2,CURRENT]}" 2>/dev/null)}"; do
        case $line in
        :open) open=(-S '') ;;
        :files) _files ;;
        :strategies) _files -g '*.lua(-.)' ;;
        ?*) candidates+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}") ;;
        esac
    done
    (( $#candidates )) && _describe 'trd' candidates "${(@)open}"
}
compdef _trd trd
)";

constexpr std::string_view fish_script = R"(# Completion of trd for fish: trd completion fish | source
function __trd_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    for line in ($words[1] __complete $words[2..-1] "$current" 2>/dev/null)
        switch $line
            case ':open'
            case ':files'
                __fish_complete_path $current
            case ':strategies'
                __fish_complete_path $current | string match -r '.*(?:\.lua|/)(?:\t.*)?$'
            case '*'
                echo $line
        end
    end
end
complete -c trd -f -a '(__trd_complete)'
)";

// Where the cursor is.
struct Place {
    const Verb* verb = nullptr;
    std::string path;                 // words of a verb so far: "data"
    const Option* waiting = nullptr;  // the flag whose value comes next
    size_t positionals = 0;           // given already
    std::string last_positional;
    std::vector<std::string_view> flags;
    bool only_values = false;  // after --
};

const Option* option_of(const Place& place, std::string_view flag) {
    const auto in = [flag](std::span<const Option> options) -> const Option* {
        for (const Option& option : options)
            if (option.long_name() == flag || option.short_name() == flag) return &option;
        return nullptr;
    };
    const Option* own = place.verb != nullptr ? in(place.verb->options) : nullptr;
    return own != nullptr ? own : in(global_options());
}

void pass_flag(Place& place, std::string_view word) {
    const bool has_value = word.find('=') != std::string_view::npos;
    const Option* option = option_of(place, word.substr(0, word.find('=')));
    if (option == nullptr) return;
    place.flags.push_back(option->long_name());
    if (!option->is_switch() && !has_value) place.waiting = option;
}

void pass(Place& place, const std::string& word) {
    if (place.waiting != nullptr) {
        place.waiting = nullptr;
    } else if (!place.only_values && word == "--") {
        place.only_values = true;
    } else if (!place.only_values && word.size() > 1 && word[0] == '-') {
        pass_flag(place, word);
    } else if (place.verb != nullptr) {
        ++place.positionals;
        place.last_positional = word;
    } else {
        place.path += (place.path.empty() ? "" : " ") + word;
        place.verb = verb_named(place.path);
    }
}

std::string_view next_word(std::string_view path, std::string_view group) {
    if (!group.empty()) {
        if (path.size() <= group.size() || !path.starts_with(group) || path[group.size()] != ' ') return {};
        path.remove_prefix(group.size() + 1);
    }
    return path.substr(0, path.find(' '));
}

std::string_view summary_of(const Verb& verb, std::string_view group, std::string_view word) {
    const size_t full = group.empty() ? word.size() : group.size() + 1 + word.size();
    if (verb.path.size() == full) return verb.summary;
    for (const VerbGroup& each : verb_groups())
        if (each.name == word) return each.summary;
    return {};
}

using Candidates = std::vector<Candidate>;

void add_verbs(Candidates& out, std::string_view group) {
    for (const Verb* verb : verb_table()) {
        const std::string_view word = next_word(verb->path, group);
        if (word.empty() || (!out.empty() && out.back().word == word)) continue;
        out.push_back({std::string(word), std::string(summary_of(*verb, group, word))});
    }
}

void add_flags(Candidates& out, const Place& place, std::span<const Option> options) {
    for (const Option& option : options) {
        const bool used = std::find(place.flags.begin(), place.flags.end(), option.long_name()) != place.flags.end();
        if (!used || option.repeatable) out.push_back({std::string(option.long_name()), std::string(option.help)});
    }
}

void add_topics(Candidates& out) {
    add_verbs(out, {});
    for (const Topic& topic : topic_table()) out.push_back({std::string(topic.name), std::string(topic.summary)});
}

// Those of a choice; a text is nearly always the name of a file or folder.
void add_setting_values(Completion& out, std::string_view key) {
    for (const SettingKey& each : setting_keys()) {
        if (each.key.name != key) continue;
        for (const auto choice : split_choices(each.key.choices)) out.candidates.push_back({std::string(choice), {}});
        if (each.key.choices.empty() && !each.built_in.empty())
            out.candidates.push_back({std::string(each.built_in), "as built in"});
        if (each.completes == Completes::files) out.also = Completes::files;
    }
}

// The sign and the bound are still to come.
void add_figures(Completion& out) {
    for (std::string& name : fail_if_names()) out.candidates.push_back({std::move(name), {}});
    out.goes_on = true;
}

void add_live(Completion& out, Completes kind, const LiveCandidates& live) {
    for (Candidate& each : live(kind)) out.candidates.push_back(std::move(each));
    out.goes_on = kind == Completes::parameters;
}

void add_values(Completion& out, Completes kind, std::string_view choices, const Place& place,
                const LiveCandidates& live) {
    switch (kind) {
        case Completes::nothing:
            break;
        case Completes::choices:
            for (const auto choice : split_choices(choices)) out.candidates.push_back({std::string(choice), {}});
            break;
        case Completes::settings:
            for (const SettingKey& each : setting_keys())
                out.candidates.push_back({std::string(each.key.name), std::string(each.key.doc)});
            break;
        case Completes::schemas:
            for (const SchemaRow& row : schema_table()) out.candidates.push_back({std::string(row.name), {}});
            break;
        case Completes::shells:
            for (const char* shell : {"bash", "zsh", "fish"}) out.candidates.push_back({shell, {}});
            break;
        case Completes::symbols:
        case Completes::runs:
        case Completes::names:
        case Completes::parameters:
            add_live(out, kind, live);
            break;
        case Completes::figures:
            add_figures(out);
            break;
        case Completes::values:
            add_setting_values(out, place.last_positional);
            break;
        case Completes::verbs:
            add_topics(out.candidates);
            break;
        case Completes::files:
        case Completes::strategies:
            out.also = kind;
            break;
    }
}

void add_positional(Completion& out, const Place& place, const LiveCandidates& live) {
    const auto positionals = place.verb->positionals;
    if (positionals.empty()) return;
    const size_t index = std::min(place.positionals, positionals.size() - 1);
    if (index < place.positionals && !positionals[index].repeatable) return;
    add_values(out, positionals[index].completes, {}, place, live);
}

void keep_those_that_begin_with(Completion& out, std::string_view word) {
    std::erase_if(out.candidates, [word](const Candidate& each) { return !each.word.starts_with(word); });
}

// "--jit=o" and "--set fast=1" end in one word to most shells; bash makes three of it and wants back only what comes
// after the sign.
std::vector<std::string> joined(std::span<const std::string> words, bool& split_by_shell) {
    const auto is_flag = [](const std::string& word) { return word.starts_with("--"); };
    std::vector<std::string> out;
    for (size_t i = 0; i < words.size(); ++i) {
        split_by_shell = words[i] == "=" && !out.empty() &&
                         (is_flag(out.back()) || (out.size() > 1 && is_flag(out[out.size() - 2])));
        if (!split_by_shell) {
            out.push_back(words[i]);
            continue;
        }
        out.back() += "=";
        if (i + 1 < words.size()) out.back() += words[++i];
    }
    return out;
}

Completion complete_joined_value(const Place& place, const std::string& word, bool split_by_shell,
                                 const LiveCandidates& live) {
    Completion out;
    const size_t equals = word.find('=');
    const Option* option = option_of(place, std::string_view(word).substr(0, equals));
    if (option == nullptr) return out;
    add_values(out, option->completes, option->choices, place, live);
    keep_those_that_begin_with(out, std::string_view(word).substr(equals + 1));
    if (!split_by_shell)
        for (Candidate& each : out.candidates) each.word = word.substr(0, equals + 1) + each.word;
    return out;
}

}  // namespace

Completion complete(std::span<const std::string> given, const LiveCandidates& live) {
    bool split_by_shell = false;
    const std::vector<std::string> words = joined(given, split_by_shell);
    Place place;
    for (size_t i = 0; i + 1 < words.size(); ++i) pass(place, words[i]);
    const std::string current = words.empty() ? "" : words.back();
    const bool is_flag = !place.only_values && place.waiting == nullptr && current.starts_with('-');
    if (is_flag && current.find('=') != std::string::npos)
        return complete_joined_value(place, current, split_by_shell, live);
    Completion out;
    if (place.waiting != nullptr) {
        add_values(out, place.waiting->completes, place.waiting->choices, place, live);
    } else if (is_flag) {
        if (place.verb != nullptr) add_flags(out.candidates, place, place.verb->options);
        add_flags(out.candidates, place, global_options());
    } else if (place.verb == nullptr) {
        add_verbs(out.candidates, place.path);
    } else {
        add_positional(out, place, live);
    }
    keep_those_that_begin_with(out, current);
    if (split_by_shell)
        for (Candidate& each : out.candidates) each.word.erase(0, current.find('=') + 1);
    return out;
}

std::string completion_lines(const Completion& completion) {
    std::string out;
    for (const Candidate& each : completion.candidates) out += each.word + "\t" + each.what + "\n";
    if (completion.goes_on) out += ":open\n";
    if (completion.also == Completes::files) out += ":files\n";
    if (completion.also == Completes::strategies) out += ":strategies\n";
    return out;
}

std::string_view completion_script(std::string_view shell) {
    if (shell == "bash") return bash_script;
    if (shell == "zsh") return zsh_script;
    return shell == "fish" ? fish_script : std::string_view();
}

}  // namespace trd
