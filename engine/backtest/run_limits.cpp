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

// A name that is not part of the run would limit nothing, and nobody would notice. The defaults name nobody.
RiskNames names_of(const BacktestPlan& plan, const Names& strategies, const BacktestData& data) {
    RiskNames names;
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

std::string where_of(const RiskLimit& limit, const std::string& file) {
    const RiskCheck& check = risk_check_table()[limit.check];
    return file + ":" + std::to_string(limit.line) + ": " + to_text(check.code) + " " +
           std::string(check.rules[limit.rule].name);
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

void report_limits(const BacktestPlan& plan, const Desk& desk, BacktestResult& result) {
    BacktestRisk& risk = result.risk;
    risk.limits = name_of(plan);
    if (desk.risk() == nullptr) {
        for (const RiskCheck& check : risk_check_table())
            if (includes(check.modes, RiskMode::backtest)) risk.unarmed.push_back(to_text(check.code));
        return;
    }
    for (const RiskCode code : desk.risk()->armed()) risk.armed.push_back(to_text(code));
    for (const RiskCode code : desk.risk()->unarmed()) risk.unarmed.push_back(to_text(code));
    risk.latched = desk.risk()->monitors().latched_count();
    for (const RiskLimit* limit : desk.risk()->unanswerable())
        result.warnings.push_back(where_of(*limit, risk.limits) +
                                  " asks for what a backtest does not know: whatever it is asked about is denied");
}

}  // namespace trd
