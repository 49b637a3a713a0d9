"""Rows that stand on both sides of a division: equal ones, and almost equal ones. They make a score too good."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from core.data.schema import ColumnSchema
from core.data.splits.equal import row_hashes
from core.evaluate.review import ReviewItem, ReviewKind, spread_of
from core.types import ColumnKind

MOST_COMPARED = 12_000
"""Rows whose nearest ones are looked for; a sample beyond it."""
MOST_WIDE = 200
MOST_CODES = 12
NEAR_PART = 0.05
"""Almost equal: nearer than this part of the usual distance to the nearest row."""
DIGITS = 6


def as_numbers(frame: pd.DataFrame, columns: Sequence[ColumnSchema]) -> np.ndarray:
    """Turn raw columns into numbers in which distances mean something.

    Numbers and dates are divided by their robust spread and missing ones take the median beside a mark of their own;
    categories become one column for each of the most frequent values, so that two different ones are at distance 1.

    Returns
    -------
    float32 ndarray of shape (n_rows, n_numbers)
        At most `MOST_WIDE` columns.
    """
    parts: list[np.ndarray] = []
    for column in columns:
        if column.kind is ColumnKind.NUMERIC:
            parts.extend(_scaled(pd.to_numeric(frame[column.name], errors="coerce").to_numpy(float, na_value=np.nan)))
        elif column.kind is ColumnKind.DATETIME:
            moments = pd.to_datetime(frame[column.name], errors="coerce", utc=True)
            seconds = (moments - pd.Timestamp(0, tz="UTC")).dt.total_seconds()
            parts.extend(_scaled(seconds.to_numpy(np.float64)))
        else:
            parts.extend(_marks(frame[column.name]))
    kept = parts[:MOST_WIDE] or [np.zeros(len(frame))]
    return np.column_stack(kept).astype(np.float32)


def _scaled(values: np.ndarray) -> list[np.ndarray]:
    known = np.isfinite(values)
    if not known.any():
        return []
    spread = spread_of(values[known]) or float(values[known].std()) or 1.0
    middle = float(np.median(values[known]))
    filled = np.clip((np.where(known, values, middle) - middle) / spread, -10, 10)
    return [filled] if known.all() else [filled, ~known]


def _marks(series: pd.Series) -> list[np.ndarray]:
    codes, values = pd.factorize(series.astype("string"))
    common = np.argsort(-np.bincount(codes[codes >= 0], minlength=max(len(values), 1)), kind="stable")[:MOST_CODES]
    return [(codes == code) / np.sqrt(2) for code in common]


def nearest(numbers: np.ndarray, among: np.ndarray, wanted: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the ``count`` nearest rows of ``among`` to each of ``wanted``, itself left out.

    Parameters
    ----------
    numbers : float32 ndarray of shape (n_rows, n_numbers)
        From `as_numbers`.
    among, wanted : int ndarray
        Places in ``numbers``.
    count : int
        How many neighbours.

    Returns
    -------
    places, distances : ndarray of shape (len(wanted), count)
        Nearest first.
    """
    from sklearn.neighbors import NearestNeighbors

    asked = min(count + 1, len(among))
    found = NearestNeighbors(n_neighbors=asked).fit(numbers[among])
    distances, at = found.kneighbors(numbers[wanted])
    places = among[at]
    itself = places == wanted[:, None]
    # Where equal rows push a row itself out of its list, the last one goes instead.
    itself[~itself.any(axis=1), -1] = True
    shape = (len(wanted), asked - 1)
    return places[~itself].reshape(shape), distances[~itself].reshape(shape)


