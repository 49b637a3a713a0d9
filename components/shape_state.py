"""What the page "Clean and shape" works on: the step in the form, the step looked at, and changes to the list."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from components import services, state
from components.goal_keeping import keep_goal
from core.data.actions import TableStep
from core.data.schema import Dataset
from core.errors import ErrorInfo, LatheError
from core.jobs.job import Job, JobRequest
from core.types import JobState

JOB_ROWS = 2_000_000
"""Tables with more rows are shaped by a job; shorter ones at once."""

Steps = tuple[TableStep, ...]


class Editing(BaseModel):
    """A step in the form.

    Attributes
    ----------
    dataset : str
        Id of its table.
    place : int
        Where it stands, or will stand, in the list, from 0.
    step : TableStep
        As it was when the form was opened.
    fresh : bool
        It is not in the list yet.
    turn : int
        Counts the forms, so that each has widgets of its own.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    dataset: str
    place: int
    step: TableStep
    fresh: bool
    turn: int

    @property
    def scope(self) -> str:
        """Prefix of the form's widget keys."""
        return f"shape.form.{self.turn}"

    def steps(self, dataset: Dataset, step: TableStep) -> Steps:
        """Return the whole list with ``step`` in its place."""
        after = dataset.steps[self.place if self.fresh else self.place + 1 :]
        return (*dataset.steps[: self.place], step, *after)


def editing(dataset: Dataset) -> Editing | None:
    """Return the step in the form, None where none is."""
    kept = state.recall("shape.editing")
    found = Editing.model_validate(kept) if kept else None
    fits = found is not None and found.dataset == dataset.id and found.place <= len(dataset.steps)
    return found if fits else None


def open_form(dataset: Dataset, place: int, step: TableStep, *, fresh: bool) -> None:
    """Put a step in the form. Safe in a callback."""
    turn = state.recall("shape.turn", 0) + 1
    state.forget("shape.form.")
    state.remember("shape.turn", turn)
    state.remember("shape.picking", False)
    opened = Editing(dataset=dataset.id, place=place, step=step, fresh=fresh, turn=turn)
    state.remember("shape.editing", opened.model_dump(mode="json"))


def close_form() -> None:
    """Leave the form and the list of steps to choose from. Safe in a callback."""
    state.remember("shape.editing", None)
    state.remember("shape.picking", False)
    state.remember("shape.problem", None)


def looked_at(dataset: Dataset) -> int:
    """Return the number of the step that is looked at; 0 is the table as it was read."""
    chosen = state.recall(f"shape.look.{dataset.id}")
    return chosen if isinstance(chosen, int) and 0 <= chosen <= len(dataset.steps) else len(dataset.steps)


def look_at(dataset: Dataset, number: int | None) -> None:
    """Look at the table after a step; None is the last one. Safe in a callback."""
    state.remember(f"shape.look.{dataset.id}", number)


def change(dataset: Dataset, steps: Sequence[TableStep]) -> bool:
    """Give the table another list of steps, at once or by a job; tell whether it went well. Safe in a callback."""
    return _do(dataset, "replace", tuple(steps))


def step_back(dataset: Dataset) -> bool:
    """Undo. Safe in a callback."""
    return _do(dataset, "undo", ())


def step_forward(dataset: Dataset) -> bool:
    """Redo. Safe in a callback."""
    return _do(dataset, "redo", ())


def _do(dataset: Dataset, action: str, steps: Steps) -> bool:
    from core.shape import edit

    state.remember("shape.problem", None)
    look_at(dataset, None)
    if dataset.rows > JOB_ROWS:
        _submit(dataset, action, steps)
        return True
    workspace, draft = services.workspace(), state.draft()
    try:
        if action == "replace":
            changed = edit.replace(workspace, dataset, steps)
        else:
            changed = {"undo": edit.undo, "redo": edit.redo}[action](workspace, dataset)
    except LatheError as error:
        said = ErrorInfo.from_exception(error).model_dump() | {"traceback": ""}
        state.remember("shape.problem", said)
        return False
    keep_goal(dataset, changed, draft)
    return True


def _submit(dataset: Dataset, action: str, steps: Steps) -> None:
    payload = {
        "dataset_id": dataset.id,
        "fingerprint": dataset.fingerprint,
        "action": action,
        "steps": [step.model_dump(mode="json") for step in steps],
    }
    services.executor().submit(
        JobRequest(
            kind="shape", payload=payload, project_id=dataset.project_id, title=f"Shape {dataset.name}", priority=-1
        )
    )


def newest_job(dataset: Dataset) -> Job | None:
    """Return the newest job that shapes this table, None where there is none."""
    jobs = services.queue().list(project_id=dataset.project_id, kinds=("shape",))
    return next((job for job in jobs if job.request.payload.get("dataset_id") == dataset.id), None)


def failed(job: Job | None) -> bool:
    """Tell whether the newest job ended without its outcome."""
    return job is not None and job.state in (JobState.FAILED, JobState.LOST, JobState.CANCELLED)
