#include "backtest/missing_volumes.h"

#include <algorithm>

#include "backtest/accounts_file.h"

namespace trd {
namespace {

bool has_volume(const BarSeries& series) {
    BarCursor cursor(series);
    while (cursor.next())
        if (cursor.bar().volume.is_positive()) return true;
    return false;
}

bool is_of_ticks(const BacktestData::Stream& stream) {
    return stream.base == Currency{} && !stream.name.starts_with("funding ") && !stream.name.starts_with("actions ");
}

bool lacks_volume(const BacktestData& data, InstrumentId instrument) {
    const auto has_ticks = [&](const BacktestData::Stream& stream) {
        return stream.instrument == instrument && is_of_ticks(stream);
    };
    const auto is_filled = [&](const BacktestData::Feed& feed) {
        return feed.instrument == instrument && has_volume(*feed.series);
    };
    return std::none_of(data.streams.begin(), data.streams.end(), has_ticks) &&
           std::none_of(data.feeds.begin(), data.feeds.end(), is_filled);
}

bool go_by_volume(const VenueModels& models) {
    using enum SlippageModel::Kind;
    const SlippageModel::Kind kind = models.slippage.kind();
    return models.participation.is_limited() || kind == volume_share || kind == impact;
}

std::string what_follows(const VenueModels& models) {
    if (models.participation.is_limited())
        return "participation " + models.participation.name() + " is a share of nothing, so nothing could trade";
    const std::string slippage = "slippage " + models.slippage.name();
    if (models.slippage.volume_limit().is_positive())
        return slippage + " is limited to nothing, so nothing could trade";
    return slippage + " took each order for all that was traded, which is the most that it can cost";
}

}  // namespace

void add_volume_warnings(const BacktestPlan& plan, const BacktestData& data, BacktestResult& result) {
    if (result.counts.orders == 0) return;
    const std::vector<BacktestAccount> accounts = accounts_of(plan);
    for (const Instrument& instrument : data.instruments) {
        const VenueModels& models = accounts[instrument.venue.value - 1u].models;
        if (go_by_volume(models) && lacks_volume(data, instrument.id))
            result.warnings.push_back("no bar of " + instrument.symbol + " has a volume: " + what_follows(models));
    }
}

}  // namespace trd