def equal_rows(frame: pd.DataFrame, columns: Sequence[str], parts: np.ndarray, truth: np.ndarray) -> list[ReviewItem]:
    """Return rows whose columns equal those of a row in another part, numbers rounded to six digits that count.

    Parameters
    ----------
    frame : DataFrame of shape (n_rows, n_columns)
        Raw cells.
    columns : sequence of str
        What is predicted from.
    parts : int ndarray of shape (n_rows,)
        Fold of each row; -1 for locked rows, -2 for rows in no part.
    truth : ndarray of shape (n_rows,)
        The target as text.
    """
    hashes = row_hashes(_rounded(frame[list(columns)]), list(columns))
    used = np.flatnonzero(parts > -2)
    order = used[np.lexsort((parts[used], hashes[used]))]
    items = []
    starts = np.flatnonzero(np.append(True, hashes[order][1:] != hashes[order][:-1]))
    for start, end in zip(starts, np.append(starts[1:], len(order)), strict=True):
        if end - start < 2:
            continue
        group = order[start:end]
        for row in group[1:]:
            if parts[row] != parts[group[0]]:
                items.append(_twin_item(ReviewKind.EQUAL, int(row), int(group[0]), parts, truth, 1.0))
    return items


def _rounded(frame: pd.DataFrame) -> pd.DataFrame:
    def rounded(series: pd.Series) -> pd.Series:
        if not pd.api.types.is_float_dtype(series):
            return series
        values = series.to_numpy(np.float64, na_value=np.nan)
        size = np.floor(np.log10(np.where(np.isfinite(values) & (values != 0), np.abs(values), 1.0)))
        scale = np.power(10.0, np.clip(DIGITS - 1 - size, -300, 300))
        return pd.Series(np.rint(values * scale) / scale, index=series.index)

    return frame.apply(rounded)


def near_rows(numbers: np.ndarray, parts: np.ndarray, truth: np.ndarray, *, seed: int = 0) -> list[ReviewItem]:
    """Return rows almost equal to one of another part, the nearest first; at most `MOST_COMPARED` rows are compared.

    Parameters
    ----------
    numbers : float32 ndarray of shape (n_rows, n_numbers)
        From `as_numbers`.
    parts, truth : ndarray of shape (n_rows,)
        As for `equal_rows`; equal rows are not returned again.
    seed : int
        Of the sample.
    """
    used = np.flatnonzero(parts > -2)
    if len(used) > MOST_COMPARED:
        used = np.sort(np.random.default_rng(seed).choice(used, MOST_COMPARED, replace=False))
    if len(used) < 3:
        return []
    others, away = nearest(numbers, used, used, 1)
    usual = float(np.median(away))
    # Where most rows have an equal one, being alike says nothing.
    if usual <= 0:
        return []
    close = np.flatnonzero((away[:, 0] > 1e-5 * usual) & (away[:, 0] < NEAR_PART * usual))
    items: dict[tuple[int, int], ReviewItem] = {}
    for at in close[np.argsort(away[close, 0], kind="stable")]:
        row, other = int(used[at]), int(others[at, 0])
        if parts[row] == parts[other] or (other, row) in items:
            continue
        # A locked row is the one to look at; else the later one.
        row, other = sorted((row, other), key=lambda place: (parts[place] != -1, -place))
        score = 1.0 - float(away[at, 0]) / usual
        items.setdefault((row, other), _twin_item(ReviewKind.NEAR, row, other, parts, truth, score))
    return list(items.values())


def _twin_item(
    kind: ReviewKind, row: int, other: int, parts: np.ndarray, truth: np.ndarray, score: float
) -> ReviewItem:
    like = "equals" if kind is ReviewKind.EQUAL else "is almost equal to"
    same = truth[row] == truth[other]
    ends = "They have the same target." if same else f"Their targets differ: {truth[row]} and {truth[other]}."
    return ReviewItem(
        kind=kind,
        row=row,
        other=other,
        given=str(truth[row]),
        suggested="" if same else str(truth[other]),
        score=score,
        why=f"It {like} row {other + 1:,} in every column used, but stands in {_part(parts[row])} and that one in "
        f"{_part(parts[other])}. {ends}",
    )


def _part(part: int) -> str:
    return "the locked rows" if part < 0 else f"fold {part + 1}"
