// What can be said about a strategy's file before anybody gives it data or money: does it load, do its names exist,
// does it run on made-up bars with its own parameters and at their limits, and does it do the same twice. Called by the
// command line; reads nothing but the text it is given.
#pragma once

#include <string>
#include <vector>

#include "base/hash.h"
#include "base/result.h"
#include "view/strategy.h"

namespace trd {

struct CheckFinding {
    enum class Rule : uint8_t {
        name,         // a name that does not exist, or a global that is written
        error,        // a hook fails on made-up bars
        parameter,    // a hook fails with a parameter at its limit
        determinism,  // two runs differ
    };
    Rule rule = Rule::name;
    int line = 0;  // 0: not of one line
    std::string message;
};
std::string_view name_of(CheckFinding::Rule rule);

struct CheckReport {
    StrategyManifest manifest;
    std::vector<CheckFinding> findings;
    uint64_t bars = 0, orders = 0;  // of the run on made-up bars
    Digest hash{};
};

// A fault: it does not load.
Result<CheckReport, StrategyFault> check_strategy(const std::string& source, const std::string& path);

}  // namespace trd
