"""Reckons the goldens anew and compares them with those in ../*.json: curves
exactly, values, intervals and tables to 1e-11. Says what differs and exits 1 where something does.
What to install is said in metrics.py."""

import json
import math
import sys

import tables
from metrics import HERE, build


def same(g, w):
    if g is None or w is None:
        return g is w
    return math.isclose(g, w, rel_tol=1e-11, abs_tol=1e-14)


def alike(g, w):
    """Whether two trees of values are the same, floats to a tolerance."""
    if isinstance(w, dict):
        return g.keys() == w.keys() and all(alike(g[k], w[k]) for k in w)
    if isinstance(w, list):
        return len(g) == len(w) and all(map(alike, g, w))
    return same(g, w) if isinstance(w, float) else g == w


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
        if got["bands"].keys() != want["bands"].keys():
            yield f"{name}: other intervals"
            continue
        for key, w in want["bands"].items():
            if not all(map(same, got["bands"][key], w)):
                yield f"{name}: interval of {key}: {got['bands'][key]}, now {w}"
        if got["expect"].keys() != want["expect"].keys():
            yield f"{name}: other metrics"
            continue
        for key, w in want["expect"].items():
            g = got["expect"][key]
            if not same(g["value"], w["value"]) or g["source"] != w["source"]:
                yield f"{name}: {key}: {g['value']} from {g['source']}, now {w['value']} from {w['source']}"
    if not alike(json.loads(tables.PATH.read_text()), tables.build()):
        yield f"{tables.PATH.name}: rolling measures or box plots differ"
    known = set(build())
    for path in HERE.glob("*.json"):
        if path.name not in known:
            yield f"{path.name}: nothing makes it"


if __name__ == "__main__":
    differences = list(compare())
    print("\n".join(differences) or "goldens agree")
    sys.exit(1 if differences else 0)
