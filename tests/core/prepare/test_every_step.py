"""The laws of every step, held by being registered: any table, stored and loaded, in any batch, and told."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline

from core.models.fitted import FittedModel
from core.models.persistence import load_model, save_model
from core.prepare.compiler import Compiled, compile_plan
from core.prepare.fitting import fit_rows
from core.prepare.plan import InputNeeds
from core.prepare.registry import STEPS
from core.prepare.spec import StepSpec
from core.types import TaskKind
from tests.core.prepare.each_step import OF_COLUMNS, compiled_variants, labels
from tests.core.prepare.plans import NEEDS, choices, finished, works
from tests.core.prepare.tables import mixed, tables

ROWS = 60
EVERY_STEP = pytest.mark.parametrize("spec", OF_COLUMNS, ids=lambda spec: spec.key)
few = settings(
    max_examples=3,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)


@EVERY_STEP
@few
@given(data=st.data())
def test_any_table_becomes_finite_numbers_row_by_row(spec: StepSpec, data: st.DataObject) -> None:
    train, test = data.draw(tables())
    choice = data.draw(choices(spec, train))
    plan = finished(train, () if choice is None else (choice,))
    if not works(train, plan, TaskKind.BINARY):
        return
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        pipeline = compile_plan(plan, train.columns, data.draw(NEEDS), task=TaskKind.BINARY).transformer
        learned = dense(pipeline.fit_transform(train.frame, labels(len(train.frame))))
        batch = dense(pipeline.transform(test.frame))
    assert np.isfinite(learned).all()
    assert np.isfinite(batch).all()
    for place in range(len(batch)):
        np.testing.assert_array_equal(dense(pipeline.transform(test.frame.iloc[[place]]))[0], batch[place])


@pytest.fixture(scope="module", params=OF_COLUMNS, ids=lambda spec: spec.key)
def fitted(request: pytest.FixtureRequest) -> list[Compiled]:
    """A step with each of its choices, fitted once for the laws of what is fitted."""
    table = mixed(ROWS)
    found = list(compiled_variants(request.param, table, InputNeeds(native_missing=True)))
    for compiled in found:
        fit_rows(compiled.transformer, table.frame, labels(ROWS))
    return found


def test_a_stored_step_gives_the_same_matrix(fitted: list[Compiled], tmp_path: Path) -> None:
    later = mixed(30, seed=9).frame
    for number, compiled in enumerate(fitted):
        width = len(compiled.transformer.get_feature_names_out())
        model = LogisticRegression(max_iter=1).fit(np.zeros((2, width)), ["no", "yes"])
        pipeline = Pipeline([*compiled.transformer.steps, ("model", model)])
        whole = FittedModel(pipeline, TaskKind.BINARY, "bought", compiled.columns, ("no", "yes"), "logistic")
        save_model(whole, tmp_path / str(number))
        again = load_model(tmp_path / str(number)).pipeline[:-1].transform(later)
        np.testing.assert_array_equal(dense(again), dense(pipeline[:-1].transform(later)))


def test_large_batches_and_single_rows_give_the_same_bits(fitted: list[Compiled]) -> None:
    # Vectorised arithmetic treats the ends of long arrays, and other orders in memory, in ways of its own.
    later = mixed(301, seed=4).frame
    for compiled in fitted:
        batch = dense(compiled.transformer.transform(later))
        np.testing.assert_array_equal(dense(compiled.transformer.transform(later.iloc[::-2])), batch[::-2])
        for place in (0, 150, 300):
            alone = dense(compiled.transformer.transform(later.iloc[[place]]))
            np.testing.assert_array_equal(alone[0], batch[place])


def dense(matrix: Any) -> np.ndarray:
    return matrix.toarray() if hasattr(matrix, "toarray") else matrix


@pytest.mark.parametrize("spec", STEPS, ids=lambda spec: spec.key)
def test_a_step_explains_itself(spec: StepSpec) -> None:
    assert spec.purpose.endswith(".")
    assert spec.when.endswith(".")
    assert spec.sentence
    assert spec.formula
    assert spec.source
    assert [param.name for param in spec.params if not (param.label and param.help and param.why_default)] == []
