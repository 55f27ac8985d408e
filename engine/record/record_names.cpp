// The names of what records hold.
#include <array>

#include "record/record.h"

namespace trd {

std::string_view name_of(LedgerAccount account) {
    constexpr std::array<std::string_view, ledger_account_count> names = {
        "cash",    "margin",  "position",  "realized",  "variation", "fees",
        "capital", "funding", "financing", "dividends", "conversion"};
    return names[static_cast<size_t>(account)];
}

std::string_view name_of(PostingReason reason) {
    constexpr std::array<std::string_view, posting_reason_count> names = {
        "transfer", "fill", "variation", "funding", "borrow", "dividend", "split", "interest", "conversion"};
    return names[static_cast<size_t>(reason)];
}

std::string_view name_of(Anomaly::Kind kind) {
    constexpr std::array<std::string_view, anomaly_kind_count> names = {
        "duplicate_fill",        "fill_of_unknown_order", "overfill",
        "impossible_transition", "unknown_instrument",    "report_of_unknown_order",
        "unsound_fill",          "misplaced_fill",        "unknown_worth"};
    return names[static_cast<size_t>(kind)];
}

std::string_view name_of(RuleAnswer answer) {
    constexpr std::array<std::string_view, rule_answer_count> names = {"allow",  "deny",          "resize", "halt",
                                                                       "failed", "out_of_budget", "unfit"};
    return names[static_cast<size_t>(answer)];
}

}  // namespace trd
