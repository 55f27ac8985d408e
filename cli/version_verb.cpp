// trd version: which program this is.
#include "base/build_info.h"
#include "cli/answer.h"
#include "cli/json_writer.h"
#include "cli/text_format.h"

namespace trd {
namespace {

constexpr Example examples[] = {
    {"What to put into a report of a mistake:", "trd version"},
    {"The commit alone, for a script:", "trd version --json | jq -r .data.commit"},
};

std::string version_json(const BuildInfo& build) {
    JsonWriter json;
    json.begin_object().member("version", build.version).member("commit", build.commit);
    json.member("build_type", build.build_type).member("compiler", build.compiler).key("dependencies").begin_object();
    for (const DependencyVersion& dependency : build.dependencies) json.member(dependency.name, dependency.version);
    return json.end_object().end_object().take();
}

using Rows = std::vector<std::pair<std::string_view, std::string_view>>;

Rows rows_of(const BuildInfo& build) {
    Rows rows{{"version", build.version},
              {"commit", build.commit},
              {"build", build.build_type},
              {"compiler", build.compiler}};
    for (const DependencyVersion& dependency : build.dependencies)
        rows.emplace_back(dependency.name, dependency.version);
    return rows;
}

Table version_records(const BuildInfo& build) {
    Table table{"build", {{"name", ""}, {"value", ""}}, {}};
    for (const auto& [name, value] : rows_of(build)) table.rows.push_back({name, value});
    return table;
}

Result<Answer> run(Context& context) {
    Answer answer{.schema = "trd.version/1"};
    if (context.json()) answer.data = version_json(build_info());
    answer.table = version_records(build_info());
    return answer;
}

}  // namespace

extern const Verb version_verb;
const Verb version_verb{
    .path = "version",
    .summary = "Show the version, the commit and what it was built with",
    .description = "trd --version prints the version alone, on one line.",
    .positionals = {},
    .options = {},
    .examples = examples,
    .run = run,
    .fields = "name,value",
};

}  // namespace trd
