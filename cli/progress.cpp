#include "cli/progress.h"

#include <algorithm>

#include "cli/interrupt.h"
#include "cli/json_writer.h"
#include "cli/text_format.h"

namespace trd {
namespace {

constexpr Duration quiet_time = seconds(1);
constexpr Duration between_draws = milliseconds(100);
constexpr Duration between_json = milliseconds(500);
constexpr int bar_columns = 30;

// Nothing is told, or drawn, without a terminal to draw on.
ProgressMode mode_for(const Context& context) {
    if (context.progress == ProgressMode::json) return ProgressMode::json;
    const bool drawable = context.host.err_is_terminal && context.host.variable("TERM") != "dumb" && !context.quiet;
    return context.progress == ProgressMode::automatic && drawable ? ProgressMode::automatic : ProgressMode::none;
}

std::string remaining_text(double fraction, Duration spent) {
    if (fraction < 0.01) return "";
    const double left_ns = static_cast<double>(spent.ns) * (1 - fraction) / fraction;
    return ", " + span_text({static_cast<int64_t>(left_ns)}) + " left";
}

}  // namespace

Progress::Progress(const Context& context, std::string_view what)
    : host_(context.host), what_(what), mode_(mode_for(context)), begin_(context.host.now()) {
    next_ = begin_ + (mode_ == ProgressMode::json ? between_json : quiet_time);
}

bool Progress::at(double fraction) {
    if (interrupted()) return false;
    if (mode_ == ProgressMode::none) return true;
    const Timestamp now = host_.now();
    if (now < next_) return true;
    next_ = now + (mode_ == ProgressMode::json ? between_json : between_draws);
    fraction = std::clamp(fraction, 0.0, 1.0);
    if (mode_ == ProgressMode::json)
        write_json(fraction);
    else
        draw(fraction, now - begin_);
    return true;
}

void Progress::draw(double fraction, Duration spent) {
    const int filled = static_cast<int>(fraction * bar_columns);
    std::string line = "\r\033[K";
    line.append(what_).append(" [").append(std::string(static_cast<size_t>(filled), '#'));
    line.append(std::string(static_cast<size_t>(bar_columns - filled), '.')).append("] ");
    line += std::to_string(static_cast<int>(fraction * 100)) + " %" + remaining_text(fraction, spent);
    (void)host_.err->write(line).ok();
    drawn_ = true;
}

void Progress::write_json(double fraction) {
    JsonWriter json;
    json.begin_object().member("type", "progress").member("what", what_).member("fraction", fraction).end_object();
    (void)host_.err->write(json.take() + "\n").ok();
}

void Progress::clear() {
    if (drawn_) (void)host_.err->write("\r\033[K").ok();
    drawn_ = false;
}

}  // namespace trd
