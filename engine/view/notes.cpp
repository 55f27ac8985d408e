#include "view/notes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

namespace trd {
namespace {

constexpr std::array<std::string_view, note_level_count> level_names = {"debug", "info", "warn", "error"};

uint64_t padded(uint64_t size) { return (size + 7) & ~uint64_t{7}; }

void copy_in(NoteRing& ring, uint64_t position, const void* data, size_t size) {
    const uint64_t at = position % NoteRing::capacity;
    const size_t first = std::min<size_t>(size, NoteRing::capacity - at);
    if (first > 0) std::memcpy(ring.bytes + at, data, first);
    if (size > first) std::memcpy(ring.bytes, static_cast<const uint8_t*>(data) + first, size - first);
}
void copy_out(const NoteRing& ring, uint64_t position, void* data, size_t size) {
    const uint64_t at = position % NoteRing::capacity;
    const size_t first = std::min<size_t>(size, NoteRing::capacity - at);
    if (first > 0) std::memcpy(data, ring.bytes + at, first);
    if (size > first) std::memcpy(static_cast<uint8_t*>(data) + first, ring.bytes, size - first);
}

uint8_t detail_of(const Note& note) {
    if (note.kind == NoteKind::timer) return static_cast<uint8_t>(note.timer);
    if (note.kind == NoteKind::channel) return static_cast<uint8_t>(note.use);
    return static_cast<uint8_t>(note.level);
}

// Not in the middle of a UTF-8 sequence.
std::string_view cut(std::string_view text, size_t most) {
    if (text.size() <= most) return text;
    while (most > 0 && (static_cast<uint8_t>(text[most]) & 0xC0) == 0x80) --most;
    return text.substr(0, most);
}

bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= note_name_max &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
}

bool is_finite(double value) { return value - value == 0; }

}  // namespace

std::string_view name_of(NoteLevel level) { return level_names[static_cast<size_t>(level)]; }

bool NoteBatch::stage(const Note& note) {
    const std::string_view text = cut(note.text, note_text_max), rest = cut(note.rest, note_text_max);
    NoteHead head;
    head.frame_bytes = static_cast<uint32_t>(padded(sizeof head + text.size() + rest.size()));
    head.kind = static_cast<uint8_t>(note.kind);
    head.detail = detail_of(note);
    head.number = note.number;
    head.text_bytes = static_cast<uint32_t>(text.size());
    head.rest_bytes = static_cast<uint32_t>(rest.size());
    head.real = note.real;
    head.integer = note.integer;

    uint64_t position = ring_->committed.load(std::memory_order_relaxed) + staged_bytes_;
    if (position + head.frame_bytes - ring_->taken.load(std::memory_order_acquire) > NoteRing::capacity) {
        ring_->dropped.fetch_add(1, std::memory_order_relaxed);
        return false;
    }
    copy_in(*ring_, position, &head, sizeof head);
    copy_in(*ring_, position + sizeof head, text.data(), text.size());
    copy_in(*ring_, position + sizeof head + text.size(), rest.data(), rest.size());
    staged_bytes_ += head.frame_bytes;
    return true;
}

void NoteBatch::publish() {
    ring_->committed.store(ring_->committed.load(std::memory_order_relaxed) + staged_bytes_, std::memory_order_release);
    staged_bytes_ = 0;
}

// Log lines move down over what is dropped.
void NoteBatch::discard() {
    if (staged_bytes_ == 0) return;
    const uint64_t begin = ring_->committed.load(std::memory_order_relaxed);
    uint64_t kept = 0;
    std::string frame;
    for (uint64_t at = 0; at < staged_bytes_;) {
        NoteHead head;
        copy_out(*ring_, begin + at, &head, sizeof head);
        if (head.kind == static_cast<uint8_t>(NoteKind::log)) {
            frame.resize(head.frame_bytes);
            copy_out(*ring_, begin + at, frame.data(), frame.size());
            copy_in(*ring_, begin + kept, frame.data(), frame.size());
            kept += head.frame_bytes;
        }
        at += head.frame_bytes;
    }
    staged_bytes_ = kept;
    commit();
}

// A frame whose sizes fit what is there; its texts are in text_.
bool NoteReader::take(NoteHead& head) {
    const uint64_t committed = ring_->committed.load(std::memory_order_acquire);
    const uint64_t position = ring_->taken.load(std::memory_order_relaxed);
    const uint64_t there = committed - position;
    if (there == 0) return false;
    bool fits = there >= sizeof head && there <= NoteRing::capacity;
    if (fits) {
        copy_out(*ring_, position, &head, sizeof head);
        const uint64_t needed = sizeof head + uint64_t{head.text_bytes} + uint64_t{head.rest_bytes};
        fits = head.text_bytes <= note_text_max && head.rest_bytes <= note_text_max &&
               head.frame_bytes == padded(needed) && head.frame_bytes <= there;
    }
    if (!fits) {
        ++refused_;
        ring_->taken.store(committed, std::memory_order_release);
        return false;
    }
    text_.resize(head.text_bytes + head.rest_bytes);
    copy_out(*ring_, position + sizeof head, text_.data(), text_.size());
    ring_->taken.store(position + head.frame_bytes, std::memory_order_release);
    return true;
}

bool NoteReader::understand(const NoteHead& head, Note& note) const {
    note = {};
    if (head.kind == 0 || head.kind >= note_kind_count) return false;
    note.kind = static_cast<NoteKind>(head.kind);
    note.number = head.number;
    note.real = head.real;
    note.integer = head.integer;
    note.text = std::string_view(text_).substr(0, head.text_bytes);
    note.rest = std::string_view(text_).substr(head.text_bytes);
    if (note.kind == NoteKind::channel) {
        note.use = static_cast<ChannelUse>(head.detail);
        return head.detail < channel_use_count && head.number < channels_max && is_name(note.text);
    }
    if (note.kind == NoteKind::value) return head.number < channels_max && is_finite(head.real);
    if (note.kind == NoteKind::timer) {
        note.timer = static_cast<TimerMode>(head.detail);
        return head.detail < timer_mode_count && head.number < timers_max;
    }
    note.level = static_cast<NoteLevel>(head.detail);
    return head.detail < note_level_count;
}

bool NoteReader::next(Note& note) {
    NoteHead head;
    while (take(head)) {
        if (understand(head, note)) return true;
        ++refused_;
    }
    return false;
}

}  // namespace trd
