"""Reads every table of a store with DuckDB, pandas and polars.

Rerun, from the checkout, with Python and .ci/requirements.txt:
    python cmd/mantis/testdata/oracle/readers.py STORE

Each table under STORE/views is opened by the three as it lies there. They must
see the rows and the columns that the manifest promises, with its types: UTC
microseconds, doubles, 64-bit whole numbers, text. No float column may hold a
NaN or an infinity: what is missing is null. Sums of all columns must agree. A
filter on the symbol must leave only that partition to be read. The statements
that the program prints (run --json, files --format sql) must run in DuckDB.
MANTIS names the program; without it the checkout's own is run. MANTIS_RUN holds
the flags that the store was run with, for a store that is not the default one.
Exit code 0 when everything agrees, 1 otherwise.
"""

import json
import os
import pathlib
import shlex
import subprocess
import sys

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq

ROOT = pathlib.Path(__file__).resolve().parents[4]
ARROW = {"time": pa.timestamp("us", tz="UTC"), "float": pa.float64(), "int": pa.int64(), "bool": pa.bool_(), "string": pa.string()}
DUCK = {"time": "TIMESTAMP WITH TIME ZONE", "float": "DOUBLE", "int": "BIGINT", "bool": "BOOLEAN", "string": "VARCHAR"}
POLARS = {"time": pl.Datetime("us", "UTC"), "float": pl.Float64, "int": pl.Int64, "bool": pl.Boolean, "string": pl.String}
PANDAS = {"time": "datetime64[us, UTC]", "float": "float64", "bool": "bool"}

passed = failed = 0


def check(ok, line):
    global passed, failed
    passed, failed = passed + bool(ok), failed + (not ok)
    print(f"  {'ok  ' if ok else 'FAIL'} {line}", flush=True)
    return ok


