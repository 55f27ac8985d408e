#include "history/instrument_file.h"

#include <toml++/toml.h>

#include <algorithm>
#include <set>

#include "base/suggest.h"
#include "base/zone.h"
#include "history/segment.h"

namespace trd {
namespace {

std::string joined(std::span<const std::string_view> names) {
    std::string text;
    for (const std::string_view name : names) text.append(text.empty() ? "" : ", ").append(name);
    return text;
}

bool is_symbol(std::string_view text) {
    return !text.empty() && text.size() <= symbol_size_max &&
           std::all_of(text.begin(), text.end(), [](char c) { return static_cast<uint8_t>(c) > ' ' && c != '\x7f'; });
}

// Names that end up in tables of one line.
bool is_line(std::string_view text) {
    return text.size() <= 200 &&
           std::none_of(text.begin(), text.end(), [](char c) { return static_cast<uint8_t>(c) < ' ' || c == '\x7f'; });
}

bool set_name(std::string& target, const std::string& text) {
    target = text;
    return is_line(text);
}

bool set_currency(Currency& target, const std::string& text) {
    const auto currency = Currency::parse(text);
    if (currency) target = *currency;
    return currency.ok();
}

template <class T>
bool set_decimal(T& target, const std::string& text, bool zero_is_fine) {
    const auto number = T::parse(text);
    if (!number) return false;
    target = *number;
    return number->is_positive() || (zero_is_fine && number->is_zero());
}

bool set_share(Decimal& target, const std::string& text) {
    return set_decimal(target, text, true) && target <= Decimal::from_units(1);
}

bool set_from(Timestamp& target, const std::string& text) {
    const auto time = parse_iso(text);
    if (time) target = *time;
    return time.ok();
}

std::vector<std::string_view> kind_names() {
    std::vector<std::string_view> names;
    for (const KindTraits& traits : kind_table()) names.push_back(traits.name);
    return names;
}

bool set_kind(InstrumentKind& target, const std::string& text) {
    const auto kind = kind_named(text);
    if (kind) target = *kind;
    return kind.has_value();
}

bool set_zone(std::string& target, const std::string& text) {
    target = text;
    return Zone::find(text).ok();
}

constexpr std::string_view above_zero = "a number above zero";
constexpr std::string_view zero_or_more = "a number, zero or more";
constexpr std::string_view share = "a share of the value, from 0 to 1";
constexpr std::string_view currency_text = "a currency such as \"USD\"";
constexpr std::string_view line_text = "text of one line";

template <class Target>
struct Key {
    std::string_view name;
    std::string_view expected;  // empty: the names that kind and zone have are looked up
    bool (*set)(Target& target, const std::string& text);
};

constexpr Key<Instrument> instrument_keys[] = {
    {"symbol", "1 to 63 characters without blanks",
     [](Instrument& i, const std::string& text) {
         i.symbol = text;
         return is_symbol(text);
     }},
    {"kind", "", [](Instrument& i, const std::string& text) { return set_kind(i.kind, text); }},
    {"currency", currency_text, [](Instrument& i, const std::string& text) { return set_currency(i.quote, text); }},
    {"base", currency_text, [](Instrument& i, const std::string& text) { return set_currency(i.base, text); }},
    {"multiplier", above_zero,
     [](Instrument& i, const std::string& text) { return set_decimal(i.multiplier, text, false); }},
    {"issuer", line_text, [](Instrument& i, const std::string& text) { return set_name(i.issuer, text); }},
    {"sector", line_text, [](Instrument& i, const std::string& text) { return set_name(i.sector, text); }},
    {"zone", "", [](Instrument& i, const std::string& text) { return set_zone(i.zone, text); }},
    {"calendar", line_text, [](Instrument& i, const std::string& text) { return set_name(i.calendar, text); }},
};

constexpr Key<Terms> terms_keys[] = {
    {"from", "a date such as 2024-06-01, or a time",
     [](Terms& t, const std::string& text) { return set_from(t.valid_from, text); }},
    {"tick", above_zero, [](Terms& t, const std::string& text) { return set_decimal(t.tick, text, false); }},
    {"lot", above_zero, [](Terms& t, const std::string& text) { return set_decimal(t.lot, text, false); }},
    {"min_quantity", zero_or_more,
     [](Terms& t, const std::string& text) { return set_decimal(t.min_quantity, text, true); }},
    {"max_quantity", zero_or_more,
     [](Terms& t, const std::string& text) { return set_decimal(t.max_quantity, text, true); }},
    {"min_notional", zero_or_more,
     [](Terms& t, const std::string& text) { return set_decimal(t.min_notional, text, true); }},
    {"margin", zero_or_more,
     [](Terms& t, const std::string& text) { return set_decimal(t.margin_per_unit, text, true); }},
    {"margin_rate", share, [](Terms& t, const std::string& text) { return set_share(t.margin_rate, text); }},
    {"maintenance", zero_or_more,
     [](Terms& t, const std::string& text) { return set_decimal(t.maintenance_per_unit, text, true); }},
    {"maintenance_rate", share, [](Terms& t, const std::string& text) { return set_share(t.maintenance_rate, text); }},
};

constexpr std::string_view terms_key = "terms";

template <class Keys>
auto key_named(const Keys& keys, std::string_view name) -> decltype(&keys[0]) {
    const auto found = std::find_if(std::begin(keys), std::end(keys), [name](const auto& k) { return k.name == name; });
    return found == std::end(keys) ? nullptr : found;
}

// A key of the terms that may stand beside symbol.
bool is_own_term(std::string_view name) { return name != "from" && key_named(terms_keys, name) != nullptr; }

std::string expected_by(std::string_view key, std::string_view stated, const std::string& found) {
    if (!stated.empty()) return std::string(stated);
    if (key == "zone") {
        const auto names = zone_names();
        const std::vector<std::string_view> views(names.begin(), names.end());
        return "a time zone such as \"America/New_York\"" + did_you_mean(found, views);
    }
    const auto names = kind_names();
    return "one of " + joined(names) + did_you_mean(found, names);
}

class FileParser {
  public:
    FileParser(std::string_view toml, const std::string& file) : text_(toml), file_(file) {
        for (size_t end = text_.find('\n'); end != std::string_view::npos; end = text_.find('\n', end + 1))
            line_begins_.push_back(end + 1);
    }

