#!/usr/bin/python3
"""What holds for every verb, wherever it runs. The verbs come from the help itself and each is run as its first example
says, so a new one is held to all of it by being there.

usage: tests/scenario/every_verb.py PROGRAM [VERB]
On a pipe and on a terminal, in C and in UTF-8 locales, as JSON, quiet, without HOME, with standard streams that are
closed, full or left, where nothing can be written, on a disk that is full, and with Ctrl-C pressed once and twice.
The disks need root or user name spaces; without either that part is passed over, with a word.
Exit: 0 all well, 10 something is wrong.
"""
import concurrent.futures
import hashlib
import json
import os
import pathlib
import pty
import re
import select
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
import help_tree
import run as scenario

PROGRAM = pathlib.Path(sys.argv[1]).resolve()
ROOT = pathlib.Path(__file__).resolve().parents[2]
WELL = (0, 10)
DISK_ERRORS = {"full": "E_FILE_FULL", "readonly": "E_FILE_DENIED"}
# Where the first example is not what is wanted here: it needs an id that is not known before, or has no example.
COMMANDS = {
    "runs rm": "runs rm baseline",
    "completion": "completion bash",
    "config path": "config path",
    "data export": "data export SPY --tf 1d",
    "runs export": "runs export last",
    "data verify": "data verify",
    "config check": "config check",
}
FILES = {
    "my_strategy.lua": (ROOT / "strategies/sma_cross.lua").read_text(),
    "strategies/sma_cross.lua": (ROOT / "strategies/sma_cross.lua").read_text(),
    "tight.toml": "[account.main.R09]\nmax_position = 20\n[end]\n",
    "spy.csv": "time,open,high,low,close,volume\n" + "".join(f"2024-01-{day:02},{100 + day},{101 + day},{99 + day},{100 + day},9\n" for day in range(2, 29)),
    "trd.toml": "[backtest]\ncash = 20000\n",
}
ESCAPE = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


