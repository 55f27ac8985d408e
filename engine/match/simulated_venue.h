// A venue made of models: it takes orders, and what the market does makes it fill them. What it says comes out as the
// same reports that a real venue's adapter gives. One thread; the driver owns it, tells it of the market and takes its
// reports. docs/matching.md states the rules.
//
// The driver loads one thing that the market does (open_bar ... wake), then calls advance() until it returns false.
// Each true: reports are there. The driver takes them and lets everybody answer; orders, amendments and cancels that
// come in then find the market where it is on its way. Then the way goes on.
//
// What a bar does inside is known when it has closed, and then all of it happens at once. A driver that knows the bar
// before enters it: then each thing on its way is due at its own time (next_due), among all others of the venue.
#pragma once

#include <array>
#include <deque>
#include <optional>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "base/in_place.h"
#include "market/bar.h"
#include "market/ticks.h"
#include "match/depth.h"
#include "match/levels.h"
#include "match/models.h"
#include "match/semantics.h"
#include "match/trace.h"
#include "order/fill.h"
#include "order/order_index.h"

namespace trd {

// An answer about an order; Fill for executions.
struct OrderReport {
    OrderId order;
    OrderEventKind event = OrderEventKind::accept;
    VenueReason reason = VenueReason::none;
    Quantity quantity{};       // replace: the new total
    Price limit{}, trigger{};  // replace: the new ones
    Quantity display{};

    friend bool operator==(const OrderReport&, const OrderReport&) = default;
};

// What is held there pays the rate, or is paid it. Heard of behind all that traded before, so that it is what is known
// to be held then.
struct FundingReport {
    InstrumentId instrument;
    Decimal rate;
    Price mark;  // inside of a bar that was entered, where it is then; zero: nobody knows

    friend bool operator==(const FundingReport&, const FundingReport&) = default;
};

struct SimulatedReport {
    Timestamp time;  // when it is heard of; a Fill has its own time
    std::variant<OrderReport, Fill, FundingReport> what;

    friend bool operator==(const SimulatedReport&, const SimulatedReport&) = default;
};

struct BarOpening {
    Timestamp open_time;
    Price open;
    Quantity volume;  // of the whole bar: what a participation is a share of
    bool opens_session = false;
};

struct BarClosing {
    bool closes_session = false;
};

class SimulatedVenue {
  public:
    SimulatedVenue(VenueId id, const VenueModels& models, uint64_t seed);

    const VenueModels& models() const { return models_; }
    // Before its first order or price. The terms of `now` count, and later ones from their date on.
    void define(const Instrument& instrument, Timestamp now = {INT64_MAX});

    // Messages to the venue. They arrive after the latency. `open` is what is left of the order's quantity.
    void submit(const OrderIntent& order, Quantity open, Timestamp now);
    void amend(OrderId order, const OrderAmendment& amendment, Timestamp now);
    void cancel(OrderId order, Timestamp now);

    // Nothing rests and no order is on its way: the driver may leave out this bar, except for mark().
    bool is_idle(InstrumentId id) const { return id.value >= lanes_.size() || lanes_[id.value].orders.empty(); }
    // False: no bar of this range that closes then does anything to an order; the driver may leave it out, except for
    // mark() and, before a message for an order there, enter_bar().
    bool may_trade(InstrumentId id, Price low, Price high, Timestamp close) const {
        if (is_idle(id)) return false;
        const Lane& lane = lanes_[id.value];
        return lane.needs_every_bar || lane.first_date <= close || lane.lists[0].reaches(high) ||
               lane.lists[2].reaches(high) || lane.lists[1].reaches(low) || lane.lists[3].reaches(low) ||
               high > lane.follows_above || low < lane.follows_below;
    }
    // The close of a bar that was left out: the last price that orders arrive at, and the volume that they can have.
    void mark(InstrumentId id, Price close, Quantity volume, Timestamp time, bool closes_session);

