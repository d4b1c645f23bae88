"""Writes ../normal.txt: the normal distribution by mpmath with 60 digits.

    python -m venv .venv
    .venv/bin/pip install mpmath scipy (as .ci/requirements.txt has them)
    .venv/bin/python data/num/testdata/oracle/normal.py
    .venv/bin/python data/num/testdata/oracle/check.py

A line is a function, its argument and its value, both exact float64 in
hexadecimal, the value rounded once from 60 digits. The arguments come from
Python's own seeded generator.
"""

import pathlib
import random

import mpmath as mp

PATH = pathlib.Path(__file__).resolve().parent.parent / "normal.txt"
mp.mp.dps = 60


def cdf(x):
    x = mp.mpf(x)
    return mp.erfc(-x / mp.sqrt(2)) / 2


def density(x):
    return mp.exp(-mp.mpf(x) ** 2 / 2) / mp.sqrt(2 * mp.pi)


def quantile(p, near):
    """Newton's steps on the logarithm of the tail, from a float64 near it."""
    p, x = mp.mpf(p), mp.mpf(near)
    if p > mp.mpf(1) / 2:
        return -quantile(1 - p, -near)
    for _ in range(8):
        c = cdf(x)
        x -= mp.log(c / p) * c / density(x)
    return x


def arguments():
    rng = random.Random(7)
    yield from (("cdf", x) for x in (0.0, 1.0, -1.0, 0.5, -0.5, 1e-300, -1e-9, 8.0, 9.0, -37.5, -20.0))
    for _ in range(400):
        yield "cdf", rng.uniform(-3, 3)
        yield "cdf", rng.uniform(-37.5, 8.5)
        yield "density", rng.uniform(-37, 37)
    yield from (("quantile", p) for p in (0.5, 0.025, 0.975, 0.05, 0.95, 0.01, 0.99, 0.16, 0.84, 1e-300, 1e-16, 1 - 2**-53, 0.5 + 2**-53))
    for _ in range(400):
        yield "quantile", rng.random()
        yield "quantile", 10 ** rng.uniform(-300, 0)


def value(name, x):
    if name == "quantile":
        from scipy.special import ndtri

        return quantile(x, float(ndtri(x)))
    return {"cdf": cdf, "density": density}[name](x)


def lines():
    for name, x in arguments():
        yield f"{name} {x.hex()} {float(value(name, x)).hex()}\n"


if __name__ == "__main__":
    PATH.write_text("".join(lines()))
