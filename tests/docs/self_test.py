#!/usr/bin/python3
"""Tests of run.py itself: what must fit fits, what must not does not, and blocks are found."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.dont_write_bytecode = True
import run  # noqa: E402

FITTING = [
    (["a", "b"], ["a", "b"]),
    (["a [..] c"], ["a bbb c"]),
    (["[..]"], [""]),
    (["a", "[...]", "z"], ["a", "b", "c", "z"]),
    (["a", "[...]"], ["a"]),
    (["1.5 (x)"], ["1.5 (x)"]),
]
NOT_FITTING = [
    (["a"], ["a", "b"]),
    (["a", "b"], ["a"]),
    (["1.5"], ["1x5"]),
    (["a [..] c"], ["a b", " c"]),
    (["a", "[...]", "z"], ["a", "b", "y"]),
    ([], ["a"]),
]
PAGE = ["text", "```console", "$ one", "> two", "out", "$ three", "```", "```lua", "-- a.lua", "```"]


def main():
    failures = [f"should fit: {case}" for case in FITTING if not run.fits(*case)]
    failures += [f"should not fit: {case}" for case in NOT_FITTING if run.fits(*case)]
    found = run.blocks(PAGE)
    steps = run.steps_of(found[0])
    if [block.language for block in found] != ["console", "lua"]:
        failures.append("blocks of PAGE")
    if [(step.command, step.expected, step.first) for step in steps] != [("one\ntwo", ["out"], 4), ("three", [], 6)]:
        failures.append("steps of PAGE")
    if run.merged(["id [..]", "gone"], ["id 7", "new"]) != ["id [..]", "new"]:
        failures.append("merged")
    for line in run.LINK.findall("[a](b.md#c) [d](https://e.f) [g](../h.md)"):
        if line not in ("b.md", "../h.md"):
            failures.append(f"link {line}")
    print("\n".join(failures) or "run.py does what it says")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
