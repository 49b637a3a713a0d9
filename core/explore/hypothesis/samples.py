"""The data of a test, read where it lies: aggregates of all rows, and values of at most 100,000."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from core.data.query import Query, open_table, quote
from core.data.schema import ColumnSchema, Dataset
from core.store.workspace import Workspace
from core.types import StorageType

LIMIT = 100_000
"""Rows whose values are held; of a longer table a random sample is drawn."""

MOST_LEVELS = 100
"""Most groups that are compared."""


@dataclass(frozen=True)
class Moments:
    """Aggregates of one group over all rows; ``variance`` is the sample's (n - 1)."""

    label: str
    n: int
    mean: float
    variance: float

    @property
    def sd(self) -> float:
        """Standard deviation."""
        return float(np.sqrt(self.variance))


@dataclass(frozen=True)
class Groups:
    """A number by groups (or whole, as one group without a label).

    Attributes
    ----------
    column, by : str
        The number and the category; ``by`` is empty where there are no groups.
    moments : tuple of Moments
        Of all complete rows.
    values : tuple of ndarray
        The values themselves, of a sample where the table is long.
    total, missing : int
        Rows of the table; rows without a value or a group.
    sampled : bool
        Whether ``values`` are a sample.
    dropped : tuple of str
        Groups left out because they have fewer than two rows.
    """

    column: str
    by: str
    moments: tuple[Moments, ...]
    values: tuple[np.ndarray, ...]
    total: int
    missing: int
    sampled: bool
    dropped: tuple[str, ...] = ()

    @property
    def labels(self) -> tuple[str, ...]:
        """Labels of the groups."""
        return tuple(group.label for group in self.moments)


@dataclass(frozen=True)
class Pairs:
    """Two numbers a row: aggregates of all complete rows, and values of a sample where the table is long."""

    first: str
    second: str
    n: int
    mean_x: float
    mean_y: float
    var_x: float
    var_y: float
    covariance: float
    mean_change: float
    var_change: float
    x: np.ndarray
    y: np.ndarray
    total: int
    missing: int
    sampled: bool


@dataclass(frozen=True)
class Counts:
    """How often each combination of two categories occurs; one row of counts where there is only one category.

    Attributes
    ----------
    first, second : str
        Categories down and across; ``first`` is empty where there is only one.
    rows, columns : tuple of str
        Their values.
    counts : ndarray of shape (len(rows), len(columns))
        Over all rows.
    """

    first: str
    second: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    counts: np.ndarray
    total: int
    missing: int


def text_of(column: ColumnSchema) -> str:
    """Return SQL that writes a cell as a label; whole floats lose their ".0"."""
    name = quote(column.name)
    if column.storage is StorageType.STRING:
        return name
    if column.storage is StorageType.FLOAT:
        whole = f"{name} = floor({name}) AND abs({name}) < 1e15"
        return f"CASE WHEN {whole} THEN CAST(CAST({name} AS BIGINT) AS VARCHAR) ELSE CAST({name} AS VARCHAR) END"
    return f"CAST({name} AS VARCHAR)"


def number_of(column: ColumnSchema) -> str:
    """Return SQL that gives a cell as a finite DOUBLE, else NULL."""
    value = f"CAST({quote(column.name)} AS DOUBLE)"
    return f"CASE WHEN isfinite({value}) THEN {value} END"


def read_levels(workspace: Workspace, dataset: Dataset, name: str, most: int = MOST_LEVELS) -> tuple[str, ...]:
    """Return the values of a category as labels, ordered; at most ``most`` + 1 of them, the most frequent ones."""
    column = dataset.column(name)
    with open_table(workspace, dataset) as query:
        found = query.rows(
            f"SELECT g, count(*) FROM (SELECT {text_of(column)} AS g FROM t) WHERE g IS NOT NULL GROUP BY g "
            f"ORDER BY 2 DESC, 1 LIMIT {most + 1}"
        )
    return ordered([str(label) for label, _ in found], column)


def ordered(labels: Sequence[str], column: ColumnSchema) -> tuple[str, ...]:
    """Return labels in the column's own order, else by number, else by name."""
    if column.levels:
        place = {level: index for index, level in enumerate(column.levels)}
        return tuple(sorted(labels, key=lambda label: (place.get(label, len(place)), label)))
    try:
        return tuple(sorted(labels, key=float))
    except ValueError:
        return tuple(sorted(labels))


