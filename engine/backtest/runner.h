// Drives one run: market data, the desk, simulated venues and strategies, in one thread and one order.
//
// A bar is two moments. Where shorter bars of the same instrument lie inside it, they are what happens: then it is only
// shown. It opens: the venue fills what waits for the open, and strategies hear of their fills; what lies inside the
// bar is due at the venue from then on, each thing at its own time. It closes: prices are marked, then the strategies
// that asked for it see the bar. Quote bars are the same. Other data (quotes, trades, books, funding, corporate
// actions, rates) is a moment a row. At one instant come first what venues have to say, then rates, quotes, trades, the
// closes of bars, funding, and actions, which the bars that close here knew nothing of; all closes come before all
// opens, and series count in the order given, so nothing depends on anything but time and the plan. Between the closes
// and the opens come the sessions that end, the timers, and the sessions that begin (wakes.h). Orders that end with a
// session end before all else of the instant at which it is over, but for the bar that closes with it (session_ends.h).
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "backtest/market_feed.h"
#include "backtest/run_counts.h"
#include "backtest/session_edges.h"
#include "backtest/session_ends.h"
#include "backtest/wakes.h"
#include "base/error.h"
#include "desk/desk.h"
#include "history/bar_series.h"
#include "match/simulated_venue.h"
#include "record/run_hash.h"
#include "view/strategy.h"

namespace trd {

inline constexpr AccountId backtest_account{1};
inline constexpr VenueId backtest_venue{1};

// What ended a run before its data did.
struct RunFault {
    enum class Kind : uint8_t {
        strategy,     // a handler failed
        data,         // the data could not be read on
        endless,      // orders begot orders at one instant without end
        interrupted,  // the caller asked
        amount,       // cash, a value or a quantity left the range of decimals
    };
    Kind kind = Kind::strategy;
    StrategyFault strategy;  // its message also serves endless, interrupted and amount
    Error data;
};

// Told of what a run does, while it does it. Every call is on the run's own thread.
class RunObserver {
  public:
    virtual ~RunObserver() = default;
    // After each bar's close has been handled. `equity` is in the account's base currency.
    virtual void on_bar_done(Timestamp time, Money equity, bool exposed) = 0;
    // Before the trade that it may close.
    virtual void on_fill(const Fill& fill, const OrderIntent& intent) = 0;
    // `net` is after fees, in the account's base currency; nothing where no rate is known.
    virtual void on_trade(const ClosedTrade& trade, const std::optional<Money>& net) = 0;
    virtual void on_denial(Denial denial) = 0;
    virtual void on_risk_denial(RiskCode) {}   // besides on_denial(Denial::risk)
    virtual void on_rejection(VenueReason) {}  // of what the desk had allowed
    virtual void on_alarm(Timestamp, const RiskAlarm&) {}
    // Before what it does to a position is told, and after.
    virtual void on_split(AccountId, InstrumentId, SideBucket, Decimal /*ratio*/) {}
    virtual void on_split_done(Timestamp, AccountId, InstrumentId, SideBucket, Quantity /*held*/) {}
    // Between two bars of a series there was time without one.
    virtual void on_gap(uint32_t, Timestamp /*begin*/, Timestamp /*end*/) {}
    // What the strategy in that seat says besides its orders; not its timers.
    virtual void on_note(size_t seat, Timestamp time, const Note& note) = 0;
    // What the desk recorded of one input; never empty. The rates are those that held then.
    virtual void on_records(ByteSpan, const FxRates&) {}
    // Asked now and then; `done` of `total` bars. False stops the run.
    virtual bool on_progress(uint64_t done, uint64_t total) = 0;
    // After on_bar_done, where strategies have accounts of their own: what the one in that seat has.
    virtual void on_strategy_done(size_t, Timestamp, Money) {}
};

struct RunSeries {
    InstrumentId instrument;
    BarCursor cursor;
    uint64_t bars = 0;                      // in the cursor, for progress
    Duration timeframe = {};                // zero: not known
    std::optional<Calendar> calendar = {};  // whose sessions its first and last bars open and close; none: UTC days
    // Only bars that open in these hours are part of the run. Needs a calendar.
    std::optional<TradingHours> hours = {};
};

struct RunFeed {
    InstrumentId instrument;  // of all kinds but rates
    MarketFeed feed;
    Currency base = {}, quote = {};  // of rates
    uint64_t rows = 0;               // for progress
    // As of RunSeries: where the instrument has no series, the sessions that its orders end with. None: UTC days.
    std::optional<Calendar> calendar = {};
    std::optional<TradingHours> hours = {};
    // Of rates: the longest time between two of them while bars went on, as far as the run has come.
    std::optional<Timestamp> told = {};  // the last one
    Timestamp wait_begin = {}, wait_end = {};
    bool goes_on = false;  // behind the end of the run
    bool is_open = false;  // of quote bars: the bar at hand has opened
};

// A venue and the account that the run has there.
struct RunVenue {
    VenueId id = backtest_venue;
    AccountId account = backtest_account;
    VenueModels models;
    AccountTerms terms;
    Currency currency;
    Money cash;
};

struct RunStrategy {
    Strategy* strategy = nullptr;
    std::vector<uint32_t> series;           // which of the run's series it asked for, in the order of its own list
    std::vector<AskedFeed> feeds = {};      // and which of its feeds
    std::optional<Calendar> calendar = {};  // for its sessions, if it wants them
};

// When an instrument trades, for limits that go by it.
struct RunSessions {
    InstrumentId instrument;
    Calendar calendar;
};

struct RunSetup {
    std::vector<Instrument> instruments;  // ids 0, 1, 2 ...
    std::vector<RunSeries> series;
    std::vector<RunFeed> feeds = {};
    std::vector<RunStrategy> strategies;
    std::vector<RunVenue> venues;  // at least one; instruments name them
    // Each strategy has an account of its own at every venue, with that much cash in each; else they share it.
    bool accounts_apart = false;
    uint64_t seed = 1;                       // of what venues leave to chance
    Timestamp start;                         // of the set-up inputs
    std::optional<RiskConfig> limits = {};   // from the first input on
    OutsideRules* rules = nullptr;           // asked where there are limits, be it none of them
    std::vector<RunSessions> sessions = {};  // told to the desk; no two of an instrument
    TradingHours session_hours = TradingHours::regular;
    MatchTrace* trace = nullptr;  // told why venues do what they do
};

class BacktestRunner {
  public:
    BacktestRunner(RunSetup setup, RunObserver* observer);

