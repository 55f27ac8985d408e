#include "base/file.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <map>

#include "support/catch.h"
#include "support/temp_folder.h"

using namespace trd;

namespace {

ByteSpan bytes_of(std::string_view text) { return {reinterpret_cast<const uint8_t*>(text.data()), text.size()}; }

Result<Places> places(const std::map<std::string, std::string>& variables) {
    return places_from([&](const std::string& name) -> std::optional<std::string> {
        const auto place = variables.find(name);
        if (place == variables.end()) return std::nullopt;
        return place->second;
    });
}

}  // namespace

TEST_CASE("a new file appears at commit and not before") {
    const TempFolder folder;
    const std::string path = folder.path() + "/a";
    {
        auto file = NewFile::create(path).value();
        REQUIRE(file.append(bytes_of("hello ")));
        REQUIRE(file.append(bytes_of("world")));
        REQUIRE(file.write_at(0, bytes_of("J")));
        CHECK(file.size() == 11);
        CHECK_FALSE(file_exists(path));
        REQUIRE(file.commit());
    }
    CHECK(read_file(path).value() == "Jello world");
    { auto abandoned = NewFile::create(folder.path() + "/b").value(); }
    CHECK(list_folder(folder.path()).value() == std::vector<std::string>{"a"});
}

TEST_CASE("a file is replaced whole") {
    const TempFolder folder;
    const std::string path = folder.path() + "/a";
    REQUIRE(replace_file(path, "one"));
    const auto before = MappedFile::open(path).value();
    REQUIRE(replace_file(path, "two, longer"));
    CHECK(std::string(before.bytes().begin(), before.bytes().end()) == "one");  // who has it mapped keeps the old one
    CHECK(read_file(path).value() == "two, longer");
    REQUIRE(remove_file(path));
    CHECK(read_file(path).error().id == "E_FILE_MISSING");
    CHECK(read_file(path).error().message == "cannot open " + path + ": No such file or directory");
    CHECK(read_file(path).error().code == ExitCode::not_found);
}

TEST_CASE("files that cannot be") {
    const TempFolder folder;
    CHECK(NewFile::create(folder.path() + "/no/such/file").error().id == "E_FILE_MISSING");
    CHECK(MappedFile::open(folder.path()).error().message == folder.path() + " is a folder, expected a regular file");
    CHECK(remove_file(folder.path() + "/none").error().id == "E_FILE_MISSING");
    REQUIRE(replace_file(folder.path() + "/empty", ""));
    CHECK(MappedFile::open(folder.path() + "/empty").value().bytes().empty());
    CHECK_FALSE(make_folders(folder.path() + "/empty/x"));
}

TEST_CASE("what is no regular file is neither read nor replaced") {
    const TempFolder folder;
    const std::string pipe = folder.path() + "/pipe", link = folder.path() + "/link";
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    REQUIRE(::symlink("pipe", link.c_str()) == 0);
    for (const std::string& path : {pipe, link}) {
        const Error unread = MappedFile::open(path).error();  // nobody writes: it must not wait
        CHECK(unread.message == path + " is a pipe, expected a regular file");
        CHECK(unread.code == ExitCode::not_found);
        const Error unwritten = replace_file(path, "text").error();
        CHECK(unwritten.message == path + " is a pipe, expected a regular file or a new one");
        CHECK(unwritten.code == ExitCode::usage);
    }
    struct stat info {};
    REQUIRE(::lstat(pipe.c_str(), &info) == 0);
    CHECK(S_ISFIFO(info.st_mode));
    CHECK(replace_file(folder.path(), "text").error().message.find(" is a folder, ") != std::string::npos);
    CHECK(MappedFile::open("/dev/zero").error().message == "/dev/zero is a device, expected a regular file");
    CHECK(replace_file("/proc/self/comm", "text").error().code == ExitCode::usage);
    CHECK(list_folder(folder.path()).value() == std::vector<std::string>{"link", "pipe"});
}

