// Every indicator against its slow recomputation (indicator_slow.h).
#include "indicator_slow.h"

#include <map>

using namespace trd;
using namespace trd::test;
using namespace trd::test::slow;

namespace {

struct Case {
    Series parameters;
    std::function<Outputs(const Bars&)> slow;
};

// One output of closes.
Case of_closes(Series parameters, const std::function<Series(const Series&)>& f) {
    return {parameters, [f](const Bars& bars) { return Outputs{f(closes(bars))}; }};
}
Case of_bars(Series parameters, const std::function<Series(const Bars&)>& f) {
    return {parameters, [f](const Bars& bars) { return Outputs{f(bars)}; }};
}

std::multimap<std::string, Case> all_cases() {
    std::multimap<std::string, Case> cases;
    for (const size_t n : {1, 2, 3, 7, 20, 64}) {
        const Series p = {static_cast<double>(n)};
        cases.insert({"sma", of_closes(p, [n](const Series& v) { return sma(v, n); })});
        cases.insert({"ema", of_closes(p, [n](const Series& v) { return ema(v, n); })});
        cases.insert({"rma", of_closes(p, [n](const Series& v) { return rma(v, n); })});
        cases.insert({"wma", of_closes(p, [n](const Series& v) { return wma(v, n); })});
        cases.insert({"dema", of_closes(p, [n](const Series& v) {
                          return combine(ema(v, n), ema(ema(v, n), n), [](double a, double b) { return 2 * a - b; });
                      })});
        cases.insert({"tema", of_closes(p, [n](const Series& v) {
                          const Series sum =
                              combine(ema(v, n), ema3(v, n), [](double a, double c) { return 3 * a + c; });
                          return combine(sum, ema(ema(v, n), n), [](double s, double b) { return s - 3 * b; });
                      })});
        cases.insert({"trima", of_closes(p, [n](const Series& v) {
                          return windows(v, n, [](const Series& w) {
                              double sum = 0, weights = 0;
                              for (size_t i = 0; i < w.size(); ++i) {
                                  const auto weight = static_cast<double>(std::min(i + 1, w.size() - i));
                                  sum += weight * w[i];
                                  weights += weight;
                              }
                              return sum / weights;
                          });
                      })});
        cases.insert({"kama", of_closes(p, [n](const Series& v) { return kama(v, n); })});
        cases.insert({"vwma", of_bars(p, [n](const Bars& b) { return vwma(b, n); })});
        cases.insert({"zlema", of_closes(p, [n](const Series& v) {
                          const Series ahead =
                              combine(v, lag(v, (n - 1) / 2), [](double a, double b) { return 2 * a - b; });
                          return ema(ahead, n);
                      })});
        cases.insert({"t3", of_closes(p, [n](const Series& v) { return t3(v, n, 0.7); })});
        cases.insert({"rsi", of_closes(p, [n](const Series& v) { return rsi(v, n); })});
        cases.insert({"williams_r", of_bars(p, [n](const Bars& b) {
                          return each(stochastic(highs(b), lows(b), closes(b), n, 1, 1)[0],
                                      [](double x) { return x - 100; });
                      })});
        cases.insert({"cci", of_bars(p, [n](const Bars& b) { return cci(b, n); })});
        cases.insert({"mfi", of_bars(p, [n](const Bars& b) { return mfi(b, n); })});
        cases.insert({"roc", of_closes(p, [n](const Series& v) {
                          return combine(v, lag(v, n), [](double a, double b) { return 100 * (a / b - 1); });
                      })});
        cases.insert({"momentum", of_closes(p, [n](const Series& v) { return minus(v, lag(v, n)); })});
        cases.insert({"cmo", of_closes(p, [n](const Series& v) {
                          return combine(sums(gains(v), n), sums(losses(v), n),
                                         [](double g, double l) { return 100 * ratio(g - l, g + l, 0); });
                      })});
        cases.insert({"trix", of_closes(p, [n](const Series& v) {
                          return combine(ema3(v, n), lag(ema3(v, n), 1),
                                         [](double a, double b) { return 100 * (a / b - 1); });
                      })});
        cases.insert({"dpo", of_closes(p, [n](const Series& v) { return minus(lag(v, n / 2 + 1), sma(v, n)); })});
        cases.insert({"aroon", {p, [n](const Bars& b) { return aroon(b, n); }}});
        cases.insert({"adx", {p, [n](const Bars& b) { return adx(b, n); }}});
        cases.insert({"vortex", {p, [n](const Bars& b) { return vortex(b, n); }}});
        cases.insert({"atr", of_bars(p, [n](const Bars& b) { return atr(b, n); })});
        cases.insert({"natr", of_bars(p, [n](const Bars& b) {
                          return combine(atr(b, n), closes(b), [](double a, double c) { return 100 * a / c; });
                      })});
        cases.insert({"supertrend", {{p[0], 1.5}, [n](const Bars& b) { return supertrend(b, n, 1.5); }}});
        cases.insert(
            {"donchian", {p, [n](const Bars& b) {
                              return Outputs{windows(highs(b), n, top), middle_of(b, n), windows(lows(b), n, bottom)};
                          }}});
        cases.insert({"highest", of_closes(p, [n](const Series& v) { return windows(v, n, top); })});
        cases.insert({"lowest", of_closes(p, [n](const Series& v) { return windows(v, n, bottom); })});
        cases.insert({"median", of_closes(p, [n](const Series& v) { return windows(v, n, median); })});
        cases.insert({"percent_rank", of_closes(p, [n](const Series& v) { return percent_rank(v, n); })});
        cases.insert({"cmf", of_bars(p, [n](const Bars& b) {
                          return combine(sums(flow(b), n), sums(volumes(b), n),
                                         [](double a, double v) { return a / v; });
                      })});
        cases.insert({"force", of_bars(p, [n](const Bars& b) {
                          return ema(combine(change(closes(b)), volumes(b), [](double c, double v) { return c * v; }),
                                     n);
                      })});
        cases.insert({"eom", of_bars(p, [n](const Bars& b) { return eom(b, n); })});
        cases.insert({"fisher", {p, [n](const Bars& b) { return fisher(b, n); }}});
        if (n == 1) continue;
        cases.insert({"hma", of_closes(p, [n](const Series& v) { return hma(v, n); })});
        cases.insert({"stddev", of_closes(p, [n](const Series& v) { return windows(v, n, deviation); })});
        cases.insert({"variance", of_closes({p[0], 1}, [n](const Series& v) {
                          return windows(v, n, [](const Series& w) {
                              const auto count = static_cast<double>(w.size());
                              return deviation(w) * deviation(w) * count / (count - 1);
                          });
                      })});
        cases.insert({"zscore", of_closes(p, [n](const Series& v) {
                          return combine(minus(v, sma(v, n)), windows(v, n, deviation),
                                         [](double a, double b) { return b < 1e-12 ? 0 : a / b; });
                      })});
        cases.insert({"bollinger", {{p[0], 2.5}, [n](const Bars& b) { return bollinger(closes(b), n, 2.5); }}});
        cases.insert({"slope", of_closes(p, [n](const Series& v) { return slope(v, n); })});
        cases.insert({"linreg", {p, [n](const Bars& b) {
                                     const Series s = slope(closes(b), n), m = sma(closes(b), n);
                                     const double half = (static_cast<double>(n) - 1) / 2;
                                     const Series end =
                                         combine(m, s, [half](double mid, double x) { return mid + half * x; });
                                     return Outputs{end, s, combine(end, s, [](double e, double x) { return e + x; })};
                                 }}});
        cases.insert({"choppiness", of_bars(p, [n](const Bars& b) { return choppiness(b, n); })});
    }
    cases.insert({"ema", of_closes({9, 1}, [](const Series& v) { return smooth(v, 9, 0.2, true); })});
    cases.insert({"macd", {{}, [](const Bars& b) { return macd(closes(b), false); }}});
    cases.insert({"ppo", {{}, [](const Bars& b) { return macd(closes(b), true); }}});
    cases.insert({"apo", of_closes({}, [](const Series& v) { return macd(v, false)[0]; })});
    cases.insert(
        {"stoch", {{14, 3, 5}, [](const Bars& b) { return stochastic(highs(b), lows(b), closes(b), 14, 3, 5); }}});
    cases.insert({"stochrsi", {{10, 14, 3, 5}, [](const Bars& b) {
                                   const Series r = rsi(closes(b), 10);
                                   return stochastic(r, r, r, 14, 3, 5);
                               }}});
    cases.insert({"tsi", {{}, [](const Bars& b) { return tsi(closes(b)); }}});
    cases.insert({"ultosc", of_bars({}, ultosc)});
    cases.insert({"ao", of_bars({}, [](const Bars& b) { return minus(sma(middles(b), 5), sma(middles(b), 34)); })});
    cases.insert({"bop", of_bars({}, [](const Bars& b) {
                      return map_bars(b, [](const BarValues& x) { return ratio(x.close - x.open, x.high - x.low, 0); });
                  })});
    cases.insert({"psar", {{}, [](const Bars& b) { return psar(b, 0.02, 0.2); }}});
    cases.insert({"psar", {{0.1, 0.15}, [](const Bars& b) { return psar(b, 0.1, 0.15); }}});
    cases.insert({"ichimoku", {{}, ichimoku}});
    cases.insert({"heikin_ashi", {{}, heikin_ashi}});
    cases.insert({"mass", of_bars({}, mass)});
    cases.insert({"keltner", {{}, keltner}});
    cases.insert({"true_range", of_bars({}, true_range)});
    cases.insert({"obv", of_bars({}, obv)});
    cases.insert({"pvt", of_bars({}, pvt)});
    cases.insert({"ad", of_bars({}, [](const Bars& b) { return running(flow(b)); })});
    cases.insert({"adosc", of_bars({}, adosc)});
    cases.insert({"vwap", of_bars({}, [](const Bars& b) {
                      return vwap(b, [](size_t i, size_t j) { return i / 24 == j / 24; });
                  })});
    cases.insert({"vwap", of_bars({120}, [](const Bars& b) {
                      return vwap(b, [](size_t i, size_t j) { return (i + 22) / 24 == (j + 22) / 24; });
                  })});
    cases.insert({"vwap_anchored", of_bars({3600 * 30}, [](const Bars& b) {
                      return vwap(
                          b, [](size_t, size_t) { return true; }, 30);
                  })});
    return cases;
}

// One direction all the time: what clamps at an end of its scale gets there.
Bars steady_bars(double price, double step) {
    Bars bars = random_bars(7, 400);
    for (BarValues& bar : bars) {
        bar.open = price;
        bar.close = price += step;
        bar.high = std::max(bar.open, bar.close) + 0.25;
        bar.low = std::min(bar.open, bar.close) - 0.25;
    }
    return bars;
}

// Rounding of the two ways is measured against the largest value either of them works with.
void compare(const Series& fast, const Series& slow, double scale) {
    REQUIRE(fast.size() == slow.size());
    size_t differences = 0;
    for (size_t i = 0; i < fast.size(); ++i) {
        const bool both_absent = std::isnan(fast[i]) && std::isnan(slow[i]);
        const bool near = std::abs(fast[i] - slow[i]) <= 1e-9 * std::max(scale, std::abs(slow[i]));
        if (both_absent || near) continue;
        UNSCOPED_INFO("bar " << i << ": " << fast[i] << " instead of " << slow[i]);
        if (++differences == 3) break;
    }
    CHECK(differences == 0);
}

}  // namespace

TEST_CASE("every indicator equals its slow recomputation") {
    const auto cases = all_cases();
    for (const Bars& bars : {random_bars(2, 400), random_bars(3, 400), steady_bars(900, -2), steady_bars(100, 2)}) {
        for (const auto& [name, test] : cases) {
            const std::vector<Series> fast = run_all(name, test.parameters, bars);
            const Outputs slow = test.slow(bars);
            REQUIRE(fast.size() == slow.size());
            for (size_t i = 0; i < fast.size(); ++i) {
                INFO(name << " period " << (test.parameters.empty() ? 0 : test.parameters[0]) << " output " << i);
                compare(fast[i], slow[i], 1);
            }
        }
    }
}

TEST_CASE("no indicator is without a slow recomputation") {
    const auto cases = all_cases();
    for (const IndicatorTraits& traits : indicator_table()) {
        INFO(traits.name);
        CHECK(cases.count(std::string(traits.name)) > 0);
    }
}