    InstrumentFile parse() {
        try {
            read_root(toml::parse(text_));
        } catch (const toml::parse_error& problem) {
            fault(problem.source(), std::string(problem.description()));
        }
        std::stable_sort(faults_.begin(), faults_.end(), [](const Fault& a, const Fault& b) {
            return std::pair(a.line, a.column) < std::pair(b.line, b.column);
        });
        for (const Fault& each : faults_)
            result_.faults.push_back(file_ + ":" + std::to_string(each.line) + ":" + std::to_string(each.column) +
                                     ": " + each.what);
        return std::move(result_);
    }

  private:
    struct Fault {
        uint32_t line, column;
        std::string what;
    };

    void fault(const toml::source_region& place, const std::string& what) {
        faults_.push_back({place.begin.line, place.begin.column, what});
    }
    void wrong_value(const toml::node& node, std::string_view key, const std::string& expected) {
        fault(node.source(), std::string(key) + " is \"" + text_of(node) + "\", expected " + expected);
    }
    void unknown_key(const toml::key& key, std::span<const std::string_view> known) {
        fault(key.source(), "key is \"" + std::string(key.str()) + "\"" + did_you_mean(key.str(), known) +
                                ", expected one of " + joined(known));
    }

    // The text of a value as it stands in the file: a number of TOML would come as a double.
    std::string written(const toml::node& node) const {
        size_t begin = line_begins_[std::clamp<size_t>(node.source().begin.line, 1, line_begins_.size()) - 1];
        for (uint32_t column = 1; column < node.source().begin.column && begin < text_.size(); ++column) {
            ++begin;  // columns count characters, not bytes
            while (begin < text_.size() && (static_cast<uint8_t>(text_[begin]) & 0xC0) == 0x80) ++begin;
        }
        std::string_view rest = text_.substr(begin);
        rest = rest.substr(0, rest.find_first_of(",]}#\r\n"));
        return std::string(rest.substr(0, rest.find_last_not_of(" \t") + 1));
    }
    std::string text_of(const toml::node& node) const {
        if (const auto* text = node.as_string()) return text->get();
        if (node.is_table()) return "a table";
        if (node.is_array()) return "an array";
        std::string text = written(node);
        if (node.is_number()) std::erase(text, '_');
        return text;
    }

