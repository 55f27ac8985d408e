#include "base/hash.h"

#include <openssl/evp.h>

namespace trd {

struct Sha256::Context {
    EVP_MD_CTX* evp = EVP_MD_CTX_new();

    Context() { TRD_ASSERT(evp != nullptr && EVP_DigestInit_ex(evp, EVP_sha256(), nullptr) == 1); }
    ~Context() { EVP_MD_CTX_free(evp); }
    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::update(ByteSpan bytes) { TRD_ASSERT(EVP_DigestUpdate(context_->evp, bytes.data(), bytes.size()) == 1); }

Digest Sha256::finish() {
    Digest digest;
    unsigned size = 0;
    TRD_ASSERT(EVP_DigestFinal_ex(context_->evp, digest.data(), &size) == 1 && size == digest.size());
    return digest;
}

Digest sha256(ByteSpan bytes) {
    Sha256 hash;
    hash.update(bytes);
    return hash.finish();
}

Digest sha256(std::string_view text) {
    return sha256(ByteSpan{reinterpret_cast<const uint8_t*>(text.data()), text.size()});
}

std::string to_hex(const Digest& digest) {
    constexpr char digits[] = "0123456789abcdef";
    std::string text;
    text.reserve(digest.size() * 2);
    for (uint8_t byte : digest) {
        text += digits[byte >> 4];
        text += digits[byte & 15];
    }
    return text;
}

}  // namespace trd
