// Man pages from the table of verbs: trd(1) and one page a verb, trd-backtest(1), trd-data-import(1).
#pragma once

#include <string>
#include <vector>

#include "cli/verb.h"

namespace trd {

// "trd-data-import"; null is trd itself.
std::string man_page_name(const Verb* verb);
// roff with the macros of man(7).
std::string man_page(const Verb* verb);

}  // namespace trd
