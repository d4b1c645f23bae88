"""Asks the libraries anew and compares with ../profiles.json, to 1e-11 of each
value. Exits 1 where something differs."""

import json
import math
import sys

from profiles import PATH, build


def differences(got, want, where=""):
    if isinstance(want, dict):
        if got.keys() != want.keys():
            yield f"{where}: {sorted(got)}, now {sorted(want)}"
            return
        for k in want:
            yield from differences(got[k], want[k], f"{where} {k}")
    elif isinstance(want, float) and isinstance(got, float):
        if not math.isclose(got, want, rel_tol=1e-11, abs_tol=1e-14):
            yield f"{where}: {got}, now {want}"
    elif got != want:
        yield f"{where}: {got}, now {want}"


if __name__ == "__main__":
    found = list(differences(json.loads(PATH.read_text()), build()))
    print("\n".join(found) or "the libraries agree with the profiles' goldens")
    sys.exit(bool(found))
