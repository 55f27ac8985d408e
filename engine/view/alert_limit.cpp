#include "view/alert_limit.h"

#include <algorithm>

namespace trd {

bool AlertLimit::allows(std::string_view text, Timestamp now) {
    const Digest digest = sha256(text);
    const auto is_younger = [now](const Given& given, Duration age) {
        return given.time.ns != INT64_MIN && given.time > now - age;
    };
    const bool said_already = std::any_of(given_.begin(), given_.end(), [&](const Given& given) {
        return is_younger(given, between_equals) && given.text == digest;
    });
    if (said_already || is_younger(given_[oldest_], hours(1))) {
        ++suppressed_;
        return false;
    }
    given_[oldest_] = {now, digest};
    oldest_ = (oldest_ + 1) % given_.size();
    return true;
}

}  // namespace trd
