// Files: read-only mappings, new files that appear whole or not at all, folders, advisory locks, and the places where a
// user's files live. Called by every room that stores something; nothing here keeps global state, so any thread may
// call it on objects of its own. Errors name the file and what the system said (ids E_FILE_*).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace trd {

// "cannot ACTION PATH: No such file or directory". ENOENT is not_found, ENOSPC and the like are unavailable.
Error file_error(std::string_view action, const std::string& path, int code);

// An open descriptor, closed with its owner.
class Descriptor {
  public:
    Descriptor() = default;
    explicit Descriptor(int number) : number_(number) {}
    ~Descriptor() { reset(); }
    Descriptor(Descriptor&& other) noexcept : number_(other.release()) {}
    Descriptor& operator=(Descriptor&& other) noexcept;

    int number() const { return number_; }
    bool is_open() const { return number_ >= 0; }
    int release();
    void reset();

  private:
    int number_ = -1;
};

// The bytes of a file that nobody changes any more. Pages come from the page cache and cost no anonymous memory.
class MappedFile {
  public:
    // What is not a regular file is refused (ExitCode::not_found, E_FILE); a pipe without a writer does not block.
    static Result<MappedFile> open(const std::string& path);
    // Maps what the descriptor holds; `name` is for messages.
    static Result<MappedFile> map(const Descriptor& file, std::string name);

    MappedFile() = default;
    ~MappedFile();
    MappedFile(MappedFile&& other) noexcept;
    MappedFile& operator=(MappedFile&& other) noexcept;

    ByteSpan bytes() const { return {data_, size_}; }
    const std::string& name() const { return name_; }
    // Tells the system that reading goes from front to back: it reads ahead, and drops pages behind sooner.
    void advise_sequential() const;

  private:
    const uint8_t* data_ = nullptr;
    size_t size_ = 0;
    std::string name_;
};

// A file that appears under its name whole and durable, or not at all: written beside it under a temporary name,
// synced, renamed, folder synced. Without commit() nothing remains. A crash leaves at most a file whose name ends in
// ".tmp".
class NewFile {
  public:
    // A link stays, its target is replaced. A device, pipe, socket or folder is refused (ExitCode::usage, E_FILE).
    static Result<NewFile> create(const std::string& name);
    // In memory only, for series that need no name: readable through MappedFile::map(descriptor()).
    static Result<NewFile> in_memory(const std::string& name);
    // On the folder's disk and in no folder: gone with its descriptor, whatever ends the process. Readable likewise.
    static Result<NewFile> without_name(const std::string& folder);

    NewFile(NewFile&&) noexcept;
    NewFile& operator=(NewFile&&) = delete;
    ~NewFile();

    Status<> append(ByteSpan bytes);
    Status<> write_at(uint64_t offset, ByteSpan bytes);
    uint64_t size() const { return size_; }
    const Descriptor& descriptor() const { return file_; }
    const std::string& path() const { return path_; }
    // Precondition: made by create(). At most once.
    Status<> commit();

  private:
    NewFile(Descriptor file, std::string path, std::string temporary);

    Descriptor file_;
    std::string path_;
    std::string temporary_;  // empty: nothing to remove
    uint64_t size_ = 0;
};

Result<std::string> read_file(const std::string& path);
Status<> replace_file(const std::string& path, std::string_view text);
bool file_exists(const std::string& path);
Status<> remove_file(const std::string& path);
// With all folders above it.
Status<> make_folders(const std::string& path);
// Syncs the folder itself, so that names created or removed in it survive a power cut.
Status<> sync_folder(const std::string& path);
// Names (not paths) of what is in the folder, sorted; a folder that is not there is empty.
Result<std::vector<std::string>> list_folder(const std::string& path);

// Held until destroyed, also across processes; the kernel lets go when the holder dies, however it dies.
class FileLock {
  public:
    // Error with ExitCode::locked, id E_LOCKED, when another process holds it. Creates the file.
    static Result<FileLock> take(const std::string& path);

  private:
    explicit FileLock(Descriptor file) : file_(std::move(file)) {}
    Descriptor file_;
};

// Where a user's files live (XDG base directories; under systemd without HOME, the unit's own directories).
using Environment = std::function<std::optional<std::string>(const std::string& name)>;
struct Places {
    std::string config;   // what a person edits
    std::string data;     // databases, runs, results
    std::string state;    // latches, last-known-good, logs
    std::string cache;    // what can be had again: market data
    std::string runtime;  // sockets and locks; empty where the session has none
};
// Every path ends in "/trd". The error says which variable would help.
Result<Places> places_from(const Environment& environment);

}  // namespace trd
