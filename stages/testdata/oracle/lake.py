"""What the oracles of this folder share: the tables of a store, its
parameters, and a tally of comparisons. It checks nothing itself."""

import json
import os
import pathlib
import shlex
import subprocess
import sys

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

ROOT = pathlib.Path(__file__).resolve().parents[3]


def mantis(*args):
    """What the program prints. MANTIS names a built one; without it the
    checkout's own is run."""
    command = shlex.split(os.environ.get("MANTIS", "go run ./cmd/mantis"))
    return subprocess.run([*command, *args], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout


def numbers(x):
    """A manifest writes what is no whole number as text: numbers again."""
    if isinstance(x, dict):
        return {k: numbers(v) for k, v in x.items()}
    if isinstance(x, list):
        return [numbers(v) for v in x]
    try:
        return float(x) if isinstance(x, str) else x
    except ValueError:
        return x


class Lake:
    def __init__(self, root):
        self.root = pathlib.Path(root).resolve()

    def params(self, dataset):
        """The parameters that the latest version was made with."""
        shown = mantis("show", dataset, "--json", "--store", str(self.root))
        return numbers(json.loads(shown)["stage"]["params"])

    def view(self, table):
        return self.root / "views" / table / "latest"

    def has(self, table):
        return self.view(table).exists()

    def table(self, name):
        return pd.read_parquet(self.view(name))

    def symbols(self, table):
        return sorted(p.name.removeprefix("symbol=") for p in self.view(table).glob("symbol=*"))

    def of(self, table, symbol):
        """One symbol's rows, in the order in which they lie. Whole numbers
        with nulls are floats."""
        parts = sorted(self.view(table).glob(f"symbol={symbol}/**/*.parquet"))  # of year after year
        return pa.concat_tables(pq.ParquetFile(p).read() for p in parts).to_pandas()


class Tally:
    """Counts comparisons and prints a line for each."""

    def __init__(self, what):
        self.what, self.passed, self.failed = what, 0, 0

    def check(self, ok, line):
        ok = bool(ok)
        self.passed, self.failed = self.passed + ok, self.failed + (not ok)
        print(f"  {'ok  ' if ok else 'FAIL'} {line}", flush=True)
        return ok

    def close(self, name, got, want, bound, unit="", scale=1.0):
        """Wants nulls in the same places and |got - want| <= bound x scale."""
        got, want = np.asarray(got, float), np.asarray(want, float)
        if got.shape != want.shape:
            return self.check(False, f"{name}: {got.shape} values, want {want.shape}")
        scale = np.broadcast_to(np.asarray(scale, float), got.shape)
        odd = np.isnan(got) != np.isnan(want)
        here = ~np.isnan(got) & ~np.isnan(want)
        off = np.abs(got[here] - want[here])
        with np.errstate(divide="ignore", invalid="ignore"):
            off = np.where(off == 0, 0, off / scale[here])
        worst = off.max() if off.size else 0.0
        ok = not odd.any() and worst <= bound and not np.isinf(got[here]).any()
        nulls = f", {odd.sum()} nulls differ" if odd.any() else ""
        return self.check(ok, f"{name}: {here.sum()} values, {np.isnan(got).sum()} null, worst {worst:.3g}{unit} (bound {bound:.3g}{unit}){nulls}")

    def same(self, name, got, want):
        """Wants equal values, nulls in the same places."""
        got, want = pd.Series(np.asarray(got)), pd.Series(np.asarray(want))
        if len(got) != len(want):
            return self.check(False, f"{name}: {len(got)} values, want {len(want)}")
        differ = ~((got == want) | (got.isna() & want.isna()))
        first = ""
        if differ.any():
            i = int(np.argmax(differ))
            first = f", the first in row {i}: {got[i]!r}, want {want[i]!r}"
        return self.check(not differ.any(), f"{name}: {len(got)} values, {differ.sum()} differ{first}")

    def end(self):
        print(f"{self.what}: {self.passed} passed, {self.failed} failed")
        sys.exit(1 if self.failed or not self.passed else 0)


def ulp(x):
    """The distance to the next double, of each value."""
    return np.spacing(np.abs(np.asarray(x, float)))
