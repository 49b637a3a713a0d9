"""The width that is forecast for each step of text, places, amounts and formulas is the width that comes."""

from __future__ import annotations

import pytest

from core.prepare.compiler import compile_plan
from core.prepare.outline import outline_plan
from core.prepare.plan import InputNeeds, PreparePlan, StepChoice
from core.prepare.spec import Form, StepScope, StepSpec
from core.prepare.steps import formula, places, text
from tests.core.prepare.tables import mixed

# What needs a model's folder is tried with one in test_steps_text.
SPECS = [spec for spec in (*text.STEPS, *places.STEPS, *formula.STEPS) if spec.key != "embed_text"]
PARAMS: dict[str, dict[str, object]] = {
    "place_distance": {"longitude": "age"},
    "place_centres": {"longitude": "age"},
    "place_turned": {"longitude": "age"},
    "place_cell": {"longitude": "age"},
    "compute_column": {"formula": "concat(note, '!')"},
    "clean_text": {"stop_words": "english", "stemming": "english", "rules": "red => rose"},
}


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
