"""Holds the backtest and the performance table of a store against a second,
slow backtest, and against empyrical, pandas and numpy.

Rerun, from the checkout, with Python and .ci/requirements.txt:
    python stages/testdata/oracle/performance.py STORE

Four things, each from the sealed tables:
  - the books: from the fills alone holdings, cash, fees, equity and turnover of
    every bar are added up again, in USD and in BTC; each fill is held against
    its bar (price, no fill in a quiet bar) and against the prediction that it
    says it was decided by;
  - the rules: a backtest written here from the description of them (order,
    waiting legs, equity after costs by bisection) trades the predictions and
    the baselines again, and has to come to the same fills and curves;
  - the measures: every row of the table, by empyrical where its definition is
    the same (N bars a year of 365 days), by pandas, numpy or a plain formula
    where it is not. Where a measure is undefined the table must have a null and
    a reason;
  - the tables beside: rolling measures by numpy, window by window, box plots by
    matplotlib, and intervals that are about as wide as the standard errors say.
Exit code 0 when everything agrees, 1 otherwise.
"""

import math
import sys

import empyrical as ep
import matplotlib.cbook as cbook
import numpy as np
import pandas as pd
from scipy import stats

from lake import Lake, Tally

TINY = 1e-9  # share of equity below which nothing is traded
NOISE = 1e-14  # standard deviation that is rounding only


class Market:
    """Bars of the hub and the alts over the span of the backtest."""

    def __init__(self, lake, book, params):
        symbols = lake.symbols("bars")
        self.hub = params["hub"] or ("BTC-USD" if "BTC-USD" in symbols else next(s for s in symbols if s.startswith("BTC-")))
        base = self.hub.split("-")[0]
        self.alts = [s for s in symbols if s.endswith("-" + base)]
        self.symbols = [self.hub, *self.alts]
        of = {s: lake.of("bars", s).set_index("time").loc[book["time"]] for s in self.symbols}
        self.open, self.close = (np.column_stack([of[s][c].to_numpy() for s in self.symbols]) for c in ("open", "close"))
        self.filled = np.column_stack([of[s]["filled"].to_numpy() for s in self.symbols])
        self.time, self.known = of[self.hub].index, of[self.hub]["known_at"]


# ---------------------------------------------------------------- the books


def check_fills(t, m, fills, book, predictions, p):
    n = len(fills)
    row = m.time.get_indexer(fills["time"])
    t.check((row >= 1).all(), f"{n} fills, each in a bar of the span, none in the first")
    col = np.array([m.symbols.index(s) for s in fills["symbol"]])
    t.check(not m.filled[row, col].any(), f"no fill in a quiet bar ({int(m.filled.sum())} quiet of {m.filled.size})")
    opens, hub = m.open[row, col], m.open[row, 0]
    buys = (fills["side"] == "buy").to_numpy()
    t.check((buys | (fills["side"] == "sell")).all() and (fills["quantity"] > 0).all(), "fills buy or sell more than nothing")
    t.same("fills: price is the bar's open, slipped against us", fills["price"], np.where(buys, opens * (1 + p["slippage"]), opens * (1 - p["slippage"])))
    t.same("fills: notional is quantity x price", fills["notional"], fills["quantity"] * fills["price"])
    t.same("fills: fee is rate x notional", fills["fee"], p["fee"] * fills["notional"])
    in_usd = np.where(col == 0, 1.0, hub)
    t.same("fills: fee in USD, at the hub's open", fills["fee_usd"], fills["fee"] * in_usd)
    t.close("fills: slippage in USD", fills["slippage_usd"], fills["quantity"] * np.abs(fills["price"] - opens) * in_usd, 1e-12, "", np.maximum(fills["slippage_usd"], 1e-12))
    decided = pd.Index(m.known).get_indexer(fills["decided_at"])
    t.check((fills["decided_at"] <= fills["time"]).all() and (decided >= 0).all() and (decided < row).all(), "fills: decided at the close of an earlier bar")
    klass = predictions.set_index("time")["class"].reindex(m.time).to_numpy()
    t.same("fills: the reason is the class predicted there", fills["reason"], [f"class {c}" for c in klass[decided]])
    due = book["target_usd"].notna().to_numpy()
    newest = [np.flatnonzero(due[:r])[-1] for r in row]
    t.same("fills: decided by the newest decision there was", decided, newest)
    late = (row - decided > 1).sum()
    print(f"       {n} fills, {late} of them later than the next bar; fees {fills['fee_usd'].sum():.2f} USD, slippage {fills['slippage_usd'].sum():.2f} USD")


