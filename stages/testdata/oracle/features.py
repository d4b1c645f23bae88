"""Holds bars, closes, features and labels of a store against pandas.

Rerun, from the checkout, with Python and .ci/requirements.txt:
    python stages/testdata/oracle/features.py STORE

From the store's candles the bars are resampled again by pandas, and from those
bars all features and labels. Bars must be bit-equal; volumes, which pandas adds
with a compensated sum, are compared with a plain sum in bits and with pandas'
own in ulp. The notebook's 25 features are reckoned with its own lines. Exit
code 0 when everything agrees, 1 otherwise.

Where pandas is read with care:
  - its infinities (a return after a zero return) are nulls here;
  - the notebook drops incomplete rows, here no row is dropped, so that the
    comparison covers every row;
  - rolling().mean() keeps one running sum for a whole column, and a value that
    has left the window leaves its rounding behind. The bound is 1e-12 of the
    largest magnitude that entered that sum. A mean that numpy takes of every
    window afresh is held to 1e-12 of the largest magnitude in the window;
  - rolling() takes an infinity for a missing value, as the features do.
"""

import functools
import operator
import sys

import numpy as np
import pandas as pd

from lake import Lake, Tally, ulp

NOTEBOOK = 25


def step_of(bars):
    return bars["known_at"].iloc[0] - bars["time"].iloc[0]


def traded(candles):
    """The candles in which something was traded: one whose four prices are one,
    and of whose volume, quote volume and trades some is given and all that are
    given are 0, counts as none."""
    counts = candles[["volume", "quote_volume", "trades"]].astype(float)
    flat = candles[["open", "high", "low", "close"]].nunique(axis=1) == 1
    none = counts.notna().any(axis=1) & counts.fillna(0).eq(0).all(axis=1)
    return candles[~(flat & none)]


def resample(candles, step, until):
    """Bars of pandas: a regular grid from the first bar that is covered whole
    to the last, quiet bars filled forward."""
    c = traded(candles).set_index("time")
    grid = c.resample(step, origin="epoch", closed="left", label="left")
    bars = pd.DataFrame({
        "open": grid["open"].first(), "high": grid["high"].max(), "low": grid["low"].min(), "close": grid["close"].last(),
        "candles": grid["close"].count()})
    for name in ("volume", "quote_volume", "trades"):
        whole = grid[name].count() == bars["candles"]
        bars[name] = grid[name].sum().where(whole)
        plain = grid[name].apply(lambda x: functools.reduce(operator.add, x.to_numpy(), 0.0))
        bars["plain_" + name] = plain.where(whole)
    if bars.index[0] < c.index[0]:
        bars = bars.iloc[1:]
    bars = bars[bars.index + step <= until]
    bars = bars[bars["candles"].gt(0).cumsum() > 0]
    last = pd.Timestamp(until).floor(step) - step
    bars = bars.reindex(pd.date_range(bars.index[0], last, freq=step, name="time"))
    bars["candles"] = bars["candles"].fillna(0).astype("int64")
    bars["filled"] = bars["candles"] == 0
    for name in ("volume", "quote_volume", "trades", "plain_volume", "plain_quote_volume", "plain_trades"):
        bars[name] = bars[name].mask(bars["filled"], 0.0)
    bars["close"] = bars["close"].ffill()
    for name in ("open", "high", "low"):
        bars[name] = bars[name].fillna(bars["close"])
    run = (~bars["filled"]).cumsum()
    bars["stale_bars"] = bars.groupby(run).cumcount()
    return bars


def check_bars(t, symbol, got, want):
    t.same(f"{symbol} bars: time", got["time"], want.index)
    t.same(f"{symbol} bars: known_at", got["known_at"], want.index + step_of(got))
    if len(got) != len(want):
        return
    for name in ("open", "high", "low", "close", "candles", "filled", "stale_bars"):
        t.same(f"{symbol} bars: {name}", got[name], want[name])
    t.same(f"{symbol} bars: trades", got["trades"].astype(float), want["trades"])
    for name in ("volume", "quote_volume"):
        t.same(f"{symbol} bars: {name}, plain sum", got[name], want["plain_" + name])
        t.close(f"{symbol} bars: {name}, pandas' sum", got[name], want[name], 4, " ulp", ulp(want[name]))
    print(f"       {len(got)} bars, {int(got['filled'].sum())} filled")


