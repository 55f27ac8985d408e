// An answer as bytes, so that a kept run can be shown as it was printed, in every form, by a trd that prints runs
// otherwise. Its "data" is kept beside it, as JSON.
#pragma once

#include <optional>
#include <string>

#include "cli/answer.h"

namespace trd {

std::string pack_answer(const Answer& answer);
// Page, records, warnings and notes; nothing when the bytes are not what pack_answer() gave.
std::optional<Answer> unpack_answer(std::string_view bytes);

}  // namespace trd
