// An indicator whose update a script wrote. It is a node of an IndicatorSet as every other; its memory is the script's.
#pragma once

#include <memory>
#include <span>

#include "market/indicator_set.h"
#include "script/lua_machine.h"

namespace trd {

class ScriptIndicator final : public Indicator {
  public:
    // The function that it calls is on top of the stack, and is taken off. What goes wrong ends up in `fault`.
    ScriptIndicator(LuaMachine& machine, std::unique_ptr<StrategyFault>& fault);

    void update_value(double value, std::span<double> outputs) override;
    void update_bar(const BarValues& bar, std::span<double> outputs) override;
    void save(ByteWriter&) const override {}
    void load(ByteReader& in) override { in.fail(); }

  private:
    void call(double value, std::span<double> outputs);

    LuaMachine& machine_;
    std::unique_ptr<StrategyFault>& fault_;
    int function_;  // in the registry
};

}  // namespace trd
