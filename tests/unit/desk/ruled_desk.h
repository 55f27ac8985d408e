// A small desk with rules from outside that tests make up.
#pragma once

#include <functional>

#include "unit/desk/limited_desk.h"

namespace trd::testing {

struct StubRules : OutsideRules {
    using Judge = std::function<OutsideVerdict(size_t, const OutsideQuestion&)>;

    explicit StubRules(Judge judge, std::vector<OutsideRule> its_rules = {{"first"}, {"second"}})
        : named(std::move(its_rules)), judge_(std::move(judge)) {}
    std::span<const OutsideRule> rules() const override { return named; }
    OutsideVerdict judge(size_t rule, const OutsideQuestion& question) override {
        ++asked;
        return judge_(rule, question);
    }

    std::vector<OutsideRule> named;
    int asked = 0;

  private:
    Judge judge_;
};

struct RuledDesk : SmallDesk {
    explicit RuledDesk(OutsideRules& rules, const std::string& limits = "", Terms terms = usual())
        : SmallDesk(InstrumentKind::equity, terms) {
        desk.ask_rules(rules);
        desk.arm(limits_of(limits));
        mark("10"_price);
    }
    static Terms usual() {
        return {.tick = "0.01"_price,
                .lot = "1"_qty,
                .min_quantity = "1"_qty,
                .max_quantity = {},
                .min_notional = {},
                .margin_per_unit = {}};
    }
    const Actions& sell(double quantity) { return intend(InputSource::submit(0, 0, Side::sell, quantity)); }
    const Actions& limit_order(double quantity, double price) {
        RawIntent raw = InputSource::submit(0, 0, Side::buy, quantity);
        raw.type = static_cast<uint8_t>(OrderType::limit);
        raw.limit = price;
        return intend(raw);
    }
};

template <class P>
std::vector<P> payloads(ByteSpan records) {
    std::vector<P> found;
    ByteReader in(records);
    while (!in.at_end()) {
        const auto record = read_record(in);
        REQUIRE(record.ok());
        if (const P* payload = std::get_if<P>(&record->payload)) found.push_back(*payload);
    }
    return found;
}

}  // namespace trd::testing