class Place:
    """A folder of its own for one command: a home with a catalogue and kept runs, and a project."""

    def __init__(self, template, root):
        self.root = root
        shutil.copytree(template, root, dirs_exist_ok=True)
        self.work = root / "work"

    def environment(self, **others):
        made = {"PATH": f"{PROGRAM.parent}:/usr/bin:/bin", "HOME": str(self.root / "home"), "LC_ALL": "C.UTF-8", "TZ": "UTC", "TERM": "xterm", **others}
        return {name: value for name, value in made.items() if value is not None}

    def files(self):
        """Every file and its content; locks and what SQLite keeps beside a database are nobody's data."""
        return {str(path.relative_to(self.root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(self.root.rglob("*"))
                if path.is_file() and not path.name.endswith(("lock", "-wal", "-shm", "-journal"))}


class Outcome:
    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    def __repr__(self):
        return f"exit {self.code}, stdout {self.out[:300]!r}, stderr {self.err[:300]!r}"


def run(words, place, streams="", **environment):
    """By a shell, so that its redirections can do to the streams what is wanted."""
    script = f"exec {shlex.join([str(PROGRAM), *words])} {streams}"
    done = subprocess.run(["sh", "-c", script], cwd=place.work, env=place.environment(**environment), stdin=subprocess.DEVNULL, capture_output=True, timeout=120)
    return Outcome(done.returncode, done.stdout.decode(errors="backslashreplace"), done.stderr.decode(errors="backslashreplace"))


def at_terminal(words, place, **environment):
    pid, master = pty.fork()
    if pid == 0:
        os.chdir(place.work)
        os.execve(PROGRAM, [str(PROGRAM), *words, "--no-input"], place.environment(**environment))
    screen = b""
    while select.select([master], [], [], 120)[0]:
        try:
            chunk = os.read(master, 65536)
        except OSError:
            break
        if not chunk:
            break
        screen += chunk
    os.close(master)
    return Outcome(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), screen.decode(errors="backslashreplace"), "")


def bring_up(folder):
    """The template that every place is a copy of."""
    home, work = folder / "home", folder / "work"
    home.mkdir(parents=True)
    for name, text in FILES.items():
        (work / name).parent.mkdir(parents=True, exist_ok=True)
        (work / name).write_text(text)
    def trd(command):
        subprocess.run([PROGRAM, *command.split(), "-q"], cwd=work, env={"HOME": str(home)}, check=True, stdin=subprocess.DEVNULL)
    for series in ("DEMO --tf 1d --rows 300", "SPY --tf 1d --rows 40", "SPY --tf 1m --rows 200", "BTCUSDT --tf 1m --rows 200"):
        trd(f"data generate {series}")
    trd("backtest my_strategy.lua --symbol DEMO --save baseline")
    trd("backtest my_strategy.lua --symbol DEMO --set fast=5 --save nightly")


def command_of(verb):
    if verb in COMMANDS:
        return shlex.split(COMMANDS[verb])
    shown = re.search(r"^ +\$ trd ([^|>\n]+)", help_tree.printed(PROGRAM, *verb.split(), "--help"), re.MULTILINE)
    return shlex.split(shown.group(1)) if shown else verb.split()


# ---- what is asked: each gets the words, a function that makes places, and the outcome on a pipe ----

def on_a_pipe(words, places, usual):
    if usual.code not in WELL:
        yield f"its example does not work here; give it a line in COMMANDS: {usual}"
    if "\x1b" in usual.out + usual.err or "\r" in usual.err:
        yield f"writes control characters: {usual}"
    if not usual.out and not usual.err:
        yield "says nothing at all"
    for line in usual.err.splitlines():
        if not line.startswith("trd: "):
            yield f"says on stderr, without its name before it: {line!r}"


def in_the_c_locale(words, places, usual):
    found = run(words, places(), LC_ALL="C")
    if found.code != usual.code:
        yield f"{found}"
    if not (found.out + found.err).isascii():
        yield f"writes what is not ASCII: {[c for c in found.out + found.err if not c.isascii()][:5]}"


def as_json(words, places, usual):
    found = run([*words, "--json"], places())
    if found.code != usual.code:
        yield f"{found}"
    if words[0] != "schema":
        envelope = json.loads(found.out)
        if (envelope["ok"], envelope["code"]) != (found.code == 0, found.code):
            yield f"the envelope says {envelope['ok']}, {envelope['code']}: {found}"
    yield from scenario.check_schemas(PROGRAM, found.out, found.err)


def quietly(words, places, usual):
    found = run([*words, "-q"], places())
    if found.code != usual.code or (found.code == 0 and found.out + found.err):
        yield f"{found}"


def on_a_terminal(words, places, usual):
    found = at_terminal(words, places())
    if found.code != usual.code:
        yield f"{found}"
    plain = ESCAPE.sub("", found.out).replace("\r", "")
    if any(c < " " and c not in "\n\t" for c in plain):
        yield f"sends control characters that are no colours: {found}"


def on_a_terminal_in_the_c_locale(words, places, usual):
    found = at_terminal(words, places(), LC_ALL="C")
    if found.code != usual.code or not found.out.isascii():
        yield f"{found}"


def on_a_terminal_without_colour(words, places, usual):
    found = at_terminal(words, places(), NO_COLOR="1")
    if re.search(r"\x1b\[[0-9;]*m", found.out):
        yield f"{found}"


def without_home(words, places, usual):
    found = run(words, places(), HOME=None)
    if found.code != usual.code and not (found.code in (5, 6, 10) and "HOME" in found.out + found.err):
        yield f"{found}"
    found = run([*words, "--json"], places(), HOME=None)
    yield from scenario.check_schemas(PROGRAM, found.out, found.err)


def with_a_full_stdout(words, places, usual):
    found = run([*words, "--json"], places(), ">/dev/full")
    wanted = "E_FILE_FULL" if run([*words, "--json"], places()).out else None
    if wanted and (found.code != 7 or json.loads(found.err.splitlines()[-1])["id"] != wanted):
        yield f"{found}"


def with_streams_closed(words, places, usual):
    if usual.out and run(words, places(), ">&-").code not in (1, 7):
        yield f"stdout closed: {run(words, places(), '>&-')}"
    for stream, kept in (("2>&-", "out"), ("<&-", "out")):
        found = run(words, places(), stream)
        if found.code != usual.code or bool(getattr(found, kept)) != bool(getattr(usual, kept)):
            yield f"{stream}: {found}"


def with_a_reader_that_left(words, places, usual):
    place = places()
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run([PROGRAM, *words], cwd=place.work, env=place.environment(), stdin=subprocess.DEVNULL, stdout=writing, stderr=subprocess.PIPE, timeout=120)
    os.close(writing)
    if done.returncode != usual.code or b"error" in done.stderr:
        yield f"exit {done.returncode}: {done.stderr.decode()}"


def interrupted(words, places, usual, times=1):
    """At whatever moment it comes: done as usual or not at all, and the next call finds nothing in its way."""
    for delay_ms in (2, 9):
        place = places()
        before = place.files()
        with subprocess.Popen([PROGRAM, *words], cwd=place.work, env=place.environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            for _ in range(times):
                time.sleep(delay_ms / 1000)
                process.send_signal(signal.SIGINT)
            out, err = (part.decode() for part in process.communicate(timeout=30))
        ended = process.returncode
        if ended not in (usual.code, 130, -signal.SIGINT):
            yield f"after {delay_ms} ms: exit {ended}: {err}"
        if ended == 130 and times == 1 and (out or "E_" in err or "interrupted" not in err):
            yield f"after {delay_ms} ms: said {out[:200]!r} {err!r}"
        if ended != usual.code and times == 1 and place.files() == before and run(words, place).code != usual.code:
            yield f"after {delay_ms} ms: the next call does not get through: {run(words, place)}"


def interrupted_twice(words, places, usual):
    yield from interrupted(words, places, usual, times=2)


ASKED = [on_a_pipe, in_the_c_locale, as_json, quietly, on_a_terminal, on_a_terminal_in_the_c_locale, on_a_terminal_without_colour, without_home,
         with_a_full_stdout, with_streams_closed, with_a_reader_that_left, interrupted, interrupted_twice]


# ---- disks: in a name space of its own this file runs once more, with --disks ----

def fill_up(path):
    filler = os.open(path, os.O_WRONLY | os.O_CREAT)
    try:
        while True:
            os.write(filler, bytes(4096))
    except OSError:
        os.close(filler)


def mounted(kind, template, disk):
    """A memory disk with a copy of the template that takes nothing more."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "none", disk], check=True)
    place = Place(template, disk)
    if kind == "readonly":
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    else:
        fill_up(disk / "filler")
    return place


def on_a_disk(kind, verb, words, template, disk, usual):
    place = mounted(kind, template, disk)
    try:
        before = place.files()
        found = run([*words, "--json"], place)
        if found.code != usual.code and not (verb == "doctor" and found.code == 10):  # it says what is wrong with the disk
            errors = [json.loads(line) for line in found.err.splitlines() if line.startswith('{"schema":"trd.error')]
            if found.code != 7 or not errors or errors[-1]["id"] != DISK_ERRORS[kind]:
                yield f"trd {verb}, a disk that is {kind}: {found}"
        changed = {name for name, digest in place.files().items() if before.get(name) != digest}
        if changed or len(place.files()) < len(before):
            yield f"trd {verb}, a disk that is {kind}: changed {sorted(changed)}, {len(before)} files before, {len(place.files())} after"
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


def on_disks(folder):
    template, disk = folder / "template", folder / "disk"
    usual = json.loads((folder / "usual.json").read_text())
    for verb, (words, code) in usual.items():
        for kind in DISK_ERRORS:
            yield from on_a_disk(kind, verb, words, template, disk, Outcome(code, "", ""))


def in_a_name_space(folder, commands, usual):
    (folder / "disk").mkdir()
    (folder / "usual.json").write_text(json.dumps({verb: (words, usual[verb].code) for verb, words in commands.items()}))
    unshare = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--mount"]
    if subprocess.run([*unshare, "mount", "-t", "tmpfs", "none", folder / "disk"], capture_output=True, check=False).returncode != 0:
        print("passed over: nothing can be mounted here")
        return []
    done = subprocess.run([*unshare, sys.executable, __file__, PROGRAM, "--disks", folder], capture_output=True, text=True, check=False)
    return done.stdout.splitlines() + done.stderr.splitlines()


# ---- all of it ----

def complaints_about(verb, words, places, usual):
    for question in ASKED:
        try:
            found = list(question(words, places, usual))
        except (ValueError, KeyError, IndexError) as problem:
            found = [f"cannot be read: {problem!r}"]
        yield from (f"trd {verb}, {question.__name__.replace('_', ' ')}: {text}" for text in found)


def main():
    wanted = sys.argv[2] if len(sys.argv) > 2 else ""
    with tempfile.TemporaryDirectory(prefix="trd-verbs-") as name:
        folder = pathlib.Path(name)
        bring_up(folder / "template")
        count = iter(range(1_000_000))

        def places():
            return Place(folder / "template", folder / f"place-{next(count)}")

        commands = {verb: command_of(verb) for verb in help_tree.verbs(PROGRAM) if wanted in ("", verb)}
        usual = {verb: run(words, places()) for verb, words in commands.items()}
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            jobs = [pool.submit(lambda verb=verb, words=words: list(complaints_about(verb, words, places, usual[verb]))) for verb, words in commands.items()]
            complaints = [text for job in jobs for text in job.result()]
        complaints += in_a_name_space(folder, commands, usual)
    print("\n".join(complaints) if complaints else f"{len(commands)} verbs, {len(ASKED) + len(DISK_ERRORS)} places each: as it should be")
    return 10 if complaints or not commands else 0


if __name__ == "__main__":
    if "--disks" in sys.argv:
        for complaint in on_disks(pathlib.Path(sys.argv[3])):
            print(complaint)
        sys.exit(0)
    sys.exit(main())
