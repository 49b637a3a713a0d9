"""Earlier values of a group as features: single ones, and windows of them. All are learned rows, looked up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from sklearn.utils.validation import check_is_fitted

from core.prepare.transformers.common import columns_of
from core.prepare.transformers.history import (
    MICROSECONDS_A_DAY,
    GroupHistory,
    Spans,
    group_texts,
    time_numbers,
)
from core.prepare.transformers.table import TableTransformer, helper_place, side_by_side

STATISTICS = ("mean", "min", "max", "sum", "std", "count")


class _Earlier(TableTransformer):
    """Base of features from earlier rows.

    Attributes
    ----------
    histories_ : list of GroupHistory
        One for each column of numbers.
    """

    time: str
    group: str
    behind: int

    def _learn(self, X: pd.DataFrame) -> list[str]:
        """Learn the histories; return the names of the columns of numbers."""
        names = self._remember(X)
        numbers, times, groups = self._split(X)
        self.histories_ = [GroupHistory().fit(groups, times, values) for values in numbers]
        return names[: len(numbers)]

    def _split(self, X: pd.DataFrame) -> tuple[list[np.ndarray], np.ndarray, np.ndarray | None]:
        """Return the columns of numbers, the times, and the groups."""
        columns = columns_of(X)
        numbers = [np.asarray(column, dtype=np.float64) for column in columns[: len(columns) - self.behind]]
        time, group = helper_place(X, self.time), helper_place(X, self.group) if self.group else None
        times = np.full(len(X), np.nan) if time is None else time_numbers(columns[time])
        return numbers, times, None if group is None else group_texts(columns[group])

    def _unit(self, X: pd.DataFrame) -> float:
        """Return what a person's unit of time is in the times' own: a day for dates, 1 for numbers."""
        time = helper_place(X, self.time)
        dated = time is not None and pd.api.types.is_datetime64_any_dtype(X.iloc[:, time])
        return MICROSECONDS_A_DAY if dated else 1.0


class EarlierValues(_Earlier):
    """The last known values of each row's group before the row's time (lags), learned from the rows of ``fit``.

    Parameters
    ----------
    time, group : str
        Names of columns; the group may be empty.
    lags : sequence of int
        Which earlier values: 1 is the last one.
    change : bool
        Also the row's own value minus the last one.
    since : bool
        Also the time since the last known value: days for dates, the time's own unit for numbers.
    behind : int
        So many columns of X, behind the others, are only there to be looked up.
    """

    def __init__(
        self,
        time: str = "",
        group: str = "",
        lags: Sequence[int] = (1,),
        change: bool = False,
        since: bool = False,
        behind: int = 0,
    ) -> None:
        self.time = time
        self.group = group
        self.lags = lags
        self.change = change
        self.since = since
        self.behind = behind

    def fit(self, X: pd.DataFrame, y: Any = None) -> EarlierValues:
        """Learn each group's values in order of time."""
        more = [*(["change"] if self.change else []), *(["time since last"] if self.since else [])]
        kinds = [*(f"lag {lag}" for lag in self.lags), *more]
        self.names_ = [f"{name} {kind}" for name in self._learn(X) for kind in kinds]
        return self

    def transform(self, X: pd.DataFrame) -> np.ndarray:
        """Return a float64 array of shape (n_rows, n_columns of numbers times features of each), NaN where unknown."""
        check_is_fitted(self)
        numbers, times, groups = self._split(X)
        made: list[np.ndarray] = []
        for values, history in zip(numbers, self.histories_, strict=True):
            spans = history.before(groups, times)
            made += [history.from_end(spans, int(lag)) for lag in self.lags]
            if self.change:
                made.append(values - history.from_end(spans))
            if self.since:
                made.append((times - history.times_from_end(spans)) / self._unit(X))
        return side_by_side(made, len(X))


