"""Every registered step, by construction: stored and loaded it gives the same, and so it does in any batch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline

from core.models.fitted import FittedModel
from core.models.persistence import load_model, save_model
from core.prepare.fitting import fit_rows
from core.prepare.plan import InputNeeds
from core.prepare.spec import StepSpec
from core.types import TaskKind
from tests.core.prepare.each_step import OF_COLUMNS, compiled_variants, labels
from tests.core.prepare.tables import mixed

ROWS = 60
EVERY_STEP = pytest.mark.parametrize("spec", OF_COLUMNS, ids=lambda spec: spec.key)


@EVERY_STEP
def test_a_stored_step_gives_the_same_matrix(spec: StepSpec, tmp_path: Path) -> None:
    table, later = mixed(ROWS), mixed(30, seed=9).frame
    for number, compiled in enumerate(compiled_variants(spec, table, InputNeeds())):
        width = fit_rows(compiled.transformer, table.frame, labels(ROWS)).matrix.shape[1]
        model = LogisticRegression(max_iter=1).fit(np.zeros((2, width)), ["no", "yes"])
        pipeline = Pipeline([*compiled.transformer.steps, ("model", model)])
        fitted = FittedModel(pipeline, TaskKind.BINARY, "bought", compiled.columns, ("no", "yes"), "logistic")
        save_model(fitted, tmp_path / str(number))
        again = load_model(tmp_path / str(number)).pipeline[:-1].transform(later)
        np.testing.assert_array_equal(dense(again), dense(pipeline[:-1].transform(later)))


@EVERY_STEP
def test_large_batches_and_single_rows_give_the_same_bits(spec: StepSpec) -> None:
    # Vectorised arithmetic treats the ends of long arrays, and other orders in memory, in ways of its own.
    table, later = mixed(ROWS), mixed(301, seed=4).frame
    needs = InputNeeds(native_missing=True)
    for compiled in compiled_variants(spec, table, needs):
        fit_rows(compiled.transformer, table.frame, labels(ROWS))
        batch = dense(compiled.transformer.transform(later))
        np.testing.assert_array_equal(dense(compiled.transformer.transform(later.iloc[::-2])), batch[::-2])
        for place in (0, 7, 150, 299, 300):
            alone = dense(compiled.transformer.transform(later.iloc[[place]]))
            np.testing.assert_array_equal(alone[0], batch[place])


def dense(matrix: Any) -> np.ndarray:
    return matrix.toarray() if hasattr(matrix, "toarray") else matrix
