// trd risk diff: what one set of limits says that another does not.
#include <algorithm>

#include "cli/risk_history.h"

namespace trd {
namespace {

constexpr Positional positionals[] = {
    {"A", "a version's number, a file, or default", true, false, Completes::files},
    {"B", "the other one", true, false, Completes::files},
};
constexpr Option options[] = {limits_store_option};
constexpr Example examples[] = {
    {"What does a proposed file change?", "trd risk diff default tight.toml"},
    {"And the third version, against the second?", "trd risk diff 2 3"},
};

struct Line {
    std::string limit;  // "account main R09 max_position"
    std::string value;
};

std::vector<Line> lines_of(const RiskLimits& limits) {
    std::vector<Line> lines{{"day", "begins " + time_of_day(limits.day_begins) + " " + limits.zone}};
    for (const RiskLimit& limit : limits.limits) {
        const RiskCheck& check = risk_check_table()[limit.check];
        const RiskRule& rule = check.rules[limit.rule];
        const std::string whose = limit.scope == RiskScope::firm ? ""
                                  : limit.subject.empty()        ? " *"
                                                                 : " " + limit.subject;
        std::string value = is_list(rule.unit) ? "" : to_text(rule.unit, limit.value);
        for (const std::string& name : limit.names) value += (value.empty() ? "" : ",") + name;
        if (limit.action != RiskAction::none) value += ", " + std::string(name_of(limit.action));
        if (limit.reset != RiskReset::unset) value += ", " + std::string(name_of(limit.reset));
        lines.push_back(
            {std::string(name_of(limit.scope)) + whose + " " + to_text(check.code) + " " + std::string(rule.name),
             std::move(value)});
    }
    std::sort(lines.begin(), lines.end(), [](const Line& a, const Line& b) { return a.limit < b.limit; });
    return lines;
}

const Line* find(const std::vector<Line>& lines, const std::string& limit) {
    const auto found = std::find_if(lines.begin(), lines.end(), [&](const Line& line) { return line.limit == limit; });
    return found == lines.end() ? nullptr : &*found;
}

struct Difference {
    std::string limit;
    std::optional<std::string> before, after;
};

std::vector<Difference> differences(const RiskLimits& a, const RiskLimits& b) {
    const std::vector<Line> before = lines_of(a), after = lines_of(b);
    std::vector<Difference> found;
    for (const Line& line : before) {
        const Line* const other = find(after, line.limit);
        if (other == nullptr)
            found.push_back({line.limit, line.value, std::nullopt});
        else if (other->value != line.value)
            found.push_back({line.limit, line.value, other->value});
    }
    for (const Line& line : after)
        if (find(before, line.limit) == nullptr) found.push_back({line.limit, std::nullopt, line.value});
    return found;
}

Result<RiskLimits> limits_meant(const Context& context, const std::string& name) {
    const bool is_number =
        !name.empty() && std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!is_number) {
        TRD_TRY(const LimitsRead read, limits_named(name));
        return read.limits;
    }
    TRD_TRY(const std::string folder, limits_folder(context));
    TRD_TRY(const KeptLimits kept, KeptLimits::load(folder, context.host.now()));
    TRD_TRY(const LimitsHistory::Version* version, version_named(kept, name));
    return version->limits;
}

Cell cell(const std::optional<std::string>& value) { return value ? Cell(*value) : Cell(); }

std::string json_of(const std::vector<Difference>& found, bool loosens) {
    JsonWriter json;
    json.begin_object().member("loosens", loosens).key("differences").begin_array();
    for (const Difference& each : found) {
        json.begin_object().member("limit", each.limit);
        for (const auto& [name, value] : {std::pair{"a", &each.before}, std::pair{"b", &each.after}})
            *value ? json.member(name, **value) : json.key(name).raw("null");
        json.end_object();
    }
    return json.end_array().end_object().take();
}

Result<Answer> run(Context& context) {
    TRD_TRY(const RiskLimits a, limits_meant(context, *context.arguments.value("A")));
    TRD_TRY(const RiskLimits b, limits_meant(context, *context.arguments.value("B")));
    const std::vector<Difference> found = differences(a, b);
    const bool loosens = loosening(risk_check_table(), a, b).has_value();
    Answer answer{.schema = "trd.risk.diff/1"};
    Table table{"difference", {{"limit", "LIMIT"}, {"a", "A", true}, {"b", "B", true}}, {}};
    for (const Difference& each : found) table.rows.push_back({each.limit, cell(each.before), cell(each.after)});
    answer.table = std::move(table);
    if (context.json()) answer.data = json_of(found, loosens);
    if (found.empty()) return answer;
    answer.code = ExitCode::findings;
    answer.notes.push_back(loosens ? "finding: the second one loosens a limit"
                                   : "finding: the second one only tightens");
    return answer;
}

}  // namespace

extern const Verb risk_diff_verb;
const Verb risk_diff_verb{
    .path = "risk diff",
    .summary = "Compare two sets of limits: versions, files, or the defaults",
    .description = "Exit code 10 when they differ. The note says whether the second one would have to wait.",
    .positionals = positionals,
    .options = options,
    .examples = examples,
    .run = run,
    .fields = "limit,a,b",
};

}  // namespace trd
