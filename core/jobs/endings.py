"""How a job ends without an answer of its own, as column values and in words."""

from __future__ import annotations

from typing import Any

from core.errors import ErrorInfo
from core.types import JobState

TIME_LIMIT = "TimeLimit"
OTHERS_UNAFFECTED = "Other models of this run are not affected."


def stopped(reason: str, *, was_waiting: bool = False) -> dict[str, Any]:
    """Return the end of a job that was told to stop: by a person (``reason`` empty) or by its deadline."""
    if reason != TIME_LIMIT:
        return {"state": JobState.CANCELLED}
    error = ErrorInfo(
        kind=TIME_LIMIT,
        message="Stopped: the time limit was reached.",
        hint="Raise the time limit of the run, or use fewer models, folds or rows. Resume continues with this model.",
    )
    return {"state": JobState.CANCELLED if was_waiting else JobState.FAILED, "error": error.model_dump()}


def lost(exit_status: int | None) -> dict[str, Any]:
    """Return the end of a job whose process is gone.

    Parameters
    ----------
    exit_status : int or None
        As `subprocess` gives it: negative for a signal; None where nobody saw the process end.
    """
    error = ErrorInfo(
        kind="WorkerLost",
        message=f"The worker process ended unexpectedly{_cause(exit_status)}. "
        f"The machine may have run out of memory, or someone ended it. {OTHERS_UNAFFECTED}",
        hint="Resume the run to train this model again. If it happens again, use fewer rows or a lighter model.",
    )
    return {"state": JobState.LOST, "error": error.model_dump()}


def _cause(exit_status: int | None) -> str:
    if exit_status is None:
        return ""
    if exit_status < 0:
        return f" (killed by signal {-exit_status})"
    return f" (exit status {exit_status})"
