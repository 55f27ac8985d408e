// What holds for every order on every candle.
#include <algorithm>

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

struct How {
    bool enters = false;     // bars: what happens inside them is due when it happens, and not at their close
    bool looks = false;      // and the venue is woken when nothing is due, too
    bool neighbour = false;  // another instrument, and another account, trade at the same venue meanwhile
    bool snapshots = false;  // now and then the run goes on with a venue that was saved and loaded
};

class Run {
  public:
    Run(uint64_t seed, How how)
        : random_(seed), other_random_(~seed), models_(random_models(random_)), venue_({7}, models_, seed), how_(how) {
        venue_.define(rig_definition());
        venue_.define(neighbours_definition());
        for (number_ = 1; number_ <= 120; ++number_) one_bar();
    }

    std::vector<SimulatedReport> reports;
    const VenueModels& models() const { return models_; }

  private:
    void one_bar() {
        bar_ = random_bar(random_, number_, last_cents_);
        const bool opens = number_ % 10 == 1, closes = number_ % 10 == 0;
        neighbour_until(bar_.open_time);
        wake_until(bar_.open_time);
        if (!venue_.is_idle(rig_instrument)) {
            venue_.open_bar(rig_instrument, {bar_.open_time, bar_.open, bar_.volume, opens});
            follow();
            renew();
        }
        if (how_.enters) go_through();
        if (venue_.may_trade(rig_instrument, bar_.low, bar_.high, bar_.close_time) || closes) {
            venue_.close_bar(rig_instrument, bar_, {closes});
            follow();
        } else {
            wake_until(bar_.close_time);
            venue_.mark(rig_instrument, bar_.close, bar_.volume, bar_.close_time, closes);
        }
        check_resting(closes);
        renew();
        if (random_.chance(3)) split();
        if (random_.chance(5)) {
            venue_.fund(rig_instrument, "0.01"_dec, bar_.close_time);
            settle();
        }
        for (uint64_t i = random_.below(4); i > 0; --i) act();
    }

    // Everything inside the bar at its own time, and nothing before.
    void go_through() {
        const bool goes_by_it = venue_.enter_bar(rig_instrument, bar_);
        CHECK(goes_by_it == (models_.semantics == Semantics::trd));
        const int64_t length_ns = (bar_.close_time - bar_.open_time).ns;
        for (int64_t gone_ns = 0; how_.looks && gone_ns < length_ns; gone_ns += other_random_.between(1, length_ns)) {
            const Timestamp time = bar_.open_time + nanoseconds(gone_ns);
            neighbour_until(time);
            wake_until(time);
            if (how_.neighbour && other_random_.chance(10)) {
                venue_.fund(neighbour_, "0.01"_dec, time);
                follow();
            }
            const size_t before = reports.size();
            venue_.wake(time);
            follow();
            CHECK(reports.size() == before);
            const auto price = venue_.price_on_way(rig_instrument, time);
            if (goes_by_it) CHECK((price.has_value() && *price >= bar_.low && *price <= bar_.high));
        }
        neighbour_until(bar_.close_time);
        wake_until(bar_.close_time);
    }

    // Nothing that was there keeps resting at prices of before.
    void split() {
        venue_.split(rig_instrument, "1"_dec, bar_.close_time);  // prices stay as the rig has them
        settle();
        if (!models_.latency.is_none()) return;  // what ends them is still on its way
        for (const auto& [id, order] : orders_) CHECK((!order.accepted || order.ended));
    }

    static Instrument neighbours_definition() {
        Instrument instrument = rig_definition();
        instrument.id = neighbour_;
        return instrument;
    }

    // Its bars are of other lengths; those that lie inside the bar at hand, whole or in part, open and close.
    void neighbour_until(Timestamp time) {
        while (how_.neighbour && neighbours_bar_.close_time <= time) {
            wake_until(neighbours_bar_.close_time);
            const bool is_first = neighbours_bar_.close_time.ns == 0;
            if (!is_first) venue_.close_bar(neighbour_, neighbours_bar_, {other_random_.chance(10)});
            follow();
            for (uint64_t i = other_random_.below(4); i > 0; --i) {
                OrderIntent order = random_order(other_random_, 1'000'000 + ++sequence_of_others_, neighbours_cents_);
                order.instrument = neighbour_;
                order.account = {2};
                venue_.submit(order, order.quantity, neighbours_bar_.close_time);
                settle();
            }
            const Timestamp open = neighbours_bar_.close_time;
            neighbours_bar_ = random_bar(other_random_, 1, neighbours_cents_);
            neighbours_bar_.open_time = open;
            neighbours_bar_.close_time = open + seconds(other_random_.between(5, 100));
            venue_.open_bar(neighbour_, {open, neighbours_bar_.open, neighbours_bar_.volume, other_random_.chance(10)});
            follow();
            venue_.enter_bar(neighbour_, neighbours_bar_);
        }
    }

