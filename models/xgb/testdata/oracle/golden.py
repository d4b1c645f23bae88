"""Writes the golden cases of models/xgb.

Rerun, from models/xgb, with Python 3.13 and testdata/oracle/requirements.txt:
    python testdata/oracle/golden.py
and, for the dialect xgboost-1.7, with the release that check.py installs:
    PYTHONPATH=~/.cache/mantis-ci/xgboost-1.7.6 python testdata/oracle/golden.py

testdata/golden holds models of multi:softprob in xgboost-3.4 with classes in
class.i32, testdata/trees every other kind of tree in both dialects.
"""

import pathlib

import cases

OUT = pathlib.Path(__file__).resolve().parent.parent

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

LOGISTIC = dict(objective="binary:logistic")
SQUARED = dict(objective="reg:squarederror")

TREES = {
    "softprob": dict(kind="tied", rows=800, cols=9, seed=21, num_boost_round=4, num_class=3),
    "sure": {"kind": "tied", "rows": 400, "cols": 5, "seed": 22, "num_boost_round": 20, "noise": 0, "eta": 1.0,
             "lambda": 0, "min_child_weight": 0, "num_class": 3, "objective": "multi:softmax", "base_score": 0.1},
    "logistic": dict(kind="sparse", rows=700, cols=6, seed=23, num_boost_round=8, base_score=0.23, scale_pos_weight=2.5,
                     weight="exp", alpha=0.3, max_delta_step=0.7, **LOGISTIC),
    "squared": dict(kind="warmup", rows=700, cols=6, seed=24, num_boost_round=8, weight="some", alpha=0.5, max_bin=400, **SQUARED),
    "lossguide": dict(kind="dense", rows=900, cols=6, seed=25, num_boost_round=5, grow_policy="lossguide", max_depth=0,
                      max_leaves=21, num_class=3),
    "deep": {"kind": "dense", "rows": 2500, "cols": 4, "seed": 26, "num_boost_round": 1, "max_depth": 0, "gamma": 0.05,
             "lambda": 0.1, "min_child_weight": 0, **SQUARED},
    "batch": {"kind": "batch", "rows": 2048, "cols": 11, "seed": 32, "num_boost_round": 1, "max_depth": 0, "gamma": 0.02,
              "lambda": 0, "min_child_weight": 0, **SQUARED},
    "monotone": dict(kind="tied", rows=800, cols=9, seed=27, num_boost_round=8, weight="recent",
                     monotone_constraints={"f00": -1, "f01": 1, "f04": 0}, max_leaves=12, **LOGISTIC),
    "interaction": dict(kind="absent", rows=800, cols=6, seed=28, num_boost_round=6, grow_policy="lossguide", max_leaves=15,
                        interaction_constraints=[["f00", "f01"], ["f01", "f02", "f05"], ["f03"]], **SQUARED),
    "parallel": dict(kind="warmup", rows=600, cols=6, seed=29, num_boost_round=3, num_parallel_tree=3, num_class=2, max_depth=4),
    "early": dict(kind="dense", rows=900, cols=6, seed=30, num_boost_round=40, eta=0.5, valid=300, early_stopping_rounds=3, max_depth=4),
    "error": dict(kind="few", rows=900, cols=6, seed=31, num_boost_round=6, valid=300, eval_metric="error", weight="whole", **LOGISTIC),
}


def main():
    short = cases.DIALECT[-3:]
    todo = {f"trees/{short}-{name}": case for name, case in TREES.items()}
    if cases.DIALECT == "xgboost-3.4":
        todo.update({f"golden/{name}": case for name, case in GOLDEN.items()})
    for name, case in todo.items():
        path = OUT / f"{name}.zip"
        path.parent.mkdir(exist_ok=True)
        cases.write(path, classes=name.startswith("golden/"), **case)
        print(f"{path.stat().st_size:8d} {name}")


if __name__ == "__main__":
    main()
