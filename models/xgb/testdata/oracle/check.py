"""Holds models/xgb against XGBoost 3.4.1 on fresh random tables.

Rerun, from models/xgb, with Go, Python 3.13 and testdata/oracle/requirements.txt:
    python testdata/oracle/check.py [seed]

XGBoost trains every case, Go trains it again and compares all trees in every
bit; Go's model files are read back by XGBoost, and Go's probabilities compared
with XGBoost's. Exit code 0 when everything agrees, 1 otherwise.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import zipfile

import numpy as np
import xgboost as xgb

import cases

PACKAGE = pathlib.Path(__file__).resolve().parent.parent.parent


def plan(seed):
    """The cases: name to arguments of cases.write."""
    r = dict(num_boost_round=20)
    return {
        "dense-5k": dict(kind="dense", rows=5000, cols=25, seed=seed, **r),
        "warmup-5k": dict(kind="warmup", rows=4750, cols=38, seed=seed + 1, num_boost_round=100),
        "tied-5k": dict(kind="tied", rows=5000, cols=16, seed=seed + 2, **r),
        "sparse-5k": dict(kind="sparse", rows=5000, cols=20, seed=seed + 3, **r),
        "absent-3k": dict(kind="absent", rows=3000, cols=12, seed=seed + 4, min_child_weight=0, **r),
        "scales-3k": dict(kind="scales", rows=3000, cols=12, seed=seed + 5, **r),
        "dense-30k": dict(kind="dense", rows=30000, cols=12, seed=seed + 6, num_boost_round=8),
        "eta": {"kind": "warmup", "rows": 5000, "cols": 20, "seed": seed + 7, "eta": 0.3,
                "max_depth": 4, "lambda": 0.5, **r},
        "gamma": dict(kind="warmup", rows=5000, cols=20, seed=seed + 8, gamma=0.5, min_child_weight=5, **r),
        "deep": dict(kind="dense", rows=5000, cols=10, seed=seed + 9, max_depth=11, max_bin=64, eta=0.05, **r),
        "lambda": {"kind": "sparse", "rows": 5000, "cols": 12, "seed": seed + 10, "lambda": 0,
                   "max_depth": 3, "min_child_weight": 0.1, "max_bin": 128, **r},
        "free": {"kind": "tied", "rows": 2000, "cols": 8, "seed": seed + 11, "lambda": 0,
                 "min_child_weight": 0, "max_depth": 8, **r},
        "sure": {"kind": "dense", "rows": 2000, "cols": 6, "seed": seed + 12, "noise": 0, "eta": 1.0,
                 "lambda": 0, "min_child_weight": 0, "num_class": 3, "num_boost_round": 60},
        "classes": dict(kind="warmup", rows=4000, cols=10, seed=seed + 13, num_class=11, **r),
        "two": dict(kind="dense", rows=4000, cols=10, seed=seed + 14, num_class=2, max_bin=9, **r),
    }


def reverse(folder, name, x, names):
    """Faults of Go's model file and probabilities, as XGBoost sees them."""
    faults = []
    d = xgb.DMatrix(x, feature_names=names, feature_types=["float"] * len(names))
    with zipfile.ZipFile(folder / f"{name}.zip") as z:
        theirs = xgb.Booster(model_file=bytearray(z.read("model.json")))
    ours = xgb.Booster(model_file=folder / f"{name}.ours.json")
    if ours.feature_names != names:
        faults.append("feature names lost")
    want = theirs.predict(xgb.DMatrix(x, feature_names=names))
    diff = np.abs(ours.predict(d) - want).max()
    if not diff <= 1e-6:
        faults.append(f"XGBoost scores Go's model file {diff:.1e} apart")
    prob = np.fromfile(folder / f"{name}.prob.f64", "<f8").reshape(want.shape)
    diff = np.abs(prob - want).max()
    if not diff <= 1e-5:
        faults.append(f"probabilities through leaves {diff:.1e} apart")
    return faults


def main():
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 20240601
    with tempfile.TemporaryDirectory() as tmp:
        folder = pathlib.Path(tmp)
        tables = {}
        for name, case in plan(seed).items():
            tables[name] = cases.write(folder / f"{name}.zip", **case)
        go = subprocess.run(
            ["go", "test", "-count=1", "-run", "^TestOracle$", "."],
            cwd=PACKAGE, env={**os.environ, "MANTIS_XGB_ORACLE": tmp}, capture_output=True, text=True)
        report = folder / "report.json"
        if not report.exists():
            print(go.stdout + go.stderr)
            print("FAIL: the Go side did not finish")
            return 1
        same = total = 0
        failed = go.returncode != 0
        for name, (x, names) in tables.items():
            r = json.loads(report.read_text()).get(name, {"same": 0, "trees": 1, "walk": 1})
            faults = reverse(folder, name, x, names)
            if r["same"] != r["trees"]:
                faults.append("trees differ")
            if r["walk"]:
                faults.append(f"{r['walk']} margins differ in bits")
            same, total, failed = same + r["same"], total + r["trees"], failed or bool(faults)
            print(f"{name:12s} {r['same']:4d} of {r['trees']:4d} trees identical  {'; '.join(faults) or 'ok'}")
        if go.returncode:
            print(go.stdout + go.stderr)
        print(f"{'FAIL' if failed else 'ok'}: {same} of {total} trees identical to XGBoost {xgb.__version__}, seed {seed}")
        return int(failed)


if __name__ == "__main__":
    sys.exit(main())
