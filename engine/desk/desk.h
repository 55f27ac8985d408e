// The core: one input in, actions out. No clock, no thread, no file, no network: backtest, paper, live and replay drive
// the same object. Everything it knows is in snapshot(); a run equals: run to any point, snapshot, restore, continue.
//
// The caller numbers the inputs and calls from one thread. The Actions returned live until the next call.
//
// desk.cpp has the set-up, the market and what all handlers share; desk_intents.cpp what strategies ask for;
// desk_venue.cpp what venues say; desk_groups.cpp what follows for related orders; desk_brackets.cpp how a bracket
// ends; desk_money.cpp what moves money without a trade; desk_margin.cpp what happens to an account that cannot cover
// what it holds; desk_risk.cpp what limits forbid and what monitors do; desk_news.cpp what strategies
// hear of their accounts; desk_snapshot.cpp the rest.
#pragma once

#include <memory>
#include <vector>

#include "account/margin_sum.h"
#include "base/hash.h"
#include "desk/event.h"
#include "desk/intake.h"
#include "desk/order_groups.h"
#include "desk/order_store.h"

namespace trd {

class Desk {
  public:
    explicit Desk(uint32_t epoch = 0) : epoch_(epoch) {}

    // Limits that hold from the first input on, as part of what the desk is: they take no number. Without any, orders
    // are not asked about, at the cost of one branch.
    void arm(RiskConfig config);
    // Rules that are asked wherever limits are armed, be it none (risk/outside.h). Before arm() and restore(), which
    // keeps them; they have to live as long as the desk.
    void ask_rules(OutsideRules& rules) { rules_ = &rules; }

    const Actions& on(const InputHeader& input, const InstrumentDefined& event);
    const Actions& on(const InputHeader& input, const AccountOpened& event);
    const Actions& on(const InputHeader& input, const StrategyStarted& event);
    const Actions& on(const InputHeader& input, const MoneyTransferred& event);
    const Actions& on(const InputHeader& input, const MoneyConverted& event);
    const Actions& on(const InputHeader& input, const FundingDue& event);
    const Actions& on(const InputHeader& input, const DividendDue& event);
    const Actions& on(const InputHeader& input, const SplitDue& event);
    const Actions& on(const InputHeader& input, const FxRateChanged& event);
    const Actions& on(const InputHeader& input, const DayEnded& event);
    const Actions& on(const InputHeader& input, const BarClosed& event);
    const Actions& on(const InputHeader& input, const QuoteChanged& event);
    const Actions& on(const InputHeader& input, const TradePrinted& event);
    const Actions& on(const InputHeader& input, const IntentsCommitted& event);
    const Actions& on(const InputHeader& input, const VenueReport& event);
    const Actions& on(const InputHeader& input, const Fill& event);
    const Actions& on(const InputHeader& input, const LimitsChanged& event);
    const Actions& on(const InputHeader& input, const ReadingGiven& event);
    const Actions& on(const InputHeader& input, const SessionScheduled& event);
    const Actions& on(const InputHeader& input, const MonitorReset& event);

    // Moves the notices of the last input behind those of `queue`; where that is empty, without a copy.
    void hand_over_notices(std::vector<Notice>& queue);

    const Order* find(OrderId id) const;
    const std::vector<Instrument>& instruments() const { return instruments_; }
    const std::vector<Account>& accounts() const { return accounts_; }
    // Precondition: the account has been opened.
    const Account& account(AccountId id) const;
    const FxRates& rates() const { return rates_; }
    // What market orders on their way will add to the position: bought minus sold.
    Quantity working(AccountId account, InstrumentId instrument) const;
    Quantity working(AccountId account, InstrumentId instrument, SideBucket bucket) const;
    size_t order_count() const { return orders_.size(); }
    // Null: no limits are armed.
    const RiskControl* risk() const { return risk_.get(); }

    // For who wants the records of many inputs in one piece: from now on all stay here until they are taken, between
    // two inputs. Actions::records is the same as without it.
    void keep_records() { writer_.keep(); }
    ByteWriter& kept_records() { return writer_.kept(); }

    Bytes snapshot() const;
    // False, and an empty desk, when the bytes are not a snapshot of this version.
    bool restore(ByteSpan bytes);
    Digest state_hash() const;

  private:
    static std::vector<AccountId> accounts_of(const StrategyStarted& who);
    struct StrategyEntry {
        StrategyStarted started;
        uint64_t last_handle = 0;
    };
    // What is on its way in one instrument of one account (arriving_quantity).
    struct Working {
        Quantity buying[side_bucket_count], selling[side_bucket_count];
        Quantity net;  // bought minus sold, in all of them
    };
    // What the desk remembers of the market in one instrument.
    struct Market {
        Quote quote;                 // zero prices: none yet
        bool has_last = false;       // a bar or a trade has been seen: quotes no longer mark
        bool last_is_trade = false;  // and the last of them was a trade
    };

