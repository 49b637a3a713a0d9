"""One file of every format that is read, for the tests of sources."""

from __future__ import annotations

import gzip
import json
import sqlite3
from datetime import date, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import zstandard
from openpyxl import Workbook
from pyarrow import feather

TABLE = pa.table(
    {
        "n": pa.array([1, None, 3], pa.int64()),
        "big": pa.array([2**60, 1, 2], pa.int64()),
        "f": pa.array([0.1, float("nan"), -2.5]),
        "s": ["x", None, "007"],
        "ok": pa.array([True, False, None]),
        "day": pa.array([date(2024, 1, 31), None, date(2024, 2, 1)]),
        "at": pa.array([datetime(2024, 1, 1, 12, 30), None, datetime(2024, 1, 2)], pa.timestamp("us")),
    }
)


ROWS = [
    ["1", str(2**60), "0.1", "x", "true", "2024-01-31", "2024-01-01 12:30:00"],
    ["", "1", "", "", "false", "", ""],
    ["3", "2", "-2.5", "007", "", "2024-02-01", "2024-01-02 00:00:00"],
]


def write_sqlite(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE first (a INTEGER, b TEXT, c REAL)")
        connection.executemany("INSERT INTO first VALUES (?, ?, ?)", [(2**60, "x", 0.5), (None, "y\x00z", 2.0)])
        connection.execute('CREATE TABLE "se""cond" (d)')
        connection.execute('INSERT INTO "se""cond" VALUES (5)')
    connection.close()


def write_duckdb(path: Path) -> None:
    connection = duckdb.connect(str(path))
    connection.register("arrow", TABLE)
    connection.execute("CREATE TABLE first AS SELECT * FROM arrow")
    connection.execute("CREATE TABLE second AS SELECT 5 AS d")
    connection.close()


def write_excel(path: Path) -> None:
    book = Workbook()
    for row in (["a", "b"], [1, "x"], [2, "y"]):
        book.active.append(row)
    book.save(path)


WRITERS = {
    "t.parquet": lambda path: pq.write_table(TABLE, path),
    "t.feather": lambda path: feather.write_feather(TABLE, path),
    "t.duckdb": write_duckdb,
    "t.sqlite": write_sqlite,
    "t.xlsx": write_excel,
    "t.json": lambda path: path.write_text(json.dumps([{"a": i, "b": f"w{i}"} for i in range(50)])),
    "t.jsonl": lambda path: path.write_text("".join(f'{{"a": {i}, "b": "w{i}"}}\n' for i in range(50))),
    "t.csv.gz": lambda path: path.write_bytes(gzip.compress(b"a,b\n" + b"1,x\n" * 500)),
    "t.csv.zst": lambda path: path.write_bytes(zstandard.compress(b"a,b\n" + b"1,x\n" * 500)),
    "t.csv": lambda path: path.write_bytes(b"a,b\n" + b"1,x\n" * 500),
}
