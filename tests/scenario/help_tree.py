"""The verbs that a program has, as its own help and completion list them: for tests that hold for every verb."""
import re
import subprocess


def printed(program, *words):
    return subprocess.run([program, *words], capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL).stdout


def words_after(program, *words):
    """What completion offers for the word after these."""
    return [row.split("\t")[0] for row in printed(program, "__complete", *words, "").splitlines()]


def verbs(program):
    """"backtest", "data import" ... in the order of the help."""
    found = []
    for word in words_after(program):
        is_group = printed(program, word, "-h").startswith(f"usage: trd {word} VERB")
        found += [f"{word} {each}" for each in words_after(program, word)] if is_group else [word]
    return found


def flags_of(program, verb):
    """{"--symbol": "NAME", "--quiet": ""}: its own, not those of every verb."""
    section = printed(program, "help", *verb.split()).partition("\nFlags\n")[2].partition("\n\n")[0]
    return dict(re.findall(r"^ +(?:-\w, )?(--[a-z-]+)(?: ([A-Z][A-Z|=]*))?", section, re.MULTILINE))


def usage_of(program, verb):
    return printed(program, "help", *verb.split()).partition("\n")[0]
