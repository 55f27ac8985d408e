#!/usr/bin/python3
"""Are the committed man pages what the program prints, and does mandoc find nothing wrong with them?

usage: tests/scenario/man_test.py --program build/release/bin/trd [--update]
--update writes man/*.1. Exit: 0 yes, 10 no (each page that drifted is named), 2 wrong call.
"""
import argparse
import pathlib
import subprocess
import sys

FOLDER = pathlib.Path(__file__).resolve().parent.parent.parent / "man"


def text_of(program, *words):
    return subprocess.run([program, *words], check=True, capture_output=True, text=True).stdout


def pages(program):
    """{file name: roff} of trd itself and of every verb, as the completion of "trd" and of its groups names them."""
    found = {"trd.1": text_of(program, "man")}

    def walk(words):
        lines = text_of(program, "__complete", *words, "").splitlines()
        names = [line.split("\t")[0] for line in lines if not line.startswith(":")]
        for name in names:
            path = [*words, name]
            page = subprocess.run([program, "man", *path], capture_output=True, text=True)
            if page.returncode == 0:
                found[f"trd-{'-'.join(path)}.1"] = page.stdout
            else:
                walk(path)
    walk([])
    return found


def lint(name, roff):
    result = subprocess.run(["mandoc", "-Tlint", "-Wall"], input=roff, capture_output=True, text=True)
    return [f"{name}: {line}" for line in result.stdout.splitlines()]


def main():
    parser = argparse.ArgumentParser(description="holds man/ against the program")
    parser.add_argument("--program", type=pathlib.Path, required=True)
    parser.add_argument("--update", action="store_true", help="write man/*.1")
    options = parser.parse_args()
    expected = pages(options.program.resolve())
    complaints = [line for name, roff in expected.items() for line in lint(name, roff)]
    if options.update:
        FOLDER.mkdir(exist_ok=True)
        for old in FOLDER.glob("*.1"):
            old.unlink()
        for name, roff in expected.items():
            (FOLDER / name).write_text(roff)
    committed = {path.name: path.read_text() for path in FOLDER.glob("*.1")}
    complaints += [f"man/{name} is not what trd man prints; tests/scenario/man_test.py --update writes it"
                   for name in sorted(expected.keys() | committed.keys()) if expected.get(name) != committed.get(name)]
    print("\n".join(complaints))
    return 10 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
