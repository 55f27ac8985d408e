// TRD_ASSERT stays on in release builds: a broken assumption stops loudly instead of trading on it.
#pragma once

namespace trd {

[[noreturn]] void assertion_failed(const char* expression, const char* file, int line);

}  // namespace trd

#define TRD_ASSERT(expression)                                                 \
    (__builtin_expect(static_cast<bool>(expression), 1) ? static_cast<void>(0) \
                                                        : ::trd::assertion_failed(#expression, __FILE__, __LINE__))

namespace trd {

// Whether what is kept is also worked out from nothing and compared: where it may be slow, as in the sanitizers'
// builds.
#ifdef NDEBUG
inline constexpr bool checks_what_is_kept = false;
#else
inline constexpr bool checks_what_is_kept = true;
#endif

}  // namespace trd
