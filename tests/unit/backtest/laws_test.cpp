// What holds after every input of a whole run: a desk, a venue and strategies that do as they please, with brackets,
// splits, dividends, two currencies whose rate moves, and a margin rule that is broken often.
#include <map>
#include <set>

#include "history/operations.h"
#include "support/bars.h"
#include "support/temp_folder.h"

using namespace trd;
using namespace trd::testing;

namespace {

constexpr Currency usd = Currency::literal("USD"), eur = Currency::literal("EUR");
constexpr size_t bars_of_a_run = 400;

struct Split {
    uint32_t instrument;
    Timestamp time;
    Decimal ratio;
};

// Between two bars' moments, so that what came before and after can be told apart by time.
const std::vector<Split>& splits() {
    static const std::vector<Split> all{{0, Timestamp{} + minutes(90) + seconds(30), "2"_dec},
                                        {1, Timestamp{} + minutes(160) + seconds(30), "1.5"_dec},
                                        {0, Timestamp{} + minutes(240) + seconds(30), "0.4"_dec}};
    return all;
}

Quantity after_split(Quantity before, Decimal ratio) {
    return round_to_step(multiply(before, ratio), Quantity::from_units(1), Rounding::toward_zero);
}

// Actions of both instruments and the rate of EUR, as a catalogue on disk.
class Catalogued {
  public:
    Catalogued(uint64_t seed) {
        std::string actions[2] = {"time,action,value\n", "time,action,value\n"};
        for (const Split& split : splits())
            actions[split.instrument] += to_iso(split.time) + ",split," + to_string(split.ratio) + "\n";
        actions[0] += to_iso(Timestamp{} + minutes(300) + seconds(30)) + ",dividend,0.75\n";
        actions[1] += to_iso(Timestamp{} + minutes(300) + seconds(30)) + ",dividend,0.5\n";
        import("ONE", DataKind::actions, actions[0]);
        import("TWO", DataKind::actions, actions[1]);
        std::string rates = "time,rate\n";
        Random random(seed);
        for (int64_t minute = -10; minute < 400; minute += 7)
            rates += to_iso(Timestamp{} + minutes(minute) + seconds(10)) + ",1." +
                     std::to_string(random.between(1, 9)) + "\n";
        import("EURUSD", DataKind::fx_rates, rates);
    }

    std::vector<RunFeed> feeds() const {
        std::vector<RunFeed> all;
        all.push_back({{0}, open({DataKind::actions, "ONE", {}})});
        all.push_back({{1}, open({DataKind::actions, "TWO", {}})});
        all.push_back({{0}, open({DataKind::fx_rates, "EURUSD", {}}), eur, usd});
        return all;
    }

  private:
    void import(const std::string& symbol, DataKind kind, const std::string& csv) {
        ImportRequest request;
        request.path = folder_.path() + "/" + symbol + ".csv";
        REQUIRE(replace_file(request.path, csv));
        request.options.symbol = symbol;
        request.options.layout.kind = kind;
        request.options.outlier_factor = 0;
        request.detect_kind = false;
        const auto imported = import_file(folder_.path() + "/data", request);
        if (!imported) FAIL(imported.error().message);
    }
    MarketFeed open(const SeriesKey& key) const {
        auto feed = MarketFeed::open(Catalogue::open(folder_.path() + "/data").value(), key, {});
        if (!feed) FAIL(feed.error().message);
        return std::move(*feed);
    }
    TempFolder folder_;
};

// Orders of every kind on both instruments; more than half of them brackets.
class Restless final : public Strategy {
  public:
    explicit Restless(uint64_t seed) : random_(seed) {}
    const StrategyManifest& manifest() const override { return manifest_; }
    Status<StrategyFault> bind(ViewPort port) override {
        port_ = port;
        return done;
    }
    Status<StrategyFault> handle() override {
        if (port_.event() != ViewEventKind::bar || !random_.chance(40)) return done;
        IntentBatch batch(port_.ring());
        act(batch, port_.block().event_series);
        batch.commit();
        return done;
    }

