#include "backtest/data.h"

#include <algorithm>
#include <map>

#include "backtest/accounts_file.h"
#include "backtest/price_steps.h"
#include "history/catalogue.h"
#include "history/csv_bars.h"
#include "history/instrument_store.h"

namespace trd {
namespace {

Instrument plain_instrument(const BacktestPlan& plan) {
    Instrument instrument;
    instrument.kind = plan.kind.value_or(InstrumentKind::equity);
    instrument.quote = Currency::literal("USD");
    instrument.terms.push_back(usual_terms(instrument.kind));
    return instrument;
}

void put_above(const BacktestPlan& plan, Terms& terms) {
    if (plan.tick) terms.tick = *plan.tick;
    if (plan.lot) terms.lot = terms.min_quantity = *plan.lot;
    if (plan.margin_per_unit) terms.margin_per_unit = *plan.margin_per_unit;
}

Result<Instrument> make_instrument(const BacktestPlan& plan, InstrumentId id, const std::string& symbol) {
    std::optional<Instrument> known;
    if (!plan.catalogue_root.empty()) {
        TRD_TRY(known, find_instrument(plan.catalogue_root, symbol));
    }
    const bool is_known = known.has_value();
    Instrument instrument = is_known ? *std::move(known) : plain_instrument(plan);
    instrument.id = id;
    TRD_TRY(instrument.venue, venue_of(plan, symbol));
    instrument.symbol = symbol;
    if (plan.kind) instrument.kind = *plan.kind;
    if (plan.currency && !is_known) instrument.quote = *plan.currency;
    if (plan.multiplier) instrument.multiplier = *plan.multiplier;
    for (Terms& terms : instrument.terms) put_above(plan, terms);
    return instrument;
}

// Opens series by name once each.
class Library {
  public:
    Library(const BacktestPlan& plan, std::vector<std::string>& warnings) : plan_(plan), warnings_(warnings) {}

    Result<std::shared_ptr<const BarSeries>> get(const SeriesRequest& request) {
        const std::string symbol = symbol_for(plan_, request);
        const Duration timeframe = plan_.timeframe.ns != 0 ? plan_.timeframe : request.timeframe;
        auto& known = open_[{symbol, timeframe.ns}];
        if (known == nullptr) {
            TRD_TRY(BarSeries series, plan_.data_path.empty() ? from_catalogue(symbol, timeframe) : from_file(request));
            known = std::make_shared<const BarSeries>(std::move(series));
        }
        return known;
    }

  private:
    Result<BarSeries> from_catalogue(const std::string& symbol, Duration timeframe) const {
        TRD_TRY(const Catalogue catalogue, Catalogue::open(plan_.catalogue_root));
        return timeframe.ns == 0 ? catalogue.open_bars(symbol) : catalogue.open_bars(symbol, timeframe);
    }

    void warn(const std::string& doubt) {
        if (std::find(warnings_.begin(), warnings_.end(), doubt) == warnings_.end()) warnings_.push_back(doubt);
    }

    Result<BarSeries> from_file(const SeriesRequest& request) {
        const Duration wanted = plan_.timeframe.ns != 0 ? plan_.timeframe : request.timeframe;
        // The file's own step counts: bars of a day stay that, whatever is asked for.
        TRD_TRY(BarSeries series,
                load_csv_bars(plan_.data_path, {.symbol = symbol_for(plan_, request),
                                                .timeframe = {},
                                                .zone = {},
                                                .map = {},
                                                .warn = [this](const std::string& doubt) { warn(doubt); }}));
        if (wanted.ns != 0 && series.timeframe() != wanted)
            return Fail{Error{ExitCode::data, "E_TIMEFRAME",
                              plan_.data_path + " has bars of " + to_text(series.timeframe()) +
                                  ", the strategy's series \"" + request.name + "\" wants " + to_text(wanted),
                              "give a file of " + to_text(wanted) + " bars, or run on what the file has with --tf " +
                                  to_text(series.timeframe())}};
        return series;
    }

