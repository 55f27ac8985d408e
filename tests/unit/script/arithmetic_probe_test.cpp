#include <unistd.h>
#include <array>
#include <cstdio>
#include <fstream>

#include <iostream>
#include <memory>
#include <sstream>
#include <string>

#include "script_bench.h"

namespace trd {
namespace {

std::string probe(bool jit, int* traces = nullptr) {
    std::ifstream file("tests/scripts/arithmetic_probe.lua");
    std::stringstream text;
    text << file.rdbuf();
    LuaOptions options;
    options.jit = jit;
    options.seed = 11;
    SandboxBench bench(options);
    const std::string result = bench.run(text.str());
    if (traces != nullptr) *traces = bench.traces();
    return result;
}

// What this program prints for a hidden case, started with other settings of the C library.
std::string run_self(const std::string& environment, const std::string& test_case) {
    const std::string command =
        environment + " " + "/proc/" + std::to_string(getpid()) + "/exe '" + test_case + "' -r compact 2>&1";
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
    REQUIRE(pipe);
    std::string output;
    std::array<char, 256> buffer;
    while (fgets(buffer.data(), buffer.size(), pipe.get()) != nullptr) output += buffer.data();
    const size_t begin = output.find("probe="), end = output.find(';');
    return begin == std::string::npos ? output : output.substr(begin + 6, end - begin - 6);
}

TEST_CASE("the probe alone", "[.probe]") { std::cout << "probe=" << probe(true) << "/" << probe(false) << ";"; }

TEST_CASE("arithmetic is the same compiled, interpreted, and on a processor without FMA") {
    int traces = 0;
    const std::string compiled = probe(true, &traces);
    REQUIRE(compiled.substr(0, 1) != "!");
    REQUIRE(compiled.size() > 6);
    CHECK(traces > 100);  // or the comparison compares the interpreter with itself
    CHECK(probe(false) == compiled);
    const std::string both = compiled + "/" + compiled;
    CHECK(run_self("", "the probe alone") == both);
    CHECK(run_self("GLIBC_TUNABLES=glibc.cpu.hwcaps=-FMA,-AVX2_Usable,-FMA4,-AVX2,-AVX_Usable", "the probe alone") ==
          both);
}

}  // namespace
}  // namespace trd
