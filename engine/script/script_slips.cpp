#include "script/script_slips.h"

#include <charconv>
#include <cmath>
#include <iterator>

#include <fmt/core.h>

#include "script/lua_tokens.h"
#include "script/script_methods.h"

namespace trd {
namespace {

using Kind = LuaToken::Kind;

class Reader {
  public:
    explicit Reader(std::string_view source) : source_(source), tokens_(source) {}

    std::vector<ScriptSlip> read() {
        for (size_t i = 0; i < tokens_.size(); ++i) {
            if (!tokens_.is_member(i)) continue;
            if (tokens_.at(i).text == "target") look_at_target(i + 1);
            if (tokens_.at(i).text == "on_timer" && is_method(i)) look_at_timer_hook(i);
        }
        return std::move(found_);
    }

  private:
    void add(size_t token, std::string message) { found_.push_back({tokens_.at(token).line, std::move(message)}); }

    // ctx:target { ... weight = 50 ... }
    void look_at_target(size_t i) {
        if (tokens_.at(i).is("(")) ++i;
        if (!tokens_.at(i).is("{")) return;
        int depth = 0;
        for (; i < tokens_.size(); ++i) {
            if (tokens_.at(i).is("{")) ++depth;
            if (tokens_.at(i).is("}") && --depth == 0) return;
            if (depth == 1 && tokens_.at(i).text == "weight" && tokens_.at(i + 1).is("=")) look_at_weight(i + 2);
        }
    }
    void look_at_weight(size_t i) {
        const bool is_negative = tokens_.at(i).is("-");
        if (is_negative) ++i;
        const LuaToken &number = tokens_.at(i), &next = tokens_.at(i + 1);
        if (number.kind != Kind::number || !(next.is("}") || next.is(",") || next.is(";"))) return;
        double weight = 0;
        const auto read = std::from_chars(number.text.data(), number.text.data() + number.text.size(), weight);
        if (read.ptr != number.text.data() + number.text.size() || weight <= usual_weight_max) return;
        add(i, unusual_weight_text(is_negative ? -weight : weight));
    }

    // function S:on_timer(
    bool is_method(size_t i) const { return tokens_.before(i, 1).is(":") && tokens_.before(i, 3).is("function"); }
    void look_at_timer_hook(size_t i) {
        constexpr std::string_view makers[] = {"every", "after", "at"};
        if (unused_methods(source_, makers).size() != std::size(makers)) return;
        add(i,
            "'on_timer' is never called, because nothing here sets a timer: write ctx:every('30s', 'name') in init, "
            "ctx:at "
            "or ctx:after");
    }

    std::string_view source_;
    LuaTokens tokens_;
    std::vector<ScriptSlip> found_;
};

}  // namespace

std::vector<ScriptSlip> script_slips(std::string_view source) { return Reader(source).read(); }

std::string unusual_weight_text(double weight) {
    return fmt::format(
        "ctx:target: weight = {:.6g} is {:.6g} times the equity: write {:.6g} for {:.6g} % of it, or "
        "notional = ... if so much is meant",
        weight, std::abs(weight), weight / 100, weight);
}

}  // namespace trd
