// trd doctor: is this machine fit for trd?
#include "cli/doctor_checks.h"
#include "cli/json_writer.h"
#include "cli/text_format.h"

namespace trd {
namespace {

constexpr Option options[] = {
    {"--catalogue", "DIR", "the catalogue of market data to look at", false, {}, Completes::files},
};

constexpr Example examples[] = {
    {"Before the first run on a new machine:", "trd doctor"},
    {"From cron, with mail only when something is wrong:", "trd doctor -q"},
};

std::string_view word_of(Finding::Grade grade) {
    if (grade == Finding::Grade::problem) return "problem";
    return grade == Finding::Grade::note ? "note" : "ok";
}

std::string painted_word(Finding::Grade grade, Paint paint) {
    const std::string word = padded_right(std::string(word_of(grade)), 7);
    if (grade == Finding::Grade::problem) return paint.red(word);
    return grade == Finding::Grade::note ? paint.yellow(word) : paint.green(word);
}

std::string doctor_json(const std::vector<Finding>& findings) {
    JsonWriter json;
    json.begin_object().key("checks").begin_array();
    for (const Finding& finding : findings) {
        json.begin_object().member("check", finding.check).member("grade", word_of(finding.grade));
        json.member("answer", finding.answer).member("remedy", finding.remedy).end_object();
    }
    return json.end_array().end_object().take();
}

std::string doctor_table(const std::vector<Finding>& findings, Paint paint) {
    std::string out;
    for (const Finding& finding : findings) {
        out += painted_word(finding.grade, paint) + "  " + padded_right(finding.check, 13) + harmless(finding.answer) +
               "\n";
        if (!finding.remedy.empty()) out += std::string(22, ' ') + "remedy: " + harmless(finding.remedy) + "\n";
    }
    return out;
}

Table doctor_records(const std::vector<Finding>& findings) {
    Table table{"check", {{"grade", ""}, {"check", ""}, {"answer", ""}, {"remedy", ""}}, {}};
    for (const Finding& finding : findings)
        table.rows.push_back({word_of(finding.grade), finding.check, finding.answer, finding.remedy});
    return table;
}

Result<Answer> run(Context& context) {
    const std::vector<Finding> findings = run_doctor_checks(context);
    Answer answer{.schema = "trd.doctor/1"};
    for (const Finding& finding : findings)
        if (finding.grade == Finding::Grade::problem) answer.code = ExitCode::findings;
    if (context.json()) answer.data = doctor_json(findings);
    answer.text = doctor_table(findings, context.paint);
    answer.table = doctor_records(findings);
    return answer;
}

}  // namespace

extern const Verb doctor_verb;
const Verb doctor_verb{
    .path = "doctor",
    .summary = "Check whether this machine is fit for trd",
    .description =
        "Looks at LuaJIT and its compiler, the time zone database, the configuration, the folders where trd keeps its "
        "files, free disk "
        "space and the catalogue of market data. Changes nothing. Exit code 10 when something is wrong.",
    .positionals = {},
    .options = options,
    .examples = examples,
    .run = run,
    .fields = "grade,check,answer,remedy",
};

}  // namespace trd
