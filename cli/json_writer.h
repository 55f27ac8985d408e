// Writes JSON text, value by value; commas are its business, nesting the caller's (checked). Text that is not UTF-8
// gets U+FFFD for each bad byte; a double that is not finite becomes null; doubles are the shortest that read back
// equal.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/decimal.h"

namespace trd {

class JsonWriter {
  public:
    JsonWriter& begin_object() { return open('{'); }
    JsonWriter& end_object() { return close('}'); }
    JsonWriter& begin_array() { return open('['); }
    JsonWriter& end_array() { return close(']'); }
    JsonWriter& key(std::string_view name);

    JsonWriter& value(std::string_view text);
    JsonWriter& value(const std::string& text) { return value(std::string_view(text)); }
    JsonWriter& value(const char* text) { return value(std::string_view(text)); }
    JsonWriter& value(bool truth) { return raw(truth ? "true" : "false"); }
    JsonWriter& value(double number);
    template <std::integral T>
    requires(!std::same_as<T, bool>) JsonWriter& value(T number) { return raw(std::to_string(number)); }
    // Money and quantities: text, exact.
    template <class Tag>
    JsonWriter& value(Fixed<Tag> decimal) {
        return value(to_string(decimal));
    }
    JsonWriter& null() { return raw("null"); }
    // JSON that was written elsewhere.
    JsonWriter& raw(std::string_view json);

    template <class T>
    JsonWriter& member(std::string_view name, const T& what) {
        return key(name).value(what);
    }

    // Precondition: everything opened is closed.
    std::string take();

  private:
    JsonWriter& open(char bracket);
    JsonWriter& close(char bracket);
    void separate();

    std::string text_;
    std::vector<char> open_;
    bool needs_comma_ = false;
};

// With its quotes.
std::string json_string(std::string_view text);

}  // namespace trd
