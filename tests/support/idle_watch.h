// Times work by the stretches in which this core was ours alone. On a virtual machine the core's twin may be at work
// for somebody else: that halves what we get of it, comes and goes within seconds, and no load average tells. So the
// work is timed in stretches of a few milliseconds, and before and after each of them a short sum is timed that a core
// of its own does nearly four to a cycle, and half a core does not. Only stretches between two good sums count in which
// the thread was not made to wait either. What they are chosen by says nothing of how long the work in them took.
#pragma once

#include <sys/resource.h>

#include <chrono>
#include <cstdint>

namespace trd::bench {

// What was measured. `over_all` counts every stretch, `value` those in which the core was ours, `idle_share` (of the
// time) says how many that were: below `enough` the value is that of all.
struct Reading {
    static constexpr double enough = 0.02, unknown = -1;

    Reading(double plain) : value(plain), over_all(plain) {}
    Reading(double of_idle, double of_all, double share)
        : value(share >= enough ? of_idle : of_all), over_all(of_all), idle_share(share) {}

    double value, over_all, idle_share = unknown;

    Reading map(double (*change)(double)) const {
        Reading result = *this;
        result.value = change(value), result.over_all = change(over_all);
        return result;
    }
};

inline double nanoseconds_now() {
    return std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

namespace idle_detail {

inline void step(uint64_t& sum) {
    sum += 1;
    asm volatile("" : "+r"(sum));  // no two steps become one
}

// As many sums at once as are given, so many rounds of sixteen steps; nanoseconds a step.
template <typename... Sums>
double time_of_sums(int rounds, Sums... sums) {
    const double begin = nanoseconds_now();
    for (int i = 0; i < rounds; ++i) {
#pragma GCC unroll 16
        for (int unrolled = 0; unrolled < 16; ++unrolled) (step(sums), ...);
    }
    return (nanoseconds_now() - begin) / (16.0 * rounds * sizeof...(Sums));
}

}  // namespace idle_detail

// One sum goes a step a cycle, however busy the twin is; four at once go four steps a cycle where nobody else is.
inline bool core_is_ours() {
    constexpr double steps_a_cycle = 3.6;
    const double alone = idle_detail::time_of_sums(1'000, uint64_t{1});
    const double together = idle_detail::time_of_sums(1'000, uint64_t{1}, uint64_t{2}, uint64_t{3}, uint64_t{4});
    return alone / together >= steps_a_cycle;
}

// How often this thread had to wait for another one.
inline long times_preempted() {
    rusage usage{};
    getrusage(RUSAGE_THREAD, &usage);
    return usage.ru_nivcsw;
}

class IdleWatch {
  public:
    // The work begins, or goes on after something that does not count.
    void begin() {
        was_ours_ = core_is_ours();
        preempted_ = times_preempted();
        since_ns_ = nanoseconds_now();
    }
    // So many units are done since the start. Call it often: it looks at the clock, no more, until a stretch is over.
    void done(double units) {
        if (nanoseconds_now() - since_ns_ >= stretch_ns) end_stretch(units);
    }
    // After the last unit.
    Reading finish(double units) {
        end_stretch(units);
        return {idle_.ns / idle_.units, all_.ns / all_.units, all_.ns > 0 ? idle_.ns / all_.ns : 0};
    }

  private:
    static constexpr double stretch_ns = 4e6;
    struct Sum {
        double ns = 0, units = 0;
        void add(double more_ns, double more_units) { ns += more_ns, units += more_units; }
    };

    void end_stretch(double units) {
        const double spent_ns = nanoseconds_now() - since_ns_;
        const bool undisturbed = times_preempted() == preempted_;
        const bool ours = core_is_ours();
        all_.add(spent_ns, units - counted_);
        if (ours && was_ours_ && undisturbed) idle_.add(spent_ns, units - counted_);
        was_ours_ = ours;
        preempted_ = times_preempted();
        counted_ = units;
        since_ns_ = nanoseconds_now();
    }

    Sum all_, idle_;
    double counted_ = 0, since_ns_ = 0;
    long preempted_ = 0;
    bool was_ours_ = false;
};

}  // namespace trd::bench
