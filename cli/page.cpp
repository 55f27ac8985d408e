#include "cli/page.h"

#include <algorithm>
#include <array>

#include "cli/text_format.h"

namespace trd {
namespace {

constexpr size_t label_columns = 20;
constexpr size_t value_columns = 16;
constexpr size_t indent = 2;
constexpr size_t curve_columns = 60;

bool is_empty(const PageSection& section, bool draws_curves) {
    return section.lines.empty() && (section.curve.empty() || !draws_curves) && section.note.empty() &&
           (!section.table || section.table->rows.empty());
}

// A remark that does not fit beside its value goes below it.
std::string line_text(const PageLine& line, size_t columns) {
    constexpr std::string_view gap = "   ";
    std::string out =
        std::string(indent, ' ') + padded_right(line.label, label_columns) + padded_left(line.value, value_columns);
    if (line.remark.empty()) return out + "\n";
    if (columns == 0 || display_width(out) + gap.size() + display_width(line.remark) <= columns)
        return out.append(gap).append(line.remark) + "\n";
    return out + "\n" + std::string(2 * indent, ' ') + wrapped_text(line.remark, 2 * indent, columns) + "\n";
}

// Goes on below itself, a little further in.
std::string head_line(const std::string& line, size_t columns) {
    return std::string(indent, ' ') + (columns == 0 ? line : wrapped_text(line, indent, columns)) + "\n";
}

std::string indented(const std::string& text) {
    std::string out;
    bool at_start = true;
    for (const char c : text) {
        if (at_start && c != '\n') out.append(indent, ' ');
        out += c;
        at_start = c == '\n';
    }
    return out;
}

std::string section_text(const PageSection& section, const TableStyle& style) {
    std::string out = "\n";
    if (!section.title.empty()) out += style.paint.bold(section.title) + "\n";
    for (const PageLine& line : section.lines) out += line_text(line, style.columns);
    TableStyle inner = style;
    if (inner.columns > indent) inner.columns -= indent;
    if (section.table) out += indented(table_text(*section.table, Format::table, inner));
    if (!section.curve.empty() && inner.columns > 1)
        out += indented(sparkline(section.curve, std::min(curve_columns, inner.columns - 1), style.is_utf8) + "\n");
    if (!section.note.empty())
        out += indented((inner.columns == 0 ? section.note : wrapped_text(section.note, 0, inner.columns)) + "\n");
    return out;
}

std::string section_markdown(const PageSection& section, const TableStyle& style) {
    std::string out = "\n## " + section.title + "\n\n";
    if (!section.lines.empty()) {
        Table table{"line", {{"figure", ""}, {"value", "", true}, {"remark", ""}}, {}};
        for (const PageLine& line : section.lines)
            table.rows.push_back({line.label, without_paint(line.value), without_paint(line.remark)});
        out += table_text(table, Format::md, style);
    }
    if (section.table) out += table_text(*section.table, Format::md, style);
    return section.note.empty() ? out : out + "\n" + section.note + "\n";
}

size_t step_of(double value, double low, double high, size_t steps) {
    if (!(high > low)) return steps / 2;
    const double share = (value - low) / (high - low);
    return std::min(static_cast<size_t>(share * static_cast<double>(steps)), steps - 1);
}

}  // namespace

std::string page_text(const Page& page, const TableStyle& wanted) {
    TableStyle style = wanted;
    style.zone = page.zone;
    std::string out = style.paint.bold(page.title) + "\n";
    for (const std::string& line : page.head) out += head_line(line, style.columns);
    for (const PageSection& section : page.sections)
        if (!is_empty(section, style.columns > 0)) out += section_text(section, style);
    if (!page.foot.empty()) out += "\n";
    for (const std::string& line : page.foot)
        out += style.paint.dim(style.columns == 0 ? line : wrapped_text(line, 0, style.columns)) + "\n";
    return style.paint.on ? out : without_paint(out);
}

std::string page_markdown(const Page& page) {
    const TableStyle style{.zone = page.zone};
    std::string out = "# " + page.title + "\n\n";
    for (const std::string& line : page.head) out += "- " + line + "\n";
    for (const PageSection& section : page.sections)
        if (!is_empty(section, false)) out += section_markdown(section, style);
    if (!page.foot.empty()) out += "\n";
    for (const std::string& line : page.foot) out += "- " + line + "\n";
    return out;
}

std::string sparkline(const std::vector<double>& values, size_t width, bool is_utf8) {
    static constexpr std::array<std::string_view, 8> blocks{"\xE2\x96\x81", "\xE2\x96\x82", "\xE2\x96\x83",
                                                            "\xE2\x96\x84", "\xE2\x96\x85", "\xE2\x96\x86",
                                                            "\xE2\x96\x87", "\xE2\x96\x88"};
    static constexpr std::array<std::string_view, 8> marks{"_", ".", ",", "-", "=", "+", "*", "#"};
    if (values.size() < 2 || width == 0) return {};
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    const size_t places = std::min(width, values.size());
    std::string out;
    for (size_t i = 0; i < places; ++i) {
        const double value = values[(i + 1) * values.size() / places - 1];
        out += (is_utf8 ? blocks : marks)[step_of(value, *low, *high, blocks.size())];
    }
    return out;
}

}  // namespace trd
