// Random values of everything that a record or a snapshot can hold, the extremes often.
#pragma once

#include <string>

#include "record/record.h"
#include "support/random.h"

namespace trd::testing {

class RandomValues {
  public:
    explicit RandomValues(uint64_t seed) : random(seed) {}

    template <class T>
    T decimal() {
        const auto wide = static_cast<Int128>(static_cast<UInt128>(random.next()) << 64 | random.next());
        switch (random.below(5)) {
            case 0:
                return T::zero();
            case 1:
                return random.chance(50) ? T::max() : -T::max();
            case 2:
                return T::from_units(random.between(-1000, 1000));
            default:
                return T::from_raw(wide % decimal_max_raw);
        }
    }
    uint64_t number() { return random.chance(20) ? UINT64_MAX : random.next() >> random.below(64); }
    Timestamp time() { return {random.chance(20) ? INT64_MIN : static_cast<int64_t>(random.next())}; }
    template <class Enum>
    Enum one_of(int count) {
        return static_cast<Enum>(random.below(static_cast<uint64_t>(count)));
    }
    template <size_t capacity>
    FixedText<capacity> text() {
        FixedText<capacity> made;
        std::string wanted(random.chance(20) ? capacity : random.below(capacity + 1), '\0');
        for (char& c : wanted) c = static_cast<char>(random.next());
        (void)made.assign(wanted);
        return made;
    }
    Currency currency() {
        std::string code;
        for (uint64_t n = random.below(9); n > 0; --n) code += static_cast<char>('A' + random.below(26));
        return Currency::literal(code);
    }
    OrderId order_id() {
        if (random.chance(10)) return {};
        return OrderId::pack({.profile = static_cast<uint16_t>(random.below(1 << 14)),
                              .account = {static_cast<uint16_t>(random.below(1 << 10))},
                              .strategy = {static_cast<uint16_t>(random.below(1 << 12))},
                              .purpose = one_of<Purpose>(purpose_count),
                              .incarnation = static_cast<uint32_t>(random.below(1 << 28)),
                              .sequence = random.below(uint64_t{1} << 44)});
    }
    InstrumentId instrument_id() { return {static_cast<uint32_t>(number())}; }
    AccountId account_id() { return {static_cast<uint16_t>(random.next())}; }
    VenueId venue_id() { return {static_cast<uint16_t>(random.next())}; }
    Side side() { return one_of<Side>(2); }

