// The indicators of one strategy on one data series: a list of nodes, each fed by the bar or by an earlier node,
// updated in the order of their creation. The same code serves backtest and live, C++ and Lua. One thread at a time.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "market/bar_values.h"

namespace trd {

// The last values of one output. The layout is known to the script prelude.
struct IndicatorOutput {
    static constexpr uint32_t capacity = 256;
    static constexpr uint32_t of_one_max = 8;  // outputs of an indicator
    static constexpr double nan = std::numeric_limits<double>::quiet_NaN();

    uint64_t count = 0;  // updates so far; a value is NaN until the indicator is warm
    double values[capacity];

    // One NaN only: which one the processor makes depends on the order of operands that the compiler chose.
    static double canonical(double value) {
        if (value == value) [[likely]]
            return value;
        return nan;
    }
    void push(double value) { values[count++ % capacity] = canonical(value); }
    // 0 is the newest; NaN for what is not there or no longer kept.
    double ago(uint64_t updates) const {
        if (updates >= count || updates >= capacity) return nan;
        return values[(count - 1 - updates) % capacity];
    }
};

enum class BarField : uint8_t { open, high, low, close, volume, hl2, hlc3, ohlc4 };
double field_of(const BarValues& bar, BarField field);

// What feeds a node: a field of the bar, the whole bar (indicators that need high, low, volume...), or another node.
struct IndicatorInput {
    enum class Kind : uint8_t { field, bar, node };
    Kind kind = Kind::field;
    BarField field = BarField::close;
    uint32_t node = 0;
    uint32_t output = 0;
};

// One line per parameter of an indicator, for checks, help and the editor annotations.
struct IndicatorParameter {
    std::string_view name;
    double fallback = 0;  // NaN: must be given
    double minimum = 0;
    double maximum = 0;
    bool whole = true;  // an integer
};

class Indicator;

// One line per indicator in indicator_table().
struct IndicatorTraits {
    std::string_view name;  // "sma"
    std::string_view doc;
    bool needs_bar;  // fed by whole bars; otherwise by one value
    std::span<const IndicatorParameter> parameters;
    std::span<const std::string_view> outputs;  // {"value"}, or {"upper", "middle", "lower"}
    std::unique_ptr<Indicator> (*make)(std::span<const double> parameters);
};
std::span<const IndicatorTraits> indicator_table();
const IndicatorTraits* indicator_named(std::string_view name);  // nullptr: unknown

// One streaming indicator. Implementations keep everything they need in themselves and save() all of it.
class Indicator {
  public:
    virtual ~Indicator() = default;
    // Exactly one of the two is called, as IndicatorTraits::needs_bar says. Pushes into every output once, NaN while
    // cold; there are output_count() of them.
    virtual void update(double value, IndicatorOutput* outputs) = 0;
    virtual void update(const BarValues& bar, IndicatorOutput* outputs) = 0;
    virtual uint32_t output_count() const = 0;  // 1 to 8
    virtual void save(ByteWriter& out) const = 0;
    virtual void load(ByteReader& in) = 0;
};

enum class IndicatorRefusal : uint8_t {
    unknown_name,
    too_many_parameters,
    missing_parameter,
    out_of_range,
    not_whole,
    unknown_input,
    input_kind
};

struct IndicatorError {
    IndicatorRefusal reason;
    size_t parameter = 0;  // which one, where that applies
};

// An indicator that has not had a value in all of its outputs yet.
struct ColdIndicator {
    std::string name;  // "sma(50)"; empty: one of the caller's own
    // Bars of ordinary data until it has: of more than 20,000 as many as its longest period, or that of what it reads,
    // has at least. 0: not known.
    uint64_t needed = 0;
    uint64_t seen = 0;  // bars that there were
};

class IndicatorSet {
  public:
    using Node = uint32_t;

    IndicatorSet();
    ~IndicatorSet();
    IndicatorSet(IndicatorSet&&) noexcept;
    IndicatorSet& operator=(IndicatorSet&&) noexcept;

    // Parameters left out take their fallback. Outputs keep their address until the set dies.
    Result<Node, IndicatorError> add(std::string_view name, std::span<const double> parameters, IndicatorInput input);
    // One of the caller's own.
    Result<Node, IndicatorError> add(std::unique_ptr<Indicator> indicator, IndicatorInput input);
    void update(const BarValues& bar);

    const IndicatorOutput& output(Node node, uint32_t index = 0) const;
    uint32_t output_count(Node node) const;
    size_t size() const;
    // Every output of every node has produced a value.
    bool warm() const;
    // Those that keep it from being warm. Slow: it tries out how many bars they need.
    std::vector<ColdIndicator> cold() const;

    void save(ByteWriter& out) const;
    // Precondition: the same add() calls were made. False when the bytes do not fit them.
    bool load(ByteReader& in);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace trd
