// Kept runs: what was run (enough to run it again), what came of it, and its rows. A projection like the others of this
// room: nothing is lost with it that running again would not bring back. Called by the command line, one thread; other
// processes keep, read and remove runs in the same file meanwhile.
//
// A run is known by its id (the inputs) and its hash (the outcome). The same id with another hash is a broken promise:
// both are kept, and keep() says so.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/database.h"
#include "store/packed_table.h"

namespace trd {

// One thing that is known about a run: ("parameter", "fast", "10").
struct RunFact {
    std::string section, name, value;
    friend bool operator==(const RunFact&, const RunFact&) = default;
};

struct RunLabel {
    std::string id;       // 16 hex digits
    std::string hash;     // 64 hex digits
    std::string name;     // a person's; empty: none
    std::string version;  // of trd
    std::string strategy;
    std::vector<std::string> symbols;
    Timestamp kept_at;
};

struct KeptRun : RunLabel {
    std::vector<RunFact> facts;                // in the order in which they are to be shown
    std::map<std::string, std::string> texts;  // "script", "result.json" ...
    std::vector<PackedTable> tables;           // filled for keep() only: table() reads one at a time

    const RunFact* fact(std::string_view section, std::string_view fact_name) const;
    // Empty when there is none.
    std::string fact_value(std::string_view section, std::string_view fact_name) const;
};

struct RunSummary : RunLabel {
    int64_t key = 0;
    std::map<std::string, std::string, std::less<>> figures;  // the facts of section "figure"
};

struct RunFilter {
    std::optional<std::string> strategy = {}, symbol = {};
    std::optional<Timestamp> kept_before = {};
    uint64_t limit = UINT64_MAX;
};

class RunStore {
  public:
    static constexpr std::string_view file_name = "runs.db";
    static constexpr std::string_view last = "last";  // what the newest run is called
    // How long another writer is waited for.
    static constexpr Duration patience = seconds(5);

    // For writing: the folder and the file are made when they are not there.
    static Result<RunStore> open(const std::string& folder, Duration wait = patience);
    // For reading; nothing when no run was ever kept there.
    static Result<std::optional<RunStore>> open_existing(const std::string& folder, Duration wait = patience);

    struct Kept {
        bool refreshed = false;                  // the same run was there already
        std::vector<RunSummary> contradictions;  // the same inputs with another outcome
        std::optional<RunSummary> renamed;       // the run that had the name until now
        std::string former_name;                 // of this run, which has another one now; empty: none
    };
    // All of it or nothing. A run that is there already keeps its place and, unless a new one is given, its name. Rows
    // that wait on a shelf leave it as they are written, so that a long run needs its room once: a run with such rows
    // is kept once.
    Result<Kept> keep(const KeptRun& run);

    // The newest first.
    Result<std::vector<RunSummary>> list(const RunFilter& filter = {}) const;
    // By name, by "last", by the beginning of its id or its hash. E_RUN_MISSING with what was probably meant,
    // E_RUN_AMBIGUOUS with what it could be.
    Result<RunSummary> find(std::string_view word) const;
    // Facts and texts.
    Result<KeptRun> load(const RunSummary& summary) const;
    // Nothing when the run has no such table.
    Result<std::optional<PackedTable>> table(const RunSummary& summary, std::string_view name) const;
    // How many were there.
    Result<uint64_t> remove(std::span<const RunSummary> runs);

    Status<> check() const { return database_.check(); }
    const std::string& path() const { return database_.path(); }

  private:
    explicit RunStore(Database database) : database_(std::move(database)) {}
    Result<int64_t> insert_or_refresh(const KeptRun& run, Kept& kept);
    Status<> take_name(const KeptRun& run, int64_t key, Kept& kept);
    Status<> put_facts(const KeptRun& run, int64_t key);
    Status<> put_texts(const KeptRun& run, int64_t key);
    Status<> put_tables(const KeptRun& run, int64_t key);
    Result<std::vector<RunSummary>> select(std::string_view condition, std::span<const std::string> values,
                                           uint64_t limit = UINT64_MAX) const;
    Status<> add_figures(RunSummary& summary) const;
    Error damaged(const std::string& what) const;
    Result<RunSummary> missing(std::string_view word) const;

    Database database_;
};

// A person's name for a run: letters, digits, '.', '_' and '-', beginning with a letter; at most 64; not "last". Ids
// begin with any of 0-9 and a-f, and a name stands above them.
bool is_run_name(std::string_view name);

}  // namespace trd
