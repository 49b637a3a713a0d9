"""What every builder shares: colours and facets, intervals, and the frame of the answer."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from core.explore.chart_spec import ChartData
from core.explore.charts import words
from core.explore.charts.groups import OTHER_VALUES, Groups, groups
from core.explore.charts.kind_parts import MOST_COLORS, MOST_FACETS
from core.explore.charts.kinds import get_kind
from core.explore.charts.source import Source

CONFIDENCE = 0.95


def colors(source: Source) -> Groups:
    """Return the groups that are told apart by colour."""
    return groups(source, source.spec.color, MOST_COLORS)


def facets(source: Source) -> Groups:
    """Return the groups that get a small chart each."""
    return groups(source, source.spec.facet, MOST_FACETS)


def named(frame: pd.DataFrame, **by: Groups) -> pd.DataFrame:
    """Replace group numbers by their labels, in drawing order; ``by`` maps columns to groups."""
    ordered = frame.sort_values(list(by), kind="stable").reset_index(drop=True)
    for column, one in by.items():
        ordered[column] = one.name(ordered[column])
    return ordered


def answer(
    source: Source,
    *,
    layers: dict[str, pd.DataFrame],
    table: pd.DataFrame,
    finding: str,
    caption: str,
    shown: int,
    notes: tuple[str, ...] = (),
    facts: dict[str, Any] | None = None,
    missing_of: tuple[str, ...] = (),
    missing: int | None = None,
) -> ChartData:
    """Frame what was counted; rows that are in no group or have no value are said in the note.

    Parameters
    ----------
    layers, table, finding, caption, facts
        As in `ChartData`.
    shown : int
        Rows drawn, or counted in what is drawn.
    notes : tuple of str
        What else there is to say.
    missing_of : tuple of str
        Columns whose missing values left rows out.
    missing : int, optional
        How many; the rows not ``shown`` where not given.
    """
    lost = source.rows - shown if missing is None else missing
    note = words.sentences(words.missing_note(lost, *missing_of), *notes)
    title = get_kind(source.spec.kind).title
    return ChartData(
        spec=source.spec,
        layers=layers,
        table=table,
        finding=finding,
        caption=caption,
        alt=words.sentences(f"{title}: {finding}.", caption, note),
        rows=source.rows,
        shown=shown,
        note=note,
        facts=facts or {},
    )


def t_value(freedom: np.ndarray) -> np.ndarray:
    """Return the quantile of Student's t for a two-sided 95 % interval, NaN below one degree of freedom."""
    from scipy.special import stdtrit

    known = np.where(freedom >= 1, freedom, np.nan)
    found: np.ndarray = stdtrit(known, 0.5 + CONFIDENCE / 2)
    return found


def mean_interval(frame: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return the 95 % interval of means from the columns "mean", "sd" and "n", by Student's t."""
    n = frame["n"].to_numpy(dtype=float)
    half = t_value(n - 1) * frame["sd"].to_numpy(dtype=float) / np.sqrt(np.maximum(n, 1))
    mean = frame["mean"].to_numpy(dtype=float)
    return mean - half, mean + half


def share_interval(count: np.ndarray, total: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the 95 % interval of shares. Source: E. B. Wilson, JASA 22 (1927), 209-212."""
    z = 1.959963984540054
    n = np.maximum(total.astype(float), 1)
    p = count / n
    middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    return middle - half, middle + half


def group_of(column: str, label: str) -> str:
    """Say which group a sentence is about: "Sex male", or "12 other values of City"."""
    if label.endswith(OTHER_VALUES):
        return f"{label} of {words.name(column, 32)}"
    return f"{words.name(column, 32)} {words.name(label, 32)}"


def without_rest(series: pd.Series) -> pd.Series:
    """Return values by label without that of the other values, which are no group, where something else is left."""
    kept = series[~series.index.astype(str).str.endswith(OTHER_VALUES)]
    return kept if len(kept) > 1 else series


def extreme_row(frame: pd.DataFrame, column: str, *, lowest: bool = False) -> pd.Series:
    """Return the row with the highest (or lowest) value of a column."""
    values = frame[column].to_numpy(dtype=float)
    return frame.iloc[int(np.nanargmin(values) if lowest else np.nanargmax(values))]


def extreme(series: pd.Series, *, lowest: bool = False) -> tuple[str, float]:
    """Return label and value of the highest (or lowest) entry."""
    values = series.to_numpy(dtype=float)
    place = int(np.nanargmin(values) if lowest else np.nanargmax(values))
    return str(series.index[place]), float(values[place])
