// Trend and direction.
#include "market/indicators/bars.h"
#include "market/indicators/smoothing.h"
#include "market/indicators/windows.h"

namespace trd::indicators {
namespace {

class Aroon final : public OfBar<Aroon, 3> {
  public:
    explicit Aroon(std::span<const double> p) : highest_(whole(p[0]) + 1), lowest_(whole(p[0]) + 1), period_(p[0]) {}
    void update_bar(const BarValues& bar, std::span<double> outputs) {
        outputs[0] = share(highest_.push(bar.high));
        outputs[1] = share(lowest_.push(bar.low));
        outputs[2] = outputs[0] - outputs[1];
    }
    template <class Archive>
    void state(Archive& archive) {
        archive(highest_, lowest_);
    }

  private:
    double share(double age) const { return 100 * ((period_ - age) / period_); }

    ExtremeAge<Side::highest> highest_;
    ExtremeAge<Side::lowest> lowest_;
    double period_;
};

// Wilder's movement in the two directions; of both only the larger counts.
struct DirectionalMove {
    double up = nan, down = nan;
};

class Directions {
  public:
    DirectionalMove push(const BarValues& bar) {
        const double up = bar.high - high_before_;
        const double down = low_before_ - bar.low;
        high_before_ = bar.high;
        low_before_ = bar.low;
        if (!finite(up + down)) return {};
        return {counted((up > down) & (up > 0)) * up, counted((down > up) & (down > 0)) * down};
    }
    template <class Archive>
    void state(Archive& archive) {
        archive(high_before_, low_before_);
    }

  private:
    double high_before_ = nan, low_before_ = nan;
};

// Averages instead of Wilder's sums: n times as small, which no quotient sees.
class Adx final : public OfBar<Adx, 3> {
  public:
    explicit Adx(std::span<const double> p)
        : ranges_(wilder(p)), ups_(wilder(p)), downs_(wilder(p)), strength_(wilder(p)) {}
    void update_bar(const BarValues& bar, std::span<double> outputs) {
        const DirectionalMove move = directions_.push(bar);
        const double range = range_.push(bar);
        const bool known = finite(range + move.up);
        const double average = ranges_.push(known ? range : nan);
        const double plus = percent_of(ups_.push(known ? move.up : nan), average, 0);
        const double minus = percent_of(downs_.push(known ? move.down : nan), average, 0);
        outputs[0] = strength_.push(percent_of(std::abs(plus - minus), plus + minus, 0));
        outputs[1] = plus;
        outputs[2] = minus;
    }
    template <class Archive>
    void state(Archive& archive) {
        archive(directions_, range_, ranges_, ups_, downs_, strength_);
    }

  private:
    static Exponential wilder(std::span<const double> p) { return Exponential::wilder(whole(p[0])); }

    Directions directions_;
    TrueRange range_;
    Exponential ranges_, ups_, downs_, strength_;
};

class Vortex final : public OfBar<Vortex, 2> {
  public:
    explicit Vortex(std::span<const double> p) : sums_(whole(p[0])) {}
    void update_bar(const BarValues& bar, std::span<double> outputs) {
        const double up = std::abs(bar.high - low_before_);
        const double down = std::abs(bar.low - high_before_);
        high_before_ = bar.high;
        low_before_ = bar.low;
        const double range = range_.push(bar);
        if (seen_) sums_.push({up, down, range});
        seen_ = true;
        write(outputs);
    }
    template <class Archive>
    void state(Archive& archive) {
        archive(range_, sums_, high_before_, low_before_, seen_);
    }

  private:
    void write(std::span<double> outputs) const {
        outputs[0] = outputs[1] = nan;
        if (!sums_.full()) return;
        const Numbers<3> sums = sums_.sums();
        const double up = sums[0], down = sums[1], range = sums[2];
        outputs[0] = range == 0 ? 1 : up / range;
        outputs[1] = range == 0 ? 1 : down / range;
    }