def check_books(t, m, fills, book, p):
    n, k = len(m.time), len(m.symbols)
    usd, held = np.zeros(n), np.zeros((n, k))
    fees, slipped, moved = np.zeros(n), np.zeros(n), np.zeros(n)
    cash, own = p["capital"], np.zeros(k)
    by_bar = dict(tuple(fills.groupby(m.time.get_indexer(fills["time"]))))
    least = 0.0

    def shares(r):
        worth = np.concatenate([[cash], own * np.concatenate([[1.0], m.open[r, 1:]]) * m.open[r, 0]])
        return worth / worth.sum()

    for r in range(n):
        if r in by_bar:
            before = shares(r)
            for f in by_bar[r].itertuples():
                i = m.symbols.index(f.symbol)
                pays = -(f.notional + f.fee) if f.side == "buy" else f.notional - f.fee
                own[i] += f.quantity if f.side == "buy" else -f.quantity
                if i == 0:
                    cash += pays
                else:
                    own[0] += pays
                least = min(least, cash, own.min())
                fees[r] += f.fee_usd
                slipped[r] += f.slippage_usd
            moved[r] = np.abs(shares(r) - before).sum() / 2
        usd[r], held[r] = cash, own
    hub = m.close[:, 0]
    alt = (held[:, 1:] * m.close[:, 1:]).sum(axis=1) * hub
    equity = usd + held[:, 0] * hub + alt
    btc = usd / hub + held[:, 0] + (held[:, 1:] * m.close[:, 1:]).sum(axis=1)
    t.check(least >= 0, f"no balance below zero, the lowest is {least:.3g}")
    t.close("book: dollars held, from the fills", book["held_usd"], usd, 1e-12, " of equity", equity)
    t.close("book: BTC held", book["held_btc"], held[:, 0], 1e-12, " of equity", btc)
    for i, s in enumerate(m.alts, 1):
        t.close(f"book: {s} held", book[f"held_{s.split('-')[0].lower()}_units"], held[:, i], 1e-12, " of equity", btc / m.close[:, i])
    t.close("book: worth of the alts", book["held_alt_usd"], alt, 1e-12, " of equity", equity)
    t.close("book: cash + positions = equity in USD", book["equity_usd"], equity, 1e-12, " of equity", equity)
    t.close("book: cash + positions = equity in BTC", book["equity_btc"], btc, 1e-12, " of equity", btc)
    t.close("book: equity in BTC x price = equity in USD", book["equity_btc"] * hub, equity, 1e-12, " of equity", equity)
    t.close("book: the first row is the capital", book["equity_usd"][:1], [p["capital"]], 0)
    for one, series in (("usd", equity), ("btc", btc)):
        s = pd.Series(series)
        t.close(f"book: return_{one}", book[f"return_{one}"], s.pct_change(), 1e-12)
        t.close(f"book: cum_return_{one}", book[f"cum_return_{one}"], s / s[0] - 1, 1e-12, "", np.maximum(1, s / s[0]))
    for name, worth in (("usd", usd), ("btc", held[:, 0] * hub), ("alt", alt)):
        w = pd.Series(worth / equity)
        t.close(f"book: weight_{name}", book[f"weight_{name}"], w, 1e-12)
        t.close(f"book: weight_{name}_change", book[f"weight_{name}_change"], w.diff(), 1e-12)
    t.same("book: btc_price", book["btc_price"], hub)
    t.close("book: btc_change", book["btc_change"], pd.Series(hub).pct_change(), 1e-15)
    if m.alts:
        t.close("book: alt_change", book["alt_change"], pd.DataFrame(m.close[:, 1:]).pct_change().mean(axis=1, skipna=False), 1e-14)
    t.close("book: turnover, half the change of all weights at the opens", book["turnover"], moved, 1e-11)
    t.close("book: fees_usd", book["fees_usd"], fees, 1e-12, "", np.maximum(fees, 1e-9))
    t.close("book: slippage_usd", book["slippage_usd"], slipped, 1e-12, "", np.maximum(slipped, 1e-9))


