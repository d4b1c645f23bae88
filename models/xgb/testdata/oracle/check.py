"""Holds models/xgb against XGBoost 3.4.1 and 1.7.6 on fresh tables.

Rerun, from models/xgb, with Go, Python 3.12 or newer and
testdata/oracle/requirements.txt:
    python testdata/oracle/check.py [--full] [seed]

XGBoost trains every case of plan.py with one thread, Go trains it again with the
dialect of that release and compares all trees in every bit; Go's model files are
read back by XGBoost, and Go's probabilities compared with XGBoost's. Where trees
are drawn at random, mean and spread of the loss over seeds must agree. --full
adds large tables and 200 drawn cases, and takes an hour rather than minutes.
Exit code 0 when everything agrees, 1 otherwise.

XGBoost 1.7.6 is installed by pip, once, below ~/.cache/mantis-ci; it runs in the
same Python. The real candles are those of ../shared: without them the cases that
need them are left out, which is said.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import zipfile

ORACLE = pathlib.Path(__file__).resolve().parent
PACKAGE = ORACLE.parent.parent
OLD = "1.7.6"


def cases_of(seed, everything):
    import cases
    import plan
    todo = plan.full(seed) if everything else plan.plan(seed)
    if not cases.CANDLES.exists():
        todo = {k: v for k, v in todo.items() if v["kind"] not in cases.FILES}
    return todo


def write(folder, seed, everything):
    """Trains all cases with this Python's XGBoost."""
    import cases
    import plan
    for name, case in cases_of(seed, everything).items():
        cases.write(folder / f"{name}.zip", level=0, **case)
    (folder / "drawn").mkdir()
    for name, case in plan.sampled(seed).items():
        cases.write(folder / "drawn" / f"{name}.zip", level=0, seeds=plan.SEEDS, **case)


def reverse(folder, name):
    """Faults of Go's model file and probabilities, as XGBoost sees them."""
    import numpy as np
    import xgboost as xgb
    faults = []
    with zipfile.ZipFile(folder / f"{name}.zip") as z:
        head = json.loads(z.read("case.json"))
        names, rows = head["names"], head["rows"] - head.get("valid_rows", 0)
        x = np.frombuffer(z.read("x.f32"), "<f4").reshape(len(names), -1).T[:rows][:5000]
        theirs = xgb.Booster(model_file=bytearray(z.read("model.json")))
    ours = xgb.Booster(model_file=str(folder / f"{name}.ours.json"))
    if ours.feature_names != names:
        faults.append("feature names lost")
    theirs.feature_names, theirs.feature_types = names, ours.feature_types
    d = xgb.DMatrix(x, feature_names=names, feature_types=["float"] * len(names))
    want = theirs.predict(d, iteration_range=(0, 0))
    diff = np.abs(ours.predict(d, iteration_range=(0, 0)) - want).max()
    if not diff <= 1e-6:
        faults.append(f"XGBoost scores Go's model file {diff:.1e} apart")
    prob = folder / f"{name}.prob.f64"
    if prob.exists():
        if "early_stopping_rounds" in head["params"]:  # ours are those of the best round, as of XGBoost's scikit-learn interface
            want = theirs.predict(d, iteration_range=(0, head["best"] + 1))
        diff = np.abs(np.fromfile(prob, "<f8").reshape(-1, want.shape[1])[:len(x)] - want).max()
        if not diff <= 1e-5:
            faults.append(f"probabilities {diff:.1e} apart")
    return faults


def read(folder, seed, everything):
    """Reads Go's results with this Python's XGBoost and prints what is wrong."""
    import numpy as np
    import xgboost as xgb
    report = json.loads((folder / "report.json").read_text())
    same = total = bad = 0
    for name in cases_of(seed, everything):
        r = report.get(name)
        if r is None:
            faults, r = ["not trained"], dict(same=0, trees=1, seconds=0)
        else:
            faults = reverse(folder, name)
            if r["same"] != r["trees"]:
                faults.append("trees differ")
            if r["walk"]:
                faults.append(f"{r['walk']} margins differ in bits")
            if r["strays"]:
                faults.append(f"{r['strays']} evaluations differ")
        same, total, bad = same + r["same"], total + r["trees"], bad + bool(faults)
        print(f"{name:22s} {r['same']:5d} of {r['trees']:5d} trees identical  {'; '.join(faults) or 'ok'}")
    for name, ours in json.loads((folder / "drawn" / "report.json").read_text()).items():
        with zipfile.ZipFile(folder / "drawn" / f"{name}.zip") as z:
            theirs = json.loads(z.read("case.json"))["losses"]
        a, b = np.array(ours), np.array(theirs)
        spread, n = [v.std(ddof=1) for v in (a, b)], len(a)
        z = (a.mean() - b.mean()) / np.hypot(*spread) * n ** 0.5
        ok = abs(z) < 4 and 0.4 < spread[0] / spread[1] < 2.5
        bad += not ok
        print(f"{name:22s} loss {a.mean():.5f} ± {spread[0]:.5f}, XGBoost {b.mean():.5f} ± {spread[1]:.5f}  {'ok' if ok else 'differs'}")
    print(f"{'FAIL' if bad else 'ok'}: {same} of {total} trees identical to XGBoost {xgb.__version__}, seed {seed}\n")
    return int(bad > 0)


def old_xgboost():
    """The folder with XGBoost 1.7.6, whose wheel is for any Python 3."""
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "mantis-ci"
    folder = cache / f"xgboost-{OLD}"
    if not folder.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as tmp:
            subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", f"{tmp}/x", f"xgboost=={OLD}"], check=True)
            os.rename(f"{tmp}/x", folder)
    return folder


def main():
    args = [a for a in sys.argv[1:] if not a.startswith("--")]
    everything = "--full" in sys.argv
    if "--write" in sys.argv or "--read" in sys.argv:
        step = write if "--write" in sys.argv else read
        return step(pathlib.Path(args[0]), int(args[1]), everything)
    seed = int(args[0]) if args else 20240601
    failed = False
    with tempfile.TemporaryDirectory() as tmp:
        dialects = {"3.4": os.environ, "1.7": {**os.environ, "PYTHONPATH": str(old_xgboost())}}
        folders = {name: pathlib.Path(tmp) / name for name in dialects}

        def start(step, name):
            command = [sys.executable, "-W", "ignore", __file__, f"--{step}", str(folders[name]), str(seed)]
            return subprocess.Popen(command + ["--full"] * everything, env=dialects[name])

        for folder in folders.values():
            folder.mkdir()
        if any([p.wait() for p in [start("write", name) for name in dialects]]):
            print("FAIL: XGBoost did not finish")
            return 1
        for name, folder in folders.items():
            go = subprocess.run(
                ["go", "test", "-count=1", "-timeout=2h", "-run", "^TestOracle", "."], cwd=PACKAGE,
                env={**os.environ, "MANTIS_XGB_ORACLE": str(folder)}, capture_output=True, text=True)
            if go.returncode:
                print(go.stdout + go.stderr)
            failed |= go.returncode != 0
            if (folder / "drawn" / "report.json").exists():
                failed |= start("read", name).wait() != 0
            else:
                print(f"FAIL: the Go side did not finish for {name}")
                failed = True
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
