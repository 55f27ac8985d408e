// Volatility, ranges, channels. Deviations are those of the population (ddof 0) unless asked otherwise.
#include "base/portable_math.h"
#include "market/indicators/bars.h"
#include "market/indicators/smoothing.h"
#include "market/indicators/windows.h"

namespace trd::indicators {
namespace {

class TrueRangeOnly final : public OfBar<TrueRangeOnly> {
  public:
    explicit TrueRangeOnly(std::span<const double>) {}
    void update_bar(const BarValues& bar, std::span<double> outputs) { outputs[0] = range_.push(bar); }
    template <class Archive>
    void state(Archive& archive) {
        archive(range_);
    }

  private:
    TrueRange range_;
};

// Wilder's average of true ranges, from the range of the second bar on.
class AverageRange {
  public:
    explicit AverageRange(uint32_t period) : average_(Exponential::wilder(period)) {}
    double push(const BarValues& bar) { return average_.push(range_.push(bar)); }
    template <class Archive>
    void state(Archive& archive) {
        archive(range_, average_);
    }

  private:
    TrueRange range_;
    Exponential average_;
};

class Atr final : public OfBar<Atr> {
  public:
    explicit Atr(std::span<const double> p) : average_(whole(p[0])) {}
    void update_bar(const BarValues& bar, std::span<double> outputs) { outputs[0] = average_.push(bar); }
    template <class Archive>
    void state(Archive& archive) {
        archive(average_);
    }

  private:
    AverageRange average_;
};

class Natr final : public OfBar<Natr> {
  public:
    explicit Natr(std::span<const double> p) : average_(whole(p[0])) {}
    void update_bar(const BarValues& bar, std::span<double> outputs) {
        outputs[0] = percent_of(average_.push(bar), bar.close, nan);
    }
    template <class Archive>
    void state(Archive& archive) {
        archive(average_);
    }

  private:
    AverageRange average_;
};

class Bollinger final : public OfValue<Bollinger, 5> {
  public:
    explicit Bollinger(std::span<const double> p) : rolling_(whole(p[0]), p[2]), width_(p[1]) {}
    void update_value(double value, std::span<double> outputs) {
        rolling_.push(value);
        const double middle = rolling_.mean();
        const double distance = width_ * rolling_.deviation();
        outputs[0] = middle + distance;
        outputs[1] = middle;
        outputs[2] = middle - distance;
        outputs[3] = distance == 0 ? 0.5 : 0.5 + (value - middle) / (2 * distance);
        outputs[4] = middle == 0 ? nan : 2 * distance / middle;
    }
    template <class Archive>
    void state(Archive& archive) {
        archive(rolling_);
    }

  private:
    RollingVariance rolling_;
    double width_;
};

class Keltner final : public OfBar<Keltner, 3> {
  public:
    explicit Keltner(std::span<const double> p)
        : middle_(Exponential::standard(whole(p[0]))), range_(whole(p[1])), width_(p[2]) {}
    void update_bar(const BarValues& bar, std::span<double> outputs) {
        const double middle = middle_.push(bar.close);
        const double distance = width_ * range_.push(bar);
        outputs[0] = middle + distance;
        outputs[1] = middle;
        outputs[2] = middle - distance;
    }
    template <class Archive>
    void state(Archive& archive) {
        archive(middle_, range_);
    }

  private:
    Exponential middle_;
    AverageRange range_;
    double width_;
};

class Donchian final : public OfBar<Donchian, 3> {
  public:
    explicit Donchian(std::span<const double> p) : range_(whole(p[0])) {}
    void update_bar(const BarValues& bar, std::span<double> outputs) {
        const auto [high, low] = range_.push(bar.high, bar.low);
        outputs[0] = high;
        outputs[1] = (high + low) / 2;
        outputs[2] = low;
    }
    template <class Archive>
    void state(Archive& archive) {
        archive(range_);
    }

  private:
    RollingRange range_;
};

class Stddev final : public OfValue<Stddev> {
  public:
    explicit Stddev(std::span<const double> p) : rolling_(whole(p[0]), p[1]) {}
    void update_value(double value, std::span<double> outputs) {
        rolling_.push(value);
        outputs[0] = rolling_.deviation();
    }
    template <class Archive>
    void state(Archive& archive) {
        archive(rolling_);
    }

