#include "history/resample.h"

#include "history/operations.h"
#include "history/tick_cursor.h"
#include "market/quote_bar_aggregator.h"

namespace trd {
namespace {

constexpr uint64_t rows_between_progress = 1 << 18;

// Bars as the loop below reads every kind.
class BarRows {
  public:
    static Result<BarRows> open(std::span<const std::string> paths) {
        TRD_TRY(BarSeries series, BarSeries::open(paths));
        return BarRows(std::make_unique<BarSeries>(std::move(series)));
    }
    bool next() { return cursor_.next(); }
    const Bar& row() const { return cursor_.bar(); }
    const std::optional<Error>& failure() const { return cursor_.failure(); }

  private:
    explicit BarRows(std::unique_ptr<BarSeries> series) : series_(std::move(series)), cursor_(*series_) {}
    std::unique_ptr<BarSeries> series_;  // does not move: the cursor points to it
    BarCursor cursor_;
};

// A bar that lies across a boundary belongs to neither side: its prices cannot be shared out. Ticks cross nothing.
template <class Row>
Status<> check_inside(const Row& row, BarSchedule& boundaries, const SeriesKey& from) {
    if constexpr (requires { row.close_time; }) {
        const auto interval = boundaries.interval_of(row.open_time);
        if (!interval || row.close_time <= interval->close) return done;
        return Fail{Error{ExitCode::data, "E_RESAMPLE_ACROSS",
                          "the bar of " + describe(from) + " that opens at " + to_iso(row.open_time) +
                              " ends after the longer bar that it begins in, which closes at " +
                              to_iso(interval->close),
                          "read shorter bars with --from-tf, so that each lies inside one of the longer ones"}};
    }
    return done;
}

Status<> put(SegmentWriter& writer, const Bar& bar) {
    writer.column(bar_time).append({bar.open_time.ns, 0});
    writer.column(bar_span).append({(bar.close_time - bar.open_time).ns, 0});
    writer.column(bar_open).append_raw(bar.open.raw());
    writer.column(bar_high).append_raw(bar.high.raw());
    writer.column(bar_low).append_raw(bar.low.raw());
    writer.column(bar_close).append_raw(bar.close.raw());
    writer.column(bar_volume).append_raw(bar.volume.raw());
    return writer.row_done(bar.open_time.ns);
}

Status<> put(SegmentWriter& writer, const QuoteBar& bar) {
    const std::array<Int128, 10> decimals{
        bar.bid_open.raw(), bar.bid_high.raw(), bar.bid_low.raw(), bar.bid_close.raw(), bar.bid_size.raw(),
        bar.ask_open.raw(), bar.ask_high.raw(), bar.ask_low.raw(), bar.ask_close.raw(), bar.ask_size.raw()};
    writer.column(0).append({bar.open_time.ns, 0});
    writer.column(1).append({(bar.close_time - bar.open_time).ns, 0});
    for (size_t i = 0; i < decimals.size(); ++i) writer.column(i + 2).append_raw(decimals[i]);
    return writer.row_done(bar.open_time.ns);
}

template <class Emit>
void feed(BarAggregator& aggregator, const TradeTick& trade, Emit&& emit) {
    aggregator.add_trade(trade.time, trade.price, trade.size, emit);
}
template <class Aggregator, class Row, class Emit>
void feed(Aggregator& aggregator, const Row& row, Emit&& emit) {
    aggregator.add(row, emit);
}

template <class Rows, class Aggregator>
Status<> aggregate(Result<Rows> opened, const ResampleRequest& request, SegmentWriter& writer, ResampleReport& report) {
    if (!opened) return Fail{opened.error()};
    Rows& rows = *opened;
    const uint64_t total = report.rows_read;
    report.rows_read = 0;
    Aggregator aggregator(request.schedule);
    BarSchedule boundaries = request.schedule;
    Status<> written = done;
    const auto emit = [&](const auto& bar) {
        if (written) written = put(writer, bar);
    };
    while (written && rows.next()) {
        TRD_CHECK(check_inside(rows.row(), boundaries, request.from));
        feed(aggregator, rows.row(), emit);
        if (++report.rows_read % rows_between_progress == 0) TRD_CHECK(tell(request.progress, report.rows_read, total));
    }
    if (rows.failure()) return Fail{*rows.failure()};
    aggregator.finish(emit);
    report.left_out = aggregator.left_out();
    return written;
}

Error nothing_left(const SeriesKey& from, const ResampleReport& report) {
    return {ExitCode::data, "E_DATA_SESSIONS",
            "none of the " + std::to_string(report.rows_read) + " rows of " + describe(from) +
                " lies in a session; nothing was written",
            "look at their times with trd data show, take the hours before and after the regular ones too with --hours "
            "extended, or another calendar"};
}

Status<> aggregate_kind(std::span<const std::string> paths, const ResampleRequest& request, SegmentWriter& writer,
                        ResampleReport& report) {
    const DataKind kind = request.from.kind;
    if (kind == DataKind::trades)
        return aggregate<TickCursor<TradeTick>, BarAggregator>(TickCursor<TradeTick>::open(paths), request, writer,
                                                               report);
    if (kind == DataKind::quotes)
        return aggregate<TickCursor<Quote>, QuoteBarAggregator>(TickCursor<Quote>::open(paths), request, writer,
                                                                report);
    if (kind == DataKind::quote_bars)
        return aggregate<TickCursor<QuoteBar>, QuoteBarAggregator>(TickCursor<QuoteBar>::open(paths), request, writer,
                                                                   report);
    return aggregate<BarRows, BarAggregator>(BarRows::open(paths), request, writer, report);
}

}  // namespace

std::optional<DataKind> kind_resampled_from(DataKind kind) {
    if (kind == DataKind::bars || kind == DataKind::trades) return DataKind::bars;
    if (kind == DataKind::quote_bars || kind == DataKind::quotes) return DataKind::quote_bars;
    return std::nullopt;
}

Result<ResampleReport> resample_series(const std::string& root, const ResampleRequest& request) {
    const auto kind = kind_resampled_from(request.from.kind);
    TRD_ASSERT(kind);
    TRD_TRY(CatalogueWriter catalogue, CatalogueWriter::open(root));
    TRD_TRY(const Catalogue reader, Catalogue::open(root));
    TRD_TRY(const auto paths, reader.paths_of(request.from));
    ResampleReport report{{*kind, request.from.symbol, request.schedule.timeframe()}, 0, 0, 0};
    report.rows_read = reader.find(request.from)->rows();
    TRD_CHECK(check_replaceable(catalogue, report.key, request.replace));
    TRD_TRY(const std::string path, catalogue.new_segment_path(report.key));
    SegmentInfo info;
    info.kind = *kind;
    info.symbol = report.key.symbol;
    info.timeframe = report.key.timeframe;
    TRD_TRY(SegmentWriter writer, SegmentWriter::create(path, info));
    TRD_CHECK(aggregate_kind(paths, request, writer, report));
    report.rows = writer.rows();
    if (report.rows == 0) return Fail{nothing_left(request.from, report)};
    TRD_CHECK(writer.commit());
    TRD_CHECK(catalogue.publish(report.key, path, CatalogueWriter::Publish::replace, request.cause));
    return report;
}

}  // namespace trd
