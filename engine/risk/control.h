// Risk as the desk asks it: the gate, the monitors, and everything that they go by, kept current event by event. The
// desk tells it what happens and asks it before an order leaves; it does nothing by itself. Its answers follow from its
// inputs alone, so a replay gives the same ones. Called from the desk's thread.
#pragma once

#include "risk/monitors.h"
#include "risk/outside.h"
#include "risk/readings.h"

namespace trd {

// What limits of accounts, venues and strategies call them. Whoever has no name goes by the number.
struct RiskDirectory {
    using Names = std::vector<std::pair<uint32_t, std::string>>;
    Names accounts, venues, strategies;
};

struct RiskConfig {
    RiskSetup setup;
    RiskLimits limits;
    RiskDirectory names;
};

// An order that is to leave.
struct RiskOrder {
    const OrderIntent* intent = nullptr;  // of an amendment: as it would be
    DecisionAction action = DecisionAction::submit;
    Quantity traded{};    // of an amendment: what it has traded already, beside the intent's quantity
    Quantity expected{};  // what its parent will have bought, less sold, when it leaves
    std::optional<Decimal> stop_distance{};  // of the stop that comes with it
    bool only_shrinks = false;  // an amendment to less at the same prices: rules from outside are not asked
};

// A reading from outside: what the desk cannot know by itself. `id` is of the account, venue, strategy or instrument of
// the scope; of readings that are not scoped, of the instrument.
struct RiskGiven {
    RiskInput input = RiskInput::gate_state;
    RiskScope scope = RiskScope::instrument;
    uint32_t id = 0;
    std::optional<Decimal> value;  // nothing: not known any more

    friend bool operator==(const RiskGiven&, const RiskGiven&) = default;
};

class RiskControl {
  public:
    // `rules`: asked from outside; null: none. They have to live as long as this.
    explicit RiskControl(RiskConfig config, OutsideRules* rules = nullptr);

    // Who and what there is.
    void define(const RiskWorld& world, InstrumentId instrument);
    void open(const RiskWorld& world, const Account& account);
    // `accounts`: those it trades on, the usual one first.
    void start(const RiskWorld& world, StrategyId strategy, std::vector<AccountId> accounts);
    // Everything that is there already. For when limits come into a desk that has been working.
    void adopt(const RiskWorld& world, std::span<const Order* const> orders);
    void set_limits(const RiskWorld& world, RiskLimits limits);
    void give(const RiskGiven& given);
    // When the instrument trades, and from when on it does next; nothing: nobody knows.
    void schedule(InstrumentId instrument, const std::optional<Session>& session);

    // What happens. tick() comes first with every input; true when a day has begun.
    bool tick(Timestamp now) {
        if (!results_.day_has_begun(now)) return false;
        begin_day(now);
        return true;
    }
    void bar(const RiskWorld& world, InstrumentId instrument, const Bar& bar);
    void quote(const RiskWorld& world, InstrumentId instrument, const Quote& quote);
    void trade(const RiskWorld& world, InstrumentId instrument, Price price);
    // The desk has marked the instrument.
    void marked(const RiskWorld& world, InstrumentId instrument, Price price);
    // `asked`: what it may be already, because the venue has not answered yet; no quantity: nothing.
    void follow(const RiskWorld& world, const Order& order, const OrderAmendment& asked = {});
    // Booked by the account already.
    void fill(const RiskWorld& world, const Fill& fill, StrategyId strategy, const std::optional<ClosedTrade>& closed);
    // What strategies hold themselves is worth this; the accounts know it already.
    void mark_own(const RiskWorld& world, InstrumentId instrument, Price price);
    void transfer(const RiskWorld& world, AccountId account, Currency currency, Money amount);
    void fund(const RiskWorld& world, InstrumentId instrument, Decimal rate, Price mark);
    void pay_dividend(const RiskWorld& world, InstrumentId instrument, Price amount);
    void charge_borrowing(const RiskWorld& world, InstrumentId instrument, uint16_t days);
    // The accounts have been split already.
    void split(const RiskWorld& world, InstrumentId instrument, Decimal ratio);
    void rate_changed(const RiskWorld& world);
    void rejected(const RiskWorld& world, const Order& order);
    void anomaly(const RiskWorld& world, AccountId account);
    // Money of accounts has moved in ways that none of the above tells.
    void money_moved(const RiskWorld& world);

