// Indicators against values that others have published.
#include "indicator_support.h"
#include "talib_bars.h"

using namespace trd;
using namespace trd::test;

namespace {

struct Published {
    const char* name;
    Series parameters;
    size_t output;
    size_t bar;
    double value;
    double tolerance;
};

void check(const std::vector<Published>& table, const Bars& bars) {
    for (const Published& line : table) {
        INFO(line.name << " output " << line.output << " bar " << line.bar);
        const Series values = run(line.name, line.parameters, bars, line.output);
        CHECK(values[line.bar] == Approx(line.value).margin(line.tolerance).epsilon(0));
    }
}

}  // namespace

TEST_CASE("values recomputed to full precision on TA-Lib's bars") {
    check(
        {
            {"sma", {30}, 0, 29, 90.42633333333333, 1e-12},
            {"sma", {30}, 0, 251, 108.42366666666663, 1e-12},
            {"ema", {10}, 0, 9, 93.2255, 1e-12},
            {"ema", {10}, 0, 10, 93.7526818181818, 1e-11},
            {"ema", {10}, 0, 29, 86.46365399497397, 1e-11},
            {"ema", {10}, 0, 251, 108.97521174143839, 1e-11},
            {"rsi", {14}, 0, 14, 49.14733969986358, 1e-11},
            {"rsi", {14}, 0, 15, 52.3255527953366, 1e-11},
            {"rsi", {14}, 0, 16, 46.07239657691366, 1e-11},
            {"rsi", {14}, 0, 251, 49.63210207086755, 1e-11},
            {"bollinger", {20, 2}, 0, 19, 98.07339481321135, 1e-11},
            {"bollinger", {20, 2}, 1, 19, 92.891, 1e-12},
            {"bollinger", {20, 2}, 2, 19, 87.70860518678863, 1e-11},
            {"bollinger", {20, 2, 1}, 0, 19, 98.2080, 5e-5},
            {"macd", {12, 26, 9, 1}, 0, 33, -1.9738314311425853, 1e-11},
            {"macd", {12, 26, 9, 1}, 1, 33, -2.7071077420416256, 1e-11},
            {"macd", {}, 0, 33, -2.1834929152886673, 1e-11},
            {"macd", {}, 1, 33, -3.1552099196891987, 1e-11},
            {"macd", {}, 0, 251, 0.9040092995, 1e-9},
            {"macd", {}, 1, 251, 1.4045942302, 1e-9},
            {"macd", {}, 2, 251, -0.5005849307, 1e-9},
            {"atr", {14}, 0, 14, 3.5782142857142856, 1e-12},
            {"atr", {14}, 0, 15, 3.4876275510204082, 1e-12},
            {"natr", {14}, 0, 14, 3.932103610675039, 1e-12},
        },
        talib_bars());
}

