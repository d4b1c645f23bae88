"""Reads every table of a store with DuckDB, pandas, pyarrow and polars.

Rerun, from the checkout, with Python and .ci/requirements.txt:
    python cmd/mantis/testdata/oracle/readers.py STORE

Each table under STORE/views is opened by all of them as it lies there, and by
its exact files. They must see the rows and the columns that the manifest
promises, with its types: UTC microseconds, doubles, 64-bit whole numbers, text;
and value by value the same. Where a table is cut by period, that comes as one
column more from the names of the directories. No float column may hold a NaN or
an infinity: what is missing is null. A filter on symbol and time must leave only
the files of the symbol and the row groups of the time to be read. Tables whose
periods are months, or months of one symbol and years of another, do no harm. The
statements that the program prints (run --json, files --format sql) must run in
DuckDB.
MANTIS names the program; without it the checkout's own is run. MANTIS_RUN holds
the flags that the store was run with, for a store that is not the default one.
Exit code 0 when everything agrees, 1 otherwise.
"""

import datetime
import json
import math
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from counted import check, finish, mantis

ARROW = {"time": pa.timestamp("us", tz="UTC"), "float": pa.float64(), "int": pa.int64(), "bool": pa.bool_(), "string": pa.string()}
DUCK = {"time": "TIMESTAMP WITH TIME ZONE", "float": "DOUBLE", "int": "BIGINT", "bool": "BOOLEAN", "string": "VARCHAR"}
POLARS = {"time": pl.Datetime("us", "UTC"), "float": pl.Float64, "int": pl.Int64, "bool": pl.Boolean, "string": pl.String}
PANDAS = {"time": "datetime64[us, UTC]", "float": "float64", "bool": "bool"}
HIVE = ds.HivePartitioning.discover(infer_dictionary=True)  # as pandas does


def manifests(store):
    """Every table of the latest versions, by name: its fields, rows, partition
    and files."""
    out = {}
    for row in json.loads(mantis(store, "ls", "--json")):
        v = json.loads(mantis(store, "show", row["name"], "--json"))
        for t in v.get("tables") or []:
            rows = sum(p["rows"] for p in v["parts"] if p.get("table") == t["table"])
            paths = [str(store / p["path"]) for p in v["parts"] if p.get("table") == t["table"]]
            out[t["table"]] = ({f["name"]: f for f in t["fields"]}, rows, t.get("partition") or [], paths)
    return out


def readings(view, files):
    """A table as each reader gives it, by the reader's name."""
    pattern = f"{view}/**/*.parquet"
    con = duckdb.connect()
    con.execute("SET TimeZone = 'UTC'")
    return {
        "DuckDB": con.sql(f"SELECT * FROM read_parquet('{pattern}', hive_partitioning = true)"),
        "DuckDB by files": con.sql(f"SELECT * FROM read_parquet({files}, hive_partitioning = false)"),
        "pandas": pd.read_parquet(view),
        "pyarrow": pq.read_table(view),
        "pyarrow dataset": ds.dataset(view, format="parquet", partitioning=HIVE).to_table(),
        "pyarrow by files": ds.dataset(files, format="parquet").to_table(),
        "polars": pl.scan_parquet(pattern, hive_partitioning=True).collect(),
        "polars, a directory": pl.scan_parquet(view).collect(),
        "polars by files": pl.scan_parquet(files, hive_partitioning=False).collect()}


def columns(reading):
    """Names and types of a reading's columns."""
    if isinstance(reading, pa.Table):
        return {f.name: f.type for f in reading.schema}
    if isinstance(reading, pl.DataFrame):
        return dict(reading.schema)
    if isinstance(reading, pd.DataFrame):
        return dict(reading.dtypes)
    return {c: str(t) for c, t in zip(reading.columns, reading.types)}


