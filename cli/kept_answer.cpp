#include "cli/kept_answer.h"

#include <set>

#include "base/bytes.h"

namespace trd {
namespace {

constexpr uint8_t form = 3;
constexpr uint8_t form_without_narrowing = 2;

// Names of columns are views of text that lives for ever; there are a handful of them.
std::string_view lasting(std::string_view text) {
    static std::set<std::string, std::less<>> known;
    return *known.emplace(text).first;
}

void put(ByteWriter& out, const std::vector<std::string>& lines) {
    out.put(static_cast<uint32_t>(lines.size()));
    for (const std::string& line : lines) out.put_text(line);
}

std::vector<std::string> get_lines(ByteReader& in) {
    std::vector<std::string> lines;
    for (auto count = in.get<uint32_t>(); count > 0 && in.ok(); --count) lines.emplace_back(in.get_text());
    return lines;
}

void put(ByteWriter& out, const Cell& cell) {
    out.put(cell.kind());
    if (cell.kind() == Cell::Kind::time)
        out.put(cell.time().ns);
    else
        out.put_text(cell.text());
}

Cell get_cell(ByteReader& in) {
    switch (static_cast<Cell::Kind>(in.get<uint8_t>())) {
        case Cell::Kind::time:
            return Timestamp{in.get<int64_t>()};
        case Cell::Kind::text:
            return in.get_text();
        case Cell::Kind::number:
            return Cell::number(std::string(in.get_text()));
        case Cell::Kind::none:
            (void)in.get_text();
            return {};
    }
    in.fail();
    return {};
}

void put(ByteWriter& out, const Table& table) {
    out.put_text(table.record);
    out.put(static_cast<uint32_t>(table.columns.size()));
    for (const Column& column : table.columns) {
        out.put_text(column.name);
        out.put_text(column.heading);
        out.put(column.is_right_aligned);
        out.put(column.narrowing);
    }
    out.put(static_cast<uint32_t>(table.rows.size()));
    for (const auto& row : table.rows) {
        out.put(static_cast<uint32_t>(row.size()));
        for (const Cell& cell : row) put(out, cell);
    }
}

Narrowing get_narrowing(ByteReader& in, uint8_t written_form) {
    if (written_form == form_without_narrowing) return Narrowing::cut;
    const auto value = in.get<uint8_t>();
    if (value > static_cast<uint8_t>(Narrowing::wrapped)) in.fail();
    return in.ok() ? static_cast<Narrowing>(value) : Narrowing::cut;
}

Table get_table(ByteReader& in, uint8_t written_form) {
    Table table{lasting(in.get_text()), {}, {}};
    for (auto count = in.get<uint32_t>(); count > 0 && in.ok(); --count) {
        const std::string_view name = lasting(in.get_text()), heading = lasting(in.get_text());
        const bool is_right_aligned = in.get_bool();
        table.columns.push_back({name, heading, is_right_aligned, get_narrowing(in, written_form)});
    }
    for (auto count = in.get<uint32_t>(); count > 0 && in.ok(); --count) {
        auto& row = table.rows.emplace_back();
        for (auto cells = in.get<uint32_t>(); cells > 0 && in.ok(); --cells) row.push_back(get_cell(in));
    }
    return table;
}

void put(ByteWriter& out, const PageSection& section) {
    out.put_text(section.title);
    out.put(static_cast<uint32_t>(section.lines.size()));
    for (const PageLine& line : section.lines) put(out, std::vector{line.label, line.value, line.remark});
    out.put(section.table.has_value());
    if (section.table) put(out, *section.table);
    out.put(static_cast<uint32_t>(section.curve.size()));
    for (const double value : section.curve) out.put(value);
    out.put_text(section.note);
}

PageSection get_section(ByteReader& in, uint8_t written_form) {
    PageSection section{std::string(in.get_text())};
    for (auto count = in.get<uint32_t>(); count > 0 && in.ok(); --count) {
        std::vector<std::string> line = get_lines(in);
        if (line.size() != 3) in.fail();
        line.resize(3);
        section.lines.push_back({line[0], line[1], line[2]});
    }
    if (in.get_bool()) section.table = get_table(in, written_form);
    for (auto count = in.get<uint32_t>(); count > 0 && in.ok(); --count) section.curve.push_back(in.get<double>());
    section.note = in.get_text();
    return section;
}

void put(ByteWriter& out, const Page& page) {
    out.put_text(page.title);
    put(out, page.head);
    out.put(static_cast<uint32_t>(page.sections.size()));
    for (const PageSection& section : page.sections) put(out, section);
    put(out, page.foot);
    out.put_text(page.zone.name());
}

Page get_page(ByteReader& in, uint8_t written_form) {
    Page page{std::string(in.get_text()), get_lines(in), {}, {}};
    for (auto count = in.get<uint32_t>(); count > 0 && in.ok(); --count)
        page.sections.push_back(get_section(in, written_form));
    page.foot = get_lines(in);
    const auto zone = Zone::find(in.get_text());
    if (zone)
        page.zone = *zone;
    else
        in.fail();
    return page;
}

}  // namespace

std::string pack_answer(const Answer& answer) {
    ByteWriter out;
    out.put(form);
    out.put(answer.page.has_value());
    if (answer.page) put(out, *answer.page);
    put(out, answer.warnings);
    put(out, answer.notes);
    out.put(answer.table.has_value());
    if (answer.table) put(out, *answer.table);
    const ByteSpan bytes = out.bytes();
    return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

std::optional<Answer> unpack_answer(std::string_view bytes) {
    ByteReader in({reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()});
    const auto written_form = in.get<uint8_t>();
    if (written_form != form && written_form != form_without_narrowing) return {};
    Answer answer;
    if (in.get_bool()) answer.page = get_page(in, written_form);
    answer.warnings = get_lines(in);
    answer.notes = get_lines(in);
    if (in.get_bool()) answer.table = get_table(in, written_form);
    if (!in.ok() || !in.at_end()) return {};
    return answer;
}

}  // namespace trd