  private:
    void act(IntentBatch& batch, uint32_t instrument) {
        const double price = port_.series(instrument).bar.close;
        const uint64_t choice = random_.below(10);
        if (choice < 6) return bracket(batch, instrument, price);
        RawIntent raw = intent(instrument, random_.chance(50) ? Side::buy : Side::sell);
        if (choice == 6) raw.kind = static_cast<uint8_t>(RawIntentKind::close_position);
        if (choice > 7) limit(raw, price + static_cast<double>(random_.between(-100, 100)) / 100);
        batch.stage(raw);
    }

    void bracket(IntentBatch& batch, uint32_t instrument, double price) {
        const Side side = random_.chance(50) ? Side::buy : Side::sell;
        const double away = side == Side::buy ? 1 : -1;
        RawIntent entry = intent(instrument, side);
        if (random_.chance(50)) limit(entry, price - away * static_cast<double>(random_.between(0, 40)) / 100);
        const uint64_t parent = batch.stage(entry);
        RawIntent stop = intent(instrument, opposite(side)), take = stop;
        stop.quantity = take.quantity = entry.quantity;
        stop.type = static_cast<uint8_t>(OrderType::stop);
        stop.trigger = price - away * static_cast<double>(random_.between(45, 150)) / 100;
        stop.purpose = static_cast<uint8_t>(Purpose::protective_stop);
        limit(take, price + away * static_cast<double>(random_.between(10, 150)) / 100);
        take.purpose = static_cast<uint8_t>(Purpose::take_profit);
        stop.parent = take.parent = parent;
        stop.flags = take.flags = intent_reduce_only;
        stop.group = take.group = batch.next_handle();
        batch.stage(stop);
        batch.stage(take);
    }

    RawIntent intent(uint32_t instrument, Side side) {
        RawIntent raw;
        raw.instrument = instrument;
        raw.side = static_cast<uint8_t>(side);
        raw.quantity = static_cast<double>(random_.between(1, 30));
        return raw;
    }
    static void limit(RawIntent& raw, double price) {
        raw.type = static_cast<uint8_t>(OrderType::limit);
        raw.limit = price;
    }

    StrategyManifest manifest_;
    ViewPort port_;
    Random random_;
};

using Amounts = std::map<std::pair<uint16_t, Currency>, Money>;
using Quantities = std::map<std::pair<uint16_t, uint32_t>, Quantity>;

bool is_asset(LedgerAccount account) {
    return account == LedgerAccount::cash || account == LedgerAccount::margin || account == LedgerAccount::position;
}

// Reads what the desk records of each input and holds the desk against it.
class Laws final : public RunObserver {
  public:
    explicit Laws(const std::vector<std::vector<Bar>>& bars) : bars_(bars) {}
    void watch(const Desk& desk) { desk_ = &desk; }

    void on_records(ByteSpan bytes, const FxRates&) override {
        all_records.append(bytes);
        Amounts explained;
        ByteReader in(bytes);
        while (!in.at_end()) {
            const auto record = read_record(in);
            REQUIRE(record.ok());
            take_splits(record->header.engine_time);
            take(*record, explained);
        }
        check_positions();
        check_ledgers();
        check_equity(explained);
    }
    void on_bar_done(Timestamp time, Money, bool) override {
        take_splits(time);
        check_positions();
        check_brackets();
        check_resting(time);
        ++settled_;
    }
    void on_fill(const Fill&, const OrderIntent&) override {}
    void on_trade(const ClosedTrade&, const std::optional<Money>&) override { ++trades; }
    void on_denial(Denial) override {}
    void on_note(size_t, Timestamp, const Note&) override {}
    bool on_progress(uint64_t, uint64_t) override { return true; }

    int fills = 0, trades = 0, margin_calls = 0, forced = 0, legs_seen = 0, resting_seen = 0, split_positions = 0,
        reductions = 0;
    ByteWriter all_records;

  private:
    struct Known {
        InstrumentId instrument;
        OrderId parent;
        bool reduces = false;
        int since = 0;  // settled bars before it
        bool before_split = false;
    };

