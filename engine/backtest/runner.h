// Drives one run: market data, the desk, a simulated venue and strategies, in one thread and one order.
//
// A bar is two moments. It opens: the venue fills what waits for the open, and strategies hear of their fills. It
// closes: prices are marked, then the strategies that asked for it see the bar. At one instant all closes come before
// all opens, and series count in the order given, so nothing depends on anything but time and the plan. Between the
// closes and the opens come the sessions that end, the timers, and the sessions that begin (wakes.h).
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <vector>

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
    virtual void on_fill(const Fill& fill) = 0;
    virtual void on_trade(const ClosedTrade& trade) = 0;
    virtual void on_denial(Denial denial) = 0;
    // What the strategy in that seat says besides its orders; not its timers.
    virtual void on_note(size_t seat, Timestamp time, const Note& note) = 0;
    // What the desk recorded of one input; never empty.
    virtual void on_records(ByteSpan) {}
    // Asked now and then; `done` of `total` bars. False stops the run.
    virtual bool on_progress(uint64_t done, uint64_t total) = 0;
};

struct RunCounts {
    uint64_t inputs = 0, bars = 0, orders = 0, denied = 0, fills = 0, trades = 0, anomalies = 0;
};

struct RunSeries {
    InstrumentId instrument;
    BarCursor cursor;
    uint64_t bars = 0;  // in the cursor, for progress
};

struct RunStrategy {
    Strategy* strategy = nullptr;
    std::vector<uint32_t> series;           // which of the run's series it asked for, in the order of its own list
    std::optional<Calendar> calendar = {};  // for its sessions, if it wants them
};

struct RunSetup {
    std::vector<Instrument> instruments;  // ids 0, 1, 2 ...
    std::vector<RunSeries> series;
    std::vector<RunStrategy> strategies;
    Currency currency;
    Money cash;
    FeeModel fees;
    Timestamp start;  // of the set-up inputs
};

class BacktestRunner {
  public:
    BacktestRunner(RunSetup setup, RunObserver* observer);

    Status<RunFault> run();

    const Desk& desk() const { return desk_; }
    const RunCounts& counts() const { return counts_; }
    // Once, after run().
    Digest finish_hash() { return hash_.finish(); }
    // The lowest that cash has been, in the account's currency.
    Money lowest_cash() const { return lowest_cash_; }
    // What strategies said and nobody could take: the ring was full, or it made no sense.
    uint64_t notes_lost() const;

  private:
    // One strategy with its end of the view.
    struct Seat {
        Strategy* strategy;
        StrategyId id;
        ViewHost view;
        bool wants_bars;
        bool has_closed = false;  // a series of its own, at this instant
    };
    struct Listener {
        uint32_t seat;
        uint32_t local;  // the series' place in that strategy's own list
    };
    // What a series does next.
    struct Moment {
        Timestamp time;
        bool opens;  // at one instant closes come first
        uint32_t series;

        friend bool operator>(const Moment& a, const Moment& b) {
            if (a.time != b.time) return a.time > b.time;
            if (a.opens != b.opens) return a.opens;
            return a.series > b.series;
        }
    };

    template <class Event>
    void feed(const Event& event, Timestamp source_time);
    void act(const VenueAction& action);
    void refuse(OrderId order, OrderEventKind event);
    Status<RunFault> settle_instant();
    void deliver(const SimulatedReport& report);
    Status<RunFault> deliver(const Notice& notice);
    Status<RunFault> call(Seat& seat, ViewEventKind kind);
    void take_notes(Seat& seat);
    void start_sessions();

    void show_fill(InstrumentId instrument);
    void show_mark(InstrumentId instrument, double mark);
    void show_cash();

    Status<RunFault> run_to_the_end();
    Status<RunFault> set_up();
    Status<RunFault> each_seat(ViewEventKind kind);
    Status<RunFault> tick();
    Status<RunFault> wake();
    Status<RunFault> tell_closed_bars();
    Status<RunFault> check_interrupt(uint64_t done_so_far);
    void replace_front(Moment moment);
    void drop_front();
    Result<bool, RunFault> advance(uint32_t series, Timestamp earliest);
    Status<RunFault> first_bar(uint32_t series);
    Status<RunFault> open_bar(uint32_t series);
    Status<RunFault> close_bar(uint32_t series);
    Status<RunFault> finish_instant();

    RunSetup setup_;
    RunObserver* observer_;
    Desk desk_;
    SimulatedVenue venue_;
    RunHash hash_;
    RunCounts counts_;
    const Account* account_ = nullptr;  // the desk's, once it has been opened
    Money lowest_cash_, equity_;
    Timestamp now_;
    uint64_t total_bars_ = 0;
    std::vector<Seat> seats_;
    std::vector<std::vector<Listener>> listeners_;  // by series
    std::vector<Moment> moments_;                   // a heap, the next one first
    Wakes wakes_;
    bool wants_bars_ = false;  // somebody does
    uint64_t wakes_handled_ = 0, notes_lost_ = 0;
    std::deque<Notice> notices_;
    std::vector<SimulatedReport> reports_;
    size_t next_report_ = 0;
    std::vector<RawIntent> intents_;
    BarClosed event_;  // reused
};

}  // namespace trd
