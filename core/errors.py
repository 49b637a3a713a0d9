"""The errors that reach a person. A message says what must hold and what came; a hint says what to do."""

from __future__ import annotations

import traceback
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict


class LatheError(Exception):
    """An error meant for the person in front of the screen.

    Parameters
    ----------
    message : str
        What must hold, and what came instead. One or two sentences.
    hint : str, optional
        What the person can do about it.
    field : str, optional
        Dotted name of the input the error belongs to, so that it can be drawn beside it.
    """

    def __init__(self, message: str, *, hint: str = "", field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.field = field


class InvalidInput(LatheError):
    """Several field errors at once, so that a person mends them in one go.

    Parameters
    ----------
    problems : sequence of LatheError
        One error a field; at least one.
    """

    def __init__(self, problems: Sequence[LatheError]) -> None:
        super().__init__("; ".join(p.message for p in problems), hint=" ".join(p.hint for p in problems if p.hint))
        self.problems = tuple(problems)


class NotFound(LatheError):
    """Something asked for by its id or name is not in the workspace."""


class RunCancelled(Exception):
    """Raised inside a worker when the person pressed Stop."""


class ErrorInfo(BaseModel):
    """An error as data: what crosses a process border and is stored with a job."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str
    message: str
    hint: str = ""
    traceback: str = ""

    @classmethod
    def from_exception(cls, error: BaseException) -> ErrorInfo:
        """Describe ``error``: its own words for a `LatheError`, type and text otherwise."""
        text = "".join(traceback.format_exception(error))
        if isinstance(error, LatheError):
            return cls(kind=type(error).__name__, message=error.message, hint=error.hint, traceback=text)
        if isinstance(error, MemoryError):
            return cls(
                kind="MemoryError",
                message="The machine ran out of memory.",
                hint="Use fewer rows or columns, or a lighter model.",
                traceback=text,
            )
        if isinstance(error, ModuleNotFoundError) and error.name and not error.name.startswith("core"):
            package = error.name.partition(".")[0]
            return cls(
                kind="ModuleNotFoundError",
                message=f"The library {package} is not installed on this machine.",
                hint=f"Install the package {package} where Lathe runs, or leave this model out: the others do without.",
                traceback=text,
            )
        return cls(kind=type(error).__name__, message=str(error) or type(error).__name__, traceback=text)
