// The last bars of one series, as `data.NAME.close[3]` in a script reads them. A bar is one cache line, written whole.
// The means of a bar (hl2, hlc3, ohlc4) are kept only from the moment somebody asks for one; the bars still here are
// then made up for, so nobody can tell when that was.
#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "market/indicator_set.h"
#include "script/script_series.h"

namespace trd {

class BarHistory {
  public:
    static constexpr uint32_t capacity = IndicatorOutput::capacity;

    void push(const BarValues& bar) {
        rows_[count_ % capacity].bar = bar;
        if (keeps_means_) [[unlikely]]
            push_means(bar);
        ++count_;
    }
    // A window that stays good as long as this does; neither moves.
    ScriptSeries window(BarField field);

    void save(ByteWriter& out) const;
    void load(ByteReader& in);

  private:
    struct alignas(64) Row {
        BarValues bar;
    };
    static constexpr auto first_mean = static_cast<size_t>(BarField::hl2);
    static constexpr size_t mean_count = static_cast<size_t>(BarField::ohlc4) + 1 - first_mean;

    void push_means(const BarValues& bar);
    const double* mean(BarField field);

    uint64_t count_ = 0;
    bool keeps_means_ = false;
    std::array<Row, capacity> rows_;
    std::array<std::unique_ptr<double[]>, mean_count> means_;  // null: nobody has asked for it
};

}  // namespace trd
