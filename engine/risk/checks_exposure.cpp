// R09 to R15: what would be held, owed and working with the order. All working orders count as if they filled.
#include "risk/rule_parts.h"

namespace trd::risk_detail {
namespace {

Decimal projected(const RuleQuery& q, Decimal held, Decimal working) {
    return not_below_zero(working + q.quantity + (q.buys() ? held : -held));
}

// Where both sides are kept, the side that the order is for is no smaller for what the other one holds.
const std::optional<RiskSide>& side_of(const RuleQuery& q) {
    return q.scope() == RiskScope::strategy ? q.query.own_side : q.query.side;
}

RiskFigure projected_position(const RuleQuery& q) {
    const Decimal all = projected(q, q[I::position], q[q.buys() ? I::buying : I::selling]);
    const auto& side = side_of(q);
    if (!side) return number(all);
    const auto plain = [](Quantity quantity) { return Decimal::from_raw(quantity.raw()); };
    return number(std::max(all, projected(q, plain(side->held), plain(side->working))));
}
RiskFigure projected_gross(const RuleQuery& q) { return number(q[I::gross] + q.value); }
RiskFigure projected_net(const RuleQuery& q) { return number(grown(q, I::net_high, I::net_low, q.value)); }
RiskFigure instrument_share(const RuleQuery& q) {
    Decimal value = grown(q, I::instrument_high, I::instrument_low, q.value);
    if (const auto& side = side_of(q); side && side->worth) {
        const Decimal worth = Decimal::from_raw(side->worth->raw());
        value = std::max(value, not_below_zero(q.value + (q.buys() ? worth : -worth)));
    }
    return share(value, q[I::equity]);
}
RiskFigure leverage(const RuleQuery& q) { return grown_share<I::gross>(q); }

// The price of what is bought, and of what is sold short where that needs a margin as buying does.
Decimal price_of_part(const RuleQuery& q) {
    if (q.buys()) return q.value;
    return q.is_set(I::margin_per_unit) ? mul_div(q.value, sold_short(q, RiskScope::account), q.quantity) : Decimal();
}

// What of it has to be there: its price where it is paid in full, its margin where not, and always the cost.
RiskFigure power_left(const RuleQuery& q) {
    const bool pays = q.query.instrument->valuation() == Valuation::paid;
    const Decimal taken = pays ? price_of_part(q) : multiply(q.quantity, q[I::margin_per_unit]);
    return number(q[I::buying_power] - q[I::order_cost] - taken);
}
RiskFigure margin_share(const RuleQuery& q) {
    return share(q[I::margin_used] + multiply(q.quantity, q[I::margin_per_unit]), q[I::equity]);
}

constexpr RiskRule r09[] = {{"max_position",
                             U::quantity,
                             at_most,
                             exits_pass,
                             {I::position, I::buying, I::selling},
                             projected_position,
                             "The largest position if everything on its side fills."}};
constexpr RiskRule r10[] = {{"max_gross",
                             U::money,
                             at_most,
                             exits_pass,
                             {I::gross, I::worst_mark, I::fx_rate},
                             projected_gross,
                             "Sizes of all positions and working orders together."}};
constexpr RiskRule r11[] = {{"max_net",
                             U::money,
                             at_most,
                             exits_pass,
                             {I::net_high, I::net_low, I::worst_mark, I::fx_rate},
                             projected_net,
                             "Longs less shorts, either way, if everything on the order's side fills."}};
constexpr RiskRule r12[] = {{"max_instrument_share",
                             U::share,
                             at_most,
                             exits_pass,
                             {I::instrument_high, I::instrument_low, I::equity, I::worst_mark, I::fx_rate},
                             instrument_share,
                             "One instrument, of equity."},
                            {"max_sector_share",
                             U::share,
                             at_most,
                             exits_pass,
                             {I::sector_gross, I::equity, I::worst_mark, I::fx_rate},
                             grown_share<I::sector_gross>,
                             "One sector, of equity."},
                            {"max_issuer_share",
                             U::share,
                             at_most,
                             exits_pass,
                             {I::issuer_gross, I::equity, I::worst_mark, I::fx_rate},
                             grown_share<I::issuer_gross>,
                             "One issuer, of equity."},
                            {"max_currency_share",
                             U::share,
                             at_most,
                             exits_pass,
                             {I::currency_gross, I::equity, I::worst_mark, I::fx_rate},
                             grown_share<I::currency_gross>,
                             "One currency, of equity."}};
constexpr RiskRule r13[] = {{"min_buying_power",
                             U::money,
                             at_least,
                             exits_pass,
                             {I::buying_power, I::order_cost, I::margin_per_unit, I::worst_mark, I::fx_rate},
                             power_left,
                             "What has to be left when the order and all working ones are paid."}};
constexpr RiskRule r14[] = {{"max_margin_share",
                             U::share,
                             at_most,
                             exits_pass,
                             {I::margin_used, I::margin_per_unit, I::equity},
                             margin_share,
                             "Initial margin of everything, of equity."},
                            {"max_leverage",
                             U::number,
                             at_most,
                             exits_pass,
                             {I::gross, I::equity, I::worst_mark, I::fx_rate},
                             leverage,
                             "Gross value, in multiples of equity."},
                            {"min_liquidation_distance",
                             U::share,
                             at_least,
                             exits_pass,
                             {I::liquidation_distance},
                             reading<I::liquidation_distance>,
                             "How far the price must be from where the venue would close it all, with the order."}};
constexpr RiskRule r15[] = {{"max_open_orders",
                             U::count,
                             at_most,
                             exits_pass,
                             {I::open_orders},
                             one_more<I::open_orders>,
                             "Working orders, the new one included."},
                            {"max_open_notional",
                             U::money,
                             at_most,
                             exits_pass,
                             {I::open_notional, I::worst_mark, I::fx_rate},
                             [](const RuleQuery& q) { return number(q[I::open_notional] + q.value); },
                             "Value of working orders."}};

constexpr RiskCheck checks[] = {
    {{'R', 9}, "MAX_POSITION", before_orders, "No position becomes too large.", r09},
    {{'R', 10}, "GROSS", before_orders, "The book as a whole stays small enough.", r10},
    {{'R', 11}, "NET", before_orders, "The book does not lean too far to one side.", r11},
    {{'R', 12}, "CONCENTRATION", before_orders, "No single thing carries too much of the equity.", r12},
    {{'R', 13}, "BUYING_POWER", before_orders, "What is bought can be paid.", r13},
    {{'R', 14}, "MARGIN", before_orders, "Margin and leverage stay bearable.", r14},
    {{'R', 15}, "OPEN_ORDERS", before_orders, "Not too much works at once.", r15},
};

}  // namespace

std::span<const RiskCheck> exposure_checks() { return checks; }

}  // namespace trd::risk_detail