    void take_splits(Timestamp now) {
        for (; next_split_ < splits().size() && splits()[next_split_].time <= now; ++next_split_) {
            const Split& split = splits()[next_split_];
            for (auto& [key, quantity] : positions_) {
                if (key.second != split.instrument) continue;
                split_positions += quantity.is_zero() ? 0 : 1;
                quantity = after_split(quantity, split.ratio);
            }
            // Whatever was filled before the split was of another size.
            for (auto& [handle, known] : orders_)
                if (known.instrument.value == split.instrument) known.before_split = true;
        }
    }

    void take(const Record& record, Amounts& explained) {
        if (const auto* filled = std::get_if<FillRecord>(&record.payload)) {
            const Fill& fill = filled->fill;
            Quantity& position = positions_[{fill.account.value, fill.instrument.value}];
            const Quantity before = position;
            position += signed_quantity(fill.side, fill.quantity);
            check_reduces(orders_.at(fill.order), before, position);
            ++fills;
        }
        if (const auto* posting = std::get_if<Posting>(&record.payload))
            for (const LedgerEntry& entry : posting->entries)
                if (is_asset(entry.account)) explained[{record.header.account.value, entry.currency}] += entry.amount;
        if (const auto* call = std::get_if<MarginCall>(&record.payload)) margin_calls += call->is_short ? 1 : 0;
        if (const auto* decision = std::get_if<Decision>(&record.payload)) take(*decision);
    }

    void take(const Decision& decision) {
        forced += decision.intent.strategy == StrategyId{} ? 1 : 0;
        if (decision.action != DecisionAction::submit || decision.denial != Denial::none) return;
        const OrderIntent& intent = decision.intent;
        orders_[intent.id] = {intent.instrument, intent.parent, intent.reduce_only, settled_, false};
    }

    void check_positions() const {
        for (const Account& account : desk_->accounts())
            for (const Instrument& instrument : desk_->instruments()) {
                const auto found = positions_.find({account.id().value, instrument.id.value});
                const Quantity expected = found == positions_.end() ? Quantity::zero() : found->second;
                REQUIRE(account.position(instrument.id).quantity == expected);
            }
    }

    void check_ledgers() const {
        for (const Account& account : desk_->accounts())
            for (const Balance& balance : account.ledger().balances()) {
                Int128 sum = 0;
                for (const Money total : balance.totals) sum += total.raw();
                REQUIRE(sum == 0);
            }
    }

    // Equity of each currency moves by postings and by marks, and by nothing else: also when a margin call sells.
    void check_equity(Amounts& explained) {
        Amounts gains;
        for (const Account& account : desk_->accounts())
            account.for_each_open([&](InstrumentId id, SideBucket, const Position& held) {
                gains[{account.id().value, settlement_currency(desk_->instruments()[id.value])}] += held.unrealized();
            });
        for (const auto& [key, amount] : gains) explained[key] += amount;
        for (const auto& [key, amount] : gains_) explained[key] -= amount;
        for (const auto& [key, amount] : explained) {
            equity_[key] += amount;
            REQUIRE(desk_->account({key.first}).equity(key.second) == equity_[key]);
        }
        gains_ = std::move(gains);
    }

    // When all has settled a leg is no larger than what its entry has filled, less what the legs have.
    void check_brackets() {
        std::map<OrderId, Quantity> left;
        for (const auto& [id, known] : orders_) {
            const Order* leg = known.parent == OrderId{} ? nullptr : desk_->find(id);
            if (leg == nullptr || !is_working(leg->state) || leg->state == OrderState::held || known.before_split)
                continue;
            const Order* entry = desk_->find(known.parent);
            if (entry == nullptr) continue;
            Quantity filled_by_legs;
            for (const auto& [other, relative] : orders_)
                if (relative.parent == known.parent && desk_->find(other) != nullptr)
                    filled_by_legs += desk_->find(other)->filled;
            REQUIRE(leg->open <= entry->filled - filled_by_legs);
            ++legs_seen;
        }
    }

    // A leg, and what a margin call sends, makes the position smaller and never turns it around.
    void check_reduces(const Known& order, Quantity before, Quantity after) {
        if (!order.reduces) return;
        INFO("from " << to_string(before) << " to " << to_string(after));
        REQUIRE(abs(after) < abs(before));
        REQUIRE(after.sign() * before.sign() >= 0);
        ++reductions;
    }

