// The hash of a run: SHA-256 over the canonical bytes of its records in order. Same binary, config, script, data and
// seed: same hash, in any process, with the JIT on or off.
//
// Bytes are gathered into long stretches. From the first few on, a thread of its own hashes one stretch while the run
// fills the next: of an order's cost that was a sixth. The order of the bytes is the run's, so the outcome does not
// depend on the thread.
#pragma once

#include <memory>

#include "base/hash.h"

namespace trd {

class RunHash {
  public:
    RunHash();
    ~RunHash();

    void add(ByteSpan records) {
        pending_.append(records);
        if (pending_.size() >= stretch_bytes) [[unlikely]]
            hand_over();
    }
    // Once, at the end.
    Digest finish();

  private:
    static constexpr size_t stretch_bytes = 128 * 1024;
    static constexpr int stretches_without_thread = 4;  // a short run begins no thread

    class Hasher;

    void hand_over();

    ByteWriter pending_;
    Sha256 hash_;  // the hasher's, while there is one
    int stretches_ = 0;
    std::unique_ptr<Hasher> hasher_;
};

}  // namespace trd
