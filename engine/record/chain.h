// The linear chain over records: link(n) = SHA-256(link(n-1) || leaf(n)), leaf = SHA-256(0x00 || record), the leaf hash
// of RFC 6962, so that the Merkle tree of the audit log is built over the same leaves.
#pragma once

#include "base/hash.h"

namespace trd {

inline constexpr Digest chain_start{};

Digest leaf_hash(ByteSpan record);
Digest chain_link(const Digest& previous, const Digest& leaf);

}  // namespace trd
