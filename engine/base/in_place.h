// A value that is made where it stays. `place = T{...}` makes it elsewhere first, field by field, and copies it in
// wider pieces: bytes that were just written in small ones come slowly back in large ones, 5 ns and more each time.
#pragma once

#include <memory>
#include <type_traits>
#include <utility>

namespace trd {

// For emplace_back() and the like: becomes what `make` returns only once it is where it stays.
template <class Make>
class MadeBy {
  public:
    explicit MadeBy(Make make) : make_(std::move(make)) {}
    operator std::invoke_result_t<Make&>() { return make_(); }

  private:
    Make make_;
};

// In the place of a value that is not needed any more; `make` does not look at it.
template <class T, class Make>
T& remake(T& place, Make make) {
    static_assert(std::is_trivially_destructible_v<T> && std::is_same_v<T, std::invoke_result_t<Make&>>);
    return *::new (static_cast<void*>(std::addressof(place))) T(MadeBy(std::move(make)));
}

}  // namespace trd
