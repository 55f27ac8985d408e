// In a file of its own: a compiler that sees one kind of indicator where all of them are updated guesses that it is
// this one, and asks first.
#include "market/indicators/unknown.h"

#include "market/indicators/state.h"

namespace trd::indicators {
namespace {

class Unknown final : public Indicator {
  public:
    explicit Unknown(uint32_t outputs) : count_(outputs) {}
    void update(double, IndicatorOutput* outputs) override { push_nothing(outputs); }
    void update(const BarValues&, IndicatorOutput* outputs) override { push_nothing(outputs); }
    uint32_t output_count() const override { return count_; }
    void save(ByteWriter&) const override {}
    void load(ByteReader&) override {}

  private:
    void push_nothing(IndicatorOutput* outputs) const {
        for (uint32_t i = 0; i < count_; ++i) outputs[i].push(nan);
    }

    uint32_t count_;
};

}  // namespace

std::unique_ptr<Indicator> make_unknown(uint32_t outputs) { return std::make_unique<Unknown>(outputs); }

}  // namespace trd::indicators
