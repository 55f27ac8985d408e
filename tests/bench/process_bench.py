#!/usr/bin/python3
"""Figures of whole processes, from exec to exit, in the protocol of tests/support/bench.h.

The program measured is $TRD_PROGRAM. wall_ms() and peak_mb() are what a new figure is made of.

Times are told twice, as those of the other programs are (tests/support/idle_watch.h): "value" by the runs between two
sums that did not take much longer than the fastest one ever did here, so that nobody else had the core meanwhile, and
"over_all" by all of them. A machine that is never idle lets all of them count: that can only make the value worse.
"""
import datetime
import json
import os
import pathlib
import statistics
import sys
import tempfile
import time

PROGRAM = os.environ.get("TRD_PROGRAM", "build/release/bin/trd")
RUNS = 20
PATIENCE = 5  # so many times the runs wanted, where the machine is not idle
IDLE_SUM_OVER_FASTEST = 1.5  # with somebody else on the core it takes about twice as long
SAMPLE_EVERY_S = 0.002


def start(arguments):
    """Starts the program with its output thrown away; returns its process id."""
    nowhere = [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_RDWR, 0) for fd in (0, 1)]
    return os.posix_spawn(PROGRAM, [PROGRAM, *arguments], os.environ, file_actions=nowhere)


def must_succeed(status, arguments):
    code = os.waitstatus_to_exitcode(status)
    if code != 0:
        sys.exit(f"process_bench: trd {' '.join(arguments)} ended with {code}")


def one_wall_ms(arguments):
    begin = time.perf_counter_ns()
    _, status, _ = os.wait4(start(arguments), 0)
    spent = time.perf_counter_ns() - begin
    must_succeed(status, arguments)
    return spent / 1e6


def sum_ms():
    """A piece of work that is always the same, of about a millisecond."""
    begin = time.perf_counter_ns()
    total = 0
    for number in range(20_000):
        total += number
    return (time.perf_counter_ns() - begin) / 1e6


class IdleRuns:
    """Times of runs, each with the slower one of the sums just before and just after it."""

    fastest = float("inf")  # of all sums ever

    def __init__(self):
        self.runs = []
        for _ in range(20):
            self.sum()

    def sum(self):
        self.last = sum_ms()
        IdleRuns.fastest = min(IdleRuns.fastest, self.last)

    def add(self, spent_ms):
        before = self.last
        self.sum()
        self.runs.append((spent_ms, max(before, self.last)))

    def idle(self):
        return [spent for spent, slower in self.runs if slower <= IDLE_SUM_OVER_FASTEST * self.fastest]

    def reading(self):
        every, idle = [spent for spent, _ in self.runs], self.idle()
        over_all = statistics.median(every)
        value = statistics.median(idle) if idle else over_all
        return {"value": value, "over_all": over_all, "idle_share": len(idle) / len(every)}


def wall_ms(*arguments, runs=RUNS, patience=PATIENCE):
    """Median time from exec to exit, after one run that warms the page cache. On one core, whose sums are timed."""
    one_wall_ms(arguments)
    times = IdleRuns()
    while len(times.idle()) < runs and len(times.runs) < patience * runs:
        times.add(one_wall_ms(arguments))
    return times.reading()


def own_memory_kb(pid):
    """Anonymous plus shared memory now: pages of mapped files are the kernel's to take back and do not count."""
    total = 0
    try:
        for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith(("RssAnon:", "RssShmem:")):
                total += int(line.split()[1])
    except (FileNotFoundError, ProcessLookupError):
        pass
    return total


def peak_mb(*arguments):
    """The highest of samples of RssAnon + RssShmem while the program runs, in MB of 1,000,000 bytes."""
    pid, peak = start(arguments), 0
    while True:
        peak = max(peak, own_memory_kb(pid))
        ended, status, _ = os.wait4(pid, os.WNOHANG)
        if ended:
            must_succeed(status, arguments)
            return peak * 1024 / 1e6
        time.sleep(SAMPLE_EVERY_S)


STRATEGY = "strategies/sma_cross.lua"


def made(symbol, rows, timeframe="1m"):
    """The arguments that run a backtest on a generated series; the series is made once a machine."""
    catalogue = pathlib.Path(tempfile.gettempdir()) / f"trd-bench-{os.getuid()}-catalogue-1"
    os.environ["TRD_CATALOGUE"] = str(catalogue)
    if not (catalogue / "bars" / symbol).exists():
        make = ["data", "generate", symbol, "--rows", str(rows), "--tf", timeframe, "-q"]
        must_succeed(os.wait4(start(make), 0)[1], make)
    return "backtest", STRATEGY, "--symbol", symbol


def small_file():
    """250 daily bars of working days as a CSV file: what a first-time user has."""
    path = pathlib.Path(tempfile.gettempdir()) / f"trd-bench-{os.getuid()}-250-working-days.csv"
    rows, price = ["date,open,high,low,close,volume"], 10_000
    for day in range(250):
        move = (day * 7919) % 211 - 100
        low, high = min(price, price + move) - 20, max(price, price + move) + 20
        date = datetime.date(2023, 1, 2) + datetime.timedelta(days=day + day // 5 * 2)
        rows.append(",".join([str(date), *(f"{p / 100:.2f}" for p in (price, high, low, price + move)), "1000"]))
        price += move
    path.write_text("\n".join(rows) + "\n")
    return "backtest", STRATEGY, "--data", str(path)


def memory_of_50m_over_1m():
    """Peak memory of 50 million bars less that of 1 million: both must be the same but for the daily closes."""
    small = peak_mb(*made("ONE-MILLION", 1_000_000))
    return peak_mb(*made("FIFTY-MILLION", 50_000_000)) - small


def slowest_check():
    """The example whose check takes longest: of the three that did so when each was quickest of four runs."""
    paths = [str(path) for path in sorted(pathlib.Path("strategies").glob("*.lua"))]
    slow = sorted(paths, key=lambda path: min(one_wall_ms(("check", path)) for _ in range(4)))[-3:]
    readings = [wall_ms("check", path, runs=5, patience=20) for path in slow]
    return max(readings, key=lambda reading: reading["value"])


# name, unit, target, better, how it is measured
FIGURES = [
    ("process.version", "ms", 25, "lower", lambda: wall_ms("version")),
    ("process.backtest_250_bars", "ms", 80, "lower", lambda: wall_ms(*small_file())),
    ("process.check_slowest_example", "ms", 150, "lower", slowest_check),
    ("process.memory_1m_bars", "MB", 120, "lower", lambda: peak_mb(*made("ONE-MILLION", 1_000_000))),
    ("process.memory_50m_bars", "MB", 120, "lower", lambda: peak_mb(*made("FIFTY-MILLION", 50_000_000))),
    ("process.memory_50m_minus_1m", "MB", 5, "lower", memory_of_50m_over_1m),
]


def main():
    if sys.argv[1:] == ["--list"]:
        print("\n".join(figure[0] for figure in FIGURES))
        return
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})  # the program's too: the core that the sums are about
    for name, unit, target, better, measure in FIGURES:
        if len(sys.argv) > 1 and name not in sys.argv[1:]:
            continue
        reading = measure()
        if not isinstance(reading, dict):
            reading = {"value": reading}
        print(json.dumps({"name": name, **reading, "unit": unit, "target": target, "better": better}), flush=True)


if __name__ == "__main__":
    main()
