"""Every column against the target, ranked by how much of it the column alone tells."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from pydantic import BaseModel, ConfigDict

from core.data.schema import Dataset
from core.errors import LatheError
from core.explore.chart_spec import ChartSpec
from core.explore.charts.words import moment, number
from core.explore.charts.words import name as short
from core.explore.encode import Encoded, Sample, read_sample
from core.explore.links import pair_chart
from core.explore.measures import correlation_ratio, counts_of_pairs, cramers_v
from core.store.workspace import Workspace
from core.types import ColumnKind, StorageType
from core.words import share

FEWEST_IN_GROUP = 0.01
"""Share of the rows that a group must hold to be named in a sentence."""


class TargetRelation(BaseModel):
    """How much one column tells about the target.

    Attributes
    ----------
    column : str
        The column.
    kind : ColumnKind
        Its kind.
    strength : float
        0 (nothing) to 1 (everything), the same scale for every kind: the column is cut into groups of values (a group
        of its own for missing ones); then the root of epsilon squared for a target of numbers (Kelley 1935), Cramer's
        V without bias for one of classes (Bergsma 2013).
    sentence : str
        The relation in words.
    chart : ChartSpec
        Shows it.
    rows : int
        Rows in which the target is known.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    column: str
    kind: ColumnKind
    strength: float
    sentence: str
    chart: ChartSpec
    rows: int


def against_target(
    workspace: Workspace, dataset: Dataset, target: str, *, sample: Sample | None = None
) -> tuple[TargetRelation, ...]:
    """Rank every other column by how much it tells about the target.

    Parameters
    ----------
    workspace, dataset
        Where the cells lie.
    target : str
        A column of any kind; texts count by their length.
    sample : Sample, optional
        Rows that were read before, holding every column.

    Returns
    -------
    tuple of TargetRelation
        Strongest first; columns that cannot be told (one value only) come last with strength 0.

    Raises
    ------
    LatheError
        Where there is no such column.
    """
    if target not in dataset.column_names:
        raise LatheError(f"The target must be a column of {dataset.name}; there is no {target!r}.", field="target")
    found = sample or read_sample(workspace, dataset)
    goal = found.columns[target]
    ranked = [_relation(column, goal) for column in found.columns.values() if column.name != target]
    return tuple(sorted(ranked, key=lambda relation: -relation.strength))


def strength_of(column: Encoded, goal: Encoded) -> float:
    """Return how much a column tells about the target, 0 to 1; 0 where it cannot be told."""
    codes, groups = _with_missing(column)
    if goal.is_words:
        value = cramers_v(counts_of_pairs(codes, goal.codes, groups, goal.groups))
    else:
        assert goal.numbers is not None
        value = correlation_ratio(codes, goal.numbers, groups, fair=True)
    return float(np.nan_to_num(value))


def _with_missing(column: Encoded) -> tuple[np.ndarray, int]:
    """Return codes in which missing cells are a group, where there are enough to be one."""
    missing = column.codes < 0
    if missing.sum() < 2 or not len(missing):
        return column.codes, column.groups
    return np.where(missing, column.groups, column.codes), column.groups + 1


def _relation(column: Encoded, goal: Encoded) -> TargetRelation:
    strength = strength_of(column, goal)
    return TargetRelation(
        column=column.name,
        kind=column.column.kind,
        strength=strength,
        sentence=_sentence(column, goal, strength),
        chart=pair_chart(column.column, goal.column),
        rows=int(goal.known.sum()),
    )


def _sentence(column: Encoded, goal: Encoded, strength: float) -> str:
    name = f"the length of {short(column.name)}" if column.column.kind is ColumnKind.TEXT else short(column.name)
    if not column.differs and column.known.all():
        return f"{short(column.name)} has one value only."
    if strength < 0.05:
        return f"{name[0].upper() + name[1:] if name[:4] == 'the ' else name} alone says next to nothing about it."
    if column.is_words:
        return _by_words(column, goal)
    return _by_amount(name, column, goal)


def _by_words(column: Encoded, goal: Encoded) -> str:
    """Name the two groups between which the target differs most."""
    what, values, shown = compared(goal)
    low, high = _ends(column.codes, values, column.groups)
    if low is None or high is None:
        return f"{short(goal.name)} differs by {short(column.name)}."
    first, second = (column.group_text(place) for place in (high[0], low[0]))
    return f"{what} is {shown(high[1])} where {short(column.name)} {first}, {shown(low[1])} where it {second}."


def _by_amount(name: str, column: Encoded, goal: Encoded) -> str:
    """Compare the target at the low and the high end of a number."""
    assert column.numbers is not None
    what, values, shown = compared(goal)
    known = column.known & ~np.isnan(values)
    if known.sum() < 10:
        return f"{short(goal.name)} goes with {name}."
    numbers, answers = column.numbers[known], values[known]
    lower, upper = map(float, np.quantile(numbers, (0.2, 0.8)))
    text = column.text
    if lower == upper:
        same = numbers == lower
        first, second, words = same, ~same, (f"is {text(lower)}", "is not")
    else:
        first, second = numbers <= lower, numbers >= upper
        words = (
            f"is {text(lower)}" if numbers.min() == lower else f"is at most {text(lower)}",
            f"is {text(upper)}" if numbers.max() == upper else f"is at least {text(upper)}",
        )
    if not first.any() or not second.any():
        return f"{short(goal.name)} goes with {name}."
    at_first, at_second = float(answers[first].mean()), float(answers[second].mean())
    return f"{what} is {shown(at_first)} where {name} {words[0]}, {shown(at_second)} where it {words[1]}."


def compared(goal: Encoded) -> tuple[str, np.ndarray, Callable[[float], str]]:
    """Return what is compared between groups: the mean of a number, or the share of one class."""
    name = short(goal.name)
    if not goal.is_words:
        assert goal.numbers is not None
        if goal.groups == 2 and set(np.unique(goal.numbers[goal.known])) == {0.0, 1.0}:
            return f"The share of {name} = 1", goal.numbers, share
        text = moment if goal.column.storage is StorageType.DATETIME else number
        return f"The mean of {name}", goal.numbers, text
    place = goal.groups - 1 if goal.groups == 2 else 0
    if goal.groups == 2 and goal.numbers is not None:
        place = int(goal.labels[np.nanargmax(goal.numbers)]) if goal.labels is not None else place
    shares = np.where(goal.codes >= 0, (goal.codes == place).astype(np.float64), np.nan)
    return f"The share of {name} = {short(goal.levels[place], 40)}", shares, share


def _ends(
    codes: np.ndarray, values: np.ndarray, groups: int
) -> tuple[tuple[int, float] | None, tuple[int, float] | None]:
    """Return the groups with the lowest and the highest mean, with it; small groups do not count."""
    known = (codes >= 0) & ~np.isnan(values)
    counts = np.bincount(codes[known], minlength=groups)
    sums = np.bincount(codes[known], weights=values[known], minlength=groups)
    large = np.flatnonzero(counts >= max(FEWEST_IN_GROUP * len(known), min(5, len(known) / 10)))
    if len(large) < 2:
        return None, None
    means = sums[large] / counts[large]
    low, high = int(np.argmin(means)), int(np.argmax(means))
    return (int(large[low]), float(means[low])), (int(large[high]), float(means[high]))
