#include "script/bar_history.h"

#include <cmath>
#include <vector>

#include "support/catch.h"

namespace trd {
namespace {

constexpr BarField all_fields[] = {BarField::open,   BarField::high, BarField::low,  BarField::close,
                                   BarField::volume, BarField::hl2,  BarField::hlc3, BarField::ohlc4};

BarValues bar_number(int number) {
    BarValues bar;
    bar.open_time_ns = number * 60;
    bar.close_time_ns = bar.open_time_ns + 60;
    bar.open = 100 + number * 0.3;
    bar.high = bar.open + 1 + number % 7;
    bar.low = bar.open - 1 - number % 3;
    bar.close = bar.low + number % 2;
    bar.volume = 10.0 * number;
    return bar;
}

// Every value that the window still shows is the field of that bar, to the last bit; the rest is NaN.
bool shows(const ScriptSeries& window, BarField field, const std::vector<BarValues>& bars) {
    for (uint64_t ago = 0; ago < BarHistory::capacity + 10; ++ago) {
        const double value = window.ago(ago);
        if (ago >= bars.size() || ago >= BarHistory::capacity) {
            if (!std::isnan(value)) return false;
        } else if (value != field_of(bars[bars.size() - 1 - ago], field)) {
            return false;
        }
    }
    return true;
}

}  // namespace

TEST_CASE("it does not matter when a field of the history is first asked for") {
    for (const int asked_at : {0, 1, 100, 255, 256, 257, 1000}) {
        CAPTURE(asked_at);
        BarHistory history;
        std::vector<BarValues> bars;
        const auto push = [&] {
            bars.push_back(bar_number(static_cast<int>(bars.size())));
            history.push(bars.back());
        };
        while (bars.size() < static_cast<size_t>(asked_at)) push();
        std::vector<ScriptSeries> windows;
        for (const BarField field : all_fields) windows.push_back(history.window(field));
        for (int more = 0; more < 300; ++more) {
            for (const BarField field : all_fields) {
                CAPTURE(static_cast<int>(field));
                REQUIRE(shows(windows[static_cast<size_t>(field)], field, bars));
            }
            push();
        }
    }
}

TEST_CASE("asking twice for a mean gives the same window") {
    BarHistory history;
    history.push(bar_number(1));
    const ScriptSeries first = history.window(BarField::hlc3);
    history.push(bar_number(2));
    const ScriptSeries second = history.window(BarField::hlc3);
    CHECK(first.values == second.values);
    CHECK(first.ago(1) == hlc3(bar_number(1)));
}

}  // namespace trd
