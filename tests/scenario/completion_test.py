#!/usr/bin/python3
"""Presses Tab in the real bash, zsh and fish. A shell that is not installed is named and passed over.

usage: tests/scenario/completion_test.py --program build/release/bin/trd
Exit: 0 all well, 10 a shell offered something else, 2 wrong call.
"""
import argparse
import os
import pathlib
import pty
import select
import shutil
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
import help_tree

# line before the cursor -> what must be offered (all of it, in any order)
CASES = [
    ("trd bac", {"backtest"}),
    ("trd help exit", {"exit-codes"}),
    ("trd backtest --symb", {"--symbol"}),
    ("trd backtest x.lua --jit ", {"on", "off"}),
    ("trd --json vers", {"version"}),
    ("trd backtest s", {"sma.lua", "sub/"}),
    ("trd backtest x.lua --data pri", {"prices.csv"}),
    ("trd completion ", {"bash", "zsh", "fish"}),
    ("trd config get backtest.cur", {"backtest.currency"}),
    ("trd schema trd.data.l", {"trd.data.ls/1"}),
    ("trd runs ls --strategy ", {"carry"}),
    ("trd runs show l", {"last"}),
    ("trd -C elsewhere data ls ", {"XAU"}),
    ("trd backtest keep/turns.lua --set ", {"fast=", "both=true", "both=false", "mode=cross", "mode=touch"}),
    ("trd backtest keep/turns.lua --set mode=t", {"mode=touch"}),
    ("trd backtest keep/turns.lua --set f", {"fast="}),
    ("trd backtest keep/turns.lua keep/carry.lua --set ", {"turns.fast=", "turns.both=true", "turns.both=false",
                                                                 "turns.mode=cross", "turns.mode=touch"}),
    ("trd backtest nosuch.lua --set f", set()),
    ("trd backtest x.lua --fail-if shar", {"sharpe"}),
    ("trd config set backtest.jit ", {"on", "off"}),
    ("trd config set backtest.kind f", {"fund", "fx", "future"}),
    ("trd config set backtest.seed ", {"1"}),
    ("trd config set store su", {"sub/"}),
]
SYMBOLS = {"AAPL", "BTC-USD"}


MAKES_SYMBOLS = ("data generate", "data import", "init")  # of their own: there is nothing to offer


def lines_with_symbols(program):
    """Every command line in which the next word is a symbol, as the help has them: a new verb or flag is one by itself."""
    for verb in help_tree.verbs(program):
        if verb in MAKES_SYMBOLS:
            continue
        if "SYMBOL" in help_tree.usage_of(program, verb):
            yield f"trd {verb} "
        for flag, value in help_tree.flags_of(program, verb).items():
            if flag == "--symbol" or value == "SYMBOL":
                yield f"trd {verb} {flag} "


def folder_with_files():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="trd-completion-"))
    for name in ("sma.lua", "slow.txt", "prices.csv"):
        (folder / name).write_text("")
    (folder / "sub").mkdir()
    return folder


def keep_something(program, folder, environment):
    """A catalogue, a kept run, and a project whose settings name a catalogue of its own."""
    def trd(*words):
        subprocess.run([program, *words, "-q"], cwd=folder, env=environment, check=True, stdin=subprocess.DEVNULL)
    for symbol in SYMBOLS:
        trd("data", "generate", symbol, "--tf", "1d", "--rows", "30")
    (folder / "elsewhere").mkdir()
    (folder / "elsewhere/trd.toml").write_text('catalogue = "own"\n')
    trd("-C", "elsewhere", "data", "generate", "XAU", "--tf", "1d", "--rows", "30", "--catalogue", "own")
    (folder / "keep").mkdir()
    (folder / "keep/carry.lua").write_text('local S = require "trd".strategy { name = "carry" }\nfunction S:on_bar() end\nreturn S\n')
    (folder / "keep/turns.lua").write_text('local trd = require "trd"\nlocal S = trd.strategy { name = "turns", params = {\n'
        '  fast = trd.int { 10, min = 2, max = 20, doc = "bars: of the average" }, both = trd.bool { true },\n'
        '  mode = trd.enum { "cross", values = { "cross", "touch" } } } }\n'
        'function S:on_bar() end\nreturn S\n')
    trd("backtest", "keep/carry.lua", "--symbol", "AAPL")