// ta_regtest/ta_test_func: test_ma, test_per_hlc, test_per_hlcv, test_per_hl, test_stoch, test_mom, test_po,
// test_per_ema, test_adx. The tolerance is that of the digits printed there.
TEST_CASE("values published by TA-Lib for its own bars") {
    check(
        {
            {"sma", {2}, 0, 1, 93.15, 0.01},
            {"sma", {30}, 0, 58, 87.12, 0.01},
            {"ema", {2}, 0, 251, 108.21, 0.01},
            {"wma", {2}, 0, 1, 93.71, 0.01},
            {"wma", {2}, 0, 3, 94.85, 0.01},
            {"wma", {30}, 0, 29, 88.567, 1e-3},
            {"wma", {30}, 0, 30, 88.233, 1e-3},
            {"wma", {30}, 0, 58, 87.191, 1e-3},
            {"wma", {30}, 0, 251, 109.3466, 1e-2},  // the source tests with this tolerance
            {"dema", {14}, 0, 251, 109.4676, 1e-3},
            {"tema", {14}, 0, 251, 108.418, 1e-3},
            {"trix", {5}, 0, 13, 0.2589, 1e-4},
            {"trix", {5}, 0, 14, 0.010495, 1e-6},
            {"trix", {5}, 0, 251, -0.095, 1e-3},
            {"cci", {2}, 0, 187, 0, 0},
            {"cci", {2}, 0, 1, 66.666, 1e-3},
            {"cci", {5}, 0, 4, 18.857, 1e-3},
            {"cci", {11}, 0, 10, 87.927, 1e-3},
            {"cci", {11}, 0, 11, 180.005, 1e-3},
            {"cci", {11}, 0, 12, 143.5190963, 1e-7},
            {"cci", {11}, 0, 13, -113.8669783, 1e-7},
            {"cci", {11}, 0, 14, -111.064497, 1e-6},
            {"cci", {11}, 0, 15, -26.77393309, 1e-8},
            {"cci", {11}, 0, 16, -70.77933765, 1e-8},
            {"cci", {11}, 0, 30, -0.005587727, 1e-9},
            {"cci", {11}, 0, 34, 113.4778681, 1e-7},
            {"cci", {11}, 0, 251, -169.65514, 1e-5},
            {"williams_r", {14}, 0, 13, -90.1943, 1e-4},
            {"williams_r", {14}, 0, 14, -66.9903, 1e-4},
            {"williams_r", {14}, 0, 24, -89.2857, 1e-4},
            {"williams_r", {14}, 0, 25, -97.2602, 1e-4},
            {"williams_r", {14}, 0, 125, 0, 0},
            {"williams_r", {14}, 0, 251, -59.1515, 1e-4},
            {"ultosc", {7, 14, 28}, 0, 28, 47.1713, 1e-4},
            {"ultosc", {7, 14, 28}, 0, 29, 46.2802, 1e-4},
            {"ultosc", {7, 14, 28}, 0, 251, 40.0854, 1e-4},
            {"natr", {14}, 0, 15, 3.7576, 1e-4},
            {"natr", {14}, 0, 251, 3.0229, 1e-4},
            {"stoch", {5, 3, 4}, 0, 9, 38.139, 1e-3},
            {"stoch", {5, 3, 4}, 1, 9, 36.725, 1e-3},
            {"stoch", {5, 3, 3}, 0, 8, 24.0128, 1e-3},
            {"stoch", {5, 3, 3}, 1, 8, 36.254, 1e-3},
            {"stoch", {5, 3, 4}, 1, 251, 46.641, 1e-3},
            {"stoch", {5, 3, 3}, 0, 251, 30.194, 1e-3},
            {"stoch", {5, 3, 3}, 1, 251, 43.69, 1e-2},
            {"stochrsi", {14, 14, 1, 1}, 0, 27, 94.156709, 1e-6},
            {"stochrsi", {14, 14, 1, 1}, 0, 251, 0, 0},
            {"stochrsi", {14, 45, 1, 1}, 0, 58, 79.729186, 1e-6},
            {"stochrsi", {14, 45, 1, 1}, 0, 251, 48.1550743, 1e-7},
            {"stochrsi", {11, 13, 1, 16}, 0, 38, 5.25947, 1e-5},
            {"stochrsi", {11, 13, 1, 16}, 1, 38, 57.1711, 1e-4},
            {"stochrsi", {11, 13, 1, 16}, 1, 251, 15.7303, 1e-4},
            {"ad", {}, 0, 0, -1631000.00, 0.01},
            {"ad", {}, 0, 1, 2974412.02, 0.01},
            {"ad", {}, 0, 250, 8707691.07, 0.01},
            {"ad", {}, 0, 251, 8328944.54, 0.01},
            {"adosc", {3, 10}, 0, 9, 841238.32, 0.01},
            {"adosc", {3, 10}, 0, 10, 2255663.07, 0.01},
            {"adosc", {3, 10}, 0, 250, -526700.32, 0.01},
            {"adosc", {3, 10}, 0, 251, -1139932.729, 0.01},
            {"adosc", {5, 2}, 0, 4, 585361.28, 0.01},
            {"mfi", {14}, 0, 14, 42.8923, 1e-4},
            {"mfi", {14}, 0, 15, 45.6072, 1e-4},
            {"mfi", {14}, 0, 251, 53.1997, 1e-4},
            {"mfi", {100}, 0, 100, 50.0166, 1e-4},
            {"mfi", {49}, 0, 251, 57.4806, 1e-4},
            {"mfi", {50}, 0, 251, 50.5905, 1e-4},
            {"mfi", {51}, 0, 251, 51.7265, 1e-4},
            {"aroon", {14}, 0, 14, 78.571, 1e-3},
            {"aroon", {14}, 0, 25, 0, 0},
            {"aroon", {14}, 0, 35, 92.857, 1e-3},
            {"aroon", {14}, 0, 43, 100, 0},
            {"aroon", {14}, 0, 251, 7.1429, 1e-4},
            {"aroon", {14}, 1, 14, 100, 0},
            {"aroon", {14}, 1, 40, 0, 0},
            {"aroon", {14}, 1, 41, 92.857, 1e-3},
            {"aroon", {14}, 1, 251, 21.429, 1e-3},
            {"aroon", {14}, 2, 14, -21.4285, 1e-4},
            {"aroon", {14}, 2, 21, -71.4285, 1e-4},
            {"momentum", {14}, 0, 14, -0.50, 1e-9},
            {"momentum", {14}, 0, 16, -5.22, 1e-9},
            {"momentum", {14}, 0, 251, -1.13, 1e-9},
            {"roc", {14}, 0, 14, -0.546, 1e-3},
            {"roc", {14}, 0, 15, -2.109, 1e-3},
            {"roc", {14}, 0, 251, -1.0367, 1e-4},
            {"apo", {12, 26}, 0, 251, 0.90401, 1e-5},
            {"ppo", {12, 26}, 0, 251, 0.83644, 1e-5},
            {"adx", {14}, 0, 251, 16.0, 1},
            {"adx", {14}, 1, 251, 21.0, 1},
            {"adx", {14}, 2, 251, 21.0, 1},
        },
        talib_bars());
}

