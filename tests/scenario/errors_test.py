#!/usr/bin/python3
"""Has every error of the program a scenario that provokes it?

usage: tests/scenario/errors_test.py [--root DIR]
Every id "E_..." in engine/ and cli/ needs tests/scenario/errors/E_....scn, which must expect that id on stderr, or a line in
tests/scenario/errors/excused.txt: the id and why nothing outside the program can provoke it.
Exit: 0 yes, 10 no (each id that lacks one, each file without an id), 2 wrong call.
"""
import argparse
import pathlib
import re
import sys

ID = re.compile(r'"(E_[A-Z_]+)"')


def ids_of(root):
    """{id: the first place that makes it}"""
    found = {}
    for folder in ("engine", "cli"):
        for path in sorted(p for p in (root / folder).rglob("*") if p.suffix in (".cpp", ".h")):
            for number, line in enumerate(path.read_text().splitlines(), 1):
                for name in ID.findall(line.split("//")[0]):
                    found.setdefault(name, f"{path.relative_to(root)}:{number}")
    return found


def excused(path):
    rows = (line.split(None, 1) for line in path.read_text().splitlines() if line and not line.startswith("#"))
    return {row[0]: row[1] for row in rows}


def main():
    parser = argparse.ArgumentParser(description="one scenario an error")
    parser.add_argument("--root", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parent.parent.parent)
    root = parser.parse_args().root
    folder = root / "tests/scenario/errors"
    known, excuses = ids_of(root), excused(folder / "excused.txt")
    files = {path.stem: path.read_text() for path in folder.glob("*.scn")}
    complaints = [f"{place}: {name} has no tests/scenario/errors/{name}.scn" for name, place in known.items()
                  if name not in files and name not in excuses]
    complaints += [f"tests/scenario/errors/{name}.scn: nothing makes this error" for name in files if name not in known]
    complaints += [f"tests/scenario/errors/excused.txt: {name} has a scenario, or nothing makes it" for name in excuses
                   if name in files or name not in known]
    complaints += [f"tests/scenario/errors/{name}.scn does not expect \"id\": \"{name}\"" for name, text in files.items()
                   if f'"id": "{name}"' not in text]
    print("\n".join(sorted(complaints)))
    return 10 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
