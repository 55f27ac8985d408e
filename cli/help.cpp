#include "cli/help.h"

#include <algorithm>

#include "base/build_info.h"
#include "cli/output.h"
#include "cli/text_format.h"

namespace trd {
namespace {

using Rows = std::vector<std::pair<std::string, std::string>>;

constexpr size_t left_margin = 2;
constexpr size_t widest_term = 26;

std::string blanks(size_t count) { return std::string(count, ' '); }

std::string section(const HelpStyle& style, std::string_view title) { return "\n" + style.paint.bold(title) + "\n"; }

size_t term_width(const Rows& rows) {
    size_t width = 0;
    for (const auto& [term, text] : rows)
        if (term.size() <= widest_term) width = std::max(width, term.size());
    return width;
}

// Terms on the left, their texts beside them; a term that is too long gets a line of its own.
std::string two_columns(const Rows& rows, const HelpStyle& style) {
    const size_t width = term_width(rows);
    const size_t indent = left_margin + width + 2;
    std::string out;
    for (const auto& [term, text] : rows) {
        const bool fits = term.size() <= width;
        out += blanks(left_margin) + term + (fits ? blanks(width - term.size() + 2) : "\n" + blanks(indent));
        out += wrapped_text(text, indent, style.columns) + "\n";
    }
    return out;
}

std::string option_term(const Option& option) {
    std::string term = option.names.starts_with("--") ? "    " : "";
    for (const char c : option.names) term += c == ',' ? std::string(", ") : std::string(1, c);
    if (!option.is_switch()) term.append(" ").append(option.value);
    return term;
}

std::string option_text(const Option& option) {
    std::string text(option.help);
    if (!option.choices.empty()) {
        text += " (";
        for (const char c : option.choices) text += c == ',' ? std::string(", ") : std::string(1, c);
        text += ")";
    }
    return text + (option.repeatable ? "; may be given more than once" : "");
}

Rows option_rows(std::span<const Option> options) {
    Rows rows;
    for (const Option& option : options) rows.emplace_back(option_term(option), option_text(option));
    return rows;
}

Rows positional_rows(std::span<const Positional> positionals) {
    Rows rows;
    for (const Positional& positional : positionals) rows.emplace_back(positional.name, positional.help);
    return rows;
}

bool is_in_group(const Verb& verb, std::string_view group) {
    return verb.path.size() > group.size() && verb.path.starts_with(group) && verb.path[group.size()] == ' ';
}

// The first verb of a group stands for all of it.
Rows verb_rows() {
    Rows rows;
    std::string_view last_group;
    for (const Verb* verb : verb_table()) {
        const std::string_view word = verb->path.substr(0, verb->path.find(' '));
        if (word.size() == verb->path.size()) {
            rows.emplace_back(verb->path, verb->summary);
        } else if (word != last_group) {
            for (const VerbGroup& group : verb_groups())
                if (group.name == word) rows.emplace_back(group.name, group.summary);
            last_group = word;
        }
    }
    return rows;
}

Rows topic_rows() {
    Rows rows;
    for (const Topic& topic : topic_table()) rows.emplace_back(topic.name, topic.summary);
    return rows;
}

std::string examples_of(const Verb& verb, const HelpStyle& style) {
    std::string out = section(style, "Examples");
    for (const Example& example : verb.examples) {
        out += blanks(left_margin) + wrapped_text(example.what, left_margin, style.columns) + "\n";
        out.append(blanks(left_margin + 2)).append("$ ").append(example.command).append("\n");
    }
    return out;
}

void append_paragraph(std::string& out, std::string_view paragraph, const HelpStyle& style) {
    out += "\n";
    if (paragraph.starts_with(' '))
        out.append(paragraph).append("\n");
    else
        out += blanks(left_margin) + wrapped_text(paragraph, left_margin, style.columns) + "\n";
}

// What the verb can write, and the columns of its records.
std::string output_of(const Verb& verb, const HelpStyle& style) {
    Rows rows{{"formats", formats_text(verb)}};
    std::string fields;
    for (const auto name : split_choices(verb.fields)) fields.append(fields.empty() ? "" : ", ").append(name);
    if (!fields.empty()) rows.emplace_back("fields", fields);
    return section(style, "Output") + two_columns(rows, style);
}

std::string description_of(const Verb& verb, const HelpStyle& style) {
    std::string out;
    for (std::string_view rest = verb.description; !rest.empty();) {
        const size_t gap = rest.find("\n\n");
        append_paragraph(out, rest.substr(0, gap), style);
        rest = gap == std::string_view::npos ? std::string_view() : rest.substr(gap + 2);
    }
    return out;
}

}  // namespace

size_t help_columns(const Host& host) { return std::clamp<size_t>(static_cast<size_t>(host.columns), 60, 100); }

std::string usage_line(const Verb& verb) {
    std::string line = "trd " + std::string(verb.path);
    for (const Positional& positional : verb.positionals) {
        line.append(positional.required ? " " : " [").append(positional.name);
        if (positional.repeatable) line += "...";
        if (!positional.required) line += "]";
    }
    return line + " [flags]";
}

std::string root_help(const HelpStyle& style) {
    std::string out = "trd " + std::string(build_info().version) + ": trading with Lua strategies, from a shell\n";
    out += "\nusage: trd VERB [arguments] [flags]\n";
    out += section(style, "Verbs") + two_columns(verb_rows(), style);
    out += section(style, "Flags of every verb") + two_columns(option_rows(global_options()), style);
    out += section(style, "Topics (trd help TOPIC)") + two_columns(topic_rows(), style);
    return out + "\ntrd help VERB shows a verb with examples.\n";
}

std::string group_help(std::string_view group, const HelpStyle& style) {
    Rows rows;
    for (const Verb* verb : verb_table())
        if (is_in_group(*verb, group)) rows.emplace_back(verb->path.substr(group.size() + 1), verb->summary);
    const std::string name(group);
    return "usage: trd " + name + " VERB [arguments] [flags]\n" + section(style, "Verbs") + two_columns(rows, style) +
           "\ntrd help " + name + " VERB shows a verb with examples.\n";
}

std::string verb_help(const Verb& verb, bool full, const HelpStyle& style) {
    std::string out = "usage: " + usage_line(verb) + "\n\n";
    out += wrapped_text(std::string(verb.summary) + ".", 0, style.columns) + "\n";
    if (full && !verb.examples.empty()) out += examples_of(verb, style);
    if (full && !verb.description.empty()) out += section(style, "Description") + description_of(verb, style).substr(1);
    if (!verb.positionals.empty())
        out += section(style, "Arguments") + two_columns(positional_rows(verb.positionals), style);
    if (!verb.options.empty()) out += section(style, "Flags") + two_columns(option_rows(verb.options), style);
    if (full) out += output_of(verb, style);
    if (!full)
        return out + "\ntrd " + std::string(verb.path) +
               " --help has examples; trd -h lists the flags of every verb.\n";
    return out + section(style, "Flags of every verb") + two_columns(option_rows(global_options()), style);
}

}  // namespace trd
