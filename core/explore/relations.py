"""Relations between the columns of a table: a matrix for mixed types, its order, its strongest pairs in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from core.data.schema import Dataset
from core.explore.charts.words import name as short
from core.explore.clustering import cluster_order
from core.explore.encode import Encoded, Sample, is_related, read_sample
from core.explore.links import pair_chart
from core.explore.measures import (
    correlation_ratio,
    counts_of_pairs,
    cramers_v,
    mutual_information,
    product_moments,
)
from core.explore.relation_matrix import Method, Pair, Redundant, RelationMatrix
from core.store.workspace import Workspace

__all__ = ["Method", "Pair", "Redundant", "RelationMatrix", "redundant", "relations"]

MOST_COLUMNS = 120
MOST_PAIRS = 40
LOOSE = 0.3
FEWEST_SHARED = 20
"""Rows in which both columns are known that a pair needs to be named (all rows of a shorter table)."""

LEAST_GROUP = 3
"""Rows of a group that counts in the correlation ratio of the mixed method."""


def relations(
    workspace: Workspace,
    dataset: Dataset,
    *,
    method: Method = Method.MIXED,
    columns: Sequence[str] | None = None,
    sample: Sample | None = None,
) -> RelationMatrix:
    """Measure how strongly columns go together.

    Parameters
    ----------
    workspace, dataset
        Where the cells lie. Tables of more than 50,000 rows (fewer where they are wide) are looked at through a
        random sample, which the note says.
    method : Method
        The measure.
    columns : sequence of str, optional
        Columns to relate; by default all that can be, the first 120 of a wide table.
    sample : Sample, optional
        Rows that were read before, holding those columns.

    Returns
    -------
    RelationMatrix
        Values are of the rows in which both columns are known. Spearman's ranks are taken among all known values of a
        column.
    """
    asked = list(columns) if columns is not None else [c.name for c in dataset.columns if is_related(c, dataset.rows)]
    taken = asked[:MOST_COLUMNS]
    found = sample or read_sample(workspace, dataset, columns=taken)
    chosen = [
        found.columns[name] for name in taken if found.columns[name].differs and _fits(found.columns[name], method)
    ]
    matrix, measures = measure_all(chosen, method)
    order = cluster_order(matrix, scaled=method is not Method.COVARIANCE)
    notes = [found.note]
    if len(asked) > len(taken):
        notes.append(
            f"The first {len(taken)} of {len(asked):,} columns that can be related; choose others to see them."
        )
    return RelationMatrix(
        method=method,
        columns=tuple(chosen[place].name for place in order),
        values=tuple(tuple(_plain(matrix[i, j]) for j in order) for i in order),
        pairs=_pairs(chosen, matrix, measures, method),
        left_out=tuple(name for name in dataset.column_names if name not in {c.name for c in chosen}),
        rows=found.rows,
        of_rows=found.of_rows,
        note=" ".join(note for note in notes if note),
    )


def measure_all(columns: Sequence[Encoded], method: Method) -> tuple[np.ndarray, dict[tuple[int, int], Method]]:
    """Return the matrix of a measure, and for the mixed one what was taken for each pair of places."""
    matrix = np.full((len(columns), len(columns)), np.nan)
    if method in (Method.PEARSON, Method.SPEARMAN, Method.COVARIANCE):
        _moments(columns, range(len(columns)), matrix, method)
        return matrix, {}
    measures: dict[tuple[int, int], Method] = {}
    if method is Method.MIXED:
        numbers = [place for place, column in enumerate(columns) if not column.is_words]
        _moments(columns, numbers, matrix, Method.SPEARMAN)
        measures.update(((i, j), Method.SPEARMAN) for i in numbers for j in numbers)
    for i, a in enumerate(columns):
        for j, b in enumerate(columns[: i + 1]):
            taken = _taken(a, b, method)
            if taken is None or (i, j) in measures:
                continue
            fair = method is Method.MIXED and taken is Method.CORRELATION_RATIO
            matrix[i, j] = matrix[j, i] = _eta(a, b, fair=True) if fair else PAIRWISE[taken](a, b)
            measures[i, j] = measures[j, i] = taken
    return matrix, measures


def redundant(matrix: RelationMatrix, *, above: float, keep: Sequence[str] = ()) -> tuple[Redundant, ...]:
    """Return one column of each pair whose relation is above a strength.

    Parameters
    ----------
    matrix : RelationMatrix
        Of any measure but the covariance.
    above : float
        Strength from 0 to 1.
    keep : sequence of str
        Columns that stay whatever they repeat: the target.

    Returns
    -------
    tuple of Redundant
        Of the strongest pair, the column that is more related to all others on the mean goes first, as long as both are
        still there.
    """
    strength = np.abs(np.array([[np.nan if v is None else v for v in row] for row in matrix.values]))
    if not len(strength):
        return ()
    np.fill_diagonal(strength, np.nan)
    mean = np.nan_to_num([np.nanmean(row) if np.isfinite(row).any() else 0.0 for row in strength])
    gone: set[int] = set()
    found = []
    places = [(i, j) for i in range(len(strength)) for j in range(i) if strength[i, j] > above]
    for i, j in sorted(places, key=lambda place: (-strength[place], place)):
        if gone & {i, j} or (matrix.columns[i] in keep and matrix.columns[j] in keep):
            continue
        drop, stay = (i, j) if (mean[i], i) > (mean[j], j) else (j, i)
        if matrix.columns[drop] in keep:
            drop, stay = stay, drop
        gone.add(drop)
        value = matrix.values[i][j]
        assert value is not None
        found.append(Redundant(drop=matrix.columns[drop], keep=matrix.columns[stay], value=value))
    return tuple(found)


def _v(a: Encoded, b: Encoded) -> float:
    return cramers_v(counts_of_pairs(a.codes, b.codes, a.groups, b.groups))


def _eta(a: Encoded, b: Encoded, *, fair: bool = False) -> float:
    words, amounts = (a, b) if a.is_words else (b, a)
    assert amounts.numbers is not None
    return correlation_ratio(words.codes, amounts.numbers, words.groups, fair=fair, least=LEAST_GROUP if fair else 1)


def _information(a: Encoded, b: Encoded) -> float:
    return mutual_information(counts_of_pairs(a.codes, b.codes, a.groups, b.groups))


PAIRWISE: dict[Method, Callable[[Encoded, Encoded], float]] = {
    Method.CRAMERS_V: _v,
    Method.CORRELATION_RATIO: _eta,
    Method.MUTUAL_INFORMATION: _information,
}


def _moments(columns: Sequence[Encoded], places: Sequence[int], matrix: np.ndarray, method: Method) -> None:
    if not len(places):
        return
    parts = [columns[i].ranks if method is Method.SPEARMAN else columns[i].numbers for i in places]
    values = np.array([part for part in parts if part is not None]).T
    matrix[np.ix_(places, places)] = product_moments(values, covariance=method is Method.COVARIANCE)


def _taken(a: Encoded, b: Encoded, method: Method) -> Method | None:
    if method is not Method.MIXED:
        mixed = a.is_words != b.is_words
        return None if method is Method.CORRELATION_RATIO and not mixed else method
    if a.is_words and b.is_words:
        return Method.CRAMERS_V
    return Method.CORRELATION_RATIO


def _fits(column: Encoded, method: Method) -> bool:
    match method:
        case Method.PEARSON | Method.SPEARMAN | Method.COVARIANCE:
            return column.numbers is not None
        case Method.CRAMERS_V:
            return column.is_words
        case _:
            return True


def _pairs(
    columns: Sequence[Encoded], matrix: np.ndarray, measures: dict[tuple[int, int], Method], method: Method
) -> tuple[Pair, ...]:
    known = np.column_stack([column.known for column in columns]).astype(np.float32) if columns else np.empty((0, 0))
    shared = known.T @ known
    fewest = min(FEWEST_SHARED, len(known))
    places = [(i, j) for i in range(len(columns)) for j in range(i) if np.isfinite(matrix[i, j])]
    places = [place for place in places if shared[place] >= fewest]
    places.sort(key=lambda place: (-abs(matrix[place]), place))
    found = []
    for i, j in places[:MOST_PAIRS]:
        value = float(matrix[i, j])
        found.append(
            Pair(
                a=columns[j].name,
                b=columns[i].name,
                value=value,
                measure=measures.get((i, j), method),
                sentence=pair_sentence(columns[j], columns[i], value, scaled=method is not Method.COVARIANCE),
                chart=pair_chart(columns[j].column, columns[i].column),
            )
        )
    return tuple(found)


def pair_sentence(a: Encoded, b: Encoded, value: float, *, scaled: bool = True) -> str:
    """Say how two columns go together; ``scaled`` tells that 1 is the most that ``value`` can be."""
    first, second = short(a.name), short(b.name)
    strength = abs(value) if scaled else 0.0
    loosely = " loosely" if scaled and strength < LOOSE else ""
    if not a.is_words and not b.is_words:
        if value > 0:
            return (
                f"{first} and {second} {'nearly repeat one another' if strength > 0.98 else f'rise together{loosely}'}."
            )
        return f"{second} falls{loosely} as {first} rises."
    if a.is_words and b.is_words:
        if strength <= 0.95:
            return f"{first} and {second} go together."
        if a.groups == b.groups:
            return f"{first} and {second} say nearly the same."
        return f"{first} follows from {second}." if a.groups < b.groups else f"{second} follows from {first}."
    words, amount = (first, second) if a.is_words else (second, first)
    return f"{amount} follows from {words}." if strength > 0.98 else f"{amount} differs by {words}."


def _plain(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
