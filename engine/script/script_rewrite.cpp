#include "script/script_rewrite.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "script/lua_lexer.h"

namespace trd {
namespace {

// Binary operators with the strengths of Lua 5.1: an operator continues an expression when its left strength exceeds
// the limit, and its right operand is read with its right strength as the limit.
struct Operator {
    std::string_view text;
    int left, right;
};
constexpr std::array<Operator, 15> operators = {{{"or", 1, 1},
                                                 {"and", 2, 2},
                                                 {"<", 3, 3},
                                                 {">", 3, 3},
                                                 {"<=", 3, 3},
                                                 {">=", 3, 3},
                                                 {"~=", 3, 3},
                                                 {"==", 3, 3},
                                                 {"..", 5, 4},
                                                 {"+", 6, 6},
                                                 {"-", 6, 6},
                                                 {"*", 7, 7},
                                                 {"/", 7, 7},
                                                 {"%", 7, 7},
                                                 {"^", 10, 9}}};
constexpr int unary_strength = 8;
constexpr int deepest = 200;  // as in LuaJIT's parser

// One edit of the text. Edits are applied in ascending order of position; a closing before an opening.
struct Edit {
    size_t position;
    bool opens;
    size_t replaced;
    std::string_view text;
    std::string_view local = {};  // made only where all variables of this name hold a position and nothing else
    bool is_held = false;         // where one of that name has just been given its position, whatever it began with
};

// A recursive descent over the whole grammar that notes what to change. Errors are thrown as
// ScanError inside this file and become a value at its one exit: a Result through thirty mutually recursive functions
// would hide the grammar.
class Scanner {
  public:
    Scanner(std::string_view source, bool with_checks) : lexer_(source), with_checks_(with_checks) {
        advance();
        advance();
    }

    std::vector<Edit> run() {
        block();
        if (token_.kind != LuaToken::Kind::end) lost();
        std::erase_if(edits_, [&](const Edit& edit) {
            if (edit.local.empty()) return false;
            const bool may_be_nil = is_in(empty_, edit.local) && !edit.is_held;
            return may_be_nil || !is_in(positions_, edit.local) || is_in(others_, edit.local);
        });
        return std::move(edits_);
    }
    size_t start() const { return lexer_.start(); }

  private:
    // What was read last: a number as it stands, a variable, field or call, such a call as ctx:position(), or something
    // else.
    enum class Operand : uint8_t { number, place, position, other };

    struct Depth {
        explicit Depth(Scanner& scanner) : scanner_(scanner) {
            if (++scanner_.depth_ > deepest) scanner_.refuse("too deeply nested");
        }
        ~Depth() { --scanner_.depth_; }
        Depth(const Depth&) = delete;
        Depth& operator=(const Depth&) = delete;
        Scanner& scanner_;
    };

    [[noreturn]] void refuse(std::string message) const { throw ScanError{token_.line, std::move(message)}; }
    [[noreturn]] void lost() const { refuse("cannot follow the code at '" + std::string(token_.text) + "'"); }

    void advance() {
        last_end_ = token_.end;
        token_ = ahead_;
        auto next = lexer_.next();
        if (!next) throw std::move(next).error();
        ahead_ = *next;
        if (ahead_.kind == LuaToken::Kind::name && ahead_.text.substr(0, 6) == "__trd_")
            throw ScanError{ahead_.line, "names that begin with __trd_ are taken"};
    }
    // A check in front of the next token.
    void note_check() {
        if (with_checks_) edits_.push_back({token_.begin, false, 0, check_});
    }
    bool at_name() const { return token_.kind == LuaToken::Kind::name; }
    bool take(std::string_view word) {
        if (!token_.is(word)) return false;
        advance();
        return true;
    }
    void need(std::string_view word) {
        if (!take(word)) lost();
    }
    void name() {
        if (!at_name()) lost();
        advance();
    }

    // Of a variable that may hold anything.
    void variable() {
        others_.push_back(token_.text);
        name();
    }

    // What is given in a block may not have been given after it.
    void block() {
        const Depth depth(*this);
        const std::vector<std::string_view> held_before = held_;
        while (token_.kind != LuaToken::Kind::end && !ends_block()) statement();
        std::erase_if(held_, [&](std::string_view name) { return !is_in(held_before, name); });
    }
    static bool is_in(const std::vector<std::string_view>& names, std::string_view name) {
        return std::find(names.begin(), names.end(), name) != names.end();
    }
    bool ends_block() const {
        return token_.is("end") || token_.is("else") || token_.is("elseif") || token_.is("until");
    }
    bool at_goto() const { return at_name() && token_.text == "goto" && ahead_.kind == LuaToken::Kind::name; }

