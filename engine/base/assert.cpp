#include "base/assert.h"

#include <cstdio>
#include <cstdlib>

namespace trd {

void assertion_failed(const char* expression, const char* file, int line) {
    std::fprintf(stderr, "trd: internal error: %s does not hold at %s:%d; nothing further was done\n", expression, file,
                 line);
    std::abort();
}

}  // namespace trd
