"""What the views of a model's mistakes read: predictions with their rows, columns cut into levels, raw cells."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import streamlit as st

from components import services
from components.model_choice import Chosen
from core.data.catalog import load_frame
from core.data.query import take
from core.data.schema import ColumnSchema, Dataset
from core.errors import NotFound
from core.evaluate.judged import Judged
from core.evaluate.residuals import Trend, residual_trend
from core.evaluate.slices import ColumnError, cut_columns, error_by_level
from core.run.diagnosis import OOF_FILE, judged_rows, sliced_columns
from core.types import ColumnKind


@dataclass(frozen=True)
class Looked:
    """A model with its predictions; ``dataset`` is None where the cells of its run are gone."""

    chosen: Chosen
    folder: Path
    judged: Judged
    dataset: Dataset | None

    @property
    def run_folder(self) -> Path:
        """Folder of the run."""
        return self.folder.parent

    @property
    def key(self) -> str:
        """For widgets: run and label."""
        return f"{self.chosen.run.id}.{self.chosen.result.label}"

    @property
    def columns(self) -> tuple[ColumnSchema, ...]:
        """Columns that slices are made of."""
        return sliced_columns(self.dataset, self.chosen.run.recipe.task) if self.dataset else ()

    @property
    def ordered_columns(self) -> tuple[str, ...]:
        """Numbers and times among them."""
        return tuple(c.name for c in self.columns if c.kind in (ColumnKind.NUMERIC, ColumnKind.DATETIME))


def look_at(chosen: Chosen) -> Looked:
    """Return a model with its predictions; `NotFound` where they are no longer in the workspace."""
    folder = services.workspace().path(chosen.result.path)
    if not chosen.result.path:
        raise NotFound("The predictions of this model are no longer in the workspace.", hint="Train it again.")
    path = folder / OOF_FILE
    judged = _judged(str(folder), path.stat().st_mtime if path.exists() else 0.0)
    return Looked(chosen, folder, judged, _table(chosen))


def _table(chosen: Chosen) -> Dataset | None:
    """Return the table as the run saw it."""
    try:
        dataset = services.table_of_run(chosen.run)
    except NotFound:
        return None
    return dataset if dataset.fingerprint == chosen.run.recipe.dataset else None


def cells(looked: Looked, rows: np.ndarray) -> pd.DataFrame:
    """Return the raw cells of rows (from 0), in their order; only numbers of rows where the table is gone."""
    if looked.dataset is None or not len(rows):
        return pd.DataFrame(index=pd.Index(rows))
    return take(services.workspace(), looked.dataset, rows).loc[list(rows)]


def error_of(looked: Looked, column: str) -> tuple[ColumnError, ...]:
    """Return the error by level of one column; a date gives several parts."""
    assert looked.dataset is not None
    return _error_of(str(looked.folder), _stamp(looked), looked.dataset.view_key, column, looked)


def trend_of(looked: Looked, column: str) -> Trend | None:
    """Return the residuals along one column."""
    assert looked.dataset is not None
    return _trend_of(str(looked.folder), _stamp(looked), looked.dataset.view_key, column, looked)


def _stamp(looked: Looked) -> float:
    return (looked.folder / OOF_FILE).stat().st_mtime


def _column(looked: Looked, column: str) -> pd.DataFrame:
    assert looked.dataset is not None
    whole = load_frame(services.workspace(), looked.dataset, columns=[column])
    return whole.iloc[looked.judged.rows].reset_index(drop=True)


@st.cache_resource(max_entries=8, show_spinner=False)
def _judged(folder: str, changed: float) -> Judged:
    return judged_rows(Path(folder))


@st.cache_resource(max_entries=64, show_spinner="Looking at the column")
def _error_of(folder: str, changed: float, view_key: str, column: str, _looked: Looked) -> tuple[ColumnError, ...]:
    assert _looked.dataset is not None
    schema = _looked.dataset.column(column)
    judged = _looked.judged
    cuts = cut_columns(_column(_looked, column), [schema])
    return tuple(error_by_level(cut, judged.loss, is_share=bool(judged.classes)) for cut in cuts)


@st.cache_resource(max_entries=64, show_spinner="Looking at the column")
def _trend_of(folder: str, changed: float, view_key: str, column: str, _looked: Looked) -> Trend | None:
    return residual_trend(_column(_looked, column)[column], _looked.judged.residual, name=column)
