"""Reckons ../evidence.json anew and compares it, floats to 1e-10. Exits 1 where
something differs."""

import json
import math
import sys

from evidence import PATH, build


def same(a, b):
    if isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[k], b[k]) for k in b)
    if isinstance(b, list):
        return len(a) == len(b) and all(map(same, a, b))
    return math.isclose(a, b, rel_tol=1e-10, abs_tol=1e-12) if isinstance(b, float) else a == b


if __name__ == "__main__":
    ok = same(json.loads(PATH.read_text()), build())
    print(f"{PATH.name}", "agrees" if ok else "DIFFERS")
    sys.exit(not ok)
