// Progress of long work on stderr: a bar on a terminal once the work has lasted a second, JSON lines when asked for,
// otherwise nothing. One thread.
#pragma once

#include <string_view>

#include "cli/answer.h"

namespace trd {

class Progress {
  public:
    Progress(const Context& context, std::string_view what);
    ~Progress() { clear(); }
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    // `fraction` in [0, 1]. False: the user asked to stop.
    bool at(double fraction);
    // Takes the bar off the screen.
    void clear();

  private:
    void draw(double fraction, Duration spent);
    void write_json(double fraction);

    const Host& host_;
    std::string_view what_;
    ProgressMode mode_;
    Timestamp begin_;
    Timestamp next_;
    bool drawn_ = false;
};

}  // namespace trd
