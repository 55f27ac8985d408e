#include "history/text_source.h"

#include <zlib.h>
#include <zstd.h>

#include <algorithm>

namespace trd {
namespace {

constexpr size_t piece_size = size_t{1} << 20;

std::string_view as_text(ByteSpan bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

Error compression_error(const std::string& path, const std::string& what) {
    return {ExitCode::data, "E_DATA_COMPRESSION", path + ": " + what,
            "fetch the file again; it is cut short or damaged"};
}

class PlainText : public TextSource {
  public:
    explicit PlainText(MappedFile file) : file_(std::move(file)) { file_.advise_sequential(); }

    Result<std::string_view> next_piece() override {
        // In slices, so that progress moves and a reader's look-ahead is bounded.
        const auto rest = as_text(file_.bytes()).substr(position_);
        const auto piece = rest.substr(0, 4 * piece_size);
        position_ += piece.size();
        return piece;
    }
    uint64_t position() const override { return position_; }
    uint64_t size() const override { return file_.bytes().size(); }
    Result<std::unique_ptr<TextSource>> again() const override { return open_text(file_.name()); }

  private:
    MappedFile file_;
    size_t position_ = 0;
};

class GzipText : public TextSource {
  public:
    static constexpr int any_gzip = 15 + 16;  // the largest window, with a gzip header

    explicit GzipText(MappedFile file) : file_(std::move(file)), buffer_(piece_size, '\0') {
        ready_ = inflateInit2(&stream_, any_gzip) == Z_OK;
        stream_.next_in = const_cast<Bytef*>(file_.bytes().data());
    }
    ~GzipText() override { inflateEnd(&stream_); }
    GzipText(const GzipText&) = delete;
    GzipText& operator=(const GzipText&) = delete;

    Result<std::string_view> next_piece() override {
        if (!ready_) return Fail{compression_error(file_.name(), "zlib refused to start")};
        stream_.next_out = reinterpret_cast<Bytef*>(buffer_.data());
        stream_.avail_out = static_cast<uInt>(buffer_.size());
        while (stream_.avail_out > 0 && !(member_ended_ && left() == 0)) {
            // A file may hold several members one after the other, as bgzip writes them.
            if (member_ended_) member_ended_ = inflateReset(&stream_) != Z_OK;
            stream_.avail_in = static_cast<uInt>(std::min<size_t>(left(), piece_size));
            const int result = inflate(&stream_, Z_NO_FLUSH);
            if (result == Z_STREAM_END)
                member_ended_ = true;
            else if (result != Z_OK)
                return Fail{
                    compression_error(file_.name(), "gzip data ends or breaks at byte " + std::to_string(position()))};
        }
        return std::string_view(buffer_.data(), buffer_.size() - stream_.avail_out);
    }
    uint64_t position() const override { return file_.bytes().size() - left(); }
    uint64_t size() const override { return file_.bytes().size(); }
    Result<std::unique_ptr<TextSource>> again() const override { return open_text(file_.name()); }

  private:
    size_t left() const { return static_cast<size_t>(file_.bytes().data() + file_.bytes().size() - stream_.next_in); }

    MappedFile file_;
    z_stream stream_{};
    std::string buffer_;
    bool ready_ = false;
    bool member_ended_ = false;
};

class ZstdText : public TextSource {
  public:
    explicit ZstdText(MappedFile file)
        : file_(std::move(file)), stream_(ZSTD_createDCtx(), ZSTD_freeDCtx), buffer_(piece_size, '\0') {
        input_ = {file_.bytes().data(), file_.bytes().size(), 0};
    }

    Result<std::string_view> next_piece() override {
        ZSTD_outBuffer output{buffer_.data(), buffer_.size(), 0};
        while (output.pos < output.size && !(frame_ended_ && input_.pos == input_.size)) {
            const size_t before = input_.pos + output.pos;
            const size_t result = ZSTD_decompressStream(stream_.get(), &output, &input_);
            if (ZSTD_isError(result) != 0)
                return Fail{compression_error(file_.name(), std::string("zstd says: ") + ZSTD_getErrorName(result))};
            frame_ended_ = result == 0;
            if (!frame_ended_ && input_.pos + output.pos == before)
                return Fail{compression_error(file_.name(), "zstd data ends at byte " + std::to_string(position()))};
        }
        return std::string_view(buffer_.data(), output.pos);
    }
    uint64_t position() const override { return input_.pos; }
    uint64_t size() const override { return input_.size; }
    Result<std::unique_ptr<TextSource>> again() const override { return open_text(file_.name()); }

  private:
    MappedFile file_;
    std::unique_ptr<ZSTD_DCtx, size_t (*)(ZSTD_DCtx*)> stream_;
    std::string buffer_;
    ZSTD_inBuffer input_{};
    bool frame_ended_ = false;
};

class MemoryText : public TextSource {
  public:
    explicit MemoryText(std::string_view text) : text_(text) {}
    Result<std::string_view> next_piece() override { return std::exchange(rest_, {}); }
    uint64_t position() const override { return text_.size() - rest_.size(); }
    uint64_t size() const override { return text_.size(); }
    Result<std::unique_ptr<TextSource>> again() const override { return text_in_memory(text_); }

  private:
    std::string_view text_;
    std::string_view rest_ = text_;
};

bool begins_with(ByteSpan bytes, std::string_view magic) { return as_text(bytes).substr(0, magic.size()) == magic; }

}  // namespace

Result<std::unique_ptr<TextSource>> open_text(const std::string& path) {
    TRD_TRY(MappedFile file, MappedFile::open(path));
    if (begins_with(file.bytes(), "\x1f\x8b"))
        return std::unique_ptr<TextSource>(std::make_unique<GzipText>(std::move(file)));
    if (begins_with(file.bytes(), "\x28\xb5\x2f\xfd"))
        return std::unique_ptr<TextSource>(std::make_unique<ZstdText>(std::move(file)));
    return std::unique_ptr<TextSource>(std::make_unique<PlainText>(std::move(file)));
}

std::unique_ptr<TextSource> text_in_memory(std::string_view text) { return std::make_unique<MemoryText>(text); }

bool LineReader::fetch() {
    if (ended_ || failure_) return false;
    auto piece = source_->next_piece();
    if (!piece) {
        failure_ = std::make_unique<Error>(std::move(piece).error());
        return false;
    }
    piece_ = *piece;
    ended_ = piece_.empty();
    constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
    if (!started_ && piece_.substr(0, 3) == byte_order_mark) piece_.remove_prefix(3);
    started_ = true;
    return !ended_;
}

std::string_view LineReader::look_ahead() {
    if (piece_.empty()) fetch();
    return piece_.substr(0, piece_size);
}

bool LineReader::next_slow(std::string_view& line) {
    carried_.assign(piece_);
    piece_ = {};
    size_t end = std::string_view::npos;
    while (end == std::string_view::npos && fetch()) {
        end = piece_.find('\n');
        carried_.append(piece_.substr(0, end));
        piece_.remove_prefix(end == std::string_view::npos ? piece_.size() : end + 1);
    }
    if (failure_ || (end == std::string_view::npos && carried_.empty())) return false;
    line = carried_;
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    ++number_;
    return true;
}

}  // namespace trd
