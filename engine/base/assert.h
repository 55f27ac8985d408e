// TRD_ASSERT stays on in release builds: a broken assumption stops loudly instead of trading on it.
#pragma once

namespace trd {

[[noreturn]] void assertion_failed(const char* expression, const char* file, int line);

}  // namespace trd

#define TRD_ASSERT(expression)                                                 \
    (__builtin_expect(static_cast<bool>(expression), 1) ? static_cast<void>(0) \
                                                        : ::trd::assertion_failed(#expression, __FILE__, __LINE__))
