// Hand-made candle tables: candles, orders, models, and what must come of them. tables/*.txt holds them; its lines are
//   table NAME            begins one
//   why SENTENCE
//   use KEY=VALUE ...     models: fill path participation slippage fees latency semantics; also tick, lot, position
//   candle O H L C [v=VOLUME] [opens] [closes]
//   order NAME at N SIDE TYPE qty Q [limit P] [trigger P] [trail P] [trail% SHARE] [tif WORD] [expires N] [post]
//         [reduce] [profit] [display Q] [parent NAME] [group NAME]      given at the close of candle N; 0: before all
//   amend NAME at N qty Q [limit P] [trigger P]
//   cancel NAME at N
//   fill NAME CANDLE PRICE QTY HOW          how: open gapped touched triggered (the last thing that led to it)
//   end NAME CANDLE EVENT REASON            cancel, expire, reject, refuse_replace or refuse_cancel, and why
// Orders with a parent are sent when it fills, for what has filled; the members of a group share one quantity.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "match/simulated_venue.h"

namespace trd::testing {

struct TableCandle {
    Price open, high, low, close;
    Quantity volume = Quantity::from_units(1000);
    bool opens = false, closes = false;
};
struct TableOrder {
    std::string name;
    OrderIntent intent;
    std::string parent, group;
    int at = 0;
    int expires_candle = 0;
};
struct TableChange {
    std::string name;
    int at = 0;
    bool cancels = false;
    OrderAmendment amendment;
};
struct Table {
    std::string name, why;
    VenueModels models;
    Price tick = Price::from_raw(decimal_scale / 100);
    Quantity lot = Quantity::from_units(1);
    Quantity position;
    std::vector<TableCandle> candles;
    std::vector<TableOrder> orders;
    std::vector<TableChange> changes;
    std::vector<std::string> expected;
};

// Throws std::runtime_error, naming file and line.
std::vector<Table> read_tables(const std::string& path);
// The lines that came, in the form of the expected ones.
std::vector<std::string> run(const Table& table);

}  // namespace trd::testing
