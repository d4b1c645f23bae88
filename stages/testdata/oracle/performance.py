"""Holds the backtest and the performance table of a store against a second,
slow backtest, and against empyrical, pandas and numpy.

Rerun, from the checkout, with Python and .ci/requirements.txt:
    python stages/testdata/oracle/performance.py STORE

Five things, each from the sealed tables:
  - the books: from the fills alone holdings, cash, fees, equity and turnover of
    every bar are added up again, in USD and in BTC; each fill is held against
    its bar (price, no fill in a quiet bar) and against the prediction that it
    says it was decided by;
  - the rules: a backtest written from the description of them (books.py: order,
    waiting legs, equity after costs by Brent's method, money, lots and taxes in
    decimals) trades the predictions and the baselines again, and has to come to
    the same fills, to curves that are the same to a thousandth of a cent, and to
    the same gains and taxes;
  - the same of copies of the store that are traded by other settings: fees,
    limits, slippage by volume and volatility, delays, bands, weights and each
    method of taxing. --settings N of them are tried, 2 where it is not given;
  - the measures: every row of the table, by empyrical where its definition is
    the same (N bars a year of 365 days), by pandas, numpy or a plain formula
    where it is not. Where a measure is undefined the table must have a null and
    a reason;
  - the tables beside: rolling measures by numpy, window by window, box plots by
    matplotlib, and intervals that are about as wide as the standard errors say.
Exit code 0 when everything agrees, 1 otherwise.
"""

import argparse
import json
import math
import os
import shlex
import shutil
import sys
import tempfile

import empyrical as ep
import matplotlib.cbook as cbook
import numpy as np
import pandas as pd
from scipy import stats

import books
from lake import Lake, Tally, mantis

NOISE = 1e-14  # standard deviation that is rounding only


class Market:
    """Bars of the hub and the alts over the span of the backtest."""

    def __init__(self, lake, book, params):
        symbols = lake.symbols("bars")
        self.hub = params["hub"] or ("BTC-USD" if "BTC-USD" in symbols else next(s for s in symbols if s.startswith("BTC-")))
        base = self.hub.split("-")[0]
        self.alts = [s for s in symbols if s.endswith("-" + base) and not any(o["symbol"] == s and float(o.get("weight", 1)) == 0 for o in params["markets"])]
        self.symbols = [self.hub, *self.alts]
        time = pd.DatetimeIndex(book["time"])
        of, gone = {}, []
        for s in self.symbols:
            bars = lake.of("bars", s).set_index("time")
            x = bars.reindex(time)
            late = time > bars.index[-1]
            gone.append(late)
            x.loc[late, ["open", "close"]] = bars["close"].iloc[-1]
            x["filled"] = x["filled"].isna() | (x["filled"] == True)  # noqa: E712
            of[s] = x
        stack = lambda c: np.column_stack([of[s][c].to_numpy() for s in self.symbols])
        self.open, self.close, self.volume, self.filled = stack("open"), stack("close"), stack("volume"), stack("filled").astype(bool)
        self.gone = np.column_stack(gone)
        self.time, self.known = time, book["known_at"]
        self.micros = [int(x) for x in time.as_unit("us").asi8]


# ---------------------------------------------------------------- the books


