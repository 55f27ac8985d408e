#!/usr/bin/python3
"""Runs scenarios: text files of commands with their exact standard output, standard error and exit code.

usage: tests/scenario/run.py --program build/release/bin/trd [--update] FILE.scn...
Each file runs in an empty folder of its own with a clean environment (HOME, PATH, LC_ALL=C.UTF-8, TZ=UTC). Lines that start with
"-- " are directives, what follows one is its text; lines before the first are the comment that says what the file is about.

  -- file NAME            makes a file (text below)
  -- copy PATH            copies a file of the checkout into the folder, under its last name
  -- env NAME=VALUE       for the commands that follow; NAME alone takes it away
  -- terminal stdout ...  the next command sees a terminal of 80 columns on these streams
  -- run COMMAND          by sh; trd is in PATH. Ends the expectations of the command before
  -- stdout [json]        what it prints; absent: nothing. json: compared as a value, whatever its layout
  -- stderr [json]
  -- exit N               absent: 0

In expected text {{number}} {{hex}} {{time}} {{word}} {{any}} stand for what changes from run to run, {{lines}} alone on a
line for any lines. In JSON, "{{number}}" is a number, {{string}} {{list}} {{object}} {{time}} {{hex}} likewise; one member "...": "..."
of an object allows others. In what is compared the folder's own path is written $DIR, an escape <ESC>, a return <CR>.
Every line that is a JSON envelope or error is also held against its schema, as trd schema prints it.
--update writes what really came into the file; expected lines that fit already stay. Exit: 0 all well, 10 some differ, 2 wrong call.
"""
import argparse
import difflib
import json
import os
import pathlib
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
TIMEOUT_S = 60
NUMBER = r"-?[0-9][0-9,]*(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?"
TIME = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}(?:\.[0-9]{3,9})?Z"
PLACEHOLDERS = {"number": NUMBER, "hex": "[0-9a-f]+", "time": TIME, "word": r"\S+", "any": ".*"}
JSON_KINDS = {"number": (int, float), "string": str, "list": list, "object": dict, "boolean": bool}


class Step:
    """One command and what is expected of it."""

    def __init__(self, command, line):
        self.command, self.line = command, line
        self.expected = {"stdout": "", "stderr": ""}
        self.json = {"stdout": False, "stderr": False}
        self.exit = 0
        self.environment, self.terminals, self.setup = {}, [], []


def die(message):
    print(f"run.py: {message}", file=sys.stderr)
    sys.exit(2)


def sections(text):
    """(line number, directive, text) of each; the first has the directive '' and holds the comment."""
    found, number, directive, body = [], 1, "", []
    for here, line in enumerate(text.splitlines(keepends=True), 1):
        if line.startswith("-- "):
            found.append((number, directive, "".join(body)))
            number, directive, body = here, line[3:].strip(), []
        else:
            body.append(line)
    return found + [(number, directive, "".join(body))]


def parse(path):
    steps, environment, setup, terminals = [], {}, [], []
    for line, directive, body in sections(path.read_text())[1:]:
        word, _, rest = directive.partition(" ")
        if word in ("file", "copy"):
            setup.append((word, rest, body))
        elif word == "env":
            name, equals, value = rest.partition("=")
            environment = {**environment, name: value if equals else None}
        elif word == "terminal":
            terminals = rest.split()
        elif word == "run":
            steps.append(Step(rest, line))
            steps[-1].environment, steps[-1].terminals, steps[-1].setup = environment, terminals, setup
            terminals, setup = [], []
        elif word in ("stdout", "stderr") and steps:
            steps[-1].expected[word], steps[-1].json[word] = body, rest == "json"
        elif word == "exit" and steps:
            steps[-1].exit = int(rest)
        else:
            die(f"{path}:{line}: no directive \"{directive}\" here")
    return steps


def prepare(step, folder):
    for word, name, body in step.setup:
        if word == "file":
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(body)
        else:
            shutil.copy(ROOT / name, folder)


def open_terminal():
    import fcntl
    import termios
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    return master, slave


def drain(readers):
    """Reads all descriptors until each is closed. A terminal whose other end is gone answers with an error."""
    texts = {fd: b"" for fd in readers}
    while readers:
        ready, _, _ = select.select(readers, [], [], TIMEOUT_S)
        if not ready:
            return None
        for fd in ready:
            try:
                chunk = os.read(fd, 65536)
            except OSError:
                chunk = b""
            texts[fd] += chunk
            if not chunk:
                readers.remove(fd)
                os.close(fd)
    return texts


def visible(text):
    return text.replace("\r\n", "\n").replace("\r", "<CR>").replace("\x1b", "<ESC>")


