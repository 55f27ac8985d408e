// Text of any length in pieces, and its lines: a mapped file is one piece; compressed files come in megabytes.
// Importers read it. One thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/file.h"

namespace trd {

class TextSource {
  public:
    virtual ~TextSource() = default;
    // The next piece, valid until the next call; empty at the end.
    virtual Result<std::string_view> next_piece() = 0;
    // Bytes of the file consumed so far and in all, for progress.
    virtual uint64_t position() const = 0;
    virtual uint64_t size() const = 0;
    // Another source of the same text, at its beginning.
    virtual Result<std::unique_ptr<TextSource>> again() const = 0;
};

// By the first bytes of the file: gzip, zstd or plain. Error ids: E_FILE_*, E_DATA_COMPRESSION.
Result<std::unique_ptr<TextSource>> open_text(const std::string& path);
// The text outlives the source.
std::unique_ptr<TextSource> text_in_memory(std::string_view text);

// Lines without their end ("\n" or "\r\n"); a byte order mark at the beginning is skipped. The last line may lack its
// end.
class LineReader {
  public:
    explicit LineReader(TextSource& source) : source_(&source) {}

    // False at the end or on an error, see failure(). The line is valid until the next call.
    bool next(std::string_view& line) {
        const size_t end = piece_.find('\n');
        if (end == std::string_view::npos) [[unlikely]]
            return next_slow(line);
        line = piece_.substr(0, end);
        piece_.remove_prefix(end + 1);
        if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
        ++number_;
        return true;
    }
    // Of the line given last; the first is 1.
    uint64_t number() const { return number_; }
    const std::unique_ptr<Error>& failure() const { return failure_; }
    // Up to a megabyte of what comes next, without consuming it. For finding out the layout.
    std::string_view look_ahead();

  private:
    bool next_slow(std::string_view& line);
    bool fetch();

    TextSource* source_;
    std::string_view piece_;
    std::string carried_;  // a line that began in the piece before
    uint64_t number_ = 0;
    bool started_ = false;
    bool ended_ = false;
    std::unique_ptr<Error> failure_;
};

}  // namespace trd
