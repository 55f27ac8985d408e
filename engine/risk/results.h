// What everyone has earned: profit of the day, the week and the month, marked to the market, fees and funding included;
// peaks, round trips, and what has been sent. Exact; equity is moved on by what an event changes. Accounts are the
// desk's; what a strategy has earned is told by accounts of its own that book its fills, and what comes of what it
// holds, from nothing: not the interest on cash, which is the account's. Owned by RiskControl, called from the desk's
// thread; all of it is in save().
#pragma once

#include <deque>

#include "base/zone.h"
#include "risk/book.h"

namespace trd {

// When the day of limits begins: everywhere at once, by the clock on the wall of one zone.
class RiskDay {
  public:
    RiskDay(Zone zone, Duration begins) : zone_(zone), begins_(begins) {}

    // The number of the day that holds `time`, and when it ends. The instant of its end still belongs to it: a bar that
    // closes then lies in that day, and what comes of it has its result.
    int64_t number_of(Timestamp time) const;
    Timestamp end_of(int64_t day) const;
    // The date that the day goes by. One that begins in the afternoon is named by the date on which it ends, as
    // exchanges do: what trades from Sunday 17:00 on is Monday's, and the week's first.
    int64_t date_of(int64_t day) const { return begins_ > hours(12) ? day + 1 : day; }

  private:
    Zone zone_;
    Duration begins_;  // after midnight
};

// How far back events are remembered, and how many of them: what the limits in force ask for.
struct EventsKept {
    Duration time = days(1);
    size_t most = 4096;
};

// How many of something there were of late, and today.
class EventCount {
  public:
    void add(Timestamp time, EventsKept kept = {});
    void new_day() { today_ = 0; }
    // No more than these, the newest.
    void keep(size_t most) {
        while (kept_ > most) drop_oldest();
    }
    // Since `from`, included. What is not kept is not counted.
    uint32_t since(Timestamp from) const;
    uint64_t today() const { return today_; }

    void save(ByteWriter& out) const;
    bool load(ByteReader& in, EventsKept kept = {});

  private:
    // The oldest is at 0.
    Timestamp at(size_t place) const { return ring_[(first_ + place) & mask_]; }
    void append(Timestamp time);
    void drop_oldest() { ++first_, --kept_; }
    void grow();

    std::vector<Timestamp> ring_;  // the times, ascending; as many places as a power of two
    size_t mask_ = SIZE_MAX;       // one less than these places
    size_t first_ = 0, kept_ = 0;
    uint64_t today_ = 0;
};

// What the round trips of late have earned.
class TripResults {
  public:
    // What is older than `kept` is forgotten.
    void add(Timestamp closed_at, Money net, Duration kept);
    // Of those that ended at `from` or later.
    Money since(Timestamp from) const;

    void save(ByteWriter& out) const;
    bool load(ByteReader& in);

  private:
    struct Trip {
        Timestamp closed_at;
        Money net;
        Money so_far;  // of all up to this one, those that are forgotten included
    };
    std::deque<Trip> trips_;  // oldest first
};

// A round trip as everybody counts it whose it is.
struct RiskRoundTrip {
    // `currency`: of the account.
    RiskRoundTrip(const ClosedTrade& trade, const FxRates& rates, Currency currency);

    Timestamp closed_at;
    Money net;
    bool has_lost;
    InstrumentId instrument;
};

struct RiskResult {
    bool known = false;    // all of it could be valued at the last look
    Money equity, profit;  // profit since the start
    Money day_start_equity, day_start, week_start, month_start;
    Money peak_equity, peak_balance;
    Money best_day;         // of the days that are over
    bool is_begun = false;  // the above have been set once
    uint32_t losses_in_a_row = 0;
    Timestamp last_exit{INT64_MIN};
    TripResults trips;
    std::vector<uint32_t> trips_today;  // by instrument
    EventCount submits, amends, executions, rejects;
    uint32_t anomalies = 0;

    void save(ByteWriter& out) const;
    bool load(ByteReader& in, EventsKept kept);
};

class RiskResults {
  public:
    explicit RiskResults(RiskDay day) : day_(day) {}

