"""Runs `mantis sql` with the program duckdb, on the views of a store.

Rerun, from the checkout, with Python and .ci/requirements.txt:
    python cmd/mantis/testdata/oracle/sql.py STORE

Every view must have the columns, the types and the number of rows that the
manifests promise, and so must the views of the store itself. A copy of the store
lies in a directory with spaces, quotes and an equals sign in its name, and has a
tag and the record of a run: there the views must give the same. MANTIS names the
program; without it the checkout's own is run. Exit code 0 when everything
agrees, 1 otherwise.
"""

import csv
import io
import json
import pathlib
import shutil
import sys
import tempfile

import duckdb

from counted import check, finish, mantis

TYPES = {"time": "TIMESTAMP WITH TIME ZONE", "float": "DOUBLE", "int": "BIGINT", "bool": "BOOLEAN", "string": "VARCHAR"}
OWN = ["datasets", "inputs", "runs", "tags", "versions"]
RUN = "20240102T030405.000Z-0123abcd"


def rows(store, query):
    return json.loads(mantis(store, "sql", query, "--format", "json") or "[]")


def manifests(store):
    return {r["name"]: json.loads(mantis(store, "show", r["name"], "--json")) for r in json.loads(mantis(store, "ls", "--json"))}


def check_views(store, what, tag=None):
    want = {n: None for n in OWN}
    for v in manifests(store).values():
        for t in v["tables"]:
            shape = {f["name"]: TYPES[f["type"]] for f in t["fields"]}, sum(p["rows"] for p in v["parts"] if p.get("table") == t["table"])
            want[t["table"]] = shape
            if tag == v["dataset"]:
                want[t["table"] + ":first"] = shape
    got = {}
    for r in rows(store, "SELECT table_name AS n, column_name AS c, data_type AS t FROM information_schema.columns ORDER BY n, ordinal_position"):
        got.setdefault(r["n"], {})[r["c"]] = r["t"]
    check(sorted(got) == sorted(want), f"{what}: {len(got)} views" + ("" if sorted(got) == sorted(want) else f": {sorted(set(got) ^ set(want))}"))
    wrong = [f"{n}: {got.get(n)}" for n, s in want.items() if s and list(got.get(n, {}).items()) != list(s[0].items())]
    check(not wrong, f"{what}: columns and types" + "".join("; " + w for w in wrong))
    tables = [n for n in want if want[n]]
    count = rows(store, " UNION ALL ".join(f"SELECT '{n}' AS n, count(*) AS rows FROM \"{n}\"" for n in tables))
    wrong = [f"{r['n']}: {r['rows']} rows" for r in count if r["rows"] != want[r["n"]][1]]
    check(len(count) == len(tables) and not wrong, f"{what}: rows of {len(tables)} tables" + "".join("; " + w for w in wrong))


def check_store(store, what):
    """The views of the store itself say what the manifests do."""
    latest = manifests(store)
    got = {r["dataset"]: r for r in rows(store, "SELECT *, epoch_us(first) AS us FROM datasets")}
    check({n: r["version"] for n, r in got.items()} == {n: v["id"] for n, v in latest.items()}, f"{what}: datasets")
    first = min(p["first"] for p in latest["candles"]["parts"] if p.get("table") == "candles")
    check(got["candles"]["us"] == first, f"{what}: the candles begin at {got['candles']['first']}")
    got = sorted((r["dataset"], r["input"], r["input_version"]) for r in rows(store, "SELECT i.* FROM inputs i JOIN versions USING (dataset, version) WHERE latest"))
    want = sorted((n, i["name"], i["id"]) for n, v in latest.items() for i in v["inputs"])
    check(got == want and want, f"{what}: {len(want)} inputs")
    got = {r["dataset"]: json.loads(r["params"]) for r in rows(store, "SELECT dataset, params FROM versions WHERE latest")}
    check(got == {n: v["stage"]["params"] for n, v in latest.items()}, f"{what}: the versions' parameters")


