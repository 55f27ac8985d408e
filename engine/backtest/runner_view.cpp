// What strategies see: positions, prices and money, written into their views before they are called.
#include <algorithm>
#include <array>

#include "backtest/runner.h"
#include "base/in_place.h"

namespace trd {

static_assert(view_sides == side_bucket_count);

namespace {

ViewPosition view_of(const Position& position, const Instrument& instrument) {
    return {.quantity = to_double(position.quantity),
            .average_price = position.is_flat() ? 0 : to_double(average_price(position, instrument)),
            .mark = to_double(position.mark),
            .unrealized = to_double(position.open_profit()),
            .realized = to_double(position.realized)};
}

// An average price is that of the only side that is held; two have none together.
ViewPosition sum_of(const Position& long_side, const Position& short_side, const Instrument& instrument) {
    ViewPosition sum = view_of(long_side.is_flat() ? short_side : long_side, instrument);
    sum.quantity = to_double(long_side.quantity + short_side.quantity);
    sum.unrealized = to_double(long_side.open_profit() + short_side.open_profit());
    sum.realized = to_double(long_side.realized + short_side.realized);
    if (!long_side.is_flat() && !short_side.is_flat()) sum.average_price = 0;
    sum.keeps_sides = 1;
    return sum;
}

// In the order of AccountNotice::Kind, from holding on.
ViewNewsKind news_kind_of(AccountNotice::Kind kind) {
    return static_cast<ViewNewsKind>(static_cast<uint32_t>(kind) - static_cast<uint32_t>(AccountNotice::Kind::holding));
}
static_assert(static_cast<uint32_t>(AccountNotice::Kind::alarm) - static_cast<uint32_t>(AccountNotice::Kind::holding) ==
              static_cast<uint32_t>(ViewNewsKind::alarm));

std::string_view word_for(const AccountNotice& notice) {
    constexpr std::string_view causes[] = {"fill", "other", "desk", "split"};              // by HoldingCause
    constexpr std::string_view alarms[] = {"warning", "acted", "unreadable", "released"};  // by RiskAlarm::Kind
    return notice.kind == AccountNotice::Kind::alarm ? alarms[static_cast<size_t>(notice.alarm)]
                                                     : causes[static_cast<size_t>(notice.cause)];
}

template <size_t room>
void show_text(std::string_view text, char (&view)[room]) {
    TRD_ASSERT(text.size() < room);
    std::copy(text.begin(), text.end(), view);
}

void show(const AccountNotice& notice, ViewNews& view) {
    view = {};
    view.kind = static_cast<uint32_t>(news_kind_of(notice.kind));
    view.instrument = notice.instrument.value;
    view.is_of_one = notice.is_of_one ? 1 : 0;
    view.percent = notice.percent;
    view.held_more = to_double(notice.held_more);
    view.price = to_double(notice.price);
    view.fee = to_double(notice.fee);
    view.rate = to_double(notice.rate);
    view.amount = to_double(notice.amount);
    show_text(word_for(notice), view.what);
    show_text(notice.tag.view(), view.tag);
    if (notice.kind != AccountNotice::Kind::alarm) return;
    show_text(to_text(notice.check), view.check);
    show_text(name_of(notice.action), view.action);
}

}  // namespace

ViewHost BacktestRunner::new_view(const RunStrategy& wanted) const {
    const size_t accounts = venues_.size() > 1 ? venues_.size() : 0;
    return ViewHost(static_cast<uint32_t>(wanted.series.size() + wanted.feeds.size()),
                    static_cast<uint32_t>(setup_.instruments.size()), static_cast<uint32_t>(accounts));
}

// What is owed in one currency may lie ready in another.
Money BacktestRunner::cash_in_base(const Account& account) const {
    if (!has_currencies_) return account.cash(base());
    Money sum;
    for (const Balance& balance : account.ledger().balances()) {
        const auto part = desk_.rates().convert(balance[LedgerAccount::cash], balance.currency, base());
        sum += part.value_or(Money::zero());
    }
    return sum;
}

void BacktestRunner::show_fill(InstrumentId instrument) {
    for (size_t slot = 0; slot < parts_.size(); ++slot)
        parts_[slot].lowest_cash = std::min(parts_[slot].lowest_cash, cash_in_base(account_of(slot, instrument)));
    stale_.note(instrument);
    stale_.note_money();
}

void BacktestRunner::show_stale() {
    if (!show_stale_positions()) return;
    count_equity();
    show_account();
}

// Whether money has changed too; nothing is stale any more.
bool BacktestRunner::show_stale_positions() {
    for (const InstrumentId instrument : stale_.instruments()) show_position(instrument);
    const bool has_money = stale_.has_money();
    stale_.clear();
    return has_money;
}

void BacktestRunner::show_position(InstrumentId instrument) {
    for (Seat& seat : seats_) show_position(seat, instrument);
}

void BacktestRunner::show_position(Seat& seat, InstrumentId instrument) {
    const Account& account = account_of(slot_of(seat), instrument);
    if (account.terms().hedging) return show_sides(seat, account, instrument);
    ViewPosition& view = remake(seat.view.position(instrument.value), [&] {
        return view_of(account.position(instrument), desk_.instruments()[instrument.value]);
    });
    view.working = to_double(desk_.working(account.id(), instrument));
    view.account = venue_index_[instrument.value];
}

void BacktestRunner::show_sides(Seat& seat, const Account& account, InstrumentId instrument) {
    const Instrument& terms = desk_.instruments()[instrument.value];
    const Position& long_side = account.position(instrument, SideBucket::long_side);
    const Position& short_side = account.position(instrument, SideBucket::short_side);
    std::array<ViewPosition, view_sides> views = {sum_of(long_side, short_side, terms), view_of(long_side, terms),
                                                  view_of(short_side, terms)};
    views[0].working = to_double(desk_.working(account.id(), instrument));
    for (ViewPosition& view : views) view.account = venue_index_[instrument.value];
    for (const SideBucket side : {SideBucket::long_side, SideBucket::short_side})
        views[static_cast<size_t>(side)].working = to_double(desk_.working(account.id(), instrument, side));
    for (uint32_t side = 0; side < view_sides; ++side) seat.view.position(instrument.value, side) = views[side];
}

// Before strategies are told of a price: the price, and, where something is held, what it does to the account. Of
// quotes it is the one that accounts go by: they do so where nothing trades.
void BacktestRunner::show_mark(InstrumentId instrument, std::optional<double> mark) {
    const bool money_is_stale = stale_.is_anything() && show_stale_positions();
    bool is_held = false;
    for (Seat& seat : seats_) is_held = show_mark(seat, instrument, mark) || is_held;
    if (!is_held && !money_is_stale) return;
    count_equity();
    // A price moves cash only where gains are settled as they come.
    const bool settles = desk_.instruments()[instrument.value].valuation() == Valuation::margined;
    settles || money_is_stale ? show_account() : show_equity();
}

// Whether something is held.
bool BacktestRunner::show_mark(Seat& seat, InstrumentId instrument, std::optional<double> mark) {
    const Account& account = account_of(slot_of(seat), instrument);
    ViewPosition& view = seat.view.position(instrument.value);
    if (account.terms().hedging) {
        show_sides(seat, account, instrument);
        if (mark) view.mark = *mark;
        for (uint32_t side = 1; mark && side < view_sides; ++side)
            seat.view.position(instrument.value, side).mark = *mark;
        return account.is_exposed();
    }
    const Position& position = account.position(instrument);
    view.mark = mark ? *mark : to_double(position.mark);
    if (position.is_flat()) return false;
    view.unrealized = to_double(position.open_profit());
    return true;
}

void BacktestRunner::show_working(Seat& seat, InstrumentId instrument) {
    const Account& account = account_of(slot_of(seat), instrument);
    seat.view.position(instrument.value).working = to_double(desk_.working(account.id(), instrument));
    if (!account.terms().hedging) return;
    for (const SideBucket side : {SideBucket::long_side, SideBucket::short_side})
        seat.view.position(instrument.value, static_cast<uint32_t>(side)).working =
            to_double(desk_.working(account.id(), instrument, side));
}

void BacktestRunner::show_equity() {
    for (Seat& seat : seats_) {
        seat.view.block().account.equity = to_double(parts_[slot_of(seat)].equity);
        if (venues_.size() > 1) show_each_account(seat);
    }
}

// Where there are several.
void BacktestRunner::show_each_account(Seat& seat) {
    for (uint32_t i = 0; i < venues_.size(); ++i) {
        const Held& held = venues_[i].accounts[slot_of(seat)];
        seat.view.account(i) = {to_double(held.account->cash(base())), to_double(held.equity)};
    }
}

void BacktestRunner::show_account() {
    for (Seat& seat : seats_) {
        const size_t slot = slot_of(seat);
        Money cash;
        for (const Venue& each : venues_) cash += each.accounts[slot].account->cash(base());
        seat.view.block().account = {to_double(cash), to_double(parts_[slot].equity)};
        if (venues_.size() > 1) show_each_account(seat);
    }
}

void BacktestRunner::count_equity() {
    if (has_currencies_) return count_equity_in_base();
    equity_ = Money::zero();
    for (size_t slot = 0; slot < parts_.size(); ++slot) {
        Money sum;
        for (Venue& each : venues_) {
            Held& held = each.accounts[slot];
            held.equity = held.account->equity(base());
            sum += held.equity;
        }
        parts_[slot].equity = sum;
        equity_ += sum;
    }
}

void BacktestRunner::count_equity_in_base() {
    Money all;
    for (size_t slot = 0; slot < parts_.size(); ++slot) {
        Money sum;
        for (Venue& each : venues_) {
            const auto part = each.accounts[slot].account->equity_in(base(), desk_.rates());
            equity_is_known_ = part.has_value();
            if (!part) return;
            each.accounts[slot].equity = *part;
            sum += *part;
        }
        parts_[slot].equity = sum;
        all += sum;
    }
    equity_ = all;
}

void BacktestRunner::tell_equity() {
    count_stale_equity();
    observer_->on_bar_done(now_, equity_, is_exposed());
    told_equity_ = equity_;
    if (!setup_.accounts_apart) return;
    for (size_t slot = 0; slot < parts_.size(); ++slot) {
        observer_->on_strategy_done(slot, now_, parts_[slot].equity);
        parts_[slot].told_equity = parts_[slot].equity;
    }
}

// What was booked after the last bar was done, such as funding that is due when it closes.
void BacktestRunner::tell_last_equity() {
    count_stale_equity();
    if (observer_ == nullptr || !equity_is_known_) return;
    const bool has_changed =
        equity_ != told_equity_ || (setup_.accounts_apart && std::ranges::any_of(parts_, [](const Part& part) {
                                        return part.equity != part.told_equity;
                                    }));
    if (has_changed) tell_equity();
}

bool BacktestRunner::is_exposed() const {
    for (const Venue& each : venues_)
        for (const Held& held : each.accounts)
            if (held.account->is_exposed()) return true;
    return false;
}

namespace {

ViewEventKind show(const Quote& quote, ViewTick& tick) {
    tick.bid = to_double(quote.bid);
    tick.ask = to_double(quote.ask);
    tick.bid_size = to_double(quote.bid_size);
    tick.ask_size = to_double(quote.ask_size);
    return ViewEventKind::quote;
}

ViewEventKind show(const QuoteBar& bar, ViewTick& tick) {
    return show(Quote{bar.close_time, bar.bid_close, bar.ask_close, bar.bid_size, bar.ask_size}, tick);
}

ViewEventKind show(const TradeTick& trade, ViewTick& tick) {
    tick.price = to_double(trade.price);
    tick.size = to_double(trade.size);
    tick.side = static_cast<uint32_t>(trade.aggressor);
    return ViewEventKind::trade;
}

ViewEventKind show(const BookDelta& delta, ViewTick& tick) {
    tick.price = to_double(delta.price);
    tick.size = to_double(delta.size);
    tick.side = static_cast<uint32_t>(delta.side);
    return ViewEventKind::book;
}

// Strategies do not ask for the other kinds: they see what these do to their positions.
ViewEventKind show(const FundingRate&, ViewTick&) { return ViewEventKind::none; }
ViewEventKind show(const CorporateAction&, ViewTick&) { return ViewEventKind::none; }
ViewEventKind show(const FxRate&, ViewTick&) { return ViewEventKind::none; }

}  // namespace

ViewEventKind BacktestRunner::show_row(Seat& seat, uint32_t local, const RunFeed& row) {
    ViewTick& tick = seat.view.block().tick;
    tick = {};
    tick.time_ns = row.feed.time().ns;
    tick.instrument = row.instrument.value;
    seat.view.block().event_series = local;
    const ViewEventKind kind = std::visit([&](const auto& event) { return show(event, tick); }, row.feed.event());
    if (kind == ViewEventKind::book) show(venue_of(row.instrument).venue.best(row.instrument), tick);
    return kind;
}

Status<RunFault> BacktestRunner::deliver_next_account_notice() {
    const AccountNotice notice = account_notices_.front();  // handlers lead to further ones
    account_notices_.pop_front();
    return deliver(notice);
}

Status<RunFault> BacktestRunner::deliver(const AccountNotice& notice) {
    Seat& seat = seats_[notice.strategy.value - first_strategy_id.value];
    if (notice.kind == AccountNotice::Kind::margin_call) {
        seat.view.block().margin_call = {to_double(notice.equity), to_double(notice.maintenance)};
        return call(seat, ViewEventKind::margin_call);
    }
    stale_.note(notice.instrument);
    // Of what it does not trade, a strategy has no name.
    const bool is_of_one = notice.kind != AccountNotice::Kind::alarm || notice.is_of_one;
    if (is_of_one && !seat.trades[notice.instrument.value]) return done;
    show(notice, seat.view.block().news);
    return call(seat, ViewEventKind::account);
}

}  // namespace trd
