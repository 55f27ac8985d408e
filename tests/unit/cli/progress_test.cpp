#include "cli/progress.h"

#include "support/catch.h"

namespace trd {
namespace {

struct Terminal {
    StringSink out, err;
    Timestamp clock{};
    Host host;
    Arguments arguments;

    explicit Terminal(bool is_terminal) {
        host.environment = [](const std::string&) { return std::nullopt; };
        host.out = &out;
        host.err = &err;
        host.err_is_terminal = is_terminal;
        host.now = [this] { return clock; };
    }
    Context context(ProgressMode mode = ProgressMode::automatic) {
        return {.host = host, .arguments = arguments, .paint = {}, .progress = mode};
    }
};

TEST_CASE("the bar appears after a second, not more than ten times a second, and goes when the work is done") {
    Terminal terminal(true);
    const Context context = terminal.context();
    {
        Progress progress(context, "backtest");
        CHECK(progress.at(0.1));
        CHECK(terminal.err.text().empty());
        terminal.clock = Timestamp{} + seconds(1);
        CHECK(progress.at(0.5));
        CHECK(terminal.err.text() == "\r\033[Kbacktest [###############...............] 50 %, 1.0 s left");
        CHECK(progress.at(0.6));
        CHECK(terminal.err.text().find("60 %") == std::string::npos);
    }
    CHECK(terminal.err.text().ends_with("\r\033[K"));
}

TEST_CASE("nothing is drawn where there is no terminal") {
    Terminal pipe(false);
    const Context context = pipe.context();
    Progress progress(context, "backtest");
    pipe.clock = Timestamp{} + hours(1);
    CHECK(progress.at(0.5));
    CHECK(pipe.err.text().empty());
}

TEST_CASE("JSON progress is one object a line") {
    Terminal pipe(false);
    const Context context = pipe.context(ProgressMode::json);
    Progress progress(context, "backtest");
    pipe.clock = Timestamp{} + seconds(1);
    CHECK(progress.at(0.25));
    CHECK(pipe.err.text() == "{\"type\":\"progress\",\"what\":\"backtest\",\"fraction\":0.25}\n");
}

}  // namespace
}  // namespace trd
