"""What all models of a run share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.data.schema import ColumnSchema
from core.data.split import SplitIndices
from core.data.task import Task
from core.evaluate.metrics import MetricSpec
from core.prepare.plan import PreparePlan
from core.run.prepared import FoldCache


@dataclass(frozen=True)
class TrainingData:
    """What all models of a run share.

    Attributes
    ----------
    frame : DataFrame of shape (n_rows, n_columns)
        Raw columns: the features, and those set aside.
    columns, aside : tuple of ColumnSchema
        The features; and columns that steps may only look at (a group, a time). Neither holds the target.
    y : ndarray of shape (n_rows,)
        Target, with missing where unknown; the split names known rows only.
    metrics : tuple of MetricSpec
        The one that ranks the board first.
    costs : ndarray of shape (n_classes, n_classes) or None
        What mistakes cost (`core.evaluate.costs.cost_matrix`).
    weights : ndarray of shape (n_rows,) or None
        How much each row counts in the scores.
    cache : FoldCache or None
        Keeps prepared folds of ``frame``. Whoever changes cells of ``frame`` must leave it out.
    table : str
        Fingerprint of all cells that are read, under which finished folds are kept while a model trains; empty keeps
        none.
    """

    frame: pd.DataFrame
    y: np.ndarray
    split: SplitIndices
    columns: tuple[ColumnSchema, ...]
    aside: tuple[ColumnSchema, ...]
    plan: PreparePlan
    classes: tuple[str, ...]
    metrics: tuple[MetricSpec, ...]
    task: Task
    costs: np.ndarray | None = None
    weights: np.ndarray | None = None
    cache: FoldCache | None = None
    table: str = ""
