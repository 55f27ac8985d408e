#include "view/view.h"

#include <new>

namespace trd {

uint64_t IntentBatch::room() const {
    const uint64_t position = ring_->committed.load(std::memory_order_relaxed) + staged_;
    return IntentRing::capacity - (position - ring_->taken.load(std::memory_order_acquire));
}

uint64_t IntentBatch::stage(const RawIntent& intent) {
    if (room() == 0) return 0;
    const uint64_t position = ring_->committed.load(std::memory_order_relaxed) + staged_;
    RawIntent& slot = ring_->slots[position % IntentRing::capacity];
    slot = intent;
    slot.handle = ring_->next_handle++;
    ++staged_;
    return slot.handle;
}

void IntentBatch::publish() {
    ring_->committed.store(ring_->committed.load(std::memory_order_relaxed) + staged_, std::memory_order_release);
    staged_ = 0;
}

// The handles are given out again.
void IntentBatch::discard() {
    if (staged_ == 0) return;
    ring_->next_handle -= staged_;
    staged_ = 0;
}

ViewHost::ViewHost(uint32_t series_count, uint32_t instrument_count, uint32_t account_count)
    : ring_(std::make_unique<IntentRing>()), note_ring_(std::make_unique<NoteRing>()), notes_(*note_ring_) {
    const size_t series_offset = sizeof(ViewBlock);
    const size_t position_offset = series_offset + sizeof(ViewSeries) * series_count;
    const size_t account_offset = position_offset + sizeof(ViewPosition) * instrument_count * view_sides;
    const size_t total = account_offset + sizeof(ViewAccount) * account_count;
    memory_.resize((total + sizeof(uint64_t) - 1) / sizeof(uint64_t));
    auto* bytes = reinterpret_cast<uint8_t*>(memory_.data());

    block_ = new (bytes) ViewBlock;
    block_->total_bytes = static_cast<uint32_t>(total);
    block_->series_count = series_count;
    block_->instrument_count = instrument_count;
    block_->series_offset = static_cast<uint32_t>(series_offset);
    block_->position_offset = static_cast<uint32_t>(position_offset);
    block_->account_count = account_count;
    block_->account_offset = static_cast<uint32_t>(account_offset);
    series_ = reinterpret_cast<ViewSeries*>(bytes + series_offset);
    positions_ = reinterpret_cast<ViewPosition*>(bytes + position_offset);
    accounts_ = reinterpret_cast<ViewAccount*>(bytes + account_offset);
    for (uint32_t i = 0; i < series_count; ++i) new (series_ + i) ViewSeries;
    for (uint32_t i = 0; i < instrument_count * view_sides; ++i) new (positions_ + i) ViewPosition;
    for (uint32_t i = 0; i < account_count; ++i) new (accounts_ + i) ViewAccount;
}

void ViewHost::take_intents(std::vector<RawIntent>& out) {
    out.clear();
    IntentRing& ring = *ring_;
    const uint64_t committed = ring.committed.load(std::memory_order_acquire);
    uint64_t position = ring.taken.load(std::memory_order_relaxed);
    for (; position != committed; ++position) out.push_back(ring.slots[position % IntentRing::capacity]);
    ring.taken.store(position, std::memory_order_release);
}

}  // namespace trd
