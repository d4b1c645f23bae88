"""One release of XGBoost at work, whichever is on the path, from 0.90 on.

    python release.py write FOLDER        trains small models on made-up data and
                                          leaves their files and margins in FOLDER
    python release.py read FOLDER LIST    loads the model files that LIST names and
                                          leaves their margins beside them

A table is x.f32, 60 rows x 4 columns of little-endian float32, row after row,
NaN = missing. The files of a case are CASE.json, CASE.ubj and CASE.model, as
far as the release writes them; CASE.margin.f32 are the margins it predicts up to
the best iteration, row after row.
"""

import json
import pathlib
import sys

import numpy as np
import xgboost as xgb

ROWS, NAMES, ROUNDS, BEST = 60, ["a", "b", "c d", "e"], 3, 1
VERSION = tuple(int(v) for v in xgb.__version__.split(".")[:2])


def table():
    """Ties, a constant-like column, missing values; three classes."""
    rng = np.random.RandomState(20261128)
    x = rng.normal(size=(ROWS, len(NAMES)))
    x[:, 1] = np.round(x[:, 1])
    x[:, 2] = rng.randint(0, 2, ROWS)
    z = x[:, 0] - x[:, 1] * x[:, 2] + 0.3 * rng.normal(size=ROWS)
    x[rng.uniform(size=x.shape) < 0.1] = np.nan
    return x.astype(np.float32), np.digitize(z, [-0.6, 0.5])


MULTI = dict(objective="multi:softprob", num_class=3)
CASES = {
    "softprob": dict(MULTI),
    "softmax": dict(objective="multi:softmax", num_class=3),
    "given": dict(MULTI, base_score=0.25),
    "logistic": dict(objective="binary:logistic", base_score=0.3),
    "estimated": dict(objective="binary:logistic"),
    "raw": dict(objective="binary:logitraw", base_score=0.7),
    "squared": dict(objective="reg:squarederror"),
    "poisson": dict(objective="count:poisson"),
    "tweedie": dict(objective="reg:tweedie"),
    "gamma": dict(objective="reg:gamma"),
    "pruned": dict(objective="reg:squarederror", tree_method="exact", gamma=3, max_depth=4, eta=1),
    "parallel": dict(MULTI, num_parallel_tree=2, subsample=0.5),
    "forest": dict(objective="binary:logistic", num_parallel_tree=3, subsample=0.5),
    "dart": dict(MULTI, booster="dart", rate_drop=0.6, eta=0.7),
    "linear": dict(MULTI, booster="gblinear"),
    "line": dict(objective="reg:squarederror", booster="gblinear", base_score=0.2),
}
if VERSION < (1, 4):
    del CASES["raw"]  # its base_score meant something else
BESTS = ["softprob", "parallel", "forest", "dart"]  # the cases that stop early


def matrix(x, names, **more):
    return xgb.DMatrix(x, missing=np.nan, feature_names=names, **more)


def margins(booster, d, rounds, parallel):
    """The margins of the first rounds, of all with rounds None."""
    if rounds is None:
        m = booster.predict(d, output_margin=True)
    elif VERSION >= (1, 4):
        m = booster.predict(d, output_margin=True, iteration_range=(0, rounds))
    else:
        m = booster.predict(d, output_margin=True, ntree_limit=rounds * parallel)
    return m.astype("<f4")


def train(name, x, y):
    p = dict(dict(nthread=1, max_depth=2, eta=0.5, tree_method="hist", seed=7), **CASES[name])
    if p.get("booster") == "gblinear":
        p = {k: v for k, v in p.items() if k not in ("max_depth", "tree_method")}
        p.update(updater="coord_descent")
    label = y if p.get("num_class") else (y > 1) if p["objective"].startswith("binary") else y + 0.5
    booster = xgb.train(p, matrix(x, NAMES, label=label), ROUNDS)
    rounds = None
    if name in BESTS:
        rounds = BEST + 1
        booster.set_attr(best_iteration=str(BEST), best_score="0.5", best_ntree_limit=str(rounds * p.get("num_parallel_tree", 1)))
    elif p.get("booster") != "gblinear":
        booster.set_attr(best_iteration=str(ROUNDS - 1), best_ntree_limit=str(ROUNDS * p.get("num_parallel_tree", 1)))
    return booster, rounds, p.get("num_parallel_tree", 1)


def formats():
    if VERSION >= (1, 0):
        yield "json"
    if VERSION >= (1, 6):
        yield "ubj"
    if VERSION < (3, 1):
        yield "model"


def write(folder):
    folder.mkdir(parents=True, exist_ok=True)
    x, y = table()
    (folder / "x.f32").write_bytes(x.astype("<f4").tobytes())
    for name in CASES:
        booster, rounds, parallel = train(name, x, y)
        for kind in formats():
            path = folder / "{}.{}".format(name, kind)
            if kind == "model" and VERSION >= (2, 1):  # where .model is another name of UBJSON
                path.write_bytes(bytes(booster.save_raw("deprecated")))
            else:
                booster.save_model(str(path))
        margin = margins(booster, matrix(x, NAMES), rounds, parallel)
        (folder / "{}.margin.f32".format(name)).write_bytes(margin.tobytes())


def read(folder, files):
    """Leaves FILE.margin.f32 beside every file, or FILE.error with what XGBoost
    says."""
    for path in files:
        path = folder / path
        x = np.frombuffer((path.parent / "x.f32").read_bytes(), "<f4")
        x = x.reshape(-1, len(NAMES))
        try:
            booster = xgb.Booster(model_file=str(path))
            best = booster.attributes().get("best_iteration")
            linear = '"gblinear"' in booster.save_config()
            margin = margins(booster, matrix(x, booster.feature_names or None), None if best is None or linear else int(best) + 1, 1)
            path.with_name(path.name + ".margin.f32").write_bytes(margin.tobytes())
        except Exception as e:  # the release's own word on it is the result
            path.with_name(path.name + ".error").write_text(str(e))


if __name__ == "__main__":
    if hasattr(xgb, "set_config"):
        xgb.set_config(verbosity=0)
    if sys.argv[1] == "write":
        write(pathlib.Path(sys.argv[2]))
    else:
        read(pathlib.Path(sys.argv[2]), json.loads(pathlib.Path(sys.argv[3]).read_text()))
    print("xgboost", xgb.__version__)
