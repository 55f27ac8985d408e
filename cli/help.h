// Help made from the table of verbs: what -h, --help, `trd help` and the man pages say.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "cli/host.h"
#include "cli/paint.h"
#include "cli/verb.h"

namespace trd {

struct Topic {
    std::string_view name;  // "exit-codes"
    std::string_view summary;
    std::string (*text)();
};
std::span<const Topic> topic_table();

struct HelpStyle {
    Paint paint;
    size_t columns = 80;
};

// As wide as the terminal, within reason.
size_t help_columns(const Host& host);

// All verbs, global flags and topics.
std::string root_help(const HelpStyle& style);
// The verbs of a group.
std::string group_help(std::string_view group, const HelpStyle& style);
// Short: usage and flags. Full: examples and the description as well.
std::string verb_help(const Verb& verb, bool full, const HelpStyle& style);

// "trd backtest STRATEGY [flags]"
std::string usage_line(const Verb& verb);

}  // namespace trd
