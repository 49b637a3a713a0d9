"""Reading a large CSV into the workspace, beside DuckDB's own CSV to Parquet, in fresh processes and by turns.

    python -m benchmarks.ingest_speed [--mb 1000] [--turns 3] [--quoted]

DuckDB does ``COPY (SELECT * FROM read_csv(f)) TO parquet``. Lathe does all that an upload needs: it finds the settings,
types every column, counts missing and different values, hashes the content and enters the dataset. Memory is the peak
resident set (Linux), which counts pages of the file that are mapped.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.common import ROOT, environment, row

DUCKDB = """
import json, resource, sys, time
import duckdb
start = time.perf_counter()
duckdb.sql(f"COPY (SELECT * FROM read_csv('{sys.argv[1]}')) TO '{sys.argv[2]}/duck.parquet' (FORMAT parquet)")
seconds = time.perf_counter() - start
use = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({"s": seconds, "cpu": use.ru_utime + use.ru_stime, "mb": use.ru_maxrss / 1024}))
"""

LATHE = """
import json, os, resource, sys, time
from pathlib import Path
from core.data.ingest import ingest
from core.data.upload import received_path
from core.settings import Settings
from core.store.projects import ProjectStore
from core.store.workspace import Workspace
workspace = Workspace(Settings(workspace=Path(sys.argv[2]) / "workspace"))
project = ProjectStore(workspace).create("benchmark")
path = received_path(workspace.folder("incoming"), "big.csv")
os.link(sys.argv[1], path)
start = time.perf_counter()
ingest(workspace, path, project_id=project.id, name="big")
seconds = time.perf_counter() - start
use = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({"s": seconds, "cpu": use.ru_utime + use.ru_stime, "mb": use.ru_maxrss / 1024}))
"""

TABLE = """
SELECT i + 1 AS order_id,
    printf('C%07d', CAST(random() * 2000000 AS INTEGER)) AS customer,
    'Town ' || CAST(random() * 300 AS INTEGER) AS town,
    TIMESTAMP '2020-01-01' + to_seconds(CAST(random() * 1e8 AS BIGINT)) AS moment,
    DATE '2020-01-01' + CAST(random() * 1500 AS INTEGER) AS day,
    CASE WHEN random() > 0.03 THEN round(exp(3 + random() * 2), 2) END AS price,
    random() - 0.5 AS measure,
    CASE WHEN random() > 0.01 THEN CAST(random() * 500 AS INTEGER) END AS pieces,
    CASE WHEN random() > 0.5 THEN 'yes' ELSE 'no' END AS paid,
    list_extract(words, 1 + CAST(random() * 14 AS INTEGER)) || ' ' || list_extract(words, 1 + CAST(random() * 14 AS
    INTEGER)) || ', ' || list_extract(words, 1 + CAST(random() * 14 AS INTEGER)) || ' ' || list_extract(words, 1 +
    CAST(random() * 14 AS INTEGER)) AS comment
FROM range({rows}) AS r(i),
    (SELECT string_split('the quick brown fox jumps over a lazy dog while rain falls on old roofs', ' ') AS words)
"""
BYTES_A_ROW = 118


def make_csv(path: Path, megabytes: int, *, quoted: bool) -> None:
    """Write a table of ten columns of mixed types, minimally quoted unless ``quoted``."""
    import duckdb

    with duckdb.connect() as connection:
        connection.execute("SET enable_progress_bar = false; SELECT setseed(0.5)")
        sql = TABLE.format(rows=int(megabytes * 1e6 / BYTES_A_ROW))
        force = ", FORCE_QUOTE (customer, town, paid, comment)" if quoted else ""
        connection.execute(f"COPY ({sql}) TO '{path}' (HEADER, DELIMITER ','{force})")


def run(code: str, csv: Path) -> dict[str, float]:
    """Run one contender in a process of its own and return seconds, CPU seconds and MB."""
    with tempfile.TemporaryDirectory(dir=csv.parent) as folder:
        done = subprocess.run(
            [sys.executable, "-c", code, str(csv), folder],
            cwd=ROOT, env=environment(PYTHONPATH=str(ROOT)), capture_output=True, text=True, check=True,
        )  # fmt: skip
    found: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def main() -> None:
    """Print one line a turn, and the medians."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mb", type=int, default=1000, help="size of the CSV file")
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--quoted", action="store_true", help="quote every text cell")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        csv = Path(folder) / "big.csv"
        make_csv(csv, chosen.mb, quoted=chosen.quoted)
        print(f"{csv.stat().st_size / 1e6:,.0f} MB\n")
        row("turn", "DuckDB s", "Lathe s", "ratio", "DuckDB CPU s", "Lathe CPU s", "DuckDB MB", "Lathe MB")
        row(*["---"] * 8)
        ratios = []
        for turn in range(chosen.turns):
            theirs, ours = run(DUCKDB, csv), run(LATHE, csv)
            ratios.append(ours["s"] / theirs["s"])
            row(turn + 1, theirs["s"], ours["s"], ratios[-1], theirs["cpu"], ours["cpu"], theirs["mb"], ours["mb"])
        print(f"\nMedian ratio {statistics.median(ratios):.2f} (goal: at most 2)")


if __name__ == "__main__":
    main()
