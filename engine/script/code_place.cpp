#include "script/code_place.h"

#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdint>

#include <lua.hpp>

// A sanitizer has a function of that name already.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define TRD_SANITIZED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define TRD_SANITIZED
#endif
#endif

#ifdef TRD_SANITIZED

namespace trd {
void keep_compiled_code_together() {}
}  // namespace trd

#else

namespace trd {
namespace {

constexpr size_t area_bytes = 64 * 1024;  // of what LuaJIT asks for, unless a script changes its sizemcode
constexpr uintptr_t area_count = 256;

std::atomic<bool> together{false};
std::atomic<uintptr_t> first_area{0};

void* map(void* address, size_t bytes, int protection, int flags, int file, off64_t offset) {
    return reinterpret_cast<void*>(syscall(SYS_mmap, address, bytes, protection, flags, file, offset));
}

// Nobody else in the process asks for such a piece at a place of his own choice.
bool is_for_code(const void* wanted, size_t bytes, int flags) {
    constexpr int of_interest = MAP_ANONYMOUS | MAP_FIXED | MAP_FIXED_NOREPLACE;
    return wanted != nullptr && reinterpret_cast<uintptr_t>(wanted) % area_bytes == 0 && bytes == area_bytes &&
           (flags & of_interest) == MAP_ANONYMOUS;
}

// The first one's place; 0: this one may not be it, because the window would run into the libraries that lie around
// LuaJIT's own code.
uintptr_t first_place(uintptr_t wanted, uintptr_t code) {
    constexpr uintptr_t room_for_libraries = 64 * 1024 * 1024;
    uintptr_t first = first_area.load(std::memory_order_relaxed);
    if (first != 0) return first;
    if (std::max(wanted, code) - std::min(wanted, code) < room_for_libraries) return 0;
    return first_area.compare_exchange_strong(first, wanted) ? wanted : first;
}

// From the first area's place towards LuaJIT's own code, so that all are in reach of it when the first one is. Null:
// others have all of it by now.
void* map_in_window(uintptr_t first, uintptr_t code, int protection, int flags) {
    for (uintptr_t i = 0; i < area_count; ++i) {
        void* const place = reinterpret_cast<void*>(first > code ? first - i * area_bytes : first + i * area_bytes);
        void* const area = map(place, area_bytes, protection, flags | MAP_FIXED_NOREPLACE, -1, 0);
        if (area == place) return area;
        if (area != MAP_FAILED) munmap(area, area_bytes);  // an old kernel takes the flag for a mere wish
    }
    return nullptr;
}

// Where a window is full the next one begins, and has all that come from then on.
void* map_beside_the_others(void* wanted, int protection, int flags) {
    const auto code = reinterpret_cast<uintptr_t>(&lua_pcall);
    for (int window = 0; window < 2; ++window) {
        uintptr_t first = first_place(reinterpret_cast<uintptr_t>(wanted), code);
        if (first == 0) break;
        if (void* const area = map_in_window(first, code, protection, flags)) return area;
        first_area.compare_exchange_strong(first, 0);
    }
    errno = ENOMEM;  // LuaJIT then asks for another place
    return MAP_FAILED;
}

}  // namespace

void keep_compiled_code_together() { together.store(true, std::memory_order_relaxed); }

}  // namespace trd

// LuaJIT's calls come here, because a program's functions go before a library's.
extern "C" __attribute__((visibility("default"))) void* mmap64(void* address, size_t bytes, int protection, int flags,
                                                               int file, off64_t offset) noexcept {
    if (trd::together.load(std::memory_order_relaxed) && trd::is_for_code(address, bytes, flags))
        return trd::map_beside_the_others(address, protection, flags);
    return trd::map(address, bytes, protection, flags, file, offset);
}

#endif
