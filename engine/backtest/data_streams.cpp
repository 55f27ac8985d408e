// The data of a run that is not bars: opened from the catalogue, because a strategy asks for it, a model needs it, or
// an instrument brings it along.
#include <algorithm>
#include <optional>
#include <string_view>

#include "backtest/accounts_file.h"
#include "backtest/data.h"

namespace trd {
namespace {

DataKind kind_of(SeriesKind kind) {
    switch (kind) {
        case SeriesKind::quotes:
            return DataKind::quotes;
        case SeriesKind::quote_bars:
            return DataKind::quote_bars;
        case SeriesKind::trades:
            return DataKind::trades;
        case SeriesKind::book:
            return DataKind::book;
        case SeriesKind::bars:
            break;
    }
    TRD_ASSERT(false);
}

// Between the two currencies in the name of a rate.
constexpr std::string_view rate_separators[] = {"/", "", "-", "_"};

class Streams {
  public:
    Streams(const BacktestPlan& plan, const Catalogue& catalogue, BacktestData& data)
        : plan_(plan), catalogue_(catalogue), data_(data) {}

    Status<> add_asked(const SeriesRequest& request) {
        const std::string symbol = symbol_for(plan_, request);
        TRD_TRY(const InstrumentId instrument, instrument_for(plan_, symbol, data_));
        const DataKind kind = kind_of(request.kind);
        const Duration wanted = plan_.timeframe.ns != 0 ? plan_.timeframe : request.timeframe;
        const Duration timeframe = spec_of(kind).has_timeframe ? timeframe_of(kind, symbol, wanted) : Duration{};
        const SeriesKey key{kind, symbol, timeframe};
        const auto same = std::find_if(data_.streams.begin(), data_.streams.end(),
                                       [&](const BacktestData::Stream& each) { return each.feed.key() == key; });
        if (same == data_.streams.end() && request.optional) {
            TRD_TRY(const bool there, has_rows(key));
            if (!there) data_.asked.push_back({AskedFeed::none, instrument});
            if (!there) return done;
        }
        data_.asked.push_back({static_cast<uint32_t>(same - data_.streams.begin()), instrument});
        if (same != data_.streams.end()) return done;
        TRD_CHECK(add(key, instrument));
        return find_first(data_.streams.back());
    }

    // What fills at the quote's side needs, of the finest kind that there is.
    Status<> add_quotes(const Instrument& instrument, bool must_be_there) {
        if (has_quotes(instrument.id)) return done;
        for (const DataKind kind : {DataKind::book, DataKind::quotes, DataKind::quote_bars}) {
            const Duration timeframe =
                kind == DataKind::quote_bars ? timeframe_of(kind, instrument.symbol, plan_.timeframe) : Duration{};
            const SeriesKey key{kind, instrument.symbol, timeframe};
            if (catalogue_.find(key) != nullptr) return add(key, instrument.id);
        }
        if (!must_be_there) return done;
        return Fail{Error{ExitCode::data, "E_NO_QUOTES",
                          "the chosen models need quotes, and the catalogue has none of " + instrument.symbol,
                          "import them (trd data import --kind quotes, quote-bars or book), or choose other models"}};
    }

    Status<> add_if_there(DataKind kind, const Instrument& instrument) {
        const SeriesKey key{kind, instrument.symbol, {}};
        return catalogue_.find(key) == nullptr ? done : add(key, instrument.id);
    }

    // Whoever imported funding means a perpetual; without the instrument's file or --kind it is an equity.
    void warn_of_idle_funding(const Instrument& instrument) {
        if (catalogue_.find({DataKind::funding, instrument.symbol, {}}) == nullptr) return;
        data_.warnings.push_back("the catalogue has funding of " + instrument.symbol +
                                 ", which only perpetuals pay: here its kind is " +
                                 std::string(traits_of(instrument.kind).name) +
                                 ", so it is not in the result; --kind perpetual says what it is");
    }

