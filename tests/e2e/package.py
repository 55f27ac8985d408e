#!/usr/bin/python3
"""Does the Debian package install and run where nothing but what it names is installed?

usage: tests/e2e/package.py --build build/release [--always]
Makes the package by cpack. Makes a root of its own that has the files of the packages named in Depends, of what they depend on,
and of the few that every Debian has (Essential), copied from this machine; its dpkg knows these and no others. Installs the package
there by that dpkg, which refuses it when a dependency is missing, and runs it inside: version, doctor, generated data, an example
strategy, the manual page. Every library that the program loads must belong to a package that Depends names. Needs root, and a
Debian; elsewhere it says so and passes over. Slow: by default only with TRD_TEST_FULL=1; --always otherwise.
Exit: 0 all well or passed over, 10 something is wrong, 2 wrong call.
"""
import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

# Below /usr/share; what a person looks for besides the program.
CONTENTS = ["man/man1/trd.1*", "man/man1/trd-backtest.1*", "bash-completion/completions/trd", "zsh/vendor-completions/_trd",
            "fish/vendor_completions.d/trd.fish", "trd/strategies/sma_cross.lua", "trd/config/limits-default.toml",
            "trd/config/calendars/XNYS.calendar", "doc/trd/index.md", "doc/trd/README.md", "doc/trd/licences/libcli11-dev",
            "doc/trd/licences/libfast-float-dev"]
STATUS = pathlib.Path("/var/lib/dpkg/status")


def run(command, **more):
    return subprocess.run([str(word) for word in command], check=True, capture_output=True, text=True, **more).stdout


def paragraphs():
    """{package: {field: value}} of what is installed here."""
    found = {}
    for text in STATUS.read_text().split("\n\n"):
        fields = {match[1]: match[2].strip() for match in re.finditer(r"^(\S+):((?:.*\n?)(?:[ \t].*\n?)*)", text, re.M)}
        if "Package" in fields and "installed" in fields.get("Status", "").split():
            found[fields["Package"]] = (fields, text)
    return found


def names_of(relation):
    """The alternatives of every relation of a Depends field."""
    return [[re.split(r"[ :(]", one.strip())[0] for one in part.split("|")] for part in relation.split(",") if part.strip()]


def closure(wanted, installed):
    """The packages needed for `wanted` (a list of alternatives), and those that nobody here has."""
    provided = {}
    for name, (fields, _) in installed.items():
        for alternatives in names_of(fields.get("Provides", "")):
            provided.setdefault(alternatives[0], name)
    kept, missing, queue = set(), [], list(wanted)
    while queue:
        alternatives = queue.pop()
        chosen = next((name if name in installed else provided[name] for name in alternatives if name in installed or name in provided), None)
        if chosen is None:
            missing.append("|".join(alternatives))
        elif chosen not in kept:
            kept.add(chosen)
            fields = installed[chosen][0]
            queue += names_of(fields.get("Depends", "")) + names_of(fields.get("Pre-Depends", ""))
    return kept, missing


def copy_package(name, root):
    for line in run(["dpkg", "-L", name]).splitlines():
        source = pathlib.Path(line)
        target = root / str(source).lstrip("/")
        if line.startswith(("/usr/share/doc", "/usr/share/locale", "/usr/share/man")) or not (source.exists() or source.is_symlink()):
            continue
        if source.is_symlink():
            target.parent.mkdir(parents=True, exist_ok=True)
            if not target.is_symlink() and not target.exists():
                target.symlink_to(os.readlink(source))
        elif source.is_dir():
            target.mkdir(parents=True, exist_ok=True)
        elif not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)


