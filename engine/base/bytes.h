// Canonical bytes: little-endian, fixed width, no padding, no alignment. What is hashed, journaled and snapshotted goes
// through these two classes and nothing else, so that the same values are the same bytes on every machine.
#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/assert.h"

namespace trd {

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "canonical bytes are copied, not swapped");

using Bytes = std::vector<uint8_t>;
using ByteSpan = std::span<const uint8_t>;

// Appends to a buffer that it owns and that callers clear and reuse: no allocation once it has grown.
class ByteWriter {
  public:
    template <class T>
    requires(std::is_integral_v<T> || std::is_enum_v<T> || std::is_same_v<T, __int128>) void put(T value) {
        append(&value, sizeof value);
    }
    void put(bool value) { put(static_cast<uint8_t>(value)); }
    // Signals in snapshots only; money never passes here.
    void put(double value) { append(&value, sizeof value); }
    // Length as 32 bits, then the bytes.
    void put_text(std::string_view text) {
        put(static_cast<uint32_t>(text.size()));
        append(text.data(), text.size());
    }
    void append(const void* data, size_t size) {
        if (size == 0) return;
        if (size_ + size > storage_.size()) grow(size);
        std::memcpy(storage_.data() + size_, data, size);
        size_ += size;
    }
    void append(ByteSpan bytes) { append(bytes.data(), bytes.size()); }

    // Room for `size` bytes that the caller fills at once; the pointer dies with the next append.
    uint8_t* extend(size_t size) {
        if (size_ + size > storage_.size()) grow(size);
        uint8_t* place = storage_.data() + size_;
        size_ += size;
        return place;
    }
    // Takes back the end of what was extended.
    void give_back(size_t size) {
        TRD_ASSERT(size <= size_);
        size_ -= size;
    }
    // Overwrites bytes written before, for lengths known only afterwards.
    void patch(size_t offset, uint32_t value) {
        TRD_ASSERT(offset + sizeof value <= size_);
        std::memcpy(storage_.data() + offset, &value, sizeof value);
    }

    ByteSpan bytes() const { return {storage_.data(), size_}; }
    size_t size() const { return size_; }
    void clear() { size_ = 0; }
    Bytes take() {
        storage_.resize(size_);
        size_ = 0;
        return std::move(storage_);
    }

  private:
    void grow(size_t size) { storage_.resize((size_ + size) * 2 + 256); }

    Bytes storage_;
    size_t size_ = 0;
};

// The same for values that together take at most `capacity` bytes: asked for once, and what is left over is given back.
// The writer must not be used otherwise until the room is gone.
class ByteRoom {
  public:
    ByteRoom(ByteWriter& out, size_t capacity) : out_(out), capacity_(capacity), at_(out.extend(capacity)) {}
    ByteRoom(const ByteRoom&) = delete;
    ByteRoom& operator=(const ByteRoom&) = delete;
    ~ByteRoom() {
        TRD_ASSERT(used_ <= capacity_);
        out_.give_back(capacity_ - used_);
    }

    template <class T>
    requires(std::is_integral_v<T> || std::is_enum_v<T> || std::is_same_v<T, __int128>) void put(T value) {
        std::memcpy(at_ + used_, &value, sizeof value);
        used_ += sizeof value;
    }
    void put(bool value) { put(static_cast<uint8_t>(value)); }
    void append(const void* data, size_t size) {
        if (size == 0) return;
        std::memcpy(at_ + used_, data, size);
        used_ += size;
    }
    // As ByteWriter::extend. A function that is not inlined is better given such a place than the room, whose cursor
    // would have to stay in memory from then on.
    uint8_t* extend(size_t size) {
        uint8_t* const place = at_ + used_;
        used_ += size;
        return place;
    }
    void patch(size_t offset, uint32_t value) { std::memcpy(at_ + offset, &value, sizeof value); }
    size_t size() const { return used_; }

  private:
    ByteWriter& out_;
    size_t capacity_, used_ = 0;
    uint8_t* at_;
};

// Reads foreign bytes: running past the end returns zeros and turns ok() false, so a decoder checks once, at its end.
class ByteReader {
  public:
    explicit ByteReader(ByteSpan bytes) : bytes_(bytes) {}

    template <class T>
    T get() {
        T value{};
        if (bytes_.size() - offset_ < sizeof value) {
            failed_ = true;
            return value;
        }
        std::memcpy(&value, bytes_.data() + offset_, sizeof value);
        offset_ += sizeof value;
        return value;
    }
    bool get_bool() { return get<uint8_t>() != 0; }
    std::string_view get_text() {
        const auto size = get<uint32_t>();
        if (bytes_.size() - offset_ < size) {
            failed_ = true;
            return {};
        }
        return get_bytes(size);
    }
    // Precondition: size <= left().
    std::string_view get_bytes(size_t size) {
        TRD_ASSERT(size <= left());
        std::string_view text(reinterpret_cast<const char*>(bytes_.data()) + offset_, size);
        offset_ += size;
        return text;
    }

    void fail() { failed_ = true; }
    bool ok() const { return !failed_; }
    bool at_end() const { return offset_ == bytes_.size(); }
    size_t offset() const { return offset_; }
    size_t left() const { return bytes_.size() - offset_; }

  private:
    ByteSpan bytes_;
    size_t offset_ = 0;
    bool failed_ = false;
};

}  // namespace trd
