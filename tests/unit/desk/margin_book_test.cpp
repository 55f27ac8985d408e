// What is kept of margins, against what the desk's accounts and orders say.
#include "support/cases.h"
#include "support/random.h"
#include "unit/desk/limited_desk.h"

namespace trd::testing {
namespace {

struct Expected {
    std::optional<Money> working = Money::zero(), reserved = Money::zero(), size = Money::zero(),
                         maintenance = Money::zero();

    static void add(std::optional<Money>& sum, const std::optional<Money>& part) {
        if (!part) sum.reset();
        if (sum) *sum += *part;
    }
};

// By the desk's own orders, one after the other.
class Recount {
  public:
    Recount(const Desk& desk, const Account& account, Timestamp now)
        : desk_(desk), account_(account), book_(desk.risk()->book()), now_(now) {}

    Expected all() {
        for (const Instrument& instrument : desk_.instruments()) {
            add_orders(instrument);
            add_shorts(instrument);
            add_exposed(instrument);
        }
        return sums_;
    }

  private:
    std::optional<Money> in_base(const Instrument& instrument, Money amount) const {
        return desk_.rates().convert(amount, settlement_currency(instrument), account_.base());
    }
    // orders of the account that are open, in the instrument
    template <class Visit>
    void each(const Instrument& instrument, Visit visit) const {
        for (const RiskBook::WorkingOrder& working : book_.orders_in(instrument.id)) {
            const Order& order = *desk_.find(working.id);
            if (order.intent.account == account_.id()) visit(order, working);
        }
    }
    std::optional<Money> unit(const Instrument& instrument) const {
        const Price mark = book_.mark(instrument.id);
        if (mark.is_zero()) return std::nullopt;
        const Money worth = abs(value_of(instrument, mark, "1"_qty));
        if (instrument.valuation() == Valuation::paid)
            return in_base(instrument, multiply(worth, account_.terms().initial_rate));
        const Terms& terms = instrument.terms_at(now_);
        return in_base(instrument, terms.margin_per_unit + multiply(worth, terms.margin_rate));
    }
    void add_orders(const Instrument& instrument) {
        const bool pays = instrument.valuation() == Valuation::paid;
        each(instrument, [&](const Order& order, const RiskBook::WorkingOrder& working) {
            if (order.intent.reduce_only) return;
            std::optional<Money> margin = unit(instrument);
            if (margin) margin = multiply(working.open, *margin);
            Expected::add(sums_.working, margin);
            if (!pays) return Expected::add(sums_.reserved, margin);
            if (order.intent.side == Side::sell) return;
            Price price = working.price.is_zero() ? book_.mark(instrument.id) : working.price;
            if (!has_limit(order.intent.type)) price = std::max(price, book_.mark(instrument.id));
            Expected::add(sums_.reserved, price.is_zero()
                                              ? std::nullopt
                                              : in_base(instrument, notional_of(instrument, price, working.open)));
        });
    }
    void add_shorts(const Instrument& instrument) {
        if (account_.terms().initial_rate.is_zero() || instrument.valuation() != Valuation::paid) return;
        Quantity sold = -account_.held(instrument.id);
        if (sold.is_positive()) sold = Quantity::zero();
        each(instrument, [&](const Order& order, const RiskBook::WorkingOrder& working) {
            if (order.state != OrderState::held && order.intent.side == Side::sell && !order.intent.reduce_only)
                sold += working.open;
        });
        if (!sold.is_positive()) return;
        const Price mark = book_.mark(instrument.id);
        Expected::add(sums_.reserved,
                      mark.is_zero() ? std::nullopt : in_base(instrument, notional_of(instrument, mark, sold)));
    }
    void add_exposed(const Instrument& instrument) {
        for (uint32_t bucket = 0; bucket < side_bucket_count; ++bucket) {
            Quantity high = account_.position(instrument.id, static_cast<SideBucket>(bucket)).quantity, low = high;
            each(instrument, [&](const Order& order, const RiskBook::WorkingOrder& working) {
                if (order.state == OrderState::held || order.intent.reduce_only ||
                    order.intent.bucket != static_cast<SideBucket>(bucket))
                    return;
                (order.intent.side == Side::buy ? high : low) +=
                    order.intent.side == Side::buy ? working.open : -working.open;
            });
            const Quantity most = abs(low) > abs(high) ? low : high;
            if (!most.is_zero()) add_exposure(instrument, most);
        }
    }
    void add_exposure(const Instrument& instrument, Quantity held) {
        const Price mark = book_.mark(instrument.id);
        if (mark.is_zero()) {
            sums_.size = sums_.maintenance = std::nullopt;
            return;
        }
        const Money worth = notional_of(instrument, mark, abs(held));
        const Terms& terms = instrument.terms_at(now_);
        const bool pays = instrument.valuation() == Valuation::paid;
        const Decimal rate = pays ? account_.terms().maintenance_rate : terms.maintenance_rate;
        const Money by_price = multiply(worth, rate);
        Expected::add(
            sums_.maintenance,
            in_base(instrument, (pays ? Money() : multiply(abs(held), terms.maintenance_per_unit)) + by_price));
        const Money moves = is_inverse(instrument.kind) ? Money() : held.is_negative() ? by_price : -by_price;
        Expected::add(sums_.size, in_base(instrument, worth + moves));
    }

