// Oscillators and momentum. Where flat prices make a quotient of zeros, the answer is the middle of its scale.
#include "base/portable_math.h"
#include "market/indicators/bars.h"
#include "market/indicators/smoothing.h"
#include "market/indicators/windows.h"

namespace trd::indicators {
namespace {

// The difference of two exponential averages, and its own average.
class Macd final : public OfValue<Macd, 3> {
  public:
    explicit Macd(std::span<const double> p)
        : fast_(Exponential::standard(whole(p[0]))),
          slow_(Exponential::standard(whole(p[1]))),
          signal_(Exponential::standard(whole(p[2]))),
          late_(p[3] != 0 && p[1] > p[0] ? whole(p[1]) - whole(p[0]) : 0) {}
    void update_value(double value, std::span<double> outputs) {
        const double slow = slow_.push(value);
        const double line = push_fast(value) - slow;
        outputs[0] = line;
        outputs[1] = signal_.push(line);
        outputs[2] = line - outputs[1];
    }
    template <class Archive>
    void state(Archive& archive) {
        archive(fast_, slow_, signal_, skipped_);
    }

  private:
    double push_fast(double value) {
        if (skipped_ >= late_) return fast_.push(value);
        if (finite(value)) ++skipped_;
        return nan;
    }

    Exponential fast_, slow_, signal_;
    uint64_t late_;  // values that the fast average does not see, so that both seeds end together
    uint64_t skipped_ = 0;
};

class Apo final : public OfValue<Apo> {
  public:
    explicit Apo(std::span<const double> p)
        : fast_(Exponential::standard(whole(p[0]))), slow_(Exponential::standard(whole(p[1]))) {}
    void update_value(double value, std::span<double> outputs) {
        const double fast = fast_.push(value);
        outputs[0] = fast - slow_.push(value);
    }
    template <class Archive>
    void state(Archive& archive) {
        archive(fast_, slow_);
    }

  private:
    Exponential fast_, slow_;
};

class Ppo final : public OfValue<Ppo, 3> {
  public:
    explicit Ppo(std::span<const double> p)
        : fast_(Exponential::standard(whole(p[0]))),
          slow_(Exponential::standard(whole(p[1]))),
          signal_(Exponential::standard(whole(p[2]))) {}
    void update_value(double value, std::span<double> outputs) {
        const double fast = fast_.push(value);
        const double slow = slow_.push(value);
        outputs[0] = percent_of(fast - slow, slow, nan);
        outputs[1] = signal_.push(outputs[0]);
        outputs[2] = outputs[0] - outputs[1];
    }
    template <class Archive>
    void state(Archive& archive) {
        archive(fast_, slow_, signal_);
    }

  private:
    Exponential fast_, slow_, signal_;
};

class RelativeStrength {
  public:
    explicit RelativeStrength(uint32_t period)
        : gains_(Exponential::wilder(period)), losses_(Exponential::wilder(period)) {}
    double push(double value) {
        if (!finite(value)) return nan;
        const double change = value - last_;
        last_ = value;
        const double gain = gains_.push(gain_of(change));
        const double loss = losses_.push(loss_of(change));
        return percent_of(gain, gain + loss, 50);
    }
    template <class Archive>
    void state(Archive& archive) {
        archive(gains_, losses_, last_);
    }

  private:
    Exponential gains_, losses_;
    double last_ = nan;
};

class Rsi final : public OfValue<Rsi> {
  public:
    explicit Rsi(std::span<const double> p) : strength_(whole(p[0])) {}
    void update_value(double value, std::span<double> outputs) { outputs[0] = strength_.push(value); }
    template <class Archive>
    void state(Archive& archive) {
        archive(strength_);
    }

  private:
    RelativeStrength strength_;
};

// Where a value is between the extremes of the window, 0..100; a range not above `flat` counts as none.
double place_between(double value, double low, double high, double flat = 0) {
    return high - low <= flat ? 50 : 100 * ((value - low) / (high - low));
}

class Stoch final : public OfBar<Stoch, 2> {
  public:
    explicit Stoch(std::span<const double> p) : range_(whole(p[0])), k_(whole(p[1])), d_(whole(p[2])) {}
    void update_bar(const BarValues& bar, std::span<double> outputs) {
        const auto [high, low] = range_.push(bar.high, bar.low);
        outputs[0] = k_.push(place_between(bar.close, low, high));
        outputs[1] = d_.push(outputs[0]);
    }
    template <class Archive>
    void state(Archive& archive) {
        archive(range_, k_, d_);
    }

