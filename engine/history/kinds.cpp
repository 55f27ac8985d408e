#include "history/kinds.h"

#include "base/assert.h"

namespace trd {
namespace {

using enum ColumnUnit;

constexpr ColumnSpec bar_columns[] = {
    {"time", time},   {"span", span, false},      {"open", price}, {"high", price}, {"low", price},
    {"close", price}, {"volume", quantity, false}};
constexpr ColumnSpec quote_bar_columns[] = {
    {"time", time},      {"span", span, false}, {"bid_open", price},           {"bid_high", price},
    {"bid_low", price},  {"bid_close", price},  {"bid_size", quantity, false}, {"ask_open", price},
    {"ask_high", price}, {"ask_low", price},    {"ask_close", price},          {"ask_size", quantity, false}};
constexpr ColumnSpec quote_columns[] = {
    {"time", time}, {"bid", price}, {"bid_size", quantity, false}, {"ask", price}, {"ask_size", quantity, false}};
constexpr ColumnSpec trade_columns[] = {
    {"time", time}, {"price", price}, {"size", quantity}, {"side", code, false}, {"id", number, false}};
constexpr ColumnSpec book_columns[] = {
    {"time", time},           {"side", code}, {"price", price}, {"size", quantity}, {"sequence", number, false},
    {"snapshot", code, false}};
constexpr ColumnSpec funding_columns[] = {{"time", time}, {"rate", rate}};
constexpr ColumnSpec action_columns[] = {{"time", time}, {"action", code}, {"value", rate}};
constexpr ColumnSpec fx_columns[] = {{"time", time}, {"rate", price}};

// Factors that turn raw prices into adjusted ones, each up to and including its day (the published form of one vendor).
constexpr ColumnSpec factor_columns[] = {
    {"time", time}, {"price_factor", price}, {"split_factor", price}, {"reference_close", quantity, false}};

constexpr KindSpec kinds[] = {
    {DataKind::bars, "bars", true, bar_columns},
    {DataKind::quote_bars, "quote-bars", true, quote_bar_columns},
    {DataKind::quotes, "quotes", false, quote_columns},
    {DataKind::trades, "trades", false, trade_columns},
    {DataKind::book, "book", false, book_columns},
    {DataKind::funding, "funding", false, funding_columns},
    {DataKind::actions, "actions", false, action_columns},
    {DataKind::fx_rates, "fx", false, fx_columns},
    {DataKind::factors, "factors", false, factor_columns},
};

}  // namespace

std::span<const KindSpec> data_kinds() { return kinds; }

const KindSpec& spec_of(DataKind kind) {
    const auto index = static_cast<size_t>(kind) - 1;
    TRD_ASSERT(index < std::size(kinds));
    return kinds[index];
}

const KindSpec* data_kind_named(std::string_view name) {
    for (const KindSpec& spec : kinds)
        if (spec.name == name) return &spec;
    return nullptr;
}

}  // namespace trd
