// Where the order of an id is kept: from the id to a slot of its owner's. Open addressing without tombstones; the ids
// themselves stay in the owner's slots, so every call is given `id_of`, which says whose order is in a slot. One
// allocation a new high-water mark.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/assert.h"
#include "base/ids.h"

namespace trd {

class OrderIndex {
  public:
    static constexpr uint32_t none = UINT32_MAX;

    size_t size() const { return count_; }

    template <class IdOf>
    uint32_t find(OrderId id, const IdOf& id_of) const {
        return places_.empty() ? none : places_[place_of(id, id_of)] - 1;
    }
    // Precondition: the id is not there, and its slot has it.
    template <class IdOf>
    void add(OrderId id, uint32_t slot, const IdOf& id_of) {
        if ((count_ + 1) * 2 > places_.size()) grow(id_of);
        const size_t place = place_of(id, id_of);
        TRD_ASSERT(places_[place] == empty);
        places_[place] = slot + 1;
        ++count_;
    }
    // Precondition: it is there, in that slot, which is not looked at: it has long left the nearest caches.
    template <class IdOf>
    void remove(OrderId id, uint32_t slot, const IdOf& id_of) {
        size_t place = home_of(id);
        while (places_[place] != slot + 1) {
            TRD_ASSERT(places_[place] != empty);
            place = (place + 1) & (places_.size() - 1);
        }
        close_gap(place, id_of);
        --count_;
    }
    // Something will be asked about the id soon.
    void fetch(OrderId id) const { __builtin_prefetch(&places_[home_of(id)]); }
    template <class Visit>
    void each(const Visit& visit) const {
        for (const uint32_t entry : places_)
            if (entry != empty) visit(entry - 1);
    }

  private:
    static constexpr uint32_t empty = 0;  // places_ holds slot + 1
    static constexpr size_t first_size = 64;

    size_t home_of(OrderId id) const {
        const uint64_t mixed = (id.low() >> 12 ^ id.high()) * 0x9E3779B97F4A7C15u;
        return static_cast<size_t>(mixed >> 32) & (places_.size() - 1);
    }
    // Of the id, or of the empty place where it would go.
    template <class IdOf>
    size_t place_of(OrderId id, const IdOf& id_of) const {
        size_t place = home_of(id);
        while (places_[place] != empty && id_of(places_[place] - 1) != id) place = (place + 1) & (places_.size() - 1);
        return place;
    }
    template <class IdOf>
    void grow(const IdOf& id_of) {
        const std::vector<uint32_t> old = std::move(places_);
        places_.assign(std::max(first_size, old.size() * 2), empty);
        for (const uint32_t entry : old)
            if (entry != empty) places_[place_of(id_of(entry - 1), id_of)] = entry;
    }
    // Moves back every follower whose home is not after the gap, so probes stay short.
    template <class IdOf>
    void close_gap(size_t gap, const IdOf& id_of) {
        const size_t mask = places_.size() - 1;
        for (size_t next = (gap + 1) & mask; places_[next] != empty; next = (next + 1) & mask) {
            const size_t home = home_of(id_of(places_[next] - 1));
            if (((next - home) & mask) < ((next - gap) & mask)) continue;
            places_[gap] = places_[next];
            gap = next;
        }
        places_[gap] = empty;
    }

    std::vector<uint32_t> places_;  // a power of two of them, at most half in use
    size_t count_ = 0;
};

}  // namespace trd
