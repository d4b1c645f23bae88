"""Times models/xgb against XGBoost 3.4.1 with two threads, in turn.

Rerun, from models/xgb, with Go, Python 3.13 and testdata/oracle/requirements.txt:
    python testdata/oracle/speed.py

Both train 100 rounds of five classes, depth 6, on 4,750 x 38 with the first
rows missing; data preparation counts on both sides. Prints the best of each.
"""

import os
import pathlib
import re
import subprocess
import tempfile
import time

import cases

PACKAGE = pathlib.Path(__file__).resolve().parent.parent.parent
TURNS = 4


def main():
    with tempfile.TemporaryDirectory() as tmp:
        path = pathlib.Path(tmp) / "speed.zip"
        case = dict(kind="warmup", rows=4750, cols=38, seed=1, num_boost_round=100)
        cases.write(path, **case)
        params, x, y, _, names = cases.make(**case)
        env = {**os.environ, "MANTIS_XGB_CASE": str(path), "GOMAXPROCS": "2"}
        build = ["go", "test", "-c", "-o", str(pathlib.Path(tmp) / "xgb.test"), "."]
        subprocess.run(build, cwd=PACKAGE, check=True)
        theirs, ours = [], []
        for _ in range(TURNS):
            start = time.perf_counter()
            cases.train(x, y, names, params, threads=2)
            theirs.append(time.perf_counter() - start)
            run = subprocess.run(
                [str(pathlib.Path(tmp) / "xgb.test"), "-test.run=^$", "-test.bench=^BenchmarkCase$",
                 "-test.benchtime=3x"], cwd=PACKAGE, env=env, capture_output=True, text=True, check=True)
            ours.append(float(re.search(r"([\d.]+) ns/op", run.stdout).group(1)) / 1e9)
    print("XGBoost 2 threads ", " ".join(f"{s:.3f}" for s in theirs), "s")
    print("mantis GOMAXPROCS=2", " ".join(f"{s:.3f}" for s in ours), "s")
    print(f"best against best: {min(ours) / min(theirs):.2f}x")


if __name__ == "__main__":
    main()
