#include "risk/book.h"

#include <algorithm>
#include <utility>

namespace trd {
namespace {

constexpr uint32_t no_owner = UINT32_MAX;
const RiskBook::Cell empty_cell{};

// What of the order still has a life.
Quantity open_of(const Order& order, const OrderAmendment& asked) {
    if (is_terminal(order.state)) return Quantity::zero();
    return std::max(order.open, asked.quantity - order.filled - order.cancelled);
}

// Where it would trade; of two prices the one that trades sooner.
Price price_of(const OrderIntent& intent, const OrderAmendment& asked) {
    const Price now = has_limit(intent.type) ? intent.limit : intent.trigger;
    const Price then = has_limit(intent.type) ? asked.limit : asked.trigger;
    if (then.is_zero()) return now;
    return intent.side == Side::buy ? std::max(now, then) : std::min(now, then);
}

}  // namespace

RiskBook::RiskBook() { owner(RiskScope::firm, 0, {}); }

uint32_t RiskBook::owner(RiskScope scope, uint32_t id, Currency currency) {
    auto& row = index_[static_cast<size_t>(scope)];
    if (row.size() <= id) row.resize(size_t{id} + 1, no_owner);
    if (row[id] == no_owner) {
        row[id] = static_cast<uint32_t>(owners_.size());
        owners_.emplace_back();
        owners_.back().scope = scope;
        owners_.back().id = id;
    }
    Owner& found = owners_[row[id]];
    if (found.currency == Currency{}) found.currency = currency;  // that of the first account
    return row[id];
}

std::vector<uint32_t> RiskBook::sorted_owners() const {
    std::vector<uint32_t> sorted;
    for (const auto& row : index_)
        std::copy_if(row.begin(), row.end(), std::back_inserter(sorted),
                     [](uint32_t index) { return index != no_owner; });
    return sorted;
}

uint32_t RiskBook::group_named(Group group, const std::string& name) {
    if (name.empty()) return no_group;
    const std::pair key{group, name};
    const auto found = std::find(group_names_.begin(), group_names_.end(), key);
    if (found != group_names_.end()) return static_cast<uint32_t>(found - group_names_.begin());
    group_names_.push_back(key);
    return static_cast<uint32_t>(group_names_.size() - 1);
}

void RiskBook::define(const Instrument& instrument) {
    const size_t index = instrument.id.value;
    if (index >= marks_.size()) {
        marks_.resize(index + 1);
        orders_.resize(index + 1);
        groups_.resize(index + 1);
    }
    groups_[index] = {group_named(Group::currency, settlement_currency(instrument).code()),
                      group_named(Group::sector, instrument.sector), group_named(Group::issuer, instrument.issuer)};
    owner(RiskScope::instrument, instrument.id.value, owners_.front().currency);
}

const RiskBook::Cell& RiskBook::cell(uint32_t index, InstrumentId instrument) const {
    const Owner& of = owners_[index];
    const size_t place = of.scope == RiskScope::instrument ? 0 : instrument.value;
    return place < of.cells.size() ? of.cells[place] : empty_cell;
}

template <Quantity RiskBook::Cell::*part>
void RiskBook::change_cell(const RiskWorld& world, uint32_t owner, InstrumentId instrument, Quantity change) {
    Owner& of = owners_[owner];
    Cell& cell = cell_of(of, instrument);
    const bool was_used = cell.is_used();
    cell.*part += change;
    of.used += static_cast<uint32_t>(cell.is_used()) - static_cast<uint32_t>(was_used);
    if (keeps_values_) refresh(world, of, instrument);
}
template void RiskBook::change_cell<&RiskBook::Cell::held>(const RiskWorld&, uint32_t, InstrumentId, Quantity);

uint32_t RiskBook::owner_of(const Account& account, RiskScope scope, InstrumentId instrument) const {
    const uint32_t ids[risk_scope_count] = {0, account.id().value, account.venue().value, 0, instrument.value};
    return index_of(scope, ids[static_cast<size_t>(scope)]);
}

void RiskBook::set_held(const RiskWorld& world, const Account& account, InstrumentId instrument) {
    const Quantity before = cell(owner_of(account, RiskScope::account, instrument), instrument).held;
    const Quantity change = account.held(instrument) - before;
    if (change.is_zero()) return;
    for (const RiskScope scope : kept_)
        if (scope != RiskScope::strategy) add_held(world, owner_of(account, scope, instrument), instrument, change);
}

void RiskBook::keep_scope(const RiskWorld& world, RiskScope scope) {
    if (keeps(scope)) return;
    kept_.push_back(scope);
    for (const Instrument& instrument : world.instruments) {
        for (const Account& account : world.accounts) {
            const Quantity held = cell(owner_of(account, RiskScope::account, instrument.id), instrument.id).held;
            add_held(world, owner_of(account, scope, instrument.id), instrument.id, held);
        }
        for (const WorkingOrder& order : orders_[instrument.id.value]) {
            const uint32_t owner = order.owners[static_cast<size_t>(scope)];
            ++owners_[owner].orders;
            if (order.has_left) change_order(world, owner, order, instrument.id, order.open);
        }
    }
}

void RiskBook::keep_values(const RiskWorld& world) {
    if (std::exchange(keeps_values_, true)) return;
    revalue(world);
}

void RiskBook::add(const Order& order, const RiskOwners& owners) {
    const OrderIntent& intent = order.intent;
    orders_[intent.instrument.value].push_back({.id = intent.id,
                                                .owners = owners,
                                                .side = intent.side,
                                                .bucket = intent.bucket,
                                                .reduce_only = intent.reduce_only,
                                                .has_limit = has_limit(intent.type),
                                                .is_stop = is_stop(intent.type) && !has_limit(intent.type),
                                                .parent = intent.parent,
                                                .group = intent.group});
    for (const RiskScope scope : kept_) ++owners_[owners[static_cast<size_t>(scope)]].orders;
}

bool RiskBook::follow(const RiskWorld& world, const Order& order, const OrderAmendment& asked) {
    const OrderIntent& intent = order.intent;
    auto& orders = orders_[intent.instrument.value];
    const auto found =
        std::find_if(orders.begin(), orders.end(), [&](const auto& each) { return each.id == intent.id; });
    const Quantity open = open_of(order, asked);
    if (found == orders.end()) return open.is_zero();
    found->price = price_of(intent, asked);
    const Quantity before = found->has_left ? found->open : Quantity::zero();
    found->has_left = order.state != OrderState::held;
    found->open = open;
    const Quantity change = (found->has_left ? open : Quantity::zero()) - before;
    for (const RiskScope scope : kept_) {
        const uint32_t owner = found->owners[static_cast<size_t>(scope)];
        if (!change.is_zero()) change_order(world, owner, *found, intent.instrument, change);
        if (open.is_zero()) --owners_[owner].orders;
    }
    if (open.is_zero()) orders.erase(found);
    return true;
}

void RiskBook::change_order(const RiskWorld& world, uint32_t owner, const WorkingOrder& order, InstrumentId instrument,
                            Quantity change) {
    if (order.side == Side::buy) return change_cell<&Cell::buying>(world, owner, instrument, change);
    change_cell<&Cell::selling>(world, owner, instrument, change);
}

void RiskBook::mark(const RiskWorld& world, InstrumentId instrument, Price price) {
    if (marks_[instrument.value] == price) return;
    marks_[instrument.value] = price;
    if (!keeps_values_) return;
    for (size_t scope = 0; scope < risk_scope_count; ++scope) {
        const bool has_one = scope == static_cast<size_t>(RiskScope::instrument);
        for (const uint32_t index : index_[scope])
            if (index != no_owner && (!has_one || owners_[index].id == instrument.value) &&
                cell(index, instrument).is_used())
                refresh(world, owners_[index], instrument);
    }
}

void RiskBook::revalue(const RiskWorld& world) {
    if (!keeps_values_) return;
    for (Owner& of : owners_) {
        if (of.scope == RiskScope::instrument) {
            refresh(world, of, {of.id});
            continue;
        }
        for (uint32_t i = 0; i < of.cells.size(); ++i) refresh(world, of, {i});
    }
}

// Taken out of the sums as it was, put in as it is.
void RiskBook::refresh(const RiskWorld& world, Owner& of, InstrumentId instrument) {
    if (!keeps_values_) return;
    Cell& cell = cell_of(of, instrument);
    count(of, instrument, cell, false);
    value(world, of, instrument, cell);
    count(of, instrument, cell, true);
}

void RiskBook::count(Owner& of, InstrumentId instrument, const Cell& cell, bool adds) {
    if (cell.unknown) {
        of.unknown += adds ? 1u : UINT32_MAX;
        return;
    }
    const auto move = [adds](Money& sum, Money amount) { adds ? sum += amount : sum -= amount; };
    move(of.gross, cell.gross());
    move(of.net_high, cell.high);
    move(of.net_low, cell.low);
    move(of.longs, cell.longs());
    for (const uint32_t group : groups_[instrument.value]) {
        if (group == no_group) continue;
        if (group >= of.group_gross.size()) of.group_gross.resize(size_t{group} + 1);
        move(of.group_gross[group], cell.gross());
    }
}

void RiskBook::value(const RiskWorld& world, Owner& of, InstrumentId instrument, Cell& cell) const {
    cell.high = cell.low = Money::zero();
    cell.unknown = false;
    if (!cell.is_used()) return;
    const auto high = value_of(world, instrument, cell.held + cell.buying, of.currency);
    const auto low = value_of(world, instrument, cell.held - cell.selling, of.currency);
    cell.unknown = !high || !low;
    if (cell.unknown) return;
    cell.high = *high;
    cell.low = *low;
}

std::optional<Money> RiskBook::value_of(const RiskWorld& world, InstrumentId id, Quantity quantity,
                                        Currency currency) const {
    if (quantity.is_zero()) return Money::zero();
    const Instrument& instrument = world.instruments[id.value];
    const Price price = marks_[id.value];
    if (price.is_zero()) return std::nullopt;
    const auto size = checked_notional_of(instrument, price, quantity);
    if (!size) return std::nullopt;
    return world.rates.convert(quantity.is_negative() ? -*size : *size, settlement_currency(instrument), currency);
}

std::optional<Money> RiskBook::group_gross(uint32_t index, InstrumentId instrument, Group group) const {
    const Owner& of = owners_[index];
    const uint32_t number = groups_[instrument.value][static_cast<size_t>(group)];
    if (of.unknown != 0 || number == no_group) return std::nullopt;
    return number < of.group_gross.size() ? of.group_gross[number] : Money::zero();
}

}  // namespace trd
