"""A second backtest, written from the description of the rules, for
performance.py. It checks nothing itself.

Orders are planned in floats, the equity after costs by Brent's method; what is
filled is counted in Python's decimals: units of 1e-18, quantities rounded down,
notional and fee half to even. Lots, years and taxes are counted the same way.
"""

import datetime as dt
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_UP, Context, Decimal, localcontext

import numpy as np
from scipy.optimize import brentq

TINY = 1e-9  # share of equity below which nothing is traded
UNIT = Decimal("1e-18")
ZERO = Decimal(0)
DAY = 86_400_000_000
FORCED = ("tax", "delisted")


def units(x, rounding=ROUND_HALF_EVEN):
    return x.quantize(UNIT, rounding)


def written(x):
    """A rate as somebody wrote it."""
    return Decimal(repr(float(x)))


class Costs:
    """What one market costs: its own words before those for all."""

    def __init__(self, p, symbol):
        own = next((m for m in p["markets"] if m["symbol"] == symbol), {})
        of = lambda name: float(own.get(name, p.get(name, 0)))
        self.rate = of("fee") * (1 - of("maker_share")) + of("maker_fee") * of("maker_share")
        self.exact = written(self.rate)
        self.least, self.fixed = of("min_fee"), of("spread") / 2 + of("slippage")
        self.volume, self.volatility = of("slippage_volume"), of("slippage_volatility")
        self.notional, self.step = of("min_notional"), written(of("step"))
        self.weight, self.venue = float(own.get("weight", 1)), own.get("venue", "")

    def stepped(self, q, rounding=ROUND_DOWN):
        if not self.step:
            return q
        slack = units(self.step * Decimal("1e-9"), ROUND_DOWN) * (-1 if rounding == ROUND_UP else 1)
        return ((q + slack) / self.step).quantize(Decimal(1), rounding) * self.step


class Lots:
    """Lots of each asset, 0 bitcoin, and what was gained on them."""

    def __init__(self, tax, assets):
        self.tax, self.pools, self.gone = tax, [[] for _ in range(assets)], []
        self.short, self.long = written(tax["short"]), written(tax["long"])
        self.years, self.carried, self.sums = [], (ZERO, ZERO), {}
        self.cost = [ZERO] * assets  # of all lots, for the average

    def buy(self, asset, when, quantity, cost):
        if quantity > 0:
            self.pools[asset].append([when, quantity, cost, np.float32(float(cost) / float(quantity))])
            self.cost[asset] += cost

    def sell(self, asset, when, quantity, proceeds):
        pool, method = self.pools[asset], self.tax["method"]
        while quantity > 0:
            at = len(pool) - 1 if method == "lifo" else 0
            if method == "hifo":
                at = max(range(len(pool)), key=lambda i: (pool[i][3], -i))
            lot = pool[at]
            part = min(lot[1], quantity)
            if method == "average":
                cost = units(self.cost[asset] * part / sum(l[1] for l in pool))
                self.cost[asset] -= cost
            else:
                cost = units(lot[2] * part / lot[1])
            got = units(proceeds * part / quantity)
            long = when - lot[0] > self.tax["long_days"] * DAY
            self.gone.append((when, lot[0], asset, part, got, cost, long))
            sums, gain = self.sums.setdefault(year_of(when), [ZERO] * 4), got - cost
            sums[2 * long + (gain <= 0)] += abs(gain)
            quantity, proceeds = quantity - part, proceeds - got
            lot[1], lot[2] = lot[1] - part, lot[2] - cost
            if not lot[1]:
                del pool[at]

    def fill(self, when, i, quantity, moved, hub):
        """quantity below 0 is sold; moved is what changes hands for it."""
        worth = moved if i == 0 else units(moved * Decimal(hub))
        if quantity > 0:
            self.buy(i, when, quantity, worth)
            if i:
                self.sell(0, when, moved, worth)
        else:
            if i:
                self.buy(0, when, moved, worth)
            self.sell(i, when, -quantity, worth)

    def year(self, year, carried):
        """Gains and losses of a year, short then long, netted, and the tax."""
        sums = self.sums.get(year, [ZERO] * 4)
        short, long = sums[0] - sums[1] - carried[0], sums[2] - sums[3] - carried[1]
        if short * long < 0:
            both = short + long
            short, long = (both, ZERO) if (both > 0) == (short > 0) else (ZERO, both)
        tax = units(max(short, ZERO) * self.short) + units(max(long, ZERO) * self.long)
        return (year, *sums, *carried, short, long, tax)

    def end(self, year):
        """The tax that falls due with a year that is over."""
        row = self.year(year, self.carried)
        self.years.append(row)
        self.carried = (max(-row[7], ZERO), max(-row[8], ZERO)) if self.tax["carry"] else (ZERO, ZERO)
        return row[9]


