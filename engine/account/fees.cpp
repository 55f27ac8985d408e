#include "account/fees.h"

#include <algorithm>

namespace trd {
namespace {

Error bad_model(std::string_view text, std::string_view what) {
    return {ExitCode::usage, "E_FEES", "fee model \"" + std::string(text) + "\": " + std::string(what),
            "write none, per_unit:AMOUNT[,min=AMOUNT] or bps:POINTS[,min=AMOUNT], for example per_unit:0.005,min=1"};
}

struct Pieces {
    std::string_view kind, amount, minimum;
};

Result<Pieces> take_apart(std::string_view text) {
    Pieces pieces;
    const size_t colon = text.find(':');
    pieces.kind = text.substr(0, colon);
    if (colon == std::string_view::npos) return pieces;
    std::string_view rest = text.substr(colon + 1);
    const size_t comma = rest.find(',');
    pieces.amount = rest.substr(0, comma);
    if (comma == std::string_view::npos) return pieces;
    rest = rest.substr(comma + 1);
    if (!rest.starts_with("min="))
        return Fail{bad_model(text, "expected min=AMOUNT after the comma, found \"" + std::string(rest) + "\"")};
    pieces.minimum = rest.substr(4);
    if (pieces.minimum.empty()) return Fail{bad_model(text, "min= has no amount")};
    return pieces;
}

template <class T>
Result<T> amount_of(std::string_view text, std::string_view number) {
    auto parsed = T::parse(number);
    if (!parsed.ok())
        return Fail{bad_model(text, "\"" + std::string(number) + "\" is not an amount: " + describe(parsed.error()))};
    if (parsed->is_negative()) return Fail{bad_model(text, "an amount cannot be negative")};
    return *parsed;
}

}  // namespace

Result<FeeModel> FeeModel::parse(std::string_view text) {
    if (text == "none") return FeeModel{};
    TRD_TRY(const Pieces pieces, take_apart(text));
    if (pieces.kind == "none") return Fail{bad_model(text, "none takes no amount")};
    Money minimum;
    if (!pieces.minimum.empty()) {
        TRD_TRY(minimum, amount_of<Money>(text, pieces.minimum));
    }
    if (pieces.kind == "per_unit") {
        TRD_TRY(const Money amount, amount_of<Money>(text, pieces.amount));
        return per_unit(amount, minimum);
    }
    if (pieces.kind == "bps") {
        TRD_TRY(const Decimal points, amount_of<Decimal>(text, pieces.amount));
        return basis_points(points, minimum);
    }
    return Fail{bad_model(text, "there is no such model")};
}

Money FeeModel::fee(const Instrument& instrument, Price price, Quantity quantity) const {
    switch (kind_) {
        case Kind::none:
            return Money::zero();
        case Kind::per_unit:
            return std::max(multiply(quantity, amount_), minimum_);
        case Kind::proportional: {
            const Money value = abs(value_of(instrument, price, quantity));
            return std::max(mul_div(value, points_, Decimal::from_units(10'000)), minimum_);
        }
    }
    TRD_ASSERT(false);
}

std::string FeeModel::name() const {
    if (kind_ == Kind::none) return "none";
    std::string text = kind_ == Kind::per_unit ? "per_unit:" + to_string(amount_) : "bps:" + to_string(points_);
    if (!minimum_.is_zero()) text += ",min=" + to_string(minimum_);
    return text;
}

}  // namespace trd
