#include "script/code_place.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "script_bench.h"

namespace trd {
namespace {

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // they place memory themselves

struct Area {
    uintptr_t begin = 0, end = 0;
};

// Of this process, what can be run and is of no file.
std::vector<Area> compiled_code() {
    std::vector<Area> areas;
    std::ifstream maps("/proc/self/maps");
    for (std::string line; std::getline(maps, line);) {
        Area area;
        char rights[5] = {};
        unsigned long file = 0;
        if (std::sscanf(line.c_str(), "%lx-%lx %4s %*x %*s %lu", &area.begin, &area.end, rights, &file) != 4) continue;
        const bool of_kernel = line.find('[') != std::string::npos;
        if (rights[2] == 'x' && file == 0 && !of_kernel) areas.push_back(area);
    }
    return areas;
}

constexpr size_t window_bytes = size_t{256} * 64 * 1024;

std::vector<std::unique_ptr<SandboxBench>> machines_with_code(int count) {
    std::vector<std::unique_ptr<SandboxBench>> machines;
    for (int i = 0; i < count; ++i) {
        machines.push_back(std::make_unique<SandboxBench>());
        CHECK(machines.back()->run("local x = 0\nfor i = 1, 300 do x = x + i end\nreturn x") == "45150");
        REQUIRE(machines.back()->traces() > 0);
    }
    return machines;
}

// How many of the areas are not where most of them are. Neighbours may be told as one area.
size_t lie_elsewhere() {
    std::vector<Area> areas = compiled_code();
    std::sort(areas.begin(), areas.end(), [](const Area& one, const Area& other) { return one.begin < other.begin; });
    REQUIRE(!areas.empty());
    const uintptr_t middle = areas[areas.size() / 2].begin;
    const auto near = std::count_if(areas.begin(), areas.end(), [middle](const Area& area) {
        return std::max(area.begin, middle) - std::min(area.begin, middle) <= window_bytes;
    });
    return areas.size() - static_cast<size_t>(near);
}

TEST_CASE("the compiled code of many machines lies together") {
    const auto machines = machines_with_code(20);
    // LuaJIT may refuse a place, and whoever has it then lies elsewhere.
    CHECK(lie_elsewhere() <= 2);
}

TEST_CASE("where others have taken the place for compiled code, what comes then lies together elsewhere") {
    const auto first = machines_with_code(1);
    std::vector<void*> taken;
    for (const Area& area : compiled_code())
        for (uintptr_t place = area.begin - window_bytes; place < area.begin + window_bytes; place += 64 * 1024) {
            void* const wanted = reinterpret_cast<void*>(place);
            void* const got = ::mmap(wanted, 64 * 1024, PROT_NONE,
                                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
            if (got == wanted)
                taken.push_back(got);
            else if (got != MAP_FAILED)
                ::munmap(got, 64 * 1024);
        }
    REQUIRE(taken.size() > 100);
    {
        const auto machines = machines_with_code(20);
        CHECK(lie_elsewhere() <= 3);  // the first one is
    }
    for (void* const place : taken) ::munmap(place, 64 * 1024);
}

#endif

TEST_CASE("a machine that goes makes room for the code of the next") {
    for (int i = 0; i < 300; ++i) {
        SandboxBench machine;
        REQUIRE(machine.run("local x = 0\nfor i = 1, 300 do x = x + i end\nreturn x") == "45150");
        REQUIRE(machine.traces() > 0);
    }
}

}  // namespace
}  // namespace trd