def check_decisions(t, book, predictions, p):
    klass = predictions.set_index("time")["class"].reindex(book["time"]).to_numpy(float)
    due = np.arange(len(book)) % int(p["rebalance_every"]) == 0
    want = np.where(due, klass, np.nan)
    t.same("book: class acted on", book["class"].astype(float), want)
    weights = np.array(p["weights"], float)
    for i, name in enumerate(("usd", "btc", "alt")):
        target = [np.nan if np.isnan(c) else weights[int(c) - 1][i] for c in want]
        t.same(f"book: target_{name}, by class", book[f"target_{name}"], target)


# ---------------------------------------------------------------- the rules


def trade(m, targets, p):
    """The rules once more. targets[r] is the (USD, BTC, ALT) decided at the
    close of bar r, or None. Gives equity at the closes, fills and fees."""
    n, k = m.open.shape
    fee, slip = p["fee"], p["slippage"]
    paid, received = (1 + slip) * (1 + fee), (1 - slip) * (1 - fee)
    usd, own = p["capital"], np.zeros(k)  # own[0] is BTC
    target, waits = None, np.zeros(k, bool)
    fills, equity, paid_fees = [], np.zeros((n, 2)), np.zeros(n)

    def worth(r):  # of one unit of each market at its open, in USD
        return np.concatenate([[m.open[r, 0]], m.open[r, 1:] * m.open[r, 0]])

    def book(r, i, quantity):
        nonlocal usd
        if abs(quantity) * worth(r)[i] < TINY * total:
            return
        price = m.open[r, i] * (1 + slip if quantity > 0 else 1 - slip)
        cost = abs(quantity) * price * fee
        spent = quantity * price + cost
        own[i] += quantity
        if i == 0:
            usd -= spent
        else:
            own[0] -= spent
        paid_fees[r] += cost * (m.open[r, 0] if i else 1)
        fills.append((r, i, quantity))

    for r in range(n):
        live = waits & ~m.filled[r]
        if target is not None and live.any():
            one = worth(r)
            total = usd + (own * one).sum()

            def changes(x):  # wanted worth of USD (place 0) and of each alt, less what is there
                d = np.zeros(k)
                d[0] = target[0] * x - usd
                d[1:] = target[2] * x / max(k - 1, 1) - own[1:] * one[1:]
                return np.where(live, d, 0)

            def cost(x):
                d = changes(x)
                hub = d[0] / received - d[0] if d[0] > 0 else -d[0] * (1 - 1 / paid)
                alts = np.where(d[1:] > 0, d[1:] * (paid - 1), -d[1:] * (1 - received)).sum()
                return hub + alts

            low, high = 0.0, total  # x = total - cost(x)
            for _ in range(200):
                x = (low + high) / 2
                low, high = (x, high) if x + cost(x) < total else (low, x)
            d = changes(x)
            short = np.zeros(k, bool)
            for i in range(1, k):
                if live[i] and d[i] < 0:
                    rest = own[i] + d[i] / one[i]
                    book(r, i, -own[i] if rest * one[i] < TINY * total else d[i] / one[i])
            if live[0] and d[0] < 0:
                book(r, 0, -d[0] / one[0] / paid)
            elif live[0] and d[0] > 0:
                want = d[0] / one[0] / received
                short[0] = (want - own[0]) * one[0] > TINY * total
                book(r, 0, -own[0] if (own[0] - want) * one[0] < TINY * total else -want)
            buys = live & (d > 0)
            buys[0] = False
            need = (d[buys] / one[0] * paid).sum()
            cut = min(1.0, own[0] / need) if need > 0 else 1.0
            if cut < 1 - TINY and waits[0] and not live[0]:
                live = live & ~buys
                buys[:] = False
            for i in np.flatnonzero(buys):
                short[i] = cut < 1 - TINY
                book(r, i, min(cut * d[i] / one[i], own[0] / m.open[r, i] / paid))
            still = (waits & ~live).any()
            waits = np.where(live, short & still, waits)
            if not still:
                waits[:] = False
        hub = m.close[r, 0]
        alts = (own[1:] * m.close[r, 1:]).sum()
        equity[r] = usd + own[0] * hub + alts * hub, usd / hub + own[0] + alts
        if targets[r] is not None:
            target, waits = targets[r], np.ones(k, bool)
            if k == 1:
                target = (target[0], target[1] + target[2], 0.0)
    return equity, fills, paid_fees


