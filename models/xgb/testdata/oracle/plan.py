"""The cases that check.py trains: name to arguments of cases.write.

plan(seed) is small enough for every run, full(seed) for an hour's. The rows are
5 thousand to a million, of real candles, tied, constant, few-valued, dense and
sparse tables, and each parameter of the trainer is there in each dialect.
"""

import random

LOGISTIC = dict(objective="binary:logistic")
SQUARED = dict(objective="reg:squarederror")


def plan(seed):
    s = iter(range(seed, seed + 1000))
    l = lambda v: {"lambda": v}
    few, five = dict(num_boost_round=4), dict(num_boost_round=5)
    return {
        # data
        "btc-5k": dict(kind="btc", rows=5000, cols=15, seed=next(s), **five),
        "btc-30k": dict(kind="btc", rows=30000, cols=20, seed=next(s), **few, **SQUARED),
        "eth-20k": dict(kind="eth", rows=20000, cols=25, seed=next(s), num_class=3, **few),
        "dense-5k": dict(kind="dense", rows=5000, cols=12, seed=next(s), **five),
        "warmup-5k": dict(kind="warmup", rows=4750, cols=20, seed=next(s), num_boost_round=20),
        "tied-5k": dict(kind="tied", rows=5000, cols=16, seed=next(s), **five),
        "few-5k": dict(kind="few", rows=5000, cols=9, seed=next(s), **five),
        "constant-5k": dict(kind="constant", rows=5000, cols=6, seed=next(s), **five),
        "sparse-5k": dict(kind="sparse", rows=5000, cols=12, seed=next(s), **five),
        "absent-5k": dict(kind="absent", rows=5000, cols=10, seed=next(s), min_child_weight=0, **five),
        "scales-5k": dict(kind="scales", rows=5000, cols=12, seed=next(s), **five),
        "dense-200k": dict(kind="dense", rows=200_000, cols=6, seed=next(s), num_boost_round=3, **LOGISTIC),
        "warmup-1m": dict(kind="warmup", rows=1_000_000, cols=4, seed=next(s), num_boost_round=2, **LOGISTIC),
        # objectives and their settings
        "logistic": dict(kind="btc", rows=8000, cols=12, seed=next(s), num_boost_round=20, scale_pos_weight=2.5, **LOGISTIC),
        "logistic-base": dict(kind="sparse", rows=5000, cols=10, seed=next(s), base_score=0.23, **LOGISTIC),
        "squared": dict(kind="btc", rows=8000, cols=12, seed=next(s), num_boost_round=20, base_score=-0.7, **SQUARED),
        "softmax": dict(kind="tied", rows=5000, cols=9, seed=next(s), objective="multi:softmax", base_score=0.1, **few),
        "classes": dict(kind="warmup", rows=5000, cols=10, seed=next(s), num_class=11, **few),
        "two": dict(kind="dense", rows=5000, cols=10, seed=next(s), num_class=2, max_bin=9),
        # regularisation
        "eta": dict(kind="warmup", rows=5000, cols=12, seed=next(s), eta=0.3, max_depth=4, **l(0.5)),
        "gamma": dict(kind="warmup", rows=5000, cols=12, seed=next(s), gamma=0.5, min_child_weight=5, **five),
        "alpha": dict(kind="eth", rows=5000, cols=12, seed=next(s), alpha=0.7, **five),
        "step": dict(kind="sparse", rows=5000, cols=9, seed=next(s), max_delta_step=0.3, **five),
        "step-alpha": dict(kind="dense", rows=5000, cols=9, seed=next(s), max_delta_step=0.4, alpha=0.2, **SQUARED),
        "lambda": dict(kind="sparse", rows=5000, cols=9, seed=next(s), max_depth=3, min_child_weight=0.1, max_bin=128, **five, **l(0)),
        "free": dict(kind="tied", rows=5000, cols=8, seed=next(s), min_child_weight=0, max_depth=8, **five, **l(0)),
        "sure": dict(kind="dense", rows=5000, cols=6, seed=next(s), noise=0, eta=1.0, min_child_weight=0, num_class=3,
                     num_boost_round=20, **l(0)),
        # shapes
        "deep": dict(kind="dense", rows=5000, cols=8, seed=next(s), max_depth=11, max_bin=64, eta=0.05, **few),
        "deeper": dict(kind="tied", rows=5000, cols=8, seed=next(s), max_depth=25, min_child_weight=0, **few, **SQUARED, **l(0.1)),
        "endless": dict(kind="dense", rows=8000, cols=5, seed=next(s), max_depth=0, min_child_weight=0, gamma=0.05,
                        num_boost_round=2, **SQUARED, **l(0.1)),
        # more nodes than XGBoost 3.4 keeps histograms of
        "cache": dict(kind="few", rows=120_000, cols=9, seed=next(s), max_depth=0, max_bin=8, min_child_weight=0, weight="wild",
                      num_boost_round=1, **SQUARED, **l(0)),
        # a level whose second batch of nodes has none to split
        "batch": dict(kind="batch", rows=4096, cols=11, seed=next(s), max_depth=0, gamma=0.05, num_boost_round=2, **SQUARED, **l(0)),
        "leaves": dict(kind="btc", rows=5000, cols=9, seed=next(s), max_leaves=21, **five),
        "lossguide": dict(kind="btc", rows=10000, cols=12, seed=next(s), grow_policy="lossguide", max_leaves=31, max_depth=0, **five),
        "lossguide-depth": dict(kind="tied", rows=5000, cols=9, seed=next(s), grow_policy="lossguide", max_depth=5, **five),
        "lossguide-gamma": dict(kind="sparse", rows=5000, cols=9, seed=next(s), grow_policy="lossguide", max_depth=0, gamma=1.0, **few),
        "bins-700": dict(kind="warmup", rows=5000, cols=5, seed=next(s), max_bin=700, **five),
        "bins-3000": dict(kind="dense", rows=20000, cols=5, seed=next(s), max_bin=3000, grow_policy="lossguide", max_leaves=20, **SQUARED),
        # constraints
        "monotone": dict(kind="btc", rows=5000, cols=9, seed=next(s), monotone_constraints={"f00": 1, "f01": -1, "f03": 0}, **five),
        "monotone-tied": dict(kind="tied", rows=5000, cols=9, seed=next(s), monotone_constraints={"f00": -1, "f01": -1, "f02": 1}, **LOGISTIC),
        "monotone-none": dict(kind="dense", rows=5000, cols=9, seed=next(s), monotone_constraints={"f00": 0}, **LOGISTIC),
        "monotone-all": dict(kind="sparse", rows=5000, cols=5, seed=next(s), monotone_constraints={"f00": 1, "f01": 1}, alpha=0.5,
                             max_delta_step=0.4, grow_policy="lossguide", max_leaves=31, **SQUARED),
        "interaction": dict(kind="btc", rows=5000, cols=9, seed=next(s),
                            interaction_constraints=[["f00", "f01"], ["f02", "f03", "f04"], ["f01", "f05"]], **five),
        "interaction-lossguide": dict(kind="sparse", rows=5000, cols=9, seed=next(s), grow_policy="lossguide",
                                      interaction_constraints=[["f00", "f01"], ["f02", "f05", "f08"]], **five),
        # weights
        "weights": dict(kind="btc", rows=8000, cols=9, seed=next(s), weight="exp", **five),
        "weights-tied": dict(kind="tied", rows=9000, cols=9, seed=next(s), weight="exp", **LOGISTIC),
        "weights-zero": dict(kind="sparse", rows=9000, cols=9, seed=next(s), weight="some", **few),
        "weights-recent": dict(kind="dense", rows=50_000, cols=4, seed=next(s), weight="recent", **SQUARED),
        # several trees a round, and rows to validate on
        "parallel": dict(kind="warmup", rows=5000, cols=9, seed=next(s), num_parallel_tree=3, **few),
        "parallel-logistic": dict(kind="btc", rows=5000, cols=9, seed=next(s), num_parallel_tree=4, **LOGISTIC),
        "early": dict(kind="btc", rows=8000, cols=9, seed=next(s), valid=2000, early_stopping_rounds=3, num_boost_round=40, eta=0.5),
        "early-logistic": dict(kind="sparse", rows=5000, cols=9, seed=next(s), valid=900, early_stopping_rounds=3,
                               num_boost_round=60, eta=0.5, weight="exp", **LOGISTIC),
        "valid-squared": dict(kind="sparse", rows=5000, cols=9, seed=next(s), valid=900, **SQUARED),
        "valid-merror": dict(kind="eth", rows=5000, cols=9, seed=next(s), valid=900, eval_metric="merror", **few),
        "valid-error": dict(kind="dense", rows=5000, cols=9, seed=next(s), valid=900, eval_metric="error", **LOGISTIC),
    }


