"""Writes ../*.json: equity curves and what other libraries say about them.

    python -m venv .venv
    .venv/bin/pip install numpy==2.5.5 scipy==1.18.1 pandas==3.1.1 empyrical-reloaded==0.7.1
    .venv/bin/python stages/metrics/testdata/oracle/metrics.py
    .venv/bin/python stages/metrics/testdata/oracle/check.py

The curves come from Python's own seeded generator and are rounded, so that
they do not depend on a library's version. Where a library has the definition
of package metrics its value is taken; the rest is reckoned here in another
way than there. "source" names where each value is from. A value that a library gives
as infinite or NaN is null, as package metrics has it undefined.
"""

import json
import math
import pathlib
import random

import empyrical as ep
import numpy as np
import pandas as pd
from scipy import stats

HERE = pathlib.Path(__file__).resolve().parent.parent

CASES = {
    # name: seed, bars, hours a bar, drift and scale a bar, annual risk-free rate and MAR
    "walk_6h": (1, 2000, 6, 0.0004, 0.016, 0.0, 0.0),
    "rates_6h": (2, 700, 6, 0.0002, 0.012, 0.04, 0.02),
    "fall_1d": (3, 365, 24, -0.002, 0.03, 0.01, 0.0),
    "rise_1h": (4, 6, 1, 0.001, 0.01, 0.0, 0.0),
    "short_1h": (6, 6, 1, 0.0, 0.01, 0.1, 0.05),
}


def curve(seed, bars, drift, scale):
    """An equity curve with fat tails and a benchmark that goes along with it."""
    rng = random.Random(seed)
    v, b = 10_000.0, 20_000.0
    equity, benchmark = [v], [b]
    for _ in range(bars):
        shock = rng.gauss(0, 1) * (3 if rng.random() < 0.05 else 1)
        b *= 1 + max(-0.5, drift + scale * shock)
        v *= 1 + max(-0.5, drift + scale * (0.6 * shock + 0.3 * rng.gauss(0, 1)))
        equity.append(round(v, 6))
        benchmark.append(round(b, 2))
    return equity, benchmark


def shortfall(r, share):
    """Mean of the worst 1/share of r: with each value share times over, it is
    the mean of a whole number of values."""
    return float(np.sort(np.repeat(r, share))[: len(r)].mean())


def longest(equity):
    """Bars from a peak to its recovery or to the end, by the last bar at which
    equity stood at its running maximum."""
    v = pd.Series(equity)
    peak = v.cummax()
    if not (v < peak).any():
        return 0
    at_peak = pd.Series(v.index, index=v.index).where(v == peak).ffill()
    under = v < peak
    end = under & ~under.shift(-1, fill_value=False)
    back = [t + 1 if t + 1 < len(v) else t for t in v.index[end]]
    return int(max(b - p for b, p in zip(back, at_peak[end])))


def expect(equity, benchmark, hours, rf, mar):
    n_year = 365 * 24 / hours
    r = pd.Series(equity).pct_change().dropna()
    b = pd.Series(benchmark).pct_change().dropna()
    rf_bar, mar_bar = (1 + rf) ** (1 / n_year) - 1, (1 + mar) ** (1 / n_year) - 1
    n = len(r)
    sharpe = ep.sharpe_ratio(r, risk_free=rf_bar, annualization=n_year)
    sortino = ep.sortino_ratio(r, required_return=mar_bar, annualization=n_year)
    per_bar = sharpe / math.sqrt(n_year)
    g1, g2 = stats.skew(r, bias=False), stats.kurtosis(r, bias=False)
    line = stats.linregress(b - rf_bar, r - rf_bar)
    drawdown = np.array(equity) / np.maximum.accumulate(equity) - 1
    return {
        "initial_capital": (equity[0], "input"),
        "final_value": (equity[-1], "input"),
        "cumulative_return": (ep.cum_returns_final(r), "empyrical"),
        "annual_return": (ep.cagr(r, annualization=n_year), "empyrical"),
        "annual_return_arithmetic": (r.mean() * n_year, "pandas"),
        "monthly_return": (math.expm1(np.log1p(r).sum() * n_year / 12 / n), "numpy"),
        "annual_volatility": (ep.annual_volatility(r, annualization=n_year), "empyrical"),
        "monthly_volatility": (ep.annual_volatility(r, annualization=n_year / 12), "empyrical"),
        "sharpe": (sharpe, "empyrical"),
        "sharpe_monthly": (ep.sharpe_ratio(r, risk_free=rf_bar, annualization=n_year / 12), "empyrical"),
        "sharpe_standard_error": (
            math.sqrt((1 - g1 * per_bar + (g2 + 3 - 1) / 4 * per_bar**2) / (n - 1)) * math.sqrt(n_year),
            "scipy moments",
        ),
        "sortino": (sortino, "empyrical"),
        "sortino_monthly": (ep.sortino_ratio(r, required_return=mar_bar, annualization=n_year / 12), "empyrical"),
        "max_drawdown": (ep.max_drawdown(r), "empyrical"),
        "longest_drawdown_bars": (longest(equity), "pandas"),
        "longest_drawdown_days": (longest(equity) * hours / 24, "pandas"),
        "time_under_water": ((drawdown[1:] < 0).mean(), "numpy"),
        "skew": (r.skew(), "pandas"),
        "excess_kurtosis": (r.kurt(), "pandas"),
        "var_95": (ep.value_at_risk(r, cutoff=0.05), "empyrical"),
        "cvar_95": (shortfall(r, 20), "numpy"),
        "var_99": (ep.value_at_risk(r, cutoff=0.01), "empyrical"),
        "cvar_99": (shortfall(r, 100), "numpy"),
        "calmar": (ep.calmar_ratio(r, annualization=n_year), "empyrical"),
        "alpha": (line.intercept * n_year, "scipy linregress"),
        "beta": (ep.beta(r, b), "empyrical"),
        "active_return": (np.log1p(r).sum() - np.log1p(b).sum(), "numpy"),
        "information_ratio": (ep.excess_sharpe(r, b) * math.sqrt(n_year), "empyrical"),
        "excess_cum_return": (ep.cum_returns_final(r) - ep.cum_returns_final(b), "empyrical"),
    }


def build():
    """The content of every golden file by its name."""
    out = {}
    for name, (seed, bars, hours, drift, scale, rf, mar) in CASES.items():
        equity, benchmark = curve(seed, bars, drift, scale)
        values = expect(equity, benchmark, hours, rf, mar)
        out[name + ".json"] = {
            "hours": hours,
            "risk_free": rf,
            "mar": mar,
            "expect": {
                k: {"value": float(v) if math.isfinite(v) else None, "source": source}
                for k, (v, source) in values.items()
            },
            "equity": equity,
            "benchmark": benchmark,
        }
    return out


if __name__ == "__main__":
    for name, content in build().items():
        text = json.dumps(content, indent=1)
        head, tail = text.split('"equity"')
        head = head.replace('{\n   "value"', '{"value"').replace(',\n   "source"', ', "source"').replace("\n  }", "}")
        (HERE / name).write_text(head + '"equity"' + tail.replace("\n  ", " ") + "\n")
        print(name)
