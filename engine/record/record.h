// Every event and action in versioned canonical bytes behind one header. A record is what is hashed into a run's hash,
// and what the journal frames; its bytes never depend on the machine, the process or the mode.
//
//   header (fixed, 58 bytes), then `size` bytes of payload in the form of (kind, version).
//
// Fields are only ever added with a higher version; a reader keeps every version it has ever written.
#pragma once

#include <variant>
#include <vector>

#include "base/bytes.h"
#include "market/instrument.h"
#include "order/fill.h"
#include "order/order.h"

namespace trd {

// Append-only.
enum class RecordKind : uint16_t {
    instrument = 1,   // an instrument became known, or its terms changed
    decision = 2,     // an intent with the gate's verdict: with ALLOW this is the `sending` mark
    order_event = 3,  // an order changed state
    fill = 4,         // an execution was applied to an order and an account
    posting = 5,      // money moved: ledger entries that sum to zero in each currency
    anomaly = 6,      // something that must not happen, and was kept out or let in with a shout
    margin = 7,       // an account fell below what is asked of it, or is above it again
    risk = 8,         // a monitor warned, acted, could not see, or let go
    rule = 9,         // a rule from outside answered about an order
};

// Where an input came from.
enum class Source : uint8_t { desk, market, venue, strategy, person, timer, control };

struct RecordHeader {
    uint64_t sequence = 0;     // gapless within a stream, from 1
    uint64_t cause = 0;        // the number of the input that led to it
    uint64_t correlation = 0;  // ties everything about one order together: its decision's sequence; 0: none
    Timestamp engine_time;     // when the engine handled the cause
    Timestamp source_time;     // when it happened where it came from
    RecordKind kind = RecordKind::decision;
    uint8_t version = 1;
    Source source = Source::desk;
    uint16_t actor = 0;  // the strategy, or the person's number
    VenueId venue;
    AccountId account;
    uint32_t epoch = 0;  // of the leader that wrote it

    friend bool operator==(const RecordHeader&, const RecordHeader&) = default;
};
inline constexpr size_t record_header_bytes = 58;

enum class DecisionAction : uint8_t { submit, cancel, amend };

// Which check denied, and what it found: of Denial::risk only.
struct RiskGrounds {
    uint16_t code = 0;  // its family's letter, then its number: "R08" is 'R' * 256 + 8
    uint8_t scope = 0;  // whose limit it was: 0 the firm's, 1 an account's, 2 a venue's, 3 a strategy's, 4 an
                        // instrument's
    VenueText rule;     // the limit's name; empty: none has to be set for it
    VenueText input;    // what it could not be asked without; empty: it was asked
    Decimal found, limit;

    friend bool operator==(const RiskGrounds&, const RiskGrounds&) = default;
};

// For a cancel only intent.id (the order meant) and the strategy, account and instrument count; for an amendment the
// intent is as it was before.
struct Decision {
    DecisionAction action = DecisionAction::submit;
    OrderIntent intent;
    OrderAmendment amendment;      // of an amend
    Denial denial = Denial::none;  // none: allowed
    uint32_t limits_version = 0;
    RiskGrounds grounds{};

    friend bool operator==(const Decision&, const Decision&) = default;
};

struct OrderEvent {
    OrderId order;
    OrderEventKind event = OrderEventKind::accept;
    OrderState before = OrderState::held;
    OrderState after = OrderState::held;
    bool in_doubt = false;
    VenueReason reason = VenueReason::none;
    Quantity filled, open, cancelled;
    Price limit, trigger;  // as they are now
    VenueText text;        // the venue's own words

    friend bool operator==(const OrderEvent&, const OrderEvent&) = default;
};

// The fill, and the order after it (a fill needs no order_event beside it).
struct FillRecord {
    Fill fill;
    OrderState state_after = OrderState::partially_filled;
    Quantity filled, open;

    friend bool operator==(const FillRecord&, const FillRecord&) = default;
};

// The accounts of the double-entry ledger. Append-only.
enum class LedgerAccount : uint8_t {
    cash,
    margin,      // cash blocked as margin
    position,    // assets at cost; negative for shorts
    realized,    // income: what closed positions earned, before fees
    variation,   // income: daily settlement of margined positions
    fees,        // expense
    capital,     // what was paid in
    funding,     // income: paid between longs and shorts of a perpetual
    financing,   // expense: borrowed shares and borrowed money
    dividends,   // income; a short pays them
    conversion,  // one currency for another: the two sides stand here until they are valued
};
inline constexpr int ledger_account_count = 11;
std::string_view name_of(LedgerAccount account);

// Positive: the ledger account grows by it (debit); negative: it shrinks (credit).
struct LedgerEntry {
    LedgerAccount account = LedgerAccount::cash;
    Currency currency;
    Money amount;

    friend bool operator==(const LedgerEntry&, const LedgerEntry&) = default;
};

// Append-only.
enum class PostingReason : uint8_t {
    transfer,
    fill,
    variation,
    funding,
    borrow,
    dividend,
    split,  // only the cash paid for what is less than a lot
    interest,
    conversion,
};
inline constexpr int posting_reason_count = 9;
std::string_view name_of(PostingReason reason);

// At most this many entries: a fill that closes and reopens, with a fee in another currency and margin moved.
inline constexpr size_t posting_entries_max = 10;

struct Posting {
    PostingReason reason = PostingReason::transfer;
    InstrumentId instrument;
    std::vector<LedgerEntry> entries;

