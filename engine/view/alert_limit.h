// How often a strategy may alert people, by engine time: the same text at most once a minute, and no more than 20
// alerts an hour. What is above that is counted and not delivered. One for each strategy; one thread.
#pragma once

#include <array>
#include <cstdint>

#include "base/hash.h"
#include "base/time.h"

namespace trd {

class AlertLimit {
  public:
    static constexpr size_t most_an_hour = 20;
    static constexpr Duration between_equals = minutes(1);

    // Whether this one is delivered. Times never go back.
    bool allows(std::string_view text, Timestamp now);
    uint64_t suppressed() const { return suppressed_; }

  private:
    struct Given {
        Timestamp time{INT64_MIN};
        Digest text{};
    };
    std::array<Given, most_an_hour> given_;  // a ring: the last ones
    size_t oldest_ = 0;
    uint64_t suppressed_ = 0;
};

}  // namespace trd
