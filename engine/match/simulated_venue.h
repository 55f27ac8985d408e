// A venue made of models: it takes orders, and market events make it fill them. What it says comes out as the same
// reports that a real venue's adapter gives. One thread; the driver owns it, tells it of the market and takes its
// reports.
//
// Fill model "next_open": a market order fills, whole, at the opening price of the next bar of its instrument. Other
// orders, and amendments, it refuses.
#pragma once

#include <map>
#include <variant>
#include <vector>

#include "account/fees.h"
#include "base/bytes.h"
#include "order/fill.h"

namespace trd {

// An answer about an order; Fill for executions.
struct OrderReport {
    OrderId order;
    OrderEventKind event = OrderEventKind::accept;

    friend bool operator==(const OrderReport&, const OrderReport&) = default;
};

struct SimulatedReport {
    Timestamp time;
    std::variant<OrderReport, Fill> what;

    friend bool operator==(const SimulatedReport&, const SimulatedReport&) = default;
};

class SimulatedVenue {
  public:
    SimulatedVenue(VenueId id, FeeModel fees) : id_(id), fees_(fees) {}

    static constexpr std::string_view fill_model = "next_open";

    void submit(const OrderIntent& order, Quantity open, Timestamp now);
    void cancel(OrderId order, Timestamp now);
    void amend(OrderId order, Timestamp now);
    // Trading in a new bar begins at this price.
    void open_bar(const Instrument& instrument, Price price, Timestamp time);

    // Moves the reports made since the last call into `out`, oldest first.
    void take_reports(std::vector<SimulatedReport>& out);
    size_t resting() const { return resting_count_; }

    void save(ByteWriter& out) const;
    bool load(ByteReader& in);

  private:
    struct Resting {
        OrderIntent order;
        Quantity open;
    };
    Fill execute(const Resting& resting, const Instrument& instrument, Price price, Timestamp time);

    VenueId id_;
    FeeModel fees_;
    std::vector<std::vector<Resting>> resting_;  // by instrument, in the order of arrival
    size_t resting_count_ = 0;
    uint64_t next_trade_ = 1;
    std::vector<SimulatedReport> reports_;
};

}  // namespace trd
