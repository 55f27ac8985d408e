// An indicator whose update a script wrote. It is a node of an IndicatorSet as every other; its memory is the script's.
#pragma once

#include <array>
#include <memory>

#include "market/indicator_set.h"
#include "script/lua_machine.h"

namespace trd {

class ScriptIndicator final : public Indicator {
  public:
    // The function that it calls is on top of the stack, and is taken off. What goes wrong ends up in `fault`.
    ScriptIndicator(LuaMachine& machine, uint32_t outputs, std::unique_ptr<StrategyFault>& fault);

    void update(double value, IndicatorOutput* outputs) override;
    void update(const BarValues& bar, IndicatorOutput* outputs) override;
    uint32_t output_count() const override { return count_; }
    void save(ByteWriter&) const override {}
    void load(ByteReader& in) override { in.fail(); }

  private:
    using Values = std::array<double, IndicatorOutput::of_one_max>;

    Values call(double value);
    void push(const Values& values, IndicatorOutput* outputs) const;

    LuaMachine& machine_;
    uint32_t count_;
    std::unique_ptr<StrategyFault>& fault_;
    int function_;  // in the registry
};

}  // namespace trd