    Status<RunFault> run();

    const Desk& desk() const { return desk_; }
    const std::vector<RunFeed>& feeds() const { return setup_.feeds; }
    const RunCounts& counts() const { return counts_; }
    // Once, after run().
    Digest finish_hash() {
        hash_.take(desk_.kept_records());
        return hash_.finish();
    }
    // Of the strategy in that seat, where they have accounts of their own; else seat 0 has what all share.
    struct Part {
        RunCounts counts;   // orders, denied, fills and trades
        Money lowest_cash;  // the lowest that cash of an account has been, of all currencies, in the first one's
        Money equity;
        Money told_equity;  // as the observer knows it
    };
    const std::vector<Part>& parts() const { return parts_; }
    Money equity() const { return equity_; }
    // What strategies said and nobody could take: the ring was full, or it made no sense.
    uint64_t notes_lost() const;

  private:
    static constexpr StrategyId first_strategy_id{1};

    // One strategy with its end of the view.
    struct Seat {
        Strategy* strategy;
        StrategyId id;
        ViewHost view;
        bool wants_bars;
        std::vector<bool> trades = {};  // by instrument
        OrderNews order_news = OrderNews::handled;
        bool has_closed = false;  // a series of its own, at this instant
    };
    struct Listener {
        uint32_t seat;
        uint32_t local;  // the series' or the feed's place in that strategy's own list
    };
    struct Held {
        AccountId id;
        const Account* account = nullptr;  // the desk's, once it has been opened
        Money equity = {};                 // in the run's currency
    };
    // Accounts are told apart by slot: one a seat, or one for all.
    struct Venue {
        SimulatedVenue venue;
        std::vector<Held> accounts;  // by slot
    };
    // What has changed since strategies were last shown it.
    class Stale {
      public:
        // The position in the instrument.
        void note(InstrumentId instrument) {
            if (instruments_.empty() || instruments_.back() != instrument) instruments_.push_back(instrument);
        }
        void note_money() { money_ = true; }
        bool is_anything() const { return money_ || !instruments_.empty(); }
        const std::vector<InstrumentId>& instruments() const { return instruments_; }  // some of them twice
        bool has_money() const { return money_; }
        void clear() {
            instruments_.clear();
            money_ = false;
        }

      private:
        std::vector<InstrumentId> instruments_;
        bool money_ = false;
    };
    // What happens at one instant, in this order.
    enum class Rank : uint8_t { rate, quote, trade, close, funding, action, open, quote_open };
    // What a series or a feed does next.
    struct Moment {
        Timestamp time;
        Rank rank;
        uint32_t index;  // of a series with close and open, else of a feed

        friend bool operator>(const Moment& a, const Moment& b) {
            if (a.time != b.time) return a.time > b.time;
            if (a.rank != b.rank) return a.rank > b.rank;
            return a.index > b.index;
        }
    };

