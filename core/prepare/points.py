"""What stands at a point of a plan: which columns a step suits there, where a new step belongs, what is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.data.schema import ColumnSchema
from core.errors import InvalidInput, LatheError
from core.prepare.edit import toggle
from core.prepare.journeys import FAMILY_NEEDS
from core.prepare.outline import outline_plan
from core.prepare.plan import PreparePlan
from core.prepare.registry import get_step
from core.prepare.spec import Family, Feature, StepGroup, StepScope, StepSpec
from core.types import TaskKind

_ORDER = (
    StepGroup.COLUMNS,
    StepGroup.PLACES,
    StepGroup.MISSING,
    StepGroup.OUTLIERS,
    StepGroup.DATES,
    StepGroup.TEXT,
    StepGroup.FEATURES,
    StepGroup.CATEGORIES,
    StepGroup.NUMBERS,
    StepGroup.SELECTION,
    StepGroup.IMBALANCE,
    StepGroup.TARGET,
)
"""The order in which the groups of steps usually make sense."""

_LAST_OF_GROUP = "scale_numbers"
"""Other steps on numbers come before the scaling: a logarithm, bounds or a bin are meant in the column's own units."""


@dataclass(frozen=True)
class Table:
    """What a plan is made for.

    Attributes
    ----------
    columns : tuple of ColumnSchema
        The features in use.
    aside : tuple of ColumnSchema
        Other columns that parameters may name; never the target.
    task : TaskKind or None
        Kind of the target.
    """

    columns: tuple[ColumnSchema, ...]
    aside: tuple[ColumnSchema, ...] = ()
    task: TaskKind | None = None


def problems(plan: PreparePlan, table: Table) -> dict[int, tuple[LatheError, ...]]:
    """Return what is wrong with a plan for any family of models, by the place of the step; empty where nothing is.

    A step is told wrong as the first family meets it: others meet the same columns in another form. Problems of the
    plan as a whole stand at place -1.
    """
    found: dict[int, tuple[LatheError, ...]] = {}
    for family in Family:
        mine: dict[int, dict[str, LatheError]] = {}
        for problem in _problems(plan, table, family):
            mine.setdefault(_place(problem), {}).setdefault(problem.message, problem)
        for place, said in mine.items():
            found.setdefault(place, tuple(said.values()))
    return found


def features_at(plan: PreparePlan, table: Table, *, place: int, family: Family) -> dict[str, Feature]:
    """Return the features before the step at ``place`` by their roots; steps that cannot be done are passed over."""
    sound = plan
    for _ in plan.steps:
        wrong = {_place(problem) for problem in _problems(sound, table, family, until=place)} - {-1}
        if not wrong:
            break
        for at in wrong:
            sound = toggle(sound, at, enabled=False)
    needs = FAMILY_NEEDS[family]
    found = outline_plan(sound, table.columns, needs, aside=table.aside, task=table.task, until=place)
    return {feature.root: feature for feature in found.features}


def suiting(
    plan: PreparePlan, table: Table, spec: StepSpec, *, place: int, families: Sequence[Family] = ()
) -> tuple[Feature, ...]:
    """Return the features that a step before ``place`` suits for each of ``families`` (empty: for all of them).

    Families of models that have no use for the step with its defaults are not asked.
    """
    if not spec.scope.has_columns:
        return ()
    defaults = {param.name: param.default for param in spec.params}
    asked = [f for f in (families or Family) if spec.concerns(defaults, FAMILY_NEEDS[f])] or list(families or Family)
    standing = [features_at(plan, table, place=place, family=family) for family in asked]
    return tuple(
        feature
        for root, feature in standing[0].items()
        if all(root in now and now[root].form in spec.takes and now[root].kind in spec.kinds for now in standing)
    )


def best_place(plan: PreparePlan, table: Table, spec: StepSpec) -> int:
    """Return where in the plan a new step of ``spec`` belongs: the latest sensible place where it suits most columns.

    A step on missing cells belongs before they are filled.
    """
    usual = _usual_place(plan, spec)
    if not spec.scope.has_columns:
        return len(plan.steps)
    counts = {place: _count(plan, table, spec, place) for place in range(len(plan.steps) + 1)}
    early = {place: count for place, count in counts.items() if place <= usual}
    if max(early.values()) == 0:
        early = counts
    return max(early, key=lambda place: (early[place], place))


def _usual_place(plan: PreparePlan, spec: StepSpec) -> int:
    mine = _rank(spec)
    known = [(place, _rank_of(choice.step)) for place, choice in enumerate(plan.steps)]
    earlier = [place for place, rank in known if rank is not None and rank <= mine]
    return earlier[-1] + 1 if earlier else 0


def _rank(spec: StepSpec) -> tuple[int, bool]:
    return _ORDER.index(spec.group), spec.key == _LAST_OF_GROUP


def _rank_of(key: str) -> tuple[int, bool] | None:
    try:
        return _rank(get_step(key))
    except LatheError:
        return None


def _count(plan: PreparePlan, table: Table, spec: StepSpec, place: int) -> int:
    found = suiting(plan, table, spec, place=place)
    if spec.group is not StepGroup.MISSING and spec.scope is not StepScope.ROWS:
        return len(found)
    return sum(feature.gaps for feature in found)


def _problems(plan: PreparePlan, table: Table, family: Family, *, until: int | None = None) -> Sequence[LatheError]:
    needs = FAMILY_NEEDS[family]
    try:
        outline_plan(plan, table.columns, needs, aside=table.aside, task=table.task, until=until)
    except InvalidInput as error:
        return error.problems
    return ()


def _place(problem: LatheError) -> int:
    parts = (problem.field or "").split(".")
    return int(parts[2]) if len(parts) > 2 and parts[2].isdigit() else -1
