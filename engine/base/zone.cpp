#include "base/zone.h"

#include <date/tz.h>

#include <stdexcept>

namespace trd {
namespace {

constexpr int64_t second_ns = 1'000'000'000;

// Offsets change on whole seconds only, so the database is asked in seconds (its own range is far wider than ours).
std::chrono::seconds floor_seconds(Timestamp t) {
    const int64_t quotient = t.ns / second_ns;
    return std::chrono::seconds(t.ns % second_ns < 0 ? quotient - 1 : quotient);
}

Timestamp saturated(std::chrono::seconds since_1970) {
    Timestamp result;
    const int64_t count = since_1970.count();
    if (__builtin_mul_overflow(count, second_ns, &result.ns)) result.ns = count < 0 ? INT64_MIN : INT64_MAX;
    return result;
}

const date::time_zone& entry_of(const void* entry) { return *static_cast<const date::time_zone*>(entry); }

constexpr ZoneOffset utc_offset{Duration{}, Timestamp{INT64_MIN}, Timestamp{INT64_MAX}};

}  // namespace

Result<Zone, ZoneError> Zone::find(std::string_view name) {
    if (name == "UTC" || name == "Etc/UTC" || name == "Z") return Zone::utc();
    try {
        date::get_tzdb();
    } catch (const std::exception&) {
        return Fail{ZoneError::no_database};
    }
    try {
        return Zone(date::locate_zone(name));
    } catch (const std::runtime_error&) {
        return Fail{ZoneError::unknown};
    }
}

Zone Zone::utc() { return Zone(nullptr); }

std::string_view Zone::name() const { return entry_ == nullptr ? "UTC" : std::string_view(entry_of(entry_).name()); }

ZoneOffset Zone::offset_at(Timestamp time) const {
    if (entry_ == nullptr) return utc_offset;
    const date::sys_info info = entry_of(entry_).get_info(date::sys_seconds(floor_seconds(time)));
    return {seconds(info.offset.count()), saturated(info.begin.time_since_epoch()),
            saturated(info.end.time_since_epoch())};
}

LocalTime Zone::to_utc(Timestamp wall) const {
    if (entry_ == nullptr) return {LocalKind::unique, wall, wall};
    const date::local_info info = entry_of(entry_).get_info(date::local_seconds(floor_seconds(wall)));
    const Timestamp first = wall - seconds(info.first.offset.count());
    switch (info.result) {
        case date::local_info::nonexistent: {
            const Timestamp change = saturated(info.first.end.time_since_epoch());
            return {LocalKind::nonexistent, change, change};
        }
        case date::local_info::ambiguous:
            return {LocalKind::ambiguous, first, wall - seconds(info.second.offset.count())};
        case date::local_info::unique:
        default:
            return {LocalKind::unique, first, first};
    }
}

std::vector<std::string> zone_names() {
    std::vector<std::string> names;
    try {
        for (const date::time_zone& zone : date::get_tzdb().zones) names.push_back(zone.name());
    } catch (const std::exception&) {
        return {};
    }
    return names;
}

LocalTime ZoneClock::slow_to_utc(Timestamp wall) {
    const LocalTime result = zone_.to_utc(wall);
    remember(zone_.offset_at(result.earlier));
    return result;
}

void ZoneClock::remember(const ZoneOffset& offset) {
    known_ = offset;
    const Duration margin = days(2);
    safe_begin_ = offset.begin.ns < INT64_MIN + margin.ns ? offset.begin : offset.begin + margin;
    safe_end_ = offset.end.ns > INT64_MAX - margin.ns ? offset.end : offset.end - margin;
    if (safe_end_ < safe_begin_) safe_end_ = safe_begin_;
}

}  // namespace trd
