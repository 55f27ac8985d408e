#!/usr/bin/python3
"""Processes read a catalogue while another writes it, and whatever byte of its files is flipped is found before it is used.

First: one process after the other imports, cleans, fills, resamples and replaces, while two others export all the time. What
they get must each time be, to the byte, one of the states that the writer made, in their order. Then: in a copy of a
catalogue with every kind of file that there is (hot and cold segments, the manifest, instruments and what they said before),
bits are flipped at random places of each file. Reading either gives exactly the rows as they were, or exit code 12; and
`data verify` finds the damage wherever the rows could not be read. TRD_TEST_FULL flips 200 places of each file, otherwise 12.
The seed is in the output; give it back with TRD_TEST_SEED.

usage: data_readers.py PROGRAM
"""
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time

PROGRAM = os.path.abspath(sys.argv[1])
SEED = int(os.environ.get("TRD_TEST_SEED", time.time_ns() % 1_000_000))
FLIPS = 200 if os.environ.get("TRD_TEST_FULL") else 12
ROUNDS = 40 if os.environ.get("TRD_TEST_FULL") else 8
ROWS = 70_000
EXIT_DATA = 12


def trd(catalogue, *arguments):
    return subprocess.run([PROGRAM, *arguments, "--catalogue", str(catalogue)], capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, cwd=catalogue.parent, check=False)


