// ViewPort is the strategy's end of a view, ViewHost the engine's. Both are thin: offsets into the flat block.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "view/layout.h"
#include "view/notes.h"

namespace trd {

// Non-owning; what a strategy gets. The block is read-only to it.
class ViewPort {
  public:
    ViewPort() = default;
    ViewPort(const ViewBlock* block, IntentRing* ring, NoteRing* notes) : block_(block), ring_(ring), notes_(notes) {}

    const ViewBlock& block() const { return *block_; }
    IntentRing& ring() const { return *ring_; }
    NoteRing& notes() const { return *notes_; }
    ViewEventKind event() const { return static_cast<ViewEventKind>(block_->event_kind); }
    const ViewSeries& series(uint32_t index) const { return at<ViewSeries>(block_->series_offset)[index]; }
    const ViewPosition& position(uint32_t instrument, uint32_t side = 0) const {
        return at<ViewPosition>(block_->position_offset)[instrument * view_sides + side];
    }
    // Where the instrument is traded; where there is one account, that.
    const ViewAccount& account_of(uint32_t instrument) const {
        if (block_->account_count == 0) return block_->account;
        return at<ViewAccount>(block_->account_offset)[position(instrument).account];
    }

  private:
    template <class T>
    const T* at(uint32_t offset) const {
        return reinterpret_cast<const T*>(reinterpret_cast<const uint8_t*>(block_) + offset);
    }

    const ViewBlock* block_ = nullptr;
    IntentRing* ring_ = nullptr;
    NoteRing* notes_ = nullptr;
};

// A strategy's batch in the making: staged while a handler runs, then committed whole or dropped whole.
class IntentBatch {
  public:
    IntentBatch() = default;  // of no ring: to be assigned to
    explicit IntentBatch(IntentRing& ring) : ring_(&ring) {}

    // The new order's handle, or 0 when the ring is full.
    uint64_t stage(const RawIntent& intent);
    // The handle that the next staged intent gets, and how many more find room.
    uint64_t next_handle() const { return ring_->next_handle; }
    uint64_t room() const;
    void commit() {
        if (staged_ != 0) publish();
    }
    void discard();

  private:
    void publish();

    IntentRing* ring_ = nullptr;
    uint32_t staged_ = 0;
};

// Owns the memory in process; a shared mapping will hand its own memory to the same offsets.
class ViewHost {
  public:
    // `account_count`: 0 where there is one account.
    ViewHost(uint32_t series_count, uint32_t instrument_count, uint32_t account_count = 0);

    ViewBlock& block() { return *block_; }
    ViewSeries& series(uint32_t index) { return series_[index]; }
    ViewPosition& position(uint32_t instrument, uint32_t side = 0) {
        return positions_[instrument * view_sides + side];
    }
    ViewAccount& account(uint32_t index) { return accounts_[index]; }
    ViewPort port() { return {block_, ring_.get(), note_ring_.get()}; }

    bool has_intents() const {
        return ring_->committed.load(std::memory_order_acquire) != ring_->taken.load(std::memory_order_relaxed);
    }
    // Copies what has been committed since the last call; `out` is cleared first.
    void take_intents(std::vector<RawIntent>& out);
    NoteReader& notes() { return notes_; }
    const NoteReader& notes() const { return notes_; }

  private:
    std::vector<uint64_t> memory_;  // the flat block, aligned for everything in it
    std::unique_ptr<IntentRing> ring_;
    std::unique_ptr<NoteRing> note_ring_;
    NoteReader notes_;
    ViewBlock* block_ = nullptr;
    ViewSeries* series_ = nullptr;
    ViewPosition* positions_ = nullptr;
    ViewAccount* accounts_ = nullptr;
};

}  // namespace trd
