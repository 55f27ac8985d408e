#!/usr/bin/python3
"""A disk that is full and one that is read-only: the exit code, the message, and nothing half written.

usage: tests/e2e/hard_places.py PROGRAM
Mounts a small memory disk in a name space of its own, which needs root or user name spaces; without either it says so and passes over.
Exit: 0 all well or passed over, 10 something is wrong.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

PROGRAM = pathlib.Path(sys.argv[1]).resolve()
STRATEGY = pathlib.Path(__file__).resolve().parents[2] / "strategies/sma_cross.lua"
UNSHARE = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--mount"]

# what, how the disk is made ($DISK), command, exit code, error id; of what goes well a part of its warning
CASES = [
    ("a result on a full disk", "full", "trd backtest $STRATEGY --symbol DEMO -o $DISK/out.json --json", 7, "E_FILE_FULL"),
    ("a table on a full disk", "full", "trd data ls -o $DISK/out.csv --json", 7, "E_FILE_FULL"),
    ("a catalogue on a full disk", "full", "trd data generate BIG --tf 1m --rows 200000 --catalogue $DISK/cat --json", 7, "E_FILE_FULL"),
    ("a project on a full disk", "full", "trd init $DISK/p --json", 7, "E_FILE_FULL"),
    ("settings on a full disk", "full", "trd -C $DISK config set backtest.seed 7 --json", 7, "E_FILE_FULL"),
    ("a result on a read-only disk", "readonly", "trd version -o $DISK/out.json --json", 7, "E_FILE_DENIED"),
    ("a project on a read-only disk", "readonly", "trd init $DISK/p --json", 7, "E_FILE_DENIED"),
    ("a catalogue on a read-only disk", "readonly", "trd data generate DEMO --catalogue $DISK/cat --json", 7, "E_FILE_DENIED"),
    ("a kept run on a read-only disk", "readonly", "trd backtest $STRATEGY --symbol DEMO --store $DISK -q", 0, "runs.db: Read-only file system; name a place"),
    ("a kept run below a read-only disk", "readonly", "trd backtest $STRATEGY --symbol DEMO --store $DISK/a -q", 0, "disk/a: Read-only file system; name a place"),
    ("settings on a read-only disk", "readonly", "trd -C $DISK config set backtest.seed 7 --json", 7, "E_FILE_DENIED"),
]
# What stands on the disk before: trd.toml, and on the full one a file that leaves no room.
PREPARE = {
    "full": "mount -t tmpfs -o size=64k none $DISK && echo '# kept' >$DISK/trd.toml && (cat /dev/zero >$DISK/filler; true) 2>/dev/null",
    "readonly": "mount -t tmpfs -o size=64k none $DISK && echo '# kept' >$DISK/trd.toml && mount -o remount,ro $DISK",
}


def may_mount(folder):
    return subprocess.run([*UNSHARE, "mount", "-t", "tmpfs", "none", str(folder)], capture_output=True).returncode == 0


def attempt(kind, command, folder):
    """(exit code, stderr, what is on the disk afterwards)"""
    script = f"{PREPARE[kind]}\n{command} >$WORK/out 2>$WORK/err; echo $? >$WORK/code; cd $DISK && find . -type f | sort >$WORK/files; cat trd.toml >$WORK/toml"
    environment = {"PATH": f"{PROGRAM.parent}:/usr/bin:/bin:/usr/sbin:/sbin", "HOME": str(folder), "DISK": str(folder / "disk"), "WORK": str(folder),
                   "STRATEGY": str(STRATEGY), "LC_ALL": "C.UTF-8"}
    subprocess.run([*UNSHARE, "sh", "-c", script], env=environment, check=False, capture_output=True, timeout=120, stdin=subprocess.DEVNULL)
    return int((folder / "code").read_text()), (folder / "err").read_text(), (folder / "files").read_text().split(), (folder / "toml").read_text()


def complaints_about(what, kind, command, code, error_id, folder):
    found, stderr, files, toml = attempt(kind, command, folder)
    if found != code:
        yield f"{what}: ended with {found}, not {code}: {stderr}"
        return
    error = json.loads(stderr.splitlines()[-1]) if code else {"id": error_id, "message": ""}
    if not code and error_id not in stderr:
        yield f"{what}: no {error_id!r} in: {stderr}"
    if error["id"] != error_id:
        yield f"{what}: {error['id']}, not {error_id}: {error['message']}"
    extra = [name for name in files if name not in ("./trd.toml", "./filler") and not name.endswith("lock")]
    if extra:
        yield f"{what}: left behind {', '.join(extra)}"
    if toml != "# kept\n":
        yield f"{what}: trd.toml was changed to {toml!r}"


def main():
    with tempfile.TemporaryDirectory(prefix="trd-places-") as name:
        folder = pathlib.Path(name)
        (folder / "disk").mkdir()
        if not may_mount(folder / "disk"):
            print("passed over: nothing can be mounted here")
            return 0
        subprocess.run([PROGRAM, "data", "generate", "DEMO", "--tf", "1d", "--rows", "300", "-q"], env={"HOME": name}, check=True)
        complaints = [text for case in CASES for text in complaints_about(*case, folder)]
    print("\n".join(complaints))
    return 10 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
