"""Nothing learned touches the rows it is tested on: proved for every registered step, and for plans drawn from them."""

from __future__ import annotations

from typing import Any

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold

from core.models.wrapping import wrap
from core.prepare.compiler import Compiled, compile_plan
from core.prepare.plan import InputNeeds, PreparePlan
from core.prepare.registry import STEPS
from core.prepare.spec import StepSpec
from core.run.prepared import FoldRows, prepare_fold
from core.types import TaskKind
from tests.core.prepare.plans import choices, finished, plans, works
from tests.core.prepare.tables import Table, mixed, mixed_frame

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

ROWS = 160
# Area under the curve of a model that knows nothing has this spread around one half (Hanley and McNeil, 1982).
SPREAD = float(np.sqrt((ROWS + 1) / (12 * (ROWS / 2) ** 2)))
BINARY_STEPS = [spec for spec in STEPS if not spec.tasks or TaskKind.BINARY in spec.tasks]
COLUMN_STEPS = [spec for spec in BINARY_STEPS if spec.scope.has_columns]
# Compiling UMAP takes half a minute.
SLOW = {"umap_components"}
few = settings(
    max_examples=2,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)


def each_of(steps: list[StepSpec]) -> list[Any]:
    """Return one case a step."""
    slow = pytest.mark.slow
    return [pytest.param(spec, id=spec.key, marks=[slow] if spec.key in SLOW else []) for spec in steps]


@pytest.fixture(scope="module")
def table() -> Table:
    return mixed(ROWS)


def shuffled_target(seed: int) -> np.ndarray:
    """Return a target that has nothing to do with any column."""
    return np.random.default_rng(seed).permutation(np.repeat(["no", "yes"], ROWS // 2)).astype(str)


def out_of_fold(compiled: Compiled, frame: pd.DataFrame, y: np.ndarray) -> float:
    """Return the area under the curve over rows that no fit has seen."""
    shares = np.empty(len(y))
    for fit, test in StratifiedKFold(2, shuffle=True, random_state=0).split(frame, y):
        ready = prepare_fold(compiled, FoldRows(frame, fit, test, y[fit]))
        model = wrap(LogisticRegression(max_iter=200), compiled.fit_steps, task=TaskKind.BINARY, seed=0, positive="yes")
        model.fit(ready.matrix, y[fit][ready.rows])
        shares[test] = model.predict_proba(ready.test)[:, 1]
    return float(roc_auc_score(y == "yes", shares))


def plan_with(spec: StepSpec, table: Table, data: st.DataObject) -> PreparePlan:
    choice = data.draw(choices(spec, table))
    plan = finished(table, () if choice is None else (choice,))
    # A choice that is refused is a message, tested with its step.
    return plan if works(table, plan, TaskKind.BINARY) else finished(table, ())


@pytest.mark.parametrize("spec", each_of(BINARY_STEPS))
@few
@given(data=st.data(), seed=st.integers(0, 1000))
def test_with_a_shuffled_target_every_step_leaves_the_score_at_chance(
    spec: StepSpec, table: Table, data: st.DataObject, seed: int
) -> None:
    plan = plan_with(spec, table, data)
    compiled = compile_plan(plan, table.columns, InputNeeds(), task=TaskKind.BINARY)
    assert abs(out_of_fold(compiled, table.frame, shuffled_target(seed)) - 0.5) < 5 * SPREAD


@settings(few, max_examples=8)
@given(data=st.data(), seed=st.integers(0, 1000))
def test_with_a_shuffled_target_combined_steps_leave_the_score_at_chance(
    table: Table, data: st.DataObject, seed: int
) -> None:
    quick = [spec for spec in STEPS if spec.key not in SLOW]
    compiled = compile_plan(data.draw(plans(table, steps=quick)), table.columns, InputNeeds(), task=TaskKind.BINARY)
    assert abs(out_of_fold(compiled, table.frame, shuffled_target(seed)) - 0.5) < 5 * SPREAD


@pytest.mark.parametrize("spec", each_of(COLUMN_STEPS))
@few
@given(data=st.data(), seed=st.integers(0, 1000))
def test_changing_test_rows_never_changes_what_was_learned(
    spec: StepSpec, table: Table, data: st.DataObject, seed: int
) -> None:
    compiled = compile_plan(plan_with(spec, table, data), table.columns, InputNeeds(), task=TaskKind.BINARY)
    y, fit, test = shuffled_target(seed), np.arange(0, ROWS, 2), np.arange(1, ROWS, 2)
    other = table.frame.copy()
    other.iloc[test] = mixed_frame(ROWS, seed).assign(amount=1e9, town="never seen").iloc[test]
    learned = prepare_fold(compiled, FoldRows(table.frame, fit, test, y[fit]))
    again = prepare_fold(compiled, FoldRows(other, fit, test, y[fit]))
    np.testing.assert_array_equal(dense(learned.matrix), dense(again.matrix))
    np.testing.assert_array_equal(learned.rows, again.rows)
    probe = table.frame.iloc[fit]
    np.testing.assert_array_equal(
        dense(learned.transformer.transform(probe)), dense(again.transformer.transform(probe))
    )


def dense(matrix: object) -> np.ndarray:
    return matrix.toarray() if hasattr(matrix, "toarray") else np.asarray(matrix)


def test_the_proof_would_find_a_leak() -> None:
    """Fitted on all rows, an encoding by the target gives away the target of the rows tested on."""
    from sklearn.preprocessing import TargetEncoder

    shops = pd.DataFrame({"shop": pd.Series([f"s{n // 2}" for n in range(ROWS)], dtype=object)})
    y = shuffled_target(1)
    leaked = TargetEncoder(smooth=1.0).fit(shops, y).transform(shops)
    shares = np.empty(ROWS)
    for fit, test in StratifiedKFold(2, shuffle=True, random_state=0).split(shops, y):
        shares[test] = LogisticRegression().fit(leaked[fit], y[fit]).predict_proba(leaked[test])[:, 1]
    assert roc_auc_score(y == "yes", shares) - 0.5 > 5 * SPREAD
