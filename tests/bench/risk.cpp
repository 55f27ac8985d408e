// What the gate costs an order. The rules alone, on readings that are there: with the default limits, and with every
// rule armed and 20 recent orders. And all of it, readings included, with every rule armed that an account of 50
// positions and 20 working orders does not break. Orders differ, so that branches are not learnt by heart, and all
// pass: a denial ends the list early.
#include <algorithm>
#include <cstdlib>
#include <vector>

#include "base/file.h"
#include "risk/control.h"
#include "risk/gate.h"
#include "risk/limits_file.h"
#include "support/bench.h"

namespace {

using namespace trd;

struct Market {
    RiskInputs inputs;
    std::vector<RecentOrder> recent{20};
    std::vector<OrderIntent> orders{1024};
    Instrument instrument;

    Market() {
        instrument.terms = {{}};
        instrument.terms[0].tick = Price::from_raw(decimal_scale / 100);
        instrument.terms[0].lot = Quantity::from_units(1);
        for (const RiskInputTraits& traits : risk_input_table())
            for (size_t scope = 0; scope < risk_scope_count; ++scope)
                inputs.set(traits.input, static_cast<RiskScope>(scope), Decimal::from_units(traits.positive ? 100 : 0));
        for (const RiskInput flag : {RiskInput::tradable, RiskInput::session_open, RiskInput::approved})
            inputs.set(flag, Decimal::from_units(1));
        inputs.set(RiskInput::ask, Decimal::from_units(101));
        for (size_t scope = 0; scope < risk_scope_count; ++scope)
            for (const RiskInput funds : {RiskInput::buying_power, RiskInput::settled_cash})
                inputs.set(funds, static_cast<RiskScope>(scope), Decimal::from_units(1'000'000));
        inputs.recent = recent;
        for (size_t i = 0; i < orders.size(); ++i) {
            orders[i].quantity = Quantity::from_units(static_cast<int64_t>(i * 7 % 50 + 1));
            orders[i].type = i % 2 == 0 ? OrderType::limit : OrderType::market;
            if (i % 2 == 0) orders[i].limit = Price::from_units(static_cast<int64_t>(90 + i % 10));
        }
    }
};

RiskLimits defaults() {
    const auto text = read_file("config/limits-default.toml");
    if (!text) std::abort();
    auto limits = parse_limits(*text, "config/limits-default.toml");
    if (!limits) std::abort();
    return std::move(*limits);
}

constexpr Currency usd = Currency::literal("USD");
constexpr StrategyId trader{1};
constexpr AccountId funded{1};

// An account on margin that holds 50 instruments, with 20 orders waiting, as the desk keeps them.
class Crowd {
  public:
    static constexpr uint32_t instrument_count = 50, working_count = 20;

    Crowd() {
        AccountTerms terms;
        terms.initial_rate = terms.maintenance_rate = Decimal::from_raw(decimal_scale / 4);
        accounts.emplace_back(funded, VenueId{1}, usd, terms);
        Posting posting;
        accounts[0].transfer(usd, Money::from_units(10'000'000), posting);
        for (uint32_t i = 0; i < instrument_count; ++i) add_position(i, posting);
        for (uint32_t i = 0; i < working_count; ++i) add_order(i);
    }
    RiskWorld world() const { return {accounts, instruments, rates, Timestamp{1'000'000'000'000}, ++input_}; }

    std::vector<Account> accounts;
    std::vector<Instrument> instruments;
    std::vector<Order> orders;
    FxRates rates;

