#include "backtest/strategy_set.h"

#include <algorithm>
#include <cstring>

#include "base/bytes.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/suggest.h"
#include "script/lua_strategy.h"

namespace trd {
namespace {

constexpr size_t strategies_max = 100;
constexpr char script_hint[] = "give the path of a .lua file; examples are in strategies/";

Result<std::string> read_script(const PlanStrategy& wanted) {
    if (wanted.text) return *wanted.text;
    auto source = read_file(wanted.path);
    if (source.ok()) return source;
    return Fail{script_error(wanted.path, source.error())};
}

Result<std::unique_ptr<Strategy>> load(const BacktestPlan& plan, const LoadedStrategy& from,
                                       const LuaOverrides& overrides) {
    LuaOptions options;
    options.jit = plan.jit;
    options.seed = plan.seed;
    auto strategy = LuaStrategy::load_text(from.script, from.path, overrides, options);
    if (!strategy.ok()) return Fail{strategy_error(strategy.error())};
    return std::unique_ptr<Strategy>(*std::move(strategy));
}

// Random numbers of its own for each strategy, which do not hang on who else runs: of the run's seed and its name.
uint64_t stream_of(uint64_t seed, std::string_view name) {
    ByteWriter text;
    text.put(seed);
    text.put_text(name);
    const Digest digest = sha256(text.bytes());
    uint64_t stream = 0;
    std::memcpy(&stream, digest.data(), sizeof stream);
    return stream;
}

// The same strategy may run more than once, with other parameters.
std::string name_apart(const StrategySet& set, const std::string& name) {
    const auto same =
        std::count_if(set.begin(), set.end(), [&](const LoadedStrategy& each) { return each.manifest().name == name; });
    return same == 0 ? name : name + "#" + std::to_string(same + 1);
}

bool has_parameter(const LoadedStrategy& strategy, std::string_view name) {
    const auto& parameters = strategy.manifest().parameters;
    return std::any_of(parameters.begin(), parameters.end(),
                       [&](const StrategyParameter& each) { return each.name == name; });
}

std::string joined(const std::vector<std::string>& words, std::string_view between) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : std::string(between)) + word;
    return text;
}

Error parameter_error(std::string message, std::string hint) {
    return {ExitCode::config, "E_PARAMETER", std::move(message), std::move(hint)};
}

Error nobody_is_called(const StrategySet& set, const std::string& word, const std::string& name) {
    const std::vector<std::string> names = names_of(set);
    const auto meant = nearest_name(name, std::vector<std::string_view>(names.begin(), names.end()));
    return parameter_error("--set " + word + ": no strategy of this run is called \"" + name + "\"",
                           meant ? "did you mean " + std::string(*meant) + "?" : "there are " + joined(names, ", "));
}

Error nobody_has(const StrategySet& set, const std::string& name) {
    std::vector<std::string> all;
    for (const StrategyParameter& parameter : parameters_of(set)) all.push_back(parameter.name);
    std::vector<std::string_view> bare;
    for (const std::string& each : all) bare.push_back(std::string_view(each).substr(each.rfind('.') + 1));
    const auto meant = nearest_name(name, bare);
    return parameter_error("no strategy of this run has a parameter \"" + name + "\"",
                           meant ? "did you mean " + std::string(*meant) + "?" : "there are " + joined(all, ", "));
}

Error more_than_one_has(const std::vector<std::string>& owners, const std::string& name) {
    return parameter_error(
        "--set " + name + " could mean " + joined(owners, " or ") + ": each has a parameter of that name",
        "say whose: --set " + owners.front() + "." + name + "=VALUE, and the same for the others");
}

Error given_under_two_names(const std::string& first, const std::string& second) {
    return parameter_error("--set " + first + " and --set " + second + " are the same parameter",
                           "give it once: --set " + (first.size() > second.size() ? first : second) + "=VALUE");
}

// Which strategies of the set a word of --set is for: "fast", or "sma_cross.fast".
class Addresses {
  public:
    explicit Addresses(const StrategySet& set) : set_(set), overrides_(set.size()), words_(set.size()) {}

    Status<> add(const std::string& word, const std::string& value) {
        const size_t dot = word.rfind('.');
        if (dot == std::string::npos) return add_bare(word, value);
        const std::string owner = word.substr(0, dot);
        for (size_t i = 0; i < set_.size(); ++i) {
            if (set_[i].name != owner) continue;
            return give(i, word.substr(dot + 1), value, word);
        }
        return Fail{nobody_is_called(set_, word, owner)};
    }

    std::vector<LuaOverrides>& overrides() { return overrides_; }

  private:
    Status<> add_bare(const std::string& name, const std::string& value) {
        std::vector<std::string> owners;
        size_t last = 0;
        for (size_t i = 0; i < set_.size(); ++i) {
            if (!has_parameter(set_[i], name)) continue;
            owners.push_back(set_[i].name);
            last = i;
        }
        if (owners.empty()) return Fail{nobody_has(set_, name)};
        if (owners.size() > 1) return Fail{more_than_one_has(owners, name)};
        return give(last, name, value, name);
    }

    // Whichever of two values won, it would be without a word. The same value twice leaves no doubt.
    Status<> give(size_t strategy, const std::string& name, const std::string& value, const std::string& word) {
        LuaOverrides& given = overrides_[strategy];
        for (size_t i = 0; i < given.size(); ++i) {
            if (given[i].first != name) continue;
            if (given[i].second == value) return done;
            return Fail{given_under_two_names(words_[strategy][i], word)};
        }
        given.emplace_back(name, value);
        words_[strategy].push_back(word);
        return done;
    }

