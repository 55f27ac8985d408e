// The machine as the command line sees it, injected so that tests can be any machine: variables, terminals, a clock,
// and where bytes go.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "base/time.h"

namespace trd {

class Sink {
  public:
    virtual ~Sink() = default;
    // Whole or an error. A reader that went away (EPIPE) is not an error: what follows is dropped quietly.
    virtual Status<> write(std::string_view text) = 0;
};

class DescriptorSink final : public Sink {
  public:
    DescriptorSink(int number, std::string name) : number_(number), name_(std::move(name)) {}
    Status<> write(std::string_view text) override;

  private:
    int number_;
    std::string name_;
    bool reader_left_ = false;
};

class StringSink final : public Sink {
  public:
    Status<> write(std::string_view text) override {
        text_.append(text);
        return done;
    }
    const std::string& text() const { return text_; }

  private:
    std::string text_;
};

struct Host {
    Environment environment;
    std::vector<std::string> own_variables = {};  // names that begin with TRD_ and are not empty, sorted
    Sink* out = nullptr;
    Sink* err = nullptr;
    bool out_is_terminal = false;
    bool err_is_terminal = false;
    bool in_is_terminal = false;
    int columns = 80;
    std::function<Timestamp()> now;
    // A line of standard input without its end, nothing where it ends; an interruption is an error. Empty: nobody is
    // there.
    std::function<Result<std::optional<std::string>>()> read_line = {};

    bool is_utf8() const;                        // as LC_ALL, LC_CTYPE or LANG say
    bool is_set(const std::string& name) const;  // and not empty
    std::string variable(const std::string& name) const { return environment(name).value_or(std::string()); }
};

// The real one. The sinks are the process's own and live for ever.
Host real_host();

}  // namespace trd
