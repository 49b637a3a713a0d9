"""The full overview of 1,000,000 rows x 30 columns. Goals: 5 s on 2 cores, 20 times faster than ydata-profiling.

`python -m benchmarks.overview_speed` prints ours; `--rival` also makes a virtual environment in a temporary folder,
installs ydata-profiling there and runs it on the same Parquet file in a process of its own, side by side (it cannot
share our environment). Ours is figures, relations, missing cells, the target and what stands out; its minimal mode has
figures alone.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.common import ROOT, environment, row

RIVAL = ("ydata-profiling==4.18.4", "pandas==2.3.3", "numpy==2.3.5", "numba==0.62.1", "pyarrow", "setuptools==65.5.0")
OURS = """
import sys, time, resource
from pathlib import Path
from benchmarks.overview_speed import dataset_of
from core.store.workspace import open_workspace
from core.explore.overview import overview
workspace = open_workspace(Path(sys.argv[1]))
dataset = dataset_of(workspace, Path(sys.argv[2]))
start = time.perf_counter()
overview(workspace, dataset, target="flag")
print(time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""
THEIRS = """
import sys, time, resource
import pandas as pd
from ydata_profiling import ProfileReport
start = time.perf_counter()
frame = pd.read_parquet(sys.argv[1])
ProfileReport(frame, minimal=True, progress_bar=False).get_description()
print(time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def make_table(path, rows):
    """Write a Parquet file of 30 columns: numbers, whole numbers, words, dates, a yes/no, text, an identifier."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    rng = np.random.default_rng(0)
    columns = {f"number_{i}": rng.normal(i, 1 + i, rows) for i in range(14)}
    for i in range(0, 14, 3):
        columns[f"number_{i}"][rng.random(rows) < 0.1] = np.nan
    columns |= {f"whole_{i}": rng.integers(0, 10 ** (i + 1), rows) for i in range(5)}
    for i in range(6):
        levels = np.array([f"level {j}" for j in range(3 * (i + 1) ** 2)])
        columns[f"word_{i}"] = levels[rng.integers(0, len(levels), rows)]
    columns["flag"] = columns["number_1"] + rng.normal(0, 1, rows) > 1
    start = np.datetime64("2020-01-01", "us")
    columns["moment"] = start + rng.integers(0, 3 * 365 * 86400, rows).astype("timedelta64[s]")
    columns["day"] = start + rng.integers(0, 3 * 365, rows).astype("timedelta64[D]")
    columns["key"] = np.char.mod("K%08d", np.arange(rows))
    words = np.array(["lorem", "ipsum", "dolor", "sit", "amet", "consectetur", "adipiscing", "elit", "sed", "do"])
    columns["text"] = [" ".join(cells) for cells in words[rng.integers(0, 10, (rows, 5))]]
    arrays = {name: pa.array(values, from_pandas=True) for name, values in columns.items()}
    pq.write_table(pa.table(arrays), path, compression="zstd")


def dataset_of(workspace, path):
    """Describe the Parquet file as a stored dataset, as reading it in would."""
    import duckdb
    import pyarrow.parquet as pq

    from core.data.schema import ColumnSchema, Dataset, ParseSettings
    from core.types import ColumnKind, StorageType

    kinds = {
        "double": (StorageType.FLOAT, ColumnKind.NUMERIC),
        "int64": (StorageType.INT, ColumnKind.NUMERIC),
        "bool": (StorageType.BOOL, ColumnKind.BOOLEAN),
        "string": (StorageType.STRING, ColumnKind.CATEGORICAL),
    }
    special = {"key": ColumnKind.IDENTIFIER, "text": ColumnKind.TEXT}
    columns = []
    for field in pq.read_schema(path):
        storage, kind = kinds.get(str(field.type), (StorageType.DATETIME, ColumnKind.DATETIME))
        [(missing, unique)] = duckdb.sql(
            f'SELECT count(*) - count("{field.name}"), approx_count_distinct("{field.name}") FROM \'{path}\''
        ).fetchall()
        columns.append(
            ColumnSchema(
                name=field.name, storage=storage, kind=special.get(field.name, kind), missing=missing, unique=unique
            )
        )
    return Dataset(
        id="bench",
        name="bench",
        path=workspace.relative(path),
        rows=pq.read_metadata(path).num_rows,
        columns=tuple(columns),
        fingerprint="bench",
        parse=ParseSettings(),
    )


def run(python, code, *arguments):
    """Run code in a process of its own; return its seconds and megabytes."""
    command = [str(python), "-c", code, *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, text=True, check=True)
    seconds, megabytes = done.stdout.split()[-2:]
    return float(seconds), float(megabytes)


def rival_python(folder):
    """Make a virtual environment with the rival in it and return its interpreter."""
    subprocess.run([sys.executable, "-m", "venv", folder / "rival"], check=True)
    python = folder / "rival" / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "-q", *RIVAL], check=True)
    return python


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument(
        "--rival", action="store_true", help="install ydata-profiling in a temporary folder and compare"
    )
    parsed = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        table = folder / "datasets" / "bench" / "cells.parquet"
        table.parent.mkdir(parents=True)
        make_table(table, parsed.rows)
        row("what", "seconds", "peak memory, MB", "times ours")
        row("---", "---", "---", "---")
        mine, memory = run(sys.executable, OURS, folder, table)
        row(f"overview of {parsed.rows:,} x 30", mine, memory, 1.0)
        for old in table.parent.glob("profile-*"):
            old.unlink()
        if parsed.rival:
            python = rival_python(folder)
            theirs, memory = run(python, THEIRS, table)
            row("ydata-profiling, minimal", theirs, memory, theirs / mine)
            time.sleep(1)
            mine, memory = run(sys.executable, OURS, folder, table)
            row("overview again, after it", mine, memory, 1.0)
            row("ratio to the later one", "", "", theirs / mine)
