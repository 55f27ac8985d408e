#include "backtest/notebook.h"

#include <algorithm>

namespace trd {

void RecordedSeries::add(Timestamp time, double value) {
    minimum = count == 0 ? value : std::min(minimum, value);
    maximum = count == 0 ? value : std::max(maximum, value);
    last = value;
    if (count++ % every != 0) return;
    if (points.size() == points_max) {
        for (size_t i = 0; 2 * i < points.size(); ++i) points[i] = points[2 * i];
        points.resize(points_max / 2);
        every *= 2;
        if ((count - 1) % every != 0) return;
    }
    points.push_back({time, value});
}

bool Notebook::add(Timestamp time, const Note& note) {
    switch (note.kind) {
        case NoteKind::log:
            pass_on(time, note, false);
            return true;
        case NoteKind::mark:
            add_mark(time, note.text);
            return true;
        case NoteKind::alert:
            if (!limit_.allows(note.text, time)) return true;
            ++notes_.alerts;
            pass_on(time, note, true);
            return true;
        case NoteKind::channel:
            return add_channel(note);
        case NoteKind::value:
            if (note.number >= notes_.series.size()) return false;
            notes_.series[note.number].add(time, note.real);
            return true;
        case NoteKind::none:
        case NoteKind::timer:
            break;
    }
    return false;
}

void Notebook::pass_on(Timestamp time, const Note& note, bool is_alert) {
    uint64_t& count = notes_.lines[static_cast<size_t>(note.level)];
    if (!is_alert && ++count > lines_max) {
        ++notes_.lines_left_out;
        return;
    }
    if (listener_) listener_({time, note.level, is_alert, strategy_, note.text});
}

void Notebook::add_mark(Timestamp time, std::string_view text) {
    if (++notes_.marks <= marks_max) notes_.first_marks.push_back({time, std::string(text)});
}

// Channels are numbered as they come.
bool Notebook::add_channel(const Note& note) {
    if (note.number != notes_.series.size()) return false;
    RecordedSeries series;
    series.name = note.text;
    series.use = note.use;
    const size_t line_end = std::min(note.rest.find('\n'), note.rest.size());
    series.pane = note.rest.substr(0, line_end);
    series.style = note.rest.substr(std::min(line_end + 1, note.rest.size()));
    notes_.series.push_back(std::move(series));
    return true;
}

StrategyNotes Notebook::finish() {
    notes_.alerts_suppressed = limit_.suppressed();
    return std::move(notes_);
}

}  // namespace trd
