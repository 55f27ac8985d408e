#include "cli/json_writer.h"

#include <charconv>

#include "base/assert.h"
#include "cli/unicode.h"

namespace trd {
namespace {

void append_control(std::string& out, char c) {
    constexpr char digits[] = "0123456789abcdef";
    constexpr std::string_view named = "\b\f\n\r\t";
    constexpr std::string_view letters = "bfnrt";
    const size_t index = named.find(c);
    out += '\\';
    if (index != std::string_view::npos) {
        out += letters[index];
        return;
    }
    out += "u00";
    out += digits[static_cast<unsigned char>(c) >> 4];
    out += digits[static_cast<unsigned char>(c) & 15];
}

// JSON asks for the first 32 only; the others steer a terminal too. Precondition: a well-formed sequence.
bool is_control(std::string_view sequence) {
    const char32_t c = code_point(sequence);
    return c < 0x20 || (c >= 0x7F && c <= 0x9F);
}

}  // namespace

std::string json_string(std::string_view text) {
    std::string out = "\"";
    while (!text.empty()) {
        const size_t size = utf8_size(text);
        const char c = text.front();
        if (size == 0) {
            out += "\xEF\xBF\xBD";
        } else if (is_control(text.substr(0, size))) {
            append_control(out, text[size - 1]);  // a sequence of two bytes ends with its code point's own byte
        } else if (size > 1) {
            out.append(text.substr(0, size));
        } else {
            if (c == '"' || c == '\\') out += '\\';
            out += c;
        }
        text.remove_prefix(size == 0 ? 1 : size);
    }
    return out += '"';
}

void JsonWriter::separate() {
    if (needs_comma_) text_ += ',';
    needs_comma_ = true;
}

JsonWriter& JsonWriter::key(std::string_view name) {
    separate();
    text_.append(json_string(name)).append(":");
    needs_comma_ = false;
    return *this;
}

JsonWriter& JsonWriter::value(std::string_view text) { return raw(json_string(text)); }

JsonWriter& JsonWriter::value(double number) {
    if (number - number != 0) return null();
    char buffer[32];
    const auto [end, problem] = std::to_chars(buffer, buffer + sizeof buffer, number);
    TRD_ASSERT(problem == std::errc());
    return raw({buffer, static_cast<size_t>(end - buffer)});
}

JsonWriter& JsonWriter::raw(std::string_view json) {
    separate();
    text_.append(json);
    return *this;
}

JsonWriter& JsonWriter::open(char bracket) {
    separate();
    text_ += bracket;
    open_.push_back(bracket);
    needs_comma_ = false;
    return *this;
}

JsonWriter& JsonWriter::close(char bracket) {
    TRD_ASSERT(!open_.empty() && open_.back() == (bracket == '}' ? '{' : '['));
    open_.pop_back();
    text_ += bracket;
    needs_comma_ = true;
    return *this;
}

std::string JsonWriter::take() {
    TRD_ASSERT(open_.empty());
    needs_comma_ = false;
    return std::move(text_);
}

}  // namespace trd
