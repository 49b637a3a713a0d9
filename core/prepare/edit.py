"""Changes to a plan as pure functions, and the changes that can be undone and done again."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from core.prepare.plan import PreparePlan, StepChoice

MOST_UNDONE = 30
"""Changes kept for undo; older ones are forgotten."""

MOST_NAMES = 20_000
"""Columns named in all plans kept for undo: the history is read with the draft, on every click."""


class PlanHistory(BaseModel):
    """Plans before and after the present one.

    Attributes
    ----------
    past : tuple of PreparePlan
        What undo goes back to, the newest last.
    future : tuple of PreparePlan
        What redo goes on to, the next one last.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    past: tuple[PreparePlan, ...] = ()
    future: tuple[PreparePlan, ...] = ()

    def record(self, before: PreparePlan) -> PlanHistory:
        """Return the history after a change that left ``before``; what had been undone is forgotten."""
        return PlanHistory(past=_newest((*self.past, before)))

    def undo(self, now: PreparePlan) -> tuple[PlanHistory, PreparePlan]:
        """Return history and plan one change earlier; the same where there is none."""
        if not self.past:
            return self, now
        return PlanHistory(past=self.past[:-1], future=(*self.future, now)), self.past[-1]

    def redo(self, now: PreparePlan) -> tuple[PlanHistory, PreparePlan]:
        """Return history and plan with the last undone change done again; the same where there is none."""
        if not self.future:
            return self, now
        return PlanHistory(past=(*self.past, now), future=self.future[:-1]), self.future[-1]


def add(plan: PreparePlan, choice: StepChoice, *, place: int | None = None) -> PreparePlan:
    """Return the plan with ``choice`` before the step at ``place``; at the end where no place is named."""
    at = len(plan.steps) if place is None else place
    return _with(plan, (*plan.steps[:at], choice, *plan.steps[at:]))


def replace(plan: PreparePlan, place: int, choice: StepChoice) -> PreparePlan:
    """Return the plan with ``choice`` in place of the step at ``place``."""
    return _with(plan, (*plan.steps[:place], choice, *plan.steps[place + 1 :]))


def remove(plan: PreparePlan, place: int) -> PreparePlan:
    """Return the plan without the step at ``place``."""
    return _with(plan, (*plan.steps[:place], *plan.steps[place + 1 :]))


def move(plan: PreparePlan, place: int, *, to: int) -> PreparePlan:
    """Return the plan with the step at ``place`` standing at ``to``; ends of the list are kept to."""
    target = min(max(to, 0), len(plan.steps) - 1)
    return add(remove(plan, place), plan.steps[place], place=target)


def toggle(plan: PreparePlan, place: int, *, enabled: bool) -> PreparePlan:
    """Return the plan with the step at ``place`` switched on or off."""
    return replace(plan, place, plan.steps[place].model_copy(update={"enabled": enabled}))


def duplicate(plan: PreparePlan, place: int) -> PreparePlan:
    """Return the plan with a twin behind the step at ``place``; features it makes get a name of their own."""
    choice = plan.steps[place]
    name = free_name(plan, choice.name) if choice.name else ""
    return add(plan, choice.model_copy(update={"name": name}), place=place + 1)


def free_name(plan: PreparePlan, wanted: str, *, taken: tuple[str, ...] = ()) -> str:
    """Return ``wanted``, with a number behind it where a step or one of ``taken`` has that name already."""
    used = {choice.name for choice in plan.steps} | set(taken)
    name, count = wanted, 1
    while name in used:
        count += 1
        name = f"{wanted} {count}"
    return name


def _newest(plans: tuple[PreparePlan, ...]) -> tuple[PreparePlan, ...]:
    """Return as many of the newest plans as are kept; one at least."""
    kept, names = 0, 0
    for plan in reversed(plans[-MOST_UNDONE:]):
        names += sum(len(choice.columns) for choice in plan.steps)
        if kept and names > MOST_NAMES:
            break
        kept += 1
    return plans[len(plans) - kept :]


def _with(plan: PreparePlan, steps: tuple[StepChoice, ...]) -> PreparePlan:
    return plan.model_copy(update={"steps": steps})
