"""Steps on real columns: read a table, run one step, compare with what a person would write by hand."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.prepare.compiler import Compiled, compile_plan
from core.prepare.fitting import Prepared, fit_rows
from core.prepare.plan import InputNeeds, PreparePlan, StepChoice
from core.types import ColumnKind, Encoding, TaskKind
from tests.core.prepare.tables import Table, describe

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"

TREES = InputNeeds(encoding=Encoding.CODES, scaling=False)
BOOSTING = InputNeeds(encoding=Encoding.CODES, scaling=False, native_missing=True)
LINEAR_WITH_GAPS = InputNeeds(native_missing=True)
"""Leaves gaps where a step leaves them."""


def real(name: str, columns: list[str], rows: int | None = None) -> Table:
    """Return columns of a real table, float64 or text; skip where the table is not there."""
    path = DATA / f"{name}.csv"
    if not path.exists():
        pytest.skip(f"{name} is not there")
    frame = pd.read_csv(path, nrows=rows)[columns]
    return table_of(frame)


def table_of(frame: pd.DataFrame) -> Table:
    """Describe a frame: numbers, dates, and the rest as categories."""
    kinds, typed = {}, {}
    for name in frame.columns:
        column = frame[name]
        if pd.api.types.is_datetime64_any_dtype(column):
            kinds[name], typed[name] = ColumnKind.DATETIME, column.astype("datetime64[us]")
        elif pd.api.types.is_numeric_dtype(column):
            kinds[name], typed[name] = ColumnKind.NUMERIC, column.astype(np.float64)
        else:
            kinds[name] = ColumnKind.CATEGORICAL
            typed[name] = column.astype(object).where(column.notna(), None)
    return describe(pd.DataFrame(typed), kinds)


def with_gaps(frame: pd.DataFrame, share: float = 0.1, seed: int = 0) -> pd.DataFrame:
    """Return ``frame`` with a share of cells taken out at random."""
    rng = np.random.default_rng(seed)
    return frame.mask(rng.random(frame.shape) < share)


def compiled(
    table: Table, *steps: StepChoice, needs: InputNeeds = LINEAR_WITH_GAPS, task: TaskKind | None = None
) -> Compiled:
    """Compile a plan of ``steps``."""
    return compile_plan(PreparePlan(steps=steps), table.columns, needs, task=task)


def step(key: str, columns: Any, /, **params: Any) -> StepChoice:
    """Return a choice of a step on columns."""
    return StepChoice(step=key, columns=tuple(columns), params=params)


def run(table: Table, *steps: StepChoice, y: Any = None, **kwargs: Any) -> np.ndarray:
    """Return the matrix of ``table``'s rows after ``steps``; any warning is an error."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return np.asarray(compiled(table, *steps, **kwargs).transformer.fit_transform(table.frame, y))


def run_rows(table: Table, *steps: StepChoice, y: Any = None, **kwargs: Any) -> Prepared:
    """Return what a model would learn from."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return fit_rows(compiled(table, *steps, **kwargs).transformer, table.frame, y)
