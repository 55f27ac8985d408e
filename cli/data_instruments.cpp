#include "cli/data_instruments.h"

#include "base/suggest.h"
#include "cli/values.h"

namespace trd {
namespace {

constexpr std::string_view kind_name = "instruments";

void put_instrument_key(JsonWriter& json, const std::string& symbol) {
    json.member("kind", kind_name).member("symbol", symbol).key("timeframe").null();
}

void put_time(JsonWriter& json, std::string_view name, Timestamp time) {
    json.key(name);
    if (time.ns == INT64_MIN)
        json.null();
    else
        json.value(to_iso_nanoseconds(time));
}

Cell time_cell(Timestamp time) { return time.ns == INT64_MIN ? Cell() : Cell(time); }

// What a row of a series has no place for makes no sense here.
Status<> refuse_flags(const Arguments& arguments, std::initializer_list<std::string_view> flags) {
    for (const std::string_view flag : flags)
        if (arguments.has(flag))
            return Fail{Error{ExitCode::usage, "E_USAGE_KIND", std::string(flag) + " says nothing about instruments",
                              "leave it out; an instrument's file says everything about it"}};
    return done;
}

struct Meant {
    Instrument instrument;
    size_t revision = 0, revisions = 0;  // counted from 1
};

// By SYMBOL and --revision.
Result<Meant> instrument_meant(const Context& context, const std::string& root) {
    const std::string symbol = *context.arguments.value("SYMBOL");
    TRD_TRY(const auto revisions, instrument_revisions(root, symbol));
    TRD_TRY(const auto wanted, count_value(context.arguments, "--revision"));
    const size_t revision = wanted.value_or(0) == 0 ? revisions.size() : static_cast<size_t>(*wanted);
    if (revision > revisions.size())
        return Fail{Error{ExitCode::not_found, "E_DATA_MISSING",
                          "instrument " + symbol + " has " + counted(revisions.size(), "revision") + ", not " +
                              std::to_string(revision),
                          "trd data show " + symbol + " --kind instruments shows the newest"}};
    return Meant{revisions[revision - 1], revision, revisions.size()};
}

std::string toml_of(const Meant& meant) {
    const std::string text = format_instruments(std::span(&meant.instrument, 1));
    if (meant.revisions == 1) return text;
    return "# revision " + std::to_string(meant.revision) + " of " + std::to_string(meant.revisions) + "\n" + text;
}

void put_terms(JsonWriter& json, const Terms& terms) {
    json.begin_object();
    put_time(json, "from", terms.valid_from);
    json.member("tick", terms.tick).member("lot", terms.lot).member("min_quantity", terms.min_quantity);
    json.member("max_quantity", terms.max_quantity).member("min_notional", terms.min_notional);
    json.member("margin", terms.margin_per_unit).member("margin_rate", terms.margin_rate);
    json.member("maintenance", terms.maintenance_per_unit).member("maintenance_rate", terms.maintenance_rate);
    json.end_object();
}

std::string instrument_json(const Meant& meant) {
    const Instrument& instrument = meant.instrument;
    JsonWriter json;
    json.begin_object();
    put_instrument_key(json, instrument.symbol);
    json.member("rows", instrument.terms.size());
    put_time(json, "first", instrument.terms.front().valid_from);
    put_time(json, "last", instrument.terms.back().valid_from);
    json.key("instrument").begin_object().member("symbol", instrument.symbol);
    json.member("kind", traits_of(instrument.kind).name).member("currency", instrument.quote.code());
    json.member("base", instrument.base.code()).member("multiplier", instrument.multiplier);
    json.member("issuer", instrument.issuer).member("sector", instrument.sector).member("zone", instrument.zone);
    json.member("calendar", instrument.calendar).key("terms").begin_array();
    for (const Terms& terms : instrument.terms) put_terms(json, terms);
    json.end_array().end_object();
    json.member("revision", meant.revision).member("revisions", meant.revisions);
    return json.member("toml", format_instruments(std::span(&instrument, 1))).end_object().take();
}

void put_symbols(JsonWriter& json, std::string_view name, const std::vector<std::string>& symbols) {
    json.key(name).begin_array();
    for (const std::string& symbol : symbols) json.value(symbol);
    json.end_array();
}

std::string import_text(const InstrumentsImport& report, const std::string& file, bool dry_run) {
    const uint64_t count = report.added.size() + report.changed.size() + report.unchanged.size();
    return (dry_run ? "would import " : "imported ") + counted(count, "instrument") + " from " + file + ": " +
           std::to_string(report.added.size()) + " new, " + std::to_string(report.changed.size()) + " changed, " +
           std::to_string(report.unchanged.size()) + " as before";
}

}  // namespace

bool means_instruments(const Arguments& arguments) {
    const auto kind = arguments.value("--kind");
    if (kind) return *kind == kind_name;
    const auto file = arguments.value("FILE");
    return file && !arguments.value("SYMBOL") && file->ends_with(".toml");
}

Result<Answer> import_instruments_answer(Context& context) {
    const Arguments& arguments = context.arguments;
    TRD_CHECK(refuse_flags(arguments, {"--symbol", "--tf", "--map", "--zone", "--decimal-points", "--price-digits",
                                       "--outlier", "--strict", "--crossed", "--cold", "--faults"}));
    TRD_TRY(const std::string root, catalogue_folder(context));
    const std::string file = *arguments.value("FILE");
    const bool dry_run = arguments.has("--dry-run");
    TRD_TRY(const InstrumentsImport report, import_instruments(root, file, arguments.has("--replace"), dry_run));
    Answer answer{.schema = "trd.data.import.instruments/1"};
    if (!context.json()) {
        answer.notes.push_back(import_text(report, file, dry_run));
        return answer;
    }
    JsonWriter json;
    json.begin_object().member("kind", kind_name);
    put_symbols(json, "added", report.added);
    put_symbols(json, "changed", report.changed);
    put_symbols(json, "unchanged", report.unchanged);
    answer.data = json.member("written", !dry_run).end_object().take();
    return answer;
}

Result<Answer> show_instrument(Context& context) {
    TRD_CHECK(refuse_flags(context.arguments, {"--tf", "--rows"}));
    TRD_TRY(const std::string root, catalogue_to_read(context));
    TRD_TRY(const Meant meant, instrument_meant(context, root));
    Answer answer{.schema = "trd.data.show.instruments/1"};
    if (context.json())
        answer.data = instrument_json(meant);
    else
        answer.text = toml_of(meant);
    return answer;
}

Result<Answer> export_instrument(Context& context) {
    TRD_CHECK(refuse_flags(context.arguments, {"--tf", "--from", "--to", "--adjust"}));
    TRD_TRY(const std::string root, catalogue_to_read(context));
    TRD_TRY(const Meant meant, instrument_meant(context, root));
    const std::string text = format_instruments(std::span(&meant.instrument, 1));
    const auto file = context.arguments.value("FILE");
    Answer answer{.schema = "trd.data.show.instruments/1"};
    if (file && *file != "-") {
        TRD_CHECK(replace_file(*file, text));
        answer.notes.push_back("exported instrument " + meant.instrument.symbol + " to " + *file);
    } else if (!context.json()) {
        answer.text = text;
    }
    if (context.json()) answer.data = instrument_json(meant);
    return answer;
}

Result<Answer> remove_instrument_answer(Context& context) {
    TRD_CHECK(refuse_flags(context.arguments, {"--tf"}));
    TRD_TRY(const std::string root, catalogue_to_read(context));
    TRD_TRY(const Meant meant, instrument_meant(context, root));
    const Instrument& instrument = meant.instrument;
    TRD_CHECK(remove_instrument(root, instrument.symbol));
    Answer answer{.schema = "trd.data.rm/1"};
    answer.notes.push_back("removed instrument " + instrument.symbol);
    if (!context.json()) return answer;
    JsonWriter json;
    json.begin_object();
    put_instrument_key(json, instrument.symbol);
    answer.data = json.end_object().take();
    return answer;
}

Status<> list_instruments(const std::string& root, const std::optional<std::string>& symbol, JsonWriter& json,
                          Table& table) {
    TRD_TRY(const auto instruments, load_instruments(root));
    TRD_TRY(const auto former, load_former_instruments(root));
    for (const Instrument& instrument : instruments) {
        if (symbol && *symbol != instrument.symbol) continue;
        const size_t revisions = revision_count(former, instrument);
        const Timestamp first = instrument.terms.front().valid_from, last = instrument.terms.back().valid_from;
        json.begin_object();
        put_instrument_key(json, instrument.symbol);
        json.member("rows", instrument.terms.size());
        put_time(json, "first", first);
        put_time(json, "last", last);
        json.member("revisions", revisions).end_object();
        table.rows.push_back({kind_name, instrument.symbol, Cell(), Cell::count(instrument.terms.size()),
                              time_cell(first), time_cell(last), Cell::count(revisions)});
    }
    return done;
}

}  // namespace trd
