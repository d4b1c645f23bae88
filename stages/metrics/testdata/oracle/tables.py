"""Writes ../tables/tables.json: rolling measures by pandas and box plots by
matplotlib, for the curve of ../rates_6h.json, whose first bar opens at the given
instant. Rerun like metrics.py, and after it.
"""

import json
import math

import matplotlib.cbook as cbook
import numpy as np
import pandas as pd

from metrics import CASES, HERE, curve

CURVE, FROM, WINDOW = "rates_6h", "2021-01-30 18:00", 28
PATH = HERE / "tables" / "tables.json"


def rolling(v, b, hours, rf, window):
    n_year = 365 * 24 / hours
    f = (1 + rf) ** (1 / n_year) - 1
    r, rb = v.pct_change(), b.pct_change()
    roll = r.rolling(window)
    beta = roll.cov(rb) / rb.rolling(window).var()
    return {
        "return": v / v.shift(window) - 1,
        "volatility": roll.std() * math.sqrt(n_year),
        "sharpe": (roll.mean() - f) / roll.std() * math.sqrt(n_year),
        "alpha": (roll.mean() - f - beta * (rb.rolling(window).mean() - f)) * n_year,
        "beta": beta,
    }


def boxes(r, by):
    out = []
    for name, x in r.dropna().groupby(by, sort=False):
        s = cbook.boxplot_stats(x.to_numpy(), whis=1.5)[0]
        outliers = np.flatnonzero(r.index.isin(x.index) & r.isin(s["fliers"])) if len(s["fliers"]) else []
        out.append(
            {"name": name, "count": len(x), "low": s["whislo"], "q1": s["q1"], "q2": s["med"], "q3": s["q3"], "high": s["whishi"],
             "mean": s["mean"], "outliers": [int(i) for i in outliers]}
        )
    return out


def build():
    seed, bars, hours, drift, scale, rf, _ = CASES[CURVE]
    equity, benchmark = curve(seed, bars, drift, scale)
    v, b = pd.Series(equity), pd.Series(benchmark)
    r = pd.Series(equity, index=pd.date_range(FROM, periods=len(equity), freq=f"{hours}h", tz="UTC")).pct_change()
    none = lambda x: [float(y) if math.isfinite(y) else None for y in x]
    return {
        "curve": CURVE + ".json", "from": FROM, "window": WINDOW,
        "rolling": {k: none(x) for k, x in rolling(v, b, hours, rf, WINDOW).items()},
        "boxes": {"weekday": boxes(r, lambda t: t.strftime("%a")), "month": boxes(r, lambda t: t.strftime("%Y-%m"))},
    }


if __name__ == "__main__":
    PATH.write_text(json.dumps(build()) + "\n")
