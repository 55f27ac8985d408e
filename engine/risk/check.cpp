#include "risk/check.h"

#include <algorithm>
#include <vector>

namespace trd {
namespace {

constexpr std::string_view state_names[] = {"active",      "reducing",   "halted",    "killed",
                                            "reconciling", "warming_up", "stream_gap"};
constexpr std::string_view action_names[risk_action_count] = {
    "none", "deny", "cancel_entries", "reduce", "reducing", "flatten", "halt_strategy", "halt_all", "kill"};
constexpr std::string_view action_texts[risk_action_count] = {
    "nothing",
    "new orders are denied",
    "working entries are cancelled",
    "entries are cancelled, and positions are brought down to a share of themselves",
    "entries are cancelled, and only orders that provably reduce pass",
    "all orders are cancelled and everything is closed",
    "entries are cancelled, and the strategy sends nothing but cancels",
    "entries are cancelled, and nobody sends anything but cancels",
    "entries are cancelled, and nobody sends anything but cancels until a person resets it",
};
constexpr std::string_view reset_names[risk_reset_count] = {"unset", "at_once", "session", "person", "time"};
constexpr std::string_view reset_texts[risk_reset_count] = {
    "not at all",
    "as soon as it holds again",
    "when the next session opens",
    "when a person says so",
    "after the time that the rule sets",
};

// What a passive order could trade at at worst is its limit; anything else may meet the worst of the marks.
Decimal worst_price(const OrderIntent& order, Decimal mark) {
    const Decimal limit = Decimal::from_raw(order.limit.raw());
    if (has_limit(order.type) && order.side == Side::buy) return limit;
    return std::max({mark, limit, Decimal::from_raw(order.trigger.raw())});
}

// What is settled in what it prices is worth the more of it, the lower the price.
Decimal lowest_price(const OrderIntent& order, Decimal mark) {
    for (const Price price : {order.limit, order.trigger})
        if (price.is_positive()) mark = std::min(mark, Decimal::from_raw(price.raw()));
    return mark;
}

}  // namespace

std::string_view name_of(GateState state) { return state_names[static_cast<size_t>(state)]; }
std::string_view name_of(RiskAction action) { return action_names[static_cast<size_t>(action)]; }
std::string_view describe(RiskAction action) { return action_texts[static_cast<size_t>(action)]; }
std::string_view name_of(RiskReset reset) { return reset_names[static_cast<size_t>(reset)]; }
std::string_view describe(RiskReset reset) { return reset_texts[static_cast<size_t>(reset)]; }

std::string to_text(RiskCode code) {
    const char text[] = {code.family, static_cast<char>('0' + code.number / 10),
                         static_cast<char>('0' + code.number % 10)};
    return {text, sizeof text};
}

namespace {

// Of a share, whose `over` is not negative.
int compare_share(const RiskFigure& figure, Decimal limit) {
    const UInt256 left = multiply_wide(static_cast<UInt128>(figure.over.raw()), static_cast<UInt128>(decimal_scale));
    const UInt256 right = multiply_wide(static_cast<UInt128>(limit.raw()), static_cast<UInt128>(figure.under.raw()));
    if (left.high != right.high) return left.high < right.high ? -1 : 1;
    return left.low < right.low ? -1 : left.low > right.low ? 1 : 0;
}

}  // namespace

int compare(const RiskFigure& figure, Decimal limit) {
    if (figure.under.is_zero()) return figure.over < limit ? -1 : figure.over > limit ? 1 : 0;
    return figure.over.is_negative() ? -1 : compare_share(figure, limit);  // the limit is not negative
}

// Most figures are no shares.
bool at_most(const RiskFigure& figure, Decimal limit) {
    return figure.under.is_zero() ? figure.over <= limit : compare(figure, limit) <= 0;
}
bool at_least(const RiskFigure& figure, Decimal limit) {
    return figure.under.is_zero() ? figure.over >= limit : compare(figure, limit) >= 0;
}
bool below(const RiskFigure& figure, Decimal limit) {
    return figure.under.is_zero() ? figure.over < limit : compare(figure, limit) < 0;
}
bool is_zero(const RiskFigure& figure, Decimal) { return figure.over.is_zero(); }
bool is_among(const RiskFigure& figure, Decimal limit) {
    return ((figure.over.raw() / decimal_scale) & (limit.raw() / decimal_scale)) != 0;
}

std::string_view phrase_of(RiskHolds holds) {
    if (holds == at_most) return "at most";
    if (holds == at_least) return "at least";
    if (holds == below) return "below";
    return holds == is_among ? "one of" : "none";
}

std::span<const RiskCheck> risk_check_table() {
    static const std::vector<RiskCheck> table = [] {
        using namespace risk_detail;
        std::vector<RiskCheck> all;
        for (const auto part : {order_checks(), exposure_checks(), conduct_checks(), market_checks(), monitor_checks()})
            all.insert(all.end(), part.begin(), part.end());
        return all;
    }();
    return table;
}

const RiskCheck* risk_check_named(std::span<const RiskCheck> table, std::string_view code) {
    const auto found = std::find_if(table.begin(), table.end(),
                                    [code](const RiskCheck& check) { return to_text(check.code) == code; });
    return found == table.end() ? nullptr : &*found;
}

bool provably_reduces(const RiskQuery& query) {
    const bool buys = query.order->side == Side::buy;
    const Reading& position = query.inputs->get(RiskInput::position, RiskScope::account);
    const Reading& beside = query.inputs->get(buys ? RiskInput::buying : RiskInput::selling, RiskScope::account);
    if (position.state != ReadingState::known || beside.state != ReadingState::known) return false;
    const Int128 holds = query.side ? query.side->held.raw() : position.value.raw();
    const Int128 working = query.side ? query.side->working.raw() : beside.value.raw();
    if (working < 0 || !query.order->quantity.is_positive()) return false;
    const Int128 held = buys ? -holds : holds;
    return (query.only_exits && held > 0) || working + query.order->quantity.raw() <= held;
}

Decimal worst_value(const RiskQuery& query) { return worst_value(query, query.order->quantity); }

Decimal worst_value(const RiskQuery& query, Quantity quantity) {
    const Decimal mark = query.inputs->get(RiskInput::worst_mark).value;
    const bool inverse = is_inverse(query.instrument->kind);
    const Decimal price = inverse ? lowest_price(*query.order, mark) : worst_price(*query.order, mark);
    const Money value = notional_of(*query.instrument, Price::from_raw(price.raw()), quantity);
    return multiply(Decimal::from_raw(value.raw()), query.inputs->get(RiskInput::fx_rate).value);
}

}  // namespace trd