    friend bool operator==(const Posting&, const Posting&) = default;
};

struct Anomaly {
    enum class Kind : uint8_t {
        duplicate_fill,
        fill_of_unknown_order,
        overfill,
        impossible_transition,
        unknown_instrument,
        report_of_unknown_order,
        unsound_fill,    // a quantity that is not positive, or an account that is not ours
        misplaced_fill,  // booked to another side of the position than it named
        unknown_worth,   // an account's margin could not be looked at, because a rate is missing
    };
    Kind kind = Kind::duplicate_fill;
    OrderId order;
    OrderEventKind event = OrderEventKind::fill;
    OrderState state = OrderState::held;

    friend bool operator==(const Anomaly&, const Anomaly&) = default;
};
inline constexpr int anomaly_kind_count = 9;
std::string_view name_of(Anomaly::Kind kind);

// The amounts that it was decided by, in the account's base currency.
struct MarginCall {
    bool is_short = false;  // false: it is over
    Currency currency;
    Money equity, initial, maintenance;

    friend bool operator==(const MarginCall&, const MarginCall&) = default;
};

// What a monitor has said. The numbers are those of the room risk: kinds of alarm, codes, scopes, actions.
struct RiskRecord {
    uint8_t kind = 0;  // 0 a warning, 1 acted, 2 cannot see, 3 let go
    uint16_t code = 0;
    uint8_t scope = 0;
    VenueText subject;    // whose; cut off when it is longer
    VenueText rule;       // the limit's name; empty: of limits that are gone
    uint8_t percent = 0;  // of a warning: how much of the limit is used
    uint8_t action = 0;
    Decimal found, limit;

    friend bool operator==(const RiskRecord&, const RiskRecord&) = default;
};
inline constexpr int risk_record_kind_count = 4;
inline constexpr int risk_record_action_count = 9;
inline constexpr int risk_record_scope_count = 5;

// What a rule from outside can answer, or what came instead of an answer. Append-only.
enum class RuleAnswer : uint8_t {
    allow,
    deny,
    resize,         // a smaller quantity
    halt,           // this order, and what could open a position after it
    failed,         // it ended in an error
    out_of_budget,  // of time or memory
    unfit,          // what came back is no answer
};
inline constexpr int rule_answer_count = 7;
std::string_view name_of(RuleAnswer answer);
// The rule could not be asked, or did not answer.
constexpr bool is_failure(RuleAnswer answer) {
    return answer == RuleAnswer::failed || answer == RuleAnswer::out_of_budget || answer == RuleAnswer::unfit;
}
inline constexpr size_t rule_reason_bytes_max = 200;

// What a rule from outside said about an order, as it said it: an input, so that a replay needs no such rule. Or, with
// no order, about somebody whom it watches: only what is not what it said before.
struct RuleVerdict {
    OrderId order;
    VenueText rule;     // its name
    VenueText watched;  // without an order: who, of the rule's scope; empty: the firm
    RuleAnswer answer = RuleAnswer::allow;
    Quantity asked;      // what it was asked about
    Quantity resized;    // of a resize: what it wants instead
    std::string reason;  // its own words, up to rule_reason_bytes_max

    friend bool operator==(const RuleVerdict&, const RuleVerdict&) = default;
};

using Payload =
    std::variant<Instrument, Decision, OrderEvent, FillRecord, Posting, Anomaly, MarginCall, RiskRecord, RuleVerdict>;

struct Record {
    RecordHeader header;
    Payload payload;
};

// Appends records to bytes that the caller hands on (to a hash, to a journal). Gives out the sequence.
class RecordWriter {
  public:
    explicit RecordWriter(uint64_t next_sequence = 1) : next_sequence_(next_sequence) {}

    // The header's kind and sequence are filled in here; the sequence is returned.
    uint64_t write(const RecordHeader& header, const Instrument& instrument);
    uint64_t write(const RecordHeader& header, const Decision& decision);
    uint64_t write(const RecordHeader& header, const OrderEvent& event);
    uint64_t write(const RecordHeader& header, const FillRecord& fill);
    uint64_t write(const RecordHeader& header, const Posting& posting);
    uint64_t write(const RecordHeader& header, const Anomaly& anomaly);
    uint64_t write(const RecordHeader& header, const MarginCall& call);
    uint64_t write(const RecordHeader& header, const RiskRecord& risk);
    uint64_t write(const RecordHeader& header, const RuleVerdict& verdict);

    uint64_t next_sequence() const { return next_sequence_; }
    // For restore() only.
    void set_next_sequence(uint64_t next) { next_sequence_ = next; }
    // Of what begins now bytes() is. What was written before goes, unless it is kept.
    void begin() {
        if (!keeps_) out_.clear();
        begin_ = out_.size();
    }
    ByteSpan bytes() const { return out_.bytes().subspan(begin_); }
    // From now on everything stays in kept() until the caller, before a begin(), takes it.
    void keep() { keeps_ = true; }
    ByteWriter& kept() { return out_; }

  private:
    template <class P>
    uint64_t append(const RecordHeader& header, RecordKind kind, const P& payload);

    ByteWriter out_;
    size_t begin_ = 0;
    bool keeps_ = false;
    uint64_t next_sequence_;
};

enum class RecordError : uint8_t {
    truncated,  // the bytes end before the record does: a torn tail
    bad_header,
    unknown_kind,
    unknown_version,
    bad_payload,
};

// Reads the next record and advances; nothing is guessed about bytes that do not fit.
Result<Record, RecordError> read_record(ByteReader& in);

// The record at the front with its payload unread, for who passes most of them over.
struct RecordFrame {
    RecordHeader header;
    size_t bytes = 0;  // of header, size and payload
};
Result<RecordFrame, RecordError> peek_record(ByteSpan records);

// For snapshots, which keep the same values in the same form.
void encode(ByteWriter& out, const Order& order);
bool decode(ByteReader& in, Order& order);
void encode(ByteWriter& out, const Instrument& instrument);
bool decode(ByteReader& in, Instrument& instrument);

}  // namespace trd
