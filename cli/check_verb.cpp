// trd check: strategies and risk rules looked at before they are run.
#include <algorithm>
#include <span>

#include "backtest/check.h"
#include "backtest/strategy_set.h"
#include "base/file.h"
#include "cli/annotations.h"
#include "cli/answer.h"
#include "cli/interrupt.h"
#include "cli/json_writer.h"
#include "cli/values.h"
#include "script/annotations.h"
#include "script/lua_rule.h"

namespace trd {
namespace {

constexpr Positional positionals[] = {
    {"FILE", "a strategy's or a risk rule's Lua file", false, true, Completes::strategies},
};

constexpr Option options[] = {
    {"--fix-annotations", "", "write trd.d.lua and .luarc.json, from which editors know what scripts may say, here"},
};

constexpr Example examples[] = {
    {"Before a strategy is run for the first time:", "trd check my_strategy.lua"},
    {"What an editor needs to complete and check names:", "trd check --fix-annotations"},
    {"All of a folder, in a pipeline:", "trd check -q strategies/*.lua"},
};

struct Checked {
    std::string path;
    CheckReport report;
};

Result<Checked> check_file(const std::string& path) {
    auto source = read_file(path);
    if (!source) return Fail{script_error(path, source.error())};
    auto report = LuaRule::is_rule(*source) ? check_rule(*source, path) : check_strategy(*source, path);
    if (!report) return Fail{Error{ExitCode::strategy, "E_STRATEGY_LOAD", report.error().message, ""}};
    return Checked{path, std::move(*report)};
}

// Beside others, one that does not load is one of them: the rest is checked too.
Checked unloadable(const std::string& path, const Error& error) {
    Checked checked{path, {}};
    const std::string message = error.message.starts_with(path) ? error.message : path + ": " + error.message;
    add(checked.report, path, CheckFinding::Rule::load, message + (error.hint.empty() ? "" : "\n  " + error.hint));
    return checked;
}

// What ends worse: of errors the higher number, and any of them before mere findings.
ExitCode worse(ExitCode a, ExitCode b) {
    if (a == ExitCode::ok || b == ExitCode::ok) return a == ExitCode::ok ? b : a;
    if (a == ExitCode::findings || b == ExitCode::findings) return a == ExitCode::findings ? b : a;
    return std::max(a, b);
}

Status<> check_files(std::span<const std::string> paths, std::vector<Checked>& files, ExitCode& code) {
    for (const std::string& path : paths) {
        auto file = check_file(path);
        if (interrupted()) return Fail{interruption()};
        if (!file && paths.size() == 1) return Fail{std::move(file).error()};
        if (!file) {
            code = worse(code, file.error().code);
            files.push_back(unloadable(path, file.error()));
            continue;
        }
        if (!file->report.findings.empty()) code = worse(code, ExitCode::findings);
        files.push_back(*std::move(file));
    }
    return done;
}

std::string json_of(const std::vector<Checked>& files) {
    JsonWriter json;
    json.begin_object().key("files").begin_array();
    for (const auto& [path, report] : files) {
        json.begin_object().member("file", path).member("kind", report.is_rule ? "rule" : "strategy");
        json.member("strategy", report.manifest.name);
        json.member("fine", report.findings.empty()).key("findings").begin_array();
        for (const CheckFinding& finding : report.findings) {
            json.begin_object().member("rule", name_of(finding.rule)).member("line", finding.line);
            json.member("message", finding.message).end_object();
        }
        json.end_array().key("dry_run").begin_object().member("bars", report.bars).member("orders", report.orders);
        json.member("denied", report.denied);
        json.key("answers").begin_object();
        for (size_t i = 0; i < report.answers.size(); ++i)
            if (report.answers[i] != 0) json.member(name_of(static_cast<RuleAnswer>(i)), report.answers[i]);
        json.end_object().member("hash", to_hex(report.hash)).end_object().end_object();
    }
    return json.end_array().end_object().take();
}

// "fine, asked about 400 made-up orders: 120 allow, 280 deny"
std::string answers_text(const CheckReport& report) {
    std::string text = "fine, asked about " + std::to_string(report.orders) + " made-up orders";
    const char* between = ": ";
    for (size_t i = 0; i < report.answers.size(); ++i) {
        if (report.answers[i] == 0) continue;
        text += between + std::to_string(report.answers[i]) + " " + std::string(name_of(static_cast<RuleAnswer>(i)));
        between = ", ";
    }
    return text;
}

// "fine, 36 orders on 1500 made-up bars"
std::string dry_run_text(const CheckReport& report) {
    const std::string bars = " on " + std::to_string(report.bars) + " made-up bars";
    if (report.orders != 0 || report.denied == 0) return "fine, " + std::to_string(report.orders) + " orders" + bars;
    const std::string all = report.denied == 1 ? "the only order" : "every one of " + std::to_string(report.denied);
    return "fine, but " + all + (report.denied == 1 ? "" : " orders") + bars + " was denied; on_deny hears why";
}

std::string table_of(const std::vector<Checked>& files) {
    std::string text;
    for (const auto& [path, report] : files) {
        for (const CheckFinding& finding : report.findings)
            text += finding.message + "\n  rule: " + std::string(name_of(finding.rule)) + "\n";
        if (report.findings.empty() && report.is_rule)
            text += path + ": " + answers_text(report) + "\n";
        else if (report.findings.empty() && report.bars == 0)
            text += path + ": fine, and not run: quotes, trades and books are not made up\n";
        else if (report.findings.empty())
            text += path + ": " + dry_run_text(report) + "\n";
    }
    return text;
}

std::string plain_of(const std::vector<Checked>& files) {
    std::string text;
    for (const auto& [path, report] : files)
        for (const CheckFinding& finding : report.findings)
            text += path + "\t" + std::to_string(finding.line) + "\t" + std::string(name_of(finding.rule)) + "\t" +
                    finding.message.substr(0, finding.message.find('\n')) + "\n";
    return text;
}

// What an editor reads, if it is here and says something else than this program.
std::vector<std::string> outdated_annotations() {
    std::vector<std::string> outdated;
    if (!file_exists(annotations_file)) return outdated;
    const auto text = read_file(annotations_file);
    if (!text || *text != editor_annotations()) outdated.emplace_back(annotations_file);
    return outdated;
}

Result<Answer> run(Context& context) {
    Answer answer{.schema = "trd.check/1"};
    const bool fix = context.arguments.has("--fix-annotations");
    if (!fix && context.arguments.values("FILE").empty())
        return Fail{Error{ExitCode::usage, "E_MISSING_WORD",
                          "trd check needs FILE, a strategy's or a risk rule's Lua file, or --fix-annotations",
                          "trd check --help has examples"}};
    if (fix) {
        TRD_CHECK(write_annotations("."));
        answer.notes.push_back("wrote " + std::string(annotations_file) + " and " + editor_settings_file);
    }
    for (const std::string& file : outdated_annotations())
        answer.warnings.push_back(file + " is of another version: trd check --fix-annotations writes it again");
    std::vector<Checked> files;
    TRD_CHECK(check_files(context.arguments.values("FILE"), files, answer.code));
    if (context.json())
        answer.data = json_of(files);
    else
        answer.text = context.format == Format::plain ? plain_of(files) : table_of(files);
    return answer;
}

}  // namespace

extern const Verb check_verb;
const Verb check_verb{
    .path = "check",
    .summary = "Look for mistakes in strategies and risk rules without data",
    .description =
        "A file is loaded, with its parameters and their constraint; variables and functions that do not exist are "
        "found wherever they stand; then the strategy runs over made-up bars of every series that it declares, with "
        "the JIT and without, which must come to the same, and once more with each parameter at its limits. Members "
        "that ctx has not, such as ctx:bui, are found wherever they stand, and so are calls of a method of its own "
        "that is "
        "nearly called so; other fields where that leads there. A risk rule is asked about made-up orders instead.\n\n"
        "Of several files all are checked, also when one does not load. Exit 10 says that there are findings, 13 that "
        "a "
        "file does not load.",
    .positionals = positionals,
    .options = options,
    .examples = examples,
    .run = run,
};

}  // namespace trd
