"""Random tables for the tests of charts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from core.data.ingest import ingest
from core.data.schema import Dataset
from core.explore.chart_spec import ChartKind
from core.store.workspace import Workspace

HOSTILE = '<b>"; DROP TABLE t; --</b>'


def mixed(rows: int = 900, seed: int = 0) -> pd.DataFrame:
    """A column of every kind, with gaps."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "number": rng.normal(50, 12, rows).round(3),
            "skewed": np.exp(rng.normal(0, 1.2, rows)).round(4),
            "whole": rng.integers(0, 30, rows),
            "few": rng.integers(1, 4, rows),
            "flag": rng.choice(["yes", "no"], rows),
            "truth": rng.choice(["true", "false"], rows),
            "city": rng.choice([f"City {i:02d}" for i in range(14)], rows, p=_falling(14)),
            "when": pd.Timestamp("2019-03-01") + pd.to_timedelta(rng.integers(0, 900, rows), unit="D"),
            "words": [" ".join(rng.choice(["red", "green", "blue", "stone", "river", "hill"], 4)) for _ in range(rows)],
            "latitude": rng.uniform(32, 42, rows).round(4),
            "longitude": rng.uniform(-124, -114, rows).round(4),
            HOSTILE: rng.choice(["a<b>", "=1+1", "x'y\"z"], rows),
            "empty": np.nan,
        }
    )
    frame["words"] += [f" {i}" for i in range(rows)]
    for name in ("number", "whole", "city", "when"):
        frame.loc[rng.random(rows) < 0.06, name] = None
    return frame


def _falling(count: int) -> np.ndarray:
    weights = 1 / np.arange(1, count + 1)
    return weights / weights.sum()


def stored(workspace: Workspace, project_id: str, folder: Path, frame: pd.DataFrame, name: str = "mixed") -> Dataset:
    """Take a frame in as a CSV file."""
    path = folder / f"{name}.csv"
    frame.to_csv(path, index=False)
    return ingest(workspace, path, project_id=project_id, name=name)


EVERY_KIND: tuple[dict[str, object], ...] = (
    {"kind": ChartKind.HISTOGRAM, "x": "number", "color": "flag"},
    {"kind": ChartKind.HISTOGRAM, "x": "whole", "facet": "few", "options": {"share": True}},
    {"kind": ChartKind.HISTOGRAM, "x": "when"},
    {"kind": ChartKind.BOX, "x": "city", "y": "number", "color": "flag"},
    {"kind": ChartKind.VIOLIN, "x": "few", "y": "skewed"},
    {"kind": ChartKind.BARS, "x": "city", "options": {"top": 6}},
    {"kind": ChartKind.BARS, "x": "city", "y": "number"},
    {"kind": ChartKind.BARS, "x": "whole", "y": "flag", "facet": "few"},
    {"kind": ChartKind.STACKED_BARS, "x": "few", "color": "city"},
    {"kind": ChartKind.GROUPED_BARS, "x": "few", "color": "flag", "y": "skewed", "options": {"aggregate": "median"}},
    {"kind": ChartKind.HEAT_MAP, "x": "number", "y": "few"},
    {"kind": ChartKind.HEAT_MAP, "x": "city", "y": "flag", "z": "skewed"},
    {"kind": ChartKind.SCATTER, "x": "number", "y": "skewed", "color": "flag"},
    {"kind": ChartKind.SCATTER, "x": "number", "y": "skewed", "facet": "few", "options": {"dense": "bins"}},
    {"kind": ChartKind.LINE, "x": "when", "y": "number", "color": "flag"},
    {"kind": ChartKind.LINE, "x": "whole", "y": "skewed"},
    {"kind": ChartKind.TIME_COUNTS, "x": "when", "options": {"period": "quarter"}},
    {"kind": ChartKind.PAIRS, "columns": ("number", "skewed", "whole")},
    {"kind": ChartKind.PARALLEL, "columns": ("number", "few", "city"), "color": "flag"},
    {"kind": ChartKind.MAP, "x": "longitude", "y": "latitude", "color": "number"},
    {"kind": ChartKind.SCATTER_3D, "x": "number", "y": "skewed", "z": "whole", "color": "few"},
    {"kind": ChartKind.TEXT, "x": "words", "color": "flag"},
)