def make_root(root, packages, installed):
    for name in ("bin", "lib", "lib64", "sbin"):  # merged /usr
        (root / "usr" / name).mkdir(parents=True, exist_ok=True)
        (root / name).symlink_to(f"usr/{name}")
    for name in sorted(packages):
        copy_package(name, root)
    admin = root / "var/lib/dpkg"
    for folder in ("info", "updates", "triggers", "alternatives"):
        (admin / folder).mkdir(parents=True, exist_ok=True)
    (admin / "status").write_text("\n\n".join(installed[name][1].strip() for name in sorted(packages)) + "\n")
    for name in packages:  # dpkg wants a list of files for each package that it knows
        for listing in pathlib.Path("/var/lib/dpkg/info").glob(f"{name}[.:]*list"):
            shutil.copy(listing, admin / "info")
    for folder in ("tmp", "root", "dev", "etc"):
        (root / folder).mkdir(exist_ok=True)
    (root / "dev/null").touch()
    run(["ldconfig", "-r", root])


def make_package(build):
    for old in build.glob("*.deb"):
        old.unlink()
    run(["cpack", "-G", "DEB"], cwd=build)
    return next(build.glob("*.deb"))


def undeclared_libraries(program, declared):
    """Libraries that the program names itself, of packages that Depends does not name."""
    needed = re.findall(r"\(NEEDED\).*\[(.*)\]", run(["readelf", "-d", program]))
    places = dict(re.findall(r"^\s*(\S+) => (\S+)", run(["ldd", program]), re.M))
    for library in needed:
        path = os.path.realpath(places.get(library, library))
        owners = subprocess.run(["dpkg", "-S", path, path.removeprefix("/usr")], capture_output=True, text=True).stdout
        packages = {line.split(":")[0] for line in owners.splitlines()}
        if packages and not packages & declared:
            yield f"{library} is of {', '.join(sorted(packages))}, which Depends does not name"


def try_inside(root):
    """What is wrong with the program in the root, as texts."""
    commands = ["trd version", "trd --version", "trd doctor", "trd data generate DEMO --tf 1d --rows 1000 -q",
                "trd backtest /usr/share/trd/strategies/sma_cross.lua --symbol DEMO --tz America/New_York", "trd init /root/project -q",
                "cd /root/project && trd backtest strategies/first.lua --symbol DEMO -q -o result.json"]
    for command in commands:
        done = subprocess.run([shutil.which("chroot"), str(root), "/bin/sh", "-c", command], capture_output=True, text=True,
                              env={"PATH": "/usr/bin:/bin", "HOME": "/root"})
        if done.returncode != 0:
            yield f"{command} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
    for what in CONTENTS:
        if not list((root / "usr/share").glob(what)):
            yield f"there is no /usr/share/{what}"


def examine(build, root):
    package = make_package(build)
    depends = run(["dpkg-deb", "-f", package, "Depends"]).strip()
    installed = paragraphs()
    essential = [[name] for name, (fields, _) in installed.items() if fields.get("Essential") == "yes"]
    packages, missing = closure(names_of(depends) + essential, installed)
    if missing:
        return [f"not installed here, so it cannot be tried: {', '.join(missing)}"]
    make_root(root, packages, installed)
    done = subprocess.run(["dpkg", f"--root={root}", "--no-triggers", "--force-not-root", "-i", package], capture_output=True, text=True)
    if done.returncode != 0:
        return [f"dpkg refuses the package:\n{done.stdout}{done.stderr}"]
    declared = {name for alternatives in names_of(depends) for name in alternatives}
    declared |= {name for name, (fields, _) in installed.items() if declared & set(sum(names_of(fields.get("Provides", "")), []))}
    return [*undeclared_libraries(root / "usr/bin/trd", declared), *try_inside(root)]


def main():
    parser = argparse.ArgumentParser(description="installs the package in a root of its own")
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--always", action="store_true")
    options = parser.parse_args()
    if not (options.always or os.environ.get("TRD_TEST_FULL")):
        print("passed over: slow, TRD_TEST_FULL=1 runs it")
        return 0
    if os.geteuid() != 0 or not STATUS.exists() or not shutil.which("chroot"):
        print("passed over: needs root on a Debian")
        return 0
    with tempfile.TemporaryDirectory(prefix="trd-package-") as folder:
        complaints = examine(options.build.resolve(), pathlib.Path(folder))
    print("\n".join(complaints))
    return 10 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
