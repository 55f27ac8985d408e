// trd schema: what the JSON of each command looks like.
#include "base/suggest.h"
#include "cli/answer.h"
#include "cli/json_writer.h"
#include "cli/schema.h"
#include "cli/values.h"

namespace trd {
namespace {

constexpr Positional positionals[] = {
    {"NAME", "a schema's name, such as trd.backtest/1 or backtest; all names without it", false, false,
     Completes::schemas},
};

constexpr Example examples[] = {
    {"The names:", "trd schema"},
    {"Check a result:", "trd schema backtest -o backtest.schema.json"},
};

// "backtest" and "trd.backtest" are trd.backtest/1.
const SchemaRow* schema_named(const std::string& name) {
    for (const SchemaRow& row : schema_table()) {
        const std::string_view base = row.name.substr(0, row.name.find('/'));
        if (row.name == name || base == name || base.substr(base.find('.') + 1) == name) return &row;
    }
    return nullptr;
}

Error unknown_schema(const std::string& name) {
    std::vector<std::string_view> names;
    for (const SchemaRow& row : schema_table()) names.push_back(row.name.substr(4, row.name.find('/') - 4));
    const auto meant = nearest_name(name, names);
    return {ExitCode::not_found, "E_SCHEMA", "there is no schema " + in_quotes(name),
            meant ? "did you mean " + std::string(*meant) + "?" : "trd schema lists the names"};
}

Answer list(const Context& context) {
    Answer answer{.schema = "trd.schema.ls/1"};
    JsonWriter json;
    json.begin_object().key("schemas").begin_array();
    for (const SchemaRow& row : schema_table()) {
        json.value(row.name);
        answer.text += std::string(row.name) + "\n";
    }
    json.end_array().end_object();
    if (context.json()) answer.data = json.take();
    return answer;
}

Result<Answer> run(Context& context) {
    const auto name = context.arguments.value("NAME");
    if (!name) return list(context);
    const SchemaRow* row = schema_named(*name);
    if (row == nullptr) return Fail{unknown_schema(*name)};
    // A schema is its own document, with --json as well: an envelope around it would be of no use to a validator.
    return Answer{.schema = row->name, .text = json_schema(*row) + "\n", .is_document = true};
}

}  // namespace

extern const Verb schema_verb;
const Verb schema_verb{
    .path = "schema",
    .summary = "Print the JSON Schema of what a command prints with --json",
    .description =
        "Members are only ever added to a schema; else the number after its name rises. What is printed here has no "
        "envelope: it is the schema itself.",
    .positionals = positionals,
    .options = {},
    .examples = examples,
    .run = run,
    .is_one_text = true,
};

}  // namespace trd
