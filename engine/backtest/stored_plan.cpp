#include "backtest/stored_plan.h"

#include <array>
#include <charconv>
#include <filesystem>

#include "backtest/accounts_file.h"
#include "backtest/plan_models.h"
#include "backtest/rule_set.h"
#include "backtest/strategy_set.h"
#include "base/file.h"
#include "risk/limits_text.h"

namespace trd {
namespace {

constexpr size_t shown_id_digits = 12;

// Conversions between one field of a plan and its text. A field that was not given has no fact.
using Text = std::optional<std::string>;

template <class T>
Text text_of(const std::optional<T>& value) {
    return value ? Text(to_string(*value)) : Text();
}
template <class T>
bool read_decimal(std::string_view text, T& value) {
    const auto number = std::remove_reference_t<decltype(value)>::parse(text);
    if (number) value = *number;
    return number.ok();
}
template <class T>
bool read_decimal(std::string_view text, std::optional<T>& value) {
    return read_decimal(text, value.emplace());
}

Text text_of(const std::optional<Timestamp>& time) { return time ? Text(to_iso_nanoseconds(*time)) : Text(); }
bool read_time(std::string_view text, std::optional<Timestamp>& time) {
    const auto read = parse_iso(text);
    if (read) time = *read;
    return read.ok();
}

Text given(const std::string& text) { return text.empty() ? Text() : Text(text); }
bool read_text(std::string_view text, std::string& value) {
    value = text;
    return true;
}

// Paths outlive the folder that the command was given in.
Text absolute(const std::string& path) {
    if (path.empty()) return {};
    std::error_code problem;
    const auto full = std::filesystem::absolute(path, problem);
    return problem ? path : full.lexically_normal().string();
}

bool read_seed(std::string_view text, BacktestPlan& plan) {
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), plan.seed);
    return problem == std::errc() && end == text.data() + text.size();
}

// Its own field comes after the limits.
bool read_limits_version(std::string_view text, BacktestPlan& plan) {
    if (!plan.limits) return false;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), plan.limits->version);
    return problem == std::errc() && end == text.data() + text.size();
}

bool read_timeframe(std::string_view text, BacktestPlan& plan) {
    const auto span = parse_duration(text);
    if (span) plan.timeframe = *span;
    return span.ok();
}

bool read_currency(std::string_view text, BacktestPlan& plan) {
    const auto currency = Currency::parse(text);
    if (currency) plan.currency = *currency;
    return currency.ok();
}

bool read_kind(std::string_view text, BacktestPlan& plan) {
    plan.kind = kind_named(text);
    return plan.kind.has_value();
}

bool read_adjust(std::string_view text, BacktestPlan& plan) {
    const auto policy = adjustment_named(text);
    if (policy) plan.adjust = *policy;
    return policy.has_value();
}