    template <class Event>
    void feed(const Event& event, Timestamp source_time) {
        if (now_ >= sessions_due_) [[unlikely]]
            tell_sessions();
        if (desk_.kept_records().size() >= RunHash::stretch_bytes) [[unlikely]]
            hash_.take(desk_.kept_records());
        const Actions& actions = desk_.on(InputHeader{++counts_.inputs, now_, source_time}, event);
        if (!actions.is_empty()) follow(actions);  // nothing follows from nearly every bar
    }
    void follow(const Actions& actions);
    void queue_notices();
    void act(const VenueAction& action);
    void enter_open_bar(InstrumentId instrument);
    void enter_bar(uint32_t series);
    Status<RunFault> settle_instant();
    bool is_settled() const;
    bool take_reports();
    bool advance_venues();
    void deliver(const SimulatedReport& report);
    Status<RunFault> deliver(const Notice& notice);
    Status<RunFault> tell(Seat& seat, const Notice& notice);
    Status<RunFault> deliver_next_account_notice();
    Status<RunFault> deliver(const AccountNotice& notice);
    Status<RunFault> call(Seat& seat, ViewEventKind kind);
    void take_notes(Seat& seat);
    void start_sessions();
    void tell_sessions();

    size_t slot_count() const;
    size_t slot_of(size_t seat) const { return setup_.accounts_apart ? seat : 0; }
    size_t slot_of(AccountId account) const { return (account.value - 1u) / account_stride(); }
    size_t slot_of(const Seat& seat) const { return slot_of(static_cast<size_t>(&seat - seats_.data())); }
    uint16_t account_stride() const;
    std::vector<Held> accounts_at(const RunVenue& venue) const;
    void open_accounts_at(const RunVenue& venue, const std::vector<Held>& accounts);
    const Account& main_account(size_t slot) const { return *venues_.front().accounts[slot].account; }

    void show_fill(InstrumentId instrument);
    void show_changes() {
        if (stale_.is_anything()) show_stale();
    }
    // What has been earned counts at once, whether or not anybody is shown it.
    void count_stale_equity() {
        if (stale_.has_money()) show_stale();
    }
    void show_stale();
    bool show_stale_positions();
    void tell_equity();
    void tell_last_equity();
    void show_mark(InstrumentId instrument, std::optional<double> mark = {});
    void show_position(InstrumentId instrument);
    void show_position(Seat& seat, InstrumentId instrument);
    void show_sides(Seat& seat, const Account& account, InstrumentId instrument);
    bool show_mark(Seat& seat, InstrumentId instrument, std::optional<double> mark);
    void show_working(Seat& seat, InstrumentId instrument);
    void show_account();
    void show_equity();
    void show_each_account(Seat& seat);
    ViewHost new_view(const RunStrategy& wanted) const;
    void count_equity();
    void count_equity_in_base();
    Money cash_in_base(const Account& account) const;
    bool is_exposed() const;
    ViewEventKind show_row(Seat& seat, uint32_t local, const RunFeed& row);

    Status<RunFault> run_to_the_end();
    static bool is_of_bar(const Moment& moment);
    bool goes_on() const;
    void leave_rows();
    bool has_bars_left() const;
    Status<RunFault> set_up();
    void open_accounts();
    StrategyStarted started(const Seat& seat) const;
    Status<RunFault> each_seat(ViewEventKind kind);
    Status<RunFault> tick();
    Status<RunFault> wake();
    Status<RunFault> wake_venues(Timestamp due);
    SessionEdges session_edges_of(InstrumentId instrument) const;
    bool may_end_session(InstrumentId instrument, Timestamp end) const;
    Status<RunFault> end_session(InstrumentId instrument);
    Timestamp venues_due() const;
    void go_on_to(Timestamp time);
    // A day ends before what happens at that time, and what its end leads to comes before that too.
    bool is_night_before(Timestamp time) const { return utc_day(time - nanoseconds(1)) > day_; }
    Status<RunFault> end_night();
    void end_days_before(int64_t today);
    void come_to(Timestamp time);
    Status<RunFault> check_interrupt(uint64_t done_so_far);
    void push_moment(Moment moment);
    void replace_front(Moment moment);
    void drop_front();

