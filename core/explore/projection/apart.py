"""What sets some rows apart from all others: the columns whose values differ most, in words."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict

from core.data.query import take
from core.data.schema import ColumnSchema, Dataset
from core.data.target import label_text
from core.errors import LatheError
from core.explore.hypothesis.words import figure, listed, percent
from core.store.workspace import Workspace
from core.types import ColumnKind, StorageType

ROWS = 10_000
"""Rows compared at most on each side."""

MOST_LEVELS = 200
FEW_NUMBERS = 6
"""A number with at most this many different values is told value by value, as a category is."""


class Difference(BaseModel):
    """A column whose values differ.

    Attributes
    ----------
    column : str
        Which.
    distance : float
        0 to 1: largest gap between the cumulative shares of numbers, half the sum of the gaps between the shares of
        categories.
    here, elsewhere : str
        What is typical for the chosen rows, and for the others.
    words : str
        Both in a sentence.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    column: str
    distance: float
    here: str
    elsewhere: str
    words: str


def sets_apart(
    workspace: Workspace,
    dataset: Dataset,
    places: np.ndarray,
    *,
    among: np.ndarray | None = None,
    most: int = 8,
    seed: int = 0,
) -> tuple[Difference, ...]:
    """Compare rows with all others, column by column.

    Parameters
    ----------
    places : ndarray of int
        The chosen rows, from 0.
    among : ndarray of int, optional
        The rows from which they were chosen; all rows of the table where not given.
    most : int
        How many columns are returned.
    seed : int
        Of the sample of a long table.

    Returns
    -------
    tuple of Difference
        Largest first; only those beyond what chance gives with so many columns.

    Raises
    ------
    LatheError
        Where no row is chosen, or all are.
    """
    chosen = np.unique(np.asarray(places, dtype=np.int64))
    if not 0 < len(chosen) < (dataset.rows if among is None else len(among)):
        raise LatheError(
            "Choose some rows and leave some: there must be others to compare them with.", hint="Draw another region."
        )
    names = [column.name for column in dataset.columns if _is_compared(column)]
    rng = np.random.default_rng(seed)
    some = chosen if len(chosen) <= ROWS else np.sort(rng.choice(chosen, ROWS, replace=False))
    others = np.setdiff1d(np.arange(dataset.rows) if among is None else among, chosen)
    rest = others if len(others) <= ROWS else np.sort(rng.choice(others, ROWS, replace=False))
    here, there = (take(workspace, dataset, rows, columns=names) for rows in (some, rest))
    # The largest gap that chance gives in one of so many columns (Kolmogorov-Smirnov, Bonferroni).
    level = 0.05 / max(len(names), 1)
    bound = math.sqrt(-math.log(level / 2) / 2 * (len(here) + len(there)) / (len(here) * len(there)))
    found = [_compare(dataset.column(name), here[name], there[name]) for name in names]
    beyond = [one for one in found if one is not None and one.distance > bound]
    return tuple(sorted(beyond, key=lambda one: -one.distance)[:most])


def _is_compared(column: ColumnSchema) -> bool:
    if column.kind in (ColumnKind.IDENTIFIER, ColumnKind.TEXT) or column.unique < 2:
        return False
    return _is_number(column) or column.unique <= MOST_LEVELS


def _is_number(column: ColumnSchema) -> bool:
    if column.storage is StorageType.DATETIME:
        return True
    return column.storage in (StorageType.INT, StorageType.FLOAT) and column.unique > FEW_NUMBERS


def _compare(column: ColumnSchema, here: pd.Series, there: pd.Series) -> Difference | None:
    missing = float(here.isna().mean()), float(there.isna().mean())
    found = _numbers(column, here.dropna(), there.dropna()) if _is_number(column) else _levels(column, here, there)
    gap = abs(missing[0] - missing[1])
    if _is_number(column) and (found is None or gap > found.distance) and gap > 0:
        return Difference(
            column=column.name,
            distance=gap,
            here=f"missing in {percent(missing[0])}",
            elsewhere=f"missing in {percent(missing[1])}",
            words=f"{column.name} is missing in {percent(missing[0])} of them, in {percent(missing[1])} of the others.",
        )
    return found


def _numbers(column: ColumnSchema, here: pd.Series, there: pd.Series) -> Difference | None:
    if here.empty or there.empty:
        return None
    is_date = column.storage is StorageType.DATETIME
    one, two = (np.sort(v.to_numpy().astype(np.int64 if is_date else np.float64)) for v in (here, there))
    both = np.concatenate([one, two])
    gaps = np.searchsorted(one, both, "right") / len(one) - np.searchsorted(two, both, "right") / len(two)
    middles = [str(v.iloc[np.argsort(v.to_numpy())[len(v) // 2]].date()) if is_date else figure(float(v.median()))
               for v in (here, there)]  # fmt: skip
    inner = "" if is_date or len(here) < 4 else _inner(one)
    return Difference(
        column=column.name,
        distance=float(np.abs(gaps).max()),
        here=f"middle {middles[0]}",
        elsewhere=f"middle {middles[1]}",
        words=f"{column.name}: the middle is {middles[0]}{inner} here, {middles[1]} elsewhere.",
    )


def _inner(ordered: np.ndarray) -> str:
    low, high = np.quantile(ordered, [0.1, 0.9])
    return f" (most lie between {figure(float(low))} and {figure(float(high))})" if low < high else ""


def _levels(column: ColumnSchema, here: pd.Series, there: pd.Series) -> Difference | None:
    one, two = _shares(here), _shares(there)
    gaps = {level: one.get(level, 0.0) - two.get(level, 0.0) for level in {*one, *two}}
    if not gaps:
        return None
    far = max(sorted(gaps), key=lambda level: abs(gaps[level]))
    typical = [listed([f"{level} {percent(share)}" for level, share in list(v.items())[:3]]) for v in (one, two)]
    inside, outside = percent(one.get(far, 0.0)), percent(two.get(far, 0.0))
    return Difference(
        column=column.name,
        distance=sum(abs(gap) for gap in gaps.values()) / 2,
        here=typical[0],
        elsewhere=typical[1],
        words=f"{column.name} = {far} in {inside} of them, in {outside} of the others.",
    )


def _shares(cells: pd.Series) -> dict[str, float]:
    """Return the share of each value, the most frequent first."""
    found = Counter(label_text(cell) or "missing" for cell in cells)
    return {level: count / len(cells) for level, count in found.most_common()}