    const StrategySet& set_;
    std::vector<LuaOverrides> overrides_;
    std::vector<std::vector<std::string>> words_;  // of each override, as it was given
};

bool names_an_owner(const BacktestPlan& plan) {
    return std::any_of(plan.parameters.begin(), plan.parameters.end(),
                       [](const auto& each) { return each.first.find('.') != std::string::npos; });
}

LuaOverrides all_overrides(const BacktestPlan& plan) { return {plan.parameters.begin(), plan.parameters.end()}; }

// Who has what is known only when all of them are loaded; those that are given something are loaded once more.
Status<> give_parameters(const BacktestPlan& plan, StrategySet& set) {
    Addresses addresses(set);
    for (const auto& [word, value] : plan.parameters) TRD_CHECK(addresses.add(word, value));
    for (size_t i = 0; i < set.size(); ++i) {
        if (addresses.overrides()[i].empty()) continue;
        TRD_TRY(set[i].strategy, load(plan, set[i], addresses.overrides()[i]));
        set[i].strategy->seed(stream_of(plan.seed, set[i].name));
    }
    return done;
}

}  // namespace

namespace {

bool is_script(const std::string& name) { return name.ends_with(".lua"); }

}  // namespace

Error script_error(const std::string& path, const Error& cause) {
    Error error{ExitCode::not_found, "E_STRATEGY_FILE", cause.message, script_hint};
    if (const auto inside = list_folder(path); inside.ok()) {
        const auto script = std::find_if(inside->begin(), inside->end(), is_script);
        if (script != inside->end()) error.hint = "name the files in it, such as " + path + "/" + *script;
    }
    const size_t end_of_folder = path.rfind('/') + 1;
    const auto beside = list_folder(end_of_folder == 0 ? "." : path.substr(0, end_of_folder));
    if (!beside.ok()) return error;
    std::vector<std::string_view> scripts;
    std::copy_if(beside->begin(), beside->end(), std::back_inserter(scripts),
                 [](const auto& n) { return is_script(n); });
    if (const auto meant = nearest_name(path.substr(end_of_folder), scripts))
        error.hint = "did you mean " + path.substr(0, end_of_folder) + std::string(*meant) + "?";
    return error;
}

Error strategy_error(const StrategyFault& fault) {
    switch (fault.kind) {
        case StrategyFault::Kind::missing:
            return {ExitCode::not_found, "E_STRATEGY_FILE", fault.message, script_hint};
        case StrategyFault::Kind::parameter:
            return {ExitCode::config, "E_PARAMETER", fault.message,
                    "the strategy's params table says what each one may be"};
        case StrategyFault::Kind::load:
            return {ExitCode::strategy, "E_STRATEGY_LOAD", fault.message, ""};
        case StrategyFault::Kind::error:
            return {ExitCode::strategy, "E_STRATEGY", fault.message, ""};
        case StrategyFault::Kind::memory:
            return {ExitCode::strategy, "E_STRATEGY_MEMORY", fault.message,
                    "keep less in tables, or look for one that grows with every bar"};
        case StrategyFault::Kind::time:
            return {ExitCode::strategy, "E_STRATEGY_TIME", fault.message, "look for a loop that does not end"};
    }
    TRD_ASSERT(false);
}

Result<StrategySet> load_strategies(const BacktestPlan& plan) {
    TRD_ASSERT(!plan.strategies.empty());
    if (plan.strategies.size() > strategies_max)
        return Fail{Error{ExitCode::usage, "E_USAGE_STRATEGIES",
                          std::to_string(plan.strategies.size()) + " strategies in one run: there can be " +
                              std::to_string(strategies_max),
                          "run them in groups; each has an account of its own"}};
    const bool is_plain = plan.strategies.size() == 1 && !names_an_owner(plan);
    StrategySet set;
    for (const PlanStrategy& wanted : plan.strategies) {
        LoadedStrategy loaded;
        loaded.path = wanted.path;
        TRD_TRY(loaded.script, read_script(wanted));
        TRD_TRY(loaded.strategy, load(plan, loaded, is_plain ? all_overrides(plan) : LuaOverrides()));
        loaded.name = name_apart(set, loaded.manifest().name);
        loaded.strategy->seed(stream_of(plan.seed, loaded.name));
        set.push_back(std::move(loaded));
    }
    if (!is_plain) TRD_CHECK(give_parameters(plan, set));
    return set;
}

std::vector<SeriesRequest> requests_of(const StrategySet& set) {
    std::vector<SeriesRequest> requests;
    for (const LoadedStrategy& each : set)
        for (SeriesRequest request : each.manifest().series) {
            if (set.size() > 1) request.name = each.name + "." + request.name;
            requests.push_back(std::move(request));
        }
    return requests;
}

std::vector<StrategyParameter> parameters_of(const StrategySet& set) {
    std::vector<StrategyParameter> parameters;
    for (const LoadedStrategy& each : set)
        for (StrategyParameter parameter : each.manifest().parameters) {
            if (set.size() > 1) parameter.name = each.name + "." + parameter.name;
            parameters.push_back(std::move(parameter));
        }
    return parameters;
}

std::vector<std::string> names_of(const StrategySet& set) {
    std::vector<std::string> names;
    for (const LoadedStrategy& each : set) names.push_back(each.name);
    return names;
}

std::string title_of(const StrategySet& set) { return joined(names_of(set), "+"); }

}  // namespace trd
