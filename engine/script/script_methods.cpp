#include "script/script_methods.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "base/suggest.h"
#include "script/foreign_names.h"
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
    {"onpositionchanged", "on_position"},
    {"onpositionchange", "on_position"},
    {"onpositionopened", "on_position"},
    {"onpositionclosed", "on_position"},
    {"onpositionupdate", "on_position"},
    {"ontradeclosed", "on_position"},
    {"onaccount", "on_position"},
    {"onaccountupdate", "on_position"},
    {"onsplit", "on_corporate_action"},
    {"onsplits", "on_corporate_action"},
    {"ondividend", "on_corporate_action"},
    {"ondividends", "on_corporate_action"},
    {"onfundingrate", "on_funding"},
    {"onfundingfee", "on_funding"},
    {"onmargin", "on_margin_call"},
    {"onliquidation", "on_margin_call"},
    {"onmargincallwarning", "on_margin_call"},
    {"onalarm", "on_risk"},
    {"onmonitor", "on_risk"},
    {"onhalt", "on_risk"},
    {"onriskevent", "on_risk"},
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

std::string suggestion(std::string_view hook) { return " (did you mean '" + std::string(hook) + "'?)"; }

// `function S:name`, `function a.S.name`, `S.name =`, `S["name"] =`.
bool is_definition(const LuaTokens& tokens, size_t i) {
    if (tokens.at(i + 1).is("=") || (tokens.at(i + 1).is("]") && tokens.at(i + 2).is("="))) return true;
    size_t first = i;
    while (tokens.is_member(first) && first >= 2) first -= 2;
    return first != i && tokens.before(first, 1).is("function");
}

// What stands between its quotes or long brackets.
std::string_view text_in(const LuaToken& string) {
    const size_t mark = string.text.front() == '[' ? string.text.find('[', 1) + 1 : 1;
    return string.text.substr(mark, string.text.size() - 2 * mark);
}

// The member that is named there, as x.name, x:name or x["name"]; empty: none, or where it is written.
std::string_view member_used_at(const LuaTokens& tokens, size_t i) {
    const bool is_index = tokens.at(i).kind == Kind::string && tokens.before(i, 1).is("[") && tokens.at(i + 1).is("]");
    if ((!is_index && !tokens.is_member(i)) || is_definition(tokens, i)) return {};
    return is_index ? text_in(tokens.at(i)) : tokens.at(i).text;
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

std::vector<std::string_view> unused_methods(std::string_view source, std::span<const std::string_view> names) {
    const LuaTokens tokens(source);
    if (may_use_anything(tokens)) return {};
    std::set<std::string_view> used;
    for (size_t i = 0; i < tokens.size(); ++i) used.insert(member_used_at(tokens, i));
    std::vector<std::string_view> unused;
    std::copy_if(names.begin(), names.end(), std::back_inserter(unused),
                 [&](std::string_view name) { return !used.contains(name); });
    return unused;
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
