"""Writes ../*.json: equity curves and what other libraries say about them.

    python -m venv .venv
    .venv/bin/pip install -r .ci/requirements.txt
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
import re
import sys

import empyrical as ep
import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import stats

HERE = pathlib.Path(__file__).resolve().parent.parent
sys.path.append(str(HERE.parent / "bootstrap" / "testdata" / "oracle"))
from bootstrap import length, resample

# How the goldens' intervals are drawn, and the trials that Sharpe ratios are
# deflated by.
SEED, RESAMPLES, CONFIDENCE = 5, 200, 0.9
TRIALS, SPREAD = 20, 0.5

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


def under_water(equity):
    """Bars in a row below an earlier peak: runs of ones in the text of them."""
    v = pd.Series(equity)
    return max(map(len, "".join("1" if x else "0" for x in v < v.cummax()).split("0")))


def expansion(r, alpha):
    """The quantile of Cornish and Fisher, NaN where the slope of the expansion is
    negative somewhere, by its values on a fine grid."""
    s, k = stats.skew(r, bias=False), stats.kurtosis(r, bias=False)
    at = lambda z: z + (z**2 - 1) * s / 6 + (z**3 - 3 * z) * k / 24 - (2 * z**3 - 5 * z) * s**2 / 36
    grid = at(np.linspace(-60, 60, 240_001))
    if (np.diff(grid) < 0).any():
        return math.nan
    return r.mean() + at(stats.norm.ppf(alpha)) * r.std()


def certain(r, n_year, rf_bar, threshold):
    """The probability that the Sharpe ratio is above a threshold, and the bars
    after which that would be 95 %."""
    s = (r.mean() - rf_bar) / r.std()
    moments = 1 - stats.skew(r, bias=False) * s + (stats.kurtosis(r, bias=False) + 3 - 1) / 4 * s**2
    above = s - threshold / math.sqrt(n_year)
    psr = stats.norm.cdf(above * math.sqrt(len(r) - 1) / math.sqrt(moments)) if moments > 0 else math.nan
    bars = 1 + moments * (stats.norm.ppf(0.95) / above) ** 2 if above > 0 and moments > 0 else math.nan
    return psr, bars


def expected_maximum():
    gamma = np.euler_gamma
    return SPREAD * ((1 - gamma) * stats.norm.ppf(1 - 1 / TRIALS) + gamma * stats.norm.ppf(1 - 1 / (TRIALS * math.e)))


def hac(columns):
    """Covariance of the means of some columns: Newey and West with Bartlett's
    weights, by the sum of lagged products."""
    x = np.column_stack(columns)
    n, x = len(x), x - x.mean(axis=0)
    lags = min(int(4 * (n / 100) ** (2 / 9)), n - 1)
    total = x.T @ x
    for k in range(1, lags + 1):
        product = x[k:].T @ x[:-k]
        total += (1 - k / (lags + 1)) * (product + product.T)
    return total / n**2


def delta(columns, gradient):
    """The error of a function of means, from its gradient there."""
    g = np.array(gradient)
    return math.sqrt(max(g @ hac(columns) @ g, 0))


def sharpe_error(x):
    """That of mean/std, a bar: its gradient in the mean and in the variance."""
    m, s = x.mean(), x.std(ddof=1)
    return delta([x, (x - m) ** 2], [1 / s, -m / (2 * s**3)])


def errors(r, b, n_year, rf_bar, mar_bar):
    """Standard errors of what is a function of means, by the delta method and by
    statsmodels' least squares."""
    n, root = len(r), math.sqrt(n_year)
    lags = min(int(4 * (n / 100) ** (2 / 9)), n - 1)
    robust = lambda y, x: sm.OLS(y, x).fit(cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": False}).bse
    r, b = r.to_numpy(), b.to_numpy()
    one = np.ones((n, 1))
    growth = np.exp(np.log1p(r).mean() * n_year)
    month = np.exp(np.log1p(r).mean() * n_year / 12)
    over = robust(np.log1p(r), one)[0]
    line = robust(r - rf_bar, sm.add_constant(b - rf_bar))
    x = r - mar_bar
    down = np.minimum(x, 0) ** 2
    d = math.sqrt(down.mean())
    sortino = delta([x, down], [1 / d, -x.mean() / (2 * d**3)]) if d > 0 else math.nan
    volatility = delta([(r - r.mean()) ** 2], [1 / (2 * r.std(ddof=1))])
    sharpe = sharpe_error(r - rf_bar)
    return {
        "annual_return": growth * n_year * over,
        "annual_return_arithmetic": n_year * robust(r, one)[0],
        "monthly_return": month * n_year / 12 * over,
        "annual_volatility": volatility * root,
        "monthly_volatility": volatility * root / math.sqrt(12),
        "sharpe": sharpe * root,
        "sharpe_monthly": sharpe * root / math.sqrt(12),
        "sortino": sortino * root,
        "sortino_monthly": sortino * root / math.sqrt(12),
        "alpha": line[0] * n_year,
        "beta": line[1],
        "information_ratio": sharpe_error(r - b) * root,
    }


def resampled(r, b, n_year, rf, mar, rf_bar, mar_bar):
    """Every measure of one resample, by the library that the measure itself is
    from. Where nothing varies the libraries divide by what rounding leaves."""
    active = r - b
    still = b.std() < 1e-14
    beta = math.nan if still else np.polyfit(b, r, 1)[0]
    with np.errstate(all="ignore"):
        return {
            "annual_return": ep.cagr(r, annualization=n_year),
            "annual_return_arithmetic": r.mean() * n_year,
            "monthly_return": math.expm1(np.log1p(r).mean() * n_year / 12),
            "annual_volatility": ep.annual_volatility(r, annualization=n_year),
            "monthly_volatility": ep.annual_volatility(r, annualization=n_year / 12),
            "sharpe": math.nan if r.std() < 1e-14 else ep.sharpe_ratio(r, risk_free=rf_bar, annualization=n_year),
            "sharpe_monthly": math.nan if r.std() < 1e-14 else ep.sharpe_ratio(r, risk_free=rf_bar, annualization=n_year / 12),
            "sortino": ep.sortino_ratio(r, required_return=mar_bar, annualization=n_year),
            "sortino_monthly": ep.sortino_ratio(r, required_return=mar_bar, annualization=n_year / 12),
            "omega": ep.omega_ratio(r, required_return=mar, annualization=n_year) if mar else np.maximum(r, 0).sum() / np.maximum(-r, 0).sum(),
            "max_drawdown": ep.max_drawdown(r),
            "calmar": ep.calmar_ratio(r, annualization=n_year),
            "alpha": (r.mean() - rf_bar - beta * (b.mean() - rf_bar)) * n_year,
            "beta": beta,
            "information_ratio": math.nan if active.std() < 1e-14 else active.mean() / active.std(ddof=1) * math.sqrt(n_year),
        }


def bands(equity, benchmark, hours, rf, mar):
    """Name to (standard error, low, high); None where one is undefined."""
    n_year = 365 * 24 / hours
    r, b = (pd.Series(x).pct_change().dropna().to_numpy() for x in (equity, benchmark))
    rf_bar, mar_bar = (1 + rf) ** (1 / n_year) - 1, (1 + mar) ** (1 / n_year) - 1
    block = max(length(r), length(np.abs(r - r.mean())))
    drawn = pd.DataFrame(
        resampled(r[i], b[i], n_year, rf, mar, rf_bar, mar_bar) for i in (resample(SEED, block, k, len(r)) for k in range(RESAMPLES))
    )
    drawn = drawn.where(np.isfinite(drawn))
    known = errors(pd.Series(r), pd.Series(b), n_year, rf_bar, mar_bar)
    tail = (1 - CONFIDENCE) / 2
    out = {}
    for name, x in drawn.items():
        whole = x.notna().all()
        out[name] = (
            known.get(name, x.std() if whole else math.nan),
            np.quantile(x, tail) if whole else math.nan,
            np.quantile(x, 1 - tail) if whole else math.nan,
        )
    return out


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
    psr, track = certain(r, n_year, rf_bar, 0)
    deflated, _ = certain(r, n_year, rf_bar, expected_maximum())
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
        "downside_deviation": (ep.downside_risk(r, required_return=mar_bar, annualization=n_year), "empyrical"),
        "sharpe": (sharpe, "empyrical"),
        "sharpe_error_normal": (math.sqrt((1 + per_bar**2 / 2) / n) * math.sqrt(n_year), "formula"),
        "sharpe_error_dependent": (sharpe_error(r.to_numpy() - rf_bar) * math.sqrt(n_year), "delta method"),
        "probabilistic_sharpe": (psr, "scipy"),
        "deflated_sharpe": (deflated, "scipy"),
        "min_track_record_bars": (track, "scipy"),
        "sharpe_monthly": (ep.sharpe_ratio(r, risk_free=rf_bar, annualization=n_year / 12), "empyrical"),
        "sharpe_standard_error": (
            math.sqrt((1 - g1 * per_bar + (g2 + 3 - 1) / 4 * per_bar**2) / (n - 1)) * math.sqrt(n_year),
            "scipy moments",
        ),
        "sortino": (sortino, "empyrical"),
        "sortino_monthly": (ep.sortino_ratio(r, required_return=mar_bar, annualization=n_year / 12), "empyrical"),
        "omega": (np.maximum(r - mar_bar, 0).sum() / np.maximum(mar_bar - r, 0).sum() if (r < mar_bar).any() else math.nan, "numpy"),
        "max_drawdown": (ep.max_drawdown(r), "empyrical"),
        "longest_drawdown_bars": (longest(equity), "pandas"),
        "longest_drawdown_days": (longest(equity) * hours / 24, "pandas"),
        "time_under_water": ((drawdown[1:] < 0).mean(), "numpy"),
        "longest_under_water_bars": (under_water(equity), "pandas"),
        "skew": (r.skew(), "pandas"),
        "excess_kurtosis": (r.kurt(), "pandas"),
        "var_95": (ep.value_at_risk(r, cutoff=0.05), "empyrical"),
        "cvar_95": (shortfall(r, 20), "numpy"),
        "var_99": (ep.value_at_risk(r, cutoff=0.01), "empyrical"),
        "cvar_99": (shortfall(r, 100), "numpy"),
        "var_95_of_equity": (ep.value_at_risk(r, cutoff=0.05) * equity[-1], "empyrical"),
        "var_99_of_equity": (ep.value_at_risk(r, cutoff=0.01) * equity[-1], "empyrical"),
        "var_95_normal": (stats.norm.ppf(0.05, r.mean(), r.std()), "scipy"),
        "var_99_normal": (stats.norm.ppf(0.01, r.mean(), r.std()), "scipy"),
        "var_95_cornish_fisher": (expansion(r, 0.05), "grid"),
        "var_99_cornish_fisher": (expansion(r, 0.01), "grid"),
        "tail_ratio": (ep.tail_ratio(r), "empyrical"),
        "calmar": (ep.calmar_ratio(r, annualization=n_year), "empyrical"),
        "alpha": (line.intercept * n_year, "scipy linregress"),
        "beta": (ep.beta(r, b), "empyrical"),
        "active_return": (np.log1p(r).sum() - np.log1p(b).sum(), "numpy"),
        "tracking_error": (ep.annual_volatility(r - b, annualization=n_year), "empyrical"),
        "information_ratio": (ep.excess_sharpe(r, b) * math.sqrt(n_year), "empyrical"),
        "excess_cum_return": (ep.cum_returns_final(r) - ep.cum_returns_final(b), "empyrical"),
    }


