#include "backtest/run_limits.h"

#include <algorithm>

#include "backtest/accounts_file.h"
#include "risk/limits_file.h"
#include "risk/limits_text.h"

namespace trd {
namespace {

constexpr char no_limits[] = "none";
constexpr char default_limits[] = "default";

bool has_stream(const BacktestData& data, std::initializer_list<DataKind> kinds) {
    return std::any_of(data.streams.begin(), data.streams.end(), [&](const BacktestData::Stream& stream) {
        return std::find(kinds.begin(), kinds.end(), stream.feed.key().kind) != kinds.end();
    });
}

RiskFeed feed_of(const BacktestData& data) {
    if (has_stream(data, {DataKind::book})) return RiskFeed::books;
    return has_stream(data, {DataKind::quotes, DataKind::quote_bars}) ? RiskFeed::quotes : RiskFeed::bars;
}

using Names = std::vector<std::string>;

RiskDirectory::Names numbered(const Names& names) {
    RiskDirectory::Names numbered;
    for (const std::string& name : names) numbered.emplace_back(static_cast<uint32_t>(numbered.size() + 1), name);
    return numbered;
}

// Of several strategies each has an account, which is called like it.
RiskDirectory::Names account_names(const BacktestPlan& plan, const Names& strategies) {
    RiskDirectory::Names names;
    if (strategies.size() > 1) return numbered(strategies);
    for (const BacktestAccount& account : accounts_of(plan))
        names.emplace_back(static_cast<uint32_t>(names.size() + 1), account.name);
    return names;
}

// A venue is called as its account is, where there are several.
RiskDirectory::Names venue_names(const BacktestPlan& plan, const Names& strategies) {
    if (plan.accounts.empty()) return {{backtest_venue.value, backtest_venue_name}};
    return account_names(plan, strategies);
}

// A name that is not part of the run would limit nothing, and nobody would notice. The defaults name nobody, and what
// is in force is for everything that is traded, be it part of this run or not.
RiskNames names_of(const BacktestPlan& plan, const Names& strategies, const BacktestData& data) {
    RiskNames names;
    if (plan.limits && plan.limits->version != 0) return names;
    names.accounts.emplace();
    names.venues.emplace();
    for (const auto& [number, name] : account_names(plan, strategies)) names.accounts->push_back(name);
    for (const auto& [number, name] : venue_names(plan, strategies)) names.venues->push_back(name);
    names.strategies = strategies;
    names.symbols.emplace();
    for (const Instrument& instrument : data.instruments) names.symbols->push_back(instrument.symbol);
    return names;
}

std::string name_of(const BacktestPlan& plan) { return plan.limits ? plan.limits->name : default_limits; }

const RiskCheck& check_of(const RiskLimit& limit) { return risk_check_table()[limit.check]; }
const RiskRule& rule_of(const RiskLimit& limit) { return check_of(limit).rules[limit.rule]; }

std::string where_of(const RiskLimit& limit, const std::string& file) {
    return file + ":" + std::to_string(limit.line) + ": " + to_text(check_of(limit).code) + " " +
           std::string(rule_of(limit).name);
}

bool is_armed(const RiskLimit& limit, const RiskSetup& setup) {
    const bool is_off = rule_of(limit).unit == RiskUnit::flag && limit.value.is_zero();
    return !is_off && includes(limit.modes, setup.mode) && includes(check_of(limit).modes, setup.mode) &&
           (limit.feeds & static_cast<uint8_t>(setup.feed)) != 0;
}

bool has_quotes(const RunSetup& setup, InstrumentId instrument) {
    return std::any_of(setup.feeds.begin(), setup.feeds.end(), [&](const RunFeed& each) {
        const DataKind kind = each.feed.key().kind;
        return each.instrument == instrument &&
               (kind == DataKind::quotes || kind == DataKind::quote_bars || kind == DataKind::book);
    });
}

bool has_sessions(const RunSetup& setup, InstrumentId instrument) {
    return std::any_of(setup.sessions.begin(), setup.sessions.end(),
                       [&](const RunSessions& of) { return of.instrument == instrument; });
}

// Why the limit cannot be answered about the instrument; empty: it can.
std::string missing_for(const RiskLimit& limit, const Instrument& instrument, const RunSetup& setup) {
    switch (backtest_answer(rule_of(limit))) {
        case BacktestAnswer::known:
        case BacktestAnswer::granted:
            return {};
        case BacktestAnswer::with_calendar:
            return has_sessions(setup, instrument.id) ? "" : instrument.symbol + " has no calendar";
        case BacktestAnswer::with_quotes:
            return has_quotes(setup, instrument.id) ? "" : "there are no quotes of " + instrument.symbol;
        case BacktestAnswer::unknown:
            return "a backtest does not know that";
    }
    TRD_ASSERT(false);
}

std::string_view way_out(BacktestAnswer answer) {
    if (answer == BacktestAnswer::with_calendar)
        return "name one with --calendar NAME or in the instrument's file, or give the limit modes = [\"paper\", "
               "\"live\"]";
    if (answer == BacktestAnswer::with_quotes)
        return "run over quotes, or give the limit feeds = [\"quotes\", \"books\"]";
    return "give the limit modes = [\"paper\", \"live\"], and backtests leave it out";
}

// Nothing: it can be answered about every instrument that it is for.
std::optional<std::string> why_it_only_denies(const RiskLimit& limit, const RunSetup& setup, const BacktestPlan& plan) {
    const RiskRule& rule = rule_of(limit);
    for (const Instrument& instrument : setup.instruments) {
        const bool is_for_it =
            limit.scope != RiskScope::instrument || limit.subject.empty() || limit.subject == instrument.symbol;
        const std::string missing = is_for_it ? missing_for(limit, instrument, setup) : "";
        if (missing.empty()) continue;
        return where_of(limit, name_of(plan)) + " goes by " + std::string(name_of(worst_reading(rule))) + ", and " +
               missing +
               (check_of(limit).is_monitor() ? ": only what reduces passes"
                                             : ": every order that it is asked about is denied") +
               "; " + std::string(way_out(backtest_answer(rule)));
    }
    return std::nullopt;
}

}  // namespace

Result<std::optional<RiskConfig>> limits_for(const BacktestPlan& plan, const std::vector<std::string>& strategies,
                                             const BacktestData& data) {
    std::string_view text = plan.limits ? std::string_view(plan.limits->text) : default_limits_text();
    if (plan.limits && plan.limits->name == no_limits) {
        if (plan.rules.empty()) return std::optional<RiskConfig>{};
        text = "[end]\n";  // rules are asked where limits are armed, be it none
    }
    auto limits = parse_limits(text, name_of(plan), names_of(plan, strategies, data));
    if (!limits)
        return Fail{Error{ExitCode::config, "E_LIMITS", std::move(limits.error().message), limits.error().hint}};
    RiskConfig config;
    config.setup.mode = RiskMode::backtest;
    config.setup.feed = feed_of(data);
    config.limits = *std::move(limits);
    config.names.accounts = account_names(plan, strategies);
    config.names.venues = venue_names(plan, strategies);
    config.names.strategies = numbered(strategies);
    return std::optional<RiskConfig>(std::move(config));
}

bool goes_by_sessions(const RiskConfig& limits) {
    return std::any_of(limits.limits.limits.begin(), limits.limits.limits.end(), [&](const RiskLimit& limit) {
        return is_armed(limit, limits.setup) && backtest_answer(rule_of(limit)) == BacktestAnswer::with_calendar;
    });
}

Result<std::vector<RunSessions>> sessions_for(const BacktestData& data, const CalendarOf& calendar_of) {
    std::vector<RunSessions> sessions;
    for (const Instrument& instrument : data.instruments) {
        TRD_TRY(auto calendar, calendar_of(instrument));
        if (calendar) sessions.push_back({instrument.id, *std::move(calendar)});
    }
    return sessions;
}

std::vector<std::string> limits_that_only_deny(const RunSetup& setup, const BacktestPlan& plan) {
    std::vector<std::string> sentences;
    if (!setup.limits) return sentences;
    for (const RiskLimit& limit : setup.limits->limits.limits) {
        if (!is_armed(limit, setup.limits->setup) || limit.until <= setup.start) continue;
        if (auto why = why_it_only_denies(limit, setup, plan)) sentences.push_back(*std::move(why));
    }
    return sentences;
}

void report_limits(const BacktestPlan& plan, const Desk& desk, BacktestResult& result) {
    BacktestRisk& risk = result.risk;
    risk.limits = name_of(plan);
    risk.limits_version = plan.limits ? plan.limits->version : 0;
    if (desk.risk() == nullptr) {
        for (const RiskCheck& check : risk_check_table())
            if (includes(check.modes, RiskMode::backtest)) risk.unarmed.push_back(to_text(check.code));
        return;
    }
    for (const RiskCode code : desk.risk()->armed()) risk.armed.push_back(to_text(code));
    for (const RiskCode code : desk.risk()->unarmed()) risk.unarmed.push_back(to_text(code));
    risk.latched = desk.risk()->monitors().latched_count();
}

}  // namespace trd
