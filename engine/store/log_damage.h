// What a database's write-ahead log holds and SQLite does not take: it reads the log up to the first frame that does
// not match its checksum and forgets the rest, without a word. Used by Database::check(); a pure function.
//
// The file: a header of 32 bytes, then frames of a head of 24 bytes and one page. The last frame of a transaction says
// how many pages the database then has; every frame's checksum goes on from that of the one before, and both salts are
// the header's. Frames with other salts are left over from before the log was begun anew, and mean nothing.
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"

namespace trd {

struct LogDamage {
    uint64_t frame = 0;   // the first that does not match, from 1 on; 0: the header, and so all of them
    uint64_t frames = 0;  // that the file has room for; 0: the header does not tell
};

// Nothing: whatever was committed is taken. What a process that died did not finish is no damage.
std::optional<LogDamage> damage_in_log(ByteSpan log);

}  // namespace trd