struct PlanField {
    const char* section;
    const char* name;
    Text (*write)(const BacktestPlan&);
    bool (*read)(std::string_view, BacktestPlan&);
};
using Plan = BacktestPlan;
using View = std::string_view;
// All fields of a plan but its parameters and its strategies. A new field is a line here.
constexpr std::array fields{
    PlanField{"model", "adjust", [](const Plan& p) { return Text(name_of(p.adjust)); }, read_adjust},
    PlanField{"plan", "symbol", [](const Plan& p) { return given(p.symbol); },
              [](View t, Plan& p) { return read_text(t, p.symbol); }},
    PlanField{"plan", "timeframe", [](const Plan& p) { return p.timeframe.ns == 0 ? Text() : to_text(p.timeframe); },
              read_timeframe},
    PlanField{"plan", "from", [](const Plan& p) { return text_of(p.from); },
              [](View t, Plan& p) { return read_time(t, p.from); }},
    PlanField{"plan", "to", [](const Plan& p) { return text_of(p.to); },
              [](View t, Plan& p) { return read_time(t, p.to); }},
    PlanField{"plan", "kind", [](const Plan& p) { return p.kind ? Text(traits_of(*p.kind).name) : Text(); }, read_kind},
    PlanField{"plan", "multiplier", [](const Plan& p) { return text_of(p.multiplier); },
              [](View t, Plan& p) { return read_decimal(t, p.multiplier); }},
    PlanField{"plan", "tick", [](const Plan& p) { return text_of(p.tick); },
              [](View t, Plan& p) { return read_decimal(t, p.tick); }},
    PlanField{"plan", "lot", [](const Plan& p) { return text_of(p.lot); },
              [](View t, Plan& p) { return read_decimal(t, p.lot); }},
    PlanField{"plan", "margin", [](const Plan& p) { return text_of(p.margin_per_unit); },
              [](View t, Plan& p) { return read_decimal(t, p.margin_per_unit); }},
    PlanField{"plan", "currency", [](const Plan& p) { return p.currency ? Text(p.currency->code()) : Text(); },
              read_currency},
    PlanField{"plan", "cash", [](const Plan& p) { return Text(to_string(p.cash)); },
              [](View t, Plan& p) { return read_decimal(t, p.cash); }},
    PlanField{"plan", "seed", [](const Plan& p) { return Text(std::to_string(p.seed)); }, read_seed},
    PlanField{"plan", "calendar", [](const Plan& p) { return given(p.calendar); },
              [](View t, Plan& p) { return read_text(t, p.calendar); }},
    PlanField{"place", "data", [](const Plan& p) { return absolute(p.data_path); },
              [](View t, Plan& p) { return read_text(t, p.data_path); }},
    PlanField{"place", "catalogue", [](const Plan& p) { return absolute(p.catalogue_root); },
              [](View t, Plan& p) { return read_text(t, p.catalogue_root); }},
    PlanField{"place", "limits", [](const Plan& p) { return p.limits ? Text(p.limits->name) : Text(); },
              [](View t, Plan& p) {
                  p.limits = BacktestLimits{std::string(t), {}};
                  return true;
              }},
    PlanField{"place", "limits_version",
              [](const Plan& p) {
                  return p.limits && p.limits->version != 0 ? Text(std::to_string(p.limits->version)) : Text();
              },
              read_limits_version},
    PlanField{"place", "accounts", [](const Plan& p) { return given(p.accounts_path); },
              [](View t, Plan& p) { return read_text(t, p.accounts_path); }},
    PlanField{"place", "jit", [](const Plan& p) { return Text(p.jit ? "on" : "off"); },
              [](View t, Plan& p) {
                  p.jit = t == "on";
                  return p.jit || t == "off";
              }},
};

// Twelve digits tell terms and calendars apart as well as sixty-four.
std::string short_fingerprint(const ByteWriter& bytes) {
    constexpr size_t digits = 12;
    return to_hex(sha256(bytes.bytes())).substr(0, digits);
}

// Of the terms as the run saw them.
std::string terms_fingerprint(const Instrument& instrument) {
    ByteWriter bytes;
    encode(bytes, instrument);
    return short_fingerprint(bytes);
}

constexpr std::string_view calendar_fact = ".calendar";

Result<std::vector<RunFact>> data_facts(const BacktestData& data) {
    std::vector<RunFact> facts;
    for (const BacktestData::Feed& feed : data.feeds) {
        TRD_TRY(const Bar first, feed.series->at(feed.first_row));
        TRD_TRY(const Bar last, feed.series->at(feed.end_row - 1));
        const auto put = [&](const char* what, std::string value) {
            facts.push_back({"data", feed.name + "." + what, std::move(value)});
        };
        put("symbol", feed.series->symbol());
        put("timeframe", to_text(feed.series->timeframe()));
        put("bars", std::to_string(feed.end_row - feed.first_row));
        put("first_open", to_iso_nanoseconds(first.open_time));
        put("last_close", to_iso_nanoseconds(last.close_time));
        put("content", to_hex(feed.series->fingerprint()));
        put("first_row", std::to_string(feed.first_row));
    }
    for (const BacktestData::Stream& stream : data.streams)
        facts.push_back({"data", stream.name, to_hex(stream.fingerprint)});
    for (const Instrument& instrument : data.instruments)
        facts.push_back({"data", instrument.symbol + ".terms", terms_fingerprint(instrument)});
    return facts;
}

Error damaged(const KeptRun& run, const std::string& what) {
    return {ExitCode::data, "E_STORE_CORRUPT", "run " + run.id.substr(0, shown_id_digits) + " cannot be read: " + what,
            "run it again to keep it anew, or remove it with trd runs rm"};
}

