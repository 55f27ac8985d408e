#include "history/import_names.h"

namespace trd {
namespace {

// Other names that files give to our columns, in normal form: lower case, blanks and points as underscores.
struct Synonym {
    std::string_view name;
    std::string_view column;
};
constexpr Synonym synonyms[] = {
    {"date", "time"},
    {"datetime", "time"},
    {"date_time", "time"},
    {"timestamp", "time"},
    {"ts", "time"},
    {"t", "time"},
    {"open_time", "time"},
    {"opentime", "time"},
    {"time_utc", "time"},
    {"unix", "time"},
    {"epoch", "time"},
    {"transact_time", "time"},
    {"ts_event", "time"},
    {"funding_time", "time"},
    {"calc_time", "time"},
    {"last_date", "time"},
    {"ex_date", "time"},
    {"gmt_time", "time"},
    {"time_ms", "time"},
    {"trade_time", "time"},
    {"begins_at", "time"},
    {"o", "open"},
    {"open_price", "open"},
    {"h", "high"},
    {"high_price", "high"},
    {"l", "low"},
    {"low_price", "low"},
    {"c", "close"},
    {"close_price", "close"},
    {"last", "close"},
    {"v", "volume"},
    {"vol", "volume"},
    {"volume_btc", "volume"},
    {"base_volume", "volume"},
    {"tick_volume", "volume"},
    {"bid_price", "bid"},
    {"ask_price", "ask"},
    {"bidopen", "bid_open"},
    {"bidhigh", "bid_high"},
    {"bidlow", "bid_low"},
    {"bidclose", "bid_close"},
    {"askopen", "ask_open"},
    {"askhigh", "ask_high"},
    {"asklow", "ask_low"},
    {"askclose", "ask_close"},
    {"b", "bid"},
    {"a", "ask"},
    {"bid_qty", "bid_size"},
    {"best_bid_price", "bid"},
    {"best_ask_price", "ask"},
    {"best_bid_qty", "bid_size"},
    {"best_ask_qty", "ask_size"},
    {"bid_volume", "bid_size"},
    {"ask_qty", "ask_size"},
    {"ask_volume", "ask_size"},
    {"px", "price"},
    {"p", "price"},
    {"trade_price", "price"},
    {"qty", "size"},
    {"quantity", "size"},
    {"amount", "size"},
    {"q", "size"},
    {"trade_id", "id"},
    {"agg_trade_id", "id"},
    {"tid", "id"},
    {"is_buyer_maker", "side"},
    {"direction", "side"},
    {"seq", "sequence"},
    {"update_id", "sequence"},
    {"is_snapshot", "snapshot"},
    {"funding_rate", "rate"},
    {"fundingrate", "rate"},
    {"lastfundingrate", "rate"},
    {"fundingtime", "time"},
    {"last_funding_rate", "rate"},
    {"fx_rate", "rate"},
    {"action_type", "action"},
    {"type", "action"},
    {"ratio", "value"},
    {"cash", "value"},
    {"dividend", "value"},
};

}  // namespace

std::string normal_name(std::string_view text) {
    std::string name;
    for (const char c : text) {
        if (c >= 'A' && c <= 'Z')
            name += static_cast<char>(c - 'A' + 'a');
        else if (c == ' ' || c == '.' || c == '-' || c == '/')
            name += '_';
        else if (c != '<' && c != '>')
            name += c;
    }
    return name;
}

std::optional<size_t> column_named(const KindSpec& spec, std::string_view name) {
    for (size_t i = 0; i < spec.columns.size(); ++i)
        if (spec.columns[i].name == name) return i;
    return std::nullopt;
}

std::optional<size_t> column_meant(const KindSpec& spec, std::string_view name) {
    if (const auto exact = column_named(spec, name)) return exact;
    for (const Synonym& synonym : synonyms)
        if (synonym.name == name)
            if (const auto column = column_named(spec, synonym.column)) return column;
    return std::nullopt;
}

}  // namespace trd
