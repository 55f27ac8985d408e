// The sums of margins, against Account::margin_state(), which goes through everything that is held.
#include "account/margin_sum.h"

#include "support/cases.h"
#include "support/catch.h"
#include "support/random.h"

namespace trd {
namespace {

constexpr Currency usd = Currency::literal("USD"), eur = Currency::literal("EUR"), btc = Currency::literal("BTC");

class MarginWorld {
  public:
    MarginWorld(uint64_t seed, bool hedging) : random_(seed), account_({1}, {1}, usd, terms(hedging)) {
        for (const auto& [kind, quote] : {std::pair{InstrumentKind::equity, usd},
                                          {InstrumentKind::equity, eur},
                                          {InstrumentKind::future, usd},
                                          {InstrumentKind::perpetual, eur},
                                          {InstrumentKind::inverse_perpetual, usd}})
            add(kind, quote);
        account_.transfer(usd, "1000000"_money, posting_);
    }
    // Something happens, and whoever keeps the sums is told.
    void step() {
        now_ = now_ + nanoseconds(1);
        Instrument& instrument = instruments_[random_.below(instruments_.size())];
        switch (random_.below(10)) {
            case 0:
                return change_rate();
            case 1:
                instrument.terms.back().maintenance_per_unit =
                    Money::from_units(static_cast<int64_t>(random_.below(50)));
                return sum_.touch(instrument.id);
            case 2:
                account_.transfer(random_.below(2) == 0 ? usd : eur,
                                  Money::from_units(static_cast<int64_t>(random_.below(100))), posting_);
                return;
            case 3:
            case 4:
            case 5:
                account_.mark(instrument, price());
                account_.settle(instrument, posting_);
                return sum_.touch(instrument.id);
            case 6:
                if (instrument.valuation() == Valuation::paid)
                    account_.split(instrument, Decimal::from_units(2), now_, posting_, closed_);
                return sum_.touch(instrument.id);
            default:
                trade(instrument);
                return sum_.touch(instrument.id);
        }
    }
    std::optional<MarginState> kept() { return sum_.state(account_, instruments_, rates_, now_); }
    std::optional<MarginState> counted() const { return account_.margin_state(instruments_, rates_, now_); }

  private:
    static AccountTerms terms(bool hedging) {
        AccountTerms terms;
        terms.initial_rate = "0.5"_dec;
        terms.maintenance_rate = "0.25"_dec;
        terms.hedging = hedging;
        return terms;
    }
    Price price() { return Price::from_units(static_cast<int64_t>(50 + random_.below(100))); }
    void add(InstrumentKind kind, Currency quote) {
        Instrument& made = instruments_.emplace_back();
        made.id = {static_cast<uint32_t>(instruments_.size() - 1)};
        made.kind = kind;
        made.quote = quote;
        made.base = btc;
        Terms terms;
        terms.tick = "0.01"_price;
        terms.lot = "1"_qty;
        terms.margin_per_unit = "20"_money;
        terms.maintenance_per_unit = "10"_money;
        terms.maintenance_rate = "0.1"_dec;
        Terms later = terms;
        later.valid_from = Timestamp{700};
        later.maintenance_rate = "0.2"_dec;
        made.terms = {terms, later};
    }
    void change_rate() {
        const Currency base = random_.below(2) == 0 ? eur : btc;
        rates_.set(base, usd, Decimal::from_units(static_cast<int64_t>(1 + random_.below(5))));
        sum_.touch_all();
    }
    void trade(Instrument& instrument) {
        Fill fill;
        fill.trade.number = ++trades_;
        fill.account = account_.id();
        fill.instrument = instrument.id;
        fill.side = random_.below(2) == 0 ? Side::buy : Side::sell;
        fill.price = price();
        fill.quantity = Quantity::from_units(static_cast<int64_t>(1 + random_.below(5)));
        fill.time = now_;
        fill.fee_currency = settlement_currency(instrument);
        account_.apply(fill, instrument, posting_);
    }

    testing::Random random_;
    Account account_;
    std::vector<Instrument> instruments_;
    FxRates rates_;
    MarginSum sum_;
    Posting posting_;
    std::vector<ClosedTrade> closed_;
    Timestamp now_{};
    uint64_t trades_ = 0;
};

}  // namespace

TEST_CASE("the sums of margins are what going through everything gives, however seldom they are asked for") {
    for (const bool hedging : {false, true})
        for (const uint64_t between : {uint64_t{1}, uint64_t{7}}) {
            MarginWorld world(between, hedging);
            int known = 0, unknown = 0;
            testing::Random random(between);
            for (int i = 0; i < 2'000; ++i) {
                world.step();
                if (random.below(between) != 0) continue;
                INFO("step " << i << " hedging " << hedging << " asked once in " << between);
                const auto kept = world.kept();
                REQUIRE(kept == world.counted());
                ++(kept && kept->maintenance.is_positive() ? known : unknown);
            }
            CHECK(known > 100);
            CHECK(unknown > 0);
        }
}

}  // namespace trd
