#!/usr/bin/python3
"""What holds for every verb, wherever it runs. The verbs come from the help itself and each is run as its first example
says, so a new one is held to all of it by being there.

usage: tests/scenario/every_verb.py PROGRAM [--update] [VERB]
On a pipe and on a terminal, in C and in UTF-8 locales, as JSON, quiet, without HOME, with standard streams that are
closed, full or left, where nothing can be written, on a disk that is full, and with Ctrl-C pressed once and twice.
The exact text of each place is in tests/scenario/pages; --update writes what came, to be read as a diff.
The disks need root or user name spaces; without either that part is passed over, with a word.
Exit: 0 all well, 10 something is wrong.
"""
import argparse
import concurrent.futures
import fcntl
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
import struct
import subprocess
import sys
import tempfile
import termios
import time

sys.dont_write_bytecode = True
import help_tree
import pages
import run as scenario
from pages import Outcome

def options():
    parser = argparse.ArgumentParser(description="what holds for every verb")
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("verb", nargs="?", default="")
    parser.add_argument("--update", action="store_true", help="write what came into tests/scenario/pages")
    parser.add_argument("--disks", type=pathlib.Path, help=argparse.SUPPRESS)
    return parser.parse_intermixed_args()


OPTIONS = options()
PROGRAM = OPTIONS.program.resolve()
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
    "help": "help exit-codes",
    "man": "man version",
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
    """A folder of its own for one command: a home with a catalogue and kept runs, and a project. Gone when it was used."""

    def __init__(self, template, root):
        self.root = root
        shutil.copytree(template, root, dirs_exist_ok=True)
        self.work = root / "work"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.root)

    def environment(self, **others):
        made = {"PATH": f"{PROGRAM.parent}:/usr/bin:/bin", "HOME": str(self.root / "home"), "LC_ALL": "C.UTF-8", "TZ": "UTC", "TERM": "xterm", **others}
        return {name: value for name, value in made.items() if value is not None}

    def files(self):
        """Every file and its content; locks and what SQLite keeps beside a database are nobody's data."""
        return {str(path.relative_to(self.root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(self.root.rglob("*"))
                if path.is_file() and not path.name.endswith(("lock", "-wal", "-shm", "-journal"))}


class Places:
    """Makes places. Their folders' names are of one length, so that what is written into columns has the same width everywhere."""

    def __init__(self, folder):
        self.template, self.folder, self.count = folder / "template", folder, iter(range(10_000))

    def named(self, name):
        return self.folder / name.ljust(len(pages.STAND_IN) - len(str(self.folder)) - 1, "-")

    def __call__(self):
        return Place(self.template, self.named(f"{next(self.count):04}"))


def memory():
    """Where files are cheap to make and to delete: a disk that is told of every block that comes free takes 80 ms a place."""
    longest, least_bytes = len(pages.STAND_IN) - len("/trd-verbs-12345678/0000"), 2e9
    for folder in ("/dev/shm", tempfile.gettempdir(), "/tmp"):
        if os.access(folder, os.W_OK | os.X_OK) and len(folder) <= longest and shutil.disk_usage(folder).free > least_bytes:
            return folder
    sys.exit("every_verb.py: no folder for temporary files, with a short name and 2 GB free")


def run(words, place, streams="", before=None, **environment):
    """By a shell, so that its redirections can do to the streams what is wanted."""
    script = f"exec {shlex.join([str(PROGRAM), *words])} {streams}"
    done = subprocess.run(["sh", "-c", script], cwd=place.work, env=place.environment(**environment), stdin=subprocess.DEVNULL, capture_output=True, timeout=120,
                          preexec_fn=before)
    return Outcome(done.returncode, done.stdout.decode(errors="backslashreplace"), done.stderr.decode(errors="backslashreplace"))


def pressed(*signals):
    """For a process to be: signals that reach it at the very moment when it begins to look at them."""
    def wait_for_it():
        signal.pthread_sigmask(signal.SIG_BLOCK, signals)
        for number in signals:
            os.kill(os.getpid(), number)
    return wait_for_it


def at_terminal(words, place, **environment):
    pid, master = pty.fork()
    if pid == 0:
        fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
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
    return Outcome(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), screen=screen.decode(errors="backslashreplace"))


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


# ---- what comes: once in each place of pages.py but for the disks, which are below ----

USUAL = "on a pipe"
COMING = {
    USUAL: run,
    "in the C locale": lambda words, place: run(words, place, LC_ALL="C"),
    "on a terminal": at_terminal,
    pages.COLOURLESS: lambda words, place: at_terminal(words, place, NO_COLOR="1"),
    "on a terminal in the C locale": lambda words, place: at_terminal(words, place, LC_ALL="C"),
    "without HOME": lambda words, place: run(words, place, HOME=None),
    "with a full stdout": lambda words, place: run(words, place, ">/dev/full"),
    "with a closed stdout": lambda words, place: run(words, place, ">&-"),
    "interrupted": lambda words, place: run(words, place, before=pressed(signal.SIGINT)),
    "interrupted and then terminated": lambda words, place: run(words, place, before=pressed(signal.SIGINT, signal.SIGTERM)),
}


def outcomes_of(words, places):
    """{title: what came, as it came} and {title: what came, masked}."""
    raw, masked = {}, {}
    for title, come in COMING.items():
        with places() as place:
            raw[title] = come(words, place)
            masked[title] = raw[title].masked(str(place.root))
    return raw, masked


# ---- what is asked: each gets the words, a function that makes places, and what came ----

def on_a_pipe(words, places, came):
    usual = came[USUAL]
    if usual.code not in WELL:
        yield f"its example does not work here; give it a line in COMMANDS: {usual}"
    if "\x1b" in usual.out + usual.err or "\r" in usual.err:
        yield f"writes control characters: {usual}"
    if not usual.out and not usual.err:
        yield "says nothing at all"
    for line in usual.err.splitlines():
        if not line.startswith("trd: "):
            yield f"says on stderr, without its name before it: {line!r}"


def in_the_c_locale(words, places, came):
    found, screen = came["in the C locale"], came["on a terminal in the C locale"]
    if {found.code, screen.code} != {came[USUAL].code}:
        yield f"{found}, at a terminal {screen}"
    if not (found.out + found.err + screen.screen).isascii():
        yield f"writes what is not ASCII: {[c for c in found.out + found.err + screen.screen if not c.isascii()][:5]}"


def as_json(words, places, came):
    with places() as place:
        found = run([*words, "--json"], place)
    if found.code != came[USUAL].code:
        yield f"{found}"
    if words[0] != "schema":
        envelope = json.loads(found.out)
        if (envelope["ok"], envelope["code"]) != (found.code == 0, found.code):
            yield f"the envelope says {envelope['ok']}, {envelope['code']}: {found}"
    yield from scenario.check_schemas(PROGRAM, found.out, found.err)
    yield from as_json_with_a_full_stdout(words, places, bool(found.out))


def as_json_with_a_full_stdout(words, places, writes):
    with places() as place:
        found = run([*words, "--json"], place, ">/dev/full")
    if writes and (found.code != 7 or json.loads(found.err.splitlines()[-1])["id"] != "E_FILE_FULL"):
        yield f"{found}"


# What these print is what they are for, and no report of it.
PRODUCTS = ("completion", "config get", "data export", "help", "man", "runs export", "schema")


# Nothing but what is wrong: mail of cron is to mean trouble.
def quietly(words, places, came):
    with places() as place:
        found = run([*words, "-q"], place)
    is_product = " ".join(words).startswith(PRODUCTS)
    left = came[USUAL].out if is_product else ""
    is_quiet = found.out == left and all(line.startswith("trd: warning: ") for line in found.err.splitlines())
    if found.code != came[USUAL].code or (found.code == 0 and not is_quiet):
        yield f"{found}"


def on_a_terminal(words, places, came):
    found = came["on a terminal"]
    if found.code != came[USUAL].code:
        yield f"{found}"
    plain = ESCAPE.sub("", found.screen).replace("\r", "")
    if any(c < " " and c not in "\n\t" for c in plain):
        yield f"sends control characters that are no colours: {found}"


def without_home(words, places, came):
    found = came["without HOME"]
    if found.code != came[USUAL].code and not (found.code in (5, 6, 10) and "HOME" in found.out + found.err):
        yield f"{found}"
    with places() as place:
        found = run([*words, "--json"], place, HOME=None)
    yield from scenario.check_schemas(PROGRAM, found.out, found.err)


def with_streams_closed(words, places, came):
    usual, without_stdout = came[USUAL], came["with a closed stdout"]
    if usual.out and without_stdout.code not in (1, 7):
        yield f"stdout closed: {without_stdout}"
    for stream in ("2>&-", "<&-"):
        with places() as place:
            found = run(words, place, stream)
        if found.code != usual.code or bool(found.out) != bool(usual.out):
            yield f"{stream}: {found}"


def with_a_reader_that_left(words, places, came):
    reading, writing = os.pipe()
    os.close(reading)
    with places() as place:
        done = subprocess.run([PROGRAM, *words], cwd=place.work, env=place.environment(), stdin=subprocess.DEVNULL, stdout=writing, stderr=subprocess.PIPE, timeout=120)
    os.close(writing)
    if done.returncode != came[USUAL].code or b"error" in done.stderr:
        yield f"exit {done.returncode}: {done.stderr.decode()}"


def interrupted(words, places, came, times=1):
    """At whatever moment it comes: done as usual or not at all, and the next call finds nothing in its way."""
    for delay_ms in (2, 9):
        with places() as place:
            for complaint in interrupted_after(delay_ms, words, place, came[USUAL], times):
                yield f"after {delay_ms} ms: {complaint}"


def interrupted_after(delay_ms, words, place, usual, times):
    before = place.files()
    with subprocess.Popen([PROGRAM, *words], cwd=place.work, env=place.environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        for _ in range(times):
            time.sleep(delay_ms / 1000)
            process.send_signal(signal.SIGINT)
        out, err = (part.decode() for part in process.communicate(timeout=30))
    ended = process.returncode
    if ended not in (usual.code, 130, -signal.SIGINT):
        yield f"exit {ended}: {err}"
    if ended == 130 and times == 1 and (out or "E_" in err or "interrupted" not in err):
        yield f"said {out[:200]!r} {err!r}"
    if ended != usual.code and times == 1 and place.files() == before and run(words, place).code != usual.code:
        yield f"the next call does not get through: {run(words, place)}"


def interrupted_twice(words, places, came):
    yield from interrupted(words, places, came, times=2)


ASKED = [on_a_pipe, in_the_c_locale, as_json, quietly, on_a_terminal, without_home, with_streams_closed, with_a_reader_that_left, interrupted,
         interrupted_twice]


# ---- disks: in a name space of its own this file runs once more, with --disks ----

def fill_up(path):
    filler = os.open(path, os.O_WRONLY | os.O_CREAT)
    try:
        while True:
            os.write(filler, bytes(1 << 20))
    except OSError:
        os.close(filler)


def mounted(kind, template, disk):
    """A memory disk with a copy of the template that takes nothing more."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "none", disk], check=True)
    place = Place(template, disk)
    if kind == "readonly":
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    else:
        fill_up(disk / "filler")
    return place


def on_a_disk(kind, verb, words, places, usual_code):
    """What came, and what is wrong with it."""
    place = mounted(kind, places.template, places.named("disk"))
    try:
        before = place.files()
        came, as_json = run(words, place), run([*words, "--json"], place)
        return came.masked(str(place.root)), [f"trd {verb}, a disk that is {kind}: {text}" for text in
                                                    (*wrong_on_a_disk(kind, verb, as_json, usual_code), *changed_on_a_disk(before, place.files()))]
    finally:
        subprocess.run(["umount", "-l", place.root], check=True)


def wrong_on_a_disk(kind, verb, found, usual_code):
    if found.code == usual_code or (verb == "doctor" and found.code == 10):  # it says what is wrong with the disk
        return
    errors = [json.loads(line) for line in found.err.splitlines() if line.startswith('{"schema":"trd.error')]
    if found.code != 7 or not errors or errors[-1]["id"] != DISK_ERRORS[kind]:
        yield f"{found}"


def changed_on_a_disk(before, after):
    changed = {name for name, digest in after.items() if before.get(name) != digest}
    if changed or len(after) < len(before):
        yield f"changed {sorted(changed)}, {len(before)} files before, {len(after)} after"


def on_disks(folder):
    """Prints [verb, kind, [exit code, stdout, stderr], complaints] as JSON, a line each."""
    places = Places(folder)
    for verb, (words, code) in json.loads((folder / "usual.json").read_text()).items():
        for kind in DISK_ERRORS:
            came, wrong = on_a_disk(kind, verb, words, places, code)
            print(json.dumps([verb, kind, [came.code, came.out, came.err], wrong]))


def in_a_name_space(places, commands, came):
    """Adds to what came; returns what is wrong."""
    places.named("disk").mkdir()
    (places.folder / "usual.json").write_text(json.dumps({verb: (words, came[verb][USUAL].code) for verb, words in commands.items()}))
    unshare = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--mount"]
    if subprocess.run([*unshare, "mount", "-t", "tmpfs", "none", places.named("disk")], capture_output=True, check=False).returncode != 0:
        print("passed over: nothing can be mounted here")
        return []
    done = subprocess.run([*unshare, sys.executable, __file__, PROGRAM, "--disks", places.folder], capture_output=True, text=True, check=False)
    complaints = done.stderr.splitlines()
    for verb, kind, outcome, wrong in map(json.loads, done.stdout.splitlines()):
        came[verb][f"on a disk that is {kind}"] = Outcome(*outcome)
        complaints += wrong
    return complaints


# ---- all of it ----

def complaints_about(verb, words, places, raw):
    for question in ASKED:
        try:
            found = list(question(words, places, raw))
        except (ValueError, KeyError, IndexError) as problem:
            found = [f"cannot be read: {problem!r}"]
        yield from (f"trd {verb}, {question.__name__.replace('_', ' ')}: {text}" for text in found)


def about_pages(commands, came):
    for verb, words in commands.items():
        if OPTIONS.update:
            pages.write(verb, f"trd {shlex.join(words)}", came[verb])
        yield from pages.complaints(verb, came[verb])
    if not OPTIONS.verb:
        yield from (f"tests/scenario/pages/{name} is of no verb" for name in pages.without_a_verb(commands))


def examined(verb, words, places):
    raw, masked = outcomes_of(words, places)
    return masked, [] if OPTIONS.update else list(complaints_about(verb, words, places, raw))


def main():
    for number in (signal.SIGINT, signal.SIGTERM):  # what is ignored here would be ignored by every command
        signal.signal(number, signal.SIG_DFL)
    with tempfile.TemporaryDirectory(prefix="trd-verbs-", dir=memory()) as name:
        places = Places(pathlib.Path(name))
        bring_up(places.template)
        commands = {verb: command_of(verb) for verb in help_tree.verbs(PROGRAM) if OPTIONS.verb in ("", verb)}
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            examinations = dict(zip(commands, pool.map(lambda verb: examined(verb, commands[verb], places), commands)))
        came = {verb: masked for verb, (masked, _) in examinations.items()}
        complaints = [text for _, found in examinations.values() for text in found]
        complaints += in_a_name_space(places, commands, came)
    complaints += about_pages(commands, came)
    print("\n".join(complaints) if complaints else f"{len(commands)} verbs, {len(pages.TITLES) + len(ASKED)} places and questions each: as it should be")
    return 10 if complaints or not commands else 0


if __name__ == "__main__":
    if OPTIONS.disks:
        on_disks(OPTIONS.disks)
        sys.exit(0)
    sys.exit(main())
