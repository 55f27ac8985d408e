// Volume and money flow. Running totals skip a bar that is not usable.
#include "market/indicators/bars.h"
#include "market/indicators/smoothing.h"
#include "market/indicators/windows.h"

namespace trd::indicators {
namespace {

bool tradable(const BarValues& bar) { return finite(bar.high + bar.low + bar.close + bar.volume); }

class Obv final : public OfBar<Obv> {
  public:
    explicit Obv(std::span<const double>) {}
    void update_bar(const BarValues& bar, std::span<double> outputs) {
        outputs[0] = nan;
        if (!tradable(bar)) return;
        const double before = started_ ? close_before_ : bar.close;
        total_ += (counted(bar.close > before) - counted(bar.close < before)) * bar.volume;
        started_ = true;
        close_before_ = bar.close;
        outputs[0] = total_;
    }
    template <class Archive>
    void state(Archive& archive) {
        archive(total_, close_before_, started_);
    }

  private:
    double total_ = 0, close_before_ = 0;
    bool started_ = false;
};

class Pvt final : public OfBar<Pvt> {
  public:
    explicit Pvt(std::span<const double>) {}
    void update_bar(const BarValues& bar, std::span<double> outputs) {
        outputs[0] = nan;
        if (!tradable(bar)) return;
        if (close_before_ != 0) total_ += bar.volume * ((bar.close - close_before_) / close_before_);
        close_before_ = bar.close;
        outputs[0] = total_;
    }
    template <class Archive>
    void state(Archive& archive) {
        archive(total_, close_before_);
    }

  private:
    double total_ = 0;
    double close_before_ = 0;  // 0: none yet
};

// Volume times the place of the close in the bar's range, -1..1; nothing without a range.
double money_flow(const BarValues& bar) {
    if (bar.high == bar.low) [[unlikely]]
        return 0 * bar.volume;
    return ((bar.close - bar.low) - (bar.high - bar.close)) / (bar.high - bar.low) * bar.volume;
}

class Accumulation {
  public:
    // NaN for a bar that is not usable; the total stays.
    double push(const BarValues& bar) {
        if (tradable(bar)) [[likely]]
            return total_ += money_flow(bar);
        return nan;
    }
    template <class Archive>
    void state(Archive& archive) {
        archive(total_);
    }

  private:
    double total_ = 0;
};

class Ad final : public OfBar<Ad> {
  public:
    explicit Ad(std::span<const double>) {}
    void update_bar(const BarValues& bar, std::span<double> outputs) { outputs[0] = total_.push(bar); }
    template <class Archive>
    void state(Archive& archive) {
        archive(total_);
    }

  private:
    Accumulation total_;
};

// Both averages start with the first total, as everywhere; shown once the longer one has seen its period.
class AdOsc final : public OfBar<AdOsc> {
  public:
    explicit AdOsc(std::span<const double> p)
        : fast_(Exponential::standard(whole(p[0]), Seed::first_value)),
          slow_(Exponential::standard(whole(p[1]), Seed::first_value)),
          lookback_(whole(std::max(p[0], p[1]))) {}
    void update_bar(const BarValues& bar, std::span<double> outputs) {
        const double value = distance_at(total_.push(bar));
        outputs[0] = value;
        if (seen_ == lookback_) [[likely]]
            return;
        if (finite(value)) ++seen_;
        if (seen_ != lookback_) outputs[0] = nan;
    }
    template <class Archive>
    void state(Archive& archive) {
        archive(total_, fast_, slow_, seen_);
    }

  private:
    double distance_at(double total) {
        if (finite(total) && fast_.warm() && slow_.warm()) [[likely]]
            return fast_.follow(total) - slow_.follow(total);
        const double fast = fast_.push(total);
        return fast - slow_.push(total);
    }

    Accumulation total_;
    Exponential fast_, slow_;
    uint64_t lookback_;
    uint64_t seen_ = 0;
};

// Sums of distances from the first price since the start, so that equal prices give exactly that price.
class VolumeWeightedPrice {
  public:
    void restart() { *this = {}; }
    // NaN before there is volume.
    double push(double price, double volume) {
        if (!started_) base_ = price;
        started_ = true;
        distances_ += (price - base_) * volume;
        volume_ += volume;
        return volume_ == 0 ? nan : base_ + distances_ / volume_;
    }
    template <class Archive>
    void state(Archive& archive) {
        archive(base_, distances_, volume_, started_);
    }

  private:
    double base_ = 0, distances_ = 0, volume_ = 0;
    bool started_ = false;
};

class Vwap final : public OfBar<Vwap> {
  public:
    explicit Vwap(std::span<const double> p) : offset_(minutes(static_cast<int64_t>(p[0]))) {}
    void update_bar(const BarValues& bar, std::span<double> outputs) {
        outputs[0] = nan;
        if (!tradable(bar)) return;
        const int64_t day = utc_day(Timestamp{bar.open_time_ns} - offset_);
        if (day != day_) price_.restart();
        day_ = day;
        outputs[0] = price_.push(typical_price(bar), bar.volume);
    }
    template <class Archive>
    void state(Archive& archive) {
        archive(price_, day_);
    }