  private:
    RollingVariance rolling_;
};

class Variance final : public OfValue<Variance> {
  public:
    explicit Variance(std::span<const double> p) : rolling_(whole(p[0]), p[1]) {}
    void update_value(double value, std::span<double> outputs) {
        rolling_.push(value);
        outputs[0] = rolling_.variance();
    }
    template <class Archive>
    void state(Archive& archive) {
        archive(rolling_);
    }

  private:
    RollingVariance rolling_;
};

class ZScore final : public OfValue<ZScore> {
  public:
    explicit ZScore(std::span<const double> p) : rolling_(whole(p[0]), p[1]) {}
    void update_value(double value, std::span<double> outputs) {
        rolling_.push(value);
        const double deviation = rolling_.deviation();
        outputs[0] = deviation == 0 ? 0 : (value - rolling_.mean()) / deviation;
    }
    template <class Archive>
    void state(Archive& archive) {
        archive(rolling_);
    }

  private:
    RollingVariance rolling_;
};

class Choppiness final : public OfBar<Choppiness> {
  public:
    explicit Choppiness(std::span<const double> p)
        : way_(whole(p[0])), range_(whole(p[0])), scale_(100 / portable::quick_log(p[0])) {}
    void update_bar(const BarValues& bar, std::span<double> outputs) {
        way_.push({true_range_.push(bar)});
        const double width = range_.push(bar.high, bar.low).width();
        const double way = way_.sum(0);
        outputs[0] = width == 0 && finite(way) ? 100 : scale_ * portable::quick_log(way / width);
    }
    template <class Archive>
    void state(Archive& archive) {
        archive(true_range_, way_, range_);
    }

  private:
    TrueRange true_range_;
    RollingSum way_;
    RollingRange range_;
    double scale_;
};

constexpr std::string_view bollinger_outputs[] = {"upper", "middle", "lower", "percent_b", "bandwidth"};
constexpr std::string_view channel_outputs[] = {"upper", "middle", "lower"};

constexpr IndicatorParameter ddof = {"ddof", 0, 0, 1, true};
constexpr IndicatorParameter period_14[] = {period_of(14)};
constexpr IndicatorParameter period_20[] = {period_of(20)};
constexpr IndicatorParameter choppiness_parameters[] = {period_of(14, 2)};
constexpr IndicatorParameter deviation_parameters[] = {period_of(20, 2), ddof};
constexpr IndicatorParameter bollinger_parameters[] = {period_of(20, 2), {"width", 2, 0, 1e6, false}, ddof};
constexpr IndicatorParameter keltner_parameters[] = {
    period_of(20), period_of(10, 1, "atr"), {"width", 2, 0, 1e6, false}};

constexpr IndicatorTraits table[] = {
    {"true_range",
     "largest of high - low and the distances from the close before; none for the first bar",
     true,
     {},
     one_value,
     make<TrueRangeOnly>},
    {"atr", "Wilder's average of true ranges, first with bar n (14)", true, period_14, one_value, make<Atr>},
    {"natr", "atr in per cent of the close (14)", true, period_14, one_value, make<Natr>},
    {"bollinger",
     "mean and `width` deviations around it, place between the bands, their distance over the mean (20, 2, ddof 0)",
     false, bollinger_parameters, bollinger_outputs, make<Bollinger>},
    {"keltner", "ema of the close and `width` Wilder ATRs around it (20, atr 10, 2)", true, keltner_parameters,
     channel_outputs, make<Keltner>},
    {"donchian", "highest high and lowest low of n bars, this one included, and their middle (20)", true, period_20,
     channel_outputs, make<Donchian>},
    {"stddev", "standard deviation of n values (20, ddof 0)", false, deviation_parameters, one_value, make<Stddev>},
    {"variance", "variance of n values (20, ddof 0)", false, deviation_parameters, one_value, make<Variance>},
    {"zscore", "value less its mean in standard deviations; 0 when there is no deviation (20, ddof 0)", false,
     deviation_parameters, one_value, make<ZScore>},
    {"choppiness", "logarithm of the sum of true ranges over the range of n bars, to base n; 100 without a range (14)",
     true, choppiness_parameters, one_value, make<Choppiness>},
};

}  // namespace

std::span<const IndicatorTraits> volatility() { return table; }

}  // namespace trd::indicators
