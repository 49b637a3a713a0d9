"""How long the checks of a table take, beside its profile: 1,000,000 rows of 30 columns unless told otherwise.

python -m benchmarks.quality_speed [ROWS]
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from core.data.ingest import ingest
from core.data.profile import stored_profile
from core.quality.report import look
from core.store.projects import ProjectStore
from core.store.workspace import open_workspace
from core.types import TaskKind

ROWS = 1_000_000


def table(rows: int) -> pd.DataFrame:
    """Return a table of numbers, whole numbers, categories, a key, a date and a target: 30 columns."""
    rng = np.random.default_rng(0)
    words = np.array([f"value {k}" for k in range(300)])
    columns: dict[str, object] = {f"number {i}": rng.normal(size=rows).round(4) for i in range(12)}
    columns |= {f"count {i}": rng.integers(0, 1000, rows) for i in range(6)}
    columns |= {f"letter {i}": rng.choice(list("abcdefgh"), rows) for i in range(6)}
    columns |= {f"word {i}": words[rng.integers(0, len(words), rows)] for i in range(3)}
    columns["id"] = np.arange(rows)
    columns["when"] = pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 10**8, rows), unit="s")
    columns["target"] = rng.choice(["yes", "no"], rows)
    return pd.DataFrame(columns)


def main() -> None:
    """Print seconds for the profile, all checks, and the slowest of them."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    with tempfile.TemporaryDirectory() as folder:
        workspace = open_workspace(Path(folder) / "workspace")
        file = Path(folder) / "table.parquet"
        table(rows).to_parquet(file)
        project = ProjectStore(workspace).create("Benchmark")
        dataset = ingest(workspace, file, project_id=project.id, name="table")
        start = time.perf_counter()
        stored_profile(workspace, dataset)
        profiled = time.perf_counter()
        marks: list[tuple[float, str]] = []
        look(
            workspace,
            dataset,
            target="target",
            task=TaskKind.BINARY,
            watch=lambda _, title: marks.append((time.perf_counter(), title)),
        )
        end = time.perf_counter()
    took = [(later - at, title) for (at, title), (later, _) in zip(marks, [*marks[1:], (end, "")], strict=True)]
    print(f"{rows:,} rows x {len(dataset.columns)} columns")
    print(f"profile     {profiled - start:6.2f} s")
    print(f"all checks  {end - profiled:6.2f} s, with the profile at hand")
    for seconds, title in sorted(took, reverse=True)[:5]:
        print(f"  {seconds:6.2f} s  {title}")


if __name__ == "__main__":
    main()
