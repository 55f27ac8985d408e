#include "backtest/accounts_file.h"

#include <toml++/toml.h>

#include <algorithm>
#include <array>

#include "backtest/plan_models.h"
#include "backtest/run_limits.h"
#include "base/suggest.h"

namespace trd {
namespace {

constexpr std::string_view list_key = "account";  // [[account]]
constexpr std::array<std::string_view, 3> own_keys = {"name", "symbols", "cash"};
// The other models hold for the whole run.
constexpr std::array<std::string_view, 8> model_keys = {"fill",     "path", "participation", "queue",
                                                        "slippage", "fees", "latency",       "account"};
constexpr size_t accounts_max = 64;
constexpr size_t name_size_max = 32;

constexpr char hint[] = "docs/money.md has a file of accounts";

bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= name_size_max && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
    });
}

std::vector<std::string_view> known_keys() {
    std::vector<std::string_view> keys(own_keys.begin(), own_keys.end());
    keys.insert(keys.end(), model_keys.begin(), model_keys.end());
    return keys;
}

std::string joined(const std::vector<std::string_view>& names) {
    std::string text;
    for (const std::string_view name : names) text.append(text.empty() ? "" : ", ").append(name);
    return text;
}

const PlanModel& model_named(std::string_view name) {
    const auto models = plan_models();
    return *std::find_if(models.begin(), models.end(), [&](const PlanModel& model) { return model.name == name; });
}

// The plan with the account's own models in the place of the run's: what the table of models reads and writes.
BacktestPlan plan_with(const BacktestPlan& plan, const BacktestAccount& account) {
    BacktestPlan own;
    own.models = account.models;
    own.fees = account.fees;
    own.account = account.terms;
    own.apply_actions = plan.apply_actions;
    return own;
}

BacktestAccount account_like(const BacktestPlan& plan) {
    BacktestAccount account;
    account.name = backtest_account_name;
    account.cash = plan.cash;
    account.fees = plan.fees;
    account.models = plan.models;
    account.terms = plan.account;
    return account;
}

class AccountsReader {
  public:
    AccountsReader(const std::string& file, const BacktestPlan& plan) : file_(file), plan_(plan) {}

    Status<> read(const toml::table& root) {
        for (const auto& [key, node] : root)
            if (key.str() != list_key)
                return refuse(key.source(), "key is \"" + std::string(key.str()) + "\"" +
                                                did_you_mean(key.str(), std::array{list_key}) +
                                                ", expected [[account]] before each");
        const toml::array* list = root[list_key].as_array();
        if (list == nullptr || list->empty() || !list->is_array_of_tables())
            return refuse(root.source(), "there is no [[account]]");
        if (list->size() > accounts_max)
            return refuse(root.source(), "there are " + std::to_string(list->size()) + " accounts, expected at most " +
                                             std::to_string(accounts_max));
        for (const toml::node& entry : *list) TRD_CHECK(read_account(*entry.as_table()));
        return done;
    }

    std::vector<BacktestAccount> take() { return std::move(accounts_); }

  private:
    Status<> refuse(const toml::source_region& place, const std::string& what, const std::string& next = hint) const {
        return Fail{Error{
            ExitCode::config, "E_ACCOUNTS",
            file_ + ":" + std::to_string(place.begin.line) + ":" + std::to_string(place.begin.column) + ": " + what,
            next}};
    }

    Status<> read_account(const toml::table& table) {
        BacktestAccount account = account_like(plan_);
        account.name.clear();
        for (const auto& [key, node] : table) TRD_CHECK(read_key(key, node, account));
        if (account.name.empty()) return refuse(table.source(), "there is no name");
        TRD_CHECK(check_apart(table, account));
        accounts_.push_back(std::move(account));
        return done;
    }

    Status<> read_key(const toml::key& key, const toml::node& node, BacktestAccount& account) const {
        if (key.str() == "name") return read_name(node, account);
        if (key.str() == "symbols") return read_symbols(node, account);
        if (key.str() == "cash") return read_cash(node, account);
        const auto known = known_keys();
        if (std::find(known.begin(), known.end(), key.str()) == known.end())
            return refuse(key.source(), "key is \"" + std::string(key.str()) + "\"" + did_you_mean(key.str(), known) +
                                            ", expected one of " + joined(known));
        return read_model(model_named(key.str()), node, account);
    }

    Status<> read_name(const toml::node& node, BacktestAccount& account) const {
        account.name = node.value<std::string>().value_or("");
        if (is_name(account.name)) return done;
        return refuse(node.source(), "name is no name, expected up to " + std::to_string(name_size_max) +
                                         " small letters, digits, '_', '-' and '.' in quotes");
    }

    Status<> read_symbols(const toml::node& node, BacktestAccount& account) const {
        const toml::array* list = node.as_array();
        if (list != nullptr)
            for (const toml::node& entry : *list) account.symbols.push_back(entry.value<std::string>().value_or(""));
        const bool fits = list != nullptr && !list->empty() &&
                          std::find(account.symbols.begin(), account.symbols.end(), "") == account.symbols.end();
        return fits ? done : refuse(node.source(), "symbols is no list, expected texts such as [\"SPY\", \"AAPL\"]");
    }

