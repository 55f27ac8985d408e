#include <algorithm>
#include <filesystem>

#include "support/catch.h"
#include "unit/match/table.h"

using namespace trd;
using testing::Table;

namespace {

std::string joined(const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines) text += line + "\n";
    return text;
}

std::vector<std::string> table_files() {
    const auto folder = std::filesystem::path("tests/unit/match/tables");
    std::vector<std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) files.push_back(entry.path().string());
    std::sort(files.begin(), files.end());
    return files;
}

}  // namespace

TEST_CASE("every hand-made candle table comes out as it says") {
    size_t count = 0;
    for (const std::string& file : table_files()) {
        for (const Table& table : testing::read_tables(file)) {
            INFO(file << ": " << table.name << ": " << table.why);
            CHECK(table.why.size() > 10);
            CHECK(joined(testing::run(table)) == joined(table.expected));
            ++count;
        }
    }
    CHECK(count >= 60);
}
