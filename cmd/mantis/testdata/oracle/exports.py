"""Reads what `mantis export` writes with pandas, pyarrow, DuckDB and polars.

Rerun, from the checkout, with Python and .ci/requirements.txt:
    python cmd/mantis/testdata/oracle/exports.py STORE

Every table of the latest versions of STORE is exported as Parquet, Arrow IPC and
CSV. The three must hold the same rows as the parts that the manifest names, read
one by one by pyarrow and put below one another: the same columns with the same
types, the same bits in every float, times in UTC, and nulls where there are
nulls. The report is exported as a directory with its inputs: that must verify as
a store, every statement of its README.txt must run, and it must go into another
store with all ids. MANTIS names the program; without it the checkout's own is
run. Exit code 0 when everything agrees, 1 otherwise.
"""

import json
import os
import pathlib
import re
import sys
import tempfile

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.csv
import pyarrow.ipc
import pyarrow.parquet as pq

from counted import check, finish, mantis

ARROW = {"time": pa.timestamp("us", tz="UTC"), "float": pa.float64(), "int": pa.int64(), "bool": pa.bool_(), "string": pa.string()}


def stored(store, version, table):
    """The rows as they lie in the store, part after part."""
    schema = pa.schema([(f["name"], ARROW[f["type"]]) for t in version["tables"] if t["table"] == table for f in t["fields"]])
    parts = [pq.ParquetFile(store / p["path"]).read().cast(schema) for p in version["parts"] if p.get("table") == table]
    return pa.concat_tables(parts) if parts else schema.empty_table()


def bits(column):
    """A column so that two are equal if and only if every value is, to the bit."""
    if pa.types.is_floating(column.type):
        values = column.combine_chunks().to_numpy(zero_copy_only=False)
        return [None if null else v for v, null in zip(values.view("int64").tolist(), column.is_null().to_pylist())]
    return column.to_pylist()


def same(got, want):
    if got.schema.names != want.schema.names:
        return f"columns {got.schema.names}"
    for name in want.schema.names:
        if got.schema.field(name).type != want.schema.field(name).type:
            return f"{name}: {got.schema.field(name).type}, want {want.schema.field(name).type}"
        if bits(got[name]) != bits(want[name]):
            return f"{name}: other values"
    return ""


def from_csv(path, schema):
    """CSV tells no types: pyarrow is told them, and a text is never null."""
    convert = pyarrow.csv.ConvertOptions(column_types=schema, null_values=[""], strings_can_be_null=False, timestamp_parsers=[pyarrow.csv.ISO8601])
    return pyarrow.csv.read_csv(path, parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True), convert_options=convert)


def check_table(store, scratch, version, table):
    want = stored(store, version, table)
    at = {f: scratch / f"{table}.{f}" for f in ("parquet", "arrow", "csv")}
    for path in at.values():
        mantis(store, "export", f"{version['dataset']}@{version['id']}", "--table", table, "--to", str(path))
    got = {
        "Parquet by pyarrow": pq.read_table(at["parquet"]),
        "IPC by pyarrow": pyarrow.ipc.open_file(at["arrow"]).read_all(),
        "CSV by pyarrow": from_csv(at["csv"], want.schema)}
    wrong = {who: same(table, want) for who, table in got.items()}
    check(not any(wrong.values()), f"{table}: {want.num_rows} rows of Parquet, IPC and CSV are those of the store" + "".join(f"; {who}: {w}" for who, w in wrong.items() if w))
    frames = {"Parquet": pd.read_parquet(at["parquet"]), "IPC": pd.read_feather(at["arrow"])}
    times = [f.name for f in want.schema if pa.types.is_timestamp(f.type)]
    frames["CSV"] = pd.read_csv(at["csv"], parse_dates=times, date_format="ISO8601", keep_default_na=False, na_values={f.name: [""] for f in want.schema if f.type != pa.string()})
    floats = [f.name for f in want.schema if pa.types.is_floating(f.type)]
    bad = [who for who, f in frames.items() if len(f) != want.num_rows or any(str(f[t].dtype.tz) != "UTC" for t in times if f[t].notna().any())
           or any(not f[c].astype(float).equals(frames["Parquet"][c].astype(float)) for c in floats)]
    check(not bad, f"{table}: pandas reads the three alike" + "".join(f"; not {who}" for who in bad))
    n = {"DuckDB Parquet": duckdb.sql(f"SELECT count(*) FROM read_parquet('{at['parquet']}')").fetchall()[0][0],
         "DuckDB CSV": duckdb.sql(f"SELECT count(*) FROM read_csv('{at['csv']}', header = true)").fetchall()[0][0],
         "polars IPC": pl.read_ipc(at["arrow"]).height}
    check(set(n.values()) == {want.num_rows}, f"{table}: DuckDB and polars count as many" + ("" if set(n.values()) == {want.num_rows} else f": {n}"))


def check_directory(store, scratch):
    to = scratch / "report"
    out = json.loads(mantis(store, "export", "report", "--to", str(to), "--format", "dir", "--with-inputs", "--json"))
    ids = {v["version"] for v in out["versions"]}
    check(", 0 faults" in mantis(to, "verify"), f"the exported directory of {len(ids)} versions verifies as a store")
    text = (to / "README.txt").read_text()
    before = os.getcwd()
    os.chdir(to)
    try:
        for sql in re.findall(r"DuckDB  (.*);", text):
            duckdb.sql(sql).fetchall()
        for line in re.findall(r"pandas  (.*)", text):
            eval(line, {"pandas": pd})
    finally:
        os.chdir(before)
    check(text.count("DuckDB") > 5, f"the {text.count('DuckDB')} statements of README.txt run in DuckDB and in pandas")
    other = scratch / "other"
    new = json.loads(mantis(other, "import", str(to), "--json"))
    check({v["version"] for v in new["versions"] if v["new"]} == ids, "it goes into another store with all ids")
    check(", 0 faults" in mantis(other, "verify"), "which verifies")


def main(root):
    store = pathlib.Path(root).resolve()
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        for row in json.loads(mantis(store, "ls", "--json")):
            version = json.loads(mantis(store, "show", row["name"], "--json"))
            for t in version.get("tables") or []:
                check_table(store, scratch, version, t["table"])
        check_directory(store, scratch)
    finish(f"DuckDB {duckdb.__version__}, pandas {pd.__version__}, pyarrow {pa.__version__}, polars {pl.__version__}: ")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
