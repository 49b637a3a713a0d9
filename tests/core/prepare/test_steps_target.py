"""The transformed target in a plan: for numbers only, each shape with its words."""

from __future__ import annotations

import pytest

from core.errors import InvalidInput
from core.prepare.compiler import compile_plan
from core.prepare.plan import InputNeeds, PreparePlan, StepChoice
from core.prepare.spec import StepContext
from core.prepare.steps.target import TRANSFORM_TARGET
from core.types import TaskKind
from tests.core.prepare.tables import mixed

COLUMNS = tuple(column for column in mixed(30).columns if column.name in ("amount", "age"))


def test_it_is_handed_on_for_numbers_and_refused_for_classes():
    plan = PreparePlan(steps=(StepChoice(step="transform_target"),))
    compiled = compile_plan(plan, COLUMNS, InputNeeds(), task=TaskKind.REGRESSION)
    assert [step.params["method"] for step in compiled.fit_steps] == ["log"]
    with pytest.raises(InvalidInput, match="does not suit a binary task"):
        compile_plan(plan, COLUMNS, InputNeeds(), task=TaskKind.BINARY)


def test_each_shape_has_its_words():
    context = StepContext((), InputNeeds())
    methods = TRANSFORM_TARGET.params[0].choices
    assert len({TRANSFORM_TARGET.phrase({"method": method}, context) for method in methods}) == len(methods)
