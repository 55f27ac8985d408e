// Which calendar --calendar means: a file, or the name of one that the user or the installation has. Used by
// cli/data_*.cpp only.
#pragma once

#include "cli/answer.h"
#include "market/calendar.h"

namespace trd {

inline constexpr Option calendar_option{
    "--calendar",
    "NAME",
    "only the sessions of this venue: XNYS, XNAS, XLON, XETR, XTKS, XHKG, CME, FX, 24x7, or a calendar's file",
    false,
    {},
    Completes::files};
inline constexpr Option hours_option{
    "--hours",          "WHICH",           "which of the calendar's hours; regular unless given here", false,
    "regular,extended", Completes::choices};

// Precondition: --calendar is given. Names are looked up in calendars/ of the user's configuration, then in what came
// with the program. Errors: E_CALENDAR (no such name, with the names that there are), E_DATA_CALENDAR (its text).
Result<Calendar> calendar_meant(const Context& context);
// The same of any name.
Result<Calendar> calendar_named(const Context& context, const std::string& name);
// "there are 24x7, CME; or give a file": what --calendar can name here, or how to get one, for hints.
std::string calendar_choice(const Context& context);
TradingHours hours_meant(const Arguments& arguments);

}  // namespace trd