    // What the market does.
    void open_bar(InstrumentId id, const BarOpening& opening);
    // A bar that has opened, whether or not its open was left out, and has not closed: from now on what happens inside
    // it is due when it happens. Messages that come then meet it where it is. Not twice. False: the venue does not go
    // by it, and deals with messages as they come.
    bool enter_bar(InstrumentId id, const Bar& bar);
    void close_bar(InstrumentId id, const Bar& bar, const BarClosing& closing);
    void quote(InstrumentId id, const Quote& quote);
    void trade(InstrumentId id, const TradeTick& trade);
    // As it opens: the first prices count, and what happens inside it is due when it happens, unless a shorter one is
    // open. As it closes: the last ones.
    void open_quote_bar(InstrumentId id, const QuoteBar& bar);
    void close_quote_bar(InstrumentId id, const QuoteBar& bar);
    void book(InstrumentId id, const BookDelta& delta);
    // A session is over at `close`, and no bar closed with it: what came before that and was to end with it ends. Of a
    // session that a bar has closed nothing is left. Between two events.
    void end_session(InstrumentId id, Timestamp close, Timestamp now);
    // Some of its orders, which may be on their way, end with a session.
    bool has_session_orders(InstrumentId id) const {
        return id.value < lanes_.size() && lanes_[id.value].session_orders > 0;
    }
    // Whatever is due until then happens.
    void wake(Timestamp now);

    bool advance();
    // Where the market is inside of the bar that was entered, in the middle of the quote, at a time that is not behind
    // it. Nothing: there is none.
    std::optional<Price> price_on_way(InstrumentId id, Timestamp time) const;
    // Comes out as a report.
    void fund(InstrumentId id, Decimal rate, Timestamp now);
    // The best prices of the book as it is; zero where a side is empty.
    Quote best(InstrumentId id) const;

    // Where on the way the market is. Never runs backwards.
    Timestamp now() const { return now_; }
    // The first thing that happens without an event of the market: a message or a report that arrives, a date, and what
    // lies on the way of a bar that was entered. What has to wait for the close of a bar that was not is none.
    std::optional<Timestamp> next_due() const {
        if (has_nothing_due()) return std::nullopt;  // nearly always
        const Due due = next_of_all();
        return due.kind == DueKind::none ? std::nullopt : std::optional(due.time);
    }
    // Nothing to report and nothing left to do at this instant.
    bool is_still() const { return ready_.empty() && next_move_ == moves_.size() && !is_awake_; }
    // Moves the reports that are there into `out`, oldest first.
    void take_reports(std::vector<SimulatedReport>& out);
    size_t resting() const { return index_.size(); }  // orders on their way included

    // Corrections from outside; of fills the venue knows itself.
    void set_position(AccountId account, InstrumentId instrument, SideBucket bucket, Quantity quantity);
    // Prices and quantities of all orders that are there or on their way were meant for the old units: they are
    // cancelled. The last price is divided, but of a bar that is open; positions are set from outside.
    void split(InstrumentId id, Decimal ratio, Timestamp now);

    // Null: nobody listens.
    void set_trace(MatchTrace* trace);

    // Precondition of save: no reports are waiting and advance() has returned false. load() wants the same models.
    void save(ByteWriter& out) const;
    bool load(ByteReader& in);

  private:
    static constexpr uint32_t no_slot = OrderIndex::none;
    static constexpr Timestamp no_date{INT64_MAX};

    struct Resting {
        OrderIntent intent;  // its quantity: open, traded and given up parts
        Quantity open;
        Timestamp arrived{};
        uint64_t arrival = 0;      // a new one when the place in the queue is lost; 0: still on its way
        uint64_t decided_in = 0;   // how many bars had opened when it was sent
        Price trigger{};           // moves with a trailing stop
        Price best{};              // of a trailing stop: the price that its trigger comes from
        Quantity ahead{};          // in the queue in front of it
        Quantity printed{};        // at its price since the level last changed
        Quantity shown{};          // of an iceberg
        Money costs{}, charged{};  // fees of what has traded without the minimum of an order, and with it
        Level level{};
        int8_t list = -1;  // where the level is
        bool triggered = false;
        bool takes = false;  // would have traded when it arrived, had there been trading
        bool waits = false;  // is in Lane::waiting
    };
    struct Holding {
        AccountId account;
        SideBucket bucket = SideBucket::net;
        Quantity quantity;
    };
    struct Traded {
        AccountId account;
        Currency currency;
        Money value;
    };
    // From one point to the next one: where it began, and how far it has come on each list of levels.
    struct Leg {
        Price from_bid, from_ask;
        Timestamp from_time;
        std::array<Level, 4> cursor{};  // counts only where has_cursor says so
        std::array<bool, 4> has_cursor{};
    };
    struct Point {
        Timestamp time;
        Price bid, ask;
    };
    // The inside of a bar: two extremes and its close.
    struct Way {
        std::array<Point, 3> points{};
        uint8_t next = 3;  // of the points
        Leg leg{};         // to the next point
        bool is_over() const { return next == points.size(); }
        const Point& to() const { return points[next]; }
    };
    // All about one instrument.
    struct Lane {
        Instrument instrument;
        Terms terms;
        std::vector<uint32_t> orders;   // as they came
        std::vector<uint32_t> waiting;  // of these, what looks at every price
        // Buyers that wait for a rise and for a fall, then sellers.
        std::array<LevelList, 4> lists{LevelList(true), LevelList(false), LevelList(true), LevelList(false)};
        Price follows_above = Price::max(), follows_below = -Price::max();  // beyond these trailing triggers move
        bool needs_every_bar = false;
        bool has_takers = false;  // orders that the next open meets as they came: Resting::takes
        uint32_t on_their_way = 0, messages = 0, reduce_only = 0, trailing = 0, session_orders = 0;
        Timestamp first_date = no_date;  // on which one of the orders that have arrived ends
        bool known = false;              // the prices below
        bool has_bid = true, has_ask = true, has_quotes = false, has_depth = false, has_prints = false;
        Price bid, ask;
        Price last_close;  // of a bar
        Timestamp price_time{INT64_MIN};
        bool inside = false;   // a bar has opened and not closed
        bool entered = false;  // and it is known what happens in it
        Way way;               // what is left of that
        bool session_over = true;
        uint64_t bars = 0;       // opened
        Quantity volume, taken;  // of the bar or print at hand
        bool volume_counts = false;
        bool has_quote_bar = false;
        QuoteBar quote_bar{};
        std::vector<Holding> holdings;
        DepthSide bids{BookSide::bid}, asks{BookSide::ask};