TEST_CASE("a link stays, what it leads to is replaced") {
    const TempFolder folder;
    const std::string root = folder.path();
    REQUIRE(make_folders(root + "/deep"));
    REQUIRE(replace_file(root + "/deep/file", "one"));
    REQUIRE(::symlink("deep/second", (root + "/first").c_str()) == 0);
    REQUIRE(::symlink("file", (root + "/deep/second").c_str()) == 0);
    REQUIRE(::symlink("later", (root + "/early").c_str()) == 0);
    REQUIRE(::symlink("round", (root + "/round").c_str()) == 0);
    REQUIRE(replace_file(root + "/first", "two"));
    CHECK(read_file(root + "/deep/file").value() == "two");
    REQUIRE(replace_file(root + "/early", "new"));
    CHECK(read_file(root + "/later").value() == "new");
    CHECK_FALSE(replace_file(root + "/round", "text"));
    struct stat info {};
    for (const std::string link : {"/first", "/deep/second", "/early"}) {
        REQUIRE(::lstat((root + link).c_str(), &info) == 0);
        CHECK(S_ISLNK(info.st_mode));
    }
}

TEST_CASE("folders are made with all above them and listed in order") {
    const TempFolder folder;
    REQUIRE(make_folders(folder.path() + "/x/y/z"));
    REQUIRE(make_folders(folder.path() + "/x/y/z"));
    REQUIRE(make_folders(folder.path() + "/x/a"));
    CHECK(list_folder(folder.path() + "/x").value() == std::vector<std::string>{"a", "y"});
    CHECK(list_folder(folder.path() + "/nothing").value().empty());
    CHECK(list_folder(folder.path() + "/x/y/z").value().empty());
}

TEST_CASE("memory files are readable through a mapping") {
    auto file = NewFile::in_memory("bars").value();
    REQUIRE(file.append(bytes_of("abc")));
    const auto mapped = MappedFile::map(file.descriptor(), "bars").value();
    CHECK(mapped.bytes().size() == 3);
    CHECK(mapped.bytes()[2] == 'c');
}

TEST_CASE("a lock is held against other processes until its owner dies") {
    const TempFolder folder;
    const std::string path = folder.path() + "/lock";
    const auto attempt = [&] {
        const pid_t child = fork();
        if (child == 0) _exit(FileLock::take(path).ok() ? 0 : 11);
        int status = 0;
        waitpid(child, &status, 0);
        return WEXITSTATUS(status);
    };
    CHECK(attempt() == 0);
    {
        const auto lock = FileLock::take(path);
        REQUIRE(lock);
        CHECK(attempt() == 11);
        CHECK(FileLock::take(path).error().id == "E_LOCKED");
    }
    CHECK(attempt() == 0);
}

TEST_CASE("places follow the environment") {
    const auto home = places({{"HOME", "/home/a"}}).value();
    CHECK(home.config == "/home/a/.config/trd");
    CHECK(home.data == "/home/a/.local/share/trd");
    CHECK(home.state == "/home/a/.local/state/trd");
    CHECK(home.cache == "/home/a/.cache/trd");
    CHECK(home.runtime.empty());

    const auto set = places({{"HOME", "/home/a"},
                             {"XDG_CACHE_HOME", "/c"},
                             {"XDG_CONFIG_HOME", "relative"},
                             {"XDG_RUNTIME_DIR", "/run/user/1"}})
                         .value();
    CHECK(set.cache == "/c/trd");
    CHECK(set.config == "/home/a/.config/trd");  // a relative path is to be ignored
    CHECK(set.runtime == "/run/user/1/trd");

    const auto unit = places({{"STATE_DIRECTORY", "/var/lib/x:/var/lib/y"},
                              {"CACHE_DIRECTORY", "/var/cache/x"},
                              {"CONFIGURATION_DIRECTORY", "/etc/x"},
                              {"RUNTIME_DIRECTORY", "/run/x"}})
                          .value();
    CHECK(unit.data == "/var/lib/x/trd");
    CHECK(unit.runtime == "/run/x/trd");

    CHECK(places({}).error().code == ExitCode::config);
    CHECK(places({{"HOME", ""}}).error().hint ==
          "set HOME, XDG_CONFIG_HOME, or in a systemd unit CONFIGURATION_DIRECTORY");
}
