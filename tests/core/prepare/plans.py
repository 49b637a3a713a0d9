"""Plans drawn from whatever steps are registered: a new step is tested by being registered."""

from __future__ import annotations

from collections.abc import Sequence

import hypothesis.strategies as st

from core.errors import InvalidInput
from core.params import ParamSpec, ParamValue
from core.prepare.outline import outline_plan
from core.prepare.plan import InputNeeds, PreparePlan, StepChoice
from core.prepare.registry import STEPS
from core.prepare.spec import Feature, Form, StepSpec
from core.types import Encoding, TaskKind
from tests.core.prepare.tables import Table

NEEDS = st.builds(InputNeeds, encoding=st.sampled_from(Encoding), scaling=st.booleans())


@st.composite
def plans(
    draw: st.DrawFn,
    table: Table,
    task: TaskKind = TaskKind.BINARY,
    steps: Sequence[StepSpec] = STEPS,
    most: int = 5,
) -> PreparePlan:
    """Draw a few steps that suit what the columns are by then, then what is needed to reach a matrix."""
    chosen: list[StepChoice] = []
    offered = [spec for spec in steps if spec.scope.has_columns and (not spec.tasks or task in spec.tasks)]
    for _ in range(draw(st.integers(0, most))):
        choice = draw(choices(draw(st.sampled_from(offered)), table, tuple(chosen)))
        if choice is not None and works(table, finished(table, (*chosen, choice)), task):
            chosen.append(choice)
    return finished(table, tuple(chosen))


@st.composite
def choices(draw: st.DrawFn, spec: StepSpec, table: Table, before: tuple[StepChoice, ...] = ()) -> StepChoice | None:
    """Draw ``spec`` on some of the columns that suit it at that point; None where none does."""
    suited = [f.root for f in features_after(table, before) if f.kind in spec.kinds and f.form in spec.takes]
    if not suited:
        return None
    # Something must be left to learn from.
    most = len(suited) if spec.key != "drop_columns" else 1
    columns = draw(st.lists(st.sampled_from(suited), unique=True, min_size=1, max_size=most))
    params = {param.name: draw(params_of(param, table)) for param in spec.params}
    return StepChoice(step=spec.key, columns=tuple(columns), params=params)


def params_of(spec: ParamSpec, table: Table) -> st.SearchStrategy[ParamValue]:
    """Draw a value the declaration allows."""
    match spec.kind:
        case "bool":
            return st.booleans()
        case "choice":
            return st.sampled_from(spec.choices)
        case "int":
            return st.integers(int(spec.low or 0), min(int(spec.high or 0), int(spec.low or 0) + 40))
        case "float":
            return st.floats(spec.low, spec.high)
        case "column":
            suited = [c.name for c in table.columns if not spec.column_kinds or c.kind in spec.column_kinds]
            return st.sampled_from([*suited, *([""] if spec.optional or not suited else [])])
        case _:
            return st.sampled_from(spec.examples or (str(spec.default or ""),))


def features_after(table: Table, steps: tuple[StepChoice, ...]) -> tuple[Feature, ...]:
    """Return what the columns are after ``steps``, for a model that wants one-hot columns."""
    return outline_plan(PreparePlan(steps=steps), table.columns, InputNeeds()).features


def finished(table: Table, steps: tuple[StepChoice, ...]) -> PreparePlan:
    """Add what turns the rest of the words and dates into numbers."""
    try:
        left = features_after(table, steps)
    except InvalidInput:
        return PreparePlan(steps=steps)
    words = tuple(f.root for f in left if f.form is Form.WORDS)
    dates = tuple(f.root for f in left if f.form is Form.DATE)
    more = [StepChoice(step="encode_categories", columns=words)] if words else []
    more += [StepChoice(step="expand_dates", columns=dates)] if dates else []
    return PreparePlan(steps=(*steps, *more))


def works(table: Table, plan: PreparePlan, task: TaskKind) -> bool:
    """Tell whether every family of models can take the plan (a refusal is a message, tested elsewhere)."""
    boosting = InputNeeds(encoding=Encoding.CODES, scaling=False, native_missing=True)
    try:
        families = [boosting, *(InputNeeds(encoding=encoding) for encoding in Encoding)]
        return all(outline_plan(plan, table.columns, needs, task=task).used for needs in families)
    except InvalidInput:
        return False
