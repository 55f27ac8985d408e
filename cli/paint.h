// Colour for one stream. Nothing is ever said by colour alone: the word or the sign is there too.
#pragma once

#include <string>
#include <string_view>

namespace trd {

struct Host;

struct Paint {
    bool on = false;

    std::string bold(std::string_view text) const { return wrapped("1", text); }
    std::string dim(std::string_view text) const { return wrapped("2", text); }
    std::string red(std::string_view text) const { return wrapped("31", text); }
    std::string green(std::string_view text) const { return wrapped("32", text); }
    std::string yellow(std::string_view text) const { return wrapped("33", text); }
    // Green above zero, red below.
    std::string signed_text(double value, std::string_view text) const;

  private:
    std::string wrapped(std::string_view code, std::string_view text) const;
};

std::string without_paint(std::string_view text);

// In this order: --color always or never, NO_COLOR, CLICOLOR_FORCE or FORCE_COLOR, TERM=dumb, is it a terminal.
bool wants_color(std::string_view mode, const Host& host, bool is_terminal);

}  // namespace trd
