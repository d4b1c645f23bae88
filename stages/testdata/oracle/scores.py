"""Holds the model, the predictions and the scores of a store against XGBoost
and scikit-learn.

Rerun, from the checkout, with Python and .ci/requirements.txt:
    python stages/testdata/oracle/scores.py STORE

The training rows are picked anew from features and labels by their instants
(label known by the open of the first test bar), XGBoost trains on them with one
thread, and every tree must equal that of our model file in structure, in
features, in default directions and in the float32 bits of thresholds, leaves
and statistics. XGBoost then loads our file and predicts the test rows.
scikit-learn scores what the store predicts; the baselines are reckoned anew.
Exit code 0 when everything agrees, 1 otherwise.
"""

import json
import sys
import warnings

import numpy as np
import pandas as pd
import xgboost as xgb
from sklearn import metrics

from lake import Lake, Tally

WHOLE = ("left_children", "right_children", "parents", "split_indices", "default_left", "split_type")
BITS = ("split_conditions", "base_weights", "loss_changes", "sum_hessian")


def matrix(features, names, label=None):
    x = features[names].to_numpy(np.float64).astype(np.float32)
    return xgb.DMatrix(x, label=label, missing=np.nan, feature_names=names, feature_types=["float"] * len(names))


def fields_that_differ(ours, theirs):
    """The parts of a tree that are not the same."""
    out = [k for k in WHOLE if list(map(int, ours[k])) != list(map(int, theirs[k]))]
    for k in BITS:
        a, b = (np.array(x[k], np.float32).view(np.uint32) for x in (ours, theirs))
        if a.shape != b.shape or (a != b).any():
            out.append(k)
    if ours["tree_param"]["num_nodes"] != theirs["tree_param"]["num_nodes"]:
        out.append("num_nodes")
    return out


def check_trees(t, fold, ours, params, train):
    p = {k: params[k] for k in ("eta", "lambda", "gamma", "min_child_weight", "max_depth", "max_bin")}
    p.update(objective="multi:softprob", num_class=int(train["classes"]), tree_method="hist", base_score=0.5, nthread=1)
    names = ours["learner"]["feature_names"]
    for k in ("max_depth", "max_bin"):
        p[k] = int(p[k])
    booster = xgb.train(p, matrix(train["x"], names, train["y"]), int(params["num_boost_round"]))
    theirs = json.loads(bytes(booster.save_raw("json")))
    a, b = (m["learner"]["gradient_booster"]["model"] for m in (ours, theirs))
    faults = [fields_that_differ(x, y) for x, y in zip(a["trees"], b["trees"])]
    same = sum(not f for f in faults)
    counts = f"{same} of {len(b['trees'])} trees bit-identical"
    nodes = sum(len(x["left_children"]) for x in a["trees"])
    t.check(len(a["trees"]) == len(b["trees"]) == same, f"fold {fold}: {counts} to XGBoost {xgb.__version__}: {len(train['y'])} rows, {len(names)} features, {nodes} nodes")
    for i, f in enumerate(faults):
        if f:
            print(f"       tree {i}, the first that differs: {', '.join(f)}")
            break
    t.check(a["tree_info"] == b["tree_info"] and a["iteration_indptr"] == b["iteration_indptr"], f"fold {fold}: classes and rounds of the trees")
    t.check(float(ours["learner"]["learner_model_param"]["base_score"].strip("[]").split(",")[0]) == 0.5, f"fold {fold}: base score 0.5")


def join(lake, symbols):
    """Features and labels of the symbols, one below the other."""
    rows = []
    for s in symbols:
        f, l = lake.of("features", s), lake.of("labels", s)
        if not f["time"].equals(l["time"]):
            raise SystemExit(f"{s}: features and labels are of other bars")
        f["class"], f["label_known_at"] = l["class"], l["known_at"]
        rows.append(f)
    return pd.concat(rows, ignore_index=True)


