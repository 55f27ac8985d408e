#include "record/chain.h"

namespace trd {

Digest leaf_hash(ByteSpan record) {
    constexpr uint8_t leaf_prefix = 0x00;
    Sha256 hash;
    hash.update({&leaf_prefix, 1});
    hash.update(record);
    return hash.finish();
}

Digest chain_link(const Digest& previous, const Digest& leaf) {
    Sha256 hash;
    hash.update(previous);
    hash.update(leaf);
    return hash.finish();
}

}  // namespace trd
