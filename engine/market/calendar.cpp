#include "market/calendar.h"

#include <algorithm>
#include <array>
#include <span>

namespace trd {
namespace {

constexpr std::array<std::string_view, 7> weekday_names{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};

std::vector<std::string_view> words_of(std::string_view line) {
    line = line.substr(0, line.find('#'));
    std::vector<std::string_view> words;
    while (true) {
        const size_t begin = line.find_first_not_of(" \t\r");
        if (begin == std::string_view::npos) return words;
        line.remove_prefix(begin);
        const size_t end = line.find_first_of(" \t\r");
        words.push_back(line.substr(0, end));
        line.remove_prefix(words.back().size());
    }
}

}  // namespace

class CalendarParser {
  public:
    Result<Calendar, CalendarError> parse(std::string_view text) {
        while (!text.empty()) {
            ++line_;
            const std::string_view line = text.substr(0, text.find('\n'));
            text.remove_prefix(std::min(text.size(), line.size() + 1));
            const std::vector<std::string_view> words = words_of(line);
            if (!words.empty() && !read_line(words)) return Fail{CalendarError{line_, what_}};
        }
        if (calendar_.venue_.empty() || calendar_.weekdays_ == 0 || calendar_.regular_.empty())
            return Fail{CalendarError{line_, "a calendar needs venue, days and regular"}};
        return std::move(calendar_);
    }

  private:
    struct Rule {
        std::string_view name;
        size_t least, most;  // words after the name
        bool (CalendarParser::*read)(std::span<const std::string_view> words);
    };

    bool read_line(const std::vector<std::string_view>& words) {
        static constexpr std::array<Rule, 8> rules{{{"venue", 1, 1, &CalendarParser::read_venue},
                                                    {"zone", 1, 1, &CalendarParser::read_zone},
                                                    {"days", 1, 7, &CalendarParser::read_days},
                                                    {"valid", 2, 2, &CalendarParser::read_valid},
                                                    {"regular", 2, 7, &CalendarParser::read_regular},
                                                    {"extended", 2, 2, &CalendarParser::read_extended},
                                                    {"closed", 1, 1, &CalendarParser::read_closed},
                                                    {"early", 2, 2, &CalendarParser::read_early}}};
        for (const Rule& rule : rules) {
            if (rule.name != words[0]) continue;
            name_ = rule.name;
            const auto rest = std::span(words).subspan(1);
            if (rest.size() < rule.least || rest.size() > rule.most)
                return expected(rest.size() < rule.least ? "" : rest.back(), "another number of words");
            return (this->*rule.read)(rest);
        }
        name_ = "line";
        return expected(words[0], "venue, zone, days, valid, regular, extended, closed or early");
    }

    bool expected(std::string_view found, std::string_view what) {
        what_.assign(name_).append(" is \"").append(found).append("\", expected ").append(what);
        return false;
    }

    bool read_day(std::string_view word, int64_t& day) {
        const auto time = parse_iso_wall(word);
        if (!time || !time->date_only) return expected(word, "a date");
        day = utc_day(time->wall);
        return true;
    }
    bool read_clock(std::string_view word, Duration& clock) {
        if (word == "24:00") {
            clock = days(1);
            return true;
        }
        constexpr std::string_view evening = "-1d";
        const bool is_before = word.ends_with(evening);
        const std::string_view reading = is_before ? word.substr(0, word.size() - evening.size()) : word;
        const auto time = parse_iso_wall("1970-01-01T" + std::string(reading));
        if (!time || time->has_offset) return expected(word, "a time of day");
        clock = time->wall - Timestamp{} - days(is_before ? 1 : 0);
        return true;
    }
    bool read_hours(std::span<const std::string_view> words, Duration& open, Duration& close) {
        if (!read_clock(words[0], open) || !read_clock(words[1], close)) return false;
        return open < close || expected(words[1], "a time after " + std::string(words[0]));
    }

