// Gathers what the store keeps of a run, while it runs: its orders, fills, trades and equity as packed tables, and at
// the end its plan. Orders and fills are read from the desk's own records. Owned by whoever starts the run; told by
// BacktestObserver, on the run's thread.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "account/account.h"
#include "backtest/equity_curve.h"
#include "record/record.h"
#include "store/runs.h"

namespace trd {

struct BacktestData;
struct BacktestPlan;
struct BacktestResult;
struct LoadedStrategy;
struct TradeRow;
class RuleSet;

class RunKeeper {
  public:
    // Of each table; what comes after it is counted only.
    static constexpr uint64_t rows_max = 1'000'000;

    // Rows wait in the folder for the end of the run (ChunkShelf); empty: in memory.
    explicit RunKeeper(uint64_t rows_at_most = rows_max, const std::string& folder = {});

    // `strategies`: by seat; of several each has an account of its own, numbered from 1 on.
    void begin(const BacktestData& data, Timestamp start, Money cash, const std::vector<std::string>& strategies);
    void on_equity(Timestamp time, Money equity) { curve_.feed(time, equity); }
    // With what its orders said.
    void on_trade(const ClosedTrade& trade, const TradeRow& row);
    void on_records(ByteSpan records);
    // Once, when the run has ended well.
    void finish(const BacktestPlan& plan, const std::vector<LoadedStrategy>& strategies, const RuleSet& rules,
                const BacktestData& data, const BacktestResult& result);

    // After finish(): all but a name, the version, the time and what was printed.
    KeptRun& run() { return run_; }

  private:
    struct OpenOrder {
        Timestamp time;
        OrderIntent intent;
        OrderState state = OrderState::held;
        Quantity filled = {};
        std::string_view reason = {};  // why it was denied, refused or ended
    };

    void on_record(const Record& record);
    void on_decision(const RecordHeader& header, const Decision& decision);
    void on_event(const RecordHeader& header, const OrderEvent& event);
    void on_change(const RecordHeader& header, OrderId order, OrderState state, Quantity filled);
    void on_fill(const FillRecord& record);
    void put_order(const OpenOrder& order, std::optional<Timestamp> ended);
    void put_price(Price price);
    PackedTable pack_curve() const;
    const std::string& symbol_of(InstrumentId id) const { return symbols_[id.value]; }
    // Empty: nobody's, the desk did it.
    std::string_view name_of_seat(uint32_t number) const;

    KeptRun run_;
    std::vector<std::string> symbols_;     // by instrument
    std::vector<std::string> strategies_;  // by seat
    EquityCurve curve_;
    ChunkShelf shelf_;
    TablePacker trades_, orders_, fills_;
    std::map<OrderId, OpenOrder> open_;
};

}  // namespace trd
