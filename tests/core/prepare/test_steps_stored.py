"""Every registered step survives being stored: only known types, and the same matrix afterwards."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline

from core.models.fitted import FittedModel
from core.models.persistence import load_model, save_model
from core.prepare.compiler import compile_plan
from core.prepare.fitting import fit_rows
from core.prepare.plan import InputNeeds, StepChoice
from core.prepare.registry import STEPS
from core.prepare.spec import StepSpec
from core.types import TaskKind
from tests.core.prepare.plans import features_after, finished, works
from tests.core.prepare.tables import Table, mixed

# What is not live (UMAP, recursive selection) takes too long to fit here.
OF_COLUMNS = [spec for spec in STEPS if spec.scope.has_columns and spec.live and spec.key != "drop_columns"]
MOST_VARIANTS = 4


def variants(spec: StepSpec) -> list[dict[str, str]]:
    """Return settings that take each value of the first choice once, and values of the others along with it."""
    choices = [param for param in spec.params if param.kind == "choice"]
    count = min(max((len(param.choices) for param in choices), default=1), MOST_VARIANTS)
    return [{param.name: param.choices[n % len(param.choices)] for param in choices} for n in range(count)]


def chosen(spec: StepSpec, table: Table, params: dict[str, str]) -> StepChoice | None:
    """Return the step on up to three columns that suit it, its column parameters named; None where none suits."""
    before: tuple[StepChoice, ...] = ()
    suited = [f.root for f in features_after(table, before) if f.kind in spec.kinds and f.form in spec.takes]
    named = {}
    for param in spec.params:
        if param.kind == "column":
            fit = [c.name for c in table.columns if not param.column_kinds or c.kind in param.column_kinds]
            free = [name for name in fit if name not in suited[:3] + list(named.values())] or fit
            named[param.name] = free[0] if free else ""
        elif param.kind in ("text", "lines") and not param.default and param.examples:
            named[param.name] = param.examples[0]
    if not suited:
        return None
    choice = StepChoice(step=spec.key, columns=tuple(suited[:3]), params={**named, **params})
    return choice if works(table, finished(table, (choice,)), TaskKind.BINARY) else None


@pytest.mark.parametrize("spec", OF_COLUMNS, ids=lambda spec: spec.key)
def test_a_stored_step_gives_the_same_matrix(spec: StepSpec, tmp_path: Path) -> None:
    table = mixed(60)
    y = np.where(np.arange(60) % 3 == 0, "no", "yes").astype(object)
    tried = 0
    for params in variants(spec):
        choice = chosen(spec, table, params)
        if choice is None:
            continue
        tried += 1
        compiled = compile_plan(
            finished(table, (choice,)), table.columns, InputNeeds(), task=TaskKind.BINARY, seed=tried
        )
        prepared = fit_rows(compiled.transformer, table.frame, y)
        model = LogisticRegression(max_iter=1).fit(np.zeros((2, prepared.matrix.shape[1])), ["no", "yes"])
        pipeline = Pipeline([*compiled.transformer.steps, ("model", model)])
        fitted = FittedModel(pipeline, TaskKind.BINARY, "bought", compiled.columns, ("no", "yes"), "logistic")
        save_model(fitted, tmp_path / str(tried))
        again = load_model(tmp_path / str(tried)).pipeline[:-1].transform(mixed(30, seed=9).frame)
        np.testing.assert_array_equal(again, pipeline[:-1].transform(mixed(30, seed=9).frame))