    void statement() {
        if (take(";") || take("break")) return;
        if (take("if")) return if_statement();
        if (take("while")) return while_statement();
        if (take("for")) return for_statement();
        if (take("repeat")) return repeat_statement();
        if (take("function")) return function_statement();
        if (take("local")) return local_statement();
        if (take("return")) return return_statement();
        if (take("do")) {
            block();
            return need("end");
        }
        if (take("::")) {
            held_.clear();  // whoever comes here by goto may not have been there
            name();
            return need("::");
        }
        if (at_goto()) {
            note_check();
            advance();
            return name();
        }
        expression_statement();
    }
    void if_statement() {
        do {
            expression();
            note_if_position();
            need("then");
            block();
        } while (take("elseif"));
        if (take("else")) block();
        need("end");
    }
    void while_statement() {
        expression();
        note_if_position();
        need("do");
        note_check();
        block();
        need("end");
    }
    void for_statement() {
        variable();
        while (take(",")) variable();
        if (!take("=")) need("in");
        expression_list();
        need("do");
        note_check();
        block();
        need("end");
    }
    void repeat_statement() {
        note_check();
        block();
        need("until");
        expression();
    }
    void function_statement() {
        variable();
        while (take(".") || take(":")) name();
        function_body();
    }
    void local_statement() {
        if (take("function")) {
            variable();
            return function_body();
        }
        const std::string_view first = token_.text;
        bool is_alone = true;
        for (name(); take(","); is_alone = false) variable();
        const bool is_empty = !take("=");
        const bool is_position = !is_empty && values_are_position() && is_alone;
        std::erase(held_, first);
        if (is_empty) return empty_.push_back(first);
        note_given(first, is_position);
    }
    void note_given(std::string_view name, bool is_position) {
        if (is_position) held_.push_back(name);
        (is_position ? positions_ : others_).push_back(name);
    }
    // Reads the values of an assignment; whether they are ctx:position() and nothing else.
    bool values_are_position() {
        const size_t begin = token_.begin;
        const bool asks_ctx = token_.text == "ctx" && ahead_.is(":");
        expression_list();
        return asks_ctx && operand_ == Operand::position && operand_begin_ == begin;
    }
    void return_statement() {
        const bool empty = ends_block() || token_.is(";") || token_.kind == LuaToken::Kind::end;
        if (!empty) expression_list();
        take(";");
    }
    void expression_statement() {
        suffixed();
        const std::string_view first = operand_name_;
        bool is_alone = true;
        for (; take(","); is_alone = false) {
            suffixed();
            if (!operand_name_.empty()) others_.push_back(operand_name_);
        }
        const bool is_position = take("=") && values_are_position() && is_alone;
        if (!first.empty()) note_given(first, is_position);
    }

    void function_body() {
        need("(");
        if (!token_.is(")")) {
            do {
                if (!take("...")) variable();
            } while (take(","));
        }
        need(")");
        note_check();
        ++functions_;
        const std::vector<std::string_view> held_outside = std::exchange(held_, {});
        block();
        held_ = held_outside;
        --functions_;
        need("end");
    }
    void expression_list() {
        do expression();
        while (take(","));
    }
    void expression() { expression(0); }

    static const Operator* operator_at(const LuaToken& token) {
        const auto found =
            std::find_if(operators.begin(), operators.end(), [&](const Operator& o) { return token.is(o.text); });
        return found == operators.end() ? nullptr : &*found;
    }
    void expression(int limit) {
        const Depth depth(*this);
        const size_t begin = token_.begin;
        first_operand();
        for (const Operator* next = operator_at(token_); next != nullptr && next->left > limit;
             next = operator_at(token_)) {
            const Operand left = operand_;
            const size_t sign = token_.begin;
            if (next->text == "and") note_if_position();
            advance();
            expression(next->right);
            if (next->text == "^") note_power(begin, sign);
            if (can_never_be_equal(next->text, left, operand_)) note_equality(begin, sign, next->text == "~=");
            const bool chooses = next->text == "and" || next->text == "or";
            if (!chooses || !may_be_position()) operand_ = Operand::other;
        }
    }
    bool may_be_position() const {
        return operand_ == Operand::position || (operand_ == Operand::place && !operand_name_.empty());
    }
    void first_operand() {
        const bool negated = token_.is("-"), inverted = token_.is("not");
        if (!take("-") && !take("not") && !take("#")) return simple();
        expression(unary_strength);
        if (inverted) note_if_position();
        if (!negated || operand_ != Operand::number) operand_ = Operand::other;
    }
    static bool can_never_be_equal(std::string_view sign, Operand left, Operand right) {
        if (sign != "==" && sign != "~=") return false;
        const auto is_place = [](Operand operand) { return operand == Operand::place || operand == Operand::position; };
        return (is_place(left) && right == Operand::number) || (left == Operand::number && is_place(right));
    }
    // Where what was read last is asked whether it is there.
    void note_if_position() {
        if (!may_be_position()) return;
        const std::string_view local = operand_ == Operand::position ? std::string_view() : operand_name_;
        const bool is_held = is_in(held_, local);
        edits_.push_back({operand_begin_, true, 0, given_, local, is_held});
        edits_.push_back({last_end_, false, 0, "))", local, is_held});
    }
    // In parentheses, so that `return a == 0` is no tail call, which would lose the line.
    void note_equality(size_t begin, size_t sign, bool negated) {
        edits_.push_back({begin, true, 0, negated ? differ_ : same_});
        edits_.push_back({sign, false, 2, ","});
        edits_.push_back({last_end_, false, 0, "))"});
    }
    void note_power(size_t begin, size_t sign) {
        edits_.push_back({begin, true, 0, opening_});
        edits_.push_back({sign, false, 1, ","});
        edits_.push_back({last_end_, false, 0, ")"});
    }

