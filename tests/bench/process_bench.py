#!/usr/bin/python3
"""Figures of whole processes, from exec to exit, in the protocol of tests/support/bench.h.

The program measured is $TRD_PROGRAM. wall_ms() and peak_mb() are what a new figure is made of.
"""
import json
import os
import pathlib
import statistics
import sys
import time

PROGRAM = os.environ.get("TRD_PROGRAM", "build/release/bin/trd")
RUNS = 20
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


def wall_ms(*arguments, runs=RUNS):
    """Median time from exec to exit, after one run that warms the page cache."""
    one_wall_ms(arguments)
    return statistics.median(one_wall_ms(arguments) for _ in range(runs))


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


# name, unit, target, better, how it is measured
FIGURES = [
    ("process.version", "ms", 25, "lower", lambda: wall_ms("version")),
]


def main():
    if sys.argv[1:] == ["--list"]:
        print("\n".join(figure[0] for figure in FIGURES))
        return
    for name, unit, target, better, measure in FIGURES:
        if len(sys.argv) == 1 or name in sys.argv[1:]:
            print(json.dumps({"name": name, "value": measure(), "unit": unit, "target": target, "better": better}),
                  flush=True)


if __name__ == "__main__":
    main()
