// RiskControl in snapshots: limits by the names that their files use, then what has come of them.
#include <algorithm>

#include "risk/control.h"

namespace trd {
namespace {

constexpr size_t recent_max = 1 << 20;

void put_names(ByteWriter& out, const RiskDirectory::Names& names) {
    out.put(static_cast<uint32_t>(names.size()));
    for (const auto& [id, name] : names) {
        out.put(id);
        out.put_text(name);
    }
}
void get_names(ByteReader& in, RiskDirectory::Names& names) {
    const auto count = in.get<uint32_t>();
    for (uint32_t i = 0; i < count && in.ok(); ++i) {
        const auto id = in.get<uint32_t>();
        names.emplace_back(id, in.get_text());
    }
}

template <class T>
void get_decimal(ByteReader& in, T& value) {
    const auto read = T::checked_from_raw(in.get<Int128>());
    if (!read.ok()) return in.fail();
    value = *read;
}
template <class Enum>
void get_below(ByteReader& in, Enum& value, size_t count) {
    const auto number = in.get<uint8_t>();
    if (number >= count) return in.fail();
    value = static_cast<Enum>(number);
}

void put_limit(ByteWriter& out, const RiskLimit& limit) {
    const RiskCheck& check = risk_check_table()[limit.check];
    out.put(check.code.packed());
    out.put_text(check.rules[limit.rule].name);
    out.put(limit.scope);
    out.put_text(limit.subject);
    out.put(limit.value.raw());
    out.put(limit.setting.raw());
    out.put(static_cast<uint32_t>(limit.names.size()));
    for (const std::string& name : limit.names) out.put_text(name);
    out.put(limit.modes);
    out.put(limit.feeds);
    for (const int64_t time : {limit.from.ns, limit.until.ns, limit.reset_after.ns}) out.put(time);
    out.put(limit.action);
    out.put(limit.reset);
    out.put(limit.reduce_to.raw());
    out.put(limit.line);
}

bool find_rule(uint16_t code, std::string_view name, RiskLimit& limit) {
    const auto table = risk_check_table();
    for (uint16_t check = 0; check < table.size(); ++check)
        for (uint16_t rule = 0; rule < table[check].rules.size(); ++rule) {
            if (table[check].code.packed() != code || table[check].rules[rule].name != name) continue;
            limit.check = check;
            limit.rule = rule;
            return true;
        }
    return false;
}

void get_limit(ByteReader& in, RiskLimit& limit) {
    const auto code = in.get<uint16_t>();
    if (!find_rule(code, in.get_text(), limit)) in.fail();
    get_below(in, limit.scope, risk_scope_count);
    limit.subject = in.get_text();
    get_decimal(in, limit.value);
    get_decimal(in, limit.setting);
    const auto names = in.get<uint32_t>();
    for (uint32_t i = 0; i < names && in.ok(); ++i) limit.names.emplace_back(in.get_text());
    limit.modes = in.get<RiskModes>();
    limit.feeds = in.get<RiskFeeds>();
    for (int64_t* time : {&limit.from.ns, &limit.until.ns, &limit.reset_after.ns}) *time = in.get<int64_t>();
    get_below(in, limit.action, risk_action_count);
    get_below(in, limit.reset, risk_reset_count);
    get_decimal(in, limit.reduce_to);
    limit.line = in.get<uint32_t>();
}

void put_fills(ByteWriter& out, const std::vector<OwnFill>& fills) {
    out.put(static_cast<uint32_t>(fills.size()));
    for (const OwnFill& own : fills) {
        out.put(own.time.ns);
        out.put(own.price.raw());
        out.put(own.quantity.raw());
    }
}
void get_fills(ByteReader& in, std::vector<OwnFill>& fills) {
    const auto count = in.get<uint32_t>();
    for (uint32_t i = 0; i < count && in.ok(); ++i) {
        OwnFill& own = fills.emplace_back();
        own.time.ns = in.get<int64_t>();
        get_decimal(in, own.price);
        get_decimal(in, own.quantity);
        if (!own.quantity.is_positive()) in.fail();
    }
}

void put_interval(ByteWriter& out, const BarInterval& interval) {
    out.put(interval.open.ns);
    out.put(interval.close.ns);
}
BarInterval get_interval(ByteReader& in) {
    const Timestamp open{in.get<int64_t>()};
    return {open, {in.get<int64_t>()}};
}

// Of neither, of a session, of one with a pause.
void put_session(ByteWriter& out, const std::optional<Session>& session) {
    const bool has_pause = session && session->pause;
    out.put(static_cast<uint8_t>(session.has_value() + has_pause));
    if (session) put_interval(out, *session);
    if (has_pause) put_interval(out, *session->pause);
}
void get_session(ByteReader& in, std::optional<Session>& session) {
    const auto parts = in.get<uint8_t>();
    if (parts > 2) in.fail();
    if (parts > 0) session = Session{get_interval(in), {}};
    if (parts > 1) session->pause = get_interval(in);
}

void put_market(ByteWriter& out, const RiskMarket& market) {
    for (const int64_t number : {market.quote.time.ns, market.last_time.ns, market.fell_on, market.prior_day})
        out.put(number);
    for (const Price price : {market.quote.bid, market.quote.ask, market.last_fill, market.prior_close,
                              market.fill_price, market.fill_reference})
        out.put(price.raw());
    for (const Quantity size : {market.quote.bid_size, market.quote.ask_size}) out.put(size.raw());
    market.statistics.save(out);
    put_fills(out, market.fills);
    put_session(out, market.session);
}
void get_market(ByteReader& in, RiskMarket& market) {
    for (int64_t* number : {&market.quote.time.ns, &market.last_time.ns, &market.fell_on, &market.prior_day})
        *number = in.get<int64_t>();
    for (Price* price : {&market.quote.bid, &market.quote.ask, &market.last_fill, &market.prior_close,
                         &market.fill_price, &market.fill_reference})
        get_decimal(in, *price);
    market.set_prior_close(market.prior_close);
    for (Quantity* size : {&market.quote.bid_size, &market.quote.ask_size}) get_decimal(in, *size);
    market.statistics.load(in);
    get_fills(in, market.fills);
    get_session(in, market.session);
}

void put_recent(ByteWriter& out, const RecentOrder& sent) {
    out.put(sent.time.ns);
    out.put(sent.account.value);
    out.put(sent.strategy.value);
    out.put(sent.instrument.value);
    out.put(sent.side);
    out.put(sent.type);
    out.put(sent.limit.raw());
    out.put(sent.trigger.raw());
    out.put(sent.quantity.raw());
    out.put(sent.trail_amount.raw());
    out.put(sent.trail_percent.raw());
}
void get_recent(ByteReader& in, RecentOrder& sent) {
    sent.time.ns = in.get<int64_t>();
    sent.account.value = in.get<uint16_t>();
    sent.strategy.value = in.get<uint16_t>();
    sent.instrument.value = in.get<uint32_t>();
    get_below(in, sent.side, 2);
    get_below(in, sent.type, order_type_count);
    get_decimal(in, sent.limit);
    get_decimal(in, sent.trigger);
    get_decimal(in, sent.quantity);
    get_decimal(in, sent.trail_amount);
    get_decimal(in, sent.trail_percent);
}

void get_given(ByteReader& in, RiskGiven& given) {
    get_below(in, given.input, risk_input_count);
    get_below(in, given.scope, risk_scope_count);
    given.id = in.get<uint32_t>();
    get_decimal(in, given.value.emplace());
}

}  // namespace

void encode(ByteWriter& out, const RiskConfig& config) {
    out.put(config.setup.mode);
    out.put(config.setup.feed);
    for (const RiskDirectory::Names* names : {&config.names.accounts, &config.names.venues, &config.names.strategies})
        put_names(out, *names);
    out.put(config.limits.version);
    out.put(config.limits.day_begins.ns);
    out.put_text(config.limits.zone);
    out.put(static_cast<uint32_t>(config.limits.limits.size()));
    for (const RiskLimit& limit : config.limits.limits) put_limit(out, limit);
}

bool decode(ByteReader& in, RiskConfig& config) {
    config.setup.mode = in.get<RiskMode>();
    config.setup.feed = in.get<RiskFeed>();
    const auto mode = static_cast<uint8_t>(config.setup.mode), feed = static_cast<uint8_t>(config.setup.feed);
    if ((mode != 1 && mode != 2 && mode != 4 && mode != 8) || (feed != 1 && feed != 2 && feed != 4)) in.fail();
    for (RiskDirectory::Names* names : {&config.names.accounts, &config.names.venues, &config.names.strategies})
        get_names(in, *names);
    config.limits.version = in.get<uint32_t>();
    config.limits.day_begins.ns = in.get<int64_t>();
    config.limits.zone = in.get_text();
    const auto count = in.get<uint32_t>();
    for (uint32_t i = 0; i < count && in.ok(); ++i) get_limit(in, config.limits.limits.emplace_back());
    return in.ok();
}

void RiskControl::save(ByteWriter& out) const {
    monitors_.save(out);
    results_.save(out, book_);
    for (InstrumentId id{0}; id.value < markets_.size(); ++id.value) {
        put_market(out, markets_[id.value]);
        out.put(book_.mark(id).raw());
    }
    for (const Trader& trader : traders_)
        for (InstrumentId id{0}; id.value < markets_.size(); ++id.value)
            out.put(book_.cell(book_.index_of(RiskScope::strategy, trader.strategy.value), id).held.raw());
    out.put(feed_time_.ns);
    out.put(static_cast<uint32_t>(recent_.size()));
    for (const RecentOrder& sent : recent_) put_recent(out, sent);
    out.put(static_cast<uint32_t>(given_.size()));
    for (const RiskGiven& given : given_) {
        out.put(static_cast<uint8_t>(given.input));
        out.put(given.scope);
        out.put(given.id);
        out.put(given.value->raw());
    }
}

bool RiskControl::load(ByteReader& in, const RiskWorld& world) {
    margins_.touch_all();
    if (!monitors_.load(in) || !results_.load(in, world, book_)) return false;
    for (InstrumentId id{0}; id.value < markets_.size() && in.ok(); ++id.value) {
        get_market(in, markets_[id.value]);
        Price mark;
        get_decimal(in, mark);
        book_.mark(world, id, mark);
    }
    for (const Trader& trader : traders_)
        for (InstrumentId id{0}; id.value < markets_.size() && in.ok(); ++id.value) {
            Quantity held;
            get_decimal(in, held);
            const uint32_t owner = book_.index_of(RiskScope::strategy, trader.strategy.value);
            book_.add_held(world, owner, id, held);
        }
    feed_time_.ns = in.get<int64_t>();
    const auto recent = in.get<uint32_t>();
    if (recent > recent_max) in.fail();
    for (uint32_t i = 0; i < recent && in.ok(); ++i) get_recent(in, recent_.emplace_back());
    const auto given = in.get<uint32_t>();
    for (uint32_t i = 0; i < given && in.ok(); ++i) {
        RiskGiven read;
        get_given(in, read);
        if (in.ok()) give(read);
    }
    return in.ok();
}

}  // namespace trd
