"""Fit a compiled plan on the rows of a fold. Only here are rows taken out, and only out of what is learned from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from core.errors import LatheError
from core.prepare.stages import Rows

_FEWEST = 10


@dataclass(frozen=True)
class Prepared:
    """What a model learns from.

    Attributes
    ----------
    matrix : ndarray or csr_matrix of shape (n_kept, n_features)
        Prepared rows.
    rows : ndarray of int, shape (n_kept,)
        Which of the given rows they are.
    """

    matrix: Any
    rows: np.ndarray


def fit_rows(pipeline: Any, X: pd.DataFrame, y: np.ndarray | None) -> Prepared:
    """Fit ``pipeline`` stage by stage, without the rows that its steps take out.

    Parameters
    ----------
    pipeline : sklearn.pipeline.Pipeline
        From `core.prepare.compiler.compile_plan`; fitted in place.
    X : DataFrame of shape (n_rows, n_columns)
        Raw rows to learn from.
    y : ndarray of shape (n_rows,), or None
        Their target.

    Returns
    -------
    Prepared

    Raises
    ------
    LatheError
        Where the steps leave too few rows, or no column, to learn from.
    """
    done = fit_stages([stage for _, stage in pipeline.steps], X, y)
    if done.matrix.shape[1] == 0:
        raise LatheError(
            "The plan's steps left no column to learn from in these rows.",
            hint="Keep more columns: allow more missing cells, or take a selection step out.",
            field="plan",
        )
    return done


def fit_stages(stages: Sequence[Any], flow: Any, y: np.ndarray | None) -> Prepared:
    """Fit some stages of a pipeline on rows that stand before them; the ``matrix`` is what the last of them gives."""
    given = len(flow)
    rows = np.arange(given)
    for stage in stages:
        target = None if y is None else y[rows]
        if isinstance(stage, Rows):
            keep = stage.fit(flow, target).keep_rows(flow, target)
            _refuse_few(int(keep.sum()), given)
            flow, rows = flow.rows(keep), rows[keep]
        else:
            flow = stage.fit_transform(flow, target)
    return Prepared(flow, rows)


def _refuse_few(left: int, given: int) -> None:
    if left < min(_FEWEST, given):
        raise LatheError(
            f"Steps that take out rows must leave at least {_FEWEST} to learn from; {left} of {given:,} are left.",
            hint="Fill the missing cells or cap the outliers instead of taking rows out.",
            field="plan",
        )
