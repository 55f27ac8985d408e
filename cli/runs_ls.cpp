// trd runs ls: what is kept, the newest first.
#include <charconv>

#include "cli/runs_common.h"
#include "cli/text_format.h"
#include "cli/values.h"

namespace trd {
namespace {

constexpr Option options[] = {
    {"--strategy", "NAME", "only runs of this strategy", false, {}, Completes::names},
    {"--symbol", "NAME", "only runs that traded this symbol", false, {}, Completes::symbols},
    {"--limit", "N", "at most so many; 20 unless given here, 0 for all"},
    store_option,
};
constexpr Example examples[] = {
    {"The last runs:", "trd runs ls"},
    {"All runs of one strategy, the best Sharpe first:",
     "trd runs ls --strategy sma_cross --limit 0 --format csv --fields sharpe,run | sort -rn"},
};

constexpr std::string_view fields =
    "run,name,kept_at,strategy,symbols,bars,total_return,sharpe,max_drawdown,trades,hash";
constexpr Column columns[] = {{"run", "RUN", false, Narrowing::whole},
                              {"name", "NAME"},
                              {"kept_at", "KEPT", false, Narrowing::left_out},
                              {"strategy", "STRATEGY"},
                              {"symbols", "SYMBOLS", false, Narrowing::left_out},
                              {"bars", "BARS", true, Narrowing::left_out},
                              {"total_return", "RETURN", true},
                              {"sharpe", "SHARPE", true},
                              {"max_drawdown", "DRAWDOWN", true},
                              {"trades", "TRADES", true, Narrowing::left_out},
                              {"hash", "HASH"}};

std::string symbols_text(const RunLabel& run) {
    std::string text;
    for (const std::string& symbol : run.symbols) text += (text.empty() ? "" : ",") + symbol;
    return text;
}

Cell figure_cell(const RunSummary& run, std::string_view name) {
    const auto found = run.figures.find(name);
    return found == run.figures.end() || found->second.empty() ? Cell() : Cell::number(found->second);
}

std::vector<Cell> row_of(const RunSummary& run) {
    return {short_id(run),
            run.name.empty() ? Cell() : Cell(run.name),
            run.kept_at,
            run.strategy,
            symbols_text(run),
            figure_cell(run, "bars"),
            figure_cell(run, "total_return"),
            figure_cell(run, "sharpe"),
            figure_cell(run, "max_drawdown"),
            figure_cell(run, "trades"),
            run.hash};
}

double number_of(const std::string& text) {
    double value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

// "2024-01-02T09:30-05:00"
std::string minute_text(Timestamp time, Zone zone) {
    constexpr size_t after_minutes = 16;
    const std::string text = time_in_zone({time.ns - time.ns % seconds(1).ns}, zone);
    return text.substr(0, after_minutes) + text.substr(after_minutes + std::string_view(":00").size());
}

// For people: whole minutes, shares as percent, two digits of a ratio, no hash.
Table for_people(Table table, Zone zone) {
    constexpr size_t kept_at = 2, first_share = 6, ratio = 7, second_share = 8, hash = 10;
    table.columns.resize(hash);
    for (auto& row : table.rows) {
        row[kept_at] = minute_text(row[kept_at].time(), zone);
        for (const size_t share : {first_share, second_share})
            if (row[share].kind() == Cell::Kind::number) row[share] = signed_percent(number_of(row[share].text()));
        if (row[ratio].kind() == Cell::Kind::number) row[ratio] = fixed(number_of(row[ratio].text()), 2);
        row.resize(hash);
    }
    return table;
}

std::string json_of(const std::string& folder, const std::vector<RunSummary>& runs) {
    JsonWriter json;
    json.begin_object().member("store", folder).key("runs").begin_array();
    for (const RunSummary& run : runs) {
        json.begin_object();
        put_label(json, run);
        json.key("figures").begin_object();
        for (const auto& [name, value] : run.figures) json.key(name).raw(value.empty() ? "null" : value);
        json.end_object().end_object();
    }
    return json.end_array().end_object().take();
}

Result<RunFilter> filter_of(const Arguments& arguments) {
    constexpr uint64_t usual_limit = 20;
    RunFilter filter{.strategy = arguments.value("--strategy"), .symbol = arguments.value("--symbol")};
    TRD_TRY(const auto limit, count_value(arguments, "--limit"));
    filter.limit = limit.value_or(usual_limit);
    if (filter.limit == 0) filter.limit = UINT64_MAX;
    return filter;
}

// An empty list of a folder that somebody names would hide a slip of the pen.
Result<std::string> store_to_read(const Context& context) {
    TRD_TRY(const std::string folder, store_folder(context));
    const bool is_named = context.arguments.has("--store") || context.host.is_set("TRD_STORE");
    if (!is_named || file_exists(folder + "/.")) return folder;
    return Fail{Error{ExitCode::not_found, "E_RUN_MISSING",
                      "there is no folder " + folder + ", which is named as that of kept runs",
                      "trd config show --origin tells who names it unless --store does; trd backtest makes it when it "
                      "keeps a run"}};
}

Result<Answer> run(Context& context) {
    TRD_TRY(const RunFilter filter, filter_of(context.arguments));
    TRD_TRY(const std::string folder, store_to_read(context));
    TRD_TRY(const std::optional<RunStore> store, RunStore::open_existing(folder));
    std::vector<RunSummary> runs;
    if (store) {
        TRD_TRY(runs, store->list(filter));
    }
    Answer answer{.schema = "trd.runs.ls/1"};
    Table table{"run", std::vector<Column>(std::begin(columns), std::end(columns)), {}};
    for (const RunSummary& each : runs) table.rows.push_back(row_of(each));
    if (context.json()) answer.data = json_of(folder, runs);
    if (runs.empty()) answer.notes.push_back("no such run is kept in " + folder + "; trd backtest keeps every run");
    const bool is_narrowed = context.arguments.has("--fields");
    answer.table =
        context.format == Format::table && !is_narrowed ? for_people(std::move(table), context.zone) : std::move(table);
    return answer;
}

}  // namespace

extern const Verb runs_ls_verb;
const Verb runs_ls_verb{
    .path = "runs ls",
    .summary = "List the kept runs, the newest first",
    .description =
        "A run is named by its first digits, by the name that trd backtest --save gave it, or, the newest one, by the "
        "word last. The same run again is no second one: it becomes the newest.",
    .positionals = {},
    .options = options,
    .examples = examples,
    .run = run,
    .fields = fields,
};

}  // namespace trd