    TrueRange range_;
    RollingSums<FlowTerms<3>> sums_;
    double high_before_ = nan, low_before_ = nan;
    bool seen_ = false;
};

class Supertrend final : public OfBar<Supertrend, 2> {
  public:
    explicit Supertrend(std::span<const double> p) : average_(Exponential::wilder(whole(p[0]))), width_(p[1]) {}
    void update_bar(const BarValues& bar, std::span<double> outputs) {
        outputs[0] = outputs[1] = nan;
        const double distance = width_ * average_.push(range_.push(bar));
        if (!finite(distance)) return;
        const double middle = (bar.high + bar.low) / 2;
        move_bands(middle + distance, middle - distance);
        turn(bar.close);
        close_before_ = bar.close;
        outputs[0] = rising_ ? lower_ : upper_;
        outputs[1] = rising_ ? 1 : -1;
    }
    template <class Archive>
    void state(Archive& archive) {
        archive(range_, average_, upper_, lower_, close_before_, rising_, started_);
    }

  private:
    // A band only comes nearer, until the close goes through it.
    void move_bands(double upper, double lower) {
        if (!started_ || upper < upper_ || close_before_ > upper_) upper_ = upper;
        if (!started_ || lower > lower_ || close_before_ < lower_) lower_ = lower;
    }
    void turn(double close) {
        if (!started_) rising_ = close >= (upper_ + lower_) / 2;
        started_ = true;
        if (rising_ && close < lower_) {
            rising_ = false;
        } else if (!rising_ && close > upper_) {
            rising_ = true;
        }
    }

    TrueRange range_;
    Exponential average_;
    double width_;
    double upper_ = 0, lower_ = 0, close_before_ = 0;
    bool rising_ = true, started_ = false;
};

// Wilder's stop and reverse. The value of a bar is the stop that was in force during it, or, on the bar that was
// stopped out, the extreme point from which the other direction starts.
class Psar final : public OfBar<Psar, 2> {
  public:
    explicit Psar(std::span<const double> p) : step_(p[0]), limit_(p[1]), factor_(p[0] < p[1] ? p[0] : p[1]) {}
    void update_bar(const BarValues& bar, std::span<double> outputs) {
        outputs[0] = outputs[1] = nan;
        if (!finite(bar.high + bar.low)) return;
        if (seen_ == 1) start(bar);
        if (seen_ >= 1) outputs[0] = rising_ ? advance(bar, 1) : advance(bar, -1);
        if (seen_ >= 1) outputs[1] = rising_ ? 1 : -1;
        seen_ = seen_ < 2 ? seen_ + 1 : 2;
        high_before_ = bar.high;
        low_before_ = bar.low;
    }
    template <class Archive>
    void state(Archive& archive) {
        archive(factor_, stop_, extreme_, high_before_, low_before_, seen_, rising_);
    }

  private:
    // Up, unless the second bar moved down more than up; the first stop is the far end of the first bar.
    void start(const BarValues& bar) {
        const double up = bar.high - high_before_;
        const double down = low_before_ - bar.low;
        rising_ = !(down > 0 && down > up);
        extreme_ = rising_ ? bar.high : bar.low;
        stop_ = rising_ ? low_before_ : high_before_;
        high_before_ = bar.high;  // the second bar counts as its own predecessor
        low_before_ = bar.low;
    }
    // Written for a rising trend; prices times `sign` turn a falling one round.
    double advance(const BarValues& bar, double sign) {
        const double near = sign * (sign > 0 ? bar.low : bar.high);
        const double far = sign * (sign > 0 ? bar.high : bar.low);
        const double near_before = sign * (sign > 0 ? low_before_ : high_before_);
        const double far_before = sign * (sign > 0 ? high_before_ : low_before_);
        if (near <= sign * stop_) return reverse(near, std::max(far_before, far), sign);

        const double shown = stop_;
        if (far > sign * extreme_) {
            extreme_ = sign * far;
            factor_ = std::min(factor_ + step_, limit_);
        }
        const double next = sign * stop_ + factor_ * (sign * extreme_ - sign * stop_);
        stop_ = sign * std::min(next, std::min(near, near_before));
        return shown;
    }
    double reverse(double near, double farthest, double sign) {
        rising_ = !rising_;
        const double shown = std::max(sign * extreme_, farthest);
        extreme_ = sign * near;
        factor_ = std::min(step_, limit_);
        const double next = shown + factor_ * (near - shown);
        stop_ = sign * std::max(next, farthest);
        return sign * shown;
    }

