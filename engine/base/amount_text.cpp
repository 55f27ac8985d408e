#include "base/amount_text.h"

namespace trd {
namespace {

Int128 step_at(int places) {
    Int128 step = decimal_scale;
    for (int i = 0; i < places; ++i) step /= 10;
    return step;
}

}  // namespace

std::string amount_text(Money amount, int places) {
    constexpr Int128 three_digits = 100;
    const Int128 size = abs(amount).raw();
    if (size == 0 || size >= step_at(places)) return format_fixed(amount, places);
    int shown = places;
    while (shown < decimal_places && size / step_at(shown) < three_digits) ++shown;
    std::string text = format_fixed(amount, shown);
    const size_t least = text.find('.') + 1 + static_cast<size_t>(places);
    while (text.size() > least && text.ends_with('0')) text.pop_back();
    return text;
}

}  // namespace trd
