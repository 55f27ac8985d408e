#!/usr/bin/python3
"""A second opinion on what happens inside bars: random candles, and random plans of entries with their stops, targets and
trailing stops, through the program and through the few lines below, which know docs/matching.md and none of its code.
Every fill must be the same, at the same price and in the same bar. TRD_TEST_FULL tries 1500 tables, otherwise 100.

usage: random_tables.py PROGRAM [FIRST_SEED]
"""
import json
import os
import pathlib
import random
import sys
import tempfile
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

sys.dont_write_bytecode = True
from common import trd

PROGRAM = str(pathlib.Path(sys.argv[1]).resolve())
FIRST_SEED = int(sys.argv[2]) if len(sys.argv) > 2 else 1
TABLES = 1500 if os.environ.get("TRD_TEST_FULL") else 100
PATHS = ("nearest", "open_high_low_close", "open_low_high_close", "pessimistic")
FORMS = ("limit", "stop", "stop_limit", "market_if_touched", "limit_if_touched")
BUY, SELL = 1, -1
FIRST_BAR = datetime(2024, 1, 1)

STRATEGY = """
local trd = require "trd"
local plans = { %s }
local S = trd.strategy { name = "planned" }
function S:on_bar(ctx)
    self.bars = (self.bars or 0) + 1
    local plan = plans[self.bars]
    if not plan or not ctx:position().flat or (self.entry and not self.entry.done) then return end
    plan.order.qty = 1
    self.entry = plan.buys and ctx:buy(plan.order) or not plan.buys and ctx:sell(plan.order)
end
return S
"""


@dataclass
class Plan:
    """An entry and what protects it; prices that are None are not asked for."""
    side: int
    form: str  # market, or one of FORMS
    level: int = None  # its trigger, where it has one
    limit: int = None  # from when it has been triggered
    stop: int = None
    trail: int = None
    take: int = None

    def lua(self):
        order = {}
        if self.form != "market":
            order = {"type": f'"{self.form}"', "limit" if self.form == "limit" else "trigger": self.level}
        if self.limit is not None:
            order["limit"] = self.limit
        if self.stop is not None:
            order["stop"] = self.stop
        if self.trail is not None:
            order["stop"] = f"{{ trail = {self.trail} }}"
        if self.take is not None:
            order["take"] = self.take
        fields = ", ".join(f"{name} = {value}" for name, value in order.items())
        return f"{{ buys = {'true' if self.side == BUY else 'false'}, order = {{ {fields} }} }}"


def waits_for_better(form):
    return form not in ("stop", "stop_limit")


def is_reached(form, side, level, price):
    """Whether an order of that side trades, or is triggered, when the market is at the price."""
    below = waits_for_better(form) == (side == BUY)
    return price <= level if below else price >= level


@dataclass
class Venue:
    """One position of one unit at most: an entry that waits, or what guards the position."""
    path: str
    entry: Plan = None
    guards: Plan = None  # of the position that is held
    held: int = 0
    stop: int = None
    best: int = None
    bar: int = 0
    fills: list = field(default_factory=list)

    def fill(self, side, price):
        self.fills.append((self.bar, side, price))
        self.held += side

    def enter(self, price):
        """The entry trades, or it has a limit that forbids that and is a limit order from now on."""
        entry = self.entry
        if entry.limit is not None and not is_reached("limit", entry.side, entry.limit, price):
            self.entry = replace(entry, form="limit", level=entry.limit, limit=None)
            return
        self.guards, self.entry = entry, None
        self.fill(self.guards.side, price)
        self.best = price
        self.stop = self.guards.stop if self.guards.trail is None else price - self.guards.trail * self.held

    def leave(self, price):
        self.fill(-self.held, price)
        self.guards = None

    def trail(self, price):
        if self.guards and self.guards.trail is not None and (price - self.best) * self.held > 0:
            self.best, self.stop = price, price - self.guards.trail * self.held

    def stand_at(self, price, is_open):
        """The market is there: at the open, or where an entry has just traded."""
        if self.entry and (is_open if self.entry.form == "market" else
                           is_reached(self.entry.form, self.entry.side, self.entry.level, price)):
            self.enter(price)
        if not self.guards:
            return
        self.trail(price)
        if self.stop is not None and is_reached("stop", -self.held, self.stop, price):
            self.leave(price)
        elif self.guards.take is not None and is_reached("limit", -self.held, self.guards.take, price):
            self.leave(self.guards.take)  # never better than its limit

    def next_stop_on_the_way(self, begin, end):
        """The first level between two prices at which something trades; None: nothing does."""
        way = 1 if end > begin else -1
        level = None
        if self.entry and self.entry.form != "market":
            below = waits_for_better(self.entry.form) == (self.entry.side == BUY)
            level = self.entry.level if way == (-1 if below else 1) else None
        elif self.guards:
            level = self.guards.take if way == self.held else self.stop
        return level if level is not None and (end - level) * way >= 0 else None

    def go(self, begin, end):
        while begin != end:
            level = self.next_stop_on_the_way(begin, end)
            begin = end if level is None else level
            self.trail(begin)
            if level is None:
                return
            if self.held:
                self.leave(begin)
            else:
                self.enter(begin)
                self.stand_at(begin, is_open=False)

    def points(self, opened, high, low, close):
        path = self.path
        if path == "pessimistic":
            path = {0: "nearest", BUY: "open_low_high_close", SELL: "open_high_low_close"}[self.held]
        if path == "nearest":
            low_first = opened - low < high - opened or (opened - low == high - opened and close >= opened)
            path = "open_low_high_close" if low_first else "open_high_low_close"
        return (opened, low, high, close) if path == "open_low_high_close" else (opened, high, low, close)

    def trade(self, number, candle):
        self.bar = number
        self.stand_at(candle[0], is_open=True)
        points = self.points(*candle)
        for begin, end in zip(points, points[1:]):
            self.go(begin, end)