def must(catalogue, *arguments):
    done = trd(catalogue, *arguments)
    if done.returncode != 0:
        sys.exit(f"seed {SEED}: trd {' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def write_csv(path, price, gap_at):
    with path.open("w") as out:
        out.write("time,open,high,low,close,volume\n")
        for minute in range(ROWS):
            if minute == gap_at:
                continue
            shown = 50 * price if minute == gap_at + 1 else price  # clean takes it away
            out.write(f"{1577836800 + 60 * minute},{price},{max(price, shown)},{price},{price},1\n")


def writes_of(round_number):
    source = f"{'even' if round_number % 2 == 0 else 'odd'}.csv"
    return (["data", "import", source, "--symbol", "X", "--replace", "--outlier", "0", "-q", "--tf", "1m"]
            + (["--cold"] if round_number % 3 == 0 else []),
            ["data", "clean", "X", "--tf", "1m", "-q"],
            ["data", "fill", "X", "--tf", "1m", "-q"])


class Reader(threading.Thread):
    """Starts one trd after the other; keeps what each of them got."""

    def __init__(self, catalogue, stop):
        super().__init__()
        self.catalogue, self.stop, self.seen = catalogue, stop, []

    def run(self):
        while not self.stop.is_set():
            done = trd(self.catalogue, "data", "export", "X", "--tf", "1m")
            self.seen.append((done.returncode, done.stderr, hash(done.stdout)))


def read_while_written(folder):
    write_csv(folder / "even.csv", 100, 500)
    write_csv(folder / "odd.csv", 101, 900)
    catalogue = folder / "written"
    states = []
    for arguments in writes_of(1):
        must(catalogue, *arguments)
    states.append(hash(must(catalogue, "data", "export", "X", "--tf", "1m")))
    stop = threading.Event()
    readers = [Reader(catalogue, stop) for _ in range(2)]
    for reader in readers:
        reader.start()
    for round_number in range(2, 2 + ROUNDS):
        for arguments in writes_of(round_number):
            must(catalogue, *arguments)
            states.append(hash(must(catalogue, "data", "export", "X", "--tf", "1m")))
        must(catalogue, "data", "resample", "X", "1h", "-q")
    stop.set()
    for reader in readers:
        reader.join()
        check_reads(reader.seen, states)
    must(catalogue, "data", "verify")


def check_reads(seen, states):
    place = 0
    for code, message, rows in seen:
        if code != 0:
            sys.exit(f"seed {SEED}: a reader ended with {code} while another process wrote: {message}")
        if rows not in states[place:]:
            sys.exit(f"seed {SEED}: a reader got rows that the writer never made, or that were older than it got before")
        place = states.index(rows, place)
    if len({rows for _, _, rows in seen}) < 3:
        sys.exit(f"{len(seen)} reads saw fewer than three states: nothing was written meanwhile, nothing is tested")
    print(f"{len(seen)} reads, {len({rows for _, _, rows in seen})} of {len(set(states))} states seen")


def fill_catalogue(folder):
    catalogue = folder / "whole"
    (folder / "first.toml").write_text('[[instrument]]\nsymbol = "I"\nkind = "future"\ncurrency = "USD"\nmultiplier = 50\n')
    (folder / "second.toml").write_text('[[instrument]]\nsymbol = "I"\nkind = "future"\ncurrency = "USD"\nmultiplier = 20\n')
    must(catalogue, "data", "generate", "HOT", "--rows", "3000", "-q")
    must(catalogue, "data", "generate", "T", "--kind", "trades", "--rows", "3000", "-q")
    (folder / "trades.csv").write_text(must(catalogue, "data", "export", "T", "--kind", "trades"))
    must(catalogue, "data", "import", "trades.csv", "--symbol", "COLD", "--kind", "trades", "--cold", "-q")
    for kind in ("quotes", "quote-bars", "book", "funding", "fx"):
        must(catalogue, "data", "generate", "K", "--kind", kind, "--rows", "300", "-q")
    must(catalogue, "data", "import", "first.toml", "-q")
    must(catalogue, "data", "import", "second.toml", "--replace", "-q")
    return catalogue


def reads_of(catalogue):
    """Every way to read each series, from the whole catalogue: asked again of each damaged one."""
    reads = [("data", "ls", "--format", "plain")]
    for line in must(catalogue, *reads[0]).splitlines():
        kind, symbol, timeframe, *_ = line.split("\t")
        span = ["--tf", timeframe] if timeframe not in ("", "-") else []
        reads.append(("data", "export", symbol, "--kind", kind, *span))
    reads.append(("data", "export", "I", "--kind", "instruments", "--revision", "1"))
    return reads


def flip_everywhere(folder, chance):
    catalogue = fill_catalogue(folder)
    reads = reads_of(catalogue)
    whole = {read: must(catalogue, *read) for read in reads}
    must(catalogue, "data", "verify")
    files = sorted(path.relative_to(catalogue) for path in catalogue.rglob("*") if path.is_file() and path.stat().st_size)
    for name in files:
        found = flip_one_file(folder, catalogue, name, chance, whole)
        print(f"{name}: {found} of {FLIPS} flips stopped a reader, the others hit bytes that nothing reads")


def flip_one_file(folder, catalogue, name, chance, whole):
    found = 0
    for number in range(FLIPS):
        work = folder / "work"
        shutil.rmtree(work, ignore_errors=True)
        shutil.copytree(catalogue, work)
        text = bytearray((work / name).read_bytes())
        # Half of them among the first bytes, where headers are, and the last, where directories are.
        place = chance.randrange(len(text)) if number % 2 == 0 else chance.choice(
            [chance.randrange(min(200, len(text))), len(text) - 1 - chance.randrange(min(300, len(text)))])
        text[place] ^= 1 << chance.randrange(8)
        (work / name).write_bytes(text)
        found += check_damaged(work, name, place, whole)
    return found


def check_damaged(work, name, place, whole):
    """True when a reader was stopped; ends the test when one got other rows than before."""
    stopped = False
    for read, before in whole.items():
        done = trd(work, *read)
        if done.returncode == EXIT_DATA:
            stopped = True
            if str(work) not in done.stderr and name.name not in done.stderr:
                sys.exit(f"seed {SEED}: byte {place} of {name}: the message does not name the file: {done.stderr}")
        elif done.returncode != 0 or done.stdout != before:
            sys.exit(f"seed {SEED}: byte {place} of {name} is flipped, and trd {' '.join(read)} ended with "
                     f"{done.returncode} and other rows:\n{done.stderr}")
    verified = trd(work, "data", "verify").returncode
    if stopped and verified not in (10, EXIT_DATA):
        sys.exit(f"seed {SEED}: byte {place} of {name} stops a reader, and data verify ended with {verified}")
    return stopped


def main():
    print(f"seed {SEED}")
    with tempfile.TemporaryDirectory() as folder:
        read_while_written(pathlib.Path(folder))
        flip_everywhere(pathlib.Path(folder), random.Random(SEED))


main()
