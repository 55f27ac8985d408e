#include "backtest/runner.h"

#include <algorithm>
#include <cstring>
#include <functional>

#include "backtest/runner_faults.h"

namespace trd {
namespace {

// A strategy that answers every answer to an order with another order would never let time go on. What it is told
// counts, and what venues say: nobody is told of orders of the desk's own.
constexpr uint64_t news_per_instant_max = 300'000;
constexpr uint64_t bars_between_progress = 1 << 8;  // a slow strategy must still hear of Ctrl-C soon

uint32_t view_event_of(const Notice& notice) {
    if (notice.kind == Notice::Kind::event) return static_cast<uint32_t>(notice.event);
    return notice.kind == Notice::Kind::allowed ? view_event_allowed : view_event_denied;
}

// Most of what a notice tells is zero, and a division for it would be one of the dearer steps here.
template <class Tag>
double shown(Fixed<Tag> value) {
    return value.is_zero() ? 0 : to_double(value);
}

void show_tag(const Tag& tag, ViewNotice& view) {
    view.tag_size = static_cast<uint32_t>(tag.view().size());
    static_assert(sizeof view.tag >= sizeof tag.padded());  // what is beyond it stays zero
    std::memcpy(view.tag, tag.padded().data(), sizeof tag.padded());
}

void show(const Notice& notice, ViewNotice& view) {
    view.handle = notice.handle;
    view.event = view_event_of(notice);
    view.state = static_cast<uint32_t>(notice.state);
    view.denial = static_cast<uint32_t>(notice.denial);
    view.reason = static_cast<uint32_t>(notice.reason);
    view.instrument = notice.instrument.value;
    view.side = static_cast<uint8_t>(notice.side);
    view.type = static_cast<uint8_t>(notice.type);
    view.time_in_force = static_cast<uint8_t>(notice.time_in_force);
    view.purpose = static_cast<uint8_t>(notice.purpose);
    view.quantity = shown(notice.quantity);
    view.filled = shown(notice.filled);
    view.open = shown(notice.open);
    view.limit = shown(notice.limit);
    view.trigger = shown(notice.trigger);
    view.liquidity = static_cast<uint32_t>(notice.fill_liquidity);
    view.fill_quantity = view.fill_price = view.fill_fee = 0;
    if (!notice.fill_quantity.is_zero()) {
        view.fill_quantity = to_double(notice.fill_quantity);
        view.fill_price = to_double(notice.fill_price);
        view.fill_fee = to_double(notice.fill_fee);
    }
    const bool has_tag = !notice.tag.empty() || view.tag_size != 0;  // seldom, and a tag is slow to come back so soon
    if (has_tag) show_tag(notice.tag, view);
}

bool accrues(const AccountTerms& terms) {
    return !terms.borrow_rate.is_zero() || !terms.debit_rate.is_zero() || !terms.credit_rate.is_zero();
}

// ViewSeries::point_value.
double point_value_of(const Instrument& instrument, Currency equity) {
    const bool is_fixed = !is_inverse(instrument.kind) && settlement_currency(instrument) == equity;
    return is_fixed ? to_double(instrument.multiplier) : 0;
}

void show_instrument(ViewSeries& view, InstrumentId instrument, const RunSetup& setup) {
    view.instrument = instrument.value;
    view.point_value = point_value_of(setup.instruments[instrument.value], setup.venues.front().currency);
}

}  // namespace

BacktestRunner::BacktestRunner(RunSetup setup, RunObserver* observer)
    : setup_(std::move(setup)), observer_(observer), now_(setup_.start), day_(utc_day(setup_.start)) {
    TRD_ASSERT(!setup_.venues.empty());
    for (const RunVenue& venue : setup_.venues)
        venues_.push_back({SimulatedVenue(venue.id, venue.models, setup_.seed), accounts_at(venue)});
    parts_.resize(slot_count());
    for (const Instrument& instrument : setup_.instruments) venue_index_.push_back(index_of(instrument.venue));
    for (const RunSeries& series : setup_.series) {
        total_bars_ += series.bars;
        series_.push_back(
            {SessionEdges(series.timeframe, series.calendar, series.hours), &venue_of(series.instrument).venue});
    }
    find_finer_series();
    series_of_.resize(setup_.instruments.size());
    for (uint32_t i = 0; i < setup_.series.size(); ++i) series_of_[setup_.series[i].instrument.value].push_back(i);
    for (const Instrument& instrument : setup_.instruments) ends_.add(session_edges_of(instrument.id));
    if (setup_.series.empty())
        for (const RunFeed& feed : setup_.feeds) total_bars_ += feed.rows;
    feed_listeners_.resize(setup_.feeds.size());
    listeners_.resize(setup_.series.size());
    seats_.reserve(setup_.strategies.size());
    for (const RunStrategy& wanted : setup_.strategies) {
        const auto number = static_cast<uint16_t>(first_strategy_id.value + seats_.size());
        seats_.push_back(
            Seat{wanted.strategy, StrategyId{number}, new_view(wanted), wanted.strategy->manifest().wants_bars});
        wakes_.add_seat();
        seats_.back().trades.resize(setup_.instruments.size());
        wants_bars_ = wants_bars_ || seats_.back().wants_bars;
        for (uint32_t local = 0; local < wanted.series.size(); ++local) {
            listeners_[wanted.series[local]].push_back({static_cast<uint32_t>(seats_.size() - 1), local});
            seats_.back().trades[setup_.series[wanted.series[local]].instrument.value] = true;
            show_instrument(seats_.back().view.series(local), setup_.series[wanted.series[local]].instrument, setup_);
        }
        for (uint32_t local = 0; local < wanted.feeds.size(); ++local) {
            const auto& [feed, instrument] = wanted.feeds[local];
            if (feed != AskedFeed::none)
                feed_listeners_[feed].push_back({static_cast<uint32_t>(seats_.size() - 1), local});
            seats_.back().trades[instrument.value] = true;
            const auto place = static_cast<uint32_t>(wanted.series.size()) + local;
            show_instrument(seats_.back().view.series(place), instrument, setup_);
        }
    }
}

uint32_t BacktestRunner::index_of(VenueId venue) const {
    for (uint32_t i = 0; i < setup_.venues.size(); ++i)
        if (setup_.venues[i].id == venue) return i;
    return 0;
}

// Inputs and what follows from them.

void BacktestRunner::follow(const Actions& actions) {
    if (observer_ != nullptr && !actions.records.empty()) observer_->on_records(actions.records, desk_.rates());
    for (const VenueAction& action : actions.venue) act(action);
    if (!actions.notices.empty()) queue_notices();
    if (!actions.account_notices.empty()) [[unlikely]]
        account_notices_.insert(account_notices_.end(), actions.account_notices.begin(), actions.account_notices.end());
    for (const ClosedTrade& trade : actions.closed_trades) {
        ++counts_.trades;
        ++parts_[slot_of(trade.account)].counts.trades;
        if (observer_ != nullptr)
            observer_->on_trade(trade, desk_.rates().convert(trade.net(), trade.currency, base()));
    }
    counts_.anomalies += actions.anomalies.size();
    if (observer_ == nullptr) return;
    for (const RiskAlarm& alarm : actions.alarms) observer_->on_alarm(now_, alarm);
}

void BacktestRunner::queue_notices() {
    if (next_notice_ == notices_.size()) notices_.clear(), next_notice_ = 0;
    desk_.hand_over_notices(notices_);
}

// Before a message for an instrument: it meets the bar that is open where it is, behind what has happened by then.
void BacktestRunner::enter_open_bar(InstrumentId instrument) {
    for (const uint32_t index : series_of_[instrument.value]) {
        const SeriesState& state = series_[index];
        if (state.is_open && !state.entered && !state.covered) enter_bar(index);
    }
}

void BacktestRunner::enter_bar(uint32_t index) {
    const RunSeries& series = setup_.series[index];
    SeriesState& state = series_[index];
    state.entered = state.venue->enter_bar(series.instrument, series.cursor.bar());
    state.opened = state.opened || state.entered;
}

void BacktestRunner::act(const VenueAction& action) {
    const Order& order = *desk_.find(action.order);
    enter_open_bar(order.intent.instrument);
    SimulatedVenue& venue = venue_of(order.intent.instrument).venue;
    switch (action.kind) {
        case VenueActionKind::submit:
            ++counts_.orders;
            ++parts_[slot_of(order.intent.account)].counts.orders;
            venue.submit(order.intent, order.open, now_);
            if (venue.has_session_orders(order.intent.instrument)) ends_.wait(order.intent.instrument, now_);
            return;
        case VenueActionKind::cancel:
            return venue.cancel(action.order, now_);
        case VenueActionKind::amend:
            return venue.amend(action.order, action.amendment, now_);
    }
}

// Until nobody has anything more to say at this instant: what strategies are told comes before what venues say next,
// and that before what they do next.
Status<RunFault> BacktestRunner::settle_instant() {
    if (is_settled()) return done;
    for (uint64_t told = 0;; ++told) {
        if (told > news_per_instant_max) [[unlikely]]
            return Fail{
                plain_fault(RunFault::Kind::endless, "orders led to further orders without end at " + to_iso(now_))};
        if (next_notice_ == notices_.size()) notices_.clear(), next_notice_ = 0;
        if (next_notice_ != notices_.size()) {
            TRD_CHECK(deliver(notices_[next_notice_++]));
        } else if (!account_notices_.empty()) {
            TRD_CHECK(deliver_next_account_notice());
        } else if (next_report_ != reports_.size() || take_reports()) {
            deliver(reports_[next_report_++]);
        } else if (!advance_venues()) {
            return done;
        }
    }
}

bool BacktestRunner::is_settled() const {
    if (next_notice_ != notices_.size() || next_report_ != reports_.size() || !account_notices_.empty()) return false;
    for (const Venue& each : venues_)
        if (!each.venue.is_still()) return false;
    return true;
}

bool BacktestRunner::take_reports() {
    reports_.clear();
    next_report_ = 0;
    for (Venue& each : venues_) each.venue.take_reports(reports_);
    return !reports_.empty();
}

bool BacktestRunner::advance_venues() {
    for (Venue& each : venues_) {
        if (!each.venue.advance()) continue;
        now_ = std::max(now_, each.venue.now());
        return true;
    }
    return false;
}

void BacktestRunner::deliver(const SimulatedReport& report) {
    if (const auto* answer = std::get_if<OrderReport>(&report.what)) {
        VenueReport told{.order = answer->order, .event = answer->event};
        told.quantity = answer->quantity;
        told.limit = answer->limit;
        told.trigger = answer->trigger;
        told.display = answer->display;
        told.reason = answer->reason;
        return feed(told, report.time);
    }
    if (const auto* funding = std::get_if<FundingReport>(&report.what)) {
        feed(FundingDue{funding->instrument, funding->rate, funding->mark}, report.time);
        return show_fill(funding->instrument);
    }
    const Fill& fill = std::get<Fill>(report.what);
    ++counts_.fills;
    ++parts_[slot_of(fill.account)].counts.fills;
    if (observer_ != nullptr)
        if (const Order* order = desk_.find(fill.order)) observer_->on_fill(fill, order->intent);
    feed(fill, report.time);
    show_fill(fill.instrument);
}

Status<RunFault> BacktestRunner::deliver(const Notice& notice) {
    const size_t place = notice.strategy.value - first_strategy_id.value;
    if (notice.kind == Notice::Kind::denied) {
        ++counts_.denied;
        ++parts_[slot_of(place)].counts.denied;
        if (observer_ != nullptr) observer_->on_denial(notice.denial);
        if (observer_ != nullptr && notice.denial == Denial::risk) observer_->on_risk_denial(notice.check);
    }
    const bool is_rejection = notice.kind == Notice::Kind::event && notice.event == OrderEventKind::reject;
    if (is_rejection && observer_ != nullptr) observer_->on_rejection(notice.reason);
    return tell(seats_[place], notice);
}

// What it looks at is shown before. For who does not look, that can wait until something else happens.
Status<RunFault> BacktestRunner::tell(Seat& seat, const Notice& notice) {
    if (seat.order_news != OrderNews::handled) {
        stale_.note(notice.instrument);
        if (seat.order_news == OrderNews::unwanted) return done;
        show(notice, seat.view.block().notice);
        return call(seat, ViewEventKind::order);
    }
    show(notice, seat.view.block().notice);
    show_changes();
    show_working(seat, notice.instrument);
    return call(seat, ViewEventKind::order);
}

Status<RunFault> BacktestRunner::call(Seat& seat, ViewEventKind kind) {
    if (kind != ViewEventKind::order) show_changes();
    ViewBlock& block = seat.view.block();
    block.event_kind = static_cast<uint32_t>(kind);
    block.now_ns = now_.ns;
    block.input_number = counts_.inputs;
    auto handled = seat.strategy->handle();
    if (!seat.view.notes().empty()) take_notes(seat);
    if (!handled.ok()) return Fail{strategy_fault(std::move(handled).error())};
    if (!seat.view.has_intents()) return done;
    seat.view.take_intents(intents_);
    feed(IntentsCommitted{seat.id, intents_}, now_);
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
    for (uint32_t row = 0; row < setup_.feeds.size(); ++row) TRD_CHECK(first_row(row));
    while (goes_on()) TRD_CHECK(tick());
    leave_rows();
    while (wakes_.next() <= now_) TRD_CHECK(wake());
    TRD_CHECK(each_seat(ViewEventKind::stop));
    tell_last_equity();
    return done;
}

bool BacktestRunner::is_of_bar(const Moment& moment) { return moment.rank == Rank::open || moment.rank == Rank::close; }

// A run ends with the instant of its last bar, and with what a strategy hears of between them. What is only paid,
// split, converted or met by orders later than that is not of it: nobody could answer, and no equity would be counted
// after it.
bool BacktestRunner::goes_on() const {
    const auto counts = [this](const Moment& moment) {
        return moment.time <= now_ || is_of_bar(moment) || !feed_listeners_[moment.index].empty();
    };
    if (!moments_.empty() && is_of_bar(moments_.front())) [[likely]]
        return true;
    return std::any_of(moments_.begin(), moments_.end(), counts);
}

// What a run that has ended does not come to any more.
void BacktestRunner::leave_rows() {
    for (const Moment& moment : moments_) {
        if (is_of_bar(moment)) continue;
        RunFeed& row = setup_.feeds[moment.index];
        row.goes_on = true;
        if (row.base != Currency{}) note_wait(row);
    }
}

bool BacktestRunner::has_bars_left() const { return std::any_of(moments_.begin(), moments_.end(), is_of_bar); }

Status<RunFault> BacktestRunner::set_up() {
    desk_.keep_records();
    if (setup_.rules != nullptr) desk_.ask_rules(*setup_.rules);
    if (setup_.limits) desk_.arm(*std::move(setup_.limits));
    for (const Instrument& instrument : setup_.instruments) {
        feed(InstrumentDefined{instrument}, now_);
        venue_of(instrument.id).venue.define(instrument, now_);
    }
    open_accounts();
    for (Seat& seat : seats_) {
        feed(started(seat), now_);
        seat.view.block().now_ns = now_.ns;
        auto bound = seat.strategy->bind(seat.view.port());
        take_notes(seat);
        if (!bound.ok()) return Fail{strategy_fault(std::move(bound).error())};
        seat.order_news = seat.strategy->manifest().order_news;
    }
    start_sessions();
    return done;
}

StrategyStarted BacktestRunner::started(const Seat& seat) const {
    const size_t slot = slot_of(seat);
    StrategyStarted event{.strategy = seat.id, .account = venues_.front().accounts[slot].id};
    event.hears_of_accounts = seat.strategy->manifest().wants_account_news;
    for (size_t i = 1; i < venues_.size(); ++i) event.further_accounts.push_back(venues_[i].accounts[slot].id);
    return event;
}

size_t BacktestRunner::slot_count() const {
    return setup_.accounts_apart ? std::max<size_t>(1, setup_.strategies.size()) : 1;
}

// From an account's number to that of the next slot's at the same venue.
uint16_t BacktestRunner::account_stride() const {
    uint16_t highest = 1;
    for (const RunVenue& venue : setup_.venues) highest = std::max(highest, venue.account.value);
    return highest;
}

std::vector<BacktestRunner::Held> BacktestRunner::accounts_at(const RunVenue& venue) const {
    std::vector<Held> accounts;
    for (size_t slot = 0; slot < slot_count(); ++slot)
        accounts.push_back({AccountId{static_cast<uint16_t>(venue.account.value + slot * account_stride())}});
    return accounts;
}

void BacktestRunner::open_accounts_at(const RunVenue& venue, const std::vector<Held>& accounts) {
    for (const Held& held : accounts) {
        feed(AccountOpened{held.id, venue.id, venue.currency, venue.terms}, now_);
        feed(MoneyTransferred{held.id, venue.currency, venue.cash}, now_);
    }
    accrues_ = accrues_ || accrues(venue.terms);
}

void BacktestRunner::open_accounts() {
    for (size_t i = 0; i < venues_.size(); ++i) open_accounts_at(setup_.venues[i], venues_[i].accounts);
    for (Venue& each : venues_) {
        for (Held& held : each.accounts) held.account = &desk_.account(held.id);
        if (setup_.trace != nullptr) each.venue.set_trace(setup_.trace);
    }
    note_accounts();
    for (Part& part : parts_) {
        part.lowest_cash = setup_.venues.front().cash;
        for (const RunVenue& venue : setup_.venues) part.lowest_cash = std::min(part.lowest_cash, venue.cash);
    }
    for (const Instrument& instrument : setup_.instruments) show_position(instrument.id);
    for (const Instrument& each : desk_.instruments())
        has_currencies_ = has_currencies_ || settlement_currency(each) != base();
    for (const RunVenue& each : setup_.venues) has_currencies_ = has_currencies_ || each.currency != base();
    count_equity();
    show_account();
}

// Where they are does not change any more, and every bar asks.
void BacktestRunner::note_accounts() {
    base_ = main_account(0).base();
    for (size_t slot = 0; slot < slot_count(); ++slot)
        for (const Instrument& instrument : setup_.instruments)
            account_of_.push_back(venue_of(instrument.id).accounts[slot].account);
}

Status<RunFault> BacktestRunner::each_seat(ViewEventKind kind) {
    for (Seat& seat : seats_) TRD_CHECK(call(seat, kind));
    return settle_instant();
}

// The moment at the front of the heap is handled in place and then replaced by the next one of its series.
Status<RunFault> BacktestRunner::tick() {
    const Moment moment = moments_.front();
    const Timestamp due = venues_due();
    const Timestamp woken = wakes_.next();
    if (accrues_ && is_night_before(std::min({moment.time, due, woken, ends_.next()}))) return end_night();
    if (ends_.next() <= moment.time) [[unlikely]] {
        const auto over = ends_.first_due(
            std::min({moment.time, due, woken}),
            [this](InstrumentId instrument, Timestamp end) { return may_end_session(instrument, end); });
        if (over) return end_session(*over);
    }
    if (due <= moment.time && due <= woken) return wake_venues(due);
    if (woken < moment.time || (woken == moment.time && moment.rank >= Rank::open)) return wake();
    if (moment.rank == Rank::close) return close_bars(moment.time);
    moment.rank < Rank::close ? come_to(moment.time) : go_on_to(moment.time);
    if (moment.rank == Rank::open) return open_bar(moment.index);
    return moment.rank == Rank::quote_open ? open_quote_bar(moment.index) : handle_row(moment.index);
}

// Days that are over by then cost what they cost.
void BacktestRunner::go_on_to(Timestamp time) {
    if (accrues_) end_days_before(utc_day(time));
    now_ = std::max(now_, time);
}

// never: no venue has anything on its way.
Timestamp BacktestRunner::venues_due() const {
    Timestamp due = never;
    for (const Venue& each : venues_) due = std::min(due, each.venue.next_due().value_or(never));
    return due;
}

Status<RunFault> BacktestRunner::wake_venues(Timestamp due) {
    come_to(due);
    for (Venue& each : venues_) each.venue.wake(now_);
    TRD_CHECK(settle_instant());
    return check_interrupt(++wakes_handled_);
}

// To what happens before the bars that close at this instant, behind which a day is over that ends here.
void BacktestRunner::come_to(Timestamp time) {
    if (accrues_) end_days_before(utc_day(time - nanoseconds(1)));
    now_ = std::max(now_, time);
}

Status<RunFault> BacktestRunner::wake() {
    come_to(wakes_.next());
    const Wake due = wakes_.pop();
    Seat& seat = seats_[due.seat];
    seat.view.block().event_number = due.number;
    TRD_CHECK(call(seat, due.kind));
    TRD_CHECK(settle_instant());
    return check_interrupt(++wakes_handled_);
}

void BacktestRunner::push_moment(Moment moment) {
    moments_.push_back(moment);
    std::push_heap(moments_.begin(), moments_.end(), std::greater<>());
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

// Now and then, as `done_so_far` counts up.
Status<RunFault> BacktestRunner::check_interrupt(uint64_t done_so_far) {
    if (observer_ == nullptr || done_so_far % bars_between_progress != 0) return done;
    const bool by_rows = setup_.series.empty();
    const uint64_t steps = by_rows ? rows_ : counts_.bars;
    if (observer_->on_progress(steps, total_bars_)) return done;
    return Fail{plain_fault(RunFault::Kind::interrupted,
                            "stopped after " + std::to_string(steps) + (by_rows ? " rows" : " bars"))};
}

}  // namespace trd
