#include "risk/unit.h"

#include "base/time.h"

namespace trd {
namespace {

constexpr Int128 raw_per_nanosecond = 1'000;

std::optional<Decimal> not_negative(const Result<Decimal, DecimalError>& parsed) {
    if (!parsed || parsed->is_negative()) return std::nullopt;
    return *parsed;
}

std::optional<Decimal> parse_share(std::string_view text) {
    if (!text.ends_with('%')) {
        const auto share = not_negative(Decimal::parse(text));
        const bool is_meant = share && *share <= Decimal::from_units(1);  // 5 would be 500 %, and is 5 % to many
        return is_meant ? share : std::nullopt;
    }
    text.remove_suffix(1);
    if (text.ends_with(' ')) text.remove_suffix(1);
    const auto percent = Decimal::parse(text);
    return percent ? not_negative(checked_divide(*percent, Decimal::from_units(100))) : std::nullopt;
}

std::optional<Decimal> parse_count(std::string_view text) {
    const auto count = not_negative(Decimal::parse(text));
    return count && is_multiple_of(*count, Decimal::from_units(1)) ? count : std::nullopt;
}

std::optional<Decimal> parse_seconds(std::string_view text) {
    const auto duration = parse_duration(text);
    if (!duration || duration->ns < 0) return std::nullopt;
    return Decimal::from_raw(duration->ns * raw_per_nanosecond);
}

std::optional<Decimal> parse_flag(std::string_view text) {
    if (text != "on" && text != "off") return std::nullopt;
    return Decimal::from_units(text == "on" ? 1 : 0);
}

}  // namespace

bool is_list(RiskUnit unit) { return unit == RiskUnit::symbols || unit == RiskUnit::order_types; }

std::string_view expected_text(RiskUnit unit) {
    switch (unit) {
        case RiskUnit::money:
        case RiskUnit::price:
        case RiskUnit::quantity:
        case RiskUnit::number:
            return "a decimal number, zero or more";
        case RiskUnit::share:
            return "a share such as 0.2 or \"20%\", zero or more; above 1 only with the sign, as \"150%\"";
        case RiskUnit::count:
            return "a whole number, zero or more";
        case RiskUnit::duration:
            return "a duration such as \"2s\", \"5m\" or \"1d\"";
        case RiskUnit::flag:
            return "true or false";
        case RiskUnit::symbols:
            return "a list of symbols such as [\"ES\", \"SPY\"]";
        case RiskUnit::order_types:
            return "a list of order types such as [\"market\", \"limit\"]";
    }
    return {};
}

std::optional<Decimal> parse_risk_value(RiskUnit unit, std::string_view text) {
    switch (unit) {
        case RiskUnit::money:
        case RiskUnit::price:
        case RiskUnit::quantity:
        case RiskUnit::number:
            return not_negative(Decimal::parse(text));
        case RiskUnit::share:
            return parse_share(text);
        case RiskUnit::count:
            return parse_count(text);
        case RiskUnit::duration:
            return parse_seconds(text);
        case RiskUnit::flag:
            return parse_flag(text);
        case RiskUnit::symbols:
        case RiskUnit::order_types:
            break;
    }
    return std::nullopt;
}

std::string to_text(RiskUnit unit, Decimal value) {
    if (unit == RiskUnit::flag) return value.is_zero() ? "off" : "on";
    if (unit == RiskUnit::share) {
        const auto percent = checked_multiply(value, Decimal::from_units(100));
        return percent ? to_string(*percent) + " %" : to_string(value);
    }
    if (unit == RiskUnit::duration) return to_string(value) + " s";
    return to_string(value);
}

}  // namespace trd