    // The verdict. What is allowed is then told to sent().
    RiskVerdict ask(const RiskWorld& world, const RiskOrder& order);
    void sent(const OrderIntent& intent, DecisionAction action, Timestamp now);
    const RiskSubject& subject_of(StrategyId strategy, InstrumentId instrument) const;
    // Of what the account holds, what is the strategy's. Where both sides are kept: of a strategy that a monitor
    // watches.
    Quantity held_by(StrategyId strategy, const Account& account, InstrumentId instrument, SideBucket bucket) const;

    // What rules from outside said in the last ask() or watch(), for the record. Empty without such rules.
    std::span<const RuleVerdict> said_by_rules() const { return outside_.said(); }
    void forget_what_was_said() { outside_.forget_what_was_said(); }

    // Whether watch() could say anything.
    bool may_say_something() const {
        return has_monitors_ || asks_outside() || results_.keeps_money() || !halts_.empty() || day_began_;
    }
    // Asks the rules from outside that watch, and the monitors of everybody in the instrument; nothing: of everybody.
    void watch(const RiskWorld& world, std::optional<InstrumentId> instrument, std::vector<RiskAlarm>& alarms);
    RiskMonitors& monitors() { return monitors_; }
    const RiskMonitors& monitors() const { return monitors_; }

    const RiskBook& book() const { return book_; }
    const RiskResults& results() const { return results_; }
    MarginBook& margins() const { return margins_; }  // what is asked of it changes nothing that anybody can see
    const RiskConfig& config() const { return config_; }
    std::vector<RiskCode> armed() const;
    std::vector<RiskCode> unarmed() const { return gate_.unarmed(); }

    void save(ByteWriter& out) const;
    // Into a control that has been made of the same config and has adopted the same world.
    bool load(ByteReader& in, const RiskWorld& world);

  private:
    struct Need : RiskNeed {
        explicit Need(const RiskNeed& need)
            : RiskNeed(need),
              tell(reading_function(need.input)),
              place(RiskInputs::place(need.input, need.scope)),
              positive(RiskInputs::has_to_be_positive(need.input)) {}

        RiskReadingFunction tell;
        size_t place;
        bool positive;
    };
    // One strategy in one instrument.
    struct Seat {
        InstrumentId instrument;
        size_t account;  // by position
        RiskSubject names;
        RiskOwners owners;
        size_t monitors;  // their number in monitors_
        const RiskPlan* plan = nullptr;
        std::vector<Need> before, always;
    };
    struct Trader {
        StrategyId strategy;
        std::vector<AccountId> accounts;
    };

    struct OwnersKey {
        AccountId account;
        StrategyId strategy;
        InstrumentId instrument;

        friend bool operator==(const OwnersKey&, const OwnersKey&) = default;
    };