    void read_root(const toml::table& root) {
        static constexpr std::string_view known[] = {"instrument"};
        for (const auto& [key, node] : root) {
            if (key.str() != known[0])
                unknown_key(key, known);
            else if (const auto* list = node.as_array(); list != nullptr && list->is_array_of_tables())
                for (const toml::node& entry : *list) read_instrument(*entry.as_table());
            else
                fault(node.source(), "instrument is " + text_of(node) + ", expected [[instrument]] before each");
        }
        if (root.empty()) fault(root.source(), "there is no [[instrument]]");
    }

    void read_instrument(const toml::table& table) {
        Instrument instrument;
        const toml::array* dated = nullptr;
        bool has_own_terms = false;
        for (const auto& [key, node] : table) {
            if (key.str() == terms_key && node.is_array_of_tables())
                dated = node.as_array();
            else if (key.str() == terms_key)
                wrong_value(node, terms_key, "[[instrument.terms]] before each");
            else if (const auto* known = key_named(instrument_keys, key.str()))
                set(*known, instrument, node);
            else if (is_own_term(key.str()))
                has_own_terms = true;
            else
                unknown_key(key, all_names());
        }
        for (const std::string_view needed : {"symbol", "kind", "currency"})
            if (!table.contains(needed)) fault(table.source(), "there is no " + std::string(needed));
        if (is_inverse(instrument.kind) && !table.contains("base"))
            fault(table.source(), "there is no base, expected the currency that a " +
                                      std::string(traits_of(instrument.kind).name) + " settles in");
        if (dated == nullptr)
            read_terms(table, true, instrument);
        else
            for (const toml::node& entry : *dated) read_terms(*entry.as_table(), false, instrument);
        if (dated != nullptr && has_own_terms)
            fault(table.source(),
                  "tick, lot, margin and their like stand in [[instrument.terms]] or beside symbol, not in both");
        check_symbol(table, instrument.symbol);
        result_.instruments.push_back(std::move(instrument));
    }

    // `beside`: the table is the instrument's own, and holds other keys as well.
    void read_terms(const toml::table& table, bool beside, Instrument& instrument) {
        const bool is_first = instrument.terms.empty();
        const Terms before = is_first ? usual_terms(instrument.kind) : instrument.terms.back();
        Terms terms = before;
        for (const auto& [key, node] : table) {
            if (beside && !is_own_term(key.str())) continue;
            if (const auto* known = key_named(terms_keys, key.str()))
                set(*known, terms, node);
            else
                unknown_key(key, terms_names());
        }
        if (!table.contains("min_quantity") && before.min_quantity == before.lot) terms.min_quantity = terms.lot;
        if (!is_first && terms.valid_from <= before.valid_from)
            fault(table.source(), table.contains("from") ? "from is not after the from of the terms above it"
                                                         : "there is no from, expected when these terms begin");
        check_margin(table, terms, instrument);
        instrument.terms.push_back(terms);
    }

    void check_margin(const toml::table& table, const Terms& terms, const Instrument& instrument) {
        const std::pair<std::string_view, bool> given[] = {{"margin", !terms.margin_per_unit.is_zero()},
                                                           {"margin_rate", !terms.margin_rate.is_zero()},
                                                           {"maintenance", !terms.maintenance_per_unit.is_zero()},
                                                           {"maintenance_rate", !terms.maintenance_rate.is_zero()}};
        if (instrument.valuation() != Valuation::paid) return;
        for (const auto& [key, is_given] : given)
            if (is_given)
                fault(table.get(key) != nullptr ? table.get(key)->source() : table.source(),
                      std::string(key) + " is there, expected none: a " + std::string(traits_of(instrument.kind).name) +
                          " is paid in full");
    }

    template <class Target>
    void set(const Key<Target>& key, Target& target, const toml::node& node) {
        const bool is_scalar = !node.is_table() && !node.is_array() && !node.is_boolean();
        const std::string text = text_of(node);
        if (!is_scalar || !key.set(target, text))
            wrong_value(node, key.name, expected_by(key.name, key.expected, text));
    }

