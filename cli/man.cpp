#include "cli/man.h"

#include <algorithm>

#include "base/build_info.h"
#include "base/exit_codes.h"
#include "cli/help.h"
#include "cli/output.h"
#include "cli/text_format.h"

namespace trd {
namespace {

// Pages carry the day on which their form last changed, so that a build on another day makes the same bytes.
constexpr const char* page_date = "2026-11-21";

// Text that roff takes as it stands. A line that starts with a dot or a quote would be a request.
std::string escaped(std::string_view text) {
    std::string out;
    bool line_start = true;
    for (const char c : text) {
        if (line_start && (c == '.' || c == '\'')) out += "\\&";
        if (c == '\\')
            out += "\\e";
        else if (c == '-')
            out += "\\-";
        else
            out += c;
        line_start = c == '\n';
    }
    return out;
}

// Prose in source lines that stay short with their escapes.
std::string prose(std::string_view text) { return escaped(wrapped_text(text, 0, 66)); }

std::string upper(std::string text) {
    for (char& c : text)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return text;
}

std::string section(std::string_view title) { return ".SH " + upper(std::string(title)) + "\n"; }
std::string bold(std::string_view text) { return "\\fB" + escaped(text) + "\\fR"; }
std::string italic(std::string_view text) { return "\\fI" + escaped(text) + "\\fR"; }
std::string literal(std::string_view text) { return ".nf\n" + escaped(text) + ".fi\n"; }

std::string header(const Verb* verb, std::string_view summary) {
    const std::string name = man_page_name(verb);
    std::string out = ".TH " + upper(name) + " 1 " + page_date + " \"trd " + std::string(build_info().version) +
                      "\" \"trd manual\"\n";
    return out + section("name") + escaped(name) + " \\- " + escaped(summary) + "\n";
}

std::string option_term(const Option& option) {
    std::string term;
    if (!option.short_name().empty()) term = bold(option.short_name());
    if (option.long_name() != option.short_name()) term += (term.empty() ? "" : ", ") + bold(option.long_name());
    return option.is_switch() ? term : term + " " + italic(option.value);
}

std::string option_text(const Option& option) {
    std::string text(option.help);
    if (!option.choices.empty()) {
        std::string choices(option.choices);
        for (size_t at = 0; (at = choices.find(',', at)) != std::string::npos; at += 2) choices.replace(at, 1, ", ");
        text += " (" + choices + ")";
    }
    return text + (option.repeatable ? "; may be given more than once" : "");
}

std::string options_of(std::span<const Option> options) {
    std::string out;
    for (const Option& option : options)
        out += ".TP\n" + option_term(option) + "\n" + prose(option_text(option)) + "\n";
    return out;
}

std::string paragraphs(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const size_t gap = text.find("\n\n");
        out += (out.empty() ? "" : ".PP\n") + prose(text.substr(0, gap)) + "\n";
        text = gap == std::string_view::npos ? std::string_view() : text.substr(gap + 2);
    }
    return out;
}

std::string examples_of(std::span<const Example> examples) {
    std::string out;
    for (const Example& example : examples)
        out += ".TP\n" + prose(example.what) + "\n" + bold("$ " + std::string(example.command)) + "\n";
    return out;
}

std::string exit_codes() {
    std::string out;
    for (const ExitCodeRow& row : exit_code_table())
        out += ".TP\n" + bold(std::to_string(static_cast<int>(row.code))) + " " + escaped(row.name) + "\n" +
               prose(row.meaning) + "\n";
    return out;
}

std::string output_of(const Verb& verb) {
    std::string out = section("output") + "Formats: " + prose(formats_text(verb)) + ".\n";
    std::string fields;
    for (const auto name : split_choices(verb.fields)) fields.append(fields.empty() ? "" : ", ").append(name);
    return fields.empty() ? out : out + ".br\nFields: " + prose(fields) + ".\n";
}

std::string see_also(const Verb* verb) {
    std::string out;
    const auto add = [&out](const std::string& name) {
        out += (out.empty() ? "" : ",\n") + (".BR " + escaped(name)) + " (1)";
    };
    if (verb != nullptr) add("trd");
    if (verb == nullptr)
        for (const Verb* each : verb_table()) add(man_page_name(each));
    // The comma of one line belongs to the macro before it.
    for (size_t at = 0; (at = out.find("(1),\n", at)) != std::string::npos; ++at) out.replace(at, 4, "(1),");
    return section("see also") + out + "\n";
}

std::string verb_page(const Verb& verb) {
    std::string synopsis = bold("trd " + std::string(verb.path));
    for (const Positional& positional : verb.positionals) {
        const std::string name = italic(positional.name) + (positional.repeatable ? "..." : "");
        synopsis += positional.required ? " " + name : " [" + name + "]";
    }
    std::string out = header(&verb, verb.summary) + section("synopsis") + synopsis + " [" + italic("flags") + "]\n";
    out += section("description") +
           (verb.description.empty() ? prose(verb.summary) + ".\n" : paragraphs(verb.description));
    if (!verb.positionals.empty()) {
        out += section("arguments");
        for (const Positional& positional : verb.positionals)
            out += ".TP\n" + italic(positional.name) + "\n" + prose(positional.help) + "\n";
    }
    if (!verb.options.empty()) out += section("options") + options_of(verb.options);
    out += section("options of every verb") + options_of(global_options()) + output_of(verb);
    if (!verb.examples.empty()) out += section("examples") + examples_of(verb.examples);
    return out + section("exit status") + exit_codes() + see_also(&verb);
}

std::string root_page() {
    std::string out = header(nullptr, "trading with Lua strategies, from a shell");
    out += section("synopsis") + bold("trd") + " " + italic("verb") + " [" + italic("arguments") + "] [" +
           italic("flags") + "]\n";
    out += section("verbs");
    for (const Verb* verb : verb_table()) out += ".TP\n" + bold(verb->path) + "\n" + prose(verb->summary) + "\n";
    out += section("options of every verb") + options_of(global_options());
    for (const Topic& topic : topic_table())
        out += section(topic.name == "exit-codes" ? "exit status" : topic.name) + literal(topic.text());
    return out + see_also(nullptr);
}

}  // namespace

std::string man_page_name(const Verb* verb) {
    std::string name = "trd";
    if (verb != nullptr) name += "-" + std::string(verb->path);
    std::replace(name.begin(), name.end(), ' ', '-');
    return name;
}

std::string man_page(const Verb* verb) { return verb == nullptr ? root_page() : verb_page(*verb); }

}  // namespace trd
