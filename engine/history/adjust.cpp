#include "history/adjust.h"

#include <algorithm>
#include <array>

#include "history/codes.h"
#include "history/row_cursor.h"

namespace trd {
namespace {

constexpr std::array<std::string_view, 3> adjustment_names{"none", "splits", "all"};
constexpr Decimal one = Decimal::from_units(1);

// The columns of DataKind::factors and DataKind::actions.
enum FactorColumn : size_t { factor_time, factor_price, factor_split };
enum ActionColumn : size_t { action_time, action_code, action_value };

std::string date_of(int64_t day) { return to_iso_date(Timestamp{} + days(day)); }

}  // namespace

std::string_view name_of(Adjustment adjustment) { return adjustment_names[static_cast<size_t>(adjustment)]; }

std::optional<Adjustment> adjustment_named(std::string_view name) {
    for (size_t i = 0; i < adjustment_names.size(); ++i)
        if (adjustment_names[i] == name) return static_cast<Adjustment>(i);
    return std::nullopt;
}

Error Adjuster::impossible(Timestamp time, const std::string& what) const {
    return {ExitCode::data, "E_ADJUST", symbol_ + " at " + to_iso(time) + ": " + what,
            "trd data show " + symbol_ + " --kind actions, or --kind factors, shows what is known"};
}

int64_t Adjuster::day_of(Timestamp open) {
    const int64_t day = utc_day(open);
    return open == Timestamp{} + days(day) ? day : utc_day(clock_.to_wall(open));
}

const Adjuster::Step* Adjuster::step_of(int64_t day) {
    const auto fits = [&](size_t at) {
        return (at == steps_.size() || day <= steps_[at].last_day) && (at == 0 || day > steps_[at - 1].last_day);
    };
    if (!fits(near_)) {
        const auto place = std::lower_bound(steps_.begin(), steps_.end(), day,
                                            [](const Step& step, int64_t d) { return step.last_day < d; });
        near_ = static_cast<size_t>(place - steps_.begin());
    }
    return near_ == steps_.size() ? nullptr : &steps_[near_];
}

Result<Adjuster> Adjuster::open(const Catalogue& catalogue, Adjustment adjustment, const BarSeries& raw, Zone zone) {
    TRD_ASSERT(adjustment != Adjustment::none);
    return open_as(catalogue, adjustment, raw.symbol(), adjustment == Adjustment::all ? &raw : nullptr, zone);
}

Result<Adjuster> Adjuster::open_splits(const Catalogue& catalogue, const std::string& symbol, Zone zone) {
    return open_as(catalogue, Adjustment::splits, symbol, nullptr, zone);
}

Result<Adjuster> Adjuster::open_as(const Catalogue& catalogue, Adjustment adjustment, const std::string& symbol,
                                   const BarSeries* raw, Zone zone) {
    Adjuster adjuster(symbol, zone);
    for (const DataKind kind : {DataKind::factors, DataKind::actions}) {
        const SeriesKey key{kind, symbol, {}};
        if (catalogue.find(key) == nullptr) continue;
        TRD_TRY(const auto paths, catalogue.paths_of(key));
        if (kind == DataKind::factors)
            TRD_CHECK(adjuster.read_factors(paths, adjustment));
        else
            TRD_CHECK(adjuster.read_actions(paths, raw));
        return adjuster;
    }
    return Fail{Error{
        ExitCode::data, "E_ADJUST",
        "the catalogue " + catalogue.root() + " has neither actions nor factors of " + symbol + " to adjust its prices by",
        "import them with trd data import FILE --kind actions --symbol " + symbol + ", or run without --adjust"}};
}

Status<> Adjuster::read_factors(std::span<const std::string> paths, Adjustment adjustment) {
    TRD_TRY(RowCursor cursor, RowCursor::open(paths));
    while (cursor.next()) {
        Step step{.last_day = day_of(cursor.time())};
        if (adjustment == Adjustment::all) step.price_factor = Decimal::from_raw(cursor.raw(factor_price));
        step.split_factor = Decimal::from_raw(cursor.raw(factor_split));
        if (!steps_.empty() && steps_.back().last_day == step.last_day)
            return Fail{impossible(cursor.time(), "there are two factors for one day")};
        steps_.push_back(step);
    }
    if (cursor.failure()) return Fail{*cursor.failure()};
    return done;
}

Status<> Adjuster::read_actions(std::span<const std::string> paths, const BarSeries* raw) {
    TRD_TRY(RowCursor cursor, RowCursor::open(paths));
    std::vector<Action> actions;
    while (cursor.next()) {
        const Action action{day_of(cursor.time()), cursor.number(action_code),
                            Decimal::from_raw(cursor.raw(action_value)), std::nullopt};
        if (action.code == action_split && !action.value.is_positive())
            return Fail{impossible(cursor.time(), "a split of " + to_string(action.value) + " for 1")};
        if (action.code == action_split || raw != nullptr) actions.push_back(action);
    }
    if (cursor.failure()) return Fail{*cursor.failure()};
    if (raw != nullptr) TRD_CHECK(find_closes(actions, *raw));
    return chain(actions);
}

Status<> Adjuster::find_closes(std::vector<Action>& actions, const BarSeries& raw) {
    BarCursor cursor(raw);
    size_t next = 0;
    std::optional<Price> close;
    while (next < actions.size() && cursor.next()) {
        const int64_t day = day_of(cursor.bar().open_time);
        for (; next < actions.size() && actions[next].day <= day; ++next) actions[next].close_before = close;
        close = cursor.bar().close;
    }
    if (cursor.failure()) return Fail{*cursor.failure()};
    for (; next < actions.size(); ++next) actions[next].close_before = close;
    return done;
}

// From the newest action back: each counts for all days before it.
Status<> Adjuster::chain(const std::vector<Action>& actions) {
    Step step{};
    for (size_t i = actions.size(); i-- > 0;) {
        const Action& action = actions[i];
        const Timestamp time = Timestamp{} + days(action.day);
        step.last_day = action.day - 1;
        if (action.code == action_split) {
            const auto ratio = checked_multiply(step.split_ratio, action.value);
            if (!ratio || !ratio->is_positive()) return Fail{impossible(time, "its splits multiply beyond any price")};
            step.split_ratio = *ratio;
        } else if (action.close_before) {
            const Decimal share = divide(Price::from_raw(action.value.raw()), *action.close_before);
            if (share >= one)
                return Fail{impossible(time, "a dividend of " + to_string(action.value) + " after a close of " +
                                                 to_string(*action.close_before))};
            step.price_factor = multiply(step.price_factor, one - share);
        }
        if (!steps_.empty() && steps_.back().last_day == step.last_day)
            steps_.back() = step;
        else
            steps_.push_back(step);
    }
    std::reverse(steps_.begin(), steps_.end());
    return done;
}

Result<Bar> Adjuster::apply(const Bar& raw) {
    const int64_t day = day_of(raw.open_time);
    const Step* step = step_of(day);
    if (step == nullptr) return raw;
    Bar bar = raw;
    for (Price* price : {&bar.open, &bar.high, &bar.low, &bar.close}) {
        const Int128 number =
            step->split_ratio == one
                ? decimal_detail::product_scaled(price->raw(), step->price_factor.raw(), step->split_factor.raw())
                : decimal_detail::product_divided(price->raw(), step->price_factor.raw(), step->split_ratio.raw());
        const auto adjusted = Price::checked_from_raw(number);
        if (!adjusted || !adjusted->is_positive())
            return Fail{
                impossible(raw.open_time, to_string(*price) + " leaves the range of prices on " + date_of(day))};
        *price = *adjusted;
    }
    const auto volume = Quantity::checked_from_raw(
        decimal_detail::product_divided(raw.volume.raw(), step->split_ratio.raw(), step->split_factor.raw()));
    if (!volume) return Fail{impossible(raw.open_time, "its volume leaves the range of quantities")};
    bar.volume = *volume;
    return bar;
}

Result<Decimal> Adjuster::dividend(Timestamp time, Decimal amount) {
    const Step* step = step_of(day_of(time));
    if (step == nullptr) return amount;
    const Int128 number =
        decimal_detail::product_divided(amount.raw(), step->split_factor.raw(), step->split_ratio.raw());
    const auto adjusted = Decimal::checked_from_raw(number);
    if (!adjusted)
        return Fail{impossible(time, "a dividend of " + to_string(amount) + " leaves the range of amounts, adjusted")};
    return *adjusted;
}

Result<BarSeries> adjusted_series(const Catalogue& catalogue, Adjustment adjustment, const BarSeries& raw, Zone zone) {
    TRD_TRY(Adjuster adjuster, Adjuster::open(catalogue, adjustment, raw, zone));
    TRD_TRY(BarWriter writer, BarWriter::in_memory(raw.symbol(), raw.timeframe()));
    BarCursor cursor(raw);
    while (cursor.next()) {
        TRD_TRY(const Bar bar, adjuster.apply(cursor.bar()));
        TRD_CHECK(writer.append(bar));
    }
    if (cursor.failure()) return Fail{*cursor.failure()};
    return writer.finish_in_memory();
}

}  // namespace trd
