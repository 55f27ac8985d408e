#include "record/run_hash.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace trd {

// To wake a thread for a stretch costs who wakes it some 20 us where the other core is a virtual one, a fifth of what
// it would cost him to hash it. So the hasher looks by itself from time to time, more seldom while there is little, and
// is woken only by who has to wait.
class RunHash::Hasher {
  public:
    explicit Hasher(Sha256& hash) : hash_(hash), thread_([this] { work(); }) {}
    // What it has is hashed before it goes.
    ~Hasher() {
        {
            const std::scoped_lock lock(mutex_);
            ends_ = true;
        }
        called_.notify_one();
        thread_.join();
    }

    // Takes the bytes and leaves an empty writer. Waits while too many stretches do.
    void take(ByteWriter& bytes) {
        std::unique_lock lock(mutex_);
        if (waiting_.size() == waiting_max) {
            is_awaited_ = true;
            called_.notify_one();
            less_.wait(lock, [this] { return !is_awaited_; });
        }
        std::swap(waiting_.emplace_back(), bytes);
        if (empty_.empty()) return;
        std::swap(bytes, empty_.back());
        empty_.pop_back();
    }

  private:
    using Nap = std::chrono::microseconds;
    static constexpr size_t waiting_max = 8;
    static constexpr Nap nap_min{250}, nap_max{8'000};

    void work() {
        std::unique_lock lock(mutex_);
        for (Nap nap = nap_min; !ends_ || !waiting_.empty();) {
            called_.wait_for(lock, nap, [this] { return ends_ || is_awaited_; });
            nap = waiting_.empty() ? std::min(nap * 2, nap_max) : nap_min;
            while (!waiting_.empty()) hash_first(lock);
            if (std::exchange(is_awaited_, false)) less_.notify_one();
        }
    }

    void hash_first(std::unique_lock<std::mutex>& lock) {
        ByteWriter stretch;
        std::swap(stretch, waiting_.front());
        waiting_.pop_front();
        lock.unlock();
        hash_.update(stretch.bytes());
        stretch.clear();
        lock.lock();
        std::swap(empty_.emplace_back(), stretch);
    }

    Sha256& hash_;
    std::mutex mutex_;
    std::condition_variable called_, less_;
    std::deque<ByteWriter> waiting_;  // as they came
    std::vector<ByteWriter> empty_;
    bool is_awaited_ = false, ends_ = false;
    std::thread thread_;  // last: it begins when all else is there
};

RunHash::RunHash() = default;
RunHash::~RunHash() = default;

void RunHash::take(ByteWriter& records) {
    if (++stretches_ == stretches_without_thread + 1) {
        try {
            hasher_ = std::make_unique<Hasher>(hash_);
        } catch (const std::system_error&) {
            // No thread to be had: then as before.
        }
    }
    if (hasher_ != nullptr) return hasher_->take(records);
    hash_.update(records.bytes());
    records.clear();
}

Digest RunHash::finish() {
    hasher_.reset();
    return hash_.finish();
}

}  // namespace trd