def check_rules(t, m, book, fills, baselines, p):
    n = len(book)
    weights = np.array(p["weights"], float)
    every = int(p["rebalance_every"])
    by_class = [None if np.isnan(c) else tuple(weights[int(c) - 1]) for c in book["class"].astype(float)]
    mine, traded, paid = trade(m, by_class, p)
    t.close("rules: equity of the strategy in USD", book["equity_usd"], mine[:, 0], 1e-9, "", mine[:, 0])
    t.close("rules: equity of the strategy in BTC", book["equity_btc"], mine[:, 1], 1e-9, "", mine[:, 1])
    t.close("rules: fees of the strategy", [book["fees_usd"].sum()], [paid.sum()], 1e-9, "", paid.sum())
    theirs = [(r, m.symbols.index(s), side) for r, s, side in zip(m.time.get_indexer(fills["time"]), fills["symbol"], fills["side"])]
    ours = [(r, i, "buy" if q > 0 else "sell") for r, i, q in traded]
    if t.check(theirs == ours, f"rules: the same {len(ours)} fills in the same order"):
        q = np.array([abs(q) for _, _, q in traded])
        size = mine[[r for r, _, _ in traded], 0] / np.array([m.open[r, i] * (m.open[r, 0] if i else 1) for r, i, _ in traded])
        t.close("rules: quantities", fills["quantity"], q, 1e-9, " of equity", size)
    neutral = tuple(weights[len(weights) // 2])
    constant = "constant {:.4g}/{:.4g}/{:.4g}".format(*(100 * w for w in neutral))
    once = [None] * (n - 1)
    for name, targets in {"hold BTC": [(0.0, 1.0, 0.0), *once], "hold USD": [(1.0, 0.0, 0.0), *once],
                          constant: [neutral if r % every == 0 else None for r in range(n)]}.items():
        rows = baselines[baselines["name"] == name]
        if not t.check((rows["time"].to_numpy() == book["time"].to_numpy()).all() if len(rows) == n else False, f"rules: baseline {name} over the same {n} bars"):
            continue
        got, _, paid = trade(m, targets, p)
        t.close(f"rules: {name}: equity in USD", rows["equity_usd"], got[:, 0], 1e-9, "", got[:, 0])
        t.close(f"rules: {name}: equity in BTC", rows["equity_btc"], got[:, 1], 1e-9, "", got[:, 1])
        t.close(f"rules: {name}: fees", rows["fees_usd"], paid, 1e-9, "", np.maximum(1, paid))
    t.check(set(baselines["name"]) == {"hold BTC", "hold USD", constant}, f"baselines: {', '.join(sorted(set(baselines['name'])))}")


# ------------------------------------------------------------- the measures


def tail(r, alpha):
    """Mean of the worst share alpha, the last one counted in part: the
    integral of the quantile function, bar by bar."""
    x, n = np.sort(r), len(r)
    weight = np.clip(alpha * n - np.arange(n), 0, 1)
    return (weight * x).sum() / (alpha * n)


def longest(v):
    """Bars from a peak to the bar that reaches it again, or to the end."""
    best, peak = 0, 0
    for i in range(1, len(v)):
        if v[i] >= v[peak]:
            best = max(best, i - peak if i - peak > 1 else 0)
            peak = i
    return max(best, len(v) - 1 - peak)


def quiet(x):
    return len(x) < 2 or np.std(x, ddof=1) <= NOISE


def certain(r, f, threshold, g1, g2):
    """How probable a Sharpe ratio a bar above a threshold is, and the bars after
    which that is 95 %."""
    s = (r.mean() - f) / r.std(ddof=1)
    moments = 1 - g1 * s + (g2 + 2) / 4 * s * s
    above = s - threshold
    return stats.norm.cdf(above * math.sqrt((len(r) - 1) / moments)), 1 + moments * (stats.norm.ppf(0.95) / above) ** 2 if above > 0 else math.nan


def expected_maximum(trials, spread):
    if trials < 2:
        return 0.0
    gamma = np.euler_gamma
    return spread * ((1 - gamma) * stats.norm.ppf(1 - 1 / trials) + gamma * stats.norm.ppf(1 - 1 / (trials * math.e)))


def expanded(r, alpha, g1, g2):
    """Cornish and Fisher's quantile, NaN where the expansion falls somewhere."""
    at = lambda z: z + (z**2 - 1) * g1 / 6 + (z**3 - 3 * z) * g2 / 24 - (2 * z**3 - 5 * z) * g1**2 / 36
    if math.isnan(g1) or (np.diff(at(np.linspace(-60, 60, 240_001))) < 0).any():
        return math.nan
    return r.mean() + at(stats.norm.ppf(alpha)) * r.std(ddof=1)


def newey_west(columns):
    """Covariance of the means of columns, Bartlett's weights."""
    x = np.column_stack(columns)
    x = x - x.mean(axis=0)
    n = len(x)
    lags = min(int(4 * (n / 100) ** (2 / 9)), n - 1)
    total = x.T @ x
    for k in range(1, lags + 1):
        product = x[k:].T @ x[:-k]
        total += (1 - k / (lags + 1)) * (product + product.T)
    return total / n**2


def sharpe_error(x):
    """Lo's (2002) error of mean/std, by the delta method in the two moments."""
    g = np.array([1 / x.std(ddof=1), -x.mean() / (2 * x.std(ddof=1) ** 3)])
    return math.sqrt(max(g @ newey_west([x, (x - x.mean()) ** 2]) @ g, 0))


def run_under(v):
    return max(map(len, "".join("1" if x else "0" for x in v < np.maximum.accumulate(v)).split("0")))


def measures(v, b, turnover, fees, days, year, rf, mar, trials, spread):
    """Name to (value, source). v is equity, b the level of holding BTC."""
    v, b = np.asarray(v, float), np.asarray(b, float)
    r, rb = pd.Series(v).pct_change().to_numpy()[1:], pd.Series(b).pct_change().to_numpy()[1:]
    n, f, least = len(r), (1 + rf) ** (1 / year) - 1, (1 + mar) ** (1 / year) - 1
    nan = math.nan
    flat, still = quiet(r), quiet(rb)
    down = math.sqrt((np.minimum(r - least, 0) ** 2).mean())
    sharpe = nan if flat else ep.sharpe_ratio(r, risk_free=f, annualization=year)
    sortino = nan if down <= NOISE else ep.sortino_ratio(r, required_return=least, annualization=year)
    g1 = nan if flat else pd.Series(r).skew()
    g2 = nan if flat else pd.Series(r).kurt()
    s = sharpe / math.sqrt(year)
    error = math.sqrt((1 - g1 * s + (g2 + 2) / 4 * s * s) / (n - 1)) * math.sqrt(year)
    deepest = ep.max_drawdown(r)
    growth = ep.annual_return(r, annualization=year)
    beta = nan if still else ep.beta(r, rb)
    peaks = np.maximum.accumulate(v)
    active = r - rb
    bars = longest(v)
    above, below = np.maximum(r - least, 0).sum(), np.maximum(least - r, 0).sum()
    low = abs(np.percentile(r, 5))
    psr, track = (nan, nan) if flat else certain(r, f, 0, g1, g2)
    dsr = nan if flat or not trials else certain(r, f, expected_maximum(trials, spread) / math.sqrt(year), g1, g2)[0]
    return {
        "initial_capital": (v[0], "equity"), "final_value": (v[-1], "equity"),
        "cumulative_return": (ep.cum_returns_final(r), "empyrical"),
        "annual_return": (growth, "empyrical"),
        "annual_return_arithmetic": (r.mean() * year, "numpy"),
        "monthly_return": ((v[-1] / v[0]) ** (year / 12 / n) - 1, "formula"),
        "annual_volatility": (ep.annual_volatility(r, annualization=year), "empyrical"),
        "monthly_volatility": (ep.annual_volatility(r, annualization=year / 12), "empyrical"),
        "sharpe": (sharpe, "empyrical"), "sharpe_monthly": (sharpe / math.sqrt(12), "empyrical"),
        "downside_deviation": (down * math.sqrt(year), "numpy"),
        "sharpe_standard_error": (error, "formula"), "sharpe_error_normal": (nan if flat else math.sqrt((1 + s * s / 2) / n * year), "formula"),
        "sharpe_error_dependent": (nan if flat else sharpe_error(r - f) * math.sqrt(year), "delta method"),
        "probabilistic_sharpe": (psr, "scipy"), "deflated_sharpe": (dsr, "scipy"), "min_track_record_bars": (track, "scipy"),
        "omega": (nan if below <= NOISE * n else above / below, "numpy"),
        "sortino": (sortino, "empyrical"), "sortino_monthly": (sortino / math.sqrt(12), "empyrical"),
        "max_drawdown": (deepest, "empyrical"),
        "longest_drawdown_bars": (bars, "plain loop"), "longest_drawdown_days": (bars * days, "plain loop"),
        "time_under_water": ((v[1:] < peaks[1:]).mean(), "numpy"),
        "longest_under_water_bars": (run_under(v), "text"),
        "skew": (g1, "pandas"), "excess_kurtosis": (g2, "pandas"),
        "var_95": (ep.value_at_risk(r, 0.05), "empyrical"), "var_99": (np.percentile(r, 1), "numpy"),
        "cvar_95": (tail(r, 0.05), "integral"), "cvar_99": (tail(r, 0.01), "integral"),
        "var_95_of_equity": (np.percentile(r, 5) * v[-1], "numpy"), "var_99_of_equity": (np.percentile(r, 1) * v[-1], "numpy"),
        "var_95_normal": (stats.norm.ppf(0.05, r.mean(), r.std(ddof=1)) if not flat else r.mean(), "scipy"),
        "var_99_normal": (stats.norm.ppf(0.01, r.mean(), r.std(ddof=1)) if not flat else r.mean(), "scipy"),
        "var_95_cornish_fisher": (expanded(r, 0.05, g1, g2), "grid"), "var_99_cornish_fisher": (expanded(r, 0.01, g1, g2), "grid"),
        "tail_ratio": (nan if low <= NOISE else abs(np.percentile(r, 95)) / low, "numpy"),
        "tracking_error": (active.std(ddof=1) * math.sqrt(year), "numpy"),
        "calmar": (nan if deepest >= -NOISE else ep.calmar_ratio(r, annualization=year), "empyrical"),
        "alpha": ((r.mean() - f - beta * (rb.mean() - f)) * year, "formula"),
        "beta": (beta, "empyrical"),
        "active_return": (math.log(v[-1] / v[0]) - math.log(b[-1] / b[0]), "formula"),
        "information_ratio": (nan if quiet(active) else ep.excess_sharpe(r, rb) * math.sqrt(year), "empyrical x sqrt(N)"),
        "excess_cum_return": (v[-1] / v[0] - b[-1] / b[0], "formula"),
        "turnover_annual": (np.sum(turnover) / n * year, "numpy"),
        "fees_usd": (np.sum(fees), "numpy"),
    }


def check_measures(t, book, baselines, table, rates):
    step = book["known_at"].iloc[0] - book["time"].iloc[0]
    days = step / pd.Timedelta(days=1)
    year = 365 / days
    print(f"       {year:g} bars of {step} a year of 365 days, {len(book)} bars")
    curves = {"strategy": book}
    curves.update({name: rows for name, rows in baselines.groupby("name", sort=False)})
    t.check(list(dict.fromkeys(table["portfolio"])) == list(curves), f"performance of {', '.join(curves)}")
    null, ranged = table["value"].isna(), table["low"].notna()
    t.check((table.loc[null, "reason"] != "").all() and (table.loc[ranged, "reason"] == "").all(),
            f"performance: a reason for each of {null.sum()} nulls, none beside one of {ranged.sum()} intervals")
    t.check((table["low"].notna() == table["high"].notna()).all() and not (table["low"] > table["high"]).any() and not (table["se"] < 0).any(), "performance: intervals from low to high")
    price = book["btc_price"].to_numpy()
    worst = {}
    for name, c in curves.items():
        for currency, b in (("USD", price), ("BTC", np.ones(len(price)))):
            rows = table[(table["portfolio"] == name) & (table["currency"] == currency)].set_index("metric")["value"]
            want = measures(c[f"equity_{currency.lower()}"], b, c["turnover"], c["fees_usd"], days, year, rates["risk_free"], rates["mar"], rates["trials"], rates["trial_spread"])
            if not t.check(list(rows.index) == list(dict.fromkeys(rows.index)) and set(rows.index) == set(want), f"{name} in {currency}: {len(want)} measures"):
                print("       without a reference: " + " ".join(sorted(set(rows.index) ^ set(want))))
                continue
            for metric, (value, source) in want.items():
                got = rows[metric]
                if math.isnan(got) != math.isnan(value):
                    off = math.inf
                else:
                    off = 0.0 if math.isnan(got) else abs(got - value) / max(1, abs(value))
                key = (metric, source)
                if off > worst.get(key, (-1.0, ""))[0]:
                    worst[key] = (off, f"{name} in {currency}: {got!r}, want {value!r}")
    for (metric, source), (off, where) in worst.items():
        ok = off <= 1e-9
        t.check(ok, f"{metric} ({source}): worst {off:.3g} (bound 1e-09)" + ("" if ok else f" for {where}"))


# ------------------------------------------------------------ the tables beside


def curves_of(book, baselines):
    curves = {"strategy": book}
    curves.update({name: rows for name, rows in baselines.groupby("name", sort=False)})
    price = book["btc_price"].to_numpy()
    for name, c in curves.items():
        for currency, b in (("USD", price), ("BTC", np.ones(len(price)))):
            yield name, currency, pd.Series(c[f"equity_{currency.lower()}"].to_numpy()), pd.Series(b)


def check_intervals(t, book, baselines, table):
    """Standard errors of the Sharpe and information ratios, and that resamples
    spread about as far: a quarter of the interval of 95 % for each."""
    for name, currency, v, b in curves_of(book, baselines):
        rows = table[(table["portfolio"] == name) & (table["currency"] == currency)].set_index("metric")
        sharpe = rows.loc["sharpe"]
        if math.isnan(sharpe["low"]):
            t.check(sharpe["reason"] != "", f"{name} in {currency}: no interval: {sharpe['reason']}")
            continue
        same = math.isclose(sharpe["se"], rows.loc["sharpe_error_dependent", "value"], rel_tol=1e-9)
        half = (sharpe["high"] - sharpe["low"]) / 2 / 1.96
        t.check(same and sharpe["low"] < sharpe["value"] < sharpe["high"] and 0.6 < half / sharpe["se"] < 1.6,
                f"{name} in {currency}: Sharpe {sharpe['value']:.3f} ± {sharpe['se']:.3f}, resamples spread {half:.3f}")


def check_rolling(t, book, baselines, table, rates):
    step = book["known_at"].iloc[0] - book["time"].iloc[0]
    year = pd.Timedelta(days=365) / step
    f = (1 + rates["risk_free"]) ** (1 / year) - 1
    for window, bars in (("week", max(2, math.floor(year * 7 / 365 + 0.5))), ("month", max(2, math.floor(year / 12 + 0.5)))):
        worst = dict.fromkeys(("return", "volatility", "sharpe", "alpha", "beta"), 0.0)
        for name, currency, v, b in curves_of(book, baselines):
            rows = table[(table["portfolio"] == name) & (table["currency"] == currency) & (table["window"] == window)].reset_index(drop=True)
            if not t.check(len(rows) == len(v) and (rows["bars"] == bars).all() and (rows["time"].to_numpy() == book["time"].to_numpy()).all(), f"rolling: {name} in {currency}, {bars} bars"):
                continue
            numbers = rows[list(worst)]
            t.check(((rows["reason"] != "") == numbers.isna().any(axis=1)).all(), f"rolling: {name} in {currency}: a reason for each null")
            r, rb = v.pct_change(), b.pct_change()
            # afresh for each window: pandas' running sums would lose digits
            w = lambda x: np.lib.stride_tricks.sliding_window_view(x.to_numpy()[1:], bars)
            x, y = w(r), w(rb)
            mx, my, sx = x.mean(axis=1), y.mean(axis=1), x.std(axis=1, ddof=1)
            with np.errstate(all="ignore"):
                sharpe = np.where(sx > NOISE, (mx - f) / sx * math.sqrt(year), np.nan)
                beta = ((x - mx[:, None]) * (y - my[:, None])).sum(axis=1) / ((y - my[:, None]) ** 2).sum(axis=1)
                beta = np.where(y.std(axis=1, ddof=1) > NOISE, beta, np.nan)
            want = {"return": (v / v.shift(bars) - 1).to_numpy()[bars:], "volatility": sx * math.sqrt(year), "sharpe": sharpe,
                    "alpha": (mx - f - beta * (my - f)) * year, "beta": beta}
            for k, values in want.items():
                got = rows[k].to_numpy()[bars:]
                if not (np.isnan(got) == np.isnan(values)).all() or not rows[k][:bars].isna().all():
                    worst[k] = math.inf
                elif (~np.isnan(got)).any():
                    # ratios of windows that hardly vary are ratios of roundings
                    steady = ~np.isnan(got) & (sx > 1e-9)
                    if steady.any():
                        worst[k] = max(worst[k], np.max(np.abs(got - values)[steady] / (1 + np.abs(values[steady]))))
        for k, off in worst.items():
            t.check(off <= 1e-9, f"rolling {k} over a {window}: worst {off:.3g} (bound 1e-09)")


def check_boxes(t, book, baselines, boxes, outliers):
    time = pd.DatetimeIndex(book["time"])
    worst, count = 0.0, 0
    for name, currency, v, _ in curves_of(book, baselines):
        r = v.pct_change()
        for by, form in (("weekday", "%a"), ("month", "%Y-%m")):
            mine = boxes[(boxes["portfolio"] == name) & (boxes["currency"] == currency) & (boxes["by"] == by)].set_index("name")
            theirs = outliers[(outliers["portfolio"] == name) & (outliers["currency"] == currency) & (outliers["by"] == by)]
            groups = r.dropna().groupby(time[r.notna()].strftime(form))
            t.check(set(mine.index) == set(groups.groups), f"boxes: {name} in {currency} by {by}: {len(mine)}")
            for key, x in groups:
                s = cbook.boxplot_stats(x.to_numpy(), whis=1.5)[0]
                row = mine.loc[key]
                want = [s["whislo"], s["q1"], s["med"], s["q3"], s["whishi"], s["mean"]]
                off = np.abs(row[["low", "q1", "median", "q3", "high", "mean"]].to_numpy(float) - want).max()
                fliers = theirs.loc[theirs["name"] == key, "return"].to_numpy()
                if row["returns"] != len(x) or row["below"] + row["above"] != len(s["fliers"]) or len(fliers) != len(s["fliers"]):
                    off = math.inf
                elif len(fliers):
                    off = max(off, np.abs(np.sort(fliers) - np.sort(s["fliers"])).max())
                worst, count = max(worst, off), count + 1
    t.check(worst <= 1e-12, f"boxes: {count} figures and their outliers against matplotlib's, worst {worst:.3g} (bound 1e-12)")


def main(store):
    lake = Lake(store)
    t = Tally("backtest and performance against a second backtest and empyrical " + ep.__version__)
    p = lake.params("backtest")
    book, fills, baselines, predictions = (lake.table(x) for x in ("backtest", "fills", "baselines", "predictions"))
    m = Market(lake, book, p)
    t.check(len(m.time) == len(book) and (m.known.to_numpy() == book["known_at"].to_numpy()).all(), f"{len(book)} bars of {' '.join(m.symbols)}")
    check_fills(t, m, fills, book, predictions, p)
    check_books(t, m, fills, book, p)
    check_decisions(t, book, predictions, p)
    check_rules(t, m, book, fills, baselines, p)
    check_measures(t, book, baselines, lake.table("performance"), lake.params("report"))
    check_intervals(t, book, baselines, lake.table("performance"))
    check_rolling(t, book, baselines, lake.table("rolling"), lake.params("report"))
    check_boxes(t, book, baselines, lake.table("return_boxes"), lake.table("return_outliers"))
    t.end()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