    // A limit or stop that was there before the bar opened does not rest beyond a price of the bar.
    void check_resting(Timestamp time) {
        for (const auto& [id, known] : orders_) {
            const Order* order = desk_->find(id);
            if (order == nullptr || order->state != OrderState::submitted || known.since >= settled_) continue;
            const std::vector<Bar>& bars = bars_[known.instrument.value];
            const auto index = static_cast<size_t>((time - Timestamp{}).ns / minutes(1).ns) - 1;
            const bool is_whole =
                index < bars.size() && bars[index].close_time == time && order->changed_at <= bars[index].open_time;
            if (!is_whole) continue;
            const bool buys = order->intent.side == Side::buy;
            if (order->intent.type == OrderType::limit)
                REQUIRE((buys ? order->intent.limit < bars[index].low : order->intent.limit > bars[index].high));
            if (order->intent.type == OrderType::stop)
                REQUIRE((buys ? order->intent.trigger > bars[index].high : order->intent.trigger < bars[index].low));
            ++resting_seen;
        }
    }

    const std::vector<std::vector<Bar>>& bars_;
    const Desk* desk_ = nullptr;
    Quantities positions_;
    Amounts equity_, gains_;
    std::map<OrderId, Known> orders_;
    size_t next_split_ = 0;
    int settled_ = 0;
};

}  // namespace

TEST_CASE("laws of whole runs: records, positions, ledgers, equity, brackets, margin calls and resting orders") {
    size_t hashed_bytes = 0;
    int margin_calls = 0, forced = 0, legs = 0, resting = 0, split_positions = 0, fills = 0, reductions = 0;
    for (uint64_t seed = 1; seed <= 12; ++seed) {
        INFO("seed " << seed);
        const Catalogued catalogued(seed);
        const std::vector<std::vector<Bar>> bars{walk(seed, bars_of_a_run, minutes(1)),
                                                 walk(100 + seed, bars_of_a_run, minutes(1))};
        const BarSeries one = series_of("ONE", minutes(1), bars[0]), two = series_of("TWO", minutes(1), bars[1]);
        RunSetup setup;
        setup.instruments = {plain_instrument(0, "ONE"), plain_instrument(1, "TWO")};
        setup.instruments[1].quote = eur;
        setup.series.push_back({{0}, BarCursor(one), one.size(), minutes(1)});
        setup.series.push_back({{1}, BarCursor(two), two.size(), minutes(1)});
        setup.feeds = catalogued.feeds();
        setup.start = Timestamp{} - hours(1);
        setup.seed = seed;
        Restless first(seed), second(seed + 50);
        for (Strategy* strategy : {static_cast<Strategy*>(&first), static_cast<Strategy*>(&second)})
            setup.strategies.push_back({strategy, {0, 1}});
        RunVenue venue = plain_venue(usd, "1500"_money);
        venue.terms = AccountTerms::parse("initial=0.5,maintenance=0.25,liquidates,borrow=0.03,debit=0.06").value();
        venue.models.fees = FeeModel::parse("per_unit:0.01").value();
        setup.venues.push_back(venue);
        Laws laws(bars);
        BacktestRunner runner(std::move(setup), &laws);
        laws.watch(runner.desk());
        const auto ran = runner.run();
        if (!ran) FAIL(ran.error().strategy.message + ran.error().data.message);
        CHECK(runner.counts().anomalies == 0);
        CHECK(runner.finish_hash() == sha256(laws.all_records.bytes()));
        hashed_bytes = std::max(hashed_bytes, laws.all_records.size());
        margin_calls += laws.margin_calls, forced += laws.forced, legs += laws.legs_seen;
        resting += laws.resting_seen, split_positions += laws.split_positions, fills += laws.fills,
            reductions += laws.reductions;
    }
    CHECK(hashed_bytes > 6 * RunHash::stretch_bytes);  // enough to have it hashed by a thread
    CHECK(fills > 1'000);
    CHECK(reductions > 500);
    CHECK(margin_calls > 20);
    CHECK(forced > 20);
    CHECK(legs > 1'000);
    CHECK(resting > 1'000);
    CHECK(split_positions > 12);
}
