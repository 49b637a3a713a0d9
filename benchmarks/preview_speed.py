"""A preview after a click on 1,000,000 rows. Goal: 300 ms, warm (the sample was drawn before).

`python -m benchmarks.preview_speed` makes a table of 20 columns, ingests it, and prints for every step of the proposed
plan, and for columns of each kind, how long the preview takes: first with nothing imported and no sample drawn, then
warm.
"""

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from benchmarks.common import row

REPEATS = 5


def make_table(path, rows):
    """Write a Parquet file of numbers with gaps, categories, a column of 10,000 levels, a date, texts, a target."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    rng = np.random.default_rng(0)
    columns = {f"number_{i}": rng.lognormal(size=rows) for i in range(10)}
    for values in columns.values():
        values[rng.random(rows) < 0.05] = np.nan
    for i in range(4):
        columns[f"color_{i}"] = np.array(["red", "green", "blue"])[rng.integers(0, 3, rows)]
    columns["town"] = np.array([f"Town {n}" for n in range(10_000)])[rng.integers(0, 10_000, rows)]
    start = np.datetime64("2020-01-01", "us")
    columns["moment"] = start + rng.integers(0, 3 * 365 * 86400, rows).astype("timedelta64[s]")
    words = np.array(
        [f"{first}{second}" for first in ("slow", "good", "clean", "late") for second in ("er", "ly", "ish")]
    )
    columns["review"] = np.array([" ".join(words[line]) for line in rng.integers(0, len(words), (rows, 12))])
    columns["key"] = np.arange(rows)
    columns["bought"] = np.where(rng.random(rows) < 0.1, "yes", "no")
    pq.write_table(pa.table(columns), path)


def main():
    """Print the times in milliseconds."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=1_000_000)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder), given.rows)


def measure(folder, rows):
    """Time previews of a table of ``rows`` rows."""
    from core.data.ingest import ingest
    from core.data.task import Task
    from core.settings import Settings
    from core.store.projects import ProjectStore
    from core.store.workspace import Workspace
    from core.types import TaskKind

    make_table(folder / "made.parquet", rows)
    workspace = Workspace(Settings(workspace=folder / "workspace"))
    project = ProjectStore(workspace).create("b").id
    dataset = ingest(workspace, folder / "made.parquet", project_id=project, name="made.parquet")
    task = Task(kind=TaskKind.BINARY, target="bought")
    began = time.perf_counter()
    from core.prepare.default import default_plan
    from core.prepare.preview import preview_column, preview_step

    imported = time.perf_counter() - began
    plan = default_plan([c for c in dataset.columns if task.is_used(c.name)], rows=dataset.rows, task=task.kind)
    row("preview", "first, ms", "warm median, ms", "warm worst, ms")
    row(*["---"] * 4)
    for place, choice in enumerate(plan.steps):
        report(f"step {choice.step}", lambda at=place: preview_step(workspace, dataset, task, plan, place=at))
    for name in ("number_0", "color_0", "town", "moment", "review"):
        report(f"column {name}", lambda at=name: preview_column(workspace, dataset, task, plan, at))
    row("imports before the first", 1000 * imported, "", "")
    workspace.database.close()


def report(title, show):
    """Print the first and the later times of one preview."""
    times = []
    for _ in range(REPEATS + 1):
        began = time.perf_counter()
        show()
        times.append(1000 * (time.perf_counter() - began))
    row(title, times[0], statistics.median(times[1:]), max(times[1:]))


if __name__ == "__main__":
    main()
