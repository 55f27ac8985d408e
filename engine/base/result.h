// Result<T, E>: a value or the reason why there is none. Ordinary failure travels this way; exceptions end a command,
// assertions (TRD_ASSERT, base/assert.h) are for our own mistakes. A Result must be looked at ([[nodiscard]]).
#pragma once

#include <type_traits>
#include <utility>
#include <variant>

#include "base/assert.h"
#include "base/error.h"

namespace trd {

// Wraps a reason so that `return Fail{reason};` converts to any Result with that error type.
template <class E>
struct Fail {
    E reason;
};
template <class E>
Fail(E) -> Fail<E>;

struct Nothing {
    friend bool operator==(Nothing, Nothing) = default;
};

template <class T, class E = Error>
class [[nodiscard]] Result {
  public:
    using Value = T;

    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    template <class F>
    requires std::is_constructible_v<E, F> Result(Fail<F> failure)
        : state_(std::in_place_index<1>, std::move(failure.reason)) {}

    explicit operator bool() const { return ok(); }
    // Nearly always, so that what is done about a failure lies behind the rest of a function.
    bool ok() const { return __builtin_expect(state_.index() == 0, true); }

    // Precondition: ok().
    const T& value() const& {
        TRD_ASSERT(ok());
        return *std::get_if<0>(&state_);
    }
    T& value() & {
        TRD_ASSERT(ok());
        return *std::get_if<0>(&state_);
    }
    T&& value() && {
        TRD_ASSERT(ok());
        return std::move(*std::get_if<0>(&state_));
    }
    const T& operator*() const& { return value(); }
    T& operator*() & { return value(); }
    T&& operator*() && { return std::move(*this).value(); }
    const T* operator->() const { return &value(); }
    T* operator->() { return &value(); }
    T value_or(T otherwise) const { return ok() ? value() : std::move(otherwise); }

    // Precondition: !ok().
    const E& error() const& {
        TRD_ASSERT(!ok());
        return *std::get_if<1>(&state_);
    }
    E&& error() && {
        TRD_ASSERT(!ok());
        return std::move(*std::get_if<1>(&state_));
    }

  private:
    std::variant<T, E> state_;
};

template <class E = Error>
using Status = Result<Nothing, E>;

inline constexpr Nothing done{};

}  // namespace trd

// TRD_TRY(auto x, f()): x = *f(), or return its error from the enclosing function.
#define TRD_CONCAT_INNER(a, b) a##b
#define TRD_CONCAT(a, b) TRD_CONCAT_INNER(a, b)
#define TRD_TRY(declaration, expression) TRD_TRY_IMPL(TRD_CONCAT(trd_try_, __LINE__), declaration, expression)
#define TRD_TRY_IMPL(temporary, declaration, expression)                   \
    auto temporary = (expression);                                         \
    if (!temporary.ok()) return ::trd::Fail{std::move(temporary).error()}; \
    declaration = std::move(temporary).value()
#define TRD_CHECK(expression)                                                                                 \
    do {                                                                                                      \
        if (auto trd_check = (expression); !trd_check.ok()) return ::trd::Fail{std::move(trd_check).error()}; \
    } while (false)
