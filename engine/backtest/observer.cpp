#include "backtest/observer.h"

#include <algorithm>

#include "record/read_posting.h"

namespace trd {

namespace {

constexpr size_t equity_points_max = 240;

std::vector<std::string> symbols_of(const BacktestData& data) {
    std::vector<std::string> symbols;
    for (const Instrument& instrument : data.instruments) symbols.push_back(instrument.symbol);
    return symbols;
}

std::vector<uint32_t> series_of_feeds(const BacktestData& data) {
    std::vector<uint32_t> numbers;
    for (const BacktestData::Feed& feed : data.feeds) numbers.push_back(feed.number);
    return numbers;
}

std::vector<double> thinned(const DailyEquity& equity) {
    const size_t count = equity.closes.size(), kept = std::min(count, equity_points_max);
    std::vector<double> points{equity.start};
    for (size_t i = 0; i < kept; ++i) points.push_back(equity.closes[(i + 1) * count / kept - 1]);
    return points;
}

}  // namespace

Money times(Money amount, size_t count) {
    Money sum;
    for (size_t i = 0; i < count; ++i) sum += amount;
    return sum;
}

BacktestObserver::BacktestObserver(const BacktestData& data, Timestamp start, Money cash,
                                   const std::vector<std::string>& strategies, const BacktestCalls& calls)
    : start_(start),
      last_(start),
      whole_(start, times(cash, strategies.size())),
      breakdown_(symbols_of(data), data.currency),
      feed_series_(series_of_feeds(data)),
      gaps_(data.series_count),
      exposure_told_(start),
      change_(data.currency),
      progress_(calls.progress),
      keeper_(calls.keeper),
      story_(calls.story) {
    for (const std::string& strategy : strategies) notebooks_.emplace_back(strategy, calls.log);
    for (size_t i = 0; strategies.size() > 1 && i < strategies.size(); ++i) parts_.emplace_back(start, cash);
}

void BacktestObserver::Part::feed(Timestamp time, Money now) {
    if (now != equity) {
        equity = now;
        equity_value = to_double(now);
    }
    tracker.feed(time, equity_value);
}

void BacktestObserver::on_bar_done(Timestamp time, Money equity, bool exposed) {
    last_ = time;
    whole_.feed(time, equity);
    if (keeper_ != nullptr) keeper_->on_equity(time, equity);
    set_exposure(time, exposed);
}

void BacktestObserver::set_exposure(Timestamp time, bool exposed) {
    exposure_told_ = std::max(exposure_told_, time);
    exposure_.set(exposure_told_, exposed);
}

double BacktestObserver::time_in_market() const {
    const Duration length = last_ - start_;
    if (length.ns <= 0) return 0;
    const Duration exposed = exposure_.exposed_until(std::max(last_, exposure_told_));
    return std::min(1.0, static_cast<double>(exposed.ns) / static_cast<double>(length.ns));
}

void BacktestObserver::on_gap(uint32_t series, Timestamp begin, Timestamp end) {
    BacktestGaps& gaps = gaps_[series];
    const Duration length = end - begin;
    ++gaps.count;
    gaps.total = gaps.total + length;
    if (length <= gaps.longest) return;
    gaps.longest = length;
    gaps.longest_begin = begin;
}

void BacktestObserver::on_trade(const ClosedTrade& trade, const std::optional<Money>& net) {
    const TradeRow row = breakdown_.on_trade(trade, net);
    if (keeper_ != nullptr) keeper_->on_trade(trade, row);
    if (!net) return;
    const RoundTrip trip{.opened = trade.opened_at, .closed = trade.closed_at, .profit = to_double(*net)};
    whole_.trips.add(trip);
    if (!parts_.empty()) parts_[trade.account.value - 1u].trips.add(trip);
}

void BacktestObserver::on_note(size_t seat, Timestamp time, const Note& note) {
    if (!notebooks_[seat].add(time, note)) ++notes_refused_;
}

void BacktestObserver::on_alarm(Timestamp time, const RiskAlarm& alarm) {
    constexpr size_t actions_kept = 1'000;
    const bool acted = alarm.kind == RiskAlarm::Kind::acted;
    if (alarm.kind == RiskAlarm::Kind::warning) ++risk_.warnings;
    if (!acted && alarm.kind != RiskAlarm::Kind::released) return;
    if (risk_.actions.size() == actions_kept) {
        ++risk_.actions_left_out;
        return;
    }
    risk_.actions.push_back(
        {time, to_text(alarm.code), alarm.rule == nullptr ? alarm.outside_rule : std::string(alarm.rule->name),
         std::string(name_of(alarm.scope)), alarm.subject, acted ? std::string(name_of(alarm.action)) : "released",
         alarm.found, alarm.limit, alarm.rule == nullptr ? RiskUnit::number : alarm.rule->unit});
}

void BacktestObserver::report(BacktestRisk& risk) const {
    risk.denials = risk_.denials;
    risk.warnings = risk_.warnings;
    risk.actions = risk_.actions;
    risk.actions_left_out = risk_.actions_left_out;
}

void BacktestObserver::read_records(ByteSpan records, const FxRates& rates) {
    while (!records.empty()) {
        const auto frame = peek_record(records);
        TRD_ASSERT(frame.ok());  // the desk wrote it a moment ago
        if (frame->header.kind == RecordKind::posting) {
            TRD_ASSERT(read_posting(records.first(frame->bytes), posting_));
            change_.add(posting_, rates);
        }
        if (frame->header.kind == RecordKind::order_event) {
            ByteReader in(records);
            const auto record = read_record(in);
            TRD_ASSERT(record.ok());
            const auto& event = std::get<OrderEvent>(record->payload);
            if (event.reason == VenueReason::no_closing_bar) ++missed_closes_;
            if (event.reason == VenueReason::split && is_terminal(event.after)) {
                ++cut_by_splits_.orders;
                if (event.order.parts().purpose == Purpose::protective_stop) ++cut_by_splits_.stops;
            }
        }
        records = records.subspan(frame->bytes);
    }
}

bool BacktestObserver::on_progress(uint64_t bars, uint64_t total) {
    if (!progress_) return true;
    return progress_(total == 0 ? 1 : static_cast<double>(bars) / static_cast<double>(total));
}

void BacktestObserver::report_parts(BacktestResult& result, double periods_per_year) const {
    for (size_t i = 0; i < result.strategies.size(); ++i) {
        const Part& from = parts_.empty() ? whole_ : parts_[i];
        BacktestStrategyResult& part = result.strategies[i];
        part.equity_end = from.equity;
        part.stats = measure_performance(from.tracker.daily(), {.periods_per_year = periods_per_year});
        part.trades = from.trips.summary();
    }
}

void BacktestObserver::report(BacktestResult& result, double periods_per_year) {
    result.equity_end = whole_.equity;
    result.stats = measure_performance(whole_.tracker.daily(), {.periods_per_year = periods_per_year});
    result.trades = whole_.trips.summary();
    result.drawdown = whole_.tracker.drawdown();
    result.breakdown = breakdown_.result();
    result.equity_line = thinned(whole_.tracker.daily());
    report_parts(result, periods_per_year);
    for (size_t i = 0; i < result.series.size(); ++i) result.series[i].gaps = gaps_[feed_series_[i]];
    result.time_in_market = time_in_market();
    for (size_t i = 0; i < notebooks_.size(); ++i) result.strategies[i].notes = notebooks_[i].finish();
    for (size_t i = 0; i < denials_.size(); ++i)
        if (denials_[i] != 0) result.denials[std::string(name_of(static_cast<Denial>(i)))] = denials_[i];
    result.rejections = std::move(rejections_);
}

}  // namespace trd
