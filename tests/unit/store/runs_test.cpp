// Keeping, finding and removing runs; two processes that keep at once; kill -9 in the middle.
#include "store/runs.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

#include "base/hash.h"
#include "support/catch.h"
#include "support/random.h"
#include "support/temp_folder.h"

namespace trd {
namespace {

KeptRun made_run(int number, int outcome = 0, size_t rows = 10, ChunkShelf* shelf = nullptr) {
    KeptRun run;
    run.id = to_hex(sha256("run " + std::to_string(number))).substr(0, 16);
    run.hash = to_hex(sha256("outcome " + std::to_string(number) + " " + std::to_string(outcome)));
    run.version = "0.1.0";
    run.strategy = number % 2 == 0 ? "even" : "odd";
    run.symbols = {"S" + std::to_string(number % 3), "SPY"};
    run.kept_at = Timestamp{1'700'000'000'000'000'000} + seconds(number);
    run.facts = {{"parameter", "fast", std::to_string(number)}, {"parameter", "a", "b"}, {"figure", "sharpe", "1.5"}};
    run.texts = {{"script", "-- " + std::to_string(number) + std::string(1000, 'x')}, {"result.json", "{}"}};
    TablePacker packer("fills", {{"n", CellKind::count}}, UINT64_MAX, shelf);
    for (size_t i = 0; i < rows; ++i) {
        REQUIRE(packer.begin());
        packer.number(static_cast<Int128>(i) * number);
    }
    run.tables.push_back(packer.finish());
    return run;
}

RunStore opened(const std::string& folder) {
    auto store = RunStore::open(folder);
    REQUIRE(store.ok());
    return *std::move(store);
}

RunSummary found(const RunStore& store, std::string_view word) {
    const auto run = store.find(word);
    REQUIRE(run.ok());
    return *run;
}

// What is wrong with a run as it stands in the store; empty: nothing.
std::string fault_of(const RunStore& store, const RunSummary& summary, const KeptRun& expected) {
    const auto run = store.load(summary);
    if (!run) return run.error().message;
    if (run->facts != expected.facts) return "facts";
    if (run->texts != expected.texts) return "texts";
    const auto table = store.table(summary, "fills");
    if (!table || !*table) return "table";
    if ((*table)->rows != expected.tables[0].rows || (*table)->columns != expected.tables[0].columns) return "rows";
    if ((*table)->chunks.size() != expected.tables[0].chunks.size()) return "chunks";
    for (size_t i = 0; i < (*table)->chunks.size(); ++i)
        if ((*table)->chunks[i].bytes != expected.tables[0].chunks[i].bytes) return "chunk";
    return {};
}

TEST_CASE("what was kept comes back, in a folder that has to be made") {
    const TempFolder folder;
    const std::string place = folder.path() + "/deep/store";
    CHECK_FALSE(RunStore::open_existing(place)->has_value());
    RunStore store = opened(place);
    const KeptRun run = made_run(1, 0, 200'000);
    const auto kept = store.keep(run);
    REQUIRE(kept.ok());
    CHECK_FALSE(kept->refreshed);
    CHECK(kept->contradictions.empty());
    CHECK(fault_of(store, found(store, "last"), run).empty());
    CHECK_FALSE(store.table(found(store, "last"), "nothing")->has_value());

    ChunkShelf shelf(folder.path());
    const KeptRun shelved = made_run(1, 0, 200'000, &shelf);
    REQUIRE(shelved.tables[0].chunks[0].bytes.empty());
    REQUIRE(store.keep(shelved).ok());
    CHECK(fault_of(store, found(store, "last"), run).empty());
    CHECK(RunStore::open_existing(place)->has_value());
    CHECK(store.check().ok());
}

TEST_CASE("the same run again is the same row with its name, refreshed") {
    const TempFolder folder;
    RunStore store = opened(folder.path());
    KeptRun run = made_run(1);
    run.name = "mine";
    REQUIRE(store.keep(run).ok());
    run.name.clear();
    run.kept_at = run.kept_at + days(1);
    run.facts[0].value = "changed";
    run.texts.erase("result.json");
    const auto kept = store.keep(run);
    REQUIRE(kept.ok());
    CHECK(kept->refreshed);
    const auto all = store.list();
    REQUIRE(all->size() == 1);
    CHECK(all->front().name == "mine");
    CHECK(all->front().kept_at == run.kept_at);
    CHECK(fault_of(store, all->front(), run).empty());
}

TEST_CASE("the same inputs with another outcome are kept beside, and told") {
    const TempFolder folder;
    RunStore store = opened(folder.path());
    REQUIRE(store.keep(made_run(1, 0)).ok());
    KeptRun other = made_run(1, 1);
    other.kept_at = other.kept_at + hours(1);
    const auto kept = store.keep(other);
    REQUIRE(kept.ok());
    CHECK_FALSE(kept->refreshed);
    REQUIRE(kept->contradictions.size() == 1);
    CHECK(kept->contradictions[0].hash == made_run(1, 0).hash);
    CHECK(store.list()->size() == 2);
    CHECK(found(store, other.id).hash == other.hash);  // the newest
    CHECK(found(store, made_run(1, 0).hash.substr(0, 12)).hash == made_run(1, 0).hash);
}

TEST_CASE("a name moves to the run that takes it, and who had it is told") {
    const TempFolder folder;
    RunStore store = opened(folder.path());
    KeptRun one = made_run(1), two = made_run(2);
    one.name = two.name = "nightly";
    CHECK_FALSE(store.keep(one)->renamed.has_value());
    CHECK(store.keep(two)->renamed->id == one.id);
    CHECK(found(store, "nightly").id == two.id);
    CHECK(found(store, one.id).name.empty());
    CHECK_FALSE(store.keep(two)->renamed.has_value());
}

TEST_CASE("runs are found by name, prefix, hash and last; near misses and doubts are told") {
    const TempFolder folder;
    RunStore store = opened(folder.path());
    const auto of_nothing = store.find("last");
    REQUIRE_FALSE(of_nothing.ok());
    CHECK(of_nothing.error().id == "E_RUN_MISSING");
    for (int i = 0; i < 40; ++i) {
        KeptRun run = made_run(i);
        if (i == 7) run.name = "baseline";
        REQUIRE(store.keep(run).ok());
    }
    for (int i = 0; i < 40; ++i) {
        CHECK(found(store, made_run(i).id).id == made_run(i).id);
        CHECK(found(store, made_run(i).id.substr(0, 8)).id == made_run(i).id);
        CHECK(found(store, made_run(i).hash).id == made_run(i).id);
    }
    CHECK(found(store, "last").id == made_run(39).id);
    CHECK(found(store, "baseline").id == made_run(7).id);
    CHECK(store.find("baselin").error().hint == "did you mean baseline?");
    CHECK(store.find("").error().id == "E_RUN_MISSING");
    CHECK(store.find("%").error().id == "E_RUN_MISSING");
    bool doubted = false;  // 40 runs of 16 first digits: some share one
    for (const char digit : std::string("0123456789abcdef")) {
        const auto run = store.find(std::string(1, digit));
        doubted = doubted || (!run.ok() && run.error().id == "E_RUN_AMBIGUOUS");
    }
    CHECK(doubted);
}

TEST_CASE("lists are newest first and can be narrowed") {
    const TempFolder folder;
    RunStore store = opened(folder.path());
    for (int i = 0; i < 9; ++i) REQUIRE(store.keep(made_run(i)).ok());
    const auto all = store.list();
    REQUIRE(all->size() == 9);
    for (int i = 0; i < 9; ++i) CHECK((*all)[static_cast<size_t>(i)].id == made_run(8 - i).id);
    CHECK((*all)[0].figures.at("sharpe") == "1.5");
    CHECK((*all)[0].symbols == std::vector<std::string>{"S2", "SPY"});
    CHECK(store.list({.strategy = "odd"})->size() == 4);
    CHECK(store.list({.symbol = "S1"})->size() == 3);
    CHECK(store.list({.symbol = "SPY"})->size() == 9);
    CHECK(store.list({.symbol = "SP"})->empty());
    CHECK(store.list({.kept_before = made_run(3).kept_at})->size() == 3);
    CHECK(store.list({.strategy = "odd", .symbol = "S1", .limit = 1})->size() == 1);
}

TEST_CASE("what is removed leaves nothing behind") {
    const TempFolder folder;
    RunStore store = opened(folder.path());
    for (int i = 0; i < 5; ++i) REQUIRE(store.keep(made_run(i, 0, 100'000)).ok());
    auto all = *store.list();
    all.push_back(all[0]);
    CHECK(*store.remove(all) == 5);
    CHECK(store.list()->empty());
    CHECK(store.check().ok());
    const auto raw = Database::open(store.path(), {"kept runs", 0x74726472, std::array<const char*, 1>{""}},
                                    Database::Missing::fail, seconds(1));
    REQUIRE(raw.ok());
    for (const char* table : {"run", "run_fact", "run_text", "run_table", "run_chunk"})
        CHECK(*raw->ask("SELECT count(*) FROM " + std::string(table)) == 0);
    CHECK(*raw->ask("PRAGMA freelist_count") == 0);
}

TEST_CASE("a name must not be taken for an id or for last") {
    for (const char* good : {"a", "nightly", "Sma-2.fast_1", "abc123"}) CHECK(is_run_name(good));
    for (const char* bad : {"", "last", "1a", "-x", "a b", "a/b", "\xc3\xa4"}) CHECK_FALSE(is_run_name(bad));
    CHECK_FALSE(is_run_name(std::string(65, 'a')));
}

// In another process: keeps the runs [first, end) over and over, until it is told to stop or killed.
pid_t start_keeper(const std::string& folder, int first, int end, int rounds) {
    const pid_t child = ::fork();
    if (child != 0) return child;
    for (int round = 0; round < rounds; ++round) {
        auto store = RunStore::open(folder);
        if (!store) {
            std::fprintf(stderr, "keeper: %s\n", store.error().message.c_str());
            ::_exit(2);
        }
        for (int i = first; i < end; ++i)
            if (!store->keep(made_run(i, 0, 3'000)).ok()) ::_exit(3);
    }
    ::_exit(0);
}

TEST_CASE("a database that another process makes at this moment is nobody else's") {
    for (int round = 0; round < 40; ++round) {
        const TempFolder folder;
        std::vector<pid_t> children;
        for (int i = 0; i < 4; ++i) children.push_back(start_keeper(folder.path(), 0, 0, 2));
        for (const pid_t child : children) {
            int status = 0;
            REQUIRE(::waitpid(child, &status, 0) == child);
            CHECK(WIFEXITED(status));
            CHECK(WEXITSTATUS(status) == 0);
        }
    }
}

TEST_CASE("processes that begin at once on a file that is not there all keep their runs") {
    const TempFolder folder;
    constexpr int keepers = 4, runs_each = 10;
    std::vector<pid_t> children;
    for (int i = 0; i < keepers; ++i)
        children.push_back(start_keeper(folder.path(), i * runs_each, (i + 1) * runs_each, 3));
    for (const pid_t child : children) {
        int status = 0;
        REQUIRE(::waitpid(child, &status, 0) == child);
        CHECK(WIFEXITED(status));
        CHECK(WEXITSTATUS(status) == 0);
    }
    const RunStore store = opened(folder.path());
    CHECK(store.check().ok());
    REQUIRE(store.list()->size() == keepers * runs_each);
    for (int i = 0; i < keepers * runs_each; ++i)
        CHECK(fault_of(store, found(store, made_run(i).id), made_run(i, 0, 3'000)).empty());
}

TEST_CASE("kill -9 at any moment leaves every run whole or not there") {
    const bool full = std::getenv("TRD_TEST_FULL") != nullptr;
    const int kills = full ? 300 : 30;
    testing::Random random(20);
    const TempFolder folder;
    int killed = 0;
    for (int i = 0; i < kills; ++i) {
        const pid_t child = start_keeper(folder.path(), 0, 12, 100);
        ::usleep(static_cast<useconds_t>(random.below(15'000)));
        REQUIRE(::kill(child, SIGKILL) == 0);
        int status = 0;
        REQUIRE(::waitpid(child, &status, 0) == child);
        killed += WIFSIGNALED(status) ? 1 : 0;
        RunStore store = opened(folder.path());
        CHECK(store.check().ok());
        const auto runs = store.list();
        REQUIRE(runs.ok());
        for (const RunSummary& run : *runs) {
            const int number = std::stoi(store.load(run)->fact_value("parameter", "fast"));
            CHECK(fault_of(store, run, made_run(number, 0, 3'000)).empty());
        }
        if (i % 5 == 4) REQUIRE(store.remove(*runs).ok());
    }
    CHECK(killed == kills);
}

}  // namespace
}  // namespace trd