    void wake_until(Timestamp time) {
        while (venue_.next_due() && *venue_.next_due() <= time) {
            const Timestamp due = *venue_.next_due();
            CHECK(due >= venue_.now());
            venue_.wake(due);
            follow();
            CHECK(venue_.now() == due);
            renew();
        }
    }

    void follow() {
        while (venue_.advance()) settle();
        CHECK(venue_.is_still());
        settle();
    }

    void renew() {
        if (!how_.snapshots || !other_random_.chance(20)) return;
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
        for (SimulatedReport& report : taken) {
            CHECK(report.time >= last_report_);
            last_report_ = report.time;
            if (is_neighbours(report)) continue;
            if (auto* fill = std::get_if<Fill>(&report.what)) fill->trade = {};  // counted over all instruments
            reports.push_back(report);
            if (const auto* fill = std::get_if<Fill>(&report.what))
                check(*fill);
            else if (std::holds_alternative<OrderReport>(report.what))
                heard(std::get<OrderReport>(report.what));
        }
    }

    static bool is_neighbours(const SimulatedReport& report) {
        if (const auto* funding = std::get_if<FundingReport>(&report.what)) return funding->instrument == neighbour_;
        const auto* fill = std::get_if<Fill>(&report.what);
        return (fill != nullptr ? fill->order : std::get<OrderReport>(report.what).order).parts().sequence > 1'000'000;
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
    Random other_random_;  // of what must not change anything
    VenueModels models_;
    SimulatedVenue venue_;
    How how_;
    static constexpr InstrumentId neighbour_{1};
    Bar neighbours_bar_{};
    int64_t neighbours_cents_ = 10'000;
    uint64_t sequence_of_others_ = 0;
    int number_ = 0;
    Bar bar_{};
    int64_t last_cents_ = 10'000;
    uint64_t sequence_ = 0;
    std::map<OrderId, Known> orders_;
    Quantity position_;
    Timestamp last_report_{INT64_MIN};
};

std::string text_of(const SimulatedReport& report) {
    const std::string time = std::to_string(report.time.ns);
    if (const auto* fill = std::get_if<Fill>(&report.what))
        return time + " fill of " + std::to_string(fill->order.parts().sequence) + ": " + to_string(fill->quantity) +
               " at " + to_string(fill->price) + " at " + std::to_string(fill->time.ns);
    if (std::holds_alternative<FundingReport>(report.what)) return time + " funding";
    const auto& answer = std::get<OrderReport>(report.what);
    return time + " " + std::string(name_of(answer.event)) + " of " + std::to_string(answer.order.parts().sequence);
}

// Empty: they are the same.
std::string first_difference(const std::vector<SimulatedReport>& a, const std::vector<SimulatedReport>& b) {
    for (size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
        const bool same = i < a.size() && i < b.size() && a[i] == b[i];
        if (same) continue;
        const std::string one = i < a.size() ? text_of(a[i]) : "nothing",
                          other = i < b.size() ? text_of(b[i]) : "nothing";
        return "report " + std::to_string(i) + ": " + one + ", and " + other;
    }
    return {};
}

}  // namespace

TEST_CASE("the laws of fills hold on random candles, whether bars are entered or close as a whole") {
    size_t fills = 0;
    for (uint64_t seed = 1; seed <= 60; ++seed) {
        INFO("seed " << seed);
        const Run plain(seed, {}), again(seed, {});
        REQUIRE(first_difference(plain.reports, again.reports) == "");
        REQUIRE(first_difference(Run(seed, {.enters = true}).reports, plain.reports) == "");
        REQUIRE(first_difference(Run(seed, {.enters = true, .looks = true}).reports, plain.reports) == "");
        for (const SimulatedReport& report : plain.reports)
            fills += std::holds_alternative<Fill>(report.what) ? 1u : 0u;
    }
    CHECK(fills > 2'000);
}

TEST_CASE("what happens to an instrument is not changed by others at the same venue") {
    for (uint64_t seed = 1; seed <= 60; ++seed) {
        INFO("seed " << seed);
        const Run plain(seed, {});
        if (!plain.models().latency.is_none()) continue;  // which they would draw from
        REQUIRE(first_difference(Run(seed, {.enters = true, .looks = true, .neighbour = true}).reports,
                                 plain.reports) == "");
    }
}

TEST_CASE("a venue that was saved and loaded goes on the same, also inside of bars") {
    for (uint64_t seed = 1; seed <= 60; ++seed) {
        INFO("seed " << seed);
        const Run plain(seed, {});
        REQUIRE(first_difference(Run(seed, {.snapshots = true}).reports, plain.reports) == "");
        REQUIRE(first_difference(Run(seed, {.enters = true, .looks = true, .snapshots = true}).reports,
                                 plain.reports) == "");
    }
}
