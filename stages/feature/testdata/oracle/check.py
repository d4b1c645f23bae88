"""Holds the features that are on request against pandas.

Rerun, from the checkout, with Python and .ci/requirements.txt:
    python stages/feature/testdata/oracle/check.py

Runs mantis with features.add=all and two files of outside columns on a small
simulated market, and reckons every feature that was added anew from the stored
bars and from those files. Exit code 0 when everything agrees, 1 otherwise. The
bounds:
  - what is a quotient of few numbers, a count, a date or a column from outside is
    equal in every bit;
  - means, deviations and logarithms are within 1e-12 of the magnitudes that enter;
  - exponential averages are within 1e-12 of what numpy makes of the documented
    weights, equal to pandas' ewm(adjust=True) of the window alone, and within
    1e-3 of the textbook's recursion over all of history, which they cut short.
"""

import pathlib
import sys
import tempfile

import numpy as np
import pandas as pd

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "testdata" / "oracle"))
from lake import Lake, Tally, mantis  # noqa: E402

MARKET = ["--set", "candles.sim.years=0.7", "--set", 'candles.sim.symbols=["BTC-USD","ETH-BTC","LTC-BTC"]', "--set", "candles.sim.quiet=0.1",
          "--set", "model.num_boost_round=2", "--set", "model.max_depth=2", "--set", "report.resamples=20"]


def windows(x, k):
    """Every full window of k values, NaN rows where there is none."""
    x = np.asarray(x, float)
    out = np.full((len(x), k), np.nan)
    if len(x) >= k:
        out[k - 1:] = np.lib.stride_tricks.sliding_window_view(x, k)
    return out


def average(x, span):
    """An exponential average over five spans, by pandas' own weights: those of
    ewm(adjust=True) of so many values alone."""
    n = 5 * span
    weights = (1 - 2 / (span + 1)) ** np.arange(n - 1, -1, -1.0)
    return windows(x, n) @ (weights / weights.sum())


