// Result<T, E>: a value or the reason why there is none. Ordinary failure travels this way; exceptions end a command,
// assertions (TRD_ASSERT, base/assert.h) are for our own mistakes. A Result must be looked at ([[nodiscard]]).
// A reason that is more than two words is kept on the heap: it is rare, and every function on the way of a result would
// have the moving of its strings in it.
#pragma once

#include <memory>
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

namespace result_detail {

// Out of the way of what nearly always happens.
struct Drop {
    template <class E>
    [[gnu::cold, gnu::noinline]] void operator()(E* reason) const {
        delete reason;
    }
};

template <class E>
struct Plain {
    E reason;

    explicit Plain(E&& made) : reason(std::move(made)) {}
    const E& get() const { return reason; }
    E& get() { return reason; }
};

template <class E>
struct Boxed {
    std::unique_ptr<E, Drop> reason;

    [[gnu::cold, gnu::noinline]] explicit Boxed(E&& made) : reason(new E(std::move(made))) {}
    const E& get() const { return *reason; }
    E& get() { return *reason; }
};

template <class E>
using Kept = std::conditional_t<(sizeof(E) > 2 * sizeof(void*)), Boxed<E>, Plain<E>>;

// The same reason, or one that is made of it.
template <class E, class F>
decltype(auto) as(F& reason) {
    if constexpr (std::is_same_v<E, F>)
        return std::move(reason);
    else
        return E(std::move(reason));
}

}  // namespace result_detail

// What failed elsewhere, on its way through a function: `return std::move(result).failure()`.
template <class E>
struct Failure {
    result_detail::Kept<E> kept;
};

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
        : state_(std::in_place_index<1>, result_detail::as<E>(failure.reason)) {}
    Result(Failure<E> failure) : state_(std::in_place_index<1>, std::move(failure.kept)) {}
    template <class F>
    requires(!std::is_same_v<E, F> && std::is_constructible_v<E, F>) Result(Failure<F> failure)
        : state_(std::in_place_index<1>, result_detail::as<E>(failure.kept.get())) {}

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
        return std::get_if<1>(&state_)->get();
    }
    E&& error() && {
        TRD_ASSERT(!ok());
        return std::move(std::get_if<1>(&state_)->get());
    }
    Failure<E> failure() && {
        TRD_ASSERT(!ok());
        return {std::move(*std::get_if<1>(&state_))};
    }

  private:
    std::variant<T, result_detail::Kept<E>> state_;
};

template <class E = Error>
using Status = Result<Nothing, E>;

inline constexpr Nothing done{};

}  // namespace trd

// TRD_TRY(auto x, f()): x = *f(), or return its error from the enclosing function.
#define TRD_CONCAT_INNER(a, b) a##b
#define TRD_CONCAT(a, b) TRD_CONCAT_INNER(a, b)
#define TRD_TRY(declaration, expression) TRD_TRY_IMPL(TRD_CONCAT(trd_try_, __LINE__), declaration, expression)
#define TRD_TRY_IMPL(temporary, declaration, expression)        \
    auto temporary = (expression);                              \
    if (!temporary.ok()) return std::move(temporary).failure(); \
    declaration = std::move(temporary).value()
#define TRD_CHECK(expression)                                                                      \
    do {                                                                                           \
        if (auto trd_check = (expression); !trd_check.ok()) return std::move(trd_check).failure(); \
    } while (false)
