#include "script/script_methods.h"

#include "base/suggest.h"
#include "script/lua_tokens.h"

namespace trd {
namespace {

using Kind = LuaToken::Kind;

// What other platforms call it: lower case and without underscores.
struct ForeignHook {
    std::string_view foreign, ours;
};
constexpr std::string_view of_ticks = "on_bar', or for quotes 'on_quote";
constexpr ForeignHook foreign_hooks[] = {
    {"next", "on_bar"},
    {"prenext", "on_warm"},
    {"nextstart", "on_warm"},
    {"handlebar", "on_bar"},
    {"handledata", "on_bar"},
    {"ondata", "on_bar"},
    {"oncandle", "on_bar"},
    {"onnewbar", "on_bar"},
    {"onbarupdate", "on_bar"},
    {"onbarclose", "on_bar"},
    {"onclose", "on_bar"},
    {"oncalculate", "on_bar"},
    {"onprice", "on_bar"},
    {"onupdate", "on_bar"},
    {"shouldlong", "on_bar"},
    {"shouldshort", "on_bar"},
    {"golong", "on_bar"},
    {"goshort", "on_bar"},
    {"updateposition", "on_bar"},
    {"populateentrytrend", "on_bar"},
    {"populateexittrend", "on_bar"},
    {"populateindicators", "init"},
    {"ontick", of_ticks},
    {"tick", of_ticks},
    {"handletick", of_ticks},
    {"onquotetick", "on_quote"},
    {"onmarketdata", "on_quote"},
    {"ontradetick", "on_trade"},
    {"onorderbook", "on_book"},
    {"onorderbookdeltas", "on_book"},
    {"onmarketdepth", "on_book"},
    {"oninit", "init"},
    {"initialize", "init"},
    {"initialise", "init"},
    {"setup", "init"},
    {"onsetup", "init"},
    {"onstatechange", "init"},
    {"constructor", "init"},
    {"botstart", "on_start"},
    {"onwarmupfinished", "on_warm"},
    {"notifyorder", "on_order"},
    {"onorderevent", "on_order"},
    {"onorderupdate", "on_order"},
    {"ontradetransaction", "on_order"},
    {"notifytrade", "on_fill"},
    {"onexecution", "on_fill"},
    {"onexecutionupdate", "on_fill"},
    {"onorderfilled", "on_fill"},
    {"onorderaccepted", "on_accept"},
    {"onorderrejected", "on_reject"},
    {"onordercanceled", "on_cancel"},
    {"onordercancelled", "on_cancel"},
    {"onorderdenied", "on_deny"},
    {"onorderexpired", "on_expire"},
    {"notifytimer", "on_timer"},
    {"beforetradingstart", "on_session"},
    {"beforetrading", "on_session"},
    {"aftertrading", "on_session"},
    {"onendofday", "on_session"},
    {"onexit", "on_stop"},
    {"onend", "on_stop"},
    {"onfinish", "on_stop"},
    {"ondeinit", "on_stop"},
    {"deinit", "on_stop"},
    {"teardown", "on_stop"},
};

std::string without_style(std::string_view name) {
    std::string plain;
    for (const char c : name)
        if (c != '_') plain += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return plain;
}

std::string suggestion(std::string_view hook) { return " (did you mean '" + std::string(hook) + "'?)"; }

// `function S:name`, `function a.S.name`, `S.name =`, `S["name"] =`.
bool is_definition(const LuaTokens& tokens, size_t i) {
    if (tokens.at(i + 1).is("=") || (tokens.at(i + 1).is("]") && tokens.at(i + 2).is("="))) return true;
    size_t first = i;
    while (tokens.is_member(first) && first >= 2) first -= 2;
    return first != i && tokens.before(first, 1).is("function");
}

// "name", 'name' or [[name]].
bool is_text_of(const LuaToken& token, std::string_view name) {
    if (token.kind != Kind::string) return false;
    const size_t found = token.text.find(name);
    return found != std::string_view::npos && token.text.size() - name.size() == 2 * found;
}

// A value between brackets that is not written out, of what may be the strategy: a table in a field is not. And a walk
// over what has a name: then any method may be called.
bool may_use_anything(const LuaTokens& tokens) {
    for (size_t i = 0; i < tokens.size(); ++i) {
        const LuaToken& of = tokens.at(i);
        const bool may_be_it = (of.kind == Kind::name && !tokens.is_member(i)) || of.is(")") || of.is("]");
        const Kind index = tokens.at(i + 2).kind;
        const bool is_written_out = (index == Kind::string || index == Kind::number) && tokens.at(i + 3).is("]");
        if (may_be_it && tokens.at(i + 1).is("[") && !is_written_out) return true;
        const bool walks = !tokens.is_member(i) && (of.text == "pairs" || of.text == "next" || of.text == "rawget");
        if (walks && tokens.at(i + 1).is("(") && index == Kind::name && !tokens.at(i + 3).is(".")) return true;
    }
    return false;
}

}  // namespace

bool uses_method(const LuaTokens& tokens, std::string_view name) {
    if (may_use_anything(tokens)) return true;
    for (size_t i = 0; i < tokens.size(); ++i) {
        const bool is_index = tokens.before(i, 1).is("[") && tokens.at(i + 1).is("]") && is_text_of(tokens.at(i), name);
        const bool is_member = tokens.at(i).text == name && tokens.is_member(i);
        if ((is_index || is_member) && !is_definition(tokens, i)) return true;
    }
    return false;
}

std::string meant_hook(std::string_view name, std::span<const std::string_view> hooks) {
    constexpr size_t short_word = 5;  // a word as short as "init" is two letters from many that are no hook
    const std::string plain = without_style(name);
    for (const ForeignHook& each : foreign_hooks)
        if (each.foreign == plain) return suggestion(each.ours);
    for (const std::string_view hook : hooks)
        if (const std::string bare = without_style(hook); bare == plain || bare == "on" + plain)
            return suggestion(hook);
    const auto near = nearest_name(name, hooks);
    if (!near || (name.size() <= short_word && edit_distance(name, *near) > 1)) return {};
    return suggestion(*near);
}

}  // namespace trd