    double step_, limit_;
    double factor_;
    double stop_ = 0, extreme_ = 0;
    double high_before_ = nan, low_before_ = nan;
    uint64_t seen_ = 0;
    bool rising_ = true;
};

class Middle {
  public:
    explicit Middle(uint32_t period) : range_(period) {}
    double push(const BarValues& bar) {
        const auto [high, low] = range_.push(bar.high, bar.low);
        return (high + low) / 2;
    }
    template <class Archive>
    void state(Archive& archive) {
        archive(range_);
    }

  private:
    RollingRange range_;
};

class Ichimoku final : public OfBar<Ichimoku, 4> {
  public:
    explicit Ichimoku(std::span<const double> p)
        : conversion_(whole(p[0])),
          base_(whole(p[1])),
          span_(whole(p[2])),
          span_a_(whole(p[3])),
          span_b_(whole(p[3])) {}
    void update_bar(const BarValues& bar, std::span<double> outputs) {
        outputs[0] = conversion_.push(bar);
        outputs[1] = base_.push(bar);
        outputs[2] = span_a_.push((outputs[0] + outputs[1]) / 2);
        outputs[3] = span_b_.push(span_.push(bar));
    }
    template <class Archive>
    void state(Archive& archive) {
        archive(conversion_, base_, span_, span_a_, span_b_);
    }

  private:
    Middle conversion_, base_, span_;
    Delay span_a_, span_b_;
};

class HeikinAshi final : public OfBar<HeikinAshi, 4> {
  public:
    explicit HeikinAshi(std::span<const double>) {}
    void update_bar(const BarValues& bar, std::span<double> outputs) {
        std::ranges::fill(outputs, nan);
        if (!usable(bar) || !finite(bar.open)) return;
        open_ = started_ ? (open_ + close_) / 2 : (bar.open + bar.close) / 2;
        close_ = ((bar.open + bar.close) + (bar.high + bar.low)) / 4;
        started_ = true;
        outputs[0] = open_;
        outputs[1] = std::max(bar.high, std::max(open_, close_));
        outputs[2] = std::min(bar.low, std::min(open_, close_));
        outputs[3] = close_;
    }
    template <class Archive>
    void state(Archive& archive) {
        archive(open_, close_, started_);
    }

  private:
    double open_ = 0, close_ = 0;
    bool started_ = false;
};

class Mass final : public OfBar<Mass> {
  public:
    explicit Mass(std::span<const double> p)
        : once_(Exponential::standard(whole(p[0]))), twice_(Exponential::standard(whole(p[0]))), sum_(whole(p[1])) {}
    void update_bar(const BarValues& bar, std::span<double> outputs) {
        const double once = once_.push(bar.high - bar.low);
        const double twice = twice_.push(once);
        sum_.push({twice == 0 ? 1 : once / twice});
        outputs[0] = sum_.sum(0);
    }
    template <class Archive>
    void state(Archive& archive) {
        archive(once_, twice_, sum_);
    }

  private:
    Exponential once_, twice_;
    RollingSum sum_;
};

// The line of least squares through the last n values.
class Line {
  public:
    explicit Line(uint32_t period) : weights_(period), count_(period), spread_(count_ * (count_ * count_ - 1) / 12) {}
    void push(double value) { weights_.push(value); }
    bool full() const { return weights_.full(); }
    // Preconditions: full(), at least two values.
    double slope() const { return (weights_.weighted_sum() - (count_ + 1) / 2 * weights_.sum()) / spread_; }
    double mean() const { return weights_.base() + weights_.sum() / count_; }
    double end() const { return mean() + slope() * ((count_ - 1) / 2); }
    template <class Archive>
    void state(Archive& archive) {
        archive(weights_);
    }

