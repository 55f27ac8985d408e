// Where series of market data live, and which files each is made of. One manifest per catalogue, replaced by rename: a
// reader sees the old state or the new one, whenever a writer dies. Readers need no lock; one process writes at a time.
//
//   ROOT/manifest                              what there is
//   ROOT/KIND/SYMBOL[/TIMEFRAME]/N.seg         immutable; N counts up, never reused
//   ROOT/lock                                  held by the writer
//   ROOT/writing                               folders that a writer began to write in; the next one sweeps them
//
// A series has revisions: an import makes one, clean and fill make the next from it, the files of all stay. Opening
// gives the newest.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/file.h"
#include "history/bar_series.h"

namespace trd {

struct SeriesKey {
    DataKind kind = DataKind::bars;
    std::string symbol;
    Duration timeframe;  // zero for kinds without one

    friend auto operator<=>(const SeriesKey& a, const SeriesKey& b) {
        if (const auto order = a.kind <=> b.kind; order != 0) return order;
        if (const auto order = a.symbol <=> b.symbol; order != 0) return order;
        return a.timeframe <=> b.timeframe;
    }
    friend bool operator==(const SeriesKey&, const SeriesKey&) = default;
};
// "bars SPY 1d"
std::string describe(const SeriesKey& key);

struct SegmentRecord {
    std::string file;  // relative to the root
    uint64_t rows = 0;
    Timestamp first, last;
};

struct SeriesRevision {
    std::string cause;  // "import spy.csv", "clean outlier=drop", "resample 1m"
    std::vector<SegmentRecord> segments;
};

struct SeriesRecord {
    SeriesKey key;
    uint64_t next_number = 1;               // of the next segment file
    std::vector<SeriesRevision> revisions;  // oldest first, never empty

    const SeriesRevision& newest() const { return revisions.back(); }
    uint64_t rows() const;
    Timestamp first() const;
    Timestamp last() const;
};

class Catalogue {
  public:
    // A root that does not exist is an empty catalogue.
    static Result<Catalogue> open(const std::string& root);

    const std::string& root() const { return root_; }
    std::span<const SeriesRecord> series() const { return series_; }  // sorted by key
    const SeriesRecord* find(const SeriesKey& key) const;

    // What a person does who misses something here.
    std::string hint_for_missing() const;

    // Not there: ExitCode::not_found, E_DATA_MISSING, naming the nearest symbols or the timeframes that there are.
    // `revision` counts from 1; 0 is the newest.
    Result<std::vector<std::string>> paths_of(const SeriesKey& key, size_t revision = 0) const;
    Result<BarSeries> open_bars(const std::string& symbol, Duration timeframe) const;
    // The only timeframe of the symbol's bars, or the finest one.
    Result<BarSeries> open_bars(const std::string& symbol) const;

  private:
    Error missing(const SeriesKey& key) const;

    std::string root_;
    std::vector<SeriesRecord> series_;
};

// Changes a catalogue. Holds the lock as long as it lives.
class CatalogueWriter {
  public:
    // Creates the root; takes the lock (ExitCode::locked when another process has it); reads the manifest; removes what
    // a killed writer left behind.
    static Result<CatalogueWriter> open(const std::string& root);
    CatalogueWriter(CatalogueWriter&& other) noexcept
        : root_(std::move(other.root_)),
          lock_(std::move(other.lock_)),
          series_(std::move(other.series_)),
          noted_(std::exchange(other.noted_, {})) {}
    CatalogueWriter& operator=(CatalogueWriter&&) = delete;
    ~CatalogueWriter();

    std::span<const SeriesRecord> series() const { return series_; }
    const SeriesRecord* find(const SeriesKey& key) const;
    const std::string& root() const { return root_; }

    // A path for the next segment of the series, its folder made. Commit the segment, then publish.
    Result<std::string> new_segment_path(const SeriesKey& key);
    enum class Publish : uint8_t {
        append,   // after what is there; what is there stays in the revision
        replace,  // a revision of its own
    };
    // Makes the segment at `path` part of the series, durably. Append refuses rows that begin before the series ends.
    Status<> publish(const SeriesKey& key, const std::string& path, Publish mode, std::string cause);
    // Forgets the series, then removes its files. A reader that holds them mapped keeps them until it closes.
    Status<> remove(const SeriesKey& key);

  private:
    CatalogueWriter(std::string root, FileLock lock) : root_(std::move(root)), lock_(std::move(lock)) {}
    SeriesRecord& record_for(const SeriesKey& key);
    Status<> save() const;
    // What a killed writer left of a manifest, or of segments: of those it noted, or in one folder.
    Status<> sweep_root() const;
    Status<> sweep_noted() const;
    Status<> sweep(const std::string& folder) const;
    void remove_empty(std::string folder) const;
    Status<> note(const std::string& folder);
    Status<> forget_note(const std::string& folder);

    std::string root_;
    FileLock lock_;
    std::vector<SeriesRecord> series_;
    std::string noted_;  // folders, a line each
};

// The catalogue's root below a user's cache folder.
std::string catalogue_root(const Places& places);

}  // namespace trd
