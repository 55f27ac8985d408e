// Several accounts of one run, each at a venue of its own, from a file:
//
//   [[account]]
//   name = "nyse"
//   symbols = ["SPY", "AAPL"]
//   cash = 50000
//   fees = "per_unit:0.005,min=1"
//
//   [[account]]
//   name = "kraken"              # without symbols: whatever no other account names
//   cash = "2500.50"
//   fees = "maker_taker:16,26"
//   account = "initial=0.5,maintenance=0.25"
//
// What is left out is as the plan says, so as the flags do. Called by trd backtest and when a kept run is run again.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "backtest/backtest.h"

namespace trd {

// Into plan.accounts; the plan's models and cash have been read before. E_ACCOUNTS with file, line and column.
Status<> read_accounts(std::string_view toml, const std::string& file, BacktestPlan& plan);

// In their order; one called "main", as the plan says, where it names none. Account n is at venue n, from 1 on.
std::vector<BacktestAccount> accounts_of(const BacktestPlan& plan);

// Where the symbol is traded. E_ACCOUNTS: at none of them.
Result<VenueId> venue_of(const BacktestPlan& plan, const std::string& symbol);

// E_ACCOUNT: one closes what misses its maintenance, and neither its terms nor any instrument there asks for that.
Status<> check_liquidation(const BacktestPlan& plan, std::span<const Instrument> instruments);

Money cash_of(const BacktestPlan& plan);

// The models that an account has of its own, by name, as their flags take them.
std::vector<std::pair<std::string, std::string>> models_of(const BacktestPlan& plan, const BacktestAccount& account);

}  // namespace trd
