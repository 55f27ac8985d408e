// Instruments as a person writes them: TOML, one [[instrument]] each, its dated terms below it. Called when instruments
// are imported, and by the store that keeps them. Pure functions over text.
//
//   [[instrument]]
//   symbol = "ES"
//   kind = "future"
//   currency = "USD"
//   multiplier = 50
//   zone = "America/Chicago"
//   calendar = "CME"
//
//   [[instrument.terms]]       # an instrument whose terms never changed has them beside its other keys
//   tick = 0.25
//   lot = 1
//   margin = 12000
//   [[instrument.terms]]
//   from = 2024-06-01          # what is left out stays as it was
//   margin = 13500
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "market/instrument.h"

namespace trd {

struct InstrumentFile {
    std::vector<Instrument> instruments;  // in the order of the file; ids and venues are not set
    std::vector<std::string> faults;      // "es.toml:4:8: tick is \"x\", expected a number above zero"
};
// Numbers are read as the decimals that they are written as; no double comes near them. With faults, the instruments
// are not to be used.
InstrumentFile parse_instruments(std::string_view toml, const std::string& file);

// parse_instruments reads it back to the same instruments.
std::string format_instruments(std::span<const Instrument> instruments);

// Whether two instruments say the same; ids and venues aside.
bool says_the_same(const Instrument& a, const Instrument& b);

// All faults, one a line. Precondition: there is one.
Error to_error(const InstrumentFile& parsed);

}  // namespace trd