    // A number with a point would come as a double.
    Status<> read_cash(const toml::node& node, BacktestAccount& account) const {
        const auto text = node.value<std::string>();
        const auto units = node.is_integer() ? node.value<int64_t>() : std::nullopt;
        const auto money = Money::parse(text ? *text : units ? std::to_string(*units) : "");
        if (money && !money->is_negative()) {
            account.cash = *money;
            return done;
        }
        return refuse(node.source(), "cash is no amount, expected a whole number, or text such as \"2500.50\"");
    }

    Status<> read_model(const PlanModel& model, const toml::node& node, BacktestAccount& account) const {
        const auto text = node.value<std::string>();
        if (!text) return refuse(node.source(), std::string(model.name) + " is no text, expected it in quotes");
        BacktestPlan own = plan_with(plan_, account);
        if (auto read = model.read(*text, own); !read.ok())
            return refuse(node.source(), read.error().message, read.error().hint);
        account.models = own.models;
        account.fees = own.fees;
        account.terms = own.account;
        return done;
    }

    // Two accounts must not claim the same thing.
    Status<> check_apart(const toml::table& table, const BacktestAccount& account) const {
        for (const BacktestAccount& other : accounts_) {
            if (other.name == account.name)
                return refuse(table.source(), "name is \"" + account.name + "\" for the second time");
            if (other.symbols.empty() && account.symbols.empty())
                return refuse(table.source(), "neither " + other.name + " nor " + account.name +
                                                  " has symbols, expected that of one account at most");
            for (const std::string& symbol : account.symbols)
                if (std::find(other.symbols.begin(), other.symbols.end(), symbol) != other.symbols.end())
                    return refuse(table.source(), symbol + " is traded at " + other.name + " already");
        }
        return done;
    }

    const std::string& file_;
    const BacktestPlan& plan_;
    std::vector<BacktestAccount> accounts_;
};

}  // namespace

Status<> read_accounts(std::string_view toml, const std::string& file, BacktestPlan& plan) {
    AccountsReader reader(file, plan);
    try {
        TRD_CHECK(reader.read(toml::parse(toml)));
    } catch (const toml::parse_error& problem) {
        const auto& place = problem.source().begin;
        return Fail{Error{ExitCode::config, "E_ACCOUNTS",
                          file + ":" + std::to_string(place.line) + ":" + std::to_string(place.column) + ": " +
                              std::string(problem.description()),
                          hint}};
    }
    plan.accounts = reader.take();
    plan.accounts_path = file;
    plan.accounts_text = toml;
    return done;
}

std::vector<BacktestAccount> accounts_of(const BacktestPlan& plan) {
    return plan.accounts.empty() ? std::vector{account_like(plan)} : plan.accounts;
}

Result<VenueId> venue_of(const BacktestPlan& plan, const std::string& symbol) {
    const auto id = [](size_t place) { return VenueId{static_cast<uint16_t>(place + 1)}; };
    std::optional<VenueId> of_the_rest;
    std::vector<std::string_view> known;
    for (size_t i = 0; i < plan.accounts.size(); ++i) {
        const std::vector<std::string>& symbols = plan.accounts[i].symbols;
        if (std::find(symbols.begin(), symbols.end(), symbol) != symbols.end()) return id(i);
        if (symbols.empty()) of_the_rest = id(i);
        known.insert(known.end(), symbols.begin(), symbols.end());
    }
    if (plan.accounts.empty()) return backtest_venue;
    if (of_the_rest) return *of_the_rest;
    return Fail{Error{ExitCode::config, "E_ACCOUNTS",
                      "no account of " + plan.accounts_path + " trades " + symbol + did_you_mean(symbol, known),
                      "put it among the symbols of one, or leave symbols out of the account that takes the rest"}};
}

Status<> check_liquidation(const BacktestPlan& plan, std::span<const Instrument> instruments) {
    VenueId venue{1};
    for (const BacktestAccount& account : accounts_of(plan)) {
        const auto asks_there = [&](const Instrument& each) {
            return each.venue == venue && asks_for_maintenance(each);
        };
        const bool can_be_missed =
            !account.terms.maintenance_rate.is_zero() || std::ranges::any_of(instruments, asks_there);
        if (account.terms.liquidates && !can_be_missed)
            return Fail{Error{ExitCode::usage, "E_ACCOUNT",
                              "account \"" + account.terms.name() +
                                  "\": liquidates needs a maintenance that can be missed, and neither the account nor "
                                  "what it trades has one",
                              "give the account one, as maintenance=0.25 for what is paid in full, or the instrument"}};
        ++venue.value;
    }
    return done;
}

Money cash_of(const BacktestPlan& plan) {
    Money sum;
    for (const BacktestAccount& account : accounts_of(plan)) sum += account.cash;
    return sum;
}

std::vector<std::pair<std::string, std::string>> models_of(const BacktestPlan& plan, const BacktestAccount& account) {
    const BacktestPlan own = plan_with(plan, account);
    std::vector<std::pair<std::string, std::string>> names;
    for (const std::string_view key : model_keys) names.emplace_back(key, model_named(key).write(own));
    return names;
}

}  // namespace trd
