#include "backtest/price_steps.h"

#include <algorithm>
#include <array>
#include <vector>

#include "backtest/backtest.h"
#include "history/instrument_store.h"

namespace trd {
namespace {

// A block's worth of rows from one look to the next, and how many each time.
constexpr uint64_t rows_between_looks = 65'536, rows_a_look = 1024;

Price step_of(uint8_t digits) {
    return Price::from_raw(Int128{powers_of_ten[static_cast<size_t>(decimal_places - digits)]});
}

bool is_multiple(Price price, Price tick) { return tick.is_zero() || price.raw() % tick.raw() == 0; }

uint8_t digits_of(Price price) {
    Scaled scaled;
    return shorten(price.raw(), scaled) ? scaled.exponent : static_cast<uint8_t>(decimal_places);
}

class Look {
  public:
    explicit Look(const Instrument& instrument) : instrument_(instrument) {}

    void at(const Bar& bar) {
        const Price tick = instrument_.terms_at(bar.open_time).tick;
        for (const Price price : {bar.open, bar.high, bar.low, bar.close}) {
            if (is_multiple(price, tick)) continue;
            if (!found_) found_ = FinerPrices{tick, price, {}};
            digits_ = std::max(digits_, digits_of(price));
        }
    }
    std::optional<FinerPrices> found() const {
        std::optional<FinerPrices> found = found_;
        if (found) found->step = step_of(digits_);
        return found;
    }

  private:
    const Instrument& instrument_;
    std::optional<FinerPrices> found_;
    uint8_t digits_ = 0;
};

// What prices show instead of the usual tick: where they are finer, and it is more than a thousandth of the lowest.
class Steps {
  public:
    explicit Steps(Price usual) : usual_(usual) {}

    void take(const BarSeries& series) {
        const uint8_t most = series.price_digits();
        if (is_multiple(step_of(most), usual_)) {
            digits_ = std::max(digits_, most);
            return;
        }
        std::vector<Bar> bars(rows_a_look);
        for (uint64_t row = 0; row < series.size(); row += bars.size()) {
            bars.resize(std::min(rows_a_look, series.size() - row));
            if (!series.read(row, bars).ok()) return;  // the run comes to the same place and says so
            for (const Bar& bar : bars)
                for (const Price price : {bar.open, bar.high, bar.low, bar.close}) take(price);
        }
    }
    std::optional<Price> instead_of_usual() const {
        const bool is_coarse = is_finer_ && usual_.raw() * coarse_share > lowest_.raw();
        return is_coarse ? std::optional(step_of(digits_)) : std::nullopt;
    }

  private:
    void take(Price price) {
        is_finer_ = is_finer_ || !is_multiple(price, usual_);
        lowest_ = std::min(lowest_, price);
        if (!is_multiple(price, step_of(digits_))) digits_ = digits_of(price);
    }

    // A share of 187.339996 has no finer tick than one of 187.34: such digits come of arithmetic.
    static constexpr int coarse_share = 1000;

    Price usual_, lowest_ = Price::max();
    uint8_t digits_ = 0;
    bool is_finer_ = false;
};

bool columns_decide_it(const BarSeries& series, const Instrument& instrument) {
    const Price step = step_of(series.price_digits());
    return std::all_of(instrument.terms.begin(), instrument.terms.end(),
                       [&](const Terms& terms) { return is_multiple(step, terms.tick); });
}

}  // namespace

std::optional<FinerPrices> prices_finer_than_tick(const BarSeries& series, uint64_t first, uint64_t end,
                                                  const Instrument& instrument) {
    if (columns_decide_it(series, instrument)) return std::nullopt;
    Look look(instrument);
    std::vector<Bar> bars(rows_a_look);
    for (uint64_t row = first; row < end; row += rows_between_looks) {
        bars.resize(std::min(rows_a_look, end - row));
        if (!series.read(row, bars).ok()) break;  // the run comes to the same place and says so
        for (const Bar& bar : bars) look.at(bar);
    }
    return look.found();
}

bool is_tick_said(const BacktestPlan& plan, const std::string& symbol) {
    if (plan.tick) return true;
    if (plan.catalogue_root.empty()) return false;
    const auto known = find_instrument(plan.catalogue_root, symbol);  // was found, or not, when it was made
    return known && *known;
}

std::optional<Price> tick_shown_by(std::span<const std::shared_ptr<const BarSeries>> series, Price usual) {
    Steps steps(usual);
    for (const auto& each : series) steps.take(*each);
    return steps.instead_of_usual();
}

std::string warning_text(const FinerPrices& found, const Instrument& instrument) {
    return "prices of " + instrument.symbol + " are no multiples of its tick of " + to_string(found.tick) +
           ", such as " + to_string(found.example) +
           ": orders fill at multiples of the tick, which may be far from them; run with --tick " +
           to_string(found.step);
}

}  // namespace trd
