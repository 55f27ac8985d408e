// Keeps what one strategy said during a run: counts, marks, alerts, and the values it recorded and plotted, in bounded
// memory. Log lines go on to whoever listens. One thread.
#pragma once

#include <array>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "view/alert_limit.h"
#include "view/notes.h"

namespace trd {

struct LogLine {
    Timestamp time;
    NoteLevel level = NoteLevel::info;
    bool is_alert = false;
    std::string_view strategy, text;
};
using LogListener = std::function<void(const LogLine&)>;

// What was recorded or plotted under one name. When it has become too long, every second point goes, and from then on
// only every second value is kept: the whole run stays visible.
struct RecordedSeries {
    static constexpr size_t points_max = 4096;
    struct Point {
        Timestamp time;
        double value;
    };
    std::string name, pane, style;  // pane and style only of what is plotted
    ChannelUse use = ChannelUse::record;
    uint64_t count = 0;  // values given
    uint64_t every = 1;  // which of them are points: the first, then each so many later
    double minimum = 0, maximum = 0, last = 0;
    std::vector<Point> points;

    void add(Timestamp time, double value);
};

struct SaidAt {
    Timestamp time;
    std::string text;
};

// What a strategy said, for the result of a run.
struct StrategyNotes {
    std::array<uint64_t, note_level_count> lines{};  // by level
    uint64_t lines_left_out = 0;                     // not passed on: there were too many of their level
    uint64_t alerts = 0, alerts_suppressed = 0;
    uint64_t marks = 0;
    std::vector<SaidAt> first_marks;
    std::vector<RecordedSeries> series;
};

class Notebook {
  public:
    static constexpr uint64_t lines_max = 10'000;  // of each level
    static constexpr uint64_t marks_max = 1000;

    Notebook(std::string strategy, LogListener listener)
        : strategy_(std::move(strategy)), listener_(std::move(listener)) {}

    // False: a value for a series that was never named.
    bool add(Timestamp time, const Note& note);
    StrategyNotes finish();

  private:
    void pass_on(Timestamp time, const Note& note, bool is_alert);
    void add_mark(Timestamp time, std::string_view text);
    bool add_channel(const Note& note);

    std::string strategy_;
    LogListener listener_;
    AlertLimit limit_;
    StrategyNotes notes_;
};

}  // namespace trd
