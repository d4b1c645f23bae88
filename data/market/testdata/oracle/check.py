"""Holds the reading of Feather and Parquet files against the programs that write
them: pyarrow, pandas, polars and DuckDB.

LZ4 in Parquet, which is refused, is left out.

Rerun, from the checkout, with Go, Python and .ci/requirements.txt:
    python data/market/testdata/oracle/check.py [seed]

Each program writes the same random candles in every way that it offers: kinds of
instants, packing, encodings, pages, row groups, missing volumes. Go reads all
files and compares every bit with the CSV of the same candles
(TestOtherPrograms). Exit code 0 when everything agrees, 1 otherwise.
"""

import itertools
import os
import pathlib
import random
import subprocess
import sys
import tempfile

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.feather as pf
import pyarrow.parquet as pq

PACKAGE = pathlib.Path(__file__).resolve().parents[2]
ROWS = 5000


def candles(seed):
    """Random candles with holes; some volumes are not told."""
    r, rows, last, t = random.Random(seed), [], 100.0, 1600000200 // 3600 * 3600
    for _ in range(ROWS):
        t += 3600 * (1 if r.random() < 0.97 else r.randint(2, 9))
        close = last * (1 + r.uniform(-0.02, 0.02))
        rows.append(dict(time=t, open=last, high=max(last, close) * (1 + r.random() / 99), low=min(last, close) * (1 - r.random() / 99),
                         close=close, volume=None if r.random() < 0.05 else r.random() * 100, trades=r.randint(1, 10**9)))
        last = close
    return rows


def stamped(rows, unit, zone):
    """The rows as an Arrow table whose instants are of a unit, in a zone or none."""
    scale = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[unit]
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    time = pa.array([t * scale for t in columns.pop("time")], pa.int64())
    return pa.table({"date": time.cast(pa.timestamp(unit, zone)), **columns})


def write(rows, to):
    """Writes the candles in every way, each a file of a name of its own."""
    base = stamped(rows, "ms", "UTC")
    for unit, zone in itertools.product(["s", "ms", "us", "ns"], [None, "UTC"]):
        table = stamped(rows, unit, zone)
        pf.write_feather(table, to / f"pa-{unit}-{zone}.feather", compression="uncompressed")
        pq.write_table(table, to / f"pa-{unit}-{zone}.parquet")
    for packing in ["lz4", "zstd"]:
        pf.write_feather(base, to / f"pa-{packing}.feather", compression=packing, chunksize=700)
    for packing, version, words in itertools.product(["none", "snappy", "gzip", "brotli", "zstd"], ["1.0", "2.0"], [True, False]):
        pq.write_table(base, to / f"pa-{packing}-{version}-{words}.parquet", compression=packing, data_page_version=version,
                       use_dictionary=words, row_group_size=1300, data_page_size=4000)
    pq.write_table(base, to / "pa-split.parquet", use_dictionary=False,
                   column_encoding={"close": "BYTE_STREAM_SPLIT", "date": "DELTA_BINARY_PACKED"})
    pq.write_table(base, to / "pa-int96.parquet", use_deprecated_int96_timestamps=True)
    texts = base.set_column(0, "date", pa.array([f"{t.as_py():%Y-%m-%d %H:%M:%S}" for t in base["date"]]))
    for column in ["open", "close"]:
        texts = texts.set_column(texts.column_names.index(column), column, pa.array([repr(v.as_py()) for v in texts[column]]))
    pq.write_table(texts, to / "pa-texts.parquet")
    pf.write_feather(texts, to / "pa-texts.feather", compression="zstd")
    more = base.append_column("tags", pa.array([["a", "b"]] * ROWS)).append_column("kind", pa.array(["x", "y"] * (ROWS // 2)).dictionary_encode())
    more = more.append_column("flag", pa.array([True] * ROWS)).append_column("of", pa.array([{"x": 1, "y": "z"}] * ROWS))
    pq.write_table(more, to / "pa-more.parquet")
    for packing in ["uncompressed", "lz4"]:
        pf.write_feather(more.select(list(reversed(more.column_names))), to / f"pa-more-{packing}.feather", compression=packing)
    frame = base.to_pandas()
    frame.to_feather(to / "pandas.feather")
    frame.to_parquet(to / "pandas.parquet")
    frame.set_index("date").to_parquet(to / "pandas-index.parquet")
    polars = pl.from_arrow(base)
    for packing in ["uncompressed", "lz4", "zstd"]:
        polars.write_ipc(to / f"polars-{packing}.feather", compression=packing)
    for packing in ["uncompressed", "snappy", "gzip", "brotli", "zstd"]:
        polars.write_parquet(to / f"polars-{packing}.parquet", compression=packing, row_group_size=999)
    con = duckdb.connect()
    con.register("candles", base)
    for packing in ["uncompressed", "snappy", "gzip", "zstd", "brotli"]:
        con.execute(f"copy candles to '{to}/duckdb-{packing}.parquet' (format parquet, codec '{packing}')")
    con.execute(f"copy candles to '{to}/duckdb-v2.parquet' (format parquet, parquet_version v2)")


def main():
    rows = candles(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
    with tempfile.TemporaryDirectory() as room:
        to = pathlib.Path(room)
        names = list(rows[0])
        lines = [",".join("" if row[n] is None else repr(row[n]) for n in names) for row in rows]
        (to / "want.csv").write_text("\n".join([",".join(names), *lines]) + "\n")
        write(rows, to)
        print(len(list(to.iterdir())) - 1, "files")
        sys.exit(subprocess.run(["go", "test", "-count=1", "-run", "^TestOtherPrograms$", "."], cwd=PACKAGE,
                                env={**os.environ, "MANTIS_FOREIGN": room}).returncode)


if __name__ == "__main__":
    main()
