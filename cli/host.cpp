#include "cli/host.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <ctime>

#include "cli/interrupt.h"

namespace trd {
namespace {

int columns_of(int terminal) {
    winsize size{};
    if (::ioctl(terminal, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
    return size.ws_col;
}

Timestamp clock_now() {
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    return {static_cast<int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec};
}

std::optional<std::string> process_variable(const std::string& name) {
    const char* value = std::getenv(name.c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

std::vector<std::string> own_variables_of_process() {
    std::vector<std::string> names;
    for (char** each = environ; each != nullptr && *each != nullptr; ++each) {
        const std::string_view entry(*each);
        const size_t equals = entry.find('=');
        if (entry.starts_with("TRD_") && equals < entry.size() - 1) names.emplace_back(entry.substr(0, equals));
    }
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

// Byte by byte: what comes after the line belongs to whoever reads next.
Result<std::optional<std::string>> read_line_of_process() {
    constexpr size_t longest_line = 4096;
    std::string line;
    while (line.size() < longest_line) {
        char c = 0;
        const ssize_t count = ::read(STDIN_FILENO, &c, 1);
        if (count < 0 && errno == EINTR && interrupted()) return Fail{interruption()};
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return Fail{file_error("read", "standard input", errno)};
        if (count == 0 && line.empty()) return std::optional<std::string>();
        if (count == 0 || c == '\n') break;
        line += c;
    }
    return std::optional(line);
}

// A stream that the caller closed is a number that the next file to be opened would get, results and all. Something
// else takes its place; reading and writing it still fail.
void reserve(int number, int wrong_way) {
    if (::fcntl(number, F_GETFD) == -1 && errno == EBADF) (void)::open("/dev/null", wrong_way | O_CLOEXEC);
}

}  // namespace

Status<> DescriptorSink::write(std::string_view text) {
    while (!text.empty() && !reader_left_) {
        const ssize_t count = ::write(number_, text.data(), text.size());
        if (count >= 0) {
            text.remove_prefix(static_cast<size_t>(count));
        } else if (errno == EPIPE) {
            reader_left_ = true;
        } else if (errno == EBADF) {
            return Fail{Error{ExitCode::failed, "E_FILE", name_ + " is closed",
                              "start trd with it open, or name a file for the result with -o FILE"}};
        } else if (errno != EINTR) {
            return Fail{file_error("write to", name_, errno)};
        }
    }
    return done;
}

bool Host::is_set(const std::string& name) const {
    const auto value = environment(name);
    return value && !value->empty();
}

bool Host::is_utf8() const {
    for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
        if (!is_set(name)) continue;
        const std::string locale = variable(name);
        for (const char* ending : {"UTF-8", "utf-8", "UTF8", "utf8"})
            if (locale.find(ending) != std::string::npos) return true;
        return false;
    }
    return false;
}

Host real_host() {
    reserve(STDIN_FILENO, O_WRONLY);
    reserve(STDOUT_FILENO, O_RDONLY);
    reserve(STDERR_FILENO, O_RDONLY);
    static DescriptorSink out(STDOUT_FILENO, "standard output");
    static DescriptorSink err(STDERR_FILENO, "standard error");
    Host host;
    host.environment = process_variable;
    host.own_variables = own_variables_of_process();
    host.out = &out;
    host.err = &err;
    host.out_is_terminal = ::isatty(STDOUT_FILENO) == 1;
    host.err_is_terminal = ::isatty(STDERR_FILENO) == 1;
    host.in_is_terminal = ::isatty(STDIN_FILENO) == 1;
    host.columns = columns_of(host.out_is_terminal ? STDOUT_FILENO : STDERR_FILENO);
    host.now = clock_now;
    host.read_line = read_line_of_process;
    return host;
}

}  // namespace trd
