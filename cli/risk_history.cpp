// trd risk history, and the folder that versions of limits are kept in.
#include "cli/risk_history.h"

#include <sys/stat.h>

#include <charconv>

#include "base/file.h"
#include "cli/runs_common.h"
#include "cli/values.h"

namespace trd {

struct KeptLimits::Change {
    uint32_t confirms = 0;  // the version's number; 0: proposes one
    Timestamp at;
    std::string who, why, text;
};

namespace {

constexpr std::string_view first_line = "trd limits change 1";
constexpr std::string_view extension = ".change";

std::string number_text(uint32_t number) {
    std::string digits = std::to_string(number);
    return std::string(digits.size() < 6 ? 6 - digits.size() : 0, '0') + digits;
}

Error unreadable(const std::string& path, const std::string& what) {
    return {ExitCode::data, "E_LIMITS_HISTORY", path + ": " + what,
            "bring the file back from a backup; the versions after it are not known without it, and a backtest needs "
            "--limits until then"};
}

Error refused(LimitsHistory::Refusal refusal) {
    return {ExitCode::usage, "E_LIMITS_CHANGE", std::string(describe(refusal)),
            "trd risk set FILE --who NAME --why TEXT; trd risk history has the versions"};
}

// "who: " of a line; nothing when it is another one.
std::optional<std::string> field(std::string_view& text, std::string_view name) {
    const size_t end = text.find('\n');
    if (end == std::string_view::npos || !text.starts_with(name)) return std::nullopt;
    std::string value(text.substr(name.size(), end - name.size()));
    text.remove_prefix(end + 1);
    return value;
}

std::string without_breaks(std::string text) {
    for (char& c : text)
        if (static_cast<unsigned char>(c) < ' ') c = ' ';
    return text;
}

}  // namespace

Result<KeptLimits::Change> KeptLimits::read_change(const std::string& path) {
    TRD_TRY(const std::string whole, read_file(path));
    std::string_view rest = whole;
    Change change;
    const auto begin = field(rest, first_line);
    const auto confirms = field(rest, "confirms: "), at = field(rest, "at: "), who = field(rest, "who: "),
               why = field(rest, "why: ");
    if (!begin || !confirms || !at || !who || !why) return Fail{unreadable(path, "it is not a change of limits")};
    const auto [end, problem] = std::from_chars(confirms->data(), confirms->data() + confirms->size(), change.confirms);
    const auto time = parse_iso(*at);
    if (problem != std::errc() || end != confirms->data() + confirms->size() || !time)
        return Fail{unreadable(path, "its number or its time cannot be read")};
    change.at = *time;
    change.who = *who;
    change.why = *why;
    change.text = rest;
    return change;
}

Status<> KeptLimits::apply(const Change& change) {
    if (change.confirms != 0) {
        const auto confirmed = history_.confirm(change.confirms, change.who, change.at);
        return confirmed.ok() ? Status<>(done) : Fail{refused(confirmed.error())};
    }
    auto limits = parse_limits(change.text, "limits");
    if (!limits)
        return Fail{Error{ExitCode::config, "E_LIMITS", std::move(limits.error().message), limits.error().hint}};
    const auto number = history_.propose(*std::move(limits), change.text, change.who, change.why, change.at);
    return number.ok() ? Status<>(done) : Fail{refused(number.error())};
}

Result<KeptLimits> KeptLimits::load(const std::string& folder, Timestamp now) {
    KeptLimits kept(folder);
    TRD_TRY(const auto files, list_folder(folder));
    for (const std::string& file : files) {
        if (!file.ends_with(extension)) continue;
        const std::string path = folder + "/" + file;
        TRD_TRY(const Change change, read_change(path));
        kept.history_.advance(change.at);
        if (auto applied = kept.apply(change); !applied.ok()) return Fail{unreadable(path, applied.error().message)};
        if (file != number_text(++kept.changes_) + std::string(extension))
            return Fail{unreadable(path, "the change before it is not there")};
    }
    kept.history_.advance(now);
    return kept;
}

Status<> KeptLimits::keep(const Change& change) {
    TRD_CHECK(make_folders(folder_));
    TRD_TRY(const FileLock lock, FileLock::take(folder_ + "/lock"));
    const std::string path = folder_ + "/" + number_text(changes_ + 1) + std::string(extension);
    if (file_exists(path))
        return Fail{Error{ExitCode::locked, "E_LOCKED", "somebody else has changed the limits just now", "try again"}};
    TRD_CHECK(apply(change));
    TRD_CHECK(replace_file(path, std::string(first_line) + "\nconfirms: " + std::to_string(change.confirms) +
                                     "\nat: " + to_iso_nanoseconds(change.at) + "\nwho: " + change.who +
                                     "\nwhy: " + change.why + "\n" + change.text));
    ++changes_;
    return write_in_force();
}

Status<> KeptLimits::write_in_force() const {
    const LimitsHistory::Version* const version = history_.in_force();
    return version == nullptr ? Status<>(done) : replace_file(folder_ + "/in-force.toml", version->text);
}

Result<uint32_t> KeptLimits::propose(const LimitsRead& read, const std::string& who, const std::string& why,
                                     Timestamp now) {
    TRD_CHECK(keep({0, now, without_breaks(who), without_breaks(why), read.text}));
    return static_cast<uint32_t>(history_.versions().size());
}

Status<> KeptLimits::confirm(uint32_t number, const std::string& who, Timestamp now) {
    return keep({number, now, without_breaks(who), {}, {}});
}

Result<std::string> limits_folder(const Context& context) {
    TRD_TRY(const std::string store, store_folder(context));
    return store + "/limits";
}

// Where the store is no folder, nothing is kept: that is said where a run is to be.
static bool is_below_a_file(const std::string& folder) {
    struct stat found {};
    return ::stat(folder.substr(0, folder.rfind('/')).c_str(), &found) == 0 && !S_ISDIR(found.st_mode);
}

Result<std::optional<LimitsRead>> limits_in_force(const std::string& folder, Timestamp now) {
    if (is_below_a_file(folder)) return std::optional<LimitsRead>();
    TRD_TRY(const KeptLimits kept, KeptLimits::load(folder, now));
    const LimitsHistory::Version* const version = kept.history().in_force();
    if (version == nullptr) return std::optional<LimitsRead>();
    return std::optional(
        LimitsRead{"limits version " + std::to_string(version->number), version->text, version->limits});
}

Result<const LimitsHistory::Version*> version_named(const KeptLimits& kept, const std::string& text) {
    uint32_t number = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool is_number = problem == std::errc() && end == text.data() + text.size();
    if (is_number && number > 0 && number <= kept.history().versions().size())
        return &kept.history().versions()[number - 1];
    return Fail{Error{ExitCode::not_found, "E_LIMITS_VERSION", "there is no version " + in_quotes(text) + " of limits",
                      "trd risk history lists them"}};
}

namespace {

constexpr Option options[] = {limits_store_option};
constexpr Example examples[] = {
    {"Who changed the limits, when and why:", "trd risk history"},
};
constexpr Column columns[] = {{"version", "VERSION", true},
                              {"state", "STATE"},
                              {"proposed_at", "PROPOSED"},
                              {"in_force_at", "IN FORCE"},
                              {"who", "WHO"},
                              {"confirmed_by", "CONFIRMED"},
                              {"why", "WHY"}};

std::vector<Cell> row_of(const LimitsHistory::Version& version) {
    const bool was_in_force =
        version.state == LimitsHistory::State::in_force || version.state == LimitsHistory::State::replaced;
    return {Cell::count(version.number),
            name_of(version.state),
            version.proposed_at,
            was_in_force ? Cell(version.in_force_at) : Cell(),
            version.who,
            version.confirmed_by.empty() ? Cell() : Cell(version.confirmed_by),
            version.why};
}

std::string json_of(const KeptLimits& kept) {
    JsonWriter json;
    json.begin_object().member("folder", kept.folder()).key("versions").begin_array();
    for (const LimitsHistory::Version& version : kept.history().versions()) {
        json.begin_object().member("version", uint64_t{version.number}).member("state", name_of(version.state));
        json.member("proposed_at", to_iso_nanoseconds(version.proposed_at));
        json.member("earliest", to_iso_nanoseconds(version.earliest)).member("who", version.who);
        json.member("why", version.why).member("confirmed_by", version.confirmed_by);
        json.key("confirmed_at");
        version.confirmed_by.empty() ? json.null() : json.value(to_iso_nanoseconds(version.confirmed_at));
        json.member("text", version.text).end_object();
    }
    return json.end_array().end_object().take();
}

Result<Answer> run(Context& context) {
    TRD_TRY(const std::string folder, limits_folder(context));
    TRD_TRY(const KeptLimits kept, KeptLimits::load(folder, context.host.now()));
    Answer answer{.schema = "trd.risk.history/1"};
    Table table{"version", std::vector<Column>(std::begin(columns), std::end(columns)), {}};
    for (const LimitsHistory::Version& version : kept.history().versions()) table.rows.push_back(row_of(version));
    if (table.rows.empty()) answer.notes.push_back("no version of limits is kept in " + folder);
    if (context.json()) answer.data = json_of(kept);
    answer.table = std::move(table);
    return answer;
}

}  // namespace

extern const Verb risk_history_verb;
const Verb risk_history_verb{
    .path = "risk history",
    .summary = "List the versions of limits: who, when and why",
    .description =
        "Versions are never changed and never removed. The state says which one is in force, and which one waits.",
    .positionals = {},
    .options = options,
    .examples = examples,
    .run = run,
    .fields = "version,state,proposed_at,in_force_at,who,confirmed_by,why",
};

}  // namespace trd
