"""Holds the explanations of models/xgb against XGBoost 3.4.1 and shap.

Rerun, from models/xgb, with Go, Python 3.12 or newer and testdata/oracle/requirements.txt:
    python testdata/oracle/shap.py [--speed] [candles.csv ...]

XGBoost trains models on returns and spreads of hourly candles, those named or
those beside the repository, and on a random table, with missing values and trees
of several shapes. Go explains the same rows: contributions against
pred_contribs, interactions against pred_interactions, contributions added up
against the margin, the interventional form against shap's where shap is
installed, and importances against get_score, in every bit. Prints the greatest
differences; exit code 1 when one is above 1e-5.

With --speed it takes times instead, of two threads each, in turn: rows a second,
and seconds of processors, which a busy machine disturbs less.
"""

import csv
import json
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import time

os.environ["OMP_WAIT_POLICY"] = "passive"  # threads that spin would wait for each other on a busy machine
sys.path = [p for p in sys.path if pathlib.Path(p or ".").resolve() != pathlib.Path(__file__).resolve().parent]

import numpy as np  # noqa: E402
import xgboost as xgb  # noqa: E402

try:
    import shap
except ImportError:
    shap = None

PACKAGE = pathlib.Path(__file__).resolve().parent.parent.parent
LIMIT = 1e-5
ROWS, FEW, BACKGROUND = 500, 10, 20


def closes(path):
    """Columns high, low, close and volume of a CryptoDataDownload file, oldest first."""
    lines = path.read_text().splitlines()
    head = next(i for i, line in enumerate(lines) if line.startswith("unix"))
    rows = sorted(csv.DictReader(lines[head:]), key=lambda r: float(r["unix"]))[-60000:]
    volume = next(k for k in rows[0] if k.lower().startswith("volume"))
    return [np.array([float(r[k]) for r in rows]) for k in ("high", "low", "close", volume)]


def candles(path):
    """Features of every bar, missing while they are warming up, and classes of the next return."""
    high, low, close, volume = closes(path)
    step = np.diff(np.log(close), prepend=np.log(close[0]))
    cols = [step, np.log(high / low), np.sign(step), np.round(np.log1p(volume), 1)]
    for lag in range(1, 9):
        cols.append(np.concatenate([np.full(lag, np.nan), step[:-lag]]))
    for width in (3, 6, 12, 24, 48, 96, 192):
        mean = np.convolve(step, np.ones(width) / width)[: len(step)]
        wide = np.sqrt(np.convolve(step**2, np.ones(width) / width)[: len(step)])
        mean[:width] = wide[:width] = np.nan
        cols += [mean, wide]
    x = np.column_stack(cols).astype(np.float32)[:-1]
    after = step[1:]
    return x, np.searchsorted(np.quantile(after, [0.2, 0.4, 0.6, 0.8]), after)


def noise(rng):
    x = rng.normal(size=(6000, 12)).astype(np.float32)
    x[:, 3] = rng.integers(0, 4, 6000)
    x[rng.random(x.shape) < 0.1] = np.nan
    y = np.nansum(x[:, :3], axis=1) + np.nan_to_num(x[:, 3] * x[:, 4]) + rng.normal(size=6000)
    return x, np.searchsorted(np.quantile(y, [0.2, 0.4, 0.6, 0.8]), y)


def plan(paths):
    rng = np.random.default_rng(20240601)
    tables = {path.stem: candles(path) for path in paths}
    tables["noise"] = noise(rng)
    models = {}
    for name, table in tables.items():
        models[f"{name}, depth 6"] = (table, dict(max_depth=6), 40)
    models["noise, depth 3"] = (tables["noise"], dict(max_depth=3, eta=0.3), 30)
    models["noise, depth 11"] = (tables["noise"], dict(max_depth=11, min_child_weight=0), 4)
    models["noise, by leaves"] = (tables["noise"], dict(grow_policy="lossguide", max_leaves=60, max_depth=0), 8)
    return models


def both(name, theirs, ours, limit=LIMIT):
    worst = float(np.abs(np.asarray(theirs, np.float64) - ours).max())
    return worst, (f"{name} {worst:.1e}" + ("" if worst <= limit else " TOO FAR")), worst <= limit


def interventional(booster, few, background):
    explainer = shap.TreeExplainer(booster, data=background.astype(np.float64), feature_perturbation="interventional")
    values = np.asarray(explainer.shap_values(few.astype(np.float64), check_additivity=False))
    return values, np.asarray(explainer.expected_value)


def explain(folder):
    """Lets Go explain what lies in a folder, and returns what it reports."""
    env = {**os.environ, "MANTIS_XGB_SHAP": str(folder), "GOMAXPROCS": "2"}
    go = subprocess.run(["go", "test", "-count=1", "-run", "^TestShapOracle$", "."], cwd=PACKAGE, env=env, capture_output=True, text=True)
    if go.returncode:
        sys.exit(go.stdout + go.stderr)
    return json.loads((folder / "report").read_text())


