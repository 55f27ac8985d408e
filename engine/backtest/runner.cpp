#include "backtest/runner.h"

#include <algorithm>
#include <cstring>

namespace trd {
namespace {

// A strategy that answers every answer to an order with another order would never let time go on.
constexpr uint64_t notices_per_instant_max = 100'000;
constexpr uint64_t bars_between_progress = 1 << 8;  // a slow strategy must still hear of Ctrl-C soon

constexpr StrategyId first_strategy_id{1};

RunFault strategy_fault(StrategyFault fault) { return {RunFault::Kind::strategy, std::move(fault), {}}; }
RunFault plain_fault(RunFault::Kind kind, std::string text) { return {kind, {.message = std::move(text)}, {}}; }
RunFault data_fault(const Error& error) { return {RunFault::Kind::data, {}, error}; }

RunFault overlap_fault(const Bar& bar, Timestamp previous_close) {
    return data_fault({ExitCode::data, "E_BARS_OVERLAP",
                       "the bar that opens at " + to_iso(bar.open_time) +
                           " begins before the one before it has closed, at " + to_iso(previous_close),
                       "import the series again with the timeframe that its rows have"});
}

// What this driver brings to the venue: it tells it of opens only.
bool fills_at_next_open(const OrderIntent& order) {
    return order.type == OrderType::market && order.time_in_force == TimeInForce::gtc && !order.reduce_only;
}

ViewNotice to_view(const Notice& notice) {
    ViewNotice view;
    view.handle = notice.handle;
    switch (notice.kind) {
        case Notice::Kind::allowed:
            view.event = view_event_allowed;
            break;
        case Notice::Kind::denied:
            view.event = view_event_denied;
            break;
        case Notice::Kind::event:
            view.event = static_cast<uint32_t>(notice.event);
            break;
        case Notice::Kind::margin_call:
            TRD_ASSERT(false);  // about an account, and no order
    }
    view.state = static_cast<uint32_t>(notice.state);
    view.denial = static_cast<uint32_t>(notice.denial);
    view.reason = static_cast<uint32_t>(notice.reason);
    view.instrument = notice.instrument.value;
    view.side = static_cast<uint8_t>(notice.side);
    view.type = static_cast<uint8_t>(notice.type);
    view.time_in_force = static_cast<uint8_t>(notice.time_in_force);
    view.purpose = static_cast<uint8_t>(notice.purpose);
    view.quantity = to_double(notice.quantity);
    view.filled = to_double(notice.filled);
    view.open = to_double(notice.open);
    if (!notice.limit.is_zero()) view.limit = to_double(notice.limit);
    if (!notice.trigger.is_zero()) view.trigger = to_double(notice.trigger);
    if (!notice.fill_quantity.is_zero()) {
        view.liquidity = static_cast<uint32_t>(notice.fill_liquidity);
        view.fill_quantity = to_double(notice.fill_quantity);
        view.fill_price = to_double(notice.fill_price);
        view.fill_fee = to_double(notice.fill_fee);
    }
    view.tag_size = static_cast<uint32_t>(notice.tag.view().size());
    std::memcpy(view.tag, notice.tag.view().data(), notice.tag.view().size());
    return view;
}

}  // namespace

BacktestRunner::BacktestRunner(RunSetup setup, RunObserver* observer)
    : setup_(std::move(setup)),
      observer_(observer),
      venue_(backtest_venue, VenueModels{.fees = setup_.fees}, 0),
      now_(setup_.start) {
    for (const RunSeries& series : setup_.series) total_bars_ += series.bars;
    listeners_.resize(setup_.series.size());
    seats_.reserve(setup_.strategies.size());
    for (const RunStrategy& wanted : setup_.strategies) {
        const auto number = static_cast<uint16_t>(first_strategy_id.value + seats_.size());
        seats_.push_back(Seat{
            wanted.strategy, StrategyId{number},
            ViewHost(static_cast<uint32_t>(wanted.series.size()), static_cast<uint32_t>(setup_.instruments.size())),
            wanted.strategy->manifest().wants_bars});
        wakes_.add_seat();
        wants_bars_ = wants_bars_ || seats_.back().wants_bars;
        for (uint32_t local = 0; local < wanted.series.size(); ++local) {
            listeners_[wanted.series[local]].push_back({static_cast<uint32_t>(seats_.size() - 1), local});
            seats_.back().view.series(local).instrument = setup_.series[wanted.series[local]].instrument.value;
        }
    }
}

// Inputs and what follows from them.

template <class Event>
void BacktestRunner::feed(const Event& event, Timestamp source_time) {
    const Actions& actions = desk_.on(InputHeader{++counts_.inputs, now_, source_time}, event);
    hash_.add(actions.records);
    if (observer_ != nullptr && !actions.records.empty()) observer_->on_records(actions.records);
    for (const VenueAction& action : actions.venue) act(action);
    for (const Notice& notice : actions.notices) notices_.push_back(notice);
    for (const ClosedTrade& trade : actions.closed_trades) {
        ++counts_.trades;
        if (observer_ != nullptr) observer_->on_trade(trade);
    }
    counts_.anomalies += actions.anomalies.size();
}

void BacktestRunner::act(const VenueAction& action) {
    if (action.kind == VenueActionKind::cancel) return venue_.cancel(action.order, now_);
    if (action.kind == VenueActionKind::amend) return refuse(action.order, OrderEventKind::refuse_replace);
    const Order& order = *desk_.find(action.order);
    if (fills_at_next_open(order.intent))
        venue_.submit(order.intent, order.open, now_);
    else
        refuse(order.intent.id, OrderEventKind::reject);
    ++counts_.orders;
}

// Behind what the venue has said until now.
void BacktestRunner::refuse(OrderId order, OrderEventKind event) {
    venue_.take_reports(reports_);
    reports_.push_back({now_, OrderReport{.order = order, .event = event}});
}

// Until nobody has anything more to say at this instant: what strategies are told comes before what the venue says
// next.
Status<RunFault> BacktestRunner::settle_instant() {
    for (uint64_t told = 0;;) {
        if (!notices_.empty()) {
            if (++told > notices_per_instant_max)
                return Fail{plain_fault(RunFault::Kind::endless,
                                        "orders led to further orders without end at " + to_iso(now_))};
            const Notice notice = notices_.front();
            notices_.pop_front();
            TRD_CHECK(deliver(notice));
            continue;
        }
        if (next_report_ == reports_.size()) {
            reports_.clear();
            next_report_ = 0;
            venue_.take_reports(reports_);
            if (reports_.empty()) return done;
        }
        const SimulatedReport report = reports_[next_report_++];  // what follows from it may add to them
        deliver(report);
    }
}

void BacktestRunner::deliver(const SimulatedReport& report) {
    if (const auto* answer = std::get_if<OrderReport>(&report.what)) {
        feed(VenueReport{.order = answer->order, .event = answer->event, .venue_id = {}}, report.time);
        return;
    }
    const Fill& fill = std::get<Fill>(report.what);
    ++counts_.fills;
    feed(fill, report.time);
    if (observer_ != nullptr) observer_->on_fill(fill);
    show_fill(fill.instrument);
}

Status<RunFault> BacktestRunner::deliver(const Notice& notice) {
    if (notice.kind == Notice::Kind::margin_call) return done;  // it is in the record; no hook hears of it
    if (notice.kind == Notice::Kind::denied) {
        ++counts_.denied;
        if (observer_ != nullptr) observer_->on_denial(notice.denial);
    }
    Seat& seat = seats_[notice.strategy.value - first_strategy_id.value];
    seat.view.block().notice = to_view(notice);
    seat.view.position(notice.instrument.value).working = to_double(desk_.working(backtest_account, notice.instrument));
    return call(seat, ViewEventKind::order);
}

Status<RunFault> BacktestRunner::call(Seat& seat, ViewEventKind kind) {
    ViewBlock& block = seat.view.block();
    block.event_kind = static_cast<uint32_t>(kind);
    block.now_ns = now_.ns;
    block.input_number = counts_.inputs;
    auto handled = seat.strategy->handle();
    if (!seat.view.notes().empty()) take_notes(seat);
    if (!handled.ok()) return Fail{strategy_fault(std::move(handled).error())};
    seat.view.take_intents(intents_);
    if (!intents_.empty()) feed(IntentsCommitted{seat.id, intents_}, now_);
    return done;
}

void BacktestRunner::take_notes(Seat& seat) {
    const auto number = static_cast<size_t>(&seat - seats_.data());
    Note note;
    while (seat.view.notes().next(note)) {
        if (note.kind == NoteKind::timer) {
            if (!wakes_.set_timer(number, note, now_)) ++notes_lost_;
        } else if (observer_ != nullptr) {
            observer_->on_note(number, now_, note);
        }
    }
}

uint64_t BacktestRunner::notes_lost() const {
    uint64_t lost = notes_lost_;
    for (const Seat& seat : seats_) lost += seat.view.notes().refused() + seat.view.notes().dropped();
    return lost;
}

// The view.

void BacktestRunner::show_fill(InstrumentId instrument) {
    const Position& position = account_->position(instrument);
    const Money cash = account_->cash(setup_.currency);
    lowest_cash_ = std::min(lowest_cash_, cash);
    equity_ = account_->equity(setup_.currency, desk_.instruments());
    ViewPosition view;
    view.quantity = to_double(position.quantity);
    view.average_price =
        position.is_flat() ? 0 : to_double(average_price(position, desk_.instruments()[instrument.value]));
    view.mark = to_double(position.mark);
    view.unrealized = to_double(position.open_profit());
    view.realized = to_double(position.realized);
    view.working = to_double(desk_.working(backtest_account, instrument));
    for (Seat& seat : seats_) {
        seat.view.position(instrument.value) = view;
        seat.view.block().account = {to_double(cash), to_double(equity_)};
    }
}

// Before strategies are told of a bar: its price, and, where something is held, what the price does to the account.
void BacktestRunner::show_mark(InstrumentId instrument, double mark) {
    for (Seat& seat : seats_) seat.view.position(instrument.value).mark = mark;
    const Position& position = account_->position(instrument);
    if (position.is_flat()) return;
    equity_ = account_->equity(setup_.currency, desk_.instruments());
    const double open_profit = to_double(position.open_profit());
    const double equity = to_double(equity_);
    for (Seat& seat : seats_) {
        seat.view.position(instrument.value).unrealized = open_profit;
        seat.view.block().account.equity = equity;
    }
    if (desk_.instruments()[instrument.value].valuation() == Valuation::margined) show_cash();
}

void BacktestRunner::show_cash() {
    const double cash = to_double(account_->cash(setup_.currency));
    for (Seat& seat : seats_) seat.view.block().account.cash = cash;
}

// The run.

Status<RunFault> BacktestRunner::run() {
    try {
        return run_to_the_end();
    } catch (const DecimalOverflow&) {
        return Fail{plain_fault(RunFault::Kind::amount, "an amount went beyond 1e15 at " + to_iso(now_))};
    }
}

Status<RunFault> BacktestRunner::run_to_the_end() {
    TRD_CHECK(set_up());
    TRD_CHECK(each_seat(ViewEventKind::start));
    for (uint32_t series = 0; series < setup_.series.size(); ++series) TRD_CHECK(first_bar(series));
    while (!moments_.empty()) TRD_CHECK(tick());
    while (wakes_.next() <= now_) TRD_CHECK(wake());
    return each_seat(ViewEventKind::stop);
}

Status<RunFault> BacktestRunner::set_up() {
    for (const Instrument& instrument : setup_.instruments) {
        feed(InstrumentDefined{instrument}, now_);
        venue_.define(instrument, now_);
    }
    feed(AccountOpened{backtest_account, backtest_venue, setup_.currency}, now_);
    feed(MoneyTransferred{backtest_account, setup_.currency, setup_.cash}, now_);
    account_ = &desk_.account(backtest_account);
    lowest_cash_ = equity_ = setup_.cash;
    for (Seat& seat : seats_) {
        feed(StrategyStarted{.strategy = seat.id, .account = backtest_account, .profile = 0, .incarnation = 0}, now_);
        seat.view.block().now_ns = now_.ns;
        seat.view.block().account = {to_double(setup_.cash), to_double(setup_.cash)};
        auto bound = seat.strategy->bind(seat.view.port());
        take_notes(seat);
        if (!bound.ok()) return Fail{strategy_fault(std::move(bound).error())};
    }
    start_sessions();
    return done;
}

// From the instant of the start on, which is included.
void BacktestRunner::start_sessions() {
    for (size_t i = 0; i < seats_.size(); ++i) {
        const auto& calendar = setup_.strategies[i].calendar;
        if (calendar && seats_[i].strategy->manifest().wants_sessions)
            wakes_.set_session(i, SessionClock(*calendar, TradingHours::regular, now_ - nanoseconds(1)));
    }
}

Status<RunFault> BacktestRunner::each_seat(ViewEventKind kind) {
    for (Seat& seat : seats_) TRD_CHECK(call(seat, kind));
    return settle_instant();
}

// The moment at the front of the heap is handled in place and then replaced by the next one of its series.
Status<RunFault> BacktestRunner::tick() {
    const Moment moment = moments_.front();
    if (wakes_.next() < moment.time || (wakes_.next() == moment.time && moment.opens)) return wake();
    now_ = moment.time;
    return moment.opens ? open_bar(moment.series) : close_bar(moment.series);
}

Status<RunFault> BacktestRunner::wake() {
    now_ = wakes_.next();
    const Wake due = wakes_.pop();
    Seat& seat = seats_[due.seat];
    seat.view.block().event_number = due.number;
    TRD_CHECK(call(seat, due.kind));
    TRD_CHECK(settle_instant());
    return check_interrupt(++wakes_handled_);
}

void BacktestRunner::replace_front(Moment moment) {
    if (moments_.size() == 1) {
        moments_.front() = moment;
        return;
    }
    std::pop_heap(moments_.begin(), moments_.end(), std::greater<>());
    moments_.back() = moment;
    std::push_heap(moments_.begin(), moments_.end(), std::greater<>());
}

void BacktestRunner::drop_front() {
    std::pop_heap(moments_.begin(), moments_.end(), std::greater<>());
    moments_.pop_back();
}

// False: the series is over. A bar that opens before `earliest`, the close of the one before it, would turn time back.
Result<bool, RunFault> BacktestRunner::advance(uint32_t index, Timestamp earliest) {
    BarCursor& cursor = setup_.series[index].cursor;
    if (cursor.next()) {
        if (cursor.bar().open_time < earliest) return Fail{overlap_fault(cursor.bar(), earliest)};
        return true;
    }
    if (cursor.failure()) return Fail{data_fault(*cursor.failure())};
    return false;
}

Status<RunFault> BacktestRunner::first_bar(uint32_t index) {
    TRD_TRY(const bool there, advance(index, Timestamp{INT64_MIN}));
    if (!there) return done;
    moments_.push_back({setup_.series[index].cursor.bar().open_time, true, index});
    std::push_heap(moments_.begin(), moments_.end(), std::greater<>());
    return done;
}

Status<RunFault> BacktestRunner::open_bar(uint32_t index) {
    const RunSeries& series = setup_.series[index];
    const Bar& bar = series.cursor.bar();
    replace_front({bar.close_time, false, index});
    if (venue_.is_idle(series.instrument)) return done;
    venue_.open_bar(series.instrument, {bar.open_time, bar.close_time, bar.open, bar.volume});
    while (venue_.advance()) TRD_CHECK(settle_instant());
    venue_.mark(series.instrument, bar.open, now_, false);
    return done;
}

Status<RunFault> BacktestRunner::close_bar(uint32_t index) {
    const RunSeries& series = setup_.series[index];
    event_.instrument = series.instrument;
    event_.bar = series.cursor.bar();
    feed(event_, event_.bar.close_time);
    ++counts_.bars;

    show_mark(series.instrument, series.cursor.values().close);
    for (const Listener& listener : listeners_[index]) {
        Seat& seat = seats_[listener.seat];
        ViewSeries& view = seat.view.series(listener.local);
        view.bar = series.cursor.values();
        ++view.bars;
        seat.has_closed = true;
        seat.view.block().event_series = listener.local;
        TRD_CHECK(call(seat, ViewEventKind::bar));
    }
    TRD_CHECK(settle_instant());
    TRD_TRY(const bool more, advance(index, now_));
    if (more)
        replace_front({series.cursor.bar().open_time, true, index});
    else
        drop_front();
    return finish_instant();
}

// Equity is looked at when every series that closes now has closed.
Status<RunFault> BacktestRunner::finish_instant() {
    if (!moments_.empty() && moments_.front().time == now_ && !moments_.front().opens) return done;
    if (wants_bars_) TRD_CHECK(tell_closed_bars());
    if (observer_ == nullptr) return done;
    observer_->on_bar_done(now_, equity_, account_->is_exposed());
    return check_interrupt(counts_.bars);
}

Status<RunFault> BacktestRunner::tell_closed_bars() {
    for (Seat& seat : seats_) {
        if (seat.wants_bars && seat.has_closed) TRD_CHECK(call(seat, ViewEventKind::bars));
        seat.has_closed = false;
    }
    return settle_instant();
}

// Now and then, as `done_so_far` counts up.
Status<RunFault> BacktestRunner::check_interrupt(uint64_t done_so_far) {
    if (observer_ == nullptr || done_so_far % bars_between_progress != 0) return done;
    if (observer_->on_progress(counts_.bars, total_bars_)) return done;
    return Fail{plain_fault(RunFault::Kind::interrupted, "stopped after " + std::to_string(counts_.bars) + " bars")};
}

}  // namespace trd
