#include "cli/schema.h"

#include <array>
#include <vector>

#include "base/assert.h"
#include "cli/json_writer.h"

namespace trd {
namespace {

constexpr std::string_view error_name = "trd.error/1";

#define TRD_SERIES_KEY "kind: text, symbol: text, timeframe: text?"
#define TRD_BAR "{open: decimal, high: decimal, low: decimal, close: decimal, volume: decimal}"

#define TRD_RECORDED                                                                                                 \
    "{name: text, pane?: text, style?: text, count: count, every: count, min: number?, max: number?, last: number?," \
    " points: [{time: time, value: number}]}"

#define TRD_RUN_MEMBERS "id: hex, hash: hex, name: text?, kept_at: time, version: text, strategy: text, symbols: [text]"
#define TRD_RUN "{" TRD_RUN_MEMBERS "}"
#define TRD_GROUP                                                                                             \
    "{name: text, currency: text, trades: count, wins: count, losses: count, profit: decimal, fees: decimal," \
    " net: decimal, average: number?, profit_factor: number?}"
#define TRD_TRADE                                                                                                    \
    "{symbol: text, side: text, opened: time, closed: time, quantity: decimal, currency: text, profit: decimal,"     \
    " fees: decimal, net: decimal, tag: text, exit: text, exit_tag: text, exit_reason: text, entry_price: decimal?," \
    " exit_price: decimal?}"

#define TRD_RISK_CHECK                                                                                                \
    "{code: text, name: text, kind: text, doc: text, action: text, reset: text, backtest: truth,"                     \
    " in_backtest: text, limits: [{name: text, unit: text, holds: text, exits_pass: truth, setting: text, doc: text," \
    " backtest: text, needs: [text]}]}"

constexpr std::array rows{
    SchemaRow{
        "trd.backtest/1",
        "{run: {id: hex, hash: hex}, strategy: {name: text, version: text}, parameters: {*: any},"
        " series: [{name: text, symbol: text, timeframe: text, bars: count, first_open: time, last_close: time,"
        "   gaps: {count: count, total_s: count, longest_s: count}}],"
        " streams?: [{name: text, rows: count, first: time, last: time}],"
        " counts: {*: count}, denials: {*: count}, currency: text, equity: {start: decimal, end: decimal},"
        " cash_end: decimal, fees: decimal, positions: [{account: text, symbol: text, side: text, quantity: decimal, "
        "mark: decimal}],"
        " change_of_equity: {realized: decimal, unrealized: decimal, fees: decimal, funding: decimal,"
        " dividends: decimal, borrowing: decimal, interest: decimal, currencies: decimal},"
        " accounts: [{name: text, cash_start: decimal, cash_end: decimal, equity_end: decimal, fees: decimal, models: "
        "{*: text}}],"
        " risk: {limits: text, limits_version?: count, armed: [text], unarmed: [text], denials: {*: count}, warnings: "
        "count, latched: count,"
        " actions_left_out: count, actions: [{time: time, check: text, rule: text, scope: text, subject: text,"
        " action: text, found: decimal, limit: decimal}], rules: [{name: text, version: text, scope: text,"
        " answers: {*: count}, check_reduce?: {asked: count, halt: count, failed: count},"
        " watch?: {asked: count, halt: count, failed: count}, fault: text?}]},"
        " stats: {*: number?}, stats_undefined: {*: text},"
        " drawdown: {fraction: number, peak_time: time, trough_time: time, recovery_time: time?,"
        " longest_under_water_s: count}, by_symbol: [" TRD_GROUP "], by_tag: [" TRD_GROUP "], by_exit: [" TRD_GROUP "],"
        " best_trades: [" TRD_TRADE "], worst_trades: [" TRD_TRADE
        "], strategies: [{name: text, version: text, parameters: {*: any},"
        " counts: {*: count}, equity: {start: decimal, end: decimal}, cash_end: decimal, fees: decimal,"
        " positions: [{account: text, symbol: text, side: text, quantity: decimal, mark: decimal}], stats: {*: "
        "number?}, log: {debug: count, "
        "info: count, warn: count,"
        " error: count}, alerts: count, marks: {count: count, first: [{time: time, text: text}]},"
        " recorded: [" TRD_RECORDED "], plotted: [" TRD_RECORDED
        "]}], models: {semantics: text, fill: text, path: text, participation: text, queue: text, slippage: text, "
        "fees: text, latency: text, account: text, hours: text, actions: text, adjust: text, tick?: text},"
        " fail_if: [{condition: text, met: truth, reason: text}], timing: {wall_ms: number, bars_per_s: number}}"},
    SchemaRow{"trd.check/1",
              "{files: [{file: text, kind: text, strategy: text, fine: truth, findings: [{rule: text, line: count, "
              "message: text}],"
              " dry_run: {bars: count, orders: count, denied: count, answers: {*: count}, hash: hex}}]}"},
    SchemaRow{"trd.completion/1", "{shell: text, script: text}"},
    SchemaRow{"trd.config.check/1", "{files: [text]}"},
    SchemaRow{"trd.config.diff/1", "{differences: [{key: text, before: text, after: text, origin: text}]}"},
    SchemaRow{"trd.config.get/1", "{key: text, value: text, origin: text}"},
    SchemaRow{"trd.config.path/1", "{files: [text]}"},
    SchemaRow{"trd.config.set/1", "{key: text, value: text, file: text}"},
    SchemaRow{"trd.config.show/1", "{values: [{key: text, value: text, origin: text, flag: text}]}"},
    SchemaRow{"trd.config.unset/1", "{key: text, file: text}"},
    SchemaRow{"trd.data.clean/1", "{" TRD_SERIES_KEY ", *: any}"},
    SchemaRow{"trd.data.export/1", "{" TRD_SERIES_KEY ", rows: count, csv: text}"},
    SchemaRow{"trd.data.fill/1", "{" TRD_SERIES_KEY ", *: any}"},
    SchemaRow{"trd.data.gaps/1",
              "{" TRD_SERIES_KEY
              ", rows: count, gap_count: count, missing: count, gaps: [{from: time, to: time, missing: count}]}"},
    SchemaRow{"trd.data.generate/1", "{" TRD_SERIES_KEY ", rows: count}"},
    SchemaRow{"trd.data.import.instruments/1",
              "{kind: text, added: [text], changed: [text], unchanged: [text], written: truth}"},
    SchemaRow{"trd.data.import/1", "{" TRD_SERIES_KEY ", rows: count, first: time, last: time, gaps: count, *: any}"},
    SchemaRow{"trd.data.ls/1", "{catalogue: text, series: [{" TRD_SERIES_KEY
                               ", rows: count, first: time?, last: time?, revisions: count}]}"},
    SchemaRow{"trd.data.resample/1", "{" TRD_SERIES_KEY ", rows: count}"},
    SchemaRow{"trd.data.rm/1", "{" TRD_SERIES_KEY ", *: any}"},
    SchemaRow{"trd.data.show.instruments/1", "{" TRD_SERIES_KEY ", rows: count, first: time?, last: time?, *: any}"},
    SchemaRow{"trd.data.show/1", "{" TRD_SERIES_KEY ", rows: count, first: time, last: time, bytes: count, *: any}"},
    SchemaRow{"trd.data.verify/1", "{files: count, faults: [{" TRD_SERIES_KEY ", file: text, fault: text}]}"},
    SchemaRow{"trd.doctor/1", "{checks: [{check: text, grade: text, answer: text, remedy: text}]}"},
    SchemaRow{error_name,
              "{schema: text, code: count, id: text, message: text, hint: text, retryable: truth,"
              " correlation_id?: text, errors?: [{code: count, id: text, message: text, hint: text}]}"},
    SchemaRow{"trd.help/1", "{topic: text, text: text}"},
    SchemaRow{"trd.init/1", "{folder: text, files: [text], next: [text]}"},
    SchemaRow{"trd.man/1", "{name: text, roff: text}"},
    SchemaRow{"trd.new.indicator/1", "{file: text}"},
    SchemaRow{"trd.new.risk/1", "{file: text}"},
    SchemaRow{"trd.new.strategy/1", "{file: text}"},
    SchemaRow{"trd.risk.diff/1", "{loosens: truth, differences: [{limit: text, a: text?, b: text?}]}"},
    SchemaRow{"trd.risk.history/1",
              "{folder: text, versions: [{version: count, state: text, proposed_at: time, earliest: time, who: text,"
              " why: text, confirmed_by: text, confirmed_at?: time?, text: text}]}"},
    SchemaRow{"trd.risk.ls/1", "{checks: [" TRD_RISK_CHECK "]}"},
    SchemaRow{"trd.risk.set/1", "{version: count, state: text, earliest: time, confirmed_by: text, folder: text}"},
    SchemaRow{"trd.risk.show.limits/1",
              "{limits: text, day: {begins: text, zone: text}, armed: [{line: count, scope: text, subject: text, code: "
              "text, limit: text, value: text,"
              " modes: text, backtest: text}]}"},
    SchemaRow{"trd.risk.show/1", "{check: " TRD_RISK_CHECK "}"},
    SchemaRow{"trd.risk.test/1",
              "{run: " TRD_RUN
              ", limits: text, same_outcome: truth, changes: [{name: text, before: text, after: text}]}"},
    SchemaRow{"trd.runs.diff/1",
              "{a: " TRD_RUN ", b: " TRD_RUN
              ", same_outcome: truth, differences: [{section: text, name: text, a: text?, b: text?}]}"},
    SchemaRow{"trd.runs.explain/1", "{run: " TRD_RUN ", order: {id: hex, number: count, text: text},"
                                    " lines: [{first: time, last: time, count: count, kind: text, text: text}]}"},
    SchemaRow{"trd.runs.export/1",
              "{run: " TRD_RUN ", dropped: {*: count}, trades?: [object], orders?: [object], fills?: [object],"
              " equity?: [object]}"},
    SchemaRow{"trd.runs.ls/1", "{store: text, runs: [{" TRD_RUN_MEMBERS ", figures: {*: number?}}]}"},
    SchemaRow{"trd.runs.rm/1", "{dry_run: truth, runs: [" TRD_RUN "]}"},
    SchemaRow{"trd.runs.show/1", "{run: " TRD_RUN ", plan: {*: {*: text}}, script: text,"
                                 " scripts: [{strategy: text, text: text}], rules: [{rule: text, text: text}],"
                                 " result: object}"},
    SchemaRow{"trd.runs.verify/1", "{run: " TRD_RUN ", hash: hex, same_outcome: truth, same_script: truth}"},
    SchemaRow{"trd.schema.ls/1", "{schemas: [text]}"},
    SchemaRow{"trd.version/1",
              "{version: text, commit: text, build_type: text, compiler: text, dependencies: {*: text}}"},
};

struct Word {
    std::string_view name;
    std::string_view type;
    std::string_view rest;  // further members, with a leading comma
};
constexpr std::array words{
    Word{"text", "string", ""},
    Word{"decimal", "string", R"(,"pattern":"^-?[0-9]+(\\.[0-9]+)?$")"},
    Word{"time", "string", R"(,"pattern":"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}(\\.[0-9]+)?Z$")"},
    Word{"hex", "string", R"(,"pattern":"^[0-9a-f]+$")"},
    Word{"number", "number", ""},
    Word{"count", "integer", R"(,"minimum":0)"},
    Word{"truth", "boolean", ""},
    Word{"object", "object", ""},
};

// Recursive descent over a shape; text of the schema out. `failed` stays set once something was not understood.
class ShapeReader {
  public:
    explicit ShapeReader(std::string_view shape) : rest_(shape) {}

