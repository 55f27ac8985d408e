// Where the log of a command goes, and what a line of it looks like: to standard error with -v, to a file with
// --log-file; JSON lines, or text for people. Made once at the start of a command, by the frame.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/log.h"
#include "cli/arguments.h"
#include "cli/host.h"

namespace trd {

struct LogChoice {
    LogLevel level = LogLevel::off;       // of standard error: off, info (-v), debug (-vv), trace (-vvv)
    LogLevel file_level = LogLevel::off;  // info or what -v says
    bool err_is_json = false;             // as errors are
    bool file_is_json = true;
    std::optional<std::string> file = {};
};
LogChoice log_choice_of(const Arguments& arguments);

// {"time":"...","level":"info","event":"...","correlation_id":"...",...} and a newline. A field with the name of one of
// these gets a leading underscore.
std::string log_line_json(const LogEvent& event, Timestamp time);
// 2024-01-02T14:30:00.123Z info    backtest.end bars=100 symbol="A B"
std::string log_line_text(const LogEvent& event, Timestamp time);

// Receives from when it is made until it ends.
class LogOutput final : public LogReceiver {
  public:
    // Error: the file cannot be opened for appending.
    static Result<std::unique_ptr<LogOutput>> start(const Host& host, const LogChoice& choice);
    ~LogOutput() override;

    void receive(const LogEvent& event) override;

  private:
    struct Loggers;
    LogOutput(const Host& host, const LogChoice& choice, std::unique_ptr<Loggers> loggers);

    const Host& host_;
    LogChoice choice_;
    std::unique_ptr<Loggers> loggers_;
};

}  // namespace trd
