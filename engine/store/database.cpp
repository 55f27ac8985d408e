#include "store/database.h"

#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <new>
#include <optional>

#include "base/clock.h"
#include "base/file.h"
#include "store/log_damage.h"

namespace trd {
namespace {

constexpr Duration pause_between_tries = milliseconds(10);

Error corrupt(const std::string& path, const std::string& what) {
    return {ExitCode::data, "E_STORE_CORRUPT", path + " is damaged: " + what,
            "move it away, and with it " + path + "-wal; trd begins a new one"};
}

// What came before is sound, and stays.
Error lost(const std::string& log, const LogDamage& damage) {
    const std::string where = damage.frame == 0
                                  ? "its header does not match its checksum, so nothing in it is taken"
                                  : "frame " + std::to_string(damage.frame) + " of " + std::to_string(damage.frames) +
                                        " does not match its checksum, so what was written from there on is not taken";
    return {ExitCode::data, "E_STORE_CORRUPT", log + " is damaged: " + where,
            "what was written before is sound and stays: make again what is missing, or put the file and its -wal back "
            "from a copy"};
}

Error locked(const std::string& path) {
    return {ExitCode::locked, "E_STORE_LOCKED", path + " is being written by another process",
            "try again when it has finished, or see who has it with: fuser " + path};
}

Error foreign(const std::string& path, const DatabaseSchema& schema) {
    return {ExitCode::data, "E_STORE_FOREIGN",
            path + " is a database of another program, expected one of " + std::string(schema.what),
            "name another folder"};
}

Error newer(const std::string& path, const DatabaseSchema& schema, int64_t version) {
    return {ExitCode::data, "E_STORE_NEWER",
            path + " has version " + std::to_string(version) + ", this trd knows up to " +
                std::to_string(schema.migrations.size()),
            "use the trd that wrote it, or a later one"};
}

// What a database cannot be is told here, because SQLite says the same to all of it.
Status<> check_kind(const std::string& path, Database::Missing missing) {
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0) {
        if (errno == ENOENT && missing == Database::Missing::create) return done;
        return Fail{file_error("open", path, errno)};
    }
    if (S_ISREG(info.st_mode)) return done;
    return Fail{Error{ExitCode::usage, "E_FILE", path + " is no regular file, expected a database or nothing",
                      "move it away, or name another folder"}};
}

// Where a file could not be made, SQLite looks whether it can be read, and then says only that it is not there.
std::optional<Error> why_not_made(const std::string& path) {
    const size_t slash = path.rfind('/');
    const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
    if (file_exists(path) || ::access(folder.c_str(), W_OK | X_OK) == 0) return {};
    return file_error("create", path, errno);
}

std::string_view text_of(const unsigned char* text, int size) {
    return text == nullptr ? std::string_view()
                           : std::string_view(reinterpret_cast<const char*>(text), static_cast<size_t>(size));
}

// After each commit. SQLite by itself copies a long log into the file and lets the next commit begin it again; but a
// process that lives for one command does not know what the one before it has copied, and would append for ever. So a
// long log is emptied. While somebody reads from it that fails, and a later commit does it.
int empty_long_log(void*, sqlite3* handle, const char* name, int pages) {
    constexpr int pages_max = 1000;  // 4 MB, SQLite's own measure
    if (pages >= pages_max)
        (void)::sqlite3_wal_checkpoint_v2(handle, name, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
    return SQLITE_OK;
}

}  // namespace

void Statement::Finish::operator()(sqlite3_stmt* statement) const { ::sqlite3_finalize(statement); }
void Database::Close::operator()(sqlite3* database) const { ::sqlite3_close_v2(database); }

Statement& Statement::bound(int code) {
    if (code != SQLITE_OK && fault_ == SQLITE_OK) fault_ = code;
    ++next_;
    return *this;
}

Statement& Statement::bind_number(int64_t number) {
    return bound(::sqlite3_bind_int64(statement_.get(), next_, number));
}

Statement& Statement::bind(std::string_view text) {
    const char* const data = text.data() == nullptr ? "" : text.data();
    return bound(::sqlite3_bind_text64(statement_.get(), next_, data, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
}

Statement& Statement::bind(ByteSpan blob) {
    const void* const data = blob.data() == nullptr ? static_cast<const void*>("") : blob.data();
    return bound(::sqlite3_bind_blob64(statement_.get(), next_, data, blob.size(), SQLITE_TRANSIENT));
}

Statement& Statement::bind_null() { return bound(::sqlite3_bind_null(statement_.get(), next_)); }

void Statement::reset() {
    ::sqlite3_reset(statement_.get());
    next_ = 1;
    fault_ = SQLITE_OK;
}

Result<bool> Statement::step() {
    const int code = fault_ != SQLITE_OK ? fault_ : ::sqlite3_step(statement_.get());
    if (code == SQLITE_ROW) return true;
    Error problem;
    if (code != SQLITE_DONE) problem = database_->error(code);  // before the reset, which forgets it
    reset();
    if (code == SQLITE_DONE) return false;
    return Fail{std::move(problem)};
}

Status<> Statement::run() {
    for (;;) {
        TRD_TRY(const bool more, step());
        if (!more) return done;
    }
}

int64_t Statement::integer(int column) const { return ::sqlite3_column_int64(statement_.get(), column); }
bool Statement::is_null(int column) const { return ::sqlite3_column_type(statement_.get(), column) == SQLITE_NULL; }

std::string Statement::text(int column) const {
    const unsigned char* const text = ::sqlite3_column_text(statement_.get(), column);
    return std::string(text_of(text, ::sqlite3_column_bytes(statement_.get(), column)));
}

ByteSpan Statement::blob(int column) const {
    const void* const data = ::sqlite3_column_blob(statement_.get(), column);
    return {static_cast<const uint8_t*>(data), static_cast<size_t>(::sqlite3_column_bytes(statement_.get(), column))};
}

Result<Database> Database::open(const std::string& path, const DatabaseSchema& schema, Missing missing, Duration wait) {
    TRD_CHECK(check_kind(path, missing));
    sqlite3* handle = nullptr;
    const int create = missing == Missing::create ? SQLITE_OPEN_CREATE : 0;
    const int code =
        ::sqlite3_open_v2(path.c_str(), &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | create, nullptr);
    Database database(handle, path);
    if (code != SQLITE_OK) return Fail{why_not_made(path).value_or(database.error(code))};
    TRD_CHECK(database.configure(wait));
    TRD_CHECK(database.identify(schema));
    TRD_CHECK(database.use_log(wait));
    TRD_CHECK(database.migrate(schema));
    return database;
}

Status<> Database::configure(Duration wait) const {
    ::sqlite3_extended_result_codes(handle_.get(), 1);
    ::sqlite3_busy_timeout(handle_.get(), static_cast<int>(wait.ns / 1'000'000));
    for (const int option : {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, SQLITE_DBCONFIG_DQS_DDL, SQLITE_DBCONFIG_DQS_DML,
                             SQLITE_DBCONFIG_TRUSTED_SCHEMA})
        ::sqlite3_db_config(handle_.get(), option, 0, nullptr);
    for (const int option : {SQLITE_DBCONFIG_ENABLE_FKEY, SQLITE_DBCONFIG_DEFENSIVE,
                             SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE})  // closing would wait for the disk
        ::sqlite3_db_config(handle_.get(), option, 1, nullptr);
    ::sqlite3_wal_hook(handle_.get(), &empty_long_log, nullptr);
    return execute("PRAGMA synchronous = NORMAL; PRAGMA cell_size_check = ON");
}

// Whose file is it? Inside a transaction: between two questions another process may make the tables.
Result<bool> Database::is_new(const DatabaseSchema& schema) const {
    TRD_TRY(const int64_t application, ask("PRAGMA application_id"));
    TRD_TRY(const int64_t version, ask("PRAGMA user_version"));
    TRD_TRY(const int64_t tables, ask("SELECT count(*) FROM sqlite_schema"));
    const bool is_new = application == 0 && version == 0 && tables == 0;
    if (!is_new && application != schema.application_id) return Fail{foreign(path_, schema)};
    if (version > static_cast<int64_t>(schema.migrations.size())) return Fail{newer(path_, schema, version)};
    return is_new;
}

// What seems to be new may be all in the part of the log that is not taken, and would be written over.
Status<> Database::check_log_of_new() const {
    const auto log = check_log();
    if (log.ok()) return done;
    Error error = log.error();
    error.hint = "put " + path_ + " and its -wal back from a copy, or move both away: trd begins a new one";
    return Fail{std::move(error)};
}

// Before anything is written.
Status<> Database::identify(const DatabaseSchema& schema) const {
    TRD_TRY(Transaction reading, Transaction::begin_reading(*this));
    TRD_TRY(const bool begins, is_new(schema));
    TRD_CHECK(reading.commit());
    if (begins) TRD_CHECK(check_log_of_new());
    // What is deleted later can be given back without writing all anew; it has to be said before the first table.
    return begins ? execute("PRAGMA auto_vacuum = INCREMENTAL") : Status<>(done);
}

// Changing to the log needs the file alone, and SQLite does not wait for that by itself.
Status<> Database::use_log(Duration wait) const {
    for (const Duration begin = monotonic_now();;) {
        TRD_TRY(Statement mode, prepare("PRAGMA journal_mode = WAL"));
        const auto there = mode.step();
        if (there && *there && mode.text(0) == "wal") return done;
        if (there) return Fail{error(SQLITE_READONLY)};
        if (there.error().code != ExitCode::locked || monotonic_now() - begin >= wait) return Fail{there.error()};
        ::sqlite3_sleep(static_cast<int>(pause_between_tries.ns / 1'000'000));
    }
}

Status<> Database::migrate(const DatabaseSchema& schema) const {
    const auto wanted = static_cast<int64_t>(schema.migrations.size());
    TRD_TRY(const int64_t before, ask("PRAGMA user_version"));
    if (before == wanted) return done;
    TRD_TRY(Transaction transaction, Transaction::begin(*this));
    TRD_CHECK(is_new(schema));  // somebody else may have been here first
    TRD_TRY(const int64_t version, ask("PRAGMA user_version"));
    for (auto step = version; step < wanted; ++step) TRD_CHECK(execute(schema.migrations[static_cast<size_t>(step)]));
    TRD_CHECK(execute(("PRAGMA application_id = " + std::to_string(schema.application_id)).c_str()));
    TRD_CHECK(execute(("PRAGMA user_version = " + std::to_string(wanted)).c_str()));
    return transaction.commit();
}

Result<Statement> Database::prepare(std::string_view sql) const {
    sqlite3_stmt* statement = nullptr;
    const int code = ::sqlite3_prepare_v2(handle_.get(), sql.data(), static_cast<int>(sql.size()), &statement, nullptr);
    if (code != SQLITE_OK) return Fail{error(code)};
    return Statement(*this, statement);
}

Status<> Database::execute(const char* sql) const {
    const int code = ::sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) return Fail{error(code)};
    return done;
}

Result<int64_t> Database::ask(std::string_view sql) const {
    TRD_TRY(Statement statement, prepare(sql));
    TRD_TRY(const bool there, statement.step());
    return there ? statement.integer(0) : 0;
}

int64_t Database::last_key() const { return ::sqlite3_last_insert_rowid(handle_.get()); }
int64_t Database::changes() const { return ::sqlite3_changes64(handle_.get()); }

Status<> Database::check() const {
    TRD_TRY(Statement statement, prepare("PRAGMA integrity_check(1)"));
    TRD_TRY(const bool there, statement.step());
    const std::string verdict = there ? statement.text(0) : "no answer";
    if (verdict != "ok") return Fail{corrupt(path_, verdict)};
    TRD_TRY(Statement references, prepare("PRAGMA foreign_key_check"));
    TRD_TRY(const bool dangling, references.step());
    if (dangling) return Fail{corrupt(path_, "a row of " + references.text(0) + " belongs to nothing")};
    return check_log();
}

// What is being written may look damaged, so it is looked at again while nobody else may write.
Status<> Database::check_log() const {
    const std::string path = path_ + "-wal";
    const auto damage = [&path] {
        const auto log = read_file(path);
        return log ? damage_in_log({reinterpret_cast<const uint8_t*>(log->data()), log->size()}) : std::nullopt;
    };
    if (!damage()) return done;
    const auto writing = Transaction::begin(*this);
    const auto found = writing.ok() ? damage() : std::nullopt;
    return found ? Status<>(Fail{lost(path, *found)}) : Status<>(done);
}

Status<> Database::tidy() const {
    TRD_CHECK(execute("PRAGMA incremental_vacuum"));
    return execute("PRAGMA wal_checkpoint(TRUNCATE)");
}

namespace {

// What the system said last of the file and of its log: SQLite tells of a write to the log only that it failed.
int write_error(sqlite3* handle) {
    int code = 0;
    ::sqlite3_file_control(handle, "main", SQLITE_FCNTL_LAST_ERRNO, &code);
    sqlite3_file* log = nullptr;
    ::sqlite3_file_control(handle, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
    if (code == 0 && log != nullptr && log->pMethods != nullptr)
        log->pMethods->xFileControl(log, SQLITE_FCNTL_LAST_ERRNO, &code);
    return code;
}

}  // namespace

Error Database::error(int code) const {
    int system = handle_ == nullptr ? 0 : ::sqlite3_system_errno(handle_.get());
    if (system == 0 && code == SQLITE_IOERR_WRITE) system = write_error(handle_.get());
    const std::string said = handle_ == nullptr ? ::sqlite3_errstr(code) : ::sqlite3_errmsg(handle_.get());
    switch (code & 0xff) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return locked(path_);
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return corrupt(path_, said);
        case SQLITE_FULL:
            return file_error("write", path_, ENOSPC);
        case SQLITE_READONLY:
            return file_error("write", path_, EROFS);
        case SQLITE_CANTOPEN:
            return file_error("open", path_, system != 0 ? system : EACCES);
        case SQLITE_IOERR:
            return file_error("read or write", path_, system != 0 ? system : EIO);
        case SQLITE_NOMEM:
            throw std::bad_alloc();
        default:
            return {ExitCode::failed, "E_STORE", path_ + ": " + said,
                    "this is a mistake in trd; please report it with the command"};
    }
}

Result<Transaction> Transaction::begin(const Database& database) {
    TRD_CHECK(database.execute("BEGIN IMMEDIATE"));
    return Transaction(database);
}

Result<Transaction> Transaction::begin_reading(const Database& database) {
    TRD_CHECK(database.execute("BEGIN DEFERRED"));
    return Transaction(database);
}

Transaction::~Transaction() {
    if (database_ != nullptr) (void)database_->execute("ROLLBACK").ok();
}

Status<> Transaction::commit() {
    TRD_CHECK(database_->execute("COMMIT"));
    database_ = nullptr;
    return done;
}

}  // namespace trd
