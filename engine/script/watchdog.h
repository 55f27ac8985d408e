// Notices that a script does not come back. One thread for all machines of the process, alive while there are any; it
// asks no clock and sends no signal, it only looks every few milliseconds whether the same call is still running. What
// the machine then does is its own business (LuaMachine::stop).
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>

namespace trd {

// Asked by the watchdog's thread every few milliseconds: whether the process is to end, so that no call is waited for.
// Said once, before the first machine; unless it is, nobody is asked.
void end_calls_when(bool (*is_asked)());

class Watched {
  public:
    // `overrun` is called from the watchdog's thread, once for each call that lasts longer than `limit_ms`, or a moment
    // where the process is to end.
    Watched(uint32_t limit_ms, std::function<void()> overrun);
    ~Watched();
    Watched(const Watched&) = delete;
    Watched& operator=(const Watched&) = delete;

    // Around each call, by the script's thread.
    void enter() { step(); }
    void leave() { step(); }

  private:
    friend class Watchdog;
    void step() { calls_.store(calls_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed); }
    void look(uint32_t passed_ms, bool is_ending);

    std::atomic<uint64_t> calls_{0};  // odd: a call is running
    const uint32_t limit_ms_;
    const std::function<void()> overrun_;
    uint64_t seen_calls_ = 0;  // by the watchdog
    uint32_t waited_ms_ = 0;
    bool is_over_ = false;
};

}  // namespace trd
