// Elementary functions whose result bits are the same on every x86-64, compiler and optimisation level; libm's exp,
// log, pow and trigonometry change with the CPU's FMA. Called by the script host (Lua's math library and the ^
// operator) and by stats/; engine code uses these and never libm's.
//
// Special values are those of C99 Annex F, except that every NaN returned is one and the same: positive, quiet, without
// payload. No errno, allocation or state: callable from any thread. Assumes round-to-nearest; flags mean nothing.
//
// Only the last rounding counts, also for subnormal results: at most 0.501 ulp, and all but one in ten thousand results
// are the correctly rounded ones, except where a declaration says otherwise. pow finds exact results and exact ties
// too, and with y = 2, 1, 0.5 and -1 it equals x * x, x, sqrt(x) and 1 / x to the bit.
#pragma once

namespace trd::portable {

double exp(double x);
double exp2(double x);
double expm1(double x);

double log(double x);
// A natural logarithm in a third of the time, at most 1 ulp: for what is computed at every bar.
double quick_log(double x);
double log1p(double x);
double log2(double x);
double log10(double x);

double pow(double x, double y);

double sin(double x);
double cos(double x);
double tan(double x);

double asin(double x);
double acos(double x);
double atan(double x);
double atan2(double y, double x);

double sinh(double x);
double cosh(double x);
double tanh(double x);

double cbrt(double x);
double hypot(double x, double y);
double fmod(double x, double y);  // exact

// The error function and its complement, at most 1 ulp.
double erf(double x);
double erfc(double x);

// Standard normal distribution function, at most 1 ulp in both tails, down to subnormals.
double norm_cdf(double x);

// Its inverse, at most 2 ulp; 0 gives -inf, 1 gives +inf, outside of [0, 1] NaN.
double norm_quantile(double probability);

}  // namespace trd::portable