    // Between the account's currency and another: the rate of the two, or those of each with the same third one, which
    // is how FxRates converts.
    Status<> add_rates(Currency other) {
        const Currency base = data_.currency;
        if (const auto direct = find_rate(other, base)) return add(*direct);
        for (const Currency third : with_rate_to(other)) {
            const auto second = find_rate(third, base);
            if (!second) continue;
            TRD_CHECK(add(*find_rate(other, third)));
            return add(*second);
        }
        return Fail{Error{ExitCode::data, "E_NO_RATE",
                          "an instrument of this run is in " + other.code() + ", the account in " + base.code() +
                              ", and the catalogue has no rate between them, nor of each with the same third currency",
                          "import one (trd data import --kind fx --symbol " + other.code() + "/" + base.code() +
                              "), or keep the account in " + other.code() + " with --currency"}};
    }

  private:
    struct Rate {
        SeriesKey key;
        Currency base, quote;
    };

    // In either direction.
    std::optional<Rate> find_rate(Currency one, Currency other) const {
        for (const auto& [from, to] : {std::pair(one, other), std::pair(other, one)})
            for (const std::string_view between : rate_separators) {
                const SeriesKey key{DataKind::fx_rates, from.code() + std::string(between) + to.code(), {}};
                if (catalogue_.find(key) != nullptr) return Rate{key, from, to};
            }
        return std::nullopt;
    }

    // In the order of the names of the rates.
    std::vector<Currency> with_rate_to(Currency one) const {
        std::vector<Currency> found;
        for (const SeriesRecord& record : catalogue_.series()) {
            if (record.key.kind != DataKind::fx_rates) continue;
            for (const std::string_view between : rate_separators)
                if (const auto other = other_in(record.key.symbol, one.code(), between)) found.push_back(*other);
        }
        return found;
    }

    static std::optional<Currency> other_in(std::string_view symbol, const std::string& one, std::string_view between) {
        const std::string first = one + std::string(between), last = std::string(between) + one;
        std::string_view rest;
        if (symbol.starts_with(first))
            rest = symbol.substr(first.size());
        else if (symbol.ends_with(last))
            rest = symbol.substr(0, symbol.size() - last.size());
        const auto other = Currency::parse(rest);
        return other.ok() ? std::optional(*other) : std::nullopt;
    }

    // Two currencies may need the same rate.
    Status<> add(const Rate& rate) {
        const auto is_it = [&](const BacktestData::Stream& each) { return each.feed.key() == rate.key; };
        if (std::ranges::any_of(data_.streams, is_it)) return done;
        TRD_CHECK(add(rate.key, {}));
        data_.streams.back().base = rate.base;
        data_.streams.back().quote = rate.quote;
        return done;
    }

    TimeWindow window_of(const SeriesKey& key) const {
        TimeWindow window;
        // What is no price ends with the last bar, which may close later than that.
        if (plan_.to && has_prices(key.kind)) window.to = *plan_.to;
        // The rate that holds when the run begins is from before it.
        if (plan_.from && key.kind != DataKind::fx_rates) window.from = *plan_.from;
        return window;
    }

    // For the run: some may lie before or behind it.
    Result<bool> has_rows(const SeriesKey& key) const {
        if (catalogue_.find(key) == nullptr) return false;
        TRD_TRY(MarketFeed feed, MarketFeed::open(catalogue_, key, window_of(key)));
        return feed.next() || feed.failure();
    }

    // Of a feed of its own: the run reads the other one.
    Status<> find_first(BacktestData::Stream& stream) const {
        const SeriesKey& key = stream.feed.key();
        TRD_TRY(MarketFeed feed, MarketFeed::open(catalogue_, key, window_of(key)));
        if (feed.next()) {
            stream.first = feed.time();
            return done;
        }
        if (feed.failure()) return Fail{*feed.failure()};
        const SeriesRecord& record = *catalogue_.find(key);
        return Fail{Error{ExitCode::data, "E_NO_BARS",
                          "no row of " + describe(key) + " to run on: there are rows from " + to_iso(record.first()) +
                              " to " + to_iso(record.last()),
                          "widen --from and --to, or choose another series"}};
    }

    Status<> add(const SeriesKey& key, InstrumentId instrument) {
        TRD_TRY(MarketFeed feed, MarketFeed::open(catalogue_, key, window_of(key)));
        if (plan_.adjust != Adjustment::none && has_prices(key.kind)) {
            TRD_TRY(const BarSeries raw, catalogue_.open_bars(key.symbol));
            const Instrument& of = data_.instruments[instrument.value];
            TRD_TRY(Adjuster adjuster, Adjuster::open(catalogue_, plan_.adjust, raw, zone_of(of)));
            feed.adjust(std::move(adjuster));
        }
        if (plan_.adjust == Adjustment::splits && key.kind == DataKind::actions) {
            const Zone zone = zone_of(data_.instruments[instrument.value]);
            TRD_TRY(Adjuster adjuster, Adjuster::open_splits(catalogue_, key.symbol, zone));
            feed.adjust(std::move(adjuster));
        }
        const Digest fingerprint = feed.fingerprint();
        data_.streams.push_back({instrument, std::move(feed), describe(key), fingerprint});
        data_.streams.back().rows = catalogue_.find(key)->rows();
        return done;
    }

