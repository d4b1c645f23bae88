"""Holds the trainers of models against scikit-learn and XGBoost.

Rerun, from the root, with Go and the packages in .ci/requirements.txt:
    python models/testdata/oracle/check.py

Draws tables of several shapes, with missing values, columns of very different
sizes, skewed classes and strong and weak penalties, and lets Go fit every trainer
to each. Each trainer has one optimum, so the probabilities must be those of

  logistic  LogisticRegression on columns standardised by their known values
  svm       the minimum that scipy finds of the documented objective, near to
            LinearSVC, and probabilities by CalibratedClassifierCV's sigmoid
  bayes     GaussianNB, where no value is missing
  forest    XGBClassifier of one round, where nothing is drawn at random
  prior     DummyClassifier

and those that the model files give by the formulas of the package docs. Prints the
greatest differences; exit code 1 when one is above its limit.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import warnings

sys.path = [p for p in sys.path if pathlib.Path(p or ".").resolve() != pathlib.Path(__file__).resolve().parent]

import numpy as np  # noqa: E402
import scipy.optimize  # noqa: E402
import xgboost as xgb  # noqa: E402
from sklearn.calibration import CalibratedClassifierCV  # noqa: E402
from sklearn.dummy import DummyClassifier  # noqa: E402
from sklearn.frozen import FrozenEstimator  # noqa: E402
from sklearn.linear_model import LogisticRegression  # noqa: E402
from sklearn.naive_bayes import GaussianNB  # noqa: E402
from sklearn.svm import LinearSVC  # noqa: E402

PACKAGE = pathlib.Path(__file__).resolve().parent.parent.parent
warnings.filterwarnings("ignore")


def draw(seed, rows, columns, classes, holes, skew):
    """A table whose first columns tell something of the class; float32 values."""
    rng = np.random.default_rng(seed)
    share = np.arange(1, classes + 1) ** skew
    y = rng.choice(classes, rows, p=share / share.sum())
    y[:classes] = np.arange(classes)
    x = rng.standard_normal((rows, columns))
    x[:, 0] += 0.5 * y
    x[:, 1] += np.where(y % 2, 0.7, 0)
    x[:, 2] = x[:, 0] * 0.9 + 0.3 * x[:, 2]  # nearly the first once more
    x *= 10.0 ** rng.integers(-6, 7, columns)
    x[rng.random((rows, columns)) < holes] = np.nan
    return x.astype(np.float32).astype(float), y


def standardised(x):
    mean, std = np.nanmean(x, 0), np.nanstd(x, 0)
    return np.nan_to_num((x - mean) / std)


def softmax(m):
    e = np.exp(m - m.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def from_file(m, x):
    """The probabilities of a model file, by the package docs."""
    kind = m["format"]
    if kind == "mantis/constant/1":
        return np.tile(m["probabilities"], (len(x), 1))
    if kind == "mantis/bayes/1":
        worth = []
        for prior, mean, variance in zip(m["prior"], m["mean"], m["variance"]):
            mean, variance = np.array(mean), np.array(variance)
            worth.append(np.log(prior) - np.nansum(np.log(variance) + (x - mean) ** 2 / variance, 1) / 2)
        return softmax(np.array(worth).T)
    z = np.nan_to_num((x - m["centre"]) / np.array(m["scale"]))
    margin = z @ np.array(m["weights"]).T + m["intercept"]
    if kind == "mantis/logistic/1":
        return softmax(margin)
    p = 1 / (1 + np.exp(np.array(m["slope"]) * margin + m["offset"]))
    return p / p.sum(1, keepdims=True)


class Machine:
    """The minimum of the documented objective, as an estimator."""

    _estimator_type = "classifier"

    def __init__(self, z, y, lam):
        self.classes_, self.weights = np.unique(y), []
        for k in self.classes_:
            side = np.where(y == k, 1.0, -1.0)

            def f(w):
                s = np.maximum(0, 1 - side * (z @ w[:-1] + w[-1]))
                g = -2 * s * side
                return s @ s + lam / 2 * w[:-1] @ w[:-1], np.append(z.T @ g + lam * w[:-1], g.sum())

            def hessp(w, v):
                on = side * (z @ w[:-1] + w[-1]) < 1
                u = 2 * on * (z @ v[:-1] + v[-1])
                return np.append(z.T @ u + lam * v[:-1], u.sum())

            start = np.zeros(z.shape[1] + 1)
            r = scipy.optimize.minimize(f, start, jac=True, hessp=hessp, method="Newton-CG", options={"xtol": 1e-14, "maxiter": 500})
            self.weights.append(r.x)
        self.weights = np.array(self.weights)

    def margins(self, z):
        return z @ self.weights[:, :-1].T + self.weights[:, -1]


def platt(margins, y):
    """CalibratedClassifierCV's probabilities of given margins."""

    from sklearn.base import BaseEstimator, ClassifierMixin

    class Given(ClassifierMixin, BaseEstimator):
        def fit(self, x, y):
            self.classes_ = np.unique(y)
            return self

        def decision_function(self, x):
            return x if x.shape[1] > 2 else x[:, 1]

        def predict(self, x):
            return x.argmax(1)

    c = CalibratedClassifierCV(FrozenEstimator(Given().fit(margins, y)), method="sigmoid").fit(margins, y)
    return c.predict_proba(margins)


