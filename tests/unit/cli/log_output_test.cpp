// The lines of a log, for programs and for people.
#include "cli/log_output.h"

#include "support/catch.h"

namespace trd {
namespace {

constexpr Timestamp moment{1'704'205'800'123'456'789};  // 2024-01-02T14:30:00.123456789Z

TEST_CASE("a line is one JSON object whatever is in it, and its own names are not taken") {
    const LogField fields[] = {{"path", "a\n\"b\"\x1b\xC2\x9B\x7f"}, {"time", 7}, {"share", 0.5}, {"open", false}};
    const LogEvent event{LogLevel::warning, "x.y", "id-1", fields};
    CHECK(log_line_json(event, moment) ==
          R"({"time":"2024-01-02T14:30:00.123456789Z","level":"warning","event":"x.y","correlation_id":"id-1",)"
          R"("path":"a\n\"b\"\u001b\u009b\u007f","_time":7,"share":0.5,"open":false})"
          "\n");
}

TEST_CASE("a line for people is one line, and steers no terminal") {
    const LogField fields[] = {{"path", "a b"}, {"plain", "c"}, {"bad", "\x1b[2J\n\xC2\x9B\xFF"}, {"empty", ""}};
    const std::string line = log_line_text({LogLevel::info, "x.y", "id-1", fields}, moment);
    CHECK(line.substr(0, 58) == "2024-01-02T14:30:00.123Z info    x.y path=\"a b\" plain=c ba");
    CHECK(line.find('\n') == line.size() - 1);
    for (const char* bad : {"\x1b", "\xC2\x9B", "\xFF"}) CHECK(line.find(bad) == std::string::npos);
    CHECK(line.ends_with(" correlation_id=id-1\n"));
}

}  // namespace
}  // namespace trd
