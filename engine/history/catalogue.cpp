#include "history/catalogue.h"

#include <unistd.h>

#include <algorithm>
#include <charconv>

#include "base/suggest.h"
#include "history/manifest.h"

namespace trd {
namespace {

// Symbols hold slashes (BTC/USDT): everything that a folder's name should not hold becomes %HH.
std::string folder_name(std::string_view symbol) {
    constexpr std::string_view hex = "0123456789ABCDEF";
    std::string name;
    for (const char c : symbol) {
        const bool plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
                           c == '_' || (c == '.' && !name.empty());
        if (plain) {
            name += c;
            continue;
        }
        const auto byte = static_cast<uint8_t>(c);
        name += '%';
        name += hex[byte >> 4];
        name += hex[byte & 15];
    }
    return name;
}

std::string folder_of(const SeriesKey& key) {
    const KindSpec& spec = spec_of(key.kind);
    std::string folder = std::string(spec.name) + "/" + folder_name(key.symbol);
    if (spec.has_timeframe) folder += "/" + to_text(key.timeframe);
    return folder;
}

const SeriesRecord* find_record(std::span<const SeriesRecord> series, const SeriesKey& key) {
    const auto place = std::lower_bound(series.begin(), series.end(), key,
                                        [](const SeriesRecord& record, const SeriesKey& k) { return record.key < k; });
    return place != series.end() && place->key == key ? &*place : nullptr;
}

std::string manifest_path(const std::string& root) { return root + "/manifest"; }
std::string note_path(const std::string& root) { return root + "/writing"; }

// The note is a file like any other: nothing outside of the catalogue is swept for what stands in it.
bool is_series_folder(std::string_view folder) {
    return !folder.empty() && folder[0] != '/' && folder[0] != '.' && folder.find("/.") == std::string_view::npos;
}

Result<std::vector<SeriesRecord>> load_manifest(const std::string& root) {
    const std::string path = manifest_path(root);
    if (!file_exists(path)) return std::vector<SeriesRecord>{};
    TRD_TRY(const MappedFile file, MappedFile::open(path));
    const std::string_view text(reinterpret_cast<const char*>(file.bytes().data()), file.bytes().size());
    return parse_manifest(text, path);
}

bool contains_text(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

std::string describe(const SeriesKey& key) {
    const KindSpec& spec = spec_of(key.kind);
    std::string text = std::string(spec.name) + " " + key.symbol;
    if (spec.has_timeframe) text += " " + to_text(key.timeframe);
    return text;
}

uint64_t SeriesRecord::rows() const {
    uint64_t rows = 0;
    for (const SegmentRecord& segment : newest().segments) rows += segment.rows;
    return rows;
}
Timestamp SeriesRecord::first() const {
    return newest().segments.empty() ? Timestamp{} : newest().segments.front().first;
}
Timestamp SeriesRecord::last() const { return newest().segments.empty() ? Timestamp{} : newest().segments.back().last; }

Result<Catalogue> Catalogue::open(const std::string& root) {
    Catalogue catalogue;
    catalogue.root_ = root;
    TRD_TRY(catalogue.series_, load_manifest(root));
    return catalogue;
}

const SeriesRecord* Catalogue::find(const SeriesKey& key) const { return find_record(series_, key); }

std::string Catalogue::hint_for_missing() const {
    if (!series_.empty()) return "trd data ls lists what there is; trd data import and trd data generate add to it";
    return "the catalogue is empty: trd data import brings in your prices, and trd data generate makes DEMO, a made-up "
           "series to try things on";
}

Error Catalogue::missing(const SeriesKey& key) const {
    // Without a timeframe, none was asked for.
    const bool is_whole = key.timeframe.ns > 0 || !spec_of(key.kind).has_timeframe;
    const std::string what = is_whole ? describe(key) : std::string(spec_of(key.kind).name) + " of " + key.symbol;
    Error error{ExitCode::not_found, "E_DATA_MISSING", "the catalogue " + root_ + " has no " + what, ""};
    std::vector<std::string_view> symbols;
    std::string timeframes;
    for (const SeriesRecord& record : series_) {
        if (record.key.kind != key.kind) continue;
        if (symbols.empty() || symbols.back() != record.key.symbol) symbols.push_back(record.key.symbol);
        if (record.key.symbol == key.symbol)
            timeframes.append(timeframes.empty() ? "" : ", ").append(to_text(record.key.timeframe));
    }
    if (!timeframes.empty()) {
        error.hint = "there is " + key.symbol + " at " + timeframes + "; make others with trd data resample";
        return error;
    }
    error.message += did_you_mean(key.symbol, symbols);
    error.hint = hint_for_missing();
    return error;
}

Result<std::vector<std::string>> Catalogue::paths_of(const SeriesKey& key, size_t revision) const {
    const SeriesRecord* record = find(key);
    if (record == nullptr) return Fail{missing(key)};
    if (revision > record->revisions.size())
        return Fail{Error{ExitCode::not_found, "E_DATA_MISSING",
                          describe(key) + " has " + std::to_string(record->revisions.size()) + " revisions, not " +
                              std::to_string(revision),
                          "trd data show lists them"}};
    const SeriesRevision& chosen = revision == 0 ? record->newest() : record->revisions[revision - 1];
    std::vector<std::string> paths;
    for (const SegmentRecord& segment : chosen.segments) paths.push_back(root_ + "/" + segment.file);
    return paths;
}

Result<BarSeries> Catalogue::open_bars(const std::string& symbol, Duration timeframe) const {
    TRD_TRY(const auto paths, paths_of({DataKind::bars, symbol, timeframe}));
    return BarSeries::open(paths);
}

Result<BarSeries> Catalogue::open_bars(const std::string& symbol) const {
    for (const SeriesRecord& record : series_)
        if (record.key.kind == DataKind::bars && record.key.symbol == symbol)
            return open_bars(symbol, record.key.timeframe);
    return Fail{missing({DataKind::bars, symbol, {}})};
}

Result<CatalogueWriter> CatalogueWriter::open(const std::string& root) {
    TRD_CHECK(make_folders(root));
    TRD_TRY(FileLock lock, FileLock::take(root + "/lock"));
    CatalogueWriter writer(root, std::move(lock));
    TRD_CHECK(writer.sweep_root());
    TRD_TRY(writer.series_, load_manifest(root));
    TRD_CHECK(writer.sweep_noted());
    return writer;
}

// What was begun and not published goes again, as the next writer would do it: by what is on disk.
CatalogueWriter::~CatalogueWriter() {
    if (noted_.empty()) return;
    auto series = load_manifest(root_);
    if (!series) return;
    series_ = *std::move(series);
    (void)sweep_noted().ok();
}

const SeriesRecord* CatalogueWriter::find(const SeriesKey& key) const { return find_record(series_, key); }

SeriesRecord& CatalogueWriter::record_for(const SeriesKey& key) {
    const auto place = std::lower_bound(series_.begin(), series_.end(), key,
                                        [](const SeriesRecord& record, const SeriesKey& k) { return record.key < k; });
    if (place != series_.end() && place->key == key) return *place;
    return *series_.insert(place, SeriesRecord{key, 1, {}});
}

Status<> CatalogueWriter::save() const { return replace_file(manifest_path(root_), format_manifest(series_)); }

Status<> CatalogueWriter::sweep_root() const {
    TRD_TRY(const auto names, list_folder(root_));
    for (const std::string& name : names)
        if (name.ends_with(".tmp")) TRD_CHECK(remove_file(root_ + "/" + name));
    return done;
}

Status<> CatalogueWriter::sweep_noted() const {
    const std::string path = note_path(root_);
    if (!file_exists(path)) return done;
    TRD_TRY(const std::string text, read_file(path));
    for (size_t start = 0; start < text.size();) {
        const size_t end = std::min(text.find('\n', start), text.size());
        const std::string folder = text.substr(start, end - start);
        if (is_series_folder(folder)) TRD_CHECK(sweep(folder));
        start = end + 1;
    }
    return remove_file(path);
}

Status<> CatalogueWriter::sweep(const std::string& folder) const {
    TRD_TRY(const auto names, list_folder(root_ + "/" + folder));
    std::vector<std::string> known;
    for (const SeriesRecord& record : series_) {
        if (folder_of(record.key) != folder) continue;
        for (const SeriesRevision& revision : record.revisions)
            for (const SegmentRecord& segment : revision.segments) known.push_back(segment.file);
    }
    for (const std::string& name : names) {
        const bool is_ours = name.ends_with(".seg") || name.ends_with(".tmp");
        if (is_ours && !contains_text(known, folder + "/" + name))
            TRD_CHECK(remove_file(root_ + "/" + folder + "/" + name));
    }
    remove_empty(folder);
    return done;
}

// The folder, and those above it that hold nothing then.
void CatalogueWriter::remove_empty(std::string folder) const {
    while (!folder.empty() && ::rmdir((root_ + "/" + folder).c_str()) == 0)
        folder.resize(folder.find('/') == std::string::npos ? 0 : folder.rfind('/'));
}

// Before anything is written there, so that whatever a kill leaves is known to the next writer.
Status<> CatalogueWriter::note(const std::string& folder) {
    noted_ += folder + "\n";
    return replace_file(note_path(root_), noted_);
}

Status<> CatalogueWriter::forget_note(const std::string& folder) {
    const size_t place = noted_.find(folder + "\n");
    if (place != std::string::npos) noted_.erase(place, folder.size() + 1);
    if (!noted_.empty() || !file_exists(note_path(root_))) return done;
    return remove_file(note_path(root_));
}

Result<std::string> CatalogueWriter::new_segment_path(const SeriesKey& key) {
    const std::string folder = folder_of(key);
    TRD_CHECK(sweep(folder));
    TRD_CHECK(note(folder));
    TRD_CHECK(make_folders(root_ + "/" + folder));
    const SeriesRecord* record = find(key);
    return root_ + "/" + folder + "/" + std::to_string(record == nullptr ? 1 : record->next_number) + ".seg";
}

Status<> CatalogueWriter::publish(const SeriesKey& key, const std::string& path, Publish mode, std::string cause) {
    TRD_TRY(const Segment segment, Segment::open(path));
    const SegmentInfo& info = segment.info();
    SeriesRecord& record = record_for(key);
    SegmentRecord added{path.substr(root_.size() + 1), info.rows, info.first, info.last};
    if (mode == Publish::append && !record.revisions.empty() && !record.newest().segments.empty()) {
        SeriesRevision& newest = record.revisions.back();
        if (newest.segments.back().last >= added.first)
            return Fail{Error{ExitCode::data, "E_DATA_OVERLAP",
                              describe(key) + " already reaches to " + to_iso(record.last()) +
                                  ", the new rows begin at " + to_iso(added.first),
                              "import with --replace, or only the rows that are new"}};
        newest.segments.push_back(std::move(added));
    } else {
        record.revisions.push_back({std::move(cause), {std::move(added)}});
    }
    ++record.next_number;
    TRD_CHECK(save());
    return forget_note(folder_of(key));
}

Status<> CatalogueWriter::remove(const SeriesKey& key) {
    const auto place =
        std::find_if(series_.begin(), series_.end(), [&](const SeriesRecord& r) { return r.key == key; });
    if (place == series_.end())
        return Fail{Error{ExitCode::not_found, "E_DATA_MISSING", "the catalogue " + root_ + " has no " + describe(key),
                          "trd data ls lists what there is"}};
    series_.erase(place);
    const std::string folder = folder_of(key);
    TRD_CHECK(note(folder));
    TRD_CHECK(save());
    TRD_CHECK(sweep(folder));
    return forget_note(folder);
}

std::string catalogue_root(const Places& places) { return places.cache + "/data"; }

}  // namespace trd
