"""Plans that cost less than a given one: another encoding of its widest columns, fewer words, or without them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from core.data.schema import ColumnSchema
from core.errors import LatheError
from core.prepare.forecast_types import CheaperPlan, FamilyForecast
from core.prepare.journeys import FAMILY_NEEDS
from core.prepare.outline import outline_plan
from core.prepare.plan import PreparePlan, StepChoice
from core.prepare.registry import get_step
from core.types import TaskKind

_MOST_ROOTS = 3
_MOST_PLANS = 8
_WORTH_IT = 0.8
"""A plan that leaves more of the columns than this is not worth a click."""

_FEW_LEVELS = 30
_REASON = "Keeps the table narrow."
_FEW_WORDS = 100

Change = tuple[str, PreparePlan]


def cheaper_plans(
    plan: PreparePlan,
    families: Sequence[FamilyForecast],
    roots: Sequence[str],
    columns: Sequence[ColumnSchema],
    *,
    aside: Sequence[ColumnSchema] = (),
    task: TaskKind | None = None,
) -> tuple[CheaperPlan, ...]:
    """Return plans that make fewer columns, each of which can be carried out for every family.

    Parameters
    ----------
    plan, families
        The plan and its forecast.
    roots : sequence of str
        What is worth making narrower, the widest first.
    columns, aside, task
        What the plan is made for.
    """
    before = max(one.width for one in families)
    found = []
    for root in roots[:_MOST_ROOTS]:
        for sentence, other in _changes(plan, root, columns):
            width = _width(other, columns, aside, task)
            if width is not None and width <= _WORTH_IT * before:
                found.append(CheaperPlan(f"{sentence}: {width:,} columns in all instead of {before:,}.", other, width))
    return tuple(found[:_MOST_PLANS])


def _width(
    plan: PreparePlan, columns: Sequence[ColumnSchema], aside: Sequence[ColumnSchema], task: TaskKind | None
) -> int | None:
    """Return the columns of the widest family; None where the plan has a problem."""
    widths = []
    for needs in FAMILY_NEEDS.values():
        try:
            used = outline_plan(plan, columns, needs, aside=aside, task=task).used
        except LatheError:
            return None
        widths.append(sum(feature.width for feature in used))
    return max(widths) if min(widths) else None


def _changes(plan: PreparePlan, root: str, columns: Sequence[ColumnSchema]) -> Iterator[Change]:
    """Give plans in which ``root`` is encoded in another way, best first."""
    kinds = {column.name: column.kind for column in columns}
    for place, choice in enumerate(plan.steps):
        if choice.enabled and (root in choice.columns or kinds.get(root) in choice.of_kind):
            yield from _encoded_otherwise(plan, place, root)
        elif choice.enabled and root not in kinds and root in (choice.name, get_step(choice.step).title.lower()):
            off = [*plan.steps[:place], choice.model_copy(update={"enabled": False}), *plan.steps[place + 1 :]]
            yield f"Switch off {get_step(choice.step).title.lower()}", plan.model_copy(update={"steps": tuple(off)})
    summed = StepChoice(step="singular_components", columns=(root,), reason=_REASON)
    yield f"Sum up {root} in components", plan.model_copy(update={"steps": (*plan.steps, summed)})
    if root in kinds:
        yield f"Leave out {root}", _without(plan, root)


def _encoded_otherwise(plan: PreparePlan, place: int, root: str) -> Iterator[Change]:
    key = plan.steps[place].step
    if _param(key, "max_levels"):
        fewer = _with(plan, place, root, max_levels=_FEW_LEVELS)
        yield f"Keep the {_FEW_LEVELS} most frequent values of {root}", fewer
        for other, words in _OTHER_ENCODERS.items():
            yield words.format(root), _instead(plan, place, root, StepChoice(step=other, columns=(root,)))
    elif _param(key, "max_words"):
        yield f"Keep {_FEW_WORDS} words of {root}", _with(plan, place, root, max_words=_FEW_WORDS)
        topics = StepChoice(step="text_topics", columns=(root,))
        yield f"Sum up {root} in topics", _instead(plan, place, root, topics)


_OTHER_ENCODERS: Mapping[str, str] = {
    "target_means": "Give each value of {} the mean of the target",
    "hash_categories": "Spread the values of {} over 32 columns",
    "count_categories": "Say how frequent each value of {} is",
}


def _param(step: str, name: str) -> bool:
    return any(param.name == name for param in get_step(step).params)


def _with(plan: PreparePlan, place: int, root: str, **params: Any) -> PreparePlan:
    """Return the plan in which the step at ``place`` treats ``root`` with other parameters."""
    choice = plan.steps[place]
    own = choice.model_copy(update={"columns": (root,), "of_kind": (), "params": {**choice.params, **params}})
    return _instead(plan, place, root, own)


def _instead(plan: PreparePlan, place: int, root: str, own: StepChoice) -> PreparePlan:
    """Return the plan in which ``own`` treats ``root`` in place of the step at ``place``, for the same families."""
    choice = plan.steps[place]
    own = own.model_copy(update={"families": choice.families, "reason": own.reason or _REASON})
    rest = tuple(name for name in choice.columns if name != root)
    left = [choice.model_copy(update={"columns": rest})] if rest or choice.of_kind else []
    # The own step comes first: afterwards the column is no longer in the form that steps of a kind look for.
    return plan.model_copy(update={"steps": (*plan.steps[:place], own, *left, *plan.steps[place + 1 :])})


def _without(plan: PreparePlan, root: str) -> PreparePlan:
    """Return the plan without a column: no step names it, and it is left out."""
    drop = StepChoice(step="drop_columns", columns=(root,), reason=_REASON)
    steps = []
    for choice in plan.steps:
        names = tuple(name for name in choice.columns if name != root)
        if names or choice.of_kind or not choice.columns:
            steps.append(choice.model_copy(update={"columns": names}))
    return plan.model_copy(update={"steps": (drop, *steps)})