def in_bash(line, folder, environment):
    script = f"""source <(trd completion bash)
        line={line!r}; read -ra COMP_WORDS <<<"$line"; [[ $line == *' ' ]] && COMP_WORDS+=("")
        COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); compopt() {{ :; }}
        _trd; printf '%s\\n' "${{COMPREPLY[@]}}" """
    output = subprocess.run(["bash", "-c", script], cwd=folder, env=environment, capture_output=True, text=True, check=True).stdout
    return {word + "/" if (folder / word).is_dir() else word for word in output.split()}


def in_fish(line, folder, environment):
    script = f"trd completion fish | source; complete -C {line!r}"
    output = subprocess.run(["fish", "--no-config", "-c", script], cwd=folder, env=environment, capture_output=True, text=True, check=True).stdout
    return {row.split("\t")[0] for row in output.splitlines()}


def read_until(master, mark, seconds):
    text, end = "", time.monotonic() + seconds
    while mark not in text and time.monotonic() < end:
        if select.select([master], [], [], 0.1)[0]:
            try:
                text += os.read(master, 65536).decode(errors="replace")
            except OSError:
                break
    return text


def in_zsh(line, folder, environment):
    """zsh completes only at a prompt: a terminal of its own, one Tab, and a widget that prints every match."""
    setup = ("PS1=; autoload -U compinit; compinit -u -D; source <(trd completion zsh); zstyle ':completion:*' completer _complete\n"
             "compadd() { local -a found; local array; if [[ $1 == -[OAD]* || ${*[(r)-[OAD]]} != '' ]]; then builtin compadd \"$@\"; return; fi; "
             "builtin compadd -O found \"$@\"; builtin compadd \"$@\"; print -l -- \"MATCH ${^found}\" >>$MATCHES; }\n"
             "print READY\n")
    matches = folder / ".matches"
    matches.write_text("")
    pid, master = pty.fork()
    if pid == 0:
        os.chdir(folder)
        os.execvpe("zsh", ["zsh", "-f", "-i"], {**environment, "MATCHES": str(matches), "TERM": "dumb"})
    os.write(master, setup.encode())
    read_until(master, "\nREADY", 10)
    time.sleep(0.2)
    os.write(master, (line + "\t").encode())
    end = time.monotonic() + 20
    while not matches.read_text() and time.monotonic() < end:
        time.sleep(0.05)
    time.sleep(0.2)
    os.write(master, b"\x15exit\n")
    os.close(master)
    os.kill(pid, 9)
    os.waitpid(pid, 0)
    words = {row[6:].strip() for row in matches.read_text().splitlines() if row.startswith("MATCH ")}
    return {word + "/" if (folder / word).is_dir() else word for word in words if word}


def main():
    parser = argparse.ArgumentParser(description="presses Tab in real shells")
    parser.add_argument("--program", type=pathlib.Path, required=True)
    program = parser.parse_args().program.resolve()
    folder, good = folder_with_files(), True
    environment = {"PATH": f"{program.parent}:/usr/bin:/bin", "HOME": str(folder / "home"), "LC_ALL": "C.UTF-8"}
    keep_something(program, folder, environment)
    symbol_lines = [(line, SYMBOLS) for line in lines_with_symbols(program)]
    if len(symbol_lines) < 10:
        print(f"the help has only {len(symbol_lines)} places for a symbol: {symbol_lines}")
        good = False
    for shell, ask in (("bash", in_bash), ("zsh", in_zsh), ("fish", in_fish)):
        if not shutil.which(shell):
            print(f"{shell} is not installed: passed over")
            continue
        for line, wanted in CASES + symbol_lines:
            offered = ask(line, folder, environment)
            if offered != wanted:
                good = False
                print(f"{shell}: {line!r}: offered {sorted(offered)}, wanted {sorted(wanted)}")
    shutil.rmtree(folder)
    return 0 if good else 10


if __name__ == "__main__":
    sys.exit(main())
