#!/usr/bin/python3
"""Holds README.md, CONTRIBUTING.md and docs/*.md against the program: runs their commands, compares their tables, follows
their links.

usage: tests/docs/run.py --program build/release/bin/trd --tables build/release/bin/docs_tables [--write] [PAGE...]

What it looks at in a page:
  ```console         "$ command" and "> its next line", then what a terminal shows. [..] stands for any text in a line,
                     [...] alone on a line for any lines. A command that ends with another code than 0 must be followed
                     by "$ echo $?".
  ```lua             when its first line is "-- NAME.lua", that file is written before the next command
  <!-- table NAME -->  the table after it, up to <!-- end of table -->, is what the tables program prints under NAME
  [text](file.md)    the file is there
Every page runs in ~/trading of an empty home of its own, with the example strategies, a scripts/trd that is the program under test,
and a catalogue with the sample data (trd data generate).
--write puts in what really came: tables, and the output of commands. Exit: 0 all well, 10 something differs, 2 wrong call.
"""
import argparse
import difflib
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
TIMEOUT_S = 120
FENCE = re.compile(r"^```(\w*)\s*$")
TABLE_BEGIN = re.compile(r"^<!-- table ([\w-]+) -->$")
TABLE_END = "<!-- end of table -->"
LINK = re.compile(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)")
FILE_NAME = re.compile(r"^-- ([\w./-]+\.lua)$")


def pages_of_project():
    names = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md")),
             *sorted((ROOT / "docs/decisions").glob("*.md"))]
    return [path for path in names if path.exists()]


# ---- what is in a page ----


class Block:
    """A fenced block: the index of its first line inside the fence, its language, its lines."""

    def __init__(self, start, language, lines):
        self.start, self.language, self.lines = start, language, lines


def blocks(lines):
    found, start, language = [], None, ""
    for index, line in enumerate(lines):
        match = FENCE.match(line)
        if start is None and match:
            start, language = index + 1, match.group(1)
        elif start is not None and line.strip() == "```":
            found.append(Block(start, language, lines[start:index]))
            start = None
    if start is not None:
        raise ValueError(f"line {start}: the fence is never closed")
    return found


class Step:
    """One command of a console block and the lines expected of it; `first` and `last` are its output's line numbers."""

    def __init__(self, command, first):
        self.command, self.first, self.expected = command, first, []


def steps_of(block):
    steps = []
    for offset, line in enumerate(block.lines):
        here = block.start + offset
        if line.startswith("$ "):
            steps.append(Step(line[2:], here + 1))
        elif line.startswith("> ") and steps and not steps[-1].expected:
            steps[-1].command += "\n" + line[2:]
            steps[-1].first = here + 1
        elif steps:
            steps[-1].expected.append(line)
        else:
            raise ValueError(f"line {here + 1}: a console block begins with '$ command'")
    return steps


# ---- comparing ----


def line_pattern(line):
    return ".*".join(re.escape(part) for part in line.split("[..]"))


def fits(expected, actual):
    pattern = "".join("(?:.*\n)*?" if line == "[...]" else line_pattern(line) + "\n" for line in expected)
    return re.fullmatch(pattern, "".join(line + "\n" for line in actual)) is not None


def merged(expected, actual):
    """What came, with the expected lines kept where they fit one by one."""
    patterns = [line for line in expected if "[..]" in line]
    return [next((p for p in patterns if re.fullmatch(line_pattern(p), line)), line) for line in actual]


def difference(expected, actual):
    return "\n".join("    " + line for line in difflib.unified_diff(expected, actual, "the page", "what came", lineterm="", n=1))


# ---- running ----


class Folder:
    """Where the commands of one page run."""

    def __init__(self, program, sample):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="trd-docs-"))
        home = self.path / "home"
        self.work = home / "trading"
        for folder in (self.work / "scripts", self.path / "bin"):
            folder.mkdir(parents=True)
        for place in (self.path / "bin/trd", self.work / "scripts/trd"):
            place.symlink_to(program)
        shutil.copytree(ROOT / "strategies", self.work / "strategies")
        if sample:
            shutil.copytree(sample, home / ".cache/trd")
        self.environment = {"HOME": str(home), "PATH": f"{self.path / 'bin'}:/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8",
                            "TZ": "UTC", "TERM": "dumb"}
        self.last_code = 0

    def run(self, command):
        """(output lines, exit code); the command before is what $? stands for."""
        result = subprocess.run(["/bin/sh", "-c", f"(exit {self.last_code})\n{command}"], cwd=self.work, env=self.environment,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=TIMEOUT_S)
        text = result.stdout.decode(errors="replace").replace(str(self.path / "home"), "~")
        self.last_code = result.returncode
        return [line.rstrip() for line in text.splitlines()], result.returncode

    def remove(self):
        shutil.rmtree(self.path)


