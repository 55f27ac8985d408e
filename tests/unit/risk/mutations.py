#!/usr/bin/python3
"""Is every check covered? Makes each check of the table always allow, then always deny, and wants unit_risk red for both.

usage: tests/unit/risk/mutations.py PROGRAM     PROGRAM is unit_risk
Prints the table. Exit: 0 every check is covered, 1 one is not, or the tests are red without any mutation.
"""
import os
import subprocess
import sys

TESTS = ["[boundary]"]


def is_green(program, mutation):
    environment = dict(os.environ, TRD_RISK_MUTATION=mutation)
    done = subprocess.run([program, *TESTS], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return done.returncode == 0


def codes_of(program):
    listed = subprocess.run([program, "the codes of the table", "--success"], stdout=subprocess.PIPE, text=True, check=True)
    return sorted({word for word in listed.stdout.split() if len(word) == 3 and word[0] in "RT" and word[1:].isdigit()})


def main():
    program = sys.argv[1]
    codes = codes_of(program)
    if len(codes) < 50 or not is_green(program, ""):
        print(f"{len(codes)} checks are listed, and without a mutation the tests are "
              f"{'green' if is_green(program, '') else 'red'}")
        return 1
    missed = 0
    print("check  always allows  always denies")
    for code in codes:
        red = [not is_green(program, f"{code} {what}") for what in ("allow", "deny")]
        missed += red.count(False)
        print(f"{code}    {'red' if red[0] else 'MISSED':13}  {'red' if red[1] else 'MISSED'}")
    print(f"{len(codes)} checks, {missed} mutations missed")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