class EarlierWindows(_Earlier):
    """Statistics of the last known values of each row's group before the row's time, learned from the rows of ``fit``.

    Parameters
    ----------
    time, group : str
        Names of columns; the group may be empty.
    statistics : sequence of str
        Of `STATISTICS`.
    rows : int or None
        The last so many values; None: by time.
    reach : float or None
        Values no older than this: days for dates, the time's own unit for numbers. None: however old.
    behind : int
        So many columns of X, behind the others, are only there to be looked up.
    """

    def __init__(
        self,
        time: str = "",
        group: str = "",
        statistics: Sequence[str] = ("mean",),
        rows: int | None = 3,
        reach: float | None = None,
        behind: int = 0,
    ) -> None:
        self.time = time
        self.group = group
        self.statistics = statistics
        self.rows = rows
        self.reach = reach
        self.behind = behind

    def fit(self, X: pd.DataFrame, y: Any = None) -> EarlierWindows:
        """Learn each group's values in order of time."""
        window = f"last {self.rows}" if self.rows is not None else "all earlier"
        if self.reach is not None:
            window = f"last {self.reach:g}"
        self.names_ = [f"{name} {window} {which}" for name in self._learn(X) for which in self.statistics]
        return self

    def transform(self, X: pd.DataFrame) -> np.ndarray:
        """Return a float64 array of shape (n_rows, n_columns of numbers times n_statistics), NaN where unknown."""
        check_is_fitted(self)
        _, times, groups = self._split(X)
        made: list[np.ndarray] = []
        reach = None if self.reach is None else self.reach * self._unit(X)
        for history in self.histories_:
            spans = history.before(groups, times, reach=reach)
            spans = spans if self.rows is None else spans.last(self.rows)
            found = range_statistics(history.values_, spans, self.statistics)
            made += [np.where(spans.known, found[which], np.nan) for which in self.statistics]
        return side_by_side(made, len(X))


def range_statistics(values: np.ndarray, spans: Spans, wanted: Sequence[str]) -> dict[str, np.ndarray]:
    """Return statistics of ``values[start:stop]`` for each span.

    Parameters
    ----------
    values : ndarray of float64, shape (n_values,)
        Without NaN.
    spans : Spans
        Of n_rows ranges.
    wanted : sequence of str
        Of `STATISTICS`; "std" is the sample's, NaN below two values; "count" of nothing is 0, all else NaN.

    Returns
    -------
    dict of str to ndarray of float64, shape (n_rows,)

    Notes
    -----
    Each range is put together of whole blocks of 1, 2, 4 ... values, about 2 log2(n) of them, so that long windows cost
    no more than short ones. Unlike differences of running sums this loses nothing where numbers are of very different
    size. Spreads of blocks are joined as in Chan, Golub and LeVeque (1979).
    """
    count = (spans.stop - spans.start).astype(np.float64)
    found: dict[str, np.ndarray] = {"count": count}
    some = count > 0
    if "min" in wanted:
        found["min"] = np.where(some, _joined(values, spans, np.minimum, np.inf), np.nan)
    if "max" in wanted:
        found["max"] = np.where(some, _joined(values, spans, np.maximum, -np.inf), np.nan)
    if {"mean", "sum"} & set(wanted):
        total = np.where(some, _joined(values, spans, np.add, 0.0), np.nan)
        found["sum"], found["mean"] = total, total / np.maximum(count, 1)
    if "std" in wanted:
        spread = _spread(values, spans)
        found["std"] = np.where(count > 1, np.sqrt(spread / np.maximum(count - 1, 1)), np.nan)
    return found


def _joined(values: np.ndarray, spans: Spans, join: np.ufunc, nothing: float) -> np.ndarray:
    """Return ``join`` over each range."""
    out = np.full(len(spans.start), nothing)
    left, right = spans.start.copy(), spans.stop.copy()
    level = values
    while (left < right).any():
        odd = (left < right) & (left % 2 == 1)
        out[odd] = join(out[odd], level[left[odd]])
        left[odd] += 1
        odd = (left < right) & (right % 2 == 1)
        right[odd] -= 1
        out[odd] = join(out[odd], level[right[odd]])
        left, right = left // 2, right // 2
        # A last block without a partner is never whole, and no range asks for it.
        pairs = level[: len(level) // 2 * 2]
        level = join(pairs[::2], pairs[1::2])
    return out


def _spread(values: np.ndarray, spans: Spans) -> np.ndarray:
    """Return the sum of squared distances from the mean over each range."""
    rows = len(spans.start)
    count, mean, spread = np.zeros(rows), np.zeros(rows), np.zeros(rows)
    left, right = spans.start.copy(), spans.stop.copy()
    size, means, spreads = 1.0, values, np.zeros(len(values))

    def take(which: np.ndarray, block: np.ndarray) -> None:
        whole = count[which] + size
        apart = means[block] - mean[which]
        mean[which] += apart * size / whole
        spread[which] += spreads[block] + apart**2 * count[which] * size / whole
        count[which] = whole

    while (left < right).any():
        odd = (left < right) & (left % 2 == 1)
        take(odd, left[odd])
        left[odd] += 1
        odd = (left < right) & (right % 2 == 1)
        right[odd] -= 1
        take(odd, right[odd])
        left, right = left // 2, right // 2
        even = len(means) // 2 * 2
        apart = means[1:even:2] - means[:even:2]
        spreads = spreads[:even:2] + spreads[1:even:2] + apart**2 * size / 2
        means = means[:even:2] + apart / 2
        size *= 2
    return spread
