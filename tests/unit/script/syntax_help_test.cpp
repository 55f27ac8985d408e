#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "base/file.h"
#include "script/lua_strategy.h"
#include "support/catch.h"

namespace trd {
namespace {

namespace files = std::filesystem;

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    for (size_t begin = 0; begin < text.size();) {
        const size_t end = std::min(text.find('\n', begin), text.size());
        lines.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return lines;
}
std::string joined(const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines) text += line + "\n";
    return text;
}
size_t indentation(const std::string& line) { return std::min(line.find_first_not_of(' '), line.size()); }

// The line whose block ends at `end`: the nearest above it that stands as far in and is no part of that block's middle.
size_t opener_of(const std::vector<std::string>& lines, size_t end) {
    for (size_t i = end; i-- > 0;) {
        const size_t in = indentation(lines[i]);
        const bool is_middle = lines[i].substr(in).starts_with("else");
        if (in == indentation(lines[end]) && !lines[i].empty() && !is_middle) return i;
    }
    return lines.size();
}

std::string refusal(const std::string& source) {
    const auto loaded = LuaStrategy::load_text(source, "s.lua", {}, {});
    return loaded.ok() ? "" : loaded.error().message;
}
std::string slip(const std::string& body) {
    return refusal("local trd = require 'trd'\nlocal S = trd.strategy { name = 's' }\nfunction S:on_bar(ctx, bar)\n" +
                   body + "\nend\nreturn S\n");
}

std::vector<files::path> examples() {
    std::vector<files::path> found;
    for (const auto& entry : files::directory_iterator("strategies"))
        if (entry.is_regular_file() && entry.path().extension() == ".lua") found.push_back(entry.path());
    return found;
}

}  // namespace

TEST_CASE("of every 'end' that is taken out of an example, the line that lacks it is named") {
    size_t tried = 0;
    for (const files::path& path : examples()) {
        const std::vector<std::string> whole = lines_of(*read_file(path.string()));
        for (size_t i = 0; i < whole.size(); ++i) {
            if (whole[i].substr(indentation(whole[i])) != "end") continue;
            const size_t opener = opener_of(whole, i);
            std::vector<std::string> without = whole;
            without.erase(without.begin() + static_cast<ptrdiff_t>(i));
            const std::string message = refusal(joined(without));
            INFO(path << ", the end of line " << i + 1 << ": " << message);
            CHECK(message.starts_with("s.lua:" + std::to_string(opener + 1) + ": this '"));
            CHECK(message.find("has no 'end'") != std::string::npos);
            ++tried;
        }
    }
    CHECK(tried > 40);
}

TEST_CASE("an example that is cut anywhere is refused with a place in it, or is whole") {
    const files::path path = "strategies/sma_cross.lua";
    const std::string whole = *read_file(path.string());
    const auto line_count = static_cast<int>(lines_of(whole).size());
    for (size_t size = 0; size < whole.size(); size += 23) {
        const std::string message = refusal(whole.substr(0, size));
        INFO(size << ": " << message);
        if (message.empty() || message.starts_with("s.lua: ")) continue;
        REQUIRE(message.starts_with("s.lua:"));
        const int line = std::stoi(message.substr(6));
        CHECK((line >= 1 && line <= line_count));
    }
}

TEST_CASE("the caret stands under the token at which the compiler gave up, whatever else the line has of it") {
    CHECK(slip("local x = 1 if x = 2 then end").find("\n       |                  ^") != std::string::npos);
    CHECK(slip("local t = { '!', '=' } if 1 != 2 then end").find("\n       |                             ^") !=
          std::string::npos);
}

TEST_CASE("what is right is not explained away") {
    // Without an indentation to go by, the compiler's own line stands.
    const std::string flat = "local trd = require 'trd'\nlocal function f()\nif true then\nreturn 1\nend\n";
    CHECK(refusal(flat).starts_with("s.lua:2: this 'function' has no 'end': the file is over"));
    // A block that stands less far in than it should and is closed is not accused.
    CHECK(refusal("local function f()\n        if true then\n    return 1\n    end\nend\nlocal function g()\n")
              .starts_with("s.lua:6: this 'function' has no 'end': the file is over"));
    CHECK(slip("local x = = 1").starts_with("s.lua:4: unexpected symbol near '='\n"));
    CHECK(slip("local x = 'abc").starts_with("s.lua:4: unfinished string near"));
    CHECK(slip("blah bar").starts_with("s.lua:4: '=' expected near 'bar'\n"));
}

}  // namespace trd