  private:
    RollingWeights weights_;
    double count_;
    double spread_;
};

class LinReg final : public OfValue<LinReg, 3> {
  public:
    explicit LinReg(std::span<const double> p) : line_(whole(p[0])) {}
    void update_value(double value, std::span<double> outputs) {
        line_.push(value);
        outputs[0] = line_.full() ? line_.end() : nan;
        outputs[1] = line_.full() ? line_.slope() : nan;
        outputs[2] = outputs[0] + outputs[1];
    }
    template <class Archive>
    void state(Archive& archive) {
        archive(line_);
    }

  private:
    Line line_;
};

class Slope final : public OfValue<Slope> {
  public:
    explicit Slope(std::span<const double> p) : line_(whole(p[0])) {}
    void update_value(double value, std::span<double> outputs) {
        line_.push(value);
        outputs[0] = line_.full() ? line_.slope() : nan;
    }
    template <class Archive>
    void state(Archive& archive) {
        archive(line_);
    }

  private:
    Line line_;
};

constexpr std::string_view aroon_outputs[] = {"up", "down", "oscillator"};
constexpr std::string_view adx_outputs[] = {"adx", "plus_di", "minus_di"};
constexpr std::string_view vortex_outputs[] = {"plus", "minus"};
constexpr std::string_view value_and_direction[] = {"value", "direction"};
constexpr std::string_view ichimoku_outputs[] = {"conversion", "base", "span_a", "span_b"};
constexpr std::string_view bar_outputs[] = {"open", "high", "low", "close"};
constexpr std::string_view line_outputs[] = {"value", "slope", "forecast"};

constexpr IndicatorParameter period_14[] = {period_of(14)};
constexpr IndicatorParameter period_25[] = {period_of(25)};
constexpr IndicatorParameter line_period[] = {period_of(14, 2)};
constexpr IndicatorParameter supertrend_parameters[] = {period_of(10), {"width", 3, 0, 1e6, false}};
constexpr IndicatorParameter psar_parameters[] = {{"step", 0.02, 0, 1, false}, {"limit", 0.2, 0, 1, false}};
constexpr IndicatorParameter ichimoku_parameters[] = {period_of(9, 1, "conversion"), period_of(26, 1, "base"),
                                                      period_of(52, 1, "span"), period_of(26, 1, "displacement")};
constexpr IndicatorParameter mass_parameters[] = {period_of(9, 1, "smooth"), period_of(25)};

constexpr IndicatorTraits table[] = {
    {"aroon", "age of the highest high and the lowest low among n+1 bars, 100 is now, and the difference (25)", true,
     period_25, aroon_outputs, make<Aroon>},
    {"adx", "Wilder's directional movement: adx, +DI, -DI; adx starts with bar 2n-1 (14)", true, period_14, adx_outputs,
     make<Adx>},
    {"vortex", "upward and downward movement over true range; 1 and 1 when nothing moved (14)", true, period_14,
     vortex_outputs, make<Vortex>},
    {"supertrend",
     "band of `width` Wilder ATRs around (high + low) / 2 that the close has not broken, and 1 or -1 (10, 3)", true,
     supertrend_parameters, value_and_direction, make<Supertrend>},
    {"psar", "Wilder's parabolic stop and reverse, and 1 or -1 (0.02, 0.2)", true, psar_parameters, value_and_direction,
     make<Psar>},
    {"ichimoku", "middles of the ranges of 9 and 26 bars; spans as drawn at this bar, from 26 bars ago (9, 26, 52, 26)",
     true, ichimoku_parameters, ichimoku_outputs, make<Ichimoku>},
    {"heikin_ashi",
     "averaged bars; the first one opens at (open + close) / 2",
     true,
     {},
     bar_outputs,
     make<HeikinAshi>},
    {"mass", "mass index, sum over n of ema(range) / ema(ema(range)) (9, 25)", true, mass_parameters, one_value,
     make<Mass>},
    {"linreg", "end of the least squares line through n values, its slope, and the line one step on (14)", false,
     line_period, line_outputs, make<LinReg>},
    {"slope", "slope of the least squares line through n values, per update (14)", false, line_period, one_value,
     make<Slope>},
};

}  // namespace

std::span<const IndicatorTraits> trend() { return table; }

}  // namespace trd::indicators