def full(seed):
    """plan, the sizes that take long, and 200 drawn cases."""
    more = {
        "seed-200k": dict(kind="warmup", rows=200_000, cols=27, seed=seed + 2000, num_boost_round=20),
        "seed-1m": dict(kind="warmup", rows=1_000_000, cols=27, seed=seed + 2001, num_boost_round=5),
        "dense-1m": dict(kind="dense", rows=1_000_000, cols=20, seed=seed + 2002, num_boost_round=5, weight="exp", **SQUARED),
        "rounds": dict(kind="btc", rows=30_000, cols=27, seed=seed + 2003, num_boost_round=100),
    }
    return {**plan(seed), **more, **{f"drawn-{i:03d}": drawn(seed + 3000 + i) for i in range(200)}}


def drawn(seed):
    """A small case with everything drawn."""
    r = random.Random(seed)
    cols = r.randint(3, 9)
    names = [f"f{c:02d}" for c in range(cols)]
    c = dict(
        kind=r.choice(["dense", "warmup", "tied", "few", "constant", "sparse", "absent", "scales"]),
        rows=r.choice([60, 300, 1500, 4000]), cols=cols, seed=seed, noise=r.choice([0, 0.2, 1, 1]),
        objective=r.choice(["multi:softprob", "multi:softmax", "binary:logistic", "reg:squarederror", "reg:squarederror"]),
        num_class=r.choice([2, 3, 5]), num_boost_round=r.choice([3, 8, 15]), eta=r.choice([0.05, 0.3, 1]),
        min_child_weight=r.choice([0, 0, 0.1, 1, 1, 5]), max_depth=r.choice([0, 1, 3, 6, 6, 12]),
        max_bin=r.choice([2, 5, 16, 256, 256, 300, 1000]))
    c["lambda"] = r.choice([0, 0.1, 1, 1, 10])
    for share, name, values in (
            (0.3, "gamma", [0.01, 0.3, 2]), (0.3, "alpha", [0.01, 0.3, 3]), (0.3, "max_delta_step", [0.05, 0.5, 2]),
            (0.4, "grow_policy", ["lossguide"]), (0.4, "max_leaves", [2, 7, 31]), (0.2, "num_parallel_tree", [2, 3]),
            (0.4, "weight", ["exp", "some", "whole", "recent"]), (0.3, "base_score", [0.01, 0.3, 0.77, 0.999])):
        if r.random() < share:
            c[name] = r.choice(values)
    if r.random() < 0.3:
        c["monotone_constraints"] = {k: r.choice([-1, 0, 1]) for k in r.sample(names, r.randint(1, cols))}
    if r.random() < 0.3:
        c["interaction_constraints"] = [r.sample(names, r.randint(1, 3)) for _ in range(r.randint(1, 3))]
    if not c["objective"].startswith("multi:") and r.random() < 0.3:
        c["scale_pos_weight"] = r.choice([0.3, 4])
    if r.random() < 0.3:
        c.update(valid=c["rows"] // 3, num_boost_round=20, early_stopping_rounds=r.choice([1, 3]))
    return c


# Trees that draw at random: XGBoost's draws are others, and compared over seeds.
SEEDS = 24


def sampled(seed):
    base = dict(kind="dense", rows=2000, cols=10, valid=1000, num_boost_round=8, eta=0.3, max_depth=4, **LOGISTIC)
    return {
        "subsample": dict(seed=seed, subsample=0.5, **base),
        "bytree": dict(seed=seed + 1, colsample_bytree=0.3, **base),
        "bylevel": dict(seed=seed + 2, colsample_bylevel=0.3, **base),
        "bynode": dict(seed=seed + 3, colsample_bynode=0.3, **base),
        "forest": dict(seed=seed + 4, subsample=0.63, colsample_bynode=0.4, num_parallel_tree=5, **{**base, "num_boost_round": 2}),
        "all": dict(seed=seed + 5, subsample=0.7, colsample_bytree=0.8, colsample_bylevel=0.8, colsample_bynode=0.8,
                    grow_policy="lossguide", max_leaves=12, **base),
    }
