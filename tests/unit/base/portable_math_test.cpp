// The portable functions against libquadmath's 113 bits, special values of C99 Annex F, and identities.
#include "base/portable_math.h"

#include <quadmath.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "support/catch.h"

namespace trd::portable {
namespace {

using Quad = __float128;

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double smallest = std::numeric_limits<double>::denorm_min();
constexpr double largest = std::numeric_limits<double>::max();

// Splitmix64: the draws are the same everywhere.
class Draws {
  public:
    std::uint64_t bits() {
        std::uint64_t z = state_ += 0x9e3779b97f4a7c15u;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        return z ^ (z >> 31);
    }
    double between(double low, double high) {
        return low + (high - low) * (static_cast<double>(bits() >> 11) * 0x1p-53);
    }
    double whole(double low, double high) { return std::floor(between(low, high)); }
    // Positive, with evenly spread exponents.
    double magnitude(int low, int high) { return std::ldexp(between(1, 2), static_cast<int>(whole(low, high))); }
    double spread(int low, int high) { return (bits() & 1) != 0 ? magnitude(low, high) : -magnitude(low, high); }

  private:
    std::uint64_t state_ = 20240229;
};

// Distance of two doubles next to `value`, as if exponents had no upper end.
Quad spacing(Quad value) {
    int exponent = 0;
    frexpq(value, &exponent);
    return ldexpq(1, std::max(exponent - 53, -1074));
}

bool same_bits(double a, double b) { return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b); }

struct Errors {
    double worst_ulp = 0;
    double worst_x = 0;
    double worst_y = 0;
    int right = 0;
    int count = 0;