def read_groups(
    workspace: Workspace,
    dataset: Dataset,
    value: str,
    by: str = "",
    *,
    levels: Sequence[str] = (),
    seed: int = 0,
    limit: int = LIMIT,
) -> Groups:
    """Read a number by groups.

    Parameters
    ----------
    workspace, dataset
        Where the cells lie.
    value, by : str
        The number; the category, or empty for no groups.
    levels : sequence of str
        Groups wanted; all where empty.
    seed, limit : int
        Of the sample of values.
    """
    number = number_of(dataset.column(value))
    label = text_of(dataset.column(by)) if by else "''"
    with open_table(workspace, dataset) as query:
        missing = query.one(f"SELECT count(*) FROM t WHERE ({number}) IS NULL OR ({label}) IS NULL")[0]
        found = query.rows(
            f"SELECT g, count(*), avg(v), var_samp(v) FROM (SELECT {number} AS v, {label} AS g FROM t) "
            "WHERE v IS NOT NULL AND g IS NOT NULL GROUP BY g"
        )
        table = _rows(query, dataset, f"{number} AS v, {label} AS g", seed=seed, limit=limit)
    known = {str(g): Moments(str(g), int(n), float(mean), float(variance or 0.0)) for g, n, mean, variance in found}
    wanted = [name for name in known if not levels or name in levels]
    # A group that nobody asked for by name must not spoil the others by having a single row.
    small = [] if levels or not by else [name for name in wanted if known[name].n < 2]
    if len(wanted) - len(small) < 2:
        small = []
    kept = [name for name in wanted if name not in small]
    names = ordered(kept, dataset.column(by)) if by else tuple(kept)
    v, g = table.column("v").to_numpy(), table.column("g").to_numpy()
    complete = ~np.isnan(v.astype(np.float64))
    return Groups(
        column=value,
        by=by,
        moments=tuple(known[name] for name in names),
        values=tuple(v[complete & (g == name)].astype(np.float64) for name in names),
        total=dataset.rows,
        missing=int(missing),
        sampled=dataset.rows > limit,
        dropped=tuple(sorted(small)),
    )


def read_pairs(
    workspace: Workspace, dataset: Dataset, first: str, second: str, *, seed: int = 0, limit: int = LIMIT
) -> Pairs:
    """Read two numbers a row; a row counts where both are there."""
    x, y = number_of(dataset.column(first)), number_of(dataset.column(second))
    complete = f"(SELECT {x} AS x, {y} AS y FROM t) WHERE x IS NOT NULL AND y IS NOT NULL"
    with open_table(workspace, dataset) as query:
        found = query.one(
            f"SELECT count(*), avg(x), avg(y), var_samp(x), var_samp(y), covar_samp(x, y), avg(y - x), var_samp(y - x) "
            f"FROM {complete}"
        )
        table = _rows(query, dataset, f"{x} AS x, {y} AS y", seed=seed, limit=limit)
    n, mean_x, mean_y, var_x, var_y, covariance, mean_change, var_change = (float(value or 0) for value in found)
    both = table.filter(pc.and_(pc.is_valid(table.column("x")), pc.is_valid(table.column("y"))))
    return Pairs(
        first,
        second,
        int(n),
        mean_x,
        mean_y,
        var_x,
        var_y,
        covariance,
        mean_change,
        var_change,
        x=both.column("x").to_numpy(),
        y=both.column("y").to_numpy(),
        total=dataset.rows,
        missing=dataset.rows - int(n),
        sampled=dataset.rows > limit,
    )


def read_counts(
    workspace: Workspace, dataset: Dataset, value: str, by: str = "", *, levels: Sequence[str] = ()
) -> Counts:
    """Count the combinations of ``by`` (down) and ``value`` (across) over all rows."""
    column = dataset.column(value)
    across, down = text_of(column), text_of(dataset.column(by)) if by else "''"
    with open_table(workspace, dataset) as query:
        found = query.rows(
            f"SELECT a, d, count(*) FROM (SELECT {across} AS a, {down} AS d FROM t) "
            f"WHERE a IS NOT NULL AND d IS NOT NULL GROUP BY a, d ORDER BY 3 DESC LIMIT {MOST_LEVELS**2 + 1}"
        )
        known = query.one(f"SELECT count(*) FROM t WHERE ({across}) IS NOT NULL AND ({down}) IS NOT NULL")[0]
    kept = [(str(a), str(d), int(n)) for a, d, n in found if not levels or str(d) in levels]
    columns = ordered(list({a for a, _, _ in kept}), column)
    rows = ordered(list({d for _, d, _ in kept}), dataset.column(by)) if by else ("",)
    counts = np.zeros((len(rows), len(columns)), dtype=np.int64)
    place_a, place_d = ({name: i for i, name in enumerate(names)} for names in (columns, rows))
    for a, d, n in kept:
        counts[place_d[d], place_a[a]] = n
    return Counts(by, value, rows, columns, counts, dataset.rows, dataset.rows - int(known))


def _rows(query: Query, dataset: Dataset, expressions: str, *, seed: int, limit: int) -> pa.Table:
    if dataset.rows <= limit:
        return query.arrow(f"SELECT {expressions} FROM t")
    places = np.random.default_rng(seed).choice(dataset.rows, size=limit, replace=False)
    query.connection.register("wanted", pa.table({"place": np.sort(places)}))
    return query.arrow(
        f"SELECT {expressions} FROM t_rows WHERE file_row_number IN (SELECT place FROM wanted) ORDER BY file_row_number"
    )
