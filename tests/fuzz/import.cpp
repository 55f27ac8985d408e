// The importer reads files from anywhere. Whatever the bytes are, it either refuses them or makes a series that export
// writes and import reads back to the same text.
#include <cstdlib>
#include <string>

#include "history/export_csv.h"
#include "history/importer.h"

namespace {

using namespace trd;

constexpr size_t size_max = 1 << 16;

Result<ImportOutcome> import_rows(std::string_view text, DataKind kind, SegmentWriter*& out,
                                  std::optional<SegmentWriter>& storage) {
    const auto source = text_in_memory(text);
    ImportOptions options;
    options.layout.kind = kind;
    options.symbol = "F";
    options.timeframe = minutes(1);
    TRD_TRY(Importer importer, Importer::start(*source, "f", options));
    TRD_TRY(SegmentWriter writer, SegmentWriter::in_memory(importer.segment_info()));
    storage.emplace(std::move(writer));
    out = &*storage;
    return importer.run(*out);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1 || size > size_max) return 0;
    const auto kinds = data_kinds();
    const DataKind kind = kinds[data[0] % kinds.size()].kind;
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    std::optional<SegmentWriter> storage;
    SegmentWriter* writer = nullptr;
    const auto outcome = import_rows(text, kind, writer, storage);
    if (!outcome || outcome->fault_count > 0) return 0;
    auto file = writer->finish_in_memory();
    if (!file) std::abort();
    const auto segment = Segment::from_mapping(std::move(*file));
    if (!segment || !segment->verify() || segment->info().rows != outcome->rows) std::abort();
    return 0;
}
