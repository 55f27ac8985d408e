#include "cli/data_common.h"

#include <algorithm>

#include "cli/interrupt.h"
#include "cli/text_format.h"
#include "cli/values.h"

namespace trd {

DataKind kind_meant(const Arguments& arguments) {
    const auto name = arguments.value("--kind");
    const KindSpec* spec = name ? data_kind_named(*name) : nullptr;
    return spec == nullptr ? DataKind::bars : spec->kind;
}

Result<SeriesKey> series_meant(const Context& context, const Catalogue& catalogue) {
    SeriesKey key{kind_meant(context.arguments), *context.arguments.value("SYMBOL"), {}};
    if (!spec_of(key.kind).has_timeframe) return key;
    TRD_TRY(const auto timeframe, duration_value(context.arguments, "--tf"));
    if (timeframe) {
        key.timeframe = *timeframe;
        return key;
    }
    std::vector<std::string> found;
    for (const SeriesRecord& record : catalogue.series()) {
        if (record.key.kind != key.kind || record.key.symbol != key.symbol) continue;
        key.timeframe = record.key.timeframe;
        found.push_back(to_text(record.key.timeframe));
    }
    if (found.size() <= 1) return key;
    std::string names = found[0];
    for (size_t i = 1; i < found.size(); ++i) names += ", " + found[i];
    return Fail{
        Error{ExitCode::usage, "E_USAGE_TF", key.symbol + " is there at " + names, "say which: --tf " + found[0]}};
}

Cell timeframe_cell(const SeriesKey& key) {
    return spec_of(key.kind).has_timeframe ? Cell(to_text(key.timeframe)) : Cell();
}

void put_key(JsonWriter& json, const SeriesKey& key) {
    json.member("kind", spec_of(key.kind).name).member("symbol", key.symbol).key("timeframe");
    if (spec_of(key.kind).has_timeframe)
        json.value(to_text(key.timeframe));
    else
        json.null();
}

ProgressCall progress_call(Progress& progress) {
    return [&progress](uint64_t finished, uint64_t of) {
        return progress.at(of == 0 ? 1.0 : static_cast<double>(finished) / static_cast<double>(of));
    };
}

Error cli_error(Error error) { return error.code == ExitCode::interrupted ? interruption() : error; }

std::string counted(uint64_t count, std::string_view noun) {
    return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

std::string rows_text(const std::vector<std::vector<std::string>>& rows, const std::string& right_aligned,
                      Format format) {
    std::vector<size_t> widths;
    for (const auto& row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], display_width(row[i]));
    }
    std::string out;
    for (const auto& row : rows) {
        std::string line;
        for (size_t i = 0; i < row.size(); ++i) {
            const bool right = i < right_aligned.size() && right_aligned[i] == 'r';
            if (i > 0) line += format == Format::plain ? "\t" : "  ";
            if (format == Format::plain)
                line += row[i];
            else
                line += right ? padded_left(row[i], widths[i]) : padded_right(row[i], widths[i]);
        }
        line.erase(line.find_last_not_of(' ') + 1);
        out += line + "\n";
    }
    return out;
}

}  // namespace trd
