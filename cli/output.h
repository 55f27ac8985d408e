// Which form a result is written in, and whether the verb can: from --format, --json, -o FILE.ext and --fields to one
// choice, before the verb runs. Used by the frame and by help.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/answer.h"

namespace trd {

struct OutputChoice {
    Format format = Format::table;
    bool stays_when_quiet = false;         // asked for by --format, --json or --output, or all that the verb is for
    bool is_one_text = false;              // of the verb: its text is the same for people and for programs
    std::string file;                      // empty: standard output
    std::vector<std::string_view> fields;  // of --fields; empty: all
};

std::string_view name_of(Format format);
// "table, plain, json"
std::string formats_text(const Verb& verb);

// Errors: E_FORMAT when the verb cannot write it, E_FLAG_TWICE for two formats, E_FIELD for a column that it does not
// have.
Result<OutputChoice> choose_output(const Verb& verb, const Arguments& arguments);

// Whether errors are told as JSON, for command lines that may not be right in anything else: where --json or --format
// asks for it. The form of a file, -o FILE.json, says nothing of who reads standard error.
bool wants_json_errors(const Arguments& arguments);

// --tz: E_USAGE_ZONE with the zone that was probably meant.
Result<Zone> zone_meant(const Arguments& arguments, std::string_view flag);

TableStyle table_style(const Context& context);
// The answer in any format but json.
std::string result_text(const Answer& answer, const OutputChoice& choice, const Context& context);

}  // namespace trd
