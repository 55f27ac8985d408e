#include "script/script_slips.h"

#include <charconv>
#include <cmath>
#include <iterator>

#include <fmt/core.h>

#include "script/held_values.h"
#include "script/lua_tokens.h"
#include "script/script_methods.h"

namespace trd {
namespace {

using Kind = LuaToken::Kind;

class Reader {
  public:
    explicit Reader(std::string_view source) : source_(source), tokens_(source), held_(tokens_) {}

    std::vector<ScriptSlip> read() {
        for (size_t i = 0; i < tokens_.size(); ++i) {
            if (tokens_.at(i).is("#")) look_at_length(i);
            if (tokens_.at(i).is("==") || tokens_.at(i).is("~=")) look_at_comparison(i);
            if (!tokens_.is_member(i)) continue;
            if (tokens_.at(i).text == "cross_up" || tokens_.at(i).text == "cross_down") look_at_crossing(i);
            if (tokens_.at(i).text == "target") look_at_target(i + 1);
            if (tokens_.at(i).text == "on_timer" && is_method(i)) look_at_timer_hook(i);
        }
        return std::move(found_);
    }

  private:
    void add(size_t token, std::string message) { found_.push_back({tokens_.at(token).line, std::move(message)}); }

    // self.fast, as it is written.
    std::string text(size_t begin, size_t end) const {
        const size_t from = tokens_.at(begin).begin;
        return std::string(source_.substr(from, tokens_.at(end - 1).end - from));
    }
    // Where the name with its fields begins that ends there.
    size_t path_begin(size_t last) const {
        while (tokens_.is_member(last) && tokens_.before(last, 1).is(".") && tokens_.before(last, 2).kind == Kind::name)
            last -= 2;
        return last;
    }

    // #self.fast
    void look_at_length(size_t i) {
        const auto found = held_.at(i + 1);
        const LuaToken& next = tokens_.at(found.end);
        if (found.kind != HeldValues::Kind::series || next.is("[") || next.is(".") || next.is("(")) return;
        const std::string name = text(i + 1, found.end);
        add(i,
            fmt::format(
                "'#{0}' is always 0: a series has no length. Its newest value is {0}[0], one that is not there is NaN",
                name));
    }

    void look_at_comparison(size_t sign) {
        if (tokens_.at(sign + 1).is("nil") && tokens_.before(sign, 1).is("]")) look_at_nil(sign);
        if (tokens_.at(sign + 1).kind == Kind::number) look_at_truth(sign);
    }
    // self.fast[0] == nil
    void look_at_nil(size_t sign) {
        if (!tokens_.before(sign, 3).is("[") || tokens_.before(sign, 2).kind != Kind::number || sign < 4) return;
        const size_t begin = path_begin(sign - 4);
        const auto found = held_.at(begin);
        if (found.kind != HeldValues::Kind::series || found.end != sign - 3) return;
        const std::string value = text(begin, sign);
        add(begin, fmt::format("'{0}' is never nil: a value that is not there is NaN, and {0} ~= {0} says so. on_bar "
                               "is not called before "
                               "the indicators have values",
                               value));
    }
    // ctx:position().flat == 1
    void look_at_truth(size_t sign) {
        const LuaToken& field = tokens_.before(sign, 1);
        if (!tokens_.is_member(sign - 1) || (field.text != "flat" && field.text != "long" && field.text != "short"))
            return;
        for (size_t begin = sign - 1; begin-- > 0 && tokens_.at(begin).line == field.line;) {
            const auto found = tokens_.is_member(begin) ? HeldValues::Found{} : held_.at(begin);
            if (found.kind != HeldValues::Kind::position || found.end != sign - 2) continue;
            const std::string value = text(begin, sign);
            return add(begin, fmt::format("'{}' is true or false, and never equal to a number: write if {} then", value,
                                          value));
        }
    }

    // ctx.cross_up(self.fast, bar.close)
    void look_at_crossing(size_t name) {
        if (!tokens_.before(name, 1).is(".") || !tokens_.at(name + 1).is("(")) return;
        for (size_t i = name + 1; tokens_.at(i).is("(") || tokens_.at(i).is(","); ++i) {
            const size_t begin = i + 1;
            for (++i; i < tokens_.size() && !tokens_.at(i).is(",") && !tokens_.at(i).is(")") && !tokens_.at(i).is("(");
                 ++i)
                continue;
            look_at_crossed(tokens_.at(name).text, begin, i);
            --i;
            if (!tokens_.at(i + 1).is(",")) return;
        }
    }
    void look_at_crossed(std::string_view call, size_t begin, size_t end) {
        const bool is_bar = end == begin + 3 && tokens_.at(begin).text == "bar" && is_price(tokens_.at(begin + 2).text);
        const auto found = held_.at(begin);
        const bool is_value =
            found.kind == HeldValues::Kind::series && end == found.end + 3 && tokens_.at(found.end).is("[");
        if (!is_bar && !is_value) return;
        const std::string series =
            is_bar ? "ctx.data.main." + std::string(tokens_.at(begin + 2).text) : text(begin, found.end);
        add(begin, fmt::format("ctx.{}: '{}' is one number, as if it had been the same before: give the series, {}",
                               call, text(begin, end), series));
    }
    static bool is_price(std::string_view name) {
        return name == "open" || name == "high" || name == "low" || name == "close";
    }

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
    HeldValues held_;
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
