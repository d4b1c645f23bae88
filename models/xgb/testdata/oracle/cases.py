"""Training tables and models for the oracle of models/xgb.

A case is a zip file with
  case.json    parameters, column names and shape; with rows to validate on, what
               XGBoost's metric was each round
  x.f32        features, column after column, little-endian float32, NaN = missing
  label.f32    labels, little-endian float32
  weight.f32   weights, if there are any
  model.json   the model XGBoost trains with one thread
  margin.f32   the raw margins XGBoost predicts for x, row after row
The last valid_rows of the rows validate and do not train. Everything is drawn
from numpy's PCG64 with the seed of the case, or computed from the candles of
../shared.
"""

import csv
import json
import pathlib
import zipfile

import numpy as np
import xgboost as xgb

DIALECTS = {"3.4.1": "xgboost-3.4", "1.7.6": "xgboost-1.7"}
assert xgb.__version__ in DIALECTS, "the dialects are pinned to xgboost 3.4.1 and 1.7.6"
DIALECT = DIALECTS[xgb.__version__]

CANDLES = pathlib.Path(__file__).resolve().parents[4].parent / "shared" / "candles"
FILES = {
    "btc": "bitstamp-cryptodatadownload/BTCUSD_1h.csv",
    "eth": "bitstamp-cryptodatadownload/ETHBTC_1h.csv",
}

DEFAULTS = {
    "objective": "multi:softprob",
    "eta": 0.1,
    "lambda": 1,
    "gamma": 0,
    "min_child_weight": 1,
    "max_depth": 6,
    "max_bin": 256,
    "num_boost_round": 10,
    "num_class": 5,
    "base_score": 0.5,
    "dialect": DIALECT,
}
OURS = ("dialect", "num_boost_round", "early_stopping_rounds")  # not parameters of a booster


def candles(name, rows, cols):
    """Features of the last bars of a market, their next return, and the first
    rows missing where they look further back than there are bars."""
    with open(CANDLES / FILES[name]) as f:
        next(f)
        table = list(csv.reader(f))[1:]
    bars = np.array([r[3:8] for r in table], float)[::-1]
    bars = bars[len(bars) - rows - 1:]
    o, h, l, c, v = (np.log(np.maximum(bars[:, i], 1e-9)) for i in range(5))
    r = np.diff(c, prepend=np.nan)
    out = [r, h - l, c - o, v, (c - l) / np.where(h > l, h - l, np.nan)]
    back = 2
    while len(out) < cols:
        far = np.full(back, np.nan)
        out.append(np.concatenate([far, c[back:] - c[:-back]]))
        out.append(np.concatenate([far, np.convolve(r[1:] ** 2, np.ones(back) / back, "valid")]))
        back = back + 1 + back // 3
    x = np.stack(out[:cols], 1)[:-1]
    return (x + 0.0).astype(np.float32) + np.float32(0), r[1:]


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
    elif kind == "few":  # few values and nothing missing
        x = np.round(x * (1 + np.arange(cols) % 3) / 2)
    elif kind == "constant":  # all but the first two columns
        x[:, 2:] = np.arange(cols - 2) - 1.5
    elif kind == "sparse":  # missing at random, more and more per column
        for c in range(cols):
            x[rng.random(rows) < 0.05 + 0.85 * c / cols, c] = np.nan
    elif kind == "absent":  # the missing ones are the signal
        x = np.round(x, 2)
        for c in range(cols):
            x[rng.random(rows) < 0.5, c] = np.nan
    elif kind == "batch":  # every combination of two values, again and again
        x = (np.arange(rows)[:, None] >> np.arange(cols)[::-1]) & 1
    elif kind == "scales":  # magnitudes from 1e-30 to 1e30
        x *= 10.0 ** np.linspace(-30, 30, cols)
    else:
        raise ValueError(kind)
    return (x + 0.0).astype(np.float32) + np.float32(0)  # no negative zeros


def batch(x):
    """A score whose trees have 256 nodes of a level to split, and behind them 256
    whose splits bring something, but less than a gamma of 0.05."""
    s = 8.0 * x[:, 0] + x[:, 1:9] @ np.arange(3.9, 3.1, -0.1)[:8]
    return s + np.where(x[:, 0] == 0, 2 * x[:, 9] + 1.5 * x[:, 10], 0.02 * x[:, 9])


def score(x, noise, rng):
    """A noisy score of the first columns."""
    z = np.nan_to_num(x.astype(np.float64) / np.nanmax(np.abs(np.where(np.isnan(x), 1, x)), axis=0))
    s = 3 * z[:, 0] - 2 * z[:, 1 % x.shape[1]] * z[:, 2 % x.shape[1]] + np.isnan(x[:, -1])
    return s + noise * rng.normal(size=len(x))


def labels(s, p):
    """Classes of equal size by score, two of them, or the score itself."""
    if p["objective"] == "reg:squarederror":
        return (s / np.std(s)).astype(np.float32)
    k = p["num_class"] or 2
    return np.searchsorted(np.quantile(s, np.arange(1, k) / k), s).astype(np.float32)


