// trd man: the manual as roff.
#include "base/suggest.h"
#include "cli/answer.h"
#include "cli/json_writer.h"
#include "cli/man.h"
#include "cli/values.h"

namespace trd {
namespace {

constexpr Positional positionals[] = {
    {"VERB", "whose page; trd's own without it", false, true, Completes::verbs},
};

constexpr Example examples[] = {
    {"Read a page that is not installed:", "trd man backtest | man -l -"},
};

Result<Answer> run(Context& context) {
    std::string path;
    for (const std::string& word : context.arguments.values("VERB")) path += (path.empty() ? "" : " ") + word;
    const Verb* verb = verb_named(path);
    if (verb == nullptr && !path.empty()) {
        std::vector<std::string_view> names;
        for (const Verb* each : verb_table()) names.push_back(each->path);
        const auto meant = nearest_name(path, names);
        return Fail{Error{ExitCode::not_found, "E_MAN_PAGE", "there is no page on " + in_quotes(path),
                          meant ? "did you mean trd man " + std::string(*meant) + "?" : "trd help lists the verbs"}};
    }
    Answer answer{.schema = "trd.man/1"};
    if (context.json())
        answer.data = JsonWriter()
                          .begin_object()
                          .member("name", man_page_name(verb))
                          .member("roff", man_page(verb))
                          .end_object()
                          .take();
    else
        answer.text = man_page(verb);
    return answer;
}

}  // namespace

extern const Verb man_verb;
const Verb man_verb{
    .path = "man",
    .summary = "Print a page of the manual for man(1)",
    .description = {},
    .positionals = positionals,
    .options = {},
    .examples = examples,
    .run = run,
    .is_one_text = true,
};

}  // namespace trd
