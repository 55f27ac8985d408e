#!/usr/bin/python3
"""Is every check covered? Breaks each rule of the table in turn, and wants unit_risk red for it: it always allows, it
always denies, its line is on the other side of the limit itself, it decides without one of the readings that it needs. Of a
check that applies to backtests it wants a scenario too in which it fires; that the scenario says the truth is a test of
its own.

usage: tests/unit/risk/mutations.py PROGRAM     PROGRAM is unit_risk
Prints the table. Exit: 0 every check is covered, 1 one is not, or the tests are red without any mutation.
"""
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

TESTS = ["[boundary]", "--abort"]
SCENARIO = os.path.join(os.path.dirname(__file__), "..", "..", "scenario", "risk_codes.scn")
FIRES = re.compile(r"^([RT]\d\d) denied (\d+), acted (\d+)$", re.MULTILINE)
RULE = re.compile(r"\| ([RT]\d\d):(backtest)? (\w+) (limit|-)([ \w]*) \|")
KINDS = ["allow", "deny", "limit", "asks"]


class Check:
    def __init__(self, code, in_backtests):
        self.code = code
        self.in_backtests = in_backtests
        self.mutations = {kind: [] for kind in KINDS}

    def add(self, rule, has_limit, readings):
        self.mutations["allow"].append(f"{self.code} {rule} allow")
        self.mutations["deny"].append(f"{self.code} {rule} deny")
        if has_limit:
            self.mutations["limit"].append(f"{self.code} {rule} limit")
        self.mutations["asks"] += [f"{self.code} {rule} asks {reading}" for reading in readings]


def checks_of(program):
    listed = subprocess.run([program, "the codes of the table", "--success"], stdout=subprocess.PIPE, text=True, check=True)
    checks = {}
    for code, backtest, rule, limit, readings in RULE.findall(" ".join(listed.stdout.split())):
        checks.setdefault(code, Check(code, backtest == "backtest")).add(rule, limit == "limit", readings.split())
    return [checks[code] for code in sorted(checks)]


def is_green(program, mutation):
    environment = dict(os.environ, TRD_RISK_MUTATION=mutation)
    done = subprocess.run([program, *TESTS], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return done.returncode == 0


def firing_in_scenario():
    with open(SCENARIO, encoding="utf-8") as lines:
        return {code for code, denied, acted in FIRES.findall(lines.read()) if int(denied) + int(acted) > 0}


def in_backtest(check, fires):
    if check.in_backtests:
        return "fires" if check.code in fires else "MISSED"
    return "WRONG" if check.code in fires else "-"


def main():
    program = sys.argv[1]
    checks = checks_of(program)
    if len(checks) < 50 or not is_green(program, ""):
        print(f"{len(checks)} checks are listed, and without a mutation the tests are "
              f"{'green' if is_green(program, '') else 'red'}")
        return 1
    wanted = [mutation for check in checks for kind in KINDS for mutation in check.mutations[kind]]
    with ThreadPoolExecutor(2) as runs:
        green = dict(zip(wanted, runs.map(lambda mutation: is_green(program, mutation), wanted)))
    fires = firing_in_scenario()
    print("check  always allows  always denies  at the limit  without a reading  in a backtest")
    silent = 0
    for check in checks:
        cells = []
        for kind in KINDS:
            red = sum(not green[mutation] for mutation in check.mutations[kind])
            cells.append(f"{red} of {len(check.mutations[kind])}" if check.mutations[kind] else "-")
        scenario = in_backtest(check, fires)
        silent += scenario in ("MISSED", "WRONG")
        print(f"{check.code}    {cells[0]:13}  {cells[1]:13}  {cells[2]:12}  {cells[3]:17}  {scenario}")
    missed = [mutation for mutation in wanted if green[mutation]]
    for mutation in missed:
        print(f"MISSED: {mutation}")
    print(f"{len(checks)} checks, {len(wanted)} mutations, {len(missed)} missed; {silent} wrong about backtests")
    return 1 if missed or silent else 0


if __name__ == "__main__":
    sys.exit(main())
