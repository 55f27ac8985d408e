// How a program of tests/bench tells scripts/bench what it measured: one line of JSON per figure on standard output.
// A program is a table of Figures and a main that calls run_figures. `--list` prints the names only; with arguments
// only the figures named are measured. Each measure does its own warm-up; the driver repeats whole programs.
#pragma once

#include <cstdio>
#include <cstring>
#include <span>

#include "support/idle_watch.h"

namespace trd::bench {

struct Figure {
    const char* name;    // room.subject, for example "decimal.notional"
    const char* unit;    // of the value: "ns", "ms", "x" for a ratio
    double target;       // the value that holds, on an idle machine with two cores
    const char* better;  // "lower" or "higher"
    Reading (*measure)();
};

// Nanoseconds a call of `work` takes, when called `count` times in a row.
template <typename Work>
double ns_per_call(long count, Work&& work) {
    const double start = nanoseconds_now();
    for (long i = 0; i < count; ++i) work(i);
    return (nanoseconds_now() - start) / static_cast<double>(count);
}

// The same for many calls of some nanoseconds, by the stretches in which the core was ours.
template <typename Work>
Reading idle_ns_per_call(long count, Work&& work) {
    constexpr long between_looks = 1 << 10;
    IdleWatch watch;
    watch.begin();
    for (long i = 0; i < count; ++i) {
        work(i);
        if (i % between_looks == 0) watch.done(static_cast<double>(i + 1));
    }
    return watch.finish(static_cast<double>(count));
}

// Makes the compiler believe that the value is used.
template <typename T>
void keep(const T& value) {
    asm volatile("" : : "m"(value) : "memory");
}

inline bool is_wanted(const Figure& figure, int argc, char** argv) {
    for (int i = 1; i < argc; ++i) {
        if (std::strcmp(argv[i], figure.name) == 0) return true;
    }
    return argc <= 1;
}

inline void report(const Figure& figure, const Reading& reading) {
    std::printf(R"({"name":"%s","value":%.6g,"unit":"%s","target":%.6g,"better":"%s",)"
                R"("over_all":%.6g,"idle_share":%.3g})"
                "\n",
                figure.name, reading.value, figure.unit, figure.target, figure.better, reading.over_all,
                reading.idle_share);
    std::fflush(stdout);
}

inline int run_figures(int argc, char** argv, std::span<const Figure> figures) {
    const bool list = argc == 2 && std::strcmp(argv[1], "--list") == 0;
    for (const Figure& figure : figures) {
        if (list) std::printf("%s\n", figure.name);
        if (!list && is_wanted(figure, argc, argv)) report(figure, figure.measure());
    }
    return 0;
}

}  // namespace trd::bench