  private:
    void add_position(uint32_t number, Posting& posting) {
        Instrument& made = instruments.emplace_back();
        made.id = {number};
        made.venue = {1};
        made.symbol = "S" + std::to_string(number);
        made.quote = usd;
        made.terms = {{}};
        made.terms[0].tick = Price::from_raw(decimal_scale / 100);
        made.terms[0].lot = Quantity::from_units(1);
        Fill fill;
        fill.trade.number = number + 1;
        fill.account = funded;
        fill.instrument = made.id;
        fill.side = number % 3 == 0 ? Side::sell : Side::buy;
        fill.price = Price::from_units(100);
        fill.quantity = Quantity::from_units(10 + number);
        fill.fee_currency = usd;
        accounts[0].apply(fill, made, posting);
    }
    void add_order(uint32_t number) {
        OrderIntent intent;
        intent.id = OrderId::pack({.account = funded, .strategy = trader, .incarnation = 1, .sequence = number + 1});
        intent.account = funded;
        intent.strategy = trader;
        intent.instrument = {number * 7 % instrument_count};
        intent.side = number % 2 == 0 ? Side::buy : Side::sell;
        intent.type = OrderType::limit;
        intent.limit = Price::from_units(number % 2 == 0 ? 80 : 120);
        intent.quantity = Quantity::from_units(5);
        orders.push_back(make_order(intent, OrderState::submitted, Timestamp{}));
    }

