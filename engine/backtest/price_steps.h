// Whether the stored prices of a series fit the tick that its instrument has in the run, and which tick they show where
// nobody has said it. A run over prices that are finer would round every price of an order to steps that the market
// does not have, and come to another result without a word.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>

#include "history/bar_series.h"
#include "market/instrument.h"

namespace trd {

struct BacktestPlan;

struct FinerPrices {
    Price tick, example;  // the tick, and the first price that is no multiple of it
    Price step;           // the largest power of ten of which all prices that were looked at are multiples
};

// Looks at some bars of every block of rows [first, end), and at none where the digits of the columns decide it.
std::optional<FinerPrices> prices_finer_than_tick(const BarSeries& series, uint64_t first, uint64_t end,
                                                  const Instrument& instrument);

// Whether --tick or an instrument of the catalogue says the tick. Else it is the usual one of the kind, or what prices
// show.
bool is_tick_said(const BacktestPlan& plan, const std::string& symbol);

// For an instrument whose tick nobody has said: the largest power of ten of which all prices of all the series are
// multiples. Nothing where they are multiples of the usual tick, or it is small beside them: what they have of digits
// then says nothing of the tick. Goes by every price of whole series, so that neither the period of a run nor the order
// of series makes another tick.
std::optional<Price> tick_shown_by(std::span<const std::shared_ptr<const BarSeries>> series, Price usual);

// "prices of DOGE are no multiples of its tick of 0.01, such as 0.08213: ..."
std::string warning_text(const FinerPrices& found, const Instrument& instrument);

}  // namespace trd