    void begin_day(Timestamp now);
    void seat(const RiskWorld& world, const Trader& trader, InstrumentId instrument);
    size_t account_for(const RiskWorld& world, const Trader& trader, const Instrument& instrument) const;
    Seat* seat_of(StrategyId strategy, InstrumentId instrument);
    void compile(const RiskWorld& world);
    void keep_what_is_counted();
    void keep_what_is_needed(const RiskWorld& world, const RiskNeed& need);
    void take_up_strategies(const RiskWorld& world);
    RiskOwners owners_of(const Account& account, StrategyId strategy, InstrumentId instrument);
    // Whose doing a fill is: of the desk's own, that of the account's only strategy.
    StrategyId cause_of(StrategyId strategy, AccountId account) const;
    void take_positions(const RiskWorld& world, InstrumentId instrument);
    void watch_seat(const RiskWorld& world, Seat& seat, std::vector<RiskAlarm>& alarms);
    static const std::string* name_in(const RiskDirectory::Names& names, uint32_t id);
    RiskAsking asking(const RiskWorld& world, const Seat& seat) const;
    bool asks_outside() const { return outside_.has_rules() || monitors_.has_stops_by_rules(); }
    void keep_for_rules();  // this and the next ones: control_rules.cpp
    void keep_book_for_rules(const RiskWorld& world);
    RiskVerdict ask_outside(RiskAsking asking, Seat& seat, RiskQuery query);
    void tell_outside(const RiskAsking& asking, const Seat& seat, const RiskQuery& query);
    std::optional<Decimal> value_for_rules(const RiskQuery& query) const;
    OutsideQuestion question_of(const RiskQuery& query, const Seat& seat, const OutsideReadings& readings) const;
    void heed_halts(const Seat& seat, Timestamp now);
    void watch_outside(const RiskWorld& world, std::optional<InstrumentId> instrument);
    void watch_by(size_t rule, const RiskWorld& world, const Seat& seat);
    RiskVerdict ask_again(RiskAsking asking, Seat& seat, RiskQuery query, RiskVerdict allowed);
    // Whether all of them are known.
    bool read(const RiskAsking& asking, const std::vector<Need>& needs);
    std::optional<RiskVerdict> stopped_by_state(const RiskAsking& asking, const Seat& seat, RiskQuery query);
    bool is_given(RiskInput input) const {
        const auto index = static_cast<size_t>(input);
        return given_from_[index] != given_from_[index + 1];
    }
    const RiskGiven* given_for(const RiskAsking& asking, const RiskNeed& need) const;
    friend class ReadingsForRules;  // control_rules.cpp
    RiskMarket& market(InstrumentId instrument) { return markets_[instrument.value]; }

    RiskConfig config_;
    RiskGate gate_;
    RiskMonitors monitors_;
    OutsideGate outside_;
    std::vector<RiskAlarm> halts_;           // by rules, since the last watch(), and of rules that cannot be asked
    std::vector<std::string_view> watched_;  // by the rule that is watching
    RiskBook book_;
    RiskResults results_;
    mutable MarginBook margins_;     // what has changed is put right when it is asked for
    const RiskLimits state_limits_;  // R02 and nothing else: what state_plan_ is made of
    const RiskPlan state_plan_;
    const std::vector<Need> state_needs_;
    RiskInputs inputs_;
    std::vector<RiskMarket> markets_;  // by instrument
    std::vector<Trader> traders_;
    std::vector<Seat> seats_;
    std::vector<std::vector<uint32_t>> seat_index_;  // by strategy, then by instrument
    // The last ones that were asked for, of no strategy and of one.
    std::array<std::optional<std::pair<OwnersKey, RiskOwners>>, 2> last_owners_;
    std::vector<RiskGiven> given_;                             // by input, scope and id
    std::array<uint32_t, risk_input_count + 1> given_from_{};  // where those of an input begin in it
    std::vector<RecentOrder> recent_;                          // oldest first
    Duration recent_kept_;                                     // how long; zero: nobody asks
    Duration fills_kept_;                                      // the same, of RiskMarket::fills
    Timestamp feed_time_{INT64_MIN};
    bool day_began_ = false;  // and the monitors have not heard of it
    bool has_monitors_ = false, keeps_statistics_ = false, rules_watch_ = false;
    bool watches_silence_ = false;  // some monitor goes by what does not happen
};

// Limits as canonical bytes, for snapshots. False when the bytes are of no limits that this table has.
void encode(ByteWriter& out, const RiskConfig& config);
bool decode(ByteReader& in, RiskConfig& config);

}  // namespace trd
