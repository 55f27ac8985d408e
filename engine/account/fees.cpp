#include "account/fees.h"

#include <algorithm>

namespace trd {
namespace {

Error bad_model(std::string_view text, std::string_view what) {
    return {ExitCode::usage, "E_FEES", "fee model \"" + std::string(text) + "\": " + std::string(what),
            "write none, per_unit:AMOUNT[,min=AMOUNT], per_contract:AMOUNT, bps:POINTS[,min=AMOUNT], "
            "maker_taker:MAKER,TAKER or tiered:VALUE=MAKER/TAKER,..., for example per_unit:0.005,min=1"};
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
Result<T> signed_amount(std::string_view text, std::string_view number) {
    auto parsed = T::parse(number);
    if (!parsed.ok())
        return Fail{bad_model(text, "\"" + std::string(number) + "\" is not an amount: " + describe(parsed.error()))};
    return *parsed;
}

template <class T>
Result<T> amount_of(std::string_view text, std::string_view number) {
    TRD_TRY(const T amount, signed_amount<T>(text, number));
    if (amount.is_negative()) return Fail{bad_model(text, "an amount cannot be negative")};
    return amount;
}

}  // namespace

Result<FeeModel> FeeModel::parse(std::string_view text) {
    const size_t colon = text.find(':');
    const std::string_view kind = text.substr(0, colon);
    const std::string_view rest = colon == std::string_view::npos ? std::string_view{} : text.substr(colon + 1);
    if (kind == "maker_taker") return parse_maker_taker(text, rest);
    if (kind == "tiered") return parse_tiered(text, rest);
    if (kind == "per_contract") {
        TRD_TRY(const Money amount, amount_of<Money>(text, rest));
        return FeeModel(Kind::per_contract, amount, {}, {});
    }
    return parse_with_minimum(text);
}

Result<FeeModel> FeeModel::parse_with_minimum(std::string_view text) {
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

// Makers may be paid: a rebate is a negative number of points.
Result<FeeModel> FeeModel::parse_maker_taker(std::string_view text, std::string_view rest) {
    const size_t comma = rest.find(',');
    if (comma == std::string_view::npos) return Fail{bad_model(text, "expected MAKER,TAKER in points")};
    FeeModel model(Kind::maker_taker, {}, {}, {});
    TRD_TRY(model.tiers_[0].maker, signed_amount<Decimal>(text, rest.substr(0, comma)));
    TRD_TRY(model.tiers_[0].taker, signed_amount<Decimal>(text, rest.substr(comma + 1)));
    return model;
}

Result<FeeModel::Tier> FeeModel::parse_tier(std::string_view text, std::string_view part) {
    Tier tier;
    const size_t equals = part.find('=');
    if (equals == std::string_view::npos)
        return Fail{bad_model(text, "expected VALUE=POINTS, found \"" + std::string(part) + "\"")};
    TRD_TRY(tier.from, amount_of<Money>(text, part.substr(0, equals)));
    const std::string_view points = part.substr(equals + 1);
    const size_t slash = points.find('/');
    TRD_TRY(tier.maker, signed_amount<Decimal>(text, points.substr(0, slash)));
    tier.taker = tier.maker;
    if (slash == std::string_view::npos) return tier;
    TRD_TRY(tier.taker, signed_amount<Decimal>(text, points.substr(slash + 1)));
    return tier;
}

Result<FeeModel> FeeModel::parse_tiered(std::string_view text, std::string_view rest) {
    FeeModel model(Kind::tiered, {}, {}, {});
    model.tiers_used_ = 0;
    for (size_t start = 0; start <= rest.size();) {
        const size_t end = std::min(rest.find(',', start), rest.size());
        if (model.tiers_used_ == tiers_max) return Fail{bad_model(text, "more than 8 tiers")};
        TRD_TRY(const Tier tier, parse_tier(text, rest.substr(start, end - start)));
        if (model.tiers_used_ == 0 && !tier.from.is_zero()) return Fail{bad_model(text, "the first tier begins at 0")};
        if (model.tiers_used_ > 0 && tier.from <= model.tiers_[model.tiers_used_ - 1u].from)
            return Fail{bad_model(text, "each tier begins above the one before it")};
        model.tiers_[model.tiers_used_++] = tier;
        start = end + 1;
    }
    return model;
}

const FeeModel::Tier& FeeModel::tier_at(Money traded) const {
    size_t index = tiers_used_ - 1u;
    while (index > 0 && traded < tiers_[index].from) --index;
    return tiers_[index];
}

Money FeeModel::fee(const Instrument& instrument, Price price, Quantity quantity, Liquidity liquidity,
                    Money traded) const {
    if (kind_ == Kind::none) return Money::zero();
    if (kind_ == Kind::per_unit || kind_ == Kind::per_contract) return multiply(quantity, amount_);
    const Tier& tier = tier_at(traded);
    const Decimal points = liquidity == Liquidity::maker ? tier.maker : tier.taker;
    const Money value = abs(value_of(instrument, price, quantity));
    return mul_div(value, points, Decimal::from_units(10'000));
}

std::string FeeModel::tiers_text() const {
    std::string text = "tiered:";
    for (size_t i = 0; i < tiers_used_; ++i) {
        const Tier& tier = tiers_[i];
        if (i > 0) text += ",";
        text += to_string(tier.from) + "=" + to_string(tier.maker);
        if (tier.maker != tier.taker) text += "/" + to_string(tier.taker);
    }
    return text;
}

std::string FeeModel::name() const {
    if (kind_ == Kind::none) return "none";
    if (kind_ == Kind::tiered) return tiers_text();
    if (kind_ == Kind::per_contract) return "per_contract:" + to_string(amount_);
    if (kind_ == Kind::maker_taker)
        return "maker_taker:" + to_string(tiers_[0].maker) + "," + to_string(tiers_[0].taker);
    std::string text = "bps:" + to_string(tiers_[0].taker);
    if (kind_ == Kind::per_unit) text = "per_unit:" + to_string(amount_);
    if (!minimum_.is_zero()) text += ",min=" + to_string(minimum_);
    return text;
}

}  // namespace trd