Error changed_data(const KeptRun& run, const RunFact& then, const std::string& now) {
    return {ExitCode::data, "E_RUN_DATA",
            "the data is not what it was when run " + run.id.substr(0, shown_id_digits) + " was kept: " + then.name +
                " was " + (then.value.empty() ? "not there" : then.value) + ", now it is " +
                (now.empty() ? "not there" : now),
            then.name.ends_with(calendar_fact)
                ? "bring back the calendar's file of then, or run the strategy anew"
                : "bring back the data of then (trd data show has the revisions), or run the strategy anew"};
}

Error data_gone(const KeptRun& run, const Error& why) {
    return {ExitCode::data, "E_RUN_DATA",
            "the data of run " + run.id.substr(0, shown_id_digits) + " is not there any more: " + why.message,
            "bring it back, or run the strategy anew on other data"};
}

// Those of then, also when other defaults come with the binary now.
void read_limits(const KeptRun& run, BacktestPlan& plan) {
    const auto kept = run.texts.find("limits");
    if (kept == run.texts.end()) return;
    if (!plan.limits && kept->second == default_limits_text()) return;
    if (!plan.limits) plan.limits = BacktestLimits{"default", {}};
    plan.limits->text = kept->second;
}

size_t first_different_line(std::string_view a, std::string_view b) {
    size_t line = 1;
    for (size_t i = 0; i < std::min(a.size(), b.size()) && a[i] == b[i]; ++i) line += a[i] == '\n' ? 1 : 0;
    return line;
}

}  // namespace

std::string numbered_name(const char* name, size_t place) {
    return place == 0 ? name : std::string(name) + "." + std::to_string(place + 1);
}

std::vector<std::string> strategies_of(const KeptRun& run) {
    std::vector<std::string> names;
    for (const RunFact& fact : run.facts)
        if (fact.section == "strategy") names.push_back(fact.name);
    return names.empty() ? std::vector<std::string>{run.strategy} : names;
}

std::vector<std::string> rules_of(const KeptRun& run) {
    std::vector<std::string> names;
    for (const RunFact& fact : run.facts)
        if (fact.section == "rule") names.push_back(fact.name);
    return names;
}

std::vector<RunFact> plan_facts(const BacktestPlan& plan, const BacktestData& data, const BacktestResult& result) {
    std::vector<RunFact> facts;
    for (const BacktestStrategyResult& strategy : result.strategies)
        if (result.strategies.size() > 1) facts.push_back({"strategy", strategy.name, strategy.version});
    for (const BacktestRule& rule : result.risk.rules) facts.push_back({"rule", rule.name, rule.version});
    for (const StrategyParameter& parameter : result.parameters)
        facts.push_back({"parameter", parameter.name, parameter.value});
    if (const auto of_data = data_facts(data)) facts.insert(facts.end(), of_data->begin(), of_data->end());
    for (const auto& [symbol, calendar] : result.calendars)
        facts.push_back({"data", symbol + std::string(calendar_fact), calendar});
    for (const auto& [model, name] : models_of(plan)) facts.push_back({"model", model, name});
    for (const PlanField& field : fields)
        if (Text text = field.write(plan)) facts.push_back({field.section, field.name, *std::move(text)});
    for (size_t i = 0; i < plan.strategies.size(); ++i)
        facts.push_back({"place", numbered_name("strategy", i), absolute(plan.strategies[i].path).value_or("")});
    for (size_t i = 0; i < plan.rules.size(); ++i)
        facts.push_back({"place", numbered_name("rule", i), absolute(plan.rules[i].path).value_or("")});
    return facts;
}

Result<BacktestPlan> stored_plan(const KeptRun& run) {
    BacktestPlan plan;
    for (const PlanField& field : fields) {
        const RunFact* const fact = run.fact(field.section, field.name);
        if (fact != nullptr && !field.read(fact->value, plan))
            return Fail{damaged(run, std::string(field.name) + " is \"" + fact->value + "\"")};
    }
    for (const PlanModel& model : plan_models()) {
        const RunFact* const fact = run.fact("model", model.name);
        if (fact != nullptr && !model.read(fact->value, plan).ok())
            return Fail{damaged(run, std::string(model.name) + " is \"" + fact->value + "\"")};
    }
    for (const RunFact& fact : run.facts)
        if (fact.section == "parameter") plan.parameters[fact.name] = fact.value;
    for (size_t i = 0; i < strategies_of(run).size(); ++i) {
        const auto script = run.texts.find(numbered_name("script", i));
        if (script == run.texts.end()) return Fail{damaged(run, "its script is not there")};
        plan.strategies.push_back({run.fact_value("place", numbered_name("strategy", i)), script->second});
    }
    for (size_t i = 0; i < rules_of(run).size(); ++i) {
        const auto script = run.texts.find(numbered_name("rule", i));
        if (script == run.texts.end()) return Fail{damaged(run, "a risk rule is not there")};
        plan.rules.push_back({run.fact_value("place", numbered_name("rule", i)), script->second});
    }
    if (const auto kept = run.texts.find("accounts"); kept != run.texts.end())
        if (const auto read = read_accounts(kept->second, plan.accounts_path, plan); !read.ok())
            return Fail{damaged(run, read.error().message)};
    read_limits(run, plan);
    return plan;
}

