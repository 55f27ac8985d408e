// Everything that a run does about one order, in the order in which it happens: what the desk decided and recorded, and
// what the venue looked at and did. Listens to a run while it is run; owned by whoever starts it.
#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"
#include "match/trace.h"
#include "record/record.h"

namespace trd {

// Which order is meant: by its number among those of a strategy or of the desk itself, or by its whole id.
struct OrderName {
    uint64_t handle = 0;  // 0: the id counts
    OrderId id{};
    uint16_t strategy = 0;  // whose number it is, from 1 on; 0: the desk's own, such as those that flatten

    bool means(OrderId order) const {
        if (handle == 0) return order == id;
        const OrderId::Parts parts = order.parts();
        return parts.sequence == handle && parts.strategy.value == strategy;
    }
};

class OrderStory final : public MatchTrace {
  public:
    struct Line {
        Timestamp first, last;
        uint64_t count = 1;
        std::string_view kind;  // "decision", "release", "filled" ...
        std::string text;
    };

    explicit OrderStory(OrderName name) : name_(name) {}

    bool watches(OrderId order) const override { return name_.means(order); }
    void on_entry(const TraceEntry& entry) override;
    // Canonical bytes of what the desk recorded.
    void on_records(ByteSpan records);

    bool found() const { return found_; }
    // As it was decided; of the order found.
    const OrderIntent& intent() const { return intent_; }
    // After the run.
    std::vector<Line> lines() const;

  private:
    void on_decision(const RecordHeader& header, const Decision& decision);
    std::string text_of_decision(const RecordHeader& header, const Decision& decision) const;
    void note_exit(const RecordHeader& header, OrderId order, std::string_view what);
    void on_event(const RecordHeader& header, const OrderEvent& event);
    void note_never_sent(const RecordHeader& header);
    void on_rule(const RecordHeader& header, const RuleVerdict& verdict);

    OrderName name_;
    bool found_ = false;
    OrderIntent intent_;
    bool parent_ended_ = false;
    TraceLog venue_;
    // The exits of the order's bracket, and the input at which one of them last traded or ended.
    std::vector<OrderId> exits_;
    uint64_t exit_cause_ = 0;
    std::string exit_text_;  // "its exit, order 3, traded"
    // Lines of the desk, each with the number of venue lines that were there before it.
    struct DeskLine {
        size_t after;
        Line line;
    };
    std::vector<DeskLine> desk_;
};

// "buy 10, limit at 99, good till cancelled, reduce-only, tag exit"
std::string describe(const OrderIntent& intent);
// "R08 max_notional: found 150000, limit 100000"
std::string describe(const RiskGrounds& grounds);
// "rule max_gross, asked about 10: resize to 4, cut to the gross cap"
std::string describe(const RuleVerdict& verdict);

}  // namespace trd