def check_fills(t, m, fills, book, predictions, p):
    n = len(fills)
    row = m.time.get_indexer(fills["time"])
    t.check((row >= 1).all(), f"{n} fills, each in a bar of the span, none in the first")
    col = np.array([m.symbols.index(s) for s in fills["symbol"]])
    gone = (fills["reason"] == "delisted").to_numpy()
    free = fills["reason"].isin(books.FORCED).to_numpy()
    t.check(not (m.filled[row, col] & ~gone).any() and (m.gone[row, col] == gone).all(), f"no fill in a quiet bar ({int(m.filled.sum())} quiet of {m.filled.size})")
    opens, hub = m.open[row, col], m.open[row, 0]
    buys = (fills["side"] == "buy").to_numpy()
    t.check((buys | (fills["side"] == "sell")).all() and (fills["quantity"] > 0).all(), "fills buy or sell more than nothing")
    costs = [books.Costs(p, s) for s in m.symbols]
    fixed = np.array([c.fixed for c in costs])[col]
    moved = np.where(buys, 1, -1) * (fills["price"] / opens - 1)
    models = any(c.volume or c.volatility for c in costs)
    if models:
        t.check((moved >= fixed - 1e-12)[~gone].all(), "fills: price is the bar's open, slipped against us by at least what is fixed")
    else:
        t.same("fills: price is the bar's open, slipped against us", fills["price"][~gone], np.where(buys, opens * (1 + fixed), opens * (1 - fixed))[~gone])
    t.close("fills: notional is quantity x price", fills["notional"], fills["quantity"] * fills["price"], 1e-15, "", np.maximum(fills["notional"], 1e-3))
    least = np.array([c.least for c in costs])[col] / np.where(col == 0, 1.0, hub)
    t.close("fills: fee is rate x notional, or the least one", fills["fee"][~gone], np.maximum(np.array([c.rate for c in costs])[col] * fills["notional"], least)[~gone], 1e-15, "", np.maximum(fills["fee"], 1e-3)[~gone])
    t.same("fills: venue", fills["venue"], [costs[c].venue for c in col])
    in_usd = np.where(col == 0, 1.0, hub)
    t.same("fills: fee in USD, at the hub's open", fills["fee_usd"], fills["fee"] * in_usd)
    t.close("fills: slippage in USD", fills["slippage_usd"], fills["quantity"] * np.abs(fills["price"] - opens) * in_usd, 1e-12, "", np.maximum(fills["slippage_usd"], 1e-12))
    decided = pd.Index(m.known).get_indexer(fills["decided_at"])
    t.check((fills["decided_at"] <= fills["time"]).all() and (decided >= 0)[~free].all() and (decided < row)[~free].all(), "fills: decided at the close of an earlier bar")
    decided, row, fills = decided[~free], row[~free], fills[~free]
    klass = predictions.set_index("time")["class"].reindex(m.time).to_numpy()
    t.same("fills: the reason is the class predicted there", fills["reason"], [f"class {c}" for c in klass[decided]])
    due = book["target_usd"].notna().to_numpy()
    newest = [np.flatnonzero(due[:r + 1 - int(p["delay"])])[-1] for r in row]
    t.same("fills: decided by the newest decision there was", decided, newest)
    late = (row - decided > p["delay"]).sum()
    print(f"       {n} fills, {late} of them later than the next bar; fees {fills['fee_usd'].sum():.2f} USD, slippage {fills['slippage_usd'].sum():.2f} USD")


def check_books(t, m, fills, book, p):
    n, k = len(m.time), len(m.symbols)
    usd, held = np.zeros(n), np.zeros((n, k))
    fees, slipped, moved = np.zeros(n), np.zeros(n), np.zeros(n)
    cash, own = p["capital"], np.zeros(k)
    by_bar = dict(tuple(fills.groupby(m.time.get_indexer(fills["time"]))))
    least = 0.0

    def shares(r):
        worth = np.concatenate([[cash], np.nan_to_num(own * np.concatenate([[1.0], m.open[r, 1:]]) * m.open[r, 0])])
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
        cash -= book["tax_usd"][r]
        usd[r], held[r] = cash, own
    hub = m.close[:, 0]
    alt = np.nansum(held[:, 1:] * m.close[:, 1:], axis=1) * hub
    gross, owed = usd + held[:, 0] * hub + alt, book["tax_owed_usd"].to_numpy()
    equity = gross - owed
    btc = (usd - owed) / hub + held[:, 0] + np.nansum(held[:, 1:] * m.close[:, 1:], axis=1)
    t.check(least >= -1e-15 * p["capital"] * n, f"no balance below zero but for roundings of floats, the lowest is {least:.3g}")
    t.close("book: dollars held, from the fills", book["held_usd"], usd, 1e-12, " of equity", equity)
    t.close("book: BTC held", book["held_btc"], held[:, 0], 1e-12, " of equity", btc)
    for i, s in enumerate(m.alts, 1):
        t.close(f"book: {s} held", book[f"held_{s.split('-')[0].lower()}_units"], held[:, i], 1e-12, " of equity", np.nan_to_num(btc / m.close[:, i], nan=1.0))
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
        w = pd.Series(worth / gross)
        t.close(f"book: weight_{name}", book[f"weight_{name}"], w, 1e-12)
        t.close(f"book: weight_{name}_change", book[f"weight_{name}_change"], w.diff(), 1e-12)
    t.same("book: btc_price", book["btc_price"], hub)
    t.close("book: btc_change", book["btc_change"], pd.Series(hub).pct_change(), 1e-15)
    if m.alts:
        t.close("book: alt_change", book["alt_change"], pd.DataFrame(m.close[:, 1:]).pct_change(fill_method=None).where(~m.gone[:, 1:]).mean(axis=1), 1e-14)
    t.close("book: turnover, half the change of all weights at the opens", book["turnover"], moved, 1e-11)
    t.close("book: fees_usd", book["fees_usd"], fees, 1e-12, "", np.maximum(fees, 1e-9))
    t.close("book: slippage_usd", book["slippage_usd"], slipped, 1e-12, "", np.maximum(slipped, 1e-9))


