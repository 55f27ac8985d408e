// Whole numbers into few bytes and back: differences, in units of what divides them all, zigzagged, split into byte
// planes, zstd. Neighbouring trades differ little and clocks tick in microseconds, so most planes are zeros. Pure
// functions over buffers.
#pragma once

#include <span>

#include "base/bytes.h"

namespace trd {

void pack_numbers(std::span<const int64_t> numbers, ByteWriter& out);
// False when the bytes are not exactly numbers.size() packed numbers.
[[nodiscard]] bool unpack_numbers(ByteSpan bytes, std::span<int64_t> numbers);

}  // namespace trd
