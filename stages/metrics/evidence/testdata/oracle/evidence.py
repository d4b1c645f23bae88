"""Writes ../evidence.json: trials and what there is to say of their search.

    python stages/metrics/evidence/testdata/oracle/evidence.py
    python stages/metrics/evidence/testdata/oracle/check.py

with .ci/requirements.txt installed. The trials come from Python's own seeded
generator.
"""

import itertools
import json
import math
import pathlib
import random

import numpy as np
from scipy import stats

PATH = pathlib.Path(__file__).resolve().parent.parent / "evidence.json"

CASES = {
    # name: seed, trials, bars, blocks, what the best trial earns more a bar, correlation
    "noise": (1, 20, 240, 8, 0.0, 0.0),
    "skill": (2, 12, 251, 10, 0.004, 0.0),
    "alike": (3, 9, 130, 6, 0.0, 0.9),
    "odd": (4, 5, 67, 4, 0.001, 0.3),
    "two": (5, 2, 40, 2, 0.0, 0.0),
}


def trials(seed, k, n, edge, rho):
    rng = random.Random(seed)
    rows = []
    for _ in range(n):
        shared = rng.gauss(0, 1)
        rows.append([round(0.01 * (math.sqrt(rho) * shared + math.sqrt(1 - rho) * rng.gauss(0, 1)) + (edge if i == 0 else 0), 8) for i in range(k)])
    x = np.array(rows).T
    if k > 8:
        x[3] = x[5]  # the same configuration twice
        x[4] = 0.0  # and one that never trades
    return x


def sharpe(x):
    s = x.std(axis=1, ddof=1)
    return np.divide(x.mean(axis=1), s, out=np.zeros(len(x)), where=s > 1e-14)


def cscv(x, blocks):
    """Every combination, from the returns themselves."""
    k = len(x)
    parts = np.array_split(np.arange(x.shape[1]), blocks)
    logits, chosen, after = [], [], []
    for half in itertools.combinations(range(blocks), blocks // 2):
        inside = sharpe(x[:, np.concatenate([parts[b] for b in half])])
        outside = sharpe(x[:, np.concatenate([parts[b] for b in range(blocks) if b not in half])])
        # equal trials are told by their returns, not by the last bit of a mean
        outside, inside = np.round(outside, 13), np.round(inside, 13)
        best = np.flatnonzero(inside == inside.max())
        w = (stats.rankdata(outside)[best] / (k + 1)).mean()
        logits.append(math.log(w / (1 - w)))
        chosen.append(inside.max())
        after.append(outside[best].mean())
    return {
        "probability": float(np.mean(np.array(logits) <= 1e-12)), "loss": float(np.mean(np.array(after) < 0)),
        "logits": logits, "in": list(map(float, chosen)), "out": list(map(float, after)),
    }


def independent(x):
    """The participation ratio of the eigenvalues of the correlation matrix."""
    with np.errstate(all="ignore"):
        c = np.corrcoef(x)
    c[~np.isfinite(c)] = 0
    np.fill_diagonal(c, 1)
    values = np.linalg.eigvalsh(c)
    return float(values.sum() ** 2 / (values**2).sum())


def build():
    out = []
    for name, (seed, k, n, blocks, edge, rho) in CASES.items():
        x = trials(seed, k, n, edge, rho)
        out.append(
            {"name": name, "blocks": blocks, "trials": x.tolist(), **cscv(x, blocks), "independent": independent(x),
             "spread": float(sharpe(x).std(ddof=1) * math.sqrt(1460))}
        )
    return out


if __name__ == "__main__":
    PATH.write_text(json.dumps(build()) + "\n")