  private:
    Duration offset_;
    VolumeWeightedPrice price_;
    int64_t day_ = std::numeric_limits<int64_t>::min();
};

class VwapAnchored final : public OfBar<VwapAnchored> {
  public:
    explicit VwapAnchored(std::span<const double> p) : anchor_(Timestamp{} + seconds(static_cast<int64_t>(p[0]))) {}
    void update_bar(const BarValues& bar, std::span<double> outputs) {
        outputs[0] = nan;
        if (!tradable(bar) || bar.open_time_ns < anchor_.ns) return;
        outputs[0] = price_.push(typical_price(bar), bar.volume);
    }
    template <class Archive>
    void state(Archive& archive) {
        archive(price_);
    }

  private:
    Timestamp anchor_;
    VolumeWeightedPrice price_;
};

class Cmf final : public OfBar<Cmf> {
  public:
    explicit Cmf(std::span<const double> p) : sums_(whole(p[0])) {}
    void update_bar(const BarValues& bar, std::span<double> outputs) {
        sums_.push({money_flow(bar), bar.volume});
        outputs[0] = nan;
        if (!sums_.full()) return;
        const Numbers<2> sums = sums_.sums();
        const double flow = sums[0], volume = sums[1];
        outputs[0] = volume == 0 ? 0 : flow / volume;
    }
    template <class Archive>
    void state(Archive& archive) {
        archive(sums_);
    }

  private:
    RollingSums<FlowTerms<2>> sums_;
};

class Force final : public OfBar<Force> {
  public:
    explicit Force(std::span<const double> p) : average_(Exponential::standard(whole(p[0]))) {}
    void update_bar(const BarValues& bar, std::span<double> outputs) {
        const double change = bar.close - close_before_;
        close_before_ = bar.close;
        outputs[0] = average_.push(change * bar.volume);
    }
    template <class Archive>
    void state(Archive& archive) {
        archive(average_, close_before_);
    }

  private:
    Exponential average_;
    double close_before_ = nan;
};

class Eom final : public OfBar<Eom> {
  public:
    explicit Eom(std::span<const double> p) : eases_(whole(p[0])), share_(p[1] / p[0]) {}
    void update_bar(const BarValues& bar, std::span<double> outputs) {
        const double middle = (bar.high + bar.low) / 2;
        const double ease = (middle - middle_before_) * (bar.high - bar.low);
        middle_before_ = middle;
        double ease_per_unit = ease / bar.volume;
        if (bar.volume == 0) [[unlikely]]
            ease_per_unit = ease * 0;
        eases_.push({ease_per_unit});
        outputs[0] = eases_.sum(0) * share_;
    }
    template <class Archive>
    void state(Archive& archive) {
        archive(eases_, middle_before_);
    }

  private:
    RollingSum eases_;
    double share_;  // of each of them in the mean, at the scale
    double middle_before_ = nan;
};

constexpr double last_second = 9'000'000'000;  // year 2255

constexpr IndicatorParameter period_13[] = {period_of(13)};
constexpr IndicatorParameter period_20[] = {period_of(20)};
constexpr IndicatorParameter adosc_parameters[] = {period_of(3, 1, "fast"), period_of(10, 1, "slow")};
constexpr IndicatorParameter vwap_parameters[] = {{"offset_minutes", 0, -1440, 1440, true}};
constexpr IndicatorParameter anchored_parameters[] = {{"anchor_s", nan, -last_second, last_second, true}};
constexpr IndicatorParameter eom_parameters[] = {period_of(14), {"scale", 1e8, 0, 1e300, false}};

constexpr IndicatorTraits table[] = {
    {"obv",
     "on-balance volume: volume added when the close rises, subtracted when it falls, from 0",
     true,
     {},
     one_value,
     make<Obv>},
    {"pvt",
     "price-volume trend: sum of volume times relative change of the close, from 0",
     true,
     {},
     one_value,
     make<Pvt>},
    {"ad",
     "accumulation/distribution: sum of volume times the place of the close in its bar",
     true,
     {},
     one_value,
     make<Ad>},
    {"adosc", "Chaikin's oscillator, ema(fast) - ema(slow) of ad, both from its first value (3, 10)", true,
     adosc_parameters, one_value, make<AdOsc>},
    {"vwap", "typical price weighted by volume since 00:00 UTC plus offset_minutes, by the bar's open (0)", true,
     vwap_parameters, one_value, make<Vwap>},
    {"vwap_anchored", "typical price weighted by volume since anchor_s, seconds since 1970", true, anchored_parameters,
     one_value, make<VwapAnchored>},
    {"cmf", "Chaikin's money flow over the volume of n bars; 0 without volume (20)", true, period_20, one_value,
     make<Cmf>},
    {"force", "force index, ema of change times volume (13)", true, period_13, one_value, make<Force>},
    {"eom", "ease of movement, mean of (move of the middle) * range * scale / volume (14, 1e8)", true, eom_parameters,
     one_value, make<Eom>},
};

}  // namespace

std::span<const IndicatorTraits> volume() { return table; }

}  // namespace trd::indicators
