// What was meant by a script that does not compile. LuaJIT says what it could not read, and where: of a block that is
// not closed that is the end of the file, and of what other languages write it is half a sentence. Used by LuaMachine;
// pure functions, any thread.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace trd {

struct SyntaxFault {
    int line = 0;
    size_t column = 0;  // bytes from the beginning of the line: where the caret stands
    std::string message;
};

// Does the compiler say of this beginning of the text what it says of all of it?
using FailsAlike = std::function<bool(std::string_view beginning)>;

// `line` and `message` are what LuaJIT says, without the file's name.
SyntaxFault explain_syntax(std::string_view source, int line, std::string_view message, const FailsAlike& fails_alike);

}  // namespace trd
