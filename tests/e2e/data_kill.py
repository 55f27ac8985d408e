#!/usr/bin/python3
"""kill -9 in the middle of import, clean, fill, resample and a change of an instrument: the catalogue is the old one or the
new one, and verifies.

Each round starts a real process on a copy of a small catalogue and kills it at a random moment; the moments are drawn over
the time that the same command takes when it is left alone. Afterwards `data verify` must find nothing damaged, the exported
rows of every series must be exactly those from before or exactly those of a run that was left alone, and the command itself
must work when it is given again. TRD_TEST_FULL kills 240 times, otherwise 20 times. The seed is in the output; give it back
with TRD_TEST_SEED.

usage: data_kill.py PROGRAM
"""
import datetime
import hashlib
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

PROGRAM = sys.argv[1]
KILLS = 240 if os.environ.get("TRD_TEST_FULL") else 20
SEED = int(os.environ.get("TRD_TEST_SEED", time.time_ns() % 1_000_000))
ROWS = 150_000

OPERATIONS = {
    "import": ["data", "import", "more.csv", "--symbol", "MADE", "--kind", "bars", "--outlier", "0"],
    "clean": ["data", "clean", "HURT", "--tf", "1m", "--outlier", "2"],
    "fill": ["data", "fill", "HURT", "--tf", "1m", "--longest", "1d"],
    "resample": ["data", "resample", "MADE", "1h"],
    "instruments": ["data", "import", "changed.toml", "--replace"],
}


def trd(catalogue, *arguments, check=True):
    environment = {**os.environ, "TRD_CATALOGUE": str(catalogue)}
    done = subprocess.run([PROGRAM, *arguments], env=environment, capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, cwd=catalogue.parent)
    if check and done.returncode != 0:
        sys.exit(f"seed {SEED}: trd {' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done


def write_csv(path, first_minute, rows, hurt):
    with path.open("w") as out:
        out.write("time,open,high,low,close,volume\n")
        for minute in range(first_minute, first_minute + rows):
            if hurt and minute % 1000 in (500, 501, 502):
                continue
            price = 900 if hurt and minute % 5000 == 7 else 100 + minute % 17
            out.write(f"{1577836800 + 60 * minute},{price},{price + 1},{price - 1},{price},{minute % 7}\n")


def write_instrument(path, multiplier):
    """One whose terms changed so often that writing it takes a while."""
    with path.open("w") as out:
        out.write(f'[[instrument]]\nsymbol = "TERMS"\nkind = "future"\ncurrency = "USD"\nmultiplier = {multiplier}\n')
        for day in range(3000):
            since = (datetime.date(2015, 1, 1) + datetime.timedelta(day)).isoformat()
            out.write(f"[[instrument.terms]]\nfrom = {since}\nmargin = {1000 + day}\n")


def state_of(catalogue):
    """What a reader gets: every series and every revision of the instrument, with a digest of its rows."""
    listing = trd(catalogue, "data", "ls", "--format", "plain").stdout
    state = {}
    for line in listing.splitlines():
        kind, symbol, timeframe, *_, revisions = line.split("\t")
        if kind == "instruments":
            texts = [trd(catalogue, "data", "export", symbol, "--kind", kind, "--revision", str(number + 1)).stdout
                     for number in range(int(revisions))]
            state[kind, symbol] = hashlib.sha256("".join(texts).encode()).hexdigest()
            continue
        rows = trd(catalogue, "data", "export", symbol, "--kind", kind, "--tf", timeframe).stdout
        state[kind, symbol, timeframe] = hashlib.sha256(rows.encode()).hexdigest()
    return state


def copy_of(catalogue, target):
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(catalogue, target)
    return target


def kill_once(base, work, name, delay_s):
    """True when the process was still at work."""
    catalogue = copy_of(base, work)
    environment = {**os.environ, "TRD_CATALOGUE": str(catalogue)}
    process = subprocess.Popen([PROGRAM, *OPERATIONS[name]], env=environment, cwd=catalogue.parent,
                               stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(delay_s)
    process.send_signal(signal.SIGKILL)
    return process.wait() == -signal.SIGKILL


def main():
    print(f"seed {SEED}, {KILLS} kills")
    chance = random.Random(SEED)
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        base, work = folder / "base", folder / "work"
        write_csv(folder / "first.csv", 0, ROWS, hurt=False)
        write_csv(folder / "hurt.csv", 0, ROWS, hurt=True)
        write_csv(folder / "more.csv", ROWS, ROWS, hurt=False)
        trd(base, "data", "import", "first.csv", "--symbol", "MADE", "-q")
        trd(base, "data", "import", "hurt.csv", "--symbol", "HURT", "--outlier", "0", "-q")
        write_instrument(folder / "first.toml", 50)
        write_instrument(folder / "changed.toml", 20)
        trd(base, "data", "import", "first.toml", "-q")
        old = state_of(base)
        new, duration_s = {}, {}
        for name, arguments in OPERATIONS.items():
            copy_of(base, work)
            began = time.monotonic()
            trd(work, *arguments)
            duration_s[name] = time.monotonic() - began
            new[name] = state_of(work)
            if new[name] == old:
                sys.exit(f"trd {' '.join(arguments)} changed nothing: nothing is tested")
        counts = {name: {"old": 0, "new": 0, "at work": 0, "rests": 0} for name in OPERATIONS}
        kills = 0
        while kills < KILLS:
            name = list(OPERATIONS)[kills % len(OPERATIONS)]
            delay_s = chance.uniform(0, 1.1) * duration_s[name]
            was_at_work = kill_once(base, work, name, delay_s)
            count = counts[name]
            count["at work"] += was_at_work
            kills += was_at_work
            count["rests"] += any(path.suffix == ".tmp" for path in work.rglob("*"))
            verified = trd(work, "data", "verify", check=False)
            if verified.returncode != 0:
                sys.exit(f"seed {SEED}: {name} killed after {delay_s:.4f} s: {verified.stdout}{verified.stderr}")
            state = state_of(work)
            if state not in (old, new[name]):
                sys.exit(f"seed {SEED}: {name} killed after {delay_s:.4f} s left neither the old nor the new catalogue")
            count["old" if state == old else "new"] += 1
            if state == old:
                trd(work, *OPERATIONS[name])
                if state_of(work) != new[name]:
                    sys.exit(f"seed {SEED}: {name} given again after a kill made something else")
                if any(path.suffix == ".tmp" for path in work.rglob("*")):
                    sys.exit(f"seed {SEED}: {name} given again left the rests of the killed process")
        for name, count in counts.items():
            print(f"{name}: takes {1000 * duration_s[name]:.0f} ms; {count['at work']} killed at work, "
                  f"{count['old']} times the old catalogue, {count['new']} times the new one, "
                  f"{count['rests']} times with a file left half written")
        # Instruments are one small file, which is half written for microseconds: to hit that is luck.
        if KILLS >= 200 and min(count["rests"] for name, count in counts.items() if name != "instruments") == 0:
            sys.exit("no kill hit a file half written: the moments are badly drawn")


main()
