#include "risk/margin_book.h"

#include <algorithm>

namespace trd {
namespace {

constexpr auto account_scope = static_cast<size_t>(RiskScope::account);

// One instrument of one account.
struct Place {
    const RiskBook& book;
    const RiskWorld& world;
    const Account& account;
    const Instrument& instrument;

    Price mark() const { return book.mark(instrument.id); }
    bool is_paid() const { return instrument.valuation() == Valuation::paid; }
    uint32_t owner() const { return book.index_of(RiskScope::account, account.id().value); }
    // Where the account can hold something.
    std::span<const SideBucket> buckets() const {
        static constexpr SideBucket both[] = {SideBucket::long_side, SideBucket::short_side}, all[] = {SideBucket::net};
        return account.terms().hedging ? std::span<const SideBucket>(both) : std::span<const SideBucket>(all);
    }
    std::optional<Money> in_base(Money amount) const {
        return world.rates.convert(amount, settlement_currency(instrument), account.base());
    }
    template <class Visit>
    void each_order(Visit visit) const {
        const uint32_t own = owner();
        for (const RiskBook::WorkingOrder& order : book.orders_in(instrument.id))
            if (order.owners[account_scope] == own) visit(order);
    }
};

// Of the prices at which it could trade the one that makes it the most, as an order that asks is valued.
Price worst_price_of(const Instrument& instrument, const RiskBook::WorkingOrder& order, Price mark) {
    if (order.price.is_zero()) return mark;
    if (is_inverse(instrument.kind)) return mark.is_zero() ? order.price : std::min(order.price, mark);
    return order.has_limit && order.side == Side::buy ? order.price : std::max(order.price, mark);
}

// In the settlement currency.
std::optional<Money> worth_of(const Instrument& instrument, const RiskBook::WorkingOrder& order, Price mark) {
    const Price price = worst_price_of(instrument, order, mark);
    return price.is_zero() ? std::nullopt : std::optional(notional_of(instrument, price, order.open));
}

std::optional<Money> worth_of(const Place& place, const RiskBook::WorkingOrder& order) {
    const auto worth = worth_of(place.instrument, order, place.mark());
    return worth ? place.in_base(*worth) : std::nullopt;
}

std::optional<Money> margin_of_unit(const Place& place) {
    if (place.mark().is_zero()) return std::nullopt;
    Position one;
    one.quantity = Quantity::from_units(1);
    one.market_value = value_of(place.instrument, place.mark(), one.quantity);
    return place.in_base(margin_need(one, place.instrument, place.account.terms(), place.world.now).initial);
}

// What of a position's maintenance moves with its price: the more of it a short position needs, the further the price
// has gone against it, and the less of it a long one. `maintenance`: all of it.
Money maintenance_by_price(const Place& place, const Position& held, Money maintenance) {
    if (is_inverse(place.instrument.kind)) return {};
    if (!place.is_paid())
        maintenance = multiply(abs(held.market_value), place.instrument.terms_at(place.world.now).maintenance_rate);
    return held.quantity.is_negative() ? maintenance : -maintenance;
}

// Of a position whose maintenance is known.
void add_sizes(MarginAmounts& amounts, const Place& place, const Position& held, Money need, MarginPart size,
               MarginPart maintenance) {
    amounts.add(maintenance, place.in_base(need));
    amounts.add(size, place.in_base(abs(held.market_value) + maintenance_by_price(place, held, need)));
}

void add_held(MarginAmounts& amounts, const Place& place) {
    for (const SideBucket bucket : place.buckets()) {
        const Position& held = place.account.position(place.instrument.id, bucket);
        if (held.is_flat()) continue;
        const MarginNeed need = margin_need(held, place.instrument, place.account.terms(), place.world.now);
        add_sizes(amounts, place, held, need.maintenance, MarginPart::size, MarginPart::maintenance);
        amounts.add(MarginPart::initial, place.in_base(need.initial));
    }
}

// What is sold short takes its price as well where shares are held on margin: what sells beyond what is held.
void add_reserved_for_shorts(MarginAmounts& amounts, const Place& place) {
    if (place.account.terms().initial_rate.is_zero() || !place.is_paid()) return;
    Quantity beyond = std::min(-place.account.held(place.instrument.id), Quantity::zero());
    place.each_order([&](const RiskBook::WorkingOrder& order) {
        if (order.has_left && order.side == Side::sell && !order.reduce_only) beyond += order.open;
    });
    if (beyond.is_positive())
        amounts.add(MarginPart::reserved,
                    place.book.value_of(place.world, place.instrument.id, beyond, place.account.base()));
}

// Paid in full, buying takes its price; else what it blocks. What only reduces takes nothing.
void add_working(MarginAmounts& amounts, const Place& place) {
    place.each_order([&](const RiskBook::WorkingOrder& order) {
        if (order.reduce_only) return;
        const auto unit = margin_of_unit(place);
        const auto margin = unit ? std::optional(multiply(order.open, *unit)) : std::nullopt;
        amounts.add(MarginPart::working, margin);
        if (!place.is_paid())
            amounts.add(MarginPart::reserved, margin);
        else if (order.side == Side::buy)
            amounts.add(MarginPart::reserved, worth_of(place, order));
    });
}

void add_exposed(MarginAmounts& amounts, const Place& place, const OrderIntent* order) {
    for (const SideBucket bucket : place.buckets()) {
        Position held;
        held.quantity = largest_held(place.book, place.account, place.instrument.id, bucket, order);
        if (held.is_flat()) continue;
        const auto worth =
            place.book.value_of(place.world, place.instrument.id, held.quantity, settlement_currency(place.instrument));
        if (!worth) {
            for (const MarginPart part : {MarginPart::exposed_size, MarginPart::exposed_maintenance})
                amounts.add(part, std::nullopt);
            continue;
        }
        held.market_value = *worth;
        const Money need = maintenance_need(held, place.instrument, place.account.terms(), place.world.now);
        add_sizes(amounts, place, held, need, MarginPart::exposed_size, MarginPart::exposed_maintenance);
    }
}

MarginAmounts amounts_of(const Place& place) {
    MarginAmounts amounts;
    add_held(amounts, place);
    add_reserved_for_shorts(amounts, place);
    add_working(amounts, place);
    add_exposed(amounts, place, nullptr);
    return amounts;
}

}  // namespace

std::optional<Money> unit_margin(const RiskBook& book, const RiskWorld& world, const Account& account,
                                 const Instrument& instrument) {
    return margin_of_unit({book, world, account, instrument});
}

Quantity largest_held(const RiskBook& book, const Account& account, InstrumentId instrument, SideBucket bucket,
                      const OrderIntent* order) {
    const uint32_t owner = book.index_of(RiskScope::account, account.id().value);
    RiskReach reach(account.position(instrument, bucket).quantity);
    for (const RiskBook::WorkingOrder& each : book.orders_in(instrument))
        if (each.has_left && !each.reduce_only && each.bucket == bucket && each.owners[account_scope] == owner)
            reach.fill(each.side, each.open);
    if (order != nullptr && order->instrument == instrument && order->bucket == bucket && !order->reduce_only)
        reach.fill(order->side, order->quantity);
    return reach.largest();
}

MarginAmounts& MarginAmounts::operator+=(const MarginAmounts& other) {
    for (size_t i = 0; i < margin_part_count; ++i) {
        known_[i] += other.known_[i];
        unknown_[i] += other.unknown_[i];
    }
    return *this;
}

MarginAmounts& MarginAmounts::operator-=(const MarginAmounts& other) {
    for (size_t i = 0; i < margin_part_count; ++i) {
        known_[i] -= other.known_[i];
        unknown_[i] -= other.unknown_[i];
    }
    return *this;
}

std::optional<Money> MarginAmounts::with(MarginPart part, const MarginAmounts& was, const MarginAmounts& is) const {
    const auto index = static_cast<size_t>(part);
    if (unknown_[index] - was.unknown_[index] + is.unknown_[index] != 0) return std::nullopt;
    return known_[index] - was.known_[index] + is.known_[index];
}

void MarginBook::begin_anew(const RiskWorld& world) {
    const size_t count = world.instruments.size();
    accounts_.assign(world.accounts.size(), {{}, std::vector<MarginAmounts>(count)});
    shares_.assign(count, {});
    worths_.clear();
    until_ = Timestamp{INT64_MAX};
}

void MarginBook::put_right_what_changed(const RiskBook& book, const RiskWorld& world) {
    if (world.now >= until_) [[unlikely]]
        touched_.touch_all();
    if (touched_.all()) [[unlikely]]
        begin_anew(world);
    touched_.take(world.instruments, [&](const Instrument& instrument) { put_right(book, world, instrument); });
}

void MarginBook::put_right(const RiskBook& book, const RiskWorld& world, const Instrument& instrument) {
    until_ = std::min(until_, instrument.next_terms_after(world.now));
    for (size_t i = 0; i < accounts_.size(); ++i) {
        OfAccount& of = accounts_[i];
        MarginAmounts& part = of.parts[instrument.id.value];
        of.sums -= part;
        part = amounts_of({book, world, world.accounts[i], instrument});
        of.sums += part;
    }
    value_orders(book, world, instrument);
}

void MarginBook::value_orders(const RiskBook& book, const RiskWorld& world, const Instrument& instrument) {
    worths_.resize(std::max(worths_.size(), book.owners().size()));
    std::vector<Share>& shares = shares_[instrument.id.value];
    for (const Share& share : shares) {
        Worth& of = worths_[share.owner];
        if (share.worth) of.known -= *share.worth;
        if (!share.worth) --of.unknown;
    }
    shares.clear();
    for (const RiskBook::WorkingOrder& order : book.orders_in(instrument.id)) {
        const auto worth = worth_of(instrument, order, book.mark(instrument.id));
        for (const uint32_t owner : order.owners)
            shares.push_back(
                {owner, worth ? world.rates.convert(*worth, settlement_currency(instrument), book.owner(owner).currency)
                              : std::nullopt});
    }
    for (const Share& share : shares) {
        Worth& of = worths_[share.owner];
        if (share.worth) of.known += *share.worth;
        if (!share.worth) ++of.unknown;
    }
}

const MarginAmounts& MarginBook::of(const RiskBook& book, const RiskWorld& world, const Account& account) {
    bring_up_to_date(book, world);
    return account_of(world, account).sums;
}

std::optional<MarginBook::Exposed> MarginBook::exposed(const RiskBook& book, const RiskWorld& world,
                                                       const Account& account, const OrderIntent* order) {
    bring_up_to_date(book, world);
    const OfAccount& of = account_of(world, account);
    std::optional<Money> size = of.sums[MarginPart::size], maintenance = of.sums[MarginPart::maintenance];
    if (order != nullptr) {
        const MarginAmounts& without = of.parts[order->instrument.value];
        MarginAmounts with;
        add_exposed(with, {book, world, account, world.instruments[order->instrument.value]}, order);
        size = of.sums.with(MarginPart::exposed_size, without, with);
        maintenance = of.sums.with(MarginPart::exposed_maintenance, without, with);
    }
    return size && maintenance ? std::optional(Exposed{*size, *maintenance}) : std::nullopt;
}

std::optional<Money> MarginBook::worth_of_orders(const RiskBook& book, const RiskWorld& world, uint32_t owner) {
    bring_up_to_date(book, world);
    if (owner >= worths_.size()) return Money::zero();
    return worths_[owner].unknown == 0 ? std::optional(worths_[owner].known) : std::nullopt;
}

bool MarginBook::is_right(const RiskBook& book, const RiskWorld& world) const {
    if (touched_.any()) return true;  // nobody has asked since
    MarginBook fresh;
    fresh.bring_up_to_date(book, world);
    for (size_t i = 0; i < std::max(worths_.size(), fresh.worths_.size()); ++i)
        if ((i < worths_.size() ? worths_[i] : Worth{}) != (i < fresh.worths_.size() ? fresh.worths_[i] : Worth{}))
            return false;
    for (size_t i = 0; i < accounts_.size(); ++i)
        if (accounts_[i].sums != fresh.accounts_[i].sums) return false;
    return true;
}

}  // namespace trd
