"""Times models/xgb against XGBoost 3.4.1 and 1.7.4 with two threads, in turn.

Rerun, from models/xgb, with Go, Python 3.12 or newer and
testdata/oracle/requirements.txt, on a machine that does nothing else:
    python testdata/oracle/speed.py [turns] [5k 200k 1m ...]

Each trains five classes, depth 6, on 27 slow walks whose first rows are missing:
5 thousand rows x 100 rounds, 200 thousand x 100, 1 million x 20. Every training
has a process of its own; data preparation counts, reading the table does not.
Printed are the best of the turns: seconds, seconds of the processors, the memory
that training adds to the table at its peak, and the seconds as a share of the
faster XGBoost's. XGBoost 1.7.4 is installed by pip, once, below
~/.cache/mantis-ci.
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import zipfile

ORACLE = pathlib.Path(__file__).resolve().parent
PACKAGE = ORACLE.parent.parent
SIZES = {"5k": (5_000, 100), "200k": (200_000, 100), "1m": (1_000_000, 20)}
OLD = "1.7.4"


def status(name):
    return int(re.search(name + r":\s+(\d+)", pathlib.Path("/proc/self/status").read_text())[1]) / 1024


def child(path):
    """Trains a case with this Python's XGBoost and prints what it took."""
    import numpy as np
    import xgboost as xgb
    with zipfile.ZipFile(path) as z:
        head = json.loads(z.read("case.json"))
        names, p = head["names"], head["params"]
        x = np.ascontiguousarray(np.frombuffer(z.read("x.f32"), "<f4").reshape(len(names), -1).T)
        y = np.frombuffer(z.read("label.f32"), "<f4")
    rounds = p.pop("num_boost_round")
    p.pop("dialect")
    p.update(tree_method="hist", nthread=2, verbosity=0)
    pathlib.Path("/proc/self/clear_refs").write_text("5")
    before, start, cpu = status("VmRSS"), time.perf_counter(), time.process_time()
    xgb.train(p, xgb.DMatrix(x, label=y, feature_names=names), rounds)
    print(time.perf_counter() - start, time.process_time() - cpu, status("VmHWM") - before)


def write(folder, size):
    """A case file without a model."""
    import cases
    import numpy as np
    rows, rounds = SIZES[size]
    p, x, y, _, names = cases.make(kind="warmup", rows=rows, cols=27, seed=1, num_boost_round=rounds)
    cases.pack(folder / f"{size}.zip", {
        "case.json": json.dumps({"params": p, "names": names, "rows": rows}).encode(),
        "x.f32": np.ascontiguousarray(x.T).astype("<f4").tobytes(), "label.f32": y.astype("<f4").tobytes()}, 0)


def theirs(path, env):
    out = subprocess.run([sys.executable, "-W", "ignore", __file__, "--child", str(path)], env=env, check=True, capture_output=True, text=True).stdout
    return [float(v) for v in out.split()]


def ours(binary, path, env):
    command = [str(binary), "-test.run=^$", "-test.bench=^BenchmarkCase$", "-test.benchtime=1x"]
    env = {**env, "MANTIS_XGB_CASE": str(path), "GOMAXPROCS": "2"}
    out = subprocess.run(command, cwd=PACKAGE, env=env, check=True, capture_output=True, text=True).stdout
    number = lambda unit: float(re.search(r"([\d.]+) " + unit, out)[1])
    return [number("ns/op") / 1e9, number("cpu-s/op"), number("MB-added")]


def main():
    import files
    turns = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    with tempfile.TemporaryDirectory() as tmp:
        tmp = pathlib.Path(tmp)
        binary = tmp / "xgb.test"
        subprocess.run(["go", "test", "-c", "-o", str(binary), "."], cwd=PACKAGE, check=True)
        sides = {
            "XGBoost 3.4.1": lambda path: theirs(path, os.environ),
            f"XGBoost {OLD}": lambda path: theirs(path, {**os.environ, "PYTHONPATH": str(files.installed(f"xgboost=={OLD}"))}),
            "mantis": lambda path: ours(binary, path, os.environ),
            "mantis, plain Go": lambda path: ours(binary, path, {**os.environ, "GODEBUG": "cpu.avx2=off"}),
        }
        for size in sys.argv[2:] or SIZES:
            write(tmp, size)
            took = {name: [] for name in sides}
            for _ in range(turns):
                for name, run in sides.items():
                    took[name].append(run(tmp / f"{size}.zip"))
            best = {name: [min(v) for v in zip(*runs)] for name, runs in took.items()}
            them = [v for name, v in best.items() if name.startswith("XGBoost")]
            print("{} rows x {} rounds, best of {}, load {:.1f}".format(*SIZES[size], turns, os.getloadavg()[0]))
            for name, (wall, cpu, memory) in best.items():
                shares = wall / min(v[0] for v in them), cpu / min(v[1] for v in them)
                print(f"  {name:17s} {wall:7.2f} s {cpu:7.2f} cpu-s {memory:6.0f} MB  {shares[0]:.2f}x, cpu {shares[1]:.2f}x", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        child(sys.argv[2])
    else:
        main()
