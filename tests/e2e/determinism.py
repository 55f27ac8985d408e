#!/usr/bin/python3
"""One hash, whatever the process: every strategy is run in many processes, with the JIT on and off, and with the CPU's
FMA hidden from the C library. So is one run of all of them together. TRD_TEST_FULL runs each 20 times, otherwise the
first 20 times and the rest 4.

usage: determinism.py PROGRAM
"""
import json
import os
import pathlib
import sys
import tempfile

sys.dont_write_bytecode = True
from common import ROOT, STRATEGIES, generated_catalogue, trd

PROGRAM = str(pathlib.Path(sys.argv[1]).resolve())
FULL = bool(os.environ.get("TRD_TEST_FULL"))
HIDDEN_FMA = "glibc.cpu.hwcaps=-FMA,-AVX2,-AVX2_Usable,-FMA4,-AVX512F"


def outcome(strategies, run, environment):
    jit = "on" if run % 2 == 0 else "off"
    if run % 4 >= 2:
        environment = {**environment, "GLIBC_TUNABLES": HIDDEN_FMA}
    arguments = ["backtest", *map(str, strategies), "--json", "--jit", jit, "--cash", "1000000"]
    data = json.loads(trd(PROGRAM, arguments, environment).stdout)["data"]
    return data["run"]["id"], data["run"]["hash"], data["counts"]["orders"], data["equity"]["end"]


def main():
    failures = 0
    with tempfile.TemporaryDirectory() as catalogue:
        environment = generated_catalogue(PROGRAM, catalogue, "1m", 20000)
        for place, strategies in enumerate([*([each] for each in STRATEGIES), STRATEGIES]):
            runs = 20 if FULL or place == 0 else 4
            seen = {outcome(strategies, run, environment) for run in range(runs)}
            verdict = "one hash" if len(seen) == 1 else f"{len(seen)} DIFFERENT OUTCOMES"
            names = strategies[0].relative_to(ROOT) if len(strategies) == 1 else f"all {len(strategies)} together"
            print(f"{names}: {runs} processes, {verdict}: {sorted(seen)[0]}")
            failures += len(seen) != 1
    if not STRATEGIES or failures:
        sys.exit(1)


main()
