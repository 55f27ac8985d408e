#include "cli/risk_common.h"

#include <fmt/core.h>

#include "base/file.h"
#include "base/suggest.h"
#include "cli/values.h"
#include "risk/limits_text.h"

namespace trd {

namespace {

// For programs.
std::string_view backtest_word(const RiskCheck& check, const RiskRule& rule) {
    return includes(check.modes, RiskMode::backtest) ? name_of(backtest_answer(rule)) : "not_asked";
}

}  // namespace

Result<LimitsRead> limits_named(const std::string& file) {
    LimitsRead read{file, {}, {}};
    if (file == "default") {
        read.text = default_limits_text();
    } else {
        auto text = read_file(file);
        if (!text)
            return Fail{Error{ExitCode::not_found, "E_LIMITS_FILE", text.error().message,
                              "give the path of a file of limits, or default; samples are in config/limits"}};
        read.text = *std::move(text);
    }
    auto limits = parse_limits(read.text, file);
    if (!limits)
        return Fail{Error{ExitCode::config, "E_LIMITS", std::move(limits.error().message), limits.error().hint}};
    read.limits = *std::move(limits);
    return read;
}

Result<const RiskCheck*> check_named(const std::string& code) {
    const RiskCheck* const check = risk_check_named(risk_check_table(), code);
    if (check != nullptr) return check;
    std::vector<std::string> codes;
    for (const RiskCheck& each : risk_check_table()) codes.push_back(to_text(each.code));
    const auto meant = nearest_name(code, std::vector<std::string_view>(codes.begin(), codes.end()));
    return Fail{Error{ExitCode::not_found, "E_RISK_CODE", "there is no check " + in_quotes(code),
                      meant ? "did you mean " + std::string(*meant) + "?" : "trd risk ls lists them"}};
}

std::string unit_text(RiskUnit unit) {
    constexpr std::string_view names[] = {"money", "price",    "quantity",  "number",  "share",
                                          "count", "duration", "on or off", "symbols", "order types"};
    return std::string(names[static_cast<size_t>(unit)]);
}

std::string_view backtest_word(const RiskCheck& check) {
    constexpr std::string_view names[] = {"no", "partly", "yes"};
    return includes(check.modes, RiskMode::backtest) ? names[static_cast<size_t>(backtest_use(check))] : "not asked";
}

std::string backtest_text(const RiskCheck& check, const RiskRule& rule) {
    if (!includes(check.modes, RiskMode::backtest)) return "a backtest does not ask it";
    switch (backtest_answer(rule)) {
        case BacktestAnswer::known:
            return "yes";
        case BacktestAnswer::granted:
            return "it always holds, because " + std::string(name_of(worst_reading(rule))) + " is taken to be 0 there";
        case BacktestAnswer::with_calendar:
            return "of instruments that have a calendar; it denies every other order";
        case BacktestAnswer::with_quotes:
            return "over quotes; without them it denies every order";
        case BacktestAnswer::unknown:
            return "a backtest does not know " + std::string(name_of(worst_reading(rule))) +
                   ": it would deny every order";
    }
    TRD_ASSERT(false);
}

void put_check(JsonWriter& json, const RiskCheck& check) {
    json.begin_object().member("code", to_text(check.code)).member("name", check.name);
    json.member("kind", check.is_monitor() ? "monitor" : "gate").member("doc", check.doc);
    json.member("action", name_of(check.action)).member("reset", name_of(check.reset));
    json.key("backtest").value(includes(check.modes, RiskMode::backtest));
    json.member("in_backtest", backtest_word(check)).key("limits").begin_array();
    for (const RiskRule& rule : check.rules) {
        json.begin_object().member("name", rule.name).member("unit", unit_text(rule.unit));
        json.member("holds", phrase_of(rule.holds)).member("exits_pass", rule.reducing_passes);
        json.member("setting", rule.setting.name).member("doc", rule.doc);
        json.member("backtest", backtest_word(check, rule)).key("needs").begin_array();
        for (const RiskInput input : rule.needs) json.value(name_of(input));
        json.end_array().end_object();
    }
    json.end_array().end_object();
}

std::string time_of_day(Duration since_midnight) {
    const int64_t minutes = since_midnight.ns / 60'000'000'000;
    return fmt::format("{:02}:{:02}", minutes / 60, minutes % 60);
}

}  // namespace trd
