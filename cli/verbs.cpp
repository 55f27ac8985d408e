// The table itself: verbs in the order of the help, groups of verbs, and the flags that all of them take.
#include <array>

#include "cli/verb.h"

namespace trd {

extern const Verb init_verb;
extern const Verb backtest_verb;
extern const Verb check_verb;
extern const Verb config_show_verb;
extern const Verb config_get_verb;
extern const Verb config_set_verb;
extern const Verb config_unset_verb;
extern const Verb config_diff_verb;
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
extern const Verb runs_ls_verb;
extern const Verb runs_show_verb;
extern const Verb runs_diff_verb;
extern const Verb runs_export_verb;
extern const Verb runs_verify_verb;
extern const Verb runs_explain_verb;
extern const Verb runs_rm_verb;
extern const Verb risk_ls_verb;
extern const Verb risk_show_verb;
extern const Verb risk_set_verb;
extern const Verb risk_history_verb;
extern const Verb risk_test_verb;
extern const Verb risk_diff_verb;
extern const Verb completion_verb;
extern const Verb doctor_verb;
extern const Verb man_verb;
extern const Verb new_indicator_verb;
extern const Verb new_risk_verb;
extern const Verb new_strategy_verb;
extern const Verb schema_verb;
extern const Verb version_verb;
extern const Verb help_verb;

namespace {

// One a line, so that two people can add theirs.
// clang-format off
constexpr std::array verbs{
    &init_verb,
    &backtest_verb,
    &check_verb,
    &new_strategy_verb,
    &new_indicator_verb,
    &new_risk_verb,
    &runs_ls_verb,
    &runs_show_verb,
    &runs_diff_verb,
    &runs_export_verb,
    &runs_verify_verb,
    &runs_explain_verb,
    &runs_rm_verb,
    &risk_ls_verb,
    &risk_show_verb,
    &risk_set_verb,
    &risk_history_verb,
    &risk_test_verb,
    &risk_diff_verb,
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
    &config_unset_verb,
    &config_diff_verb,
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
    VerbGroup{"new", "Files to begin with"},
    VerbGroup{"risk", "Limits: what there is, what is in force, who changed it"},
    VerbGroup{"runs", "Kept runs: what was run, what came of it, what differs"},
};

constexpr Option globals[] = {
    {"-C,--project", "DIR", "run as if started in DIR", false, {}, Completes::files},
    {"-c,--config", "FILE", "read settings from this file too; a later one wins", true, {}, Completes::files},
    {"--json", "", "the same as --format json"},
    {"--format", "FORMAT", "how the result is written; trd help output says which verb can write which", false,
     "table,plain,json,jsonl,csv,tsv,md", Completes::choices},
    {"--fields", "NAMES", "only these columns of the records, in this order, divided by commas"},
    {"-o,--output",
     "FILE",
     "write the result to FILE, whole or not at all, as its extension says; - is standard output",
     false,
     {},
     Completes::files},
    {"--tz", "ZONE", "time zone of times for people, such as America/New_York; programs always get UTC"},
    {"--color", "WHEN", "colour on a terminal only (auto), always or never", false, "auto,always,never",
     Completes::choices},
    {"--progress", "HOW", "progress on stderr: a bar on a terminal (auto), JSON lines or none", false, "auto,json,none",
     Completes::choices},
    {"-q,--quiet", "", "on success print nothing that is meant for people but warnings; for cron"},
    {"-v,--verbose", "",
     "log on stderr: what the command does, and a strategy's debug lines; -vv details, -vvv everything", true},
    {"--log-file", "FILE", "append the log to FILE, with or without -v", false, {}, Completes::files},
    {"--log-format", "FORMAT",
     "lines of the log; unless given here JSON in a file and where errors are JSON, else text", false, "text,json",
     Completes::choices},
    {"--no-input", "", "ask nobody anything"},
    {"--correlation-id", "ID", "a name for this call, to find it again in JSON and logs; made up unless given here"},
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
