// The hash of a run: SHA-256 over the canonical bytes of its records in order. Same binary, config, script, data and
// seed: same hash, in any process, with the JIT on or off.
//
// Whoever writes the records gathers them into long stretches and hands these over. From the first few on, a thread of
// its own hashes them while the run goes on: of an order's cost that was a sixth. The order of the bytes is the run's,
// so the outcome does not depend on the thread.
#pragma once

#include <memory>

#include "base/hash.h"

namespace trd {

class RunHash {
  public:
    // What is worth handing over.
    static constexpr size_t stretch_bytes = 128 * 1024;

    RunHash();
    ~RunHash();

    // Takes all that is in `records`, and leaves it empty.
    void take(ByteWriter& records);
    // Once, at the end.
    Digest finish();

  private:
    static constexpr int stretches_without_thread = 4;  // a short run begins no thread

    class Hasher;

    Sha256 hash_;  // the hasher's, while there is one
    int stretches_ = 0;
    std::unique_ptr<Hasher> hasher_;
};

}  // namespace trd
