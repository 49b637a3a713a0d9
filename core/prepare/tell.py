"""A plan told step by step: what is done to which columns, for which models, and how wide the table is afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.errors import InvalidInput, LatheError
from core.prepare.edit import toggle
from core.prepare.journeys import FAMILY_NEEDS
from core.prepare.outline import outline_plan
from core.prepare.plan import PreparePlan
from core.prepare.planned import PlannedStep, PlanOutline
from core.prepare.points import Table, problems
from core.prepare.spec import Family, Feature, StepContext, StepScope


@dataclass(frozen=True)
class StepTold:
    """One step of a plan as a person reads it.

    Attributes
    ----------
    place : int
        Its place in the plan.
    columns : tuple of str
        What it is done to, as it stands then; empty for steps without columns and for steps that do nothing.
    phrases : tuple of (tuple of Family, str)
        What is done, in words, with the families that it is said of; one entry where it is the same for all.
    families : tuple of Family
        Families of models that it is done for.
    width : dict of Family to (int, int)
        Columns of the table before and after it.
    problems : tuple of LatheError
        What is wrong with it.
    """

    place: int
    columns: tuple[str, ...]
    phrases: tuple[tuple[tuple[Family, ...], str], ...]
    families: tuple[Family, ...]
    width: dict[Family, tuple[int, int]]
    problems: tuple[LatheError, ...] = ()


def tell_steps(plan: PreparePlan, table: Table) -> tuple[StepTold, ...]:
    """Return every step of ``plan`` as a person reads it; one that cannot be done or is off is told by its problems."""
    wrong = problems(plan, table)
    sound = plan
    for place in wrong:
        if place >= 0:
            sound = toggle(sound, place, enabled=False)
    outlines = {family: _outline(sound, table, family) for family in Family}
    widths = {family: _widths(found) for family, found in outlines.items() if found}
    steps = {family: {step.place: step for step in found.steps} for family, found in outlines.items() if found}
    told = []
    for place, choice in enumerate(plan.steps):
        mine = {family: known[place] for family, known in steps.items() if place in known}
        told.append(
            StepTold(
                place=place,
                columns=_columns(tuple(mine.values())) or choice.columns,
                phrases=_phrases(mine),
                families=tuple(mine),
                width={family: widths[family][place] for family in mine},
                problems=wrong.get(place, ()),
            )
        )
    return tuple(told)


def _outline(plan: PreparePlan, table: Table, family: Family) -> PlanOutline | None:
    try:
        return outline_plan(plan, table.columns, FAMILY_NEEDS[family], aside=table.aside, task=table.task)
    except InvalidInput:
        return None


def _widths(found: PlanOutline) -> dict[int, tuple[int, int]]:
    """Return how many columns stand before and after each step, by its place."""
    now = {feature.root: feature.width for feature in found.raw}
    widths = {}
    for step in found.steps:
        before = sum(now.values())
        if step.spec.scope in (StepScope.EACH, StepScope.TOGETHER, StepScope.REPLACE):
            for feature in step.context.features:
                now.pop(feature.root, None)
        now |= {feature.root: feature.width for feature in step.given}
        if not step.spec.scope.has_columns or step.spec.scope is StepScope.ROWS:
            widths[step.place] = (before, before)
        else:
            widths[step.place] = (before, sum(now.values()))
    return widths


def _columns(steps: Sequence[PlannedStep]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(feature.root for step in steps for feature in step.context.features))


def _phrases(steps: dict[Family, PlannedStep]) -> tuple[tuple[tuple[Family, ...], str], ...]:
    said: dict[str, list[Family]] = {}
    for family, step in steps.items():
        said.setdefault(_phrase(step), []).append(family)
    return tuple((tuple(families), phrase) for phrase, families in said.items())


def _phrase(step: PlannedStep) -> str:
    """Return what a step does; where columns are treated differently, two of the ways with their columns."""
    context = step.context
    if step.spec.scope is not StepScope.EACH:
        return step.spec.phrase(step.params, context)
    ways: dict[str, str] = {}
    for feature in context.features:
        ways.setdefault(step.spec.phrase(step.params, _alone(context, feature)), feature.root)
    if len(ways) < 2:
        return "".join(ways)
    told = "; ".join(f"{way} ({root})" for way, root in list(ways.items())[:2])
    return told if len(ways) == 2 else f"{told}; and others"


def _alone(context: StepContext, feature: Feature) -> StepContext:
    return StepContext((feature,), context.needs, context.task, context.seed, context.helpers)
