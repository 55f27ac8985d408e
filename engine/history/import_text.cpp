#include "history/import_text.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace trd {
namespace {

constexpr std::string_view other_file = "give a file of rows and columns, such as CSV";
constexpr std::string_view save_as_csv = "save it as CSV with the program that made it";
constexpr std::string_view unpack_first = "unpack it first; files packed by gzip or zstd can be given as they are";
constexpr std::string_view save_as_utf8 = "save it as UTF-8";

// What people give who meant another file, or another form of it, by its first bytes.
struct OtherFormat {
    std::string_view begins_with, what, hint;
};
constexpr std::array other_formats{
    OtherFormat{"\177ELF", "a program", other_file},
    OtherFormat{"\211PNG", "a picture", other_file},
    OtherFormat{"\377\330\377", "a picture", other_file},
    OtherFormat{"%PDF-", "a PDF document", save_as_csv},
    OtherFormat{"PK\3\4", "a zip archive or a spreadsheet", "unpack it, or save the sheet as CSV"},
    OtherFormat{"PAR1", "a Parquet file", save_as_csv},
    OtherFormat{"SQLite format 3", "a SQLite database", save_as_csv},
    OtherFormat{"BZh", "packed by bzip2", unpack_first},
    OtherFormat{"\3757zXZ", "packed by xz", unpack_first},
    OtherFormat{"\377\376", "text in UTF-16", save_as_utf8},
    OtherFormat{"\376\377", "text in UTF-16", save_as_utf8},
};

}  // namespace

std::optional<OtherContent> what_else_it_is(std::string_view sample) {
    for (const OtherFormat& format : other_formats)
        if (sample.starts_with(format.begins_with))
            return OtherContent{"this is " + std::string(format.what) + ", expected rows of text",
                                std::string(format.hint)};
    const size_t zero = sample.find('\0');
    if (zero == std::string_view::npos) return std::nullopt;
    return OtherContent{"this does not look like text: its byte " + std::to_string(zero + 1) + " is zero",
                        std::string(other_file)};
}

std::string quotable(std::string_view text) {
    constexpr size_t longest = 40;
    constexpr std::string_view digits = "0123456789abcdef";
    size_t size = std::min(text.size(), longest);
    while (size > 0 && size < text.size() && (static_cast<uint8_t>(text[size]) & 0xC0) == 0x80) --size;  // of UTF-8
    std::string out;
    for (const char c : text.substr(0, size)) {
        const auto byte = static_cast<uint8_t>(c);
        if (byte >= ' ' && byte != 0x7f)
            out += c;
        else
            out.append("\\x") += {digits[byte >> 4], digits[byte & 15]};
    }
    return size < text.size() ? out + "..." : out;
}

}  // namespace trd
