// Migrations whole or not at all, what is refused and how, and what a second writer meets.
#include "store/database.h"

#include <fcntl.h>
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "base/file.h"
#include "support/catch.h"
#include "support/temp_folder.h"

namespace trd {
namespace {

constexpr std::array version_1{"CREATE TABLE a (x INTEGER) STRICT; INSERT INTO a VALUES (1), (2)"};
constexpr std::array version_2{version_1[0], "ALTER TABLE a ADD COLUMN y INTEGER; UPDATE a SET y = x * 10"};
constexpr std::array broken_2{version_1[0], "ALTER TABLE a ADD COLUMN y INTEGER; UPDATE nowhere SET y = 1"};
constexpr DatabaseSchema first{"tests", 77, version_1};
constexpr DatabaseSchema second{"tests", 77, version_2};
constexpr DatabaseSchema broken{"tests", 77, broken_2};
constexpr DatabaseSchema other{"others", 78, version_1};

Result<Database> open(const std::string& path, const DatabaseSchema& schema, Duration wait = milliseconds(50)) {
    return Database::open(path, schema, Database::Missing::create, wait);
}

int64_t ask(const Database& database, std::string_view sql) {
    const auto answer = database.ask(sql);
    REQUIRE(answer.ok());
    return *answer;
}

TEST_CASE("every connection has the house's settings") {
    const TempFolder folder;
    const auto database = open(folder.path() + "/a.db", first, milliseconds(1234));
    REQUIRE(database.ok());
    CHECK(ask(*database, "PRAGMA foreign_keys") == 1);
    CHECK(ask(*database, "PRAGMA busy_timeout") == 1234);
    CHECK(ask(*database, "PRAGMA synchronous") == 1);
    CHECK(ask(*database, "PRAGMA trusted_schema") == 0);
    CHECK(ask(*database, "PRAGMA auto_vacuum") == 2);
    CHECK(ask(*database, "SELECT count(*) FROM pragma_journal_mode WHERE journal_mode = 'wal'") == 1);
    const auto loaded = database->ask("SELECT load_extension('libm.so.6')");
    REQUIRE_FALSE(loaded.ok());
    CHECK(loaded.error().message.find("not authorized") != std::string::npos);
    CHECK_FALSE(database->ask("SELECT \"no such column\"").ok());
}

TEST_CASE("an older file is brought up to date, with what is in it") {
    const TempFolder folder;
    const std::string path = folder.path() + "/a.db";
    REQUIRE(open(path, first).ok());
    const auto database = open(path, second);
    REQUIRE(database.ok());
    CHECK(ask(*database, "PRAGMA user_version") == 2);
    CHECK(ask(*database, "SELECT sum(y) FROM a") == 30);
    CHECK(database->check().ok());
}

TEST_CASE("a migration that fails leaves the file as it was") {
    const TempFolder folder;
    const std::string path = folder.path() + "/a.db";
    REQUIRE(open(path, first).ok());
    const auto failed = open(path, broken);
    REQUIRE_FALSE(failed.ok());
    CHECK(failed.error().id == "E_STORE");
    const auto again = open(path, first);
    REQUIRE(again.ok());
    CHECK(ask(*again, "PRAGMA user_version") == 1);
    CHECK(ask(*again, "SELECT count(*) FROM pragma_table_info('a')") == 1);
    // Of a new file nothing remains that the next one would take for a store.
    const std::string fresh = folder.path() + "/b.db";
    REQUIRE_FALSE(open(fresh, broken).ok());
    REQUIRE(open(fresh, second).ok());
}

TEST_CASE("a later version, another program's database and what is none are refused and left alone") {
    const TempFolder folder;
    const std::string path = folder.path() + "/a.db";
    REQUIRE(open(path, second).ok());
    const auto newer = open(path, first);
    REQUIRE_FALSE(newer.ok());
    CHECK(newer.error().id == "E_STORE_NEWER");
    CHECK(newer.error().code == ExitCode::data);
    const auto foreign = open(path, other);
    REQUIRE_FALSE(foreign.ok());
    CHECK(foreign.error().id == "E_STORE_FOREIGN");
    CHECK(open(path, second).ok());

    const std::string text = folder.path() + "/text.db";
    const std::string words(5000, 'x');
    REQUIRE(replace_file(text, words).ok());
    const auto none = open(text, first);
    REQUIRE_FALSE(none.ok());
    CHECK(none.error().id == "E_STORE_CORRUPT");
    CHECK(*read_file(text) == words);
    CHECK(open(folder.path(), first).error().id == "E_FILE");
    CHECK(Database::open(folder.path() + "/c.db", first, Database::Missing::fail, {}).error().id == "E_FILE_MISSING");
    CHECK_FALSE(file_exists(folder.path() + "/c.db"));
}

TEST_CASE("a hurt page is found by the check or by reading, with the file's name") {
    const TempFolder folder;
    const std::string path = folder.path() + "/a.db";
    {
        const auto database = open(path, first);
        REQUIRE(database.ok());
        REQUIRE(database
                    ->execute("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) "
                              "INSERT INTO a SELECT i FROM n")
                    .ok());
        REQUIRE(database->tidy().ok());
    }
    std::string bytes = *read_file(path);
    REQUIRE(bytes.size() > 40 * 4096);
    std::fill(bytes.begin() + 20 * 4096, bytes.begin() + 21 * 4096, '\xAA');
    REQUIRE(replace_file(path, bytes).ok());
    const auto database = open(path, first);
    REQUIRE(database.ok());
    const auto checked = database->check();
    REQUIRE_FALSE(checked.ok());
    CHECK(checked.error().id == "E_STORE_CORRUPT");
    CHECK(checked.error().message.starts_with(path + " is damaged: "));
}

// A database whose table has 20 rows more, each committed by itself, in its log; the process that wrote it is gone.
enum class InLog : uint8_t { rows, all };
void make_log(const std::string& path, InLog log) {
    const auto database = open(path, first);
    REQUIRE(database.ok());
    if (log == InLog::rows) REQUIRE(database->tidy().ok());
    for (int i = 0; i < 20; ++i) REQUIRE(database->execute("INSERT INTO a VALUES (5)").ok());
}

TEST_CASE("where a bit of the log is another one, nothing is lost, or the check says so") {
    const TempFolder folder;
    const std::string path = folder.path() + "/a.db", log = path + "-wal";
    const InLog in_log = GENERATE(as<InLog>{}, InLog::rows, InLog::all);
    make_log(path, in_log);
    const std::string sound = *read_file(log), file = *read_file(path);
    REQUIRE(sound.size() > 20 * 4096);
    const int64_t whole = 22;
    uint64_t lost = 0;
    for (size_t at = 0; at < sound.size(); at += at < 64 ? 1 : 397) {
        std::string bytes = sound;
        bytes[at] = static_cast<char>(bytes[at] ^ (1 << at % 8));
        REQUIRE((replace_file(path, file).ok() && replace_file(log, bytes).ok()));
        const auto database = open(path, first);
        if (!database.ok()) {
            CHECK(database.error().message.starts_with(log + " is damaged: "));
            CHECK(*read_file(log) == bytes);  // what could still be saved is not written over
            ++lost;
            continue;
        }
        const int64_t rows = ask(*database, "SELECT count(*) FROM a");
        const auto checked = database->check();
        INFO("byte " << at << ": " << rows << " rows");
        CHECK((rows == whole || !checked.ok()));
        lost += rows == whole ? 0 : 1;
        if (checked.ok()) continue;
        CHECK(checked.error().id == "E_STORE_CORRUPT");
        CHECK(checked.error().message.starts_with(log + " is damaged: "));
    }
    CHECK(lost > 50);
}

TEST_CASE("a log that its writer did not finish is no damage, and neither is what an earlier one left behind") {
    const TempFolder folder;
    const std::string path = folder.path() + "/a.db", log = path + "-wal";
    make_log(path, InLog::rows);
    const std::string sound = *read_file(log);
    for (size_t size = 0; size <= sound.size(); size += 1031) {
        REQUIRE(replace_file(log, sound.substr(0, size)).ok());
        const auto database = open(path, first);
        REQUIRE(database.ok());
        INFO(size << " bytes");
        CHECK(database->check().ok());
    }
    REQUIRE(replace_file(log, sound).ok());
    const auto database = open(path, first);
    REQUIRE(database->execute("PRAGMA wal_checkpoint(RESTART); INSERT INTO a VALUES (6)").ok());
    REQUIRE(read_file(log)->size() == sound.size());  // most of it is left over
    CHECK(database->check().ok());
}

TEST_CASE("a second writer waits, then is told; readers never wait") {
    const TempFolder folder;
    const std::string path = folder.path() + "/a.db";
    const auto one = open(path, first);
    const auto two = open(path, first);
    REQUIRE((one.ok() && two.ok()));
    {
        const auto writing = Transaction::begin(*one);
        REQUIRE(writing.ok());
        REQUIRE(one->execute("INSERT INTO a VALUES (3)").ok());
        const auto refused = Transaction::begin(*two);
        REQUIRE_FALSE(refused.ok());
        CHECK(refused.error().id == "E_STORE_LOCKED");
        CHECK(refused.error().code == ExitCode::locked);
        CHECK(ask(*two, "SELECT count(*) FROM a") == 2);
        REQUIRE(open(path, first).ok());
    }
    CHECK(ask(*two, "SELECT count(*) FROM a") == 2);  // never committed
    CHECK(Transaction::begin(*two).ok());
}

// As commands do it: each opens the file, writes a little and goes.
TEST_CASE("the log of a file that many short processes write does not grow with them") {
    const TempFolder folder;
    const std::string path = folder.path() + "/a.db";
    uintmax_t longest = 0;
    for (int process = 0; process < 200; ++process) {
        const auto database = open(path, first);
        REQUIRE(database.ok());
        REQUIRE(database->execute("CREATE TABLE IF NOT EXISTS b (x BLOB)").ok());
        REQUIRE(database->execute("INSERT INTO b VALUES (randomblob(100000))").ok());
        longest = std::max(longest, std::filesystem::file_size(path + "-wal"));
    }
    CHECK(longest < 6'000'000);  // of 20 MB that were written
    CHECK(ask(*open(path, first), "SELECT count(*) FROM b") == 200);
}

TEST_CASE("values come back as they were bound") {
    const TempFolder folder;
    const auto database = open(folder.path() + "/a.db", first);
    REQUIRE(database.ok());
    auto statement = database->prepare("SELECT ?, ?, ?, ?, ?");
    REQUIRE(statement.ok());
    const Bytes blob{0, 1, 255, 0};
    const std::string text("nul \0 inside", 12);
    for (int round = 0; round < 2; ++round) {
        statement->bind(INT64_MIN).bind(text).bind(ByteSpan(blob)).bind_null().bind(std::string_view());
        REQUIRE(*statement->step());
        CHECK(statement->integer(0) == INT64_MIN);
        CHECK(statement->text(1) == text);
        const ByteSpan read = statement->blob(2);
        CHECK(Bytes(read.begin(), read.end()) == blob);
        CHECK(statement->is_null(3));
        CHECK_FALSE(statement->is_null(4));
        CHECK_FALSE(*statement->step());
    }
    const auto too_many = database->prepare("SELECT 1")->bind(1).step();
    REQUIRE_FALSE(too_many.ok());
    CHECK(too_many.error().id == "E_STORE");
}

}  // namespace
}  // namespace trd
