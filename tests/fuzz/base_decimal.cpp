// Prices come as text from files and venues: any text is a decimal or a reason, and a decimal's own text means itself.
#include <cstdlib>

#include "base/decimal.h"

using namespace trd;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto price = Price::parse(text);
    if (!price.ok()) return 0;
    const auto again = Price::parse(to_string(*price));
    if (!again.ok() || *again != *price) std::abort();
    return 0;
}
