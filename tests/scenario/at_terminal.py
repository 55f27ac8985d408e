#!/usr/bin/python3
"""Runs a command at a terminal of its own, types keys, and prints what the screen showed. Ends with the command's exit code.

usage: at_terminal.py [--keys TEXT] [--stderr-only] COMMAND...
TEXT may have \\n, \\x04 and the like; each line of it is typed when the screen ends with a question, "...: ". Standard output, standard
error and standard input are the terminal; with --stdout FILE standard output goes there.
"""
import argparse
import codecs
import os
import pty
import re
import select
import sys

QUIET_S = 0.3
LONGEST_S = 30


def typed_in_turn(keys):
    return [part for part in re.findall(r"[^\n]*\n|[^\n]+", keys) if part]


def show(master, keys):
    screen, waited = b"", 0.0
    while waited < LONGEST_S:
        if select.select([master], [], [], QUIET_S)[0]:
            try:
                chunk = os.read(master, 65536)
            except OSError:
                return screen
            if not chunk:
                return screen
            screen, waited = screen + chunk, 0.0
        elif keys and screen.endswith(b": "):
            os.write(master, keys.pop(0).encode())
        else:
            waited += QUIET_S
    sys.exit("at_terminal.py: the command does not end")


def main():
    parser = argparse.ArgumentParser(description="a command at a terminal")
    parser.add_argument("--keys", default="")
    parser.add_argument("--stdout")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    pid, master = pty.fork()
    if pid == 0:
        if options.stdout:
            os.dup2(os.open(options.stdout, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644), 1)
        os.execvp(options.command[0], options.command)
    screen = show(master, typed_in_turn(codecs.decode(options.keys, "unicode_escape")))
    _, status = os.waitpid(pid, 0)
    sys.stdout.write(screen.decode(errors="backslashreplace").replace("\r\n", "\n"))
    sys.exit(os.waitstatus_to_exitcode(status) % 256)


if __name__ == "__main__":
    main()
