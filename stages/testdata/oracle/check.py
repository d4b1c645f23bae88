"""Holds the figures of `mantis compare` and `mantis tune` against statsmodels.

Rerun, from the root, with Go and the packages in .ci/requirements.txt:
    python stages/testdata/oracle/check.py

Makes a comparison and a search of a small simulated market with the program that
MANTIS names, or that Go builds. From the losses of every row it works out again:
means, differences and their errors (OLS on a constant with HAC covariance), p, and
Holm's correction; from the trials, means over folds, and Bonferroni's. Exit code 1
when one differs by more than 1e-9.
"""

import os
import pathlib
import subprocess
import sys
import tempfile

sys.path = [p for p in sys.path if pathlib.Path(p or ".").resolve() != pathlib.Path(__file__).resolve().parent]

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
import statsmodels.api as sm  # noqa: E402
from scipy.stats import norm  # noqa: E402
from statsmodels.stats.multitest import multipletests  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[3]
worst = {}


def note(name, got, want):
    got, want = np.asarray(got, float), np.asarray(want, float)
    gap = np.where(np.isnan(got) & np.isnan(want), 0, np.abs(got - want))
    worst[name] = max(worst.get(name, 0), float(np.where(np.isnan(gap), np.inf, gap).max()))


def paired(d, lags):
    r = sm.OLS(d, np.ones(len(d))).fit(cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": False})
    return r.params[0], r.bse[0], 2 * norm.sf(abs(r.params[0] / r.bse[0]))


def main():
    with tempfile.TemporaryDirectory() as folder:
        program = os.environ.get("MANTIS")
        if not program:
            program = folder + "/mantis"
            subprocess.run(["go", "build", "-o", program, "./cmd/mantis"], cwd=ROOT, check=True)
        small = ["--store", folder + "/lake", "--set", "candles.sim.years=1", "--set", "model.num_boost_round=4", "--set", "model.max_depth=3", "--set", "labels.horizon=6"]

        def run(*args):
            subprocess.run([program, *args, *small], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

        def read(dataset, table):
            files = subprocess.run([program, "files", dataset, "--table", table, "--store", folder + "/lake"], check=True, capture_output=True, text=True).stdout.split()
            return pd.concat(pd.read_parquet(f) for f in files)

        run("compare", "--trainers", "xgboost,logistic,svm,bayes", "--set", "model.refit_every=150")
        run("tune", "--trials", "4", "--folds", "3", "--set", "model.trainer=logistic")
        losses, scores, pairs = read("comparison", "losses"), read("comparison", "comparison"), read("comparison", "paired")
        trials, folds, claims = read("trials", "trials"), read("trials", "trial_folds"), read("trials", "claims")

    def of(trainer, column, fold=None):
        rows = losses[losses.trainer == trainer]
        return (rows if fold is None or pd.isna(fold) else rows[rows.fold == fold])[column].to_numpy()

    for r in scores.itertuples():
        for column, got in [("log_loss", r.log_loss), ("rps", r.rps), ("brier", r.brier)]:
            note("mean losses", got, of(r.trainer, column, r.fold).mean())
        if r.trainer != "prior":
            d = of(r.trainer, "log_loss", r.fold) - of("prior", "log_loss", r.fold)
            lags = max(int(4 * (len(d) / 100) ** (2 / 9)), 2 * 5)
            mean, se, p = paired(d, lags)
            note("differences", [r.difference, r.se, r.p], [mean, se, p])
    for (against, measure), rows in pairs.groupby(["against", "measure"], sort=False):
        note("Holm", rows.p_adjusted, multipletests(rows.p, method="holm")[1])
        if measure == "direction":
            continue
        for r in rows.itertuples():
            note("pairs", [r.difference, r.se, r.p], paired(of(r.trainer, measure) - of(against, measure), int(r.lags)))
            assert r.lags >= 10 and r.rows == len(of(against, measure)), r
    done = trials[trials.state == "done"].set_index("trial")
    assert len(done) == 4
    note("trials", done.p, norm.cdf(done.difference / done.se))
    for n, r in done.iterrows():
        k = folds[folds.trial == n]
        assert len(k) == 3 and abs((k.score - k.prior).mean() - r.difference) < 2e-3, (n, r.difference)  # folds differ by a row in size
    for r in claims.itertuples():
        column = {"edge": "p", "direction": "direction_p"}[r.claim]
        if r.span == "search":
            note("claims", [r.p, r.trials], [done[column].min(), 4])
        note("claims", r.p_adjusted, min(1, r.p * r.trials))
        assert r.found == (r.p_adjusted < 0.05)
    bad = 0
    for name, gap in worst.items():
        bad += not gap <= 1e-9
        print(f"{name:12} {gap:.2g}{'' if gap <= 1e-9 else '  TOO MUCH'}")
    assert len(worst) == 6, worst
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
