// trd data import: a text file into the catalogue.
#include "cli/data_instruments.h"
#include "cli/text_format.h"
#include "cli/values.h"
#include "history/operations.h"

namespace trd {
namespace {

constexpr Positional positionals[] = {{"FILE",
                                       "a CSV file, plain or compressed by gzip or zstd; for instruments a TOML file",
                                       true, false, Completes::files}};

constexpr Option options[] = {
    {"--symbol", "NAME",
     "what the rows are of; the file's name unless given here. Of a file of several symbols, whose rows to take"},
    {"--kind", "KIND", "what the rows are; found out from the header unless given here", false,
     "bars,quote-bars,quotes,trades,book,funding,actions,fx,factors,instruments", Completes::choices},
    {"--tf", "SPAN", "length of a bar; the most common step between rows unless given here"},
    {"--map", "OURS=THEIRS,...",
     "which column is which: time=Datum,open=2; a name of the header, a number from 1, or - for none; symbol=- takes "
     "all "
     "rows for one symbol's"},
    {"--zone", "ZONE",
     "time zone of times without one, such as America/New_York; UTC unless given here or by the header"},
    {"--dates", "ORDER", "what comes first in dates such as 01/02/2024; as a day above 12 tells unless given here",
     false, "month-first,day-first", Completes::choices},
    {"--decimal-points", "",
     "the point in numbers such as 1.100 is 1.1, where semicolons divide the fields and no other number tells"},
    {"--price-digits", "N", "prices are whole numbers of 10^-N; 4 for prices times 10,000"},
    {"--outlier", "TIMES",
     "refuse a price this many times above or below the one before; 10 unless given here, 0 for none"},
    {"--crossed", "", "take quotes whose bid is above their ask, for trd data clean to repair"},
    {"--strict", "", "a gap between bars is a fault as well"},
    {"--replace", "", "make these rows the series, instead of adding them after those that are there"},
    {"--cold", "", "compress the rows: smaller, slower to read"},
    {"-n,--dry-run", "", "read and check everything, write nothing"},
    {"--faults", "N", "how many faulty rows to list; 20 unless given here"},
    catalogue_option,
};

constexpr Example examples[] = {
    {"Daily bars, everything found out from the file:", "trd data import spy.csv --symbol SPY"},
    {"An exchange's dump without a header, compressed:", "trd data import BTCUSDT-1m-2024-01.csv.gz --symbol BTCUSDT"},
    {"What can be traded, with ticks, lots and margins:", "trd data import instruments.toml --kind instruments"},
    {"Other names and the exchange's own time:",
     "trd data import dax.csv --symbol DAX --map time=Datum,open=Eroeffnung,close=Schluss --zone Europe/Berlin"},
};

Result<ImportRequest> request_of(const Arguments& arguments) {
    for (const std::string_view option : {"--symbol", "--map", "--zone"})
        if (arguments.value(option) == "") return Fail{bad_value(option, "", "a value that is not empty")};
    ImportRequest request;
    request.path = *arguments.value("FILE");
    ImportOptions& import = request.options;
    import.symbol = arguments.value("--symbol").value_or("");
    import.layout.kind = kind_meant(arguments);
    request.detect_kind = !arguments.has("--kind");
    import.layout.map = arguments.value("--map").value_or("");
    import.layout.zone = arguments.value("--zone").value_or("");
    if (const auto order = arguments.value("--dates"))
        import.layout.dates = order == "day-first" ? DateOrder::day_first : DateOrder::month_first;
    TRD_TRY(const auto timeframe, duration_value(arguments, "--tf"));
    import.timeframe = timeframe.value_or(Duration{});
    TRD_TRY(const auto digits, count_value(arguments, "--price-digits"));
    if (digits && *digits > decimal_places)
        return Fail{bad_value("--price-digits", *arguments.value("--price-digits"), "0 to 12")};
    if (digits) import.layout.price_digits = static_cast<uint8_t>(*digits);
    TRD_TRY(const auto outlier, count_value(arguments, "--outlier"));
    constexpr uint64_t outlier_max = 1'000'000;
    if (outlier && (*outlier == 1 || *outlier > outlier_max))
        return Fail{bad_value("--outlier", *arguments.value("--outlier"), "0, or 2 to 1000000")};
    if (outlier) import.outlier_factor = static_cast<int64_t>(*outlier);
    TRD_TRY(const auto faults, count_value(arguments, "--faults"));
    import.faults_kept = static_cast<size_t>(faults.value_or(20));
    if (import.faults_kept == 0) import.faults_kept = 1;
    import.points_are_decimal = arguments.has("--decimal-points");
    import.crossed_is_a_fault = !arguments.has("--crossed");
    import.gaps_are_faults = arguments.has("--strict");
    if (arguments.has("--cold")) import.storage = Storage::cold;
    if (arguments.has("--replace")) request.mode = CatalogueWriter::Publish::replace;
    request.dry_run = arguments.has("--dry-run");
    return request;
}

// All faults, one a line; the first of them is the error's own message.
Error faults_error(const ImportOutcome& outcome, const std::string& file) {
    Error error = to_error(outcome, file);
    if (outcome.faults.size() <= 1) return error;
    error.message = counted(outcome.fault_count, "fault");
    for (const RowFault& fault : outcome.faults) error.message += "\n" + describe(fault, file);
    const uint64_t others = outcome.fault_count - outcome.faults.size();
    if (others > 0) error.message += "\nand " + std::to_string(others) + " more";
    return error;
}

std::string report_json(const ImportReport& report, bool dry_run) {
    JsonWriter json;
    json.begin_object();
    put_key(json, report.key);
    json.member("rows", report.outcome.rows).member("first", to_iso_nanoseconds(report.outcome.first));
    json.member("last", to_iso_nanoseconds(report.outcome.last)).member("gaps", report.outcome.gap_count);
    json.member("layout", describe(report.outcome.layout, report.key.kind)).member("written", !dry_run);
    json.member("rows_of_other_symbols", report.outcome.other_rows);
    return json.end_object().take();
}

std::string report_text(const ImportReport& report, const std::string& file, bool dry_run) {
    const std::string verb = dry_run ? "would import " : "imported ";
    return verb + counted(report.outcome.rows, "row") + " of " + describe(report.key) + " from " + file + ", " +
           to_iso(report.outcome.first) + " to " + to_iso(report.outcome.last);
}

// Months, and days of a zone that are written with a clock.
std::string overlap_text(const ImportOutcome& outcome, const std::string& first) {
    return counted(outcome.overlap_count, "bar") + (outcome.overlap_count == 1 ? " opens" : " open") +
           " before the one before has ended, because all are taken to be " + to_text(outcome.timeframe) +
           " long, the first at " + first +
           ": a run over them ends there; give the file a column with the end of each bar and import it again with "
           "--map close_time=COLUMN, or import bars of days";
}

bool is_utc_midnight(Timestamp time) { return time == Timestamp{} + days(utc_day(time)); }

// Dates of splits and dividends are moments of UTC, bars of a day those of a zone: they meet within a bar.
std::string doubt_about_dates(const std::string& root, const ImportReport& report) {
    const bool is_of_dates = report.key.kind == DataKind::actions && is_utc_midnight(report.outcome.first) &&
                             is_utc_midnight(report.outcome.last);
    if (!is_of_dates || report.outcome.layout.zone_is_given) return "";
    const auto catalogue = Catalogue::open(root);
    if (!catalogue) return "";
    for (const SeriesRecord& series : catalogue->series()) {
        const bool is_of_days = series.key.kind == DataKind::bars && series.key.symbol == report.key.symbol &&
                                series.key.timeframe.ns % days(1).ns == 0;
        if (is_of_days && !is_utc_midnight(series.first()))
            return "the dates of these actions were read as days of UTC, and " + describe(series.key) + " open at " +
                   to_iso(series.first()).substr(11) +
                   ", so that an action counts within a bar; --zone with the zone of the bars and --replace put it "
                   "between two";
    }
    return "";
}

Result<Answer> run(Context& context) {
    if (means_instruments(context.arguments)) return import_instruments_answer(context);
    TRD_TRY(ImportRequest request, request_of(context.arguments));
    TRD_TRY(const std::string root, catalogue_folder(context));
    Progress progress(context, "import");
    request.options.progress = progress_call(progress);
    request.on_layout = [&](const Importer& importer, const SeriesKey& key) {
        if (context.quiet || context.json()) return;
        const std::string layout = request.path + ": " + describe(importer.layout(), key.kind);
        (void)context.host.err->write("trd: " + for_terminal(layout) + "\n").ok();
    };
    const auto report = import_file(root, request);
    progress.clear();
    if (!report) return Fail{cli_error(report.error())};
    if (report->outcome.fault_count > 0) return Fail{faults_error(report->outcome, request.path)};
    Answer answer{.schema = "trd.data.import/1"};
    // Weekends are gaps as well, every week anew: for --quiet they are no trouble, and trd data gaps finds them.
    std::vector<std::string>& told = context.quiet && !context.json() ? answer.notes : answer.warnings;
    for (const RowFault& gap : report->outcome.gaps) {
        told.push_back(counted(report->outcome.gap_count, "gap") + ", the first at " + describe(gap, request.path));
        break;
    }
    for (const RowFault& overlap : report->outcome.overlaps) {
        answer.warnings.push_back(overlap_text(report->outcome, describe(overlap, request.path)));
        break;
    }
    if (const std::string& doubt = report->outcome.doubt; !doubt.empty())
        answer.warnings.push_back(doubt + "; if that is well, --map symbol=- says so");
    if (std::string doubt = doubt_about_dates(root, *report); !doubt.empty())
        answer.warnings.push_back(std::move(doubt));
    if (report->outcome.other_rows > 0)
        answer.warnings.push_back("rows of other symbols than " + report->key.symbol +
                                  " are left out: " + std::to_string(report->outcome.other_rows));
    if (context.json())
        answer.data = report_json(*report, request.dry_run);
    else
        answer.notes.push_back(report_text(*report, request.path, request.dry_run));
    return answer;
}

}  // namespace

extern const Verb data_import_verb;
const Verb data_import_verb{
    .path = "data import",
    .summary = "Read market data from a text file into the catalogue",
    .description =
        "Works out what the columns are, how times are written and what kind of data it is, and says so before it "
        "writes, naming the columns that it does not use. Times are ISO 8601, YYYYMMDD, alone or with HH, HHMM or "
        "HHMMSS behind it, dates with dots or strokes, or "
        "epoch seconds to nanoseconds, in one or "
        "two "
        "columns. Whether 01/02/2024 is in January or in February is told by a row whose day is above 12; where there "
        "is none, --dates has to say it.\n\n"
        "Numbers have a decimal point and nothing between thousands. Where semicolons divide the fields and each "
        "number with a point has three digits behind it, as 1.100, it may be 1.1 or 1100: such a file is refused until "
        "--decimal-points says that it is 1.1.\n\n"
        "A file whose rows are of several symbols, as a column symbol, ticker or the like says, is refused until "
        "--symbol says whose rows to take: they are never put together.\n\n"
        "Every wrong row is named with its line, column, what was found and what was expected, and nothing is written "
        "when there is one (exit code 12). Rows that are later than those of the series are added to it.\n\n"
        "Instruments are written in TOML: [[instrument]] before each, then symbol, kind, currency, base, multiplier, "
        "issuer, sector, zone, calendar; then tick, lot, min_quantity, max_quantity, min_notional, margin, "
        "margin_rate, maintenance and maintenance_rate, or [[instrument.terms]] with the same and a date in from, "
        "where they changed. A backtest goes by them.",
    .positionals = positionals,
    .options = options,
    .examples = examples,
    .run = run,
};

}  // namespace trd
