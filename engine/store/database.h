// One SQLite database file: opened with this house's settings, statements that clean up after themselves, transactions
// that happen whole or not at all, and errors that name the file and say what to do. Used by the stores of this room
// (runs.h), each with its own file and its own list of migrations. A Database belongs to one thread; other processes
// may have the same file open, and write it, at any time.
//
// Settings of every connection: write-ahead log, so that readers and one writer do not wait for each other;
// synchronous = NORMAL: a crash of the program loses nothing, a power cut at most the last commits, never the file;
// foreign keys on; extensions off; no double-quoted text; waits for another writer as long as it is told.
#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"

struct sqlite3;
struct sqlite3_stmt;

namespace trd {

class Database;

// Parameters are bound in the order of their question marks, then run() or step() until it says false.
class Statement {
  public:
    template <std::integral T>
    Statement& bind(T number) {
        return bind_number(static_cast<int64_t>(number));
    }
    Statement& bind(std::string_view text);
    Statement& bind(ByteSpan blob);
    Statement& bind_null();

    // True: a row is there. False: it is over, and the statement can be bound anew.
    Result<bool> step();
    // For statements without rows.
    Status<> run();

    // Of the row that step() found; text and blobs die with the next step.
    int64_t integer(int column) const;
    std::string text(int column) const;
    ByteSpan blob(int column) const;
    bool is_null(int column) const;

  private:
    friend class Database;
    Statement(const Database& database, sqlite3_stmt* statement) : database_(&database), statement_(statement) {}
    Statement& bind_number(int64_t number);
    Statement& bound(int code);
    void reset();

    struct Finish {
        void operator()(sqlite3_stmt* statement) const;
    };
    const Database* database_;
    std::unique_ptr<sqlite3_stmt, Finish> statement_;
    int next_ = 1;
    int fault_ = 0;  // the first bind that failed
};

// What a file holds, so that no other file is taken for it.
struct DatabaseSchema {
    std::string_view what;                    // "kept runs", for messages
    int32_t application_id;                   // in the file's header
    std::span<const char* const> migrations;  // number n makes version n + 1 out of version n; append-only
};

class Database {
  public:
    enum class Missing : uint8_t { create, fail };

    // Brings an older file up to date: all migrations or none. Errors: E_FILE_* where the system refuses,
    // E_STORE_FOREIGN for another program's database, E_STORE_NEWER for one of a later version, E_STORE_CORRUPT,
    // E_STORE_LOCKED when another process has been writing for longer than `wait`.
    static Result<Database> open(const std::string& path, const DatabaseSchema& schema, Missing missing, Duration wait);

    Result<Statement> prepare(std::string_view sql) const;
    // One or more statements without parameters and rows.
    Status<> execute(const char* sql) const;
    // One number.
    Result<int64_t> ask(std::string_view sql) const;

    // The last row that was inserted, and how many the last statement changed.
    int64_t last_key() const;
    int64_t changes() const;

    // Reads every page, every index and the log; E_STORE_CORRUPT says what is wrong. While another process writes, the
    // log is passed over.
    Status<> check() const;
    // Puts the log into the file and gives back what was deleted.
    Status<> tidy() const;

    const std::string& path() const { return path_; }
    Error error(int code) const;

  private:
    struct Close {
        void operator()(sqlite3* database) const;
    };
    Database(sqlite3* handle, std::string path) : handle_(handle), path_(std::move(path)) {}
    Status<> configure(Duration wait) const;
    Status<> check_log() const;
    Status<> check_log_of_new() const;
    Status<> use_log(Duration wait) const;
    Status<> identify(const DatabaseSchema& schema) const;
    Result<bool> is_new(const DatabaseSchema& schema) const;
    Status<> migrate(const DatabaseSchema& schema) const;

    std::unique_ptr<sqlite3, Close> handle_;
    std::string path_;
};

// Without commit() nothing of it has happened.
class Transaction {
  public:
    static Result<Transaction> begin(const Database& database);          // takes the write lock at once
    static Result<Transaction> begin_reading(const Database& database);  // what is read is all of one moment
    Transaction(Transaction&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}
    Transaction& operator=(Transaction&&) = delete;
    ~Transaction();

    Status<> commit();

  private:
    explicit Transaction(const Database& database) : database_(&database) {}
    const Database* database_;
};

}  // namespace trd