TEST_CASE("first bar of each indicator") {
    const Bars bars = talib_bars();
    const auto first = [&](const char* name, Series parameters, size_t output) {
        return first_value(run(name, parameters, bars, output));
    };
    CHECK(first("sma", {20}, 0) == 19);
    CHECK(first("ema", {20}, 0) == 19);
    CHECK(first("wma", {20}, 0) == 19);
    CHECK(first("rsi", {14}, 0) == 14);
    CHECK(first("atr", {14}, 0) == 14);
    CHECK(first("bollinger", {20}, 0) == 19);
    CHECK(first("macd", {}, 0) == 25);
    CHECK(first("macd", {}, 1) == 33);
    CHECK(first("macd", {12, 26, 9, 1}, 0) == 25);
    CHECK(first("macd", {12, 26, 9, 1}, 1) == 33);
    CHECK(first("adx", {14}, 0) == 27);
    CHECK(first("adx", {14}, 1) == 14);
    CHECK(first("stoch", {5, 3, 3}, 1) == 8);
    CHECK(first("stochrsi", {14, 14, 1, 1}, 0) == 27);
    CHECK(first("dema", {14}, 0) == 26);
    CHECK(first("tema", {14}, 0) == 39);
    CHECK(first("t3", {5}, 0) == 24);
    CHECK(first("kama", {10}, 0) == 10);
    CHECK(first("trix", {5}, 0) == 13);
    CHECK(first("adosc", {}, 0) == 9);
    CHECK(first("mfi", {14}, 0) == 14);
    CHECK(first("aroon", {14}, 0) == 14);
    CHECK(first("ultosc", {}, 0) == 28);
    CHECK(first("obv", {}, 0) == 0);
    CHECK(first("true_range", {}, 0) == 1);
    CHECK(first("mass", {}, 0) == 40);
    CHECK(first("psar", {}, 0) == 1);
}