def right_type(who, t, f, partition):
    """Whether a reader gives a column as it should. In pandas whole numbers with
    nulls are floats. A partition column is a category, a dictionary or text."""
    kind = f["type"]
    if who.startswith("DuckDB"):
        return t == DUCK[kind]
    if who.startswith("polars"):
        return t == POLARS[kind] or partition and t == pl.Categorical
    if who.startswith("pyarrow"):
        return t == ARROW[kind] or partition and pa.types.is_dictionary(t) and t.value_type == pa.string()
    if kind == "string":
        return pd.api.types.is_string_dtype(t) or partition and isinstance(t, pd.CategoricalDtype)
    if kind == "int":
        return t == "int64" or f.get("nullable") and t == "float64"
    return str(t) == PANDAS[kind]


def column(reading, name, kind):
    """A column as Arrow has it, whatever the reader made of it."""
    if isinstance(reading, pd.DataFrame):
        values = reading[name]
        if isinstance(values.dtype, pd.CategoricalDtype):
            values = values.astype(values.cat.categories.dtype)
        got = pa.chunked_array([pa.array(values, from_pandas=True)])
    elif isinstance(reading, pl.DataFrame):
        got = reading.select(pl.col(name).cast(pl.String) if reading.schema[name] == pl.Categorical else name).to_arrow()[name]
    elif isinstance(reading, pa.Table):
        got = reading[name]
    else:
        got = reading.select(f'"{name}"').to_arrow_table()[name]
    return got.cast(ARROW[kind])


def on_disk(view, fields):
    """What is wrong with the files themselves."""
    wrong = []
    for path in view.glob("**/*.parquet"):
        table = pq.ParquetFile(path).read()
        if table.schema.names != list(fields):
            wrong.append(f"{path.name}: columns {table.schema.names}")
            continue
        for name, f in fields.items():
            t = table.schema.field(name).type
            if pa.types.is_dictionary(t):
                t = t.value_type
            if t != ARROW[f["type"]]:
                wrong.append(f"{name}: {t}")
            if f["type"] == "float" and pc.any(pc.invert(pc.is_finite(table[name]))).as_py():
                wrong.append(f"{name}: a NaN or an infinity on disk")
    return wrong


def check_table(store, name, fields, rows, partition, paths):
    view = store / "views" / name / "latest"
    got = readings(view, paths)
    period = ["period"] if "period" in partition else []
    wrong = []
    for who, r in got.items():
        more = [] if who.endswith("by files") else period
        names = list(columns(r))
        if sorted(names) != sorted(list(fields) + more):
            wrong.append(f"{who}: {names}")
        elif who.endswith("by files") and names != list(fields):
            wrong.append(f"{who}: {names}, want that order")
    if not check(not wrong, f"{name}: {len(fields)} columns by name" + (", and the period" if period else "") + "".join("; " + w for w in wrong)):
        return
    wrong = [f"{who}: {c} {columns(r)[c]}" for who, r in got.items() for c, f in fields.items() if not right_type(who, columns(r)[c], f, c in partition)]
    check(not wrong or not rows, f"{name}: types" + "".join("; " + w for w in wrong))
    wrong = on_disk(view, fields)
    check(not wrong, f"{name}: files hold these columns and types, no NaN, no infinity" + "".join("; " + w for w in wrong))
    for c, f in fields.items():
        want = column(got["pyarrow by files"], c, f["type"])
        if len(want) != rows or want.null_count and not f.get("nullable"):
            wrong.append(f"{c}: {len(want)} rows, {want.null_count} nulls")
        wrong += [f"{c}: {who}" for who, r in got.items() if column(r, c, f["type"]) != want]
    check(not wrong, f"{name}: {rows} rows, the same from {len(got)} readers" + "".join("; " + w for w in wrong))


