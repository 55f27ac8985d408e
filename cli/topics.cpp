// What trd help TOPIC explains that belongs to no single verb.
#include <array>

#include "base/exit_codes.h"
#include "cli/help.h"
#include "cli/output.h"
#include "cli/text_format.h"

namespace trd {
namespace {

constexpr size_t text_columns = 80;

std::string exit_codes_text() {
    std::string out =
        "Every command ends with one of these. Numbers are only ever added; treat one\n"
        "that you do not know as a failure.\n\n";
    for (const ExitCodeRow& row : exit_code_table()) {
        out +=
            padded_left(std::to_string(static_cast<int>(row.code)), 5) + "  " + padded_right(std::string(row.name), 15);
        out += wrapped_text(row.meaning, 22, text_columns) + "\n";
        if (!row.retry.empty()) out += std::string(22, ' ') + "try again: " + std::string(row.retry) + "\n";
    }
    return out + "\n--exit-zero turns 10 into 0. For a unit of systemd:\nRestartPreventExitStatus=2 4 5 6 9 12 13 14\n";
}

constexpr std::string_view environment_page = R"(Variables that trd reads. A flag always wins over a variable.

  TRD_CATALOGUE        folder of the catalogue of market data
  TRD_STORE            folder of kept runs
  TRD_BACKTEST__CASH   and so on for every key of trd config show, with two
                       underscores for the point

  HOME                 below it trd keeps its files, see trd help files
  XDG_CONFIG_HOME      XDG_DATA_HOME, XDG_STATE_HOME, XDG_CACHE_HOME, XDG_RUNTIME_DIR:
                       other places for them; a relative path does not count
  STATE_DIRECTORY      CACHE_DIRECTORY, CONFIGURATION_DIRECTORY, RUNTIME_DIRECTORY:
                       what a unit of systemd has in place of HOME

  NO_COLOR             not empty: no colour
  CLICOLOR_FORCE       or FORCE_COLOR, not empty and not 0: colour on pipes too
  TERM                 dumb: no colour and no progress bar
  LC_ALL               LC_CTYPE or LANG: whether the terminal can show more than ASCII
  TRD_CORRELATION_ID   as --correlation-id

Any other variable that begins with TRD_ and is not empty is an error of every
command that reads settings, exit code 5: it may be a mistyped one. trd doctor
lists it, the verbs of trd config that show and change settings warn of it, and
help, version, completion and other commands without settings pass it over. What
Kubernetes sets beside a service called trd or trd-NAME is passed over by all:
TRD_SERVICE_HOST and TRD_SERVICE_PORT, and where both are there TRD_PORT,
TRD_SERVICE_PORT_NAME and TRD_PORT_80_TCP with _PROTO, _PORT and _ADDR. Only
the tests of trd itself have more: TRD_TEST_FULL, TRD_TEST_SEED, TRD_PROGRAM,
TRD_RISK_MUTATION and TRD_WRITE_SEEDS.

Numbers and times look the same in every locale, and TZ changes nothing: times
are UTC unless a value names its offset, or --tz asks for another zone.
)";

constexpr std::string_view config_page = R"(Settings are written in TOML. The strongest source that has a value wins:

  1  a flag                                 --cash 5000
  2  a variable                             TRD_BACKTEST__CASH=5000
  3  a file given with -c, the last first   trd -c big.toml backtest ...
  4  the project's file                     trd.toml in this folder or above it
  5  the user's file                        ~/.config/trd/config.toml
  6  the system's file                      /etc/trd/config.toml
  7  what is built in

For example:

  catalogue = "/srv/market-data"
  [backtest]
  cash = 5000
  fees = "per_unit:0.005,min=1"

trd config show --origin lists every key with the value that holds and the file,
line and column that say so. A key that trd does not know is an error, never
passed over, and so is a variable that begins with TRD_; trd config check reads
them and says what is wrong.
)";

