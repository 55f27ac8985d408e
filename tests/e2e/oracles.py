#!/usr/bin/python3
"""Published results of two other engines, through the command line: import, one strategy, the semantics of that engine.

The data and the figures are in ../shared/oracles beside the checkout; without that folder this says so and passes.

usage: oracles.py PROGRAM
"""
import json
import os
import pathlib
import sys
import tempfile
from decimal import Decimal

sys.dont_write_bytecode = True
from common import ROOT, trd

PROGRAM = str(pathlib.Path(sys.argv[1]).resolve())
ORACLES = ROOT.parent / "shared/oracles"

# The whole of it is decided on the first bar that the strategy sees.
BUY_AND_HOLD = """
local trd = require "trd"
local S = trd.strategy { name = "buy_and_hold" }
function S:on_bar(ctx)
    if self.decided then return end
    self.decided = true
    ctx:target { weight = 1 }
end
return S
"""
CROSS = """
local trd = require "trd"
local S = trd.strategy { name = "cross" }
function S:init(ctx) self.mean = ctx.ind.sma(ctx.data.main, 15) end
function S:on_bar(ctx, bar)
    local position = ctx:position()
    if position.working ~= 0 then return end
    if position.flat and bar.close > self.mean[0] then ctx:buy { qty = 1 } end
    if position.long and bar.close < self.mean[0] then ctx:close {} end
end
return S
"""
LEAN = ["--semantics", "lean", "--fees", "per_unit:0.005,min=1", "--cash", "100000", "--adjust", "all"]
BACKTRADER = ["--semantics", "backtrader", "--cash", "10000"]

# Name, files to import with the symbol they get, strategy, arguments, and what the other engine printed.
CASES = [
    ("a: the index, as stock", [("index-2006-daily.csv", "INDEX")], CROSS, ["--symbol", "INDEX", *BACKTRADER],
     {"equity_end": "10284.10", "cash_end": "6164.16", "orders": 23}),
    ("a: the index, as a future", [("index-2006-daily.csv", "INDEX")], CROSS,
     ["--symbol", "INDEX", "--kind", "future", "--multiplier", "10", "--margin", "1000", "--fees", "per_unit:2",
      *BACKTRADER],
     {"equity_end": "12795.00", "cash_end": "11795.00", "orders": 23}),
    ("b: daily bars, filled at the next open", [("spy-daily.csv", "SPY"), ("spy-factors.csv", "SPY")], BUY_AND_HOLD,
     ["--symbol", "SPY", "--from", "2013-10-08", "--to", "2013-10-18", *LEAN],
     {"equity_end": "104486.22", "quantity": "697", "fees": "3.485"}),
    ("c: minute bars, filled at the ask",
     [("spy-minute-trades-2013-10-07_11.csv", "SPY"), ("spy-minute-quotes-2013-10-07_11.csv", "SPY"),
      ("spy-factors.csv", "SPY")], BUY_AND_HOLD,
     ["--symbol", "SPY", "--hours", "regular", "--calendar", "XNYS", *LEAN],
     {"equity_end": "101691.92", "quantity": "688", "fees": "3.44"}),
]


def figures(data):
    return {
        "equity_end": data["equity"]["end"],
        "cash_end": data["cash_end"],
        "fees": data["fees"],
        "orders": data["counts"]["orders"],
        "quantity": data["positions"][0]["quantity"],
    }


def same(found, expected):
    """A printed figure has as many places as the other engine printed."""
    if isinstance(expected, int):
        return found == expected
    places = Decimal(expected).as_tuple().exponent
    return Decimal(found).quantize(Decimal(1).scaleb(places)) == Decimal(expected)


def run(case, folder):
    name, files, script, arguments, expected = case
    environment = {**os.environ, "TRD_CATALOGUE": str(folder / "catalogue"), "XDG_DATA_HOME": str(folder / "data")}
    for file, symbol in files:
        trd(PROGRAM, ["data", "import", str(ORACLES / file), "--symbol", symbol, "-q"], environment)
    path = folder / "strategy.lua"
    path.write_text(script)
    found = figures(json.loads(trd(PROGRAM, ["backtest", str(path), "--json", *arguments], environment).stdout)["data"])
    wrong = [f"{key} is {found[key]}, the other engine has {value}" for key, value in expected.items()
             if not same(found[key], value)]
    print(f"{name}: {'; '.join(wrong) if wrong else 'as published'}")
    return not wrong


def main():
    if not ORACLES.is_dir():
        print("skipped: ../shared/oracles is not there")
        return
    good = True
    for case in CASES:
        with tempfile.TemporaryDirectory() as folder:
            good &= run(case, pathlib.Path(folder))
    sys.exit(0 if good else 1)


main()
