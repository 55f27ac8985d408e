// How an indicator keeps, saves and restores its state: it lists its members once, in `state(archive)`, and saving and
// loading are both made from that list, so that nothing can be forgotten in one of them. Private to market/indicators.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "base/assert.h"
#include "base/bytes.h"
#include "market/indicator_set.h"

namespace trd::indicators {

inline constexpr double nan = IndicatorOutput::nan;

inline bool finite(double x) { return std::abs(x) <= std::numeric_limits<double>::max(); }

class Saving {
  public:
    static constexpr bool loading = false;
    explicit Saving(ByteWriter& out) : out_(out) {}
    template <class... Members>
    void operator()(Members&... members) {
        (put(members), ...);
    }
    void index(uint32_t& value, uint32_t) { out_.put(value); }

  private:
    void put(double& value) { out_.put(IndicatorOutput::canonical(value)); }
    void put(int64_t& value) { out_.put(value); }
    void put(uint64_t& value) { out_.put(value); }
    void put(bool& value) { out_.put(value); }
    void put(std::vector<double>& values) {
        for (double& value : values) put(value);
    }
    template <class Block>
    requires requires(Block& block, Saving& saving) { block.state(saving); }
    void put(Block& block) { block.state(*this); }

    ByteWriter& out_;
};

class Loading {
  public:
    static constexpr bool loading = true;
    explicit Loading(ByteReader& in) : in_(in) {}
    template <class... Members>
    void operator()(Members&... members) {
        (get(members), ...);
    }
    // A place in an array: foreign bytes may say anything, so what is not below `limit` fails.
    void index(uint32_t& value, uint32_t limit) {
        const auto read = in_.get<uint32_t>();
        if (read >= limit) return in_.fail();
        value = read;
    }

  private:
    void get(double& value) { value = in_.get<double>(); }
    void get(int64_t& value) { value = in_.get<int64_t>(); }
    void get(uint64_t& value) { value = in_.get<uint64_t>(); }
    void get(bool& value) { value = in_.get_bool(); }
    void get(std::vector<double>& values) {
        for (double& value : values) get(value);
    }
    template <class Block>
    requires requires(Block& block, Loading& loading) { block.state(loading); }
    void get(Block& block) { block.state(*this); }

    ByteReader& in_;
};

// The common half of every indicator: save and load from Self::state(archive).
template <class Self>
class Stateful : public Indicator {
  public:
    void save(ByteWriter& out) const final {
        Saving archive(out);
        const_cast<Self&>(static_cast<const Self&>(*this)).state(archive);  // Saving only reads
    }
    void load(ByteReader& in) final {
        Loading archive(in);
        static_cast<Self&>(*this).state(archive);
    }
};

// Derived classes define update_value(double, span<double>), which writes every output, and state(archive).
template <class Self, uint32_t count = 1>
class OfValue : public Stateful<Self> {
  public:
    void update(double value, IndicatorOutput* outputs) final {
        double values[count];
        static_cast<Self&>(*this).update_value(value, values);
        for (uint32_t i = 0; i < count; ++i) outputs[i].push(values[i]);
    }
    void update(const BarValues&, IndicatorOutput*) final { TRD_ASSERT(false); }
    uint32_t output_count() const final { return count; }
};

// Derived classes define update_bar(const BarValues&, span<double>), which writes every output, and state(archive).
template <class Self, uint32_t count = 1>
class OfBar : public Stateful<Self> {
  public:
    void update(const BarValues& bar, IndicatorOutput* outputs) final {
        double values[count];
        static_cast<Self&>(*this).update_bar(bar, values);
        for (uint32_t i = 0; i < count; ++i) outputs[i].push(values[i]);
    }
    void update(double, IndicatorOutput*) final { TRD_ASSERT(false); }
    uint32_t output_count() const final { return count; }
};

template <class Self>
std::unique_ptr<Indicator> make(std::span<const double> parameters) {
    return std::make_unique<Self>(parameters);
}

inline uint32_t whole(double parameter) { return static_cast<uint32_t>(parameter); }

// Parameters and outputs that many tables share.
inline constexpr double longest_period = 100'000;
inline constexpr IndicatorParameter period_of(double fallback, double minimum = 1, std::string_view name = "period") {
    return {name, fallback, minimum, longest_period, true};
}
inline constexpr std::string_view one_value[] = {"value"};

// One family of indicators each; indicator_table() is all of them.
std::span<const IndicatorTraits> averages();
std::span<const IndicatorTraits> momentum();
std::span<const IndicatorTraits> trend();
std::span<const IndicatorTraits> volatility();
std::span<const IndicatorTraits> volume();
std::span<const IndicatorTraits> ranks();

}  // namespace trd::indicators
