// The text of a catalogue's manifest. One line a series, revision and segment, tabs between fields, and a last line
// with a checksum of what is above it. Only catalogue.cpp calls this.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "history/catalogue.h"

namespace trd {

std::string format_manifest(std::span<const SeriesRecord> series);
// `path` is for messages. Error: E_DATA_CORRUPT with the line.
Result<std::vector<SeriesRecord>> parse_manifest(std::string_view text, const std::string& path);

}  // namespace trd