def save(folder, stem, booster, rows, few, background):
    booster.save_model(folder / f"{stem}.json")
    for kind, table in (("x", rows), ("few", few), ("background", background)):
        (folder / f"{stem}.{kind}").write_bytes(np.ascontiguousarray(table.T).tobytes())


def train(table, rounds, **params):
    x, y = table
    params = dict(objective="multi:softprob", num_class=5, tree_method="hist", base_score=0.5, nthread=1, **params)
    train = len(x) * 7 // 10
    names = [f"f{k}" for k in range(x.shape[1])]
    return xgb.train(params, xgb.DMatrix(x[:train][-8000:], y[:train][-8000:], feature_names=names), rounds), names, train


def speed(path):
    table = candles(path)
    booster, names, begin = train(table, 100, max_depth=6)
    booster.set_param({"nthread": 2})
    rows = table[0][begin:][:4000]
    for _ in range(3):
        every = xgb.DMatrix(rows, feature_names=names)
        wall, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF)
        booster.predict(every, pred_contribs=True)
        wall, after = time.perf_counter() - wall, resource.getrusage(resource.RUSAGE_SELF)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        with tempfile.TemporaryDirectory() as tmp:
            folder = pathlib.Path(tmp)
            save(folder, "speed", booster, rows, rows[:1], rows[:1])
            n, our_wall, our_cpu = explain(folder)["speed"]["contributions"]
        print(f"{len(rows)} rows, 500 trees of depth 6, 2 threads: XGBoost {len(rows) / wall:,.0f} rows a second, mantis {n / our_wall:,.0f},"
              f" {wall / our_wall:.1f} times; seconds of processors {cpu:.2f} and {our_cpu:.2f}, {cpu / our_cpu:.1f} times")
    return 0


def main():
    paths = [pathlib.Path(p) for p in sys.argv[1:] if p != "--speed"]
    if not paths:
        folder = PACKAGE.parents[1].parent / "shared/candles/bitstamp-cryptodatadownload"
        paths = sorted(folder.glob("*_1h.csv"))
    if not paths:
        print("no candles: on random tables alone")
    if "--speed" in sys.argv:
        return speed(paths[0])
    failed = False
    with tempfile.TemporaryDirectory() as tmp:
        folder = pathlib.Path(tmp)
        cases = {}
        for i, (name, (table, params, rounds)) in enumerate(plan(paths).items()):
            rng = np.random.default_rng(i)
            x = table[0]
            booster, names, begin = train(table, rounds, **params)
            rows = np.vstack([x[:50], x[begin:][: ROWS - 50]])
            few = rows[rng.choice(len(rows), FEW, replace=False)]
            background = x[:begin][rng.choice(begin, BACKGROUND, replace=False)]
            save(folder, f"{i:02d}", booster, rows, few, background)
            cases[f"{i:02d}"] = (name, booster, names, rows, few, background)
        report = explain(folder)
        for stem, (name, booster, names, rows, few, background) in cases.items():
            read = lambda kind, shape: np.fromfile(folder / f"{stem}.{kind}", "<f8").reshape(shape)  # noqa: E731
            width = len(names) + 1
            every = xgb.DMatrix(rows, feature_names=names)
            each = read("each", (len(rows), 5, width))
            theirs = booster.predict(every, pred_contribs=True)
            said = [both("contributions", theirs, each)]
            said.append(both("added up", booster.predict(every, output_margin=True), each.sum(axis=2)))
            squares = read("squares", (len(few), 5, width, width))
            said.append(both("interactions", booster.predict(xgb.DMatrix(few, feature_names=names), pred_interactions=True), squares))
            if shap:
                values, expected = interventional(booster, few, background)
                against = read("against", (len(few), 5, width))
                if values.shape[0] == 5:
                    values = values.transpose(1, 2, 0)
                said.append(both("interventional", values.transpose(0, 2, 1), against[:, :, :-1]))
                said.append(both("its bias", np.broadcast_to(expected, (len(few), 5)), against[:, :, -1]))
            for kind in ("gain", "cover", "weight", "total_gain", "total_cover"):
                scores = booster.get_score(importance_type=kind)
                want = np.array([scores.get(n, 0) for n in names])
                said.append(both(kind, want, np.array(report[stem][kind]), 0))
            failed |= not all(ok for _, _, ok in said)
            print(f"{name}: " + ", ".join(text for _, text, _ in said[:5]) +
                  ("; importances equal" if all(ok for _, _, ok in said[5:]) else "; IMPORTANCES DIFFER " + str(said[5:])))
    print("FAIL" if failed else "ok", f"XGBoost {xgb.__version__}, shap {shap.__version__ if shap else 'is not installed'}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
