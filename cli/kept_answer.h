// An answer as bytes, so that a kept run can be shown as it was printed, in every form, by a trd that prints runs
// otherwise. Its "data" is kept beside it, as JSON.
#pragma once

#include <optional>
#include <string>

#include "cli/answer.h"

namespace trd {

// The text is to be painted: who shows it without colour takes the paint off.
std::string pack_answer(const Answer& answer);
// Text, records, markdown, warnings and notes; nothing when the bytes are not what pack_answer() gave.
std::optional<Answer> unpack_answer(std::string_view bytes, Paint paint);

std::string without_paint(std::string_view text);

}  // namespace trd
