// What is held, on its way and exposed, for everyone that limits can be set for: the firm, accounts, venues, strategies
// and instruments. Exact, and moved on by what one event changes, never counted anew: an order looks at sums. Owned by
// RiskControl, called from the desk's thread. Nothing of it has to be saved: it follows from accounts and orders.
#pragma once

#include <algorithm>
#include <array>
#include <vector>

#include "account/account.h"
#include "risk/inputs.h"

namespace trd {

// What risk looks at and does not own: the desk's.
struct RiskWorld {
    const std::vector<Account>& accounts;
    const std::vector<Instrument>& instruments;
    const FxRates& rates;
    Timestamp now;
    uint64_t input = 0;  // the number of the input that is being handled
};

// Who an order or a position belongs to: one owner of each scope, by RiskScope.
using RiskOwners = std::array<uint32_t, risk_scope_count>;

// What somebody holds of one side, and could come to hold if what works for it filled.
struct RiskReach {
    Quantity high, low;

    explicit RiskReach(Quantity held) : high(held), low(held) {}
    void fill(Side side, Quantity open) { side == Side::buy ? high += open : low -= open; }
    // Whichever way is the more.
    Quantity largest() const { return abs(low) > abs(high) ? low : high; }
};

class RiskBook {
  public:
    // One instrument of one owner. Amounts are in the owner's currency, as they stand in its sums.
    struct Cell {
        Quantity held;             // longs less shorts
        Quantity buying, selling;  // open parts of orders that have left
        Money high, low;           // worth if all that buys fills, and if all that sells does
        bool unknown = false;      // there is something, and no price or rate for it

        bool is_used() const { return (held.raw() | buying.raw() | selling.raw()) != 0; }
        Money gross() const { return std::max(abs(high), abs(low)); }
        Money longs() const { return std::max(high, Money::zero()); }
    };
    struct Owner {
        RiskScope scope = RiskScope::firm;
        uint32_t id = 0;
        Currency currency;
        std::vector<Cell> cells;  // by instrument; an instrument has one, its own
        Money gross, net_high, net_low;
        Money longs;                     // of what is long if all that buys fills
        std::vector<Money> group_gross;  // by group
        uint32_t unknown = 0;            // cells
        uint32_t used = 0;               // cells
        uint32_t orders = 0;             // held back or working
    };
    // What limits by kind go by: the groups that an instrument is in.
    enum class Group : uint8_t { currency, sector, issuer };
    static constexpr size_t group_count = 3;
    static constexpr uint32_t no_group = UINT32_MAX;

    struct WorkingOrder {
        OrderId id;
        RiskOwners owners{};
        Side side = Side::buy;
        SideBucket bucket = SideBucket::net;
        bool reduce_only = false;
        bool has_limit = false;  // it trades at its price or better
        bool is_stop = false;    // it waits for its price, and then takes what it finds
        OrderId parent;          // null: none
        uint64_t group = 0;      // of its strategy; 0: none
        bool has_left = false;
        Quantity open{};
        Price price{};  // where it would trade; zero: anywhere
    };

    RiskBook();

    // The owner, made when it is new.
    uint32_t owner(RiskScope scope, uint32_t id, Currency currency);
    void define(const Instrument& instrument);
    const Owner& owner(uint32_t index) const { return owners_[index]; }
    uint32_t index_of(RiskScope scope, uint32_t id) const { return index_[static_cast<size_t>(scope)][id]; }
    const std::vector<Owner>& owners() const { return owners_; }
    // By scope, then by id: an order that does not depend on how the book came to be.
    std::vector<uint32_t> sorted_owners() const;

    // Whose cells are kept: those of accounts and strategies always, of another scope from now on, with what is there.
    void keep_scope(const RiskWorld& world, RiskScope scope);
    // Whether sums of value are kept: from now on, with what is there.
    void keep_values(const RiskWorld& world);
    bool keeps_values() const { return keeps_values_; }

    // Empty where the scope is not kept.
    const Cell& cell(uint32_t owner, InstrumentId instrument) const;
    // What the owner holds in the instrument has grown by `change`.
    void add_held(const RiskWorld& world, uint32_t owner, InstrumentId instrument, Quantity change) {
        change_cell<&Cell::held>(world, owner, instrument, change);
    }
    // What the account holds, and with it everybody whose holdings are sums of accounts'.
    void set_held(const RiskWorld& world, const Account& account, InstrumentId instrument);
    // The order as it is now, or as an amendment without an answer may have made it: whichever is more. False when it
    // has to be added first: it is open, and new here.
    bool follow(const RiskWorld& world, const Order& order, const OrderAmendment& asked);
    void add(const Order& order, const RiskOwners& owners);
    const std::vector<WorkingOrder>& orders_in(InstrumentId instrument) const { return orders_[instrument.value]; }

    void mark(const RiskWorld& world, InstrumentId instrument, Price price);
    Price mark(InstrumentId instrument) const { return marks_[instrument.value]; }
    // Everything valued anew: a rate has changed.
    void revalue(const RiskWorld& world);
    // Nothing: what the owner holds cannot all be valued.
    std::optional<Money> group_gross(uint32_t owner, InstrumentId instrument, Group group) const;
    bool share_group(InstrumentId one, InstrumentId other, Group group) const {
        const auto of = [&](InstrumentId id) { return groups_[id.value][static_cast<size_t>(group)]; };
        return of(one) != no_group && of(one) == of(other);
    }
    // What `quantity` of the instrument is worth at its mark, in the currency; with the sign of `quantity`.
    std::optional<Money> value_of(const RiskWorld& world, InstrumentId instrument, Quantity quantity,
                                  Currency currency) const;

  private:
    static Cell& cell_of(Owner& owner, InstrumentId instrument) {
        const size_t place = owner.scope == RiskScope::instrument ? 0 : instrument.value;
        if (place >= owner.cells.size()) [[unlikely]]
            owner.cells.resize(place + 1);
        return owner.cells[place];
    }
    template <Quantity Cell::*part>
    void change_cell(const RiskWorld& world, uint32_t owner, InstrumentId instrument, Quantity change);
    bool keeps(RiskScope scope) const { return std::find(kept_.begin(), kept_.end(), scope) != kept_.end(); }
    uint32_t owner_of(const Account& account, RiskScope scope, InstrumentId instrument) const;
    void refresh(const RiskWorld& world, Owner& owner, InstrumentId instrument);
    void count(Owner& owner, InstrumentId instrument, const Cell& cell, bool adds);
    void value(const RiskWorld& world, Owner& owner, InstrumentId instrument, Cell& cell) const;
    void change_order(const RiskWorld& world, uint32_t owner, const WorkingOrder& order, InstrumentId instrument,
                      Quantity change);
    uint32_t group_named(Group group, const std::string& name);

    std::vector<Owner> owners_;
    std::array<std::vector<uint32_t>, risk_scope_count> index_;
    std::vector<Price> marks_;                               // by instrument
    std::vector<std::vector<WorkingOrder>> orders_;          // by instrument
    std::vector<std::array<uint32_t, group_count>> groups_;  // by instrument
    std::vector<std::pair<Group, std::string>> group_names_;
    std::vector<RiskScope> kept_{RiskScope::account, RiskScope::strategy};
    bool keeps_values_ = false;
};

}  // namespace trd
