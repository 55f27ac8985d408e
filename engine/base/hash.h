// SHA-256 (OpenSSL, which uses the CPU's instructions for it): run hashes, the record's chain, fingerprints of files.
#pragma once

#include <array>
#include <memory>
#include <string>

#include "base/bytes.h"

namespace trd {

using Digest = std::array<uint8_t, 32>;

std::string to_hex(const Digest& digest);
Digest sha256(ByteSpan bytes);
Digest sha256(std::string_view text);

// Streaming: update any number of times, then finish once.
class Sha256 {
  public:
    Sha256();
    ~Sha256();
    Sha256(Sha256&&) noexcept;
    Sha256& operator=(Sha256&&) noexcept;

    void update(ByteSpan bytes);
    Digest finish();

  private:
    struct Context;
    std::unique_ptr<Context> context_;
};

}  // namespace trd
