// A strategy as the host sees it, whatever it is written in. Called by a driver, one event at a time, from one thread.
#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"
#include "view/view.h"

namespace trd {

// One parameter, after defaults and overrides.
struct StrategyParameter {
    enum class Type : uint8_t { integer, decimal, boolean, choice };
    std::string name;
    Type type = Type::integer;
    std::string value;     // canonical text: "12", "0.5", "true", "long"
    std::string fallback;  // the default, in the same form
    std::string doc;
    std::string minimum = {}, maximum = {};  // in the same form; empty: none
    std::vector<std::string> choices = {};   // of a choice
};

enum class SeriesKind : uint8_t { bars, quotes, quote_bars, trades, book };

// One data series that the strategy wants: data = { main = trd.bars { symbol = "DEMO", tf = "1h" } }.
struct SeriesRequest {
    std::string name;    // "main"
    std::string symbol;  // may be "$symbol": whatever the run is given
    Duration timeframe;  // zero: whatever the data has
    SeriesKind kind = SeriesKind::bars;
    bool optional = false;  // not of bars: where the data has none, nothing of it comes
};

// What a strategy does with ViewEventKind::order.
enum class OrderNews : uint8_t {
    unwanted,  // nothing: it need not be sent
    heard,     // it follows its orders, and neither looks at anything else of the view nor sends any
    handled,   // whatever it likes
};

struct StrategyManifest {
    std::string name;
    std::string version;
    std::vector<StrategyParameter> parameters;
    std::vector<SeriesRequest> series;
    uint32_t state_version = 1;  // of what it keeps over a restart
    // Which events it wants besides its bars, its orders and its timers; the others need not be sent.
    bool wants_sessions = false;                // ViewEventKind::session
    bool wants_bars = false;                    // ViewEventKind::bars
    bool wants_account_news = false;            // ViewEventKind::account
    OrderNews order_news = OrderNews::handled;  // certain after bind()
};

// An indicator that has no value yet, so that its series' handler is not called.
struct UnreadyIndicator {
    std::string series;   // "main"
    std::string name;     // "sma(50)"; empty: one that the script makes
    uint64_t needed = 0;  // bars; 0: not known
    uint64_t seen = 0;
    std::string_view handler;  // what is not called for want of it: "on_bar"; empty: nothing
};

// Why a handler was stopped; the text is for people and names file and line where there is one.
struct StrategyFault {
    enum class Kind : uint8_t {
        missing,    // there is no such file, or it cannot be read
        parameter,  // a parameter given from outside is unknown or outside its range
        load,       // the script does not compile, or its declaration is wrong
        error,      // a handler raised an error
        memory,     // the memory budget is used up
        time,       // the time budget is used up
    };
    Kind kind = Kind::error;
    std::string message;
};

class Strategy {
  public:
    virtual ~Strategy() = default;
    virtual const StrategyManifest& manifest() const = 0;
    // Before bind(): where the random numbers of its hooks begin.
    virtual void seed(uint64_t) {}
    // Once, after the series are known and the view exists, before any event. Runs the strategy's own init.
    virtual Status<StrategyFault> bind(ViewPort port) = 0;
    // Handles the event that the view now shows. On success its intents and notes are committed to the rings; on a
    // fault nothing is but its log lines.
    virtual Status<StrategyFault> handle() = 0;

    // Between two events; none where nothing is waited for.
    virtual std::vector<UnreadyIndicator> unready() const { return {}; }

    // Between two events: what the strategy keeps over a restart, and its indicators.
    virtual Result<Bytes, StrategyFault> save() { return Bytes{}; }
    // After bind() and before any event: goes on from what save() gave. False: what was kept was taken over, but the
    // indicators are others than those of then, so that the bars before have to be shown to them again.
    virtual Result<bool, StrategyFault> load(ByteSpan) { return false; }
};

}  // namespace trd
