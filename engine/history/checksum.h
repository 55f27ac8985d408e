// XXH64 (Collet's xxHash, 64-bit variant, seed 0): guards blocks of market data against flipped bytes, at several bytes
// a clock cycle. Not against an adversary: what must resist one uses base/hash.h.
#pragma once

#include <cstdint>

#include "base/bytes.h"

namespace trd {

uint64_t checksum64(ByteSpan bytes);

}  // namespace trd