    mutable uint64_t input_ = 0;
};

// Every rule of every check, each so wide that it is asked and holds.
RiskLimits everything() {
    RiskLimits limits;
    const auto table = risk_check_table();
    for (uint16_t check = 0; check < table.size(); ++check)
        for (uint16_t rule = 0; rule < table[check].rules.size(); ++rule) {
            const RiskRule& row = table[check].rules[rule];
            RiskLimit limit;
            limit.check = check;
            limit.rule = rule;
            limit.scope = RiskScope::strategy;
            const bool floor = row.holds == RiskHolds(at_least);
            limit.value = row.unit == RiskUnit::order_types ? Decimal::from_units(127)
                          : row.unit == RiskUnit::flag      ? Decimal::from_units(1)
                          : floor                           ? Decimal()
                                                            : Decimal::from_units(1'000'000'000);
            if (row.unit == RiskUnit::symbols && !row.list_forbids) limit.names = {""};
            if (row.setting.name == "floor") limit.setting = Decimal::from_raw(decimal_scale / 100);  // R28 needs one
            limits.limits.push_back(limit);
        }
    return limits;
}

double quantile_of(std::vector<double>& samples, double quantile) {
    if (samples.empty()) return 0;
    std::sort(samples.begin(), samples.end());
    return samples[static_cast<size_t>(quantile * static_cast<double>(samples.size() - 1))];
}

// Of `allows(n)`, for the n-th order, in groups of 64.
template <class Allows>
bench::Reading quantile_of_cost(double quantile, Allows allows) {
    std::vector<double> all, idle;
    bool was_ours = bench::core_is_ours();
    for (uint64_t round = 0; round < 2000; ++round) {
        all.push_back(bench::ns_per_call(64, [&](long i) {
            if (!allows(round * 64 + static_cast<uint64_t>(i))) std::abort();  // a denial would be cheaper
        }));
        const bool ours = bench::core_is_ours();
        if (ours && was_ours) idle.push_back(all.back());
        was_ours = ours;
    }
    const double share = static_cast<double>(idle.size()) / static_cast<double>(all.size());
    return {quantile_of(idle, quantile), quantile_of(all, quantile), share};
}

bench::Reading cost(const RiskLimits& limits, RiskMode mode, double quantile) {
    const RiskPlan plan = compile_plan({risk_check_table(), mode, RiskFeed::quotes}, limits, {});
    const Market market;
    return quantile_of_cost(quantile, [&](uint64_t n) {
        const RiskQuery query{.order = &market.orders[n % market.orders.size()],
                              .instrument = &market.instrument,
                              .inputs = &market.inputs,
                              .now = Timestamp{1'000'000'000'000},
                              .all_known = true};  // as the desk finds while it reads
        return decide(plan, query).allowed;
    });
}

bench::Reading with_defaults() { return cost(defaults(), RiskMode::backtest, 0.5); }
bench::Reading with_everything() { return cost(everything(), RiskMode::live, 0.5); }
bench::Reading with_everything_p99() { return cost(everything(), RiskMode::live, 0.99); }

// The crowd with everything armed. What only others could tell is given; a rule that cannot hold here is left out.
class ArmedCrowd {
  public:
    ArmedCrowd() {
        order_.account = funded;
        order_.strategy = trader;
        order_.type = OrderType::limit;
        while (!arms()) {
        }
    }
    // Of the n-th order.
    bool passes(uint64_t n) {
        order_.instrument = {static_cast<uint32_t>(n * 13 % Crowd::instrument_count)};
        order_.quantity = Quantity::from_units(static_cast<int64_t>(n * 7 % 50 + 1));
        order_.limit = Price::from_units(static_cast<int64_t>(90 + n % 10));
        control_->margins().touch({static_cast<uint32_t>(n % Crowd::instrument_count)});  // it has a new price
        return control_->ask(crowd_.world(), {.intent = &order_}).allowed;
    }

  private:
    // True once every order passes; else the limits, or what is given, have become others.
    bool arms() {
        control_.emplace(RiskConfig{{risk_check_table(), RiskMode::live, RiskFeed::quotes}, limits_, {}});
        for (const Instrument& instrument : crowd_.instruments) control_->define(crowd_.world(), instrument.id);
        control_->open(crowd_.world(), crowd_.accounts[0]);
        control_->start(crowd_.world(), trader, {funded});
        std::vector<const Order*> orders;
        for (const Order& order : crowd_.orders) orders.push_back(&order);
        control_->adopt(crowd_.world(), orders);
        Quote quote;
        quote.bid = Price::from_units(100);
        quote.ask = Price::from_units(101);
        quote.bid_size = quote.ask_size = Quantity::from_units(1'000);
        quote.time = crowd_.world().now;
        for (const Instrument& instrument : crowd_.instruments) {
            control_->marked(crowd_.world(), instrument.id, Price::from_units(100));
            control_->quote(crowd_.world(), instrument.id, quote);
        }
        for (const RiskGiven& each : given_) control_->give(each);
        for (uint64_t n = 0; n < 1'000; ++n) {
            if (passes(n)) continue;
            make_room(control_->ask(crowd_.world(), {.intent = &order_}));
            return false;
        }
        return true;
    }
    void make_room(const RiskVerdict& denied) {
        const bool missing = denied.reading != ReadingState::known;
        const bool is_scoped = denied.input >= first_scoped_input;
        if (missing && reading_function(denied.input) == nullptr) {
            for (const Instrument& instrument : crowd_.instruments)
                given_.push_back({denied.input, is_scoped ? RiskScope::strategy : RiskScope::instrument,
                                  is_scoped ? trader.value : instrument.id.value, Decimal::from_units(1)});
            return;
        }
        if (denied.rule == nullptr) std::abort();
        std::erase_if(limits_.limits, [&](const RiskLimit& limit) {
            return &risk_check_table()[limit.check].rules[limit.rule] == denied.rule;
        });
    }

    Crowd crowd_;
    RiskLimits limits_ = everything();
    std::vector<RiskGiven> given_;
    OrderIntent order_;
    std::optional<RiskControl> control_;
};

bench::Reading crowd_cost(double quantile) {
    ArmedCrowd crowd;
    return quantile_of_cost(quantile, [&](uint64_t n) { return crowd.passes(n); });
}
bench::Reading of_a_crowd() { return crowd_cost(0.5); }
bench::Reading of_a_crowd_p99() { return crowd_cost(0.99); }

constexpr bench::Figure figures[] = {
    {"risk.order_default_limits", "ns", 2500, "lower", with_defaults},
    {"risk.order_everything_armed", "ns", 2000, "lower", with_everything},
    {"risk.order_everything_armed_p99", "ns", 10000, "lower", with_everything_p99},
    {"risk.gate_of_50_positions", "ns", 2000, "lower", of_a_crowd},
    {"risk.gate_of_50_positions_p99", "ns", 10000, "lower", of_a_crowd_p99},
};

}  // namespace

int main(int argc, char** argv) { return bench::run_figures(argc, argv, figures); }