def expected(candles, plans, path):
    venue = Venue(path)
    for number, candle in enumerate(candles):
        venue.trade(number, candle)
        if not venue.held and not venue.entry:
            venue.entry = plans[number]
    return venue.fills


def random_candles(source, count):
    candles, price = [], source.randrange(90, 111)
    for _ in range(count):
        opened = max(20, price + source.choice([0, 0, 0, source.randrange(-6, 7)]))
        high, low = opened + source.randrange(0, 7), max(5, opened - source.randrange(0, 7))
        price = source.randrange(low, high + 1)
        candles.append((opened, high, low, price))
    return candles


def random_plan(source, close):
    side, form = source.choice((BUY, SELL)), source.choice(("market", *FORMS))
    away = 0 if form == "market" else -side if waits_for_better(form) else side
    plan = Plan(side, form, close + away * source.randrange(1, 7))
    if form in ("stop_limit", "limit_if_touched"):
        plan.limit = plan.level + source.randrange(-4, 5)
    expected_at = plan.level if plan.limit is None else plan.limit
    guard = source.choice(("stop", "trail", "none"))
    if guard == "stop":
        plan.stop = expected_at - side * source.randrange(1, 8)
    if guard == "trail":
        plan.trail = source.randrange(1, 8)
    if source.random() < 0.6:
        plan.take = expected_at + side * source.randrange(1, 9)
    return plan


def observed(folder, environment, candles, plans, path):
    rows = [f"{(FIRST_BAR + timedelta(minutes=n)).isoformat()}Z,{','.join(map(str, candle))},100\n"
            for n, candle in enumerate(candles)]
    (folder / "bars.csv").write_text("time,open,high,low,close,volume\n" + "".join(rows))
    listed = ", ".join(f"[{n + 1}] = {plan.lua()}" for n, plan in enumerate(plans) if plan)
    (folder / "planned.lua").write_text(STRATEGY % listed)
    trd(PROGRAM, ["backtest", str(folder / "planned.lua"), "--data", str(folder / "bars.csv"), "--tf", "1m", "--path", path,
                  "--cash", "100000", "--limits", "none", "--save", "table", "-q"], environment)
    document = json.loads(trd(PROGRAM, ["runs", "export", "table", "--what", "fills", "--json"], environment).stdout)
    fills = []
    for row in document["data"]["fills"]:
        moment = datetime.fromisoformat(row["time"][:19])
        fills.append((int((moment - FIRST_BAR).total_seconds() // 60), BUY if row["side"] == "buy" else SELL, int(row["price"])))
    return fills


def is_same(seen, meant):
    """A fill at the very end of a bar has the time at which the next one begins."""
    return len(seen) == len(meant) and all(
        (side, price) == (other_side, other_price) and bar - other_bar in (0, 1)
        for (bar, side, price), (other_bar, other_side, other_price) in zip(seen, meant))


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        environment = {**os.environ, "HOME": name, "XDG_DATA_HOME": name, "XDG_CACHE_HOME": name, "XDG_CONFIG_HOME": name}
        filled = 0
        for seed in range(FIRST_SEED, FIRST_SEED + TABLES):
            source = random.Random(seed)
            candles = random_candles(source, source.randrange(5, 40))
            plans = [random_plan(source, candle[3]) if source.random() < 0.5 else None for candle in candles]
            path = source.choice(PATHS)
            seen, meant = observed(folder, environment, candles, plans, path), expected(candles, plans, path)
            filled += len(meant)
            if not is_same(seen, meant):
                lines = [f"{n}: {candle} {plan}" for n, (candle, plan) in enumerate(zip(candles, plans))]
                sys.exit("\n".join([f"seed {seed}, path {path}", *lines, f"seen  {seen}", f"meant {meant}"]))
    print(f"{TABLES} tables, {filled} fills")
    if filled < TABLES:
        sys.exit("too few fills to mean anything")


main()
