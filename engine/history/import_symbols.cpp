#include "history/import_symbols.h"

#include <algorithm>
#include <array>
#include <set>
#include <vector>

#include "history/import_names.h"
#include "history/import_text.h"

namespace trd {
namespace {

// The plainest first: of two columns the one whose name comes first here has the symbols. From `first_of_numbers` on
// they are names that nobody would give a series.
constexpr std::array<std::string_view, 28> names_of_symbols{
    "symbol",   "symbols",        "ticker",     "tickers", "ticker_symbol", "tic",
    "sym",      "trading_symbol", "raw_symbol", "ts_code", "stock_symbol",  "ric",
    "contract", "currency_pair",  "pair",       "secid",   "instrument",    "instrument_name",
    "coin",     "asset",          "stock",      "code",    "name",          "isin",
    "figi",     "instrument_id",  "symbol_id",  "market",
};
constexpr size_t first_of_numbers = 23;
static_assert(names_of_symbols[first_of_numbers] == "isin");
constexpr size_t symbols_kept = 1'000;  // of a file's; more are not told apart, so that memory has a bound
constexpr size_t symbols_told = 8;

std::optional<size_t> column_of_symbols(const ImportLayout& layout) {
    for (size_t i = 0; i < layout.columns.size(); ++i)
        if (layout.columns[i].role == TextRole::symbol) return i;
    return std::nullopt;
}

// The symbols of a file's rows, in the order in which they come.
struct FileSymbols {
    std::vector<std::string> names;
    bool are_more = false;
    bool has_wanted = false;
};

class SymbolReader {
  public:
    SymbolReader(TextSource& source, const ImportLayout& layout, size_t column, std::string_view wanted)
        : lines_(source), layout_(layout), column_(column), wanted_(wanted) {
        std::string_view header;
        if (layout.has_header) lines_.next(header);
    }

    Result<FileSymbols> read() {
        std::string_view line;
        while (lines_.next(line)) {
            const size_t count = split_fields(line, layout_.delimiter, fields_);
            if (count == layout_.columns.size()) add(fields_[column_]);
        }
        if (lines_.failure()) return Fail{*lines_.failure()};
        return std::move(found_);
    }

  private:
    // Most rows are of the symbol of the row before.
    void add(std::string_view name) {
        if (!found_.names.empty() && name == before_) return;
        before_ = name;
        found_.has_wanted = found_.has_wanted || name == wanted_;
        if (known_.contains(name)) return;
        found_.are_more = known_.size() == symbols_kept;
        if (found_.are_more) return;
        known_.emplace(name);
        found_.names.emplace_back(name);
    }

    LineReader lines_;
    const ImportLayout& layout_;
    size_t column_;
    std::string_view wanted_;
    std::array<std::string_view, 64> fields_;
    std::set<std::string, std::less<>> known_;
    std::string before_;
    FileSymbols found_;
};

// "A, B, C and 5 more"
std::string listed(const FileSymbols& found) {
    std::string text;
    for (size_t i = 0; i < std::min(found.names.size(), symbols_told); ++i)
        text += (i == 0 ? "" : ", ") + (found.names[i].empty() ? "(none)" : quotable(found.names[i]));
    if (found.are_more) return text + " and more than " + std::to_string(symbols_kept - symbols_told) + " others";
    if (found.names.size() <= symbols_told) return text;
    return text + " and " + std::to_string(found.names.size() - symbols_told) + " more";
}

Error several_symbols(const std::string& file, const TextColumn& column, bool has_header, const FileSymbols& found,
                      const std::string& wanted) {
    const auto named =
        std::find_if(found.names.begin(), found.names.end(), [](const auto& name) { return !name.empty(); });
    return {ExitCode::data, "E_DATA_SYMBOLS",
            file + " has rows of several symbols in " + (has_header ? "its column " : "") + quotable(column.name) +
                ": " + listed(found) + "; none is " + wanted + ", and together they would be one series",
            "say whose rows to take: --symbol " + quotable(*named) +
                "; trd data import --map symbol=- takes all rows for one symbol's"};
}

// "btc/usdt" and "BTCUSDT" are one symbol.
std::string letters_and_digits(std::string_view name) {
    std::string kept;
    for (const char c : name) {
        if (c >= 'a' && c <= 'z') kept += static_cast<char>(c - 'a' + 'A');
        if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80) kept += c;
    }
    return kept;
}

std::string doubt_about(const std::string& file, const TextColumn& column, bool has_header, const std::string& found,
                        const std::string& wanted) {
    const auto rank = rank_of_symbols(normal_name(column.name));
    if ((rank && *rank >= first_of_numbers) || found.empty()) return {};
    if (letters_and_digits(found) == letters_and_digits(wanted)) return {};
    return file + " is read as " + wanted + ", and " + (has_header ? "its column " : "") + quotable(column.name) +
           " says " + quotable(found);
}

}  // namespace

std::optional<size_t> rank_of_symbols(std::string_view name) {
    const auto found = std::find(names_of_symbols.begin(), names_of_symbols.end(), name);
    if (found == names_of_symbols.end()) return std::nullopt;
    return static_cast<size_t>(found - names_of_symbols.begin());
}

Result<WhoseRows> settle_symbols(const TextSource& source, const std::string& file, const ImportLayout& layout,
                                 const std::string& wanted) {
    const auto number = column_of_symbols(layout);
    if (!number) return WhoseRows{};
    const TextColumn& column = layout.columns[*number];
    TRD_TRY(const auto again, source.again());
    TRD_TRY(const FileSymbols found, SymbolReader(*again, layout, *number, wanted).read());
    if (found.names.size() == 1)
        return WhoseRows{{}, doubt_about(file, column, layout.has_header, found.names.front(), wanted)};
    if (found.names.empty()) return WhoseRows{};
    if (found.has_wanted) return WhoseRows{wanted, {}};
    return Fail{several_symbols(file, column, layout.has_header, found, wanted)};
}

}  // namespace trd
