"""Rows prepared once, and shared by all models of a run that want the same preparation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from core.prepare.compiler import Compiled
from core.prepare.fitting import fit_rows


@dataclass(frozen=True)
class PreparedFold:
    """One fold's rows on the way to a model.

    Attributes
    ----------
    transformer : sklearn.pipeline.Pipeline
        Fitted on the fold's training rows.
    matrix : ndarray or csr_matrix of shape (n_kept, n_features)
        Rows to learn from.
    rows : ndarray of int, shape (n_kept,)
        Which of the training rows they are.
    test : ndarray or csr_matrix of shape (n_test, n_features)
        Rows to judge on.
    """

    transformer: Any
    matrix: Any
    rows: np.ndarray
    test: Any


def prepare_fold(compiled: Compiled, fit: pd.DataFrame, y: np.ndarray, test: pd.DataFrame) -> PreparedFold:
    """Fit the preparation on the rows ``fit`` with target ``y``, and prepare the rows ``test`` with it."""
    from sklearn.base import clone

    transformer = clone(compiled.transformer)
    learned = fit_rows(transformer, fit, y)
    tested = transformer.transform(test) if len(test) else np.empty((0, learned.matrix.shape[1]))
    return PreparedFold(transformer, learned.matrix, learned.rows, tested)
