// Moving averages. Combinations of averages are written as one of them plus differences, so that flat prices give
// exactly that price.
#include "market/indicators/smoothing.h"
#include "market/indicators/windows.h"

namespace trd::indicators {
namespace {

Seed seed_of(double first_value) { return first_value != 0 ? Seed::first_value : Seed::mean_of_first_period; }

// An indicator that is one building block with `double push(double)`.
template <class Block>
class Single : public OfValue<Single<Block>> {
  public:
    explicit Single(Block block) : block_(std::move(block)) {}
    void update_value(double value, std::span<double> outputs) { outputs[0] = block_.push(value); }
    template <class Archive>
    void state(Archive& archive) {
        archive(block_);
    }

  private:
    Block block_;
};

struct Sma final : Single<RollingMean> {
    explicit Sma(std::span<const double> p) : Single(RollingMean(whole(p[0]))) {}
};
struct Ema final : Single<Exponential> {
    explicit Ema(std::span<const double> p) : Single(Exponential::standard(whole(p[0]), seed_of(p[1]))) {}
};
struct Rma final : Single<Exponential> {
    explicit Rma(std::span<const double> p) : Single(Exponential::wilder(whole(p[0]))) {}
};
struct Wma final : Single<RollingWeightedMean> {
    explicit Wma(std::span<const double> p) : Single(RollingWeightedMean(whole(p[0]))) {}
};

class Dema final : public OfValue<Dema> {
  public:
    explicit Dema(std::span<const double> p) : averages_(whole(p[0])) {}
    void update_value(double value, std::span<double> outputs) {
        const auto [once, twice] = averages_.push(value);
        outputs[0] = once + (once - twice);
    }
    template <class Archive>
    void state(Archive& archive) {
        archive(averages_);
    }

  private:
    Cascade<2> averages_;
};

class Tema final : public OfValue<Tema> {
  public:
    explicit Tema(std::span<const double> p) : averages_(whole(p[0])) {}
    void update_value(double value, std::span<double> outputs) {
        const auto [once, twice, thrice] = averages_.push(value);
        outputs[0] = thrice + 3 * (once - twice);
    }
    template <class Archive>
    void state(Archive& archive) {
        archive(averages_);
    }

  private:
    Cascade<3> averages_;
};

// A mean of means: weights rise to the middle of the window and fall again.
class Trima final : public OfValue<Trima> {
  public:
    explicit Trima(std::span<const double> p) : first_(whole(p[0]) / 2 + 1), second_((whole(p[0]) + 1) / 2) {}
    void update_value(double value, std::span<double> outputs) { outputs[0] = second_.push(first_.push(value)); }
    template <class Archive>
    void state(Archive& archive) {
        archive(first_, second_);
    }

  private:
    RollingMean first_, second_;
};

uint32_t root_of(double period) { return whole(std::sqrt(period)); }

class Hma final : public OfValue<Hma> {
  public:
    explicit Hma(std::span<const double> p) : half_(whole(p[0]) / 2), full_(whole(p[0])), last_(root_of(p[0])) {}
    void update_value(double value, std::span<double> outputs) {
        const double half = half_.push(value);
        const double full = full_.push(value);
        outputs[0] = last_.push(half + (half - full));
    }
    template <class Archive>
    void state(Archive& archive) {
        archive(half_, full_, last_);
    }

  private:
    RollingWeightedMean half_, full_, last_;
};

// Moves fast when the way was straight. The first average is the value before the first output, as in TA-Lib.
class Kama final : public OfValue<Kama> {
  public:
    explicit Kama(std::span<const double> p)
        : path_(whole(p[0])), before_(whole(p[0])), fast_(2 / (p[1] + 1)), slow_(2 / (p[2] + 1)) {}
    void update_value(double value, std::span<double> outputs) {
        outputs[0] = nan;
        const double start = before_.push(value);
        if (seen_) path_.push({std::abs(value - last_)});
        seen_ = true;
        if (path_.full() && finite(path_.sum(0))) outputs[0] = follow(value, std::abs(value - start), path_.sum(0));
        last_ = value;
    }
    template <class Archive>
    void state(Archive& archive) {
        archive(path_, before_, last_, average_, seen_, started_);
    }

  private:
    double follow(double value, double distance, double path) {
        if (!started_) average_ = last_;
        started_ = true;
        const double efficiency = path <= distance ? 1 : distance / path;
        const double alpha = efficiency * (fast_ - slow_) + slow_;
        return average_ += alpha * alpha * (value - average_);
    }