    OrderIntent intent() {
        OrderIntent made;
        made.id = order_id();
        made.instrument = instrument_id();
        made.account = account_id();
        made.strategy = {static_cast<uint16_t>(random.next())};
        made.side = side();
        made.type = one_of<OrderType>(order_type_count);
        made.time_in_force = one_of<TimeInForce>(time_in_force_count);
        made.purpose = one_of<Purpose>(purpose_count);
        made.bucket = one_of<SideBucket>(static_cast<int>(side_bucket_count));
        made.post_only = random.chance(50);
        made.reduce_only = random.chance(50);
        made.quantity = decimal<Quantity>();
        if (random.chance(50)) made.limit = decimal<Price>();
        if (random.chance(50)) made.trigger = decimal<Price>();
        if (random.chance(30)) made.trail_amount = decimal<Price>();
        if (random.chance(30)) made.trail_percent = decimal<Decimal>();
        if (random.chance(30)) made.display = decimal<Quantity>();
        if (random.chance(30)) made.expires = time();
        if (random.chance(30)) made.parent = order_id();
        if (random.chance(30)) made.group = number();
        made.tag = text<Tag::max_size()>();
        return made;
    }
    OrderAmendment amendment() {
        return {decimal<Quantity>(), decimal<Price>(), decimal<Price>(), decimal<Quantity>()};
    }
    Order order() {
        Order made;
        made.intent = intent();
        made.state = one_of<OrderState>(order_state_count);
        made.in_doubt = random.chance(50);
        made.filled = decimal<Quantity>();
        made.open = decimal<Quantity>();
        made.cancelled = decimal<Quantity>();
        made.overfilled = decimal<Quantity>();
        made.created_at = time();
        made.changed_at = time();
        for (uint64_t n = random.below(4); n > 0; --n) made.venue_ids.push_back(text<VenueText::max_size()>());
        for (uint64_t n = random.below(3); n > 0; --n)
            made.further_legs.push_back({instrument_id(), side(), decimal<Quantity>()});
        return made;
    }
    Terms terms() {
        Terms made{time(),           decimal<Price>(), decimal<Quantity>(), decimal<Quantity>(), decimal<Quantity>(),
                   decimal<Money>(), decimal<Money>()};
        if (random.chance(70)) return made;
        made.margin_rate = decimal<Decimal>();
        made.maintenance_per_unit = decimal<Money>();
        made.maintenance_rate = decimal<Decimal>();
        return made;
    }
    Instrument instrument() {
        Instrument made;
        made.id = instrument_id();
        made.venue = venue_id();
        made.kind = one_of<InstrumentKind>(static_cast<int>(kind_table().size()));
        made.symbol.assign(random.below(40), static_cast<char>(random.next()));
        made.base = currency();
        made.quote = currency();
        made.multiplier = decimal<Decimal>();
        for (std::string* text : {&made.issuer, &made.sector, &made.zone, &made.calendar})
            text->assign(random.below(30), static_cast<char>(random.next()));
        for (uint64_t n = random.below(4) + 1; n > 0; --n) made.terms.push_back(terms());
        return made;
    }
    Decision decision() {
        Decision made;
        made.action = one_of<DecisionAction>(3);
        made.intent = intent();
        if (made.action == DecisionAction::amend) made.amendment = amendment();
        made.denial = one_of<Denial>(denial_count);
        made.limits_version = static_cast<uint32_t>(number());
        if (made.denial == Denial::risk)
            made.grounds = {static_cast<uint16_t>(random.next()),
                            static_cast<uint8_t>(random.below(5)),
                            text<VenueText::max_size()>(),
                            text<VenueText::max_size()>(),
                            decimal<Decimal>(),
                            decimal<Decimal>()};
        return made;
    }
    OrderEvent order_event() {
        OrderEvent made;
        made.order = order_id();
        made.event = one_of<OrderEventKind>(order_event_count);
        made.before = one_of<OrderState>(order_state_count);
        made.after = one_of<OrderState>(order_state_count);
        made.in_doubt = random.chance(50);
        made.reason = one_of<VenueReason>(venue_reason_count);
        made.filled = decimal<Quantity>();
        made.open = decimal<Quantity>();
        made.cancelled = decimal<Quantity>();
        if (random.chance(50)) made.limit = decimal<Price>();
        if (random.chance(50)) made.trigger = decimal<Price>();
        if (random.chance(30)) made.text = text<VenueText::max_size()>();
        return made;
    }
    Fill fill() {
        Fill made;
        made.order = order_id();
        made.trade = {number(), text<VenueText::max_size()>()};
        made.venue = venue_id();
        made.account = account_id();
        made.instrument = instrument_id();
        made.side = side();
        made.bucket = one_of<SideBucket>(static_cast<int>(side_bucket_count));
        made.liquidity = one_of<Liquidity>(3);
        made.price = decimal<Price>();
        made.quantity = decimal<Quantity>();
        made.fee = decimal<Money>();
        made.fee_currency = currency();
        made.time = time();
        return made;
    }
    FillRecord fill_record() {
        return {fill(), one_of<OrderState>(order_state_count), decimal<Quantity>(), decimal<Quantity>()};
    }
    Posting posting() {
        Posting made;
        made.reason = one_of<PostingReason>(posting_reason_count);
        made.instrument = instrument_id();
        for (uint64_t n = random.below(posting_entries_max + 1); n > 0; --n)
            made.entries.push_back({one_of<LedgerAccount>(ledger_account_count), currency(), decimal<Money>()});
        return made;
    }
    Anomaly anomaly() {
        return {one_of<Anomaly::Kind>(anomaly_kind_count), order_id(), one_of<OrderEventKind>(order_event_count),
                one_of<OrderState>(order_state_count)};
    }
    MarginCall margin_call() {
        return {random.chance(50), currency(), decimal<Money>(), decimal<Money>(), decimal<Money>()};
    }
    RiskRecord risk_record() {
        return {static_cast<uint8_t>(random.below(risk_record_kind_count)),
                static_cast<uint16_t>(random.next()),
                static_cast<uint8_t>(random.below(risk_record_scope_count)),
                text<VenueText::max_size()>(),
                text<VenueText::max_size()>(),
                static_cast<uint8_t>(random.next()),
                static_cast<uint8_t>(random.below(risk_record_action_count)),
                decimal<Decimal>(),
                decimal<Decimal>()};
    }
    RuleVerdict rule_verdict() {
        RuleVerdict made;
        made.order = order_id();
        made.rule = text<VenueText::max_size()>();
        made.watched = text<VenueText::max_size()>();
        made.answer = one_of<RuleAnswer>(rule_answer_count);
        made.asked = decimal<Quantity>();
        if (made.answer == RuleAnswer::resize) made.resized = decimal<Quantity>();
        made.reason = std::string(random.below(rule_reason_bytes_max + 1), 'r');
        return made;
    }
    Payload payload() {
        switch (random.below(9)) {
            case 8:
                return rule_verdict();
            case 7:
                return risk_record();
            case 6:
                return margin_call();
            case 0:
                return instrument();
            case 1:
                return decision();
            case 2:
                return order_event();
            case 3:
                return fill_record();
            case 4:
                return posting();
            default:
                return anomaly();
        }
    }
    // The writer fills in kind and sequence.
    RecordHeader header() {
        RecordHeader made;
        made.cause = number();
        made.correlation = number();
        made.engine_time = time();
        made.source_time = time();
        made.source = one_of<Source>(7);
        made.actor = static_cast<uint16_t>(random.next());
        made.venue = venue_id();
        made.account = account_id();
        made.epoch = static_cast<uint32_t>(number());
        return made;
    }

