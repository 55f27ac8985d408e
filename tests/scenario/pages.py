"""What a verb writes in every place, to the letter: tests/scenario/pages/VERB.page has a section for each place, with the
streams and the exit code that came there. A place where the same comes as in one before it is one line that says so.

What differs from call to call is replaced before anything is compared: the folder of the place, ids, the times of this
run, free room on the disk, and what the program was built from and with. An escape is written <ESC>, a return <CR>.
"""
import datetime
import difflib
import pathlib
import re

FOLDER = pathlib.Path(__file__).resolve().parent / "pages"
# As long as the folder of every place is, so that columns and lines break where they would.
STAND_IN = "/srv/a-folder-of-its-own-for-each-command"
TITLES = ("on a pipe", "in the C locale", "on a terminal", "on a terminal in the C locale", "without HOME", "with a full stdout",
          "with a closed stdout", "interrupted", "interrupted and then terminated", "on a disk that is full", "on a disk that is readonly")
COLOURLESS = "on a terminal without colour"  # has no section: it is the terminal's text, colours taken out
PROGRESS = r"(?:\r\x1b\[K[a-z ]+ \[[#.]*\] \d+ %[^\r\n]*)+\r\x1b\[K"
OF_THIS_BUILD_OR_MACHINE = (
    (r"(?m)^((?:commit|build|compiler|LuaJIT|CLI11|fmt|OpenSSL|zstd|zlib|date|SQLite|toml\+\+|version) {2,})\S.*", r"\1(of this build)"),
    (r"(?m)^(.{1,25} (?:lua|time_zones|processor) {2,})\S.*", r"\1(of this machine)"),
    (r"(?<=[ (])[0-9.]+ [GT]B free", "99.9 GB free"),
    (r"(?m)^(\.TH TRD-\S+ 1) \S+ \"trd \S+\"", r'\1 2030-01-01 "trd 1.0.0"'),
)


class Outcome:
    """What came of a command: two streams, or, on a terminal, the screen that both went to."""

    def __init__(self, code, out="", err="", screen=None):
        self.code, self.out, self.err, self.screen = code, out, err, screen

    def streams(self):
        pairs = (("stdout", self.out), ("stderr", self.err)) if self.screen is None else (("screen", self.screen),)
        return [(name, text) for name, text in pairs if text]

    def said(self):
        """What tells two outcomes apart. One stream alone looks the same on a screen."""
        streams = self.streams()
        return self.code, streams[0][1] if len(streams) == 1 else tuple(streams)

    def masked(self, root):
        texts = (text if text is None else mask(text, root) for text in (self.out, self.err, self.screen))
        return Outcome(self.code, *texts)

    def __repr__(self):
        return f"exit {self.code}, " + ", ".join(f"{name} {text[:300]!r}" for name, text in self.streams())


def mask(text, root):
    text = re.sub(PROGRESS, "", text.replace(root, STAND_IN))
    for left in range(len(root) - 1, 2, -1):  # of a path that was cut in front
        text = re.sub(f"(?<=[…<]){re.escape(root[-left:])}(?=/)", STAND_IN[-left:], text)
    for pattern, instead in OF_THIS_BUILD_OR_MACHINE:
        text = re.sub(pattern, instead, text)
    for day in (datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=n) for n in (0, 1)):
        text = re.sub(f"{day:%Y-%m-%d}T[0-9:]{{5}}", "2030-01-01T00:00", text)
        text = re.sub("(?<=2030-01-01T00:00:)[0-9]{2}", "00", text)
    ids = {}
    text = re.sub(r"\b[0-9a-f]{12}\b", lambda found: ids.setdefault(found.group(), chr(ord("a") + len(ids)) * 12), text)
    return visible(text)


def visible(text):
    return text.replace("\r\n", "\n").replace("\r", "<CR>").replace("\x1b", "<ESC>")


def section(title, outcome, before):
    same = next((earlier for earlier, other in before if other.said() == outcome.said()), None)
    if same:
        return f"-- {title}: the same as {same}\n"
    text = f"-- {title}\n"
    for name, written in outcome.streams():
        text += f"-- {name}\n{written}" + ("" if written.endswith("\n") else "\n-- and no end of line\n")
    return text + f"-- exit {outcome.code}\n"


def sections(outcomes):
    """{title: its text} of {title: outcome}."""
    told = [(title, outcomes[title]) for title in TITLES if title in outcomes]
    return {title: section(title, outcome, told[:i]) for i, (title, outcome) in enumerate(told)}


def kept_sections(path):
    pattern = "^(?=-- (?:" + "|".join(map(re.escape, TITLES)) + ")(?::.*)?$)"
    parts = re.split(pattern, path.read_text() if path.exists() else "", flags=re.MULTILINE)
    return {part[3:].splitlines()[0].partition(":")[0]: part for part in parts[1:]}


def path_of(verb):
    return FOLDER / f"{verb.replace(' ', '_')}.page"


def complaints(verb, outcomes):
    """Where the page and what came differ. A place that could not be tried here is passed over."""
    path, found = path_of(verb), sections(outcomes)
    if re.sub(r"<ESC>\[[0-9;]*m", "", outcomes["on a terminal"].screen) != outcomes[COLOURLESS].screen:
        yield f"trd {verb}, {COLOURLESS}: says something else than with colours: {outcomes[COLOURLESS]}"
    if not path.exists():
        yield f"trd {verb} has no page {path.name}; every_verb.py --update writes it"
        return
    kept = kept_sections(path)
    for title in found:
        if kept.get(title) != found[title]:
            yield f"trd {verb}, {title}: not as in {path.name}; if it should be, every_verb.py --update writes it\n" + "".join(
                difflib.unified_diff(kept.get(title, "").splitlines(True), found[title].splitlines(True), "kept", "found"))


def write(verb, command, outcomes):
    path = path_of(verb)
    texts = {**kept_sections(path), **sections(outcomes)}
    FOLDER.mkdir(exist_ok=True)
    path.write_text(f"{command}\n" + "".join(texts[title] for title in TITLES if title in texts))


def without_a_verb(verbs):
    return sorted(path.name for path in FOLDER.glob("*.page") if path not in {path_of(verb) for verb in verbs})