def year_of(micros):
    return (dt.datetime(1970, 1, 1) + dt.timedelta(microseconds=int(micros))).year


class Result:
    """What came of a backtest: fills are (bar, market, quantity, price, fee, reason)."""

    def __init__(self, n):
        self.fills, self.equity, self.fees = [], np.zeros((n, 2)), np.zeros(n)
        self.taxes, self.owed, self.kept = np.zeros(n), np.zeros(n), [""] * n


class Book:
    def __init__(self, m, p, taxed=True):
        self.m, self.k = m, len(m.symbols)
        self.costs = [Costs(p, s) for s in m.symbols]
        self.usd, self.own, self.due = written(p["capital"]), [ZERO] * self.k, ZERO
        tax = dict(p["tax"]) if taxed else dict(p["tax"], short=0, long=0)
        self.lots, self.p = Lots(tax, self.k), p
        self.taxed = tax["short"] > 0 or tax["long"] > 0
        self.out = Result(len(m.time))

    def one(self, i):
        """Dollars for a unit of a market's base at the open."""
        hub = self.m.open[self.r, 0]
        return hub if i == 0 else self.m.open[self.r, i] * hub

    def total(self):
        return float(self.usd) - float(self.due) + sum(float(q) * self.one(i) for i, q in enumerate(self.own) if q)

    def slip(self, i, worth):
        c, r, m = self.costs[i], self.r, self.m
        s = c.fixed
        if c.volume:
            last = r - 1 - np.argmax(~m.filled[:r, i][::-1])
            s += c.volume * worth / self.one(i) / m.volume[last, i]
        if c.volatility:
            x = m.close[max(0, r - 1 - int(self.p["volatility_bars"])):r, i]
            x = np.diff(x[~np.isnan(x)]) / x[~np.isnan(x)][:-1]
            s += c.volatility * (np.std(x, ddof=1) if len(x) > 1 else 0)
        return s

    def book(self, i, quantity, price, reason):
        """Fills a quantity, below 0 a sale, unless it is too small."""
        c, r = self.costs[i], self.r
        worth = abs(float(quantity)) * self.one(i)
        forced = reason in FORCED
        if not quantity or (worth < TINY * self.all and not forced):
            return
        notional = units(abs(quantity) * Decimal(price))
        fee = max(units(notional * c.exact), self.least(i))
        if reason == "delisted":
            fee = min(fee, notional)
        elif quantity < 0 and fee >= notional or not forced and worth < c.notional * (1 - 1e-9):
            return
        moved = notional + fee if quantity > 0 else notional - fee
        self.own[i] += quantity
        spent = moved if quantity > 0 else -moved
        if i == 0:
            self.usd -= spent
        else:
            self.own[0] -= spent
        assert self.usd >= 0 and min(self.own) >= 0, (r, i, self.usd, self.own)
        self.out.fees[r] += float(fee) * (self.m.open[r, 0] if i else 1)
        self.out.fills.append((r, i, quantity, price, fee, reason))
        self.lots.fill(self.m.micros[r], i, quantity, moved, self.m.open[r, 0])

    def least(self, i):
        least = written(self.costs[i].least)
        return units(least / Decimal(self.m.open[self.r, 0])) if i and least else least

    def sell(self, i, q, slip, reason, rounding=ROUND_DOWN):
        have = self.own[i]
        want = min(units(Decimal(q), rounding), have)
        if (float(have) - q) * self.one(i) < TINY * self.all:
            want = have
        self.book(i, -min(self.costs[i].stepped(want, rounding), have), self.m.open[self.r, i] * (1 - slip), reason)

    def buy(self, i, q, slip, reason):
        c, price = self.costs[i], self.m.open[self.r, i] * (1 + slip)
        have = self.usd if i == 0 else self.own[0]
        notional = units(have / (1 + c.exact), ROUND_DOWN)
        if units(notional * c.exact) < self.least(i):
            notional = have - self.least(i)
        if notional <= 0 or q <= 0:
            return
        most = units(notional / Decimal(price), ROUND_DOWN)
        want = most if q * (1 + 1e-12) >= float(most) else units(Decimal(q), ROUND_DOWN)
        want = c.stepped(want)
        if want > most:
            want = (most / c.step).quantize(Decimal(1), ROUND_DOWN) * c.step
        self.book(i, want, price, reason)

    # ------------------------------------------------------------ no order

    def forced(self):
        m, r = self.m, self.r
        for i in range(1, self.k):
            if m.gone[r, i] and self.own[i]:
                self.book(i, -self.own[i], max(m.open[r, i] * (1 - self.p["delisting_loss"]), 5e-324), "delisted")
        need = float(self.due - self.usd)
        if need > 0 and not m.filled[r, 0]:
            c, slip = self.costs[0], self.slip(0, need)
            gross = max(need / (1 - slip) / (1 - c.rate), (need + c.least) / (1 - slip))
            lack = gross - float(self.own[0]) * self.one(0)
            if lack > 0:
                worth = {i: float(self.own[i]) * self.one(i) for i in range(1, self.k) if self.own[i] and not m.filled[r, i]}
                slips = {i: self.slip(i, min(w, lack)) for i, w in worth.items()}
                brings = sum(max(0, min(w * (1 - slips[i]) * (1 - self.costs[i].rate), w * (1 - slips[i]) - self.costs[i].least)) for i, w in worth.items())
                for i in worth:
                    self.sell(i, min(1.0, lack / brings) * float(self.own[i]), slips[i], "tax", ROUND_UP)
            self.sell(0, gross / self.one(0), slip, "tax", ROUND_UP)
        self.reserved = min(self.due, self.usd)
        self.due, self.usd = self.due - self.reserved, self.usd - self.reserved

    # ------------------------------------------------------------ an order

    def loss(self, i, d):
        """What moving d dollars, of USD for the hub and of the alt for an alt,
        costs at the opens."""
        c, size = self.costs[i], abs(d)
        if c.least and size < TINY * self.all:
            return 0.0
        s = self.slip(i, size)
        if i == 0:
            if d > 0:
                return max(d / (1 - s) / (1 - c.rate), (d + c.least) / (1 - s)) - d
            return size - max(0.0, min(size / (1 + s) / (1 + c.rate), (size - c.least) / (1 + s)))
        if d > 0:
            return max(size * (1 + s) * c.rate, c.least) + size * s
        return max(size * (1 - s) * c.rate, c.least) + size * s

    def changes(self, x, live):
        usd, _, alt = self.target
        listed = sum(self.costs[i].weight for i in range(1, self.k) if self.listed(i))
        d = np.zeros(self.k)
        for i in np.flatnonzero(live):
            if i == 0:
                d[0] = usd * x - float(self.usd) + float(self.due)
            else:
                d[i] = alt * x * self.costs[i].weight / listed - float(self.own[i]) * self.one(i)
        return d

    def listed(self, i):
        return self.m.open[self.r, i] > 0 and not self.m.gone[self.r, i]

    def order(self):
        k, m, r = self.k, self.m, self.r
        there = np.array([self.listed(i) for i in range(k)])
        self.waits &= there
        self.all = total = self.total()
        live = self.waits & ~m.filled[r]
        if not live.any() and not self.waits.any():
            return
        while True:
            short_of = lambda x: x + sum(self.loss(i, d) for i, d in enumerate(self.changes(x, live)) if live[i]) - total
            x = total if short_of(total) == 0 else brentq(short_of, 0, total, xtol=1e-300, rtol=1e-15, maxiter=500) if live.any() else total
            d = self.changes(x, live)
            small = live & (np.abs(d) < [c.notional for c in self.costs]) & (np.abs(d) >= TINY * total)
            if not small.any():
                break
            live, self.waits = live & ~small, self.waits & ~small
        self.carry_out(d, live)

    def carry_out(self, d, live):
        k, short = self.k, np.zeros(self.k, bool)
        reason = self.reason
        slips = [self.slip(i, abs(d[i])) if live[i] else 0 for i in range(k)]
        for i in range(1, k):
            if live[i] and d[i] < 0:
                self.sell(i, -d[i] / self.one(i), slips[i], reason)
        if live[0] and d[0] < 0:
            self.buy(0, (-d[0] - self.loss(0, d[0])) / self.one(0), slips[0], reason)
        elif live[0] and d[0] > 0:
            want = (d[0] + self.loss(0, d[0])) / self.one(0)
            short[0] = (want - float(self.own[0])) * self.one(0) > TINY * self.all
            self.sell(0, want, slips[0], reason)
        buys = live & (d > 0)
        buys[0] = False
        need, have = sum(d[i] + self.loss(i, d[i]) for i in np.flatnonzero(buys)) / self.one(0), float(self.own[0])
        cut = have / need if need > have else 1.0
        if cut < 1 - TINY and self.waits[0] and not live[0]:
            live = live & ~buys
            buys[:] = False
        for i in np.flatnonzero(buys):
            short[i] = cut < 1 - TINY
            self.buy(i, cut * d[i] / self.one(i), slips[i], reason)
        still = (self.waits & ~live).any()
        self.waits = np.where(live, short & still, self.waits) & still

    # ------------------------------------------------------------ the loop

    def run(self, wanted, reasons, band=0.0, hold=0):
        """wanted[r] is the (USD, BTC, ALT) decided at the close of bar r, or None."""
        with localcontext(Context(prec=150)):
            return self._run(wanted, reasons, band, hold)

    def _run(self, wanted, reasons, band, hold):
        m, out = self.m, self.out
        self.target, self.waits = None, np.zeros(self.k, bool)
        coming, since, year = [], None, year_of(m.micros[0])
        for r in range(len(m.time)):
            self.r = r
            while year < year_of(m.micros[r]):
                self.due += self.lots.end(year)
                year += 1
            arrived = [o for o in coming if o[0] <= r]
            if arrived:
                _, self.target, self.reason = arrived[-1]
                coming = [o for o in coming if o[0] > r]
                self.waits = np.ones(self.k, bool)
            self.all, self.reserved = self.total(), ZERO
            if self.due or m.gone[r].any():
                self.forced()
            if self.target is not None and self.waits.any():
                self.order()
            out.taxes[r] = float(self.reserved)
            hub = m.close[r, 0]
            in_btc = [units(q * Decimal(m.close[r, i])) if i else q for i, q in enumerate(self.own) if i == 0 or q]
            worth = sum(units(x * Decimal(hub)) for x in in_btc)
            owed = self.due + (self.lots.year(year, self.lots.carried)[9] if self.taxed else ZERO)
            equity = self.usd + worth - owed
            out.equity[r] = float(equity), float(units((self.usd - owed) / Decimal(hub)) + sum(in_btc))
            out.owed[r] = float(owed)
            since = None if since is None else since + 1
            if wanted[r] is None:
                continue
            weights = np.array([float(self.usd), float(self.own[0]) * hub, 0]) / float(self.usd + worth)
            weights[2] = 1 - weights[0] - weights[1]
            if since is not None and since < hold:
                out.kept[r] = "held too short"
            elif band > 0 and np.abs(np.array(wanted[r]) - weights).max() <= band:
                out.kept[r] = "within the band"
            else:
                since = 0
                coming.append((r + int(self.p["delay"]), wanted[r], reasons[r]))
        self.lots.end(year)
        return out