def build():
    """The content of every golden file by its name."""
    out = {}
    for name, (seed, bars, hours, drift, scale, rf, mar) in CASES.items():
        equity, benchmark = curve(seed, bars, drift, scale)
        values = expect(equity, benchmark, hours, rf, mar)
        none = lambda x: float(x) if math.isfinite(x) else None
        out[name + ".json"] = {
            "hours": hours,
            "risk_free": rf,
            "mar": mar,
            "expect": {
                k: {"value": float(v) if math.isfinite(v) else None, "source": source}
                for k, (v, source) in values.items()
            },
            "bands": {k: [none(x) for x in v] for k, v in bands(equity, benchmark, hours, rf, mar).items() if math.isfinite(values[k][0])},
            "equity": equity,
            "benchmark": benchmark,
        }
    return out


if __name__ == "__main__":
    for name, content in build().items():
        text = json.dumps(content, indent=1)
        head, tail = text.split('"equity"')
        head = re.sub(r"\[\s+([^\s]+)\s+([^\s]+)\s+([^\s]+)\s+\]", r"[\1 \2 \3]", head)
        head = head.replace('{\n   "value"', '{"value"').replace(',\n   "source"', ', "source"').replace("\n  }", "}")
        (HERE / name).write_text(head + '"equity"' + tail.replace("\n  ", " ") + "\n")
        print(name)