    const BacktestPlan& plan_;
    std::vector<std::string>& warnings_;
    std::map<std::pair<std::string, int64_t>, std::shared_ptr<const BarSeries>> open_;
};

Status<> choose_rows(const BacktestPlan& plan, BacktestData::Feed& feed) {
    const BarSeries& series = *feed.series;
    feed.end_row = series.size();
    if (plan.from) {
        TRD_TRY(feed.first_row, series.first_at_or_after(*plan.from));
    }
    if (plan.to) {
        TRD_TRY(feed.end_row, series.first_at_or_after(*plan.to));
    }
    if (feed.first_row < feed.end_row) return done;
    std::string found = series.empty() ? "it is empty"
                                       : "its bars open from " + to_iso(series.first_open_time()) + " to " +
                                             to_iso(series.last_open_time());
    return Fail{Error{ExitCode::data, "E_NO_BARS", "no bar of " + series.symbol() + " to run on: " + found,
                      "widen --from and --to, or choose another series"}};
}

Error no_catalogue() {
    return {ExitCode::usage, "E_USAGE_ADJUST", "--adjust needs a catalogue to take splits and dividends from",
            "name it with --catalogue, or leave --adjust out"};
}

// Adjusted bars replace raw ones before the run begins: the run itself does not know the difference.
class AdjustedSeries {
  public:
    explicit AdjustedSeries(const BacktestPlan& plan) : plan_(plan) {}

    Status<> put_in_place(BacktestData::Feed& feed, const Instrument& instrument) {
        if (plan_.adjust == Adjustment::none) return done;
        if (plan_.catalogue_root.empty()) return Fail{no_catalogue()};
        auto& known = made_[feed.series.get()];
        if (known == nullptr) {
            TRD_TRY(const Catalogue catalogue, Catalogue::open(plan_.catalogue_root));
            TRD_TRY(BarSeries series, adjusted_series(catalogue, plan_.adjust, *feed.series, zone_of(instrument)));
            known = std::make_shared<const BarSeries>(std::move(series));
            raw_.push_back(feed.series);
        }
        feed.series = known;
        return done;
    }

