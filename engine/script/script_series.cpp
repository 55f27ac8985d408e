#include "script/script_series.h"

namespace trd {

double crossing(const ScriptSeries* a, double a_number, const ScriptSeries* b, double b_number) {
    const auto difference = [&](uint64_t ago) {
        return (a != nullptr ? a->ago(ago) : a_number) - (b != nullptr ? b->ago(ago) : b_number);
    };
    const double now = difference(0);
    if (!(now > 0 || now < 0)) return 0;
    double before = difference(1);
    for (uint64_t ago = 2; before == 0 && ago < IndicatorOutput::capacity; ++ago) before = difference(ago);
    if (now > 0 && before < 0) return 1;
    return now < 0 && before > 0 ? -1 : 0;
}

}  // namespace trd