// Wilder's own example, as TA-Lib tests it (test_sar.c).
TEST_CASE("parabolic stop on Wilder's bars") {
    const Series high = {51.12, 52.35, 52.1,  51.8,  52.1,  52.5,  52.8,  52.5,  53.5,  53.5,  53.8,  54.2, 53.4,
                         53.5,  54.4,  55.2,  55.7,  57,    57.5,  58,    57.7,  58,    57.5,  57,    56.7, 57.5,
                         56.70, 56.00, 56.20, 54.80, 55.50, 54.70, 54.00, 52.50, 51.00, 51.50, 51.70, 53.00};
    const Series low = {50.0,  51.5,  51,    50.5,  51.25, 51.7,  51.85, 51.5,  52.3,  52.5,  53,    53.5, 52.5,
                        52.1,  53,    54,    55,    56,    56.5,  57,    56.5,  57.3,  56.7,  56.3,  56.2, 56,
                        55.50, 55.00, 54.90, 54.00, 54.50, 53.80, 53.00, 51.50, 50.00, 50.50, 50.20, 51.50};
    Bars bars(high.size());
    for (size_t i = 0; i < bars.size(); ++i) bars[i].high = high[i], bars[i].low = low[i], bars[i].close = low[i];
    const Series stops = run("psar", {0.02, 0.2}, bars);
    CHECK(stops[1] == 50.0);
    CHECK(stops[2] == Approx(50.047).margin(5e-4).epsilon(0));
    CHECK(stops[5] == Approx(50.182).margin(5e-4).epsilon(0));
    CHECK(stops[36] == Approx(52.93).margin(5e-3).epsilon(0));
    CHECK(stops[37] == 50.0);
    CHECK(run("psar", {0.02, 0.2}, bars, 1)[37] == 1);
}

// Achelis' examples as transcribed by Tulip Indicators (tests/atoz.txt).
TEST_CASE("values of Technical Analysis from A to Z") {
    const Series rsi = run("rsi", {5}, bars_of_closes({37.875, 39.5, 38.75, 39.8125, 40, 39.875, 40.1875, 41.25}));
    CHECK(rsi[5] == Approx(76.6667).margin(5e-5).epsilon(0));
    CHECK(rsi[6] == Approx(78.8679).margin(5e-5).epsilon(0));
    CHECK(rsi[7] == Approx(84.9158).margin(5e-5).epsilon(0));
    const Series deviation = run("stddev", {5}, bars_of_closes({21.4375, 21.6875, 22.125, 21.5625, 21.8125}));
    CHECK(deviation[4] == Approx(0.2358).margin(5e-5).epsilon(0));
    const Series ema = run("ema", {5, 1}, bars_of_closes({25, 24.875, 24.781, 24.594}));
    CHECK(ema[0] == 25);
    CHECK(ema[1] == Approx(24.958).margin(5e-4).epsilon(0));
    CHECK(ema[2] == Approx(24.899).margin(5e-4).epsilon(0));
    CHECK(ema[3] == Approx(24.797).margin(5e-4).epsilon(0));
}

namespace {

void check_from(const Series& values, size_t first, const Series& published, double tolerance) {
    for (size_t i = 0; i < published.size(); ++i) {
        INFO("bar " << first + i);
        CHECK(values[first + i] == Approx(published[i]).margin(tolerance).epsilon(0));
    }
}

}  // namespace

