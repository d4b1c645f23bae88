"""The same job in the ordinary Python stack, to be measured beside mantis.

Rerun, from the checkout, with Python and .ci/requirements.txt:
    python stages/testdata/oracle/stack.py BTCUSD_1h.csv ETHBTC_1h.csv OUT
or, against the program, with .ci/compare.

It checks nothing but that every step has rows: it is what a researcher would
write for one market and one alt. Two CSV files with swapped volumes, 6-hour
bars, the features, the class of the next return, the first 70 % train 100
rounds of depth 6 on two threads, the rest is predicted, traded with fees and
slippage at the next open, measured and drawn; each step is a Parquet file in
OUT. Exit code 0 when all is written, 1 otherwise.
"""

import json
import os
import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import xgboost as xgb

YEAR = 1460
FEE, SLIP, CAPITAL = 0.0025, 0.0005, 10_000.0
WEIGHTS = [(.8, .2, 0), (.6, .4, 0), (.4, .5, .1), (.2, .5, .3), (0, .4, .6)]
BINS = [-np.inf, -.02, -.0025, .0025, .02, np.inf]


def candles(path):
    df = pd.read_csv(path, skiprows=1)
    df.columns = ["unix", "date", "symbol", "open", "high", "low", "close", "volume", "quote_volume"]
    df["time"] = pd.to_datetime(df["unix"], unit="s", utc=True)
    df = df.set_index("time").sort_index()
    swapped = (df["volume"] / df["quote_volume"] - df["close"]).abs() < (df["quote_volume"] / df["volume"] - df["close"]).abs()
    df.loc[swapped, ["volume", "quote_volume"]] = df.loc[swapped, ["quote_volume", "volume"]].to_numpy()
    return df[["open", "high", "low", "close", "volume", "quote_volume"]]


def bars(c):
    b = c.resample("6h").agg({"open": "first", "high": "max", "low": "min", "close": "last", "volume": "sum", "quote_volume": "sum"})
    b["filled"] = b["close"].isna()
    b["close"] = b["close"].ffill()
    for name in ("open", "high", "low"):
        b[name] = b[name].fillna(b["close"])
    return b.iloc[:-1]


def features(b):
    c, f = b["close"], pd.DataFrame(index=b.index)
    f["returns"] = c.pct_change()
    f["cum_returns"] = (f["returns"] + 1).cumprod()
    for k in (2, 3, 4, 7, 30):
        f[f"price_velocity_{k}"] = c.pct_change(k)
    f["price_acceleration_1"] = f["returns"].pct_change(1)
    for k in (2, 3, 4, 7, 30):
        f[f"price_acceleration_{k}"] = f[f"price_velocity_{k}"].pct_change(k)
        f[f"rolling_mean_velocity_{k}"] = f["returns"].rolling(k).mean()
        f[f"rolling_mean_acceleration_{k}"] = f["price_acceleration_1"].rolling(k).mean()
    f["log_price"] = np.log(c)
    f["log_returns"] = f["log_price"].diff()
    for k in (1, 2, 4, 7, 30):
        v = c.pct_change(k)
        f[f"velocity_diff_{k}"] = v - v.shift(k)
    f["range"] = (b["high"] - b["low"]) / c
    f["range_mean_7"] = f["range"].rolling(7).mean()
    f["close_in_range"] = ((c - b["low"]) / (b["high"] - b["low"])).fillna(0.5)
    for k in (7, 30):
        f[f"volatility_{k}"] = f["returns"].rolling(k).std()
        f[f"volume_ratio_{k}"] = b["volume"] / b["volume"].rolling(k).mean()
    for k in (7, 30, 120):
        f[f"distance_to_mean_{k}"] = c / c.rolling(k).mean() - 1
    for k in (30, 120):
        f[f"distance_to_high_{k}"] = c / b["high"].rolling(k).max() - 1
    f["stale_bars"] = b.groupby((~b["filled"]).cumsum()).cumcount().astype(float)
    return f.replace([np.inf, -np.inf], np.nan)


def backtest(klass, btc, eth):
    """Decided at a close, filled at the next open, marked at closes."""
    o, c, eo, ec = (x.to_numpy() for x in (btc["open"], btc["close"], eth["open"], eth["close"]))
    usd, coin, alt = CAPITAL, 0.0, 0.0
    rows, target = [], None
    for t in range(len(klass)):
        fees = 0.0
        if target is not None:
            equity = usd + coin * o[t] + alt * eo[t] * o[t]
            want_alt = target[2] * equity / (eo[t] * o[t]) - alt
            if want_alt < 0:
                got = -want_alt * eo[t] * (1 - SLIP)
                coin, alt, fees = coin + got * (1 - FEE), alt + want_alt, fees + got * FEE * o[t]
            move = target[0] * equity - usd
            if move > 0:
                sold = min(coin, move / (o[t] * (1 - SLIP) * (1 - FEE)))
                got = sold * o[t] * (1 - SLIP)
                usd, coin, fees = usd + got * (1 - FEE), coin - sold, fees + got * FEE
            elif move < 0:
                spent = -move / (1 + FEE)
                usd, coin, fees = usd + move, coin + spent / (o[t] * (1 + SLIP)), fees + spent * FEE
            if want_alt > 0:
                price = eo[t] * (1 + SLIP)
                bought = min(want_alt, coin / (price * (1 + FEE)))
                coin, alt, fees = coin - bought * price * (1 + FEE), alt + bought, fees + bought * price * FEE * o[t]
        equity = usd + coin * c[t] + alt * ec[t] * c[t]
        rows.append((equity, equity / c[t], usd / equity, coin * c[t] / equity, fees))
        target = WEIGHTS[klass[t]]
    return pd.DataFrame(rows, index=btc.index, columns=["equity_usd", "equity_btc", "weight_usd", "weight_btc", "fees"])


