"""What the scripts beside this one share: checks that are counted, and the program."""

import os
import pathlib
import shlex
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[4]

passed = failed = 0


def check(ok, line):
    """Counts one check, and says how it went."""
    global passed, failed
    passed, failed = passed + bool(ok), failed + (not ok)
    print(f"  {'ok  ' if ok else 'FAIL'} {line}", flush=True)
    return ok


def finish(what=""):
    """Says how many checks passed, and ends with exit code 1 if one failed or there was none."""
    print(f"{what}{passed} passed, {failed} failed")
    sys.exit(1 if failed or not passed else 0)


def mantis(store, *args, code=0):
    """What mantis prints: the program that MANTIS names, or the checkout's own. It
    finds duckdb beside the Python that runs this."""
    command = shlex.split(os.environ.get("MANTIS", "go run ./cmd/mantis"))
    path = os.pathsep.join([str(pathlib.Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run([*command, "--store", str(store), *args], cwd=ROOT, env={**os.environ, "PATH": path}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert done.returncode == code, f"{args}: exit code {done.returncode}, want {code}\n{done.stderr}"
    return done.stdout
