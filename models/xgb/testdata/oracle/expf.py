"""Writes golden values of the GNU C library's expf and logf.

Rerun, from models/xgb, with Python 3.13 on Linux with glibc 2.28 or later:
    python testdata/oracle/expf.py

testdata/golden/expf.f32 and logf.f32 hold pairs x, f(x) of little-endian float32.
XGBoost calls the C library, so the trainer must have its bits.
"""

import ctypes
import pathlib

import numpy as np

OUT = pathlib.Path(__file__).resolve().parent.parent / "golden"


def write(name, x):
    function = getattr(ctypes.CDLL("libm.so.6"), name)
    function.restype, function.argtypes = ctypes.c_float, [ctypes.c_float]
    pairs = np.array([(v, function(float(v))) for v in x.astype(np.float32)], "<f4")
    pairs.tofile(OUT / f"{name}.f32")
    print(f"{len(pairs)} pairs of {name}")


def main():
    rng = np.random.Generator(np.random.PCG64(1))
    write("expf", np.concatenate([
        -rng.exponential(2, 6000),
        -rng.uniform(0, 110, 1500),
        -np.exp(rng.uniform(-80, 0, 400)),
        [0, -0.0, -87.4, -88, -103.2, -103.28, -103.9, -103.97, -104, -1e30],
        rng.exponential(2, 1500), rng.uniform(0, 88.7, 500), [88.7],
    ]))
    write("logf", np.concatenate([
        rng.uniform(0, 1, 3000), np.exp(rng.uniform(-36.8, 0, 2000)), 1 - np.exp(rng.uniform(-16, 0, 1000)),
        np.exp(rng.uniform(-87, 88, 500)), [1, 1e-16, 1 / 0.23 - 1, 999999, 1e-6],
    ]))


if __name__ == "__main__":
    main()
