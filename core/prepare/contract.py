"""The contract between a model and later rows: what its columns held when it learned, and what a row may hold now.

Every row gets a verdict: OK; a warning, where it is predicted but differs from what was learned from; or refused, where
the person's policy for a column says that such a row gets no prediction.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from core.data.schema import ColumnSchema
from core.prepare.cells import to_category
from core.prepare.plan import ColumnPolicy
from core.types import ColumnKind

MOST_LEVELS = 20_000
"""Categories remembered a column. A column of more is not checked for unseen ones: nearly every value is new."""

_SHOWN = 40
_RANGED = (ColumnKind.NUMERIC, ColumnKind.DATETIME)
_LEVELLED = (ColumnKind.CATEGORICAL, ColumnKind.BOOLEAN)


class Verdict(StrEnum):
    """What is said of a row to predict."""

    OK = "ok"
    WARNING = "warning"
    REFUSED = "refused"


class ColumnContract(BaseModel):
    """What one column held in the rows that a model learned from.

    Attributes
    ----------
    name : str
        Column.
    kind : ColumnKind
        What it means.
    policy : ColumnPolicy
        What is done with later cells that differ.
    levels : tuple of str, or None
        Categories seen, sorted; None where they are not checked.
    low, high : float or None
        Range of a number seen; of a date in seconds since 1970.
    missing : float
        Share of cells that were missing, 0 to 1.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    kind: ColumnKind
    policy: ColumnPolicy = Field(default_factory=ColumnPolicy)
    levels: tuple[str, ...] | None = None
    low: float | None = None
    high: float | None = None
    missing: float = 0.0