        bool is_unlisted() const {
            return lists[0].empty() && lists[1].empty() && lists[2].empty() && lists[3].empty();
        }
    };

    enum class MoveKind : uint8_t { open, rules, close, quote, quote_way, print };
    struct Move {
        MoveKind kind;
        Timestamp time;
        Price bid, ask;
        bool session = false;
        Quantity size{};
        Aggressor aggressor = Aggressor::unknown;
        Bar bar{};
    };
    struct Progress {
        enum class Phase : uint8_t { begin, waiting, levels };
        Phase phase = Phase::begin;
        size_t next_waiting = 0;
        uint64_t arrivals_before = 0;  // what comes during a move is dealt with as it comes
        Leg leg;
        Quantity print_had{};  // of a print, by own orders

        void restart() {
            phase = Phase::waiting;
            next_waiting = 0;
            leg.has_cursor = {};
            print_had = Quantity::zero();
        }
    };
    enum class MessageKind : uint8_t { submit, amend, cancel };
    struct Message {
        Timestamp due;
        MessageKind kind;
        InstrumentId instrument;  // no_slot: of no order that is known
        OrderId order;
        OrderAmendment amendment{};
    };
    // On the way of a bar: a level that the market comes to, or the next point.
    struct Stop {
        Timestamp time;
        int list = -1;  // whose next level; none: the point
        Price met{};    // at the level's side, or where the market was if it was beyond the level already
    };
    // At one instant in this order.
    enum class DueKind : uint8_t { stop, message, date, report, none };
    struct Due {
        Timestamp time{INT64_MAX};
        DueKind kind = DueKind::none;
        uint32_t index = 0;  // of the lane; of a message its place
        Stop stop{};
    };

    // Orders (venue_orders.cpp)
    Lane& lane_of(InstrumentId id) {
        if (id.value >= lanes_.size()) lanes_.resize(id.value + 1);
        return lanes_[id.value];
    }
    uint32_t number_of(const Lane& lane) const { return static_cast<uint32_t>(&lane - lanes_.data()); }
    auto id_of() const {
        return [this](uint32_t slot) { return slots_[slot].intent.id; };
    }
    // no_slot: it has none of that id.
    uint32_t slot_of(OrderId id) const { return index_.find(id, id_of()); }
    Resting& add(const OrderIntent& order, Quantity open);
    void send(const Message& message, Timestamp now);
    void deliver(const Message& message);
    void arrive(uint32_t slot);
    VenueReason why_refuse(const Lane& lane, const Resting& order) const;
    void place(Lane& lane, uint32_t slot);
    void place_market(Lane& lane, uint32_t slot);
    void place_limit(Lane& lane, uint32_t slot);
    void place_trigger(Lane& lane, uint32_t slot);
    void place_outside(Lane& lane, uint32_t slot);
    void wait(Lane& lane, uint32_t slot);
    void list(Lane& lane, uint32_t slot);
    void unlist(Lane& lane, Resting& order);
    void on_cancel(OrderId order);
    void on_amend(OrderId order, const OrderAmendment& amendment);
    VenueReason why_refuse_amendment(const Lane& lane, const Resting& order, const OrderAmendment& wanted) const;
    void end(Lane& lane, uint32_t slot, OrderEventKind event, VenueReason reason);
    void remove(Lane& lane, uint32_t slot);
    void expire_dated(Lane& lane, Timestamp until);
    static bool ends_with_session(const OrderIntent& order) {
        return order.time_in_force == TimeInForce::day || order.time_in_force == TimeInForce::at_close;
    }
    static bool has_date(const OrderIntent& order) { return order.time_in_force == TimeInForce::gtd; }
    void note_date(Lane& lane, const OrderIntent& order) {
        if (!has_date(order)) return;
        lane.first_date = std::min(lane.first_date, order.expires);
        has_dates_ = true;
    }
    void find_first_date(Lane& lane);
    void expire_session(Lane& lane);
    void forget_messages(InstrumentId id);
    void look_again(Lane& lane);

