"""Writes the golden cases of models/xgb.

Rerun, from models/xgb, with Python 3.13 and testdata/oracle/requirements.txt:
    python testdata/oracle/golden.py
"""

import pathlib

import cases

OUT = pathlib.Path(__file__).resolve().parent.parent / "golden"

GOLDEN = {
    "dense": dict(kind="dense", rows=700, cols=8, seed=1, num_boost_round=6),
    "warmup": dict(kind="warmup", rows=900, cols=10, seed=2, num_boost_round=6),
    "tied": dict(kind="tied", rows=1000, cols=9, seed=3, num_boost_round=6),
    "sparse": dict(kind="sparse", rows=800, cols=8, seed=4, num_boost_round=5),
    "absent": dict(kind="absent", rows=600, cols=5, seed=5, num_boost_round=4, min_child_weight=0),
    "scales": dict(kind="scales", rows=400, cols=6, seed=6, num_boost_round=3, num_class=2),
    "one-column": dict(kind="dense", rows=500, cols=1, seed=7, num_boost_round=4, num_class=3),
    "shallow": {"kind": "warmup", "rows": 600, "cols": 6, "seed": 8, "num_boost_round": 20,
                "eta": 0.3, "max_depth": 3, "lambda": 0, "min_child_weight": 0.1, "max_bin": 64},
    "pruned": {"kind": "warmup", "rows": 900, "cols": 6, "seed": 9, "num_boost_round": 15,
               "gamma": 1.5, "min_child_weight": 8, "lambda": 2.5},
    "deep": {"kind": "dense", "rows": 600, "cols": 5, "seed": 10, "num_boost_round": 3,
             "eta": 0.05, "max_depth": 9, "max_bin": 17, "lambda": 0.5},
    "sure": {"kind": "dense", "rows": 300, "cols": 4, "seed": 11, "num_boost_round": 60, "noise": 0,
             "eta": 1.0, "max_depth": 4, "lambda": 0, "min_child_weight": 0, "num_class": 3},
    # Where gradients range over many magnitudes, the order of sums shows.
    "order-dense": {"kind": "dense", "rows": 600, "cols": 5, "seed": 104, "num_boost_round": 40, "noise": 0.2,
                    "eta": 1.0, "max_depth": 5, "lambda": 0, "min_child_weight": 0, "num_class": 3},
    "order-tied": {"kind": "tied", "rows": 600, "cols": 5, "seed": 116, "num_boost_round": 40, "noise": 0.2,
                   "eta": 1.0, "max_depth": 5, "lambda": 0, "min_child_weight": 0, "num_class": 3},
    "stump": {"kind": "tied", "rows": 120, "cols": 3, "seed": 12, "num_boost_round": 5,
              "max_depth": 1, "max_bin": 2, "min_child_weight": 30},
}

if __name__ == "__main__":
    OUT.mkdir(exist_ok=True)
    for name, case in GOLDEN.items():
        path = OUT / f"{name}.zip"
        cases.write(path, **case)
        print(f"{path.stat().st_size:8d} {name}")
