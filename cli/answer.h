// What a verb gives back, and what it is given. The frame (cli/frame.cpp) prints an Answer; verbs only fill it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "cli/arguments.h"
#include "cli/host.h"
#include "cli/paint.h"

namespace trd {

enum class Format : uint8_t { table, plain, json };
enum class ProgressMode : uint8_t { automatic, json, none };

struct Answer {
    std::string_view schema;       // "trd.backtest/1"
    ExitCode code = ExitCode::ok;  // ok, partial or findings; anything worse is an Error
    std::string data = {};         // Format::json: the value of "data"; otherwise empty
    std::string text = {};         // table or plain, ending in a newline
    std::vector<std::string> warnings = {};
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

    bool json() const { return format == Format::json; }
};

// Where the catalogue of market data is: --catalogue, else TRD_CATALOGUE, else below the user's cache folder.
Result<std::string> catalogue_folder(const Context& context);

}  // namespace trd
