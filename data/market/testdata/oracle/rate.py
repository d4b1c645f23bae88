"""Measures the reading of candle files beside DuckDB and polars, and their import.

Rerun, from the checkout, with Go, Python and .ci/requirements.txt:
    python data/market/testdata/oracle/rate.py [candles, 10 million] [turns, 3]

The file has candles of minutes, ascending: seconds, four prices of two decimals
that wander, a volume of five. All read it with as many threads as there are
processors, from the kernel's cache, in processes of their own that take turns;
the best of each is printed, by wall time and by processor time (user and system),
since the machine may be shared. "ahead" is the rate of mantis over the other's.

mantis decodes every cell and checks every row: prices within low and high, stamps
on the grid, in order, none twice. It holds the bytes that it reads against their
SHA-256, which is in its time; the first pass over the file, which makes those
digests and that of the whole, is a line of its own. DuckDB reads the file into a
table in memory, polars into a data frame. Both are told the types, and check
nothing. All must have read the same bits.

The imports are what `mantis candles import` and `mantis run` do with a file they
have not seen: hash, decode, check, encode, read back, compare, sync, seal, into a
store on disk. Beside them stands the Parquet writer alone, with the archive's parts
in memory and writing to nowhere: on all processors, as the imports are, and on one.
"of" is the rate of the archive's import over that of each. A last line says what the
same data would take that the writer does not do, were there nothing but SHA-256 and
fsync. Nothing here fails on a time; it fails if the programs have not read the same.
"""

import hashlib
import json
import os
import pathlib
import platform
import re
import resource
import subprocess
import sys
import tempfile
import time

PACKAGE = pathlib.Path(__file__).resolve().parents[2]
COLUMNS = ["open", "high", "low", "close", "volume"]
HASHED = 8 * 8 + 28  # bytes of a row of the archive in its content digest: eight words and three short texts


# ------------------------------------------------- in a process of its own

def used():
    u = resource.getrusage(resource.RUSAGE_SELF)
    return u.ru_utime + u.ru_stime


def peak(status):
    """The peak of a process's memory in MiB."""
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024


def child(program, path):
    if program == "polars":
        import polars as pl
        types = {"unix": pl.Int64, **{n: pl.Float64 for n in COLUMNS}}
        before, begun = used(), time.perf_counter()
        frame = pl.read_csv(path, schema=types)
        wall, cpu, top = time.perf_counter() - begun, used() - before, peak(pathlib.Path("/proc/self/status").read_text())
        columns = [frame["unix"].to_numpy()] + [frame[n].to_numpy() for n in COLUMNS]
    else:
        import duckdb
        con = duckdb.connect()
        con.execute(f"SET threads = {os.cpu_count()}")
        types = ", ".join(["'unix': 'BIGINT'"] + [f"'{n}': 'DOUBLE'" for n in COLUMNS])
        before, begun = used(), time.perf_counter()
        con.execute(f"CREATE TABLE t AS SELECT * FROM read_csv('{path}', header = true, columns = {{{types}}})")
        wall, cpu, top = time.perf_counter() - begun, used() - before, peak(pathlib.Path("/proc/self/status").read_text())
        fetched = con.sql("FROM t").fetchnumpy()
        columns = [fetched["unix"]] + [fetched[n] for n in COLUMNS]
    columns[0] = columns[0] * 1_000_000
    bits = [int(c.view("uint64").sum(dtype="uint64")) for c in columns]
    return {"rows": len(columns[0]), "bits": bits, "wall": wall, "cpu": cpu, "peak": top}


# ------------------------------------------------------------ in the first

def run(command, **env):
    """What a process prints, and its processor seconds."""
    p = subprocess.Popen(command, cwd=env.pop("cwd", None), env={**os.environ, **env}, stdout=subprocess.PIPE, text=True)
    text = p.stdout.read()
    _, status, u = os.wait4(p.pid, 0)
    assert status == 0, f"{command}: {text}"
    return text, u.ru_utime + u.ru_stime


def other(program, path):
    return json.loads(run([sys.executable, __file__, "--child", program, str(path)])[0])


def go(binary, test, package, **env):
    text, cpu = run([str(binary), f"-test.run=^{test}$", "-test.v"], cwd=package, **env)
    said = json.loads(re.search(r"rate (\{.*\})", text)[1])
    return {"cpu": cpu, "peak": peak(said["status"]), **said}


def write(path, n):
    import numpy as np
    import polars as pl
    rng = np.random.default_rng(7)
    close = np.round(20000 * np.exp(np.cumsum(0.0004 * rng.standard_normal(n))), 2)
    opens = np.concatenate([[20000.0], close[:-1]])
    reach = np.round(close * 0.0003 * rng.random(n), 2)
    pl.DataFrame({
        "unix": 1_104_537_600 + 60 * np.arange(n), "open": opens, "high": np.round(np.maximum(opens, close) + reach, 2),
        "low": np.round(np.minimum(opens, close) - np.minimum(reach, 0.01), 2), "close": close,
        "volume": np.round(10 * rng.random(n), 5)}).write_csv(path)