def execute(step, folder, environment):
    """(stdout, stderr, exit code)"""
    ends = {name: open_terminal() if name in step.terminals else os.pipe() for name in ("stdout", "stderr")}
    process = subprocess.Popen(["/bin/sh", "-c", step.command], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                               stdout=ends["stdout"][1], stderr=ends["stderr"][1], start_new_session=True)
    for name in ends:
        os.close(ends[name][1])
    texts = drain([ends["stdout"][0], ends["stderr"][0]])
    if texts is None:
        os.killpg(process.pid, signal.SIGKILL)
        return "", f"no end within {TIMEOUT_S} s\n", -1
    decoded = [texts[ends[name][0]].decode(errors="backslashreplace") for name in ("stdout", "stderr")]
    return (*[visible(text).replace(str(folder), "$DIR") for text in decoded], process.wait())


def line_fits(expected, actual):
    parts = re.split(r"\{\{(\w+)\}\}", expected)
    pattern = "".join(re.escape(part) if i % 2 == 0 else PLACEHOLDERS.get(part, re.escape("{{" + part + "}}"))
                      for i, part in enumerate(parts))
    return re.fullmatch(pattern, actual) is not None


def text_fits(expected, actual):
    if not expected or not actual:
        return all(line == "{{lines}}" for line in expected) and (bool(expected) or not actual)
    if expected[0] == "{{lines}}":
        return text_fits(expected[1:], actual) or text_fits(expected, actual[1:])
    return line_fits(expected[0], actual[0]) and text_fits(expected[1:], actual[1:])


def json_difference(expected, actual, place="$"):
    """The first place where they differ, or None."""
    if isinstance(expected, str):
        name = re.fullmatch(r"\{\{(\w+)\}\}", expected)
        if name and name.group(1) in JSON_KINDS:
            kind = JSON_KINDS[name.group(1)]
            fits = isinstance(actual, kind) and (kind is bool or not isinstance(actual, bool))
        else:
            fits = isinstance(actual, str) and line_fits(expected, actual)
        return None if fits else f"{place}: expected {expected!r}, found {actual!r}"
    if isinstance(expected, dict) and isinstance(actual, dict):
        keys = [key for key in expected if key != "..."]
        missing = [key for key in keys if key not in actual]
        extra = [] if "..." in expected else [key for key in actual if key not in expected]
        if missing or extra:
            return f"{place}: missing {missing}, not expected {extra}"
        return next(filter(None, (json_difference(expected[key], actual[key], f"{place}.{key}") for key in keys)), None)
    if isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        pairs = enumerate(zip(expected, actual))
        return next(filter(None, (json_difference(e, a, f"{place}[{i}]") for i, (e, a) in pairs)), None)
    same = expected == actual and isinstance(expected, bool) == isinstance(actual, bool)
    return None if same else f"{place}: expected {expected!r}, found {actual!r}"


def compare_json(expected, actual):
    try:
        return json_difference(json.loads(expected), json.loads(actual))
    except json.JSONDecodeError as problem:
        return f"not JSON ({problem}): {actual!r}"


def compare_text(expected, actual):
    if text_fits(expected.splitlines(), actual.splitlines()) and expected.endswith("\n") == actual.endswith("\n"):
        return None
    return "".join(difflib.unified_diff(expected.splitlines(True), actual.splitlines(True), "expected", "found"))


SCHEMA_KINDS = {"string": str, "number": (int, float), "integer": int, "boolean": bool, "array": list, "object": dict, "null": type(None)}


def is_kind(kind, value):
    return isinstance(value, SCHEMA_KINDS[kind]) and (kind == "boolean" or not isinstance(value, bool))


def schema_fault(schema, value, place="$"):
    """The first place where a value is not as its schema says, or None. Stricter than JSON Schema: a member that the schema
    does not know is a fault, because then the schema has been forgotten."""
    kinds = schema.get("type", list(SCHEMA_KINDS))
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if not any(is_kind(kind, value) for kind in kinds):
        return f"{place}: {value!r} is not {' or '.join(kinds)}"
    if "const" in schema and value != schema["const"]:
        return f"{place}: {value!r} is not {schema['const']!r}"
    if "pattern" in schema and isinstance(value, str) and not re.search(schema["pattern"], value):
        return f"{place}: {value!r} does not match {schema['pattern']}"
    if "minimum" in schema and is_kind("number", value) and value < schema["minimum"]:
        return f"{place}: {value!r} is below {schema['minimum']}"
    return next(filter(None, faults_inside(schema, value, place)), None)


