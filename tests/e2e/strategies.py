#!/usr/bin/python3
"""Every file of strategies/ trades on generated data, adds up, and does what it did before.

The table below has one entry for each file. A change of behaviour shows as different facts: when it is meant, copy the
line that this program prints. Each run is checked against itself: equity is cash and positions at their marks, each
trade is two orders and each open position one more, the JIT changes nothing, and parameters that contradict each other
are refused.

usage: strategies.py PROGRAM
"""
import json
import pathlib
import sys
import tempfile
from decimal import Decimal

sys.dont_write_bytecode = True
from common import SERIES, STRATEGIES, generated_catalogue, trd

PROGRAM = str(pathlib.Path(sys.argv[1]).resolve())
ROWS = 12000
REFUSED_PARAMETERS = 5

# Strategy: least number of orders that makes it an example, parameters that its constraint refuses, and the facts.
EXPECTED = {
    "atr_trail": (200, "", "241 orders, 120 trades, equity 96513.14"),
    "bollinger_breakout": (200, "memory=50 lookback=20", "603 orders, 301 trades, equity 96544.44"),
    "bollinger_reversion": (200, "", "438 orders, 219 trades, equity 103555.71"),
    "donchian_breakout": (100, "entry=20 exit=20", "183 orders, 91 trades, equity 96077.64"),
    "ema_cross": (200, "fast=30", "503 orders, 251 trades, equity 99994.58"),
    "kelly_sized": (50, "fast=30", "142 orders, 71 trades, equity 100050.26"),
    "macd_cross": (200, "fast=26", "1044 orders, 522 trades, equity 100489.2"),
    "macd_divergence": (100, "signal=40", "310 orders, 155 trades, equity 101524.47"),
    "momentum_rotation": (200, "", "467 orders, 233 trades, equity 115795.87"),
    "pairs_spread": (200, "close=3", "852 orders, 426 trades, equity 97285.44"),
    "rsi_reversion": (100, "recovered=25", "132 orders, 66 trades, equity 104251.26"),
    "sma_cross": (200, "fast=30", "479 orders, 239 trades, equity 99996.29"),
}


def backtest(path, environment, *more):
    arguments = ["backtest", str(path), "--tf", "1h", "--cash", "100000", "--json", *more]
    document = json.loads(trd(PROGRAM, arguments, environment).stdout, parse_float=Decimal)
    return document["data"], document["warnings"]


def contradictions(data, warnings):
    """What does not add up in a result, as sentences."""
    counts, positions = data["counts"], data["positions"]
    open_positions = [position for position in positions if Decimal(position["quantity"]) != 0]
    worth = sum(Decimal(position["quantity"]) * Decimal(position["mark"]) for position in positions)
    series = data["series"]
    truths = {
        "equity is cash and positions": Decimal(data["equity"]["end"]) == Decimal(data["cash_end"]) + worth,
        "each order was filled once": counts["orders"] == counts["fills"],
        "nothing was denied": counts["denied"] == 0 and data["denials"] == {},
        "no anomaly": counts["anomalies"] == 0,
        "a trade is two orders": counts["orders"] == 2 * counts["trades"] + len(open_positions),
        "whole lots": all(Decimal(position["quantity"]) % 1 == 0 for position in positions),
        "all bars of all series": counts["bars"] == ROWS * len(series) and all(one["bars"] == ROWS for one in series),
        "symbols as generated": all(one["symbol"] in SERIES for one in series),
        "bought with its own money": not any("cash fell" in warning for warning in warnings),
    }
    return [f"not true: {what}" for what, truth in truths.items() if not truth]


def facts_of(data):
    counts = data["counts"]
    return f"{counts['orders']} orders, {counts['trades']} trades, equity {data['equity']['end']}"


def check(path, environment):
    """The failures of one strategy, as sentences."""
    least_orders, refused, expected = EXPECTED[path.stem]
    data, warnings = backtest(path, environment)
    facts = facts_of(data)
    print(f'    "{path.stem}": ({least_orders}, "{refused}", "{facts}"),')
    failures = contradictions(data, warnings)
    if data["counts"]["orders"] < least_orders:
        failures.append(f"{data['counts']['orders']} orders, too few for an example")
    if facts != expected:
        failures.append(f"was: {expected}")
    interpreted, _ = backtest(path, environment, "--jit", "off")
    if interpreted["run"] != data["run"]:
        failures.append(f"without the JIT: {interpreted['run']}, not {data['run']}")
    sets = [argument for setting in refused.split() for argument in ("--set", setting)]
    if sets:
        trd(PROGRAM, ["backtest", str(path), "--tf", "1h", *sets], environment, expected=REFUSED_PARAMETERS)
    return [f"{path.name}: {failure}" for failure in failures]


def main():
    names = {path.stem for path in STRATEGIES}
    failures = [f"{name}.lua has no entry in the table" for name in sorted(names - EXPECTED.keys())]
    failures += [f"{name} is in the table, and there is no such file" for name in sorted(EXPECTED.keys() - names)]
    with tempfile.TemporaryDirectory() as catalogue:
        environment = generated_catalogue(PROGRAM, catalogue, "1h", ROWS)
        for path in STRATEGIES:
            if path.stem in EXPECTED:
                failures += check(path, environment)
    if failures:
        sys.exit("\n".join(failures))


main()
