// trd risk set: a new version of limits, and the confirmation of one that waits.
#include "cli/risk_history.h"
#include "cli/values.h"

namespace trd {
namespace {

constexpr Positional positionals[] = {
    {"FILE", "the new limits; none with --confirm", false, false, Completes::files},
};
constexpr Option options[] = {
    {"--who", "NAME", "who changes them; needed"},
    {"--why", "TEXT", "why; needed for a new version"},
    {"--confirm", "VERSION", "confirm a version that waits, instead of setting one"},
    limits_store_option,
};
constexpr Example examples[] = {
    {"Tighter limits, in force at once:", "trd risk set tight.toml --who ada --why 'a wild week'"},
    {"Wider ones wait for a day and for a confirmation:", "trd risk set --confirm 3 --who grace"},
};

std::string what_waits(const LimitsHistory::Version& version) {
    std::string text =
        "version " + std::to_string(version.number) + " loosens a limit, so it waits until " + to_iso(version.earliest);
    return text + (version.confirmed_by.empty()
                       ? " and for trd risk set --confirm " + std::to_string(version.number) + " --who NAME"
                       : "; it is confirmed by " + version.confirmed_by + ", and is in force by itself then");
}

Answer answer_of(const Context& context, const KeptLimits& kept, uint32_t number) {
    const LimitsHistory::Version& version = kept.history().versions()[number - 1];
    const bool holds = version.state == LimitsHistory::State::in_force;
    Answer answer{.schema = "trd.risk.set/1"};
    answer.notes.push_back(holds
                               ? "version " + std::to_string(number) +
                                     " is in force: trd backtest is held to it unless --limits names others; its text "
                                     "is in " +
                                     kept.folder() + "/in-force.toml"
                               : what_waits(version));
    if (!context.json()) return answer;
    JsonWriter json;
    json.begin_object().member("version", uint64_t{number}).member("state", name_of(version.state));
    json.member("earliest", to_iso_nanoseconds(version.earliest)).member("confirmed_by", version.confirmed_by);
    answer.data = json.member("folder", kept.folder()).end_object().take();
    return answer;
}

Error missing(const std::string& what, const std::string& hint) {
    return {ExitCode::usage, "E_LIMITS_CHANGE", what, hint};
}

Result<uint32_t> change(const Context& context, KeptLimits& kept) {
    const Arguments& arguments = context.arguments;
    const std::string who = arguments.value("--who").value_or(""), why = arguments.value("--why").value_or("");
    const auto file = arguments.value("FILE");
    const auto confirmed = arguments.value("--confirm");
    if (file.has_value() == confirmed.has_value())
        return Fail{missing("either a file of limits or --confirm VERSION is needed, one of the two",
                            "trd risk set FILE --who NAME --why TEXT")};
    if (who.empty()) return Fail{missing("a change of limits needs a name", "add --who NAME")};
    if (confirmed) {
        TRD_TRY(const LimitsHistory::Version* version, version_named(kept, *confirmed));
        const uint32_t number = version->number;
        TRD_CHECK(kept.confirm(number, who, context.host.now()));
        return number;
    }
    if (why.empty()) return Fail{missing("a change of limits needs a reason", "add --why TEXT")};
    TRD_TRY(const LimitsRead read, limits_named(*file));
    return kept.propose(read, who, why, context.host.now());
}

Result<Answer> run(Context& context) {
    TRD_TRY(const std::string folder, limits_folder(context));
    TRD_TRY(KeptLimits kept, KeptLimits::load(folder, context.host.now()));
    TRD_TRY(const uint32_t number, change(context, kept));
    return answer_of(context, kept, number);
}

}  // namespace

extern const Verb risk_set_verb;
const Verb risk_set_verb{
    .path = "risk set",
    .summary = "Keep a new version of limits, with who and why",
    .description =
        "A version that only tightens is in force at once. One that loosens anything waits: for a day, and for "
        "somebody to "
        "confirm it; the next version withdraws it. What is in force is what every trd backtest with the same --store "
        "is held to, unless --limits names others; its result says which version that was. A file that cannot be used "
        "is refused with its line, and the limits in force stay.",
    .positionals = positionals,
    .options = options,
    .examples = examples,
    .run = run,
};

}  // namespace trd