    Random random;
};

inline bool same(const Terms& a, const Terms& b) {
    return a.valid_from == b.valid_from && a.tick == b.tick && a.lot == b.lot && a.min_quantity == b.min_quantity &&
           a.max_quantity == b.max_quantity && a.min_notional == b.min_notional &&
           a.margin_per_unit == b.margin_per_unit && a.margin_rate == b.margin_rate &&
           a.maintenance_per_unit == b.maintenance_per_unit && a.maintenance_rate == b.maintenance_rate;
}
inline bool same(const Instrument& a, const Instrument& b) {
    if (a.terms.size() != b.terms.size()) return false;
    for (size_t i = 0; i < a.terms.size(); ++i)
        if (!same(a.terms[i], b.terms[i])) return false;
    return a.id == b.id && a.venue == b.venue && a.kind == b.kind && a.symbol == b.symbol && a.base == b.base &&
           a.quote == b.quote && a.multiplier == b.multiplier && a.issuer == b.issuer && a.sector == b.sector &&
           a.zone == b.zone && a.calendar == b.calendar;
}
template <class T>
bool same(const T& a, const T& b) {
    return a == b;
}
inline bool same(const Payload& a, const Payload& b) {
    if (a.index() != b.index()) return false;
    return std::visit([&](const auto& value) { return same(value, std::get<std::decay_t<decltype(value)>>(b)); }, a);
}

inline uint64_t write(RecordWriter& writer, const RecordHeader& header, const Payload& payload) {
    return std::visit([&](const auto& value) { return writer.write(header, value); }, payload);
}

}  // namespace trd::testing