def check_pruning(store):
    """One symbol and one day are asked for: the files of one symbol are opened,
    and no row group of another time is read."""
    symbol, files, span = rows(store, "SELECT symbol, count(DISTINCT symbol) OVER () AS n, epoch_us(max(time) OVER ()) AS t FROM bars LIMIT 1")[0].values()
    day = f"symbol = '{symbol}' AND time BETWEEN make_timestamptz({span} - 86400000000) AND make_timestamptz({span})"
    plan = mantis(store, "sql", f"EXPLAIN ANALYZE SELECT * FROM bars WHERE {day}", "--", "-list")
    parts = [p for p in manifests(store)["bars"]["parts"] if p["table"] == "bars"]
    mine = [p for p in parts if f"symbol={symbol}/" in p["path"]]
    check(f"ScanningFiles:{len(mine)}/{len(parts)}" in plan.replace(" ", "") or len(mine) == len(parts), f"bars of {symbol}: {len(mine)} of {len(parts)} files are opened")
    check(f"TotalFilesRead:{len(mine)}" in plan.replace(" ", ""), f"bars of {symbol}: {len(mine)} files are read")


def check_running(store):
    text = mantis(store, "sql", "SELECT 1 AS a, 'x,y' AS b, NULL AS c", "--format", "csv", "--", "-nullvalue", "none")
    check(list(csv.reader(io.StringIO(text))) == [["a", "b", "c"], ["1", "x,y", "none"]], "csv, and an option passed on")
    check("│" in mantis(store, "sql", "SELECT 1"), "a table for people")
    check(mantis(store, "sql", "SELECT * FROM nothing", code=1) == "", "a wrong query is an error")
    stamp = rows(store, "SELECT time::VARCHAR AS t FROM bars LIMIT 1")[0]["t"]
    check(stamp.endswith("+00"), f"instants are told in UTC: {stamp}")
    con = duckdb.connect()
    con.execute(mantis(store, "sql"))
    n = con.execute("SELECT count(*) FROM bars").fetchone()[0]
    check(n == sum(p["rows"] for p in manifests(store)["bars"]["parts"]), f"the printed views run in DuckDB {duckdb.__version__} too")


def check_copy(store, directory):
    copy = pathlib.Path(directory) / "it's a \"store\", symbol=none" / "la ke"
    shutil.copytree(store, copy, symlinks=True)
    bars = manifests(copy)["bars"]["id"]
    (copy / "refs/bars/tags").mkdir(parents=True, exist_ok=True)
    (copy / "refs/bars/tags/first").write_text(bars + "\n")
    (copy / "runs").mkdir(exist_ok=True)
    for old in (copy / "runs").iterdir():
        old.unlink()
    (copy / f"runs/{RUN}.json").write_text(json.dumps({"id": RUN, "began": "2024-01-02T03:04:05Z", "seconds": 1.5, "program": "it's mantis", "settings": {"a": ["it's"]},
        "steps": [{"stage": "bars", "version": bars, "known": False, "moved": True, "made": 3, "kept": 4, "seconds": 0.25}]}))
    check_views(copy, "odd name", tag="bars")
    check_store(copy, "odd name")
    got = rows(copy, "SELECT *, epoch_us(began) AS us FROM runs JOIN versions USING (version)")
    want = dict(run=RUN, us=1704164645000000, seconds=1.5, program="it's mantis", stage="bars", known=False, moved=True, made=3, kept=4, stage_seconds=0.25, dataset="bars")
    check(len(got) == 1 and want.items() <= got[0].items() and json.loads(got[0]["settings"]) == {"a": ["it's"]}, f"odd name: the run is told as it was recorded: {got}")
    check(rows(copy, "SELECT * FROM tags") == [dict(dataset="bars", tag="first", version=bars)], "odd name: the tag")


def main(root):
    store = pathlib.Path(root).resolve()
    check_views(store, "store")
    check_store(store, "store")
    check_pruning(store)
    check_running(store)
    with tempfile.TemporaryDirectory() as directory:
        check_copy(store, directory)
    finish()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
