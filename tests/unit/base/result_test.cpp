#include "base/result.h"

#include <memory>
#include <string>

#include "support/catch.h"

using namespace trd;

namespace {

enum class Reason : uint8_t { first, second };

Result<int, Reason> halve(int value) {
    if (value % 2 != 0) return Fail{Reason::second};
    return value / 2;
}
// Value and reason of different types on the way up: only the reason travels.
Result<std::string, Reason> quarter_text(int value, int& evaluated) {
    TRD_TRY(const int half, halve((++evaluated, value)));
    TRD_TRY(const int quarter, halve(half));
    return std::to_string(quarter);
}
Status<Reason> both_even(int a, int b, int& checked) {
    TRD_CHECK(halve(a));
    ++checked;
    TRD_CHECK(halve(b));
    ++checked;
    return done;
}
Result<std::unique_ptr<int>> owned(bool fine) {
    if (!fine) return Fail{Error{ExitCode::data, "E_ROW", "bad row", "mend it"}};
    return std::make_unique<int>(7);
}
Result<int> taken(bool fine) {
    TRD_TRY(std::unique_ptr<int> number, owned(fine));
    return *number;
}

}  // namespace

TEST_CASE("a result is a value or a reason") {
    const auto good = halve(8);
    REQUIRE(good.ok());
    CHECK(static_cast<bool>(good));
    CHECK(*good == 4);
    CHECK(good.value() == 4);
    CHECK(good.value_or(9) == 4);
    const auto bad = halve(7);
    REQUIRE_FALSE(bad.ok());
    CHECK_FALSE(static_cast<bool>(bad));
    CHECK(bad.error() == Reason::second);
    CHECK(bad.value_or(9) == 9);
}

TEST_CASE("value and reason of one type are not mistaken for each other") {
    const Result<int, int> value = 3;
    const Result<int, int> reason = Fail{3};
    CHECK(value.ok());
    CHECK_FALSE(reason.ok());
    CHECK(reason.error() == 3);
}

TEST_CASE("a value can be changed in place and moved out") {
    Result<std::string, Reason> text = std::string("ab");
    *text += "c";
    text->push_back('d');
    CHECK(text->size() == 4);
    const std::string moved = *std::move(text);
    CHECK(moved == "abcd");
}

TEST_CASE("TRD_TRY hands on the first reason and evaluates once") {
    int evaluated = 0;
    CHECK(*quarter_text(12, evaluated) == "3");
    CHECK(evaluated == 1);
    CHECK(quarter_text(7, evaluated).error() == Reason::second);
    CHECK(quarter_text(6, evaluated).error() == Reason::second);
    CHECK(evaluated == 3);
}

TEST_CASE("TRD_CHECK goes on only when all is well") {
    int checked = 0;
    CHECK(both_even(2, 4, checked).ok());
    CHECK(checked == 2);
    CHECK(both_even(1, 4, checked).error() == Reason::second);
    CHECK(checked == 2);
    CHECK_FALSE(both_even(2, 5, checked).ok());
    CHECK(checked == 3);
}

TEST_CASE("what can only be moved goes through, and an error arrives whole") {
    CHECK(*taken(true) == 7);
    const auto failed = taken(false);
    REQUIRE_FALSE(failed.ok());
    CHECK(failed.error().code == ExitCode::data);
    CHECK(failed.error().id == "E_ROW");
    CHECK(failed.error().message == "bad row");
    CHECK(failed.error().hint == "mend it");
}

TEST_CASE("a large reason costs a result no more than a pointer, and becomes another one on its way") {
    static_assert(sizeof(Status<>) <= 2 * sizeof(void*));
    struct Wrapped {
        Error reason;
        explicit Wrapped(Error made) : reason(std::move(made)) {}
    };
    const auto wrapped = [](bool fine) -> Status<Wrapped> {
        TRD_CHECK(owned(fine));
        return done;
    };
    CHECK(wrapped(true).ok());
    const auto failed = wrapped(false);
    REQUIRE_FALSE(failed.ok());
    CHECK(failed.error().reason.message == "bad row");
    Result<std::unique_ptr<int>> moved = owned(false);
    const Result<std::unique_ptr<int>> here = std::move(moved);
    CHECK(here.error().hint == "mend it");
}