    void add(double got, Quad wanted, double x, double y = 0) {
        ++count;
        const auto rounded = static_cast<double>(wanted);
        if (got == rounded) ++right;
        const bool finite = std::isfinite(got) && std::isfinite(rounded);
        const double ulp = finite           ? static_cast<double>(fabsq(got - wanted) / spacing(wanted))
                           : got == rounded ? 0.0
                                            : inf;
        if (ulp <= worst_ulp) return;
        worst_ulp = ulp;
        worst_x = x;
        worst_y = y;
    }
};

struct Limits {
    double ulp = 0.501;
    double share_right = 0.999;
};

void check(const std::string& name, const Errors& errors, Limits limits) {
    CAPTURE(name, errors.worst_ulp, errors.worst_x, errors.worst_y, errors.right, errors.count);
    CHECK(errors.worst_ulp <= limits.ulp);
    CHECK(errors.right >= limits.share_right * errors.count);
}

Quad norm_cdf_oracle(Quad x) { return erfcq(-x * M_SQRT1_2q) / 2; }

// Two Newton steps from the double under test: wrong digits cannot survive them.
Quad norm_quantile_oracle(Quad p) {
    Quad x = norm_quantile(static_cast<double>(p));
    for (int i = 0; i < 2; ++i) {
        const Quad density = expq(-x * x / 2) * M_2_SQRTPIq * M_SQRT1_2q / 2;
        const Quad centred = erfq(x * M_SQRT1_2q) / 2 - (p - 0.5);
        const Quad upper = (1 - p) - norm_cdf_oracle(-x);
        const Quad excess = p < 0.25 ? norm_cdf_oracle(x) - p : p > 0.75 ? upper : centred;
        x -= excess / density;
    }
    return x;
}

using Draw = double (*)(Draws&);
struct UnaryCase {
    const char* name;
    double (*function)(double);
    Quad (*oracle)(Quad);
    Draw draw;
    Limits limits = {};
};

double near_half_pi_multiple(Draws& d) { return static_cast<double>(M_PI_2q * d.whole(-20000, 20000)); }
double near_huge_half_pi_multiple(Draws& d) { return static_cast<double>(M_PI_2q * d.whole(-1e15, 1e15)); }
double next_to_one(Draws& d) { return 1 + d.spread(-53, -1); }
double positive(Draws& d) { return d.magnitude(-1074, 1024); }
double any(Draws& d) { return d.spread(-1074, 1024); }
double huge(Draws& d) { return d.spread(15, 1024); }
double small(Draws& d) { return d.spread(-60, 1); }
double around_zero(Draws& d) { return d.between(-10, 10); }
double symmetric_unit(Draws& d) { return d.between(-1, 1); }
double below_one(Draws& d) { return 1 - d.magnitude(-53, -1); }

const UnaryCase unary_cases[] = {
    {"exp", exp, expq, [](Draws& d) { return d.between(-745.2, 709.8); }},
    {"exp, body", exp, expq, around_zero},
    {"exp, small", exp, expq, small},
    {"exp, subnormal", exp, expq, [](Draws& d) { return d.between(-745.2, -708); }},
    {"exp2", exp2, exp2q, [](Draws& d) { return d.between(-1075, 1024); }},
    {"exp2, small", exp2, exp2q, small},
    {"exp2, subnormal", exp2, exp2q, [](Draws& d) { return d.between(-1075.5, -1021); }},
    {"expm1", expm1, expm1q, [](Draws& d) { return d.between(-40, 40); }},
    {"expm1, small", expm1, expm1q, small},
    {"expm1, large", expm1, expm1q, [](Draws& d) { return d.between(30, 709.8); }},
    {"log", log, logq, positive},
    {"log, near one", log, logq, next_to_one},
    {"log, body", log, logq, [](Draws& d) { return d.between(0.5, 2); }},
    {"log1p", log1p, log1pq, [](Draws& d) { return d.magnitude(-60, 1024); }},
    {"log1p, small", log1p, log1pq, [](Draws& d) { return d.spread(-60, -1); }},
    {"log1p, near -1", log1p, log1pq, [](Draws& d) { return d.magnitude(-53, -1) - 1; }},
    {"log2", log2, log2q, positive},
    {"log2, near one", log2, log2q, next_to_one},
    {"log10", log10, log10q, positive},
    {"log10, near one", log10, log10q, next_to_one},
    {"sin", sin, sinq, around_zero},
    {"sin, moderate", sin, sinq, [](Draws& d) { return d.between(-33000, 33000); }},
    {"sin, small", sin, sinq, small},
    {"sin, huge", sin, sinq, huge},
    {"sin, k pi/2", sin, sinq, near_half_pi_multiple},
    {"sin, huge k pi/2", sin, sinq, near_huge_half_pi_multiple},
    {"cos", cos, cosq, around_zero},
    {"cos, moderate", cos, cosq, [](Draws& d) { return d.between(-33000, 33000); }},
    {"cos, small", cos, cosq, small},
    {"cos, huge", cos, cosq, huge},
    {"cos, k pi/2", cos, cosq, near_half_pi_multiple},
    {"cos, huge k pi/2", cos, cosq, near_huge_half_pi_multiple},
    {"tan", tan, tanq, around_zero},
    {"tan, small", tan, tanq, small},
    {"tan, huge", tan, tanq, huge},
    {"tan, k pi/2", tan, tanq, near_half_pi_multiple},
    {"tan, huge k pi/2", tan, tanq, near_huge_half_pi_multiple},
    {"asin", asin, asinq, symmetric_unit},
    {"asin, small", asin, asinq, [](Draws& d) { return d.spread(-60, -1); }},
    {"asin, near one", asin, asinq, below_one},
    {"acos", acos, acosq, symmetric_unit},
    {"acos, small", acos, acosq, [](Draws& d) { return d.spread(-80, -1); }},
    {"acos, near one", acos, acosq, below_one},
    {"acos, near -1", acos, acosq, [](Draws& d) { return -below_one(d); }},
    {"atan", atan, atanq, around_zero},
    {"atan, any", atan, atanq, [](Draws& d) { return d.spread(-60, 80); }},
    {"sinh", sinh, sinhq, [](Draws& d) { return d.between(-710.6, 710.6); }},
    {"sinh, small", sinh, sinhq, [](Draws& d) { return d.spread(-40, 6); }},
    {"cosh", cosh, coshq, [](Draws& d) { return d.between(-710.6, 710.6); }},
    {"cosh, small", cosh, coshq, [](Draws& d) { return d.spread(-40, 6); }},
    {"tanh", tanh, tanhq, [](Draws& d) { return d.between(-22, 22); }},
    {"tanh, small", tanh, tanhq, [](Draws& d) { return d.spread(-40, 3); }},
    {"cbrt", cbrt, cbrtq, any},
    {"erf", erf, erfq, [](Draws& d) { return d.between(-6, 6); }, {0.8, 0.98}},
    {"erf, small", erf, erfq, [](Draws& d) { return d.spread(-1074, 0); }, {0.8, 0.98}},
    {"erfc", erfc, erfcq, [](Draws& d) { return d.between(-6, 27.3); }, {0.6, 0.98}},
    {"erfc, small", erfc, erfcq, small, {0.6, 0.98}},
    {"norm_cdf", norm_cdf, norm_cdf_oracle, [](Draws& d) { return d.between(-38.6, 9); }, {0.6, 0.98}},
    {"norm_cdf, body", norm_cdf, norm_cdf_oracle, [](Draws& d) { return d.between(-4, 4); }, {0.6, 0.98}},
    {"norm_cdf, subnormal", norm_cdf, norm_cdf_oracle, [](Draws& d) { return d.between(-38.6, -37.4); }, {0.6, 0.98}},
};

const UnaryCase quantile_cases[] = {
    {"norm_quantile", norm_quantile, norm_quantile_oracle, [](Draws& d) { return d.between(0, 1); }, {0.8, 0.97}},
    {"norm_quantile, tail",
     norm_quantile,
     norm_quantile_oracle,
     [](Draws& d) { return d.magnitude(-1074, -1); },
     {0.6, 0.98}},
    {"norm_quantile, half",
     norm_quantile,
     norm_quantile_oracle,
     [](Draws& d) { return 0.5 + d.spread(-54, -2); },
     {0.8, 0.98}},
    {"norm_quantile, top", norm_quantile, norm_quantile_oracle, below_one, {0.8, 0.97}},
};

void run(const UnaryCase& c, int count) {
    Draws draws;
    Errors errors;
    for (int i = 0; i < count; ++i) {
        const double x = c.draw(draws);
        errors.add(c.function(x), c.oracle(x), x);
    }
    check(c.name, errors, c.limits);
}

struct BinaryCase {
    const char* name;
    double (*function)(double, double);
    Quad (*oracle)(Quad, Quad);
    Draw draw_x;
    Draw draw_y;
    Limits limits = {};
};

const BinaryCase binary_cases[] = {
    {"pow", pow, powq, positive, [](Draws& d) { return d.spread(-10, 3); }},
    {"pow, near one", pow, powq, [](Draws& d) { return 1 + d.spread(-30, -5); },
     [](Draws& d) { return d.spread(2, 31); }},
    {"pow, last bit", pow, powq, [](Draws& d) { return 1 + d.spread(-52, -50); },
     [](Draws& d) { return d.spread(40, 63); }},
    {"pow, integer", pow, powq, [](Draws& d) { return d.between(0, 10); }, [](Draws& d) { return d.whole(-20, 20); }},
    {"pow, negative", pow, powq, [](Draws& d) { return d.between(-9, 0); }, [](Draws& d) { return d.whole(-99, 99); }},
    {"pow, subnormal", pow, powq, [](Draws& d) { return d.between(0.4, 0.6); },
     [](Draws& d) { return d.between(1020, 1075); }},
    {"pow, ties", pow, powq, [](Draws& d) { return d.whole(0x1p26, 0x1p27); }, [](Draws&) { return 2.0; }},
    {"pow, cubes", pow, powq, [](Draws& d) { return d.whole(0x1p17, 0x1p18); }, [](Draws&) { return 3.0; }},
    {"pow, root", pow, powq, positive, [](Draws&) { return 0.5; }},
    {"atan2", atan2, atan2q, around_zero, around_zero},
    {"atan2, ratio", atan2, atan2q, [](Draws& d) { return d.spread(-60, 60); },
     [](Draws& d) { return d.spread(-9, 9); }},
    {"atan2, any", atan2, atan2q, any, any},
    {"atan2, subnormal", atan2, atan2q, [](Draws& d) { return d.spread(-1074, -1000); },
     [](Draws& d) { return d.spread(-1074, -1000); }},
    {"hypot", hypot, hypotq, around_zero, around_zero},
    {"hypot, any", hypot, hypotq, any, any},
    {"hypot, subnormal", hypot, hypotq, [](Draws& d) { return d.spread(-1074, -1015); },
     [](Draws& d) { return d.spread(-1074, -1015); }},
    {"hypot, largest", hypot, hypotq, [](Draws& d) { return d.spread(1020, 1024); },
     [](Draws& d) { return d.spread(1010, 1024); }},
    {"fmod", fmod, fmodq, around_zero, around_zero, {0.0, 1.0}},
    {"fmod, any", fmod, fmodq, any, any, {0.0, 1.0}},
};

void run(const BinaryCase& c, int count) {
    Draws draws;
    Errors errors;
    for (int i = 0; i < count; ++i) {
        const double x = c.draw_x(draws);
        const double y = c.draw_y(draws);
        errors.add(c.function(x, y), c.oracle(x, y), x, y);
    }
    check(c.name, errors, c.limits);
}

TEST_CASE("portable functions of one argument round correctly", "[portable]") {
    for (const UnaryCase& c : unary_cases) run(c, 8000);
    for (const UnaryCase& c : quantile_cases) run(c, 2000);
}

TEST_CASE("portable functions of two arguments round correctly", "[portable]") {
    for (const BinaryCase& c : binary_cases) run(c, 8000);
}

TEST_CASE("the quick logarithm is within one ulp, and exact where logarithms are", "[portable]") {
    Draws draws;
    Quad worst = 0;
    const auto look_at = [&](double x) {
        const Quad right = logq(x);
        worst = std::max(worst, fabsq((quick_log(x) - right) / spacing(right)));
    };
    for (int i = 0; i < 300'000; ++i) {
        look_at(draws.magnitude(-1022, 1023));
        look_at(draws.between(0.5, 2));
        look_at(1 + draws.spread(-50, -3));
    }
    for (const double x : {0.70710678118654746, 0.70710678118654757, 1.4142135623730949, 1.4142135623730951, largest})
        look_at(x);
    CHECK(static_cast<double>(worst) < 1);
    CHECK(same_bits(quick_log(1), 0));
    for (const double x : {0.0, -0.0, -1.0, inf, -inf, nan, smallest}) CHECK(same_bits(quick_log(x), log(x)));
}

TEST_CASE("portable borders of overflow and underflow", "[portable]") {
    const auto agree = [](double (*function)(double), Quad (*oracle)(Quad), double around) {
        double x = std::nextafter(std::nextafter(std::nextafter(around, -inf), -inf), -inf);
        for (int i = 0; i < 7; ++i, x = std::nextafter(x, inf)) {
            CAPTURE(x);
            CHECK(same_bits(function(x), static_cast<double>(oracle(x))));
        }
    };
    for (double x : {0x1.62e42fefa39efp9, -0x1.74910d52d3051p9, -0x1.74385446d71c3p9, -0x1.6232bdd7abcd2p9})
        agree(exp, expq, x);
    for (double x : {1024.0, -1074.0, -1075.0, -1022.0, -1023.0}) agree(exp2, exp2q, x);
    for (double x : {0x1.62e42fefa39efp9, -0x1.2b708872320e2p5, 0x1p-54, 40.0, 90.0}) agree(expm1, expm1q, x);
    for (double x : {0x1.633ce8fb9f87dp9, 40.0, 0x1p-28}) agree(sinh, sinhq, x);
    for (double x : {0x1.633ce8fb9f87dp9, 40.0, 0x1p-28}) agree(cosh, coshq, x);
    for (double x : {19.0615474653985, 20.0, 0x1p-28}) agree(tanh, tanhq, x);
    for (double x : {0x1p15, 0x1p-28}) agree(sin, sinq, x);
    for (double x : {0x1p15, 0x1p-28}) agree(tan, tanq, x);
    agree(cos, cosq, 0x1.6ac5b262ca1ffp849);  // no double is nearer to a multiple of pi/2
}

TEST_CASE("portable pow resolves exact results and ties", "[portable]") {
    Draws draws;
    for (int i = 0; i < 20000; ++i) {
        const double x = i % 2 == 0 ? draws.whole(0x1p25, 0x1p28) : draws.spread(-550, 512);
        CAPTURE(x);
        REQUIRE(same_bits(pow(x, 2), x * x));
        REQUIRE(same_bits(pow(x, 1), x));
        REQUIRE(same_bits(pow(x, -1), 1 / x));
        REQUIRE(same_bits(pow(std::abs(x), 0.5), std::sqrt(std::abs(x))));
    }
    for (int n = -1080; n <= 1030; ++n) REQUIRE(same_bits(pow(2, n), std::ldexp(1.0, n)));
    for (int n = -540; n <= 515; ++n) REQUIRE(same_bits(pow(0.25, n), std::ldexp(1.0, -2 * n)));
    CHECK(same_bits(pow(0x3p-215, 5), std::ldexp(243, -1075)));  // a tie between two subnormals
    CHECK(same_bits(pow(0x5p-215, 5), std::ldexp(3125, -1075)));
    CHECK(pow(3, 33) == 5559060566555523);
    CHECK(pow(3, 34) == static_cast<double>(16677181699666569));
    CHECK(pow(10, 22) == 1e22);
    CHECK(pow(10, -5) == 1e-5);
    CHECK(pow(6.25, 1.5) == 15.625);
}

TEST_CASE("portable results next to one resolve near ties", "[portable]") {
    for (int k = 30; k <= 60; ++k) {
        for (double x : {std::ldexp(1, -k), -std::ldexp(1, -k), std::ldexp(3, -k), -std::ldexp(3, -k)}) {
            CAPTURE(x);
            CHECK(same_bits(exp(x), static_cast<double>(expq(x))));
            for (double y : {0.5, 0.25, -0.5, -1.0, 1.5, 3.0, 0.75})
                CHECK(same_bits(pow(1 + x, y), static_cast<double>(powq(1 + x, y))));
        }
    }
}

TEST_CASE("portable identities", "[portable]") {
    for (int n = -1074; n < 1024; ++n) {
        REQUIRE(log2(std::ldexp(1.0, n)) == n);
        REQUIRE(same_bits(exp2(n), std::ldexp(1.0, n)));
    }
    double power = 1;
    for (int n = 0; n <= 22; ++n, power *= 10) REQUIRE(log10(power) == n);
    for (int n = -2000; n < 2000; ++n) REQUIRE(cbrt(1.0 * n * n * n) == n);
    CHECK(hypot(3, 4) == 5);
    CHECK(hypot(-0x1.4p-1070, 0x1.ep-1070) == std::hypot(0x1.4p-1070, 0x1.ep-1070));
    CHECK(norm_cdf(0) == 0.5);
    CHECK(norm_quantile(0.5) == 0);
    Draws draws;
    for (int i = 0; i < 2000; ++i) {
        const double x = draws.spread(-30, 8);
        for (auto odd : {sin, tan, atan, sinh, tanh, cbrt, erf}) REQUIRE(same_bits(odd(-x), -odd(x)));
        for (auto even : {cos, cosh}) REQUIRE(same_bits(even(-x), even(x)));
        const double away = draws.whole(0, 0x1p52) * 0x1p-53;
        REQUIRE(same_bits(norm_quantile(0.5 + away), -norm_quantile(0.5 - away)));
    }
}

TEST_CASE("portable functions rise without a step back where their tables meet", "[portable]") {
    struct Rising {
        const char* name;
        double (*function)(double);
        double low, high;
    };
    const Rising rising[] = {{"exp", exp, -2, 2},           {"log", log, 0.6, 2.1},  {"log2", log2, 0.6, 2.1},
                             {"sin", sin, -1.5, 1.5},       {"atan", atan, -3, 3},   {"asin", asin, -1, 1},
                             {"tanh", tanh, -2, 2},         {"cbrt", cbrt, 0.1, 30}, {"erf", erf, -2, 2},
                             {"norm_cdf", norm_cdf, -30, 4}};
    for (const Rising& r : rising) {
        CAPTURE(r.name);
        for (int i = 0; i < 512; ++i) {
            double x = r.low + (r.high - r.low) * i / 512;
            double before = r.function(x);
            for (int step = 0; step < 8; ++step) {
                x = std::nextafter(x, inf);
                const double now = r.function(x);
                CAPTURE(x);
                REQUIRE(now >= before);
                before = now;
            }
        }
    }
}

// NaN expects the canonical one: hashes see its bits.
void expect(double got, double wanted, double x, double y = 0) {
    CAPTURE(x, y, got, wanted);
    CHECK(same_bits(got, wanted));
}

TEST_CASE("portable special values of one argument", "[portable]") {
    const double pi = 0x1.921fb54442d18p1;
    struct Special {
        double (*function)(double);
        double at_minus_inf, at_minus_zero, at_zero, at_inf;
    };
    const Special specials[] = {
        {exp, 0, 1, 1, inf},
        {exp2, 0, 1, 1, inf},
        {expm1, -1, -0.0, 0, inf},
        {log, nan, -inf, -inf, inf},
        {log1p, nan, -0.0, 0, inf},
        {log2, nan, -inf, -inf, inf},
        {log10, nan, -inf, -inf, inf},
        {sin, nan, -0.0, 0, nan},
        {cos, nan, 1, 1, nan},
        {tan, nan, -0.0, 0, nan},
        {asin, nan, -0.0, 0, nan},
        {acos, nan, pi / 2, pi / 2, nan},
        {atan, -pi / 2, -0.0, 0, pi / 2},
        {sinh, -inf, -0.0, 0, inf},
        {cosh, inf, 1, 1, inf},
        {tanh, -1, -0.0, 0, 1},
        {cbrt, -inf, -0.0, 0, inf},
        {erf, -1, -0.0, 0, 1},
        {erfc, 2, 1, 1, 0},
        {norm_cdf, 0, 0.5, 0.5, 1},
        {norm_quantile, nan, -inf, -inf, nan},
    };
    for (const Special& s : specials) {
        expect(s.function(-inf), s.at_minus_inf, -inf);
        expect(s.function(-0.0), s.at_minus_zero, -0.0);
        expect(s.function(0.0), s.at_zero, 0.0);
        expect(s.function(inf), s.at_inf, inf);
        expect(s.function(std::bit_cast<double>(0xfff800000000beefu)), nan, nan);
    }
    for (auto steep : {expm1, log1p, sin, tan, asin, atan, sinh, tanh})
        for (double x : {smallest, -smallest, 0x1p-1022, -0x1.8p-1000}) expect(steep(x), x, x);
    expect(log(1), 0, 1);
    expect(acos(1), 0, 1);
    expect(acos(-1), pi, -1);
    expect(asin(1), pi / 2, 1);
    expect(norm_quantile(1), inf, 1);
    for (auto bounded : {asin, acos}) expect(bounded(1.0000000000000002), nan, 1);
    for (auto logarithm : {log, log2, log10}) expect(logarithm(-1), nan, -1);
    expect(log1p(-1), -inf, -1);
    expect(log1p(-1.5), nan, -1.5);
    for (auto growing : {exp, exp2, expm1, sinh, cosh}) expect(growing(largest), inf, largest);
    for (auto decaying : {exp, exp2}) expect(decaying(-largest), 0, -largest);
}

TEST_CASE("portable special values of pow", "[portable]") {
    struct Special {
        double x, y, wanted;
    };
    const Special specials[] = {
        {0, -3, inf},          {-0.0, -3, -inf},  {0, -2, inf},        {-0.0, -2, inf},
        {-0.0, -2.5, inf},     {0, -inf, inf},    {-0.0, -inf, inf},   {0, 3, 0},
        {-0.0, 3, -0.0},       {0, 2, 0},         {-0.0, 2, 0},        {-0.0, 2.5, 0},
        {0, inf, 0},           {-1, inf, 1},      {-1, -inf, 1},       {1, nan, 1},
        {1, inf, 1},           {nan, 0, 1},       {inf, 0, 1},         {-5, -0.0, 1},
        {-8, 1.0 / 3, nan},    {-1, 0.5, nan},    {0.5, -inf, inf},    {-0.5, -inf, inf},
        {1.5, -inf, 0},        {-1.5, -inf, 0},   {0.5, inf, 0},       {-0.5, inf, 0},
        {1.5, inf, inf},       {-1.5, inf, inf},  {-inf, -3, -0.0},    {-inf, -2, 0},
        {-inf, -2.5, 0},       {-inf, 3, -inf},   {-inf, 2, inf},      {-inf, 2.5, inf},
        {inf, -1, 0},          {inf, 1, inf},     {inf, inf, inf},     {-inf, -inf, 0},
        {nan, 1, nan},         {2, nan, nan},     {nan, nan, nan},     {-1, 3, -1},
        {-1, 1e300, 1},        {-2, 1e300, inf},  {-2, -1e300, 0},     {2, 1e300, inf},
        {-2, 1023, -0x1p1023}, {-2, 1025, -inf},  {-2, -1075, -0.0},   {-2, -1077, -0.0},
        {0.5, 1e-300, 1},      {largest, 2, inf}, {smallest, -1, inf}, {smallest, 1, smallest},
        {largest, 1, largest},
    };
    for (const Special& s : specials) expect(pow(s.x, s.y), s.wanted, s.x, s.y);
}

TEST_CASE("portable special values of atan2, hypot and fmod", "[portable]") {
    const double values[] = {0.0, 1.0, 2.5, smallest, 0x1p-1022, largest, inf};
    for (double x : values)
        for (double y : values)
            for (double sign_x : {1.0, -1.0})
                for (double sign_y : {1.0, -1.0}) {
                    const double a = sign_x * x;
                    const double b = sign_y * y;
                    expect(atan2(b, a), static_cast<double>(atan2q(b, a)), b, a);
                    expect(hypot(b, a), static_cast<double>(hypotq(b, a)), b, a);
                    const double rest = x == inf || y == 0 ? nan : static_cast<double>(fmodq(a, b));
                    expect(fmod(a, b), rest, a, b);
                }
    for (auto function : {atan2, fmod}) {
        expect(function(nan, 1), nan, nan, 1);
        expect(function(1, -nan), nan, 1, nan);
    }
    expect(hypot(nan, 1), nan, nan, 1);
    expect(hypot(nan, -inf), inf, nan, -inf);
    expect(hypot(inf, nan), inf, inf, nan);
}

}  // namespace
}  // namespace trd::portable
