#include "match/slippage.h"

#include <algorithm>
#include <array>

#include "match/model_text.h"

namespace trd {
namespace {

using model_text::Halves;
using model_text::split;

constexpr std::string_view forms =
    "none, fixed:AMOUNT, bps:POINTS, spread:SHARE, volume_share:limit=SHARE,impact=FACTOR or impact:FACTOR, for "
    "example bps:5";
constexpr std::array<std::string_view, 6> names = {"none", "fixed", "bps", "spread", "volume_share", "impact"};
const Decimal one = Decimal::from_units(1);
const Decimal largest_share = Decimal::from_units(100'000'000'000'000);  // times 10^24 it is still a number

Error refuse(std::string_view text, std::string_view why) {
    return model_text::refusal("slippage model", text, why, forms);
}

template <class T>
Result<T> amount(std::string_view text, std::string_view number) {
    auto parsed = model_text::amount<T>(number);
    if (!parsed.ok()) return Fail{refuse(text, parsed.error())};
    return *parsed;
}

Result<std::string_view> value_of_key(std::string_view text, std::string_view pair, std::string_view key) {
    const Halves halves = split(pair, "=");
    if (halves.first != key || !halves.both)
        return Fail{refuse(text, "expected " + std::string(key) + "=..., found \"" + std::string(pair) + "\"")};
    return halves.second;
}

// The root of a share, rounded down at 1e-12. Precondition: not negative, and at most largest_share. Newton's steps
// from above fall until they are there.
Decimal square_root(Decimal value) {
    const UInt128 square = static_cast<UInt128>(value.raw()) * static_cast<UInt128>(decimal_scale);
    if (square == 0) return Decimal::zero();
    UInt128 root = static_cast<UInt128>(1) << 64;
    for (UInt128 next = (root + square / root) / 2; next < root; next = (root + square / root) / 2) root = next;
    return Decimal::from_raw(static_cast<Int128>(root));
}

// What has no volume is taken to be all there was.
Decimal share_of(Quantity quantity, Quantity volume) {
    if (!volume.is_positive()) return one;
    const auto share = checked_divide(quantity, volume);
    return share ? std::min(*share, largest_share) : largest_share;
}

}  // namespace

Result<SlippageModel> SlippageModel::parse(std::string_view text) {
    SlippageModel model;
    const Halves halves = split(text, ":");
    const auto found = std::find(names.begin(), names.end(), halves.first);
    if (found == names.end()) return Fail{model_text::unknown("slippage model", halves.first, names, forms)};
    model.kind_ = static_cast<Kind>(found - names.begin());
    if (model.kind_ == Kind::none) {
        if (halves.both) return Fail{refuse(text, "none takes no amount")};
        return model;
    }
    if (model.kind_ == Kind::fixed) {
        TRD_TRY(model.amount_, amount<Price>(text, halves.second));
        return model;
    }
    if (model.kind_ != Kind::volume_share) {
        TRD_TRY(model.factor_, amount<Decimal>(text, halves.second));
        return model;
    }
    const Halves pairs = split(halves.second, ",");
    TRD_TRY(const std::string_view limit, value_of_key(text, pairs.first, "limit"));
    TRD_TRY(const std::string_view impact, value_of_key(text, pairs.second, "impact"));
    TRD_TRY(model.limit_, amount<Decimal>(text, limit));
    TRD_TRY(model.factor_, amount<Decimal>(text, impact));
    if (model.limit_.is_zero() || model.limit_ > one)
        return Fail{refuse(text, "the limit is a share above 0 and at most 1")};
    return model;
}

std::string SlippageModel::name() const {
    const std::string kind(names[static_cast<size_t>(kind_)]);
    if (kind_ == Kind::none) return kind;
    if (kind_ == Kind::fixed) return kind + ":" + to_string(amount_);
    if (kind_ == Kind::volume_share) return kind + ":limit=" + to_string(limit_) + ",impact=" + to_string(factor_);
    return kind + ":" + to_string(factor_);
}

// volume_share as zipline's VolumeShareSlippage: impact * (share of the bar that own orders have by now)^2. impact: by
// the square root of the order's share.
Price SlippageModel::distance(Price price, Quantity quantity, const SlippageMarket& market) const {
    switch (kind_) {
        case Kind::none:
            return Price::zero();
        case Kind::fixed:
            return amount_;
        case Kind::bps:
            return mul_div(abs(price), factor_, Decimal::from_units(10'000));
        case Kind::spread:
            return multiply(market.spread, factor_);
        case Kind::volume_share: {
            const Decimal share = std::min(share_of(market.taken + quantity, market.volume), limit_);
            return multiply(abs(price), multiply(multiply(share, share), factor_));
        }
        case Kind::impact:
            return multiply(abs(price), multiply(square_root(share_of(quantity, market.volume)), factor_));
    }
    TRD_ASSERT(false);
}

}  // namespace trd