    // Where an account stands between a margin call and its end.
    struct MarginWatch {
        bool called = false;   // told, and not over yet
        bool unknown = false;  // told that a rate is missing, and still is
        MarginSum sum = {};
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
    void admit(const Decision& decision, uint64_t correlation);
    void protection_refused(const StrategyEntry& strategy, const RawIntent& raw, Denial denial);
    void take_change(StrategyEntry& strategy, const RawIntent& raw);
    Denial check_change(const RawIntent& raw, const StoredOrder& stored, Decision& decision) const;
    void refuse_change(const StrategyEntry& strategy, const RawIntent& raw, const StoredOrder* stored,
                       const Decision& decision);
    void cancel_order(StoredOrder& stored, VenueReason reason = VenueReason::none);
    void amend_order(StoredOrder& stored, const OrderAmendment& amendment);
    // Everything that follows for its relatives from what has happened to the order.
    void follow_up(const StoredOrder& stored);
    void steer(OrderGroups::Group& group);
    // One member, to the quantity that its group leaves it.
    void steer(StoredOrder& stored, Quantity wanted, bool is_final);
    void release(StoredOrder& stored, Quantity total);
    void ask_for(const StoredOrder& stored, Quantity total);
    // What the end of a bracket's exits means for its entry.
    StoredOrder* entry_of(const OrderIntent& exit);
    bool is_early(const OrderIntent& exit);
    void end_bracket(StoredOrder& entry, BracketPhase phase);
    void exit_traded(const Order& exit);
    void exit_ended(const Order& exit, bool asked, VenueReason reason);
    void entry_filled(const StoredOrder& entry, Quantity quantity);
    bool has_exit(const Order& entry);
    void leave_unprotected(const StoredOrder& entry, Quantity quantity);
    void finish_brackets();
    void record_decision(DecisionAction action, const StoredOrder& stored, const OrderAmendment& amendment);
    void cancel_working_in(InstrumentId instrument);
    void withdraw(OrderId id, VenueReason reason = VenueReason::none);

    // After anything that changes what an account has or holds. Costs nothing where no terms ask for a margin.
    // `changed`: what is held of it, or its price.
    void watch_margin(Account& account, std::optional<InstrumentId> changed = {}) {
        if (!watches_margin_) return;
        MarginWatch& watch = margin_watch_of(account);
        if (changed) watch.sum.touch(*changed);
        look_at_margin(account, watch);
    }
    // The same, for who looks later.
    void touch_margin(const Account& account, InstrumentId changed) {
        if (watches_margin_) margin_watch_of(account).sum.touch(changed);
    }
    MarginWatch& margin_watch_of(const Account& account) {
        return margin_watches_[static_cast<size_t>(&account - accounts_.data())];
    }
    void watch_margin_of_all();
    void note_margin_rules();
    void look_at_margin(Account& account, MarginWatch& watch);
    void tell_of_margin(const Account& account, const MarginState& state);
    void liquidate(Account& account, Money equity);
    void cancel_what_could_open(AccountId account);
    Quantity closing_already(AccountId account, InstrumentId instrument, SideBucket bucket) const;
    void close_by_force(const Account& account, InstrumentId instrument, SideBucket bucket, Quantity quantity,
                        std::string_view why);

    // Limits. Precondition of all but the first: there are some.
    RiskWorld world() const { return {accounts_, instruments_, rates_, cause_.engine_time, cause_.cause}; }
    void ask_limits(Decision& decision, uint64_t handle);
    void ask_limits_to_change(const StoredOrder& stored, Decision& decision);
    bool deny_release(StoredOrder& stored, Quantity& total);
    void apply_verdict(const RiskVerdict& verdict, Decision& decision);
    void shrink(Decision& decision, Quantity quantity) const;
    void record_what_rules_said(const OrderIntent& about);
    void record_what_watches_said();
    std::optional<Decimal> stop_distance(const OrderIntent& intent, uint64_t handle) const;
    std::optional<Decimal> stop_distance(const Order& entry, Quantity total);
    // What monitors go by has changed: of one instrument, or of anything.
    void note_change(InstrumentId instrument);
    void note_change_of_all() { changed_ = {true, std::nullopt}; }
    void watch_limits();
    void heed(const RiskAlarm& alarm);
    void record_alarm(const RiskAlarm& alarm);
    bool concerns(const RiskAlarm& alarm, AccountId account, StrategyId strategy, InstrumentId instrument) const;
    bool could_open(const Order& order) const;
    void cancel_for(const RiskAlarm& alarm, bool exits_too);
    struct Closing {
        const Account* account;
        InstrumentId instrument;
        SideBucket bucket;
        Quantity quantity;
    };
    std::vector<Closing> closings_for(const RiskAlarm& alarm) const;
    bool is_closing_for(const RiskAlarm& alarm) const;
    void close_for(const RiskAlarm& alarm);
    Quantity closable(const RiskAlarm& alarm, const Account& account, InstrumentId instrument, SideBucket bucket,
                      const Position& held) const;

