// What a venue charges. A model is a value chosen by name in a flag or a file: "none", "per_unit:2",
// "per_unit:0.005,min=1", "bps:10". The name is printed with every result.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "market/instrument.h"

namespace trd {

class FeeModel {
  public:
    enum class Kind : uint8_t { none, per_unit, proportional };

    FeeModel() = default;
    static FeeModel per_unit(Money amount, Money minimum = {}) { return FeeModel(Kind::per_unit, amount, {}, minimum); }
    static FeeModel basis_points(Decimal points, Money minimum = {}) {
        return FeeModel(Kind::proportional, {}, points, minimum);
    }
    // An error names what was found and the forms that exist.
    static Result<FeeModel> parse(std::string_view text);

    // In the instrument's quote currency; rounded once, half-even at 1e-12 (points count on the fill's value as it is
    // booked, which is rounded itself). Precondition: a positive quantity.
    Money fee(const Instrument& instrument, Price price, Quantity quantity) const;
    // The text that parse() takes.
    std::string name() const;

  private:
    FeeModel(Kind kind, Money amount, Decimal points, Money minimum)
        : kind_(kind), amount_(amount), points_(points), minimum_(minimum) {}

    Kind kind_ = Kind::none;
    Money amount_;    // per unit
    Decimal points_;  // of 1/10000 of the value
    Money minimum_;   // per fill
};

}  // namespace trd