    bool read_venue(std::span<const std::string_view> words) {
        calendar_.venue_ = words[0];
        return true;
    }
    bool read_zone(std::span<const std::string_view> words) {
        const auto zone = Zone::find(words[0]);
        if (!zone) return expected(words[0], "a time zone");
        calendar_.zone_ = *zone;
        return true;
    }
    bool read_days(std::span<const std::string_view> words) {
        for (const std::string_view word : words) {
            const auto place = std::find(weekday_names.begin(), weekday_names.end(), word);
            if (place == weekday_names.end()) return expected(word, "Mon, Tue, Wed, Thu, Fri, Sat or Sun");
            calendar_.weekdays_ = static_cast<uint8_t>(calendar_.weekdays_ | 1 << (place - weekday_names.begin()));
        }
        return true;
    }
    bool read_valid(std::span<const std::string_view> words) {
        return read_day(words[0], calendar_.first_day_) && read_day(words[1], calendar_.last_day_) &&
               (calendar_.first_day_ <= calendar_.last_day_ || expected(words[1], "a day after the first"));
    }
    // OPEN CLOSE [break OPEN CLOSE] [from DATE]
    bool read_regular(std::span<const std::string_view> words) {
        Calendar::Hours hours{};
        if (!read_hours(words, hours.open, hours.close)) return false;
        words = words.subspan(2);
        if (words.size() >= 3 && words[0] == "break") {
            if (!read_hours(words.subspan(1), hours.pause_open, hours.pause_close)) return false;
            if (hours.pause_open <= hours.open || hours.pause_close >= hours.close)
                return expected(words[1], "a break inside of the hours");
            words = words.subspan(3);
        }
        if (words.size() == 2 && words[0] == "from") {
            if (!read_day(words[1], hours.from_day)) return false;
            words = {};
        }
        if (!words.empty()) return expected(words[0], "break OPEN CLOSE, or from DATE");
        if (!calendar_.regular_.empty() && calendar_.regular_.back().from_day >= hours.from_day)
            return expected("", "from and a later date than that of the hours before");
        calendar_.regular_.push_back(hours);
        return true;
    }
    bool read_extended(std::span<const std::string_view> words) {
        Calendar::Hours hours{};
        if (!read_hours(words, hours.open, hours.close)) return false;
        calendar_.extended_ = hours;
        return true;
    }
    bool read_closed(std::span<const std::string_view> words) {
        int64_t day = 0;
        if (!read_day(words[0], day)) return false;
        if (!calendar_.closed_.empty() && calendar_.closed_.back() >= day)
            return expected(words[0], "a day after the one before it");
        calendar_.closed_.push_back(day);
        return true;
    }
    bool read_early(std::span<const std::string_view> words) {
        Calendar::Early early{};
        if (!read_day(words[0], early.day) || !read_clock(words[1], early.close)) return false;
        if (!calendar_.early_.empty() && calendar_.early_.back().day >= early.day)
            return expected(words[0], "a day after the one before it");
        calendar_.early_.push_back(early);
        return true;
    }

    Calendar calendar_;
    size_t line_ = 0;
    std::string_view name_;
    std::string what_;
};

Result<Calendar, CalendarError> Calendar::parse(std::string_view text) { return CalendarParser().parse(text); }

Calendar Calendar::all_week() {
    Calendar calendar;
    calendar.venue_ = "24x7";
    calendar.weekdays_ = 0x7F;
    calendar.regular_.push_back({Duration{}, days(1), {}, {}});
    return calendar;
}

void Calendar::save(ByteWriter& out) const {
    const auto put_hours = [&out](const Hours& hours) {
        for (const Duration each : {hours.open, hours.close, hours.pause_open, hours.pause_close}) out.put(each.ns);
        out.put(hours.from_day);
    };
    out.put_text(venue_);
    out.put_text(zone_.name());
    out.put(weekdays_);
    out.put(first_day_);
    out.put(last_day_);
    out.put(static_cast<uint64_t>(regular_.size()));
    for (const Hours& hours : regular_) put_hours(hours);
    out.put(extended_.has_value());
    if (extended_) put_hours(*extended_);
    out.put(static_cast<uint64_t>(closed_.size()));
    for (const int64_t day : closed_) out.put(day);
    out.put(static_cast<uint64_t>(early_.size()));
    for (const Early& early : early_) {
        out.put(early.day);
        out.put(early.close.ns);
    }
}

const Calendar::Hours& Calendar::regular_of(int64_t day) const {
    size_t place = regular_.size() - 1;
    while (place > 0 && regular_[place].from_day > day) --place;
    return regular_[place];
}

std::optional<Session> Calendar::session_of(int64_t local_day, TradingHours which) const {
    const bool is_weekday = (weekdays_ >> weekday_of(local_day) & 1) != 0;
    if (!covers(local_day) || !is_weekday || std::binary_search(closed_.begin(), closed_.end(), local_day))
        return std::nullopt;
    const Hours& regular = regular_of(local_day);
    Hours hours = which == TradingHours::extended && extended_ ? *extended_ : regular;
    const auto early = std::lower_bound(early_.begin(), early_.end(), local_day,
                                        [](const Early& e, int64_t day) { return e.day < day; });
    if (early != early_.end() && early->day == local_day) hours.close = hours.close - (regular.close - early->close);
    const auto utc = [&](Duration clock) { return zone_.to_utc(Timestamp{} + days(local_day) + clock).earlier; };
    Session session{{utc(hours.open), utc(hours.close)}, {}};
    if (hours.pause_open < hours.pause_close && hours.pause_open < hours.close)
        session.pause = BarInterval{utc(hours.pause_open), std::min(utc(hours.pause_close), session.close)};
    return session;
}

bool Calendar::is_open(Timestamp time, TradingHours hours) const {
    const int64_t day = utc_day(zone_.to_wall(time));
    for (const int64_t each : {day, day + 1}) {
        const auto session = session_of(each, hours);
        if (session && session->holds(time)) return true;
    }
    return false;
}

SessionOfDay Calendar::sessions(TradingHours hours) const {
    return [calendar = *this, hours](int64_t day) { return calendar.session_of(day, hours); };
}

}  // namespace trd
