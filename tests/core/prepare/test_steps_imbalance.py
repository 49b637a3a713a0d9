"""Steps of the fit in a plan: they take no columns, change no column, and suit classes only."""

from __future__ import annotations

import pytest

from core.errors import InvalidInput
from core.params import validate_params
from core.prepare.compiler import compile_plan
from core.prepare.plan import InputNeeds, PreparePlan, StepChoice
from core.prepare.spec import Family, StepContext, StepScope
from core.prepare.steps.imbalance import STEPS
from core.types import Encoding, TaskKind
from tests.core.prepare.tables import mixed

COLUMNS = tuple(column for column in mixed(30).columns if column.name in ("amount", "age"))
NEEDS = InputNeeds()


@pytest.mark.parametrize("spec", STEPS, ids=lambda spec: spec.key)
def test_a_step_of_the_fit_is_handed_on_and_leaves_the_columns(spec):
    plan = PreparePlan(steps=(StepChoice(step=spec.key),))
    compiled = compile_plan(plan, COLUMNS, NEEDS, task=TaskKind.BINARY)
    assert [step.spec.key for step in compiled.fit_steps] == [spec.key]
    assert compiled.outline.features == compile_plan(PreparePlan(), COLUMNS, NEEDS).outline.features
    assert spec.phrase(validate_params(spec.params, {}), StepContext((), NEEDS))
    with pytest.raises(InvalidInput, match="does not suit a regression task"):
        compile_plan(plan, COLUMNS, NEEDS, task=TaskKind.REGRESSION)


def test_only_two_classes_have_a_threshold():
    plan = PreparePlan(steps=(StepChoice(step="move_threshold"),))
    with pytest.raises(InvalidInput, match="multiclass"):
        compile_plan(plan, COLUMNS, NEEDS, task=TaskKind.MULTICLASS)


def test_a_step_of_the_fit_may_be_for_one_family():
    plan = PreparePlan(steps=(StepChoice(step="smote", families=(Family.LINEAR,)),))
    trees = InputNeeds(encoding=Encoding.CODES, scaling=False)
    assert compile_plan(plan, COLUMNS, NEEDS, task=TaskKind.BINARY).fit_steps
    assert not compile_plan(plan, COLUMNS, trees, task=TaskKind.BINARY).fit_steps


def test_every_way_says_what_it_does():
    context = StepContext((), NEEDS)
    weigh, threshold = STEPS[0], STEPS[-1]
    phrases = {
        spec.phrase(validate_params(spec.params, {name: choice}), context)
        for spec, name in ((weigh, "method"), (threshold, "criterion"))
        for choice in spec.params[0].choices
    }
    assert len(phrases) == sum(len(spec.params[0].choices) for spec in (weigh, threshold))
    assert all(spec.scope is StepScope.FIT and not spec.scope.has_columns for spec in STEPS)


def test_steps_that_change_the_mix_of_classes_say_what_becomes_of_probabilities() -> None:
    changing = ("weigh_classes", "over_sample", "under_sample", "smote", "near_miss", "smote_tomek", "balanced_bag")
    assert [spec.key for spec in STEPS if spec.key in changing and "Probabilities" not in spec.when] == []
