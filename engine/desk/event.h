// What goes into the desk and what comes out. The driver numbers every input as it enters; the desk reads no clock. A
// new kind of input is a struct here and an overload of Desk::on.
#pragma once

#include <span>
#include <vector>

#include "account/account.h"
#include "market/bar.h"
#include "market/bar_schedule.h"
#include "market/ticks.h"
#include "order/raw_intent.h"
#include "record/record.h"
#include "risk/control.h"

namespace trd {

struct InputHeader {
    uint64_t number = 0;  // rises by one with every input, market data included
    Timestamp engine_time;
    Timestamp source_time;
};

// Inputs.

struct InstrumentDefined {
    Instrument instrument;  // ids are dense: 0, 1, 2 ...; a known id means changed terms
};

struct AccountOpened {
    AccountId account;
    VenueId venue;
    Currency base;
    AccountTerms terms{};
};

struct StrategyStarted {
    StrategyId strategy;
    AccountId account;
    uint16_t profile = 0;
    uint32_t incarnation = 0;  // durable before the first send; part of every order id
    // Further accounts that it trades on. An order goes to the first of its accounts that is at the instrument's venue,
    // or to `account` when none is.
    std::vector<AccountId> further_accounts{};
    bool hears_of_accounts = false;  // wants the notices that are about no order of its own
};

struct MoneyTransferred {
    AccountId account;
    Currency currency;
    Money amount;  // negative: paid out
};

// A currency sold for another at an agreed amount; both positive.
struct MoneyConverted {
    AccountId account;
    Currency sold_in;
    Money sold;
    Currency bought_in;
    Money bought;
};

// Among the prices of one instant. Between them an account is worth what it never was: one price is new, another old.
// Nobody looks at it before the last of them.
enum class AtInstant : uint8_t { alone, more_follow, last };

struct BarClosed {
    InstrumentId instrument;
    Bar bar;
    AtInstant place = AtInstant::alone;
};

// The best prices as they are now. Books are conflated to this before they are numbered.
struct QuoteChanged {
    InstrumentId instrument;
    Quote quote;
};

struct TradePrinted {
    InstrumentId instrument;
    TradeTick trade;
};

// What an instrument's owner or venue does to all who hold it. Whose kind it does not fit, it does nothing to: funding
// is for perpetuals, dividends and splits are for what is paid in full.

// Longs of a perpetual pay this share of their value to shorts, or are paid when it is negative.
struct FundingDue {
    InstrumentId instrument;
    Decimal rate;
    Price mark;  // zero: the last one seen
};

struct DividendDue {
    InstrumentId instrument;
    Price amount;  // for each unit held
};

// `ratio` new units for each old one: 2 for a two-for-one split, 0.1 for a one-for-ten; positive. Working orders in it
// are cancelled: their prices mean something else now. To be fed before the first price after it.
struct SplitDue {
    InstrumentId instrument;
    Decimal ratio;
    Price mark{};  // of an old unit, by which less than a lot is paid in cash; zero: the last one seen
};

// What one unit of `base` is worth in `quote`, another currency; positive.
struct FxRateChanged {
    Currency base, quote;
    Decimal rate;
};

// A day is over for the accounts: borrowed shares and borrowed money cost what they cost for `days` of it.
struct DayEnded {
    uint16_t days = 1;
};

// Limits that hold from now on. In a desk that has none yet, as Desk::arm().
struct LimitsChanged {
    RiskConfig config;
};

// Something that checks go by and that the desk cannot know: a venue's halt, an option's Greeks, shares to borrow.
struct ReadingGiven {
    RiskGiven reading;
};

// When the instrument trades: the session that is on, or the next one. Told before the first order, and again when it
// is over. Nothing: nobody knows.
struct SessionScheduled {
    InstrumentId instrument;
    std::optional<Session> session;
};

// A person lets go of a monitor that has acted.
struct MonitorReset {
    RiskCode code;
    std::string rule;  // the limit's name
    RiskScope scope = RiskScope::firm;
    std::string subject;  // of the scope
};

// A whole batch of one handler, copied out of the strategy's ring.
struct IntentsCommitted {
    StrategyId strategy;
    std::span<const RawIntent> intents;
};

// Anything but a fill that a venue says about an order.
struct VenueReport {
    OrderId order;
    OrderEventKind event = OrderEventKind::accept;
    VenueText venue_id{};                    // empty: not told, or not new
    Quantity quantity{};                     // replace: the new total; bust: what was annulled
    Price limit{}, trigger{};                // replace: the new ones; zero: as they were
    Quantity display{};                      // likewise
    VenueReason reason = VenueReason::none;  // of a refusal or an end
    VenueText text{};                        // the venue's own words
};

// Outputs.

enum class VenueActionKind : uint8_t { submit, cancel, amend };

struct VenueAction {
    VenueActionKind kind = VenueActionKind::submit;
    OrderId order;               // Desk::find() has the rest
    OrderAmendment amendment{};  // amend only
};

// Why something else is held than before.
enum class HoldingCause : uint8_t {
    order,  // of the strategy that is told
    other,  // an order of somebody else on the account
    desk,   // an order of the desk's own: a margin call, a monitor, the end of a bracket
    split,
};

// What a strategy is told about one of its orders.
struct Notice {
    enum class Kind : uint8_t { allowed, denied, event };
    Kind kind = Kind::event;
    OrderEventKind event = OrderEventKind::accept;  // Kind::event only
    OrderState state = OrderState::held;
    Denial denial = Denial::none;
    RiskCode check{};  // of Denial::risk
    VenueReason reason = VenueReason::none;
    StrategyId strategy{};
    InstrumentId instrument{};
    Side side = Side::buy;
    OrderType type = OrderType::market;
    TimeInForce time_in_force = TimeInForce::gtc;
    Purpose purpose = Purpose::entry;
    uint64_t handle = 0;
    Quantity quantity{}, filled{}, open{};
    Quantity fill_quantity{};
    Price fill_price{};
    Money fill_fee{};
    Liquidity fill_liquidity = Liquidity::unknown;
    Price limit{}, trigger{};
    Tag tag{};
};

// What a strategy is told about an account that it trades on; but for a margin call only if it hears_of_accounts.
// Fields that the kind does not have are empty.
struct AccountNotice {
    enum class Kind : uint8_t {
        margin_call,  // its equity has fallen below what maintenance asks for; once, until it is over
        holding,      // what is held of the instrument has changed
        funding,
        dividend,
        split,
        alarm,  // of a monitor that watches over the strategy
    };
    Kind kind = Kind::margin_call;
    StrategyId strategy{};
    AccountId account{};
    InstrumentId instrument{};                 // all but a margin call
    Money equity{}, maintenance{};             // of a margin call, in the account's base currency
    HoldingCause cause = HoldingCause::order;  // of a holding
    Quantity held_more{};                      // holding and split: what is held now less what was before
    Price price{};                             // of the trade, the mark of funding, the dividend on one unit
    Money fee{};                               // of the trade
    Tag tag{};                                 // of the order that traded
    Decimal rate{};                            // of funding; of a split the ratio
    Money amount{};                            // what came in, in the currency that the instrument settles in
    RiskCode check{};                          // of an alarm, as the rest
    RiskAlarm::Kind alarm = RiskAlarm::Kind::acted;
    RiskAction action = RiskAction::none;
    uint8_t percent = 0;
    bool is_of_one = false;  // about the instrument alone
};

// Cleared by the next input.
struct Actions {
    std::vector<VenueAction> venue;
    std::vector<Notice> notices;
    std::vector<AccountNotice> account_notices;
    std::vector<ClosedTrade> closed_trades;
    std::vector<Anomaly> anomalies;  // each one also a record; somebody must be told
    std::vector<RiskAlarm> alarms;   // likewise
    ByteSpan records;                // canonical bytes, in order

    bool is_empty() const {
        return records.empty() && venue.empty() && notices.empty() && account_notices.empty() &&
               closed_trades.empty() && anomalies.empty() && alarms.empty();
    }
    void clear() {
        venue.clear();
        notices.clear();
        account_notices.clear();
        closed_trades.clear();
        anomalies.clear();
        alarms.clear();
        records = {};
    }
};

}  // namespace trd
