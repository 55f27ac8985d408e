// What can be said about a strategy's or a risk rule's file before anybody gives it data or money: does it load, do its
// names exist, does it run on made-up bars with its own parameters and at their limits, and does it do the same twice.
// Called by the command line; reads nothing but the text it is given.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "base/hash.h"
#include "base/result.h"
#include "record/record.h"
#include "view/strategy.h"

namespace trd {

struct CheckFinding {
    enum class Rule : uint8_t {
        name,         // a name or a member of ctx that does not exist, or a global that is written
        error,        // a hook fails on made-up bars
        parameter,    // a hook fails with a parameter at its limit
        determinism,  // two runs differ
        load,         // it does not load, or is not there, and others were to be checked too
    };
    Rule rule = Rule::name;
    int line = 0;  // 0: not of one line
    std::string message;
};
std::string_view name_of(CheckFinding::Rule rule);

struct CheckReport {
    StrategyManifest manifest;
    std::vector<CheckFinding> findings;
    uint64_t bars = 0, orders = 0;  // of the run on made-up bars; of a rule: orders that it was asked about
    uint64_t denied = 0;            // of that run, besides `orders`
    bool is_rule = false;
    std::array<uint64_t, rule_answer_count> answers{};  // of a rule
    Digest hash{};
};

// A fault: it does not load.
Result<CheckReport, StrategyFault> check_strategy(const std::string& source, const std::string& path);
Result<CheckReport, StrategyFault> check_rule(const std::string& source, const std::string& path);

// Adds a finding, unless its line has one already.
void add(CheckReport& report, const std::string& path, CheckFinding::Rule rule, const std::string& message);

}  // namespace trd
