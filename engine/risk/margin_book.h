// What accounts have to cover and have set aside: for each instrument what that comes to, and the sums over all of
// them, in the account's currency. What happens only notes which instruments it has changed; the sums are put right
// when somebody asks, by what these were and what they are. So an order that asks costs what has changed, not what is
// held. Nothing of it has to be saved. Owned by RiskControl, called from the desk's thread.
#pragma once

#include "account/touched_instruments.h"
#include "risk/results.h"

namespace trd {

// Amounts of one instrument, or of all.
enum class MarginPart : uint8_t {
    initial,       // of what is held
    maintenance,   // of what is held
    size,          // of what is held: what moves with prices, less what of the maintenance does
    working,       // initial margin of orders that open something
    reserved,      // what these take out of what can be bought with
    exposed_size,  // `size` and `maintenance` if all that works filled, whichever side is the more
    exposed_maintenance,
};
inline constexpr size_t margin_part_count = 7;

class MarginAmounts {
  public:
    // Nothing: some of it cannot be valued.
    std::optional<Money> operator[](MarginPart part) const {
        const auto index = static_cast<size_t>(part);
        return unknown_[index] == 0 ? std::optional(known_[index]) : std::nullopt;
    }
    // `amount`: nothing when it cannot be valued.
    void add(MarginPart part, const std::optional<Money>& amount) {
        const auto index = static_cast<size_t>(part);
        if (amount) known_[index] += *amount;
        if (!amount) ++unknown_[index];
    }
    // One part, if of these sums `was` became `is`.
    std::optional<Money> with(MarginPart part, const MarginAmounts& was, const MarginAmounts& is) const;
    MarginAmounts& operator+=(const MarginAmounts& other);
    MarginAmounts& operator-=(const MarginAmounts& other);

    friend bool operator==(const MarginAmounts&, const MarginAmounts&) = default;

  private:
    std::array<Money, margin_part_count> known_{};
    std::array<uint32_t, margin_part_count> unknown_{};
};

class MarginBook {
  public:
    // The instrument has changed: what somebody holds of it, an order in it, its price or its terms.
    void touch(InstrumentId instrument) { touched_.touch(instrument); }
    // So have all of them, or rates, or whom there is.
    void touch_all() { touched_.touch_all(); }

    // Of all that the account holds and has working.
    const MarginAmounts& of(const RiskBook& book, const RiskWorld& world, const Account& account);
    struct Exposed {
        Money size, maintenance;
    };
    // What is held, or, unless the order is null, the parts of that name if it worked too. Nothing: not all of it can
    // be valued.
    std::optional<Exposed> exposed(const RiskBook& book, const RiskWorld& world, const Account& account,
                                   const OrderIntent* order);
    // What the owner has working is worth, in its currency. Nothing: not all of it has a price.
    std::optional<Money> worth_of_orders(const RiskBook& book, const RiskWorld& world, uint32_t owner);

    // Whether the sums that were asked for last are what they are when worked out from nothing.
    bool is_right(const RiskBook& book, const RiskWorld& world) const;

  private:
    struct OfAccount {
        MarginAmounts sums;
        std::vector<MarginAmounts> parts;  // by instrument
    };
    struct Worth {
        Money known;
        uint32_t unknown = 0;  // orders

        friend bool operator==(const Worth&, const Worth&) = default;
    };
    struct Share {
        uint32_t owner;
        std::optional<Money> worth;
    };

    void bring_up_to_date(const RiskBook& book, const RiskWorld& world) {
        if (touched_.any() || world.now >= until_) put_right_what_changed(book, world);
    }
    void put_right_what_changed(const RiskBook& book, const RiskWorld& world);
    void begin_anew(const RiskWorld& world);
    void put_right(const RiskBook& book, const RiskWorld& world, const Instrument& instrument);
    void value_orders(const RiskBook& book, const RiskWorld& world, const Instrument& instrument);
    OfAccount& account_of(const RiskWorld& world, const Account& account) {
        return accounts_[static_cast<size_t>(&account - world.accounts.data())];
    }

    std::vector<OfAccount> accounts_;         // by position in the world's
    std::vector<std::vector<Share>> shares_;  // by instrument: one for each order and owner
    std::vector<Worth> worths_;               // by owner
    TouchedInstruments touched_;
    Timestamp until_{INT64_MIN};  // when the terms of some instrument become others
};

// What of the account's one unit of the instrument takes, in its currency. Nothing: it has no price, or no rate.
std::optional<Money> unit_margin(const RiskBook& book, const RiskWorld& world, const Account& account,
                                 const Instrument& instrument);
// What the account would hold of one side if all that works filled, whichever way is the more; with the order unless
// null.
Quantity largest_held(const RiskBook& book, const Account& account, InstrumentId instrument, SideBucket bucket,
                      const OrderIntent* order);

}  // namespace trd
