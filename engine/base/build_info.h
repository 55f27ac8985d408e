// Which program this is: printed by `trd version`, stored with results. Facts of the build, constant.
#pragma once

#include <span>
#include <string_view>

namespace trd {

struct DependencyVersion {
    std::string_view name;
    std::string_view version;
};

struct BuildInfo {
    std::string_view version;     // "0.1.0"
    std::string_view commit;      // twelve hex digits, or "unknown" outside a git checkout
    std::string_view build_type;  // "Release"
    std::string_view compiler;    // "g++ 12.2.0"
    std::span<const DependencyVersion> dependencies;
};

const BuildInfo& build_info();

}  // namespace trd
