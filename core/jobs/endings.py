"""How a job ends without an answer of its own, as column values and in words."""

from __future__ import annotations

import signal
from typing import Any

from core.errors import ErrorInfo
from core.jobs.notes import LowMemory
from core.types import JobState

TIME_LIMIT = "TimeLimit"
SKIPPED = "Skipped"
NOT_BEGUN = "NotBegun"
_BY_PERSON = {
    SKIPPED: ErrorInfo(
        kind=SKIPPED, message="Skipped by you.", hint="Train it alone where you want it on the board after all."
    ),
    NOT_BEGUN: ErrorInfo(
        kind=NOT_BEGUN, message="It had not begun when you kept what was there.", hint="Resume the run to train it."
    ),
}
OTHERS_UNAFFECTED = "Other models of this run are not affected."


def stopped(reason: str, *, was_waiting: bool = False) -> dict[str, Any]:
    """Return the end of a job that was told to stop: by a person, who may have said why, or by its deadline."""
    if reason in _BY_PERSON:
        return {"state": JobState.CANCELLED, "error": _BY_PERSON[reason].model_dump()}
    if reason != TIME_LIMIT:
        return {"state": JobState.CANCELLED}
    error = ErrorInfo(
        kind=TIME_LIMIT,
        message="Stopped: the time limit was reached.",
        hint="Raise the time limit of the run, or use fewer models, folds or rows. Resume continues with this model.",
    )
    return {"state": JobState.CANCELLED if was_waiting else JobState.FAILED, "error": error.model_dump()}


def lost(exit_status: int | None, memory: LowMemory | None = None) -> dict[str, Any]:
    """Return the end of a job whose process is gone.

    Parameters
    ----------
    exit_status : int or None
        As `subprocess` gives it: negative for a signal; None where nobody saw the process end.
    memory : LowMemory or None
        What its worker noted when memory ran low.
    """
    if memory is not None and exit_status in (None, -signal.SIGKILL):
        return {"state": JobState.LOST, "error": _out_of_memory(memory).model_dump()}
    error = ErrorInfo(
        kind="WorkerLost",
        message=f"The worker process ended unexpectedly{_cause(exit_status)}. "
        f"The machine may have run out of memory, or someone ended it. {OTHERS_UNAFFECTED}",
        hint="Resume the run to train this model again. If it happens again, use fewer rows or a lighter model.",
    )
    return {"state": JobState.LOST, "error": error.model_dump()}


def _out_of_memory(memory: LowMemory) -> ErrorInfo:
    return ErrorInfo(
        kind="OutOfMemory",
        message="The machine ran out of memory and ended this model: "
        f"it had {memory.used_mb / 1024:.1f} GB in use when {memory.left_mb / 1024:.1f} GB were left. "
        f"{OTHERS_UNAFFECTED}",
        hint="Use fewer rows or columns, a lighter model, or train fewer models at a time (LATHE_WORKERS).",
    )


def _cause(exit_status: int | None) -> str:
    if exit_status is None:
        return ""
    if exit_status < 0:
        return f" (killed by signal {-exit_status})"
    return f" (exit status {exit_status})"
