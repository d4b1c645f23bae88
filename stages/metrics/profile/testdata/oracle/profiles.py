"""Writes ../profiles.json: what the real libraries give for the curves of package
metrics' goldens.

    python stages/metrics/profile/testdata/oracle/profiles.py
    python stages/metrics/profile/testdata/oracle/check.py

with .ci/requirements.txt installed. Each is told the bars in a year; what it
does when it is not told, PROFILES.md says.
"""

import json
import math
import os
import pathlib
import sys

os.environ.setdefault("NUMBA_CACHE_DIR", "/tmp/mantis-numba")
import empyrical as ep
import numpy as np
import pandas as pd
import quantstats as qs
import vectorbt as vbt
from scipy import stats

HERE = pathlib.Path(__file__).resolve().parent.parent
sys.path.append(str(HERE.parent.parent / "testdata" / "oracle"))
import metrics

PATH = HERE / "profiles.json"


def empyrical(r, b, n, rf, f, mar, m):
    a = {"annualization": n}
    return {
        "cumulative_return": ep.cum_returns_final(r), "annual_return": ep.annual_return(r, **a), "annual_volatility": ep.annual_volatility(r, **a),
        "downside_deviation": ep.downside_risk(r, m, **a), "sharpe": ep.sharpe_ratio(r, f, **a), "sortino": ep.sortino_ratio(r, m, **a),
        "omega": ep.omega_ratio(r, required_return=mar, annualization=n), "max_drawdown": ep.max_drawdown(r),
        "skew": stats.skew(r), "excess_kurtosis": stats.kurtosis(r),  # as empyrical.SIMPLE_STAT_FUNCS has them
        "var_95": ep.value_at_risk(r, 0.05), "cvar_95": ep.conditional_value_at_risk(r, 0.05),
        "var_99": ep.value_at_risk(r, 0.01), "cvar_99": ep.conditional_value_at_risk(r, 0.01),
        "tail_ratio": ep.tail_ratio(r), "calmar": ep.calmar_ratio(r, **a),
        "alpha": ep.alpha(r, b, f, **a), "beta": ep.beta(r, b, f), "information_ratio": ep.excess_sharpe(r, b),
    }


def divided(f):
    """What f gives; NaN where it divides by zero."""
    try:
        return f()
    except ZeroDivisionError:
        return math.nan


def quantstats(r, b, n, rf, f, mar, m):
    s = qs.stats
    return {
        "cumulative_return": s.comp(r), "annual_return": s.cagr(r, periods=n), "annual_volatility": s.volatility(r, periods=n),
        "sharpe": s.sharpe(r, rf, n), "probabilistic_sharpe": s.probabilistic_sharpe_ratio(r, rf=rf, periods=n), "sortino": s.sortino(r, rf, n),
        "omega": s.omega(r, required_return=mar, periods=n), "max_drawdown": s.max_drawdown(r), "skew": s.skew(r), "excess_kurtosis": s.kurtosis(r),
        "var_95": s.value_at_risk(r, confidence=0.95), "cvar_95": s.conditional_value_at_risk(r, confidence=0.95),
        "var_99": s.value_at_risk(r, confidence=0.99), "cvar_99": s.conditional_value_at_risk(r, confidence=0.99),
        "tail_ratio": s.tail_ratio(r), "calmar": divided(lambda: s.calmar(r, periods=n)),
        **s.greeks(r, b, periods=n).to_dict(), "information_ratio": s.information_ratio(r, b),
    }


def vectorbt(r, b, n, rf, f, mar, m):
    x = r.vbt.returns(freq=pd.Timedelta(days=365) / n, benchmark_rets=b)
    assert x.ann_factor == n
    return {
        "cumulative_return": x.total(), "annual_return": x.annualized(), "annual_volatility": x.annualized_volatility(),
        "downside_deviation": x.downside_risk(required_return=m), "sharpe": x.sharpe_ratio(risk_free=f), "sortino": x.sortino_ratio(required_return=m),
        "omega": x.omega_ratio(required_return=mar), "max_drawdown": x.max_drawdown(), "skew": r.vbt.returns.obj.skew(), "excess_kurtosis": r.vbt.returns.obj.kurtosis(),
        "var_95": x.value_at_risk(cutoff=0.05), "cvar_95": x.cond_value_at_risk(cutoff=0.05),
        "var_99": x.value_at_risk(cutoff=0.01), "cvar_99": x.cond_value_at_risk(cutoff=0.01),
        "tail_ratio": x.tail_ratio(), "calmar": x.calmar_ratio(), "alpha": x.alpha(risk_free=f), "beta": x.beta(), "information_ratio": x.information_ratio(),
        "deflated_sharpe": x.deflated_sharpe_ratio(risk_free=f, var_sharpe=metrics.SPREAD**2, nb_trials=metrics.TRIALS),
    }


def build():
    out = {}
    for name, (seed, bars, hours, drift, scale, rf, mar) in metrics.CASES.items():
        equity, benchmark = metrics.curve(seed, bars, drift, scale)
        index = pd.date_range("2021-01-01", periods=bars + 1, freq=f"{hours}h")
        r, b = (pd.Series(x, index=index).pct_change().dropna() for x in (equity, benchmark))
        n = 365 * 24 / hours
        n = int(n) if n == int(n) else n
        given = n, rf, (1 + rf) ** (1 / n) - 1, mar, (1 + mar) ** (1 / n) - 1
        with np.errstate(all="ignore"):
            got = {lib.__name__: lib(r, b, *given) for lib in (empyrical, quantstats, vectorbt)}
        out[name] = {lib: {k: float(np.asarray(v).item()) if math.isfinite(v) else None for k, v in values.items()} for lib, values in got.items()}
    return {"versions": {"empyrical": ep.__version__, "quantstats": qs.__version__, "vectorbt": vbt.__version__}, "curves": out}


if __name__ == "__main__":
    PATH.write_text(json.dumps(build(), indent=1) + "\n")