class Page:
    def __init__(self, path):
        self.path, self.lines = path, path.read_text().split("\n")
        self.complaints, self.edits = [], []  # edits: (first line, line after the last one, new lines)

    def complain(self, index, text):
        self.complaints.append(f"{self.path.relative_to(ROOT)}:{index + 1}: {text}")

    def check_commands(self, folder):
        expects_failure = False
        for block in blocks(self.lines):
            if block.language == "lua" and block.lines and FILE_NAME.match(block.lines[0]):
                target = folder.work / FILE_NAME.match(block.lines[0]).group(1)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text("\n".join(block.lines) + "\n")
            if block.language != "console":
                continue
            for step in steps_of(block):
                if expects_failure and step.command.strip() != "echo $?":
                    self.complain(step.first - 1, "the command before failed, and 'echo $?' does not follow")
                actual, code = folder.run(step.command)
                expects_failure = code != 0
                if not fits(step.expected, actual):
                    self.complain(step.first - 1, f"$ {step.command}\n{difference(step.expected, actual)}")
                    self.edits.append((step.first, step.first + len(step.expected), merged(step.expected, actual)))

    def check_tables(self, tables):
        for index, line in enumerate(self.lines):
            match = TABLE_BEGIN.match(line)
            if not match:
                continue
            if match.group(1) not in tables or TABLE_END not in self.lines[index:]:
                self.complain(index, f"no such table, or no '{TABLE_END}' after it")
                continue
            end = self.lines.index(TABLE_END, index)
            wanted = ["", *tables[match.group(1)], ""]
            if self.lines[index + 1:end] != wanted:
                self.complain(index, f"the table {match.group(1)} is not that of the code; run scripts/docs --write\n"
                              + difference(self.lines[index + 1:end], wanted))
                self.edits.append((index + 1, end, wanted))

    def check_names(self, names):
        text = "\n".join(self.lines)
        for name in names:
            if f"`{name}`" not in text:
                self.complain(0, f"`{name}` is not explained")

    def check_links(self):
        for index, line in enumerate(self.lines):
            for target in LINK.findall(line):
                if not (self.path.parent / target).exists():
                    self.complain(index, f"the link to {target} leads nowhere")

    def write(self):
        for first, after, new in sorted(self.edits, reverse=True):
            self.lines[first:after] = new
        self.path.write_text("\n".join(self.lines))


# ---- all of it ----


def read_tables(program):
    tables, name = {}, None
    for line in subprocess.run([program], check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines():
        if line.startswith("== "):
            name = line[3:]
            tables[name] = []
        else:
            tables[name].append(line)
    return tables


def unused_tables(tables, pages):
    used = {match.group(1) for page in pages for line in page.lines if (match := TABLE_BEGIN.match(line))}
    return [f"docs: no page shows the table {name}" for name in tables if " " not in name and name not in used]


def make_sample(program):
    folder = Folder(program, None)
    lines, code = folder.run("trd data generate --quiet")
    if code != 0:
        sys.exit("\n".join(["run.py: the sample data could not be made", *lines]))
    return folder, folder.path / "home/.cache/trd"


def check(page, program, sample, tables):
    folder = Folder(program, sample)
    try:
        page.check_tables(tables)
        page.check_names(tables.get(f"names {page.path.name}", []))
        page.check_links()
        page.check_commands(folder)
    except ValueError as problem:
        page.complain(0, str(problem))
    except subprocess.TimeoutExpired as problem:
        page.complain(0, f"no end after {TIMEOUT_S} s: {problem.cmd[-1]}")
    finally:
        folder.remove()


def parse_arguments():
    parser = argparse.ArgumentParser(description="runs the commands of the documentation and compares its tables with the code")
    parser.add_argument("--program", type=pathlib.Path, required=True)
    parser.add_argument("--tables", type=pathlib.Path, required=True)
    parser.add_argument("--write", action="store_true", help="put in what really came")
    parser.add_argument("pages", nargs="*", type=pathlib.Path)
    return parser.parse_args()


def main():
    options = parse_arguments()
    program = options.program.resolve()
    tables = read_tables(options.tables.resolve())
    pages = [Page(path.resolve()) for path in options.pages] or [Page(path) for path in pages_of_project()]
    maker, sample = make_sample(program)
    try:
        for page in pages:
            check(page, program, sample, tables)
    finally:
        maker.remove()
    complaints = [text for page in pages for text in page.complaints]
    if not options.pages:
        complaints += unused_tables(tables, pages)
    print("\n".join(complaints) or f"{len(pages)} pages hold")
    if options.write:
        for page in pages:
            if page.edits:
                page.write()
                print(f"wrote {page.path.relative_to(ROOT)}")
    return 10 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
