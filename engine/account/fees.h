// What a venue charges. A model is a value chosen by name in a flag or a file: "none", "per_unit:2",
// "per_unit:0.005,min=1", "bps:10", "maker_taker:1,4", "per_contract:0.85", "tiered:0=2/4,1000000=1/3". The name is
// printed with every result.
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "base/error.h"
#include "market/instrument.h"
#include "order/fill.h"

namespace trd {

class FeeModel {
  public:
    enum class Kind : uint8_t { none, per_unit, proportional, maker_taker, per_contract, tiered };

    FeeModel() = default;
    static FeeModel per_unit(Money amount, Money minimum = {}) { return FeeModel(Kind::per_unit, amount, {}, minimum); }
    static FeeModel basis_points(Decimal points, Money minimum = {}) {
        return FeeModel(Kind::proportional, {}, points, minimum);
    }
    // An error names what was found and the forms that exist.
    static Result<FeeModel> parse(std::string_view text);

    // In the instrument's quote currency; rounded once, half-even at 1e-12 (points count on the fill's value as it is
    // booked, which is rounded itself), the minimum of an order left out. Precondition: a positive quantity. `traded`
    // is the value that the account has traded in this currency before; what is not known to be a maker pays as a
    // taker. Negative: a rebate.
    Money fee(const Instrument& instrument, Price price, Quantity quantity, Liquidity liquidity, Money traded) const;
    // Of a whole order, as a taker that has not traded before: what it is sized by.
    Money fee(const Instrument& instrument, Price price, Quantity quantity) const {
        return std::max(fee(instrument, price, quantity, Liquidity::taker, Money::zero()), minimum_);
    }
    // No order that trades costs less in all. Zero: none.
    Money minimum() const { return minimum_; }
    // The text that parse() takes.
    std::string name() const;
    Kind kind() const { return kind_; }
    bool counts_traded_value() const { return kind_ == Kind::tiered; }

  private:
    struct Tier {
        Money from;  // value traded
        Decimal maker, taker;
    };
    static constexpr size_t tiers_max = 8;

    FeeModel(Kind kind, Money amount, Decimal points, Money minimum)
        : kind_(kind), amount_(amount), minimum_(minimum), tiers_{{{Money::zero(), points, points}}} {}
    static Result<FeeModel> parse_with_minimum(std::string_view text);
    static Result<FeeModel> parse_maker_taker(std::string_view text, std::string_view rest);
    static Result<FeeModel> parse_tiered(std::string_view text, std::string_view rest);
    static Result<Tier> parse_tier(std::string_view text, std::string_view part);
    const Tier& tier_at(Money traded) const;
    std::string tiers_text() const;

    Kind kind_ = Kind::none;
    uint8_t tiers_used_ = 1;
    Money amount_;                         // per unit or contract
    Money minimum_;                        // per order
    std::array<Tier, tiers_max> tiers_{};  // points: of 1/10000 of the value
};

}  // namespace trd