    void simple() {
        using Kind = LuaToken::Kind;
        operand_ = token_.kind == Kind::number ? Operand::number : Operand::other;
        if (token_.kind == Kind::number || token_.kind == Kind::string) return advance();
        if (take("nil") || take("true") || take("false")) return;
        if (token_.is("...")) {
            if (functions_ == 0) refuse("a script gets no arguments: '...' belongs into a function");
            return advance();
        }
        if (take("function")) {
            function_body();
            operand_ = Operand::other;
        } else if (token_.is("{")) {
            table();
            operand_ = Operand::other;
        } else {
            suffixed();
        }
    }
    void table() {
        need("{");
        while (!token_.is("}")) {
            if (take("[")) {
                expression();
                need("]");
                need("=");
            } else if (at_name() && ahead_.is("=")) {
                advance();
                advance();
            }
            expression();
            if (!take(",") && !take(";")) break;
        }
        need("}");
    }
    void suffixed() {
        const size_t begin = token_.begin;
        std::string_view alone = token_.text;
        if (take("(")) {
            alone = {};
            expression();
            need(")");
        } else {
            name();
        }
        Operand last = Operand::place;
        while (suffix(last)) alone = {};
        operand_ = last;
        operand_begin_ = begin;
        operand_name_ = alone;
    }
    bool suffix(Operand& last) {
        const bool is_position = token_.is(":") && ahead_.text == "position";
        if (take(".")) {
            name();
        } else if (take("[")) {
            expression();
            need("]");
        } else if (take(":")) {
            name();
            if (!arguments()) lost();
        } else if (!arguments()) {
            return false;
        }
        last = is_position ? Operand::position : Operand::place;
        return true;
    }
    bool arguments() {
        if (token_.kind == LuaToken::Kind::string) {
            advance();
        } else if (token_.is("{")) {
            table();
        } else if (take("(")) {
            if (!token_.is(")")) expression_list();
            need(")");
        } else {
            return false;
        }
        return true;
    }

    static constexpr std::string_view check_ = " __trd_check();";  // the semicolon parts it from a "(" that follows
    static constexpr std::string_view opening_ = " __trd_pow(";    // the blank parts it from a word such as `return`
    static constexpr std::string_view same_ = " (__trd_same(";
    static constexpr std::string_view differ_ = " (not __trd_same(";
    static constexpr std::string_view given_ = " (__trd_given(";
    LuaLexer lexer_;
    LuaToken token_, ahead_;
    size_t last_end_ = 0;
    bool with_checks_;
    int depth_ = 0;
    int functions_ = 0;
    Operand operand_ = Operand::other;
    size_t operand_begin_ = 0;
    std::string_view operand_name_;  // of a variable as it stands; of anything else nothing
    // Names of variables: those that are given what ctx:position() gives, and those that are given anything else.
    std::vector<std::string_view> positions_, others_;
    std::vector<std::string_view> empty_;  // begin without a value
    std::vector<std::string_view> held_;   // have been given a position on every way that leads here
    std::vector<Edit> edits_;
};

std::string edited(std::string_view source, size_t start, std::vector<Edit> edits) {
    // What was noted last is the outer one: of several that open at one place it comes first.
    std::reverse(edits.begin(), edits.end());
    std::stable_sort(edits.begin(), edits.end(), [](const Edit& a, const Edit& b) {
        return a.position != b.position ? a.position < b.position : a.opens < b.opens;
    });
    std::string out(source.substr(0, start));
    out += "local __trd_pow,__trd_check=...;local __trd_same,__trd_given=__trd_check(true);";
    size_t done_to = start;
    for (const Edit& edit : edits) {
        out += source.substr(done_to, edit.position - done_to);
        out += edit.text;
        done_to = edit.position + edit.replaced;
    }
    out += source.substr(done_to);
    return out;
}

}  // namespace

Result<std::string, ScanError> rewrite_script(std::string_view source, bool with_checks) {
    try {
        Scanner scanner(source, with_checks);
        std::vector<Edit> edits = scanner.run();
        if (edits.empty()) return std::string(source);
        return edited(source, scanner.start(), std::move(edits));
    } catch (ScanError& error) {
        return Fail{std::move(error)};
    }
}

}  // namespace trd
