#include "history/manifest.h"

#include <array>
#include <charconv>

#include "history/checksum.h"

namespace trd {
namespace {

constexpr std::string_view first_line = "trd-catalogue\t1\n";

ByteSpan bytes_of(std::string_view text) { return {reinterpret_cast<const uint8_t*>(text.data()), text.size()}; }

// Tabs and line ends inside a text would be taken for ours.
std::string without_breaks(std::string_view text) {
    std::string clean(text);
    for (char& c : clean)
        if (c == '\t' || c == '\n' || c == '\r') c = ' ';
    return clean;
}

template <class Number>
bool read_number(std::string_view text, Number& out) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    return error == std::errc() && end == text.data() + text.size();
}

class ManifestParser {
  public:
    ManifestParser(std::string_view text, const std::string& path) : text_(text), path_(path) {}

    Result<std::vector<SeriesRecord>> parse() {
        const size_t last = text_.rfind("checksum\t");
        if (text_.substr(0, first_line.size()) != first_line || last == std::string_view::npos)
            return damaged("is not a catalogue's manifest");
        uint64_t stated = 0;
        const std::string_view digits = text_.substr(last + 9);
        if (!digits.ends_with('\n') || !read_number(digits.substr(0, digits.size() - 1), stated) ||
            stated != checksum64(bytes_of(text_.substr(0, last))))
            return damaged("does not match its checksum");
        std::string_view rest = text_.substr(first_line.size(), last - first_line.size());
        for (size_t line = 2; !rest.empty(); ++line) {
            const std::string_view row = rest.substr(0, rest.find('\n'));
            if (!read_line(row)) return damaged("line " + std::to_string(line) + " makes no sense");
            rest.remove_prefix(row.size() + 1);
        }
        return std::move(series_);
    }

  private:
    Fail<Error> damaged(const std::string& what) const {
        return Fail{Error{ExitCode::data, "E_DATA_CORRUPT", path_ + " " + what,
                          "restore the file from a backup, or import the series again into a new catalogue"}};
    }

    bool read_line(std::string_view row) {
        std::array<std::string_view, 6> fields;
        size_t count = 0;
        for (; count < fields.size(); ++count) {
            const size_t tab = row.find('\t');
            fields[count] = row.substr(0, tab);
            if (tab == std::string_view::npos) break;
            row.remove_prefix(tab + 1);
        }
        ++count;
        if (fields[0] == "series" && count == 5) return read_series(fields);
        if (series_.empty()) return false;
        if (fields[0] == "revision" && count == 2) {
            series_.back().revisions.push_back({std::string(fields[1]), {}});
            return true;
        }
        return fields[0] == "segment" && count == 5 && read_segment(fields);
    }

    bool read_series(const std::array<std::string_view, 6>& fields) {
        const KindSpec* spec = data_kind_named(fields[1]);
        SeriesRecord record;
        if (spec == nullptr || !read_number(fields[3], record.key.timeframe.ns) ||
            !read_number(fields[4], record.next_number))
            return false;
        record.key.kind = spec->kind;
        record.key.symbol = fields[2];
        if (!series_.empty() && !(series_.back().key < record.key)) return false;
        series_.push_back(std::move(record));
        return true;
    }

    bool read_segment(const std::array<std::string_view, 6>& fields) {
        if (series_.back().revisions.empty()) return false;
        SegmentRecord segment;
        segment.file = fields[1];
        if (!read_number(fields[2], segment.rows) || !read_number(fields[3], segment.first.ns) ||
            !read_number(fields[4], segment.last.ns))
            return false;
        series_.back().revisions.back().segments.push_back(std::move(segment));
        return true;
    }

    std::string_view text_;
    const std::string& path_;
    std::vector<SeriesRecord> series_;
};

}  // namespace

std::string format_manifest(std::span<const SeriesRecord> series) {
    std::string text(first_line);
    for (const SeriesRecord& record : series) {
        text.append("series\t")
            .append(spec_of(record.key.kind).name)
            .append("\t")
            .append(without_breaks(record.key.symbol));
        text += "\t" + std::to_string(record.key.timeframe.ns) + "\t" + std::to_string(record.next_number) + "\n";
        for (const SeriesRevision& revision : record.revisions) {
            text += "revision\t" + without_breaks(revision.cause) + "\n";
            for (const SegmentRecord& segment : revision.segments)
                text += "segment\t" + segment.file + "\t" + std::to_string(segment.rows) + "\t" +
                        std::to_string(segment.first.ns) + "\t" + std::to_string(segment.last.ns) + "\n";
        }
    }
    const uint64_t sum = checksum64(bytes_of(text));
    return text + "checksum\t" + std::to_string(sum) + "\n";
}

Result<std::vector<SeriesRecord>> parse_manifest(std::string_view text, const std::string& path) {
    return ManifestParser(text, path).parse();
}

}  // namespace trd