def momentum(b):
    """Name to values and the scale of the bound; None for equal bits."""
    close, high, low, volume = (b[n] for n in ("close", "high", "low", "volume"))
    out = {}
    returns = close.pct_change()
    for k in range(1, 31):
        out[f"return_lag_{k}"] = (returns.shift(k), None)
    move = close.diff()
    for k in (7, 14):
        up, down = average(move.clip(lower=0), 2 * k - 1), average(-move.clip(upper=0), 2 * k - 1)
        with np.errstate(invalid="ignore"):
            out[f"rsi_{k}"] = (100 - 100 / (1 + up / down), 100.0)
        before = close.shift()
        reach = pd.concat([high - low, (high - before).abs(), (low - before).abs()], axis=1).max(axis=1, skipna=False)
        out[f"atr_{k}"] = (average(reach, 2 * k - 1) / close, 1.0)
    line = average(close, 12) - average(close, 26)
    signal = average(line, 9)
    out["macd_line"] = (line / close, 1.0)
    out["macd_signal"] = (signal / close, 1.0)
    out["macd_histogram"] = ((line - signal) / close, 1.0)
    mean, sd = close.rolling(20).apply(np.mean, raw=True), close.rolling(20).apply(np.std, raw=True)
    out["bollinger_position_20"] = ((close - (mean - 2 * sd)) / ((mean + 2 * sd) - (mean - 2 * sd)), (close / sd).fillna(1))
    out["bollinger_width_20"] = (((mean + 2 * sd) - (mean - 2 * sd)) / mean, 1.0)
    bottom, top = low.rolling(14).min(), high.rolling(14).max()
    k14 = 100 * ((close - bottom) / (top - bottom))
    out["stochastic_k_14"] = (k14, None)
    out["stochastic_d_14"] = (windows(k14, 3).mean(axis=1), 100.0)
    balance = (np.sign(move) * volume).fillna(0).cumsum()  # Granville's, from the start of history
    for k in (7, 30):
        traded = windows(volume, k).sum(axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            change = balance.diff(k) / traded
        out[f"obv_change_{k}"] = (change, (balance.abs().cummax() / np.where(traded > 0, traded, 1)).to_numpy() + 1)
    return out


def textbook(b):
    """The recursions over all of history, as the books and pandas have them."""
    close, high, low = b["close"], b["high"], b["low"]
    move, before = close.diff(), close.shift()
    for k in (7, 14):
        up = move.clip(lower=0).ewm(alpha=1 / k, adjust=False).mean()
        down = (-move.clip(upper=0)).ewm(alpha=1 / k, adjust=False).mean()
        yield f"rsi_{k}", 100 * up / (up + down), 100.0
        reach = np.maximum(high, before) - np.minimum(low, before)
        yield f"atr_{k}", reach.ewm(alpha=1 / k, adjust=False).mean() / close, 1.0
    line = close.ewm(span=12, adjust=False).mean() - close.ewm(span=26, adjust=False).mean()
    yield "macd_line", line / close, 1.0
    yield "macd_signal", line.ewm(span=9, adjust=False).mean() / close, 1.0


def realised(b):
    """Volatilities by range."""
    log = {n: np.log(b[n]) for n in ("open", "high", "low", "close")}
    o, h, low, c = log["open"], log["high"], log["low"], log["close"]
    parkinson = (h - low) ** 2 / (4 * np.log(2))
    garman = 0.5 * (h - low) ** 2 - (2 * np.log(2) - 1) * (c - o) ** 2
    rogers = (h - o) * (h - c) + (low - o) * (low - c)
    out = {}
    for n in (7, 30):
        for name, x in (("parkinson", parkinson), ("garman_klass", garman), ("rogers_satchell", rogers)):
            out[f"{name}_{n}"] = windows(x, n).mean(axis=1)
        k = 0.34 / (1.34 + (n + 1) / (n - 1))
        out[f"yang_zhang_{n}"] = (windows(o - c.shift(), n).var(axis=1, ddof=1) + k * windows(c - o, n).var(axis=1, ddof=1)
                                  + (1 - k) * windows(rogers, n).mean(axis=1))
    return out


def cross(symbol, closes):
    """Terms of other markets, from the closes of all, by instant. close(t-k) must
    be a bar of the symbol's own."""
    own, hub = closes[symbol].dropna(), "BTC-USD"
    beside = closes.loc[own.index]
    nothing = pd.Series(np.nan, own.index)
    btc = beside[hub] if symbol != hub else nothing
    alts = beside.drop(columns=hub) if symbol == hub else beside.iloc[:, :0]
    mine, theirs = own.pct_change(), btc.pct_change(fill_method=None)
    out = {"hub_volatility_30": (theirs.rolling(30).std(), 1.0), "hub_correlation_30": (mine.rolling(30).corr(theirs), 1.0),
           "hub_beta_30": (mine.rolling(30).cov(theirs) / theirs.rolling(30).var(), 10.0)}
    for k in (1, 7, 30):
        moved = alts.pct_change(k, fill_method=None)
        out[f"hub_return_{k}"] = (btc.pct_change(k, fill_method=None), None)
        out[f"alts_return_{k}"] = (moved.mean(axis=1) if len(alts.columns) else nothing, 1.0)
        if k < 30:
            out[f"alts_breadth_{k}"] = ((moved > 0).sum(axis=1) / moved.notna().sum(axis=1).replace(0, np.nan) if len(alts.columns) else nothing, None)
    return out


def say(where):
    """Writes outside columns: a CSV of days, published a day later, and a Parquet
    file of two symbols with revisions, of which some are known on the instant of a
    close and some a microsecond after it."""
    r = np.random.default_rng(3)
    days = pd.DataFrame({"time": pd.date_range("2018-12-20", periods=200, tz="UTC"), "mood": r.integers(0, 100, 200), "flow": r.normal(size=200)})
    days = days[r.random(200) < 0.5].reset_index(drop=True)
    days.loc[days.index % 3 == 0, "flow"] = np.nan
    days.to_csv(where / "days.csv", index=False, date_format="%Y-%m-%d")
    n = 900
    known = pd.Timestamp("2018-12-30", tz="UTC") + pd.to_timedelta(np.sort(r.integers(0, 150 * 24 * 60, n)), "min").as_unit("us")
    close = known.floor("6h")
    known = known.where(r.random(n) < 0.6, close + pd.to_timedelta(r.integers(0, 2, n), "us"))
    chain = pd.DataFrame({"known_at": known, "symbol": r.choice(["BTC-USD", "LTC-BTC"], n), "hashes": r.normal(size=n)})
    chain["time"] = (chain["known_at"] - pd.to_timedelta(r.integers(0, 4, n) * 12, "h")).dt.floor("12h")
    chain = chain.drop_duplicates(["symbol", "time", "known_at"]).sort_values("known_at", kind="stable").reset_index(drop=True)
    chain.to_parquet(where / "chain.parquet", index=False)
    days["known_at"] = days["time"] + pd.Timedelta("1D")
    return days, chain


def heard(symbol, known_at, days, chain):
    """The outside columns by merge_asof. A revision counts where no later time was
    known before it; then it is what a column of what counts held last."""
    out, left = {}, pd.DataFrame({"at": known_at})
    for name, table, age in (("mood", days, "3D"), ("flow", days, "3D"), ("hashes", chain[chain["symbol"] == symbol], "7D")):
        said = table.dropna(subset=[name])
        said = said[said["time"] == said["time"].cummax()]
        said = said[["known_at", name]].astype({"known_at": left["at"].dtype})
        out["outside_" + name] = pd.merge_asof(left, said, left_on="at", right_on="known_at", tolerance=pd.Timedelta(age))[name]
    return out


def calendar(time):
    return {"hour_of_day": time.dt.hour + time.dt.minute / 60 + time.dt.second / 3600, "day_of_week": time.dt.day_of_week,
            "weekend": time.dt.day_of_week >= 5, "day_of_month": time.dt.day, "month_of_year": time.dt.month}


def check_symbol(t, symbol, got, b, closes, said):
    checked = set()
    for name, (want, scale) in (momentum(b) | cross(symbol, closes)).items():
        checked.add(name)
        want = np.asarray(want, float)
        want = np.where(np.isinf(want), np.nan, want)
        if scale is None:
            t.same(f"{symbol} {name}", got[name], want)
        else:
            t.close(f"{symbol} {name}", got[name], want, 1e-12, scale=scale)
    for name, want, scale in textbook(b):
        far = np.arange(len(b)) >= 400  # where the start of history no longer matters
        t.close(f"{symbol} {name}, the textbook's", got[name][far], want[far], 1e-3, scale=scale)
    for name, want in realised(b).items():
        checked.add(name)
        t.close(f"{symbol} {name}, squared", got[name] ** 2, want, 1e-15)
    for name, want in heard(symbol, b["known_at"], *said).items():
        t.same(f"{symbol} {name}, {want.isna().sum()} null", got[name], want.astype(float))
    for name, want in calendar(b["time"]).items():
        checked.add(name)
        t.same(f"{symbol} {name}", got[name], want.astype(float))
    return checked


def check_weights(t, b):
    """The documented weights are those of pandas' ewm of the window alone."""
    close = b["close"]
    for span in (12, 26):
        ours = average(close, span)
        for row in range(5 * span - 1, len(close), 97):
            theirs = close[row - 5 * span + 1: row + 1].ewm(span=span, adjust=True).mean().iloc[-1]
            if abs(ours[row] - theirs) > 1e-12 * theirs:
                return t.check(False, f"ewm of span {span}, row {row}: {ours[row]}, pandas {theirs}")
    t.check(True, "averages of spans 12 and 26 are pandas' ewm(adjust=True) of each window")


def main():
    t = Tally("features on request against pandas " + pd.__version__)
    with tempfile.TemporaryDirectory() as root:
        said = say(pathlib.Path(root))
        files = ["--outside", f"{root}/days.csv,delay=1d,max_age=3d", "--outside", f"{root}/chain.parquet"]
        root += "/lake"
        mantis("run", "--store", root, "--set", "features.add=all", *files, *MARKET)
        lake = Lake(root)
        symbols, unchecked = lake.symbols("bars"), set()
        closes = pd.DataFrame({s: lake.of("bars", s).set_index("time")["close"] for s in symbols})
        for symbol in symbols:
            bars, features = lake.of("bars", symbol), lake.of("features", symbol)
            checked = check_symbol(t, symbol, features, bars, closes, said)
            listed = {f["name"] for f in LISTED if not f["default"]}
            unchecked |= listed - checked
            t.check(listed <= set(features), f"{symbol}: {len(listed)} features on request are there")
        check_weights(t, lake.of("bars", symbols[0]))
        t.check(not unchecked, f"every one of them is checked{': not ' + ' '.join(sorted(unchecked)) if unchecked else ''}")
    t.end()


if __name__ == "__main__":
    import json

    LISTED = json.loads(mantis("features", "--json"))
    main()
