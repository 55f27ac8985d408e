#include "record/run_hash.h"

#include <condition_variable>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

namespace trd {

// Has one stretch at a time.
class RunHash::Hasher {
  public:
    explicit Hasher(Sha256& hash) : hash_(hash), thread_([this] { work(); }) {}
    // What it has is hashed before it goes.
    ~Hasher() {
        {
            const std::scoped_lock lock(mutex_);
            ends_ = true;
        }
        changed_.notify_all();
        thread_.join();
    }

    // Takes the bytes and leaves an empty writer. Waits until it has done with the ones before.
    void take(ByteWriter& bytes) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return !is_busy_; });
        std::swap(stretch_, bytes);
        is_busy_ = true;
        lock.unlock();
        changed_.notify_all();
    }

  private:
    void work() {
        std::unique_lock lock(mutex_);
        for (;;) {
            changed_.wait(lock, [this] { return is_busy_ || ends_; });
            if (!is_busy_) return;
            lock.unlock();
            hash_.update(stretch_.bytes());
            stretch_.clear();
            lock.lock();
            is_busy_ = false;
            changed_.notify_all();
        }
    }

    Sha256& hash_;
    std::mutex mutex_;
    std::condition_variable changed_;
    ByteWriter stretch_;  // the thread's while it is busy
    bool is_busy_ = false, ends_ = false;
    std::thread thread_;  // last: it begins when all else is there
};

RunHash::RunHash() = default;
RunHash::~RunHash() = default;

void RunHash::hand_over() {
    if (++stretches_ == stretches_without_thread + 1) {
        try {
            hasher_ = std::make_unique<Hasher>(hash_);
        } catch (const std::system_error&) {
            // No thread to be had: then as before.
        }
    }
    if (hasher_ != nullptr) return hasher_->take(pending_);
    hash_.update(pending_.bytes());
    pending_.clear();
}

Digest RunHash::finish() {
    hasher_.reset();
    hash_.update(pending_.bytes());
    pending_.clear();
    return hash_.finish();
}

}  // namespace trd