def measures(v, b):
    r, rb = v.pct_change().dropna(), b.pct_change().dropna()
    drawdown = v / v.cummax() - 1
    down = np.sqrt((np.minimum(r, 0) ** 2).mean())
    var = np.percentile(r, 5)
    beta = r.cov(rb) / rb.var() if rb.var() > 0 else np.nan
    return {"total": v.iloc[-1] / v.iloc[0] - 1, "annual": (v.iloc[-1] / v.iloc[0]) ** (YEAR / len(r)) - 1,
            "volatility": r.std() * np.sqrt(YEAR), "sharpe": r.mean() / r.std() * np.sqrt(YEAR) if r.std() > 0 else np.nan,
            "sortino": r.mean() / down * np.sqrt(YEAR) if down > 0 else np.nan, "max_drawdown": drawdown.min(),
            "under_water": (drawdown < 0).mean(), "skew": r.skew(), "kurtosis": r.kurt(), "var": var, "cvar": r[r <= var].mean(),
            "beta": beta, "alpha": (r.mean() - beta * rb.mean()) * YEAR}


def draw(out, book, hold):
    for name in ("usd", "btc"):
        v, h = book[f"equity_{name}"], hold[f"equity_{name}"]
        fig, (top, low) = plt.subplots(2, 1, sharex=True, figsize=(10, 6))
        top.plot(v.index, v, label="strategy")
        top.plot(h.index, h, label="hold BTC")
        top.set_ylabel(name.upper())
        top.legend()
        low.fill_between(v.index, v / v.cummax() - 1, 0)
        low.set_ylabel("drawdown")
        fig.savefig(os.path.join(out, f"equity_{name}.png"), dpi=100)
        plt.close(fig)


def main(btc_file, eth_file, out):
    os.makedirs(out, exist_ok=True)

    def keep(name, df):
        assert len(df), name
        df.to_parquet(os.path.join(out, name + ".parquet"))
        return df

    files = {"BTC-USD": btc_file, "ETH-BTC": eth_file}
    b = {}
    for symbol, path in files.items():
        c = keep(f"candles_{symbol}", candles(path))
        b[symbol] = keep(f"bars_{symbol}", bars(c))
        keep(f"features_{symbol}", features(b[symbol]))
    btc = b["BTC-USD"]
    x = features(btc).drop(columns=["cum_returns", "log_price"])
    forward = btc["close"].shift(-1) / btc["close"] - 1
    label = pd.cut(forward, BINS, labels=False)
    keep("labels", pd.DataFrame({"return": forward, "class": label}))
    start = int(len(x) * 0.7)
    train = slice(0, start - 1)  # the last label before the test span is not known by its open
    params = {"objective": "multi:softprob", "num_class": 5, "max_depth": 6, "eta": 0.1, "tree_method": "hist", "nthread": 2}
    booster = xgb.train(params, xgb.DMatrix(x.iloc[train], label=label.iloc[train]), 100)
    booster.save_model(os.path.join(out, "model.json"))
    p = booster.predict(xgb.DMatrix(x.iloc[start:]))
    klass = p.argmax(axis=1)
    predictions = pd.DataFrame(p, index=x.index[start:], columns=[f"p{i}" for i in range(1, 6)])
    predictions["class"], predictions["realised"] = klass + 1, label.iloc[start:] + 1
    keep("predictions", predictions)
    known = label.iloc[start:].notna().to_numpy()
    real = label.iloc[start:][known].astype(int).to_numpy()
    scores = {"log_loss": -np.log(p[known][np.arange(len(real)), real]).mean(), "accuracy": (klass[known] == real).mean()}
    span = btc.iloc[start:], b["ETH-BTC"].reindex(btc.index).iloc[start:]
    book = keep("backtest", backtest(klass, *span))
    hold = pd.DataFrame({"equity_usd": CAPITAL * span[0]["close"] / span[0]["close"].iloc[0]})
    hold["equity_btc"] = hold["equity_usd"] / span[0]["close"]
    table = pd.DataFrame({who + "_" + c: measures(v[f"equity_{c}"], hold[f"equity_{c}"]) for who, v in (("strategy", book), ("hold", hold)) for c in ("usd", "btc")})
    keep("performance", table)
    draw(out, book, hold)
    told = {**scores, "final": book["equity_usd"].iloc[-1], "fees": book["fees"].sum()}
    print(json.dumps({k: round(float(v), 4) for k, v in told.items()}))


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
