#include "cli/paint.h"

#include "cli/host.h"

namespace trd {

std::string Paint::wrapped(std::string_view code, std::string_view text) const {
    if (!on) return std::string(text);
    std::string out = "\033[";
    return out.append(code).append("m").append(text).append("\033[0m");
}

std::string Paint::signed_text(double value, std::string_view text) const {
    if (value > 0) return green(text);
    return value < 0 ? red(text) : std::string(text);
}

bool wants_color(std::string_view mode, const Host& host, bool is_terminal) {
    const auto forced = [&host](const char* name) { return host.is_set(name) && host.variable(name) != "0"; };
    if (mode == "always") return true;
    if (mode == "never" || host.is_set("NO_COLOR")) return false;
    if (forced("CLICOLOR_FORCE") || forced("FORCE_COLOR")) return true;
    return is_terminal && host.variable("TERM") != "dumb";
}

std::string without_paint(std::string_view text) {
    std::string out;
    for (size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\033') {
            out += text[i];
            continue;
        }
        i = std::min(text.find('m', i), text.size());
    }
    return out;
}

}  // namespace trd