    // Executions (venue_trades.cpp)
    bool is_live(const Lane& lane, const Resting& order) const;
    bool is_live_market(const Lane& lane, const Resting& order) const;
    bool has_side(const Lane& lane, Side side) const { return side == Side::buy ? lane.has_ask : lane.has_bid; }
    static Price side_price(const Lane& lane, Side side) { return side == Side::buy ? lane.ask : lane.bid; }
    bool is_marketable(const Lane& lane, const Resting& order) const;
    static bool gets_its_limit(const Resting& order);
    bool take(Lane& lane, uint32_t slot, Price met);
    bool take_depth(Lane& lane, uint32_t slot);
    bool meet_depth(Lane& lane, uint32_t slot);
    bool has_enough_depth(const DepthSide& side, const OrderIntent& order, Quantity open) const;
    bool trade(Lane& lane, uint32_t slot, Price price, Liquidity liquidity, Quantity at_most);
    bool finish_trade(Lane& lane, uint32_t slot);
    Quantity tradable(const Lane& lane, const Resting& order, Quantity at_most) const;
    Quantity volume_left(const Lane& lane) const;
    bool is_volume_limited() const;
    Price slipped(const Lane& lane, const Resting& order, Price price, Quantity quantity) const;
    void execute(Lane& lane, Resting& order, Price price, Quantity quantity, Liquidity liquidity);
    Money charge(const Lane& lane, Resting& order, Price price, Quantity quantity, Liquidity liquidity);
    Quantity reducible(const Lane& lane, const OrderIntent& order) const;
    static Holding& holding_of(Lane& lane, AccountId account, SideBucket bucket);
    static void hold(Lane& lane, const OrderIntent& order, Quantity change);
    void drop_needless(Lane& lane);
    bool trigger(Lane& lane, uint32_t slot, Price met);

    // What is due (venue_ways.cpp)
    bool has_nothing_due() const { return outbox_.empty() && inbox_.empty() && !has_dates_ && walked_.empty(); }
    Due next_of_all() const;
    bool do_next(Timestamp until);
    void deliver_at(size_t place);

    // The inside of bars (venue_ways.cpp)
    // By the rules of other engines a bar has no inside.
    bool goes_by_bar(const Lane& lane) const {
        return lane.inside && !lane.has_quotes && models_.semantics == Semantics::trd;
    }
    // Its price is not that of this very moment.
    bool is_underway(const Lane& lane) const {
        return (goes_by_bar(lane) || !lane.way.is_over()) && lane.price_time != now_;
    }
    // And nobody knows yet where in its bar it is: what comes now comes along the way, when the bar closes.
    bool is_held(const Lane& lane) const { return goes_by_bar(lane) && !lane.entered && is_underway(lane); }
    void enter_way(Lane& lane, const Bar& bid, const Bar& ask);
    void enter_quote_bar(Lane& lane);
    void leave_bar(Lane& lane);
    void go_by_quotes(Lane& lane);
    void leave_way(Lane& lane);
    static void begin_leg(Lane& lane);
    Stop next_stop(const Lane& lane) const;
    void come_to(Lane& lane, const Stop& stop);
    void come_to_point(Lane& lane);
    void pass_points(Lane& lane, Timestamp until);
    bool comes_up_to(Lane& lane, Timestamp now);
    static void move_to(Lane& lane, Timestamp time);
    void meet_level(Lane& lane, const Stop& stop);
    static Point point_at(const Lane& lane, Timestamp time);

