"""Writes ../bootstrap.json: what the stationary bootstrap of package bootstrap
must give, from its description alone.

    python stages/metrics/bootstrap/testdata/oracle/bootstrap.py
    python stages/metrics/bootstrap/testdata/oracle/check.py

with .ci/requirements.txt installed. The series come from Python's own seeded
generator.
"""

import json
import math
import pathlib
import random

import numpy as np

PATH = pathlib.Path(__file__).resolve().parent.parent / "bootstrap.json"
MASK = (1 << 64) - 1
STEP = 0x9E3779B97F4A7C15


def mix(z):
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 & MASK
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB & MASK
    return z ^ (z >> 31)


def numbers(seed, k):
    """SplitMix64, begun at a mix of the seed and of the resample's number."""
    state = mix((mix((seed + STEP) & MASK) + k * STEP) & MASK)
    while True:
        state = (state + STEP) & MASK
        yield mix(state)


def resample(seed, block, k, n):
    draw = numbers(seed, k)
    out = []
    while len(out) < n:
        start = int((next(draw) >> 11) / 2**53 * n)
        length = 1
        if block > 1:
            length += int(min(math.log(((next(draw) >> 11) + 1) / 2**53) / math.log(1 - 1 / block), n))
        out += [(start + i) % n for i in range(length)]
    return out[:n]


def length(x):
    """Politis and White 2004 with Patton, Politis and White 2009."""
    x = np.asarray(x)
    n, d = len(x), x - x.mean()
    most = math.ceil(min(3 * math.sqrt(n), n / 3))
    kept = max(5, int(math.log10(n)))
    lags = min(math.ceil(math.sqrt(n)) + kept, n - 1)
    r = np.array([d[k:] @ d[: n - k] / n for k in range(lags + 1)])
    low = np.abs(r / r[0]) < 2 * math.sqrt(math.log10(n) / n)
    quiet = [m for m in range(lags - kept + 1) if low[m + 1 : m + 1 + kept].all()]
    m = quiet[0] if quiet else max(np.flatnonzero(~low))
    m = min(2 * max(m, 1), lags)
    k = np.arange(-m, m + 1)
    weight = np.minimum(1, 2 * (1 - np.abs(k) / m))
    both = r[np.abs(k)]
    big, small = (weight * np.abs(k) * both).sum(), (weight * both).sum()
    return max(1.0, min((2 * big**2 / (2 * small**2)) ** (1 / 3) * n ** (1 / 3), most))


def series():
    """Name to a series, and whether nothing in it depends on what was before."""
    rng = random.Random(11)
    for name, n, phi in (("noise", 3000, 0), ("short noise", 60, 0), ("ar .3", 2000, 0.3), ("ar .8", 1500, 0.8), ("ar -.5", 800, -0.5), ("walk", 500, 1)):
        x = [0.0]
        for _ in range(n - 1):
            x.append(round(phi * x[-1] + rng.gauss(0, 0.01), 9))
        yield name, x
    x, size = [], 0.01
    for _ in range(2500):
        size = 0.9 * size + 0.1 * abs(rng.gauss(0, 0.02)) + 0.0005
        x.append(round(rng.gauss(0, size), 9))
    yield "clusters", x


def build():
    first = lambda seed, k: [v for v, _ in zip(numbers(seed, k), range(5))]
    return {
        "draws": [{"seed": s, "k": k, "numbers": first(s, k)} for s, k in ((0, 0), (1, 0), (1, 1), (2**64 - 1, 999_999))],
        "resamples": [
            {"seed": s, "block": b, "k": k, "n": n, "indices": resample(s, b, k, n)}
            for s, b, k, n in ((1, 1, 0, 40), (1, 5, 0, 200), (1, 5, 1, 200), (7, 20.5, 3, 300), (2**63, 1.2, 9, 100), (5, 400, 2, 60))
        ],
        "lengths": [{"name": name, "x": x, "length": length(x)} for name, x in series()],
    }


if __name__ == "__main__":
    PATH.write_text(json.dumps(build()) + "\n")
