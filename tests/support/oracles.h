// Where the outside answers lie, beside the checkout. They are never copied into it: a test that needs them is skipped,
// and says so, where they are absent.
#pragma once

#include <filesystem>
#include <string>

#include "support/catch.h"

namespace trd::testing {

// The path of the file, or empty after a warning. ctest starts every test in the root of the checkout.
inline std::string oracle(const std::string& name) {
    const std::filesystem::path path = std::filesystem::path("..") / "shared" / "oracles" / name;
    if (std::filesystem::exists(path)) return path.string();
    WARN("skipped: " << path.string() << " is not there");
    return {};
}

}  // namespace trd::testing
