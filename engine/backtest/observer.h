// Turns what a run does into figures while it does it: constant work a bar, memory that grows by a few bytes a day.
#pragma once

#include <array>

#include "backtest/backtest.h"
#include "backtest/data.h"
#include "backtest/order_story.h"
#include "backtest/run_keeper.h"
#include "backtest/runner.h"

namespace trd {

// What `count` accounts with that much in each have together.
Money times(Money amount, size_t count);

class BacktestObserver final : public RunObserver {
  public:
    // `cash`: of each strategy. They have accounts of their own, numbered from 1 on.
    BacktestObserver(const BacktestData& data, Timestamp start, Money cash, const std::vector<std::string>& strategies,
                     const BacktestCalls& calls);

    void on_bar_done(Timestamp time, Money equity, bool exposed) override;
    void on_fill(const Fill& fill, const OrderIntent& intent) override {
        breakdown_.on_fill(fill, intent);
        set_exposure(fill.time, breakdown_.is_anything_open());
    }
    void on_trade(const ClosedTrade& trade, const std::optional<Money>& net) override;
    void on_split(AccountId account, InstrumentId instrument, SideBucket bucket, Decimal ratio) override {
        breakdown_.on_split(account, instrument, bucket, ratio);
    }
    void on_split_done(Timestamp time, AccountId account, InstrumentId instrument, SideBucket bucket,
                       Quantity held) override {
        breakdown_.on_split_done(account, instrument, bucket, held);
        set_exposure(time, breakdown_.is_anything_open());
    }
    void on_denial(Denial denial) override { ++denials_[static_cast<size_t>(denial)]; }
    void on_risk_denial(RiskCode code) override { ++risk_.denials[to_text(code)]; }
    void on_rejection(VenueReason reason) override { ++rejections_[reason]; }
    void on_alarm(Timestamp time, const RiskAlarm& alarm) override;
    void on_note(size_t seat, Timestamp time, const Note& note) override;
    void on_records(ByteSpan records, const FxRates& rates) override {
        read_records(records, rates);
        if (keeper_ != nullptr) keeper_->on_records(records);
        if (story_ != nullptr) story_->on_records(records);
    }
    void on_strategy_done(size_t seat, Timestamp time, Money equity) override { parts_[seat].feed(time, equity); }
    void on_gap(uint32_t series, Timestamp begin, Timestamp end) override;
    bool on_progress(uint64_t bars, uint64_t total) override;

    // Once, at the end: fills in all that is measured while a run lasts, and what strategies said.
    void report(BacktestResult& result, double periods_per_year);
    // What the equity has changed by, when the result has its accounts.
    EquityChange change(const Desk& desk, const BacktestResult& result) const {
        return change_.finish(desk, result.accounts.size(), result.equity_end - result.equity_start);
    }
    // Adds what came of limits to what is already known of them.
    void report(BacktestRisk& risk) const;
    uint64_t notes_refused() const { return notes_refused_; }
    // Orders for the close whose session ended without a bar that closed with it.
    uint64_t missed_closes() const { return missed_closes_; }
    // Orders that a split took out of the market, and how many of them protected a position.
    struct CutBySplits {
        uint64_t orders = 0, stops = 0;
    };
    CutBySplits cut_by_splits() const { return cut_by_splits_; }
    // Of all strategies together.
    const DailyEquity& daily() const { return whole_.tracker.daily(); }

  private:
    // Equity and trades: of the run, and of each of several strategies.
    struct Part {
        Part(Timestamp start, Money cash) : equity(cash), equity_value(to_double(cash)), tracker(start, equity_value) {}
        void feed(Timestamp time, Money now);

        Money equity;
        double equity_value;  // the same; most bars change nothing
        EquityTracker tracker;
        RoundTripStats trips;
    };
    void read_records(ByteSpan records, const FxRates& rates);
    void report_parts(BacktestResult& result, double periods_per_year) const;
    // What is told of a time before the last one counts from that one on.
    void set_exposure(Timestamp time, bool exposed);
    double time_in_market() const;

    Timestamp start_, last_;
    Part whole_;
    std::vector<Part> parts_;  // by seat, of several
    TradeBreakdownBuilder breakdown_;
    std::vector<uint32_t> feed_series_;  // the run's series, by feed
    std::vector<BacktestGaps> gaps_;     // by series
    ExposureClock exposure_;
    Timestamp exposure_told_;  // when it was last told
    std::array<uint64_t, denial_count> denials_{};
    std::map<VenueReason, uint64_t> rejections_;
    BacktestRisk risk_;
    std::vector<Notebook> notebooks_;  // by seat
    uint64_t notes_refused_ = 0;
    uint64_t missed_closes_ = 0;
    CutBySplits cut_by_splits_;
    EquityChangeBuilder change_;
    Posting posting_;  // reused
    const BacktestProgress& progress_;
    RunKeeper* keeper_;
    OrderStory* story_;
};

}  // namespace trd
