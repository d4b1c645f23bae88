"""Measures the Parquet files of data beside DuckDB and pyarrow.

Rerun, from the checkout, with Go, Python and .ci/requirements.txt:
    python data/testdata/oracle/speed.py [rows, 10 million] [turns, 3]

Rates are rows a second of the processor: user and system time of a process with
one thread, of which the rest (making or loading the table) is not counted. The
programs take turns; the best of each is printed, since the machine may be
shared: "worst" is the longest time over the shortest, "ahead" the rate of mantis
on its own file over this one, "grown" how far the process grew meanwhile, at its
peak.

The tables have a time and 7 doubles, and lie in memory in each program's own
form: features full of entropy, the same with 1 % nulls, candles with prices of 2
decimals, volumes of 5 and whole numbers of trades. Reading is decoding every
column: mantis and pyarrow into arrays, one row group after the other, DuckDB
into the sum of every column or into Arrow batches, whichever is faster. All
files are on one disk, which the kernel caches.

mantis, pyarrow and DuckDB must read equal rows from mantis's file: the content
digest of FORMAT.md is computed from the columns that each has read.
"""

import json
import os
import pathlib
import platform
import re
import subprocess
import sys
import tempfile

PACKAGE = pathlib.Path(__file__).resolve().parents[2]
NAMES = "open high low close volume quote trades".split()
KINDS = ("features", "nullable", "candles")
SPLIT = "BYTE_STREAM_SPLIT"

# What is measured: the program, how it writes, its codec.
WRITES = [("mantis", "mantis", "zstd"), ("pyarrow", "split", "zstd, level 1"), ("duckdb", "V2", "zstd")]
PLAIN = [("pyarrow", "plain1", "zstd, level 1"), ("pyarrow", "plain3", "zstd, level 3"), ("duckdb", "V1", "zstd")]


# ------------------------------------------------- in a process of its own

def cpu():
    import resource
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def peak(reset=False):
    """The peak of the process's memory in MiB, from now on if reset."""
    if reset:
        pathlib.Path("/proc/self/clear_refs").write_text("5")
    return int(re.search(r"VmHWM:\s+(\d+)", pathlib.Path("/proc/self/status").read_text())[1]) / 1024


def measured(do):
    before, begin = peak(reset=True), cpu()
    do()
    return {"cpu": cpu() - begin, "grown": peak() - before}


def child(program, how, do, source, target):
    import pyarrow as pa
    import pyarrow.parquet as pq
    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    if do == "read" and program == "pyarrow":
        def read():
            file = pq.ParquetFile(source)
            for g in range(file.num_row_groups):
                file.read_row_group(g, use_threads=False)
        return measured(read)
    if do == "write" and program == "pyarrow":
        table = pq.read_table(source, use_threads=False)
        encoding = {"time": "DELTA_BINARY_PACKED", **{n: SPLIT if how == "split" else "PLAIN" for n in NAMES}}
        return measured(lambda: pq.write_table(
            table, target, compression="zstd", compression_level=3 if how == "plain3" else 1, use_dictionary=False,
            column_encoding=encoding, row_group_size=131072, data_page_version="2.0", data_page_size=256 << 10))
    import duckdb
    con = duckdb.connect()
    con.execute("SET threads = 1")
    con.execute("SET TimeZone = 'UTC'")
    if do == "write":
        con.execute(f"CREATE TABLE t AS SELECT * FROM read_parquet('{source}')")
        return measured(lambda: con.execute(
            f"COPY t TO '{target}' (FORMAT parquet, CODEC zstd, PARQUET_VERSION {how}, ROW_GROUP_SIZE 131072)"))
    if how == "sum":
        sums = ", ".join(["max(time)"] + [f"sum({n})" for n in NAMES])
        return measured(lambda: con.sql(f"SELECT {sums} FROM read_parquet('{source}')").fetchall())

    def batches():
        for _ in con.sql(f"SELECT * FROM read_parquet('{source}')").to_arrow_reader(131072):
            pass
    return measured(batches)


def digest(program, kind, path):
    """The content of mantis's file as another program reads it."""
    import content
    import duckdb
    import pyarrow.parquet as pq
    fields = [dict(name="time", type="time", nullable=False)]
    fields += [dict(name=n, type="float", nullable=kind == "nullable") for n in NAMES]
    if program == "pyarrow":
        table = pq.read_table(path)
    else:
        con = duckdb.connect()
        con.execute("SET TimeZone = 'UTC'")
        table = con.sql(f"SELECT * FROM read_parquet('{path}')").to_arrow_table()
    return content.content(dict(table=kind, fields=fields, partition=[], sort=["time"]), table)


# ------------------------------------------------------------ in the first

