"""A person's plan after the columns changed: what is gone leaves it, what is new is treated as proposed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from core.data.schema import ColumnSchema
from core.prepare.plan import PreparePlan, StepChoice


@dataclass(frozen=True)
class PlanDifference:
    """How one plan differs from another, step by step, as places in each.

    Attributes
    ----------
    only_first, only_second : tuple of int
        Places of steps that the other plan does not have.
    changed : tuple of (int, int)
        Places in the first and the second plan of steps of one kind that differ in columns, parameters or switch.
    moved : bool
        Steps that both have stand in another order.
    """

    only_first: tuple[int, ...] = ()
    only_second: tuple[int, ...] = ()
    changed: tuple[tuple[int, int], ...] = ()
    moved: bool = False

    @property
    def is_same(self) -> bool:
        """True where there is no difference."""
        return not (self.only_first or self.only_second or self.changed or self.moved)


def follow_columns(
    plan: PreparePlan, proposed: PreparePlan, *, before: Sequence[ColumnSchema], after: Sequence[ColumnSchema]
) -> PreparePlan:
    """Return a person's plan for the columns ``after``.

    Parameters
    ----------
    plan : PreparePlan
        As the person left it, for the columns ``before``.
    proposed : PreparePlan
        The plan suggested for ``after``; it says how new columns are treated.
    before, after : sequence of ColumnSchema
        The features in use then and now. A column of another kind counts as a new one.

    Returns
    -------
    PreparePlan
        With every change of the person; columns that are gone have left it, and steps that had no others with them.
    """
    had, has = ({column.name: column.kind for column in columns} for columns in (before, after))
    gone = {name for name, kind in had.items() if has.get(name) is not kind}
    new = {name for name, kind in has.items() if had.get(name) is not kind}
    order = {name: place for place, name in enumerate(has)}
    steps = [left for choice in plan.steps if (left := _without(choice, gone)) is not None]
    anchor = 0
    for turn, choice in enumerate(proposed.steps):
        names = tuple(name for name in choice.columns if name in new)
        found = _match(steps, choice)
        if found is not None:
            fresh = set(names) - _covered(steps[found], after)
            steps[found] = _joined(steps[found], fresh, order) if fresh else steps[found]
            anchor = max(anchor, found + 1)
        elif names:
            # Before the steps that are to take up what it gives, wherever the person has put them.
            takers = [c for c in proposed.steps[turn + 1 :] if set(names) & set(c.columns)]
            anchor = min([anchor, *(at for c in takers if (at := _match(steps, c)) is not None)])
            steps.insert(anchor, choice.model_copy(update={"columns": names}))
            anchor += 1
    reasons = {_content(choice): choice.reason for choice in proposed.steps}
    told = tuple(c.model_copy(update={"reason": reasons[_content(c)]}) if _content(c) in reasons else c for c in steps)
    policies = {name: policy for name, policy in plan.policies.items() if name in has and name not in gone}
    return plan.model_copy(update={"steps": told, "policies": policies})


def difference(first: PreparePlan, second: PreparePlan) -> PlanDifference:
    """Compare two plans step by step; reasons make no difference."""
    left, right = dict(enumerate(first.steps)), dict(enumerate(second.steps))
    pairs = []
    for place, choice in tuple(left.items()):
        same = next((at for at, other in right.items() if _whole(other) == _whole(choice)), None)
        if same is not None:
            pairs.append(same)
            del left[place], right[same]
    changed = []
    for place, choice in tuple(left.items()):
        twin = next((at for at, other in right.items() if other.step == choice.step), None)
        if twin is not None:
            changed.append((place, twin))
            del left[place], right[twin]
    return PlanDifference(tuple(left), tuple(right), tuple(changed), pairs != sorted(pairs))


def _without(choice: StepChoice, gone: Collection[str]) -> StepChoice | None:
    names = tuple(name for name in choice.columns if name not in gone)
    if choice.columns and not names and not choice.of_kind:
        return None
    return choice.model_copy(update={"columns": names})


def _match(steps: Sequence[StepChoice], proposed: StepChoice) -> int | None:
    """Return the place of the person's own version of a proposed step, None where there is none."""
    alike = [at for at, s in enumerate(steps) if s.step == proposed.step and s.families == proposed.families]
    same = [at for at in alike if steps[at].params == proposed.params]
    return next(iter(same or alike), None)


def _covered(choice: StepChoice, columns: Sequence[ColumnSchema]) -> set[str]:
    return {c.name for c in columns if c.kind in choice.of_kind} | set(choice.columns)


def _joined(choice: StepChoice, names: Collection[str], order: dict[str, int]) -> StepChoice:
    """Return the step with more columns, raw columns in the order of the table."""
    raw = sorted((n for n in (*choice.columns, *names) if n in order), key=lambda name: order[name])
    made = [name for name in choice.columns if name not in order]
    return choice.model_copy(update={"columns": (*raw, *made)})


def _content(choice: StepChoice) -> str:
    return choice.model_dump_json(exclude={"reason", "enabled"})


def _whole(choice: StepChoice) -> str:
    return choice.model_dump_json(exclude={"reason"})