def faults_inside(schema, value, place):
    for part in schema.get("allOf", []):
        yield schema_fault(part, value, place)
    if isinstance(value, list) and "items" in schema:
        for i, item in enumerate(value):
            yield schema_fault(schema["items"], item, f"{place}[{i}]")
    if not isinstance(value, dict) or "properties" not in schema:
        return
    for name in schema["required"]:
        if name not in value:
            yield f"{place}: {name} is missing"
    for name, member in value.items():
        known = schema["properties"].get(name, schema.get("additionalProperties"))
        yield f"{place}: {name} is not in the schema" if known is None else schema_fault(known, member, f"{place}.{name}")


def check_schemas(program, *texts):
    """Every envelope and error object among the lines of the texts, held against what trd schema says."""
    for line in (line for text in texts for line in text.splitlines() if line.startswith('{"schema":"trd.')):
        try:
            value = json.loads(line)
        except json.JSONDecodeError:
            continue  # cut by the command itself
        printed = subprocess.run([program, "schema", value["schema"]], capture_output=True, text=True)
        fault = schema_fault(json.loads(printed.stdout), value) if printed.returncode == 0 else printed.stderr
        if fault:
            yield f"{value['schema']}: {fault}"


def judge(step, stdout, stderr, code):
    """What is wrong with the outcome, as a list of texts."""
    wrong = []
    for name, actual in (("stdout", stdout), ("stderr", stderr)):
        compare = compare_json if step.json[name] else compare_text
        difference = compare(step.expected[name], actual)
        if difference:
            wrong.append(f"{name} differs:\n{difference}")
    if code != step.exit:
        wrong.append(f"exit code is {code}, expected {step.exit}")
    return wrong


def updated(expected, actual):
    """The actual text with the expected lines that fit it put back, for their placeholders."""
    old = expected.splitlines(True)
    return "".join(next((line for line in old if "{{" in line and line != "{{lines}}\n" and line_fits(line[:-1], new[:-1])), new)
                   for new in actual.splitlines(True))


def rewrite(path, outcomes):
    """outcomes: {line of the run: (step, stdout, stderr, code)}. JSON expectations are left alone."""
    out, pending_exit = [], ""
    for line, directive, body in sections(path.read_text()):
        word = directive.partition(" ")[0]
        if word in ("stdout", "stderr", "exit"):
            if not directive.endswith("json"):
                continue
        if word not in ("stdout", "stderr"):
            out.append(pending_exit)
            pending_exit = ""
        out.append((f"-- {directive}\n" if directive else "") + body)
        if line in outcomes and word == "run":
            step, stdout, stderr, code = outcomes[line]
            for name, actual in (("stdout", stdout), ("stderr", stderr)):
                if actual and not step.json[name]:
                    fits = text_fits(step.expected[name].splitlines(), actual.splitlines())
                    out.append(f"-- {name}\n" + (step.expected[name] if fits else updated(step.expected[name], actual)))
            pending_exit = f"-- exit {code}\n" if code else ""
    path.write_text("".join(out) + pending_exit)


def clean_environment(folder, program):
    (folder / "home").mkdir()
    (folder / ".bin").mkdir()
    (folder / ".bin/trd").symlink_to(program)
    kept = {name: os.environ[name] for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "GCOV_PREFIX") if name in os.environ}
    return {**kept, "PATH": f"{folder}/.bin:/usr/bin:/bin", "HOME": f"{folder}/home", "LC_ALL": "C.UTF-8", "TZ": "UTC", "ROOT": str(ROOT)}


def run_file(path, program, update):
    steps, outcomes, good = parse(path), {}, True
    with tempfile.TemporaryDirectory(prefix="trd-scenario-") as name:
        folder = pathlib.Path(name).resolve()
        base = clean_environment(folder, program)
        for step in steps:
            prepare(step, folder)
            environment = {k: v for k, v in {**base, **step.environment}.items() if v is not None}
            outcome = execute(step, folder, environment)
            outcomes[step.line] = (step, *outcome)
            wrongs = [] if update else judge(step, *outcome)
            for wrong in wrongs + list(check_schemas(program, *outcome[:2])):
                good = False
                print(f"{path}:{step.line}: {step.command}\n{wrong}")
    if update:
        rewrite(path, outcomes)
    return good


def main():
    parser = argparse.ArgumentParser(description="runs scenarios")
    parser.add_argument("files", nargs="+", type=pathlib.Path)
    parser.add_argument("--program", type=pathlib.Path, required=True)
    parser.add_argument("--update", action="store_true", help="write what came into the files")
    options = parser.parse_args()
    program = options.program.resolve()
    if not program.exists():
        die(f"{program} is not there; build it first")
    results = [run_file(path, program, options.update) for path in options.files]
    return 0 if all(results) else 10


if __name__ == "__main__":
    sys.exit(main())