def other(*args):
    done = subprocess.run([sys.executable, __file__, "--child", *map(str, args)], check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def mantis(binary, folder, rows, bench):
    env = {**os.environ, "MANTIS_SPEED": str(folder), "MANTIS_ROWS": str(rows), "GOMAXPROCS": "1", "TMPDIR": str(folder)}
    done = subprocess.run([binary, "-test.run=^$", f"-test.bench=^{bench.replace('/', '$/^')}$", "-test.benchtime=1x"],
                          cwd=PACKAGE, env=env, check=True, capture_output=True, text=True)
    line = re.search(r"^Benchmark.*op.*$", done.stdout, re.M)[0]
    values = {unit: float(x) for x, unit in re.findall(r"([\d.+-]+(?:e[+-]\d+)?) (\S+)", line)}
    content = re.search(r"content (\w{64})", done.stdout)
    return {"cpu": rows / 1e6 / values["Mrows/cpu-s"], "grown": values.get("MiB-grown", float("nan")),
            "size": values.get("B/row"), "content": content and content[1]}


def versions():
    import duckdb
    import pyarrow
    cpus = re.findall(r"model name\s*:\s*(.*)", pathlib.Path("/proc/cpuinfo").read_text())
    go = subprocess.run(["go", "version"], check=True, capture_output=True, text=True).stdout.split()[2]
    return (f"{go}, pyarrow {pyarrow.__version__}, DuckDB {duckdb.__version__}, Python {platform.python_version()}, "
            f"{len(cpus)} x {cpus[0]}, Linux {platform.release()}")


def best(runs):
    return min(runs, key=lambda r: r["cpu"])


def encodings(path):
    """How the doubles of a file are encoded; RLE is that of which are null."""
    import pyarrow.parquet as pq
    group = pq.ParquetFile(path).metadata.row_group(0)
    found = {e for i in range(1, 8) for e in group.column(i).encodings}
    return " ".join(sorted(found - {"RLE"}))


def report(rows, kind, what, entry, measures, size, against=None):
    m = best(measures)
    spread = max(r["cpu"] for r in measures) / m["cpu"]
    print(f"{kind:<9} {what:<34} {entry:<56} {rows / 1e6 / m['cpu']:6.2f} {m['grown']:8.0f} {size:7.2f} {spread:7.2f}"
          + (f" {m['cpu'] / against:7.2f}" if against else ""), flush=True)
    return m["cpu"]


def main():
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000
    turns = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    with tempfile.TemporaryDirectory() as tmp:
        tmp = pathlib.Path(tmp)
        binary = tmp / "data.test"
        subprocess.run(["go", "test", "-c", "-o", str(binary), "."], cwd=PACKAGE, check=True)
        print(versions())
        print(f"{rows} rows, best of {turns}")
        print(f"{'table':<9} {'what':<34} {'encodings, codec':<56} {'Mrows/s':>6} {'MiB grown':>8} {'B/row':>6} {'worst':>7} {'ahead':>7}")
        for kind in KINDS:
            ours = tmp / f"{kind}.mantis"
            writes = WRITES + (PLAIN if kind == "candles" else [])
            wrote, read, entry = {w: [] for w in writes}, {}, {}
            files = {w: ours if w[0] == "mantis" else tmp / f"{kind}.{w[0]}.{w[1]}" for w in writes}
            for _ in range(turns):
                for w in writes:
                    if w[0] == "mantis":
                        wrote[w].append(mantis(binary, tmp, rows, f"BenchmarkWriteParquet/{kind}"))
                    else:
                        wrote[w].append(other(w[0], w[1], "write", ours, files[w]))
                for w in writes:
                    if w[0] == "mantis":
                        m = mantis(binary, tmp, rows, f"BenchmarkReadParquet/{kind}")
                        read.setdefault(("mantis", w), []).append(m)
                    if w[0] in ("mantis", "pyarrow"):
                        read.setdefault(("pyarrow", w), []).append(other("pyarrow", "", "read", files[w], ""))
                    if w[0] in ("mantis", "duckdb"):
                        runs = [other("duckdb", how, "read", files[w], "") for how in ("sum", "batches")]
                        read.setdefault(("duckdb", w), []).append(best(runs))
            base = best(wrote[writes[0]])["cpu"]
            for w in writes:
                entry[w] = f"{encodings(files[w])}, {w[2]}"
                report(rows, kind, f"{w[0]} writes", entry[w], wrote[w], files[w].stat().st_size / rows, base)
            base = best(read["mantis", writes[0]])["cpu"]
            for (program, w), runs in read.items():
                whose = "its own" if program == w[0] else f"{w[0]}'s"
                report(rows, kind, f"{program} reads {whose} file", entry[w], runs, files[w].stat().st_size / rows, base)
            if kind == "candles":
                for level in ("fastest", "default"):
                    runs = [mantis(binary, tmp, rows, f"BenchmarkPlainCandles/write/{level}") for _ in range(turns)]
                    report(rows, kind, "pages of PLAIN, compressed only", f"PLAIN, zstd, {level}", runs, runs[0]["size"])
            contents = {m["content"] for m in read["mantis", writes[0]]} | {other("digest", p, kind, ours) for p in ("pyarrow", "duckdb")}
            print(f"{kind:<9} mantis, pyarrow and DuckDB read {'equal rows' if len(contents) == 1 else 'OTHER ROWS'} from mantis's file")
            assert len(contents) == 1, contents
            for path in files.values():
                path.unlink()
        for part in ("43200", "whole"):
            runs = [mantis(binary, tmp, rows, f"BenchmarkPut/{part}") for _ in range(turns)]
            report(rows, "features", f"mantis seals, parts of {part} rows", f"{SPLIT}, zstd", runs, float("nan"))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        args = sys.argv[2:]
        print(json.dumps(digest(*args[1:]) if args[0] == "digest" else child(*args)))
    else:
        main()
