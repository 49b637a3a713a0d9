"""The errors that reach a person. A message says what must hold and what came; a hint says what to do."""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from dataclasses import dataclass

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
        for known in _KNOWN:
            if known.fits(error):
                return cls(kind=known.kind, message=known.words(error), hint=known.hint, traceback=text)
        return cls(kind=type(error).__name__, message=str(error) or type(error).__name__, traceback=text)


@dataclass(frozen=True)
class _Known:
    """An error of a library that has words of its own here.

    Libraries are recognised by the names of their errors: this module must not import them.
    """

    kind: str
    message: str
    hint: str
    types: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()

    def fits(self, error: BaseException) -> bool:
        """Tell whether ``error`` is of one of the types, or says one of the parts."""
        text = str(error).casefold()
        names = {one.__name__ for one in type(error).__mro__}
        return bool(names & set(self.types)) or any(part in text for part in self.parts)

    def words(self, error: BaseException) -> str:
        """Say what happened."""
        missing = getattr(error, "name", None) or "a library"
        return self.message.format(library=str(missing).partition(".")[0])


_KNOWN = (
    # The GPU first: PyTorch says "out of memory" of both.
    _Known(
        "GpuMemoryError",
        "The GPU ran out of memory.",
        "Use a smaller batch, a smaller network or fewer columns, or train on the CPU.",
        types=("OutOfMemoryError", "ResourceExhaustedError"),
        parts=("cuda out of memory", "cuda error: out of memory", "cudaerrormemoryallocation", "cublas_status_alloc"),
    ),
    _Known(
        "MemoryError",
        "The machine ran out of memory.",
        "Use fewer rows or columns, or a lighter model.",
        types=("MemoryError",),
        parts=("bad_alloc", "can't allocate memory", "cannot allocate memory", "defaultcpuallocator"),
    ),
    _Known(
        "LibraryMissing",
        "A library that this model needs is not installed: {library}.",
        "Install it and start Lathe again, or choose another model.",
        types=("ModuleNotFoundError",),
    ),
    _Known(
        "NumbersTooLarge",
        "The model met numbers that are too large to reckon with, or no numbers at all.",
        "Scale the numbers in Prepare, take their logarithm, or look for wrong values that are far from the rest.",
        types=("OverflowError", "FloatingPointError"),
        parts=("contains infinity or a value too large", "input contains nan", "array must not contain infs or nans"),
    ),
    _Known(
        "OneClass",
        "The model needs at least two classes to learn from; the rows of one of its fits hold a single one.",
        "Use fewer folds, keep the same mix in each part, or put rare classes together.",
        parts=("at least 2 classes", "only one class", "contains only one unique"),
    ),
    _Known(
        "NotSolved",
        "The columns depend on one another so closely that the model has no solution.",
        "Leave out columns that repeat others, or use a model with a penalty.",
        types=("LinAlgError",),
        parts=("singular matrix", "svd did not converge"),
    ),
)
"""What libraries raise, in a person's words; the first that fits counts."""
