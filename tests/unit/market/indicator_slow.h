// Each indicator as the textbook writes it: every bar recomputed from the whole series, no running sums, no code shared
// with the engine. The oracle of indicator_slow_test.cpp.
#pragma once

#include <functional>
#include <numeric>

#include "indicator_support.h"

namespace trd::test::slow {

using Outputs = std::vector<Series>;

inline Series map_bars(const Bars& bars, const std::function<double(const BarValues&)>& value) {
    Series result;
    for (const BarValues& bar : bars) result.push_back(value(bar));
    return result;
}
inline Series closes(const Bars& bars) {
    return map_bars(bars, [](const BarValues& bar) { return bar.close; });
}
inline Series highs(const Bars& bars) {
    return map_bars(bars, [](const BarValues& bar) { return bar.high; });
}
inline Series lows(const Bars& bars) {
    return map_bars(bars, [](const BarValues& bar) { return bar.low; });
}
inline Series volumes(const Bars& bars) {
    return map_bars(bars, [](const BarValues& bar) { return bar.volume; });
}
inline Series middles(const Bars& bars) {
    return map_bars(bars, [](const BarValues& bar) { return (bar.high + bar.low) / 2; });
}
inline Series typicals(const Bars& bars) {
    return map_bars(bars, [](const BarValues& bar) { return (bar.high + bar.low + bar.close) / 3; });
}

inline Series combine(const Series& a, const Series& b, const std::function<double(double, double)>& f) {
    Series result(a.size());
    for (size_t i = 0; i < a.size(); ++i) result[i] = f(a[i], b[i]);
    return result;
}
inline Series minus(const Series& a, const Series& b) {
    return combine(a, b, [](double x, double y) { return x - y; });
}

// f of each window of n values; none where the window is not complete.
inline Series windows(const Series& values, size_t n, const std::function<double(const Series&)>& f) {
    Series result(values.size(), none);
    for (size_t i = n - 1; i < values.size(); ++i) {
        const Series window(values.begin() + static_cast<long>(i + 1 - n), values.begin() + static_cast<long>(i + 1));
        bool whole = true;
        for (const double value : window) whole = whole && !std::isnan(value);
        if (whole) result[i] = f(window);
    }
    return result;
}
inline double total(const Series& values) {
    return static_cast<double>(std::accumulate(values.begin(), values.end(), 0.0L));
}
inline double mean(const Series& values) { return total(values) / static_cast<double>(values.size()); }
inline double top(const Series& values) { return *std::max_element(values.begin(), values.end()); }
inline double bottom(const Series& values) { return *std::min_element(values.begin(), values.end()); }
inline double deviation(const Series& values) {
    long double squares = 0;
    const long double middle = std::accumulate(values.begin(), values.end(), 0.0L) / values.size();
    for (const double value : values) squares += (value - middle) * (value - middle);
    return static_cast<double>(std::sqrt(squares / values.size()));
}

inline Series sma(const Series& v, size_t n) { return windows(v, n, mean); }
inline Series wma(const Series& v, size_t n) {
    return windows(v, n, [](const Series& w) {
        long double sum = 0, weights = 0;
        for (size_t i = 0; i < w.size(); ++i) sum += static_cast<long double>(i + 1) * w[i], weights += i + 1;
        return static_cast<double>(sum / weights);
    });
}
// Seeded by the mean of the first n that exist.
inline Series smooth(const Series& v, size_t n, double alpha, bool first = false) {
    Series result(v.size(), none);
    const size_t start = first_value(v);
    if (first) n = 1;
    if (start + n > v.size()) return result;
    double average = mean(Series(v.begin() + static_cast<long>(start), v.begin() + static_cast<long>(start + n)));
    for (size_t i = start + n - 1; i < v.size(); ++i) {
        if (i > start + n - 1) average = (1 - alpha) * average + alpha * v[i];
        result[i] = average;
    }
    return result;
}
inline Series ema(const Series& v, size_t n) { return smooth(v, n, 2.0 / (static_cast<double>(n) + 1)); }
inline Series rma(const Series& v, size_t n) { return smooth(v, n, 1.0 / static_cast<double>(n)); }
inline Series lag(const Series& v, size_t n) {
    Series result(v.size(), none);
    for (size_t i = n; i < v.size(); ++i) result[i] = v[i - n];
    return result;
}
inline Series change(const Series& v) { return minus(v, lag(v, 1)); }
inline Series each(const Series& v, const std::function<double(double)>& f) {
    Series result;
    for (const double value : v) result.push_back(f(value));
    return result;
}
inline Series gains(const Series& v) {
    return each(change(v), [](double x) { return std::isnan(x) ? x : std::max(x, 0.0); });
}
inline Series losses(const Series& v) {
    return each(change(v), [](double x) { return std::isnan(x) ? x : std::max(-x, 0.0); });
}
inline double ratio(double part, double whole, double otherwise) { return whole == 0 ? otherwise : part / whole; }

inline Series true_range(const Bars& bars) {
    Series result(bars.size(), none);
    for (size_t i = 1; i < bars.size(); ++i) {
        const double before = bars[i - 1].close;
        result[i] =
            std::max({bars[i].high - bars[i].low, std::abs(bars[i].high - before), std::abs(bars[i].low - before)});
    }
    return result;
}
inline Series atr(const Bars& bars, size_t n) { return rma(true_range(bars), n); }
inline Series rsi(const Series& v, size_t n) {
    return combine(rma(gains(v), n), rma(losses(v), n), [](double g, double l) { return 100 * ratio(g, g + l, 0.5); });
}
inline Series ema3(const Series& v, size_t n) { return ema(ema(ema(v, n), n), n); }
inline Series hma(const Series& v, size_t n) {
    const Series raw = combine(wma(v, n / 2), wma(v, n), [](double a, double b) { return 2 * a - b; });
    return wma(raw, static_cast<size_t>(std::sqrt(static_cast<double>(n))));
}
inline Series sums(const Series& v, size_t n) { return windows(v, n, total); }
inline Series slope(const Series& v, size_t n) {
    return windows(v, n, [](const Series& w) {
        const long double x_mean = (static_cast<long double>(w.size()) - 1) / 2;
        const long double y_mean = std::accumulate(w.begin(), w.end(), 0.0L) / w.size();
        long double xy = 0, xx = 0;
        for (size_t i = 0; i < w.size(); ++i) {
            xy += (i - x_mean) * (w[i] - y_mean);
            xx += (i - x_mean) * (i - x_mean);
        }
        return static_cast<double>(xy / xx);
    });
}
inline Series kama(const Series& v, size_t n) {
    Series result(v.size(), none);
    double average = v[n - 1];
    for (size_t i = n; i < v.size(); ++i) {
        double path = 0;
        for (size_t j = i - n + 1; j <= i; ++j) path += std::abs(v[j] - v[j - 1]);
        const double efficiency = path == 0 ? 1 : std::min(1.0, std::abs(v[i] - v[i - n]) / path);
        const double c = efficiency * (2.0 / 3 - 2.0 / 31) + 2.0 / 31;
        result[i] = average += c * c * (v[i] - average);
    }
    return result;
}
inline Series t3(const Series& v, size_t n, double b) {
    const Series e3 = ema3(v, n), e4 = ema(e3, n), e5 = ema(e4, n), e6 = ema(e5, n);
    Series result(v.size());
    for (size_t i = 0; i < v.size(); ++i) {
        result[i] = -b * b * b * e6[i] + (3 * b * b + 3 * b * b * b) * e5[i] +
                    (-6 * b * b - 3 * b - 3 * b * b * b) * e4[i] + (1 + 3 * b + b * b * b + 3 * b * b) * e3[i];
    }
    return result;
}
inline Outputs stochastic(const Series& high, const Series& low, const Series& close, size_t n, size_t s, size_t d) {
    const Series hh = windows(high, n, top), ll = windows(low, n, bottom);
    Series raw(close.size());
    for (size_t i = 0; i < raw.size(); ++i) {
        raw[i] = hh[i] - ll[i] < 1e-11 ? 50 : 100 * (close[i] - ll[i]) / (hh[i] - ll[i]);
    }
    return {sma(raw, s), sma(sma(raw, s), d)};
}
inline Outputs macd(const Series& v, bool relative) {
    const Series fast = ema(v, 12), slow = ema(v, 26);
    const Series line = combine(fast, slow, [&](double f, double s) { return relative ? 100 * (f - s) / s : f - s; });
    return {line, ema(line, 9), minus(line, ema(line, 9))};
}
inline Series cci(const Bars& bars, size_t n) {
    return windows(typicals(bars), n, [](const Series& w) {
        double distances = 0;
        for (const double value : w) distances += std::abs(value - mean(w));
        const double spread = distances / static_cast<double>(w.size());
        return spread < 1e-12 ? 0 : (w.back() - mean(w)) / (0.015 * spread);
    });
}
inline Series mfi(const Bars& bars, size_t n) {
    Series up(bars.size(), none), down(bars.size(), none);
    for (size_t i = 1; i < bars.size(); ++i) {
        const BarValues &a = bars[i - 1], &b = bars[i];
        const double move = std::round(100 * ((b.high + b.low + b.close) - (a.high + a.low + a.close)));
        const double flow = (b.high + b.low + b.close) / 3 * b.volume;
        up[i] = move > 0 ? flow : 0;
        down[i] = move < 0 ? flow : 0;
    }
    return combine(sums(up, n), sums(down, n), [](double u, double d) { return 100 * ratio(u, u + d, 0.5); });
}
inline Outputs aroon(const Bars& bars, size_t n) {
    Series up(bars.size(), none), down(bars.size(), none);
    for (size_t i = n; i < bars.size(); ++i) {
        size_t high = i - n, low = i - n;
        for (size_t j = i - n; j <= i; ++j) {
            if (bars[j].high >= bars[high].high) high = j;
            if (bars[j].low <= bars[low].low) low = j;
        }
        up[i] = 100.0 * static_cast<double>(n - (i - high)) / static_cast<double>(n);
        down[i] = 100.0 * static_cast<double>(n - (i - low)) / static_cast<double>(n);
    }
    return {up, down, minus(up, down)};
}
// With Wilder's sums: each step drops 1/n of the sum and adds the new term.
inline Series wilder_sum(const Series& v, size_t n) {
    Series result(v.size(), none);
    double sum = 0;
    for (size_t i = 1; i < v.size(); ++i) {
        sum = i <= n ? sum + v[i] : sum - sum / static_cast<double>(n) + v[i];
        if (i >= n) result[i] = sum;
    }
    return result;
}
inline Outputs adx(const Bars& bars, size_t n) {
    Series plus(bars.size(), none), minus_move(bars.size(), none);
    for (size_t i = 1; i < bars.size(); ++i) {
        const double up = bars[i].high - bars[i - 1].high, down = bars[i - 1].low - bars[i].low;
        plus[i] = up > down && up > 0 ? up : 0;
        minus_move[i] = down > up && down > 0 ? down : 0;
    }
    const auto share = [](double move, double range) { return 100 * ratio(move, range, 0); };
    const Series ranges = wilder_sum(true_range(bars), n);
    const Series plus_di = combine(wilder_sum(plus, n), ranges, share);
    const Series minus_di = combine(wilder_sum(minus_move, n), ranges, share);
    const Series dx =
        combine(plus_di, minus_di, [](double p, double m) { return 100 * ratio(std::abs(p - m), p + m, 0); });
    return {rma(dx, n), plus_di, minus_di};
}
inline Outputs vortex(const Bars& bars, size_t n) {
    Series up(bars.size(), none), down(bars.size(), none);
    for (size_t i = 1; i < bars.size(); ++i) {
        up[i] = std::abs(bars[i].high - bars[i - 1].low);
        down[i] = std::abs(bars[i].low - bars[i - 1].high);
    }
    const Series range = sums(true_range(bars), n);
    const auto share = [](double a, double b) { return ratio(a, b, 1); };
    return {combine(sums(up, n), range, share), combine(sums(down, n), range, share)};
}
inline Outputs supertrend(const Bars& bars, size_t n, double width) {
    const Series range = atr(bars, n);
    Outputs result(2, Series(bars.size(), none));
    double upper = 0, lower = 0, direction = 0;
    for (size_t i = n; i < bars.size(); ++i) {
        const double middle = (bars[i].high + bars[i].low) / 2;
        const double basic_upper = middle + width * range[i], basic_lower = middle - width * range[i];
        const double before = bars[i - 1].close;
        upper = i == n || basic_upper < upper || before > upper ? basic_upper : upper;
        lower = i == n || basic_lower > lower || before < lower ? basic_lower : lower;
        if (i == n) direction = bars[i].close >= middle ? 1 : -1;
        if (direction > 0 && bars[i].close < lower) {
            direction = -1;
        } else if (direction < 0 && bars[i].close > upper) {
            direction = 1;
        }
        result[0][i] = direction > 0 ? lower : upper;
        result[1][i] = direction;
    }
    return result;
}
inline Series middle_of(const Bars& bars, size_t n) {
    return combine(windows(highs(bars), n, top), windows(lows(bars), n, bottom),
                   [](double h, double l) { return (h + l) / 2; });
}
inline Outputs ichimoku(const Bars& bars) {
    const Series conversion = middle_of(bars, 9), base = middle_of(bars, 26);
    const Series a = combine(conversion, base, [](double x, double y) { return (x + y) / 2; });
    return {conversion, base, lag(a, 26), lag(middle_of(bars, 52), 26)};
}
inline Outputs heikin_ashi(const Bars& bars) {
    Outputs result(4);
    for (size_t i = 0; i < bars.size(); ++i) {
        const BarValues& bar = bars[i];
        const double close = (bar.open + bar.high + bar.low + bar.close) / 4;
        const double open = i == 0 ? (bar.open + bar.close) / 2 : (result[0][i - 1] + result[3][i - 1]) / 2;
        result[0].push_back(open);
        result[1].push_back(std::max({bar.high, open, close}));
        result[2].push_back(std::min({bar.low, open, close}));
        result[3].push_back(close);
    }
    return result;
}
inline Outputs bollinger(const Series& v, size_t n, double width) {
    const Series middle = sma(v, n), spread = windows(v, n, deviation);
    Outputs result(5, Series(v.size(), none));
    for (size_t i = n - 1; i < v.size(); ++i) {
        result[0][i] = middle[i] + width * spread[i];
        result[1][i] = middle[i];
        result[2][i] = middle[i] - width * spread[i];
        result[3][i] = ratio(v[i] - result[2][i], result[0][i] - result[2][i], 0.5);
        result[4][i] = (result[0][i] - result[2][i]) / middle[i];
    }
    return result;
}
inline Outputs keltner(const Bars& bars) {
    const Series middle = ema(closes(bars), 20), range = atr(bars, 10);
    return {combine(middle, range, [](double m, double r) { return m + 2 * r; }), middle,
            combine(middle, range, [](double m, double r) { return m - 2 * r; })};
}
inline Series choppiness(const Bars& bars, size_t n) {
    const Series way = sums(true_range(bars), n);
    const Series width = minus(windows(highs(bars), n, top), windows(lows(bars), n, bottom));
    return combine(way, width,
                   [n](double a, double b) { return 100 * std::log10(a / b) / std::log10(static_cast<double>(n)); });
}
inline Series flow(const Bars& bars) {
    return map_bars(bars, [](const BarValues& b) {
        return b.high == b.low ? 0 : (2 * b.close - b.high - b.low) / (b.high - b.low) * b.volume;
    });
}
inline Series running(const Series& v) {
    Series result;
    long double sum = 0;
    for (const double value : v) result.push_back(static_cast<double>(sum += value));
    return result;
}
inline Series adosc(const Bars& bars) {
    const Series ad = running(flow(bars));
    Series result = minus(smooth(ad, 1, 0.5, true), smooth(ad, 1, 2.0 / 11, true));
    for (size_t i = 0; i < 9; ++i) result[i] = none;
    return result;
}
inline Series obv(const Bars& bars) {
    Series signed_volume(bars.size(), 0);
    for (size_t i = 1; i < bars.size(); ++i) {
        const double move = bars[i].close - bars[i - 1].close;
        signed_volume[i] = move > 0 ? bars[i].volume : move < 0 ? -bars[i].volume : 0;
    }
    return running(signed_volume);
}
inline Series pvt(const Bars& bars) {
    Series terms(bars.size(), 0);
    for (size_t i = 1; i < bars.size(); ++i) {
        terms[i] = bars[i].volume * (bars[i].close / bars[i - 1].close - 1);
    }
    return running(terms);
}
inline Series vwap(const Bars& bars, const std::function<bool(size_t, size_t)>& same_session, size_t from = 0) {
    Series result(bars.size(), none);
    for (size_t i = from; i < bars.size(); ++i) {
        long double money = 0, volume = 0;
        for (size_t j = from; j <= i; ++j) {
            if (!same_session(j, i)) continue;
            money += (bars[j].high + bars[j].low + bars[j].close) / 3.0L * bars[j].volume;
            volume += bars[j].volume;
        }
        result[i] = static_cast<double>(money / volume);
    }
    return result;
}
inline Series eom(const Bars& bars, size_t n) {
    const Series move = change(middles(bars));
    Series raw(bars.size());
    for (size_t i = 0; i < bars.size(); ++i) {
        raw[i] = move[i] / ((bars[i].volume / 1e8) / (bars[i].high - bars[i].low));
        if (bars[i].high == bars[i].low) raw[i] = move[i] * 0;
    }
    return sma(raw, n);
}
inline Outputs fisher(const Bars& bars, size_t n) {
    const Series v = middles(bars), high = windows(v, n, top), low = windows(v, n, bottom);
    Outputs result(2, Series(bars.size(), none));
    double position = 0, value = 0;
    for (size_t i = n - 1; i < v.size(); ++i) {
        const double place = ratio(v[i] - low[i], high[i] - low[i], 0.5);
        position = std::clamp(0.66 * (place - 0.5) + 0.67 * position, -0.999, 0.999);
        result[1][i] = value;
        result[0][i] = value = 0.5 * std::log((1 + position) / (1 - position)) + 0.5 * value;
    }
    return result;
}
inline Series ultosc(const Bars& bars) {
    Series pressure(bars.size(), none);
    for (size_t i = 1; i < bars.size(); ++i) {
        pressure[i] = bars[i].close - std::min(bars[i].low, bars[i - 1].close);
    }
    const auto part = [&](size_t n) {
        return combine(sums(pressure, n), sums(true_range(bars), n),
                       [](double a, double b) { return ratio(a, b, 0.5); });
    };
    const Series a = part(7), b = part(14), c = part(28);
    Series result(bars.size());
    for (size_t i = 0; i < result.size(); ++i) result[i] = 100 * (4 * a[i] + 2 * b[i] + c[i]) / 7;
    return result;
}
inline Outputs tsi(const Series& v) {
    const Series moves = change(v), sizes = each(moves, [](double x) { return std::abs(x); });
    const Series line = combine(ema(ema(moves, 25), 13), ema(ema(sizes, 25), 13),
                                [](double a, double b) { return 100 * ratio(a, b, 0); });
    return {line, ema(line, 7)};
}
inline Series percent_rank(const Series& v, size_t n) {
    Series result(v.size(), none);
    for (size_t i = n; i < v.size(); ++i) {
        double count = 0;
        for (size_t j = i - n; j < i; ++j) count += v[j] <= v[i] ? 1 : 0;
        result[i] = 100 * count / static_cast<double>(n);
    }
    return result;
}
inline double median(Series w) {
    std::sort(w.begin(), w.end());
    return (w[w.size() / 2] + w[(w.size() - 1) / 2]) / 2;
}
inline Series vwma(const Bars& bars, size_t n) {
    const Series money = combine(closes(bars), volumes(bars), [](double c, double v) { return c * v; });
    return combine(sums(money, n), sums(volumes(bars), n), [](double a, double b) { return a / b; });
}
inline Series mass(const Bars& bars) {
    const Series once = ema(minus(highs(bars), lows(bars)), 9);
    return sums(combine(once, ema(once, 9), [](double a, double b) { return a / b; }), 25);
}
// Wilder's rules told once for each direction.
inline Outputs psar(const Bars& bars, double step, double limit) {
    Outputs result(2, Series(bars.size(), none));
    const double down_move = bars[0].low - bars[1].low, up_move = bars[1].high - bars[0].high;
    bool up = !(down_move > 0 && down_move > up_move);
    double stop = up ? bars[0].low : bars[0].high, extreme = up ? bars[1].high : bars[1].low, factor = step;
    for (size_t i = 1; i < bars.size(); ++i) {
        const BarValues &bar = bars[i], &before = bars[i == 1 ? 1 : i - 1];
        const double high = std::max(bar.high, before.high), low = std::min(bar.low, before.low);
        const bool hit = up ? bar.low <= stop : bar.high >= stop;
        if (hit) {
            result[0][i] = up ? std::max(extreme, high) : std::min(extreme, low);
            up = !up;
            extreme = up ? bar.high : bar.low;
            factor = step;
            stop = result[0][i] + factor * (extreme - result[0][i]);
        } else {
            result[0][i] = stop;
            const bool further = up ? bar.high > extreme : bar.low < extreme;
            if (further) extreme = up ? bar.high : bar.low;
            if (further) factor = std::min(limit, factor + step);
            stop += factor * (extreme - stop);
        }
        stop = up ? std::min(stop, low) : std::max(stop, high);
        result[1][i] = up ? 1 : -1;
    }
    return result;
}

}  // namespace trd::test::slow
