#include "store/runs.h"

#include <algorithm>
#include <array>

#include "base/file.h"
#include "base/suggest.h"

namespace trd {
namespace {

// Version 1. Lists of symbols are between commas, so that one is found by ",SPY,".
constexpr const char* first_tables = R"(
CREATE TABLE run (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL,
    hash TEXT NOT NULL,
    name TEXT UNIQUE,
    version TEXT NOT NULL,
    strategy TEXT NOT NULL,
    symbols TEXT NOT NULL,
    kept_at INTEGER NOT NULL,
    UNIQUE (id, hash)
) STRICT;
CREATE INDEX run_kept_at ON run (kept_at);
CREATE TABLE run_fact (
    run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
    place INTEGER NOT NULL,
    section TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (run, section, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE run_text (
    run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
    form TEXT NOT NULL,
    packed BLOB NOT NULL,
    PRIMARY KEY (run, form)
) STRICT;
CREATE TABLE run_table (
    run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
    name TEXT NOT NULL,
    columns TEXT NOT NULL,
    row_count INTEGER NOT NULL,
    dropped INTEGER NOT NULL,
    PRIMARY KEY (run, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE run_chunk (
    run INTEGER NOT NULL,
    name TEXT NOT NULL,
    place INTEGER NOT NULL,
    row_count INTEGER NOT NULL,
    packed BLOB NOT NULL,
    PRIMARY KEY (run, name, place),
    FOREIGN KEY (run, name) REFERENCES run_table ON DELETE CASCADE
) STRICT;
)";

constexpr std::array<const char*, 1> migrations{first_tables};
constexpr DatabaseSchema schema{"kept runs", 0x74726472 /* "trdr" */, migrations};

constexpr size_t names_in_message_max = 3;
constexpr size_t shown_id_digits = 12;

std::string path_in(const std::string& folder) { return folder + "/" + std::string(RunStore::file_name); }

std::string joined(const std::vector<std::string>& symbols) {
    std::string text = ",";
    for (const std::string& symbol : symbols) text += symbol + ",";
    return text;
}

std::vector<std::string> split(std::string_view text) {
    std::vector<std::string> symbols;
    while (!text.empty()) {
        const size_t comma = std::min(text.find(','), text.size());
        if (comma > 0) symbols.emplace_back(text.substr(0, comma));
        text.remove_prefix(std::min(comma + 1, text.size()));
    }
    return symbols;
}

bool is_hex(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::string describe(const RunSummary& run) {
    return run.id.substr(0, shown_id_digits) + (run.name.empty() ? "" : " (" + run.name + ")");
}

}  // namespace

bool is_run_name(std::string_view name) {
    constexpr size_t longest = 64;
    const auto fits = [](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-'; };
    return !name.empty() && name.size() <= longest && is_letter(name.front()) && name != RunStore::last &&
           std::all_of(name.begin(), name.end(), fits);
}

const RunFact* KeptRun::fact(std::string_view section, std::string_view fact_name) const {
    const auto found = std::find_if(facts.begin(), facts.end(), [&](const RunFact& each) {
        return each.section == section && each.name == fact_name;
    });
    return found == facts.end() ? nullptr : &*found;
}

std::string KeptRun::fact_value(std::string_view section, std::string_view fact_name) const {
    const RunFact* const found = fact(section, fact_name);
    return found == nullptr ? std::string() : found->value;
}

Result<RunStore> RunStore::open(const std::string& folder, Duration wait) {
    TRD_CHECK(make_folders(folder));
    TRD_TRY(Database database, Database::open(path_in(folder), schema, Database::Missing::create, wait));
    return RunStore(std::move(database));
}

Result<std::optional<RunStore>> RunStore::open_existing(const std::string& folder, Duration wait) {
    if (!file_exists(path_in(folder))) return std::optional<RunStore>();
    TRD_TRY(Database database, Database::open(path_in(folder), schema, Database::Missing::fail, wait));
    return std::optional(RunStore(std::move(database)));
}

// Keeping.

Result<RunStore::Kept> RunStore::keep(const KeptRun& run) {
    Kept kept;
    TRD_TRY(Transaction transaction, Transaction::begin(database_));
    TRD_TRY(const int64_t key, insert_or_refresh(run, kept));
    TRD_CHECK(take_name(run, key, kept));
    TRD_CHECK(put_facts(run, key));
    TRD_CHECK(put_texts(run, key));
    TRD_CHECK(put_tables(run, key));
    TRD_CHECK(transaction.commit());
    return kept;
}

Result<int64_t> RunStore::insert_or_refresh(const KeptRun& run, Kept& kept) {
    const std::array same_inputs{run.id};
    TRD_TRY(const std::vector<RunSummary> others, select("id = ?", same_inputs));
    const RunSummary* same = nullptr;
    for (const RunSummary& other : others) {
        if (other.hash == run.hash)
            same = &other;
        else
            kept.contradictions.push_back(other);
    }
    kept.refreshed = same != nullptr;
    if (same != nullptr && !run.name.empty() && run.name != same->name) kept.former_name = same->name;
    if (same == nullptr) {
        TRD_TRY(Statement insert, database_.prepare("INSERT INTO run (id, hash, version, strategy, symbols, kept_at) "
                                                    "VALUES (?, ?, ?, ?, ?, ?)"));
        insert.bind(run.id).bind(run.hash).bind(run.version).bind(run.strategy);
        TRD_CHECK(insert.bind(joined(run.symbols)).bind(run.kept_at.ns).run());
        return database_.last_key();
    }
    TRD_TRY(Statement update, database_.prepare("UPDATE run SET version = ?, strategy = ?, symbols = ?, kept_at = ? "
                                                "WHERE key = ?"));
    update.bind(run.version).bind(run.strategy).bind(joined(run.symbols)).bind(run.kept_at.ns);
    TRD_CHECK(update.bind(same->key).run());
    for (const char* part : {"DELETE FROM run_fact WHERE run = ?", "DELETE FROM run_text WHERE run = ?",
                             "DELETE FROM run_table WHERE run = ?"}) {
        TRD_TRY(Statement remove, database_.prepare(part));
        TRD_CHECK(remove.bind(same->key).run());
    }
    return same->key;
}

Status<> RunStore::take_name(const KeptRun& run, int64_t key, Kept& kept) {
    if (run.name.empty()) return done;
    const std::array name{run.name};
    TRD_TRY(std::vector<RunSummary> holders, select("name = ?", name));
    if (!holders.empty() && holders.front().key != key) kept.renamed = std::move(holders.front());
    TRD_TRY(Statement release, database_.prepare("UPDATE run SET name = NULL WHERE name = ?"));
    TRD_CHECK(release.bind(run.name).run());
    TRD_TRY(Statement take, database_.prepare("UPDATE run SET name = ? WHERE key = ?"));
    return take.bind(run.name).bind(key).run();
}

Status<> RunStore::put_facts(const KeptRun& run, int64_t key) {
    TRD_TRY(Statement insert, database_.prepare("INSERT INTO run_fact (run, place, section, name, value) "
                                                "VALUES (?, ?, ?, ?, ?)"));
    for (size_t place = 0; place < run.facts.size(); ++place) {
        const RunFact& fact = run.facts[place];
        TRD_CHECK(insert.bind(key).bind(place).bind(fact.section).bind(fact.name).bind(fact.value).run());
    }
    return done;
}

Status<> RunStore::put_texts(const KeptRun& run, int64_t key) {
    TRD_TRY(Statement insert, database_.prepare("INSERT INTO run_text (run, form, packed) VALUES (?, ?, ?)"));
    for (const auto& [form, text] : run.texts)
        TRD_CHECK(insert.bind(key).bind(form).bind(ByteSpan(pack_text(text))).run());
    return done;
}

Status<> RunStore::put_tables(const KeptRun& run, int64_t key) {
    TRD_TRY(Statement table, database_.prepare("INSERT INTO run_table (run, name, columns, row_count, dropped) "
                                               "VALUES (?, ?, ?, ?, ?)"));
    TRD_TRY(Statement chunk, database_.prepare("INSERT INTO run_chunk (run, name, place, row_count, packed) "
                                               "VALUES (?, ?, ?, ?, ?)"));
    for (const PackedTable& each : run.tables) {
        table.bind(key).bind(each.name).bind(columns_text(each.columns));
        TRD_CHECK(table.bind(each.rows).bind(each.dropped).run());
        for (size_t place = 0; place < each.chunks.size(); ++place) {
            const PackedChunk& part = each.chunks[place];
            TRD_TRY(const Bytes bytes, part.load());
            TRD_CHECK(chunk.bind(key).bind(each.name).bind(place).bind(part.rows).bind(ByteSpan(bytes)).run());
            part.leave_shelf();
        }
    }
    return done;
}

// Reading.

Result<std::vector<RunSummary>> RunStore::select(std::string_view condition, std::span<const std::string> values,
                                                 uint64_t limit) const {
    TRD_TRY(Statement rows,
            database_.prepare("SELECT key, id, hash, name, version, strategy, symbols, kept_at FROM run WHERE " +
                              std::string(condition) + " ORDER BY kept_at DESC, key DESC LIMIT ?"));
    for (const std::string& value : values) rows.bind(value);
    rows.bind(static_cast<int64_t>(std::min<uint64_t>(limit, INT64_MAX)));
    std::vector<RunSummary> found;
    for (;;) {
        TRD_TRY(const bool more, rows.step());
        if (!more) return found;
        RunSummary run;
        run.key = rows.integer(0);
        run.id = rows.text(1);
        run.hash = rows.text(2);
        run.name = rows.text(3);
        run.version = rows.text(4);
        run.strategy = rows.text(5);
        run.symbols = split(rows.text(6));
        run.kept_at = {rows.integer(7)};
        found.push_back(std::move(run));
    }
}

Status<> RunStore::add_figures(RunSummary& summary) const {
    TRD_TRY(Statement facts,
            database_.prepare("SELECT name, value FROM run_fact WHERE run = ? AND section = 'figure'"));
    facts.bind(summary.key);
    for (;;) {
        TRD_TRY(const bool more, facts.step());
        if (!more) return done;
        summary.figures[facts.text(0)] = facts.text(1);
    }
}

Result<std::vector<RunSummary>> RunStore::list(const RunFilter& filter) const {
    std::string condition = "1";
    std::vector<std::string> values;
    if (filter.strategy) {
        // A run of several is called "a+b", and the second one of a name "a#2".
        condition += " AND instr('+' || replace(strategy, '#', '+') || '+', replace(?, '#', '+')) > 0";
        values.push_back("+" + *filter.strategy + "+");
    }
    if (filter.symbol) {
        condition += " AND instr(symbols, ?) > 0";
        values.push_back("," + *filter.symbol + ",");
    }
    if (filter.kept_before) {
        condition += " AND kept_at < CAST(? AS INTEGER)";
        values.push_back(std::to_string(filter.kept_before->ns));
    }
    TRD_TRY(std::vector<RunSummary> runs, select(condition, values, filter.limit));
    for (RunSummary& run : runs) TRD_CHECK(add_figures(run));
    return runs;
}

Result<RunSummary> RunStore::missing(std::string_view word) const {
    TRD_TRY(const std::vector<RunSummary> all, select("1", {}));
    std::vector<std::string_view> names;
    for (const RunSummary& run : all) {
        if (!run.name.empty()) names.push_back(run.name);
        names.push_back(std::string_view(run.id).substr(0, std::clamp<size_t>(word.size(), 4, run.id.size())));
    }
    const auto meant = nearest_name(word, names);
    return Fail{Error{ExitCode::not_found, "E_RUN_MISSING", "no run \"" + std::string(word) + "\" is kept in " + path(),
                      meant ? "did you mean " + std::string(*meant) + "?" : "trd runs ls lists what is kept"}};
}

Result<RunSummary> RunStore::find(std::string_view word) const {
    const std::array value{std::string(word)};
    TRD_TRY(std::vector<RunSummary> runs, word == last ? select("1", {}, 1) : select("name = ?", value, 1));
    if (runs.empty() && is_hex(word)) {
        // "g" comes after every hex digit: all that begin with the word, by the index.
        const std::array range{std::string(word), std::string(word) + "g", std::string(word), std::string(word) + "g"};
        TRD_TRY(runs, select("(id >= ? AND id < ?) OR (hash >= ? AND hash < ?)", range));
    }
    if (runs.empty()) return missing(word);
    const bool is_one = std::all_of(runs.begin(), runs.end(), [&](const RunSummary& r) { return r.id == runs[0].id; });
    if (is_one) return runs.front();  // of several outcomes the newest
    std::string names;
    for (size_t i = 0; i < std::min(runs.size(), names_in_message_max); ++i)
        names += (i == 0 ? "" : ", ") + describe(runs[i]);
    return Fail{Error{ExitCode::usage, "E_RUN_AMBIGUOUS",
                      std::to_string(runs.size()) + " runs begin with \"" + std::string(word) + "\": " + names +
                          (runs.size() > names_in_message_max ? " ..." : ""),
                      "give more digits, or name runs with trd backtest --save"}};
}

Error RunStore::damaged(const std::string& what) const {
    return {ExitCode::data, "E_STORE_CORRUPT", path() + " is damaged: " + what,
            "run it again to keep it anew, or remove it with trd runs rm"};
}

Result<KeptRun> RunStore::load(const RunSummary& summary) const {
    KeptRun run;
    static_cast<RunLabel&>(run) = summary;
    TRD_TRY(Statement facts,
            database_.prepare("SELECT section, name, value FROM run_fact WHERE run = ? ORDER BY place"));
    facts.bind(summary.key);
    for (;;) {
        TRD_TRY(const bool more, facts.step());
        if (!more) break;
        run.facts.push_back({facts.text(0), facts.text(1), facts.text(2)});
    }
    TRD_TRY(Statement texts, database_.prepare("SELECT form, packed FROM run_text WHERE run = ?"));
    texts.bind(summary.key);
    for (;;) {
        TRD_TRY(const bool more, texts.step());
        if (!more) return run;
        auto text = unpack_text(texts.blob(1));
        if (!text) return Fail{damaged("the " + texts.text(0) + " of run " + describe(summary) + " cannot be read")};
        run.texts[texts.text(0)] = *std::move(text);
    }
}

Result<std::optional<PackedTable>> RunStore::table(const RunSummary& summary, std::string_view name) const {
    TRD_TRY(Statement head, database_.prepare("SELECT columns, row_count, dropped FROM run_table "
                                              "WHERE run = ? AND name = ?"));
    TRD_TRY(const bool there, head.bind(summary.key).bind(name).step());
    if (!there) return std::optional<PackedTable>();
    PackedTable table;
    table.name = name;
    auto columns = parse_columns(head.text(0));
    if (!columns) return Fail{damaged("the columns of " + table.name + " are \"" + head.text(0) + "\"")};
    table.columns = *std::move(columns);
    table.rows = static_cast<uint64_t>(head.integer(1));
    table.dropped = static_cast<uint64_t>(head.integer(2));
    TRD_TRY(Statement chunks, database_.prepare("SELECT row_count, packed FROM run_chunk "
                                                "WHERE run = ? AND name = ? ORDER BY place"));
    chunks.bind(summary.key).bind(name);
    for (;;) {
        TRD_TRY(const bool more, chunks.step());
        if (!more) return std::optional(std::move(table));
        const ByteSpan bytes = chunks.blob(1);
        table.chunks.push_back(
            {.rows = static_cast<uint64_t>(chunks.integer(0)), .bytes = Bytes(bytes.begin(), bytes.end())});
    }
}

Result<uint64_t> RunStore::remove(std::span<const RunSummary> runs) {
    uint64_t removed = 0;
    {
        TRD_TRY(Transaction transaction, Transaction::begin(database_));
        TRD_TRY(Statement statement, database_.prepare("DELETE FROM run WHERE key = ?"));
        for (const RunSummary& run : runs) {
            TRD_CHECK(statement.bind(run.key).run());
            removed += static_cast<uint64_t>(database_.changes());
        }
        TRD_CHECK(transaction.commit());
    }
    (void)database_.tidy().ok();  // who else is writing now leaves the space to the next one
    return removed;
}

}  // namespace trd
