"""What the page "Prepare" works on: the step in the form, the step looked at, and changes that can be undone."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from components import state
from components.plan_edit import proposed_before, suggested
from core.data.schema import Dataset
from core.data.task import Task
from core.prepare.plan import PreparePlan, StepChoice


class Editing(BaseModel):
    """A step in the form.

    Attributes
    ----------
    dataset : str
        Id of the table.
    place : int
        Where it stands, or will stand, in the plan.
    choice : StepChoice
        As it was when the form was opened.
    fresh : bool
        It is not in the plan yet.
    turn : int
        Counts the forms, so that each has widgets of its own.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    dataset: str
    place: int
    choice: StepChoice
    fresh: bool
    turn: int

    @property
    def scope(self) -> str:
        """Prefix of the form's widget keys."""
        return f"plan.form.{self.turn}"


def plan_now() -> PreparePlan:
    """Return the draft's plan."""
    return state.draft().plan or PreparePlan()


def caught_up(dataset: Dataset, task: Task) -> PreparePlan:
    """Return the draft's plan; one proposed before the table's figures were known, and never changed, follows them."""
    draft = state.draft()
    plan = draft.plan or PreparePlan()
    if draft.history.past or draft.history.future:
        return plan
    proposed = suggested(dataset, task)
    if plan == proposed or plan != proposed_before(dataset, task):
        return plan
    state.save_draft(plan=proposed)
    return proposed


def change(plan: PreparePlan) -> None:
    """Save another plan; the one before it can be got back. Safe in a callback."""
    draft = state.draft()
    if plan != draft.plan:
        state.save_draft(plan=plan, history=draft.history.record(draft.plan or PreparePlan()))


def undo() -> None:
    """Take the last change back. Safe in a callback."""
    draft = state.draft()
    history, plan = draft.history.undo(draft.plan or PreparePlan())
    state.save_draft(plan=plan, history=history)


def redo() -> None:
    """Make the last undone change again. Safe in a callback."""
    draft = state.draft()
    history, plan = draft.history.redo(draft.plan or PreparePlan())
    state.save_draft(plan=plan, history=history)


def editing(dataset: Dataset) -> Editing | None:
    """Return the step in the form, None where none is."""
    kept = state.recall("plan.editing")
    found = Editing.model_validate(kept) if kept else None
    steps = len(plan_now().steps)
    fits = found is not None and found.dataset == dataset.id and found.place < steps + found.fresh
    return found if fits else None


def open_form(dataset: Dataset, place: int, choice: StepChoice, *, fresh: bool) -> None:
    """Put a step in the form. Safe in a callback."""
    turn = state.recall("plan.turn", 0) + 1
    state.forget("plan.form.")
    state.remember("plan.turn", turn)
    state.remember("plan.picking", False)
    opened = Editing(dataset=dataset.id, place=place, choice=choice, fresh=fresh, turn=turn)
    state.remember("plan.editing", opened.model_dump(mode="json"))


def close_form() -> None:
    """Leave the form and the catalogue. Safe in a callback."""
    state.remember("plan.editing", None)
    state.remember("plan.picking", False)


def looked_at(dataset: Dataset) -> int | None:
    """Return the place of the step that is looked at, None where none is."""
    chosen = state.recall(f"plan.look.{dataset.id}")
    return chosen if isinstance(chosen, int) and 0 <= chosen < len(plan_now().steps) else None


def look_at(dataset: Dataset, place: int | None) -> None:
    """Look at a step, or at none. Safe in a callback."""
    state.remember(f"plan.look.{dataset.id}", place)