// Worked examples in spreadsheets, to the digits printed there: StockCharts (cs-kama.xls, cs-roc.xls), Traders.com
// (TradingIndexesWithHullMA.xls, December 2010). Chande's oscillator as tradingsim.com computes it.
TEST_CASE("worked examples in published spreadsheets") {
    // The sheet starts from the price before the first value.
    const Bars kama = bars_of_closes({110.46, 109.80, 110.17, 109.82, 110.15, 109.31, 109.05, 107.94, 107.76, 109.24,
                                      109.40, 108.50, 107.96, 108.55, 108.85, 110.44, 109.89, 110.70, 110.79, 110.22,
                                      110.00, 109.27, 106.69, 107.07, 107.92, 107.95, 107.70, 107.97, 106.09, 106.03,
                                      107.65, 109.54, 110.26, 110.38, 111.94, 113.59, 113.98, 113.91, 112.62, 112.20,
                                      111.10, 110.18, 111.13, 111.55, 112.08, 111.95, 111.60, 111.39, 112.25});
    check_from(run("kama", {10, 2, 30}, kama), 10,
               {109.2449, 109.2165, 109.1173, 109.0981, 109.0894, 109.1240, 109.1376, 109.2769, 109.4365, 109.4569,
                109.4651, 109.4612, 109.3904, 109.3165, 109.2924, 109.1836, 109.0778, 108.9498, 108.4230, 108.0157,
                107.9967, 108.0069, 108.2596, 108.4818, 108.9119, 109.6734, 110.4947, 111.1077, 111.4622, 111.6092,
                111.5663, 111.5491, 111.5425, 111.5426, 111.5457, 111.5658, 111.5688, 111.5522, 111.5595},
               5e-5);
    const Bars hull = bars_of_closes({84.53, 87.39, 84.55, 82.83, 82.58, 83.74, 83.33, 84.57, 86.98, 87.10, 83.11,
                                      83.60, 83.66, 82.76, 79.22, 79.03, 78.18, 77.42, 74.65, 77.48, 76.87});
    check_from(run("hma", {9}, hull), 10,
               {86.3204, 85.3705, 84.1044, 83.0197, 81.3913, 79.6511, 78.0443, 76.8832, 75.5363, 75.1713, 75.3597},
               5e-5);
    const Bars roc = bars_of_closes({11045.27, 11167.32, 11008.61, 11151.83, 10926.77, 10868.12, 10520.32,
                                     10380.43, 10785.14, 10748.26, 10896.91, 10782.95, 10620.16, 10625.83,
                                     10510.95, 10444.37, 10068.01, 10193.39, 10066.57, 10043.75});
    check_from(run("roc", {12}, roc), 12,
               {-3.8487968152883542, -4.8488804834105228, -4.5206433873122947, -6.3438915406709033, -7.8592301293062818,
                -6.2083414610806653, -4.3130817313541793, -3.2434109184301614},
               1e-12);
    const Bars cmo = bars_of_closes({21.27, 22.19, 22.08, 22.47, 22.48, 22.53, 22.23, 21.43, 21.24, 21.29, 22.15, 22.39,
                                     22.38, 22.61, 23.36, 24.05});
    check_from(run("cmo", {9}, cmo), 9,
               {0.70921985815602837, -1.4492753623188406, 10.726643598615917, -3.5856573705179283, 4.7619047619047619,
                24.198250728862974, 47.643979057591623},
               1e-9);
}

// Wilkinson's statistics quiz, tasks II and IV.B: BIG and LITTLE on X must give the line exactly, 1 and 1e-8 a step.
TEST_CASE("Wilkinson's nasty data") {
    Series big, little;
    for (int i = 1; i <= 9; ++i) big.push_back(99999990 + i), little.push_back(0.99999990 + i * 1e-8);
    CHECK(run("slope", {9}, bars_of_closes(big))[8] == 1);
    CHECK(run("slope", {9}, bars_of_closes(little))[8] == Approx(1e-8).epsilon(1e-7));
    CHECK(run("sma", {9}, bars_of_closes(big))[8] == 99999995);
    CHECK(run("stddev", {9, 1}, bars_of_closes(big))[8] == Approx(2.7386127875258306).epsilon(1e-15));
    CHECK(run("stddev", {9, 1}, bars_of_closes(little))[8] == Approx(2.7386127875258306e-8).epsilon(1e-7));
}

// NIST StRD univariate NumAcc1 and NumAcc4: mean and standard deviation (ddof 1) certified.
TEST_CASE("NIST's numerically hard series") {
    const Series first = {10000001, 10000003, 10000002};
    CHECK(run("sma", {3}, bars_of_closes(first))[2] == 10000002);
    CHECK(run("stddev", {3, 1}, bars_of_closes(first))[2] == 1);
    Series fourth = {10000000.2};
    for (int i = 0; i < 500; ++i) fourth.push_back(10000000.1), fourth.push_back(10000000.3);
    CHECK(run("sma", {1001}, bars_of_closes(fourth))[1000] == Approx(10000000.2).epsilon(1e-15));
    CHECK(run("stddev", {1001, 1}, bars_of_closes(fourth))[1000] == Approx(0.1).epsilon(1e-7));
}
