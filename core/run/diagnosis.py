"""Where a trained model is worse than elsewhere, found once and kept beside it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict

from core.data.catalog import load_frame
from core.data.schema import ColumnSchema, Dataset
from core.data.task import Task
from core.errors import NotFound
from core.evaluate.judged import Judged, read_judged
from core.evaluate.residuals import Trend, residual_trend
from core.evaluate.slices import ColumnError, cut_columns, error_by_level
from core.evaluate.weak_spots import WeakSpot, find_weak_spots
from core.run.context import RunContext, SilentContext
from core.store.artifacts import read_json, write_atomic, write_json
from core.store.workspace import Workspace
from core.types import ColumnKind

SPOTS_FILE, SPOT_ROWS_FILE = "weak_spots.json", "weak_spots.parquet"
OOF_FILE = "oof.parquet"


class Diagnosis(BaseModel):
    """The error of a model by slices, on rows it had not seen.

    Attributes
    ----------
    is_share : bool
        Errors are shares of wrong rows; else how far off a number is on average.
    rows, overall : int, float
        Rows judged and the error of all of them.
    spots : tuple of WeakSpot
        The worst first.
    looked_at, fewest_rows : int
        Slices tried; the fewest rows that one had to have.
    columns : tuple of ColumnError
        The error by level of every column.
    trends : tuple of Trend
        For numbers: residuals along each number and time.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    is_share: bool
    rows: int
    overall: float
    spots: tuple[WeakSpot, ...]
    looked_at: int
    fewest_rows: int
    columns: tuple[ColumnError, ...]
    trends: tuple[Trend, ...] = ()


def diagnose(
    workspace: Workspace, dataset: Dataset, task: Task, folder: Path, *, context: RunContext | None = None
) -> Diagnosis:
    """Find the weak spots of the model in ``folder`` and keep them there.

    Parameters
    ----------
    workspace, dataset : Workspace, Dataset
        The cells of the run.
    task : Task
        Of the run; columns that only tell rows apart are left out.
    folder : Path
        Artifacts of the model; gets ``weak_spots.json`` and ``weak_spots.parquet`` (which rows each spot holds).

    Raises
    ------
    NotFound
        Where the model's predictions are gone.
    """
    told = context or SilentContext()
    judged = judged_rows(folder)
    columns = sliced_columns(dataset, task)
    told.report(0.1, "reading", f"Reading {len(columns)} columns of {len(judged.rows):,} rows")
    frame = load_frame(workspace, dataset, columns=[c.name for c in columns]).iloc[judged.rows].reset_index(drop=True)
    told.report(0.3, "searching", "Looking at every slice of one and two columns")
    is_share = bool(judged.classes)
    cuts = cut_columns(frame, columns)
    found = find_weak_spots(cuts, judged.loss, is_share=is_share)
    told.report(0.9, "storing", "Keeping what was found")
    diagnosis = Diagnosis(
        is_share=is_share,
        rows=len(judged.rows),
        overall=found.overall,
        spots=found.spots,
        looked_at=found.looked_at,
        fewest_rows=found.fewest_rows,
        columns=tuple(error_by_level(cut, judged.loss, is_share=is_share) for cut in cuts),
        trends=() if is_share else _trends(frame, columns, judged),
    )
    inside = pd.DataFrame({"row": judged.rows, **{f"spot_{at}": mask for at, mask in enumerate(found.masks)}})
    write_atomic(folder / SPOT_ROWS_FILE, lambda path: inside.to_parquet(path, index=False))
    write_json(folder / SPOTS_FILE, diagnosis)
    return diagnosis


def sliced_columns(dataset: Dataset, task: Task) -> tuple[ColumnSchema, ...]:
    """Return the columns that slices are made of: all but the target and those that only tell rows apart."""
    return tuple(c for c in dataset.columns if c.name != task.target and c.kind is not ColumnKind.IDENTIFIER)


def judged_rows(folder: Path) -> Judged:
    """Read what a model said of rows it had not seen; `NotFound` where that is gone."""
    if not (folder / OOF_FILE).exists():
        raise NotFound("The predictions of this model are no longer in the workspace.", hint="Train it again.")
    return read_judged(folder / OOF_FILE)


def read_diagnosis(folder: Path) -> Diagnosis | None:
    """Return what `diagnose` kept, None where it has not been asked for."""
    path = folder / SPOTS_FILE
    return Diagnosis.model_validate(read_json(path)) if path.exists() else None


def rows_of_spot(folder: Path, number: int) -> np.ndarray:
    """Return the rows (from 0) that the spot number ``number`` (from 0) holds."""
    table = pd.read_parquet(folder / SPOT_ROWS_FILE, columns=["row", f"spot_{number}"])
    return np.asarray(table.loc[table[f"spot_{number}"], "row"], dtype=np.int64)


def _trends(frame: pd.DataFrame, columns: tuple[ColumnSchema, ...], judged: Judged) -> tuple[Trend, ...]:
    ordered = (c.name for c in columns if c.kind in (ColumnKind.NUMERIC, ColumnKind.DATETIME))
    found = (residual_trend(frame[name], judged.residual, name=name) for name in ordered)
    return tuple(trend for trend in found if trend is not None)
