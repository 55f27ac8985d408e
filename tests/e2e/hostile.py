#!/usr/bin/python3
"""Every file of tests/hostile/ gets the refusal that it names, from the whole program and in time.

Each file says in a comment how it is refused, "-- refusal: KIND: TEXT". The program must exit with 13 and the error id
of that kind within the time budget of a hook and two seconds, print nothing on stdout and the file, the line and the
text on stderr, and leave no file behind; with the JIT on and off. Endless scripts take the whole budget each:
SLOW_ALWAYS are run every time, the rest with TRD_TEST_FULL. At most two processes run at once, each with a limit of its
address space.

usage: hostile.py PROGRAM
"""
import concurrent.futures
import json
import os
import pathlib
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
from common import ROOT, generated_catalogue

PROGRAM = str(pathlib.Path(sys.argv[1]).resolve())
FULL = bool(os.environ.get("TRD_TEST_FULL"))
SLOW_ALWAYS = {"endless_loop", "endless_loop_at_load", "swallowed_stop"}
REFUSED = 13
BUDGET_S = 5  # of one hook, as docs/strategies.md says
GRACE_S = 2
ADDRESS_SPACE = 1 << 30  # of which a script gets 64 MB
FOLDERS = ("HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR")
IDENTIFIERS = {
    "load": "E_STRATEGY_LOAD",
    "error": "E_STRATEGY",
    "memory": "E_STRATEGY_MEMORY",
    "time": "E_STRATEGY_TIME",
}
# Whose line is named and not shown: bytes would steer a terminal.
NOT_SHOWN = {"binary_chunk"}


def works_when_limited():
    """A sanitizer reserves terabytes of addresses: such a build is bounded by time alone."""
    limited = subprocess.run([PROGRAM, "--version"], preexec_fn=limit_address_space, capture_output=True)
    return limited.returncode == 0


def limit_address_space():
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def refusal_in(path):
    """Kind and text of the comment; of bytecode too, whose first line is no text."""
    found = re.search(r"^-- refusal: (\w+): (.*)$", path.read_text(encoding="latin-1"), re.MULTILINE)
    if not found or found[1] not in IDENTIFIERS:
        sys.exit(f"{path.name} does not name its refusal: -- refusal: {', '.join(IDENTIFIERS)}: text")
    return found[1], found[2]


def files_below(folder):
    return {str(path.relative_to(folder)): (path.stat().st_size, path.stat().st_mtime_ns)
            for path in folder.rglob("*") if path.is_file()}


def run(path, arguments, folder, limited):
    """Exit code (None: killed), both outputs and seconds, of a process whose every folder of its own is a fresh one."""
    folder.mkdir()
    environment = {**os.environ, **dict.fromkeys(FOLDERS, str(folder)),
                   "TRD_CATALOGUE": str(folder.parent / "catalogue")}
    began = time.monotonic()
    process = subprocess.Popen([PROGRAM, "backtest", str(path), *arguments], env=environment, cwd=folder, text=True,
                               errors="replace", stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, preexec_fn=limit_address_space if limited else None,
                               start_new_session=True)
    try:
        out, err = process.communicate(timeout=4 * BUDGET_S)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        out, err = process.communicate()
        return None, out, err, time.monotonic() - began
    return process.returncode, out, err, time.monotonic() - began


def place_is_named(path, message):
    """Whether the message begins with the file, and quotes the line that it names."""
    found = re.match(rf"{re.escape(str(path))}:(\d+): ", message)
    if found and path.stem in NOT_SHOWN:
        return found[1] == "1" and "\n" not in message
    lines = path.read_text(encoding="latin-1").splitlines()
    if not found or not 1 <= int(found[1]) <= len(lines):
        return False
    line = lines[int(found[1]) - 1]
    return not line.startswith("--") and line.strip()[:60] in message


def complaints(path, jit, folder, limited):
    """What is wrong with the end of one process but its time, as sentences, and the seconds that it took."""
    kind, text = refusal_in(path)
    code, out, err, seconds = run(path, ["--json", "--jit", jit], folder, limited)
    wrong = []
    if code != REFUSED:
        wrong.append(f"exit code {code}, not {REFUSED}")
    if out:
        wrong.append(f"{len(out)} characters on stdout")
    if files_below(folder):
        wrong.append(f"left {', '.join(sorted(files_below(folder)))}")
    try:
        error = json.loads(err.splitlines()[-1])
    except (IndexError, ValueError):
        return [*wrong, f"no error on stderr: {err!r}"], seconds
    if error.get("id") != IDENTIFIERS[kind]:
        wrong.append(f"refused as {error.get('id')}, not {IDENTIFIERS[kind]}")
    if text not in error["message"] or not place_is_named(path, error["message"]):
        wrong.append(f"the message is not '{text}' with its line: {error['message']!r}")
    return wrong, seconds


def chosen(path):
    return FULL or refusal_in(path)[0] != "time" or path.stem in SLOW_ALWAYS


def seconds_alone(path, jit, folder, limited):
    """For one that was late while other processes kept the machine busy: the budget is in real time."""
    return complaints(path, jit, folder, limited)[1]


def main():
    every = sorted((ROOT / "tests" / "hostile").glob("*.lua"))
    paths = [path for path in every if chosen(path)]
    missing = SLOW_ALWAYS - {path.stem for path in paths}
    if len(every) < 50 or missing:
        sys.exit(f"{len(every)} hostile scripts; missing: {missing}")
    limited = works_when_limited()
    failures, slowest = 0, (0, "")
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(2) as pool:
        folder = pathlib.Path(folder)
        generated_catalogue(PROGRAM, folder / "catalogue", "1m", 200)
        before = files_below(folder)
        jobs = {pool.submit(complaints, path, jit, folder / f"{path.stem}-{jit}", limited): (path, jit)
                for path in paths for jit in ("on", "off")}
        concurrent.futures.wait(jobs)
        for job, (path, jit) in jobs.items():
            name = f"{path.name} --jit {jit}"
            wrong, seconds = job.result()
            if seconds > BUDGET_S + GRACE_S:
                seconds = seconds_alone(path, jit, folder / f"{path.stem}-{jit}-alone", limited)
            if seconds > BUDGET_S + GRACE_S:
                wrong.append(f"took {seconds:.1f} s, also when run alone")
            slowest = max(slowest, (seconds, name))
            failures += len(wrong)
            for sentence in wrong:
                print(f"{name}: {sentence}")
        if files_below(folder) != before:
            failures += 1
            print("the catalogue was changed")
    print(f"{len(jobs)} processes of {len(paths)} scripts ({len(every) - len(paths)} left to TRD_TEST_FULL), "
          f"{'bounded' if limited else 'not bounded'} in memory; the slowest took {slowest[0]:.2f} s: {slowest[1]}")
    sys.exit(1 if failures else 0)


main()
