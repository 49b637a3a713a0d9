"""The default plan's fit_transform against the same steps by hand in scikit-learn, and what sharing folds saves.

Goal: ratio at most 1.3, and equal values. Both sides run in turn in one process on the same frame (numbers with gaps,
categories, dates) and give the matrix that a linear model takes. The second part trains six models of two needs, each
as a worker does it (one recipe a model), with the cache of prepared folds and without.
"""

from __future__ import annotations

import gc
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.common import ROOT, environment, row

ROUNDS = 5
SIX = {
    "baseline": ("baseline", {}),
    "linear": ("linear", {}),
    "linear, held small": ("linear", {"penalty": 30.0}),
    "tree": ("tree", {}),
    "hist_boosting": ("hist_boosting", {"rounds": 20}),
    "lightgbm": ("lightgbm", {"rounds": 20}),
}


@dataclass(frozen=True)
class Shape:
    """A table to be made."""

    rows: int
    numbers: int
    categories: int
    dates: int


SHAPES = {"long": Shape(100_000, 20, 8, 2), "wide": Shape(20_000, 150, 46, 4)}


def made(shape: Shape):
    """Return a frame as `load_frame` gives it: every third number has gaps, every other category too."""
    import numpy as np
    import pandas as pd

    rng = np.random.default_rng(0)
    cells = {}
    for place in range(shape.numbers):
        values = rng.normal(place, 1 + place, shape.rows)
        if place % 3 == 0:
            values[rng.random(shape.rows) < 0.1] = np.nan
        cells[f"n{place}"] = values
    for place in range(shape.categories):
        levels = np.array([f"level {n}" for n in range(3 + 4 * (place % 12))], dtype=object)
        # Each level a little more frequent than the one before: which ones are rare is then no matter of chance.
        edges = np.cumsum(np.arange(1, len(levels) + 1)) / (len(levels) * (len(levels) + 1) / 2)
        draws = rng.permutation(np.linspace(0, 1, shape.rows, endpoint=False))
        values = levels[np.searchsorted(edges[:-1], draws, side="right")]
        if place % 2:
            values[rng.random(shape.rows) < 0.05] = None
        cells[f"c{place}"] = pd.Series(values, dtype=object)
    for place in range(shape.dates):
        seconds = rng.integers(1_400_000_000, 1_700_000_000, shape.rows).astype("datetime64[s]")
        dates = pd.Series(seconds).astype("datetime64[us]")
        cells[f"d{place}"] = dates.mask(rng.random(shape.rows) < 0.03) if place % 2 else dates
    return pd.DataFrame(cells)


def columns_of(frame):
    """Return the schema of a made frame."""
    from core.data.schema import ColumnSchema
    from core.types import ColumnKind, StorageType

    kinds = {
        "n": (ColumnKind.NUMERIC, StorageType.FLOAT),
        "c": (ColumnKind.CATEGORICAL, StorageType.STRING),
        "d": (ColumnKind.DATETIME, StorageType.DATETIME),
    }
    return tuple(
        ColumnSchema(
            name=name,
            kind=kinds[name[0]][0],
            storage=kinds[name[0]][1],
            unique=int(cells.nunique()),
            missing=int(cells.isna().sum()),
        )
        for name, cells in frame.items()
    )


def by_hand(frame):
    """Return the same steps as a person writes them."""
    import numpy as np
    import pandas as pd
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import MissingIndicator, SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

    def parts(dates):
        out = []
        for name in dates:
            at = dates[name].dt
            days = (dates[name] - earliest[name]).dt.total_seconds() / 86_400
            out += [at.year, at.month, at.day, at.day_of_week, at.hour, at.day_of_year, days]
        return np.column_stack([np.asarray(part, dtype=np.float64) for part in out])

    def waves(dates):
        out = []
        for name in dates:
            at = dates[name].dt
            for share in ((at.month - 1) / 12, at.day_of_week / 7, (at.hour + at.minute / 60) / 24):
                turns = 2 * np.pi * share.to_numpy(dtype=np.float64)
                out += [np.sin(turns), np.cos(turns)]
        return np.column_stack(out)

    names = {start: [name for name in frame.columns if name[0] == start] for start in "ncd"}
    gaps = [name for name in names["n"] if frame[name].isna().any()]
    earliest: dict[str, pd.Timestamp] = {name: frame[name].min() for name in names["d"]}
    words = make_pipeline(
        SimpleImputer(missing_values=None, strategy="constant", fill_value="(missing)"),
        OneHotEncoder(max_categories=30, handle_unknown="infrequent_if_exist", sparse_output=False),
    )
    times = make_pipeline(FunctionTransformer(parts), StandardScaler(), SimpleImputer(strategy="median"))
    return ColumnTransformer(
        [
            ("marks", MissingIndicator(), gaps),
            ("numbers", make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), names["n"]),
            ("words", words, names["c"]),
            ("times", times, names["d"]),
            ("waves", make_pipeline(FunctionTransformer(waves), SimpleImputer(strategy="median")), names["d"]),
        ]
    )