  private:
    RollingRange range_;
    RollingMean k_, d_;
};

class StochRsi final : public OfValue<StochRsi, 2> {
  public:
    explicit StochRsi(std::span<const double> p)
        : strength_(whole(p[0])), range_(whole(p[1])), k_(whole(p[2])), d_(whole(p[3])) {}
    void update_value(double value, std::span<double> outputs) {
        const double strength = strength_.push(value);
        const auto [high, low] = range_.push(strength, strength);
        outputs[0] = k_.push(place_between(strength, low, high, rounding));
        outputs[1] = d_.push(outputs[0]);
    }
    template <class Archive>
    void state(Archive& archive) {
        archive(strength_, range_, k_, d_);
    }

  private:
    static constexpr double rounding = 1e-11;  // an rsi that stands still still moves by rounding

    RelativeStrength strength_;
    RollingRange range_;
    RollingMean k_, d_;
};

class WilliamsR final : public OfBar<WilliamsR> {
  public:
    explicit WilliamsR(std::span<const double> p) : range_(whole(p[0])) {}
    void update_bar(const BarValues& bar, std::span<double> outputs) {
        const auto [high, low] = range_.push(bar.high, bar.low);
        outputs[0] = high == low ? -50 : -100 * ((high - bar.close) / (high - low));
    }
    template <class Archive>
    void state(Archive& archive) {
        archive(range_);
    }

  private:
    RollingRange range_;
};

class Cci final : public OfBar<Cci> {
  public:
    explicit Cci(std::span<const double> p) : mean_(whole(p[0])) {}
    void update_bar(const BarValues& bar, std::span<double> outputs) {
        const double price = typical_price(bar);
        const double mean = mean_.push(price);
        const double deviation = mean_deviation(mean);
        const bool flat = deviation <= typical_price_rounding * std::abs(mean);
        outputs[0] = flat ? 0 : (price - mean) / (0.015 * deviation);
    }
    template <class Archive>
    void state(Archive& archive) {
        archive(mean_);
    }

  private:
    // There is no constant-time way: every distance changes with the mean. Four sums at once keep the adder busy.
    double mean_deviation(double mean) const {
        const auto rows = mean_.values().rows();
        double sums[4] = {};
        size_t i = 0;
        for (; i + 4 <= rows.size(); i += 4) {
            for (size_t lane = 0; lane < 4; ++lane) sums[lane] += std::abs(rows[i + lane][0] - mean);
        }
        for (; i < rows.size(); ++i) sums[0] += std::abs(rows[i][0] - mean);
        return ((sums[0] + sums[1]) + (sums[2] + sums[3])) / static_cast<double>(rows.size());
    }

    RollingMean mean_;
};

class Mfi final : public OfBar<Mfi> {
  public:
    explicit Mfi(std::span<const double> p) : flows_(whole(p[0])) {}
    void update_bar(const BarValues& bar, std::span<double> outputs) {
        const double price = typical_price(bar);
        const double flow = price * bar.volume;
        outputs[0] = nan;
        if (seen_) {
            const double change = significant(price - last_, price);
            const double nothing = change * 0;  // or NaN
            flows_.push({counted(change > 0) * flow + nothing, counted(change < 0) * flow + nothing});
            outputs[0] = index();
        }
        seen_ = true;
        last_ = price;
    }
    template <class Archive>
    void state(Archive& archive) {
        archive(flows_, last_, seen_);
    }

  private:
    static double significant(double change, double price) {
        return std::abs(change) <= typical_price_rounding * std::abs(price) ? 0 : change;
    }
    double index() const {
        if (!flows_.full()) return nan;
        const Numbers<2> sums = flows_.sums();
        const double up = sums[0], down = sums[1];
        return percent_of(up, up + down, 50);
    }

