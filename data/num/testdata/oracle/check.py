"""Reckons ../normal.txt anew with mpmath and compares it, byte by byte, and holds
it to scipy within 1e-12 of each value (its own ndtr is 2e-13 off at -37). Exits 1 where something differs."""

import sys

from scipy import special, stats

from normal import PATH, lines

THEIRS = {"cdf": special.ndtr, "density": stats.norm.pdf, "quantile": special.ndtri}


def main():
    text = "".join(lines())
    worst = dict.fromkeys(THEIRS, 0.0)
    for line in text.splitlines():
        name, x, want = line.split()
        x, want = float.fromhex(x), float.fromhex(want)
        off = abs(float(THEIRS[name](x)) - want) / abs(want) if want else 0.0
        worst[name] = max(worst[name], off)
    print("scipy is off by at most", {k: f"{v:.2g}" for k, v in worst.items()}, "of the value")
    same = PATH.read_text() == text
    print(f"{PATH.name}: {len(text.splitlines())} values", "agree" if same else "DIFFER")
    return same and max(worst.values()) < 1e-12


if __name__ == "__main__":
    sys.exit(not main())
