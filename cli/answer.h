// What a verb gives back, and what it is given. The frame (cli/frame.cpp) prints an Answer; verbs only fill it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "cli/arguments.h"
#include "cli/host.h"
#include "cli/page.h"
#include "cli/paint.h"
#include "cli/table.h"

namespace trd {

enum class ProgressMode : uint8_t { automatic, json, none };

struct Answer {
    std::string_view schema;          // "trd.backtest/1"
    ExitCode code = ExitCode::ok;     // ok, partial or findings; anything worse is an Error
    std::string data = {};            // Format::json: the value of "data"; otherwise empty
    std::string text = {};            // for people, ending in a newline; stands in for `table` where it is not empty
    std::optional<Page> page = {};    // stands in for `table` too, also with --format md
    std::optional<Table> table = {};  // the records: every format but json
    std::vector<std::string> warnings = {};
    size_t warnings_told = 0;             // the first so many of them are on stderr already
    std::vector<std::string> notes = {};  // lines for stderr, for people: what changed, what was found
    bool is_document = false;             // the text is written as it is even with --json
    std::string run_id = {};              // "meta.run_id"; empty: none
};

struct Context {
    const Host& host;
    const Arguments& arguments;
    Format format = Format::table;
    Paint paint;  // of stdout
    bool quiet = false;
    ProgressMode progress = ProgressMode::automatic;
    Zone zone = Zone::utc();  // of times for people
    size_t columns = 0;       // of the terminal that the result goes to; 0: it goes elsewhere
    bool is_utf8 = true;      // the reader's locale
    bool no_input = false;    // nobody is to be asked
    std::string correlation_id = {};
    // What the verb found wrong beside the error that it returns: told after it, in this order.
    std::vector<Error> further_errors = {};

    bool json() const { return format == Format::json; }
};

// Where the catalogue of market data is: --catalogue, else TRD_CATALOGUE, else below the user's cache folder.
Result<std::string> catalogue_folder(const Context& context);
// The same for who only reads: a folder that somebody names has to be there, for an empty answer about it would hide a
// slip of the pen. The one below the cache folder is made when it is needed.
Result<std::string> catalogue_to_read(const Context& context);

}  // namespace trd
