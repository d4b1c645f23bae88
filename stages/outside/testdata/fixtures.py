"""Writes the Parquet files beside it, with pyarrow of .ci/requirements.txt:
    python stages/outside/testdata/fixtures.py
"""

import datetime as dt
import pathlib

import pyarrow as pa
import pyarrow.parquet as pq

HERE = pathlib.Path(__file__).parent
UTC = pa.timestamp("us", "UTC")
DAYS = [dt.datetime(2024, 1, d, tzinfo=dt.UTC) for d in (1, 2, 3)]


def write(name, **columns):
    pq.write_table(pa.table(columns), HERE / name, store_schema=False)


def main():
    late = [d + dt.timedelta(days=1, microseconds=1) for d in DAYS]
    write("moods.parquet", time=pa.array([d.date() for d in DAYS], pa.date32()), known_at=pa.array(late, UTC), symbol=["BTC-USD", "ETH-BTC", "BTC-USD"],
          Mood=pa.array([0.5, None, -1.0], pa.float64()), votes=pa.array([7, 8, None], pa.int64()), said=["fine", "well", "bad"])
    write("days.parquet", known_at=pa.array([d.date() for d in DAYS], pa.date32()), x=[1.0, 2.0, 3.0])
    write("infinite.parquet", known_at=pa.array([int(d.timestamp()) for d in DAYS], pa.int64()), x=[1.0, 2.0, float("inf")])
    write("null.parquet", known_at=pa.array([DAYS[0], None, DAYS[2]], UTC), x=[1.0, 2.0, 3.0])
    write("ticks.parquet", known_at=pa.array([1704067200_000_000_001], pa.timestamp("ns", "UTC")), x=[1.0])


if __name__ == "__main__":
    main()
