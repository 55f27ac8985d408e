#include "cli/script_log.h"

#include "cli/json_writer.h"
#include "cli/text_format.h"

namespace trd {
namespace {

NoteLevel least_level(const Context& context) {
    if (context.quiet) return NoteLevel::error;
    return context.arguments.has("--verbose") ? NoteLevel::debug : NoteLevel::info;
}

std::string json_line(const LogLine& line) {
    JsonWriter json;
    json.begin_object().member("type", line.is_alert ? "alert" : "log").member("time", to_iso_nanoseconds(line.time));
    json.member("level", name_of(line.level)).member("strategy", line.strategy).member("text", line.text);
    return json.end_object().take() + "\n";
}

std::string text_line(const LogLine& line) {
    std::string level(line.is_alert ? "alert " : "");
    level += name_of(line.level);
    return to_iso(line.time) + " " + padded_right(level, 5) + " " + std::string(line.strategy) + ": " +
           for_terminal(line.text) + "\n";
}

}  // namespace

ScriptLog::ScriptLog(const Context& context, Progress& progress)
    : context_(context), progress_(progress), least_(least_level(context)) {}

void ScriptLog::show(const LogLine& line) const {
    if (line.level < least_) return;
    progress_.clear();
    (void)context_.host.err
        ->write(context_.json() || context_.format == Format::jsonl ? json_line(line) : text_line(line))
        .ok();
}

}  // namespace trd
