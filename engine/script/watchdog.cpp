#include "script/watchdog.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace trd {
namespace {

// Long enough for a hook that comes back to be done with what it does.
constexpr uint32_t moment_ms = 100;
std::atomic<bool (*)()> is_end_asked = nullptr;

}  // namespace

void end_calls_when(bool (*is_asked)()) { is_end_asked = is_asked; }

class Watchdog {
  public:
    static Watchdog& instance() {
        static Watchdog watchdog;
        return watchdog;
    }
    void add(Watched* watched) {
        const std::scoped_lock changing(changing_);
        const std::scoped_lock lock(mutex_);
        watched_.push_back(watched);
        if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
    }
    // Joins the thread with the last one, so that a process that is done with scripts has no thread left.
    void remove(Watched* watched) {
        const std::scoped_lock changing(changing_);
        {
            const std::scoped_lock lock(mutex_);
            std::erase(watched_, watched);
            if (!watched_.empty()) return;
        }
        wake_.notify_all();
        thread_.join();
        thread_ = {};
    }

  private:
    static constexpr uint32_t period_ms = 10;

    void run() {
        std::unique_lock lock(mutex_);
        while (!wake_.wait_for(lock, std::chrono::milliseconds(period_ms), [this] { return watched_.empty(); })) {
            const auto asked = is_end_asked.load();
            const bool is_ending = asked != nullptr && asked();
            for (Watched* watched : watched_) watched->look(period_ms, is_ending);
        }
    }

    std::mutex changing_;  // add and remove, whole
    std::mutex mutex_;     // the list
    std::condition_variable wake_;
    std::vector<Watched*> watched_;
    std::thread thread_;
};

Watched::Watched(uint32_t limit_ms, std::function<void()> overrun) : limit_ms_(limit_ms), overrun_(std::move(overrun)) {
    if (limit_ms_ > 0) Watchdog::instance().add(this);
}

Watched::~Watched() {
    if (limit_ms_ > 0) Watchdog::instance().remove(this);
}

void Watched::look(uint32_t passed_ms, bool is_ending) {
    const uint64_t calls = calls_.load(std::memory_order_relaxed);
    if (calls % 2 == 0 || calls != seen_calls_) {
        seen_calls_ = calls;
        waited_ms_ = 0;
        is_over_ = false;
        return;
    }
    waited_ms_ += passed_ms;
    if (is_over_ || waited_ms_ < (is_ending ? std::min(limit_ms_, moment_ms) : limit_ms_)) return;
    is_over_ = true;
    overrun_();
}

}  // namespace trd
