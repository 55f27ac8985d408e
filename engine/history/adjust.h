// Prices as if splits and dividends had never been: bars of a catalogue or a file, multiplied by what its corporate
// actions or a vendor's published factors say. Called by backtests (--adjust) and by export. Raw bars never come here.
//
// Factors (kind "factors") count for bars up to and including their day; where a symbol has them they are used. Else
// its actions count: before the day of a split, prices are divided and volumes multiplied by its value; before the day
// of a dividend, prices are multiplied by 1 - value / close, with the last raw close before that day. Of one moment, a
// split counts before a dividend, which is then for each new share; what one share of the evening before is paid on a
// day is one sum. Each price is rounded once, half-even at 1e-12; the product of several days' dividends is rounded at
// each.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/zone.h"
#include "history/catalogue.h"

namespace trd {

enum class Adjustment : uint8_t {
    none,    // prices as they were
    splits,  // splits only: what a holder of one old share holds now
    all,     // splits and dividends: total return
};
std::string_view name_of(Adjustment adjustment);
std::optional<Adjustment> adjustment_named(std::string_view name);

class Adjuster {
  public:
    // `raw` are the bars to come: dividends need their closes. `zone` says which day a bar belongs to; a bar that opens
    // at midnight UTC belongs to that date. Error: E_ADJUST when nothing is known about the symbol, or what is known
    // makes no sense. Precondition: not Adjustment::none.
    static Result<Adjuster> open(const Catalogue& catalogue, Adjustment adjustment, const BarSeries& raw, Zone zone);

    // Of a symbol whose splits alone count, whether it has bars in the catalogue or not.
    static Result<Adjuster> open_splits(const Catalogue& catalogue, const std::string& symbol, Zone zone);

    // In any order, neighbours fastest.
    Result<Bar> apply(const Bar& raw);

    // What a dividend of `amount` for each share of that moment is for each adjusted share. Half-even at 1e-12.
    Result<Decimal> dividend(Timestamp time, Decimal amount);

  private:
    // Of days up to and including last_day: prices * price_factor * split_factor / split_ratio.
    struct Step {
        int64_t last_day;
        Decimal price_factor = Decimal::from_units(1);
        Decimal split_factor = Decimal::from_units(1);
        Decimal split_ratio = Decimal::from_units(1);
    };
    struct Action {
        Timestamp time;
        int64_t day;  // the first one that knows
        int64_t code;
        Decimal value;
        std::optional<Price> close_before;
    };
    Adjuster(std::string symbol, Zone zone) : symbol_(std::move(symbol)), clock_(zone) {}
    int64_t day_of(Timestamp open);
    const Step* step_of(int64_t day);
    Status<> read_factors(std::span<const std::string> paths, Adjustment adjustment);
    // Without bars, dividends do not count.
    static Result<Adjuster> open_as(const Catalogue& catalogue, Adjustment adjustment, const std::string& symbol,
                                    const BarSeries* raw, Zone zone);
    Status<> read_actions(std::span<const std::string> paths, const BarSeries* raw);
    Status<> find_closes(std::vector<Action>& actions, const BarSeries& raw);
    Status<> chain(std::span<const Action> actions);
    Status<> count_day(std::span<const Action> of_day, Step& step) const;
    Error impossible(Timestamp time, const std::string& what) const;

    std::string symbol_;
    ZoneClock clock_;
    std::vector<Step> steps_;     // ascending by last_day
    std::vector<Action> splits_;  // as they happen; none where factors count
    size_t near_ = 0;             // the step used last
};

// All of `raw`, adjusted, in memory outside the heap.
Result<BarSeries> adjusted_series(const Catalogue& catalogue, Adjustment adjustment, const BarSeries& raw, Zone zone);

}  // namespace trd
