#!/usr/bin/python3
"""One hash, whatever the process: every strategy is run in many processes, with the JIT on and off, and with the CPU's
FMA hidden from the C library. TRD_TEST_FULL runs each strategy 20 times, otherwise the first 20 times and the rest 4.

usage: determinism.py PROGRAM
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

PROGRAM = sys.argv[1]
FULL = bool(os.environ.get("TRD_TEST_FULL"))
HIDDEN_FMA = "glibc.cpu.hwcaps=-FMA,-AVX2,-AVX2_Usable,-FMA4,-AVX512F"


def trd(arguments, environment):
    done = subprocess.run([PROGRAM, *arguments], env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        sys.exit(f"trd {' '.join(arguments)} ended with {done.returncode}:\n{done.stderr}")
    return done.stdout


def outcome(strategy, run, environment):
    jit = "on" if run % 2 == 0 else "off"
    if run % 4 >= 2:
        environment = {**environment, "GLIBC_TUNABLES": HIDDEN_FMA}
    result = json.loads(trd(["backtest", str(strategy), "--json", "--jit", jit, "--cash", "1000000"], environment))
    data = result["data"]
    return data["run"]["id"], data["run"]["hash"], data["counts"]["orders"], data["equity"]["end"]


def main():
    strategies = sorted(pathlib.Path("strategies").glob("*.lua"))
    failures = 0
    with tempfile.TemporaryDirectory() as catalogue:
        environment = {**os.environ, "TRD_CATALOGUE": catalogue}
        trd(["data", "generate", "-q", "--rows", "20000", "--seed", "7"], environment)
        for place, strategy in enumerate(strategies):
            runs = 20 if FULL or place == 0 else 4
            seen = {outcome(strategy, run, environment) for run in range(runs)}
            verdict = "one hash" if len(seen) == 1 else f"{len(seen)} DIFFERENT OUTCOMES"
            print(f"{strategy}: {runs} processes, {verdict}: {sorted(seen)[0]}")
            failures += len(seen) != 1
    if not strategies or failures:
        sys.exit(1)


main()
