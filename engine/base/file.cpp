#include "base/file.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <memory>
#include <system_error>

namespace trd {
namespace {

std::string folder_of(const std::string& path) {
    const size_t slash = path.rfind('/');
    if (slash == std::string::npos) return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

std::string base_name_of(const std::string& path) {
    const size_t slash = path.rfind('/');
    return slash == std::string::npos ? path : path.substr(slash + 1);
}

Descriptor open_file(const std::string& path, int flags) {
    int number = -1;
    do number = ::open(path.c_str(), flags | O_CLOEXEC, 0666);
    while (number < 0 && errno == EINTR);
    return Descriptor(number);
}

Status<> write_all(int file, ByteSpan bytes, uint64_t offset, const std::string& path) {
    while (!bytes.empty()) {
        const ssize_t count = ::pwrite(file, bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return Fail{file_error("write", path, errno)};
        bytes = bytes.subspan(static_cast<size_t>(count));
        offset += static_cast<uint64_t>(count);
    }
    return done;
}

ExitCode exit_code_of(int code) {
    switch (code) {
        case ENOENT:
        case ENOTDIR:
            return ExitCode::not_found;
        case ENOSPC:
        case EDQUOT:
        case EFBIG:
        case EROFS:
        case EIO:
            return ExitCode::unavailable;
        default:
            return ExitCode::failed;
    }
}

const char* id_of(int code) {
    switch (code) {
        case ENOENT:
        case ENOTDIR:
            return "E_FILE_MISSING";
        case ENOSPC:
        case EDQUOT:
        case EFBIG:
            return "E_FILE_FULL";
        case EACCES:
        case EPERM:
        case EROFS:
            return "E_FILE_DENIED";
        default:
            return "E_FILE";
    }
}

// What to do about it; empty where the message says all.
const char* hint_of(int code) {
    switch (code) {
        case ENOSPC:
        case EDQUOT:
            return "make room there, or name another place";
        case EFBIG:
            return "allow larger files (ulimit -f says how large they may be), or name another place";
        case EACCES:
        case EPERM:
            return "look at its owner and rights, or name another place";
        case EROFS:
            return "name a place that can be written";
        default:
            return "";
    }
}

const char* name_of_type(mode_t mode) {
    if (S_ISDIR(mode)) return "folder";
    if (S_ISFIFO(mode)) return "pipe";
    return S_ISSOCK(mode) ? "socket" : "device";
}

// Reading: what is not a file of bytes is no file, so to who asks it is missing.
Error not_a_source(const std::string& path, mode_t mode) {
    return {ExitCode::not_found, "E_FILE", path + " is a " + name_of_type(mode) + ", expected a regular file",
            S_ISDIR(mode) ? "name a file in it" : "write what it gives to a file, and name that"};
}

Error not_a_target(const std::string& path, const std::string& what) {
    return {ExitCode::usage, "E_FILE", path + " is " + what + ", expected a regular file or a new one",
            "name a file, or - for standard output"};
}

bool is_in_proc(const std::string& folder) {
    constexpr long proc_magic = 0x9fa0;  // PROC_SUPER_MAGIC of statfs(2)
    struct statfs info {};
    return ::statfs(folder.c_str(), &info) == 0 && info.f_type == proc_magic;
}

// The file that a new one is to take the place of: links are followed, so that they stay. What a rename must not put
// aside (a device, a pipe, a folder) is refused; so is a descriptor by its name below /proc, where others write too.
Result<std::string> target_of(const std::string& path) {
    struct stat info {};
    if (::stat(path.c_str(), &info) == 0 && !S_ISREG(info.st_mode))
        return Fail{not_a_target(path, std::string("a ") + name_of_type(info.st_mode))};
    constexpr int links_max = 40;
    std::string target = path;
    for (int links = 0; links < links_max; ++links) {
        if (is_in_proc(folder_of(target))) return Fail{not_a_target(path, "a file of the system")};
        if (::lstat(target.c_str(), &info) != 0 || !S_ISLNK(info.st_mode)) return target;
        std::array<char, PATH_MAX> buffer;
        const ssize_t size = ::readlink(target.c_str(), buffer.data(), buffer.size());
        if (size < 0) return Fail{file_error("read link", target, errno)};
        const std::string next(buffer.data(), static_cast<size_t>(size));
        target = next.starts_with('/') ? next : folder_of(target) + "/" + next;
    }
    return Fail{file_error("create", path, ELOOP)};
}

}  // namespace

Error file_error(std::string_view action, const std::string& path, int code) {
    Error error;
    error.code = exit_code_of(code);
    error.id = id_of(code);
    error.hint = hint_of(code);
    error.message.append("cannot ").append(action).append(" ").append(path).append(": ");
    error.message += std::generic_category().message(code);
    return error;
}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
    if (this != &other) {
        reset();
        number_ = other.release();
    }
    return *this;
}

int Descriptor::release() { return std::exchange(number_, -1); }

void Descriptor::reset() {
    if (number_ >= 0) ::close(number_);
    number_ = -1;
}

Result<MappedFile> MappedFile::open(const std::string& path) {
    // A pipe that nobody writes to would keep us waiting; on files the flag changes nothing.
    const Descriptor file = open_file(path, O_RDONLY | O_NONBLOCK);
    struct stat info {};
    if (!file.is_open() && errno == ENXIO && ::stat(path.c_str(), &info) == 0)
        return Fail{not_a_source(path, info.st_mode)};  // a socket cannot be opened at all
    if (!file.is_open()) return Fail{file_error("open", path, errno)};
    return map(file, path);
}

Result<MappedFile> MappedFile::map(const Descriptor& file, std::string name) {
    struct stat info {};
    if (::fstat(file.number(), &info) != 0) return Fail{file_error("examine", name, errno)};
    if (!S_ISREG(info.st_mode)) return Fail{not_a_source(name, info.st_mode)};
    MappedFile mapped;
    mapped.name_ = std::move(name);
    mapped.size_ = static_cast<size_t>(info.st_size);
    if (mapped.size_ == 0) return mapped;
    void* data = ::mmap(nullptr, mapped.size_, PROT_READ, MAP_SHARED, file.number(), 0);
    if (data == MAP_FAILED) return Fail{file_error("map", mapped.name_, errno)};
    mapped.data_ = static_cast<const uint8_t*>(data);
    return mapped;
}

MappedFile::~MappedFile() {
    if (data_ != nullptr) ::munmap(const_cast<uint8_t*>(data_), size_);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)), name_(std::move(other.name_)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(name_, other.name_);
    return *this;
}

void MappedFile::advise_sequential() const {
    if (data_ != nullptr) ::madvise(const_cast<uint8_t*>(data_), size_, MADV_SEQUENTIAL);
}

NewFile::NewFile(Descriptor file, std::string path, std::string temporary)
    : file_(std::move(file)), path_(std::move(path)), temporary_(std::move(temporary)) {}

NewFile::NewFile(NewFile&& other) noexcept
    : file_(std::move(other.file_)),
      path_(std::move(other.path_)),
      temporary_(std::exchange(other.temporary_, {})),
      size_(other.size_) {}

NewFile::~NewFile() {
    if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

Result<NewFile> NewFile::create(const std::string& name) {
    TRD_TRY(const std::string path, target_of(name));
    // The process and a counter in the name: two writers never share a temporary file.
    for (int attempt = 0;; ++attempt) {
        const std::string temporary = folder_of(path) + "/." + base_name_of(path) + "." + std::to_string(::getpid()) +
                                      "." + std::to_string(attempt) + ".tmp";
        Descriptor file = open_file(temporary, O_RDWR | O_CREAT | O_EXCL);
        if (file.is_open()) return NewFile(std::move(file), path, temporary);
        if (errno != EEXIST) return Fail{file_error("create", path, errno)};
    }
}

Result<NewFile> NewFile::in_memory(const std::string& name) {
    Descriptor file(::memfd_create(name.c_str(), MFD_CLOEXEC));
    if (!file.is_open()) return Fail{file_error("create in memory", name, errno)};
    return NewFile(std::move(file), name, {});
}

Result<NewFile> NewFile::without_name(const std::string& folder) {
    Descriptor file = open_file(folder, O_RDWR | O_TMPFILE);
    if (!file.is_open()) return Fail{file_error("create a file in", folder, errno)};
    return NewFile(std::move(file), folder, {});
}

Status<> NewFile::append(ByteSpan bytes) { return write_at(size_, bytes); }

Status<> NewFile::write_at(uint64_t offset, ByteSpan bytes) {
    TRD_CHECK(write_all(file_.number(), bytes, offset, path_));
    size_ = std::max(size_, offset + bytes.size());
    return done;
}

Status<> NewFile::commit() {
    TRD_ASSERT(!temporary_.empty());
    if (::fsync(file_.number()) != 0) return Fail{file_error("sync", path_, errno)};
    if (::rename(temporary_.c_str(), path_.c_str()) != 0) return Fail{file_error("rename", path_, errno)};
    temporary_.clear();
    return sync_folder(folder_of(path_));
}

Result<std::string> read_file(const std::string& path) {
    TRD_TRY(const MappedFile file, MappedFile::open(path));
    return std::string(reinterpret_cast<const char*>(file.bytes().data()), file.bytes().size());
}

Status<> replace_file(const std::string& path, std::string_view text) {
    TRD_TRY(NewFile file, NewFile::create(path));
    TRD_CHECK(file.append({reinterpret_cast<const uint8_t*>(text.data()), text.size()}));
    return file.commit();
}

bool file_exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

Status<> remove_file(const std::string& path) {
    if (::unlink(path.c_str()) != 0) return Fail{file_error("remove", path, errno)};
    return done;
}

Status<> make_folders(const std::string& path) {
    for (size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
        const std::string folder = path.substr(0, end);
        if (::mkdir(folder.c_str(), 0777) != 0 && errno != EEXIST)
            return Fail{file_error("create folder", folder, errno)};
        if (end == std::string::npos) return done;
    }
}

Status<> sync_folder(const std::string& path) {
    const Descriptor folder = open_file(path, O_RDONLY | O_DIRECTORY);
    if (!folder.is_open()) return Fail{file_error("open", path, errno)};
    if (::fsync(folder.number()) != 0) return Fail{file_error("sync", path, errno)};
    return done;
}

Result<std::vector<std::string>> list_folder(const std::string& path) {
    std::vector<std::string> names;
    const std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir(path.c_str()), ::closedir);
    if (!folder) {
        if (errno == ENOENT) return names;
        return Fail{file_error("list", path, errno)};
    }
    while (const dirent* entry = ::readdir(folder.get())) {
        const std::string_view name = entry->d_name;
        if (name != "." && name != "..") names.emplace_back(name);
    }
    std::sort(names.begin(), names.end());
    return names;
}

Result<FileLock> FileLock::take(const std::string& path) {
    Descriptor file = open_file(path, O_RDWR | O_CREAT);
    if (!file.is_open()) return Fail{file_error("open", path, errno)};
    if (::flock(file.number(), LOCK_EX | LOCK_NB) == 0) return FileLock(std::move(file));
    if (errno != EWOULDBLOCK) return Fail{file_error("lock", path, errno)};
    return Fail{Error{ExitCode::locked, "E_LOCKED", path + " is held by another process",
                      "wait until it has finished, or see who holds it with: fuser " + path}};
}

namespace {

struct PlaceRule {
    std::string Places::*place;
    const char* xdg;      // absolute, or it does not count (XDG base directory specification)
    const char* systemd;  // set for a unit without a home; may list several, the first counts
    const char* below_home;
};
constexpr PlaceRule place_rules[] = {
    {&Places::config, "XDG_CONFIG_HOME", "CONFIGURATION_DIRECTORY", "/.config"},
    {&Places::data, "XDG_DATA_HOME", "STATE_DIRECTORY", "/.local/share"},
    {&Places::state, "XDG_STATE_HOME", "STATE_DIRECTORY", "/.local/state"},
    {&Places::cache, "XDG_CACHE_HOME", "CACHE_DIRECTORY", "/.cache"},
};

std::optional<std::string> absolute_path(const Environment& environment, const char* name) {
    const auto value = environment(name);
    if (!value || value->empty() || value->front() != '/') return std::nullopt;
    return value->substr(0, value->find(':'));
}

}  // namespace

Result<Places> places_from(const Environment& environment) {
    Places places;
    const auto home = absolute_path(environment, "HOME");
    for (const PlaceRule& rule : place_rules) {
        auto root = absolute_path(environment, rule.xdg);
        if (!root && home) root = *home + rule.below_home;
        if (!root) root = absolute_path(environment, rule.systemd);
        if (!root)
            return Fail{Error{ExitCode::config, "E_NO_HOME", "there is no folder for trd's files: HOME is not set",
                              std::string("set HOME, ") + rule.xdg + ", or in a systemd unit " + rule.systemd}};
        places.*rule.place = *root + "/trd";
    }
    if (const auto runtime = absolute_path(environment, "XDG_RUNTIME_DIR"))
        places.runtime = *runtime + "/trd";
    else if (const auto unit = absolute_path(environment, "RUNTIME_DIRECTORY"))
        places.runtime = *unit + "/trd";
    return places;
}

}  // namespace trd
