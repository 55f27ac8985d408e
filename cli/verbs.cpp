// The table itself: verbs in the order of the help, groups of verbs, and the flags that all of them take.
#include <array>

#include "cli/verb.h"

namespace trd {

extern const Verb backtest_verb;
extern const Verb config_show_verb;
extern const Verb config_get_verb;
extern const Verb config_set_verb;
extern const Verb config_check_verb;
extern const Verb config_path_verb;
extern const Verb data_import_verb;
extern const Verb data_export_verb;
extern const Verb data_ls_verb;
extern const Verb data_show_verb;
extern const Verb data_verify_verb;
extern const Verb data_gaps_verb;
extern const Verb data_clean_verb;
extern const Verb data_fill_verb;
extern const Verb data_resample_verb;
extern const Verb data_generate_verb;
extern const Verb data_rm_verb;
extern const Verb completion_verb;
extern const Verb doctor_verb;
extern const Verb man_verb;
extern const Verb schema_verb;
extern const Verb version_verb;
extern const Verb help_verb;

namespace {

// One a line, so that two people can add theirs.
// clang-format off
constexpr std::array verbs{
    &backtest_verb,
    &data_import_verb,
    &data_export_verb,
    &data_ls_verb,
    &data_show_verb,
    &data_verify_verb,
    &data_gaps_verb,
    &data_clean_verb,
    &data_fill_verb,
    &data_resample_verb,
    &data_generate_verb,
    &data_rm_verb,
    &config_show_verb,
    &config_get_verb,
    &config_set_verb,
    &config_check_verb,
    &config_path_verb,
    &doctor_verb,
    &version_verb,
    &help_verb,
    &man_verb,
    &schema_verb,
    &completion_verb,
};
// clang-format on

constexpr std::array groups{
    VerbGroup{"config", "Settings: what holds, and who says so"},
    VerbGroup{"data", "Market data: bring it in, look at it, check it, change it"},
};

constexpr Option globals[] = {
    {"-C,--project", "DIR", "run as if started in DIR", false, {}, Completes::files},
    {"-c,--config", "FILE", "read settings from this file too; a later one wins", true, {}, Completes::files},
    {"--json", "", "the same as --format json"},
    {"--format", "FORMAT", "how the result is written: table for people, plain for cut and awk, json for programs",
     false, "table,plain,json", Completes::choices},
    {"-o,--output",
     "FILE",
     "write the result to FILE, whole or not at all; - is standard output",
     false,
     {},
     Completes::files},
    {"--color", "WHEN", "colour on a terminal only (auto), always or never", false, "auto,always,never",
     Completes::choices},
    {"--progress", "HOW", "progress on stderr: a bar on a terminal (auto), JSON lines or none", false, "auto,json,none",
     Completes::choices},
    {"-q,--quiet", "", "on success print nothing that is meant for people; for cron"},
    {"--exit-zero", "", "exit 0 instead of 10 when there are findings"},
    {"-h", "", "short help"},
    {"--help", "", "help with examples"},
    {"--version", "", "the version, on one line"},
};

}  // namespace

std::span<const Verb* const> verb_table() { return verbs; }
std::span<const Option> global_options() { return globals; }
std::span<const VerbGroup> verb_groups() { return groups; }

}  // namespace trd
