#include "cli/frame.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/build_info.h"
#include "base/bytes.h"
#include "base/exit_codes.h"
#include "base/hash.h"
#include "cli/answer.h"
#include "cli/complete.h"
#include "cli/help.h"
#include "cli/interrupt.h"
#include "cli/json_writer.h"
#include "cli/live_parameters.h"
#include "cli/log_output.h"
#include "cli/output.h"
#include "cli/runs_common.h"
#include "cli/settings.h"
#include "cli/text_format.h"
#include "cli/values.h"
#include "history/catalogue.h"

namespace trd {
namespace {

// What the flags of every verb say.
struct Settings {
    OutputChoice output;
    bool json_errors = false;
    std::string color = "auto";
    ProgressMode progress = ProgressMode::automatic;
    Zone zone = Zone::utc();
    bool quiet = false;
    bool exit_zero = false;
    bool no_input = false;
    std::string correlation_id;  // empty: none was given
};

ProgressMode progress_named(std::string_view name) {
    if (name == "json") return ProgressMode::json;
    return name == "none" ? ProgressMode::none : ProgressMode::automatic;
}

// Those that cannot be wrong, so that errors are told in the right way.
Settings settings_of(const Arguments& arguments) {
    Settings settings;
    settings.json_errors = wants_json_errors(arguments);
    settings.color = arguments.value("--color").value_or("auto");
    settings.progress = progress_named(arguments.value("--progress").value_or("auto"));
    settings.quiet = arguments.has("--quiet");
    settings.exit_zero = arguments.has("--exit-zero");
    settings.no_input = arguments.has("--no-input");
    return settings;
}

// A flag, or a variable that whoever started us has set for all that it starts.
Result<std::string> correlation_id_of(const Host& host, const Arguments& arguments) {
    constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._:/-";
    const auto flag = arguments.value("--correlation-id");
    const std::string id = flag.value_or(host.variable("TRD_CORRELATION_ID"));
    const bool is_well = id.size() <= 64 && id.find_first_not_of(allowed) == std::string::npos;
    if (is_well && (!flag || !id.empty())) return id;
    return Fail{
        bad_value(flag ? "--correlation-id" : "TRD_CORRELATION_ID", id, "1 to 64 letters, digits and . _ : / -")};
}

Status<> complete_settings(Settings& settings, const CommandLine& line) {
    TRD_TRY(settings.output, choose_output(*line.verb, line.arguments));
    TRD_TRY(settings.zone, zone_meant(line.arguments, "--tz"));
    return done;
}

// Different for every call of this machine.
std::string make_correlation_id(const Host& host) {
    ByteWriter seed;
    seed.put(host.now().ns);
    seed.put(static_cast<int64_t>(::getpid()));
    return to_hex(sha256(seed.bytes())).substr(0, 16);
}

Paint paint_of(const Host& host, const Settings& settings, bool is_terminal) {
    return {wants_color(settings.color, host, is_terminal)};
}

// Nobody is left to be told when stderr cannot be written.
void say(const Host& host, const std::string& text) { (void)host.err->write(text).ok(); }

std::string error_text(const Error& error, Paint paint) {
    std::string out = "trd: " + paint.red("error:") + " " + for_terminal(error.message);
    if (error.code == ExitCode::failed) out += " [" + error.id + "]";
    out += "\n";
    if (!error.hint.empty()) out += "trd: hint: " + for_terminal(error.hint) + "\n";
    return out;
}

// The object of the first; where there are more, all of them are in it.
std::string errors_json(std::span<const Error> errors, std::string_view correlation_id) {
    const Error& error = errors.front();
    JsonWriter json;
    json.begin_object().member("schema", "trd.error/1").member("code", static_cast<int>(error.code));
    json.member("id", error.id).member("message", error.message).member("hint", error.hint);
    json.member("retryable", is_retryable(error.code));
    if (!correlation_id.empty()) json.member("correlation_id", correlation_id);
    if (errors.size() == 1) return json.end_object().take() + "\n";
    json.key("errors").begin_array();
    for (const Error& each : errors) {
        json.begin_object().member("code", static_cast<int>(each.code)).member("id", each.id);
        json.member("message", each.message).member("hint", each.hint).end_object();
    }
    return json.end_array().end_object().take() + "\n";
}

// The exit code is that of the error, whatever else the verb found.
int fail(const Host& host, const Settings& settings, const Error& error, const std::vector<Error>& further = {}) {
    std::vector<Error> errors{error};
    errors.insert(errors.end(), further.begin(), further.end());
    const Paint paint = paint_of(host, settings, host.err_is_terminal);
    std::string text;
    for (const Error& each : errors) {
        log_error("command.failed",
                  {{"id", each.id}, {"code", static_cast<int>(each.code)}, {"message", each.message}});
        text += error_text(each, paint);
    }
    say(host, settings.json_errors ? errors_json(errors, settings.correlation_id) : text);
    return static_cast<int>(error.code);
}

std::string envelope(const Answer& answer, const Context& context, int code, Timestamp now, Duration spent) {
    JsonWriter json;
    json.begin_object().member("schema", answer.schema).member("ok", code == 0).member("code", code);
    json.key("data").raw(answer.data);
    json.key("warnings").begin_array();
    for (const std::string& warning : answer.warnings) json.value(warning);
    json.end_array().key("meta").begin_object();
    if (!answer.run_id.empty()) json.member("run_id", answer.run_id);
    json.member("correlation_id", context.correlation_id);
    json.member("version", build_info().version).member("generated_at", to_iso_nanoseconds(now));
    json.member("duration_ms", static_cast<double>(spent.ns / 1000) / 1000);
    return json.end_object().end_object().take() + "\n";
}

// A warning is trouble, and cron has to mail it: --quiet keeps back only what tells of a success.
void tell(const Host& host, const Settings& settings, const Answer& answer, int code) {
    const Paint paint = paint_of(host, settings, host.err_is_terminal);
    for (const std::string& warning : std::span(answer.warnings).subspan(answer.warnings_told))
        say(host, "trd: " + paint.yellow("warning:") + " " + for_terminal(warning) + "\n");
    if (settings.quiet && code == 0) return;
    for (const std::string& note : answer.notes) say(host, "trd: " + for_terminal(note) + "\n");
}

Status<> deliver(const Host& host, const Settings& settings, std::string_view result, int code) {
    if (!settings.output.file.empty()) return replace_file(settings.output.file, result);
    if (settings.quiet && code == 0 && !settings.output.stays_when_quiet) return done;
    return host.out->write(result);
}

// The one place where a result meets its reader: names and texts in it are other people's. What is for programs keeps
// its bytes, except on a screen.
std::string written_result(const Answer& answer, const Context& context, const Settings& settings) {
    std::string text = result_text(answer, settings.output, context);
    const bool is_for_people =
        (context.format == Format::table || context.format == Format::md) && !settings.output.is_one_text;
    if (is_for_people && context.paint.on) return harmless_in_colour(text);
    return is_for_people || context.columns > 0 ? harmless(text) : text;
}

int finish(const Context& context, const Settings& settings, const Answer& answer, Timestamp begin) {
    const Host& host = context.host;
    const bool forgiven = settings.exit_zero && answer.code == ExitCode::findings;
    const int code = forgiven ? 0 : static_cast<int>(answer.code);
    const Timestamp now = host.now();
    const bool is_enveloped = context.json() && !answer.is_document;
    const Status<> written = deliver(
        host, settings,
        is_enveloped ? envelope(answer, context, code, now, now - begin) : written_result(answer, context, settings),
        code);
    for (const std::string& warning : answer.warnings) log_warning("command.warning", {{"message", warning}});
    // On stdout a JSON result has them in it; from a file nobody reads them out.
    const bool are_told = context.json() && settings.output.file.empty();
    if (!are_told) tell(host, settings, answer, code);
    return written.ok() ? code : fail(host, settings, written.error());
}

int print_help(const Host& host, const Settings& settings, const CommandLine& line, bool full) {
    const HelpStyle style{paint_of(host, settings, host.out_is_terminal), help_columns(host)};
    std::string text;
    if (line.verb != nullptr)
        text = verb_help(*line.verb, full, style);
    else
        text = line.group.empty() ? root_help(style) : group_help(line.group, style);
    const Status<> written = host.out->write(text);
    return written.ok() ? 0 : fail(host, settings, written.error());
}

int print_version(const Host& host, const Settings& settings) {
    const Status<> written = host.out->write("trd " + std::string(build_info().version) + "\n");
    return written.ok() ? 0 : fail(host, settings, written.error());
}

std::vector<Candidate> live_symbols(const Context& context) {
    std::vector<Candidate> symbols;
    const auto folder = catalogue_folder(context);
    if (const auto catalogue = folder ? Catalogue::open(*folder) : Result<Catalogue>(Fail{folder.error()}))
        for (const SeriesRecord& series : catalogue->series()) symbols.push_back({series.key.symbol, {}});
    symbols.erase(std::unique(symbols.begin(), symbols.end()), symbols.end());
    return symbols;
}

Status<> enter_project(const Arguments& arguments) {
    const auto folder = arguments.value("--project");
    if (!folder || ::chdir(folder->c_str()) == 0) return done;
    return Fail{file_error("enter folder", *folder, errno)};
}

// Where catalogue and store are, as the command would have it that is being typed.
Arguments places_of(const Host& host, std::span<const std::string> words) {
    Arguments given;
    for (const auto& [typed, flag] :
         {std::pair("--catalogue", "--catalogue"), std::pair("--store", "--store"), std::pair("--config", "--config"),
          std::pair("-c", "--config"), std::pair("--project", "--project"), std::pair("-C", "--project")})
        if (const auto value = word_after(words, typed)) given.add(flag, *value);
    if (!enter_project(given)) return given;
    const auto loaded = load_known_config(host, given);
    for (const std::string name : {"catalogue", "store"}) {
        const ConfigValue* value = loaded ? loaded->config.find(name) : nullptr;
        if (value != nullptr && !given.has("--" + name)) given.add("--" + name, value->text);
    }
    return given;
}

// Asked by shells at every press of Tab: whatever is wrong, nothing is said.
int print_completions(const Host& host, std::span<const std::string> words) {
    words = words.subspan(1);
    const auto live = [&](Completes kind) {
        const Arguments given = places_of(host, words);
        const Context context{.host = host, .arguments = given, .paint = {}};
        if (kind == Completes::symbols) return live_symbols(context);
        if (kind == Completes::parameters) return live_parameters(words);
        return kind == Completes::runs ? live_runs(context) : live_names(context);
    };
    (void)host.out->write(completion_lines(complete(words, live))).ok();
    return 0;
}

}  // namespace

std::string error_json(const Error& error, std::string_view correlation_id) {
    return errors_json({&error, 1}, correlation_id);
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

Result<std::string> catalogue_to_read(const Context& context) {
    TRD_TRY(const std::string folder, catalogue_folder(context));
    const bool is_named = context.arguments.has("--catalogue") || context.host.is_set("TRD_CATALOGUE");
    if (!is_named || file_exists(folder + "/.")) return folder;
    return Fail{
        Error{ExitCode::not_found, "E_CATALOGUE_MISSING",
              "there is no folder " + folder + ", which is named as the catalogue of market data",
              "trd config show --origin tells who names it unless --catalogue does; trd data import and trd data "
              "generate make it when they write to it"}};
}

namespace {

Context context_of(const Host& host, const CommandLine& line, const Settings& settings) {
    const bool to_terminal = settings.output.file.empty() && host.out_is_terminal;
    return {.host = host,
            .arguments = line.arguments,
            .format = settings.output.format,
            .paint = paint_of(host, settings, to_terminal),
            .quiet = settings.quiet,
            .progress = settings.progress,
            .zone = settings.zone,
            .columns = to_terminal ? static_cast<size_t>(host.columns) : 0,
            .is_utf8 = host.is_utf8(),
            .no_input = settings.no_input,
            .correlation_id = std::string(correlation_id_of_thread())};
}

// Before the verb begins, which may take long or change something.
Status<> check_writable(const std::string& file) {
    if (file.empty()) return done;
    const auto tried = NewFile::create(file);
    return tried ? Status<>(done) : Fail{tried.error()};
}

Result<std::vector<AppliedSetting>> prepare(Settings& settings, const Host& host, CommandLine& line) {
    TRD_CHECK(complete_settings(settings, line));
    TRD_CHECK(check_writable(settings.output.file));
    return apply_config(host, line);
}

// The verb itself, with its log around it.
int run_verb(const Host& host, CommandLine& line, Settings& settings, Timestamp begin) {
    log_info("command.start", {{"verb", line.verb->path}, {"version", build_info().version}, {"pid", ::getpid()}});
    const auto run = [&] {
        const auto applied = prepare(settings, host, line);
        if (!applied) return fail(host, settings, applied.error());
        Context context = context_of(host, line, settings);
        const Result<Answer> answer = line.verb->run(context);
        return answer ? finish(context, settings, *answer, begin)
                      : fail(host, settings, with_origin(answer.error(), *applied), context.further_errors);
    };
    const int code = run();
    log_info("command.end",
             {{"code", code}, {"duration_ms", static_cast<double>((host.now() - begin).ns / 1000) / 1000}});
    return code;
}

// What has to be right before a log can be opened.
Status<> begin_settings(Settings& settings, const Host& host, const CommandLine& line) {
    TRD_CHECK(check_complete(line));
    TRD_TRY(settings.correlation_id, correlation_id_of(host, line.arguments));
    return enter_project(line.arguments);
}

}  // namespace

int run_command(const Host& host, const std::vector<std::string>& words) {
    const Timestamp begin = host.now();
    if (!words.empty() && words.front() == "__complete") return print_completions(host, words);
    auto line = parse_command_line(words);
    if (!line) {
        Settings settings;
        settings.color = word_after(words, "--color").value_or("auto");
        settings.json_errors = asks_for_json(words);
        return fail(host, settings, line.error());
    }
    const Arguments& arguments = line->arguments;
    Settings settings = settings_of(arguments);
    if (arguments.has("--help") || arguments.has("-h"))
        return print_help(host, settings, *line, arguments.has("--help"));
    if (arguments.has("--version")) return print_version(host, settings);
    if (const auto begun = begin_settings(settings, host, *line); !begun) return fail(host, settings, begun.error());
    const auto log = LogOutput::start(host, log_choice_of(arguments));
    if (!log) return fail(host, settings, log.error());
    const CorrelationScope scope(settings.correlation_id.empty() ? make_correlation_id(host) : settings.correlation_id);
    return run_verb(host, *line, settings, begin);
}

}  // namespace trd