    RollingSums<FlowTerms<2>> flows_;
    double last_ = nan;
    bool seen_ = false;
};

class Roc final : public OfValue<Roc> {
  public:
    explicit Roc(std::span<const double> p) : before_(whole(p[0])) {}
    void update_value(double value, std::span<double> outputs) {
        const double before = before_.push(value);
        outputs[0] = percent_of(value - before, before, nan);
    }
    template <class Archive>
    void state(Archive& archive) {
        archive(before_);
    }

  private:
    Delay before_;
};

class Momentum final : public OfValue<Momentum> {
  public:
    explicit Momentum(std::span<const double> p) : before_(whole(p[0])) {}
    void update_value(double value, std::span<double> outputs) { outputs[0] = value - before_.push(value); }
    template <class Archive>
    void state(Archive& archive) {
        archive(before_);
    }

  private:
    Delay before_;
};

class Cmo final : public OfValue<Cmo> {
  public:
    explicit Cmo(std::span<const double> p) : changes_(whole(p[0])) {}
    void update_value(double value, std::span<double> outputs) {
        const double change = value - last_;
        last_ = value;
        outputs[0] = nan;
        if (seen_) {
            changes_.push({gain_of(change), loss_of(change)});
            outputs[0] = oscillator();
        }
        seen_ = true;
    }
    template <class Archive>
    void state(Archive& archive) {
        archive(changes_, last_, seen_);
    }

  private:
    double oscillator() const {
        if (!changes_.full()) return nan;
        const Numbers<2> sums = changes_.sums();
        const double up = sums[0], down = sums[1];
        return percent_of(up - down, up + down, 0);
    }

    RollingSums<FlowTerms<2>> changes_;
    double last_ = nan;
    bool seen_ = false;
};

class Trix final : public OfValue<Trix> {
  public:
    explicit Trix(std::span<const double> p) : averages_(whole(p[0])) {}
    void update_value(double value, std::span<double> outputs) {
        const double before = averages_.value();
        const double now = averages_.push(value).back();
        outputs[0] = percent_of(now - before, before, nan);
    }
    template <class Archive>
    void state(Archive& archive) {
        archive(averages_);
    }

  private:
    Cascade<3> averages_;
};

class TwiceSmoothed {
  public:
    TwiceSmoothed(uint32_t slow, uint32_t fast)
        : slow_(Exponential::standard(slow)), fast_(Exponential::standard(fast)) {}
    double push(double value) { return fast_.push(slow_.push(value)); }
    template <class Archive>
    void state(Archive& archive) {
        archive(slow_, fast_);
    }

  private:
    Exponential slow_, fast_;
};

class Tsi final : public OfValue<Tsi, 2> {
  public:
    explicit Tsi(std::span<const double> p)
        : changes_(whole(p[0]), whole(p[1])),
          sizes_(whole(p[0]), whole(p[1])),
          signal_(Exponential::standard(whole(p[2]))) {}
    void update_value(double value, std::span<double> outputs) {
        outputs[0] = outputs[1] = nan;
        if (!finite(value)) return;
        const double change = value - last_;
        last_ = value;
        const double smooth = changes_.push(change);
        outputs[0] = percent_of(smooth, sizes_.push(std::abs(change)), 0);
        outputs[1] = signal_.push(outputs[0]);
    }
    template <class Archive>
    void state(Archive& archive) {
        archive(changes_, sizes_, signal_, last_);
    }

  private:
    TwiceSmoothed changes_, sizes_;
    Exponential signal_;
    double last_ = nan;
};

// Buying pressure per true range over one of the three periods.
class Pressure {
  public:
    explicit Pressure(uint32_t period) : sums_(period) {}
    double push(double pressure, double range) {
        sums_.push({pressure, range});
        if (!sums_.full()) return nan;
        const Numbers<2> sums = sums_.sums();
        const double pressures = sums[0], ranges = sums[1];
        return ranges == 0 ? 0.5 : pressures / ranges;
    }
    template <class Archive>
    void state(Archive& archive) {
        archive(sums_);
    }