    // The account that a strategy's orders in an instrument go to.
    AccountId account_for(const StrategyEntry& strategy, InstrumentId instrument) const;
    StoredOrder* find_own(const StrategyEntry& strategy, uint64_t handle);
    StoredOrder* find_own(const StrategyEntry& strategy, AccountId account, uint64_t handle);
    // Applies, keeps the sums of working quantities and the store's list of ended orders right.
    ChangeOutcome change(StoredOrder& stored, const OrderChange& change);
    void record_event(const StoredOrder& stored, OrderEventKind event, OrderState before,
                      VenueReason reason = VenueReason::none, const VenueText& text = {});
    void fill_order(const Fill& fill);
    bool is_sound(const Fill& fill);
    // What has happened to an order; the rest of a notice is how the order stands.
    struct News {
        Notice::Kind kind = Notice::Kind::event;
        OrderEventKind event = OrderEventKind::accept;  // Kind::event only
        Denial denial = Denial::none;
        RiskCode check{};  // of Denial::risk
        VenueReason reason = VenueReason::none;
        const Fill* fill = nullptr;
    };
    void tell(const Order& order, const News& news);
    static bool trades_on(const StrategyEntry& entry, AccountId account);
    void tell_about(const Account& account, AccountNotice notice, StrategyId whose = {});
    void tell_of_holding(const Account& account, const Fill& fill);
    void tell_of_alarm(const RiskAlarm& alarm);

    // In accounts_.
    size_t place_of(AccountId id) const { return id.value < places_.size() ? places_[id.value] : no_place; }
    Account& add_account(AccountId id, VenueId venue, Currency base, const AccountTerms& terms);
    Account* account_of(AccountId id);
    const Instrument* instrument_of(InstrumentId id) const;
    StrategyEntry* strategy_of(StrategyId id);
    Working& working_slot(AccountId account, InstrumentId instrument);
    const Working* working_of(AccountId account, InstrumentId instrument) const;  // null: nothing, ever
    void count_working(const Order& order, Quantity before, Quantity after);
    void save(ByteWriter& out) const;
    bool load(ByteReader& in);
    bool load_rules(ByteReader& in);
    bool load_margin(ByteReader& in);
    bool load_markets(ByteReader& in);
    bool load_risk(ByteReader& in);
    bool restore_working();
    bool groups_fit() const;
    // `looks`: whether the account still covers what it holds.
    void mark(const Instrument& instrument, Price price, bool looks = true);
    // Where quotes alone mark, by the last one; where trades do, the last one's, which is what the account went by
    // until now. Nothing where bars do: what fills inside of one says more than the close of the one before it.
    std::optional<Price> market_mark(const Account& account, const Fill& fill) const;
    IntakePosition intake_position(const StrategyEntry& strategy, AccountId account, const RawIntent& raw);
    Denial check_worth(const RawIntent& raw, AccountId account, const Instrument* instrument) const;
    void find_relatives(const StrategyEntry& strategy, const RawIntent& raw, IntakePosition& result);

    uint32_t epoch_;
    std::vector<Instrument> instruments_;  // by id
    static constexpr uint16_t no_place = UINT16_MAX;

    std::vector<Account> accounts_;          // ascending by id
    std::vector<uint16_t> places_;           // in accounts_, by id
    std::vector<StrategyEntry> strategies_;  // in the order of their start
    OrderStore orders_;
    OrderGroups groups_;
    FxRates rates_;
    std::vector<MarginWatch> margin_watches_;    // by position in accounts_
    bool watches_margin_ = false;                // some terms ask for a margin to be kept
    bool hears_of_accounts_ = false;             // some strategy does
    uint64_t own_orders_ = 0;                    // how many orders the desk has made by itself: their ids' sequence
    std::vector<Market> markets_;                // by instrument
    std::vector<std::vector<Working>> working_;  // by position in accounts_, then by instrument
    RecordWriter writer_;
    Posting posting_;  // reused
    Actions actions_;
    RecordHeader cause_;  // what all records of the current input share

    struct Changed {
        bool anything = false;
        std::optional<InstrumentId> instrument;  // nothing: everything
    };
    struct Unprotected {
        OrderIntent entry;
        Quantity quantity;
    };
    std::vector<OrderId> unwanted_entries_;  // by the current input: both are empty between inputs
    std::vector<Unprotected> unprotected_;
    std::unique_ptr<RiskControl> risk_;
    OutsideRules* rules_ = nullptr;
    std::string memory_of_rules_;       // as a snapshot had it, where nobody has brought the rules
    Changed changed_;                   // by the current input
    std::span<const RawIntent> batch_;  // that is being taken
};

}  // namespace trd