def notebook(close):
    """The notebook's columns by its own lines, before it drops rows."""
    df = pd.DataFrame({"close": close})
    df["returns"] = df["close"].pct_change()
    df["cum_returns"] = (df["returns"] + 1).cumprod()
    for k in (2, 3, 4, 7, 30):
        df[f"price_velocity_{k}"] = df["close"].pct_change(k)
    df["price_acceleration_1"] = df["returns"].pct_change(1)
    for k in (2, 3, 4, 7, 30):
        df[f"price_acceleration_{k}"] = df[f"price_velocity_{k}"].pct_change(k)
    for k in (2, 3, 4, 7, 30):
        df[f"rolling_mean_velocity_{k}"] = df["returns"].rolling(window=k).mean()
    for k in (2, 3, 4, 7, 30):
        df[f"rolling_mean_acceleration_{k}"] = df["price_acceleration_1"].rolling(window=k).mean()
    df["log_price"] = np.log(df["close"])
    df["log_returns"] = df["log_price"].diff()
    return df.drop(columns="close").replace([np.inf, -np.inf], np.nan)


def windows(x, k):
    """Every full window of k values, NaN rows where there is none."""
    out = np.full((len(x), k), np.nan)
    if len(x) >= k:
        out[k - 1:] = np.lib.stride_tricks.sliding_window_view(np.asarray(x, float), k)
    return out


def later(b):
    """The second family: name to (values, scale of the bound or None for equal
    bits), by the Doc of each feature."""
    close, high, low, volume = (b[n].to_numpy(float) for n in ("close", "high", "low", "volume"))
    returns = b["close"].pct_change().to_numpy()
    ranges = (high - low) / close
    out = {"range": (ranges, None), "stale_bars": (b["stale_bars"].to_numpy(float), None)}
    for k in (1, 2, 4, 7, 30):
        v = b["close"].pct_change(k)
        out[f"velocity_diff_{k}"] = (v - v.shift(k), None)
    for k in (7, 30):
        w = windows(returns, k)
        out[f"volatility_{k}"] = (w.std(axis=1, ddof=1), np.abs(w).max(axis=1))
        w = windows(volume, k)
        ratio = volume / w.mean(axis=1)
        out[f"volume_ratio_{k}"] = (ratio, np.maximum(1, np.abs(ratio)))
    w = windows(ranges, 7)
    out["range_mean_7"] = (w.mean(axis=1), np.abs(w).max(axis=1))
    out["close_in_range"] = (np.where(high > low, (close - low) / np.where(high > low, high - low, 1), 0.5), None)
    for k in (7, 30, 120):
        out[f"distance_to_mean_{k}"] = (close / windows(close, k).mean(axis=1) - 1, 1.0)
    for k in (30, 120):
        out[f"distance_to_high_{k}"] = (close / windows(high, k).max(axis=1) - 1, None)
    return out


