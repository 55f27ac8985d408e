// Text rows into a segment, every row checked: one pass, memory that does not grow with the file. Import, `backtest
// --data` and tests call it. A row that is wrong is named with line, column, what was found and what was expected;
// nothing is written when there is one.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "history/import_layout.h"
#include "history/progress_call.h"
#include "history/segment.h"
#include "history/text_source.h"

namespace trd {

enum class FaultKind : uint8_t {
    field_count,
    bad_time,
    skipped_hour,  // a wall clock time that the zone's clock change left out
    bad_number,
    not_positive,
    negative,
    bad_code,
    out_of_order,
    duplicate,
    high_below_low,
    outside_range,  // open or close beyond high or low
    crossed,        // bid above ask
    outlier,
    gap,
    unclear_point,  // a decimal point, or one between thousands
};
std::string_view name_of(FaultKind kind);

struct RowFault {
    FaultKind kind = FaultKind::bad_number;
    uint64_t line = 0;
    std::string column;
    std::string found;
    std::string expected;
};
// "prices.csv:17: close is \"x1\", expected a decimal number"
std::string describe(const RowFault& fault, const std::string& file);

struct ImportOptions {
    LayoutOptions layout;
    std::string symbol;
    Duration timeframe;  // zero: the most common step between rows
    Storage storage = Storage::hot;
    int64_t outlier_factor = 10;      // a price this many times above or below the one before is a fault; 0: never
    bool gaps_are_faults = false;     // --strict
    bool points_are_decimal = false;  // 1.100 in a file of semicolons is 1.1, which is else unclear
    bool crossed_is_a_fault = true;   // a quote whose bid is above its ask; false: for clean to repair
    size_t faults_kept = 1000;        // of the list; all are counted
    ProgressCall progress;            // now and then, in bytes of the file
};

struct ImportOutcome {
    ImportLayout layout;
    Duration timeframe;
    uint64_t rows = 0;
    Timestamp first, last;
    std::vector<RowFault> faults;  // in order of lines; when there is one, the segment is not to be used
    uint64_t fault_count = 0;
    uint64_t other_rows = 0;     // of other symbols, which were left out
    std::string doubt;           // whether the rows are of the symbol at all; empty: there is none
    std::vector<RowFault> gaps;  // steps longer than the timeframe, first ones; not faults unless asked
    uint64_t gap_count = 0;
    std::vector<RowFault> overlaps;  // bars that open before the one before them has ended, first ones; let through
    uint64_t overlap_count = 0;      // where the timeframe is of days, which are not all as long
};

// The first fault as what a person is told, with the count of the others.
Error to_error(const ImportOutcome& outcome, const std::string& file);

// Reads all of `source` (called `file` in messages) into `writer`, which the caller commits when there is no fault.
// An error is returned where no row can be judged: layout, compression, a full disk.
class Importer {
  public:
    static Result<Importer> start(TextSource& source, std::string file, ImportOptions options);

    const ImportLayout& layout() const { return layout_; }
    SegmentInfo segment_info() const;
    Result<ImportOutcome> run(SegmentWriter& writer);

  private:
    struct Step {  // what one text field does to the row
        size_t field;
        TextRole role;
        size_t target;
        ColumnUnit unit;
        TimeFormat format;
    };
    static constexpr size_t fields_max = 64;

    Importer(TextSource& source, std::string file, ImportOptions options);
    Status<> prepare();
    Status<> infer_timeframe();
    Error no_timeframe() const;
    void plan_steps();
    bool is_of_another() const;
    bool read_row(std::string_view line);
    bool read_field(const Step& step, std::string_view text);
    bool read_time(const Step& step, std::string_view text);
    bool read_decimal(const Step& step, std::string_view text);
    void note_point(const Step& step, std::string_view text);
    void refuse_unclear_point();
    bool read_code(const Step& step, std::string_view text);
    bool read_number(const Step& step, std::string_view text);
    bool settle_time();
    bool settle_span();
    bool check_order();
    void note_overlap();
    bool check_bar(size_t open, const char* prefix);
    bool check_crossed(size_t bid, size_t ask);
    bool check_values();
    bool check_jump(size_t column);
    void check_gap();
    Status<> store(SegmentWriter& writer);
    bool fault(FaultKind kind, std::string_view column, std::string_view found, std::string expected);
    Int128 raw(size_t column) const;
    std::string text_of(size_t column) const;

    TextSource* source_;
    std::string file_;
    ImportOptions options_;
    LineReader lines_;
    ImportLayout layout_;
    const KindSpec* spec_;
    ZoneClock clock_{Zone::utc()};
    std::optional<std::string> whose_rows_;  // of a file of several symbols
    size_t symbol_field_ = 0;
    std::vector<Step> steps_;
    ImportOutcome outcome_;
    bool timeframe_is_unknown_ = false;
    // Of a file of semicolons: the first number that may have its point between thousands, unless another denies it.
    bool points_are_unclear_ = false;
    std::optional<RowFault> unclear_point_;

    // The row being read.
    std::vector<std::string_view> fields_ = std::vector<std::string_view>(fields_max);
    DecimalField row_[max_columns];
    WallTime wall_;
    int64_t clock_ns_ = 0;
    std::optional<Timestamp> close_time_;
    Timestamp time_;
    Duration span_;
    // The row before it.
    bool has_before_ = false;
    Timestamp time_before_;
    Timestamp end_before_;  // where the bar before ends
    Int128 price_before_ = 0;
    int64_t id_before_ = INT64_MIN;
};

}  // namespace trd
