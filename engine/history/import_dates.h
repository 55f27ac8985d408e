// Dates with strokes: 01/02/2024 is a day of January to some and of February to others. Which one a file means is
// proved by its first date that only one of them has. The importer asks before it reads the rows.
#pragma once

#include "history/import_layout.h"
#include "history/text_source.h"

namespace trd {

// Gives the columns of such dates their format: as `told`, else as the rows prove, which are read once more for that.
// Error E_DATA_DATES: nobody told, and no row proves it.
Status<> settle_dates(const TextSource& source, const std::string& file, DateOrder told, ImportLayout& layout);

}  // namespace trd
