// trd risk show: one check in full, or what a file of limits arms.
#include "cli/risk_history.h"
#include "cli/text_format.h"

namespace trd {
namespace {

constexpr Positional positionals[] = {
    {"CODE", "a check, such as R08; what is armed, unless given here", false, false, Completes::nothing},
};
constexpr Option options[] = {
    {"--limits",
     "FILE",
     "the limits to show: a file, default, or in-force, which they are unless given here",
     false,
     {},
     Completes::files},
    limits_store_option,
};
constexpr Example examples[] = {
    {"What does R12 limit, and what does it go by?", "trd risk show R12"},
    {"What a file arms, after a look whether it is right:", "trd risk show --limits config/limits/cash-account.toml"},
};

std::string rule_text(const RiskCheck& check, const RiskRule& rule) {
    std::string out = "  " + std::string(rule.name) + ", " + unit_text(rule.unit) + ": " + std::string(rule.doc) + "\n";
    std::string needs;
    for (const RiskInput input : rule.needs) needs += (needs.empty() ? "" : ", ") + std::string(name_of(input));
    if (!needs.empty()) out += "    goes by " + needs + "\n";
    if (const std::string backtest = backtest_text(check, rule); backtest != "yes")
        out += "    in a backtest: " + backtest + "\n";
    if (rule.reducing_passes) out += "    orders that provably reduce are not asked\n";
    if (!rule.setting.name.empty())
        out += "    with " + std::string(rule.setting.name) + ": " + std::string(rule.setting.doc) + "\n";
    return out;
}

std::string check_text(const RiskCheck& check, Paint paint) {
    std::string out = paint.bold(to_text(check.code) + " " + std::string(check.name)) + "\n" + std::string(check.doc);
    if (check.is_monitor())
        out += " When it is broken, " + std::string(describe(check.action)) + "; it lets go " +
               std::string(describe(check.reset)) + ".";
    out += "\n\n";
    for (const RiskRule& rule : check.rules) out += rule_text(check, rule);
    return out;
}

std::string value_text(const RiskLimit& limit) {
    const RiskRule& rule = risk_check_table()[limit.check].rules[limit.rule];
    if (!is_list(rule.unit)) return to_text(rule.unit, limit.value);
    std::string text;
    for (const std::string& name : limit.names) text += (text.empty() ? "" : ",") + name;
    return text;
}

std::string modes_text(RiskModes modes) {
    constexpr std::string_view names[] = {"backtest", "paper", "live", "report"};
    std::string text;
    for (size_t i = 0; i < std::size(names); ++i)
        if ((modes >> i & 1) != 0) text += (text.empty() ? "" : ",") + std::string(names[i]);
    return text;
}

bool only_denies_in_backtest(const RiskLimit& limit) {
    const RiskCheck& check = risk_check_table()[limit.check];
    const RiskRule& rule = check.rules[limit.rule];
    const bool is_off = rule.unit == RiskUnit::flag && limit.value.is_zero();
    return !is_off && includes(limit.modes, RiskMode::backtest) && includes(check.modes, RiskMode::backtest) &&
           backtest_answer(rule) == BacktestAnswer::unknown;
}

std::vector<std::string> traps_of(const LimitsRead& read) {
    std::vector<std::string> traps;
    for (const RiskLimit& limit : read.limits.limits) {
        if (!only_denies_in_backtest(limit)) continue;
        const RiskCheck& check = risk_check_table()[limit.check];
        const RiskRule& rule = check.rules[limit.rule];
        traps.push_back(read.name + ":" + std::to_string(limit.line) + ": " + to_text(check.code) + " " +
                        std::string(rule.name) + ": " + backtest_text(check, rule) +
                        "; modes = [\"paper\", \"live\"] leaves it out there");
    }
    return traps;
}

// A limit of which a part is shown is another one.
constexpr Column columns[] = {
    {"line", "LINE", true, Narrowing::left_out},   {"scope", "SCOPE", false, Narrowing::whole},
    {"subject", "WHOSE", false, Narrowing::whole}, {"code", "CODE", false, Narrowing::whole},
    {"limit", "LIMIT", false, Narrowing::whole},   {"value", "VALUE", true, Narrowing::whole},
    {"modes", "MODES", false, Narrowing::whole}};

Table table_of(const RiskLimits& limits) {
    Table table{"limit", std::vector<Column>(std::begin(columns), std::end(columns)), {}};
    const RiskLimits usual;
    if (limits.day_begins != usual.day_begins || limits.zone != usual.zone)
        table.rows.push_back({Cell(), "day", Cell(), Cell(), "begins", time_of_day(limits.day_begins), limits.zone});
    for (const RiskLimit& limit : limits.limits) {
        const RiskCheck& check = risk_check_table()[limit.check];
        const bool is_for_all = limit.scope == RiskScope::firm;
        table.rows.push_back({Cell::count(limit.line), name_of(limit.scope),
                              is_for_all ? Cell() : Cell(limit.subject.empty() ? "*" : limit.subject),
                              to_text(check.code), check.rules[limit.rule].name, value_text(limit),
                              modes_text(limit.modes)});
    }
    return table;
}

std::string json_of(const LimitsRead& read) {
    JsonWriter json;
    json.begin_object().member("limits", read.name).key("day").begin_object();
    json.member("begins", time_of_day(read.limits.day_begins)).member("zone", read.limits.zone).end_object();
    json.key("armed").begin_array();
    for (const RiskLimit& limit : read.limits.limits) {
        const RiskCheck& check = risk_check_table()[limit.check];
        json.begin_object().member("line", uint64_t{limit.line}).member("scope", name_of(limit.scope));
        json.member("subject", limit.subject).member("code", to_text(check.code));
        json.member("limit", check.rules[limit.rule].name).member("value", value_text(limit));
        json.member("modes", modes_text(limit.modes));
        json.member("backtest", name_of(backtest_answer(check.rules[limit.rule]))).end_object();
    }
    return json.end_array().end_object().take();
}

Answer show_check(const Context& context, const RiskCheck& check) {
    Answer answer{.schema = "trd.risk.show/1", .text = check_text(check, context.paint)};
    JsonWriter json;
    json.begin_object().key("check");
    put_check(json, check);
    if (context.json()) answer.data = json.end_object().take();
    return answer;
}

// As trd backtest has them.
Result<LimitsRead> limits_to_show(const Context& context) {
    const std::string file = context.arguments.value("--limits").value_or("in-force");
    if (file != "in-force") return limits_named(file);
    if (const auto folder = limits_folder(context)) {
        TRD_TRY(auto in_force, limits_in_force(*folder, context.host.now()));
        if (in_force) return *std::move(in_force);
    }
    return limits_named("default");
}

Result<Answer> run(Context& context) {
    if (const auto code = context.arguments.value("CODE")) {
        TRD_TRY(const RiskCheck* check, check_named(*code));
        return show_check(context, *check);
    }
    TRD_TRY(const LimitsRead read, limits_to_show(context));
    Answer answer{.schema = "trd.risk.show.limits/1"};
    if (read.limits.version != 0) answer.notes.push_back("these are " + read.name + ", which is in force");
    answer.table = table_of(read.limits);
    answer.warnings = traps_of(read);
    if (context.json()) answer.data = json_of(read);
    return answer;
}

}  // namespace

extern const Verb risk_show_verb;
const Verb risk_show_verb{
    .path = "risk show",
    .summary = "Show one risk check, or what a file of limits arms",
    .description =
        "With a code: what the check is for, its limits, and what it goes by. Without: every limit that is in force, "
        "or of "
        "a file, with the line that sets it, and when its day begins unless that is midnight UTC. A file that cannot "
        "be used is refused with "
        "its line and a suggestion. What a backtest does not know, so that it would deny every order there, is a "
        "warning.",
    .positionals = positionals,
    .options = options,
    .examples = examples,
    .run = run,
    .fields = "line,scope,subject,code,limit,value,modes",
};

}  // namespace trd