    const Desk& desk_;
    const Account& account_;
    const RiskBook& book_;
    Timestamp now_;
    Expected sums_;
};

// How often each sum was known and more than nothing.
using Seen = std::array<int, margin_part_count>;

void require_right(const Desk& desk, Timestamp now, Seen& seen) {
    const RiskControl& risk = *desk.risk();
    const RiskWorld world{desk.accounts(), desk.instruments(), desk.rates(), now};
    for (const Account& account : desk.accounts()) {
        INFO("account " << account.id().value);
        const MarginAmounts& kept = risk.margins().of(risk.book(), world, account);
        const auto state = account.margin_state(desk.instruments(), desk.rates(), now);
        if (state) {
            REQUIRE(kept[MarginPart::initial] == state->initial);
            REQUIRE(kept[MarginPart::maintenance] == state->maintenance);
        }
        const Expected expected = Recount(desk, account, now).all();
        REQUIRE(kept[MarginPart::working] == expected.working);
        REQUIRE(kept[MarginPart::reserved] == expected.reserved);
        REQUIRE(kept[MarginPart::exposed_size] == expected.size);
        REQUIRE(kept[MarginPart::exposed_maintenance] == expected.maintenance);
        for (size_t i = 0; i < margin_part_count; ++i)
            seen[i] += kept[static_cast<MarginPart>(i)].value_or(Money()).is_positive();
    }
    REQUIRE(risk.margins().is_right(risk.book(), world));
}

}  // namespace

TEST_CASE("what is kept of margins is what counting anew gives, whenever it is asked for") {
    for (const uint64_t between : {uint64_t{1}, uint64_t{9}}) {
        const std::vector<DeskInput> inputs = InputSource(93, true).make(cases(2'500));
        Desk desk;
        desk.arm(limits_of("[firm.R02]\nenforce = true"));
        Random random(7);
        Seen seen{};
        for (size_t i = 0; i < inputs.size(); ++i) {
            feed(desk, i + 1, inputs[i]);
            INFO("input " << i << ", asked once in " << between);
            if (random.below(between) == 0) require_right(desk, Timestamp{static_cast<int64_t>(i + 1) * 1'000}, seen);
        }
        for (const int times : seen) CHECK(times > cases(100));
    }
}

TEST_CASE("terms that come into force by the clock alone, or are told anew, are in the sums from then on") {
    Terms now;
    now.tick = "0.01"_price;
    now.lot = now.min_quantity = "1"_qty;
    now.margin_per_unit = now.maintenance_per_unit = "100"_money;
    Terms later = now;
    later.valid_from = Timestamp{1'000'000};
    later.margin_per_unit = later.maintenance_per_unit = "150"_money;
    SmallDesk small(InstrumentKind::future, now);
    small.desk.arm(limits_of("[firm.R02]\nenforce = true"));
    Instrument future = small.desk.instruments().front();
    future.terms = {now, later};
    small.feed(InstrumentDefined{future});
    small.mark("50"_price);
    small.buy(3);
    const auto initial_at = [&](int64_t ns) {
        const RiskControl& risk = *small.desk.risk();
        const RiskWorld world{small.desk.accounts(), small.desk.instruments(), small.desk.rates(), Timestamp{ns}};
        return *risk.margins().of(risk.book(), world, small.desk.accounts().front())[MarginPart::working];
    };
    CHECK(initial_at(999'999) == "300"_money);
    CHECK(initial_at(1'000'000) == "450"_money);
    future.terms.front().margin_per_unit = "70"_money;
    small.feed(InstrumentDefined{future});
    CHECK(initial_at(999'999) == "210"_money);
}

}  // namespace trd::testing
