"""Reckons ../bootstrap.json anew, and holds it to arch: the length of the
stationary bootstrap's runs, and the spread of the mean and of the Sharpe ratio
over resamples. Exits 1 where something differs.

Where arch finds a last correlated lag m, it counts one more than the paper does
(the first lag that is not correlated); its lengths are held to ours with that
lag. It also divides autocorrelations by the two pieces' own variances.
"""

import json
import sys

import numpy as np
from arch.bootstrap import StationaryBootstrap, optimal_block_length

from bootstrap import PATH, build, length, resample, series


def spread(x, block, resamples=1500):
    sharpe = lambda r: np.array([r.mean(), r.mean() / r.std(ddof=1)])
    ours = np.array([sharpe(x[resample(1, block, k, len(x))]) for k in range(resamples)])
    theirs = StationaryBootstrap(block, x, seed=1).apply(sharpe, resamples)
    return ours.std(axis=0), theirs.std(axis=0)


def main():
    ok = True
    if json.loads(PATH.read_text()) != json.loads(json.dumps(build())):
        print(f"{PATH.name} differs: what it is made from gives something else")
        ok = False
    for name, x in series():
        mine, theirs = length(x), float(optimal_block_length(np.array(x))["stationary"].iloc[0])
        print(f"{name}: a length of {mine:.4f}, arch has {theirs:.4f}")
        if name in ("noise", "clusters"):
            ok &= abs(mine / max(1, theirs) - 1) < 0.02
        ok &= 0.5 < mine / max(1, theirs) < 2
    for name, x in series():
        if name in ("ar .3", "clusters"):
            a, b = spread(np.array(x), 8.0)
            print(f"{name}: deviation of the mean and the Sharpe ratio over 1500 resamples {a}, arch has {b}, ratio {a / b}")
            ok &= (np.abs(a / b - 1) < 0.08).all()  # four standard errors of a ratio of two deviations
    print("agree" if ok else "DIFFER")
    return ok


if __name__ == "__main__":
    sys.exit(not main())