    void check_symbol(const toml::table& table, const std::string& symbol) {
        if (!symbol.empty() && !symbols_.insert(symbol).second)
            fault(table.get("symbol")->source(), "symbol is \"" + symbol + "\" for the second time");
    }

    static std::vector<std::string_view> terms_names() {
        std::vector<std::string_view> names;
        for (const auto& key : terms_keys) names.push_back(key.name);
        return names;
    }
    static std::vector<std::string_view> all_names() {
        std::vector<std::string_view> names;
        for (const auto& key : instrument_keys) names.push_back(key.name);
        names.push_back(terms_key);
        for (const auto& key : terms_keys)
            if (key.name != "from") names.push_back(key.name);
        return names;
    }

    std::string_view text_;
    const std::string& file_;
    std::vector<size_t> line_begins_ = {0};
    std::set<std::string> symbols_;
    std::vector<Fault> faults_;
    InstrumentFile result_;
};

std::string in_toml_quotes(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + "\"";
}

void put_text(std::string& out, std::string_view key, std::string_view text) {
    if (!text.empty()) out.append(key).append(" = ").append(in_toml_quotes(text)).append("\n");
}

template <class T>
void put_number(std::string& out, std::string_view key, T value, bool is_needed) {
    if (is_needed) out.append(key).append(" = ").append(to_string(value)).append("\n");
}

// `rates`: some of the instrument's terms have them; what is left out would stay as it was.
void put_terms(std::string& out, const Terms& terms, bool rates) {
    if (terms.valid_from.ns != INT64_MIN) out += "from = " + to_iso(terms.valid_from) + "\n";
    put_number(out, "tick", terms.tick, true);
    put_number(out, "lot", terms.lot, true);
    put_number(out, "min_quantity", terms.min_quantity, true);
    put_number(out, "max_quantity", terms.max_quantity, true);
    put_number(out, "min_notional", terms.min_notional, true);
    put_number(out, "margin", terms.margin_per_unit, true);
    put_number(out, "margin_rate", terms.margin_rate, rates);
    put_number(out, "maintenance", terms.maintenance_per_unit, rates);
    put_number(out, "maintenance_rate", terms.maintenance_rate, rates);
}

void put_instrument(std::string& out, const Instrument& instrument) {
    out += "[[instrument]]\n";
    put_text(out, "symbol", instrument.symbol);
    put_text(out, "kind", traits_of(instrument.kind).name);
    put_text(out, "currency", instrument.quote.code());
    put_text(out, "base", instrument.base.code());
    put_number(out, "multiplier", instrument.multiplier, true);
    put_text(out, "issuer", instrument.issuer);
    put_text(out, "sector", instrument.sector);
    put_text(out, "zone", instrument.zone);
    put_text(out, "calendar", instrument.calendar);
    const bool rates = std::any_of(instrument.terms.begin(), instrument.terms.end(),
                                   [](const Terms& terms) { return terms.has_rates(); });
    for (const Terms& terms : instrument.terms) {
        out += "[[instrument.terms]]\n";
        put_terms(out, terms, rates);
    }
}

}  // namespace

InstrumentFile parse_instruments(std::string_view toml, const std::string& file) {
    return FileParser(toml, file).parse();
}

std::string format_instruments(std::span<const Instrument> instruments) {
    std::string out;
    for (const Instrument& instrument : instruments) {
        if (!out.empty()) out += "\n";
        put_instrument(out, instrument);
    }
    return out;
}

bool says_the_same(const Instrument& a, const Instrument& b) {
    return format_instruments(std::span(&a, 1)) == format_instruments(std::span(&b, 1));
}

Error to_error(const InstrumentFile& parsed) {
    TRD_ASSERT(!parsed.faults.empty());
    Error error{ExitCode::data, "E_DATA_INSTRUMENT", "",
                "nothing was written; docs/data.md shows how instruments are written"};
    if (parsed.faults.size() > 1) error.message = std::to_string(parsed.faults.size()) + " faults\n";
    for (size_t i = 0; i < parsed.faults.size(); ++i) error.message += (i == 0 ? "" : "\n") + parsed.faults[i];
    return error;
}

}  // namespace trd
