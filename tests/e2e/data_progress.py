#!/usr/bin/python3
"""The progress bar of `data import`: drawn on a terminal, erased in the end, and nowhere on a pipe or with -q.

usage: data_progress.py PROGRAM
"""
import gzip
import os
import pathlib
import pty
import re
import subprocess
import sys
import tempfile

PROGRAM = sys.argv[1]
ROWS_OF_PIECE = 200_000
PIECES = 40         # enough for a slow machine or a build with sanitizers
MOST_PIECES = 1280  # a fast one is given twice as much until the import lasts long enough for three bars


def write_rows(path, pieces):
    """Trades of one instant, which is allowed, so that one compressed piece can stand there many times."""
    rows = "".join(f"1577836800000,{100 + i % 977 / 100:.2f},{i % 89 + 1},buy\n" for i in range(ROWS_OF_PIECE))
    piece = gzip.compress(rows.encode(), 1)
    with path.open("wb") as out:
        out.write(gzip.compress(b"time,price,size,side\n"))
        for _ in range(pieces):
            out.write(piece)


def on_terminal(arguments, environment):
    """What a terminal gets of stderr, and the exit code."""
    master, slave = pty.openpty()
    process = subprocess.Popen(arguments, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                               stderr=slave)
    os.close(slave)
    seen = bytearray()
    while True:
        try:
            part = os.read(master, 65536)
        except OSError:  # the last writer is gone
            break
        if not part:
            break
        seen += part
    os.close(master)
    return seen.decode(), process.wait()


def on_pipe(arguments, environment):
    done = subprocess.run(arguments, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    return done.stderr, done.returncode


def screen_of(text):
    """What remains visible: a carriage return goes back, the erase sequence clears to the end of the line."""
    lines = []
    for line in text.replace("\r\n", "\n").split("\n"):
        shown = ""
        for part in line.split("\r"):
            part = part if "\x1b[K" not in part else part.split("\x1b[K")[-1]
            shown = part + ("" if line.find("\x1b[K") >= 0 else shown[len(part):])
        lines.append(shown)
    return "\n".join(lines)


def expect(truth, what, text):
    if not truth:
        sys.exit(f"{what}:\n{text[:2000]!r}")


def main():
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "trades.csv.gz"
        environment = {**os.environ, "TRD_CATALOGUE": folder + "/data", "TERM": "xterm", "COLUMNS": "100"}
        environment.pop("NO_COLOR", None)
        command = [PROGRAM, "data", "import", str(path), "--symbol", "BIG", "--replace"]

        pieces, shares = PIECES, []
        while len(shares) < 3 and pieces <= MOST_PIECES:
            write_rows(path, pieces)
            rows = pieces * ROWS_OF_PIECE
            text, code = on_terminal(command, environment)
            expect(code == 0, f"import on a terminal ended with {code}", text)
            shares = [int(share) for share in re.findall(r"(\d+) ?%", text)]
            pieces *= 2
        expect(len(shares) >= 3, "no progress bar was drawn on the terminal", text)
        expect(shares == sorted(shares) and shares[-1] <= 100, f"the shares do not ascend: {shares}", text)
        expect("%" not in screen_of(text), "the progress bar was not erased", text[-300:])
        expect(f"imported {rows} rows" in screen_of(text), "the last line is missing", text[-300:])

        text, code = on_terminal([*command, "-q"], environment)
        expect(code == 0 and text == "", f"-q on a terminal is not silent ({code})", text)

        text, code = on_pipe(command, environment)
        expect(code == 0, f"import on a pipe ended with {code}", text)
        expect("%" not in text and "\x1b" not in text and "\r" not in text, "a progress bar on a pipe", text)
        text, code = on_pipe([*command, "-q"], environment)
        expect(code == 0 and text == "", f"-q on a pipe is not silent ({code})", text)
        print(f"{len(shares)} bars drawn on the terminal, from {shares[0]} % to {shares[-1]} %, and erased; none on a pipe")


main()
