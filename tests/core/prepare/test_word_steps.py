"""The laws of preparation for each step of text, places, amounts and formulas, and their way to disk and back."""

from __future__ import annotations

import warnings
from pathlib import Path

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings

from core.models.fitted import FittedModel
from core.models.persistence import load_model, save_model
from core.prepare.compiler import compile_plan
from core.prepare.fitting import fit_rows
from core.prepare.outline import outline_plan
from core.prepare.plan import InputNeeds, PreparePlan, StepChoice
from core.prepare.registry import get_step
from core.prepare.spec import Form, StepScope, StepSpec
from core.prepare.steps import formula, places, text
from core.types import TaskKind
from tests.core.prepare.plans import NEEDS, choices, finished, works
from tests.core.prepare.tables import mixed, tables

# What needs a model's folder is tried with one in test_steps_text.
SPECS = [spec for spec in (*text.STEPS, *places.STEPS, *formula.STEPS) if spec.key != "embed_text"]
few = settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.key)
@few
@given(data=st.data())
def test_any_table_becomes_finite_numbers_row_by_row(spec: StepSpec, data: st.DataObject) -> None:
    train, test = data.draw(tables())
    choice = data.draw(choices(spec, train))
    plan = finished(train, () if choice is None else (choice,))
    assume(works(train, plan, TaskKind.BINARY))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        pipeline = compile_plan(plan, train.columns, data.draw(NEEDS)).transformer
        learned = pipeline.fit_transform(train.frame)
        again = pipeline.transform(train.frame)
        batch = pipeline.transform(test.frame)
    assert np.isfinite(learned).all()
    assert np.isfinite(batch).all()
    np.testing.assert_array_equal(learned, again)
    for place in range(len(batch)):
        np.testing.assert_array_equal(pipeline.transform(test.frame.iloc[[place]])[0], batch[place])


PARAMS: dict[str, dict[str, object]] = {
    "place_distance": {"longitude": "age"},
    "place_centres": {"longitude": "age"},
    "place_turned": {"longitude": "age"},
    "place_cell": {"longitude": "age"},
    "compute_column": {"formula": "concat(note, '!')"},
    "clean_text": {"stop_words": "english", "stemming": "english", "rules": "red => rose"},
}


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.key)
def test_a_fitted_step_comes_back_from_disk_as_it_was(spec: StepSpec, tmp_path: Path) -> None:
    table = mixed(60)
    column = "amount" if spec.key.startswith("place_") else "note"
    choice = StepChoice(step=spec.key, columns=(column,), params=PARAMS.get(spec.key, {}))
    plan = finished(table, (choice,))
    pipeline = compile_plan(plan, table.columns, InputNeeds()).transformer
    fit_rows(pipeline, table.frame, None)
    fitted = FittedModel(
        pipeline=pipeline, task=TaskKind.REGRESSION, target="y", columns=table.columns, classes=(), key="k"
    )
    save_model(fitted, tmp_path)
    loaded = load_model(tmp_path).pipeline
    np.testing.assert_array_equal(loaded.transform(table.frame), pipeline.transform(table.frame))


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.key)
def test_the_outline_is_honest_about_width(spec: StepSpec) -> None:
    if spec.scope is StepScope.ROWS:
        pytest.skip("rows are taken out, no column changes")
    table = mixed(60)
    column = "amount" if spec.key.startswith("place_") else "note"
    choice = StepChoice(step=spec.key, columns=(column,), params=PARAMS.get(spec.key, {}), name="made")
    made = outline_plan(PreparePlan(steps=(choice,)), table.columns, InputNeeds()).steps[0].given[0]
    if made.form is not Form.NUMBER:
        assert made.width == 1
        return
    only = tuple(c for c in table.columns if c.name in (column, PARAMS.get(spec.key, {}).get("longitude")))
    compiled = compile_plan(PreparePlan(steps=(choice,)), only, InputNeeds(native_missing=True))
    width = compiled.transformer.fit_transform(table.frame).shape[1]
    others = sum(f.width for f in compiled.outline.used if f.root != made.root)
    exact = spec.key not in ("encode_text", "count_words", "encode_lists")
    assert width - others == made.width if exact else 0 < width - others <= made.width


def test_every_step_of_words_and_places_explains_itself() -> None:
    for spec in (*SPECS, get_step("embed_text")):
        assert spec.purpose.endswith(".")
        assert spec.when.endswith(".")
        assert spec.formula
        assert spec.source
        assert spec.sentence
        assert all(param.help and param.why_default for param in spec.params)
