#include "history/csv_bars.h"

namespace trd {

std::string symbol_of_file(const std::string& path) {
    const size_t slash = path.rfind('/');
    std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
    name.resize(std::min({name.find('.'), name.size(), symbol_size_max}));
    for (char& c : name)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return name;
}

Result<BarSeries> load_csv_bars(const std::string& path, const CsvBarOptions& options) {
    ImportOptions import;
    import.layout.map = options.map;
    import.layout.zone = options.zone;
    import.symbol = options.symbol.empty() ? symbol_of_file(path) : options.symbol;
    import.timeframe = options.timeframe;
    import.faults_kept = 1;
    TRD_TRY(const auto source, open_text(path));
    TRD_TRY(Importer importer, Importer::start(*source, path, std::move(import)));
    TRD_TRY(SegmentWriter writer, SegmentWriter::in_memory(importer.segment_info()));
    TRD_TRY(const ImportOutcome outcome, importer.run(writer));
    if (outcome.fault_count > 0) return Fail{to_error(outcome, path)};
    if (options.warn && !outcome.doubt.empty()) options.warn(outcome.doubt);
    TRD_TRY(MappedFile file, writer.finish_in_memory());
    return BarSeries::from_mapping(std::move(file));
}

}  // namespace trd
