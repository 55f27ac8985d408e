#include "base/build_info.h"

#include <array>

#include "base/trd_commit.h"  // TRD_COMMIT; written at build time when the commit changes

namespace trd {
namespace {

#define TRD_TEXT_INNER(x) #x
#define TRD_TEXT(x) TRD_TEXT_INNER(x)

#ifdef __clang__
constexpr std::string_view compiler =
    "clang++ " TRD_TEXT(__clang_major__) "." TRD_TEXT(__clang_minor__) "." TRD_TEXT(__clang_patchlevel__);
#else
constexpr std::string_view compiler =
    "g++ " TRD_TEXT(__GNUC__) "." TRD_TEXT(__GNUC_MINOR__) "." TRD_TEXT(__GNUC_PATCHLEVEL__);
#endif

constexpr std::array dependencies{TRD_DEPENDENCIES};
constexpr BuildInfo info{TRD_VERSION, TRD_COMMIT, TRD_BUILD_TYPE, compiler, dependencies};

}  // namespace

const BuildInfo& build_info() { return info; }

}  // namespace trd
