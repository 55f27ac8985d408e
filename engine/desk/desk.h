// The core: one input in, actions out. No clock, no thread, no file, no network: backtest, paper, live and replay drive
// the same object. Everything it knows is in snapshot(); a run equals: run to any point, snapshot, restore, continue.
//
// The caller numbers the inputs and calls from one thread. The Actions returned live until the next call.
#pragma once

#include <vector>

#include "base/hash.h"
#include "desk/event.h"
#include "desk/intake.h"
#include "desk/order_store.h"

namespace trd {

class Desk {
  public:
    explicit Desk(uint32_t epoch = 0) : epoch_(epoch) {}

    const Actions& on(const InputHeader& input, const InstrumentDefined& event);
    const Actions& on(const InputHeader& input, const AccountOpened& event);
    const Actions& on(const InputHeader& input, const StrategyStarted& event);
    const Actions& on(const InputHeader& input, const MoneyTransferred& event);
    const Actions& on(const InputHeader& input, const BarClosed& event);
    const Actions& on(const InputHeader& input, const IntentsCommitted& event);
    const Actions& on(const InputHeader& input, const VenueReport& event);
    const Actions& on(const InputHeader& input, const Fill& event);

    const Order* find(OrderId id) const;
    const std::vector<Instrument>& instruments() const { return instruments_; }
    const std::vector<Account>& accounts() const { return accounts_; }
    // Precondition: the account has been opened.
    const Account& account(AccountId id) const;
    // Open quantity of working orders, bought minus sold.
    Quantity working(AccountId account, InstrumentId instrument) const;
    size_t order_count() const { return orders_.size(); }

    Bytes snapshot() const;
    // False, and an empty desk, when the bytes are not a snapshot of this version.
    bool restore(ByteSpan bytes);
    Digest state_hash() const;

  private:
    struct StrategyEntry {
        StrategyStarted started;
        uint64_t last_handle = 0;
    };
    // Open quantities of working orders in one instrument of one account.
    struct Working {
        Quantity buying, selling;
    };

    // Every handler begins with begin() and ends with end(); between them it works for one cause.
    void begin(const InputHeader& input, Source source);
    const Actions& end();
    RecordHeader header_for(AccountId account, uint64_t correlation = 0) const;
    RecordHeader header_for(const StoredOrder& stored) const;
    void report_anomaly(const Anomaly& anomaly, AccountId account);
    void record_posting(const Account& account, uint64_t correlation);

    void take(StrategyEntry& strategy, const RawIntent& raw);
    void take_order(StrategyEntry& strategy, const RawIntent& raw);
    void take_cancel(StrategyEntry& strategy, const RawIntent& raw);
    void cancel_order(StoredOrder& stored);
    StoredOrder* find_own(const StrategyEntry& strategy, uint64_t handle);
    // Applies, keeps the sums of working quantities and the store's list of ended orders right.
    ChangeOutcome change(StoredOrder& stored, const OrderChange& change);
    void record_event(const StoredOrder& stored, OrderEventKind event, OrderState before);
    void fill_order(const Fill& fill);
    bool is_sound(const Fill& fill);
    void tell(const Order& order, Notice notice);

    Account* account_of(AccountId id);
    const Instrument* instrument_of(InstrumentId id) const;
    StrategyEntry* strategy_of(StrategyId id);
    Working& working_slot(AccountId account, InstrumentId instrument);
    void count_working(const Order& order, Quantity before, Quantity after);
    bool load(ByteReader& in);
    bool restore_working();
    IntakePosition intake_position(AccountId account, InstrumentId instrument);

    uint32_t epoch_;
    std::vector<Instrument> instruments_;    // by id
    std::vector<Account> accounts_;          // ascending by id
    std::vector<StrategyEntry> strategies_;  // in the order of their start
    OrderStore orders_;
    std::vector<std::vector<Working>> working_;  // by position in accounts_, then by instrument
    RecordWriter writer_;
    Posting posting_;  // reused
    Actions actions_;
    RecordHeader cause_;  // what all records of the current input share
};

}  // namespace trd