def main():
    cases = {}
    for i, (rows, columns, classes, holes, skew, lam) in enumerate([
        (800, 6, 5, 0.0, 0, 1.0), (3000, 27, 5, 0.2, 1, 1.0), (500, 4, 3, 0.3, 0, 0.01), (2000, 12, 4, 0.0, 2, 300.0), (1200, 8, 3, 0.05, 1, 10.0),
    ]):
        x, y = draw(i, rows, columns, classes, holes, skew)
        cases[f"case{i}"] = (x, y, classes, lam, holes)
    worst = {}
    limits = {"logistic": 1e-6, "svm margins": 1e-6, "svm": 1e-6, "svm near LinearSVC": 1e-3, "bayes": 1e-9, "forest": 1e-6, "prior": 1e-12, "files": 1e-9}

    def note(name, a, b):
        worst[name] = max(worst.get(name, 0), float(np.abs(np.asarray(a) - np.asarray(b)).max()))

    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for name, (x, y, classes, lam, _) in cases.items():
            table = [[None if np.isnan(v) else v for v in col] for col in x.T.tolist()]
            forest = {"num_parallel_tree": 3, "subsample": 1, "colsample_bynode": 1, "max_depth": 4}
            settings = {"num_class": classes, "num_boost_round": 2, "max_depth": 2, "logistic": {"lambda": lam}, "svm": {"lambda": lam}, "forest": forest}
            (folder / f"{name}.case").write_text(json.dumps({"Names": [f"x{j}" for j in range(x.shape[1])], "Values": table, "Class": y.tolist(), "Set": settings}))
        subprocess.run(["go", "test", "-count=1", "-run", "^TestTrainersOracle$", "."], cwd=PACKAGE, env=os.environ | {"MANTIS_MODELS_ORACLE": str(folder)}, check=True)
        for name, (x, y, classes, lam, holes) in cases.items():
            ours = {k: np.array(json.loads((folder / f"{name}.{k}.p").read_text())).reshape(-1, classes) for k in ("logistic", "svm", "bayes", "forest", "prior")}
            files = {k: json.loads((folder / f"{name}.{k}.json").read_text()) for k in ("logistic", "svm", "bayes", "prior", "uniform")}
            for k in ("logistic", "svm", "bayes", "prior"):
                note("files", from_file(files[k], x), ours[k])
            z = standardised(x)
            note("logistic", LogisticRegression(C=1 / lam, tol=1e-12, max_iter=100000, solver="newton-cg").fit(z, y).predict_proba(z), ours["logistic"])
            machine = Machine(z, y, lam)
            margins = z @ np.array(files["svm"]["weights"]).T + files["svm"]["intercept"]
            note("svm margins", machine.margins(z), margins)
            near = LinearSVC(C=1 / lam, dual=False, tol=1e-10, intercept_scaling=100, max_iter=100000).fit(z, y)
            note("svm near LinearSVC", near.decision_function(z), margins)
            note("svm", platt(margins, y), ours["svm"])
            note("prior", DummyClassifier(strategy="prior").fit(z, y).predict_proba(z), ours["prior"])
            if holes == 0:
                note("bayes", GaussianNB(var_smoothing=1e-9).fit(z, y).predict_proba(z), ours["bayes"])
            forest = xgb.XGBClassifier(n_estimators=1, num_parallel_tree=3, learning_rate=1, max_depth=4, min_child_weight=5, reg_lambda=1, tree_method="hist", base_score=0.5, n_jobs=1)
            note("forest", forest.fit(x.astype(np.float32), y).predict_proba(x.astype(np.float32)), ours["forest"])
    bad = 0
    for name, limit in limits.items():
        over = not worst[name] <= limit
        bad += over
        print(f"{name:20} {worst[name]:.2g}, at most {limit:g}{'  TOO MUCH' if over else ''}")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
