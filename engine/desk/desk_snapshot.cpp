#include "desk/desk.h"

namespace trd {
namespace {
constexpr uint32_t snapshot_magic = 0x53445254;  // "TRDS"
constexpr uint32_t snapshot_version = 10;

}  // namespace

// What rules from outside remember is theirs: no answer of the desk's follows from it.
Bytes Desk::snapshot() const {
    ByteWriter out;
    save(out);
    out.put_text(rules_ == nullptr ? memory_of_rules_ : rules_->memory());
    return out.take();
}

void Desk::save(ByteWriter& out) const {
    out.put(snapshot_magic);
    out.put(snapshot_version);
    out.put(epoch_);
    out.put(writer_.next_sequence());
    out.put(static_cast<uint32_t>(instruments_.size()));
    for (const Instrument& instrument : instruments_) encode(out, instrument);
    out.put(static_cast<uint32_t>(accounts_.size()));
    for (const Account& account : accounts_) {
        out.put(account.id().value);
        out.put(account.venue().value);
        out.put(account.base().packed());
        encode(out, account.terms());
        account.save(out);
    }
    for (const MarginWatch& watch : margin_watches_)
        for (const bool flag : {watch.called, watch.unknown}) out.put(static_cast<uint8_t>(flag));
    rates_.save(out);
    out.put(own_orders_);
    out.put(static_cast<uint32_t>(strategies_.size()));
    for (const StrategyEntry& entry : strategies_) {
        out.put(entry.started.strategy.value);
        out.put(entry.started.account.value);
        out.put(entry.started.profile);
        out.put(entry.started.incarnation);
        out.put(entry.last_handle);
        out.put(static_cast<uint32_t>(entry.started.further_accounts.size()));
        for (const AccountId further : entry.started.further_accounts) out.put(further.value);
        out.put(entry.started.hears_of_accounts);
    }
    orders_.save(out);
    groups_.save(out);
    for (const Market& market : markets_) {
        out.put(static_cast<uint8_t>(market.has_last ? 1 + (market.last_is_trade ? 1 : 0) : 0));
        out.put(market.quote.time.ns);
        for (const Price price : {market.quote.bid, market.quote.ask}) out.put(price.raw());
        for (const Quantity size : {market.quote.bid_size, market.quote.ask_size}) out.put(size.raw());
    }
    out.put(risk_ != nullptr);
    if (risk_ != nullptr) {
        encode(out, risk_->config());
        risk_->save(out);
    }
}

bool Desk::restore(ByteSpan bytes) {
    OutsideRules* const rules = rules_;
    *this = Desk(0);
    rules_ = rules;
    ByteReader in(bytes);
    try {
        if (load(in) && load_rules(in) && in.at_end()) return true;
    } catch (const DecimalOverflow&) {
        // Quantities that no desk could have: refused like any other nonsense.
    }
    *this = Desk(0);
    rules_ = rules;
    return false;
}

bool Desk::load(ByteReader& in) {
    if (in.get<uint32_t>() != snapshot_magic || in.get<uint32_t>() != snapshot_version) return false;
    epoch_ = in.get<uint32_t>();
    writer_.set_next_sequence(in.get<uint64_t>());
    const auto instrument_count = in.get<uint32_t>();
    for (uint32_t i = 0; i < instrument_count && in.ok(); ++i)
        if (!decode(in, instruments_.emplace_back()) || instruments_.back().id.value != i) return false;
    const auto account_count = in.get<uint32_t>();
    for (uint32_t i = 0; i < account_count; ++i) {
        const AccountId id{in.get<uint16_t>()};
        const VenueId venue{in.get<uint16_t>()};
        if (!accounts_.empty() && !(accounts_.back().id() < id)) return false;
        const Currency base = Currency::from_packed(in.get<uint64_t>());
        AccountTerms terms;
        if (!decode(in, terms)) return false;
        if (!add_account(id, venue, base, terms).load(in, instruments_)) return false;
    }
    if (!load_margin(in)) return false;
    const auto strategy_count = in.get<uint32_t>();
    for (uint32_t i = 0; i < strategy_count && in.ok(); ++i) {
        StrategyEntry entry;
        entry.started.strategy.value = in.get<uint16_t>();
        entry.started.account.value = in.get<uint16_t>();
        entry.started.profile = in.get<uint16_t>();
        entry.started.incarnation = in.get<uint32_t>();
        entry.last_handle = in.get<uint64_t>();
        const auto further = in.get<uint32_t>();
        for (uint32_t k = 0; k < further && in.ok(); ++k)
            if (account_of(entry.started.further_accounts.emplace_back(AccountId{in.get<uint16_t>()})) == nullptr)
                return false;
        entry.started.hears_of_accounts = in.get_bool();
        hears_of_accounts_ = hears_of_accounts_ || entry.started.hears_of_accounts;
        if (strategy_of(entry.started.strategy) != nullptr || account_of(entry.started.account) == nullptr)
            return false;
        strategies_.push_back(entry);
    }
    return in.ok() && orders_.load(in) && restore_working() && groups_.load(in) && groups_fit() && load_markets(in) &&
           load_risk(in);
}

bool Desk::load_margin(ByteReader& in) {
    for (MarginWatch& watch : margin_watches_)
        for (bool* flag : {&watch.called, &watch.unknown}) {
            const auto byte = in.get<uint8_t>();
            if (byte > 1) return false;
            *flag = byte == 1;
        }
    note_margin_rules();
    const bool rates_fit = rates_.load(in);
    own_orders_ = in.get<uint64_t>();
    return rates_fit && in.ok();
}

bool Desk::load_markets(ByteReader& in) {
    markets_.resize(instruments_.size());
    for (Market& market : markets_) {
        const auto has_last = in.get<uint8_t>();
        if (has_last > 2) return false;
        market.has_last = has_last != 0;
        market.last_is_trade = has_last == 2;
        market.quote.time.ns = in.get<int64_t>();
        for (Price* price : {&market.quote.bid, &market.quote.ask}) *price = Price::from_raw(in.get<Int128>());
        for (Quantity* size : {&market.quote.bid_size, &market.quote.ask_size})
            *size = Quantity::from_raw(in.get<Int128>());
    }
    return in.ok();
}

bool Desk::load_risk(ByteReader& in) {
    const auto armed = in.get<uint8_t>();
    if (armed != 1) return armed == 0 && in.ok();
    RiskConfig config;
    if (!decode(in, config)) return false;
    arm(std::move(config));
    return risk_->load(in, world());
}

bool Desk::load_rules(ByteReader& in) {
    memory_of_rules_ = in.get_text();
    return in.ok() && (rules_ == nullptr || rules_->remember(memory_of_rules_));
}

bool Desk::restore_working() {
    for (const StoredOrder* stored : orders_.sorted()) {
        const Order& order = stored->order;
        if (account_of(order.intent.account) == nullptr) return false;
        // A denied order may have asked for an instrument that does not exist; nothing else may.
        if (order.state != OrderState::denied && instrument_of(order.intent.instrument) == nullptr) return false;
        count_working(order, Quantity::zero(), arriving_quantity(order));
    }
    return true;
}

// Members of groups are orders that are yet to end.
bool Desk::groups_fit() const {
    bool fit = true;
    groups_.for_each_member([&](OrderId id) {
        const Order* const member = find(id);
        fit = fit && member != nullptr && !is_terminal(member->state);
    });
    return fit;
}

Digest Desk::state_hash() const {
    ByteWriter out;
    save(out);
    return sha256(out.bytes());
}

}  // namespace trd
