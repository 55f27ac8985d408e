// What holds for every order on every candle.
#include <algorithm>
#include <set>

#include "support/catch.h"
#include "unit/match/rig.h"

using namespace trd;
using namespace trd::testing;

namespace {

struct Known {
    OrderIntent intent;
    Quantity filled;
    bool accepted = false, ended = false, triggered = false;
    int accepted_in = 0;
};

class Run {
  public:
    Run(uint64_t seed, bool snapshots) : random_(seed), models_(random_models(random_)), venue_({7}, models_, seed) {
        snapshots_ = snapshots;
        venue_.define(rig_definition());
        for (number_ = 1; number_ <= 120; ++number_) one_bar();
    }

    std::vector<SimulatedReport> reports;
    const VenueModels& models() const { return models_; }

  private:
    void one_bar() {
        bar_ = random_bar(random_, number_, last_cents_);
        const bool opens = number_ % 10 == 1, closes = number_ % 10 == 0;
        wake_until(bar_.open_time);
        if (!venue_.is_idle(rig_instrument)) {
            venue_.open_bar(rig_instrument, {bar_.open_time, bar_.close_time, bar_.open, bar_.volume, opens});
            follow();
            if (random_.chance(30)) ask_for_pauses();
            renew();
        }
        if (venue_.may_trade(rig_instrument, bar_.low, bar_.high, bar_.close_time) || closes) {
            venue_.close_bar(rig_instrument, bar_, {closes});
            follow();
            CHECK(pauses_.empty());
        } else {
            venue_.mark(rig_instrument, bar_.close, bar_.volume, bar_.close_time, closes);
            pauses_.clear();
        }
        check_resting(closes);
        renew();
        if (random_.chance(3)) split();
        for (uint64_t i = random_.below(4); i > 0; --i) act();
    }

    void ask_for_pauses() {
        const int64_t length_ns = (bar_.close_time - bar_.open_time).ns;
        for (int64_t third = 1; third <= 3; ++third) {
            const int64_t gone_ns = third == 3 ? length_ns / 3 : random_.between(1, length_ns - 1);  // or at a corner
            const Timestamp time = bar_.open_time + nanoseconds(gone_ns);
            const bool comes = venue_.pause_at(rig_instrument, time);
            CHECK(comes == (models_.semantics == Semantics::trd && !venue_.is_idle(rig_instrument)));
            if (comes) pauses_.insert(time);
        }
    }

    // Between what trades before it and after it, once.
    void pass(const SimulatedVenue::Pause& pause) {
        CHECK(pause.instrument == rig_instrument);
        REQUIRE(!pauses_.empty());
        CHECK(*pauses_.begin() == pause.time);
        pauses_.erase(pauses_.begin(), pauses_.upper_bound(pause.time));
        CHECK(venue_.now() == pause.time);
        CHECK(last_report_ <= pause.time);
    }

    // Nothing that was there keeps resting at prices of before.
    void split() {
        venue_.split(rig_instrument, "1"_dec);  // prices stay as the rig has them
        settle();
        if (!models_.latency.is_none()) return;  // what ends them is still on its way
        for (const auto& [id, order] : orders_) CHECK((!order.accepted || order.ended));
    }

    void wake_until(Timestamp time) {
        while (venue_.next_due() && *venue_.next_due() <= time) {
            venue_.wake(*venue_.next_due());
            settle();
        }
    }

    void follow() {
        while (venue_.advance()) {
            const auto pause = venue_.take_pause();
            settle();
            if (pause) pass(*pause);
        }
        settle();
    }

    // Now and then the run goes on with a venue that was saved and loaded.
    void renew() {
        const bool now = random_.chance(20);
        if (!snapshots_ || !now) return;
        ByteWriter out;
        venue_.save(out);
        const Bytes bytes = out.take();
        SimulatedVenue other({7}, models_, 99);
        ByteReader in(bytes);
        REQUIRE(other.load(in));
        REQUIRE(in.at_end());
        ByteWriter again;
        other.save(again);
        REQUIRE(again.take() == bytes);
        venue_ = std::move(other);
    }

    void act() {
        const Timestamp now = bar_.close_time;
        const uint64_t choice = random_.below(10);
        if (choice < 7 || orders_.empty()) {
            const OrderIntent order = random_order(random_, ++sequence_, last_cents_);
            orders_[order.id] = {order, {}};
            venue_.submit(order, order.quantity, now);
        } else {
            auto any = orders_.begin();
            std::advance(any, static_cast<long>(random_.below(orders_.size())));
            if (choice == 7)
                venue_.cancel(any->first, now);
            else
                amend(any->second, now);
        }
        settle();
    }