    std::string type() {
        skip_blanks();
        if (accept('{')) return object();
        if (accept('[')) return array();
        const std::string_view name = word();
        const bool or_null = accept('?');
        if (name == "any") return "{}";
        for (const Word& each : words)
            if (each.name == name) return typed(each.type, or_null) + std::string(each.rest) + "}";
        failed_ = true;
        return {};
    }
    bool at_end() {
        skip_blanks();
        return rest_.empty() && !failed_;
    }

  private:
    static std::string typed(std::string_view type, bool or_null) {
        const std::string name = "\"" + std::string(type) + "\"";
        return "{\"type\":" + (or_null ? "[" + name + ",\"null\"]" : name);
    }
    std::string array() {
        const std::string items = type();
        failed_ = failed_ || !accept(']');
        return typed("array", accept('?')) + ",\"items\":" + items + "}";
    }
    std::string object() {
        std::string properties, required, others;
        do {
            skip_blanks();
            const bool is_other = accept('*');
            const std::string name = is_other ? "" : json_string(word());
            const bool is_optional = accept('?');
            failed_ = failed_ || !accept(':');
            const std::string what = type();
            if (is_other) others = ",\"additionalProperties\":" + what;
            if (!is_other) properties += (properties.empty() ? "" : ",") + name + ":" + what;
            if (!is_other && !is_optional) required += (required.empty() ? "" : ",") + name;
        } while (!failed_ && accept(','));
        failed_ = failed_ || !accept('}');
        return typed("object", accept('?')) + ",\"properties\":{" + properties + "},\"required\":[" + required + "]" +
               others + "}";
    }
    std::string_view word() {
        skip_blanks();
        size_t size = 0;
        while (size < rest_.size() && (rest_[size] == '_' || (rest_[size] >= 'a' && rest_[size] <= 'z'))) ++size;
        const std::string_view found = rest_.substr(0, size);
        failed_ = failed_ || found.empty();
        rest_.remove_prefix(size);
        return found;
    }
    bool accept(char c) {
        skip_blanks();
        if (!rest_.starts_with(c)) return false;
        rest_.remove_prefix(1);
        return true;
    }
    void skip_blanks() {
        while (rest_.starts_with(' ')) rest_.remove_prefix(1);
    }

