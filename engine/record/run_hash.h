// The hash of a run: SHA-256 over the canonical bytes of its records in order. Same binary, config, script, data and
// seed: same hash, in any process, with the JIT on or off. Bytes are gathered so that the hash works on long stretches.
#pragma once

#include "base/hash.h"

namespace trd {

class RunHash {
  public:
    void add(ByteSpan records) {
        pending_.append(records);
        if (pending_.size() >= flush_bytes) flush();
    }
    // Once, at the end.
    Digest finish() {
        flush();
        return hash_.finish();
    }

  private:
    static constexpr size_t flush_bytes = 32 * 1024;

    void flush() {
        hash_.update(pending_.bytes());
        pending_.clear();
    }

    ByteWriter pending_;
    Sha256 hash_;
};

}  // namespace trd