  private:
    const BacktestPlan& plan_;
    std::map<const BarSeries*, std::shared_ptr<const BarSeries>> made_;  // looked up only
    std::vector<std::shared_ptr<const BarSeries>> raw_;                  // keeps the keys alive
};

Error no_ticks_in(const BacktestPlan& plan, const SeriesRequest& request) {
    return {ExitCode::usage, "E_DATA_SERIES",
            "the strategy's series \"" + request.name + "\" is not of bars, and " + plan.data_path + " has bars only",
            "name the catalogue that has it with --catalogue, or leave --data out"};
}

Status<> check_single_file(const BacktestPlan& plan, std::span<const SeriesRequest> requests) {
    if (plan.data_path.empty()) return done;
    for (const SeriesRequest& request : requests) {
        const bool is_missed = request.kind != SeriesKind::bars && !request.optional;
        if (is_missed && plan.catalogue_root.empty()) return Fail{no_ticks_in(plan, request)};
        if (request.symbol == "$symbol" || request.symbol == plan.symbol) continue;
        return Fail{
            Error{ExitCode::usage, "E_DATA_SERIES",
                  "the strategy's series \"" + request.name + "\" wants " + request.symbol +
                      ", and --data gives one file for one symbol",
                  "leave --data out and keep the series in the catalogue, or name the file's symbol with --symbol " +
                      request.symbol}};
    }
    return done;
}

// The stored prices count: adjusted ones are finer than any tick.
void warn_of_fine_prices(const BacktestPlan& plan, const BarSeries& stored, const BacktestData::Feed& feed,
                         BacktestData& data) {
    const Instrument& instrument = data.instruments[feed.instrument.value];
    const auto found = prices_finer_than_tick(stored, feed.first_row, feed.end_row, instrument);
    const std::string other_way = plan.catalogue_root.empty() ? "" : ", or give the instrument that tick";
    if (found) data.warnings.push_back(warning_text(*found, instrument) + other_way);
}

// `stored` has the series of each feed before they were adjusted.
void settle_ticks(const BacktestPlan& plan, std::span<const std::shared_ptr<const BarSeries>> stored,
                  BacktestData& data) {
    for (Instrument& instrument : data.instruments) {
        std::vector<std::shared_ptr<const BarSeries>> series;
        const BacktestData::Feed* first = nullptr;
        for (size_t i = 0; i < stored.size(); ++i) {
            if (data.feeds[i].instrument != instrument.id) continue;
            if (first == nullptr) first = &data.feeds[i];
            series.push_back(stored[i]);
        }
        if (first == nullptr) continue;
        const bool is_said = is_tick_said(plan, instrument.symbol);
        const auto shown = is_said ? std::nullopt : tick_shown_by(series, instrument.terms.front().tick);
        if (!shown) warn_of_fine_prices(plan, *series.front(), *first, data);
        for (Terms& terms : instrument.terms) terms.tick = shown.value_or(terms.tick);
    }
}

// Bars that two ask for happen once.
void number_feed(BacktestData::Feed& feed, BacktestData& data) {
    const auto same = std::find_if(data.feeds.begin(), data.feeds.end(), [&](const BacktestData::Feed& each) {
        return each.series == feed.series && each.instrument == feed.instrument;
    });
    feed.number = same != data.feeds.end() ? same->number : data.series_count++;
}

}  // namespace

Zone zone_of(const Instrument& instrument) {
    if (instrument.zone.empty()) return Zone::utc();
    const auto zone = Zone::find(instrument.zone);
    return zone ? *zone : Zone::utc();
}

std::string symbol_for(const BacktestPlan& plan, const SeriesRequest& request) {
    if (request.symbol != "$symbol") return request.symbol;
    if (!plan.symbol.empty()) return plan.symbol;
    return plan.data_path.empty() ? std::string(sample_symbol) : symbol_of_file(plan.data_path);
}

Result<InstrumentId> instrument_for(const BacktestPlan& plan, const std::string& symbol, BacktestData& data) {
    std::vector<Instrument>& instruments = data.instruments;
    const auto found =
        std::find_if(instruments.begin(), instruments.end(), [&](const Instrument& i) { return i.symbol == symbol; });
    if (found != instruments.end()) return found->id;
    const InstrumentId id{static_cast<uint32_t>(instruments.size())};
    TRD_TRY(Instrument made, make_instrument(plan, id, symbol));
    if (instruments.empty()) {
        data.currency = plan.currency.value_or(settlement_currency(made));
        data.trades_all_week = traits_of(made.kind).trades_all_week;
    }
    instruments.push_back(std::move(made));
    return id;
}

Result<BacktestData> open_data(const BacktestPlan& plan, std::span<const SeriesRequest> requests) {
    TRD_CHECK(check_single_file(plan, requests));
    BacktestData data;
    Library library(plan, data.warnings);
    AdjustedSeries adjusted(plan);
    std::vector<std::shared_ptr<const BarSeries>> stored;
    for (const SeriesRequest& request : requests) {
        if (request.kind != SeriesKind::bars) continue;
        BacktestData::Feed feed;
        feed.name = request.name;
        TRD_TRY(feed.series, library.get(request));
        TRD_TRY(feed.instrument, instrument_for(plan, feed.series->symbol(), data));
        stored.push_back(feed.series);
        TRD_CHECK(adjusted.put_in_place(feed, data.instruments[feed.instrument.value]));
        TRD_CHECK(choose_rows(plan, feed));
        number_feed(feed, data);
        data.feeds.push_back(std::move(feed));
    }
    settle_ticks(plan, stored, data);
    TRD_CHECK(add_streams(plan, requests, data));
    return data;
}

}  // namespace trd