def check_decisions(t, book, predictions, p):
    klass = predictions.set_index("time")["class"].reindex(book["time"]).to_numpy(float)
    due = np.arange(len(book)) % int(p["rebalance_every"]) == 0
    want = np.where(due, klass, np.nan)
    t.same("book: class acted on", book["class"].astype(float), want)
    weights = np.array(p["weights"], float)
    acted = book["kept"] == ""
    t.same("book: kept where a class is missing, and says so", book["kept"] == "class missing", due & np.isnan(klass))
    for i, name in enumerate(("usd", "btc", "alt")):
        target = [np.nan if np.isnan(c) or not a else weights[int(c) - 1][i] for c, a in zip(want, acted)]
        t.same(f"book: target_{name}, by class", book[f"target_{name}"], target)


# ---------------------------------------------------------------- the rules


CENT = 1e-5  # a thousandth of a cent, for an equity of up to a million


def check_rules(t, m, lake, p, few=False):
    book, fills, baselines = (lake.table(x) for x in ("backtest", "fills", "baselines"))
    n = len(book)
    weights = np.array(p["weights"], float)
    every = int(p["rebalance_every"])
    wanted = [None if np.isnan(c) else tuple(weights[int(c) - 1]) for c in book["class"].astype(float)]
    reasons = [None if np.isnan(c) else f"class {int(c)}" for c in book["class"].astype(float)]
    second = books.Book(m, p)
    mine = second.run(wanted, reasons, p["band"], int(p["min_hold"]))
    cents = np.maximum(1, mine.equity[:, 0] / 1e6)
    t.close("rules: equity of the strategy in USD", book["equity_usd"], mine.equity[:, 0], CENT, " USD", cents)
    t.close("rules: equity of the strategy in BTC", book["equity_btc"], mine.equity[:, 1], 1e-9, "", mine.equity[:, 1])
    t.close("rules: fees of the strategy", book["fees_usd"], mine.fees, CENT, " USD", cents)
    t.close("rules: taxes paid", book["tax_usd"], mine.taxes, CENT, " USD", cents)
    t.close("rules: taxes owed", book["tax_owed_usd"], mine.owed, CENT, " USD", cents)
    said = np.where(book["kept"] == "class missing", "", book["kept"])
    t.same("rules: weights kept within the band, and for the hold", said, mine.kept)
    theirs = [(r, m.symbols.index(s), side, why) for r, s, side, why in zip(m.time.get_indexer(fills["time"]), fills["symbol"], fills["side"], fills["reason"])]
    ours = [(r, i, "buy" if q > 0 else "sell", why) for r, i, q, _, _, why in mine.fills]
    if t.check(theirs == ours, f"rules: the same {len(ours)} fills in the same order"):
        q = np.array([float(abs(q)) for _, _, q, _, _, _ in mine.fills])
        size = mine.equity[[f[0] for f in mine.fills], 0] / np.array([m.open[f[0], f[1]] * (m.open[f[0], 0] if f[1] else 1) for f in mine.fills])
        t.close("rules: quantities", fills["quantity"], q, 1e-9, " of equity", size)
        t.close("rules: prices", fills["price"], [f[3] for f in mine.fills], 1e-9, "", fills["price"])
        t.close("rules: fees of each fill", fills["fee"], [float(f[4]) for f in mine.fills], 1e-9, "", np.maximum(1, fills["fee"]))
    check_gains(t, m, lake, second, cents.max())
    if few:
        return
    check_baselines(t, m, lake, p, book, baselines, every)


