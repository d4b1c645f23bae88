"""Reckons the goldens anew and compares them with those in ../*.json: curves
exactly, values to 1e-11. Says what differs and exits 1 where something does.
What to install is said in metrics.py."""

import json
import math
import sys

from metrics import HERE, build


def same(g, w):
    if g is None or w is None:
        return g is w
    return math.isclose(g, w, rel_tol=1e-11, abs_tol=1e-14)


def compare():
    """Yields a line for each difference."""
    for name, want in build().items():
        path = HERE / name
        if not path.exists():
            yield f"{name}: missing"
            continue
        got = json.loads(path.read_text())
        for key in ("hours", "risk_free", "mar", "equity", "benchmark"):
            if got.get(key) != want[key]:
                yield f"{name}: {key} differs"
        if got["expect"].keys() != want["expect"].keys():
            yield f"{name}: other metrics"
            continue
        for key, w in want["expect"].items():
            g = got["expect"][key]
            if not same(g["value"], w["value"]) or g["source"] != w["source"]:
                yield f"{name}: {key}: {g['value']} from {g['source']}, now {w['value']} from {w['source']}"
    known = set(build())
    for path in HERE.glob("*.json"):
        if path.name not in known:
            yield f"{path.name}: nothing makes it"


if __name__ == "__main__":
    differences = list(compare())
    print("\n".join(differences) or "goldens agree")
    sys.exit(1 if differences else 0)
