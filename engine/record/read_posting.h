// Postings alone, where many are read while a run goes on: the memory of the entries is reused.
#pragma once

#include "record/record.h"

namespace trd {

// `record`: of one posting, whole, as peek_record() frames it. False: its bytes do not fit.
bool read_posting(ByteSpan record, Posting& posting);

}  // namespace trd