constexpr std::string_view files_page = R"(Where trd keeps files. trd doctor says what the places are on this machine.

  ~/.config/trd        what a person edits
  ~/.local/share/trd   databases, runs and results
  ~/.cache/trd         what can be had again: the catalogue of market data

trd help environment names the variables that move them. Anywhere else a command
writes only what its help says: a file named with -o or --log-file, or the files
of a project that init, new, check and config make and change.

A strategy is one Lua file, see trd help lua. A CSV file of bars for
trd backtest --data has a line of names and a line a bar:

  date,open,high,low,close,volume
  2024-01-02,472.16,473.67,470.49,472.65,123623700

The first column is a date, or the time at which the bar opens; the volume may
be left out. Prices are exact decimals, so what is not a number is an error with
its line, never a guess.
)";

constexpr std::string_view output_head =
    R"(Standard output carries the result and nothing else. Warnings, progress, hints
and errors go to standard error, so a pipe gets clean data.

  --format table       for people, and may change; a narrow terminal gets fewer
                       columns, and words that are cut
  --format plain       one record a line, fields divided by tabs, columns that stay;
                       - where there is no value
  --format json        one line, an object: {"schema":"trd.backtest/1","ok":true,
                       "code":0,"data":{...},"warnings":[...],"meta":{...}}
  --format jsonl       one object a record, each with its "type"
  --format csv         a line of names, then the records, by RFC 4180
  --format tsv         the same with tabs; within a field tabs, line ends and
                       backslashes are written \t \n \r \\, as in plain
  --format md          a table of Markdown, for people
  --fields a,b         only these columns, in this order; not with json
  --tz ZONE            times of table and md in a time zone, which is told with
                       them; all other formats are in UTC
  -o FILE              into a file instead, whole or not at all: .txt .json .jsonl
                       .csv .tsv and .md say how, unless --format does

)";

constexpr std::string_view output_tail =
    R"(
In JSON, money and quantities are text, because a double cannot hold them; times
are UTC with nanoseconds. Members are only ever added; else the number after the
schema's name rises. A failure is one object on standard error:

  {"schema":"trd.error/1","code":2,"id":"E_VALUE","message":"...","hint":"...",
   "retryable":false}

Where a command names more than one thing that is wrong, as trd config check
does, "errors" has all of them, each with its code, id, message and hint.

--correlation-id ID, or TRD_CORRELATION_ID, names a call: the name is in "meta", in
the object of a failure, and in every line of the log.

-v logs on standard error what a command does; --log-file FILE appends it to a
file, with or without -v. A line is text, or where errors are JSON and in a file
an object: {"time":"...","level":"info","event":"command.start",
"correlation_id":"...",...}; --log-format says otherwise.

Scripts should decide by the exit code, then by the id; messages may change.
With -q a success prints nothing that is meant for people but warnings; a result
asked for with --json, --format or -o is still written.
)";

// A line for each verb that writes more than text: from the table of verbs.
std::string output_text() {
    std::string out(output_head);
    for (const Verb* verb : verb_table()) {
        if (verb->fields.empty() && verb->formats == Verb{}.formats) continue;
        out += "  " + padded_right(std::string(verb->path), 14) + "  " + formats_text(*verb) + "\n";
    }
    out += "  all others      " + formats_text(Verb{}) + "\n";
    return out.append(output_tail);
}

constexpr std::string_view cron_page =
    R"(With -q a command that ends with 0 writes nothing to standard output, and nothing
but warnings to standard error: where all is well, cron has nothing to mail.
Whatever ends otherwise says why. -o FILE writes the file all the same. Only a
result that --json or --format asks for still goes to standard output, unless -o
names a file for it. With --fail-if warnings a backtest that has something to
warn of, such as that it sent no order, ends with 10. Gaps that an import finds
are no trouble by themselves: trd data gaps tells of them.

  MAILTO=you@example.com
  15 22 * * 1-5  trd -C /srv/trading backtest sma_cross.lua -q --fail-if 'sharpe<1'
  0 6 * * 1      trd doctor -q