def check_pruning(store, name):
    """One symbol and one day are asked for: the files of the symbol are opened,
    and of those the one row group with that day is read."""
    view = store / "views" / name / "latest"
    symbol = sorted(p.name.removeprefix("symbol=") for p in view.glob("symbol=*"))[0]
    files, mine = list(view.glob("**/*.parquet")), sorted(view.glob(f"symbol={symbol}/**/*.parquet"))
    at = pq.read_table(mine[len(mine) // 2], columns=["time"])["time"]
    low = at[len(at) // 2].as_py()
    high = low + datetime.timedelta(days=1)
    groups = [(m.row_group(g).column(m.schema.names.index("time")).statistics) for m in map(pq.read_metadata, mine) for g in range(m.num_row_groups)]
    want = sum(s.min <= high and s.max >= low for s in groups)
    rows = {}

    con = duckdb.connect()
    con.execute("SET TimeZone = 'UTC'")
    con.execute("PRAGMA enable_profiling = 'no_output'")
    ask = f"FROM read_parquet('{view}/**/*.parquet', hive_partitioning = true) WHERE symbol = '{symbol}' AND time BETWEEN '{low}' AND '{high}'"
    rows["DuckDB"] = len(con.execute("SELECT * " + ask).fetchall())
    profile = con.get_profiling_information(format="json")
    scanned = re.findall(r'"(?:Scanning Files|total_row_groups_scanned)": "?([0-9/]+)', profile)
    check(scanned == [f"{len(mine)}/{len(files)}", str(want)] or len(mine) == len(files) and scanned[-1:] == [str(want)], f"{name}: DuckDB scans {scanned[0]} files for {symbol}, and {scanned[-1]} of {len(groups)} row groups for a day")

    only = (ds.field("symbol") == symbol) & (ds.field("time") >= low) & (ds.field("time") <= high)
    dataset = ds.dataset(view, format="parquet", partitioning=HIVE)
    left = list(dataset.get_fragments(filter=only))
    read = sum(len(f.split_by_row_group(only)) for f in left)
    check([len(left), read] == [len(mine), want], f"{name}: pyarrow keeps {len(left)} of {len(files)} files, and {read} row groups")
    rows["pyarrow"] = dataset.count_rows(filter=only)
    rows["pandas"] = len(pd.read_parquet(view, filters=[("symbol", "==", symbol), ("time", ">=", low), ("time", "<=", high)]))

    query = "pl.scan_parquet(sys.argv[1], hive_partitioning=True).filter((pl.col('symbol') == sys.argv[2]) & pl.col('time').is_between(*map(datetime.datetime.fromisoformat, sys.argv[3:])))"
    done = subprocess.run([sys.executable, "-c", f"import datetime, sys, polars as pl; print(len({query}.collect()))", f"{view}/**/*.parquet", symbol, str(low), str(high)],
        env={**os.environ, "POLARS_VERBOSE": "1"}, check=True, capture_output=True, text=True)
    skipped = re.findall(r"allows skipping (\d+) / (\d+) files", done.stderr)[-1:]
    read = sum(int(n) for n in re.findall(r"reading (\d+) / \d+ row groups", done.stderr))
    check(len(mine) == len(files) or skipped == [(str(len(files) - len(mine)), str(len(files)))], f"{name}: polars skips {skipped} files")
    check(read == want, f"{name}: polars reads {read} row groups")
    rows["polars"] = int(done.stdout)
    check(len(set(rows.values())) == 1 and rows["DuckDB"] > 0, f"{name}: {rows['DuckDB']} rows of {symbol} in a day" + ("" if len(set(rows.values())) == 1 else f": {rows}"))


def check_periods(directory):
    """Quarters of an hour are cut by month and hours by year: in one table, and
    each alone."""
    files = {}
    for symbol, minutes in (("BTCUSD", 15), ("ETHBTC", 60)):
        files[symbol] = pathlib.Path(directory) / f"{symbol}.csv"
        lines = ["unix,symbol,open,high,low,close,volume"]
        for i in range(250 * 1440 // minutes):  # from June to February
            p, q = 100 + 30 * math.sin((i - 1) / 50), 100 + 30 * math.sin(i / 50)
            lines.append(f"{1685577600 + 60 * minutes * i},{symbol},{p:.6f},{max(p, q) + 1:.6f},{min(p, q) - 1:.6f},{q:.6f},{1 + i % 5}")
        files[symbol].write_text("\n".join(lines) + "\n")
    for symbols, periods, duck in ((["BTCUSD", "ETHBTC"], {4, 7}, "VARCHAR"), (["BTCUSD"], {7}, "VARCHAR"), (["ETHBTC"], {4}, "BIGINT")):
        store = pathlib.Path(directory) / "-".join(symbols)
        flags = [x for s in symbols for x in ("--candles", str(files[s]))]
        target = "model.target=" + "-".join([symbols[0][:3], symbols[0][3:]])
        mantis(store, "run", *flags, "--set", target, "--set", "model.num_boost_round=2", "--set", "labels.bins=[-0.1,-0.01,0.01,0.1]", "--set", "backtest.hub=" + target.split("=")[1], "--set", "model.allow_leak=true")
        tables = manifests(store)
        print(f"periods of {{}} letters, {' and '.join(symbols)}".format(" and ".join(map(str, sorted(periods)))))
        check_table(store, "candles", *tables["candles"])
        check_pruning(store, "candles")
        view = store / "views" / "candles" / "latest"
        check({len(p.name.removeprefix("period=")) for p in view.glob("*/*")} == periods, f"periods are {sorted(periods)} letters long")
        t = duckdb.sql(f"SELECT period FROM read_parquet('{view}/**/*.parquet', hive_partitioning = true)").types[0]
        check(str(t) == duck, f"DuckDB takes the period for {t}")


def runs(sql, what):
    try:
        rows = duckdb.connect().execute(sql).fetchall()
        return check(len(rows) > 0, f"DuckDB runs {what}: {len(rows)} rows")
    except duckdb.Error as e:
        return check(False, f"DuckDB runs {what}: {e}")


def check_statements(store, tables):
    """What the program prints for DuckDB. A run over a finished store makes
    nothing, so it only tells where things lie."""
    flags = shlex.split(os.environ.get("MANTIS_RUN", ""))
    result = json.loads(mantis(store, "run", "--json", *flags))
    check(result["ran"] == 0, f"run over the finished store makes nothing ({result['ran']} made)")
    words = shlex.split(result["query"])
    check(words[:2] == ["duckdb", "-c"] and len(words) == 3, f"the query line is a command: {words[0]} {words[1]} …")
    runs(words[-1], "the query line of run")
    check(pathlib.Path(result["report"]).is_file(), "the report that run names is there")
    for row in json.loads(mantis(store, "ls", "--json")):
        runs(mantis(store, "files", row["name"], "--format", "sql"), f"files {row['name']} --format sql")
        for t in json.loads(mantis(store, "show", row["name"], "--json"))["tables"]:
            fields, rows, _, _ = tables[t["table"]]
            got = duckdb.sql(mantis(store, "files", row["name"], "--table", t["table"], "--format", "sql"))
            check(len(got) == rows and got.columns == list(fields), f"files {row['name']} --table {t['table']} --format sql: {rows} rows")


def main(root):
    store = pathlib.Path(root).resolve()
    tables = manifests(store)
    seen = sorted(p.parent.name for p in store.glob("views/*/latest") if list(p.glob("**/*.parquet")))
    check(seen == sorted(tables), f"{len(seen)} tables in views, as the manifests say" + ("" if seen == sorted(tables) else f": {sorted(set(seen) ^ set(tables))}"))
    for name, what in sorted(tables.items()):
        check_table(store, name, *what)
    for name in ("candles", "bars", "features", "labels"):
        check_pruning(store, name)
    check_statements(store, tables)
    with tempfile.TemporaryDirectory() as directory:
        check_periods(directory)
    finish(f"DuckDB {duckdb.__version__}, pandas {pd.__version__}, pyarrow {pa.__version__}, polars {pl.__version__}: ")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
