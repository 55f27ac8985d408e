"""What the end-to-end tests share: a bounded process, and the generated series that strategies/ trades."""
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
STRATEGIES = sorted((ROOT / "strategies").glob("*.lua"))

# Symbol to seed. DEMO is what a strategy trades that names no symbol; those with several series name the others.
SERIES = {"DEMO": 7, "DEMO_A": 11, "DEMO_B": 12, "DEMO_C": 13, "DEMO_D": 14}


def trd(program, arguments, environment, expected=0, limit_s=120):
    """Runs trd in the root of the checkout; another exit code than the expected one ends the test."""
    done = subprocess.run([program, *arguments], env=environment, cwd=ROOT, capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=limit_s)
    if done.returncode != expected:
        sys.exit(f"trd {' '.join(arguments)} ended with {done.returncode}, not {expected}:\n{done.stdout}{done.stderr}")
    return done


def generated_catalogue(program, folder, timeframe, rows):
    """Fills a catalogue in the folder with every series of SERIES; returns the environment in which trd finds it."""
    environment = {**os.environ, "TRD_CATALOGUE": str(folder)}
    for symbol, seed in SERIES.items():
        trd(program, ["data", "generate", symbol, "-q", "--tf", timeframe, "--rows", str(rows), "--seed", str(seed)],
            environment)
    return environment
