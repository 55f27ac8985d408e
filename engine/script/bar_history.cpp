#include "script/bar_history.h"

#include <algorithm>
#include <cstddef>
#include <cstring>

namespace trd {
namespace {

// BarField counts the numbers of a bar in the order in which they lie.
constexpr bool lies_at(size_t offset, BarField field) {
    return offset == offsetof(BarValues, open) + static_cast<size_t>(field) * sizeof(double);
}
static_assert(lies_at(offsetof(BarValues, open), BarField::open) && lies_at(offsetof(BarValues, high), BarField::high));
static_assert(lies_at(offsetof(BarValues, low), BarField::low) && lies_at(offsetof(BarValues, close), BarField::close));
static_assert(lies_at(offsetof(BarValues, volume), BarField::volume));

}  // namespace

ScriptSeries BarHistory::window(BarField field) {
    if (field >= BarField::hl2) return {&count_, mean(field), 1};
    return {&count_, &rows_[0].bar.open + static_cast<size_t>(field), sizeof(Row) / sizeof(double)};
}

void BarHistory::save(ByteWriter& out) const {
    out.put(count_);
    const uint64_t kept = std::min<uint64_t>(count_, capacity);
    for (uint64_t place = 0; place < kept; ++place) out.append(&rows_[place].bar, sizeof(BarValues));
}

void BarHistory::load(ByteReader& in) {
    const auto count = in.get<uint64_t>();
    const uint64_t kept = std::min<uint64_t>(count, capacity);
    if (!in.ok() || in.left() < kept * sizeof(BarValues)) return in.fail();
    count_ = count;
    for (uint64_t place = 0; place < kept; ++place)
        std::memcpy(&rows_[place].bar, in.get_bytes(sizeof(BarValues)).data(), sizeof(BarValues));
    for (size_t i = 0; i < mean_count; ++i)
        for (uint64_t place = 0; means_[i] != nullptr && place < kept; ++place)
            means_[i][place] = field_of(rows_[place].bar, static_cast<BarField>(first_mean + i));
}

void BarHistory::push_means(const BarValues& bar) {
    for (size_t i = 0; i < mean_count; ++i)
        if (means_[i] != nullptr) means_[i][count_ % capacity] = field_of(bar, static_cast<BarField>(first_mean + i));
}

const double* BarHistory::mean(BarField field) {
    auto& values = means_[static_cast<size_t>(field) - first_mean];
    if (values == nullptr) {
        values = std::make_unique<double[]>(capacity);
        const uint64_t kept = std::min<uint64_t>(count_, capacity);
        for (uint64_t place = 0; place < kept; ++place) values[place] = field_of(rows_[place].bar, field);
        keeps_means_ = true;
    }
    return values.get();
}

}  // namespace trd
