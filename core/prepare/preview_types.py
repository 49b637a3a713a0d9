"""What a preview shows: plain values, ready to be drawn."""

from __future__ import annotations

from dataclasses import dataclass

from core.prepare.spec import Form


@dataclass(frozen=True)
class Histogram:
    """Bars of equal width.

    Attributes
    ----------
    edges : tuple of float
        One more than bars; seconds since 1970 where the cells are dates.
    counts : tuple of int
        Rows in each.
    """

    edges: tuple[float, ...]
    counts: tuple[int, ...]


@dataclass(frozen=True)
class CellsView:
    """Columns at one point of a plan, as a sample of rows shows them.

    Attributes
    ----------
    form : Form
        What the cells are.
    names : tuple of str
        Of the columns shown; the first ones where there are many.
    cells : tuple of tuple of str
        The first rows as text, a cell a name; a missing cell is "".
    figures : tuple of (label, text)
        Statistics in words: missing, distinct, mean, spread, quartiles, columns, share of zeros.
    histogram : Histogram or None
        Of a single column of numbers or dates.
    levels : tuple of (label, count)
        The most frequent values and their rows; of several columns, each column and the rows where it is not zero.
    width : int
        Columns there are.
    """

    form: Form
    names: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...]
    figures: tuple[tuple[str, str], ...]
    histogram: Histogram | None = None
    levels: tuple[tuple[str, int], ...] = ()
    width: int = 1


@dataclass(frozen=True)
class FeatureScore:
    """A feature that a selection step weighed.

    Attributes
    ----------
    name : str
        Of the column.
    score : float or None
        As the method scores it; None where it gives no scores.
    kept : bool
        Whether the model gets it.
    """

    name: str
    score: float | None
    kept: bool


@dataclass(frozen=True)
class StepPreview:
    """What a step, or a whole plan, does to columns of a sample.

    Attributes
    ----------
    before, after : CellsView or None
        None where there is nothing: new features have no before, columns left out no after.
    rows_used, rows_total : int
        Rows of the sample, of the table.
    rows_removed : int
        Rows of the sample that the steps shown take out of what is learned from.
    note : str
        What else there is to say, in a sentence or two.
    is_live : bool
        False where a step is too slow to be shown at once; ask with ``force``.
    can_ask : bool
        Asking will show it, in the server too.
    new_names : tuple of str
        Columns that were not there before.
    scores : tuple of FeatureScore
        Of a selection step, best first.
    scree : tuple of float
        Share of the variance that each component explains.
    """

    before: CellsView | None
    after: CellsView | None
    rows_used: int
    rows_total: int
    rows_removed: int = 0
    note: str = ""
    is_live: bool = True
    can_ask: bool = False
    new_names: tuple[str, ...] = ()
    scores: tuple[FeatureScore, ...] = ()
    scree: tuple[float, ...] = ()
