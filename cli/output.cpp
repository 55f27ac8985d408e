#include "cli/output.h"

#include <algorithm>
#include <array>

#include "base/assert.h"
#include "base/suggest.h"
#include "cli/unicode.h"
#include "cli/values.h"

namespace trd {
namespace {

struct FormatRow {
    std::string_view name;
    Format format;
};
constexpr std::array formats{
    FormatRow{"table", Format::table}, FormatRow{"plain", Format::plain}, FormatRow{"json", Format::json},
    FormatRow{"jsonl", Format::jsonl}, FormatRow{"csv", Format::csv},     FormatRow{"tsv", Format::tsv},
    FormatRow{"md", Format::md},
};
constexpr std::string_view all_formats = "table,plain,json,jsonl,csv,tsv,md";

constexpr std::array extensions{
    FormatRow{".txt", Format::table},    FormatRow{".json", Format::json}, FormatRow{".jsonl", Format::jsonl},
    FormatRow{".ndjson", Format::jsonl}, FormatRow{".csv", Format::csv},   FormatRow{".tsv", Format::tsv},
    FormatRow{".md", Format::md},
};

std::vector<std::string_view> format_names(const Verb& verb) {
    return split_choices(verb.fields.empty() ? verb.formats : all_formats);
}

bool can_write(const Verb& verb, Format format) {
    const auto names = format_names(verb);
    return std::find(names.begin(), names.end(), name_of(format)) != names.end();
}

Format format_named(std::string_view name) {
    for (const FormatRow& row : formats)
        if (row.name == name) return row.format;
    TRD_ASSERT(false);  // the parser refuses other choices
}

// ".csv", or empty; a name such as ".profile" has none.
std::string_view extension_of(std::string_view path) {
    const std::string_view name = path.substr(path.rfind('/') + 1);
    const size_t point = name.rfind('.');
    return point == std::string_view::npos || point == 0 ? std::string_view() : name.substr(point);
}

std::optional<Format> format_of_extension(std::string_view extension) {
    for (const FormatRow& row : extensions)
        if (row.name == extension) return row.format;
    return std::nullopt;
}

Error cannot_write(const Verb& verb, std::string_view what, std::string hint) {
    return {ExitCode::usage, "E_FORMAT",
            "trd " + std::string(verb.path) + " cannot write " + std::string(what) + ", only " + formats_text(verb),
            std::move(hint)};
}

Result<Format> format_for_file(const Verb& verb, const std::string& file) {
    const std::string_view extension = extension_of(file);
    const auto format = format_of_extension(extension);
    if (verb.is_one_text) return format == Format::json ? Format::json : Format::table;
    if (extension.empty()) return Format::table;
    if (!format)
        return Fail{
            cannot_write(verb, "a " + std::string(extension) + " file",
                         "known are .txt, .json, .jsonl, .csv, .tsv and .md; for another name say --format too")};
    if (!can_write(verb, *format))
        return Fail{cannot_write(verb, name_of(*format), "give " + in_quotes(file) + " another extension")};
    return *format;
}

Error unknown_field(const Verb& verb, std::string_view name) {
    const auto known = split_choices(verb.fields);
    const auto meant = nearest_name(name, known);
    std::string all;
    for (const auto each : known) all.append(all.empty() ? "" : ", ").append(each);
    return {ExitCode::usage, "E_FIELD", "trd " + std::string(verb.path) + " has no field " + in_quotes(name),
            meant ? "did you mean " + std::string(*meant) + "?" : "its fields: " + all};
}

Error no_fields(const Verb& verb) {
    return {ExitCode::usage, "E_FIELD", "trd " + std::string(verb.path) + " writes no records, so it has no fields",
            "leave --fields out"};
}

Error fields_of_json() {
    return {ExitCode::usage, "E_FIELD", "--fields does not go with --format json: its members are those of the schema",
            "use --format jsonl, or pick members with jq"};
}

// The verb's own words are returned: those of the command line do not live as long.
Result<std::vector<std::string_view>> fields_meant(const Verb& verb, const std::string& list) {
    if (verb.fields.empty()) return Fail{no_fields(verb)};
    const auto known = split_choices(verb.fields);
    std::vector<std::string_view> fields;
    for (const std::string_view name : split_choices(list)) {
        const auto found = std::find(known.begin(), known.end(), name);
        if (found == known.end()) return Fail{unknown_field(verb, name)};
        fields.push_back(*found);
    }
    if (fields.empty()) return Fail{unknown_field(verb, "")};
    return fields;
}

// Whichever of the two won, it would be without a word.
Status<> check_one_format(const Arguments& arguments) {
    const auto name = arguments.value("--format");
    if (!arguments.has("--json") || !name || *name == "json") return done;
    return Fail{Error{ExitCode::usage, "E_FLAG_TWICE",
                      "--format is " + in_quotes(*name) + ", and --json is --format json", "leave one of the two out"}};
}

}  // namespace

std::string_view name_of(Format format) {
    for (const FormatRow& row : formats)
        if (row.format == format) return row.name;
    TRD_ASSERT(false);
}

std::string formats_text(const Verb& verb) {
    std::string text;
    for (const auto name : format_names(verb)) text.append(text.empty() ? "" : ", ").append(name);
    return text;
}

Result<OutputChoice> choose_output(const Verb& verb, const Arguments& arguments) {
    OutputChoice choice;
    const auto file = arguments.value("--output");
    if (file == "") return Fail{bad_value("--output", "", "the name of a file, or -")};
    if (file && *file != "-") choice.file = *file;
    TRD_CHECK(check_one_format(arguments));
    choice.stays_when_quiet =
        arguments.has("--format") || arguments.has("--json") || file || verb.is_product || verb.is_one_text;
    choice.is_one_text = verb.is_one_text;
    if (arguments.has("--json")) {
        choice.format = Format::json;
    } else if (const auto name = arguments.value("--format")) {
        choice.format = format_named(*name);
    } else if (!choice.file.empty()) {
        TRD_TRY(choice.format, format_for_file(verb, choice.file));
    }
    if (!can_write(verb, choice.format))
        return Fail{cannot_write(verb, name_of(choice.format), "leave --format out, or name one of these")};
    if (const auto list = arguments.value("--fields")) {
        TRD_TRY(choice.fields, fields_meant(verb, *list));
        if (choice.format == Format::json) return Fail{fields_of_json()};
    }
    return choice;
}

bool wants_json_errors(const Arguments& arguments) {
    if (arguments.has("--json")) return true;
    const auto name = arguments.value("--format");
    return name == "json" || name == "jsonl";
}

Result<Zone> zone_meant(const Arguments& arguments, std::string_view flag) {
    const auto name = arguments.value(flag);
    if (!name) return Zone::utc();
    const auto zone = Zone::find(*name);
    if (zone) return *zone;
    const std::vector<std::string> names = zone_names();
    const auto meant = nearest_name(*name, std::vector<std::string_view>(names.begin(), names.end()));
    const std::string hint = zone.error() == ZoneError::no_database
                                 ? "the time zone database is missing: install tzdata"
                             : meant ? "did you mean " + std::string(*meant) + "?"
                                     : "zones are named as in America/New_York";
    return Fail{Error{ExitCode::usage, "E_USAGE_ZONE",
                      std::string(flag) + " is " + in_quotes(*name) + ", expected a time zone", hint}};
}

TableStyle table_style(const Context& context) {
    return {context.columns, context.zone, context.paint, context.is_utf8};
}

// A file has no standard error beside it.
Page with_warnings(Page page, const std::vector<std::string>& warnings) {
    PageSection section{"Warnings"};
    for (const std::string& warning : warnings)
        section.note += (section.note.empty() ? "" : "\n") + harmless("- " + warning);
    page.sections.push_back(std::move(section));
    return page;
}

// What a verb wrote for people, where it is asked for.
std::optional<std::string> written_text(const Answer& answer, const OutputChoice& choice, const Context& context) {
    if (!choice.fields.empty()) return {};
    if (choice.format == Format::md && answer.page) return page_markdown(with_warnings(*answer.page, answer.warnings));
    if (choice.format != Format::table) return {};
    if (answer.page) return page_text(*answer.page, table_style(context));
    return answer.text.empty() ? std::optional<std::string>() : answer.text;
}

std::string result_text(const Answer& answer, const OutputChoice& choice, const Context& context) {
    if (!answer.table) return answer.text;
    if (auto text = written_text(answer, choice, context)) return *std::move(text);
    const TableStyle style = table_style(context);
    if (choice.fields.empty()) return table_text(*answer.table, choice.format, style);
    return table_text(with_fields(*answer.table, choice.fields), choice.format, style);
}

}  // namespace trd