    static bool has_prices(DataKind kind) {
        return kind == DataKind::quotes || kind == DataKind::quote_bars || kind == DataKind::trades ||
               kind == DataKind::book;
    }

    bool has_quotes(InstrumentId instrument) const {
        return std::any_of(data_.streams.begin(), data_.streams.end(), [&](const BacktestData::Stream& stream) {
            const DataKind kind = stream.feed.key().kind;
            return stream.instrument == instrument &&
                   (kind == DataKind::quotes || kind == DataKind::quote_bars || kind == DataKind::book);
        });
    }

    // The wanted one, or the finest that there is.
    Duration timeframe_of(DataKind kind, const std::string& symbol, Duration wanted) const {
        if (wanted.ns != 0) return wanted;
        Duration finest{};
        for (const SeriesRecord& record : catalogue_.series()) {
            if (record.key.kind != kind || record.key.symbol != symbol) continue;
            if (finest.ns == 0 || record.key.timeframe < finest) finest = record.key.timeframe;
        }
        return finest;
    }

    const BacktestPlan& plan_;
    const Catalogue& catalogue_;
    BacktestData& data_;
};

Status<> add_asked(std::span<const SeriesRequest> requests, Streams& streams) {
    for (const SeriesRequest& request : requests)
        if (request.kind != SeriesKind::bars) TRD_CHECK(streams.add_asked(request));
    return done;
}

// A file has bars only; what else is asked for is optional.
Status<> add_missing(const BacktestPlan& plan, std::span<const SeriesRequest> requests, BacktestData& data) {
    for (const SeriesRequest& request : requests) {
        if (request.kind == SeriesKind::bars) continue;
        TRD_TRY(const InstrumentId instrument, instrument_for(plan, symbol_for(plan, request), data));
        data.asked.push_back({AskedFeed::none, instrument});
    }
    return done;
}

Status<> add_of_instruments(const BacktestPlan& plan, Streams& streams, const BacktestData& data) {
    const bool lean = plan.models.semantics == Semantics::lean;
    const std::vector<BacktestAccount> accounts = accounts_of(plan);
    for (const Instrument& instrument : data.instruments) {
        const VenueModels& models = accounts[instrument.venue.value - 1u].models;
        if (models.needs_quotes() || lean) TRD_CHECK(streams.add_quotes(instrument, !lean));
        if (pays_funding(instrument.kind))
            TRD_CHECK(streams.add_if_there(DataKind::funding, instrument));
        else
            streams.warn_of_idle_funding(instrument);
        if (plan.apply_actions && plan.adjust != Adjustment::all)
            TRD_CHECK(streams.add_if_there(DataKind::actions, instrument));
    }
    return done;
}

std::vector<Currency> other_currencies(const BacktestData& data) {
    std::vector<Currency> others;
    for (const Instrument& instrument : data.instruments) {
        const Currency currency = settlement_currency(instrument);
        if (currency != data.currency && std::find(others.begin(), others.end(), currency) == others.end())
            others.push_back(currency);
    }
    return others;
}

}  // namespace

Status<> add_streams(const BacktestPlan& plan, std::span<const SeriesRequest> requests, BacktestData& data) {
    if (plan.catalogue_root.empty()) {
        TRD_ASSERT(other_currencies(data).empty());  // one file is one instrument, and the account is in its currency
        return add_missing(plan, requests, data);
    }
    TRD_TRY(const Catalogue catalogue, Catalogue::open(plan.catalogue_root));
    Streams streams(plan, catalogue, data);
    TRD_CHECK(add_asked(requests, streams));
    TRD_CHECK(add_of_instruments(plan, streams, data));
    for (const Currency other : other_currencies(data)) TRD_CHECK(streams.add_rates(other));
    return done;
}

}  // namespace trd