def versions():
    import duckdb
    import polars
    cpus = re.findall(r"model name\s*:\s*(.*)", pathlib.Path("/proc/cpuinfo").read_text())
    version = subprocess.run(["go", "version"], check=True, capture_output=True, text=True).stdout.split()[2]
    return (f"{version}, polars {polars.__version__}, DuckDB {duckdb.__version__}, Python {platform.python_version()}, "
            f"{len(cpus)} x {cpus[0]}, Linux {platform.release()}")


def main():
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000
    turns = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    with tempfile.TemporaryDirectory() as tmp:
        tmp = pathlib.Path(tmp)
        path, market, stages, archive = tmp / "BTCUSD_1m.csv", tmp / "market.test", tmp / "stages.test", tmp / "archive.test"
        package = PACKAGE.parents[1] / "stages"
        write(path, rows)
        for binary, where in (market, PACKAGE), (stages, package), (archive, package / "archive"):
            subprocess.run(["go", "test", "-c", "-o", str(binary), "."], cwd=where, check=True)
        print(versions())
        print(f"{rows} candles, {path.stat().st_size / 1e6:.0f} MB; best of {turns}; load before {os.getloadavg()[0]:.2f}")
        runs = {"mantis": [], "duckdb": [], "polars": []}
        for _ in range(turns):
            runs["mantis"].append(go(market, "TestRate", PACKAGE, MANTIS_RATE=str(path)))
            for program in "duckdb", "polars":
                runs[program].append(other(program, path))
        same = {json.dumps([r["rows"], r["bits"]]) for list_ in runs.values() for r in list_}
        assert len(same) == 1, f"they have not read the same: {same}"
        ours = {k: min(r[k] for r in runs["mantis"]) for k in ("wall", "cpu", "hash_wall", "hash_cpu")}
        print(f"{'decode':<28} {'Mrows/s':>8} {'ahead':>6} {'Mrows/cpu-s':>12} {'ahead':>6} {'peak MiB':>9}")

        def line(what, wall, cpu, top, against=None):
            ahead = [f"{x / against[k]:6.2f}" if against else " " * 6 for k, x in (("wall", wall), ("cpu", cpu))]
            print(f"{what:<28} {rows / 1e6 / wall:8.2f} {ahead[0]} {rows / 1e6 / cpu:12.2f} {ahead[1]} {top:9.0f}", flush=True)

        top = min(r["peak"] for r in runs["mantis"])
        line("mantis, with checks", ours["wall"], ours["cpu"], top)
        for program in "duckdb", "polars":
            best = {k: min(r[k] for r in runs[program]) for k in ("wall", "cpu", "peak")}
            line(program, best["wall"], best["cpu"], best["peak"], ours)
        line("mantis, the pass before", ours["hash_wall"], ours["hash_cpu"], top)
        line("mantis, both", ours["wall"] + ours["hash_wall"], ours["cpu"] + ours["hash_cpu"], top)
        runs = {"sealed, candles import": [], "sealed, run": [], "the writer, all processors": [], "the writer, one": []}
        for turn in range(turns):
            for what, binary, where, name, env in (
                    ("sealed, candles import", archive, package / "archive", "archive", {"MANTIS_RATE": str(path)}),
                    ("the writer, all processors", archive, package / "archive", "archive", {"MANTIS_RATE": str(path), "MANTIS_RATE_DO": "write"}),
                    ("the writer, one", archive, package / "archive", "archive", {"MANTIS_RATE": str(path), "MANTIS_RATE_DO": "write", "GOMAXPROCS": "1"}),
                    ("sealed, run", stages, package, "run", {"MANTIS_RATE": str(path)})):
                runs[what].append(go(binary, "TestImportRate", where, MANTIS_RATE_STORE=str(tmp / f"{name}{turn}"), **env))
        assert {r["rows"] for list_ in runs.values() for r in list_} == {rows}
        best = {what: {k: min(r[k] for r in list_) for k in ("wall", "cpu", "peak")} for what, list_ in runs.items()}
        print(f"{'import':<28} {'Mrows/s':>8} {'of':>6} {'Mrows/cpu-s':>12} {'of':>6} {'peak MiB':>9}")
        for what, b in best.items():
            line(what, b["wall"], b["cpu"], b["peak"], best["sealed, candles import"] if what.startswith("the") else None)
        size = runs["the writer, one"][0]["bytes"]
        print(f"{size / rows:.1f} B a row; " + floors(path, rows, size, tmp))


def floors(path, rows, size, tmp):
    """What hashing the file, the rows and the parts takes, and syncing as many files as there are months."""
    block, n = bytes(1 << 20), (path.stat().st_size + size + rows * HASHED) >> 20
    begun = time.perf_counter()
    for _ in range(n):
        hashlib.sha256(block)
    hashed, months = time.perf_counter() - begun, max(1, rows // 43800)
    begun = time.perf_counter()
    for i in range(months):
        with open(tmp / f"synced{i}", "wb") as f:
            f.write(bytes(size // months))
            f.flush()
            os.fsync(f.fileno())
    synced = time.perf_counter() - begun
    return (f"SHA-256 of {n} MiB, on one thread: {hashed:.2f} s, {rows / 1e6 / hashed:.1f} Mrows/s; "
            f"fsync of {months} files, one after the other: {synced:.2f} s, {rows / 1e6 / synced:.1f} Mrows/s")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        print(json.dumps(child(*sys.argv[2:])))
    else:
        main()