  private:
    RollingSums<FlowTerms<2>> sums_;
};

class Ultosc final : public OfBar<Ultosc> {
  public:
    explicit Ultosc(std::span<const double> p) : short_(whole(p[0])), middle_(whole(p[1])), long_(whole(p[2])) {}
    void update_bar(const BarValues& bar, std::span<double> outputs) {
        const double before = close_before_;
        close_before_ = bar.close;
        const double range = range_.push(bar);
        outputs[0] = nan;
        if (!seen_) {
            seen_ = true;
            return;
        }
        const double pressure = bar.close - (bar.low < before ? bar.low : before);
        const double weighted = 4 * short_.push(pressure, range) + 2 * middle_.push(pressure, range);
        outputs[0] = 100 * ((weighted + long_.push(pressure, range)) / 7);
    }
    template <class Archive>
    void state(Archive& archive) {
        archive(range_, short_, middle_, long_, close_before_, seen_);
    }

  private:
    TrueRange range_;
    Pressure short_, middle_, long_;
    double close_before_ = nan;
    bool seen_ = false;
};

class Ao final : public OfBar<Ao> {
  public:
    explicit Ao(std::span<const double> p) : fast_(whole(p[0])), slow_(whole(p[1])) {}
    void update_bar(const BarValues& bar, std::span<double> outputs) {
        const double middle = (bar.high + bar.low) / 2;
        const double fast = fast_.push(middle);
        outputs[0] = fast - slow_.push(middle);
    }
    template <class Archive>
    void state(Archive& archive) {
        archive(fast_, slow_);
    }

  private:
    RollingMean fast_, slow_;
};

class Dpo final : public OfValue<Dpo> {
  public:
    explicit Dpo(std::span<const double> p) : mean_(whole(p[0])), before_(whole(p[0]) / 2 + 1) {}
    void update_value(double value, std::span<double> outputs) {
        const double before = before_.push(value);
        outputs[0] = before - mean_.push(value);
    }
    template <class Archive>
    void state(Archive& archive) {
        archive(mean_, before_);
    }

  private:
    RollingMean mean_;
    Delay before_;
};

class Fisher final : public OfBar<Fisher, 2> {
  public:
    explicit Fisher(std::span<const double> p) : range_(whole(p[0])) {}
    void update_bar(const BarValues& bar, std::span<double> outputs) {
        const double middle = (bar.high + bar.low) / 2;
        const auto [high, low] = range_.push(middle, middle);
        outputs[0] = outputs[1] = nan;
        if (!finite(high - low)) return;
        outputs[1] = started_ ? fisher_ : 0;
        outputs[0] = advance(place_between(middle, low, high) / 100 - 0.5);
    }
    template <class Archive>
    void state(Archive& archive) {
        archive(range_, position_, fisher_, started_);
    }

  private:
    double advance(double place) {
        started_ = true;
        position_ = 0.66 * place + 0.67 * position_;
        position_ = position_ > 0.999 ? 0.999 : position_ < -0.999 ? -0.999 : position_;
        fisher_ = 0.5 * portable::quick_log((1 + position_) / (1 - position_)) + 0.5 * fisher_;
        return fisher_;
    }

