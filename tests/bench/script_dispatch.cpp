// What it costs to hand a bar to a script: a handler that reads its bar and little else, called over the view. Alone,
// and with twenty scripts that take turns, each with a machine of its own, so that none finds its memory near.
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "script/lua_strategy.h"
#include "support/bench.h"
#include "view/view.h"

using namespace trd;

namespace {

constexpr const char* text = R"(
local trd = require "trd"
local S = trd.strategy { name = "reader" }
function S:on_start() self.above = 0 end
function S:on_bar(ctx, bar)
    if bar.close > bar.open then self.above = self.above + 1 end
end
return S
)";

[[noreturn]] void stop(const std::string& why) {
    std::fprintf(stderr, "bench script: %s\n", why.c_str());
    std::exit(1);
}

// A script with its end of a view.
class Seat {
  public:
    Seat() : view_(1, 1) {
        auto loaded = LuaStrategy::load_text(text, "reader.lua", {}, {.jit = true, .seed = 1});
        if (!loaded.ok()) stop(loaded.error().message);
        strategy_ = std::move(*loaded);
        if (auto bound = strategy_->bind(view_.port()); !bound.ok()) stop(bound.error().message);
        tell(ViewEventKind::start);
    }
    void bar(const BarValues& bar) {
        view_.series(0).bar = bar;
        ++view_.series(0).bars;
        view_.block().now_ns = bar.close_time_ns;
        tell(ViewEventKind::bar);
    }

  private:
    void tell(ViewEventKind kind) {
        view_.block().event_kind = static_cast<uint32_t>(kind);
        if (auto handled = strategy_->handle(); !handled.ok()) stop(handled.error().message);
    }

    ViewHost view_;
    std::unique_ptr<Strategy> strategy_;
};

BarValues bar_number(long number) {
    BarValues bar;
    bar.open_time_ns = number * 60'000'000'000;
    bar.close_time_ns = bar.open_time_ns + 60'000'000'000;
    bar.open = 100 + static_cast<double>(number % 101);
    bar.close = 100 + static_cast<double>(number * 7 % 103);
    bar.high = bar.open + bar.close;
    bar.low = 1;
    bar.volume = 5;
    return bar;
}

bench::Reading dispatch_ns(size_t scripts) {
    const long warm_up = 10'000, bars = 20'000'000 / static_cast<long>(scripts);
    std::vector<std::unique_ptr<Seat>> seats;
    for (size_t i = 0; i < scripts; ++i) seats.push_back(std::make_unique<Seat>());
    const auto hand_out = [&](long number) {
        const BarValues bar = bar_number(number);
        for (const auto& seat : seats) seat->bar(bar);
    };
    for (long i = 0; i < warm_up; ++i) hand_out(i);
    bench::IdleWatch watch;
    watch.begin();
    for (long i = 0; i < bars; ++i) {
        hand_out(i);
        if (i % 64 == 0) watch.done(static_cast<double>((i + 1) * static_cast<long>(scripts)));
    }
    return watch.finish(static_cast<double>(bars * static_cast<long>(scripts)));
}

bench::Reading one() { return dispatch_ns(1); }
bench::Reading each_of_twenty() { return dispatch_ns(20); }

constexpr bench::Figure figures[] = {
    {"script.dispatch_one", "ns", 60, "lower", one},
    {"script.dispatch_each_of_20", "ns", 75, "lower", each_of_twenty},
};

}  // namespace

int main(int argc, char** argv) { return bench::run_figures(argc, argv, figures); }