def check_notebook(t, symbol, got, bars):
    want = notebook(bars["close"])
    t.check(want.shape[1] == NOTEBOOK and set(want) <= set(got), f"{symbol} features: all {NOTEBOOK} columns of the notebook")
    log_ulp = ulp(want["log_price"])
    inputs = {"velocity": want["returns"], "acceleration": want["price_acceleration_1"]}
    for name in want:
        if name == "log_price":
            t.close(f"{symbol} {name}", got[name], want[name], 2, " ulp", log_ulp)
        elif name == "log_returns":
            before = pd.Series(log_ulp).shift(1).to_numpy()
            t.close(f"{symbol} {name}", got[name], want[name], 2, " ulp of the two logarithms", log_ulp + before)
        elif name == "cum_returns":  # the product telescopes; pandas rounds its own three times a bar
            telescoped = bars["close"] / bars["close"].iloc[0]
            t.same(f"{symbol} {name}, telescoped", got[name], telescoped.where(want[name].notna()))
            rounded = 3 * np.arange(1, len(want) + 1) * 2.0**-53
            t.close(f"{symbol} {name}, pandas' product", got[name], want[name], 1, " of its roundings", rounded * want[name])
        elif name.startswith("rolling_mean_"):
            x = inputs[name.split("_")[2]]
            k = int(name.split("_")[3])
            entered = x.abs().cummax().ffill()
            t.close(f"{symbol} {name}, pandas' running sum", got[name], want[name], 1e-12, " of the largest that entered", entered)
            w = windows(x, k)
            t.close(f"{symbol} {name}, fresh windows", got[name], w.mean(axis=1), 1e-12, " of the largest in the window", np.abs(w).max(axis=1))
        else:
            t.same(f"{symbol} {name}", got[name], want[name])
    return set(want)


def check_labels(t, symbol, got, bars, params):
    h, step, close = params["horizon"], step_of(bars), bars["close"]
    forward = close.shift(-h) / close.shift(0 if h else 1) - 1
    edges = [-np.inf, *params["bins"], np.inf]
    want = pd.cut(forward, bins=edges, right=True, labels=range(1, len(edges))).astype(float)
    t.same(f"{symbol} labels: time", got["time"], bars["time"])
    t.same(f"{symbol} labels: known_at", got["known_at"], bars["time"] + (1 + h) * step)
    t.same(f"{symbol} labels: return", got["return"], forward)
    t.same(f"{symbol} labels: class by pd.cut", got["class"], want)
    on_edge = forward.isin(params["bins"]).sum()
    print(f"       {on_edge} returns lie on an edge, {int(got['class'].isna().sum())} labels are null")


def main(store):
    lake = Lake(store)
    t = Tally("bars, features, labels against pandas " + pd.__version__)
    labels = lake.params("labels")
    until = lake.table("series").set_index("symbol")["until"]
    interval = lake.table("series").set_index("symbol")["interval_us"]
    symbols = lake.symbols("candles")
    t.check(symbols and all(lake.symbols(x) == symbols for x in ("bars", "features", "labels")), f"symbols {' '.join(symbols)} in every table")
    unchecked, wide = set(), {}
    for symbol in symbols:
        candles, bars = lake.of("candles", symbol), lake.of("bars", symbol)
        features = lake.of("features", symbol)
        if not lake.has("p_true"):  # a file declares no span: it ends with its last candle
            t.check(candles["time"].iloc[-1] + pd.Timedelta(microseconds=int(interval[symbol])) == until[symbol], f"{symbol}: the span ends with the last candle")
        check_bars(t, symbol, bars, resample(candles, step_of(bars), until[symbol]))
        t.same(f"{symbol} features: time", features["time"], bars["time"])
        t.same(f"{symbol} features: known_at", features["known_at"], bars["known_at"])
        done = check_notebook(t, symbol, features, bars)
        with np.errstate(divide="ignore", invalid="ignore"):
            more = later(bars)
        for name, (want, scale) in more.items():
            want = np.where(np.isinf(want), np.nan, want)
            if scale is None:
                t.same(f"{symbol} {name}", features[name], want)
            else:
                t.close(f"{symbol} {name}", features[name], want, 1e-12, "", scale)
        unchecked |= set(features) - done - set(more) - {"symbol", "time", "known_at"}
        check_labels(t, symbol, lake.of("labels", symbol), bars, labels)
        wide[symbol.replace("-", "_")] = bars.set_index("time")["close"]
    closes = lake.table("closes").set_index("time").drop(columns="period")
    want = pd.DataFrame(wide)
    t.same("closes: time", closes.index, want.index)
    for name in want:
        t.same(f"closes: {name}", closes[name], want[name])
    if unchecked:
        print("  note no reference here for the features " + " ".join(sorted(unchecked)))
    t.end()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