    std::string_view rest_;
    bool failed_ = false;
};

constexpr std::string_view meta_shape =
    "{run_id?: text, correlation_id: text, version: text, generated_at: time, duration_ms: number}";

void write_envelope(JsonWriter& json, const SchemaRow& row, const std::string& data) {
    json.member("type", "object").key("properties").begin_object();
    json.key("schema").begin_object().member("const", row.name).end_object();
    json.key("ok").raw(R"({"type":"boolean"})").key("code").raw(R"({"type":"integer","minimum":0})");
    json.key("data").raw(data).key("warnings").raw(R"({"type":"array","items":{"type":"string"}})");
    json.key("meta").raw(*schema_of_shape(meta_shape)).end_object();
    json.key("required").raw(R"(["schema","ok","code","data","warnings","meta"])");
}

}  // namespace

std::span<const SchemaRow> schema_table() { return rows; }

std::optional<std::string> schema_of_shape(std::string_view shape) {
    ShapeReader reader(shape);
    std::string schema = reader.type();
    return reader.at_end() ? std::optional(std::move(schema)) : std::nullopt;
}

std::string json_schema(const SchemaRow& row) {
    const auto data = schema_of_shape(row.shape);
    TRD_ASSERT(data.has_value());
    JsonWriter json;
    json.begin_object().member("$schema", "https://json-schema.org/draft/2020-12/schema").member("title", row.name);
    if (row.name == error_name)
        json.key("allOf").begin_array().raw(*data).end_array();
    else
        write_envelope(json, row, *data);
    return json.end_object().take();
}

}  // namespace trd
