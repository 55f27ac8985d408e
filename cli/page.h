// A result for people as a page of sections, written once and shown on a terminal or in Markdown. Pure functions.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/table.h"

namespace trd {

// "Sharpe   1.23   a year". Value and remark may be painted: what is shown without colour leaves it out.
struct PageLine {
    std::string label, value, remark;
};

struct PageSection {
    std::string title;
    std::vector<PageLine> lines = {};
    std::optional<Table> table = {};
    std::vector<double> curve = {};  // drawn as a line of blocks, on a screen only: a file may be read by anything
    std::string note = {};           // below it
};

struct Page {
    std::string title;
    std::vector<std::string> head;      // lines below the title
    std::vector<PageSection> sections;  // those without lines, rows, curve and note are left out
    std::vector<std::string> foot;
    Zone zone = Zone::utc();  // of the times in it, whoever reads it
};

std::string page_text(const Page& page, const TableStyle& style);
std::string page_markdown(const Page& page);

// The values as one line of at most `width` places, low to high by eight blocks, or by ASCII marks. Empty for fewer
// than two values; where they are more than places, a place shows the last of its values.
std::string sparkline(const std::vector<double>& values, size_t width, bool is_utf8);

}  // namespace trd
