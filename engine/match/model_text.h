// Shared by the parsers of the models: one form of error, and the reading of amounts.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/decimal.h"
#include "base/error.h"
#include "base/result.h"
#include "base/suggest.h"

namespace trd::model_text {

// `what`: "fill model"; `forms`: what may be written.
inline Error refusal(std::string_view what, std::string_view text, std::string_view why, std::string_view forms) {
    return {ExitCode::usage, "E_MODEL", std::string(what) + " \"" + std::string(text) + "\": " + std::string(why),
            "write " + std::string(forms)};
}

inline Error unknown(std::string_view what, std::string_view text, std::span<const std::string_view> names,
                     std::string_view forms) {
    return refusal(what, text, "there is no such model" + did_you_mean(text, names), forms);
}

template <class T>
Result<T, std::string> amount(std::string_view number) {
    const auto parsed = T::parse(number);
    if (!parsed.ok())
        return Fail{"\"" + std::string(number) + "\" is not an amount: " + std::string(describe(parsed.error()))};
    if (parsed->is_negative()) return Fail{std::string("an amount cannot be negative")};
    return *parsed;
}

struct Halves {
    std::string_view first, second;
    bool both = false;
};
inline Halves split(std::string_view text, std::string_view separator) {
    const size_t at = text.find(separator);
    if (at == std::string_view::npos) return {text, {}, false};
    return {text.substr(0, at), text.substr(at + separator.size()), true};
}

}  // namespace trd::model_text