def compare(name: str) -> None:
    """Time both sides in turn, check that their values are equal and print one line."""
    import numpy as np

    from core.prepare.compiler import compile_plan
    from core.prepare.default import default_plan
    from core.prepare.fitting import fit_rows
    from core.prepare.plan import InputNeeds

    frame = made(SHAPES[name])
    columns = columns_of(frame)
    ours, hand = [], []
    for turn in range(ROUNDS + 1):
        gc.collect()
        start = time.perf_counter()
        compiled = compile_plan(default_plan(columns), columns, InputNeeds())
        matrix = fit_rows(compiled.transformer, frame, None).matrix
        middle = time.perf_counter()
        expected = by_hand(frame).fit_transform(frame)
        end = time.perf_counter()
        if turn:
            ours.append(middle - start)
            hand.append(end - middle)
    ratio = statistics.median(a / b for a, b in zip(ours, hand, strict=True))
    equal = matrix.shape == expected.shape and np.allclose(_ordered(matrix), _ordered(expected), rtol=1e-9, atol=1e-9)
    size = f"{len(frame):,} x {frame.shape[1]}"
    row(f"{name}, {size}", statistics.median(ours), statistics.median(hand), ratio, "equal" if equal else "NOT EQUAL")


def _ordered(matrix):
    """Return the columns in an order that follows from their values."""
    import numpy as np

    dense = matrix.toarray() if hasattr(matrix, "toarray") else matrix
    marks = np.random.default_rng(1).normal(size=(1, len(dense))) @ dense
    return dense[:, np.argsort(np.round(marks[0], 6), kind="stable")]


def six_models() -> None:
    """Train six models, one recipe each as workers do, with the cache and without; print both."""
    import numpy as np

    from core.data.ingest import ingest
    from core.data.propose import default_task
    from core.run.context import SilentContext
    from core.run.execute import execute
    from core.run.recipe import ModelChoice, Recipe
    from core.settings import Settings
    from core.store.projects import ProjectStore
    from core.store.workspace import Workspace
    from core.types import TaskKind

    frame = made(Shape(20_000, 20, 8, 2))
    signal = frame["n1"] + 3 * (frame["c0"] == "level 0")
    frame["y"] = np.where(signal > signal.median(), "yes", "no")
    took = {}
    for cache_mb in (0, 2048):
        with tempfile.TemporaryDirectory() as place:
            workspace = Workspace(Settings(workspace=Path(place) / "w", cache_mb=cache_mb))
            path = Path(place) / "table.csv"
            frame.to_csv(path, index=False)
            project = ProjectStore(workspace).create("Benchmark")
            dataset = ingest(workspace, path, project_id=project.id, name="table")
            recipe = Recipe(
                task=default_task(dataset, "y", TaskKind.BINARY),
                models=tuple(ModelChoice(key=key, params=params, name=name) for name, (key, params) in SIX.items()),
            )
            start = time.perf_counter()
            for label in SIX:
                folder = Path(place) / "run"
                done = execute(recipe.only(label), SilentContext(), workspace=workspace, dataset=dataset, folder=folder)
                if done.models[0].error is not None:
                    raise SystemExit(done.models[0].error.traceback)
            took[cache_mb] = time.perf_counter() - start
            workspace.database.close()
    row("six models, 20,000 x 30, 6 fits each", took[2048], took[0], took[2048] / took[0], "with / without the cache")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        six_models() if sys.argv[1] == "six" else compare(sys.argv[1])
    else:
        row("table", "Lathe, s", "by hand, s", "ratio", "values")
        row("---", "---", "---", "---", "---")
        for case in (*SHAPES, "six"):
            command = [sys.executable, "-m", "benchmarks.prepare_speed", case]
            subprocess.run(command, cwd=ROOT, env=environment(PYTHONWARNINGS=os.environ.get("PYTHONWARNINGS", "")))
