#include "cli/frame.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/build_info.h"
#include "base/exit_codes.h"
#include "cli/answer.h"
#include "cli/complete.h"
#include "cli/help.h"
#include "cli/interrupt.h"
#include "cli/json_writer.h"
#include "cli/settings.h"
#include "cli/text_format.h"
#include "history/catalogue.h"

namespace trd {
namespace {

// What the flags of every verb say.
struct Settings {
    Format format = Format::table;
    bool format_given = false;
    std::string output;  // empty: standard output
    std::string color = "auto";
    ProgressMode progress = ProgressMode::automatic;
    bool quiet = false;
    bool exit_zero = false;
};

Format format_named(std::string_view name) {
    if (name == "json") return Format::json;
    return name == "plain" ? Format::plain : Format::table;
}

ProgressMode progress_named(std::string_view name) {
    if (name == "json") return ProgressMode::json;
    return name == "none" ? ProgressMode::none : ProgressMode::automatic;
}

Settings settings_of(const Arguments& arguments) {
    Settings settings;
    if (const auto file = arguments.value("--output"); file && *file != "-") settings.output = *file;
    if (settings.output.ends_with(".json")) settings.format = Format::json;
    if (settings.output.ends_with(".tsv")) settings.format = Format::plain;
    if (const auto name = arguments.value("--format")) settings.format = format_named(*name);
    if (arguments.has("--json")) settings.format = Format::json;
    settings.format_given = arguments.has("--format") || arguments.has("--json");
    settings.color = arguments.value("--color").value_or("auto");
    settings.progress = progress_named(arguments.value("--progress").value_or("auto"));
    settings.quiet = arguments.has("--quiet");
    settings.exit_zero = arguments.has("--exit-zero");
    return settings;
}

Paint paint_of(const Host& host, const Settings& settings, bool is_terminal) {
    return {wants_color(settings.color, host, is_terminal)};
}

// Nobody is left to be told when stderr cannot be written.
void say(const Host& host, const std::string& text) { (void)host.err->write(text).ok(); }

std::string error_text(const Error& error, Paint paint) {
    std::string out = "trd: " + paint.red("error:") + " " + harmless(error.message);
    if (error.code == ExitCode::failed) out += " [" + error.id + "]";
    out += "\n";
    if (!error.hint.empty()) out += "trd: hint: " + error.hint + "\n";
    return out;
}

int fail(const Host& host, const Settings& settings, bool json, const Error& error) {
    say(host, json ? error_json(error) : error_text(error, paint_of(host, settings, host.err_is_terminal)));
    return static_cast<int>(error.code);
}

std::string envelope(const Answer& answer, int code, Timestamp now, Duration spent) {
    JsonWriter json;
    json.begin_object().member("schema", answer.schema).member("ok", code == 0).member("code", code);
    json.key("data").raw(answer.data);
    json.key("warnings").begin_array();
    for (const std::string& warning : answer.warnings) json.value(warning);
    json.end_array().key("meta").begin_object();
    if (!answer.run_id.empty()) json.member("run_id", answer.run_id);
    json.member("version", build_info().version).member("generated_at", to_iso_nanoseconds(now));
    json.member("duration_ms", static_cast<double>(spent.ns / 1000) / 1000);
    return json.end_object().end_object().take() + "\n";
}

void tell(const Host& host, const Settings& settings, const Answer& answer) {
    const Paint paint = paint_of(host, settings, host.err_is_terminal);
    for (const std::string& warning : answer.warnings)
        say(host, "trd: " + paint.yellow("warning:") + " " + harmless(warning) + "\n");
    for (const std::string& note : answer.notes) say(host, "trd: " + harmless(note) + "\n");
}

Status<> deliver(const Host& host, const Settings& settings, std::string_view result, int code) {
    if (!settings.output.empty() && settings.output != "-") return replace_file(settings.output, result);
    if (settings.quiet && code == 0 && !settings.format_given) return done;
    return host.out->write(result);
}

int finish(const Host& host, const Settings& settings, const Answer& answer, Timestamp begin) {
    const bool forgiven = settings.exit_zero && answer.code == ExitCode::findings;
    const int code = forgiven ? 0 : static_cast<int>(answer.code);
    const bool json = settings.format == Format::json;
    const Timestamp now = host.now();
    const Status<> written = deliver(
        host, settings, json && !answer.is_document ? envelope(answer, code, now, now - begin) : answer.text, code);
    if (!json && !(settings.quiet && code == 0)) tell(host, settings, answer);
    return written.ok() ? code : fail(host, settings, json, written.error());
}

int print_help(const Host& host, const Settings& settings, const CommandLine& line, bool full) {
    const HelpStyle style{paint_of(host, settings, host.out_is_terminal), help_columns(host)};
    std::string text;
    if (line.verb != nullptr)
        text = verb_help(*line.verb, full, style);
    else
        text = line.group.empty() ? root_help(style) : group_help(line.group, style);
    const Status<> written = host.out->write(text);
    return written.ok() ? 0 : fail(host, settings, false, written.error());
}

int print_version(const Host& host, const Settings& settings) {
    const Status<> written = host.out->write("trd " + std::string(build_info().version) + "\n");
    return written.ok() ? 0 : fail(host, settings, false, written.error());
}

// Asked by shells at every press of Tab: whatever is wrong, nothing is said.
int print_completions(const Host& host, std::span<const std::string> words) {
    words = words.subspan(1);
    const Arguments given = [&words] {
        Arguments arguments;
        if (const auto folder = word_after(words, "--catalogue")) arguments.add("--catalogue", *folder);
        return arguments;
    }();
    std::vector<std::string> symbols;
    const auto folder = catalogue_folder({.host = host, .arguments = given, .paint = {}});
    if (const auto catalogue = folder ? Catalogue::open(*folder) : Result<Catalogue>(Fail{folder.error()}))
        for (const SeriesRecord& series : catalogue->series()) symbols.push_back(series.key.symbol);
    symbols.erase(std::unique(symbols.begin(), symbols.end()), symbols.end());
    (void)host.out->write(completion_lines(complete(words, symbols))).ok();
    return 0;
}

Status<> enter_project(const Arguments& arguments) {
    const auto folder = arguments.value("--project");
    if (!folder || ::chdir(folder->c_str()) == 0) return done;
    return Fail{file_error("enter folder", *folder, errno)};
}

}  // namespace

std::string error_json(const Error& error) {
    JsonWriter json;
    json.begin_object().member("schema", "trd.error/1").member("code", static_cast<int>(error.code));
    json.member("id", error.id).member("message", error.message).member("hint", error.hint);
    return json.member("retryable", is_retryable(error.code)).end_object().take() + "\n";
}

Result<std::string> catalogue_folder(const Context& context) {
    if (const auto folder = context.arguments.value("--catalogue")) return *folder;
    if (context.host.is_set("TRD_CATALOGUE")) return context.host.variable("TRD_CATALOGUE");
    auto places = places_from(context.host.environment);
    if (!places) {
        Error error = std::move(places).error();
        error.hint = "set HOME, or name the catalogue's folder with --catalogue DIR or TRD_CATALOGUE";
        return Fail{std::move(error)};
    }
    return catalogue_root(*places);
}

int run_command(const Host& host, const std::vector<std::string>& words) {
    const Timestamp begin = host.now();
    if (!words.empty() && words.front() == "__complete") return print_completions(host, words);
    auto line = parse_command_line(words);
    if (!line) {
        Settings settings;
        settings.color = word_after(words, "--color").value_or("auto");
        return fail(host, settings, asks_for_json(words), line.error());
    }
    const Arguments& arguments = line->arguments;
    const Settings settings = settings_of(arguments);
    const bool json = settings.format == Format::json;
    if (arguments.has("--help") || arguments.has("-h"))
        return print_help(host, settings, *line, arguments.has("--help"));
    if (arguments.has("--version")) return print_version(host, settings);
    if (const auto complete = check_complete(*line); !complete) return fail(host, settings, json, complete.error());
    if (const auto entered = enter_project(arguments); !entered) return fail(host, settings, json, entered.error());

    if (const auto applied = apply_config(host, *line); !applied) return fail(host, settings, json, applied.error());

    const bool to_terminal = settings.output.empty() && host.out_is_terminal;
    Context context{host,           arguments,        settings.format, paint_of(host, settings, to_terminal),
                    settings.quiet, settings.progress};
    const Result<Answer> answer = line->verb->run(context);
    if (!answer) return fail(host, settings, json, answer.error());
    return finish(host, settings, *answer, begin);
}

}  // namespace trd
