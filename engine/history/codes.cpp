#include "history/codes.h"

#include <span>

namespace trd {
namespace {

struct Word {
    std::string_view text;
    int64_t code;
};

// The first word of a code is the one that is written.
constexpr Word trade_sides[] = {{"buy", side_buy},
                                {"sell", side_sell},
                                {"b", side_buy},
                                {"s", side_sell},
                                {"1", side_buy},
                                {"-1", side_sell},
                                {"BUY", side_buy},
                                {"SELL", side_sell},
                                {"Buy", side_buy},
                                {"Sell", side_sell},
                                {"B", side_buy},
                                {"S", side_sell},
                                {"unknown", 0},
                                {"0", 0},
                                {"", 0},
                                // "is the buyer the maker": then the seller crossed the spread
                                {"true", side_sell},
                                {"false", side_buy},
                                {"True", side_sell},
                                {"False", side_buy}};
constexpr Word book_sides[] = {{"bid", side_buy}, {"ask", side_sell}, {"buy", side_buy}, {"sell", side_sell},
                               {"b", side_buy},   {"a", side_sell},   {"1", side_buy},   {"-1", side_sell},
                               {"BID", side_buy}, {"ASK", side_sell}, {"Bid", side_buy}, {"Ask", side_sell},
                               {"B", side_buy},   {"A", side_sell}};
constexpr Word snapshot_flags[] = {
    {"false", 0}, {"true", book_snapshot}, {"0", 0},      {"1", book_snapshot},       {"", 0},
    {"False", 0}, {"True", book_snapshot}, {"update", 0}, {"snapshot", book_snapshot}};
constexpr Word actions[] = {{"split", action_split}, {"dividend", action_dividend}, {"1", action_split},
                            {"2", action_dividend},  {"cash", action_dividend},     {"cash_dividend", action_dividend}};

std::span<const Word> words_of(const KindSpec& spec, size_t column) {
    if (spec.columns[column].name == "snapshot") return snapshot_flags;
    if (spec.kind == DataKind::book) return book_sides;
    if (spec.kind == DataKind::actions) return actions;
    return trade_sides;
}

}  // namespace

std::optional<int64_t> code_of(const KindSpec& spec, size_t column, std::string_view text) {
    for (const Word& word : words_of(spec, column))
        if (word.text == text) return word.code;
    return std::nullopt;
}

std::string code_text(const KindSpec& spec, size_t column, int64_t code) {
    for (const Word& word : words_of(spec, column))
        if (word.code == code) return std::string(word.text);
    return std::to_string(code);
}

std::string code_names(const KindSpec& spec, size_t column) {
    const auto words = words_of(spec, column);
    return std::string(words[0].text) + " or " + std::string(words[1].text);
}

}  // namespace trd