def check_gains(t, m, lake, second, cents):
    gains, lots = lake.table("capital_gains"), lake.table("lots")
    # what is left of a lot after roundings is a disposal of next to nothing
    gains = gains[np.maximum(gains["proceeds_usd"], gains["cost_usd"]) >= cents * CENT].reset_index(drop=True)
    gone = [g for g in second.lots.gone if max(g[4], g[5]) >= cents * CENT]
    names = [s.split("-")[0] for s in m.symbols]
    theirs = list(zip(gains["time"].astype("int64"), gains["acquired_at"].astype("int64"), gains["asset"], gains["class"]))
    ours = [(when, since, names[a], "long" if long else "short") for when, since, a, _, _, _, long in gone]
    if t.check(theirs == ours, f"gains: the same {len(ours)} disposals of {second.lots.tax['method']} lots"):
        for i, name in ((4, "proceeds_usd"), (5, "cost_usd")):
            t.close(f"gains: {name}", gains[name], [float(g[i]) for g in gone], CENT, " USD", cents)
        t.close("gains: gain_usd", gains["gain_usd"], [float(g[4] - g[5]) for g in gone], CENT, " USD", cents)
    first = lake.table("backtest")
    realised, paid = lake.table("capital_gains")["gain_usd"].sum(), first["tax_usd"].sum()
    change = first["equity_usd"].iloc[-1] + first["tax_owed_usd"].iloc[-1] + paid - first["equity_usd"].iloc[0]
    t.close("gains: realised and open gains are the change of equity before taxes", [realised + lots["gain_usd"].sum()], [change], CENT, " USD", cents)
    years = lake.table("taxes")
    years = years[years["portfolio"] == "strategy"].drop(columns=["portfolio", "over", "paid_at"])
    want = np.array([[float(x) for x in y] for y in second.lots.years])
    t.close(f"taxes: {len(want)} years, netted and carried", years.to_numpy(float), want, CENT, " USD", cents)


