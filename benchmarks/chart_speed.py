"""Every kind of chart of a dataset of 10,000,000 rows, cold and warm. Goal: 1 s each.

Makes the table in a temporary workspace with DuckDB. "Cold" is the first time a chart is asked for, "warm" the second;
nothing is cached between them but the file by the system.
"""

import sys
import tempfile
import time
from pathlib import Path

from benchmarks.common import row
from core.data.query import connect
from core.data.schema import ColumnSchema, Dataset, ParseSettings
from core.explore.chart_spec import ChartKind, ChartSpec
from core.explore.charts import chart_data
from core.store.workspace import Workspace, open_workspace
from core.types import ColumnKind, StorageType

ROWS = 10_000_000
COLUMNS = (
    ("id", StorageType.INT, ColumnKind.IDENTIFIER, "range::BIGINT", ROWS),
    ("x", StorageType.FLOAT, ColumnKind.NUMERIC, "random() * 100", ROWS),
    ("y", StorageType.FLOAT, ColumnKind.NUMERIC, "sqrt(-2 * ln(random() + 1e-12)) * cos(6.2831853 * random())", ROWS),
    ("few", StorageType.INT, ColumnKind.NUMERIC, "(random() * 5)::BIGINT", 6),
    ("skewed", StorageType.FLOAT, ColumnKind.NUMERIC, "CASE WHEN random() >= 0.02 THEN exp(random() * 8) END", ROWS),
    ("group", StorageType.STRING, ColumnKind.CATEGORICAL, "'c' || floor(random() * 12)::INT", 12),
    ("many", StorageType.STRING, ColumnKind.CATEGORICAL, "'k' || floor(random() * 40000)::INT", 40_000),
    ("when", StorageType.DATETIME, ColumnKind.DATETIME,
     "TIMESTAMP '2015-01-01' + INTERVAL 1 SECOND * (random() * 3e8)::BIGINT", ROWS),
    ("flag", StorageType.BOOL, ColumnKind.BOOLEAN, "random() < 0.3", 2),
    ("latitude", StorageType.FLOAT, ColumnKind.NUMERIC, "32 + random() * 10", ROWS),
    ("longitude", StorageType.FLOAT, ColumnKind.NUMERIC, "-124 + random() * 10", ROWS),
)  # fmt: skip
NUMBERS = ("x", "y", "skewed", "few", "latitude", "longitude")
SPECS = (
    {"kind": ChartKind.HISTOGRAM, "x": "x"},
    {"kind": ChartKind.HISTOGRAM, "x": "skewed", "facet": "group", "color": "flag"},
    {"kind": ChartKind.BOX, "y": "skewed", "x": "group"},
    {"kind": ChartKind.VIOLIN, "y": "y", "x": "group"},
    {"kind": ChartKind.BARS, "x": "many"},
    {"kind": ChartKind.BARS, "x": "group", "y": "skewed", "options": {"aggregate": "median"}},
    {"kind": ChartKind.STACKED_BARS, "x": "group", "color": "flag"},
    {"kind": ChartKind.GROUPED_BARS, "x": "group", "color": "flag", "y": "x"},
    {"kind": ChartKind.HEAT_MAP, "x": "x", "y": "y", "z": "skewed"},
    {"kind": ChartKind.SCATTER, "x": "x", "y": "y"},
    {"kind": ChartKind.SCATTER, "x": "x", "y": "y", "color": "group"},
    {"kind": ChartKind.SCATTER, "x": "x", "y": "y", "color": "skewed"},
    {"kind": ChartKind.LINE, "x": "when", "y": "y", "color": "group"},
    {"kind": ChartKind.TIME_COUNTS, "x": "when", "color": "flag"},
    {"kind": ChartKind.PAIRS, "columns": NUMBERS},
    {"kind": ChartKind.PARALLEL, "columns": (*NUMBERS[:4], "group"), "color": "flag"},
    {"kind": ChartKind.MAP, "x": "longitude", "y": "latitude", "color": "skewed"},
    {"kind": ChartKind.SCATTER_3D, "x": "x", "y": "y", "z": "skewed", "color": "group"},
    {"kind": ChartKind.TEXT, "x": "many"},
)


def make(workspace: Workspace) -> Dataset:
    """Write the table and describe it."""
    folder = workspace.folder("datasets", "long")
    cells = ", ".join(f'{sql} AS "{name}"' for name, _, _, sql, _ in COLUMNS)
    with connect() as connection:
        target = str(folder / "data.parquet")
        connection.execute(f"COPY (SELECT {cells} FROM range({ROWS})) TO '{target}' (FORMAT parquet, COMPRESSION zstd)")
    return Dataset(
        id="long",
        name="long",
        path="datasets/long/data.parquet",
        rows=ROWS,
        columns=tuple(ColumnSchema(name=n, storage=s, kind=k, unique=u) for n, s, k, _, u in COLUMNS),
        fingerprint="long",
        parse=ParseSettings(),
    )


def seconds(workspace: Workspace, dataset: Dataset, spec: ChartSpec) -> float:
    """Count one chart."""
    start = time.perf_counter()
    chart_data(workspace, dataset, spec)
    return time.perf_counter() - start


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as where:
        place = open_workspace(Path(where))
        table = make(place)
        row("chart", "columns", "cold, s", "warm, s")
        row("---", "---", "---", "---")
        worst = 0.0
        for wanted in SPECS:
            asked = ChartSpec.model_validate(wanted)
            cold, warm = (seconds(place, table, asked) for _ in range(2))
            worst = max(worst, warm)
            named = ", ".join(c for c in (asked.x, asked.y, asked.z, asked.color, asked.facet, *asked.columns) if c)
            row(asked.kind.value, named, cold, warm)
        row("slowest, warm", "", "", worst)
        place.database.close()
    sys.exit(0)