    // Bars.
    Result<bool, RunFault> advance(uint32_t series, Timestamp earliest);
    Status<RunFault> first_bar(uint32_t series);
    Status<RunFault> open_bar(uint32_t series);
    Status<RunFault> close_bars(Timestamp time);
    bool closes_alone(Timestamp time) const;
    Status<RunFault> close_one(uint32_t series);
    void feed_close(uint32_t series, AtInstant place);
    void feed_closes();
    void show_close(uint32_t series) {
        show_mark(setup_.series[series].instrument, setup_.series[series].cursor.values().close);
    }
    Status<RunFault> tell_of_bar(uint32_t series);
    Status<RunFault> next_bar(uint32_t series, bool is_at_front);
    SessionEdges::Edges edges_of(uint32_t series);
    void find_finer_series();
    bool is_covered(uint32_t series) const;
    bool opens_unseen(uint32_t series);
    Status<RunFault> close_at_venue(uint32_t series);
    Status<RunFault> finish_instant();
    Status<RunFault> tell_closed_bars();

    // The other data.
    Status<RunFault> first_row(uint32_t feed);
    Moment moment_of(uint32_t feed) const;
    Result<bool, RunFault> advance_feed(uint32_t feed);
    Status<RunFault> handle_row(uint32_t feed);
    Status<RunFault> open_quote_bar(uint32_t feed);
    void note_wait(RunFeed& rates) const;
    void apply(const RunFeed& feed, const Quote& quote);
    void apply(const RunFeed& feed, const QuoteBar& bar);
    void apply(const RunFeed& feed, const TradeTick& trade);
    void apply(const RunFeed& feed, const BookDelta& delta);
    void apply(const RunFeed& feed, const FundingRate& funding);
    void apply(const RunFeed& feed, const CorporateAction& action);
    void split(InstrumentId instrument, Decimal ratio, Timestamp time);
    void apply(const RunFeed& feed, const FxRate& rate);
    Status<RunFault> tell_row(uint32_t feed);

    uint32_t index_of(VenueId venue) const;
    Venue& venue_of(InstrumentId instrument) { return venues_[venue_index_[instrument.value]]; }
    SimulatedVenue& venue_of_series(uint32_t series) { return *series_[series].venue; }
    const Account& account_of(size_t slot, InstrumentId instrument) const {
        return *account_of_[slot * venue_index_.size() + instrument.value];
    }
    void note_accounts();
    Currency base() const { return base_; }

    RunSetup setup_;
    RunObserver* observer_;
    Desk desk_;
    std::vector<Venue> venues_;
    std::vector<uint32_t> venue_index_;       // by instrument
    std::vector<const Account*> account_of_;  // by slot, and in it by instrument; once they have been opened
    Currency base_;                           // of the first account
    RunHash hash_;
    RunCounts counts_;
    std::vector<Part> parts_;  // by slot
    Money equity_, told_equity_;
    Stale stale_;
    bool has_currencies_ = false;  // money is in more than the base currency
    bool equity_is_known_ = true;  // else a rate is missing, which ends the run
    Timestamp now_;
    Timestamp last_close_;     // of any bar
    bool accrues_ = false;     // some account has rates that count by the day
    int64_t day_ = 0;          // of the last moment, in days of UTC
    uint64_t total_bars_ = 0;  // of a run without bars: rows
    std::vector<Seat> seats_;
    std::vector<std::vector<Listener>> listeners_;       // by series
    std::vector<std::vector<Listener>> feed_listeners_;  // by feed
    struct SeriesState {
        SessionEdges edges;
        SimulatedVenue* venue = nullptr;  // where the instrument trades
        Timestamp previous_open{INT64_MIN};
        bool is_open = false;              // the bar has opened and not closed
        bool opened = false;               // the venue has heard of it
        bool entered = false;              // and knows what is inside it
        bool covered = false;              // shorter bars say what happens inside this one
        std::vector<uint32_t> finer = {};  // series of the same instrument with shorter bars
    };
    std::vector<SeriesState> series_;               // by series
    std::vector<std::vector<uint32_t>> series_of_;  // by instrument
    SessionEnds ends_;
    std::vector<Moment> moments_;  // a heap, the next one first
    Wakes wakes_;
    std::vector<Timestamp> session_ends_;  // by place in setup_.sessions: when the desk has to hear of the next one
    Timestamp sessions_due_ = never;       // the first of them
    bool wants_bars_ = false;              // somebody does
    uint64_t wakes_handled_ = 0, rows_ = 0, notes_lost_ = 0;
    std::vector<Notice> notices_;  // told up to next_notice_
    size_t next_notice_ = 0;
    std::deque<AccountNotice> account_notices_;  // what is told about orders comes first
    std::vector<SimulatedReport> reports_;
    size_t next_report_ = 0;
    std::vector<RawIntent> intents_;
    BarClosed event_;                // reused
    std::vector<uint32_t> closing_;  // series whose bars close at this instant, where there are several
};

}  // namespace trd
