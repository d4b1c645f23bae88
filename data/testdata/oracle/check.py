"""Holds the Parquet files of data against pyarrow, DuckDB and polars.

Rerun, from the checkout, with Go, Python and .ci/requirements.txt:
    python data/testdata/oracle/check.py [seed]

Go writes random tables: every type, nulls in many patterns, sizes around every
border of pages and row groups. Each of the three reads every file. The rows must
have the content digest that Go wrote into the file, which is computed here from
the columns; the page checksums, the statistics, the sizes of the row groups, and
filters on time must agree with the rows. Exit code 0 when everything agrees, 1
otherwise.
"""

import os
import pathlib
import subprocess
import sys
import tempfile

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq

import content

PACKAGE = pathlib.Path(__file__).resolve().parents[2]
ROW_GROUP = 131072
FIELDS = [("symbol", "string", False), ("time", "time", False), ("close", "float", False), ("maybe", "float", True),
          ("count", "int", True), ("filled", "bool", False), ("note", "string", False)]
SCHEMA = {"table": "sample", "fields": [dict(name=n, type=t, nullable=x) for n, t, x in FIELDS],
          "partition": ["symbol"], "sort": ["time"]}


def check_groups(meta, table):
    """Row groups, their order and their statistics."""
    names, at = table.column_names, 0
    assert meta.num_rows == table.num_rows and meta.num_row_groups == -(-table.num_rows // ROW_GROUP)
    times = table.column("time").combine_chunks().cast(pa.int64()).to_numpy()
    ordered = bool((times[1:] >= times[:-1]).all())
    for g in range(meta.num_row_groups):
        group = meta.row_group(g)
        part, at = table.slice(at, group.num_rows), at + group.num_rows
        assert group.num_rows == ROW_GROUP or at == table.num_rows
        assert [(s.column_index, s.descending) for s in group.sorting_columns or ()] == ([(1, False)] if ordered else [])
        for i, name in enumerate(names):
            chunk, values = group.column(i), part.column(name)
            stats = chunk.statistics
            assert chunk.path_in_schema == name and chunk.num_values == len(values)
            assert chunk.compression == "ZSTD" and chunk.has_column_index == chunk.statistics.has_min_max | (values.null_count == len(values))
            assert chunk.has_offset_index and stats.null_count == values.null_count
            if stats.has_min_max:
                least = pc.min_max(values.cast(pa.string()) if name in ("symbol", "note") else values).as_py()
                assert (stats.min, stats.max) == (least["min"], least["max"]), (name, stats, least)
            else:
                longest = pc.max(pc.binary_length(values)).as_py() if name in ("symbol", "note") else None
                assert values.null_count == len(values) or longest > 64, name


def check(path, con):
    file = pq.ParquetFile(path, page_checksum_verification=True)
    table = file.read()
    want = file.metadata.metadata[b"mantis.content"].decode()
    assert file.metadata.metadata[b"mantis.schema"].decode() == content.fingerprint(SCHEMA)
    assert content.content(SCHEMA, table) == want, "pyarrow reads other rows"
    check_groups(file.metadata, table)
    columns = ", ".join(f'"{n}"' for n in table.column_names)
    theirs = con.sql(f"SELECT {columns} FROM read_parquet('{path}')").to_arrow_table()
    assert content.content(SCHEMA, theirs) == want, "DuckDB reads other rows"
    assert content.content(SCHEMA, pl.read_parquet(path).to_arrow()) == want, "polars reads other rows"
    if table.num_rows == 0:
        return
    times = pc.sort_indices(table.column("time"))
    lo, hi = (table.column("time")[times[i].as_py()].as_py() for i in (table.num_rows // 3, table.num_rows // 2))
    rows = pc.sum(pc.and_(pc.greater_equal(table.column("time"), lo), pc.less(table.column("time"), hi))).as_py()
    within = (pc.field("time") >= lo) & (pc.field("time") < hi)
    counts = {
        "pyarrow": ds.dataset(path).count_rows(filter=within),
        "DuckDB": con.execute(f"SELECT count(*) FROM read_parquet('{path}') WHERE time >= ? AND time < ?", [lo, hi]).fetchall()[0][0],
        "polars": pl.scan_parquet(path).filter((pl.col("time") >= lo) & (pl.col("time") < hi)).select(pl.len()).collect().item(),
    }
    assert set(counts.values()) == {rows}, (counts, rows)


def main():
    seed = sys.argv[1] if len(sys.argv) > 1 else "1"
    failed = 0
    with tempfile.TemporaryDirectory() as tmp:
        env = {**os.environ, "MANTIS_PARQUET": tmp, "MANTIS_SEED": seed}
        subprocess.run(["go", "test", "-count=1", "-run=^TestLeaveParquet$", "."], cwd=PACKAGE, env=env, check=True)
        con = duckdb.connect()
        con.execute("SET TimeZone = 'UTC'")
        files = sorted(pathlib.Path(tmp).glob("*.parquet"))
        assert files, "no files"
        for path in files:
            try:
                check(path, con)
            except Exception as e:
                failed += 1
                print(f"FAIL {path.name}: {type(e).__name__}: {e}")
    versions = f"pyarrow {pa.__version__}, DuckDB {duckdb.__version__}, polars {pl.__version__}"
    print(f"{len(files)} files, {failed} failed; {versions}")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