    // The way of the market (venue_moves.cpp)
    Lane& begin_event(InstrumentId id, Timestamp until);
    static void set_volume(Lane& lane, Quantity volume);
    static void forget_volume(Lane& lane);
    static void set_volume_of_bar(Lane& lane, Quantity volume);
    static void set_price(Lane& lane, Price bid, Price ask, Timestamp time);
    bool step();
    void begin_move(Lane& lane);
    bool step_waiting(Lane& lane);
    bool serve(Lane& lane, uint32_t slot, const Move& move);
    bool serve_auction(Lane& lane, uint32_t slot, const Move& move);
    bool serve_by_rules(Lane& lane, uint32_t slot, const Move& move);
    bool serves_market(const Lane& lane, const Resting& order, MoveKind kind) const;
    bool step_levels(Lane& lane);
    int next_list(const Lane& lane, const Move& move) const {
        return next_list(lane, progress_.leg, move.bid, move.ask, move.kind == MoveKind::quote);
    }
    static int next_list(const Lane& lane, const Leg& leg, Price bid, Price ask, bool needs_sides);
    static const Level& level_after(const Lane& lane, const Leg& leg, int list);
    static Level take_level(const Lane& lane, Leg& leg, int list);
    bool touch(Lane& lane, const Level& level, const Move& move);
    bool touch_limit(Lane& lane, uint32_t slot, Price met, const Move& move);
    void end_move(Lane& lane);
    void follow(Lane& lane);
    void follow(const Lane& lane, Resting& order) const;
    void end_bar(Lane& lane, const Move& move);
    void note_rules(const Resting& order, const RulePrices& bar) const;
    void note_not_reached(const Lane& lane, const Move& move);

    // Queues and quotes (venue_ticks.cpp)
    void join_queue(const Lane& lane, Resting& order);
    void queue_changed(Lane& lane, Side side, Price price, Quantity before, Quantity after);
    void quoted(InstrumentId id, Price bid, Price ask, Timestamp time);
    bool wakes_anyone(const Lane& lane, Price bid, Price ask) const;
    bool touch_print(Lane& lane, uint32_t slot, const Move& move);
    void refresh(Lane& lane, uint32_t slot);
    void step_to_front(Lane& lane, Side side, Price best);
    Quantity size_at(const Lane& lane, Side side, Price price) const;

    // Snapshots (venue_snapshot.cpp)
    void save(ByteWriter& out, const Lane& lane) const;
    static void save(ByteWriter& out, const Way& way);
    void save(ByteWriter& out, const Resting& order) const;
    bool load(ByteReader& in, Lane& lane, uint32_t number);
    static bool load(ByteReader& in, Way& way);
    bool load_order(ByteReader& in, Lane& lane);
    bool load_messages(ByteReader& in);
    bool load_reports(ByteReader& in);
    // Reports and time
    void set_now(Timestamp now);
    void find_next_terms();
    void renew_terms();
    // `make` returns one of the kinds of reports.
    template <class Make>
    void report(const Make& make) {
        const auto made_at = [&make](Timestamp time) {
            return SimulatedReport{time, decltype(SimulatedReport::what)(
                                             std::in_place_type<std::invoke_result_t<const Make&>>, MadeBy(make))};
        };
        if (models_.latency.is_none()) return void(ready_.emplace_back(MadeBy([&] { return made_at(now_); })));
        outbox_.push_back(made_at(after(models_.latency.back(), now_, last_back_)));
        set_now(now_);
    }
    void answer(const Resting& order, OrderEventKind event, VenueReason reason = VenueReason::none);
    Timestamp after(const LatencyModel::Range& range, Timestamp now, Timestamp& last);
    bool traces(OrderId order) const { return trace_ != nullptr && trace_->watches(order); }
    void note(const Resting& order, TraceEntry entry) const;

    VenueId id_;
    VenueModels models_;
    uint64_t random_;
    Timestamp now_{INT64_MIN};
    Timestamp next_terms_{INT64_MAX};
    std::vector<Lane> lanes_;
    std::vector<Resting> slots_;
    std::vector<uint32_t> free_;
    OrderIndex index_;
    uint64_t next_trade_ = 1;
    uint64_t next_arrival_ = 1;
    std::vector<Traded> traded_;
    bool has_dates_ = false;  // some lane has a first_date

    std::deque<Message> inbox_;           // by due time
    std::deque<SimulatedReport> outbox_;  // likewise
    Timestamp last_there_{INT64_MIN}, last_back_{INT64_MIN};
    std::vector<SimulatedReport> ready_;

    std::vector<uint32_t> walked_;  // lanes whose way is not over
    InstrumentId moving_{};
    std::vector<Move> moves_;
    size_t next_move_ = 0;
    Timestamp until_{INT64_MIN};  // what is due until then happens
    bool is_awake_ = false;       // and something may be
    Progress progress_;
    MatchTrace* trace_ = nullptr;
};

}  // namespace trd
