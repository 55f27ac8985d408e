#include "record/record.h"

#include <array>
#include <cstring>

#include "record/canonical_values.h"
#include "record/read_posting.h"

namespace trd {
namespace {

constexpr uint8_t record_version = 1;
// More than any record takes but an instrument's.
constexpr size_t record_bytes_max = 1024;

// Most orders have few of the terms that an order may have: a word says which of them follow.
enum IntentTerm : uint16_t {
    has_limit_price = 1,
    has_trigger_price = 2,
    has_trail_amount = 4,
    has_trail_percent = 8,
    has_display = 16,
    has_expiry = 32,
    has_parent = 64,
    has_group = 128,
    is_post_only = 256,
    is_reduce_only = 512,
};
constexpr uint16_t intent_terms_all = 1023;

uint16_t terms_of(const OrderIntent& intent) {
    const auto bit = [](bool set, IntentTerm term) { return set ? static_cast<uint16_t>(term) : uint16_t{0}; };
    return static_cast<uint16_t>(
        bit(!intent.limit.is_zero(), has_limit_price) | bit(!intent.trigger.is_zero(), has_trigger_price) |
        bit(!intent.trail_amount.is_zero(), has_trail_amount) |
        bit(!intent.trail_percent.is_zero(), has_trail_percent) | bit(!intent.display.is_zero(), has_display) |
        bit(intent.expires != Timestamp{}, has_expiry) | bit(!intent.parent.is_null(), has_parent) |
        bit(intent.group != 0, has_group) | bit(intent.post_only, is_post_only) |
        bit(intent.reduce_only, is_reduce_only));
}

template <class Out>
void put(Out& out, const OrderIntent& intent) {
    put(out, intent.id);
    put(out, intent.instrument);
    put(out, intent.account);
    put(out, intent.strategy);
    out.put(intent.side);
    out.put(intent.type);
    out.put(intent.time_in_force);
    out.put(intent.purpose);
    out.put(intent.bucket);
    put(out, intent.quantity);
    put(out, intent.tag);
    const uint16_t terms = terms_of(intent);
    out.put(terms);
    if (terms == 0) return;
    if ((terms & has_limit_price) != 0) put(out, intent.limit);
    if ((terms & has_trigger_price) != 0) put(out, intent.trigger);
    if ((terms & has_trail_amount) != 0) put(out, intent.trail_amount);
    if ((terms & has_trail_percent) != 0) put(out, intent.trail_percent);
    if ((terms & has_display) != 0) put(out, intent.display);
    if ((terms & has_expiry) != 0) put(out, intent.expires);
    if ((terms & has_parent) != 0) put(out, intent.parent);
    if ((terms & has_group) != 0) out.put(intent.group);
}
void get(ByteReader& in, OrderIntent& intent) {
    get(in, intent.id);
    get(in, intent.instrument);
    get(in, intent.account);
    get(in, intent.strategy);
    get_enum(in, intent.side, 2);
    get_enum(in, intent.type, order_type_count);
    get_enum(in, intent.time_in_force, time_in_force_count);
    get_enum(in, intent.purpose, purpose_count);
    get_enum(in, intent.bucket, static_cast<int>(side_bucket_count));
    get(in, intent.quantity);
    get(in, intent.tag);
    const auto terms = in.get<uint16_t>();
    if ((terms & has_limit_price) != 0) get(in, intent.limit);
    if ((terms & has_trigger_price) != 0) get(in, intent.trigger);
    if ((terms & has_trail_amount) != 0) get(in, intent.trail_amount);
    if ((terms & has_trail_percent) != 0) get(in, intent.trail_percent);
    if ((terms & has_display) != 0) get(in, intent.display);
    if ((terms & has_expiry) != 0) get(in, intent.expires);
    if ((terms & has_parent) != 0) get(in, intent.parent);
    if ((terms & has_group) != 0) intent.group = in.get<uint64_t>();
    intent.post_only = (terms & is_post_only) != 0;
    intent.reduce_only = (terms & is_reduce_only) != 0;
    if (terms > intent_terms_all || terms_of(intent) != terms) in.fail();  // one value has one form
}

template <class Out>
void put(Out& out, const OrderAmendment& amendment) {
    put(out, amendment.quantity);
    put(out, amendment.limit);
    put(out, amendment.trigger);
    put(out, amendment.display);
}
void get(ByteReader& in, OrderAmendment& amendment) {
    get(in, amendment.quantity);
    get(in, amendment.limit);
    get(in, amendment.trigger);
    get(in, amendment.display);
}

template <class Out>
void put(Out& out, const Fill& fill) {
    put(out, fill.order);
    out.put(fill.trade.number);
    put(out, fill.trade.name);
    put(out, fill.venue);
    put(out, fill.account);
    put(out, fill.instrument);
    out.put(fill.side);
    out.put(fill.bucket);
    out.put(fill.liquidity);
    put(out, fill.price);
    put(out, fill.quantity);
    put(out, fill.fee);
    put(out, fill.fee_currency);
    put(out, fill.time);
}
void get(ByteReader& in, Fill& fill) {
    get(in, fill.order);
    fill.trade.number = in.get<uint64_t>();
    get(in, fill.trade.name);
    get(in, fill.venue);
    get(in, fill.account);
    get(in, fill.instrument);
    get_enum(in, fill.side, 2);
    get_enum(in, fill.bucket, static_cast<int>(side_bucket_count));
    get_enum(in, fill.liquidity, 3);
    get(in, fill.price);
    get(in, fill.quantity);
    get(in, fill.fee);
    get(in, fill.fee_currency);
    get(in, fill.time);
}

// Most terms have no shares of value: a bit of their count says whether these follow, in each of them.
constexpr uint32_t terms_have_rates = uint32_t{1} << 31;

bool has_rates(const std::vector<Terms>& all) {
    for (const Terms& terms : all)
        if (terms.has_rates()) return true;
    return false;
}

template <class Out>
void put_rates(Out& out, const Terms& terms) {
    put(out, terms.margin_rate);
    put(out, terms.maintenance_per_unit);
    put(out, terms.maintenance_rate);
}
void get_rates(ByteReader& in, Terms& terms) {
    get(in, terms.margin_rate);
    get(in, terms.maintenance_per_unit);
    get(in, terms.maintenance_rate);
}

template <class Out>
void put(Out& out, const Terms& terms) {
    put(out, terms.valid_from);
    put(out, terms.tick);
    put(out, terms.lot);
    put(out, terms.min_quantity);
    put(out, terms.max_quantity);
    put(out, terms.min_notional);
    put(out, terms.margin_per_unit);
}
void get(ByteReader& in, Terms& terms) {
    get(in, terms.valid_from);
    get(in, terms.tick);
    get(in, terms.lot);
    get(in, terms.min_quantity);
    get(in, terms.max_quantity);
    get(in, terms.min_notional);
    get(in, terms.margin_per_unit);
}

template <class Out>
void put(Out& out, const Instrument& instrument) {
    put(out, instrument.id);
    put(out, instrument.venue);
    out.put(instrument.kind);
    out.put_text(instrument.symbol);
    put(out, instrument.base);
    put(out, instrument.quote);
    put(out, instrument.multiplier);
    for (const std::string* text : {&instrument.issuer, &instrument.sector, &instrument.zone, &instrument.calendar})
        out.put_text(*text);
    const bool rates = has_rates(instrument.terms);
    out.put(static_cast<uint32_t>(instrument.terms.size()) | (rates ? terms_have_rates : 0));
    for (const Terms& terms : instrument.terms) {
        put(out, terms);
        if (rates) put_rates(out, terms);
    }
}
void get(ByteReader& in, Instrument& instrument) {
    get(in, instrument.id);
    get(in, instrument.venue);
    get_enum(in, instrument.kind, static_cast<int>(kind_table().size()));
    instrument.symbol = in.get_text();
    get(in, instrument.base);
    get(in, instrument.quote);
    get(in, instrument.multiplier);
    for (std::string* text : {&instrument.issuer, &instrument.sector, &instrument.zone, &instrument.calendar})
        *text = in.get_text();
    const auto word = in.get<uint32_t>();
    const bool rates = (word & terms_have_rates) != 0;
    const uint32_t count = word & ~terms_have_rates;
    instrument.terms.clear();
    for (uint32_t i = 0; i < count && in.ok(); ++i) {
        get(in, instrument.terms.emplace_back());
        if (rates) get_rates(in, instrument.terms.back());
    }
    if (instrument.terms.empty() || has_rates(instrument.terms) != rates) in.fail();  // one value has one form
}

template <class Out>
void put(Out& out, const RiskGrounds& grounds) {
    out.put(grounds.code);
    out.put(grounds.scope);
    for (const VenueText& text : {grounds.rule, grounds.input}) put(out, text);
    for (const Decimal number : {grounds.found, grounds.limit}) put(out, number);
}
void get(ByteReader& in, RiskGrounds& grounds) {
    grounds.code = in.get<uint16_t>();
    grounds.scope = in.get<uint8_t>();
    for (VenueText* text : {&grounds.rule, &grounds.input}) get(in, *text);
    for (Decimal* number : {&grounds.found, &grounds.limit}) get(in, *number);
    if (grounds.scope >= risk_record_scope_count) in.fail();
}

template <class Out>
void put(Out& out, const Decision& decision) {
    out.put(decision.action);
    put(out, decision.intent);
    if (decision.action == DecisionAction::amend) put(out, decision.amendment);
    out.put(decision.denial);
    out.put(decision.limits_version);
    if (decision.denial == Denial::risk) put(out, decision.grounds);
}
void get(ByteReader& in, Decision& decision) {
    get_enum(in, decision.action, 3);
    get(in, decision.intent);
    if (decision.action == DecisionAction::amend) get(in, decision.amendment);
    get_enum(in, decision.denial, denial_count);
    decision.limits_version = in.get<uint32_t>();
    if (decision.denial == Denial::risk) get(in, decision.grounds);
}

template <class Out>
void put(Out& out, const OrderEvent& event) {
    put(out, event.order);
    out.put(event.event);
    out.put(event.before);
    out.put(event.after);
    out.put(event.in_doubt);
    out.put(event.reason);
    for (const Quantity part : {event.filled, event.open, event.cancelled}) put(out, part);
    const auto terms = static_cast<uint8_t>((event.limit.is_zero() ? 0 : 1) | (event.trigger.is_zero() ? 0 : 2) |
                                            (event.text.empty() ? 0 : 4));
    out.put(terms);
    if ((terms & 1) != 0) put(out, event.limit);
    if ((terms & 2) != 0) put(out, event.trigger);
    if ((terms & 4) != 0) put(out, event.text);
}
void get(ByteReader& in, OrderEvent& event) {
    get(in, event.order);
    get_enum(in, event.event, order_event_count);
    get_enum(in, event.before, order_state_count);
    get_enum(in, event.after, order_state_count);
    get(in, event.in_doubt);
    get_enum(in, event.reason, venue_reason_count);
    for (Quantity* part : {&event.filled, &event.open, &event.cancelled}) get(in, *part);
    const auto terms = in.get<uint8_t>();
    if ((terms & 1) != 0) get(in, event.limit);
    if ((terms & 2) != 0) get(in, event.trigger);
    if ((terms & 4) != 0) get(in, event.text);
    if (terms > 7 || ((terms & 1) != 0 && event.limit.is_zero()) || ((terms & 2) != 0 && event.trigger.is_zero()) ||
        ((terms & 4) != 0 && event.text.empty()))
        in.fail();  // one value has one form
}

template <class Out>
void put(Out& out, const FillRecord& record) {
    put(out, record.fill);
    out.put(record.state_after);
    put(out, record.filled);
    put(out, record.open);
}
void get(ByteReader& in, FillRecord& record) {
    get(in, record.fill);
    get_enum(in, record.state_after, order_state_count);
    get(in, record.filled);
    get(in, record.open);
}

template <class Out>
void put(Out& out, const Posting& posting) {
    out.put(posting.reason);
    put(out, posting.instrument);
    TRD_ASSERT(posting.entries.size() <= posting_entries_max);
    out.put(static_cast<uint8_t>(posting.entries.size()));
    for (const LedgerEntry& entry : posting.entries) {
        out.put(entry.account);
        put(out, entry.currency);
        put(out, entry.amount);
    }
}
void get(ByteReader& in, Posting& posting) {
    get_enum(in, posting.reason, posting_reason_count);
    get(in, posting.instrument);
    const auto count = in.get<uint8_t>();
    if (count > posting_entries_max) in.fail();
    for (uint8_t i = 0; i < count && in.ok(); ++i) {
        LedgerEntry& entry = posting.entries.emplace_back();
        get_enum(in, entry.account, ledger_account_count);
        get(in, entry.currency);
        get(in, entry.amount);
    }
}

template <class Out>
void put(Out& out, const Anomaly& anomaly) {
    out.put(anomaly.kind);
    put(out, anomaly.order);
    out.put(anomaly.event);
    out.put(anomaly.state);
}
void get(ByteReader& in, Anomaly& anomaly) {
    get_enum(in, anomaly.kind, anomaly_kind_count);
    get(in, anomaly.order);
    get_enum(in, anomaly.event, order_event_count);
    get_enum(in, anomaly.state, order_state_count);
}

template <class Out>
void put(Out& out, const MarginCall& call) {
    out.put(call.is_short);
    put(out, call.currency);
    for (const Money amount : {call.equity, call.initial, call.maintenance}) put(out, amount);
}
void get(ByteReader& in, MarginCall& call) {
    get(in, call.is_short);
    get(in, call.currency);
    for (Money* amount : {&call.equity, &call.initial, &call.maintenance}) get(in, *amount);
}

template <class Out>
void put(Out& out, const RiskRecord& risk) {
    for (const uint8_t number : {risk.kind, risk.scope, risk.percent, risk.action}) out.put(number);
    out.put(risk.code);
    for (const VenueText& text : {risk.subject, risk.rule}) put(out, text);
    for (const Decimal number : {risk.found, risk.limit}) put(out, number);
}
void get(ByteReader& in, RiskRecord& risk) {
    for (uint8_t* number : {&risk.kind, &risk.scope, &risk.percent, &risk.action}) *number = in.get<uint8_t>();
    risk.code = in.get<uint16_t>();
    for (VenueText* text : {&risk.subject, &risk.rule}) get(in, *text);
    for (Decimal* number : {&risk.found, &risk.limit}) get(in, *number);
    if (risk.kind >= risk_record_kind_count || risk.scope >= risk_record_scope_count ||
        risk.action >= risk_record_action_count)
        in.fail();
}

void put(ByteWriter& out, const RuleVerdict& verdict) {
    put(out, verdict.order);
    for (const VenueText& text : {verdict.rule, verdict.watched}) put(out, text);
    out.put(verdict.answer);
    for (const Quantity quantity : {verdict.asked, verdict.resized}) put(out, quantity);
    TRD_ASSERT(verdict.reason.size() <= rule_reason_bytes_max);
    out.put_text(verdict.reason);
}
void get(ByteReader& in, RuleVerdict& verdict) {
    get(in, verdict.order);
    for (VenueText* text : {&verdict.rule, &verdict.watched}) get(in, *text);
    get_enum(in, verdict.answer, rule_answer_count);
    for (Quantity* quantity : {&verdict.asked, &verdict.resized}) get(in, *quantity);
    verdict.reason = in.get_text();
    const bool is_plain = verdict.answer == RuleAnswer::resize || verdict.resized.is_zero();
    if (!is_plain || verdict.reason.size() > rule_reason_bytes_max) in.fail();
}

// Of the values that a writer fills in itself.
struct RecordStamp {
    uint64_t sequence;
    RecordKind kind;
};

// The header without the payload's size, which ends it.
constexpr size_t header_values_bytes = record_header_bytes - sizeof(uint32_t);

// The kind and the sequence are the stamp's. `at` has room for header_values_bytes.
void put_header(uint8_t* at, const RecordHeader& header, RecordStamp stamp) {
    const auto put_next = [&at](auto value) {
        std::memcpy(at, &value, sizeof value);
        at += sizeof value;
    };
    put_next(stamp.sequence);
    put_next(header.cause);
    put_next(header.correlation);
    put_next(header.engine_time.ns);
    put_next(header.source_time.ns);
    put_next(stamp.kind);
    put_next(record_version);
    put_next(header.source);
    put_next(header.actor);
    put_next(header.venue.value);
    put_next(header.account.value);
    put_next(header.epoch);
}
void get(ByteReader& in, RecordHeader& header) {
    header.sequence = in.get<uint64_t>();
    header.cause = in.get<uint64_t>();
    header.correlation = in.get<uint64_t>();
    get(in, header.engine_time);
    get(in, header.source_time);
    header.kind = in.get<RecordKind>();
    header.version = in.get<uint8_t>();
    get_enum(in, header.source, 7);
    header.actor = in.get<uint16_t>();
    get(in, header.venue);
    get(in, header.account);
    header.epoch = in.get<uint32_t>();
}

template <class Out, class P>
void put_record(Out& out, const RecordHeader& header, RecordStamp stamp, const P& payload) {
    put_header(out.extend(header_values_bytes), header, stamp);
    const size_t size_at = out.size();
    out.put(uint32_t{0});
    put(out, payload);
    out.patch(size_at, static_cast<uint32_t>(out.size() - size_at - sizeof(uint32_t)));
}

template <class P>
Payload read_as(ByteReader& in) {
    P payload;
    get(in, payload);
    return payload;
}

struct KindReader {
    RecordKind kind;
    Payload (*read)(ByteReader&);
};
constexpr std::array kind_readers = {
    KindReader{RecordKind::instrument, read_as<Instrument>},  KindReader{RecordKind::decision, read_as<Decision>},
    KindReader{RecordKind::order_event, read_as<OrderEvent>}, KindReader{RecordKind::fill, read_as<FillRecord>},
    KindReader{RecordKind::posting, read_as<Posting>},        KindReader{RecordKind::anomaly, read_as<Anomaly>},
    KindReader{RecordKind::margin, read_as<MarginCall>},      KindReader{RecordKind::risk, read_as<RiskRecord>},
    KindReader{RecordKind::rule, read_as<RuleVerdict>},
};

}  // namespace

template <class P>
uint64_t RecordWriter::append(const RecordHeader& header, RecordKind kind, const P& payload) {
    const RecordStamp stamp{next_sequence_++, kind};
    if constexpr (std::is_same_v<P, Instrument> || std::is_same_v<P, RuleVerdict>) {
        put_record(out_, header, stamp, payload);  // their texts are long
    } else {
        ByteRoom room(out_, record_bytes_max);
        put_record(room, header, stamp, payload);
    }
    return stamp.sequence;
}

uint64_t RecordWriter::write(const RecordHeader& header, const Instrument& instrument) {
    return append(header, RecordKind::instrument, instrument);
}
uint64_t RecordWriter::write(const RecordHeader& header, const Decision& decision) {
    return append(header, RecordKind::decision, decision);
}
uint64_t RecordWriter::write(const RecordHeader& header, const OrderEvent& event) {
    return append(header, RecordKind::order_event, event);
}
uint64_t RecordWriter::write(const RecordHeader& header, const FillRecord& fill) {
    return append(header, RecordKind::fill, fill);
}
uint64_t RecordWriter::write(const RecordHeader& header, const Posting& posting) {
    return append(header, RecordKind::posting, posting);
}
uint64_t RecordWriter::write(const RecordHeader& header, const Anomaly& anomaly) {
    return append(header, RecordKind::anomaly, anomaly);
}
uint64_t RecordWriter::write(const RecordHeader& header, const MarginCall& call) {
    return append(header, RecordKind::margin, call);
}
uint64_t RecordWriter::write(const RecordHeader& header, const RiskRecord& risk) {
    return append(header, RecordKind::risk, risk);
}
uint64_t RecordWriter::write(const RecordHeader& header, const RuleVerdict& verdict) {
    return append(header, RecordKind::rule, verdict);
}

Result<Record, RecordError> read_record(ByteReader& in) {
    Record record;
    if (in.left() < record_header_bytes) return Fail{RecordError::truncated};
    get(in, record.header);
    if (!in.ok()) return Fail{RecordError::bad_header};
    const auto size = in.get<uint32_t>();
    if (in.left() < size) return Fail{RecordError::truncated};
    if (record.header.version != record_version) return Fail{RecordError::unknown_version};
    for (const KindReader& reader : kind_readers) {
        if (reader.kind != record.header.kind) continue;
        const size_t payload_start = in.offset();
        record.payload = reader.read(in);
        if (!in.ok() || in.offset() - payload_start != size) return Fail{RecordError::bad_payload};
        return record;
    }
    return Fail{RecordError::unknown_kind};
}

bool read_posting(ByteSpan record, Posting& posting) {
    ByteReader in(record.subspan(record_header_bytes));
    posting.entries.clear();
    get(in, posting);
    return in.ok() && in.at_end();
}

Result<RecordFrame, RecordError> peek_record(ByteSpan records) {
    ByteReader in(records);
    RecordFrame frame;
    if (in.left() < record_header_bytes) return Fail{RecordError::truncated};
    get(in, frame.header);
    if (!in.ok()) return Fail{RecordError::bad_header};
    const auto size = in.get<uint32_t>();
    if (in.left() < size) return Fail{RecordError::truncated};
    frame.bytes = in.offset() + size;
    return frame;
}

void encode(ByteWriter& out, const Order& order) {
    put(out, order.intent);
    out.put(order.state);
    out.put(order.in_doubt);
    for (const Quantity part : {order.filled, order.open, order.cancelled, order.overfilled}) put(out, part);
    for (const Timestamp time : {order.created_at, order.changed_at}) put(out, time);
    out.put(static_cast<uint32_t>(order.venue_ids.size()));
    for (const VenueText& id : order.venue_ids) put(out, id);
    out.put(static_cast<uint32_t>(order.further_legs.size()));
    for (const Leg& leg : order.further_legs) {
        put(out, leg.instrument);
        out.put(leg.side);
        put(out, leg.ratio);
    }
}

bool decode(ByteReader& in, Order& order) {
    order = {};
    get(in, order.intent);
    get_enum(in, order.state, order_state_count);
    get(in, order.in_doubt);
    for (Quantity* part : {&order.filled, &order.open, &order.cancelled, &order.overfilled}) get(in, *part);
    for (Timestamp* time : {&order.created_at, &order.changed_at}) get(in, *time);
    const auto ids = in.get<uint32_t>();
    for (uint32_t i = 0; i < ids && in.ok(); ++i) get(in, order.venue_ids.emplace_back());
    const auto legs = in.get<uint32_t>();
    for (uint32_t i = 0; i < legs && in.ok(); ++i) {
        Leg& leg = order.further_legs.emplace_back();
        get(in, leg.instrument);
        get_enum(in, leg.side, 2);
        get(in, leg.ratio);
    }
    return in.ok();
}

void encode(ByteWriter& out, const Instrument& instrument) { put(out, instrument); }
bool decode(ByteReader& in, Instrument& instrument) {
    get(in, instrument);
    return in.ok();
}

}  // namespace trd
