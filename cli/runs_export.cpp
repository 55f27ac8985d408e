// trd runs export: the trades, orders, fills and equity of a kept run, for other programs.
#include <algorithm>
#include <array>

#include "cli/runs_common.h"
#include "cli/text_format.h"
#include "cli/values.h"

namespace trd {
namespace {

constexpr Positional positionals[] = {
    {"RUN", "first digits of its id, its name, or last", true, false, Completes::runs},
};
constexpr Option options[] = {
    {"--what", "ROWS", "which rows; trades unless given here", false, "trades,orders,fills,equity,all",
     Completes::choices},
    store_option,
};
constexpr Example examples[] = {
    {"The trades of the newest run as CSV:", "trd runs export last -o trades.csv"},
    {"Everything, as JSON lines:", "trd runs export nightly --what all --format jsonl | gzip > nightly.jsonl.gz"},
};

// Of all tables together.
constexpr std::string_view fields =
    "time,order,symbol,side,type,purpose,quantity,limit,trigger,time_in_force,filled,state,ended,reason,tag,price,fee,"
    "fee_currency,opened,closed,"
    "profit,fees,net,currency,equity,low,high,strategy,entry_price,exit_price,entry_tag,exit_tag,exit_reason";

// What a row of each table is called where it stands alone.
struct TableName {
    std::string_view name, record;
};
constexpr std::array names{TableName{"trades", "trade"}, TableName{"orders", "order"}, TableName{"fills", "fill"},
                           TableName{"equity", "equity"}};

Error damaged(const RunStore& store, const RunLabel& run, std::string_view name) {
    return {ExitCode::data, "E_STORE_CORRUPT",
            store.path() + " is damaged: the " + std::string(name) + " of run " + short_id(run) + " cannot be read",
            "run it again to keep it anew, or remove it with trd runs rm " + short_id(run)};
}

Error one_at_a_time(std::string_view format) {
    return {ExitCode::usage, "E_FORMAT",
            "trd runs export cannot write all rows as " + std::string(format) + ", because their columns differ",
            "name one of them with --what, or use --format jsonl or json"};
}

Cell cell_of(const PackedCell& cell, CellKind kind) {
    if (kind == CellKind::time)
        return cell.number == cell_no_time ? Cell() : Cell(Timestamp{static_cast<int64_t>(cell.number)});
    std::string text = cell_text(cell, kind);
    if (text.empty()) return {};
    return kind == CellKind::count ? Cell::number(std::move(text)) : Cell(std::move(text));
}

Error no_such_field(const PackedTable& packed, std::string_view name) {
    std::string all;
    for (const TableColumn& column : packed.columns) all += (all.empty() ? "" : ", ") + column.name;
    return {ExitCode::usage, "E_FIELD", packed.name + " have no field " + in_quotes(name), "their fields: " + all};
}

// Which columns are wanted, by their places; those of --fields in its order.
using Places = std::vector<size_t>;
Result<Places> places_meant(const Context& context, const PackedTable& packed) {
    Places places;
    const auto list = context.arguments.value("--fields");
    for (size_t i = 0; !list && i < packed.columns.size(); ++i) places.push_back(i);
    for (const std::string_view name : split_choices(list ? std::string_view(*list) : std::string_view())) {
        size_t place = 0;
        while (place < packed.columns.size() && packed.columns[place].name != name) ++place;
        if (place == packed.columns.size()) return Fail{no_such_field(packed, name)};
        places.push_back(place);
    }
    return places;
}

Table empty_table(const PackedTable& packed, const Places& places) {
    Table table{"", {}, {}};
    for (const TableName& each : names)
        if (each.name == packed.name) table.record = each.record;
    for (const size_t place : places) {
        const TableColumn& column = packed.columns[place];
        table.columns.push_back({column.name, column.name, column.kind == CellKind::decimal});
    }
    return table;
}

// False when the bytes are damaged.
bool add_rows(const PackedChunk& chunk, const PackedTable& packed, const Places& places, Table& table) {
    ChunkRows rows(chunk, packed.columns);
    while (rows.next()) {
        auto& row = table.rows.emplace_back();
        for (const size_t place : places) row.push_back(cell_of(rows.cells()[place], packed.columns[place].kind));
    }
    return rows.ok();
}

// Chunk by chunk where the form allows it: a million rows as cells would take a gigabyte.
bool append_text(const PackedTable& packed, const Places& places, Format format, const TableStyle& style,
                 std::string& out) {
    Table table = empty_table(packed, places);
    const bool needs_all = format == Format::table || format == Format::md;
    const std::string head = needs_all ? std::string() : table_text(table, format, style);
    if (!needs_all) out += head;
    for (const PackedChunk& chunk : packed.chunks) {
        if (!add_rows(chunk, packed, places, table)) return false;
        if (needs_all) continue;
        out += table_text(table, format, style).substr(head.size());
        table.rows.clear();
    }
    if (needs_all) out += table_text(table, format, style);
    return true;
}

void put_cell(JsonWriter& json, const PackedCell& cell, CellKind kind) {
    const std::string text = cell_text(cell, kind);
    if (text.empty())
        json.null();
    else if (kind == CellKind::count)
        json.raw(text);
    else
        json.value(text);
}

bool put_rows(JsonWriter& json, const PackedTable& packed) {
    json.key(packed.name).begin_array();
    for (const PackedChunk& chunk : packed.chunks) {
        ChunkRows rows(chunk, packed.columns);
        while (rows.next()) {
            json.begin_object();
            for (size_t i = 0; i < packed.columns.size(); ++i) {
                json.key(packed.columns[i].name);
                put_cell(json, rows.cells()[i], packed.columns[i].kind);
            }
            json.end_object();
        }
        if (!rows.ok()) return false;
    }
    json.end_array();
    return true;
}

Result<std::vector<PackedTable>> tables_meant(const RunStore& store, const RunSummary& run, std::string_view what) {
    std::vector<PackedTable> tables;
    for (const TableName& each : names) {
        if (what != "all" && what != each.name) continue;
        TRD_TRY(std::optional<PackedTable> table, store.table(run, each.name));
        if (!table) return Fail{damaged(store, run, each.name)};
        tables.push_back(*std::move(table));
    }
    return tables;
}

Result<std::string> json_of(const RunStore& store, const RunSummary& run, const std::vector<PackedTable>& tables) {
    JsonWriter json;
    json.begin_object().key("run").begin_object();
    put_label(json, run);
    json.end_object().key("dropped").begin_object();
    for (const PackedTable& table : tables) json.member(table.name, table.dropped);
    json.end_object();
    for (const PackedTable& table : tables)
        if (!put_rows(json, table)) return Fail{damaged(store, run, table.name)};
    return json.end_object().take();
}

// Where nobody asked for a form it is CSV, and JSON lines for all rows: who exports has a program to feed.
Format form_meant(const Context& context, bool all) {
    if (context.format != Format::table) return context.format;
    return all ? Format::jsonl : Format::csv;
}

Result<Answer> run(Context& context) {
    const std::string what = context.arguments.value("--what").value_or("trades");
    const Format form = form_meant(context, what == "all");
    if (what == "all" && form != Format::json && form != Format::jsonl)
        return Fail{one_at_a_time(context.arguments.value("--format").value_or("such a file"))};
    TRD_TRY(const RunStore store, open_runs(context));
    TRD_TRY(const RunSummary summary, store.find(*context.arguments.value("RUN")));
    TRD_TRY(const std::vector<PackedTable> tables, tables_meant(store, summary, what));
    Answer answer{.schema = "trd.runs.export/1", .run_id = summary.id};
    const TableStyle style{context.columns, context.zone, context.paint, context.is_utf8};
    if (context.json()) {
        TRD_TRY(answer.data, json_of(store, summary, tables));
    }
    for (const PackedTable& table : tables) {
        TRD_TRY(const Places places, places_meant(context, table));
        if (!context.json() && !append_text(table, places, form, style, answer.text))
            return Fail{damaged(store, summary, table.name)};
        if (table.dropped > 0)
            answer.warnings.push_back("of " + with_separators(std::to_string(table.rows + table.dropped)) + " " +
                                      table.name + " the first " + with_separators(std::to_string(table.rows)) +
                                      " were kept");
    }
    return answer;
}

}  // namespace

extern const Verb runs_export_verb;
const Verb runs_export_verb{
    .path = "runs export",
    .summary = "Write the trades, orders, fills or equity of a kept run",
    .description =
        "As CSV, unless --format or the extension of -o FILE says otherwise; all rows together as JSON lines or JSON. "
        "Times are UTC, decimals are exact.\n\n"
        "Orders come in the order in which they ended, those that never did last. Of each kind the first million rows "
        "are kept. Equity has at most 4,096 points: each has the equity at the end of its bars, and the lowest and "
        "highest in them.",
    .positionals = positionals,
    .options = options,
    .examples = examples,
    .run = run,
    .fields = fields,
    .is_product = true,
};

}  // namespace trd
