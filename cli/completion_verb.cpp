// trd completion: scripts for shells.
#include "cli/answer.h"
#include "cli/complete.h"
#include "cli/json_writer.h"
#include "cli/values.h"

namespace trd {
namespace {

constexpr Positional positionals[] = {
    {"SHELL", "bash, zsh or fish", true, false, Completes::shells},
};

constexpr Example examples[] = {
    {"For every session of bash:", "trd completion bash -o ~/.local/share/bash-completion/completions/trd"},
    {"For every session of fish:", "trd completion fish -o ~/.config/fish/completions/trd.fish"},
};

Result<Answer> run(Context& context) {
    const std::string shell = *context.arguments.value("SHELL");
    const std::string_view script = completion_script(shell);
    if (script.empty()) return Fail{bad_value("SHELL", shell, "one of bash, zsh, fish")};
    Answer answer{.schema = "trd.completion/1"};
    if (context.json())
        answer.data = JsonWriter().begin_object().member("shell", shell).member("script", script).end_object().take();
    else
        answer.text = script;
    return answer;
}

}  // namespace

extern const Verb completion_verb;
const Verb completion_verb{
    .path = "completion",
    .summary = "Print what makes a shell complete trd's words",
    .description =
        "The script asks trd for every word, so verbs, flags, files and the symbols of the catalogue are always those "
        "that there are.",
    .positionals = positionals,
    .options = {},
    .examples = examples,
    .run = run,
    .is_one_text = true,
};

}  // namespace trd