    RollingRange range_;
    double position_ = 0, fisher_ = 0;
    bool started_ = false;
};

class Bop final : public OfBar<Bop> {
  public:
    explicit Bop(std::span<const double>) {}
    void update_bar(const BarValues& bar, std::span<double> outputs) {
        outputs[0] = bar.high == bar.low ? 0 : (bar.close - bar.open) / (bar.high - bar.low);
    }
    template <class Archive>
    void state(Archive&) {}
};

constexpr std::string_view macd_outputs[] = {"macd", "signal", "histogram"};
constexpr std::string_view ppo_outputs[] = {"ppo", "signal", "histogram"};
constexpr std::string_view k_and_d[] = {"k", "d"};
constexpr std::string_view value_and_signal[] = {"value", "signal"};
constexpr std::string_view fisher_outputs[] = {"fisher", "trigger"};

constexpr IndicatorParameter fast_slow[] = {period_of(12, 1, "fast"), period_of(26, 1, "slow")};
constexpr IndicatorParameter ao_parameters[] = {period_of(5, 1, "fast"), period_of(34, 1, "slow")};
constexpr IndicatorParameter macd_parameters[] = {
    period_of(12, 1, "fast"), period_of(26, 1, "slow"), period_of(9, 1, "signal"), {"talib", 0, 0, 1, true}};
constexpr IndicatorParameter ppo_parameters[] = {period_of(12, 1, "fast"), period_of(26, 1, "slow"),
                                                 period_of(9, 1, "signal")};
constexpr IndicatorParameter period_9[] = {period_of(9)};
constexpr IndicatorParameter period_10[] = {period_of(10)};
constexpr IndicatorParameter period_14[] = {period_of(14)};
constexpr IndicatorParameter period_15[] = {period_of(15)};
constexpr IndicatorParameter period_20[] = {period_of(20)};
constexpr IndicatorParameter stoch_parameters[] = {period_of(14), period_of(3, 1, "smooth"), period_of(3, 1, "signal")};
constexpr IndicatorParameter stochrsi_parameters[] = {period_of(14, 1, "rsi"), period_of(14), period_of(3, 1, "smooth"),
                                                      period_of(3, 1, "signal")};
constexpr IndicatorParameter tsi_parameters[] = {period_of(25, 1, "slow"), period_of(13, 1, "fast"),
                                                 period_of(7, 1, "signal")};
constexpr IndicatorParameter ultosc_parameters[] = {period_of(7, 1, "short"), period_of(14, 1, "middle"),
                                                    period_of(28, 1, "long")};

constexpr IndicatorTraits table[] = {
    {"macd", "ema(fast) - ema(slow), its ema, and the difference (12, 26, 9); talib 1: both seeds end on the same bar",
     false, macd_parameters, macd_outputs, make<Macd>},
    {"ppo", "100 * (ema(fast) - ema(slow)) / ema(slow), its ema, and the difference (12, 26, 9)", false, ppo_parameters,
     ppo_outputs, make<Ppo>},
    {"apo", "ema(fast) - ema(slow) (12, 26)", false, fast_slow, one_value, make<Apo>},
    {"rsi", "relative strength with Wilder's averages, 50 when nothing moved (14)", false, period_14, one_value,
     make<Rsi>},
    {"stoch", "place of the close in the range of n bars, smoothed, and its mean; 50 without a range (14, 3, 3)", true,
     stoch_parameters, k_and_d, make<Stoch>},
    {"stochrsi", "place of the rsi in its own range of n values, smoothed, and its mean (14, 14, 3, 3)", false,
     stochrsi_parameters, k_and_d, make<StochRsi>},
    {"williams_r", "distance of the close from the top of the range, -100..0; -50 without a range (14)", true,
     period_14, one_value, make<WilliamsR>},
    {"cci", "typical price less its mean, over 0.015 mean deviations; 0 when nothing deviates (20)", true, period_20,
     one_value, make<Cci>},
    {"mfi", "share of rising money flow, typical price times volume; 50 without flow (14)", true, period_14, one_value,
     make<Mfi>},
    {"roc", "change over n values in per cent (10)", false, period_10, one_value, make<Roc>},
    {"momentum", "change over n values (10)", false, period_10, one_value, make<Momentum>},
    {"cmo", "Chande's oscillator, (gains - losses) / (gains + losses) over n changes, -100..100 (14)", false, period_14,
     one_value, make<Cmo>},
    {"trix", "change of a triple exponential average in per cent (15)", false, period_15, one_value, make<Trix>},
    {"tsi", "changes smoothed twice over their sizes smoothed twice, and its ema (25, 13, 7)", false, tsi_parameters,
     value_and_signal, make<Tsi>},
    {"ultosc", "Williams' ultimate oscillator, buying pressure over three periods (7, 14, 28)", true, ultosc_parameters,
     one_value, make<Ultosc>},
    {"ao", "awesome oscillator, sma(fast) - sma(slow) of (high + low) / 2 (5, 34)", true, ao_parameters, one_value,
     make<Ao>},
    {"dpo", "value n/2+1 updates ago less the mean of n; never looks ahead (20)", false, period_20, one_value,
     make<Dpo>},
    {"fisher", "Ehlers' transform of the place of (high + low) / 2 in its range, and the value before (9)", true,
     period_9, fisher_outputs, make<Fisher>},
    {"bop", "balance of power, (close - open) / (high - low); 0 without a range", true, {}, one_value, make<Bop>},
};

}  // namespace

std::span<const IndicatorTraits> momentum() { return table; }

}  // namespace trd::indicators