def mantis(store, *args):
    command = shlex.split(os.environ.get("MANTIS", "go run ./cmd/mantis"))
    done = subprocess.run([*command, *args, "--store", str(store)], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout


def manifests(store):
    """Every table of the latest versions: name to (fields, rows, dataset)."""
    out = {}
    for row in json.loads(mantis(store, "ls", "--json")):
        v = json.loads(mantis(store, "show", row["name"], "--json"))
        for t in v.get("tables") or []:
            rows = sum(p["rows"] for p in v["parts"] if p.get("table") == t["table"])
            out[t["table"]] = ({f["name"]: f for f in t["fields"]}, rows, row["name"], t.get("partition") or [])
    return out


def near(sums):
    low, high = min(sums), max(sums)
    return high - low <= 1e-9 * max(1.0, abs(low), abs(high))


def totals(pandas, duck, polars, fields):
    """Columns whose sum or count of nulls the three do not agree on."""
    wrong = []
    for name, f in fields.items():
        kind, column = f["type"], pandas[name]
        nulls = [int(column.isna().sum()), duck.aggregate(f'count(*) - count("{name}")').fetchall()[0][0], polars[name].null_count()]
        if len(set(nulls)) != 1 or (nulls[0] and not f.get("nullable")):
            wrong.append(f"{name}: nulls {nulls}, nullable {f.get('nullable', False)}")
        if kind == "string":
            sums = [int(column.nunique()), duck.aggregate(f'count(DISTINCT "{name}")').fetchall()[0][0], polars[name].n_unique() if len(polars) else 0]
        elif kind == "time":
            at = column.astype("int64")
            sums = [float(at.mean()) if len(at) else 0.0, duck.aggregate(f'avg(epoch_us("{name}"))').fetchall()[0][0] or 0.0, polars[name].cast(pl.Int64).mean() or 0.0]
        else:
            sums = [float(column.sum()), float(duck.aggregate(f'sum("{name}"::DOUBLE)').fetchall()[0][0] or 0), float(polars[name].sum())]
        if not near(sums):
            wrong.append(f"{name}: {sums}")
    return wrong


def pandas_type(dtype, f, partition):
    """Whether pandas gives a column as it should: whole numbers with nulls are
    floats there, a partition column is a category."""
    kind = f["type"]
    if kind == "string":
        return pd.api.types.is_string_dtype(dtype) or isinstance(dtype, pd.CategoricalDtype) and partition
    if kind == "int":
        return dtype == "int64" or f.get("nullable") and dtype == "float64"
    return str(dtype) == PANDAS[kind]


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


def check_table(store, name, fields, rows, partition):
    view = store / "views" / name / "latest"
    pattern = f"{view}/**/*.parquet"
    con = duckdb.connect()
    con.execute("SET TimeZone = 'UTC'")
    duck = con.sql(f"SELECT * FROM read_parquet('{pattern}', hive_partitioning = true)")
    polars = pl.read_parquet(pattern, hive_partitioning=True)
    pandas = pd.read_parquet(view)
    n = {"DuckDB": duck.aggregate("count(*)").fetchall()[0][0], "pandas": len(pandas), "polars": len(polars), "manifest": rows}
    check(len(set(n.values())) == 1, f"{name}: {rows} rows" + ("" if len(set(n.values())) == 1 else f": {n}"))
    columns = {"DuckDB": duck.columns, "pandas": list(pandas), "polars": polars.columns}
    bad = [who for who, c in columns.items() if sorted(c) != sorted(fields)]
    if not check(not bad, f"{name}: {len(fields)} columns by name" + "".join(f"; {who}: {columns[who]}" for who in bad)):
        return
    wrong = [f"DuckDB {c} {t}" for c, t in zip(duck.columns, duck.types) if str(t) != DUCK[fields[c]["type"]]]
    wrong += [f"polars {c} {t}" for c, t in polars.schema.items() if t != POLARS[fields[c]["type"]] and not (t == pl.Categorical and fields[c]["type"] == "string")]
    wrong += [f"pandas {c} {t}" for c, t in pandas.dtypes.items() if rows and not pandas_type(t, fields[c], c in partition)]
    check(not wrong, f"{name}: types" + "".join("; " + w for w in wrong))
    wrong = on_disk(view, fields)
    check(not wrong, f"{name}: files hold these columns and types, no NaN, no infinity" + "".join("; " + w for w in wrong))
    wrong = totals(pandas, duck, polars, fields)
    check(not wrong, f"{name}: sums and nulls agree" + "".join("; " + w for w in wrong))


def check_pruning(store, name):
    """One symbol is asked for: one partition is read."""
    view = store / "views" / name / "latest"
    symbols = sorted(p.name.removeprefix("symbol=") for p in view.glob("symbol=*"))
    if not symbols:
        return check(False, f"{name}: no partitions by symbol")
    s = symbols[0]
    rows = sum(pq.ParquetFile(p).metadata.num_rows for p in view.glob(f"symbol={s}/*.parquet"))
    con = duckdb.connect()
    ask = f"FROM read_parquet('{view}/**/*.parquet', hive_partitioning = true) WHERE symbol = '{s}'"
    got = {
        "DuckDB": con.sql("SELECT count(*) " + ask).fetchall()[0][0],
        "pandas": len(pd.read_parquet(view, filters=[("symbol", "==", s)])),
        "polars": pl.scan_parquet(f"{view}/**/*.parquet", hive_partitioning=True).filter(pl.col("symbol") == s).select(pl.len()).collect().item()}
    check(set(got.values()) == {rows}, f"{name}: {rows} rows of {s}" + ("" if set(got.values()) == {rows} else f": {got}"))
    plan = "\n".join(r[1] for r in con.execute("EXPLAIN SELECT * " + ask).fetchall())
    want = f"1/{len(symbols)}"
    check(len(symbols) == 1 or want in plan.replace(" ", ""), f"{name}: DuckDB scans {want} files for {s}")
    hive = ds.HivePartitioning.discover(infer_dictionary=True)  # as pandas does
    dataset = ds.dataset(view, format="parquet", partitioning=hive)
    left = len(list(dataset.get_fragments(filter=ds.field("symbol") == s)))
    check(left == 1, f"{name}: pyarrow keeps {left} of {len(symbols)} files for {s}")


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
    for dataset in sorted({d for _, _, d, _ in tables.values()}):
        runs(mantis(store, "files", dataset, "--format", "sql"), f"files {dataset} --format sql")
    for name, (_, rows, dataset, _) in sorted(tables.items()):
        sql = mantis(store, "files", dataset, "--table", name, "--format", "sql").strip().rstrip(";")
        n = duckdb.connect().execute(f"SELECT count(*) FROM ({sql})").fetchall()[0][0]
        check(n == rows, f"files {dataset} --table {name} --format sql: {n} rows")


def main(root):
    store = pathlib.Path(root).resolve()
    tables = manifests(store)
    seen = sorted(p.parent.name for p in store.glob("views/*/latest") if list(p.glob("**/*.parquet")))
    check(seen == sorted(tables), f"{len(seen)} tables in views, as the manifests say" + ("" if seen == sorted(tables) else f": {sorted(set(seen) ^ set(tables))}"))
    for name, (fields, rows, _, partition) in sorted(tables.items()):
        check_table(store, name, fields, rows, partition)
    for name in ("candles", "bars", "features", "labels"):
        check_pruning(store, name)
    check_statements(store, tables)
    print(f"DuckDB {duckdb.__version__}, pandas {pd.__version__}, pyarrow {pa.__version__}, polars {pl.__version__}: {passed} passed, {failed} failed")
    sys.exit(1 if failed or not passed else 0)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
