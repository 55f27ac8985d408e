// The log lines and alerts of strategies on stderr, while they run: text for people, with --json one JSON object a
// line.
#pragma once

#include "backtest/notebook.h"
#include "cli/answer.h"
#include "cli/progress.h"

namespace trd {

class ScriptLog {
  public:
    // The progress bar is taken off the screen before a line is written.
    ScriptLog(const Context& context, Progress& progress);

    void show(const LogLine& line) const;

  private:
    const Context& context_;
    Progress& progress_;
    NoteLevel least_;
};

}  // namespace trd