def check_baselines(t, m, lake, p, book, baselines, every):
    n = len(book)
    weights = np.array(p["weights"], float)
    neutral = tuple(weights[len(weights) // 2])
    constant = "constant {:.4g}/{:.4g}/{:.4g}".format(*(100 * w for w in neutral))
    once = [None] * (n - 1)
    others = {"hold BTC": ([(0.0, 1.0, 0.0), *once], 0, 0), "hold USD": ([(1.0, 0.0, 0.0), *once], 0, 0),
              constant: ([neutral if r % every == 0 else None for r in range(n)], p["band"], int(p["min_hold"]))}
    if p["tax"]["short"] > 0 or p["tax"]["long"] > 0:
        klass = book["class"].astype(float)
        others["strategy before tax"] = ([None if np.isnan(c) else tuple(weights[int(c) - 1]) for c in klass], p["band"], int(p["min_hold"]))
    for name, (targets, band, hold) in others.items():
        rows = baselines[baselines["name"] == name]
        if not t.check((rows["time"].to_numpy() == book["time"].to_numpy()).all() if len(rows) == n else False, f"rules: baseline {name} over the same {n} bars"):
            continue
        got = books.Book(m, p, taxed=name != "strategy before tax").run(targets, [""] * n, band, hold)
        cents = np.maximum(1, got.equity[:, 0] / 1e6)
        t.close(f"rules: {name}: equity in USD", rows["equity_usd"], got.equity[:, 0], CENT, " USD", cents)
        t.close(f"rules: {name}: equity in BTC", rows["equity_btc"], got.equity[:, 1], 1e-9, "", got.equity[:, 1])
        t.close(f"rules: {name}: fees", rows["fees_usd"], got.fees, CENT, " USD", cents)
    t.check(set(baselines["name"]) == set(others), f"baselines: {', '.join(sorted(set(baselines['name'])))}")


# ----------------------------------------------------------- other settings

SETTINGS = [  # what else there is to set: each is one backtest
    {"rebalance_every": 2, "min_fee": 0.5, "maker_fee": 0.001, "maker_share": 0.3, "spread": 0.0008, "band": 0.12, "min_notional": 20, "tax": {"method": "hifo", "short": 0.3, "long": 0.15, "long_days": 20}},
    {"rebalance_every": 3, "slippage_volume": 0.05, "slippage_volatility": 0.02, "delay": 2, "step": 0.0001, "min_hold": 7, "tax": {"method": "average", "short": 0.4, "long": 0.1, "long_days": 90, "carry": False}},
    {"rebalance_every": 1, "fee": 0, "slippage": 0, "tax": {"method": "lifo", "short": 0.5, "long": 0.2, "long_days": 3}},
    {"rebalance_every": 12, "fee": 0.01, "min_fee": 3, "min_notional": 150, "delay": 5, "band": 0.05, "min_hold": 20, "slippage_volatility": 0.3, "volatility_bars": 5, "tax": {"method": "fifo", "short": 0.25, "long": 0.25}},
    {"rebalance_every": 4, "capital": 777.77, "step": 0.01, "spread": 0.01, "maker_share": 1, "maker_fee": 0, "tax": {"method": "fifo", "short": 0.9, "long": 0, "long_days": 30, "carry": False}},
    {"rebalance_every": 4, "capital": 5_000_000, "weights": [[1, 0, 0], [0, 0.1, 0.9], [0, 0, 1], [0, 0.5, 0.5], [0.1, 0, 0.9]], "tax": {"method": "hifo", "short": 0.45, "long": 0.05, "long_days": 10}},
]


def check_settings(t, store, how_many):
    """Trades copies of the store by other settings, with one alt that weighs
    more, and its own venue."""
    with tempfile.TemporaryDirectory() as scratch:
        copy = os.path.join(scratch, "lake")
        shutil.copytree(store, copy, symlinks=True)
        for i, setting in enumerate(SETTINGS[:how_many]):
            print(f"  ---- {json.dumps(setting)}")
            alts = Market(Lake(store), Lake(store).table("backtest"), Lake(store).params("backtest")).alts
            if alts:
                setting = dict(setting, markets=[{"symbol": alts[0], "weight": 3, "venue": "elsewhere", "fee": 0.0015}])
            sets = [f"backtest.{k}={json.dumps(v)}" for k, v in setting.items()] + ["report.resamples=0"]
            flags = shlex.split(os.environ.get("MANTIS_RUN", ""))
            mantis("run", "--store", copy, *flags, *(x for s in sets for x in ("--set", s)))
            lake = Lake(copy)
            p = lake.params("backtest")
            book, fills, predictions = (lake.table(x) for x in ("backtest", "fills", "predictions"))
            m = Market(lake, book, p)
            check_fills(t, m, fills, book, predictions, p)
            check_books(t, m, fills, book, p)
            check_decisions(t, book, predictions, p)
            check_rules(t, m, lake, p, few=i % 2 == 1)


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


def main(store, settings):
    lake = Lake(store)
    t = Tally("backtest and performance against a second backtest and empyrical " + ep.__version__)
    p = lake.params("backtest")
    book, fills, baselines, predictions = (lake.table(x) for x in ("backtest", "fills", "baselines", "predictions"))
    m = Market(lake, book, p)
    t.check(len(m.time) == len(book) and (m.known.to_numpy() == book["known_at"].to_numpy()).all(), f"{len(book)} bars of {' '.join(m.symbols)}")
    check_fills(t, m, fills, book, predictions, p)
    check_books(t, m, fills, book, p)
    check_decisions(t, book, predictions, p)
    check_rules(t, m, lake, p)
    check_measures(t, book, baselines, lake.table("performance"), lake.params("report"))
    check_intervals(t, book, baselines, lake.table("performance"))
    check_rolling(t, book, baselines, lake.table("rolling"), lake.params("report"))
    check_boxes(t, book, baselines, lake.table("return_boxes"), lake.table("return_outliers"))
    check_settings(t, store, settings)
    t.end()


if __name__ == "__main__":
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("store")
    args.add_argument("--settings", type=int, default=2)
    given = args.parse_args()
    main(given.store, given.settings)
