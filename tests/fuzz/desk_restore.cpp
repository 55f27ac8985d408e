// A snapshot may be anything: restore() takes it whole or leaves an empty desk, and a desk that was restored can go on.
#include <cstdlib>

#include "desk/desk.h"

using namespace trd;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    Desk desk;
    if (!desk.restore(ByteSpan(data, size))) {
        if (!desk.accounts().empty() || desk.order_count() != 0) std::abort();
        return 0;
    }
    Desk again;
    if (!again.restore(desk.snapshot()) || again.snapshot() != desk.snapshot()) std::abort();
    return 0;
}
