#include "cli/ask.h"

#include "cli/values.h"

namespace trd {
namespace {

constexpr int attempts = 3;

Error no_answer(const std::string& question) {
    return {ExitCode::usage, "E_NO_ANSWER", "standard input ended before \"" + question + "\" was answered",
            "--no-input takes what is proposed"};
}

std::string trimmed(std::string text) {
    text.erase(0, text.find_first_not_of(" \t\r"));
    text.erase(text.find_last_not_of(" \t\r") + 1);
    return text;
}

}  // namespace

bool may_ask(const Context& context) {
    return context.host.in_is_terminal && context.host.err_is_terminal && context.host.read_line && !context.no_input &&
           !context.quiet;
}

Result<std::string> ask(const Context& context, const Question& question) {
    if (!may_ask(context)) return question.proposal;
    std::string answer, objection;
    for (int i = 0; i < attempts; ++i) {
        const std::string prompt = question.text + " [" + question.proposal + "]: ";
        (void)context.host.err->write((objection.empty() ? "" : "Expected " + objection + ".\n") + prompt).ok();
        const Result<std::optional<std::string>> line = context.host.read_line();
        if (!line || !*line)
            (void)context.host.err->write("\n").ok();  // what is told does not stand beside the question
        if (!line) return Fail{line.error()};
        if (!*line) return Fail{no_answer(question.text)};
        answer = trimmed(**line);
        if (answer.empty()) answer = question.proposal;
        objection = question.objection ? question.objection(answer) : std::string();
        if (objection.empty()) return answer;
    }
    return Fail{bad_value(question.text, answer, objection)};
}

}  // namespace trd