def check_folds(t, lake, params, k):
    """Trees and predictions, fold by fold; the prior of every test row."""
    folds, predictions = lake.table("folds"), lake.table("predictions")
    pool = lake.symbols("features") if params["pool"] else [folds["symbol"].iloc[0]]
    every, own = join(lake, pool), join(lake, [folds["symbol"].iloc[0]])
    priors, seen = [], 0
    if not params["split_at"]:
        first, last = own["time"].iloc[0], own["known_at"].iloc[-1]
        cut = first + params["train"] * (last - first)
        off = abs(folds["train_end"].iloc[0] - cut)
        t.check(off < own["time"].iloc[1] - first, f"the test span begins after {params['train']:.0%} of the span, at {folds['train_end'].iloc[0]}, {off} off")
    p_names = [f"p{i + 1}" for i in range(k)]
    for f in folds.itertuples():
        path = lake.view("model") / f"fold-{f.fold:04d}.json"
        ours = json.loads(path.read_text())
        names = ours["learner"]["feature_names"]
        before = every[(every["time"] >= f.train_from) & (every["time"] < f.train_end) & every["class"].notna()]
        train = before[before["label_known_at"] <= f.train_end]
        counts = np.bincount(train["class"].astype(int) - 1, minlength=k)
        t.check(len(train) == f.train_rows and len(before) - len(train) == f.purged_rows, f"fold {f.fold}: {len(train)} rows train, {len(before) - len(train)} purged")
        t.check(" ".join(map(str, counts)) == f.class_counts, f"fold {f.fold}: training rows of each class: {f.class_counts}")
        check_trees(t, f.fold, ours, params, {"x": train, "y": train["class"].to_numpy(int) - 1, "classes": k})
        test = own[(own["time"] >= f.train_end) & (own["known_at"] <= f.test_end)]
        got = predictions[predictions["fold"] == f.fold]
        seen += len(got)
        t.same(f"fold {f.fold}: time of the predictions", got["time"], test["time"])
        booster = xgb.Booster(model_file=path)
        p = booster.predict(matrix(test, names)).reshape(len(test), k)
        t.close(f"fold {f.fold}: probabilities of XGBoost from our file", got[p_names].to_numpy(), p, 1e-5)
        top = np.sort(p, axis=1)
        tied = top[:, -1] - top[:, -2] <= 1e-5
        other = got["class"].to_numpy() != p.argmax(axis=1) + 1
        t.check(not (other & ~tied).any(), f"fold {f.fold}: class of {len(got)} rows, {other.sum()} other, {tied.sum()} with the top two within 1e-5")
        priors.append(np.tile(counts / counts.sum(), (len(test), 1)))
    t.check(seen == len(predictions), f"{seen} of {len(predictions)} predictions belong to a fold")
    return predictions, np.concatenate(priors)


def check_columns(t, lake, predictions, k):
    """What stands beside the probabilities, from bars and labels."""
    symbol = predictions["symbol"].iloc[0]
    for table, pairs in {"bars": {"close": "close", "known_at": "known_at"},
                         "labels": {"class": "realised_class", "return": "realised_return", "known_at": "label_known_at"}}.items():
        rows = lake.of(table, symbol).set_index("time").loc[predictions["time"]]
        for theirs, ours in pairs.items():
            t.same(f"predictions: {ours} is {theirs} of {table}", predictions[ours], rows[theirs])
    folds = lake.table("folds").set_index("fold").loc[predictions["fold"]]
    t.same("predictions: train_end", predictions["train_end"], folds["train_end"])
    t.same("predictions: model", predictions["model"], folds["model"].str[:16])
    p = predictions[[f"p{i + 1}" for i in range(k)]].to_numpy()
    t.close("predictions: probabilities add up to 1", p.sum(axis=1), np.ones(len(p)), 1e-6)


def last_class(predictions, labels):
    """The newest class known at each prediction, None where some has none."""
    known = labels.dropna(subset="class").sort_values("known_at")
    at = known["known_at"].searchsorted(predictions["known_at"], side="right") - 1
    if (at < 0).any():
        return None
    return known["class"].to_numpy(int)[at]


