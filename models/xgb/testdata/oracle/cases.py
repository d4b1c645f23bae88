"""Training tables and models for the oracle of models/xgb.

A case is a zip file with
  case.json    parameters, column names and shape
  x.f32        features, column after column, little-endian float32, NaN = missing
  class.i32    classes, little-endian int32
  model.json   the model XGBoost trains with one thread and base_score=0.5
  margin.f32   the raw margins XGBoost predicts for x, row after row
Everything is drawn from numpy's PCG64 with the seed of the case.
"""

import json
import zipfile

import numpy as np
import xgboost as xgb

assert xgb.__version__ == "3.4.1", "the dialect is pinned to xgboost 3.4.1"

DEFAULTS = {
    "eta": 0.1,
    "lambda": 1,
    "gamma": 0,
    "min_child_weight": 1,
    "max_depth": 6,
    "max_bin": 256,
    "num_boost_round": 10,
    "num_class": 5,
    "dialect": "xgboost-3.4",
}


def features(kind, rows, cols, rng):
    """A rows x cols float32 table of the kind."""
    x = rng.normal(size=(rows, cols))
    if kind == "dense":
        pass
    elif kind == "warmup":  # slow walks, each missing its first rows
        x += 0.05 * np.cumsum(rng.normal(size=(rows, cols)), axis=0)
        for c in range(cols):
            x[: rng.integers(0, 31), c] = np.nan
    elif kind == "tied":  # few values, constants, one column without any
        for c in range(cols):
            if c % 4 == 0:
                x[:, c] = np.round(x[:, c])
            elif c % 4 == 1:
                x[:, c] = rng.integers(0, 2, rows)
            elif c % 4 == 2:
                x[:, c] = np.round(x[:, c], 1)
                x[rng.random(rows) < 0.02, c] = np.nan
        x[:, 3 % cols] = 2.5
        if cols > 7:
            x[:, 7] = np.nan
    elif kind == "sparse":  # missing at random, more and more per column
        for c in range(cols):
            x[rng.random(rows) < 0.05 + 0.85 * c / cols, c] = np.nan
    elif kind == "absent":  # the missing ones are the signal
        x = np.round(x, 2)
        for c in range(cols):
            x[rng.random(rows) < 0.5, c] = np.nan
    elif kind == "scales":  # magnitudes from 1e-30 to 1e30
        x *= 10.0 ** np.linspace(-30, 30, cols)
    else:
        raise ValueError(kind)
    return (x + 0.0).astype(np.float32) + np.float32(0)  # no negative zeros


def classes(x, k, noise, rng):
    """k classes of equal size by a noisy score of the first columns."""
    z = np.nan_to_num(x.astype(np.float64) / np.nanmax(np.abs(np.where(np.isnan(x), 1, x)), axis=0))
    score = 3 * z[:, 0] - 2 * z[:, 1 % x.shape[1]] * z[:, 2 % x.shape[1]] + np.isnan(x[:, -1])
    score = score + noise * rng.normal(size=len(x))
    edges = np.quantile(score, np.arange(1, k) / k)
    return np.searchsorted(edges, score).astype(np.int32)


def train(x, y, names, params, threads=1):
    p = dict(params)
    rounds = p.pop("num_boost_round")
    p.pop("dialect")
    p.update(tree_method="hist", objective="multi:softprob", base_score=0.5, nthread=threads)
    return xgb.train(p, xgb.DMatrix(x, label=y, feature_names=names), rounds)


def write(path, kind, rows, cols, seed, noise=1.0, **params):
    """Trains a case and writes it to path."""
    rng = np.random.Generator(np.random.PCG64(seed))
    p = {**DEFAULTS, **params}
    x = features(kind, rows, cols, rng)
    y = classes(x, p["num_class"], noise, rng)
    names = [f"f{c:02d}" for c in range(cols)]
    booster = train(x, y, names, p)
    margin = booster.predict(xgb.DMatrix(x, feature_names=names), output_margin=True)
    parts = {
        "case.json": json.dumps({"params": p, "names": names, "rows": rows}).encode(),
        "x.f32": np.ascontiguousarray(x.T).astype("<f4").tobytes(),
        "class.i32": y.astype("<i4").tobytes(),
        "model.json": bytes(booster.save_raw("json")),
        "margin.f32": margin.astype("<f4").tobytes(),
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as z:
        for name, data in parts.items():
            z.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED, 9)
    return x, names