    RollingSum path_;
    Delay before_;
    double fast_, slow_;
    double last_ = nan;
    double average_ = 0;
    bool seen_ = false;
    bool started_ = false;
};

class Vwma final : public OfBar<Vwma> {
  public:
    explicit Vwma(std::span<const double> p) : sums_(whole(p[0])) {}
    void update_bar(const BarValues& bar, std::span<double> outputs) {
        sums_.push({bar.close, bar.volume});
        outputs[0] = nan;
        if (!sums_.full()) return;
        const Numbers<2> sums = sums_.sums();
        const double distances = sums[0], volume = sums[1];
        if (volume != 0) outputs[0] = sums_.base() + distances / volume;
    }
    template <class Archive>
    void state(Archive& archive) {
        archive(sums_);
    }

  private:
    RollingSums<VolumeTerms> sums_;
};

class Zlema final : public OfValue<Zlema> {
  public:
    explicit Zlema(std::span<const double> p)
        : lagged_((whole(p[0]) - 1) / 2 + 1), average_(Exponential::standard(whole(p[0]))) {}
    void update_value(double value, std::span<double> outputs) {
        lagged_.push(value);
        const double before = lagged_.full() ? lagged_.oldest() : nan;
        outputs[0] = average_.push(value + (value - before));
    }
    template <class Archive>
    void state(Archive& archive) {
        archive(lagged_, average_);
    }

  private:
    Window lagged_;
    Exponential average_;
};

class T3 final : public OfValue<T3> {
  public:
    explicit T3(std::span<const double> p) : averages_(whole(p[0])) {
        const double v = p[1];
        of_sixth_ = -v * v * v;
        of_fifth_ = 3 * v * v * (1 + v);
        of_fourth_ = -3 * v * (1 + v) * (1 + v);
    }
    void update_value(double value, std::span<double> outputs) {
        const auto stages = averages_.push(value);
        const double third = stages[2];
        outputs[0] = third + (of_fourth_ * (stages[3] - third) + of_fifth_ * (stages[4] - third) +
                              of_sixth_ * (stages[5] - third));
    }
    template <class Archive>
    void state(Archive& archive) {
        archive(averages_);
    }

  private:
    Cascade<6> averages_;
    double of_fourth_, of_fifth_, of_sixth_;
};

constexpr IndicatorParameter period_20[] = {period_of(20)};
constexpr IndicatorParameter period_14[] = {period_of(14)};
constexpr IndicatorParameter hma_parameters[] = {period_of(16, 2)};
constexpr IndicatorParameter ema_parameters[] = {period_of(20), {"seed_first", 0, 0, 1, true}};
constexpr IndicatorParameter kama_parameters[] = {period_of(10), period_of(2, 1, "fast"), period_of(30, 1, "slow")};
constexpr IndicatorParameter t3_parameters[] = {period_of(5), {"volume_factor", 0.7, 0, 1, false}};

constexpr IndicatorTraits table[] = {
    {"sma", "simple moving average (20)", false, period_20, one_value, make<Sma>},
    {"ema",
     "exponential average, alpha 2/(n+1), seeded by the mean of the first n (20); seed_first 1: by the first value",
     false, ema_parameters, one_value, make<Ema>},
    {"rma", "Wilder's average, alpha 1/n, seeded by the mean of the first n (14)", false, period_14, one_value,
     make<Rma>},
    {"wma", "linearly weighted average, the newest value counts n times (20)", false, period_20, one_value, make<Wma>},
    {"dema", "double exponential average, 2*e1 - e2 (20)", false, period_20, one_value, make<Dema>},
    {"tema", "triple exponential average, 3*e1 - 3*e2 + e3 (20)", false, period_20, one_value, make<Tema>},
    {"trima", "triangular average, the mean of a mean (20)", false, period_20, one_value, make<Trima>},
    {"hma", "Hull's average, wma(2*wma(n/2) - wma(n), sqrt(n)) with whole parts (16)", false, hma_parameters, one_value,
     make<Hma>},
    {"kama", "Kaufman's adaptive average, efficiency over n, speeds between ema(2) and ema(30) (10, 2, 30)", false,
     kama_parameters, one_value, make<Kama>},
    {"vwma", "average of closes weighted by volume; none while the window has no volume (20)", true, period_20,
     one_value, make<Vwma>},
    {"zlema", "ema of the value plus its change over (n-1)/2 bars (20)", false, period_20, one_value, make<Zlema>},
    {"t3", "Tillson's average of six exponential ones (5, volume factor 0.7)", false, t3_parameters, one_value,
     make<T3>},
};

}  // namespace

std::span<const IndicatorTraits> averages() { return table; }

}  // namespace trd::indicators
