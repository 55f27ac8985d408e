#include "cli/doctor_checks.h"

#include <sys/mman.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <lua.hpp>
#include <memory>

#include "base/file.h"
#include "base/zone.h"
#include "cli/runs_common.h"
#include "cli/settings.h"
#include "cli/text_format.h"
#include "history/catalogue.h"

namespace trd {
namespace {

using Grade = Finding::Grade;

constexpr uint64_t free_bytes_wanted = 1'000'000'000;

Finding fine(std::string check, std::string answer) { return {Grade::fine, std::move(check), std::move(answer), {}}; }
Finding note(std::string check, std::string answer) { return {Grade::note, std::move(check), std::move(answer), {}}; }
Finding problem(std::string check, std::string answer, std::string remedy) {
    return {Grade::problem, std::move(check), std::move(answer), std::move(remedy)};
}

// LuaJIT panics where a system denies memory that was written and is to be run, so it is asked here first.
bool executable_memory_is_allowed() {
    constexpr size_t size = 4096;
    void* const memory = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return false;
    const bool allowed = ::mprotect(memory, size, PROT_READ | PROT_EXEC) == 0;
    ::munmap(memory, size);
    return allowed;
}

using LuaState = std::unique_ptr<lua_State, decltype(&lua_close)>;

// Long enough to be compiled where there is a compiler.
constexpr const char* lua_probe = R"(
local sum = 0
for i = 1, 100000 do sum = sum + i * 0.5 end
return sum, (jit.status()))";

Finding check_lua(const Context&) {
    constexpr const char* name = "lua";
    if (!executable_memory_is_allowed())
        return problem(name, "the system denies executable memory, so LuaJIT cannot compile",
                       "run with --jit off, or allow it (systemd: MemoryDenyWriteExecute=no)");
    const LuaState state(luaL_newstate(), &lua_close);
    if (!state) return problem(name, "LuaJIT did not start: no memory", "free some memory");
    luaL_openlibs(state.get());
    if (luaL_dostring(state.get(), lua_probe) != 0)
        return problem(name, std::string("LuaJIT failed: ") + lua_tostring(state.get(), -1),
                       "reinstall libluajit-5.1-2");
    if (lua_tonumber(state.get(), -2) != 2'500'025'000.0)
        return problem(name, "LuaJIT computed a wrong sum", "reinstall libluajit-5.1-2");
    if (!lua_toboolean(state.get(), -1))
        return problem(name, std::string(LUAJIT_VERSION) + ", but its compiler is off", "reinstall libluajit-5.1-2");
    return fine(name, std::string(LUAJIT_VERSION) + ", compiler on");
}

Finding check_zones(const Context&) {
    constexpr const char* name = "time_zones";
    const auto new_york = Zone::find("America/New_York");
    if (!new_york) return problem(name, "no time zone database was found", "install tzdata");
    // 2024-07-01: summer time, four hours behind.
    const Duration offset = new_york->offset_at(Timestamp{1'719'792'000'000'000'000}).offset;
    if (offset != hours(-4))
        return problem(name, "New York's summer time is wrong in the database", "install tzdata again");
    return fine(name, std::to_string(zone_names().size()) + " zones");
}

std::string parent_of(const std::string& path) {
    const size_t slash = path.rfind('/');
    if (slash == std::string::npos) return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

// The folder itself, or the first above it that is there: where it would be made.
std::string nearest_folder(std::string path) {
    while (::access(path.c_str(), F_OK) != 0 && path != "/" && path != ".") path = parent_of(path);
    return path;
}

Finding check_folder(const std::string& check, const std::string& path) {
    const std::string there = nearest_folder(path);
    if (::access(there.c_str(), W_OK | X_OK) != 0) {
        const int code = errno;
        return problem(check, (there == path ? "" : path + ": ") + file_error("write in", there, code).message,
                       code == EROFS ? "mount it for writing, or name another folder: trd help files"
                                     : "change its owner or its mode");
    }
    return fine(check, path + (there == path ? "" : " (made when it is needed)"));
}

Finding check_disk(const std::string& path) {
    struct statvfs disk {};
    const std::string there = nearest_folder(path);
    if (::statvfs(there.c_str(), &disk) != 0)
        return problem("disk", file_error("ask for free space of", there, errno).message, "check that it is mounted");
    const uint64_t bytes = disk.f_bavail * disk.f_frsize;
    const std::string answer = fixed(static_cast<double>(bytes) / 1e9, 1) + " GB free at " + there;
    if (bytes < free_bytes_wanted) return problem("disk", answer, "free at least 1 GB");
    return fine("disk", answer);
}

Finding check_config(const Context& context) {
    const auto loaded = load_known_config(context.host, context.arguments);
    if (!loaded) return problem("config", loaded.error().message, loaded.error().hint);
    return fine("config", std::to_string(loaded->files.size()) + (loaded->files.size() == 1 ? " file" : " files"));
}

// One for each that means nothing to trd; a value itself may be a secret.
void check_variables(std::vector<Finding>& findings, const Context& context) {
    constexpr const char* name = "variables";
    const auto unknown = unknown_variables(context.host);
    for (const Error& error : unknown) findings.push_back(problem(name, error.message, error.hint));
    const auto of_services = service_variables(context.host.own_variables);
    std::string known, passed_over;
    for (const std::string& each : context.host.own_variables) {
        const bool is_passed_over = std::find(of_services.begin(), of_services.end(), each) != of_services.end();
        std::string& list = is_passed_over ? passed_over : known;
        list += (list.empty() ? "" : ", ") + each;
    }
    if (!passed_over.empty())
        findings.push_back(note(name, "passed over, as Kubernetes sets them for a service: " + passed_over));
    if (unknown.empty())
        findings.push_back(fine(name, !known.empty()        ? known
                                      : passed_over.empty() ? "none that begins with TRD_"
                                                            : "no others that begin with TRD_"));
}

Result<std::string> configured_catalogue(const Context& context) {
    const auto loaded = load_known_config(context.host, context.arguments);
    const ConfigValue* value = loaded ? loaded->config.find("catalogue") : nullptr;
    if (value == nullptr || context.arguments.has("--catalogue")) return catalogue_folder(context);
    return value->text;
}

Finding check_catalogue(const Context& context) {
    const auto folder = configured_catalogue(context);
    if (!folder) return problem("catalogue", folder.error().message, folder.error().hint);
    if (!file_exists(*folder)) return note("catalogue", *folder + ": none yet");
    if (::access((*folder + "/.").c_str(), R_OK | X_OK) != 0)
        return problem("catalogue", file_error("read folder", *folder, errno).message,
                       "name another with --catalogue or TRD_CATALOGUE");
    const auto catalogue = Catalogue::open(*folder);
    if (!catalogue) return problem("catalogue", catalogue.error().message, catalogue.error().hint);
    return fine("catalogue", *folder + ": " + std::to_string(catalogue->series().size()) + " series");
}

// All of the file is read: a damaged page is better found now.
Finding check_store(const Context& context) {
    constexpr const char* name = "store";
    const auto loaded = load_known_config(context.host, context.arguments);
    const ConfigValue* value = loaded ? loaded->config.find("store") : nullptr;
    const auto folder = value == nullptr ? store_folder(context) : Result<std::string>(value->text);
    if (!folder) return problem(name, folder.error().message, folder.error().hint);
    const auto store = RunStore::open_existing(*folder);
    if (!store) return problem(name, store.error().message, store.error().hint);
    if (const Finding place = check_folder(name, *folder); !*store && place.grade == Grade::problem) return place;
    if (!*store) return note(name, *folder + ": no run is kept yet");
    if (const auto sound = (*store)->check(); !sound) return problem(name, sound.error().message, sound.error().hint);
    const auto runs = (*store)->list();
    if (!runs) return problem(name, runs.error().message, runs.error().hint);
    return fine(name, (*store)->path() + ": " + std::to_string(runs->size()) + (runs->size() == 1 ? " run" : " runs"));
}

struct Feature {
    const char* name;
    bool (*present)();
};
constexpr std::array features{
    Feature{"sse4.2", [] { return __builtin_cpu_supports("sse4.2") != 0; }},
    Feature{"avx2", [] { return __builtin_cpu_supports("avx2") != 0; }},
    Feature{"fma", [] { return __builtin_cpu_supports("fma") != 0; }},
};

// Features speed some work up; no result depends on them.
Finding check_processor() {
    std::string answer = std::to_string(::sysconf(_SC_NPROCESSORS_ONLN)) + " cores";
    for (const Feature& feature : features)
        if (feature.present()) answer += std::string(", ") + feature.name;
    return fine("processor", answer);
}

}  // namespace

std::vector<Finding> run_doctor_checks(const Context& context) {
    std::vector<Finding> findings{check_lua(context), check_zones(context), check_processor(), check_config(context)};
    check_variables(findings, context);
    const auto places = places_from(context.host.environment);
    if (places) {
        findings.push_back(check_folder("data_folder", places->data));
        findings.push_back(check_folder("cache_folder", places->cache));
        findings.push_back(check_disk(places->data));
    } else {
        findings.push_back(problem("folders", places.error().message, places.error().hint));
    }
    findings.push_back(check_catalogue(context));
    findings.push_back(check_store(context));
    return findings;
}

}  // namespace trd
