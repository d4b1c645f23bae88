"""Model files to and fro between mantis and every release of XGBoost it names.

Rerun, from anywhere, with Go and Python 3.12 or newer that has numpy and scipy:
    python models/xgb/testdata/oracle/files.py

Each release of PINS trains the cases of release.py and saves them in every
format it writes. Go reads all of them, must come to the same margins with its
own walk and through leaves, and writes each again as JSON and as UBJSON. Every
release then loads all of those files, and its margins must be those of the
release that trained. Margins agree within 1e-6, of 1 or of the margin where that
is larger. Files with one base_score per class are for 3.1 and later, which is
what Booster.Shared says of them, and their margins are checked to be others in
an older release, lest the rule be out of date.

The releases are installed without what they depend on, which is the environment
that runs this, each in a folder of the cache of .ci/run. Exit code 0 when
everything agrees, 1 otherwise.
"""

import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

PINS = [
    "xgboost==1.7.4", "xgboost-cpu==2.1.4", "xgboost-cpu==3.0.5", "xgboost-cpu==3.1.3",
    "xgboost-cpu==3.2.0", "xgboost-cpu==3.3.0", "xgboost-cpu==3.4.1",
]
LIMIT = 1e-6
HERE = pathlib.Path(__file__).resolve().parent
PACKAGE = HERE.parent.parent
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "mantis-ci"


def installed(pin):
    """The folder of a release, made where it is not there."""
    folder = CACHE / f"{pin}-py{sys.version_info[0]}.{sys.version_info[1]}"
    if not folder.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        half = tempfile.mkdtemp(dir=CACHE)
        subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--prefer-binary",
                        "--target", half, pin], check=True)
        pathlib.Path(half).rename(folder)
    return folder


def run(pin, *args):
    """release.py on a release."""
    env = {**os.environ, "PYTHONPATH": str(installed(pin)), "PYTHONWARNINGS": "ignore", "OMP_NUM_THREADS": "1"}
    p = subprocess.run([sys.executable, str(HERE / "release.py"), *map(str, args)], env=env, capture_output=True, text=True)
    want = "xgboost " + pin.split("==")[1]
    assert p.returncode == 0 and p.stdout.strip().endswith(want), f"{pin}: {p.stdout}{p.stderr}"


def apart(path, want):
    """How far the margins left beside a file are from those of its case."""
    got = path.with_name(path.name + ".margin.f32")
    if not got.exists():
        return np.inf
    got, want = np.fromfile(got, "<f4").astype(float), np.fromfile(want, "<f4").astype(float)
    if got.shape != want.shape:
        return np.inf
    return float(np.max(np.abs(got - want) / np.maximum(1, np.abs(want))))


def clear(folder):
    for path in [*folder.glob("*/*.ours.*.margin.f32"), *folder.glob("*/*.error")]:
        path.unlink()


def reader(pin, folder, report):
    """What is wrong with our files in the eyes of a release."""
    version = tuple(int(v) for v in pin.split("==")[1].split("."))
    files, vectors = [], []
    for release, line in report.items():
        for name in line["Files"]:
            many = name in (line["Vector"] or [])
            (vectors if many and version < (3, 1) else files).extend(f"{release}/{name}.ours.{kind}" for kind in ("json", "ubj"))
    clear(folder)
    (folder / "list.json").write_text(json.dumps(files + vectors))
    run(pin, "read", folder, folder / "list.json")
    faults, worst = [], 0
    for name in files + vectors:
        path = folder / name
        case = path.name.split(".")[0]
        d = apart(path, path.with_name(case + ".margin.f32"))
        if name in vectors:
            if d <= LIMIT:
                faults.append(f"{name}: {pin} reads a vector base_score after all")
            continue
        worst = max(worst, d)
        if not d <= LIMIT:
            error = path.with_name(path.name + ".error")
            faults.append(f"{name}: {d:.1e} apart {error.read_text()[:300] if error.exists() else ''}")
    print(f"{pin:20s} reads {len(files)} of our files, the largest difference {worst:.1e}"
          + (f"; {len(vectors)} with a vector base_score are not for it" if vectors else ""))
    return [f"{pin}: {f}" for f in faults]


def main():
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        list(pool.map(installed, PINS))
    with tempfile.TemporaryDirectory() as tmp:
        folder = pathlib.Path(tmp)
        for pin in PINS:
            run(pin, "write", folder / pin.split("==")[1])
        go = subprocess.run(["go", "test", "-count=1", "-run", "^TestFilesOracle$", "."], cwd=PACKAGE,
                            env={**os.environ, "MANTIS_XGB_FILES": tmp}, capture_output=True, text=True)
        if go.returncode or not (folder / "report.json").exists():
            print(go.stdout + go.stderr)
            print("FAIL: the Go side")
            return 1
        report = json.loads((folder / "report.json").read_text())
        faults, read = [], 0
        for release, line in report.items():
            if release == "go":
                continue
            read += len(line["Files"])
            print(f"Go reads {len(line['Files'])} files of {release}, the largest difference {line['Walk']:.1e}, through leaves {line['Leaves']:.1e}")
            if not max(line["Walk"], line["Leaves"]) <= LIMIT or len(line["Files"]) < 30:
                faults.append(f"Go: files of {release}")
        for pin in PINS:
            faults += reader(pin, folder, report)
        print(*faults, sep="\n")
        print(f"{'FAIL' if faults else 'ok'}: {read} files of {len(PINS)} releases read, each written twice and read by all of them")
        return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