def weights(kind, rows, rng):
    if kind is None:
        return None
    w = rng.exponential(size=rows)
    if kind == "some":  # a third of the rows do not count
        w[rng.random(rows) < 1 / 3] = 0
    elif kind == "wild":  # over many magnitudes, so that the order of sums shows
        w = 10 ** rng.uniform(-6, 6, rows)
    elif kind == "whole":
        w = np.ceil(w)
    elif kind == "recent":  # falling off by half every fifth of the rows
        w = 0.5 ** (5 * (1 - np.arange(rows) / rows))
    return w.astype(np.float32)


def native(params, names, threads=1):
    """The parameters as XGBoost takes them."""
    p = {k: v for k, v in params.items() if k not in OURS}
    if not p["num_class"]:
        del p["num_class"]
    if "interaction_constraints" in p:  # by place, as 1.7 loses names
        p["interaction_constraints"] = json.dumps([[names.index(n) for n in g] for g in p["interaction_constraints"]])
    p.update(tree_method="hist", nthread=threads, verbosity=0)
    return p


def train(x, y, names, params, threads=1, w=None, valid=None):
    """A booster, and its evaluations where there are rows to validate on."""
    d = xgb.DMatrix(x, label=y, weight=w, feature_names=names)
    history = {}
    more = {}
    if valid is not None:
        vx, vy, vw = valid
        more = dict(evals=[(d, "train"), (xgb.DMatrix(vx, label=vy, weight=vw, feature_names=names), "valid")],
                    evals_result=history, verbose_eval=False, early_stopping_rounds=params.get("early_stopping_rounds"))
    return xgb.train(native(params, names, threads), d, params["num_boost_round"], **more), history


def make(kind, rows, cols, seed, noise=1.0, weight=None, valid=0, **params):
    """The parameters, table, labels, weights and names of a case."""
    rng = np.random.Generator(np.random.PCG64(seed))
    p = {**DEFAULTS, **params}
    if not p["objective"].startswith("multi:"):
        p["num_class"] = 0
    if kind in FILES:
        x, s = candles(kind, rows, cols)
    else:
        x = features(kind, rows, cols, rng)
        s = batch(x) if kind == "batch" else score(x, noise, rng)
    y = labels(s, p)
    return p, x, y, weights(weight, rows, rng), [f"f{c:02d}" for c in range(cols)]


def write(path, kind, rows, cols, seed, valid=0, level=9, seeds=0, classes=False, **case):
    """Trains a case and writes it to path. With seeds it is trained once a seed,
    and the losses of the validation rows are all that is kept. With classes labels are written as class.i32."""
    p, x, y, w, names = make(kind, rows, cols, seed, **case)
    cut = rows - valid
    part = lambda a, s: None if a is None else a[s]
    held = (x[cut:], y[cut:], part(w, slice(cut, None))) if valid else None
    if seeds:
        each = lambda i: train(x[:cut], y[:cut], names, {**p, "seed": i}, valid=held)[1]["valid"]["logloss"][-1]
        parts = {"case.json": {"params": p, "names": names, "rows": rows, "valid_rows": valid, "losses": [each(i) for i in range(seeds)]},
                 "x.f32": np.ascontiguousarray(x.T).astype("<f4").tobytes(), "label.f32": y.astype("<f4").tobytes()}
        parts["case.json"] = json.dumps(parts["case.json"]).encode()
        return pack(path, parts, level)
    booster, history = train(x[:cut], y[:cut], names, p, w=part(w, slice(cut)), valid=held)
    head = {"params": p, "names": names, "rows": rows}
    if valid:
        (metric, first), = history["train"].items()
        head.update(valid_rows=valid, train=first, valid=history["valid"][metric], best=getattr(booster, "best_iteration", 0))
        if "early_stopping_rounds" not in p:
            head["best"] = 0
    booster.set_attr(best_iteration=None, best_score=None, best_ntree_limit=None)
    margin = booster.predict(xgb.DMatrix(x[:cut], feature_names=names), output_margin=True, iteration_range=(0, 0))
    parts = {
        "case.json": json.dumps(head).encode(),
        "x.f32": np.ascontiguousarray(x.T).astype("<f4").tobytes(),
        "label.f32": y.astype("<f4").tobytes(),
        "model.json": bytes(booster.save_raw("json")),
        "margin.f32": margin.astype("<f4").tobytes(),
    }
    if classes:
        del parts["label.f32"]
        parts["class.i32"] = y.astype("<i4").tobytes()
    if w is not None:
        parts["weight.f32"] = w.astype("<f4").tobytes()
    pack(path, parts, level)


def pack(path, parts, level):
    method = zipfile.ZIP_DEFLATED if level else zipfile.ZIP_STORED
    with zipfile.ZipFile(path, "w", method, compresslevel=level) as z:
        for name, data in parts.items():
            z.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, method, level)