def score(real, guess, p, k):
    """scikit-learn's values, NaN where ours have none to give."""
    classes = np.arange(1, k + 1)
    out = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sure = p is not None and (p[np.arange(len(real)), real - 1] > 0).all()
        out["log_loss", 0] = metrics.log_loss(real, p, labels=classes) if sure else np.nan
        out["accuracy", 0] = metrics.accuracy_score(real, guess)
        out["balanced_accuracy", 0] = metrics.balanced_accuracy_score(real, guess)
        mixed = len(set(real)) > 1 and len(set(guess)) > 1
        out["mcc", 0] = metrics.matthews_corrcoef(real, guess) if mixed else np.nan
        of = {"labels": classes, "average": None, "zero_division": np.nan}
        values = {"precision": metrics.precision_score(real, guess, **of), "recall": metrics.recall_score(real, guess, **of), "f1": metrics.f1_score(real, guess, **of)}
        for c in classes:
            for name, v in values.items():
                out[name, c] = v[c - 1]
            both = p is not None and 0 < (real == c).sum() < len(real)
            out["roc_auc", c] = metrics.roc_auc_score(real == c, p[:, c - 1]) if both else np.nan
    return out


def truth(lake, predictions, k):
    """The probabilities that a simulated market drew from, None without one."""
    if not lake.has("p_true"):
        return None
    rows = lake.of("p_true", predictions["symbol"].iloc[0]).set_index("time").reindex(predictions["time"])
    fits = (rows["known_at"].to_numpy() == predictions["known_at"].to_numpy()) & (rows["settles_at"].to_numpy() == predictions["label_known_at"].to_numpy())
    p = rows[[f"p{i + 1}" for i in range(k)]].to_numpy()
    return p if fits[predictions["realised_class"].notna()].all() else None


def check_scores(t, lake, predictions, prior, k):
    labelled = predictions["realised_class"].notna().to_numpy()
    real = predictions["realised_class"][labelled].to_numpy(int)
    p = predictions[[f"p{i + 1}" for i in range(k)]].to_numpy()[labelled]
    prior = prior[labelled]
    common = prior.argmax(axis=1) + 1
    who = {"model": (p.argmax(axis=1) + 1, p), "class prior": (common, prior), "majority class": (common, None)}
    last = last_class(predictions, lake.of("labels", predictions["symbol"].iloc[0]))
    if last is not None:
        who["last class"] = (last[labelled], None)
    drawn = truth(lake, predictions, k)
    if drawn is not None:
        drawn = drawn[labelled]
        who["p_true"] = (drawn.argmax(axis=1) + 1, drawn)
    got = lake.table("scores")
    t.check(set(got["name"]) == set(who), f"scored: {', '.join(who)}")
    t.check((got["rows"] == len(real)).all(), f"scores of {len(real)} test rows with a label")
    t.check(((got["reason"] != "") == got["value"].isna()).all(), "a reason where there is no value, and only there")
    for name, (guess, q) in who.items():
        want = score(real, guess, q, k)
        rows = got[got["name"] == name]
        keys = list(zip(rows["score"], rows["class"].fillna(0).astype(int)))
        if not t.check(sorted(keys) == sorted(want), f"{name}: {len(keys)} scores"):
            continue
        for one in ("log_loss", "accuracy", "balanced_accuracy", "mcc", "precision", "recall", "f1", "roc_auc"):
            here = [i for i, (s, _) in enumerate(keys) if s == one]
            t.close(f"{name}: {one}", rows["value"].to_numpy()[here], [want[keys[i]] for i in here], 1e-12)
    table = lake.table("confusion").pivot(index="realised", columns="predicted", values="rows").to_numpy()
    t.same("confusion matrix", table.ravel(), metrics.confusion_matrix(real, who["model"][0], labels=np.arange(1, k + 1)).ravel())


def main(store):
    lake = Lake(store)
    t = Tally("model, predictions, scores against XGBoost " + xgb.__version__)
    k = len(lake.table("classes"))
    predictions, prior = check_folds(t, lake, lake.params("model"), k)
    check_columns(t, lake, predictions, k)
    check_scores(t, lake, predictions, prior, k)
    t.end()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
