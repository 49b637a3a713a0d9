"""What a plan will cost, as plain values."""

from __future__ import annotations

from dataclasses import dataclass

from core.prepare.plan import PreparePlan
from core.prepare.spec import Family


@dataclass(frozen=True)
class FamilyForecast:
    """What a plan costs for one family of models.

    Attributes
    ----------
    family : Family
        The family.
    width : int
        Columns of the matrix, about.
    matrix_bytes : int
        Memory of the matrix of all rows.
    peak_bytes : int
        Most memory that one model takes on the way: raw cells, prepared rows, the matrix and the model's own copy.
    is_sparse : bool
        The matrix is kept without its zeros, for models that take it so.
    seconds_per_fit : float
        Preparing the rows of one fold on one core. Training comes on top: it depends on the model.
    widest : tuple of (root, width)
        What the columns come from, the widest first.
    fits_memory : bool
        Whether the peak is below the memory that is free now.
    """

    family: Family
    width: int
    matrix_bytes: int
    peak_bytes: int
    is_sparse: bool
    seconds_per_fit: float
    widest: tuple[tuple[str, int], ...]
    fits_memory: bool = True


@dataclass(frozen=True)
class CheaperPlan:
    """A plan that costs less, and what is different in it.

    Attributes
    ----------
    sentence : str
        What is done instead, and what it makes of the width.
    plan : PreparePlan
        Ready to be taken.
    width : int
        Columns of the matrix of the family that is widest.
    """

    sentence: str
    plan: PreparePlan
    width: int = 0


@dataclass(frozen=True)
class Forecast:
    """What a plan will cost before anything runs.

    Attributes
    ----------
    families : tuple of FamilyForecast
        One a family.
    warnings : tuple of str
        What is likely to go wrong, in sentences.
    cheaper : tuple of CheaperPlan
        Plans that cost less; only where there is a warning about width, memory or time.
    memory_bytes : int
        Memory that is free on this machine now.
    """

    families: tuple[FamilyForecast, ...]
    warnings: tuple[str, ...] = ()
    cheaper: tuple[CheaperPlan, ...] = ()
    memory_bytes: int = 0
