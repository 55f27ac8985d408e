// What is logged arrives whole, with the id of its thread's scope, and never with a secret in it.
#include "base/log.h"

#include <fmt/format.h>

#include <sstream>
#include <thread>
#include <type_traits>
#include <vector>

#include "support/catch.h"

namespace trd {
namespace {

struct Kept {
    std::string name, correlation_id;
    std::vector<LogValue::Alternatives> values;
};

class Keeper final : public LogReceiver {
  public:
    explicit Keeper(LogLevel lowest) { install_log_receiver(this, lowest); }
    ~Keeper() override { install_log_receiver(nullptr, LogLevel::off); }
    void receive(const LogEvent& event) override {
        Kept kept{std::string(event.name), std::string(event.correlation_id), {}};
        for (const LogField& field : event.fields) kept.values.push_back(field.value.value());
        events.push_back(std::move(kept));
    }
    std::vector<Kept> events;
};

TEST_CASE("only what reaches the level is received, and nothing without a receiver") {
    log_error("before");
    Keeper keeper(LogLevel::warning);
    log_info("low");
    CHECK_FALSE(logs(LogLevel::info));
    log_warning("level", {{"bars", 3u}, {"loss", -2}, {"share", 0.5}, {"open", true}, {"text", "x"}});
    log_error("high");
    REQUIRE(keeper.events.size() == 2);
    CHECK(keeper.events[0].name == "level");
    const std::vector<LogValue::Alternatives> expected{uint64_t{3}, int64_t{-2}, 0.5, true, std::string_view("x")};
    CHECK(keeper.events[0].values == expected);
}

TEST_CASE("scopes nest, end, and belong to one thread") {
    Keeper keeper(LogLevel::info);
    {
        const CorrelationScope outer("outer");
        {
            const CorrelationScope inner("inner");
            log_info("a");
        }
        log_info("b");
        std::thread([] { log_info("c"); }).join();
    }
    log_info("d");
    std::vector<std::string> ids;
    for (const Kept& event : keeper.events) ids.push_back(event.name + "=" + event.correlation_id);
    CHECK(ids == std::vector<std::string>{"a=inner", "b=outer", "c=", "d="});
}

TEST_CASE("a secret is masked wherever it goes, and cannot be copied or turned into text") {
    static_assert(!std::is_copy_constructible_v<Secret> && !std::is_copy_assignable_v<Secret>);
    static_assert(!std::is_convertible_v<Secret, std::string> && !std::is_convertible_v<Secret, std::string_view>);
    static_assert(!std::is_constructible_v<std::string, const Secret&>);
    Secret secret("hunter2");
    Keeper keeper(LogLevel::info);
    log_info("login", {{"key", secret}});
    CHECK(std::get<std::string_view>(keeper.events[0].values[0]) == Secret::mask);
    std::ostringstream stream;
    stream << secret;
    CHECK(stream.str() == Secret::mask);
    CHECK(fmt::format("{}", secret) == Secret::mask);
    CHECK(secret.equals("hunter2"));
    CHECK_FALSE(secret.equals("hunter3"));
    CHECK_FALSE(secret.equals("hunter"));
    Secret moved(std::move(secret));
    CHECK(moved.reveal() == "hunter2");
    CHECK(secret.empty());  // NOLINT: that is the promise
    Secret again;
    again = std::move(moved);
    CHECK(again.reveal() == "hunter2");
    CHECK(moved.empty());  // NOLINT
}

}  // namespace
}  // namespace trd
