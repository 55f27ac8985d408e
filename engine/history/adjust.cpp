#include "history/adjust.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <tuple>

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
    return Fail{
        Error{ExitCode::data, "E_ADJUST",
              "the catalogue " + catalogue.root() + " has neither actions nor factors of " + symbol +
                  " to adjust its prices by",
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
        const Action action{cursor.time(), day_of(cursor.time()), cursor.number(action_code),
                            Decimal::from_raw(cursor.raw(action_value)), std::nullopt};
        if (action.code == action_split && !action.value.is_positive())
            return Fail{impossible(cursor.time(), "a split of " + to_string(action.value) + " for 1")};
        if (action.code == action_split || raw != nullptr) actions.push_back(action);
    }
    if (cursor.failure()) return Fail{*cursor.failure()};
    std::stable_sort(actions.begin(), actions.end(), [](const Action& a, const Action& b) {
        return std::tuple(a.day, a.time, a.code != action_split) < std::tuple(b.day, b.time, b.code != action_split);
    });
    std::copy_if(actions.begin(), actions.end(), std::back_inserter(splits_),
                 [](const Action& action) { return action.code == action_split; });
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

// From the newest day back: what happens on one counts for all days before it.
Status<> Adjuster::chain(std::span<const Action> actions) {
    Step step{};
    while (!actions.empty()) {
        size_t first = actions.size() - 1;
        while (first > 0 && actions[first - 1].day == actions.back().day) --first;
        TRD_CHECK(count_day(actions.subspan(first), step));
        steps_.push_back(step);
        actions = actions.first(first);
    }
    std::reverse(steps_.begin(), steps_.end());
    return done;
}

Status<> Adjuster::count_day(std::span<const Action> of_day, Step& step) const {
    const Timestamp time = Timestamp{} + days(of_day.front().day);
    const Error beyond = impossible(time, "its splits multiply beyond any price");
    Decimal shares = one, paid;  // of one share of the evening before
    for (const Action& action : of_day) {
        const auto product = checked_multiply(shares, action.value);
        if (!product) return Fail{beyond};
        if (action.code == action_split) {
            shares = *product;
            continue;
        }
        const auto sum = checked_add(paid, *product);
        if (!sum) return Fail{impossible(time, "its dividends add up beyond any price")};
        paid = *sum;
    }
    const auto ratio = checked_multiply(step.split_ratio, shares);
    if (!ratio || !ratio->is_positive()) return Fail{beyond};
    step.split_ratio = *ratio;
    step.last_day = of_day.front().day - 1;
    const std::optional<Price>& close = of_day.front().close_before;
    if (!close) return done;
    const Decimal share = divide(Price::from_raw(paid.raw()), *close);
    if (share >= one)
        return Fail{impossible(time, "a dividend of " + to_string(paid) + " after a close of " + to_string(*close))};
    step.price_factor = multiply(step.price_factor, one - share);
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
    const int64_t day = day_of(time);
    const Step* const later = step_of(day);
    Decimal ratio = later != nullptr ? later->split_ratio : one;
    for (const Action& split : splits_)
        if (split.day == day && split.time > time) ratio = checked_multiply(ratio, split.value).value_or(Decimal{});
    const Decimal factor = later != nullptr ? later->split_factor : one;
    const auto adjusted =
        ratio.is_positive()
            ? Decimal::checked_from_raw(decimal_detail::product_divided(amount.raw(), factor.raw(), ratio.raw()))
            : Decimal::Checked(Fail{DecimalError::overflow});
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
