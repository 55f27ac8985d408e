// Records are read back from files that a crash or a stranger may have touched: any bytes give records or a reason, and
// what was accepted is written again to the same bytes.
#include <cstdlib>
#include <cstring>

#include "record/record.h"

using namespace trd;

namespace {

Bytes written_again(const Record& record) {
    RecordWriter writer(record.header.sequence);
    std::visit([&](const auto& payload) { writer.write(record.header, payload); }, record.payload);
    return Bytes(writer.bytes().begin(), writer.bytes().end());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    ByteReader in(ByteSpan(data, size));
    while (!in.at_end()) {
        const size_t begin = in.offset();
        const auto record = read_record(in);
        if (!record.ok()) break;
        const Bytes again = written_again(*record);
        if (again.size() != in.offset() - begin || std::memcmp(again.data(), data + begin, again.size()) != 0)
            std::abort();
    }
    return 0;
}
