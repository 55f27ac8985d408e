// One file of limits while it is read. Only limits_*.cpp include this.
#pragma once

#include <toml++/toml.h>

#include "risk/limits_file.h"

namespace trd::risk_detail {

using Kind = LimitsProblem::Kind;
using ReadStatus = Status<LimitsProblem>;

class LimitsReader {
  public:
    LimitsReader(const std::string& source, const RiskNames& names, std::span<const RiskCheck> table)
        : source_(source), names_(names), table_(table) {}

    Result<RiskLimits, LimitsProblem> read(const toml::table& file);

  private:
    // A table of one check: [strategy.sma.R09].
    struct Section {
        const toml::table& table;
        uint16_t check;
        RiskScope scope;
        std::string subject;
    };

    ReadStatus read_day(const toml::node& node);
    ReadStatus read_scope(RiskScope scope, const toml::table& table);
    ReadStatus read_checks(RiskScope scope, const std::string& subject, const toml::table& table);
    ReadStatus read_check(const std::string& code, const toml::node& node, RiskScope scope, const std::string& subject);
    ReadStatus read_section(const Section& section);
    // What holds for every rule of the section.
    Result<RiskLimit, LimitsProblem> read_terms(const Section& section);
    ReadStatus read_term(const Section& section, std::string_view key, const toml::node& node, RiskLimit& limit);
    ReadStatus check_terms(const Section& section, const RiskLimit& limit) const;
    ReadStatus read_rule(const Section& section, uint16_t rule, const toml::node& node, RiskLimit limit);
    ReadStatus read_setting(const Section& section, const RiskRule& rule, RiskLimit& limit) const;
    ReadStatus read_list(const RiskRule& rule, const toml::node& node, RiskLimit& limit) const;
    ReadStatus check_settings(const Section& section) const;
    ReadStatus check_pair(const RiskLimit& earlier, const RiskLimit& later) const;
    ReadStatus check_pairs() const;
    ReadStatus check_name(RiskScope scope, const std::string& name, const toml::source_region& where) const;

    LimitsProblem error(LimitsProblem::Kind kind, uint32_t line, uint32_t column, const std::string& what,
                        std::string hint = {}) const;
    LimitsProblem error(LimitsProblem::Kind kind, const toml::source_region& where, const std::string& what,
                        std::string hint = {}) const {
        return error(kind, where.begin.line, where.begin.column, what, std::move(hint));
    }
    LimitsProblem wrong_value(const toml::node& node, std::string_view key, std::string_view expected) const;

    const std::string& source_;
    const RiskNames& names_;
    std::span<const RiskCheck> table_;
    RiskLimits result_;
};

// Text of a number, a duration, a share or a flag, as parse_risk_value() takes it; empty: none of them.
std::string text_of(const toml::node& node);
bool is_term(std::string_view key);
std::span<const std::string_view> term_names();

}  // namespace trd::risk_detail
