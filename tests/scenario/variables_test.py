#!/usr/bin/python3
"""Does trd pass over the variables that the tests and scripts of this checkout read?

usage: tests/scenario/variables_test.py --program build/release/bin/trd
A developer may have them exported, and many tests hand their whole environment on. They are found where they are read.
Exit: 0 yes, 10 no (each that trd refuses), 2 wrong call.
"""
import argparse
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
READ = re.compile(r'(?:getenv\(|environ\.get\(|environ\[|export |os\.environ, )["\']?(TRD_[A-Z0-9_]+)')


def variables_read():
    """{name: the first file that reads it}"""
    found = {}
    for folder in ("tests", "scripts"):
        for path in sorted(p for p in (ROOT / folder).rglob("*") if p.is_file() and p.suffix in (".py", ".cpp", ".h", "")):
            for name in READ.findall(path.read_text(errors="replace")):
                found.setdefault(name, path.relative_to(ROOT))
    return found


def main():
    parser = argparse.ArgumentParser(description="variables of tests are no mistake")
    parser.add_argument("--program", required=True)
    program = parser.parse_args().program
    found = variables_read()
    if len(found) < 5:
        print(f"only {sorted(found)} were found: is the pattern still right?")
        return 10
    refused = 0
    for name, place in found.items():
        ran = subprocess.run([program, "config", "check"], env={"HOME": "/nonexistent", name: "1"}, capture_output=True, text=True)
        if ran.returncode != 0:
            print(f"{place} reads {name}, and trd says: {ran.stderr}", end="")
            refused = 10
    return refused


if __name__ == "__main__":
    sys.exit(main())
