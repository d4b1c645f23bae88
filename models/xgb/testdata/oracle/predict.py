"""Holds the compiled predictor against XGBoost's margins, and times both.

Rerun, from anywhere, with Go, Python 3.12 or newer and requirements.txt:
    python models/xgb/testdata/oracle/predict.py [--full] [--rows N] [--rounds N] [--turns N]

XGBoost 3.4.1 trains five classes on 25 slow walks, depth 6, and XGBoost 3.4.1 and
1.7.4 and Go score a longer table of the same kind. So do they with a second model,
of deeper trees on values that are often missing or equal. Every margin of every
kernel must be XGBoost's in every bit. The first model is timed, everyone with two
threads, in turns and the best of them counts: seconds on the clock, and in
brackets processor seconds of the process, which the neighbours disturb less. XGBoost
predicts from a DMatrix, with and without the time that making it takes, and in
place; what Go takes is Predictor.Margins, with its check of the columns. Model
and table are read beforehand.

--full takes 2,500 trees and a million rows, some ten minutes, and times leaves too,
on a tenth of the rows. Nothing fails on a time. Exit code 0 when all margins are the
same, 1 otherwise.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

os.environ["OMP_WAIT_POLICY"] = "passive"  # or threads that wait spin, and so disturb the ones that work

import numpy as np
import xgboost as xgb

HERE = pathlib.Path(__file__).resolve().parent
PACKAGE = HERE.parent.parent
OLD = "xgboost==1.7.4"
COLS, THREADS = 25, 2


def work(folder):
    """Scores whenever a line says how, and says how long it took."""
    booster = xgb.Booster(model_file=str(folder / "model.json"))
    booster.set_param({"nthread": THREADS})
    x = np.fromfile(folder / "x.f32", "<f4").reshape(COLS, -1).T.copy()
    for line in sys.stdin:
        begin = time.perf_counter()
        if line.strip() == "inplace":
            made = begin
            m = booster.inplace_predict(x, predict_type="margin")
        else:
            d = xgb.DMatrix(x, nthread=THREADS, feature_names=booster.feature_names)  # a fresh one: XGBoost keeps its predictions
            made = time.perf_counter()
            m = booster.predict(d, output_margin=True)
        end = time.perf_counter()
        path = folder / f"{xgb.__version__}.{line.strip()}.f32"
        m.astype("<f4").tofile(path)
        print(json.dumps({"seconds": end - made, "whole": end - begin, "margins": path.name}), flush=True)


class Worker:
    """A process that scores in one or more ways."""

    def __init__(self, name, ways, command, **env):
        self.name, self.ways = name, ways
        self.process = subprocess.Popen(command, cwd=PACKAGE, env={**os.environ, **env}, text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ticks(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def turn(self, way):
        before = self.ticks()
        self.process.stdin.write(way + "\n")
        self.process.stdin.flush()
        for line in self.process.stdout:
            if line.startswith("{"):
                return {**json.loads(line), "cpu": self.ticks() - before}
        raise AssertionError(f"{self.name} ended")

    def end(self):
        self.process.stdin.close()
        self.process.stdout.read()
        assert self.process.wait() == 0, self.name


def workers(folder, binary, leaves):
    import files
    python = [sys.executable, __file__, "work", str(folder)]
    return [
        Worker("XGBoost 3.4.1", ["predict", "inplace"], python),
        Worker("XGBoost 1.7.4", ["predict", "inplace"], python, PYTHONPATH=str(files.installed(OLD)), PYTHONWARNINGS="ignore"),
        Worker("mantis", kernels(binary) + (["leaves"] if leaves else []), [str(binary), "-test.run=^TestPredictOracle$"],
               MANTIS_XGB_PREDICT=str(folder), GOMAXPROCS=str(THREADS)),
    ]


def kernels(binary):
    out = subprocess.run([str(binary), "-test.run=^TestKernelNames$", "-test.v"], cwd=PACKAGE, capture_output=True, text=True, check=True)
    return next(json.loads(line) for line in out.stdout.splitlines() if line.startswith("["))


def case(folder, kind, rows, seed, train_rows, rounds, depth):
    """Writes a model and a table, whose first rows trained the model."""
    import cases
    rng = np.random.default_rng(seed)
    x = cases.features(kind, rows, COLS, rng)
    z = np.nan_to_num(x[:train_rows, 0]) - np.nan_to_num(x[:train_rows, 1]) + rng.normal(size=train_rows)
    y = np.digitize(z, np.quantile(z, [0.2, 0.4, 0.6, 0.8]))
    d = xgb.DMatrix(x[:train_rows], y, feature_names=[f"f{c:02d}" for c in range(COLS)])
    params = dict(objective="multi:softprob", num_class=5, max_depth=depth, eta=0.1, tree_method="hist", base_score=0.5, nthread=THREADS)
    folder.mkdir()
    xgb.train(params, d, rounds).save_model(folder / "model.json")
    x.T.astype("<f4").tofile(folder / "x.f32")


def hold(folder, binary, turns, leaves=False):
    """The times of every way, and how many margins are not those of XGBoost."""
    team, times, want, faults = workers(folder, binary, leaves), {}, None, 0
    for turn in range(turns):
        for worker in team:
            for way in worker.ways:
                if way == "leaves" and turn > 0:
                    continue
                t = worker.turn(way)
                times.setdefault((worker.name, way), []).append(t)
                got = np.fromfile(folder / t["margins"], "<u4")
                want = got if want is None else want
                if way == "leaves":
                    continue
                differ = int((got != want).sum()) if got.shape == want.shape else got.size
                if differ:
                    print(f"FAIL: {worker.name}, {way}: {differ} of {got.size} margins differ")
                    faults += 1
    for worker in team:
        worker.end()
    print(f"{folder.name}: {want.size} margins, the same of {', '.join(' '.join(k) for k in times if k[1] != 'leaves')}" if not faults else "")
    return times, faults


def main():
    a = argparse.ArgumentParser()
    a.add_argument("--full", action="store_true")
    a.add_argument("--rows", type=int, default=0)
    a.add_argument("--rounds", type=int, default=0)
    a.add_argument("--turns", type=int, default=3)
    o = a.parse_args()
    rows, rounds, train = (1_000_000, 500, 60_000) if o.full else (20_000, 40, 2_000)
    rows, rounds = o.rows or rows, o.rounds or rounds
    with tempfile.TemporaryDirectory() as tmp:
        tmp = pathlib.Path(tmp)
        binary = tmp / "xgb.test"
        subprocess.run(["go", "test", "-c", "-o", str(binary), "."], cwd=PACKAGE, check=True)
        case(tmp / "deep", "absent", 3001, 2, 1500, 4, 9)
        _, faults = hold(tmp / "deep", binary, 1)
        case(tmp / "timed", "warmup", rows, 1, min(train, rows), rounds, 6)
        print(f"{5 * rounds} trees, {COLS} features, {rows} rows, load {os.getloadavg()[0]:.1f}")
        times, more = hold(tmp / "timed", binary, o.turns, o.full)
        load = os.getloadavg()[0]
    show(times, rows)
    print(f"load {load:.1f}\n{'FAIL' if faults + more else 'ok'}")
    return int(faults + more > 0)


def show(times, rows):
    best = {}
    for (name, way), turns in times.items():
        share = turns[0].get("share", 1)
        cpu = min(t["cpu"] for t in turns) / share
        for label, key in ((way, "seconds"), (way + " with its DMatrix", "whole")):
            if key in turns[0] and not (key == "whole" and way != "predict"):
                best[name, label] = min(t[key] for t in turns) / share, cpu
    theirs = min(s for (name, _), (s, _) in best.items() if name != "mantis")
    theirs_cpu = min(c for (name, _), (_, c) in best.items() if name != "mantis")
    for (name, label), (s, c) in best.items():
        print(f"{name + ', ' + label:44s} {s:9.3f} s ({c:8.2f} s) {rows / s:12,.0f} rows/s  {theirs / s:6.2f}x the fastest XGBoost ({theirs_cpu / max(c, 0.01):6.2f}x)")


if __name__ == "__main__":
    if sys.argv[1:2] == ["work"]:
        work(pathlib.Path(sys.argv[2]))
    else:
        sys.exit(main())
