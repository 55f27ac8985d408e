// A credential. It can be handed to whoever sends it, by one name that a search finds everywhere, and compared;
// whatever else is done with it, logs, messages, JSON, streams and formatting included, gets a mask or does not
// compile. Wiped from memory when it ends.
#pragma once

#include <fmt/core.h>

#include <ostream>
#include <string>
#include <string_view>
#include <utility>

namespace trd {

class Secret {
  public:
    // The same for every secret: its length is nobody's business either.
    static constexpr std::string_view mask = "********";

    Secret() = default;
    explicit Secret(std::string value) : value_(std::move(value)) {}
    Secret(Secret&& other) noexcept : value_(std::exchange(other.value_, {})) { other.wipe(); }
    Secret& operator=(Secret&& other) noexcept;
    Secret(const Secret&) = delete;
    Secret& operator=(const Secret&) = delete;
    ~Secret() { wipe(); }

    // For the code that signs or sends. Never for text that a person or a file gets.
    std::string_view reveal() const { return value_; }
    bool empty() const { return value_.empty(); }
    // Takes as long for a wrong secret as for the right one of that length.
    bool equals(std::string_view other) const;

    friend std::ostream& operator<<(std::ostream& out, const Secret&) { return out << mask; }

  private:
    void wipe();

    std::string value_;
};

}  // namespace trd

template <>
struct fmt::formatter<trd::Secret> {
    constexpr auto parse(format_parse_context& context) { return context.begin(); }
    template <class Context>
    auto format(const trd::Secret&, Context& context) const {
        return fmt::format_to(context.out(), "{}", trd::Secret::mask);
    }
};
