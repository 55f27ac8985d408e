// How a program of tests/bench tells scripts/bench what it measured: one line of JSON per figure on standard output.
// A program is a table of Figures and a main that calls run_figures. `--list` prints the names only; with arguments
// only the figures named are measured. Each measure does its own warm-up; the driver repeats whole programs.
#pragma once

#include <chrono>
#include <cstdio>
#include <cstring>
#include <span>

namespace trd::bench {

struct Figure {
    const char* name;    // room.subject, for example "decimal.notional"
    const char* unit;    // of the value: "ns", "ms", "x" for a ratio
    double target;       // the value that holds, on an idle machine with two cores
    const char* better;  // "lower" or "higher"
    double (*measure)();
};

// Nanoseconds a call of `work` takes, when called `count` times in a row.
template <typename Work>
double ns_per_call(long count, Work&& work) {
    const auto start = std::chrono::steady_clock::now();
    for (long i = 0; i < count; ++i) work(i);
    const std::chrono::duration<double, std::nano> spent = std::chrono::steady_clock::now() - start;
    return spent.count() / static_cast<double>(count);
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

inline int run_figures(int argc, char** argv, std::span<const Figure> figures) {
    const bool list = argc == 2 && std::strcmp(argv[1], "--list") == 0;
    for (const Figure& figure : figures) {
        if (list) std::printf("%s\n", figure.name);
        if (list || !is_wanted(figure, argc, argv)) continue;
        std::printf(R"({"name":"%s","value":%.6g,"unit":"%s","target":%.6g,"better":"%s"})"
                    "\n",
                    figure.name, figure.measure(), figure.unit, figure.target, figure.better);
        std::fflush(stdout);
    }
    return 0;
}

}  // namespace trd::bench
