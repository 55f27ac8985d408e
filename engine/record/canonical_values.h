// The canonical form of single values, written and read; record.cpp makes its payloads of these. Out is a ByteWriter or
// a ByteRoom.
#pragma once

#include <array>
#include <type_traits>

#include "base/bytes.h"
#include "base/decimal.h"
#include "base/fixed_text.h"
#include "base/ids.h"
#include "base/time.h"

namespace trd {

template <class Out, class Tag>
void put(Out& out, Fixed<Tag> value) {
    out.put(value.raw());
}
template <class Out, class Tag, class Number>
void put(Out& out, NumberId<Tag, Number> id) {
    out.put(id.value);
}
template <class Out>
void put(Out& out, Timestamp time) {
    out.put(time.ns);
}
template <class Out>
void put(Out& out, Currency currency) {
    out.put(currency.packed());
}
template <class Out>
void put(Out& out, OrderId id) {
    out.put(id.high());
    out.put(id.low());
}
template <class Out, size_t capacity>
void put(Out& out, const FixedText<capacity>& text) {
    out.put(static_cast<uint8_t>(text.view().size()));
    out.append(text.view().data(), text.view().size());
}

// Readers: what is out of range turns the reader bad instead of throwing.
template <class Tag>
void get(ByteReader& in, Fixed<Tag>& value) {
    auto checked = Fixed<Tag>::checked_from_raw(in.get<Int128>());
    if (checked.ok())
        value = *checked;
    else
        in.fail();
}
template <class Tag, class Number>
void get(ByteReader& in, NumberId<Tag, Number>& id) {
    id.value = in.get<Number>();
}
inline void get(ByteReader& in, Timestamp& time) { time.ns = in.get<int64_t>(); }
// Empty (where there is none) or a code that Currency::parse takes.
inline void get(ByteReader& in, Currency& currency) {
    currency = Currency::from_packed(in.get<uint64_t>());
    if (currency == Currency{}) return;
    const auto parsed = Currency::parse(currency.code());
    if (!parsed.ok() || *parsed != currency) in.fail();
}
inline void get(ByteReader& in, bool& flag) {
    const auto byte = in.get<uint8_t>();
    if (byte > 1) in.fail();
    flag = byte == 1;
}
inline void get(ByteReader& in, OrderId& id) {
    const auto high = in.get<uint64_t>();
    const auto low = in.get<uint64_t>();
    if (high == 0 && low == 0) return;  // null: an order that is not ours
    auto parsed = OrderId::from_halves(high, low);
    if (parsed.ok())
        id = *parsed;
    else
        in.fail();
}
template <size_t capacity>
void get(ByteReader& in, FixedText<capacity>& text) {
    std::array<char, 256> buffer;
    const auto size = in.get<uint8_t>();
    for (uint8_t i = 0; i < size; ++i) buffer[i] = in.get<char>();
    if (!text.assign({buffer.data(), size})) in.fail();
}
template <class Enum>
void get_enum(ByteReader& in, Enum& value, int count) {
    const auto number = in.get<std::underlying_type_t<Enum>>();
    if (number >= count) return in.fail();
    value = static_cast<Enum>(number);
}

}  // namespace trd
