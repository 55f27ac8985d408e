#include "base/secret.h"

#include <cstring>

namespace trd {

Secret& Secret::operator=(Secret&& other) noexcept {
    if (this == &other) return *this;
    wipe();
    value_ = other.value_;
    other.wipe();
    return *this;
}

bool Secret::equals(std::string_view other) const {
    if (other.size() != value_.size()) return false;
    unsigned char difference = 0;
    for (size_t i = 0; i < other.size(); ++i)
        difference |= static_cast<unsigned char>(other[i]) ^ static_cast<unsigned char>(value_[i]);
    return difference == 0;
}

// explicit_bzero is not left out by the optimiser, although nobody reads the bytes again.
void Secret::wipe() {
    ::explicit_bzero(value_.data(), value_.capacity());
    value_.clear();
}

}  // namespace trd
