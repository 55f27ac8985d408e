#include "config/config.h"

#include <array>

#include "support/catch.h"

namespace trd {
namespace {

constexpr std::array keys{
    ConfigKey{"catalogue", ConfigKind::text, "", ""},
    ConfigKey{"backtest.cash", ConfigKind::decimal, "", ""},
    ConfigKey{"backtest.seed", ConfigKind::count, "", ""},
    ConfigKey{"backtest.jit", ConfigKind::choice, "on,off", ""},
};

Config read(std::string_view toml) {
    Config config;
    const auto added = add_config_text(config, toml, "trd.toml", keys);
    INFO((added.ok() ? "" : added.error().message));
    REQUIRE(added.ok());
    return config;
}

Error refusal(std::string_view toml) {
    Config config;
    const auto added = add_config_text(config, toml, "trd.toml", keys);
    REQUIRE_FALSE(added.ok());
    CHECK(added.error().code == ExitCode::config);
    CHECK(config.values().size() <= 1);
    return added.error();
}

TEST_CASE("values keep file, line and column, in the form that a flag takes") {
    const Config config = read("catalogue = '/data'\n\n[backtest]\n  cash = 2500.1\n  jit = false\n  seed = 7\n");
    CHECK(config.find("catalogue")->text == "/data");
    CHECK(config.find("backtest.cash")->text == "2500.1");
    CHECK(config.find("backtest.jit")->text == "off");
    CHECK(config.find("backtest.seed")->text == "7");
    CHECK(config.find("backtest.cash")->origin.text() == "trd.toml:4:3");
    CHECK(config.find("backtest.fees") == nullptr);
}

TEST_CASE("a dotted key and a table are the same") {
    CHECK(read("backtest.cash = '1'").find("backtest.cash")->text == "1");
    CHECK(read("[backtest]\ncash = 1").find("backtest.cash")->text == "1");
    CHECK(read("backtest = { cash = 1 }").find("backtest.cash")->text == "1");
}

TEST_CASE("unknown keys are told with their place and what was meant") {
    const Error key = refusal("[backtest]\ncahs = 5\n");
    CHECK(key.id == "E_CONFIG_KEY");
    CHECK(key.message == "trd.toml:2:1: there is no key backtest.cahs");
    CHECK(key.hint == "did you mean backtest.cash?");
    CHECK(refusal("[nosuch]\na = 1\n").message == "trd.toml:1:2: there is no key nosuch");
    CHECK(refusal("backtest = 1").id == "E_CONFIG_KEY");
}

TEST_CASE("all that is wrong with a source is told, in its order, and what is well is taken") {
    Config config;
    const auto errors =
        take_config_text(config, "nosuch = 1\n[backtest]\nseed = 7\njit = 'x'\ncash = 'much'\n", "trd.toml", keys);
    REQUIRE(errors.size() == 3);
    CHECK(errors[0].message.starts_with("trd.toml:1:1: "));
    CHECK(errors[1].message.starts_with("trd.toml:4:1: "));
    CHECK(errors[2].message.starts_with("trd.toml:5:1: "));
    CHECK(config.find("backtest.seed")->text == "7");
    CHECK(config.values().size() == 1);
    CHECK(take_config_text(config, "a = 1\nb = \n", "cut.toml", keys).front().id == "E_CONFIG_SYNTAX");
    CHECK(refusal("[catalogue]\na = 1").message ==
          "trd.toml:1:2: catalogue is a table, expected text that is not empty");
    CHECK(refusal("catalogue = [1]").message == "trd.toml:1:1: catalogue is a list, expected text that is not empty");
    const Environment environment = [](const std::string& name) -> std::optional<std::string> {
        if (name == "TRD_BACKTEST__CASH" || name == "TRD_BACKTEST__SEED") return "x";
        return std::nullopt;
    };
    CHECK(take_config_variables(config, environment, keys).size() == 2);
}

TEST_CASE("a value of another type than its key's is told with its place") {
    const Error text = refusal("catalogue = 5");
    CHECK(text.id == "E_CONFIG_VALUE");
    CHECK(text.message == "trd.toml:1:1: catalogue is 5, expected text in quotes");
    CHECK(text.hint == "if it is meant so, write catalogue = \"5\"");
    CHECK(refusal("catalogue = true").message == "trd.toml:1:1: catalogue is true, expected text in quotes");
    CHECK(refusal("[backtest]\ncash = true").message ==
          "trd.toml:2:1: backtest.cash is true, expected a decimal number");
    CHECK(refusal("[backtest]\nseed = 2024-01-01").message ==
          "trd.toml:2:1: backtest.seed is 2024-01-01, expected a whole number, zero or more");
    CHECK(refusal("[backtest]\njit = 1").message == "trd.toml:2:1: backtest.jit is 1, expected one of on,off");
    CHECK(read("[backtest]\njit = true").find("backtest.jit")->text == "on");
}

TEST_CASE("values of the wrong kind and broken files are told with their place") {
    CHECK(refusal("[backtest]\ncash = 'much'\n").message ==
          "trd.toml:2:1: backtest.cash is \"much\", expected a decimal number");
    CHECK(refusal("backtest.seed = -1").id == "E_CONFIG_VALUE");
    CHECK(refusal("backtest.jit = 'maybe'").id == "E_CONFIG_VALUE");
    CHECK(refusal("catalogue = ''").id == "E_CONFIG_VALUE");
    CHECK(refusal("catalogue = ['a']").id == "E_CONFIG_VALUE");
    CHECK(refusal("backtest.cash = 1e300").id == "E_CONFIG_VALUE");
    const Error syntax = refusal("catalogue = \n");
    CHECK(syntax.id == "E_CONFIG_SYNTAX");
    CHECK(syntax.message.starts_with("trd.toml:1:"));
}

TEST_CASE("a later source wins, variables included, and says that it did") {
    Config config = read("backtest.cash = 1\nbacktest.seed = 2");
    REQUIRE(add_config_text(config, "backtest.cash = 3", "other.toml", keys).ok());
    const Environment environment = [](const std::string& name) -> std::optional<std::string> {
        if (name == "TRD_BACKTEST__SEED") return "9";
        if (name == "TRD_CATALOGUE") return "";
        return std::nullopt;
    };
    REQUIRE(add_config_variables(config, environment, keys).ok());
    CHECK(config.find("backtest.cash")->text == "3");
    CHECK(config.find("backtest.cash")->origin.source == "other.toml");
    CHECK(config.find("backtest.seed")->text == "9");
    CHECK(config.find("backtest.seed")->origin.text() == "TRD_BACKTEST__SEED");
    CHECK(config.find("catalogue") == nullptr);
}

TEST_CASE("a variable of trd's kind that is no key's is an error with the name that was meant") {
    const std::vector<std::string_view> others{"TRD_CORRELATION_ID"};
    const auto errors_of = [&](const std::vector<std::string>& names) {
        return unknown_variables(names, keys, others);
    };
    CHECK(errors_of({"TRD_BACKTEST__CASH", "TRD_CATALOGUE", "TRD_CORRELATION_ID"}).empty());
    const auto errors =
        errors_of({"TRD_BACKTEST_CASH", "TRD_BACKTEST__CASH", "TRD_CASH", "TRD_CATALOG", "TRD_HOME_OF_MINE"});
    REQUIRE(errors.size() == 4);
    for (const Error& error : errors) CHECK((error.id == "E_CONFIG_VARIABLE" && error.code == ExitCode::config));
    CHECK(errors[0].message == "the variable TRD_BACKTEST_CASH is set, and trd knows none of that name");
    CHECK(errors[0].hint == "did you mean TRD_BACKTEST__CASH?");
    CHECK(errors[1].hint == "did you mean TRD_BACKTEST__CASH?");
    CHECK(errors[2].hint == "did you mean TRD_CATALOGUE?");
    CHECK(errors[3].hint.starts_with("unset it"));
}

TEST_CASE("a key without its table is known by its end") {
    CHECK(refusal("cash = 5").hint == "did you mean backtest.cash?");
    CHECK(key_meant("seed", keys) == "backtest.seed");
    CHECK(key_meant("catalog", keys) == "catalogue");
    CHECK_FALSE(key_meant("nosuch", keys));
}

TEST_CASE("every key's own variable is known, and no other in its neighbourhood") {
    for (const ConfigKey& key : keys) {
        const std::string name = variable_of(key.name);
        CHECK(unknown_variables(std::vector{name}, keys, {}).empty());
        for (size_t i = 4; i < name.size(); ++i)
            CHECK(unknown_variables(std::vector{name.substr(0, i) + name.substr(i + 1)}, keys, {}).size() == 1);
    }
}

std::string changed(const std::string& toml, std::string_view key, const std::string& value) {
    const auto text = with_value(toml, "trd.toml", key, value, keys);
    INFO((text.ok() ? "" : text.error().message));
    REQUIRE(text.ok());
    return *text;
}

TEST_CASE("what Kubernetes sets for a service of our name is passed over, and nothing else") {
    const std::vector<std::string> of_trd{"TRD_PORT",
                                          "TRD_PORT_80_TCP",
                                          "TRD_PORT_80_TCP_ADDR",
                                          "TRD_PORT_80_TCP_PORT",
                                          "TRD_PORT_80_TCP_PROTO",
                                          "TRD_PORT_9_UDP",
                                          "TRD_PORT_9_SCTP_ADDR",
                                          "TRD_SERVICE_HOST",
                                          "TRD_SERVICE_PORT",
                                          "TRD_SERVICE_PORT_HTTP",
                                          "TRD_WEB_PORT",
                                          "TRD_WEB_PORT_80_TCP",
                                          "TRD_WEB_SERVICE_HOST",
                                          "TRD_WEB_SERVICE_PORT"};
    CHECK(unknown_variables(of_trd, keys, {}).empty());
    CHECK(service_variables(of_trd) == of_trd);
    const auto unknown_beside = [](const std::string& name) {
        const std::vector<std::string> names{"TRD_SERVICE_HOST", "TRD_SERVICE_PORT", name};
        return unknown_variables(names, keys, {}).size();
    };
    for (const char* name : {"TRD_PORT_", "TRD_PORT_TCP", "TRD_PORT_80", "TRD_PORT_80_HTTP", "TRD_PORT_80_TCP_NAME",
                             "TRD_SERVICE_PORT_", "TRD_SERVICE", "TRD_SERVICE_HOSTS", "TRD_WEB_PORT", "TRD_PORTS",
                             "TRD_BACKTEST__CAHS", "TRD_X_SERVICE_HOST"}) {
        CAPTURE(name);
        CHECK(unknown_beside(name) == 1);
    }
    for (const char* name : {"TRD_PORT", "TRD_PORT_80_TCP", "TRD_SERVICE_HOST", "TRD_SERVICE_PORT"}) {
        CAPTURE(name);
        CHECK(unknown_variables(std::vector<std::string>{name}, keys, {}).size() == 1);
    }
}

TEST_CASE("changing a value leaves everything else of the file as it is") {
    CHECK(changed("", "catalogue", "/a\"b") == "catalogue = \"/a\\\"b\"\n");
    CHECK(changed("", "backtest.seed", "5") == "[backtest]\nseed = 5\n");
    CHECK(changed("# top\n[backtest]\ncash = 1 # mine\nseed = 2\n", "backtest.cash", "9.5") ==
          "# top\n[backtest]\ncash = \"9.5\" # mine\nseed = 2\n");
    CHECK(changed("[backtest]\ncash = 1", "backtest.jit", "off") == "[backtest]\njit = \"off\"\ncash = 1\n");
    CHECK(changed("[backtest]\ncash = 1\n", "catalogue", "x") == "catalogue = \"x\"\n[backtest]\ncash = 1\n");
    CHECK(changed("backtest.cash = 1\n", "backtest.cash", "2") == "backtest.cash = 2\n");
}

TEST_CASE("a change that would touch its neighbours, or is no value, is refused") {
    const auto inline_table = with_value("backtest = { cash = 1, seed = 2 }\n", "trd.toml", "backtest.cash", "3", keys);
    REQUIRE_FALSE(inline_table.ok());
    CHECK(inline_table.error().id == "E_CONFIG_EDIT");
    const auto wrong = with_value("", "trd.toml", "backtest.cash", "much", keys);
    REQUIRE_FALSE(wrong.ok());
    CHECK(wrong.error().id == "E_CONFIG_VALUE");
}

TEST_CASE("a value that is wrong can be changed and taken out, whatever else is wrong in its file") {
    const std::string wrong = "odd = [1, 2]\n[backtest]\ncash = \"much\" # mine\njit = 3\n[other]\nname = 1979-05-27\n";
    CHECK(changed(wrong, "backtest.cash", "5") ==
          "odd = [1, 2]\n[backtest]\ncash = 5 # mine\njit = 3\n[other]\nname = 1979-05-27\n");
    const auto without = without_value(wrong, "trd.toml", "backtest.jit");
    REQUIRE(without.ok());
    CHECK(*without == "odd = [1, 2]\n[backtest]\ncash = \"much\" # mine\n[other]\nname = 1979-05-27\n");
    const auto is_not_there = without_value(wrong, "trd.toml", "backtest.seed");
    REQUIRE(is_not_there.ok());
    CHECK_FALSE(is_not_there->has_value());
    CHECK(changed("[backtest]\njit = { a = 1 }\n", "backtest.cash", "5") == "[backtest]\ncash = 5\njit = { a = 1 }\n");
}

TEST_CASE("of what is wrong only TOML that is none cannot be mended, and what stands on several lines") {
    const auto error_id = [](const std::string& toml, std::string_view key) {
        const auto changed = with_value(toml, "trd.toml", key, "5", keys);
        const auto without = without_value(toml, "trd.toml", key);
        REQUIRE_FALSE(changed.ok());
        REQUIRE_FALSE(without.ok());
        CHECK(changed.error().id == without.error().id);
        return std::string(changed.error().id);
    };
    CHECK(error_id("[backtest\ncash = 1\n", "backtest.cash") == "E_CONFIG_SYNTAX");
    CHECK(error_id("[backtest]\ncash = [1,\n2]\n", "backtest.cash") == "E_CONFIG_EDIT");
    const auto table = with_value("[backtest]\ncash = { a = 1 }\n", "trd.toml", "backtest.cash", "5", keys);
    REQUIRE_FALSE(table.ok());
    CHECK(table.error().id == "E_CONFIG_EDIT");
}

TEST_CASE("no cut of a good file makes the reader do anything but answer") {
    const std::string good = "catalogue = '/data'\n[backtest]\ncash = 2500.1\njit = \"on\" # yes\nseed = 7\n";
    for (size_t size = 0; size <= good.size(); ++size) {
        Config config;
        const auto added = add_config_text(config, good.substr(0, size), "cut.toml", keys);
        if (!added.ok()) CHECK(added.error().code == ExitCode::config);
    }
}

}  // namespace
}  // namespace trd