    void add_account(const Account& account, uint32_t owner, uint32_t venue_owner);
    // `owner` is the strategy's, `account_owner` that of the account that its orders go to at first.
    void add_strategy(StrategyId strategy, uint32_t owner, uint32_t account_owner);

    // What accounts are worth now is what has been paid in: profit counts from here.
    void start_from_here(const RiskWorld& world);

    void keep_money(bool keep) { keeps_money_ = keep; }
    void keep_strategies(bool keep) { keeps_strategies_ = keep; }
    // As far back as the widest window goes, and as many as the highest limit counts.
    void keep_events(EventsKept kept);
    EventsKept events_kept() const { return events_kept_; }
    void keep_trips(Duration kept) { trips_kept_ = kept; }
    bool keeps_money() const { return keeps_money_; }
    bool keeps_strategies() const { return keeps_strategies_; }

    // Events. Each is followed by look().
    void fill(const RiskWorld& world, const Fill& fill, StrategyId strategy);
    void transfer(const RiskWorld& world, AccountId account, Currency currency, Money amount);
    template <class Do>  // act(Account&, const Instrument&, Posting&), on every strategy's own account
    void each_own(const RiskWorld& world, InstrumentId instrument, Do act) {
        if (!keeps_strategies_) return;
        for (Own& own : owns_) {
            act(own.account, world.instruments[instrument.value], posting_);
        }
    }
    // So much of what the account holds is the strategy's, as if it had come to it now.
    void take_up(const RiskWorld& world, StrategyId strategy, const Account& account, const Instrument& instrument,
                 Quantity held);
    void trip(uint32_t owner, const RiskRoundTrip& trip);
    // Values everybody anew, if money is kept.
    void look(const RiskWorld& world);
    // True when a new day has begun: then day_began() has been done.
    bool day_has_begun(Timestamp now) const { return now > day_end_; }
    int64_t day() const { return day_number_; }
    int64_t day_of(Timestamp time) const { return day_.number_of(time); }
    void begin_day(Timestamp now);

    RiskResult& of(uint32_t owner) {
        if (owner >= results_.size()) results_.resize(size_t{owner} + 1);
        return results_[owner];
    }
    const RiskResult& of(uint32_t owner) const;
    // What a strategy holds by itself; null: nothing of it is known.
    const Account* own_account(StrategyId strategy, AccountId account) const;

    // By scope and id: what numbers owners have is the book's own affair.
    void save(ByteWriter& out, const RiskBook& book) const;
    bool load(ByteReader& in, const RiskWorld& world, RiskBook& book);

  private:
    struct Purse {
        uint32_t owner, venue_owner;
        Money paid_in;
        bool paid_known = true;
    };
    struct Own {
        StrategyId strategy;
        uint32_t owner;
        Account account;
    };
    struct StrategyRow {
        StrategyId strategy;
        uint32_t owner, account_owner;
    };

    // Of those whose money is that of several accounts.
    struct Sum {
        uint32_t owner;
        Currency currency;
        std::optional<Money> equity, profit;
    };

    Own& own(StrategyId strategy, const Account& like);
    void take_up(const RiskWorld& world, Own& mine, const Instrument& instrument, SideBucket bucket, Quantity held,
                 Price price);
    bool load_own(ByteReader& in, const RiskWorld& world);
    Sum& sum_of(uint32_t owner, Currency currency);
    Currency currency_of(uint32_t owner, const RiskWorld& world) const;
    void add_to_sums(const RiskWorld& world, const Purse& purse, const Account& account, std::optional<Money> equity,
                     std::optional<Money> profit);
    void set(uint32_t owner, std::optional<Money> equity, std::optional<Money> profit);
    void look_at_accounts(const RiskWorld& world);
    void look_at_strategies(const RiskWorld& world);

    RiskDay day_;
    Timestamp day_end_{INT64_MIN};
    int64_t day_number_ = 0;
    bool keeps_money_ = false, keeps_strategies_ = false;
    EventsKept events_kept_;
    Duration trips_kept_;
    std::vector<Purse> purses_;  // by position in the desk's accounts
    std::vector<StrategyRow> strategies_;
    std::vector<Own> owns_;
    std::vector<RiskResult> results_;  // by owner
    Posting posting_;                  // reused
    std::vector<Sum> sums_;            // reused
};

}  // namespace trd
