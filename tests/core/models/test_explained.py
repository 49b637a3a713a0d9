"""Importance and the parts of one prediction, on raw columns, for models that answer in their own way."""

from __future__ import annotations

import pytest

from core.explain.importance import permutation_importance
from core.explain.rows import explain_row
from core.types import TaskKind
from tests.core.models import contract

KEYS = ("xgboost", "catboost", "svm", "gaussian_process", "mlp", "bagging")


@pytest.mark.parametrize("key", KEYS)
def test_the_columns_that_make_the_target_matter_most(key: str) -> None:
    model, rows = contract.fitted(key, TaskKind.REGRESSION), contract.table().frame
    truth = contract.target(TaskKind.REGRESSION)
    found = permutation_importance(model, rows[:60], truth[:60], metric="r2", repeats=2)
    assert {column.column for column in found.columns[:3]} & {"amount", "town"}
    told = explain_row(model, rows[:4], rows[5:6], max_background=4)
    total = told.base + sum(part.shap for part in told.contributions)
    assert total == pytest.approx(float(model.predict(rows[5:6]).values[0]), rel=1e-4, abs=1e-4)
