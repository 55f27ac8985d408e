// Series of what a market says between bars, as the values of market/ticks.h: quotes, quote bars, trades, book changes,
// funding, corporate actions and exchange rates. Backtests read them one row after the other, in order of time, from
// mapped columns; after opening, a row costs no allocation. A cursor belongs to one thread and can be moved.
//
//   TRD_TRY(auto quotes, TickCursor<Quote>::open(catalogue, "EURUSD", {from, to}));
//   while (quotes.next()) use(quotes.row());
//   if (quotes.failure()) return Fail{*quotes.failure()};
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "history/catalogue.h"
#include "history/put_decimal.h"
#include "history/segment.h"
#include "market/ticks.h"

namespace trd {

// [from, to): of quote bars, the opening time is what counts.
struct TimeWindow {
    Timestamp from{INT64_MIN};
    Timestamp to{INT64_MAX};
};

// The columns of a series, some rows at a time, as whole numbers. What all TickCursors share.
class TickColumns {
  public:
    static constexpr uint32_t batch = 64;

    // Segments of one series of `kind`, in time order. Only blocks that the window touches are ever read or verified.
    static Result<TickColumns> open(std::span<const std::string> paths, DataKind kind, TimeWindow window);

    // How many rows can be taken now; 0 at the end or on a damaged block.
    uint32_t read_batch();
    int64_t number(size_t column, uint32_t row) const { return numbers_[column][row]; }
    template <class Decimals>
    void put(size_t column, uint32_t row, Decimals& out) const {
        if (factors_[column] != 0) [[likely]]
            put_product(numbers_[column][row], factors_[column], out);
        else
            out = Decimals::from_raw(readers_[column].raw_at(first_row_ + row));
    }
    std::span<const Segment> segments() const { return segments_; }
    const std::optional<Error>& failure() const { return failure_; }

  private:
    Status<> add(Segment segment, DataKind kind);
    bool find_block();
    bool enter_next_block();
    bool load(const Segment& segment, uint32_t block);
    void bound_rows();
    uint32_t first_row_at(int64_t time_ns) const;
    bool fail(const Segment& segment, uint32_t block, const std::string& what);

    std::vector<Segment> segments_;
    TimeWindow window_;
    size_t segment_ = 0;
    uint32_t block_ = 0;                   // the next one to enter
    uint32_t next_row_ = 0, end_row_ = 0;  // of the block entered, inside the window
    uint32_t first_row_ = 0;               // of the batch
    std::vector<ChunkReader> readers_;
    std::vector<std::array<int64_t, batch>> numbers_;
    std::array<int64_t, max_columns> factors_{};  // from a number to 1e-12; 0: the numbers do not fit 64 bits
    std::optional<Error> failure_;
};

// Which series hold such rows.
template <class Row>
inline constexpr DataKind kind_of_row = DataKind{};
template <>
inline constexpr DataKind kind_of_row<Quote> = DataKind::quotes;
template <>
inline constexpr DataKind kind_of_row<QuoteBar> = DataKind::quote_bars;
template <>
inline constexpr DataKind kind_of_row<TradeTick> = DataKind::trades;
template <>
inline constexpr DataKind kind_of_row<BookDelta> = DataKind::book;
template <>
inline constexpr DataKind kind_of_row<FundingRate> = DataKind::funding;
template <>
inline constexpr DataKind kind_of_row<CorporateAction> = DataKind::actions;
template <>
inline constexpr DataKind kind_of_row<FxRate> = DataKind::fx_rates;

// Where the snapshots of a book begin: a row of one behind a row that is none, or behind a row of another time.
class SnapshotMarks {
  public:
    // Rows as they follow those of the call before; begins_snapshot says of each whether it is part of one.
    void mark(std::span<BookDelta> rows);

  private:
    bool was_part_ = false;
    Timestamp time_;
};

template <class Row>
class TickCursor {
  public:
    static constexpr DataKind kind = kind_of_row<Row>;

    // Not there: E_DATA_MISSING. The timeframe is for quote bars; zero is the finest one that there is.
    static Result<TickCursor> open(const Catalogue& catalogue, const std::string& symbol, TimeWindow window = {},
                                   Duration timeframe = {});
    // Segments of one series, in time order.
    static Result<TickCursor> open(std::span<const std::string> paths, TimeWindow window = {});

    // False at the end or on damage, see failure().
    bool next() {
        if (++place_ < filled_) [[likely]]
            return true;
        return refill();
    }
    // After next() said true, until the next call of it.
    const Row& row() const { return rows_[place_]; }
    // Of the whole series, for its name, timeframe and fingerprint.
    std::span<const Segment> segments() const { return columns_.segments(); }
    const std::optional<Error>& failure() const { return columns_.failure(); }

  private:
    explicit TickCursor(TickColumns columns) : columns_(std::move(columns)) {}
    bool refill();

    TickColumns columns_;
    SnapshotMarks snapshots_;  // of books
    uint32_t place_ = 0, filled_ = 0;
    std::vector<Row> rows_ = std::vector<Row>(TickColumns::batch);
};

}  // namespace trd