namespace {

Status<> check_script(const KeptRun& run, size_t place, const PlanStrategy& then) {
    const auto now = read_file(then.path);
    if (now && *now == *then.text) return done;
    const std::string what =
        now ? "line " + std::to_string(first_different_line(*now, *then.text)) + " differs" : now.error().message;
    const std::string id = run.id.substr(0, shown_id_digits);
    return Fail{Error{ExitCode::data, "E_RUN_SCRIPT",
                      then.path + " is not what it was when run " + id + " was kept: " + what,
                      "the script of then: trd runs show " + id + " --script" +
                          (place == 0 ? "" : ", where it is number " + std::to_string(place + 1))}};
}

}  // namespace

Status<> check_stored_script(const KeptRun& run, const BacktestPlan& plan) {
    for (size_t i = 0; i < plan.strategies.size(); ++i) TRD_CHECK(check_script(run, i, plan.strategies[i]));
    for (size_t i = 0; i < plan.rules.size(); ++i)
        TRD_CHECK(check_script(run, plan.strategies.size() + i, plan.rules[i]));
    return done;
}

Result<std::vector<std::pair<std::string, std::string>>> calendars_in_force(const BacktestPlan& plan,
                                                                            const CalendarCall& calendars,
                                                                            const BacktestData& data) {
    std::vector<std::pair<std::string, std::string>> named;
    for (const Instrument& instrument : data.instruments) {
        const std::string& name = plan.calendar.empty() ? instrument.calendar : plan.calendar;
        if (name.empty() || !calendars) continue;
        TRD_TRY(const Calendar calendar, calendars(name));
        ByteWriter bytes;
        calendar.save(bytes);
        named.emplace_back(instrument.symbol, name + " " + short_fingerprint(bytes));
    }
    return named;
}

namespace {

Status<> check_data_facts(const KeptRun& run, const KeptRun& present, bool knows_calendars) {
    for (const RunFact& fact : run.facts) {
        if (fact.section != "data" || (fact.name.ends_with(calendar_fact) && !knows_calendars)) continue;
        const std::string value = present.fact_value("data", fact.name);
        if (value != fact.value) return Fail{changed_data(run, fact, value)};
    }
    // What has come since: quotes that are optional, funding, splits.
    for (const RunFact& fact : present.facts)
        if (run.fact_value("data", fact.name).empty())
            return Fail{changed_data(run, {"data", fact.name, ""}, fact.value)};
    return done;
}

}  // namespace

Status<> check_stored_data(const KeptRun& run, const BacktestPlan& plan, const CalendarCall& calendars) {
    TRD_TRY(const std::unique_ptr<RuleSet> rules, RuleSet::load(plan));
    TRD_TRY(const StrategySet set, load_strategies(rules->plan_for_strategies(plan)));
    const Result<BacktestData> data = open_data(plan, requests_of(set));
    if (!data && data.error().code == ExitCode::not_found) return Fail{data_gone(run, data.error())};
    if (!data) return Fail{data.error()};
    const auto named = calendars_in_force(plan, calendars, *data);
    if (!named && named.error().code == ExitCode::not_found) return Fail{data_gone(run, named.error())};
    if (!named) return Fail{named.error()};
    KeptRun present;
    TRD_TRY(present.facts, data_facts(*data));
    for (const auto& [symbol, calendar] : *named)
        present.facts.push_back({"data", symbol + std::string(calendar_fact), calendar});
    return check_data_facts(run, present, static_cast<bool>(calendars));
}

}  // namespace trd