    void amend(Known& order, Timestamp now) {
        const OrderIntent& intent = order.intent;
        OrderAmendment wanted{Quantity::from_units(random_.between(1, 60)), intent.limit, intent.trigger, {}};
        if (has_limit(intent.type) && random_.chance(50)) wanted.limit = cents(last_cents_ + random_.between(-99, 99));
        venue_.amend(intent.id, wanted, now);
    }

    void settle() {
        std::vector<SimulatedReport> taken;
        venue_.take_reports(taken);
        for (const SimulatedReport& report : taken) {
            CHECK(report.time >= last_report_);
            last_report_ = report.time;
            reports.push_back(report);
            if (const auto* fill = std::get_if<Fill>(&report.what))
                check(*fill);
            else
                heard(std::get<OrderReport>(report.what));
        }
    }

    void heard(const OrderReport& report) {
        const auto found = orders_.find(report.order);
        REQUIRE(found != orders_.end());
        Known& order = found->second;
        if (report.event == OrderEventKind::refuse_replace || report.event == OrderEventKind::refuse_cancel) return;
        CHECK_FALSE(order.ended);
        if (report.event == OrderEventKind::accept) {
            CHECK_FALSE(order.accepted);
            order.accepted = true;
            order.accepted_in = number_;
        } else if (report.event == OrderEventKind::replace) {
            order.intent.quantity = report.quantity;
            order.intent.limit = report.limit;
        } else {
            order.ended = true;
        }
    }

    void check(const Fill& fill) {
        Known& order = orders_.at(fill.order);
        CHECK(order.accepted);
        CHECK_FALSE(order.ended);
        CHECK(fill.quantity.is_positive());
        order.filled += fill.quantity;
        CHECK(order.filled <= order.intent.quantity);
        if (order.filled == order.intent.quantity) order.ended = true;
        const bool buys = fill.side == Side::buy;
        if (has_limit(order.intent.type) && models_.latency.is_none())
            CHECK((buys ? fill.price <= order.intent.limit : fill.price >= order.intent.limit));
        const bool stays_inside = models_.slippage.kind() == SlippageModel::Kind::none && models_.latency.is_none() &&
                                  order.intent.purpose != Purpose::take_profit;
        if (stays_inside) {
            CHECK(fill.price >= bar_.low);
            CHECK(fill.price <= bar_.high);
        }
        const Quantity before = position_;
        position_ += signed_quantity(fill.side, fill.quantity);
        if (order.intent.reduce_only) CHECK((abs(position_) < abs(before) && position_.sign() * before.sign() >= 0));
    }

    // Nobody who was there before the bar opened rests beyond a price that should have filled it.
    void check_resting(bool session_closed) {
        for (const auto& [id, order] : orders_) {
            if (!order.accepted || order.ended) continue;
            if (session_closed && models_.latency.is_none()) CHECK(order.intent.time_in_force != TimeInForce::day);
            const bool plain = order.intent.time_in_force == TimeInForce::gtc && models_.latency.is_none() &&
                               !models_.participation.is_limited() && order.accepted_in < number_;
            if (!plain) continue;
            const bool buys = order.intent.side == Side::buy;
            INFO("bar " << number_ << " order " << id.parts().sequence << " " << name_of(order.intent.type));
            if (order.intent.type == OrderType::limit)
                CHECK((buys ? order.intent.limit < bar_.low : order.intent.limit > bar_.high));
            if (order.intent.type == OrderType::stop)
                CHECK((buys ? order.intent.trigger > bar_.high : order.intent.trigger < bar_.low));
            if (order.intent.type == OrderType::market_if_touched)
                CHECK((buys ? order.intent.trigger < bar_.low : order.intent.trigger > bar_.high));
            if (order.intent.type == OrderType::market && models_.fill == FillModel::next_open)
                FAIL_CHECK("a market order rests");
        }
    }

    Random random_;
    VenueModels models_;
    SimulatedVenue venue_;
    bool snapshots_ = false;
    int number_ = 0;
    Bar bar_{};
    int64_t last_cents_ = 10'000;
    uint64_t sequence_ = 0;
    std::map<OrderId, Known> orders_;
    std::set<Timestamp> pauses_;  // asked for, and still to come
    Quantity position_;
    Timestamp last_report_{INT64_MIN};
};

}  // namespace

TEST_CASE("the laws of fills hold on random candles, and a venue that was saved and loaded goes on the same") {
    size_t fills = 0;
    for (uint64_t seed = 1; seed <= 60; ++seed) {
        INFO("seed " << seed);
        const Run plain(seed, false), again(seed, false);
        REQUIRE(plain.reports == again.reports);
        const Run renewed(seed, true);
        REQUIRE(renewed.reports == plain.reports);
        for (const SimulatedReport& report : plain.reports)
            fills += std::holds_alternative<Fill>(report.what) ? 1u : 0u;
    }
    CHECK(fills > 2'000);
}
