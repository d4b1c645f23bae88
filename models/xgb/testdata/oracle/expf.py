"""Writes golden values of the GNU C library's expf.

Rerun, from models/xgb, with Python 3.13 on Linux with glibc 2.28 or later:
    python testdata/oracle/expf.py

testdata/golden/expf.f32 holds pairs x, expf(x) of little-endian float32. XGBoost
calls the C library, so the trainer must have its bits.
"""

import ctypes
import pathlib

import numpy as np

OUT = pathlib.Path(__file__).resolve().parent.parent / "golden" / "expf.f32"


def main():
    libm = ctypes.CDLL("libm.so.6")
    libm.expf.restype, libm.expf.argtypes = ctypes.c_float, [ctypes.c_float]
    rng = np.random.Generator(np.random.PCG64(1))
    x = np.concatenate([
        -rng.exponential(2, 6000),
        -rng.uniform(0, 110, 1500),
        -np.exp(rng.uniform(-80, 0, 400)),
        [0, -0.0, -87.4, -88, -103.2, -103.28, -103.9, -103.97, -104, -1e30],
    ]).astype(np.float32)
    pairs = np.array([(v, libm.expf(float(v))) for v in x], "<f4")
    pairs.tofile(OUT)
    print(f"{len(pairs)} pairs")


if __name__ == "__main__":
    main()
