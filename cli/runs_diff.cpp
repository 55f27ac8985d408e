// trd runs diff: which parameters, data, models, script lines and figures of two kept runs differ.
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "backtest/stored_plan.h"
#include "cli/data_common.h"
#include "cli/json_flat.h"
#include "cli/line_diff.h"
#include "cli/runs_common.h"
#include "cli/text_format.h"

namespace trd {
namespace {

constexpr Positional positionals[] = {
    {"A", "a kept run: first digits of its id, its name, or last", true, false, Completes::runs},
    {"B", "the other", true, false, Completes::runs},
};
constexpr Option options[] = {
    {"--all", "", "in the table every figure that differs, not only those that are looked at first"},
    store_option,
};
constexpr Example examples[] = {
    {"What changed since the run that was named:", "trd runs diff baseline last"},
    {"Only the figures, for a script:", "trd runs diff baseline last --format plain | grep ^figure"},
};
constexpr std::string_view fields = "section,name,a,b";

// One thing that differs. A line of a script has only one side.
struct Difference {
    std::string_view section;
    std::string name;
    std::optional<std::string> a, b;
};

// Sections of facts, as they are called here. Paths decide nothing, and figures come from the result.
struct FactSection {
    std::string_view fact, shown;
};
constexpr std::array fact_sections{
    FactSection{"parameter", "parameter"},
    FactSection{"data", "data"},
    FactSection{"plan", "model"},
    FactSection{"model", "model"},
};
// Members of the result that are told elsewhere, or differ by nature.
constexpr std::array<std::string_view, 8> not_figures{"run.",    "strategy.", "parameters.", "series.",
                                                      "models.", "fail_if.",  "fail_if",     "timing."};

// What is looked at first, of the run or of one of its strategies; other formats have all figures.
constexpr std::array<std::string_view, 14> first_figures{
    "equity.end",       "stats.total_return", "stats.cagr",     "stats.sharpe",        "stats.sortino",
    "stats.volatility", "stats.max_drawdown", "stats.win_rate", "stats.profit_factor", "fees",
    "counts.trades",    "counts.orders",      "counts.fills",   "counts.denied",
};

// Its place among them, or their number. "strategies.NAME.fees" is looked at like "fees".
size_t rank_of(std::string_view name) {
    constexpr std::string_view whose = "strategies.";
    if (name.starts_with(whose)) name.remove_prefix(std::min(name.find('.', whose.size()), name.size() - 1) + 1);
    return static_cast<size_t>(std::find(first_figures.begin(), first_figures.end(), name) - first_figures.begin());
}

using Pairs = std::vector<std::pair<std::string, std::string>>;

std::optional<std::string> value_of(const Pairs& pairs, const std::string& name) {
    for (const auto& [key, value] : pairs)
        if (key == name) return value;
    return {};
}

// In the order of A, then what only B has.
void compare(std::string_view section, const Pairs& a, const Pairs& b, std::vector<Difference>& out) {
    for (const auto& [name, value] : a) {
        auto other = value_of(b, name);
        if (other != value) out.push_back({section, name, value, std::move(other)});
    }
    for (const auto& [name, value] : b)
        if (!value_of(a, name)) out.push_back({section, name, {}, value});
}

Pairs facts_of(const KeptRun& run, std::string_view section) {
    Pairs pairs;
    for (const RunFact& fact : run.facts)
        if (fact.section == section) pairs.emplace_back(fact.name, fact.value);
    return pairs;
}

Pairs program_of(const KeptRun& run) { return {{"strategy", run.strategy}, {"trd", run.version}}; }

// Of one strategy: who it is, what it was given, and, where it was alone, what the whole run came to.
bool is_told_elsewhere(std::string_view name, bool has_several) {
    constexpr std::string_view whose = "strategies.";
    if (!name.starts_with(whose)) return false;
    const size_t dot = name.find('.', whose.size());
    const std::string_view member = dot == std::string_view::npos ? std::string_view() : name.substr(dot + 1);
    const auto is_any_of = [&](std::initializer_list<std::string_view> prefixes) {
        return std::any_of(prefixes.begin(), prefixes.end(),
                           [&](std::string_view prefix) { return member.starts_with(prefix); });
    };
    if (is_any_of({"name", "version", "parameters."})) return true;
    return !has_several && is_any_of({"counts.", "equity.", "cash_end", "fees", "positions.", "positions", "stats."});
}

Result<Pairs> figures_of(const RunStore& store, const KeptRun& run) {
    const auto text = run.texts.find("result.json");
    auto flat = text == run.texts.end() ? std::nullopt : flatten_json(text->second);
    if (!flat)
        return Fail{Error{ExitCode::data, "E_STORE_CORRUPT",
                          store.path() + " is damaged: the result of run " + short_id(run) + " cannot be read",
                          "run it again to keep it anew, or remove it with trd runs rm " + short_id(run)}};
    const bool has_several = strategies_of(run).size() > 1;
    std::erase_if(*flat, [&](const auto& pair) {
        const bool is_point = pair.first.find(".points.") != std::string::npos;  // of what a strategy records
        return is_point || is_told_elsewhere(pair.first, has_several) ||
               std::any_of(not_figures.begin(), not_figures.end(),
                           [&](std::string_view prefix) { return pair.first.starts_with(prefix); });
    });
    return *std::move(flat);
}

// The script at that place of both. Lines of several are called "2:14", the second script's line 14.
void compare_script(const KeptRun& a, const KeptRun& b, size_t place, bool has_several, std::vector<Difference>& out) {
    const std::string name = numbered_name("script", place);
    const auto text_of = [&](const KeptRun& run) {
        const auto found = run.texts.find(name);
        return found == run.texts.end() ? std::string_view() : std::string_view(found->second);
    };
    const std::string before = has_several ? std::to_string(place + 1) + ":" : "";
    const std::vector<LineChange> changes = line_diff(text_of(a), text_of(b));
    for (const LineChange& change : changes) {
        Difference line{"script", before + std::to_string(change.line), {}, {}};
        (change.is_added ? line.b : line.a) = change.text;
        out.push_back(std::move(line));
    }
    if (changes.empty() && text_of(a) != text_of(b)) out.push_back({"script", before + "end", "line end", "none"});
}

void compare_scripts(const KeptRun& a, const KeptRun& b, std::vector<Difference>& out) {
    const size_t count = std::max(strategies_of(a).size(), strategies_of(b).size());
    for (size_t place = 0; place < count; ++place) compare_script(a, b, place, count > 1, out);
}

Result<std::vector<Difference>> differences(const RunStore& store, const KeptRun& a, const KeptRun& b) {
    std::vector<Difference> found;
    compare("program", program_of(a), program_of(b), found);
    for (const FactSection& section : fact_sections)
        compare(section.shown, facts_of(a, section.fact), facts_of(b, section.fact), found);
    compare_scripts(a, b, found);
    TRD_TRY(const Pairs figures_a, figures_of(store, a));
    TRD_TRY(const Pairs figures_b, figures_of(store, b));
    compare("figure", figures_a, figures_b, found);
    if (a.hash != b.hash) found.push_back({"outcome", "hash", a.hash, b.hash});
    return found;
}

std::string side_text(const std::optional<std::string>& side) { return side ? harmless(*side) : "-"; }

// For people: six digits of what has as many as a double, no nanoseconds of whole seconds.
std::string short_figure(const std::optional<std::string>& side) {
    constexpr std::string_view no_fraction = ".000000000Z";
    constexpr std::ptrdiff_t digits_of_a_ratio = 13;  // amounts have 12 decimals at most, and hardly ever so many
    std::string text = side_text(side == "null" ? std::nullopt : side);
    if (text.ends_with(no_fraction)) return text.substr(0, text.size() - no_fraction.size()) + "Z";
    double value = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool is_number = problem == std::errc() && end == text.data() + text.size();
    const auto digits = std::count_if(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    return is_number && digits >= digits_of_a_ratio ? fmt::format("{:.6g}", value) : text;
}

// Both sides of a difference; as they are where they would look the same.
std::pair<std::string, std::string> shown_sides(const Difference& each) {
    std::pair whole(side_text(each.a), side_text(each.b));
    if (each.section != "figure") return whole;
    std::pair shortened(short_figure(each.a), short_figure(each.b));
    return shortened.first == shortened.second ? whole : shortened;
}

std::string script_line(const Difference& line, Paint paint) {
    constexpr size_t digits = 6;
    const std::string place = padded_left(line.name, digits);
    if (line.a && line.b) return "  " + place + "  " + *line.a + " -> " + *line.b + "\n";
    if (line.a) return paint.red("  -" + place + "  " + harmless(*line.a)) + "\n";
    return paint.green("  +" + place + "  " + harmless(*line.b)) + "\n";
}

std::string heading(char side, const KeptRun& run, size_t width, Zone zone) {
    return std::string(1, side) + "  " + padded_right(title_of(run), width) + "  " + run.strategy + ", kept " +
           time_in_zone({run.kept_at.ns - run.kept_at.ns % seconds(1).ns}, zone) + "\n";
}

// Figures in the order in which they are looked at, and only those unless all are wanted or there are none; then how
// many were left out.
struct ShownDifferences {
    std::vector<Difference> rows;
    size_t left_out = 0;
};
ShownDifferences shown_of(std::vector<Difference> found, bool all) {
    const auto is_figure = [](const Difference& each) { return each.section == "figure"; };
    const auto first = std::find_if(found.begin(), found.end(), is_figure);
    const auto last = std::find_if_not(first, found.end(), is_figure);
    std::stable_sort(first, last,
                     [](const Difference& a, const Difference& b) { return rank_of(a.name) < rank_of(b.name); });
    const auto rest =
        std::find_if(first, last, [](const Difference& each) { return rank_of(each.name) == first_figures.size(); });
    ShownDifferences shown;
    if (!all && rest != first) {
        shown.left_out = static_cast<size_t>(last - rest);
        found.erase(rest, last);
    }
    shown.rows = std::move(found);
    return shown;
}

std::string text_of(const KeptRun& a, const KeptRun& b, const ShownDifferences& shown, const Context& context) {
    const std::vector<Difference>& found = shown.rows;
    const size_t title_width = std::max(title_of(a).size(), title_of(b).size());
    std::string out = heading('A', a, title_width, context.zone) + heading('B', b, title_width, context.zone);
    std::string_view section;
    size_t name_width = 0, value_width = 0;
    for (const Difference& each : found) {
        if (each.section == "script") continue;
        name_width = std::max(name_width, display_width(each.name));
        if (each.section != "outcome") value_width = std::max(value_width, display_width(shown_sides(each).first));
    }
    const std::string left_out =
        shown.left_out == 0 ? "" : "  and " + counted(shown.left_out, "more figure") + "; --all shows them\n";
    for (const Difference& each : found) {
        if (section == "figure" && each.section != section) out += left_out;
        if (each.section != section) out += "\n" + context.paint.bold(each.section) + "\n";
        section = each.section;
        if (section == "script") {
            out += script_line(each, context.paint);
            continue;
        }
        const auto [a_text, b_text] = shown_sides(each);
        out += "  " + padded_right(each.name, name_width) + "  " + padded_right(a_text, value_width) + "  " + b_text +
               "\n";
    }
    if (section == "figure") out += left_out;
    return out + (found.empty() ? "\nnothing differs\n" : "");
}

Table records_of(const std::vector<Difference>& found) {
    Table table{"difference", {{"section", "SECTION"}, {"name", "NAME"}, {"a", "A"}, {"b", "B"}}, {}};
    const auto cell = [](const std::optional<std::string>& side) { return side ? Cell(*side) : Cell(); };
    for (const Difference& each : found) table.rows.push_back({each.section, each.name, cell(each.a), cell(each.b)});
    return table;
}

std::string json_of(const KeptRun& a, const KeptRun& b, const std::vector<Difference>& found) {
    JsonWriter json;
    json.begin_object().key("a").begin_object();
    put_label(json, a);
    json.end_object().key("b").begin_object();
    put_label(json, b);
    json.end_object().member("same_outcome", a.hash == b.hash).key("differences").begin_array();
    const auto side = [&json](const char* name, const std::optional<std::string>& value) {
        json.key(name);
        if (value)
            json.value(*value);
        else
            json.null();
    };
    for (const Difference& each : found) {
        json.begin_object().member("section", each.section).member("name", each.name);
        side("a", each.a);
        side("b", each.b);
        json.end_object();
    }
    return json.end_array().end_object().take();
}

// "differs: 1 parameter, 3 figures"
std::string summary(const std::vector<Difference>& found) {
    std::string text;
    for (const auto& [section, noun] : {std::pair{"program", "program"},
                                        {"parameter", "parameter"},
                                        {"data", "data item"},
                                        {"model", "model setting"},
                                        {"script", "script line"},
                                        {"figure", "figure"}}) {
        const auto count = std::count_if(found.begin(), found.end(),
                                         [section = section](const Difference& d) { return d.section == section; });
        if (count == 0) continue;
        text += (text.empty() ? "" : ", ") + counted(static_cast<uint64_t>(count), noun);
    }
    return "finding: what differs: " + (text.empty() ? "only the hash" : text);
}

Result<Answer> run(Context& context) {
    TRD_TRY(const RunStore store, open_runs(context));
    TRD_TRY(const RunSummary of_a, store.find(*context.arguments.value("A")));
    TRD_TRY(const RunSummary of_b, store.find(*context.arguments.value("B")));
    TRD_TRY(const KeptRun a, store.load(of_a));
    TRD_TRY(const KeptRun b, store.load(of_b));
    TRD_TRY(const std::vector<Difference> found, differences(store, a, b));
    Answer answer{.schema = "trd.runs.diff/1"};
    answer.text = text_of(a, b, shown_of(found, context.arguments.has("--all")), context);
    answer.table = records_of(found);
    if (context.json()) answer.data = json_of(a, b, found);
    if (found.empty()) return answer;
    answer.code = ExitCode::findings;
    answer.notes.push_back(summary(found));
    return answer;
}

}  // namespace

extern const Verb runs_diff_verb;
const Verb runs_diff_verb{
    .path = "runs diff",
    .summary = "Say what differs between two kept runs",
    .description =
        "Compares the program, parameters, data (by content), models, script line by line, and every figure of the "
        "result. Names, places of files and times of the clock do not count. The table has the figures that are "
        "looked at first and the number of the others, unless --all is given; all other formats have every one.\n\n"
        "Exit code 0 when nothing differs, 10 when something does; --exit-zero makes that 0.",
    .positionals = positionals,
    .options = options,
    .examples = examples,
    .run = run,
    .fields = fields,
};

}  // namespace trd