A crontab's line cannot be continued on the next one, and a % in it needs a
backslash. Cron looks for programs in /usr/bin and /bin only: where trd is
elsewhere, write its whole path. --log-file trd.log keeps what each call did, as
JSON lines with the call's --correlation-id.

trd needs no PATH, no terminal and no locale. Where HOME is not set, as in a unit
of systemd, give it folders:

  [Service]
  Type=oneshot
  StateDirectory=trading
  CacheDirectory=trading
  ConfigurationDirectory=trading
  ExecStart=trd -C /srv/trading backtest strategies/sma_cross.lua -q -o report.json
  RestartPreventExitStatus=2 4 5 6 9 12 13 14

trd help exit-codes says what a failure means and whether to try again.
)";

constexpr std::string_view lua_page =
    R"(A strategy is one Lua file that makes a strategy, adds hooks to it and returns it.

  local trd = require "trd"
  local S = trd.strategy {
      name = "sma_cross", version = "1.0.0", api = 1,
      params = {
          fast = trd.int { 10, min = 2, max = 200, doc = "bars in the fast average" },
          slow = trd.int { 30, min = 3, max = 500 },
      },
      constraint = function(p) return p.fast < p.slow end,
      data = { main = trd.bars { symbol = "$symbol" } },
  }
  function S:init(ctx)
      self.fast = ctx.ind.sma(ctx.data.main, self.p.fast)
      self.slow = ctx.ind.sma(ctx.data.main, self.p.slow)
  end
  function S:on_bar(ctx, bar)
      local position = ctx:position()
      if position.flat and ctx.cross_up(self.fast, self.slow) then
          ctx:buy { qty = 1, tag = "cross up" }
      elseif position.long and ctx.cross_down(self.fast, self.slow) then
          ctx:close { tag = "cross down" }
      end
  end
  return S

Parameters are trd.int, trd.dec, trd.bool and trd.enum; --set NAME=VALUE gives
them other values. "$symbol" is what --symbol or the name of the data says.

Hooks: init wires indicators and gives no orders; on_start, on_bar, on_bars,
on_warm, on_timer, on_session, on_stop; on_quote, on_trade and on_book where data
names trd.quotes, trd.trades or trd.book; on_position, on_corporate_action,
on_funding, on_margin_call and on_risk of the account; on_save and on_load for
self.state; on_order, and before it on_accept, on_reject, on_fill, on_cancel,
on_expire, on_replace or on_deny.

A bar has open, high, low, close, volume, time, open_time and series. A series
such as ctx.data.main.close or an indicator is read backwards: [0] is now, [1] the
value before. A position has qty, flat, long, short, average_price, mark,
unrealized, realized and working; ctx.account has cash and equity.

Orders are ctx:buy, ctx:sell, bracket, oco, target, replace, close, cancel,
cancel_all and flatten; ctx.size says how much. They are sent together when the
hook returns; a hook that fails sends none. Unknown names are errors with a
suggestion; trd check FILE finds mistakes before there is any data. There is no
io, no os and no clock: ctx.now is the time of the event, and math.random is
seeded by --seed and the strategy's name. docs/strategies.md has all of it.
)";

constexpr std::array topics{
    Topic{"exit-codes", "what the number means that a command ends with", exit_codes_text},
    Topic{"environment", "the variables that trd reads", [] { return std::string(environment_page); }},
    Topic{"config", "settings: files, variables, and which of them wins", [] { return std::string(config_page); }},
    Topic{"files", "where trd keeps files, and what a CSV file of bars looks like",
          [] { return std::string(files_page); }},
    Topic{"output", "tables, plain records, JSON, and where messages go", output_text},
    Topic{"cron", "running from cron and from systemd", [] { return std::string(cron_page); }},
    Topic{"lua", "writing a strategy", [] { return std::string(lua_page); }},
};

}  // namespace

std::span<const Topic> topic_table() { return topics; }

}  // namespace trd
