#include "account/account_terms.h"

#include <array>

#include "base/suggest.h"

namespace trd {
namespace {

struct Word {
    std::string_view name;
    bool AccountTerms::*flag;
};
constexpr Word words[] = {
    {"hedging", &AccountTerms::hedging},
    {"liquidates", &AccountTerms::liquidates},
    {"after_fees", &AccountTerms::size_after_fees},
};

struct Rate {
    std::string_view name;
    Decimal AccountTerms::*rate;
    Decimal most;
};
constexpr Decimal one = Decimal::from_units(1);
constexpr Decimal hundred = Decimal::from_units(100);
constexpr Rate rates[] = {
    {"initial", &AccountTerms::initial_rate, hundred}, {"maintenance", &AccountTerms::maintenance_rate, hundred},
    {"borrow", &AccountTerms::borrow_rate, hundred},   {"debit", &AccountTerms::debit_rate, hundred},
    {"credit", &AccountTerms::credit_rate, hundred},   {"buffer", &AccountTerms::sizing_buffer, one},
};

constexpr char forms[] =
    "write none, or some of initial=SHARE, maintenance=SHARE, liquidates, borrow=RATE, debit=RATE, credit=RATE, "
    "buffer=SHARE, after_fees and hedging, with commas between them, for example "
    "initial=0.5,maintenance=0.25,borrow=0.03";

Error refusal(std::string_view text, std::string what) {
    return {ExitCode::usage, "E_ACCOUNT", "account \"" + std::string(text) + "\": " + std::move(what), forms};
}

Status<> read_rate(std::string_view text, const Rate& rate, std::string_view number, AccountTerms& terms) {
    const std::string shown = std::string(rate.name) + "=" + std::string(number);
    const auto parsed = Decimal::parse(number);
    if (!parsed.ok()) return Fail{refusal(text, shown + " is no number: " + describe(parsed.error()))};
    if (parsed->is_negative() || *parsed > rate.most)
        return Fail{refusal(text, shown + " is not between 0 and " + to_string(rate.most))};
    terms.*rate.rate = *parsed;
    return done;
}

Error unknown(std::string_view text, std::string_view part) {
    std::array<std::string_view, std::size(words) + std::size(rates)> names;
    size_t count = 0;
    for (const Word& word : words) names[count++] = word.name;
    for (const Rate& rate : rates) names[count++] = rate.name;
    return refusal(text, "there is no \"" + std::string(part) + "\"" + did_you_mean(part, names));
}

Status<> read_part(std::string_view text, std::string_view part, AccountTerms& terms) {
    const size_t equals = part.find('=');
    const std::string_view key = part.substr(0, equals);
    for (const Word& word : words) {
        if (word.name != key) continue;
        if (equals != std::string_view::npos) return Fail{refusal(text, std::string(key) + " takes no value")};
        terms.*word.flag = true;
        return done;
    }
    for (const Rate& rate : rates) {
        if (rate.name != key) continue;
        if (equals == std::string_view::npos) return Fail{refusal(text, std::string(key) + " needs a value")};
        return read_rate(text, rate, part.substr(equals + 1), terms);
    }
    return Fail{unknown(text, key)};
}

bool get_flag(ByteReader& in) {
    const auto byte = in.get<uint8_t>();
    if (byte > 1) in.fail();
    return byte == 1;
}

}  // namespace

Result<AccountTerms> AccountTerms::parse(std::string_view text) {
    AccountTerms terms;
    if (text == "none") return terms;
    for (std::string_view rest = text;;) {
        const size_t comma = rest.find(',');
        TRD_CHECK(read_part(text, rest.substr(0, comma), terms));
        if (comma == std::string_view::npos) break;
        rest = rest.substr(comma + 1);
    }
    if (terms.initial_rate < terms.maintenance_rate)
        return Fail{refusal(text, "to open has to ask for at least as much as to keep: initial is " +
                                      to_string(terms.initial_rate) + ", maintenance " +
                                      to_string(terms.maintenance_rate))};
    return terms;
}

std::string AccountTerms::name() const {
    std::string text;
    const auto add = [&](const std::string& part) { text += (text.empty() ? "" : ",") + part; };
    for (const Rate& rate : rates)
        if (!(this->*rate.rate).is_zero()) add(std::string(rate.name) + "=" + to_string(this->*rate.rate));
    for (const Word& word : words)
        if (this->*word.flag) add(std::string(word.name));
    if (text.empty()) text = "none";
    return text;
}

void encode(ByteWriter& out, const AccountTerms& terms) {
    for (const bool flag : {terms.hedging, terms.liquidates, terms.size_after_fees})
        out.put(static_cast<uint8_t>(flag));
    for (const Rate& rate : rates) out.put((terms.*rate.rate).raw());
    out.put_text(terms.fees.name());
}

bool decode(ByteReader& in, AccountTerms& terms) {
    for (bool* flag : {&terms.hedging, &terms.liquidates, &terms.size_after_fees}) *flag = get_flag(in);
    for (const Rate& rate : rates) {
        const auto read = Decimal::checked_from_raw(in.get<Int128>());
        if (!read.ok()) return false;
        terms.*rate.rate = *read;
    }
    auto fees = FeeModel::parse(in.get_text());
    if (!in.ok() || !fees.ok()) return false;
    terms.fees = *std::move(fees);
    return true;
}

}  // namespace trd