class Contract(BaseModel):
    """What all columns held. ``rows`` is how many rows were learned from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rows: int
    columns: tuple[ColumnContract, ...]


@dataclass(frozen=True)
class Issue:
    """Cells of one column that differ from what was learned in one way.

    Attributes
    ----------
    column : str
        Column.
    about : {"unseen", "outside", "missing", "unreadable"}
        In which way.
    verdict : Verdict
        WARNING or REFUSED.
    rows : ndarray of int
        Places of the rows, counted from 0.
    words : tuple of str
        The cell's words for each of ``rows``; one for all of them where they say the same.
    """

    column: str
    about: str
    verdict: Verdict
    rows: np.ndarray
    words: tuple[str, ...]

    def sentence(self, place: int) -> str:
        """Say what is odd about the cell of the ``place``-th of ``rows``."""
        return self.words[place] if len(self.words) > 1 else self.words[0]


@dataclass(frozen=True)
class RowVerdicts:
    """What is said of some rows.

    Attributes
    ----------
    issues : tuple of Issue
        All that was found.
    count : int
        Rows looked at.
    """

    issues: tuple[Issue, ...]
    count: int

    @property
    def refused(self) -> np.ndarray:
        """Which rows get no prediction, bool of shape (count,)."""
        return self._marked(Verdict.REFUSED)

    @property
    def warned(self) -> np.ndarray:
        """Which rows get a prediction with a warning, bool of shape (count,)."""
        warned: np.ndarray = self._marked(Verdict.WARNING) & ~self.refused
        return warned

    def _marked(self, verdict: Verdict) -> np.ndarray:
        marked = np.zeros(self.count, dtype=bool)
        for issue in self.issues:
            if issue.verdict is verdict:
                marked[issue.rows] = True
        return marked

    def told(self) -> Iterator[tuple[Verdict, str]]:
        """Give the verdict and the reason of each row, in order; a row that is OK has an empty reason."""
        said: dict[int, list[str]] = {}
        for issue in self.issues:
            for place, row in enumerate(issue.rows.tolist()):
                said.setdefault(row, []).append(issue.sentence(place))
        refused, warned = self.refused, self.warned
        for row in range(self.count):
            verdict = Verdict.REFUSED if refused[row] else Verdict.WARNING if warned[row] else Verdict.OK
            yield verdict, " ".join(said.get(row, ()))


def learn_contract(
    frame: pd.DataFrame, columns: Sequence[ColumnSchema], policies: Mapping[str, ColumnPolicy]
) -> Contract:
    """Record what ``columns`` hold in the rows that a model learns from.

    Parameters
    ----------
    frame : DataFrame of shape (n_rows, >= n_columns)
        Training rows in canonical dtypes.
    columns : sequence of ColumnSchema
        Columns that the model reads.
    policies : mapping of str to ColumnPolicy
        By column; a column not named has the default policy.
    """
    learned = tuple(_learn(frame[c.name], c, policies.get(c.name, ColumnPolicy())) for c in columns)
    return Contract(rows=len(frame), columns=learned)


def _learn(cells: pd.Series, column: ColumnSchema, policy: ColumnPolicy) -> ColumnContract:
    levels, low, high = None, None, None
    if column.kind in _LEVELLED:
        seen = {cell for cell in to_category(cells) if cell is not None}
        levels = tuple(sorted(seen)) if len(seen) <= MOST_LEVELS else None
    elif column.kind in _RANGED:
        numbers = as_numbers(cells)
        if np.isfinite(numbers).any():
            low, high = float(np.nanmin(numbers)), float(np.nanmax(numbers))
    missing = float(_is_missing(cells, column.kind).mean()) if len(cells) else 0.0
    return ColumnContract(
        name=column.name, kind=column.kind, policy=policy, levels=levels, low=low, high=high, missing=missing
    )


def _is_missing(cells: pd.Series, kind: ColumnKind) -> np.ndarray:
    """Return which cells are missing to a model: infinite numbers are."""
    return np.isnan(as_numbers(cells)) if kind in _RANGED else cells.isna().to_numpy(dtype=bool)


def as_numbers(cells: pd.Series) -> np.ndarray:
    """Return numbers as they are and dates as seconds since 1970, float64 with NaN."""
    if pd.api.types.is_datetime64_any_dtype(cells):
        seconds = cells.to_numpy().astype("datetime64[us]").astype(np.int64) / 1e6
        return np.where(cells.isna(), np.nan, seconds)
    numbers = pd.to_numeric(cells, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    return np.where(np.isinf(numbers), np.nan, numbers)


def check_rows(
    contract: Contract, frame: pd.DataFrame, unreadable: Mapping[str, np.ndarray] | None = None
) -> RowVerdicts:
    """Hold later rows against what was learned.

    Parameters
    ----------
    contract : Contract
        From `learn_contract`.
    frame : DataFrame of shape (n_rows, >= n_columns)
        Rows to predict, typed as `core.data.conform.conform` types them.
    unreadable : mapping of str to ndarray of int
        Places of cells that could not be read and count as missing, by column.

    Returns
    -------
    RowVerdicts
        Each row is judged on its own: the same row gets the same verdict in any file.
    """
    issues: list[Issue] = []
    for name, places in (unreadable or {}).items():
        if len(places):
            words = (f"{name} could not be read and counts as missing.",)
            issues.append(Issue(name, "unreadable", Verdict.WARNING, places, words))
    for column in contract.columns:
        issues += _check(frame[column.name], column, set((unreadable or {}).get(column.name, np.empty(0)).tolist()))
    return RowVerdicts(tuple(issues), len(frame))


def _check(cells: pd.Series, column: ColumnContract, unread: set[int]) -> list[Issue]:
    found = []
    absent = _missing_places(cells, column)
    # A cell that could not be read is told as such; refusing missing cells refuses it as well.
    if column.policy.missing != "refuse":
        absent = np.array([place for place in absent.tolist() if place not in unread], dtype=np.int64)
    if len(absent):
        verdict = Verdict.REFUSED if column.policy.missing == "refuse" else Verdict.WARNING
        words = f"{column.name} is missing" + ("." if column.missing else "; no training row lacked it.")
        found.append(Issue(column.name, "missing", verdict, absent, (words,)))
    if column.levels is not None:
        found += _unseen(cells, column)
    elif column.low is not None and column.policy.outside != "accept":
        found += _outside(cells, column)
    return found


def _missing_places(cells: pd.Series, column: ColumnContract) -> np.ndarray:
    policy = column.policy.missing
    if policy == "accept" or (policy == "warn" and column.missing > 0):
        return np.empty(0, dtype=np.int64)
    if column.kind in _LEVELLED:
        return np.flatnonzero([cell is None for cell in to_category(cells)])
    return np.flatnonzero(_is_missing(cells, column.kind))


def _unseen(cells: pd.Series, column: ColumnContract) -> list[Issue]:
    known = set(column.levels or ())
    texts = to_category(cells)
    places = np.flatnonzero([cell is not None and cell not in known for cell in texts])
    if not len(places):
        return []
    treated = {"as_rare": "counts as rare", "as_missing": "counts as missing", "refuse": "is refused"}
    policy = column.policy.unseen
    words = tuple(
        f"{column.name}: {_short(str(texts[place]))!r} was never seen and {treated[policy]}." for place in places
    )
    verdict = Verdict.REFUSED if policy == "refuse" else Verdict.WARNING
    return [Issue(column.name, "unseen", verdict, places, words)]


def _outside(cells: pd.Series, column: ColumnContract) -> list[Issue]:
    numbers = as_numbers(cells)
    with np.errstate(invalid="ignore"):
        places = np.flatnonzero((numbers < column.low) | (numbers > column.high))
    if not len(places):
        return []
    span = f"{say_value(column, column.low)} to {say_value(column, column.high)}"
    words = tuple(
        f"{column.name}: {say_value(column, float(numbers[place]))} lies outside what was seen ({span})."
        for place in places
    )
    verdict = Verdict.REFUSED if column.policy.outside == "refuse" else Verdict.WARNING
    return [Issue(column.name, "outside", verdict, places, words)]


def say_value(column: ColumnContract, value: float | None) -> str:
    """Write a bound of a column as a person would."""
    if value is None:
        return ""
    if column.kind is ColumnKind.DATETIME:
        moment = pd.Timestamp(round(value * 1e6), unit="us")
        return str(moment.date()) if moment == moment.normalize() else str(moment)
    return f"{value:,.6g}"


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."
